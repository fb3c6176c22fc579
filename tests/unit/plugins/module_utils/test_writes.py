# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One write, and then knowing what is stored, whatever the service does."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    PartlyApplied,
    Refused,
    TouchBaseError,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Change, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._writes import listed, write
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
    OTHER_URL,
    STATUS,
    URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    client_of,
    new_webhook,
    shown,
    webhook,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    black_hole,
    error,
    gateway,
    hangs_up,
    raw,
    reply,
    resets,
)

GET, PUT, DELETE = (f"{method} {WEBHOOK_PATH}" for method in ("GET", "PUT", "DELETE"))
LIST, POST = f"GET {WEBHOOKS_PATH}", f"POST {WEBHOOKS_PATH}"
PUT_31, DELETE_31 = f"PUT {WEBHOOKS_PATH}/31", f"DELETE {WEBHOOKS_PATH}/31"
RESPELT = "https://HOOKS.example.org/replies/5f1d"
SHORT = 0.4  # seconds, until a service that says nothing is given up

UPDATE = Change(webhook(active=False, note="gone"), webhook(url=OTHER_URL))
DELETION = Change(webhook(), None)
KNOWN = wire(Id=29, Url=OTHER_URL)
CREATION = Change(None, new_webhook(), frozenset({29}))
CREATION_OFF = Change(None, new_webhook(active=False), frozenset({29}))
FRESH = wire(Id=31)
STORED = wire(Url=OTHER_URL)


def failed_write(service: ScriptedService, change: Change, **changed: Any) -> TouchBaseError:
    with pytest.raises(TouchBaseError) as caught:
        write(client_of(service.url, **changed), change)
    return caught.value


# Updates


def test_an_update_is_one_put_of_both_fields_when_the_answer_proves_it(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=STORED))

    assert write(client_of(service.url), UPDATE) == (UPDATE, [])

    assert service.seen == [PUT]
    assert service.requests[0].data == {"Url": OTHER_URL, "IsActive": True}


@pytest.mark.parametrize(
    "answer",
    [
        reply(body=b""),
        reply(204),
        reply(body=b"<html>OK</html>"),
        reply(json=wire(IsActive=False)),
        reply(json=wire(Url=URL)),
        reply(json=wire(Id=29, Url=OTHER_URL)),
        reply(json={"Id": 28}),
    ],
    ids=["empty", "no content", "html", "stale", "another address", "another id", "incomplete"],
)
def test_where_the_answer_proves_nothing_one_read_decides(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=STORED))

    assert write(client_of(service.url), UPDATE) == (UPDATE, [])

    assert service.seen == [PUT, GET]


@pytest.mark.parametrize(
    "stored",
    [wire(Url=URL), wire(Url=OTHER_URL, IsActive=False)],
    ids=["another address", "inactive"],
)
def test_what_is_still_different_is_an_error_that_names_both(
    service: ScriptedService, stored: dict[str, Any]
) -> None:
    service.answers(reply(body=b""), reply(json=stored))

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, UnexpectedAnswer)
    assert f"Asked: url '{OTHER_URL}', active True" in str(failure)
    assert f"Stored: url '{stored['Url']}', active {stored['IsActive']}" in str(failure)
    assert "webhook 28 of campaign 9141" in str(failure)
    assert service.seen == [PUT, GET]


@pytest.mark.parametrize(("asked", "spelt"), [(URL, RESPELT), (RESPELT, URL)])
@pytest.mark.parametrize("answers_record", [True, False], ids=["in the answer", "when read"])
def test_an_equivalent_spelling_after_an_update_is_a_warning_that_shows_both(
    service: ScriptedService, answers_record: bool, asked: str, spelt: str
) -> None:
    steps = [reply(json=wire(Url=spelt))]
    service.answers(*(steps if answers_record else [reply(body=b""), *steps]))

    update = Change(webhook(url=OTHER_URL), webhook(url=asked))
    _change, warnings = write(client_of(service.url), update)

    assert len(warnings) == 1
    assert spelt in warnings[0]
    assert asked in warnings[0]
    assert "webhook 28 of campaign 9141" in warnings[0]


