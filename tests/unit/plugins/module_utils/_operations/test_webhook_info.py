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
OFF_29, OFF_31 = {**OFF, "Id": 29}, {**OFF, "Id": 31, "Note": "dead"}
ON_29 = made.api_record(Id=29)
MISSING = api.error(404, 142, "Webhook record does not exist")
GET_28, GET_29, GET_31 = (ops.request("GET", number) for number in (28, 29, 31))
LISTED, LIST = [CURRENT], [ops.LIST]
BY_ID, DETAILS = {"webhook_id": 28}, {"details": True}
OTHER_INACTIVE = {"url": made.OTHER_URL, "active": False}
CHANGED_29 = {**DETAILS, "url": made.URL, "active": False}

# Options, answers, requests, and the ids that are found with their notes.
CASES: dict[str, tuple[dict[str, Any], list[Any], list[str], dict[int, str | None]]] = {
    "all": ({}, LISTED, LIST, dict.fromkeys([28, 29, 30, 31])),
    "of a type": ({"webhook_type": made.STATUS}, LISTED, LIST, {30: None}),
    "active": ({"active": True}, LISTED, LIST, dict.fromkeys([28, 30])),
    "of an equivalent URL": ({"url": made.SPELT_OTHERWISE}, LISTED, LIST, dict.fromkeys([28, 29])),
    "of two filters": (OTHER_INACTIVE, LISTED, LIST, {31: None}),
    "of three filters": ({**OTHER_INACTIVE, "webhook_type": made.STATUS}, LISTED, LIST, {}),
    "with notes": (
        DETAILS,
        [CURRENT, OFF_29, OFF_31],
        [ops.LIST, GET_29, GET_31],
        {28: None, 29: "gone", 30: None, 31: "dead"},
    ),
    "activated after the list": (CHANGED_29, [CURRENT, ON_29], [ops.LIST, GET_29], {}),
    "deleted after the list": (CHANGED_29, [CURRENT, MISSING], [ops.LIST, GET_29], {}),
    "by id": (BY_ID, [OFF], [GET_28], {28: "gone"}),
    "by id and filter": ({**BY_ID, "active": False}, [OFF], [GET_28], {28: "gone"}),
    "by id and another filter": ({**BY_ID, "active": True}, [OFF], [GET_28], {}),
    "by missing id": (BY_ID, [MISSING], [GET_28], {}),
}


@ops.both_modes
@pytest.mark.parametrize(("options", "answers", "requests", "found"), CASES.values(), ids=CASES)
def test_webhooks_are_found(
    service: api.Service,
    options: dict[str, Any],
    answers: list[Any],
    requests: list[str],
    found: dict[int, str | None],
    check: bool,
) -> None:
    service.answers(*answers)

    result = ops.ran(OPERATION, service, check=check, **ops.CAMPAIGN, **options)

    notes = {record["webhook_id"]: record["note"] for record in result.pop("webhooks")}
    assert notes == found
    assert result == {"changed": False, "warnings": []}
    assert service.seen == requests


def test_details_are_counted_as_progress(service: api.Service) -> None:
    service.answers(CURRENT[:2], OFF_29)
    progress = Progress()

    ops.ran(OPERATION, service, **ops.CAMPAIGN, details=True, progress=progress)

    assert str(progress) == "2 of 2 webhooks read"


@pytest.mark.parametrize(
    "answer", [api.error(404, 104, "no"), api.gateway(404, "no")], ids=["404, code 104", "404"]
)
@pytest.mark.parametrize("webhook_id", [28, None], ids=["by id", "all"])
def test_refusal_other_than_missing_webhook_is_a_failure(
    service: api.Service, answer: api.Step, webhook_id: int | None
) -> None:
    service.answers(answer)

    assert ops.ran(OPERATION, service, **ops.CAMPAIGN, webhook_id=webhook_id)["failed"]
