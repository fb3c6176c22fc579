# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The long checks in tests/soak, each with the tools that it alone needs."""

from __future__ import annotations

import os
from functools import partial

from tests.gates import environments, modes, verdicts
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.schedule import Gate
from tests.gates.verdicts import Verdict

FOLDER = ROOT / "tests" / "soak"


def gates() -> list[Gate]:
    """Give a gate for each script `NAME_run.py`, and the table of all modes."""
    names = [script.stem.removesuffix("_run") for script in sorted(FOLDER.glob("*_run.py"))]
    return [*(gate(name) for name in names), modes.MODES]


def gate(name: str) -> Gate:
    """Give the gate of one of them."""
    return Gate(f"soak {name}", partial(_check, name))


def _check(name: str, bench: Bench) -> Verdict:
    """Run a script with this Python; tools from `requirements-NAME.txt` are on its PATH."""
    requirements = FOLDER / f"requirements-{name}.txt"
    search = [str(tool("python").parent), os.environ.get("PATH", "")]
    if requirements.exists():
        options = ("--requirements", requirements)
        folder = environments.prepare(bench, f"soak-{name}", tool("python"), *options)
        search.insert(1, str(folder / "bin"))
    env = {"PATH": os.pathsep.join(search)}
    script = f"tests.soak.{name}_run"
    finished = bench.run(tool("python"), "-m", script, env=env)
    print(finished.output, flush=True)
    return verdicts.of_program(finished)
