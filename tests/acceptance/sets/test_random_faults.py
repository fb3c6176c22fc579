# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random faults while a random set is applied: the report is true, the next run does the rest."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import given, note, reject
from hypothesis import strategies as st

from tests.acceptance.sets.oracle import Foreseen, foresee
from tests.acceptance.sets.running import Run, run
from tests.acceptance.sets.scale import fewer_examples
from tests.acceptance.sets.strategies import Situation, situations
from tests.acceptance.sets.truth import assert_no_post_is_doubled, assert_report_is_true, planned
from tests.acceptance.sets.vocabulary import Declared, seed_from
from touchbase_simulator.process import SimulatorProcess

LOGGER = logging.getLogger(__name__)
Answer = Mapping[str, Any]

# A refusal is one; what the service or its gateway could not answer, it may have done all the same.
REFUSALS, UNCLEAR = (400, 401, 403, 404, 429), (500, 502, 503, 504)
answers = st.sampled_from(
    [
        *({"status": status, "applied": False} for status in (*REFUSALS, *UNCLEAR)),
        *({"status": status, "applied": True} for status in UNCLEAR),
    ]
)
methods = st.sampled_from(("PUT", "POST", "DELETE", "GET", None))
# Requests that go well before the fault; requests that meet it; attempts after the first.
passings, numbers, repeats = (
    st.sampled_from(choice) for choice in ((0, 0, 0, 1, 2, 5), (1, 2, 3), (0, 0, 1))
)


def test_whatever_fails_on_the_way_the_next_run_ends_where_the_first_was_to(
    simulator: SimulatorProcess,
) -> None:
    seen: Counter[str] = Counter()

    @fewer_examples
    @given(situations(), methods, answers, passings, numbers, repeats)
    def play(
        situation: Situation,
        method: str | None,
        answer: Answer,
        passing: int,
        times: int,
        retries: int,
    ) -> None:
        declared, foreseen = _a_set_that_can_be_kept(situation)
        simulator.reset(seed=seed_from(situation.world), behaviour=situation.switches)
        dry = run(simulator, declared, dry_run=True)
        if passing:
            # So that the fault meets a later request.
            simulator.fault(method=method, delay=0.0001, times=passing)
        simulator.fault(method=method, times=times, **answer)

        broken = run(simulator, declared, concurrency=situation.concurrency, retries=retries)
        simulator.clear_faults()
        mended = run(simulator, declared)
        note(f"foreseen: {foreseen}\nbroken: {broken.result}\nmended: {mended.result}")

        _assert_broken_honestly(dry, broken)
        assert not mended.has_failed
        assert foreseen.is_met_by(mended.after)
        assert broken.has_failed or mended.writes == []
        seen[broken.failure_kind] += 1

    play()

    LOGGER.info("runs with a fault by what came of them: %s", dict(seen.most_common()))
    assert seen.keys() >= {"none", "partially_applied", "refused"}


def _a_set_that_can_be_kept(situation: Situation) -> tuple[Declared, Foreseen]:
    for declared in situation.sets:
        foreseen = foresee(situation.world, declared, situation.switches)
        if foreseen.kinds == {"changes"}:
            return declared, foreseen
    return reject()


def _assert_broken_honestly(dry: Run, broken: Run) -> None:
    assert_no_post_is_doubled(broken)
    if broken.failure_kind == "partially_applied" and sum(planned(dry).values()) > 1:
        assert_report_is_true(dry, broken)
    if not broken.writes:
        assert broken.after == broken.before
        assert not broken.result.get("changed")