def test_a_refused_update_is_not_verified(service: ScriptedService) -> None:
    service.answers(error(400, 143, "Webhook Url is missing"))

    assert isinstance(failed_write(service, UPDATE), Refused)

    assert service.seen == [PUT]


def test_an_update_that_cannot_be_verified_is_not_taken_for_one_that_failed(
    service: ScriptedService,
) -> None:
    service.answers(reply(body=b""), error(404, 142, "Webhook record does not exist"))

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, UnexpectedAnswer)
    assert "accepted the update of webhook 28 of campaign 9141" in str(failure)
    assert "404, code 142" in str(failure)
    assert failure.failure.code == 142
    assert failure.maybe_taken


# Creations


def test_a_creation_is_one_post_of_address_and_type(service: ScriptedService) -> None:
    service.answers(reply(201, FRESH))

    change, warnings = write(client_of(service.url), CREATION)

    assert change == Change(None, webhook(webhook_id=31))
    assert warnings == []
    assert service.seen == [POST]
    assert service.requests[0].data == {"Url": URL, "WebhookType": "CampaignReply"}


def test_a_creation_that_the_service_limits_is_sent_again(
    service: ScriptedService, clock: Clock
) -> None:
    service.answers(gateway(429, "Later"), gateway(429, "Later"), reply(201, FRESH))

    change, warnings = write(client_of(service.url, retries=3), CREATION)

    assert change.after == webhook(webhook_id=31)
    assert warnings == []
    assert service.seen == [POST] * 3
    assert len(clock.pauses) >= 2


def test_a_creation_without_a_connection_is_tried_again_and_nothing_is_looked_up(
    clock: Clock,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{unused.getsockname()[1]}", retries=2)
        with pytest.raises(Unreachable) as caught:
            write(client, CREATION)

    assert "create a CampaignReply webhook of campaign 9141" in str(caught.value)
    assert "no connection to" in str(caught.value)
    assert caught.value.failure.method == "POST"
    assert caught.value.failure.attempts == 3
    assert not caught.value.maybe_taken
    assert len(clock.pauses) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_creation_that_is_refused_is_neither_repeated_nor_looked_up(
    service: ScriptedService, status: int
) -> None:
    service.answers(error(status, 143, "no"))

    failure = failed_write(service, CREATION, retries=3)

    assert isinstance(failure, Refused)
    assert not failure.maybe_taken
    assert service.seen == [POST]


UNCLEAR: dict[str, Step] = {
    "reset": resets(),
    "hung up": hangs_up(),
    "half an answer": raw(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"),
    "nothing in time": black_hole(),
    "500": error(500, 1, "broken"),
    "502": gateway(502, "Bad gateway"),
    "503": gateway(503, "Later"),
    "504": gateway(504, "Too late"),
    "an empty body": reply(201),
    "no content": reply(204),
    "html": reply(201, body=b"<html>Created</html>"),
    "no id": reply(201, without(FRESH, "Id")),
    "no type": reply(201, without(FRESH, "WebhookType")),
    "a list": reply(201, [FRESH]),
}
unclear = pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)


def unclear_client(service: ScriptedService) -> dict[str, Any]:
    """Patient with failures, not with silence."""
    is_silent = service.script[0] is UNCLEAR["nothing in time"]
    return {"retries": 3, "timeout": SHORT if is_silent else 5.0}


@unclear
def test_after_an_unclear_creation_the_one_that_appeared_is_adopted_with_a_warning(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=[KNOWN, FRESH]))

    change, warnings = write(client_of(service.url, **unclear_client(service)), CREATION)

    assert change == Change(None, webhook(webhook_id=31))
    assert service.seen == [POST, LIST]
    assert warnings == [
        "The service gave no clear answer to the creation of a CampaignReply webhook of campaign "
        "9141, but lists webhook 31 of campaign 9141 with its address since, which is taken for it."
    ]


@unclear
def test_after_an_unclear_creation_that_left_nothing_the_error_says_what_may_happen(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=[KNOWN]))

    failure = failed_write(service, CREATION, **unclear_client(service))

    assert service.seen == [POST, LIST]
    assert "Could not create a CampaignReply webhook of campaign 9141" in str(failure)
    assert str(failure).endswith(
        "Campaign 9141 does not list it now, but it may still appear. The next run takes what is "
        "there then, and creates it only if it is not."
    )
    assert failure.maybe_taken
    assert failure.failure.method == "POST"


