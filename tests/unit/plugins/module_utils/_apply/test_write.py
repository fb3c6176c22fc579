# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An update or a deletion: one request, and then knowing what is stored."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.write import change_entry
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    InternalError,
    Refused,
    TouchBaseError,
    UnexpectedResponse,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import url_text
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import failed_write, written
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import shown
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
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
    resets,
)

GET, PUT, DELETE = (f"{method} {WEBHOOK_PATH}" for method in ("GET", "PUT", "DELETE"))
OTHER_SPELLING = "https://HOOKS.example.org/replies/5f1d"
GONE = error(404, 142, "Webhook record does not exist")

UPDATE = Change(webhook(active=False, note="gone"), webhook(url=OTHER_URL))
DELETION = Change(webhook(), None)
STORED = wire(Url=OTHER_URL)


# Updates


def test_update_is_one_put_of_both_fields_if_the_response_proves_it(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=STORED))

    assert written(service, UPDATE) == (UPDATE, [])

    assert service.seen == [PUT]
    assert service.requests[0].data == {"Url": OTHER_URL, "IsActive": True}


PROVES_NOTHING: dict[str, Step] = {
    "empty": reply(body=b""),
    "no content": reply(204),
    "html": reply(body=b"<html>OK</html>"),
    "inactive": reply(json=wire(Url=OTHER_URL, IsActive=False)),
    "other URL": reply(json=wire(Url=URL)),
    "other id": reply(json=wire(Id=29, Url=OTHER_URL)),
    "incomplete": reply(json={"Id": 28}),
}


@pytest.mark.parametrize("answer", PROVES_NOTHING.values(), ids=PROVES_NOTHING)
def test_update_is_verified_by_one_get_if_the_response_proves_nothing(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=STORED))

    assert written(service, UPDATE) == (UPDATE, [])

    assert service.seen == [PUT, GET]


@pytest.mark.parametrize(
    "stored",
    [wire(Url=URL), wire(Url=OTHER_URL, IsActive=False)],
    ids=["other URL", "inactive"],
)
def test_update_that_is_not_stored_is_an_error_with_both_states(
    service: ScriptedService, stored: dict[str, Any]
) -> None:
    service.answers(reply(body=b""), reply(json=stored))

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, UnexpectedResponse)
    assert "Could not update webhook 28 of campaign 9141" in str(failure)
    assert f"Requested: url {url_text(OTHER_URL)}, active True" in str(failure)
    assert f"Stored: url {url_text(stored['Url'])}, active {stored['IsActive']}" in str(failure)
    assert service.seen == [PUT, GET]


@pytest.mark.parametrize("steps", [[], [reply(body=b"")]], ids=["in the response", "when read"])
@pytest.mark.parametrize(("asked", "stored"), [(URL, OTHER_SPELLING), (OTHER_SPELLING, URL)])
def test_update_stored_in_another_spelling_warns_with_both(
    service: ScriptedService, asked: str, stored: str, steps: list[Step]
) -> None:
    service.answers(*steps, reply(json=wire(Url=stored)))
    update = Change(webhook(url=OTHER_URL), webhook(url=asked))

    assert written(service, update) == (
        update,
        [
            f"The service spells the URL of webhook 28 of campaign 9141 '{stored}' instead of "
            f"'{asked}'. They are equivalent and count as the same."
        ],
    )


def test_refused_update_is_not_verified(service: ScriptedService) -> None:
    service.answers(error(400, 143, "Webhook Url is missing"))

    assert isinstance(failed_write(service, UPDATE), Refused)

    assert service.seen == [PUT]


def test_update_that_cannot_be_verified_may_have_been_applied(service: ScriptedService) -> None:
    service.answers(reply(body=b""), GONE)

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, UnexpectedResponse)
    assert shown(failure).startswith(
        "The service accepted the update of webhook 28 of campaign 9141, but it could not be "
        "verified. Could not read webhook 28 of campaign 9141"
    )
    assert failure.failure.code == 142
    assert failure.as_result()["changed"] is True


# Deletions


@pytest.mark.parametrize(
    "answer", [reply(204), reply(200), GONE], ids=["no content", "ok", "gone already"]
)
def test_deletion_is_one_request_and_a_missing_webhook_is_fine(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer)

    assert written(service, DELETION) == (DELETION, [])

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
    ids=["404 without code", "404 of something else", "401", "500"],
)
def test_refused_deletion_is_an_error(service: ScriptedService, answer: Step) -> None:
    service.answers(answer)

    failure = failed_write(service, DELETION)

    assert isinstance(failure, Refused)
    assert "Could not delete webhook 28 of campaign 9141" in str(failure)
    assert service.seen == [DELETE]


def test_deletion_is_retried_after_a_reset(service: ScriptedService, clock: Clock) -> None:
    service.answers(resets(), GONE)

    assert written(service, DELETION, retries=1) == (DELETION, [])

    assert service.seen == [DELETE, DELETE]
    assert len(clock.pauses) == 1


# Any change


@pytest.mark.parametrize(
    "change", [Change(None, None), Change(webhook(), webhook())], ids=["neither", "unchanged"]
)
def test_change_that_is_not_needed_sends_nothing(service: ScriptedService, change: Change) -> None:
    assert written(service, change) == (change, [])

    assert service.connections == 0


def test_error_of_a_write_without_response_says_changed(service: ScriptedService) -> None:
    service.answers(hangs_up())

    assert failed_write(service, UPDATE).as_result()["changed"] is True


def test_internal_error_during_a_write_says_changed(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any) -> None:
        raise LookupError("unexpected")

    monkeypatch.setattr(Client, "update_webhook", breaks)

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, InternalError)
    assert failure.as_result()["changed"] is True


def test_change_entry_has_kind_record_and_message() -> None:
    item = {"change": "deleted", "webhook": webhook().record()}

    assert change_entry("deleted", webhook()) == item
    assert change_entry("deleted", webhook(), TouchBaseError("No.")) == {**item, "msg": "No."}
