# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a change: one write, and then knowing what is stored."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._carry_out import carry_out
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    TouchBaseError,
    UnexpectedAnswer,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
    client_of,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    reply,
)

CHANGE = Change(webhook(active=False, note="gone"), webhook(url=OTHER_URL))
STORED = wire(Url=OTHER_URL)
PUT, GET = f"PUT {WEBHOOK_PATH}", f"GET {WEBHOOK_PATH}"


def test_a_change_is_one_put_when_the_answer_proves_it(service: ScriptedService) -> None:
    service.answers(reply(json=STORED))

    assert carry_out(client_of(service.url), CHANGE, dry_run=False) == []

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

    assert carry_out(client_of(service.url), CHANGE, dry_run=False) == []

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

    with pytest.raises(UnexpectedAnswer) as caught:
        carry_out(client_of(service.url), CHANGE, dry_run=False)

    message = str(caught.value)
    assert f"Asked: url '{OTHER_URL}', active True" in message
    assert f"Stored: url '{stored['Url']}', active {stored['IsActive']}" in message
    assert "webhook 28 of campaign 9141" in message
    assert service.seen == [PUT, GET]


@pytest.mark.parametrize("answers_record", [True, False], ids=["in the answer", "when read"])
def test_an_equivalent_spelling_is_a_warning_that_shows_both(
    service: ScriptedService, answers_record: bool
) -> None:
    spelt = OTHER_URL.replace("https://hooks", "https://HOOKS")
    steps = [reply(json=wire(Url=spelt))]
    service.answers(*(steps if answers_record else [reply(body=b""), *steps]))

    warnings = carry_out(client_of(service.url), CHANGE, dry_run=False)

    assert len(warnings) == 1
    assert spelt in warnings[0]
    assert OTHER_URL in warnings[0]
    assert "webhook 28 of campaign 9141" in warnings[0]


@pytest.mark.parametrize(
    ("change", "dry_run"),
    [(CHANGE, True), (Change(webhook(), webhook()), False), (Change(webhook(), webhook()), True)],
    ids=["a dry run", "nothing to do", "both"],
)
def test_a_dry_run_and_a_change_that_is_none_send_nothing(
    service: ScriptedService, change: Change, dry_run: bool
) -> None:
    assert carry_out(client_of(service.url), change, dry_run) == []

    assert service.connections == 0


def test_a_write_that_slips_through_a_dry_run_is_stopped_by_the_second_lock(
    service: ScriptedService,
) -> None:
    with pytest.raises(TouchBaseError, match="may only read"):
        carry_out(client_of(service.url, read_only=True), CHANGE, dry_run=False)

    assert service.connections == 0


def test_a_refused_write_is_not_verified(service: ScriptedService) -> None:
    service.answers(error(400, 143, "Webhook Url is missing"))

    with pytest.raises(Refused):
        carry_out(client_of(service.url), CHANGE, dry_run=False)

    assert service.seen == [PUT]


def test_a_write_that_cannot_be_verified_is_not_taken_for_one_that_failed(
    service: ScriptedService,
) -> None:
    service.answers(reply(body=b""), error(404, 142, "Webhook record does not exist"))

    with pytest.raises(UnexpectedAnswer) as caught:
        carry_out(client_of(service.url), CHANGE, dry_run=False)

    assert "accepted the update of webhook 28 of campaign 9141" in str(caught.value)
    assert "404, code 142" in str(caught.value)
    assert caught.value.failure.code == 142
