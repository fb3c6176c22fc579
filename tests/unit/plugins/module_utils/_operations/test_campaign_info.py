"""touchbase_sms_campaign_info, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.campaign_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

SPRING, SAME_NAME = made.api_campaign(), made.api_campaign(CampaignId=9143)
CAFE = made.api_campaign(CampaignId=9142, Name="Cafe\u0301")
UNNAMED = made.api_campaign(CampaignId=9144, Name=None)
CURRENT = [made.page(SAME_NAME, CAFE, SPRING, UNNAMED)]
TWO_PAGES = [made.page(SPRING, pages=2), made.page(SAME_NAME, pages=2)]
MISSING = api.error(404, 9999, "Campaign does not exist")
LIST, GET = [ops.LIST_OF_CAMPAIGNS], ["GET /sms/campaigns/9141"]
LIST_BY_TEN = [f"GET /sms/campaigns?page={number}&pageSize=10" for number in (1, 2)]

# Options, answers, requests, and the ids that are found.
CASES: dict[str, tuple[dict[str, Any], list[Any], list[str], list[int]]] = {
    "all": ({}, CURRENT, LIST, [9143, 9142, 9141, 9144]),
    "by name": ({"name": "Spring"}, CURRENT, LIST, [9143, 9141]),
    "by name in lower case": ({"name": "spring"}, CURRENT, LIST, []),
    "by name in composed form": ({"name": "Caf\u00e9"}, CURRENT, LIST, [9142]),
    "by name that looks like null": ({"name": "None"}, CURRENT, LIST, []),
    "by name on two pages": (
        {"name": "Spring", "page_size": 10},
        TWO_PAGES,
        LIST_BY_TEN,
        [9141, 9143],
    ),
    "by id": ({"campaign_id": 9141}, [SPRING], GET, [9141]),
    "by id and name": ({"campaign_id": 9141, "name": "Spring"}, [SPRING], GET, [9141]),
    "by id and other name": ({"campaign_id": 9141, "name": "Autumn"}, [SPRING], GET, []),
    "by missing id": ({"campaign_id": 9141}, [MISSING], GET, []),
}


@ops.both_modes
@pytest.mark.parametrize(("options", "answers", "requests", "found"), CASES.values(), ids=CASES)
def test_campaigns_are_found(
    service: api.Service,
    options: dict[str, Any],
    answers: list[Any],
    requests: list[str],
    found: list[int],
    check: bool,
) -> None:
    service.answers(*answers)

    result = ops.ran(OPERATION, service, check=check, **options)

    ids = [record["campaign_id"] for record in result.pop("campaigns")]
    assert ids == found
    assert result == {"changed": False, "warnings": []}
    assert service.seen == requests


def test_pages_that_lack_campaigns_are_a_warning(service: api.Service) -> None:
    service.answers({**CURRENT[0], "TotalRecordCount": 5})

    result = ops.ran(OPERATION, service)

    assert ops.has_words(result["warnings"], ["The service counted 5 campaigns"])


@pytest.mark.parametrize("campaign_id", [None, 9141], ids=["all", "by id"])
def test_refusal_other_than_missing_campaign_is_a_failure(
    service: api.Service, campaign_id: int | None
) -> None:
    service.answers(api.gateway(404, "no"))

    assert ops.ran(OPERATION, service, campaign_id=campaign_id)["failed"]
