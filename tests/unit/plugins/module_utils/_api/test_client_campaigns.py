# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Campaigns over a real socket: pages, details, and what is accepted as a response."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Campaign
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import UnexpectedResponse
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
    campaign_wire,
    client_of,
    page,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import ScriptedService, reply

SPRING = Campaign(9141, "Spring", "Hello", DATE)


def no_warning(text: str) -> None:
    """A warning that nobody expects fails the test."""
    raise AssertionError(text)


def test_campaigns_are_read_page_by_page(service: ScriptedService) -> None:
    service.answers(
        reply(json=page(campaign_wire(CampaignId=3), campaign_wire(CampaignId=2), pages=2)),
        reply(json=page(campaign_wire(CampaignId=1), pages=2)),
    )

    client = client_of(service.url)

    found = client.list_campaigns(10, no_warning)

    assert [one.campaign_id for one in found] == [3, 2, 1]
    assert str(client.progress) == "2 of 2 pages read"
    assert service.seen == [
        "GET /sms/campaigns?page=1&pageSize=10",
        "GET /sms/campaigns?page=2&pageSize=10",
    ]


@pytest.mark.parametrize("pages", [0, 1])
def test_list_of_account_without_campaigns_is_one_request(
    service: ScriptedService, pages: int
) -> None:
    service.answers(reply(json=page(pages=pages)))

    assert client_of(service.url).list_campaigns(1000, no_warning) == []

    assert service.seen == ["GET /sms/campaigns?page=1&pageSize=1000"]


def test_campaign_that_moves_to_next_page_is_listed_once(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(json=page(campaign_wire(CampaignId=3), campaign_wire(CampaignId=2), pages=2)),
        reply(json=page(campaign_wire(CampaignId=2), campaign_wire(CampaignId=1), pages=2)),
    )

    found = client_of(service.url).list_campaigns(10, no_warning)

    assert [one.campaign_id for one in found] == [3, 2, 1]


def test_last_page_without_news_ends_list(service: ScriptedService) -> None:
    service.answers(reply(json=page(campaign_wire(), pages=2)), reply(json=page(pages=2)))

    assert client_of(service.url).list_campaigns(10, no_warning) == [SPRING]


def test_pages_are_read_while_service_counts_more(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(json=page(campaign_wire(CampaignId=3), pages=2)),
        reply(json=page(campaign_wire(CampaignId=2), pages=3)),
        reply(json=page(campaign_wire(CampaignId=1), pages=3)),
    )

    assert len(client_of(service.url).list_campaigns(10, no_warning)) == 3


@pytest.mark.parametrize(
    ("total", "warns"), [(3, True), (2, False), (1, False), (None, False), ("3", False)]
)
def test_fewer_campaigns_than_counted_are_warned_about(
    service: ScriptedService, total: Any, warns: bool
) -> None:
    """One that moved to a page that was read before is on none."""
    first, second = (page(campaign_wire(CampaignId=number), pages=2) for number in (3, 1))
    service.answers(reply(json={**first, "TotalRecordCount": total}), reply(json=second))

    warnings: list[str] = []

    found = client_of(service.url).list_campaigns(10, warnings.append)

    assert len(found) == 2
    assert len(warnings) == warns
    assert not warns or "counted 3 campaigns, but its pages listed only 2" in warnings[0]


@pytest.mark.parametrize(
    "second", [page(campaign_wire(), pages=1000), page(pages=1000)], ids=["the same", "empty"]
)
def test_page_without_news_before_the_last_is_error(
    service: ScriptedService, second: dict[str, Any]
) -> None:
    service.answers(reply(json=page(campaign_wire(), pages=1000)), reply(json=second))

    with pytest.raises(UnexpectedResponse, match="page 2 of 1000, with nothing new"):
        client_of(service.url).list_campaigns(10, no_warning)

    assert len(service.seen) == 2


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        [campaign_wire()],
        {},
        without(page(campaign_wire()), "Data"),
        without(page(campaign_wire()), "TotalPages"),
        {**page(), "Data": None},
        {**page(), "Data": {}},
        {**page(), "TotalPages": "1"},
        {**page(), "TotalPages": None},
        {**page(), "TotalPages": 1.5},
        {**page(), "TotalPages": True},
    ],
    ids=json.dumps,
)
def test_list_that_is_not_a_page_is_error(service: ScriptedService, body: Any) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedResponse, match="not a page of campaigns"):
        client_of(service.url).list_campaigns(10, no_warning)


