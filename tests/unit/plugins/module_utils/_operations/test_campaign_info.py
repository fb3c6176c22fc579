# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding campaigns, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import perform
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.campaign_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
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


class Tagged(str):
    """A text as newer Ansible hands it to an operation: of a class of its own."""

    __slots__ = ()


def performed(service: ScriptedService, dry_run: bool = False, **changed: Any) -> dict[str, Any]:
    return perform(OPERATION, campaign_params(service.url, **changed), dry_run)


def ids(result: dict[str, Any]) -> list[int]:
    return [record["campaign_id"] for record in result["campaigns"]]


@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
def test_all_campaigns_are_read_in_the_order_of_the_service(
    service: ScriptedService, dry_run: bool
) -> None:
    service.answers(reply(json=ALL))

    result = performed(service, dry_run)

    assert ids(result) == [9143, 9142, 9141]
    assert result["campaigns"][2] == RECORD
    assert set(result) == {"changed", "campaigns", "warnings"}
    assert not result["changed"]
    assert service.seen == ["GET /sms/campaigns?page=1&pageSize=1000"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("Spring", [9143, 9141]), ("Autumn", [9142]), ("spring", []), ("Spr", []), ("Winter", [])],
)
def test_a_name_finds_all_campaigns_that_have_exactly_this_name(
    service: ScriptedService, name: str, found: list[int]
) -> None:
    service.answers(reply(json=ALL))

    assert ids(performed(service, name=name)) == found


def test_a_campaign_without_a_name_is_listed_and_found_by_no_name(service: ScriptedService) -> None:
    nameless = page(campaign_wire(Name=None), AUTUMN)
    service.answers(reply(json=nameless), reply(json=nameless))

    everything, named = performed(service), performed(service, name="None")

    assert [record["name"] for record in everything["campaigns"]] == [None, "Autumn"]
    assert named["campaigns"] == []


@pytest.mark.parametrize("name", ["Spring\tsale", "Spring\ufffdsale"])
def test_a_name_with_what_could_steer_a_terminal_is_found_as_it_is_and_as_it_is_shown(
    service: ScriptedService, name: str
) -> None:
    service.answers(reply(json=page(campaign_wire(Name="Spring\tsale"), AUTUMN)))

    (found,) = performed(service, name=name)["campaigns"]

    assert found["name"] == "Spring\ufffdsale"


def test_a_name_is_looked_for_on_every_page(service: ScriptedService) -> None:
    service.answers(
        reply(json=page(campaign_wire(), pages=2)), reply(json=page(SPRING_AGAIN, pages=2))
    )

    assert ids(performed(service, name="Spring", page_size=10)) == [9141, 9143]

    assert service.seen == [
        "GET /sms/campaigns?page=1&pageSize=10",
        "GET /sms/campaigns?page=2&pageSize=10",
    ]


def test_one_campaign_is_one_request_with_its_details(service: ScriptedService) -> None:
    service.answers(reply(json=campaign_wire(Status="Delivered")))

    result = performed(service, campaign_id=9141)

    assert result["campaigns"] == [{**RECORD, "status": "Delivered"}]
    assert service.seen == ["GET /sms/campaigns/9141"]


@pytest.mark.parametrize(("name", "found"), [("Spring", [9141]), ("Autumn", [])])
def test_an_id_and_a_name_have_to_agree(
    service: ScriptedService, name: str, found: list[int]
) -> None:
    service.answers(reply(json=campaign_wire()))

    assert ids(performed(service, campaign_id=9141, name=name)) == found


def test_a_campaign_that_does_not_exist_is_an_empty_list(service: ScriptedService) -> None:
    service.answers(error(404, 9999, "Campaign does not exist"))

    result = performed(service, campaign_id=9141)

    assert not result.get("failed")
    assert result["campaigns"] == []


@pytest.mark.parametrize(
    "answer",
    [gateway(404, "Resource not found"), error(401, 100, "no"), reply(json={})],
    ids=["404 without a code", "401", "no campaign"],
)
@pytest.mark.parametrize("campaign_id", [None, 9141], ids=["all", "one"])
def test_any_other_failure_is_a_failure(
    service: ScriptedService, campaign_id: int | None, answer: Step
) -> None:
    service.answers(answer)

    assert performed(service, campaign_id=campaign_id)["failed"]


@pytest.mark.parametrize("page_size", [10, 11, 1000])
def test_the_page_size_of_the_service_s_range_is_asked_for(
    service: ScriptedService, page_size: int
) -> None:
    service.answers(reply(json=page()))

    performed(service, page_size=page_size)

    assert service.seen == [f"GET /sms/campaigns?page=1&pageSize={page_size}"]


@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"page_size": 9}, "page_size must be from 10 to 1000, not 9"),
        ({"page_size": 1001}, "page_size must be"),
        ({"page_size": True}, "page_size must be"),
        ({"name": ""}, "name is empty"),
        ({"name": Tagged("")}, "name is empty"),
        ({"campaign_id": 0}, "campaign_id must be a positive integer"),
        ({"campaign_id": True}, "campaign_id must be a positive integer"),
        ({"api_key": "short"}, "fewer than 8"),
    ],
)
def test_options_that_make_no_sense_fail_before_the_first_request(
    service: ScriptedService, dry_run: bool, changed: dict[str, Any], reason: str
) -> None:
    result = performed(service, dry_run, **changed)

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in result["msg"]
    assert service.connections == 0