NOT_IT: dict[str, dict[str, Any]] = {
    "known before": wire(Id=29),
    "another address": wire(Id=31, Url=OTHER_URL),
    "another type": wire(Id=31, WebhookType=STATUS),
    "a slash at its end": wire(Id=31, Url=URL + "/"),
}


@pytest.mark.parametrize("listed_record", NOT_IT.values(), ids=NOT_IT)
def test_what_cannot_come_from_the_creation_is_not_adopted(
    service: ScriptedService, listed_record: dict[str, Any]
) -> None:
    service.answers(hangs_up(), reply(json=[listed_record]))

    failure = failed_write(service, CREATION)

    assert isinstance(failure, Unreachable)
    assert "may still appear" in str(failure)
    assert service.seen == [POST, LIST]


def test_of_several_that_appeared_the_one_with_the_lowest_id_is_adopted(
    service: ScriptedService,
) -> None:
    service.answers(hangs_up(), reply(json=[wire(Id=33), wire(Id=32, Url=RESPELT), wire(Id=34)]))

    change, warnings = write(client_of(service.url), CREATION)

    assert change.after == webhook(webhook_id=32)
    assert len(warnings) == 2
    assert RESPELT in warnings[1]


def test_one_that_is_adopted_is_switched_off_as_declared(service: ScriptedService) -> None:
    service.answers(hangs_up(), reply(json=[FRESH]), reply(json=wire(Id=31, IsActive=False)))

    change, _warnings = write(client_of(service.url), CREATION_OFF)

    assert change.after == webhook(webhook_id=31, active=False)
    assert service.seen == [POST, LIST, PUT_31]


LOOK_FAILS: dict[str, tuple[Step, str]] = {
    "unreachable": (hangs_up(), "the connection to"),
    "broken": (error(500, 1, "broken"), "answered 500"),
    "no list": (reply(json={}), "no list of webhooks"),
    "refused": (error(401, 100, "Provided API key is invalid"), "answered 401"),
    "limited": (gateway(429, "Later"), "answered 429"),
}


@pytest.mark.parametrize(("second", "reason"), LOOK_FAILS.values(), ids=LOOK_FAILS)
def test_when_the_look_at_the_list_fails_too_the_error_tells_both(
    service: ScriptedService, second: Step, reason: str
) -> None:
    service.answers(error(500, 7, "first"), second)

    failure = failed_write(service, CREATION)

    assert service.seen == [POST, LIST]
    first, told, rest = shown(str(failure)).partition(
        "Whether it was created could not be seen either."
    )
    assert told
    assert "answered 500, code 7: first" in first
    assert reason in rest
    assert rest.endswith("The next run takes what is there then, and creates it only if it is not.")


@pytest.mark.parametrize(("second", "_reason"), LOOK_FAILS.values(), ids=LOOK_FAILS)
def test_when_nobody_could_look_the_webhook_may_have_been_created(
    service: ScriptedService, second: Step, _reason: str
) -> None:
    service.answers(error(500, 7, "first"), second)

    failure = failed_write(service, CREATION)

    assert failure.maybe_taken
    assert failure.failure.method == "GET"


ANOTHER = {
    "another address": wire(Id=31, Url=OTHER_URL),
    "a slash at its end": wire(Id=31, Url=URL + "/"),
    "another type": wire(Id=31, WebhookType=STATUS),
}


@pytest.mark.parametrize("record", ANOTHER.values(), ids=ANOTHER)
@pytest.mark.parametrize(
    "deleted", [reply(204), error(404, 142, "gone")], ids=["deleted", "gone already"]
)
def test_a_fresh_record_that_is_not_what_was_asked_for_is_deleted_again(
    service: ScriptedService, record: dict[str, Any], deleted: Step
) -> None:
    service.answers(reply(201, record), deleted)

    failure = failed_write(service, CREATION)

    assert isinstance(failure, UnexpectedAnswer)
    assert f"Asked: CampaignReply, url '{URL}'." in str(failure)
    assert f"Stored: {record['WebhookType']}, url '{record['Url']}'." in str(failure)
    assert "It was deleted again." in str(failure)
    assert service.seen == [POST, DELETE_31]


