# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a set: what a failure stops, and what is written despite it."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.executor import apply_changes
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    PartiallyApplied,
    Refused,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import (
    NEITHER,
    UNCHANGED,
    Warnings,
    applied,
    created,
    deactivated,
    deleted,
    failure_of,
    names,
    updated,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    NEW_URL,
    OTHER_CAMPAIGN,
    OTHER_URL,
    URL,
    WEBHOOKS_PATH,
    client_of,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    hangs_up,
    reply,
)

OTHER_PATH = "/sms/campaigns/9142/webhooks"
NO = error(400, 9, "no")
FORBIDDEN = error(403, 105, "no")
ABOUT_ONE: dict[str, Step] = {
    "400": NO,
    "404": error(404, 142, "no"),
    "404 without code": gateway(404, "no"),
    "500": error(500, 1, "no"),
    "nonsense": reply(body=b"<html>"),
}
OUTAGES: dict[str, Step] = {
    "502": gateway(502, "no"),
    "503": gateway(503, "no"),
    "504": gateway(504, "no"),
    "unreachable": hangs_up(),
}
ABOUT_ALL: dict[str, Step] = {
    "401": error(401, 100, "no"),
    "429": gateway(429, "no"),
    **OUTAGES,
}
about_all = pytest.mark.parametrize("answer", ABOUT_ALL.values(), ids=ABOUT_ALL)


# One failure


def test_failure_of_a_single_change_is_raised_as_it_is(service: ScriptedService) -> None:
    service.answers(NO)

    with pytest.raises(Refused, match="Could not update webhook 1 of campaign 9141"):
        applied(service, [UNCHANGED, updated(1), NEITHER])


@pytest.mark.parametrize("broken", [updated(1), created()], ids=["update", "creation"])
def test_failure_leaves_the_rest_of_its_owner_active_and_undeleted(
    service: ScriptedService, broken: Change
) -> None:
    service.answers(NO).always_answers(stored)

    failure = failure_of(
        service,
        [
            deleted(5),
            deactivated(4),
            broken,
            created(url=URL + "/2"),
            deleted(6, OTHER_CAMPAIGN),
            deactivated(7, OTHER_CAMPAIGN),
        ],
    )

    assert names(failure.done)[1:] == [("deleted", 6), ("updated", 7)]
    assert names(failure.not_tried) == [("deleted", 5), ("updated", 4)]
    assert len(failure.failed) == 1
    post = f"POST {WEBHOOKS_PATH}"
    assert service.seen[1:] == [post, f"PUT {OTHER_PATH}/7", f"DELETE {OTHER_PATH}/6"]


TO_URL_OF_1: dict[str, Change] = {
    "update": Change(webhook(webhook_id=2, url=OTHER_URL), webhook(webhook_id=2)),
    "creation": created(url=URL),
}
TAKES_URL_AWAY: dict[str, Change] = {
    "deletion": deleted(1),
    "move and deactivation": deactivated(1, url=OTHER_URL),
}


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize("other", TAKES_URL_AWAY.values(), ids=TAKES_URL_AWAY)
@pytest.mark.parametrize("change", TO_URL_OF_1.values(), ids=TO_URL_OF_1)
def test_refused_move_onto_the_url_of_another_leaves_that_one_active(
    service: ScriptedService, change: Change, other: Change, status: int
) -> None:
    """The service may refuse two with one URL, or a receiver that does not answer its probe."""
    service.answers(error(status, 9, "Receiver does not answer")).always_answers(stored)

    failure = failure_of(service, [other, change, deleted(3, url=NEW_URL), deactivated(4)])

    assert len(failure.failed) == 1
    assert [webhook_id for _kind, webhook_id in names(failure.not_tried)] == [1, 3, 4]
    assert len(service.seen) == 1


