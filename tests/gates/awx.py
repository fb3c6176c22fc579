# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bootstrap of AWX, with the modules of awx.awx that users have."""

from __future__ import annotations

from tests.gates import acceptance, environments
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.verdicts import Verdict

LOCK = ROOT / "tests/acceptance/awx/requirements.txt"


def awx(bench: Bench) -> Verdict:
    """Make an environment with awx.awx, of which little is ever loaded, and run the bootstrap."""
    options = ("--require-hashes", "--requirements", LOCK)
    folder = environments.prepare(bench, "awx", tool("python"), *options, compiled=False)
    return acceptance.awx(bench, folder / "bin" / "ansible-playbook")
