# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a list of changes: the order, what a failure stops, and what is told of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._carry_out import Outcome, carry_out
from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Defect,
    NotPlannable,
    PartlyApplied,
    Refused,
    TouchBaseError,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.retry import Cancelled
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import (
    Change,
    Webhook,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import NoTwins, stored
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    DATE,
    NEW_URL,
    OTHER_CAMPAIGN,
    OTHER_URL,
    STATUS,
    URL,
    WEBHOOKS_PATH,
    client_of,
    new_webhook,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    after,
    error,
    gateway,
    hangs_up,
    reply,
)

OTHER_PATH = "/sms/campaigns/9142/webhooks"
NO = error(400, 9, "no")
SPELT_OTHERWISE = wire(Id=1, Url=OTHER_URL.replace("https://hooks", "https://HOOKS"))


def updated(webhook_id: int, owner: Owner = CAMPAIGN) -> Change:
    before = webhook(owner=owner, webhook_id=webhook_id)
    return Change(before, webhook(owner=owner, webhook_id=webhook_id, url=OTHER_URL))


def created(owner: Owner = CAMPAIGN, url: str = NEW_URL) -> Change:
    return Change(None, new_webhook(owner=owner, url=url))


def deleted(webhook_id: int, owner: Owner = CAMPAIGN, url: str = URL) -> Change:
    return Change(webhook(owner=owner, webhook_id=webhook_id, url=url), None)


def switched_off(webhook_id: int, owner: Owner = CAMPAIGN, url: str = URL) -> Change:
    before = webhook(owner=owner, webhook_id=webhook_id)
    return Change(before, webhook(owner=owner, webhook_id=webhook_id, url=url, active=False))


def moved(webhook_id: int, before: str, after: str, owner: Owner = CAMPAIGN) -> Change:
    there = webhook(owner=owner, webhook_id=webhook_id, url=before)
    return Change(there, webhook(owner=owner, webhook_id=webhook_id, url=after))


UNCHANGED = Change(webhook(webhook_id=50), webhook(webhook_id=50))
NEITHER = Change(None, None)


def done(
    service: ScriptedService, changes: Sequence[Change], concurrency: int = 1
) -> list[Outcome]:
    client = client_of(service.url, concurrency=concurrency)
    return carry_out(client, changes, dry_run=False, concurrency=concurrency)


def failure_of(
    service: ScriptedService, changes: Sequence[Change], concurrency: int = 1
) -> PartlyApplied:
    with pytest.raises(PartlyApplied) as caught:
        done(service, changes, concurrency)
    return caught.value


def names(items: Sequence[dict[str, Any]]) -> list[tuple[str, int | None]]:
    return [(item["change"], item["webhook"]["webhook_id"]) for item in items]


# Order


def test_what_takes_a_receiver_away_comes_last(service: ScriptedService) -> None:
    service.always_answers(stored)
    moves_and_goes_off = switched_off(6, url=OTHER_URL)

    done(
        service,
        [
            deleted(1),
            switched_off(2),
            created(),
            updated(3),
            deleted(4),
            created(url=URL + "/2"),
            updated(5),
            moves_and_goes_off,
        ],
    )

    assert service.seen == [
        f"PUT {WEBHOOKS_PATH}/3",
        f"PUT {WEBHOOKS_PATH}/5",
        f"POST {WEBHOOKS_PATH}",
        f"POST {WEBHOOKS_PATH}",
        f"PUT {WEBHOOKS_PATH}/2",
        f"PUT {WEBHOOKS_PATH}/6",
        f"DELETE {WEBHOOKS_PATH}/1",
        f"DELETE {WEBHOOKS_PATH}/4",
    ]


def test_switching_on_comes_before_creations(service: ScriptedService) -> None:
    service.always_answers(stored)
    switched_on = Change(webhook(webhook_id=2, active=False), webhook(webhook_id=2))

    done(service, [created(), switched_on])

    assert service.seen == [f"PUT {WEBHOOKS_PATH}/2", f"POST {WEBHOOKS_PATH}"]