def test_refused_move_is_not_repeated_after_the_other_one_has_moved(
    service: ScriptedService,
) -> None:
    service.answers(NO).always_answers(stored)

    failure = failure_of(service, [updated(1), Change(webhook(url=OTHER_URL), webhook(url=URL))])

    assert names(failure.done) == [("updated", 28)]
    assert service.seen == [f"PUT {WEBHOOKS_PATH}/1", f"PUT {WEBHOOKS_PATH}/28"]


def test_failed_deactivation_or_deletion_stops_no_other(service: ScriptedService) -> None:
    service.answers(NO, stored, NO).always_answers(stored)

    failure = failure_of(service, [deleted(3), deleted(4), deactivated(1), deactivated(2)])

    assert names(failure.failed) == [("deleted", 3), ("updated", 1)]
    assert names(failure.done) == [("deleted", 4), ("updated", 2)]
    assert failure.not_tried == []


# What stops a set


@pytest.mark.parametrize("answer", ABOUT_ONE.values(), ids=ABOUT_ONE)
def test_error_about_one_webhook_stops_nothing_however_often(
    service: ScriptedService, answer: Step
) -> None:
    service.always_answers(answer)

    failure = failure_of(service, [*map(updated, range(1, 5)), deleted(5, OTHER_CAMPAIGN)])

    assert names(failure.failed)[:4] == [("updated", number) for number in range(1, 5)]
    assert failure.not_tried == []
    assert f"DELETE {OTHER_PATH}/5" in service.seen


@about_all
def test_error_that_all_would_meet_stops_the_rest(service: ScriptedService, answer: Step) -> None:
    service.answers(stored, answer).always_answers(stored)

    failure = failure_of(
        service, [deleted(9, OTHER_CAMPAIGN), updated(1), updated(2), updated(3), created()]
    )

    assert names(failure.done) == [("updated", 1)]
    assert names(failure.failed) == [("updated", 2)]
    assert names(failure.not_tried) == [("deleted", 9), ("updated", 3), ("created", None)]
    assert len(service.seen) == 2


@about_all
@pytest.mark.parametrize("change", [deactivated(1), deleted(1)], ids=["deactivation", "deletion"])
def test_deactivation_and_deletion_stop_the_rest_as_well(
    service: ScriptedService, change: Change, answer: Step
) -> None:
    service.answers(answer).always_answers(stored)

    failure = failure_of(service, [change, deleted(2, OTHER_CAMPAIGN)])

    assert names(failure.not_tried) == [("deleted", 2)]


