# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading webhooks, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import MASK
from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import perform
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    STATUS,
    URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    info_params,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    error,
    gateway,
    reply,
)

ALL = [
    wire(Id=28),
    wire(Id=29, IsActive=False),
    wire(Id=30, Url=OTHER_URL, WebhookType=STATUS),
    wire(Id=31, Url=OTHER_URL, IsActive=False),
]
MISSING = error(404, 142, "Webhook record does not exist")


def performed(service: ScriptedService, dry_run: bool = False, **changed: Any) -> dict[str, Any]:
    return perform(OPERATION, info_params(service.url, **changed), dry_run)


def ids(result: dict[str, Any]) -> list[int]:
    return [record["webhook_id"] for record in result["webhooks"]]


@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
def test_all_webhooks_of_an_owner_are_one_request(service: ScriptedService, dry_run: bool) -> None:
    service.answers(reply(json=ALL))

    result = performed(service, dry_run)

    assert not result["changed"]
    assert set(result) == {"changed", "webhooks", "warnings"}
    assert ids(result) == [28, 29, 30, 31]
    assert result["webhooks"][0] == webhook().record()
    assert service.seen == [f"GET {WEBHOOKS_PATH}"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"webhook_type": "CampaignReply"}, [28, 29, 31]),
        ({"webhook_type": STATUS}, [30]),
        ({"active": True}, [28, 30]),
        ({"active": False}, [29, 31]),
        ({"url": URL}, [28, 29]),
        ({"url": URL.replace("https://hooks", "HTTPS://HOOKS")}, [28, 29]),
        ({"url": OTHER_URL, "active": False}, [31]),
        ({"url": "https://nobody.example"}, []),
    ],
)
def test_filters_select(
    service: ScriptedService, filters: dict[str, Any], found: list[int]
) -> None:
    service.answers(reply(json=ALL))

    assert ids(performed(service, **filters)) == found


def test_details_read_the_note_of_each_inactive_webhook(service: ScriptedService) -> None:
    service.answers(
        reply(json=ALL),
        reply(json=wire(Id=29, IsActive=False, Note="gone")),
        reply(json=wire(Id=31, IsActive=False, Url=OTHER_URL, Note="dead")),
    )

    progress = Progress()

    result = perform(
        OPERATION, info_params(service.url, details=True), dry_run=False, progress=progress
    )

    assert [record["note"] for record in result["webhooks"]] == [None, "gone", None, "dead"]
    assert str(progress) == "4 of 4 webhooks read"
    assert service.seen == [
        f"GET {WEBHOOKS_PATH}",
        f"GET {WEBHOOKS_PATH}/29",
        f"GET {WEBHOOKS_PATH}/31",
    ]


def test_details_are_read_only_of_what_the_filters_left(service: ScriptedService) -> None:
    service.answers(reply(json=ALL), reply(json=wire(Id=29, IsActive=False, Note="gone")))

    result = performed(service, details=True, url=URL)

    assert ids(result) == [28, 29]
    assert len(service.requests) == 2


def test_a_webhook_that_was_activated_between_list_and_details_no_longer_passes(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=[ALL[1]]), reply(json=wire(Id=29)))

    assert ids(performed(service, details=True, active=False)) == []


def test_a_webhook_that_disappeared_between_list_and_details_is_left_out(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=ALL[:2]), MISSING)

    assert ids(performed(service, details=True)) == [28]


def test_one_webhook_is_read_with_its_note(service: ScriptedService) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")))

    result = performed(service, webhook_id=28)

    assert result["webhooks"] == [webhook(active=False, note="gone").record()]
    assert service.seen == [f"GET {WEBHOOK_PATH}"]


@pytest.mark.parametrize(("active", "found"), [(True, [28]), (False, []), (None, [28])])
def test_filters_select_among_one_webhook_too(
    service: ScriptedService, active: bool | None, found: list[int]
) -> None:
    service.answers(reply(json=wire()))

    assert ids(performed(service, webhook_id=28, active=active)) == found


def test_a_webhook_that_does_not_exist_is_an_empty_list(service: ScriptedService) -> None:
    service.answers(MISSING)

    result = performed(service, webhook_id=28)

    assert result["webhooks"] == []
    assert not result.get("failed")


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (error(404, 104, "x"), 104),
        (gateway(404, "Resource not found"), None),
        (error(401, 100, "Provided API key is invalid"), 100),
    ],
    ids=["another code", "gateway", "wrong key"],
)
def test_another_refusal_of_one_webhook_is_a_failure(
    service: ScriptedService, step: Any, code: int | None
) -> None:
    service.answers(step)

    result = performed(service, webhook_id=28)

    assert result["failed"]
    assert result["failure"]["code"] == code


def test_a_missing_webhook_in_answer_to_a_list_is_a_failure(service: ScriptedService) -> None:
    service.answers(MISSING)

    result = performed(service)

    assert result["failed"]
    assert result["failure"]["code"] == 142


def test_an_unknown_owner_with_an_empty_list_is_an_empty_list(service: ScriptedService) -> None:
    service.answers(reply(json=[]))

    assert performed(service)["webhooks"] == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"campaign_id": None}, "owner of the webhook is missing"),
        ({"list_id": 77}, "two owners"),
        ({"webhook_id": True}, "positive integer"),
        ({"webhook_type": "MessageReply"}, "does not exist for campaign 9141"),
        ({"url": "replies"}, "not an absolute"),
        ({"url": f"https://h.example/{MASK}-0a1b2c3d"}, "was masked"),
        ({"api_key": "Bearer 0f3a9c77d1"}, "Bearer"),
    ],
)
def test_options_that_make_no_sense_fail_before_the_first_request(
    service: ScriptedService, changed: dict[str, Any], reason: str
) -> None:
    result = performed(service, **changed)

    assert result["failed"]
    assert reason in result["msg"]
    assert service.connections == 0
