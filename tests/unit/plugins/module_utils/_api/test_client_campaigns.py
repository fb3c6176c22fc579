# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Campaigns over a real socket: pages, details, and what is accepted as a response."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Campaign
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import UnexpectedResponse

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    DATE, campaign_wire, client_of, page, without,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (  # isort: skip
    ScriptedService, Step, reply,
)  # fmt: skip

SPRING = Campaign(9141, "Spring", "Hello", DATE)


def no_warning(text: str) -> None:
    """A warning that nobody expects fails the test."""
    raise AssertionError(text)


def pages(*ids: list[int], total: list[int] | None = None) -> list[Step]:
    """Responses with the campaigns of these ids; ``total`` has the number of pages in each."""
    counted = total or [len(ids)] * len(ids)
    return [
        reply(json=page(*(campaign_wire(CampaignId=one) for one in those), pages=number))
        for those, number in zip(ids, counted)
    ]


PAGES: dict[str, tuple[list[Step], list[int]]] = {
    "two pages": (pages([3, 2], [1]), [3, 2, 1]),
    "no page": (pages([], total=[0]), []),
    "one page without campaigns": (pages([]), []),
    "one moves to the next page": (pages([3, 2], [2, 1]), [3, 2, 1]),
    "last page without news": (pages([3], []), [3]),
    "more pages while reading": (pages([3], [2], [1], total=[2, 3, 3]), [3, 2, 1]),
}


@pytest.mark.parametrize(("answers", "ids"), PAGES.values(), ids=PAGES)
def test_campaigns_are_read_page_by_page_each_once(
    service: ScriptedService, answers: list[Step], ids: list[int]
) -> None:
    service.answers(*answers)
    client = client_of(service.url)

    found = client.list_campaigns(10, no_warning)

    read = len(answers)
    assert [one.campaign_id for one in found] == ids
    lines = [f"GET /sms/campaigns?page={number}&pageSize=10" for number in range(1, read + 1)]
    assert service.seen == lines
    assert read == 1 or str(client.progress) == f"{read} of 2 pages read"


@pytest.mark.parametrize(
    ("total", "warns"), [(3, True), (2, False), (1, False), (None, False), ("3", False)]
)
def test_fewer_campaigns_than_counted_are_warned_about(
    service: ScriptedService, total: Any, warns: bool
) -> None:
    """One that moved to a page that was read before is on none."""
    first = {**page(campaign_wire(CampaignId=3), pages=2), "TotalRecordCount": total}
    service.answers(reply(json=first), *pages([1]))
    warnings: list[str] = []

    found = client_of(service.url).list_campaigns(10, warnings.append)

    assert len(found) == 2
    assert len(warnings) == warns
    assert not warns or "counted 3 campaigns, but its pages listed only 2" in warnings[0]


@pytest.mark.parametrize("second", [[3], []], ids=["the same", "empty"])
def test_page_without_news_before_the_last_is_error(
    service: ScriptedService, second: list[int]
) -> None:
    service.answers(*pages([3], second, total=[1000, 1000]))

    with pytest.raises(UnexpectedResponse, match="page 2 of 1000, with nothing new"):
        client_of(service.url).list_campaigns(10, no_warning)

    assert len(service.seen) == 2


NO_PAGE: list[Any] = [
    None,
    [campaign_wire()],
    without(page(campaign_wire()), "Data"),
    without(page(campaign_wire()), "TotalPages"),
    {**page(), "Data": None},
    {**page(), "Data": {}},
    *({**page(), "TotalPages": value} for value in ("1", None, 1.5, True)),
]


@pytest.mark.parametrize("body", NO_PAGE, ids=json.dumps)
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
def test_other_than_campaign_is_error(service: ScriptedService, record: Any) -> None:
    listed = page(campaign_wire(CampaignId=1), record)
    service.answers(*(reply(body=json.dumps(one).encode()) for one in (record, listed)))
    client = client_of(service.url)

    with pytest.raises(UnexpectedResponse, match="not a campaign object"):
        client.read_campaign(9141)
    with pytest.raises(UnexpectedResponse, match="not a campaign object"):
        client.list_campaigns(10, no_warning)


JOINED = "\U0001f469\u200d\U0001f4bb"
DETAILS = {
    "Status": "Delivered",
    "DeliveryDate": "2021-10-26T06:00:00Z",
    "RepliesToEmail": "",
    "RepliesToMobile": 27820000001,
}
# the response, and what is read of it; ends of lines and joined characters belong to the content
READ: dict[str, tuple[dict[str, Any], Campaign]] = {
    "without details": (campaign_wire(), SPRING),
    "with details": (
        campaign_wire(**DETAILS),
        replace(
            SPRING,
            status="Delivered",
            delivery_date="2021-10-26T06:00:00Z",
            replies_to_email="",
            replies_to_mobile="27820000001",
        ),
    ),
    "nothing but an id": ({"CampaignId": 9141, "Content": None}, Campaign(9141)),
    "null as name": (campaign_wire(Name=None), replace(SPRING, name=None)),
    "empty name": (campaign_wire(Name=""), replace(SPRING, name="")),
    "number as name": (campaign_wire(Name=7), replace(SPRING, name="7")),
    "control characters in the name": (
        campaign_wire(Name=f"a\x1b[31mb\x9b2Jc\x7f\r\n\t{JOINED}\u202e\ud800"),
        replace(SPRING, name=f"a\ufffd[31mb\ufffd2Jc{4 * chr(0xFFFD)}{JOINED}\ufffd\ufffd"),
    ),
    "control characters in the content": (
        campaign_wire(Content=f"Hi,\r\n\t{JOINED}\x00\rok\u2066"),
        replace(SPRING, content=f"Hi,\r\n\t{JOINED}\ufffd\ufffdok\ufffd"),
    ),
}


@pytest.mark.parametrize(("record", "campaign"), READ.values(), ids=READ)
def test_campaign_is_read_and_listed_with_printable_text(
    service: ScriptedService, record: dict[str, Any], campaign: Campaign
) -> None:
    service.answers(reply(json=record), reply(json=page(record)))
    client = client_of(service.url)

    assert client.read_campaign(9141) == campaign
    assert client.list_campaigns(10, no_warning) == [campaign]
    assert service.seen[0] == "GET /sms/campaigns/9141"


@pytest.mark.parametrize("other", [9140, 9142])
def test_read_of_another_campaign_is_error(service: ScriptedService, other: int) -> None:
    service.answers(reply(json=campaign_wire(CampaignId=other)))

    with pytest.raises(UnexpectedResponse, match=f"campaign {other} instead"):
        client_of(service.url).read_campaign(9141)
