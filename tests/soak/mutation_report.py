# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the mutants: the score of each file, its survivors, what is wrong with that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

KILLED, TIMED_OUT, SURVIVED, LEFT_OUT, BROKEN = (
    "killed",
    "timed out",
    "survived",
    "left out",
    "broken",
)
LEAST_SCORE = 90


@dataclass(frozen=True)
class Mutant:
    """A change of one file, by its text, and what became of it."""

    file: str
    line: int
    was: str
    now: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}\n    - {self.was}\n    + {self.now or '(nothing)'}"


@dataclass(frozen=True)
class Score:
    """The mutants of one file; those that were left out do not count."""

    file: str
    mutants: tuple[Mutant, ...]

    @property
    def killed(self) -> int:
        """How many mutants a test noticed; one that never ends was noticed as well."""
        return sum(mutant.outcome in (KILLED, TIMED_OUT) for mutant in self.mutants)

    @property
    def counted(self) -> int:
        """How many mutants were tried."""
        return sum(mutant.outcome != LEFT_OUT for mutant in self.mutants)

    @property
    def percent(self) -> float:
        """The share that was killed."""
        return 100 * self.killed / self.counted if self.counted else 0.0

    @property
    def survivors(self) -> list[Mutant]:
        """The mutants that no test noticed, in the order of the file."""
        found = [mutant for mutant in self.mutants if mutant.outcome == SURVIVED]
        return sorted(found, key=lambda mutant: (mutant.line, mutant.now))


def read_dump(file: str, dump: str) -> Score:
    """Read what ``cosmic-ray dump`` prints about a session of one file."""
    pairs = [json.loads(line) for line in dump.splitlines()]
    return Score(file, tuple(_mutant(file, item, result) for item, result in pairs))


def _mutant(file: str, item: dict[str, Any], result: dict[str, Any] | None) -> Mutant:
    (mutation,) = item["mutations"]
    diff = ((result or {}).get("diff") or "").splitlines()
    changed = [line for line in diff if not line.startswith(("---", "+++"))]
    was = [line[1:].strip() for line in changed if line.startswith("-")]
    now = [line[1:].strip() for line in changed if line.startswith("+")]
    line = mutation["start_pos"][0]
    return Mutant(file, line, " ".join(was), " ".join(now), _outcome(result))


def _outcome(result: dict[str, Any] | None) -> str:
    if result is None or result["worker_outcome"] not in ("normal", "skipped"):
        return BROKEN
    if result["worker_outcome"] == "skipped":
        return LEFT_OUT
    if result["output"] == "timeout":
        return TIMED_OUT
    return {"killed": KILLED, "survived": SURVIVED}.get(result["test_outcome"], BROKEN)


def complaints(scores: Sequence[Score], strict: Iterable[str]) -> list[str]:
    """Say what is wrong: mutants that could not be tried, and low scores of strict files."""
    found = []
    for score in scores:
        broken = sum(mutant.outcome == BROKEN for mutant in score.mutants)
        if broken or not score.counted:
            found.append(f"{score.file}: {broken} of {score.counted} mutants could not be tried")
        if score.file in strict and score.percent < LEAST_SCORE:
            found.append(f"{score.file}: {score.percent:.1f} %, less than {LEAST_SCORE} %")
    return found


def as_text(scores: Sequence[Score]) -> str:
    """Lay out the survivors, and below them the table of scores."""
    lines = [str(mutant) for score in scores for mutant in score.survivors]
    head = ("file", "left out", "mutants", "killed", "by time", "survived", "score")
    rows = [head, *(_row(score) for score in scores)]
    return "\n".join([*lines, "", *(_aligned(row) for row in rows)])


def _row(score: Score) -> tuple[str, ...]:
    late = sum(mutant.outcome == TIMED_OUT for mutant in score.mutants)
    left_out = len(score.mutants) - score.counted
    counts = (left_out, score.counted, score.killed, late, len(score.survivors))
    return (score.file, *map(str, counts), f"{score.percent:.1f} %")


def _aligned(row: Sequence[str]) -> str:
    return f"{row[0]:<30}" + "".join(f"{cell:>11}" for cell in row[1:])
