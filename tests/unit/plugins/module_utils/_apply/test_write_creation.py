# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A creation: one POST, and then knowing what is stored, whatever the response is."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.write import apply_change
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    PartiallyApplied,
    Refused,
    UnexpectedResponse,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import failed_write, written
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import shown
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
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
    error,
    gateway,
    hangs_up,
    reply,
)

POST = f"POST {WEBHOOKS_PATH}"
GET, PUT, DELETE = (f"{method} {WEBHOOKS_PATH}/31" for method in ("GET", "PUT", "DELETE"))
OTHER_SPELLING = "https://HOOKS.example.org/replies/5f1d"

KNOWN = wire(Id=29, Url=OTHER_URL)
FRESH = wire(Id=31)
CREATION = Change(None, new_webhook(), frozenset({29}))
INACTIVE_CREATION = Change(None, new_webhook(active=False), frozenset({29}))
CREATED = Change(None, webhook(webhook_id=31))
OTHERS: dict[str, dict[str, Any]] = {
    "other URL": wire(Id=31, Url=OTHER_URL),
    "trailing slash": wire(Id=31, Url=URL + "/"),
    "other type": wire(Id=31, WebhookType=STATUS),
}
another = pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)


def test_creation_is_one_post_of_url_and_type(service: ScriptedService) -> None:
    service.answers(reply(201, FRESH))

    assert written(service, CREATION) == (CREATED, [])

    assert service.seen == [POST]
    assert service.requests[0].data == {"Url": URL, "WebhookType": "CampaignReply"}


def test_creation_is_retried_after_429(service: ScriptedService, clock: Clock) -> None:
    service.answers(gateway(429, "Later"), gateway(429, "Later"), reply(201, FRESH))

    assert written(service, CREATION, retries=3) == (CREATED, [])

    assert service.seen == [POST] * 3
    assert len(clock.pauses) >= 2


def test_creation_without_a_connection_is_retried_and_not_looked_up(clock: Clock) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{unused.getsockname()[1]}", retries=2)
        with pytest.raises(Unreachable) as caught:
            apply_change(client, CREATION, False, list[str]().append)

    assert "create a CampaignReply webhook of campaign 9141" in str(caught.value)
    assert "no connection to" in str(caught.value)
    assert caught.value.failure.method == "POST"
    assert caught.value.failure.attempts == 3
    assert "changed" not in caught.value.as_result()
    assert len(clock.pauses) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_refused_creation_is_neither_retried_nor_looked_up(
    service: ScriptedService, status: int
) -> None:
    service.answers(error(status, 143, "no"))

    failure = failed_write(service, CREATION, retries=3)

    assert isinstance(failure, Refused)
    assert not failure.may_have_been_applied
    assert service.seen == [POST]


# A response that shows something else


@another
def test_creation_with_wrong_response_is_created_if_a_get_is_right(
    service: ScriptedService, other: dict[str, Any]
) -> None:
    service.answers(reply(201, other), reply(json=FRESH))

    assert written(service, CREATION) == (CREATED, [])

    assert service.seen == [POST, GET]


def test_inactive_creation_with_wrong_response_goes_on_after_the_get(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(201, wire(Id=31, Url=OTHER_URL)),
        reply(json=wire(Id=31, Url=OTHER_SPELLING)),
        reply(json=wire(Id=31, Url=OTHER_SPELLING, IsActive=False)),
    )

    change, warnings = written(service, INACTIVE_CREATION)

    assert change.after == webhook(webhook_id=31, active=False)
    assert [OTHER_SPELLING in warning for warning in warnings] == [True]
    assert service.seen == [POST, GET, PUT]


@another
@pytest.mark.parametrize(
    "deletion", [reply(204), error(404, 142, "gone")], ids=["deleted", "gone already"]
)
def test_creation_stored_as_something_else_is_deleted_again(
    service: ScriptedService, other: dict[str, Any], deletion: Step
) -> None:
    service.answers(reply(201, other), reply(json=other), deletion)

    failure = failed_write(service, CREATION)

    assert isinstance(failure, UnexpectedResponse)
    assert shown(failure) == (
        "Could not create a webhook of campaign 9141: the service stored something else as webhook "
        f"31 of campaign 9141. Requested: CampaignReply, url {URL}. Stored: "
        f"{other['WebhookType']}, url {other['Url']}. It was deleted again. Declare the URL in the "
        "way the service stores it."
    )
    assert "changed" not in failure.as_result()
    assert service.seen == [POST, GET, DELETE]


CANNOT_READ: dict[str, Step] = {
    "broken": error(500, 1, "broken"),
    "unreachable": hangs_up(),
    "404": error(404, 142, "gone"),
    "another webhook": reply(json=wire(Id=32)),
}