def test_the_outcomes_are_in_the_order_of_the_changes(service: ScriptedService) -> None:
    service.always_answers(stored)
    changes = [deleted(1), UNCHANGED, created(), NEITHER, updated(2)]

    outcomes = done(service, changes)

    really_created = webhook(webhook_id=60, url=NEW_URL, date_created=DATE)
    assert [outcome.change for outcome in outcomes] == [
        deleted(1),
        UNCHANGED,
        Change(None, really_created),
        NEITHER,
        updated(2),
    ]
    assert all(outcome.error is None for outcome in outcomes)


def test_an_outcome_has_the_warnings_of_its_own_write(service: ScriptedService) -> None:
    service.answers(reply(json=SPELT_OTHERWISE), stored)

    outcomes = done(service, [updated(1), updated(2)])

    assert [len(outcome.warnings) for outcome in outcomes] == [1, 0]


@pytest.mark.parametrize(
    ("changes", "dry_run"),
    [
        ([updated(1), created(), deleted(2)], True),
        ([UNCHANGED, NEITHER], False),
        ([UNCHANGED], True),
        ([], False),
    ],
    ids=["a dry run", "nothing to do", "both", "no change at all"],
)
def test_a_dry_run_and_changes_that_are_none_send_nothing(
    service: ScriptedService, changes: list[Change], dry_run: bool
) -> None:
    outcomes = carry_out(client_of(service.url), changes, dry_run)

    assert [outcome.change for outcome in outcomes] == changes
    assert service.connections == 0


def test_an_outcome_stays_as_it_is() -> None:
    outcome = Outcome(UNCHANGED)

    with pytest.raises(FrozenInstanceError):
        outcome.was_tried = False  # type: ignore[misc] # that is what is tried here


@pytest.mark.parametrize("change", [updated(1), created(), deleted(1)], ids=["put", "post", "del"])
def test_a_write_that_slips_through_a_dry_run_is_stopped_by_the_second_lock(
    service: ScriptedService, change: Change
) -> None:
    with pytest.raises(NotPlannable, match="may only read"):
        carry_out(client_of(service.url, read_only=True), [change], dry_run=False)

    assert service.connections == 0


# One failure


def test_what_went_wrong_with_a_single_change_is_raised_as_it_is(service: ScriptedService) -> None:
    service.answers(NO)

    with pytest.raises(Refused, match="Could not update webhook 1 of campaign 9141"):
        done(service, [UNCHANGED, updated(1), NEITHER])


def test_a_failure_does_not_stop_what_is_independent_of_it(service: ScriptedService) -> None:
    service.answers(NO).always_answers(stored)

    failure = failure_of(service, [updated(1), updated(2), created(), updated(3, OTHER_CAMPAIGN)])

    assert names(failure.failed) == [("updated", 1)]
    assert names(failure.done) == [("updated", 2), ("created", 60), ("updated", 3)]
    assert failure.not_tried == []


@pytest.mark.parametrize("broken", [updated(1), created()], ids=["an update", "a creation"])
def test_nothing_is_taken_away_of_an_owner_with_a_failure_but_of_others(
    service: ScriptedService, broken: Change
) -> None:
    service.answers(NO).always_answers(stored)

    failure = failure_of(
        service,
        [
            deleted(5),
            switched_off(4),
            broken,
            deleted(6, OTHER_CAMPAIGN),
            switched_off(7, OTHER_CAMPAIGN),
        ],
    )

    assert names(failure.done) == [("deleted", 6), ("updated", 7)]
    assert names(failure.not_tried) == [("deleted", 5), ("updated", 4)]
    assert len(failure.failed) == 1
    assert service.seen[1:] == [f"PUT {OTHER_PATH}/7", f"DELETE {OTHER_PATH}/6"]


def test_what_cannot_be_switched_off_does_not_hinder_what_is_taken_away_besides(
    service: ScriptedService,
) -> None:
    service.answers(NO).always_answers(stored)

    failure = failure_of(service, [deleted(3), switched_off(1), switched_off(2)])

    assert names(failure.failed) == [("updated", 1)]
    assert names(failure.done) == [("deleted", 3), ("updated", 2)]
    assert failure.not_tried == []


def test_a_deletion_that_fails_does_not_stop_the_others(service: ScriptedService) -> None:
    service.answers(NO, stored)

    failure = failure_of(service, [deleted(5), deleted(6)])

    assert names(failure.failed) == [("deleted", 5)]
    assert names(failure.done) == [("deleted", 6)]


