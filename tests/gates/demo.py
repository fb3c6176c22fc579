# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: one play in check mode, for real, and again, and what the service saw of it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gates.bench import Bench, collections_path, tool
from touchbase_simulator.process import SimulatorProcess
from touchbase_simulator.seed import DEFAULT_API_KEY

PLAY = ("ansible-playbook", "playbooks/demo.yml", "--diff")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Expected:
    """A run of the play: its options, what its recap says, and the requests it makes."""

    options: tuple[str, ...]
    changed: int
    requests: tuple[str, ...]


RUNS = (
    Expected(("--check",), 1, ("GET",)),
    Expected((), 1, ("GET", "PUT")),
    Expected((), 0, ("GET",)),
)


@dataclass(frozen=True)
class Seen:
    """What a run printed, and what the simulator noted during it."""

    command: str
    status: int
    output: str
    requests: Sequence[Mapping[str, Any]]

    @property
    def diff(self) -> str:
        """The diff alone, from the line with the old side's name to the task's result."""
        text = COLOUR.sub("", self.output)
        found = re.search(r"^--- .*?(?=^(?:changed|ok): )", text, re.MULTILINE | re.DOTALL)
        return found[0].strip() if found else ""


def run(bench: Bench) -> int:
    """Show the main job against a fresh simulator; exit with 1 if anything was not as it should."""
    seen: list[Seen] = []
    copy = bench.stage("demo")
    with SimulatorProcess.start() as simulator:
        for expected in RUNS:
            seen.append(_play(bench, copy, expected, simulator, already=_count(seen)))
            print(f"$ {seen[-1].command}\n{seen[-1].output.rstrip()}\n", flush=True)
    print("\n\n".join(_journal(number, one) for number, one in enumerate(seen, start=1)))
    complaints = complaints_about(seen)
    for complaint in complaints:
        print(f"NOT AS IT SHOULD BE: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def _play(
    bench: Bench, copy: Path, expected: Expected, simulator: SimulatorProcess, *, already: int
) -> Seen:
    """Run the play once; the requests after the first `already` ones are its own."""
    env = {
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path(copy)),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "TOUCHBASE_API_KEY": DEFAULT_API_KEY,
        "TOUCHBASE_API_URL": simulator.url,
    }
    if sys.stdout.isatty():
        env["ANSIBLE_FORCE_COLOR"] = "true"
    command = (*PLAY, *expected.options)
    finished = bench.run(tool(command[0]), *command[1:], cwd=copy, env=env)
    requests = simulator.journal()[already:]
    return Seen(" ".join(command), finished.status, finished.output, requests)


def _count(seen: Sequence[Seen]) -> int:
    return sum(len(one.requests) for one in seen)


def _journal(number: int, seen: Seen) -> str:
    lines = [f"Requests of run {number} ({seen.command}):"]
    for request in seen.requests:
        body = f" {json.dumps(request['body'])}" if request["body"] is not None else ""
        lines.append(f"  {request['method']} {request['path']}{body} -> {request['status']}")
    return "\n".join(lines)


def complaints_about(seen: Sequence[Seen]) -> list[str]:
    """Compare what was seen with what the demo promises."""
    complaints = []
    for expected, one in zip(RUNS, seen, strict=True):
        text = COLOUR.sub("", one.output)
        if one.status:
            complaints.append(f"{one.command}: exit status {one.status}")
        if not re.search(rf"\bchanged={expected.changed}\b", text):
            complaints.append(f"{one.command}: the recap lacks changed={expected.changed}")
        methods = tuple(request["method"] for request in one.requests)
        if methods != expected.requests:
            complaints.append(f"{one.command}: requests {methods}, expected {expected.requests}")
    predicted, applied, again = (one.diff for one in seen)
    if not predicted or predicted != applied:
        complaints.append("check mode and the real run show different diffs, or none")
    if again:
        complaints.append("the second run shows a diff")
    return complaints
