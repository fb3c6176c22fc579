# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check comes to: how many things passed and failed, read from the reports of the tools."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.workspace import Finished

# Tools that leave something out say so in passing and exit with 0. Here that is a failure.
LEFT_OUT = re.compile(
    r"All targets skipped|Required program|not found, skipping|WARNING: (Skipping|Excluding) .*"
    r"|skipping: no hosts matched|Skipping, instances already \w+|nox > Skipping .*"
)


@dataclass(frozen=True)
class Result:
    """How many things passed and failed, and what a reader needs to repair it."""

    passed: int
    failed: int
    output: str = ""
    complaints: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Case:
    """One test of a tool's report; `problem` is None when it passed."""

    name: str
    problem: str | None = None


def of_program(finished: Finished) -> Result:
    """Judge a tool that is one check: by its exit status, and by what it left out."""
    complaints = _left_out(finished.output)
    if finished.status:
        complaints.append(f"exit status {finished.status}")
    return Result(int(not complaints), int(bool(complaints)), finished.output, tuple(complaints))


def of_cases(finished: Finished, cases: Iterable[Case]) -> Result:
    """Judge a test runner, each test by itself. A skipped test is a failed one."""
    every = list(cases)
    complaints = _left_out(finished.output)
    complaints += [f"{case.name}: {case.problem}" for case in every if case.problem is not None]
    passed = sum(case.problem is None for case in every)
    if not complaints and not passed:
        complaints.append(f"no test was run (exit status {finished.status})")
    if not complaints and finished.status:
        complaints.append(f"exit status {finished.status}, though every reported test passed")
    return Result(passed, len(complaints), finished.output, tuple(complaints))


def merge(results: Iterable[Result]) -> Result:
    """Add up the parts of one check; only the failed parts' output is of interest."""
    parts = list(results)
    return Result(
        passed=sum(part.passed for part in parts),
        failed=sum(part.failed for part in parts),
        output="\n".join(part.output for part in parts if part.failed),
        complaints=tuple(complaint for part in parts for complaint in part.complaints),
        remark=", ".join(part.remark for part in parts if part.remark),
    )


def read_junit(folder: Path) -> list[Case]:
    """Read every test from the JUnit reports in a folder."""
    return [
        _read_case(element)
        for report in sorted(folder.glob("*.xml"))
        for element in ET.parse(report).getroot().iter("testcase")
    ]


def _read_case(element: ET.Element) -> Case:
    name = f"{element.get('classname', '')} {element.get('name', '')}".strip()
    for problem in ("failure", "error", "skipped"):
        found = element.find(problem)
        if found is not None:
            lines = (found.get("message") or found.text or "").strip().splitlines()
            return Case(name, f"{problem}: {lines[0] if lines else 'no reason given'}")
    return Case(name)


def _left_out(output: str) -> list[str]:
    return [f"left out: {found.group(0)}" for found in LEFT_OUT.finditer(output)]
