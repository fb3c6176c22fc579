# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what a plan needs: one request each, and what "not there" means."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    UnexpectedResponse,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.reading import (
    current_webhooks,
    warn_of_empty_list,
    with_note,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    NEW,
    NOTE,
    ON,
    OTHER_URL,
    WEBHOOK_PATH,
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

OFF = webhook(active=False)
EMPTY = [
    "The service answered the list of webhooks of campaign 9141 with 404 and code 142, webhook "
    "missing. That counts as an empty list."
]
OF_ONE_OWNER: dict[str, tuple[Step, int, list[str]]] = {
    "no such webhook": (error(404, 142, "Webhook record does not exist"), 404, EMPTY),
    "no such list": (error(404, 104, "SMS list does not exist"), 404, []),
    "404 of something unknown": (error(404, 9999, "no"), 404, []),
    "404 without code": (gateway(404, "Resource not found"), 404, []),
    "400": (error(400, 142, "no"), 400, []),
    "403": (error(403, 105, "no"), 403, []),
    "409": (error(409, 9, "no"), 409, []),
}
OF_ALL_OWNERS: dict[str, tuple[Step, type[Exception]]] = {
    "401": (error(401, 100, "Provided API key is invalid"), Refused),
    "429": (gateway(429, "Rate limit is exceeded"), Refused),
    "500": (error(500, 142, "broken"), Refused),
    "503": (gateway(503, "Later"), Refused),
    "no response": (hangs_up(), Unreachable),
    "no json": (reply(body=b"<html>"), UnexpectedResponse),
    "one id twice": (reply(json=[wire(), wire(Id=29), wire()]), UnexpectedResponse),
}


def test_webhooks_of_an_owner_are_one_request(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire(Id=29)]))

    current = current_webhooks(client_of(service.url), CAMPAIGN)

    assert current.webhooks == (webhook(), webhook(webhook_id=29))
    assert current.ids == {28, 29}
    assert current.error is None
    assert service.seen == [f"GET {WEBHOOKS_PATH}"]


@pytest.mark.parametrize(("answer", "status", "expected"), OF_ONE_OWNER.values(), ids=OF_ONE_OWNER)
def test_refusal_of_one_owner_is_kept_for_the_plan(
    service: ScriptedService, answer: Step, status: int, expected: list[str]
) -> None:
    service.answers(answer)
    warnings: list[str] = []

    current = current_webhooks(client_of(service.url), CAMPAIGN)
    warn_of_empty_list(CAMPAIGN, current, warnings.append)

    assert current.webhooks == ()
    assert current.error is not None
    assert current.error.failure.status == status
    assert warnings == expected


@pytest.mark.parametrize(("answer", "kind"), OF_ALL_OWNERS.values(), ids=OF_ALL_OWNERS)
def test_error_that_every_owner_would_meet_is_raised(
    service: ScriptedService, answer: Step, kind: type[Exception]
) -> None:
    service.answers(answer)

    with pytest.raises(kind):
        current_webhooks(client_of(service.url), CAMPAIGN)


def test_note_of_an_activated_webhook_is_one_request(service: ScriptedService) -> None:
    service.answers(reply(json=wire(IsActive=False, Url=OTHER_URL, Note=NOTE)))

    change = with_note(client_of(service.url), Change(OFF, ON))

    assert change == Change(webhook(active=False, note=NOTE), ON)
    assert service.seen == [f"GET {WEBHOOK_PATH}"]


NOT_ACTIVATED: dict[str, Change] = {
    "unchanged": Change(ON, ON),
    "deactivated": Change(ON, OFF),
    "stays inactive": Change(OFF, webhook(active=False, url=OTHER_URL)),
    "deleted": Change(OFF, None),
    "created": Change(None, NEW),
    "neither": Change(None, None),
}


@pytest.mark.parametrize("change", NOT_ACTIVATED.values(), ids=NOT_ACTIVATED)
def test_note_is_not_read_unless_activated(service: ScriptedService, change: Change) -> None:
    assert with_note(client_of(service.url), change) is change

    assert service.connections == 0
