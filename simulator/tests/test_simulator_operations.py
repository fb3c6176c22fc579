"""Every operation of the contract, with the responses that the contract names."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.tests.client import KEY, ApiClient, refusal
from touchbase_simulator.process import SimulatorProcess


class Family(NamedTuple):
    """The webhooks of an owner: their path, one of the demo's seed, and a type to create."""

    path: str
    known: int
    kind: str


FAMILIES = {
    "campaign": Family("/sms/campaigns/9141/webhooks", 28, "CampaignMessageStatusUpdate"),
    "list": Family("/sms/lists/512/webhooks", 26, "ListSubscribe"),
    "message": Family("/sms/message/webhooks", 24, "MessageReply"),
}
WEBHOOK = "/sms/campaigns/9141/webhooks/28"
SHORT = {"Id", "IsActive", "Url", "WebhookType", "DateCreated"}
NEW = "https://hooks.example.org/new"
UPDATE = {"Url": NEW, "IsActive": True}
BODY = b'{"Url": "https://hooks.example.org/new", "IsActive": true}'
WRONG_BEARERS = ["Bearer", "Bearer ", "Bearer another-key", f"Bearer  {KEY}", f"Bearer {KEY}x"]


@pytest.fixture(params=FAMILIES.values(), ids=FAMILIES)
def family(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_list_and_details_show_the_same_record(api: ApiClient, family: Family) -> None:
    listed = api.get(family.path)
    details = api.get(f"{family.path}/{family.known}")

    assert listed.status_code == details.status_code == 200
    records = {record["Id"]: record for record in listed.json()}
    assert all(set(record) == SHORT for record in records.values())
    assert {record["WebhookType"][:4] for record in records.values()} == {family.kind[:4]}
    assert details.json() == {**records[family.known], "Note": None}


def test_created_webhook_is_active_and_at_its_location(api: ApiClient, family: Family) -> None:
    response = api.post(family.path, json={"Url": NEW, "WebhookType": family.kind})

    record = response.json()
    place = f"{family.path}/{record['Id']}"
    assert response.status_code == 201
    assert set(record) == SHORT
    assert (record["Url"], record["WebhookType"], record["IsActive"]) == (NEW, family.kind, True)
    assert record["Id"] > family.known
    assert response.headers["Location"] == f"{api.url}{place}"
    assert api.get(place).json() == {**record, "Note": None}


def test_update_changes_url_and_activity_and_nothing_else(api: ApiClient, family: Family) -> None:
    place = f"{family.path}/{family.known}"
    after = {**api.get(place).json(), "Url": NEW, "IsActive": False}

    response = api.put(place, json={"Url": NEW, "IsActive": False, "WebhookType": family.kind})

    assert response.status_code == 200
    assert response.json() == {key: after[key] for key in SHORT}
    assert api.get(place).json() == after


def test_deleted_webhook_is_gone_and_its_id_not_given_again(api: ApiClient, family: Family) -> None:
    new = {"Url": NEW, "WebhookType": family.kind}
    created = api.post(family.path, json=new).json()["Id"]
    place = f"{family.path}/{created}"

    response = api.delete(place)

    assert (response.status_code, response.content) == (204, b"")
    later = (api.get(place), api.put(place, json=UPDATE), api.delete(place))
    assert [refusal(one) for one in later] == [(404, 142)] * 3
    assert api.post(family.path, json=new).json()["Id"] > created
    assert api.get(f"{family.path}/{family.known}").status_code == 200


@pytest.mark.parametrize("url", [{}, {"Url": None}, {"Url": ""}, {"Url": 7}], ids=str)
def test_write_without_a_url_is_refused_with_143(
    api: ApiClient, simulator: SimulatorProcess, family: Family, url: dict[str, Any]
) -> None:
    before = simulator.state()

    update = api.put(f"{family.path}/{family.known}", json={**url, "IsActive": True})
    creation = api.post(family.path, json={**url, "WebhookType": family.kind})

    assert refusal(update) == refusal(creation) == (400, 143)
    assert simulator.state() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sms/campaigns/9141/webhooks", {"Url": NEW}),
        ("POST", "/sms/campaigns/9141/webhooks", {"Url": NEW, "WebhookType": "ListSubscribe"}),
        ("POST", "/sms/lists/512/webhooks", {"Url": NEW, "WebhookType": "CampaignReply"}),
        ("POST", "/sms/message/webhooks", {"Url": NEW, "WebhookType": "CampaignReply"}),
        ("POST", "/sms/message/webhooks", [NEW]),
        ("PUT", WEBHOOK, {"Url": NEW, "IsActive": "true"}),
        ("PUT", WEBHOOK, {"Url": NEW, "IsActive": None}),
        ("PUT", WEBHOOK, NEW),
    ],
)
def test_body_that_breaks_the_contract_is_refused(
    api: ApiClient, simulator: SimulatorProcess, method: str, path: str, body: object
) -> None:
    before = simulator.state()

    assert refusal(api.request(method, path, json=body)) == (400, 121)
    assert simulator.state() == before


