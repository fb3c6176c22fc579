# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhook_info, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    SPELT_OTHERWISE,
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
    Step,
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


def read(service: ScriptedService, check: bool = False, **changed: Any) -> dict[str, Any]:
    return ran(OPERATION, info_params(service.url, **changed), check)


def ids(result: dict[str, Any]) -> list[int]:
    return [record["webhook_id"] for record in result["webhooks"]]


@pytest.mark.parametrize("check", [False, True], ids=["live", "check"])
def test_webhooks_of_an_owner_are_one_request(service: ScriptedService, check: bool) -> None:
    service.answers(reply(json=ALL))

    result = read(service, check)

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
        ({"url": SPELT_OTHERWISE}, [28, 29]),
        ({"url": OTHER_URL, "active": False}, [31]),
        ({"url": "https://nobody.example.org"}, []),
    ],
)
def test_filters_select(
    service: ScriptedService, filters: dict[str, Any], found: list[int]
) -> None:
    service.answers(reply(json=ALL))

    assert ids(read(service, **filters)) == found


def test_details_read_the_note_of_each_inactive_webhook(service: ScriptedService) -> None:
    service.answers(
        reply(json=ALL),
        reply(json=wire(Id=29, IsActive=False, Note="gone")),
        reply(json=wire(Id=31, IsActive=False, Url=OTHER_URL, Note="dead")),
    )
    progress = Progress()

    result = ran(OPERATION, info_params(service.url, details=True), progress=progress)

    assert [record["note"] for record in result["webhooks"]] == [None, "gone", None, "dead"]
    assert str(progress) == "4 of 4 webhooks read"
    assert service.seen[1:] == [f"GET {WEBHOOKS_PATH}/{number}" for number in (29, 31)]


def test_details_are_read_of_selected_webhooks_only(service: ScriptedService) -> None:
    service.answers(reply(json=ALL), reply(json=wire(Id=29, IsActive=False, Note="gone")))

    assert ids(read(service, details=True, url=URL)) == [28, 29]

    assert len(service.requests) == 2


@pytest.mark.parametrize(
    "details", [reply(json=wire(Id=29)), MISSING], ids=["activated", "deleted"]
)
def test_webhook_that_changed_between_list_and_details_is_left_out(
    service: ScriptedService, details: Step
) -> None:
    service.answers(reply(json=[ALL[1]]), details)

    assert ids(read(service, details=True, active=False)) == []


@pytest.mark.parametrize(("active", "found"), [(False, [28]), (True, []), (None, [28])])
def test_one_webhook_is_read_with_its_note_and_filtered(
    service: ScriptedService, active: bool | None, found: list[int]
) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")))

    result = read(service, webhook_id=28, active=active)

    assert result["webhooks"] == [webhook(active=False, note="gone").record()] * len(found)
    assert service.seen == [f"GET {WEBHOOK_PATH}"]


def test_missing_webhook_is_an_empty_list(service: ScriptedService) -> None:
    service.answers(MISSING)

    result = read(service, webhook_id=28)

    assert not result.get("failed")
    assert (result["webhooks"], result["warnings"]) == ([], [])


def test_list_with_404_and_code_142_is_empty_with_a_warning(service: ScriptedService) -> None:
    service.answers(MISSING)

    result = read(service, details=True)

    assert not result.get("failed")
    assert result["webhooks"] == []
    (warning,) = result["warnings"]
    assert "404 and code 142, webhook missing. That counts as an empty list." in warning


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (error(404, 104, "x"), 104),
        (gateway(404, "Resource not found"), None),
        (error(401, 100, "Provided API key is invalid"), 100),
    ],
    ids=["other code", "gateway", "wrong key"],
)
@pytest.mark.parametrize("webhook_id", [28, None], ids=["one", "all"])
def test_any_other_refusal_is_a_failure(
    service: ScriptedService, answer: Step, code: int | None, webhook_id: int | None
) -> None:
    service.answers(answer)

    result = read(service, webhook_id=webhook_id)

    assert result["failed"]
    assert result["failure"]["kind"] == "refused"
    assert result["failure"]["code"] == code


def test_list_with_one_id_twice_is_an_unexpected_answer(service: ScriptedService) -> None:
    service.answers(reply(json=[*ALL, ALL[0]]))

    result = read(service)

    assert result["failure"]["kind"] == "unexpected_answer"
    assert "a list with webhook 28 twice" in result["msg"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"campaign_id": None}, "owner of the webhook is missing"),
        ({"list_id": 77}, "two owners"),
        ({"webhook_id": True}, "positive integer"),
        ({"webhook_type": "MessageReply"}, "does not exist for campaign 9141"),
        ({"url": "replies"}, "not an absolute"),
        ({"url": f"https://h.example.org/{MASK}-0a1b2c3d"}, "was masked"),
        ({"api_key": "Bearer 0f3a9c77d1"}, "Bearer"),
    ],
)
def test_invalid_options_fail_before_the_first_request(
    service: ScriptedService, changed: dict[str, Any], reason: str
) -> None:
    result = read(service, **changed)

    assert result["failed"]
    assert reason in result["msg"]
    assert service.connections == 0
