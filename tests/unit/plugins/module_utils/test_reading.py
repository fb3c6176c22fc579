# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what a plan needs: one request each, and what "not there" means."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._reading import (
    webhook_with_id,
    webhooks_of,
    with_note,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    OTHER_URL,
    WEBHOOK_PATH,
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

NOTE = "Receiver answered 410."
OFF, ON = webhook(active=False), webhook()
OF_ITS_OWN: dict[str, tuple[Step, int]] = {
    "no such webhook": (error(404, 142, "Webhook record does not exist"), 404),
    "no such list": (error(404, 104, "SMS list with provided ID value does not exist"), 404),
    "404 of something unknown": (error(404, 9999, "no"), 404),
    "404 without a code": (gateway(404, "Resource not found"), 404),
    "400": (error(400, 9, "no"), 400),
    "403": (error(403, 105, "no"), 403),
    "409": (error(409, 9, "no"), 409),
}
OF_ALL: dict[str, tuple[Step, int]] = {
    "401": (error(401, 100, "Provided API key is invalid"), 401),
    "429": (gateway(429, "Rate limit is exceeded"), 429),
    "500": (error(500, 142, "broken"), 500),
    "503": (gateway(503, "Later"), 503),
}
NO_REFUSAL = {"no answer": hangs_up(), "no json": reply(body=b"<html>")}


def test_the_webhooks_of_an_owner_are_one_request(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire(Id=29)]))

    found = webhooks_of(client_of(service.url), CAMPAIGN)

    assert found.webhooks == (webhook(), webhook(webhook_id=29))
    assert found.ids == {28, 29}
    assert found.refusal is None
    assert service.seen == [f"GET {WEBHOOKS_PATH}"]


def test_one_webhook_is_one_request_with_its_note(service: ScriptedService) -> None:
    service.answers(reply(json=wire(IsActive=False, Note=NOTE)))

    found = webhook_with_id(client_of(service.url), CAMPAIGN, 28)

    assert found.webhooks == (webhook(active=False, note=NOTE),)
    assert found.refusal is None
    assert service.seen == [f"GET {WEBHOOK_PATH}"]


@pytest.mark.parametrize(("answer", "status"), OF_ITS_OWN.values(), ids=OF_ITS_OWN)
def test_that_one_owner_is_refused_is_kept_for_the_plan(
    service: ScriptedService, answer: Step, status: int
) -> None:
    service.answers(answer)

    found = webhooks_of(client_of(service.url), CAMPAIGN)

    assert found.webhooks == ()
    assert isinstance(found.refusal, Refused)
    assert found.refusal.failure.status == status


@pytest.mark.parametrize(("answer", "status"), OF_ALL.values(), ids=OF_ALL)
def test_what_would_be_refused_of_any_owner_is_raised(
    service: ScriptedService, answer: Step, status: int
) -> None:
    service.answers(answer)

    with pytest.raises(Refused) as caught:
        webhooks_of(client_of(service.url), CAMPAIGN)

    assert caught.value.failure.status == status


EVERY_REFUSAL = {**OF_ITS_OWN, **OF_ALL}


@pytest.mark.parametrize(("answer", "status"), EVERY_REFUSAL.values(), ids=EVERY_REFUSAL)
def test_that_one_id_is_refused_is_kept_for_the_plan_whatever_the_reason(
    service: ScriptedService, answer: Step, status: int
) -> None:
    service.answers(answer)

    found = webhook_with_id(client_of(service.url), CAMPAIGN, 28)

    assert found.webhooks == ()
    assert isinstance(found.refusal, Refused)
    assert found.refusal.failure.status == status


@pytest.mark.parametrize("answer", NO_REFUSAL.values(), ids=NO_REFUSAL)
@pytest.mark.parametrize("by_id", [False, True], ids=["all", "one"])
def test_what_is_no_refusal_is_raised(service: ScriptedService, by_id: bool, answer: Step) -> None:
    service.answers(answer)
    client = client_of(service.url)

    with pytest.raises((Unreachable, UnexpectedAnswer)):
        webhook_with_id(client, CAMPAIGN, 28) if by_id else webhooks_of(client, CAMPAIGN)


def test_a_record_that_is_listed_twice_counts_once(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL), wire()]))

    found = webhooks_of(client_of(service.url), CAMPAIGN)

    assert found.webhooks == (webhook(), webhook(webhook_id=29, url=OTHER_URL))


def test_the_note_of_a_webhook_that_is_activated_is_read_with_one_request(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=wire(IsActive=False, Url=OTHER_URL, Note=NOTE)))

    change = with_note(client_of(service.url), Change(OFF, ON))

    assert change == Change(webhook(active=False, note=NOTE), ON)
    assert service.seen == [f"GET {WEBHOOK_PATH}"]


@pytest.mark.parametrize(
    "change",
    [
        Change(ON, ON),
        Change(ON, OFF),
        Change(OFF, webhook(active=False, url=OTHER_URL)),
        Change(OFF, None),
        Change(None, new_webhook()),
        Change(None, None),
    ],
    ids=["unchanged", "goes off", "stays off", "deleted", "created", "neither"],
)
def test_nothing_is_read_where_nothing_is_activated(
    service: ScriptedService, change: Change
) -> None:
    assert with_note(client_of(service.url), change) is change

    assert service.connections == 0