@pytest.mark.parametrize(
    "there", [KNOWN, wire(Id=29), wire(Id=29, IsActive=False)], ids=["another", "same", "inactive"]
)
def test_a_creation_that_is_answered_with_what_was_there_is_an_error_and_deletes_nothing(
    service: ScriptedService, there: dict[str, Any]
) -> None:
    service.answers(reply(200, there))

    failure = failed_write(service, CREATION)

    assert isinstance(failure, UnexpectedAnswer)
    assert str(failure) == (
        "Could not create a webhook of campaign 9141: the service answered with webhook 29 of "
        f"campaign 9141 at '{there['Url']}', which was there already. Nothing was deleted. Read it "
        "with touchbase_sms_webhook_info, and declare its webhook_id if it is the one you mean."
    )
    assert failure.maybe_taken
    assert service.seen == [POST]


def test_a_record_that_belongs_to_another_creation_counts_as_there_already(
    service: ScriptedService,
) -> None:
    service.answers(reply(201, FRESH))

    with pytest.raises(UnexpectedAnswer, match=r"webhook 31 of .* there already"):
        write(client_of(service.url), CREATION, lambda _change, _webhook: False)

    assert service.seen == [POST]


def test_what_belongs_to_another_creation_is_not_adopted_but_the_next_is(
    service: ScriptedService,
) -> None:
    service.answers(hangs_up(), reply(json=[wire(Id=33), wire(Id=32)]))
    asked: list[int | None] = []

    def is_own(_change: Change, found: Webhook) -> bool:
        asked.append(found.webhook_id)
        return found.webhook_id != 32

    change, _warnings = write(client_of(service.url), CREATION, is_own)

    assert change.after == webhook(webhook_id=33)
    assert asked == [32, 33]


