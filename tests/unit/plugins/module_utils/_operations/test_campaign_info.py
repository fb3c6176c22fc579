# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

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

CAMPAIGNS = [
    made.api_campaign(CampaignId=9143),
    made.api_campaign(CampaignId=9142, Name="Cafe\u0301"),
    made.api_campaign(),
    made.api_campaign(CampaignId=9144, Name=None),
    made.api_campaign(CampaignId=9145, Name="Spring\tsale"),
]


def ids_of(service: api.Service, **given: Any) -> list[int]:
    campaigns = ops.ran(OPERATION, service, **given)["campaigns"]
    return [record["campaign_id"] for record in campaigns]


@ops.both_modes
def test_campaigns_are_read_in_the_order_of_the_service(service: api.Service, check: bool) -> None:
    service.answers(made.page(*CAMPAIGNS[:3]))

    result = ops.ran(OPERATION, service, check=check)

    assert set(result) == {"changed", "campaigns", "warnings"}
    assert not result["changed"]
    assert [record["campaign_id"] for record in result["campaigns"]] == [9143, 9142, 9141]
    unknown = ("status", "delivery_date", "replies_to_email", "replies_to_mobile")
    assert result["campaigns"][2] == {
        "campaign_id": 9141,
        "name": "Spring",
        "content": "Hello",
        "date": made.DATE,
        **dict.fromkeys(unknown),
    }
    assert service.seen == [ops.LIST_OF_CAMPAIGNS]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Spring", [9143, 9141]),
        ("spring", []),
        ("None", []),
        ("Caf\u00e9", [9142]),
        ("Spring\tsale", [9145]),
        ("Spring\ufffdsale", [9145]),
    ],
    ids=ascii,
)
def test_name_selects_campaigns_with_exactly_this_name(
    service: api.Service, name: str, found: list[int]
) -> None:
    service.answers(made.page(*CAMPAIGNS))

    assert ids_of(service, name=name) == found


def test_name_is_looked_for_on_every_page(service: api.Service) -> None:
    service.answers(*[made.page(one, pages=2) for one in (CAMPAIGNS[2], CAMPAIGNS[0])])

    assert ids_of(service, name="Spring", page_size=10) == [9141, 9143]

    assert service.seen == [f"GET /sms/campaigns?page={n}&pageSize=10" for n in (1, 2)]


def test_pages_that_lack_campaigns_are_a_warning(service: api.Service) -> None:
    service.answers({**made.page(*CAMPAIGNS), "TotalRecordCount": 6})

    result = ops.ran(OPERATION, service)

    assert ops.has_words(result["warnings"], ["The service counted 6 campaigns"])


@pytest.mark.parametrize(
    ("name", "answer", "found"),
    [
        (None, made.api_campaign(), [9141]),
        ("Spring", made.api_campaign(), [9141]),
        ("Autumn", made.api_campaign(), []),
        (None, api.error(404, 9999, "Campaign does not exist"), []),
    ],
    ids=["any name", "its name", "another name", "missing"],
)
def test_campaign_by_id_is_one_request_and_filtered_by_name(
    service: api.Service, name: str | None, answer: Any, found: list[int]
) -> None:
    service.answers(answer)

    assert ids_of(service, campaign_id=9141, name=name) == found

    assert service.seen == ["GET /sms/campaigns/9141"]


@pytest.mark.parametrize(
    "answer", [api.gateway(404, "no"), api.error(401, 100, "no")], ids=["404 without code", "401"]
)
@pytest.mark.parametrize("campaign_id", [None, 9141], ids=["all", "by id"])
def test_refusal_other_than_missing_campaign_is_a_failure(
    service: api.Service, campaign_id: int | None, answer: api.Step
) -> None:
    service.answers(answer)

    assert ops.ran(OPERATION, service, campaign_id=campaign_id)["failed"]
