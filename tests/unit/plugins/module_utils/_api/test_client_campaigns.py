"""Campaigns over a real socket: pages, details, and what is accepted as a response."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Campaign
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import UnexpectedResponse
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
    api_campaign,
    client_of,
    page,
    without,
)

SPRING = Campaign(9141, "Spring", "Hello", DATE)


@pytest.fixture(name="client")
def _client(service: api.Service) -> Client:
    return client_of(service.url)


def list_all(client: Client) -> list[Campaign]:
    """The campaigns; a warning, which nobody expects, fails the test."""
    return client.list_campaigns(10, pytest.fail)


def pages(*ids: list[int], total: list[int] | None = None) -> list[Any]:
    """Responses with the campaigns of these ids; ``total`` has the number of pages in each."""
    counted = total or [len(ids)] * len(ids)
    return [
        page(*(api_campaign(CampaignId=one) for one in those), pages=number)
        for those, number in zip(ids, counted)
    ]


PAGES: dict[str, tuple[list[Any], list[int]]] = {
    "two pages": (pages([3, 2], [1]), [3, 2, 1]),
    "no page": (pages([], total=[0]), []),
    "one page without campaigns": (pages([]), []),
    "one moves to the next page": (pages([3, 2], [2, 1]), [3, 2, 1]),
    "last page without news": (pages([3], []), [3]),
    "more pages while reading": (pages([3], [2], [1], total=[2, 3, 3]), [3, 2, 1]),
}


@pytest.mark.parametrize(("answers", "ids"), PAGES.values(), ids=PAGES)
def test_campaigns_are_read_page_by_page_each_once(
    service: api.Service, client: Client, answers: list[Any], ids: list[int]
) -> None:
    service.answers(*answers)

    found = list_all(client)

    read = len(answers)
    assert [one.campaign_id for one in found] == ids
    lines = [f"GET /sms/campaigns?page={number}&pageSize=10" for number in range(1, read + 1)]
    assert service.seen == lines
    assert read == 1 or str(client.progress) == f"{read} of 2 pages read"


@pytest.mark.parametrize(
    ("total", "warns"), [(3, True), (2, False), (1, False), (None, False), ("3", False)]
)
def test_fewer_campaigns_than_counted_are_warned_about(
    service: api.Service, client: Client, total: Any, warns: bool
) -> None:
    """One that moved to a page that was read before is on none."""
    first, last = pages([3], [1])
    service.answers({**first, "TotalRecordCount": total}, last)
    warnings: list[str] = []

    found = client.list_campaigns(10, warnings.append)

    assert (len(found), len(warnings)) == (2, warns)
    assert not warns or "counted 3 campaigns, but its pages listed only 2" in warnings[0]


NO_PAGE: list[Any] = [
    [api_campaign()],
    without(page(api_campaign()), "Data"),
    without(page(api_campaign()), "TotalPages"),
    {**page(), "Data": None},
    {**page(), "Data": {}},
    *({**page(), "TotalPages": value} for value in ("1", None, 1.5, True)),
]
NO_CAMPAIGN: list[Any] = [
    None,
    "Spring",
    [],
    without(api_campaign(), "CampaignId"),
    api_campaign(CampaignId="9141"),
    api_campaign(CampaignId=True),
]
# the answers to a list, a part of the message
ERRORS: list[tuple[list[Any], str]] = [
    (pages([3], [3], total=[1000, 1000]), "page 2 of 1000, with nothing new"),
    (pages([3], [], total=[1000, 1000]), "page 2 of 1000, with nothing new"),
    ([api.reply(body=b"null")], "not a page of campaigns"),
    *(([body], "not a page of campaigns") for body in NO_PAGE),
    *(([page(api_campaign(), record)], "not a campaign object") for record in NO_CAMPAIGN),
]


@pytest.mark.parametrize(("answers", "words"), ERRORS)
def test_list_other_than_pages_of_campaigns_is_error(
    service: api.Service, client: Client, answers: list[Any], words: str
) -> None:
    service.answers(*answers)

    with pytest.raises(UnexpectedResponse, match=words):
        list_all(client)

    assert len(service.seen) == len(answers)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        *((json.dumps(record).encode(), "not a campaign object") for record in NO_CAMPAIGN),
        *((json.dumps({"CampaignId": one}).encode(), f"campaign {one} in") for one in (9140, 9142)),
    ],
)
def test_read_of_other_than_the_campaign_is_error(
    service: api.Service, client: Client, body: bytes, words: str
) -> None:
    service.answers(api.reply(body=body))

    with pytest.raises(UnexpectedResponse, match=words):
        client.read_campaign(9141)


JOINED = "\U0001f469\u200d\U0001f4bb"
DELIVERED = {"Status": "Delivered", "DeliveryDate": "2021-10-26T06:00:00Z"}
REPLIES = {"RepliesToEmail": "", "RepliesToMobile": 27820000001}
DETAILED = ("Delivered", "2021-10-26T06:00:00Z", "", "27820000001")
# the response, and what is read of it; ends of lines and joined characters belong to the content
READ: dict[str, tuple[dict[str, Any], Campaign]] = {
    "without details": (api_campaign(), SPRING),
    "with details": (
        api_campaign(**DELIVERED, **REPLIES),
        Campaign(9141, "Spring", "Hello", DATE, *DETAILED),
    ),
    "nothing but an id": ({"CampaignId": 9141, "Content": None}, Campaign(9141)),
    "null as name": (api_campaign(Name=None), replace(SPRING, name=None)),
    "empty name": (api_campaign(Name=""), replace(SPRING, name="")),
    "number as name": (api_campaign(Name=7), replace(SPRING, name="7")),
    "control characters in the name": (
        api_campaign(Name=f"a\x1b[31mb\x9b2Jc\x7f\r\n\t{JOINED}\u202e\ud800"),
        replace(SPRING, name=f"a\ufffd[31mb\ufffd2Jc{4 * chr(0xFFFD)}{JOINED}\ufffd\ufffd"),
    ),
    "control characters in the content": (
        api_campaign(Content=f"Hi,\r\n\t{JOINED}\x00\rok\u2066"),
        replace(SPRING, content=f"Hi,\r\n\t{JOINED}\ufffd\ufffdok\ufffd"),
    ),
}


@pytest.mark.parametrize(("record", "campaign"), READ.values(), ids=READ)
def test_campaign_is_read_and_listed_with_printable_text(
    service: api.Service, client: Client, record: dict[str, Any], campaign: Campaign
) -> None:
    service.answers(record, page(record))

    assert client.read_campaign(9141) == campaign
    assert list_all(client) == [campaign]
    assert service.seen[0] == "GET /sms/campaigns/9141"
