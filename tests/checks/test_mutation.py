# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutation testing passes only with a good score."""

from __future__ import annotations

import json

import pytest

from tests.soak import mutation_report
from tests.soak.mutation_report import (
    BROKEN,
    KILLED,
    LEFT_OUT,
    SURVIVED,
    TIMED_OUT,
    Mutant,
    Score,
)

SURVIVOR = Mutant("one.py", 7, "return a < b", "return a <= b", SURVIVED)


def score(survived: int = 0, **outcomes: int) -> Score:
    """Nineteen killed mutants of one file, and more with the outcomes that are given."""
    words = {"killed": KILLED, "late": TIMED_OUT, "left_out": LEFT_OUT, "broken": BROKEN}
    counts = {"killed": 19, **outcomes}
    found = [
        Mutant("one.py", 1, "x", "y", words[name])
        for name in counts
        for _one in range(counts[name])
    ]
    return Score("one.py", (*found, *[SURVIVOR] * survived))


def test_what_was_left_out_does_not_count_and_what_never_ends_counts_as_killed() -> None:
    assert score(survived=1, killed=8, late=1, left_out=50).percent == 90.0


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (score(), None),
        (score(survived=1), None),
        (score(survived=3), "86.4 %, less than 90 %"),
        (score(broken=1), "1 of 20 mutants could not be tried"),
        (score(killed=0, left_out=3), "0 of 0 mutants could not be tried"),
    ],
    ids=["all", "one left", "too many", "broken", "none"],
)
def test_strict_file_needs_its_score(result: Score, said: str | None) -> None:
    found = mutation_report.complaints([result], ["one.py"])

    assert (said in "\n".join(found)) if said else not found


def test_other_file_is_reported_only() -> None:
    weak = score(survived=19)

    assert not mutation_report.complaints([weak], [])
    assert "one.py:7\n    - return a < b\n    + return a <= b" in mutation_report.as_text([weak])
    assert "50.0 %" in mutation_report.as_text([weak])


DIFF = """--- mutation diff ---
--- aone.py
+++ bone.py
@@ -6,2 +6,2 @@
 def f():
-    a < b
+    a <= b"""
PLACE = {"mutations": [{"start_pos": [7, 4]}]}


@pytest.mark.parametrize(
    ("worker", "test", "output", "outcome"),
    [
        ("normal", "survived", "3 passed", SURVIVED),
        ("normal", "killed", "1 failed", KILLED),
        ("normal", "killed", "timeout", TIMED_OUT),
        ("skipped", None, "no Python", LEFT_OUT),
        ("normal", "incompetent", "", BROKEN),
        ("exception", "incompetent", "", BROKEN),
        ("no-test", None, "", BROKEN),
    ],
)
def test_what_became_of_a_mutant_is_read_from_the_session(
    worker: str, test: str | None, output: str, outcome: str
) -> None:
    result = {"worker_outcome": worker, "test_outcome": test, "output": output, "diff": DIFF}

    found = mutation_report.read_dump("one.py", json.dumps([PLACE, result]))

    assert found.mutants == (Mutant("one.py", 7, "a < b", "a <= b", outcome),)


def test_a_mutant_that_was_never_tried_is_no_killed_one() -> None:
    found = mutation_report.read_dump("one.py", json.dumps([PLACE, None]))

    assert [mutant.outcome for mutant in found.mutants] == [BROKEN]
