# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: one play in check mode, for real, and again, and what the service saw of it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from checks.workspace import Workspace, collections_path, tool
from touchbase_simulator.process import SimulatorProcess
from touchbase_simulator.seed import DEFAULT_API_KEY

PLAY = ("ansible-playbook", "playbooks/demo.yml", "--diff")
DIFF = re.compile(r"^--- .*?(?=^(?:changed|ok): )", re.MULTILINE | re.DOTALL)

# What a run printed, and the requests that the simulator noted.
Run = tuple[str, list[dict[str, Any]]]
# Each run of the play: its options, how much its recap says has changed, and its requests.
RUNS: tuple[tuple[tuple[str, ...], int, list[str]], ...] = (
    (("--check",), 1, ["GET"]),
    ((), 1, ["GET", "PUT"]),
    ((), 0, ["GET"]),
)


def run(workspace: Workspace) -> int:
    """Show the main job against a fresh simulator; exit with 1 if anything was not as it should."""
    copy = workspace.stage("demo")
    seen: list[Run] = []
    with SimulatorProcess.start() as simulator:
        env = {
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path(copy)),
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "TOUCHBASE_API_KEY": DEFAULT_API_KEY,
            "TOUCHBASE_API_URL": simulator.url,
        }
        for options, _changed, _requests in RUNS:
            simulator.clear_journal()
            finished = workspace.run(tool(PLAY[0]), *PLAY[1:], *options, cwd=copy, env=env)
            seen.append((finished.output, simulator.journal()))
            print("$", *PLAY, *options, f"\n{finished.output.rstrip()}\n\nRequests of this run:")
            print("", *map(_as_text, seen[-1][1]), "", sep="\n  ", flush=True)
    complaints = list(complaints_about(seen))
    for complaint in complaints:
        print(f"NOT AS IT SHOULD BE: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def complaints_about(seen: list[Run]) -> Iterator[str]:
    """Compare what the runs have printed and requested with what the demo promises."""
    for number, (output, journal) in enumerate(seen):
        _options, changed, expected = RUNS[number]
        if not re.search(rf"\bchanged={changed}\b.*\bfailed=0\b", output):
            yield f"run {number + 1}: the recap lacks changed={changed} and failed=0"
        methods = [request["method"] for request in journal]
        if methods != expected:
            yield f"run {number + 1}: requests {methods}, expected {expected}"
    predicted, applied, again = (DIFF.findall(output) for output, _journal in seen)
    if not predicted or predicted != applied:
        yield "check mode and the real run show different diffs, or none"
    if again:
        yield "the second run shows a diff"


def _as_text(request: Mapping[str, Any]) -> str:
    body = f" {json.dumps(request['body'])}" if request["body"] is not None else ""
    return f"{request['method']} {request['path']}{body} -> {request['status']}"
