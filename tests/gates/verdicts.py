# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gate says when it is done, and how the reports of the tools are counted."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.gates.programs import Finished

# Tools that leave a check out say so in passing and exit with 0. For a gate that is a failure.
LEFT_OUT = re.compile(
    r"All targets skipped|Required program|not found, skipping|WARNING: (Skipping|Excluding) .*"
    r"|skipping: no hosts matched|Skipping, instances already \w+"
)


@dataclass(frozen=True)
class Verdict:
    """How many checks of a gate passed and failed, and what a reader needs to repair it."""

    passed: int
    failed: int
    output: str = ""
    complaints: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Case:
    """One test in a JUnit report; `problem` is None when it passed."""

    name: str
    problem: str | None


def of_program(finished: Finished, *, remark: str = "") -> Verdict:
    """Judge a tool that is one check: by its exit status, and by what it left out."""
    complaints = _left_out(finished.output)
    if finished.status:
        complaints.append(f"exit status {finished.status}")
    failed = 1 if complaints else 0
    return Verdict(1 - failed, failed, finished.output, tuple(complaints), remark)


def of_cases(finished: Finished, cases: Iterable[Case]) -> Verdict:
    """Judge a test runner: one check for each test. A skipped test is a failed one."""
    complaints = _left_out(finished.output)
    passed = 0
    for case in cases:
        if case.problem is None:
            passed += 1
        else:
            complaints.append(f"{case.name}: {case.problem}")
    if not complaints and not passed:
        complaints.append(f"no test was run (exit status {finished.status})")
    if not complaints and finished.status:
        complaints.append(f"exit status {finished.status}, though every reported test passed")
    return Verdict(passed, len(complaints), finished.output, tuple(complaints))


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Add up verdicts on parts of one gate; only the failed parts' output is of interest."""
    parts = list(verdicts)
    return Verdict(
        passed=sum(part.passed for part in parts),
        failed=sum(part.failed for part in parts),
        output="\n".join(part.output for part in parts if part.failed),
        complaints=tuple(complaint for part in parts for complaint in part.complaints),
        remark=", ".join(part.remark for part in parts if part.remark),
    )


def read_junit(folder: Path, pattern: str = "*.xml") -> list[Case]:
    """Read every test from the JUnit reports in a folder."""
    return [
        _read_case(element)
        for report in sorted(folder.glob(pattern))
        for element in ET.parse(report).getroot().iter("testcase")
    ]


def _read_case(element: ET.Element) -> Case:
    name = f"{element.get('classname', '')} {element.get('name', '')}".strip()
    for problem in ("failure", "error", "skipped"):
        found = element.find(problem)
        if found is not None:
            message = found.get("message") or (found.text or "")
            return Case(name, f"{problem}: {_first_line(message)}")
    return Case(name, None)


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if lines else "no reason given"


def _left_out(output: str) -> list[str]:
    return [f"left out: {found.group(0)}" for found in LEFT_OUT.finditer(output)]
