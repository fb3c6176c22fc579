# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A creation without a clear response: one list request decides, never a second POST."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.write import apply_change
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Unreachable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import failed_write, written
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

LIST, POST = f"GET {WEBHOOKS_PATH}", f"POST {WEBHOOKS_PATH}"
PUT = f"PUT {WEBHOOKS_PATH}/31"
OTHER_SPELLING = "https://HOOKS.example.org/replies/5f1d"
SHORT = 0.4  # seconds, the timeout for a service that says nothing

KNOWN = wire(Id=29, Url=OTHER_URL)
FRESH = wire(Id=31)
CREATION = Change(None, new_webhook(), frozenset({29}))
INACTIVE_CREATION = Change(None, new_webhook(active=False), frozenset({29}))
CREATED = Change(None, webhook(webhook_id=31))
NEXT_RUN = "The next run uses the webhook if it exists then, and creates it otherwise."


UNCLEAR: dict[str, Step] = {
    "reset": resets(),
    "hung up": hangs_up(),
    "half a response": raw(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"),
    "nothing in time": black_hole(),
    "500": error(500, 1, "broken"),
    "502": gateway(502, "Bad gateway"),
    "503": gateway(503, "Later"),
    "504": gateway(504, "Too late"),
    "empty body": reply(201),
    "no content": reply(204),
    "html": reply(201, body=b"<html>Created</html>"),
    "no id": reply(201, without(FRESH, "Id")),
    "no type": reply(201, without(FRESH, "WebhookType")),
    "a list": reply(201, [FRESH]),
}
unclear = pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)


def retrying(answer: Step) -> dict[str, Any]:
    is_silent = answer is UNCLEAR["nothing in time"]
    return {"retries": 3, "timeout": SHORT if is_silent else 5.0}


@unclear
def test_webhook_listed_after_unclear_creation_counts_as_created(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=[KNOWN, FRESH]))

    change, warnings = written(service, CREATION, **retrying(answer))

    assert change == CREATED
    assert service.seen == [POST, LIST]
    assert warnings == [
        "There was no clear response to the creation of a CampaignReply webhook of campaign 9141, "
        "but webhook 31 of campaign 9141 with its URL is listed since, so it counts as created."
    ]


@unclear
def test_unclear_creation_without_a_listed_webhook_is_an_error(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=[KNOWN]))

    failure = failed_write(service, CREATION, **retrying(answer))

    assert service.seen == [POST, LIST]
    assert "Could not create a CampaignReply webhook of campaign 9141" in str(failure)
    assert str(failure).endswith(
        f"Campaign 9141 does not list it now, but it may still appear. {NEXT_RUN}"
    )
    assert failure.may_have_been_applied
    assert failure.failure.method == "POST"


NOT_ADOPTED: dict[str, dict[str, Any]] = {
    "known before": wire(Id=29),
    "other URL": wire(Id=31, Url=OTHER_URL),
    "trailing slash": wire(Id=31, Url=URL + "/"),
    "other type": wire(Id=31, WebhookType=STATUS),
}


@pytest.mark.parametrize("listed", NOT_ADOPTED.values(), ids=NOT_ADOPTED)
def test_webhook_that_cannot_be_the_created_one_is_not_adopted(
    service: ScriptedService, listed: dict[str, Any]
) -> None:
    service.answers(hangs_up(), reply(json=[listed]))

    failure = failed_write(service, CREATION)

    assert isinstance(failure, Unreachable)
    assert "may still appear" in str(failure)
    assert service.seen == [POST, LIST]


def test_lowest_id_of_several_new_webhooks_is_adopted(service: ScriptedService) -> None:
    listed = [wire(Id=33), wire(Id=32, Url=OTHER_SPELLING), wire(Id=34)]
    service.answers(hangs_up(), reply(json=listed))

    change, warnings = written(service, CREATION)

    assert change.after == webhook(webhook_id=32)
    assert len(warnings) == 2
    assert OTHER_SPELLING in warnings[1]


def test_adopted_webhook_is_deactivated_as_desired(service: ScriptedService) -> None:
    service.answers(hangs_up(), reply(json=[FRESH]), reply(json=wire(Id=31, IsActive=False)))

    change, _warnings = written(service, INACTIVE_CREATION)

    assert change.after == webhook(webhook_id=31, active=False)
    assert service.seen == [POST, LIST, PUT]


LIST_FAILS: dict[str, tuple[Step, str]] = {
    "unreachable": (hangs_up(), "failed ("),
    "broken": (error(500, 1, "broken"), "answered 500"),
    "no list": (reply(json={}), "not a list of webhooks"),
    "refused": (error(401, 100, "Provided API key is invalid"), "answered 401"),
    "limited": (gateway(429, "Later"), "answered 429"),
}


@pytest.mark.parametrize(("second", "reason"), LIST_FAILS.values(), ids=LIST_FAILS)
def test_unclear_creation_without_a_list_is_an_error_with_both_reasons(
    service: ScriptedService, second: Step, reason: str
) -> None:
    service.answers(error(500, 7, "first"), second)

    failure = failed_write(service, CREATION)

    first, told, rest = shown(failure).partition("Whether it was created could not be checked.")
    assert told
    assert "answered 500, code 7: first" in first
    assert reason in rest
    assert rest.endswith(NEXT_RUN)
    assert failure.may_have_been_applied
    assert failure.failure.method == "GET"
    assert service.seen == [POST, LIST]


def test_webhook_claimed_by_another_creation_is_not_adopted(service: ScriptedService) -> None:
    service.answers(hangs_up(), reply(json=[wire(Id=33), wire(Id=32)]))
    asked: list[int | None] = []

    def claim_id(_change: Change, found: Webhook) -> bool:
        asked.append(found.webhook_id)
        return found.webhook_id != 32

    change = apply_change(client_of(service.url), CREATION, False, list[str]().append, claim_id)

    assert change.after == webhook(webhook_id=33)
    assert asked == [32, 33]