@pytest.mark.parametrize("raw", [b"", b"{", b'{"Url": "\xff"}', b"[" * 100_000, b"null"])
def test_body_that_is_not_a_json_object_is_refused(api: ApiClient, raw: bytes) -> None:
    response = api.put(WEBHOOK, data=raw, headers={"Content-Type": "application/json"})

    assert refusal(response) == (400, 121)


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (BODY, None, 200),
        (BODY, "application/json", 200),
        (BODY, "application/json; charset=klingon", 200),
        (BODY, "text/plain", 400),
        # In chunks:
        (iter([BODY[:20], BODY[20:]]), None, 200),
    ],
)
def test_body_is_json_however_it_is_sent(
    api: ApiClient, body: Any, media_type: str | None, status: int
) -> None:
    response = api.put(WEBHOOK, data=body, headers={"Content-Type": media_type})

    assert response.status_code == status
    assert (api.get(WEBHOOK).json()["Url"] == NEW) == (status == 200)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/sms/campaigns/1", (404, 120)),
        ("GET", "/sms/campaigns/1/report", (404, 120)),
        ("GET", "/sms/lists/1/webhooks", (404, 104)),
        ("POST", "/sms/lists/1/webhooks", (404, 104)),
        ("GET", "/sms/lists/1/webhooks/26", (404, 104)),
        ("PUT", "/sms/lists/1/webhooks/26", (404, 104)),
        ("DELETE", "/sms/lists/1/webhooks/26", (404, 104)),
        ("GET", "/sms/campaigns/9141/webhooks/999", (404, 142)),
        ("PUT", "/sms/lists/512/webhooks/999", (404, 142)),
        ("DELETE", "/sms/message/webhooks/999", (404, 142)),
        ("GET", "/sms/lists/512/webhooks/28", (404, 142)),
    ],
)
def test_missing_thing_is_refused_with_the_code_of_its_kind(
    api: ApiClient, method: str, path: str, expected: tuple[int, int]
) -> None:
    bodies = {"POST": {"Url": NEW, "WebhookType": "ListSubscribe"}, "PUT": UPDATE}

    assert refusal(api.request(method, path, json=bodies.get(method))) == expected


@pytest.mark.parametrize("authorization", [None, "", KEY, f"Basic {KEY}", *WRONG_BEARERS])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sms/campaigns?page=1&pageSize=10"),
        ("GET", "/sms/campaigns/1"),
        ("PUT", WEBHOOK),
        ("DELETE", "/sms/message/webhooks/24"),
    ],
)
def test_request_without_the_key_is_told_nothing_and_not_applied(
    api: ApiClient, simulator: SimulatorProcess, method: str, path: str, authorization: str | None
) -> None:
    before = simulator.state()

    response = api.request(method, path, headers={"Authorization": authorization})

    assert refusal(response) == (401, 100)
    assert response.json()["Message"] == "Provided API key is invalid"
    assert simulator.state() == before
    assert simulator.journal()[-1]["authorized"] is False


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Authorization": f"bearer {KEY}"}, 200),
        # The type of a body that is not there does not matter.
        ("GET", {"Content-Type": "multipart/form-data"}, 200),
        ("HEAD", {}, 404),
    ],
)
def test_request_is_like_the_contract_whatever_the_framework_allows(
    api: ApiClient, method: str, headers: dict[str, str], status: int
) -> None:
    assert api.request(method, "/sms/message/webhooks", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/sms/campaigns/"),
        ("GET", "/sms/campaigns/9141/webhooks/"),
        ("GET", "/sms/campaigns/all/webhooks"),
        ("GET", "/v1/sms/message/webhooks"),
        ("GET", "/_simulator"),
        ("POST", "/sms/campaigns"),
        ("PATCH", WEBHOOK),
        ("PUT", "/sms/message/webhooks"),
    ],
)
def test_wrong_route_or_method_gets_an_error_of_the_gateway(
    api: ApiClient, method: str, path: str
) -> None:
    response = api.request(method, path)

    assert response.status_code == 404
    assert response.json() == {"statusCode": 404, "message": "Resource not found"}