NO_CAMPAIGN: dict[str, Any] = {
    "null": None,
    "a text": "Spring",
    "a list": [],
    "no id": without(campaign_wire(), "CampaignId"),
    "an id as text": campaign_wire(CampaignId="9141"),
    "an id as a boolean": campaign_wire(CampaignId=True),
}


@pytest.mark.parametrize("record", NO_CAMPAIGN.values(), ids=NO_CAMPAIGN)
@pytest.mark.parametrize("one", [False, True], ids=["listed", "read"])
def test_other_than_campaign_is_error(service: ScriptedService, one: bool, record: Any) -> None:
    body = record if one else page(campaign_wire(CampaignId=1), record)
    service.answers(reply(body=json.dumps(body).encode()))
    client = client_of(service.url)

    with pytest.raises(UnexpectedResponse, match="not a campaign object"):
        client.read_campaign(9141) if one else client.list_campaigns(10, no_warning)


def test_read_campaign_has_its_details(service: ScriptedService) -> None:
    service.answers(
        reply(
            json=campaign_wire(
                Status="Delivered",
                DeliveryDate="2021-10-26T06:00:00Z",
                RepliesToEmail="",
                RepliesToMobile=27820000001,
            )
        )
    )

    found = client_of(service.url).read_campaign(9141)

    assert found == Campaign(
        9141, "Spring", "Hello", DATE, "Delivered", "2021-10-26T06:00:00Z", "", "27820000001"
    )
    assert service.seen == ["GET /sms/campaigns/9141"]


def test_omitted_text_of_campaign_is_null(service: ScriptedService) -> None:
    service.answers(reply(json={"CampaignId": 9141, "Name": "", "Content": None}))

    found = client_of(service.url).read_campaign(9141)

    assert found.record() == {
        "campaign_id": 9141,
        "name": "",
        "content": None,
        "date": None,
        "status": None,
        "delivery_date": None,
        "replies_to_email": None,
        "replies_to_mobile": None,
    }


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (without(campaign_wire(), "Name"), None),
        (campaign_wire(Name=None), None),
        (campaign_wire(Name=""), ""),
        (campaign_wire(Name=7), "7"),
    ],
    ids=["none", "null", "empty", "a number"],
)
@pytest.mark.parametrize("one", [False, True], ids=["listed", "read"])
def test_campaign_name_is_optional_text(
    service: ScriptedService, one: bool, record: dict[str, Any], name: str | None
) -> None:
    service.answers(reply(json=record if one else page(record)))
    client = client_of(service.url)

    found = client.read_campaign(9141) if one else client.list_campaigns(10, no_warning)[0]

    assert found == Campaign(9141, name, "Hello", DATE)


@pytest.mark.parametrize("other", [9140, 9142])
def test_read_of_another_campaign_is_error(service: ScriptedService, other: int) -> None:
    service.answers(reply(json=campaign_wire(CampaignId=other)))

    with pytest.raises(UnexpectedResponse, match=f"campaign {other} instead"):
        client_of(service.url).read_campaign(9141)


@pytest.mark.parametrize("one", [False, True], ids=["listed", "read"])
def test_text_of_campaign_has_no_control_characters(service: ScriptedService, one: bool) -> None:
    """Ends of lines and joined characters belong to what campaigns say."""
    joined = "\U0001f469\u200d\U0001f4bb"
    content = f"Hi,\r\n\t{joined}\x00\rok\u2066"
    record = campaign_wire(Name=f"a\x1b[31mb\x9b2Jc\x7f\r\n\t{joined}\u202e\ud800", Content=content)
    service.answers(reply(json=record if one else page(record)))
    client = client_of(service.url)

    found = client.read_campaign(9141) if one else client.list_campaigns(10, no_warning)[0]

    assert found.name == f"a\ufffd[31mb\ufffd2Jc\ufffd\ufffd\ufffd\ufffd{joined}\ufffd\ufffd"
    assert found.content == f"Hi,\r\n\t{joined}\ufffd\ufffdok\ufffd"
