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
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
    Tagged,
    campaign_params,
    campaign_wire,
    page,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    reply,
)

SPRING_AGAIN = campaign_wire(CampaignId=9143)
NAMELESS = campaign_wire(CampaignId=9144, Name=None)
AUTUMN = campaign_wire(CampaignId=9142, Name="Autumn")
ALL = page(SPRING_AGAIN, AUTUMN, campaign_wire())
RECORD = {
    "campaign_id": 9141,
    "name": "Spring",
    "content": "Hello",
    "date": DATE,
    "status": None,
    "delivery_date": None,
    "replies_to_email": None,
    "replies_to_mobile": None,
}


def read(service: ScriptedService, check: bool = False, **changed: Any) -> dict[str, Any]:
    return ran(OPERATION, campaign_params(service.url, **changed), check)


def ids(result: dict[str, Any]) -> list[int]:
    return [record["campaign_id"] for record in result["campaigns"]]


@pytest.mark.parametrize("check", [False, True], ids=["live", "check"])
def test_campaigns_are_read_in_the_order_of_the_service(
    service: ScriptedService, check: bool
) -> None:
    service.answers(reply(json=ALL))

    result = read(service, check)

    assert ids(result) == [9143, 9142, 9141]
    assert result["campaigns"][2] == RECORD
    assert set(result) == {"changed", "campaigns", "warnings"}
    assert not result["changed"]
    assert service.seen == ["GET /sms/campaigns?page=1&pageSize=1000"]


NAMES: dict[str, list[int]] = {
    "Spring": [9143, 9141],
    "Autumn": [9142],
    "spring": [],
    "Spr": [],
    "None": [],
}


@pytest.mark.parametrize(("name", "found"), NAMES.items())
def test_name_selects_campaigns_with_exactly_this_name(
    service: ScriptedService, name: str, found: list[int]
) -> None:
    service.answers(reply(json=page(SPRING_AGAIN, AUTUMN, campaign_wire(), NAMELESS)))

    assert ids(read(service, name=name)) == found


def test_name_is_found_in_either_unicode_form(service: ScriptedService) -> None:
    service.answers(reply(json=page(campaign_wire(Name="Cafe\u0301"))))

    assert ids(read(service, name="Caf\u00e9")) == [9141]


@pytest.mark.parametrize("name", ["Spring\tsale", "Spring\ufffdsale"], ids=["stored", "shown"])
def test_name_with_control_character_is_found_as_stored_and_as_shown(
    service: ScriptedService, name: str
) -> None:
    service.answers(reply(json=page(campaign_wire(Name="Spring\tsale"), AUTUMN)))

    (found,) = read(service, name=name)["campaigns"]

    assert found["name"] == "Spring\ufffdsale"


def test_name_is_looked_for_on_every_page(service: ScriptedService) -> None:
    pages = [page(campaign_wire(), pages=2), page(SPRING_AGAIN, pages=2)]
    service.answers(*[reply(json=one) for one in pages])

    assert ids(read(service, name="Spring", page_size=10)) == [9141, 9143]

    assert service.seen == [f"GET /sms/campaigns?page={n}&pageSize=10" for n in (1, 2)]


def test_pages_that_lack_campaigns_are_a_warning(service: ScriptedService) -> None:
    service.answers(reply(json={**ALL, "TotalRecordCount": 4}))

    (warning,) = read(service)["warnings"]

    assert "The service counted 4 campaigns" in warning


@pytest.mark.parametrize(
    ("name", "found"), [(None, [9141]), ("Spring", [9141]), ("Autumn", [])], ids=str
)
def test_one_campaign_is_one_request_with_its_details(
    service: ScriptedService, name: str | None, found: list[int]
) -> None:
    service.answers(reply(json=campaign_wire(Status="Delivered")))

    result = read(service, campaign_id=9141, name=name)

    assert result["campaigns"] == [{**RECORD, "status": "Delivered"}] * len(found)
    assert service.seen == ["GET /sms/campaigns/9141"]


def test_missing_campaign_is_an_empty_list(service: ScriptedService) -> None:
    service.answers(error(404, 9999, "Campaign does not exist"))

    result = read(service, campaign_id=9141)

    assert not result.get("failed")
    assert result["campaigns"] == []


@pytest.mark.parametrize(
    "answer",
    [gateway(404, "Resource not found"), error(401, 100, "no"), reply(json={})],
    ids=["404 without code", "401", "no campaign"],
)
@pytest.mark.parametrize("campaign_id", [None, 9141], ids=["all", "one"])
def test_any_other_error_is_a_failure(
    service: ScriptedService, campaign_id: int | None, answer: Step
) -> None:
    service.answers(answer)

    assert read(service, campaign_id=campaign_id)["failed"]


@pytest.mark.parametrize("page_size", [10, 11, 1000])
def test_page_size_within_the_range_is_sent(service: ScriptedService, page_size: int) -> None:
    service.answers(reply(json=page()))

    read(service, page_size=page_size)

    assert service.seen == [f"GET /sms/campaigns?page=1&pageSize={page_size}"]


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "small page": ({"page_size": 9}, "page_size must be from 10 to 1000, not 9"),
    "large page": ({"page_size": 1001}, "page_size must be"),
    "boolean page": ({"page_size": True}, "page_size must be"),
    "empty name": ({"name": ""}, "name is empty"),
    "empty tagged name": ({"name": Tagged("")}, "name is empty"),
    "zero id": ({"campaign_id": 0}, "campaign_id must be a positive integer"),
    "boolean id": ({"campaign_id": True}, "campaign_id must be a positive integer"),
    "short key": ({"api_key": "short"}, "fewer than 8"),
}


@pytest.mark.parametrize("check", [False, True], ids=["live", "check"])
@pytest.mark.parametrize(("changed", "reason"), INVALID.values(), ids=INVALID)
def test_invalid_options_fail_before_the_first_request(
    service: ScriptedService, check: bool, changed: dict[str, Any], reason: str
) -> None:
    result = read(service, check, **changed)

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in result["msg"]
    assert service.connections == 0