@pytest.mark.parametrize("answer", CANNOT_READ.values(), ids=CANNOT_READ)
def test_creation_with_wrong_response_is_not_deleted_if_the_get_fails(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(reply(201, wire(Id=31, Url=OTHER_URL)), answer)

    failure = failed_write(service, CREATION)

    assert isinstance(failure, PartiallyApplied)
    assert shown(failure).startswith(
        "Created webhook 31 of campaign 9141, but the response shows CampaignReply, url "
        f"{OTHER_URL} instead of CampaignReply, url {URL}, and the webhook could not be read. "
    )
    assert str(failure).endswith("Nothing was deleted. Run the task again to check.")
    record = webhook(webhook_id=31, url=OTHER_URL).record()
    assert failure.done == [{"change": "created", "webhook": record}]
    assert failure.failed == failure.not_tried == []
    assert failure.as_result()["changed"] is True
    assert service.seen == [POST, GET]


@pytest.mark.parametrize(
    "answer", [error(500, 1, "broken"), hangs_up(), gateway(404, "Resource not found")]
)
def test_creation_that_cannot_be_deleted_again_is_left_over(
    service: ScriptedService, answer: Step
) -> None:
    other = wire(Id=31, Url=OTHER_URL)
    service.answers(reply(201, other), reply(json=other), answer)

    failure = failed_write(service, CREATION)

    record = webhook(webhook_id=31, url=OTHER_URL).record()
    assert isinstance(failure, PartiallyApplied)
    assert "as webhook 31 of campaign 9141" in str(failure)
    assert "It could not be deleted again and is left over. Could not delete" in str(failure)
    assert failure.done == [{"change": "created", "webhook": record}]
    assert failure.failed == [{"change": "deleted", "webhook": record, "msg": str(failure.cause)}]
    assert failure.not_tried == []
    assert failure.as_result()["changed"] is True
    assert service.seen == [POST, GET, DELETE]


@pytest.mark.parametrize(
    "known",
    [KNOWN, wire(Id=29), wire(Id=29, IsActive=False)],
    ids=["other URL", "same", "inactive"],
)
def test_creation_answered_with_a_known_webhook_deletes_nothing(
    service: ScriptedService, known: dict[str, Any]
) -> None:
    service.answers(reply(200, known))

    failure = failed_write(service, CREATION)

    assert isinstance(failure, UnexpectedResponse)
    assert shown(failure) == (
        "Could not create a webhook of campaign 9141: the service returned webhook 29 of campaign "
        f"9141 at {known['Url']}, which existed before. Nothing was deleted. Read it with "
        "touchbase_sms_webhook_info, and declare its webhook_id if it is the right one."
    )
    assert failure.may_have_been_applied
    assert service.seen == [POST]


def test_webhook_claimed_by_another_creation_counts_as_known(service: ScriptedService) -> None:
    service.answers(reply(201, FRESH))
    client = client_of(service.url)

    with pytest.raises(UnexpectedResponse, match=r"webhook 31 of .* existed before"):
        apply_change(client, CREATION, False, list[str]().append, lambda _change, _webhook: False)

    assert service.seen == [POST]


# Spelling and activity


def test_created_url_in_another_spelling_warns_and_is_kept(service: ScriptedService) -> None:
    service.answers(
        reply(201, wire(Id=31, Url=OTHER_SPELLING)),
        reply(json=wire(Id=31, Url=OTHER_SPELLING, IsActive=False)),
    )

    change, (warning,) = written(service, INACTIVE_CREATION)

    assert change.after == webhook(webhook_id=31, active=False)
    assert f"'{OTHER_SPELLING}' instead of '{URL}'" in warning
    assert service.requests[1].data == {"Url": OTHER_SPELLING, "IsActive": False}


@pytest.mark.parametrize("is_active", [True, False], ids=["active", "inactive"])
@pytest.mark.parametrize("change", [CREATION, INACTIVE_CREATION], ids=["on", "off"])
def test_creation_is_followed_by_a_put_only_if_its_activity_differs(
    service: ScriptedService, change: Change, is_active: bool
) -> None:
    desired = change is CREATION
    service.answers(
        reply(201, wire(Id=31, IsActive=is_active)), reply(json=wire(Id=31, IsActive=desired))
    )

    assert written(service, change) == (Change(None, webhook(webhook_id=31, active=desired)), [])

    assert service.seen == [POST] + ([PUT] if desired != is_active else [])
    assert all(put.data == {"Url": URL, "IsActive": desired} for put in service.requests[1:])


ACTIVITY_FAILS: dict[str, tuple[list[Step], str]] = {
    "refused": ([error(400, 9, "no")], "answered 400, code 9"),
    "unreachable": ([hangs_up()], "failed ("),
    "not stored": ([reply(json=FRESH)] * 2, "holds something else"),
}


@pytest.mark.parametrize(("steps", "reason"), ACTIVITY_FAILS.values(), ids=ACTIVITY_FAILS)
def test_creation_that_cannot_be_deactivated_is_partially_applied(
    service: ScriptedService, steps: list[Step], reason: str
) -> None:
    service.answers(reply(201, FRESH), *steps)

    failure = failed_write(service, INACTIVE_CREATION)

    assert isinstance(failure, PartiallyApplied)
    assert f"Created webhook 31 of campaign 9141 at {URL}, but could not deactivate it." in shown(
        failure
    )
    assert reason in shown(failure)
    assert shown(failure).endswith("Run the task again to do the rest.")
    fresh = webhook(webhook_id=31)
    inactive = webhook(webhook_id=31, active=False).record()
    assert failure.done == [{"change": "created", "webhook": fresh.record()}]
    assert failure.failed == [{"change": "updated", "webhook": inactive, "msg": str(failure.cause)}]
    assert failure.not_tried == []
    assert failure.as_result()["changed"] is True


def test_creation_that_cannot_be_activated_says_so(service: ScriptedService) -> None:
    service.answers(reply(201, wire(Id=31, IsActive=False)), error(400, 9, "no"))

    failure = failed_write(service, CREATION)

    assert isinstance(failure, PartiallyApplied)
    assert "could not activate it. Could not update webhook 31" in str(failure)
