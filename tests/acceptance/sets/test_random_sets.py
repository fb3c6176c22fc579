# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random sets against random services: the task does what the oracle says, and nothing else."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import currently_in_test_context, given, note

from tests.acceptance.sets.oracle import Foreseen, Refusal, foresee
from tests.acceptance.sets.running import Request, Run, run
from tests.acceptance.sets.scale import examples
from tests.acceptance.sets.strategies import Situation, plain, situations
from tests.acceptance.sets.truth import (
    assert_changed_is_true,
    assert_no_post_is_doubled,
    assert_report_is_true,
)
from tests.acceptance.sets.vocabulary import (
    ACCOUNT,
    Declared,
    Entry,
    Hook,
    Owner,
    normal,
    owner_of,
    seed_from,
)
from touchbase_simulator.process import SimulatorProcess

LOGGER = logging.getLogger(__name__)

# An example of each must be among the examples, or the tests prove less than they say.
KINDS = {
    "changes",
    "no change",
    "a write is refused",
    "a flaw",
    "declares",
    "an unknown owner to purge, without a code",
    "the service answered 404",
    "There is no webhook",
    "cannot change the type",
    "Several webhooks could be",
    "colliding entries",
    "purge_limit",
    "allow_empty",
}


def test_a_set_is_kept_as_declared_or_refused_for_a_reason(simulator: SimulatorProcess) -> None:
    seen: Counter[str] = Counter()

    @examples
    @given(situations())
    def play(situation: Situation) -> None:
        simulator.reset(seed=seed_from(situation.world), behaviour=situation.switches)
        for declared in situation.sets:
            seen.update(_apply(simulator, declared, situation).kinds)

    play()

    LOGGER.info("sets by what came of them: %s", dict(seen.most_common()))
    assert seen.keys() == KINDS


A, B, C, D, E = (f"https://hooks.example.org/{name}" for name in "abcde")
CAMPAIGN, REPLY = Owner("campaign", 11), "CampaignReply"
TWINS = {1: Hook(REPLY, A, active=False), 2: Hook(REPLY, A), 3: Hook(REPLY, A)}
FIVE = {number: Hook(REPLY, url) for number, url in enumerate((A, B, C, D, E), 1)}
MOVE = Entry(CAMPAIGN, 1, url=B)
# What dice rarely throw: the webhooks of a campaign, the set, and what kind of thing comes of it.
CORNERS = {
    "of twins an active one is kept": (
        TWINS,
        Declared([Entry(CAMPAIGN, None, REPLY, A)], purge=True),
        "changes",
    ),
    "of twins an inactive one is kept if it is to be inactive": (
        TWINS,
        Declared([Entry(CAMPAIGN, None, REPLY, A, active=False)], purge=True),
        "changes",
    ),
    "of twins that are to be active one is refused": (
        TWINS,
        Declared([Entry(CAMPAIGN, number, active=True) for number in TWINS]),
        "a write is refused",
    ),
    "one entry removes what another keeps": (
        FIVE,
        Declared([MOVE, Entry(CAMPAIGN, None, REPLY, B, is_absent=True)]),
        "colliding entries",
    ),
    "the URL is taken until the other is deleted": (
        FIVE,
        Declared([MOVE, Entry(CAMPAIGN, 2, is_absent=True), Entry(CAMPAIGN, 3, is_absent=True)]),
        "a write is refused",
    ),
    "the URL is taken until the other has moved": (
        {1: FIVE[1], 2: FIVE[2]},
        Declared([Entry(CAMPAIGN, 2, url=C), MOVE]),
        "changes",
    ),
    "the URL is taken until the other is deactivated": (
        {1: FIVE[1]},
        Declared([Entry(CAMPAIGN, 1, url=B, active=False), Entry(CAMPAIGN, None, REPLY, A)]),
        "a write is refused",
    ),
}


@pytest.mark.parametrize(("hooks", "declared", "kind"), CORNERS.values(), ids=CORNERS)
def test_a_service_that_refuses_two_of_one_address_is_brought_as_far_as_it_goes(
    simulator: SimulatorProcess, hooks: Mapping[int, Hook], declared: Declared, kind: str
) -> None:
    world = {CAMPAIGN: hooks, ACCOUNT: {}}
    situation = Situation(world, {**plain, "duplicates": "refused"}, [declared], 1)
    simulator.reset(seed=seed_from(world), behaviour=situation.switches)

    foreseen = _apply(simulator, declared, situation)

    assert foreseen.kinds == {kind}


def _apply(simulator: SimulatorProcess, declared: Declared, situation: Situation) -> Foreseen:
    """Run a set dry, for real, and again; compare each time with what was foreseen."""
    dry, live, again = (
        run(simulator, declared, dry_run=dry_run, concurrency=situation.concurrency)
        for dry_run in (True, False, False)
    )
    foreseen = foresee(dry.before, declared, situation.switches)
    if currently_in_test_context():
        note(f"foreseen: {foreseen}\ndry: {dry.result}\nlive: {live.result}")

    assert dry.writes == []
    assert dry.after == dry.before == live.before
    if foreseen.refusal:
        _assert_refused(dry, declared, foreseen.refusal)
        _assert_refused(live, declared, foreseen.refusal)
        assert live.result == dry.result or situation.concurrency > 1
        return foreseen
    assert dry.requests == foreseen.dry_requests
    assert live.requests == foreseen.requests
    assert foreseen.is_met_by(live.after)
    assert_no_post_is_doubled(live)
    if situation.switches["duplicates"] == "allowed":
        _assert_order(live)
    if live.has_failed:
        _assert_failed_as_foreseen(dry, live, foreseen)
    else:
        _assert_kept(dry, live, again, foreseen, declared, situation.switches)
    return foreseen