@about_all
def test_creation_that_cannot_be_deactivated_stops_the_rest_as_well(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(stored, answer).always_answers(stored)

    failure = failure_of(service, [created(active=False), created(OTHER_CAMPAIGN)])

    assert names(failure.done) == [("created", 60)]
    assert names(failure.not_tried) == [("created", None)]
    assert len(service.seen) == 2


def test_outage_within_the_retries_stops_nothing(service: ScriptedService, clock: Clock) -> None:
    service.answers(gateway(503, "no"), hangs_up()).always_answers(stored)
    client = client_of(service.url, retries=2)

    changes = apply_changes(client, [updated(1), updated(2)], False, Warnings())

    assert changes == [updated(1), updated(2)]
    assert len(clock.pauses) == 2


FORBIDDEN_IN_A_ROW: dict[str, tuple[list[Step], int]] = {
    "two": ([FORBIDDEN, FORBIDDEN], 0),
    "three": ([FORBIDDEN] * 3, 2),
    "a success in between": ([FORBIDDEN, FORBIDDEN, stored, FORBIDDEN, FORBIDDEN], 0),
    "another error in between": ([FORBIDDEN, FORBIDDEN, NO, FORBIDDEN, FORBIDDEN], 0),
    "three after a success": ([FORBIDDEN, stored, FORBIDDEN, FORBIDDEN, FORBIDDEN], 0),
}


@pytest.mark.parametrize(
    ("answers", "not_tried"), FORBIDDEN_IN_A_ROW.values(), ids=FORBIDDEN_IN_A_ROW
)
def test_three_403_in_a_row_stop_the_rest(
    service: ScriptedService, answers: list[Step], not_tried: int
) -> None:
    service.answers(*answers).always_answers(stored)

    failure = failure_of(service, [updated(number + 1) for number in range(5)])

    assert len(failure.not_tried) == not_tried
    assert len(service.seen) == 5 - not_tried


def test_403_count_goes_on_from_updates_to_deletions(service: ScriptedService) -> None:
    service.answers(FORBIDDEN, FORBIDDEN, FORBIDDEN).always_answers(stored)
    changes = [updated(1), created(), *(deleted(n, OTHER_CAMPAIGN) for n in (2, 3))]

    failure = failure_of(service, changes)

    assert names(failure.not_tried) == [("deleted", 3)]


# Creations without a clear response


UNCLEAR_CREATIONS: dict[str, Step] = {
    "empty response": reply(201),
    "500": error(500, 1, "broken"),
    **OUTAGES,
}


@pytest.mark.parametrize("answer", UNCLEAR_CREATIONS.values(), ids=UNCLEAR_CREATIONS)
def test_unclear_creation_with_a_list_stops_nothing(service: ScriptedService, answer: Step) -> None:
    service.answers(*[answer, reply(json=[])] * 3).always_answers(stored)
    owners = [CAMPAIGN, CAMPAIGN, CAMPAIGN, OTHER_CAMPAIGN]

    failure = failure_of(service, [created(owner) for owner in owners])

    assert names(failure.failed) == [("created", None)] * 3
    assert names(failure.done) == [("created", 63)]
    assert failure.not_tried == []


@about_all
def test_unclear_creation_without_a_list_stops_the_rest(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(hangs_up(), answer).always_answers(stored)

    failure = failure_of(service, [created(), created(OTHER_CAMPAIGN)])

    assert names(failure.not_tried) == [("created", None)]
    assert len(service.seen) == 2


def test_creation_without_a_connection_stops_the_rest() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{unused.getsockname()[1]}")
        changes = [created(url=f"{URL}/{number}") for number in range(3)]
        with pytest.raises(PartiallyApplied) as caught:
            apply_changes(client, changes, False, Warnings())

    assert len(caught.value.failed) == 1
    assert len(caught.value.not_tried) == 2
    assert isinstance(caught.value.cause, Unreachable)
    assert caught.value.as_result()["changed"] is False


def test_created_webhook_that_cannot_be_read_stops_its_owner_only(service: ScriptedService) -> None:
    service.answers(reply(201, wire(Id=60, Url=OTHER_URL)), NO).always_answers(stored)

    failure = failure_of(service, [deleted(1), created(), created(OTHER_CAMPAIGN)])

    assert names(failure.done) == [("created", 60), ("created", 61)]
    assert names(failure.not_tried) == [("deleted", 1)]


# Internal errors and cancellation


def test_internal_error_stops_the_rest_and_lists_what_is_done(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.always_answers(stored)
    update = Client.update_webhook

    def breaks(client: Client, asked: Webhook) -> Webhook | None:
        if asked.webhook_id == 2:
            raise LookupError("unexpected")
        return update(client, asked)

    monkeypatch.setattr(Client, "update_webhook", breaks)

    failure = failure_of(service, [updated(1), updated(2), updated(3), deleted(4)])

    assert names(failure.done) == [("updated", 1)]
    assert names(failure.failed) == [("updated", 2)]
    assert names(failure.not_tried) == [("updated", 3), ("deleted", 4)]
    result = failure.as_result()
    assert result["changed"]
    assert result["failure"]["kind"] == "partially_applied"
    assert "LookupError" in result["msg"]
    assert "in breaks" in result["exception"]


def test_exception_that_ends_the_process_is_not_caught(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended(BaseException):
        """As that of a task's timeout."""

    def ends(*_given: Any) -> None:
        raise Ended

    monkeypatch.setattr(Client, "update_webhook", ends)

    with pytest.raises(Ended):
        applied(service, [updated(1), updated(2)])