def test_campaigns_are_paged_with_the_newest_first(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    fractions = {"": range(11, 19), ".0000001": range(7, 11), ".1": range(1, 7), ".12": (19, 20)}
    newest_first = [20, 19, *range(6, 0, -1), *range(10, 6, -1), *range(18, 10, -1)]
    campaigns = [
        {"campaign_id": number, "date": f"2021-10-25T06:58:55{fraction}Z"}
        for fraction, numbers in fractions.items()
        for number in numbers
    ]
    # The order of the seed is not the one of the dates.
    simulator.reset(seed={"campaigns": campaigns[::-2] + campaigns[::2]})

    pages = [api.get(f"/sms/campaigns?page={page}&pageSize=10").json() for page in (1, 2, 3)]

    assert set(pages[0]["Data"][0]) == {"CampaignId", "Name", "Content", "Date"}
    listed = [[campaign["CampaignId"] for campaign in page.pop("Data")] for page in pages]
    assert listed == [newest_first[:10], newest_first[10:], []]
    totals = {"PageSize": 10, "TotalPages": 2, "TotalRecordCount": 20}
    assert pages == [{"Page": number, **totals} for number in (1, 2, 3)]


def test_campaign_details_tell_of_delivery_and_replies(api: ApiClient) -> None:
    sent = api.get("/sms/campaigns/9141").json()
    waiting = api.get("/sms/campaigns/9142").json()

    assert (sent["Status"], sent["DeliveryDate"]) == ("Delivered", "2021-10-25T07:00:03Z")
    assert (sent["RepliesToEmail"], sent["RepliesToMobile"]) == ("", "27820000000")
    assert waiting["Status"] == "Scheduled"
    assert "DeliveryDate" not in waiting
    assert waiting["RepliesToEmail"] == "replies@example.org"


@pytest.mark.parametrize(
    ("query", "lists"),
    [
        ("", set()),
        ("?select=1", {"Recipients"}),
        ("?select=12", {"Bounced", "Replies"}),
        ("?select=16", {"Unsubscribed"}),
        ("?select=31", {"Recipients", "Delivered", "Bounced", "Replies", "Unsubscribed"}),
    ],
)
def test_report_has_totals_and_the_selected_lists(
    api: ApiClient, query: str, lists: set[str]
) -> None:
    report = api.get(f"/sms/campaigns/9141/report{query}").json()

    totals = {key.removeprefix("Total") for key in report if key.startswith("Total")}
    assert totals == {"Recipients", "Delivered", "Bounced", "Replies", "Unsubscribed"}
    assert set(report) - {f"Total{name}" for name in totals} == lists | {"Name", "Status"}
    assert all(len(report[name]) == report[f"Total{name}"] for name in lists)


def test_report_before_delivery_tells_of_recipients_only(api: ApiClient) -> None:
    report = api.get("/sms/campaigns/9142/report?select=31").json()

    assert report["TotalRecipients"] == 3
    assert report["Delivered"] == report["Replies"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/sms/campaigns",
        "/sms/campaigns?page=1",
        "/sms/campaigns?pageSize=10",
        "/sms/campaigns?page=0&pageSize=10",
        "/sms/campaigns?page=1&pageSize=9",
        "/sms/campaigns?page=1&pageSize=1001",
        "/sms/campaigns/9141/report?select=-1",
        "/sms/campaigns/9141/report?select=32",
    ],
)
def test_query_out_of_range_is_refused(api: ApiClient, path: str) -> None:
    assert refusal(api.get(path)) == (400, 121)


def test_contract_is_served_with_a_page_for_people(api: ApiClient) -> None:
    page = api.get("/_simulator/ui/", headers={"Authorization": None})
    contract = api.get("/_simulator/openapi.json", headers={"Authorization": None})

    assert "swagger" in page.text.lower()
    assert "/sms/message/webhooks/{webhookId}" in contract.json()["paths"]
