# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios in extensions/molecule, each action of each of them counted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.gates import verdicts
from tests.gates.bench import Bench, tool
from tests.gates.programs import Finished
from tests.gates.verdicts import Case, Verdict

SCENARIOS = Path("extensions/molecule")

# The scenario that starts and ends the simulator, and tests nothing.
SHARED = "default"

# What molecule logs when an action ends. Its report at the end is of no use: there, a failed
# idempotence is called successful.
ENDED = re.compile(r"^\w+ +\[(\S+) > (\w+)\] Executed: (.+)$", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def molecule(bench: Bench) -> Verdict:
    """Run every scenario against one simulator."""
    copy = bench.stage("molecule")
    room = bench.simulators / "molecule"
    options = ("--all", "--no-command-borders")
    finished = bench.run(
        tool("molecule"), "test", *options,
        cwd=copy,
        env={
            "ANSIBLE_HOME": str(room / "home"),
            "MOLECULE_EPHEMERAL_DIRECTORY": str(room),
            "NO_COLOR": "1",
        },
    )  # fmt: skip
    verdict = judge(finished, declared(copy))
    left = bench.end_simulators(room)
    if left and not verdict.failed:
        complaint = f"{left} simulator(s) left running"
        return verdicts.merge([verdict, Verdict(0, 1, finished.output, (complaint,))])
    return verdict


def judge(finished: Finished, scenarios: dict[str, list[str]]) -> Verdict:
    """Count each action of each scenario, one that was not reached or skipped as failed."""
    if not set(scenarios) - {SHARED}:
        complaint = f"no scenario was found in {SCENARIOS}"
        return Verdict(0, 1, finished.output, (complaint,))
    return verdicts.of_cases(finished, _declared_and_run(finished, scenarios))


def declared(copy: Path) -> dict[str, list[str]]:
    """Give the actions of each scenario, as its own settings and the common ones declare them."""
    folder = copy / SCENARIOS
    common = _test_sequence(folder / "config.yml")
    return {
        str(settings.parent.relative_to(folder)): _test_sequence(settings) or common
        for settings in sorted(folder.rglob("molecule.yml"))
    }


def _test_sequence(settings: Path) -> list[str]:
    import yaml  # noqa: PLC0415 - not needed to print the help

    content: dict[str, Any] = yaml.safe_load(settings.read_text(encoding="utf-8")) or {}
    sequence: list[str] = content.get("scenario", {}).get("test_sequence", [])
    # An action may name a playbook of its own behind it.
    return [action.split()[0] for action in sequence]


def _declared_and_run(finished: Finished, scenarios: dict[str, list[str]]) -> list[Case]:
    """Tell from molecule's own words how each action ended; the first failure ends the run."""
    ended: dict[tuple[str, str], list[str]] = {}
    for scenario, action, state in ENDED.findall(COLOUR.sub("", finished.output)):
        ended.setdefault((scenario, action), []).append(state)
    cases = []
    for scenario, actions in scenarios.items():
        for action in actions:
            states = ended.get((scenario, action), [])
            state = states.pop(0) if states else "was not run"
            problem = None if state == "Successful" else state
            cases.append(Case(f"{scenario} > {action}", problem))
    return cases