GOES_ON: dict[str, Step] = {
    "400": NO,
    "403": error(403, 105, "no"),
    "404": error(404, 142, "no"),
    "404 without a code": gateway(404, "no"),
    "500": error(500, 1, "no"),
    "nonsense": reply(body=b"<html>"),
}
STOPS: dict[str, Step] = {"401": error(401, 100, "no"), "429": gateway(429, "no")}
TROUBLE: dict[str, Step] = {
    "502": gateway(502, "no"),
    "503": gateway(503, "no"),
    "504": gateway(504, "no"),
    "unreachable": hangs_up(),
}


@pytest.mark.parametrize("answer", GOES_ON.values(), ids=GOES_ON)
def test_an_error_about_one_webhook_lets_the_others_be_tried_however_often_it_comes(
    service: ScriptedService, answer: Step
) -> None:
    service.always_answers(answer)

    failure = failure_of(service, [updated(1), updated(2), updated(3), deleted(4, OTHER_CAMPAIGN)])

    assert names(failure.failed)[:3] == [("updated", 1), ("updated", 2), ("updated", 3)]
    assert failure.not_tried == []
    assert f"DELETE {OTHER_PATH}/4" in service.seen


@pytest.mark.parametrize("answer", STOPS.values(), ids=STOPS)
def test_after_an_error_that_all_would_meet_nothing_new_begins(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(stored, answer).always_answers(stored)

    failure = failure_of(
        service, [deleted(9, OTHER_CAMPAIGN), updated(1), updated(2), updated(3), created()]
    )

    assert names(failure.done) == [("updated", 1)]
    assert names(failure.failed) == [("updated", 2)]
    assert names(failure.not_tried) == [("deleted", 9), ("updated", 3), ("created", None)]
    assert len(service.seen) == 2


@pytest.mark.parametrize("answer", STOPS.values(), ids=STOPS)
def test_a_deletion_stops_the_rest_in_the_same_way(service: ScriptedService, answer: Step) -> None:
    service.answers(answer).always_answers(stored)

    failure = failure_of(service, [deleted(1), deleted(2, OTHER_CAMPAIGN)])

    assert names(failure.not_tried) == [("deleted", 2)]


@pytest.mark.parametrize("answer", TROUBLE.values(), ids=TROUBLE)
def test_one_failure_for_want_of_a_service_stops_nothing(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer).always_answers(stored)

    failure = failure_of(service, [updated(1), updated(2), deleted(3, OTHER_CAMPAIGN)])

    assert names(failure.failed) == [("updated", 1)]
    assert names(failure.done) == [("updated", 2), ("deleted", 3)]


@pytest.mark.parametrize("second", TROUBLE.values(), ids=TROUBLE)
@pytest.mark.parametrize("first", [gateway(503, "no"), hangs_up()], ids=["503", "unreachable"])
def test_after_the_second_failure_for_want_of_a_service_nothing_new_begins(
    service: ScriptedService, first: Step, second: Step
) -> None:
    service.answers(first, stored, second).always_answers(stored)

    failure = failure_of(
        service, [updated(1), updated(2), deleted(3, OTHER_CAMPAIGN), deleted(4, OTHER_CAMPAIGN)]
    )

    assert names(failure.done) == [("updated", 2)]
    assert names(failure.failed) == [("updated", 1), ("deleted", 3)]
    assert names(failure.not_tried) == [("deleted", 4)]
    assert len(service.seen) == 3


UNCLEAR_CREATIONS: dict[str, Step] = {
    "no answer": hangs_up(),
    "an empty answer": reply(201),
    "500": error(500, 1, "broken"),
    "502": gateway(502, "Bad gateway"),
    "503": gateway(503, "Later"),
    "504": gateway(504, "Too late"),
}


@pytest.mark.parametrize("answer", UNCLEAR_CREATIONS.values(), ids=UNCLEAR_CREATIONS)
def test_unclear_creations_stop_nothing_since_the_looks_afterwards_were_answered(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(*[answer, reply(json=[])] * 3).always_answers(stored)
    owners = [CAMPAIGN, CAMPAIGN, CAMPAIGN, OTHER_CAMPAIGN]

    failure = failure_of(service, [created(owner) for owner in owners])

    assert names(failure.failed) == [("created", None)] * 3
    assert names(failure.done) == [("created", 63)]
    assert failure.not_tried == []


def test_an_unclear_creation_stops_the_rest_when_the_look_is_refused_like_all_would_be(
    service: ScriptedService,
) -> None:
    service.answers(hangs_up(), error(401, 100, "no")).always_answers(stored)

    failure = failure_of(service, [created(), created(OTHER_CAMPAIGN)])

    assert names(failure.not_tried) == [("created", None)]
    assert len(service.seen) == 2


@pytest.mark.parametrize("look", TROUBLE.values(), ids=TROUBLE)
def test_an_unclear_creation_counts_when_the_look_fails_for_want_of_a_service(
    service: ScriptedService, look: Step
) -> None:
    service.answers(*[hangs_up(), look] * 2).always_answers(stored)

    failure = failure_of(service, [created(), created(OTHER_CAMPAIGN), created(OTHER_CAMPAIGN)])

    assert len(failure.failed) == 2
    assert len(failure.not_tried) == 1
    assert len(service.seen) == 4


def test_the_second_creation_without_a_connection_stops_the_rest() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(PartlyApplied) as caught:
            carry_out(client, [created(url=f"{URL}/{number}") for number in range(3)], False)

    assert len(caught.value.failed) == 2
    assert len(caught.value.not_tried) == 1
    assert isinstance(caught.value.cause, Unreachable)
    assert caught.value.as_result()["changed"] is False


# A service that refuses two with one address


def test_what_is_refused_is_tried_again_once_the_one_in_its_way_is_deleted(
    service: ScriptedService,
) -> None:
    strict = NoTwins({1: URL, 3: OTHER_URL, 5: URL + "/5"})
    service.always_answers(strict)

    outcomes = done(
        service,
        [
            deleted(5, url=URL + "/5"),
            deleted(1),
            created(url=URL),
            deleted(3, url=OTHER_URL),
            moved(4, NEW_URL, OTHER_URL),
        ],
    )

    assert all(outcome.error is None for outcome in outcomes)
    assert [len(outcome.warnings) for outcome in outcomes] == [0, 1, 0, 1, 0]
    assert (
        outcomes[1]
        .warnings[0]
        .startswith(
            "Webhook 1 of campaign 9141 was deleted before another webhook could get its address"
        )
    )
    assert sorted(strict.addresses.values()) == sorted([URL, OTHER_URL])
    assert service.seen == [
        f"PUT {WEBHOOKS_PATH}/4",
        f"POST {WEBHOOKS_PATH}",
        f"DELETE {WEBHOOKS_PATH}/1",
        f"DELETE {WEBHOOKS_PATH}/3",
        f"POST {WEBHOOKS_PATH}",
        f"PUT {WEBHOOKS_PATH}/4",
        f"DELETE {WEBHOOKS_PATH}/5",
    ]


def test_what_is_refused_is_tried_again_once_the_one_in_its_way_has_moved(
    service: ScriptedService,
) -> None:
    service.always_answers(NoTwins({1: URL, 2: OTHER_URL}))

    outcomes = done(service, [moved(1, URL, OTHER_URL), moved(2, OTHER_URL, NEW_URL)])

    assert all(outcome.error is None for outcome in outcomes)
    assert all(outcome.warnings == () for outcome in outcomes)
    assert service.seen == [f"PUT {WEBHOOKS_PATH}/{number}" for number in (1, 2, 1)]


def test_what_is_refused_is_tried_again_once_the_one_in_its_way_has_moved_and_gone_off(
    service: ScriptedService,
) -> None:
    strict = NoTwins({1: URL})
    service.always_answers(strict)

    outcomes = done(service, [created(url=URL), switched_off(1, url=OTHER_URL)])

    assert all(outcome.error is None for outcome in outcomes)
    assert "Webhook 1 of campaign 9141 was updated before" in outcomes[1].warnings[0]
    assert sorted(strict.addresses.values()) == sorted([URL, OTHER_URL])


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_of_what_was_asked_for_may_mean_that_another_is_in_its_way(
    service: ScriptedService, status: int
) -> None:
    service.always_answers(NoTwins({1: URL}, status))

    outcomes = done(service, [created(url=URL), deleted(1)])

    assert all(outcome.error is None for outcome in outcomes)


def test_one_that_went_ahead_in_vain_says_so(service: ScriptedService) -> None:
    """A refusal need not have been about the address; which it was cannot be told before."""
    service.answers(NO, reply(204), NO).always_answers(stored)

    failure = failure_of(service, [created(url=URL), deleted(1)])

    assert names(failure.done) == [("deleted", 1)]
    assert failure.warnings == [
        "Webhook 1 of campaign 9141 was deleted before another webhook could get its address, "
        "because the service refused that, perhaps for being a second one of the same type and "
        "address. Even then it failed, so that perhaps nobody receives events there now."
    ]


def test_a_defect_ends_the_task_which_tells_what_is_done(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.always_answers(stored)
    update = Client.update_webhook

    def breaks(client: Client, asked: Webhook) -> Webhook | None:
        if asked.webhook_id == 2:
            raise LookupError("of what was not reckoned with")
        return update(client, asked)

    monkeypatch.setattr(Client, "update_webhook", breaks)

    failure = failure_of(service, [updated(1), updated(2), updated(3), deleted(4)])

    assert names(failure.done) == [("updated", 1)]
    assert names(failure.failed) == [("updated", 2)]
    assert names(failure.not_tried) == [("updated", 3), ("deleted", 4)]
    result = failure.as_result()
    assert result["changed"]
    assert "LookupError" in result["msg"]
    assert "in breaks" in result["exception"]


def test_of_several_causes_a_defect_counts_most(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answers(NO).always_answers(stored)

    def breaks(*_given: Any) -> None:
        raise LookupError

    monkeypatch.setattr(Client, "create_webhook", breaks)

    failure = failure_of(service, [updated(1), created()])

    assert names(failure.failed) == [("updated", 1), ("created", None)]
    assert isinstance(failure.cause, Defect)


def test_what_nobody_waits_for_any_more_is_no_defect(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(*_given: Any) -> None:
        raise Cancelled

    monkeypatch.setattr(Client, "update_webhook", ends)

    with pytest.raises(Cancelled):
        done(service, [updated(1), updated(2)])


ONE_CHANGE: dict[str, tuple[Change, list[Step], bool]] = {
    "update, no answer": (updated(1), [hangs_up()], True),
    "update, refused": (updated(1), [NO], False),
    "update, stored otherwise": (updated(1), [reply(json=wire(Id=1))] * 2, True),
    "creation, no answer": (created(), [hangs_up(), reply(json=[])], True),
    "creation, refused": (created(), [NO], False),
    "creation, taken back": (created(), [reply(201, wire(Id=31)), reply(204)], False),
    "creation, left over": (created(), [reply(201, wire(Id=31)), NO], True),
    "deletion, no answer": (deleted(1), [hangs_up()], True),
    "deletion, 503": (deleted(1), [gateway(503, "no")], True),
    "deletion, refused": (deleted(1), [NO], False),
}


@pytest.mark.parametrize(("change", "steps", "may_be_done"), ONE_CHANGE.values(), ids=ONE_CHANGE)
def test_a_single_change_that_may_be_done_counts_as_one(
    service: ScriptedService, change: Change, steps: list[Step], may_be_done: bool
) -> None:
    service.answers(*steps)

    with pytest.raises(TouchBaseError) as caught:
        done(service, [change])

    assert caught.value.as_result().get("changed", False) is may_be_done


NO_SECOND_TRY: dict[str, tuple[list[Step], list[str]]] = {
    "401": ([error(401, 100, "no")], ["POST"]),
    "403": ([error(403, 105, "no")], ["POST"]),
    "404": ([error(404, 104, "no")], ["POST"]),
    "404 without a code": ([gateway(404, "no")], ["POST"]),
    "429": ([gateway(429, "no")], ["POST"]),
    "500, not listed": ([error(500, 1, "no"), reply(json=[])], ["POST", "GET"]),
    "no answer, not listed": ([hangs_up(), reply(json=[])], ["POST", "GET"]),
    "nonsense, not listed": ([reply(201, {}), reply(json=[])], ["POST", "GET"]),
}


@pytest.mark.parametrize(("steps", "methods"), NO_SECOND_TRY.values(), ids=NO_SECOND_TRY)
def test_what_failed_otherwise_is_not_tried_again_and_nothing_is_deleted(
    service: ScriptedService, steps: list[Step], methods: list[str]
) -> None:
    service.answers(*steps).always_answers(stored)

    failure = failure_of(service, [created(url=URL), deleted(1)])

    assert [request.method for request in service.requests] == methods
    assert names(failure.not_tried) == [("deleted", 1)]


NOT_IN_THE_WAY: dict[str, Change] = {
    "of another address": deleted(1, url=OTHER_URL),
    "of another owner": deleted(1, OTHER_CAMPAIGN),
    "of another type": Change(webhook(webhook_id=1, webhook_type=STATUS), None),
    "that stays": Change(webhook(webhook_id=1), webhook(webhook_id=1)),
    "that stays and goes off": switched_off(1),
}


@pytest.mark.parametrize("other", NOT_IN_THE_WAY.values(), ids=NOT_IN_THE_WAY)
def test_one_that_is_in_nobody_s_way_is_no_reason_for_another_try(
    service: ScriptedService, other: Change
) -> None:
    service.answers(NO).always_answers(stored)

    with pytest.raises((Refused, PartlyApplied)):
        done(service, [created(url=URL), other])

    assert service.seen.count(f"POST {WEBHOOKS_PATH}") == 1


def test_a_refused_update_is_not_in_its_own_way(service: ScriptedService) -> None:
    service.answers(NO).always_answers(stored)
    switched_on = Change(webhook(webhook_id=1, active=False), webhook(webhook_id=1))

    failure = failure_of(service, [switched_on, deleted(2, url=OTHER_URL)])

    assert service.seen == [f"PUT {WEBHOOKS_PATH}/1"]
    assert names(failure.not_tried) == [("deleted", 2)]


def test_what_is_refused_again_is_not_tried_a_third_time(service: ScriptedService) -> None:
    service.always_answers(NoTwins({1: URL, 2: OTHER_URL}))

    failure = failure_of(service, [moved(1, URL, OTHER_URL), moved(2, OTHER_URL, URL)])

    assert names(failure.failed) == [("updated", 1), ("updated", 2)]
    assert service.seen == [f"PUT {WEBHOOKS_PATH}/{number}" for number in (1, 2, 1, 2)]


def test_what_is_refused_again_leaves_the_rest_of_its_owner_in_place(
    service: ScriptedService,
) -> None:
    service.answers(NO, stored, NO).always_answers(stored)

    failure = failure_of(
        service, [created(url=URL), deleted(1), deleted(2, url=OTHER_URL), switched_off(3)]
    )

    assert names(failure.failed) == [("created", None)]
    assert names(failure.done) == [("deleted", 1)]
    assert names(failure.not_tried) == [("deleted", 2), ("updated", 3)]


def test_when_the_one_in_the_way_cannot_be_deleted_both_are_told(service: ScriptedService) -> None:
    service.answers(NO, error(403, 105, "no"), NO).always_answers(stored)

    failure = failure_of(service, [created(url=URL), deleted(1), deleted(2, url=OTHER_URL)])

    assert names(failure.failed) == [("created", None), ("deleted", 1)]
    assert names(failure.not_tried) == [("deleted", 2)]
    assert failure.warnings == []


def test_after_an_error_that_all_would_meet_nothing_is_tried_again(
    service: ScriptedService,
) -> None:
    service.answers(NO, error(401, 100, "no")).always_answers(stored)

    failure = failure_of(service, [created(url=URL), created(OTHER_CAMPAIGN), deleted(1)])

    assert names(failure.failed) == [("created", None), ("created", None)]
    assert names(failure.not_tried) == [("deleted", 1)]
    assert failure.warnings == []
    assert len(service.seen) == 2


# One record for one creation


def test_a_stale_answer_to_a_creation_does_not_get_its_sibling_deleted(
    service: ScriptedService,
) -> None:
    first = reply(201, wire(Id=60, Url=NEW_URL))
    service.answers(first, first)

    failure = failure_of(service, [created(), created(url=OTHER_URL)])

    assert isinstance(failure.cause, UnexpectedAnswer)
    assert "webhook 60 of campaign 9141" in str(failure.cause)
    assert "was there already. Nothing was deleted." in str(failure.cause)
    assert names(failure.done) == [("created", 60)]
    assert service.seen == [f"POST {WEBHOOKS_PATH}"] * 2


def test_two_unclear_creations_do_not_adopt_one_record(service: ScriptedService) -> None:
    listed = reply(json=[wire(Id=60, Url=NEW_URL)])
    service.answers(hangs_up(), listed, hangs_up(), listed)

    failure = failure_of(service, [created(), created()])

    assert names(failure.done) == [("created", 60)]
    assert "may still appear" in str(failure.cause)


def test_the_same_id_of_another_owner_is_another_record(service: ScriptedService) -> None:
    service.answers(*[reply(201, wire(Id=60, Url=NEW_URL))] * 2)

    outcomes = done(service, [created(), created(OTHER_CAMPAIGN)])

    assert [outcome.error for outcome in outcomes] == [None, None]


# What is told


def test_the_message_counts_what_became_of_the_changes(service: ScriptedService) -> None:
    service.answers(stored, NO, stored)

    failure = failure_of(service, [updated(1), updated(2), deleted(3), UNCHANGED, updated(4)])

    assert str(failure).splitlines()[0] == (
        "Not everything could be changed: 2 done, 1 failed, 1 not tried. Mend the cause and run "
        "the task again; it does the rest."
    )


def test_the_lists_hold_the_records_and_messages(service: ScriptedService) -> None:
    service.answers(NO, stored)

    failure = failure_of(service, [updated(1), created(OTHER_CAMPAIGN), deleted(3)])

    message = str(failure.cause)
    assert failure.failed == [
        {
            "change": "updated",
            "webhook": webhook(webhook_id=1, url=OTHER_URL).record(),
            "msg": message,
        }
    ]
    fresh = webhook(owner=OTHER_CAMPAIGN, webhook_id=60, url=NEW_URL)
    assert failure.done == [{"change": "created", "webhook": fresh.record()}]
    assert failure.not_tried == [{"change": "deleted", "webhook": webhook(webhook_id=3).record()}]
    assert failure.as_result()["failure"]["done"] == failure.done


def test_the_cause_is_the_first_error_in_the_order_of_the_changes(service: ScriptedService) -> None:
    service.answers(error(400, 1, "put"), error(400, 2, "post"))

    failure = failure_of(service, [created(), updated(1)])

    assert failure.failure.code == 2
    assert [line[:15] for line in str(failure).splitlines()[1:]] == [
        "- Could not cre",
        "- Could not upd",
    ]


@pytest.mark.parametrize(
    ("errors", "last"),
    [(10, "- Could not update webhook 10"), (22, "- and 12 more, listed in failure.failed")],
)
def test_at_most_ten_errors_are_told_in_the_message(
    service: ScriptedService, errors: int, last: str
) -> None:
    service.always_answers(NO)

    failure = failure_of(service, [updated(number + 1) for number in range(errors)])

    lines = str(failure).splitlines()[1:]
    assert sum(line.startswith("- Could not update") for line in lines) == 10
    assert lines[-1].startswith(last)
    assert len(failure.failed) == errors


def test_an_error_takes_along_the_warnings_of_what_was_done(service: ScriptedService) -> None:
    service.answers(reply(json=SPELT_OTHERWISE), NO)

    failure = failure_of(service, [updated(1), updated(2)])

    (warning,) = failure.as_result()["warnings"]
    assert "spells the address of webhook 1 of campaign 9141" in warning


def test_an_error_of_a_single_change_has_nothing_else_to_warn_of(service: ScriptedService) -> None:
    service.answers(NO)

    with pytest.raises(Refused) as caught:
        done(service, [updated(1)])

    assert caught.value.warnings == []


TRUTHS: dict[str, tuple[list[Step], list[Change], bool]] = {
    "all refused": ([NO, NO], [updated(1), updated(2)], False),
    "stopped at once": ([error(401, 100, "no")], [updated(1), updated(2)], False),
    "one done": ([stored, NO], [updated(1), updated(2)], True),
    "one perhaps done": ([NO, hangs_up()], [updated(1), updated(2)], True),
    "one perhaps deleted": ([NO, error(500, 1, "no")], [deleted(1), deleted(2)], True),
    "one perhaps created": ([hangs_up(), reply(json=[]), NO], [created(), created(url=URL)], True),
    "one accepted and not kept": (
        [NO, *[reply(json=wire(Id=2))] * 2],
        [updated(1), updated(2)],
        True,
    ),
}


@pytest.mark.parametrize(("steps", "changes", "changed"), TRUTHS.values(), ids=TRUTHS)
def test_changed_tells_whether_anything_is_or_may_be_written(
    service: ScriptedService, steps: list[Step], changes: list[Change], changed: bool
) -> None:
    service.answers(*steps)

    assert failure_of(service, changes).as_result()["changed"] is changed


def test_one_that_is_created_and_not_switched_is_done_and_failed(service: ScriptedService) -> None:
    off = new_webhook(active=False, url=NEW_URL)
    service.answers(reply(201, wire(Id=60, Url=NEW_URL)), NO).always_answers(stored)

    failure = failure_of(
        service,
        [deleted(4), Change(None, off), created(OTHER_CAMPAIGN), deleted(5, OTHER_CAMPAIGN)],
    )

    assert names(failure.done) == [("created", 60), ("created", 61), ("deleted", 5)]
    assert names(failure.failed) == [("updated", 60)]
    assert names(failure.not_tried) == [("deleted", 4)]


def test_one_that_is_created_and_not_switched_stops_the_rest_like_any_other(
    service: ScriptedService,
) -> None:
    off = new_webhook(active=False, url=NEW_URL)
    service.answers(reply(201, wire(Id=60, Url=NEW_URL)), error(401, 100, "no"))

    failure = failure_of(service, [Change(None, off), created(OTHER_CAMPAIGN)])

    assert names(failure.not_tried) == [("created", None)]
    assert len(service.seen) == 2


def test_ones_that_are_created_and_not_switched_count_like_any_other(
    service: ScriptedService,
) -> None:
    off = Change(None, new_webhook(active=False, url=NEW_URL))
    down = gateway(503, "no")
    service.answers(stored, down, stored, down)

    failure = failure_of(service, [off, off, created(OTHER_CAMPAIGN)])

    assert names(failure.done) == [("created", 60), ("created", 61)]
    assert names(failure.not_tried) == [("created", None)]
    assert len(service.seen) == 4


# Several at a time


class Crowd:
    """Lets requests wait for each other, and remembers how many there were at a time."""

    def __init__(self, size: int) -> None:
        self.most = 0
        self._barrier = threading.Barrier(size, timeout=7.0)
        self._lock = threading.Lock()
        self._present = 0

    def gather(self) -> None:
        with self._lock:
            self._present += 1
            self.most = max(self.most, self._present)
        self._barrier.wait()
        with self._lock:
            self._present -= 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_so_many_requests_are_under_way_on_so_many_connections(
    service: ScriptedService, concurrency: int
) -> None:
    crowd = Crowd(concurrency)
    service.always_answers(after(crowd.gather, stored))

    outcomes = done(service, [updated(number + 1) for number in range(9)], concurrency)

    assert [outcome.change for outcome in outcomes] == [updated(number + 1) for number in range(9)]
    assert crowd.most == concurrency
    assert service.connections == concurrency


def test_one_request_at_a_time_is_under_way_unless_more_are_asked_for(
    service: ScriptedService,
) -> None:
    crowd = Crowd(1)
    service.always_answers(after(crowd.gather, stored))

    carry_out(client_of(service.url, concurrency=3), [updated(1), updated(2)], dry_run=False)

    assert crowd.most == 1
    assert service.connections == 1


def test_no_phase_begins_before_the_last_of_the_one_before_has_ended(
    service: ScriptedService,
) -> None:
    crowd = Crowd(2)
    service.always_answers(after(crowd.gather, stored))
    phases = [
        [updated(1), updated(2)],
        [created(), created(url=URL + "/2")],
        [switched_off(3), switched_off(4)],
        [deleted(5), deleted(6)],
    ]

    done(service, [change for phase in reversed(phases) for change in phase], concurrency=2)

    assert [request.method for request in service.requests] == [
        method for method in ("PUT", "POST", "PUT", "DELETE") for _two in range(2)
    ]
    assert {one.rpartition("/")[2] for one in service.seen[:2]} == {"1", "2"}
    assert crowd.most == 2


def test_what_has_begun_is_finished_when_an_error_stops_the_rest(service: ScriptedService) -> None:
    crowd = Crowd(2)
    refused = after(crowd.gather, error(401, 100, "no"))
    service.answers(refused, after(crowd.gather, error(401, 100, "no"))).always_answers(stored)

    failure = failure_of(service, [updated(number + 1) for number in range(6)], concurrency=2)

    assert len(failure.failed) == 2
    assert len(failure.not_tried) == 4
    assert len(service.seen) == 2
