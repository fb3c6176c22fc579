# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits pass only if everything was looked at; that something could not be is no pass."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.soak.audit_run import Audit, audit_from, report

ADVISORY = {"id": "PYSEC-2019-133", "fix_versions": ["1.24.2"]}
TOLD = Audit(1, ("urllib3 1.24.1: PYSEC-2019-133 (better in 1.24.2)",), ())
CLEAN = Audit(2, (), ())


def printed(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(dependencies), "fixes": []})


def test_what_is_vulnerable_is_named_with_what_helps() -> None:
    good = {"name": "requests", "version": "2.34.2", "vulns": []}
    bad = {"name": "urllib3", "version": "1.24.1", "vulns": [ADVISORY]}

    assert audit_from(printed(good, bad), "") == Audit(2, TOLD.vulnerable, ())


def test_what_could_not_be_looked_up_is_not_looked_up() -> None:
    skipped = {"name": "requests", "skip_reason": "Dependency not found on PyPI"}

    assert audit_from(printed(skipped), "") == Audit(0, (), ("Dependency not found on PyPI",))


@pytest.mark.parametrize("output", ["", "No known vulnerabilities found", "[]", "{}"])
def test_without_a_report_there_was_no_audit(output: str) -> None:
    errors = "Traceback\nConnectionError: name resolution failed\n"

    assert audit_from(output, errors) == Audit(0, (), ("ConnectionError: name resolution failed",))
    assert audit_from(output, "").unclear == ("pip-audit said nothing",)


def test_an_audit_that_found_nothing_where_it_could_have_passes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report(TOLD, {"a.txt": CLEAN, "b.txt": CLEAN}) == 0
    assert "NOT AUDITED" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("told", "audit", "says"),
    [
        (Audit(0, (), ("no route to host",)), CLEAN, "no help: no route to host"),
        (Audit(1, (), ()), CLEAN, "it knows nothing of urllib3==1.24.1"),
        (TOLD, Audit(2, ("x 1: CVE",), ()), "VULNERABLE: a.txt: x 1: CVE"),
        (TOLD, Audit(1, (), ("x is not known",)), "counts as failed: a.txt: x is not known"),
        (TOLD, Audit(0, (), ()), "0 releases looked up"),
    ],
    ids=["unreachable", "silent", "vulnerable", "unknown", "empty"],
)
def test_any_other_audit_fails_and_says_so(
    capsys: pytest.CaptureFixture[str], told: Audit, audit: Audit, says: str
) -> None:
    assert report(told, {"a.txt": audit, "b.txt": CLEAN}) == 1
    assert says in capsys.readouterr().out