def _assert_refused(refused: Run, declared: Declared, refusal: Refusal) -> None:
    """Nothing is written, and every entry that is to blame is named, with no other."""
    assert refused.has_failed
    assert refused.result["failure"]["kind"] == "not_plannable"
    assert not refused.result.get("changed")
    assert refused.writes == []
    assert refused.after == refused.before
    if refusal.is_before_reading:
        assert refused.journal == []
    else:
        assert refused.requests == Counter(f"GET {owner.path}" for owner in declared.owners_to_read)
    message = refused.result["msg"]
    assert all(words in message for words in refusal.reasons.values())
    named = _named(message)
    assert all(words in named[place] for place, words in refusal.certain.items())
    assert named.keys() <= {*refusal.certain, *refusal.possible}
    assert named or not refusal.possible


def _named(message: str) -> dict[int, str]:
    """What is said of each entry; entries with the same complaint share a line."""
    lines = re.findall(r"(?m)^((?:webhooks\[\d+\] \([^)]*\)(?:, )?)+): (.+)", message)
    named = r"webhooks\[(\d+)\]"
    return {int(place): text for names, text in lines for place in re.findall(named, names)}


def _assert_failed_as_foreseen(dry: Run, live: Run, foreseen: Foreseen) -> None:
    """Some writes are refused by this service: what can be done is, and the report is true."""
    assert "failed" in {step.outcome for step in foreseen.steps}
    if len(foreseen.steps) == 1:
        assert live.result["failure"]["kind"] == "refused"
        assert_changed_is_true(live)
        return
    failure = live.result["failure"]
    listed = Counter(
        (outcome, item["change"], owner_of(item["webhook"]))
        for outcome in ("done", "failed", "not_tried")
        for item in failure[outcome]
    )
    assert listed == Counter(
        (step.outcome.replace(" ", "_"), step.kind, step.owner) for step in foreseen.steps
    )
    assert_report_is_true(dry, live)


def _assert_kept(
    dry: Run,
    live: Run,
    again: Run,
    foreseen: Foreseen,
    declared: Declared,
    switches: Mapping[str, str],
) -> None:
    """The service is as declared, check mode foretold it, and the next run has nothing to do."""
    assert all(step.outcome == "done" for step in foreseen.steps)
    assert live.result["changed"] == bool(foreseen.steps)
    assert {kind: n for kind, n in live.result["counts"].items() if kind != "unchanged" and n} == (
        foreseen.counts
    )
    _assert_foretold(dry.result, live.result, has_dates=switches["date_fractions"] == "fixed")
    _assert_records_are_true(live, declared)

    assert not again.has_failed
    assert again.result["changed"] is False
    assert again.writes == []
    assert again.result["diff"] == []
    assert sum(again.requests.values()) == len(declared.owners_to_read)
    if switches["stored_address"] == "verbatim" and switches["date_fractions"] == "fixed":
        assert again.result["webhooks"] == live.result["webhooks"]


def _assert_foretold(dry: Mapping[str, Any], live: Mapping[str, Any], *, has_dates: bool) -> None:
    """Records, diff and counts of check mode are those of the live run, but for what is new."""
    for before_it, after_it in zip(_records(dry), _records(live), strict=True):
        shown = dict(after_it)
        if before_it.get("webhook_id", 0) is None:
            shown["webhook_id"] = shown["date_created"] = None
        ignored = {} if has_dates or not shown else {"date_created": ""}
        assert {**before_it, **ignored} == {**shown, **ignored}
    for name in ("changed", "counts"):
        assert dry[name] == live[name]
    assert [_headers(pair) for pair in dry["diff"]] == [_headers(pair) for pair in live["diff"]]
    foretold = dry["warnings"]
    assert [text for text in live["warnings"] if text in foretold] == foretold


def _records(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    pairs = [pair[side] for pair in result["diff"][:-1] for side in ("before", "after")]
    return [*(record or {} for record in result["webhooks"]), *pairs]


def _headers(pair: Mapping[str, Any]) -> tuple[str, str]:
    return pair.get("before_header", ""), pair.get("after_header", pair.get("prepared", ""))


def _assert_records_are_true(live: Run, declared: Declared) -> None:
    """The records stand in the order declared and say what the service holds."""
    records = live.result["webhooks"]
    assert len(records) == len(declared.entries)
    for entry, record in zip(declared.entries, records, strict=True):
        assert (record is None) == entry.is_absent
        if record is None:
            continue
        assert owner_of(record) == entry.owner
        held = live.after[entry.owner][record["webhook_id"]]
        assert (record["webhook_type"], record["active"]) == (held.webhook_type, held.active)
        assert normal(record["url"]) == normal(held.url)
        assert entry.webhook_id in (None, record["webhook_id"])
        assert entry.active in (None, held.active)
        assert entry.url is None or normal(entry.url) == normal(held.url)
        # What the service says of its date may have any number of fraction digits.
        assert record["date_created"][:19] == held.date_created[:19]


def _assert_order(live: Run) -> None:
    """Updates, creations, and what takes a receiver away at last: switching off, then deleting."""
    phases = [_phase(live, request) for request in live.writes]
    assert phases == sorted(phases)


def _phase(live: Run, request: Request) -> int:
    was_active = {
        f"{owner.path}/{number}": hook.active
        for owner, hooks in live.before.items()
        for number, hook in hooks.items()
    }
    if request["method"] == "DELETE":
        return 3
    if request["path"] not in was_active:
        return 1
    return 2 if was_active[request["path"]] > request["body"]["IsActive"] else 0
