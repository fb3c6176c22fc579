# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every integration target under every reading of what the vendor leaves unsaid, as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.gates import verdicts
from tests.gates.ansible_test import PLAIN, AnsibleTest, Mode
from tests.gates.bench import Bench
from tests.gates.schedule import Gate
from tests.gates.verdicts import Case, Verdict
from touchbase_simulator.behaviour import SWITCHES, Behaviour

LANES = 2


def every_mode() -> list[Mode]:
    """Give the plain mode, each other position of each switch by itself, and all at their worst."""
    single = [
        Mode(f"{switch}-{position}", Behaviour().with_changes({switch: position}))
        for switch, positions in SWITCHES.items()
        for position in positions[1:]
    ]
    return [PLAIN, *single, Mode("hostile", Behaviour.hostile())]


def modes(bench: Bench) -> Verdict:
    """Run all targets in each mode, and print what became of them."""
    test = AnsibleTest.locked(bench)
    every = every_mode()
    with ThreadPoolExecutor(LANES) as pool:
        played = list(pool.map(test.targets, every))
    print(table({mode.name: cases for mode, (_verdict, cases) in zip(every, played, strict=True)}))
    return verdicts.merge(
        named(mode.name, verdict) for mode, (verdict, _cases) in zip(every, played, strict=True)
    )


def named(mode: str, verdict: Verdict) -> Verdict:
    """Say in the complaints of a verdict which mode they are from."""
    complaints = tuple(f"{mode}: {complaint}" for complaint in verdict.complaints)
    return Verdict(verdict.passed, verdict.failed, verdict.output, complaints, verdict.remark)


def table(played: Mapping[str, Sequence[Case]]) -> str:
    """Draw a line for each mode and a column for each target."""
    targets = sorted({case.name for cases in played.values() for case in cases})
    lines = [["mode", *targets]]
    for mode, cases in played.items():
        problems = {case.name: case.problem or "ok" for case in cases}
        lines.append([mode, *(problems.get(target, "was not run") for target in targets)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(targets) + 1)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


MODES = Gate("soak modes", modes)