@pytest.mark.parametrize(
    "answer", [error(500, 1, "broken"), hangs_up(), gateway(404, "Resource not found")]
)
def test_a_record_that_cannot_be_deleted_again_is_named_as_left_over(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(reply(201, wire(Id=31, Url=OTHER_URL)), answer)

    failure = failed_write(service, CREATION)

    left_over = webhook(webhook_id=31, url=OTHER_URL).record()
    assert isinstance(failure, PartlyApplied)
    assert "as webhook 31 of campaign 9141" in str(failure)
    assert "could not be deleted again and is left over" in str(failure)
    assert "Could not delete webhook 31 of campaign 9141" in str(failure)
    assert failure.done == [{"change": "created", "webhook": left_over}]
    assert failure.failed == [
        {"change": "deleted", "webhook": left_over, "msg": str(failure.cause)}
    ]
    assert failure.not_tried == []
    assert failure.as_result()["changed"] is True
    assert service.seen == [POST, DELETE_31]


def test_an_equivalent_spelling_of_a_created_one_is_a_warning_and_is_kept_in_what_is_written(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(201, wire(Id=31, Url=RESPELT)),
        reply(json=wire(Id=31, Url=RESPELT, IsActive=False)),
    )

    change, warnings = write(client_of(service.url), CREATION_OFF)

    assert change.after == webhook(webhook_id=31, active=False)
    assert len(warnings) == 1
    assert RESPELT in warnings[0]
    assert URL in warnings[0]
    assert service.requests[1].data == {"Url": RESPELT, "IsActive": False}


@pytest.mark.parametrize(
    ("change", "is_active"),
    [(CREATION_OFF, True), (CREATION, False)],
    ids=["declared inactive", "created inactive by the service"],
)
def test_a_creation_with_another_activity_is_followed_by_one_put(
    service: ScriptedService, change: Change, is_active: bool
) -> None:
    service.answers(
        reply(201, wire(Id=31, IsActive=is_active)),
        reply(json=wire(Id=31, IsActive=not is_active)),
    )

    written, warnings = write(client_of(service.url), change)

    assert written == Change(None, webhook(webhook_id=31, active=not is_active))
    assert warnings == []
    assert service.seen == [POST, PUT_31]
    assert service.requests[1].data == {"Url": URL, "IsActive": not is_active}


def test_one_that_the_service_creates_as_declared_inactive_is_left_alone(
    service: ScriptedService,
) -> None:
    service.answers(reply(201, wire(Id=31, IsActive=False)))

    write(client_of(service.url), CREATION_OFF)

    assert service.seen == [POST]


SWITCH_FAILS: dict[str, tuple[list[Step], str]] = {
    "refused": ([error(400, 9, "no")], "answered 400, code 9"),
    "unreachable": ([hangs_up()], "the connection to"),
    "not kept": ([reply(json=wire(Id=31))] * 2, "holds something else"),
}


@pytest.mark.parametrize(
    ("change", "is_active", "word"),
    [(CREATION_OFF, True, "off"), (CREATION, False, "on")],
    ids=["off", "on"],
)
def test_one_that_is_created_and_cannot_be_switched_is_partly_applied(
    service: ScriptedService, change: Change, is_active: bool, word: str
) -> None:
    service.answers(reply(201, wire(Id=31, IsActive=is_active)), error(400, 9, "no"))

    failure = failed_write(service, change)

    created = webhook(webhook_id=31, active=is_active).record()
    switched = webhook(webhook_id=31, active=not is_active).record()
    assert isinstance(failure, PartlyApplied)
    assert f"Created webhook 31 of campaign 9141 at '{URL}'" in str(failure)
    assert f"could not switch it {word}. Could not update webhook 31" in str(failure)
    assert "Run the task again" in str(failure)
    assert failure.done == [{"change": "created", "webhook": created}]
    assert failure.failed == [{"change": "updated", "webhook": switched, "msg": str(failure.cause)}]
    assert failure.not_tried == []
    assert failure.as_result()["changed"] is True


@pytest.mark.parametrize(("steps", "reason"), SWITCH_FAILS.values(), ids=SWITCH_FAILS)
def test_why_it_cannot_be_switched_is_told(
    service: ScriptedService, steps: list[Step], reason: str
) -> None:
    service.answers(reply(201, FRESH), *steps)

    failure = failed_write(service, CREATION_OFF)

    assert isinstance(failure, PartlyApplied)
    assert reason in str(failure)
    assert reason in failure.failed[0]["msg"]


# Deletions


@pytest.mark.parametrize(
    "answer",
    [reply(204), reply(200), error(404, 142, "Webhook record does not exist")],
    ids=["no content", "ok", "gone already"],
)
def test_a_deletion_is_one_request_and_what_is_gone_is_fine(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer)

    assert write(client_of(service.url), DELETION) == (DELETION, [])

    assert service.seen == [DELETE]
    assert service.requests[0].body == b""


@pytest.mark.parametrize(
    "answer",
    [
        gateway(404, "Resource not found"),
        error(404, 104, "another"),
        error(401, 100, "key"),
        error(500, 1, "broken"),
    ],
    ids=["404 without a code", "404 of something else", "401", "500"],
)
def test_a_deletion_that_is_refused_is_an_error(service: ScriptedService, answer: Step) -> None:
    service.answers(answer)

    failure = failed_write(service, DELETION)

    assert isinstance(failure, Refused)
    assert "Could not delete webhook 28 of campaign 9141" in str(failure)
    assert service.seen == [DELETE]


def test_a_deletion_is_repeated_after_a_reset(service: ScriptedService, clock: Clock) -> None:
    service.answers(resets(), error(404, 142, "Webhook record does not exist"))

    assert write(client_of(service.url, retries=1), DELETION) == (DELETION, [])

    assert service.seen == [DELETE, DELETE]
    assert len(clock.pauses) == 1


# The rest


def test_no_webhook_before_and_none_after_sends_nothing(service: ScriptedService) -> None:
    assert write(client_of(service.url), Change(None, None)) == (Change(None, None), [])

    assert service.connections == 0


def test_a_change_is_listed_with_its_record_and_what_went_wrong() -> None:
    record = webhook().record()
    assert record["date_created"] == DATE

    assert listed("deleted", webhook()) == {"change": "deleted", "webhook": record}
    assert listed("deleted", webhook(), TouchBaseError("No.")) == {
        "change": "deleted",
        "webhook": record,
        "msg": "No.",
    }
