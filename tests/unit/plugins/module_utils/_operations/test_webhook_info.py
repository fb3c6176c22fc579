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
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

CURRENT = [
    made.api_record(),
    made.api_record(Id=29, IsActive=False),
    made.api_record(Id=30, Url=made.OTHER_URL, WebhookType=made.STATUS),
    made.api_record(Id=31, Url=made.OTHER_URL, IsActive=False),
]
OFF = made.api_record(IsActive=False, Note="gone")
MISSING = api.error(404, 142, "Webhook record does not exist")


def read(service: api.Service, **given: Any) -> dict[str, Any]:
    return ops.ran(OPERATION, service, **ops.CAMPAIGN, **given)


@ops.both_modes
def test_webhooks_of_an_owner_are_one_request(service: api.Service, check: bool) -> None:
    service.answers(CURRENT)

    result = read(service, check=check)

    assert set(result) == {"changed", "webhooks", "warnings"}
    assert not result["changed"]
    assert ops.ids(result["webhooks"]) == [28, 29, 30, 31]
    assert result["webhooks"][0] == made.webhook().record()
    assert service.seen == [ops.LIST]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"webhook_type": made.REPLY}, [28, 29, 31]),
        ({"webhook_type": made.STATUS}, [30]),
        ({"active": True}, [28, 30]),
        ({"active": False}, [29, 31]),
        ({"url": made.SPELT_OTHERWISE}, [28, 29]),
        ({"url": made.OTHER_URL, "active": False}, [31]),
        ({"url": made.OTHER_URL, "active": False, "webhook_type": made.STATUS}, []),
    ],
    ids=str,
)
def test_filters_select_webhooks(
    service: api.Service, filters: dict[str, Any], found: list[int]
) -> None:
    service.answers(CURRENT)

    assert ops.ids(read(service, **filters)["webhooks"]) == found


def test_details_read_the_note_of_each_inactive_webhook(service: api.Service) -> None:
    service.answers(CURRENT, {**OFF, "Id": 29}, {**OFF, "Id": 31, "Note": "dead"})
    progress = Progress()

    result = read(service, details=True, progress=progress)

    assert [record["note"] for record in result["webhooks"]] == [None, "gone", None, "dead"]
    assert str(progress) == "4 of 4 webhooks read"
    assert service.seen[1:] == [ops.request("GET", 29), ops.request("GET", 31)]


def test_details_are_read_of_selected_webhooks_only(service: api.Service) -> None:
    service.answers(CURRENT, {**OFF, "Id": 29})

    assert ops.ids(read(service, details=True, url=made.URL)["webhooks"]) == [28, 29]

    assert len(service.requests) == 2


@pytest.mark.parametrize("details", [made.api_record(Id=29), MISSING], ids=["activated", "deleted"])
def test_webhook_that_changed_between_list_and_details_is_left_out(
    service: api.Service, details: Any
) -> None:
    service.answers([CURRENT[1]], details)

    assert read(service, details=True, active=False)["webhooks"] == []


@pytest.mark.parametrize(
    ("active", "answer", "notes"),
    [(False, OFF, ["gone"]), (True, OFF, []), (None, OFF, ["gone"]), (None, MISSING, [])],
    ids=["inactive", "active", "any", "missing"],
)
def test_webhook_by_id_is_one_request_and_filtered(
    service: api.Service, active: bool | None, answer: Any, notes: list[str]
) -> None:
    service.answers(answer)

    result = read(service, webhook_id=28, active=active)

    assert [record["note"] for record in result["webhooks"]] == notes
    assert result["warnings"] == []
    assert service.seen == [ops.request("GET", 28)]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (api.error(404, 104, "no"), 104),
        (api.gateway(404, "no"), None),
        (api.error(401, 1, "no"), 1),
    ],
    ids=["404 with another code", "404 without code", "401"],
)
@pytest.mark.parametrize("webhook_id", [28, None], ids=["by id", "all"])
def test_refusal_other_than_missing_webhook_is_a_failure(
    service: api.Service, answer: api.Step, code: int | None, webhook_id: int | None
) -> None:
    service.answers(answer)

    failure = read(service, webhook_id=webhook_id)["failure"]

    assert (failure["kind"], failure["code"]) == ("refused", code)
