# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of the contract, with the answers that the contract names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.tests.client import KEY, refusal

if TYPE_CHECKING:
    from simulator.tests.client import ApiClient
    from touchbase_simulator.process import SimulatorProcess

# Collection of an owner's webhooks, a webhook that is in the demo's seed, a type to create.
FAMILIES = [
    pytest.param("/sms/campaigns/9141/webhooks", 28, "CampaignMessageStatusUpdate", id="campaign"),
    pytest.param("/sms/lists/512/webhooks", 26, "ListSubscribe", id="list"),
    pytest.param("/sms/message/webhooks", 24, "MessageReply", id="message"),
]
SHORT = {"Id", "IsActive", "Url", "WebhookType", "DateCreated"}
NEW = "https://hooks.example.org/new"


@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_a_list_is_a_bare_array_of_five_field_records(
    api: ApiClient, webhooks: str, known: int, kind: str
) -> None:
    answer = api.get(webhooks)

    assert answer.status_code == 200
    assert known in [record["Id"] for record in answer.json()]
    assert all(set(record) == SHORT for record in answer.json())
    assert all(record["WebhookType"][:4] == kind[:4] for record in answer.json())


@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_details_are_the_listed_record_and_its_note(
    api: ApiClient, webhooks: str, known: int, kind: str
) -> None:
    listed = next(one for one in api.get(webhooks).json() if one["Id"] == known)

    answer = api.get(f"{webhooks}/{known}")

    assert answer.status_code == 200
    assert answer.json() == {**listed, "Note": None}
    assert listed["WebhookType"][:4] == kind[:4]


def test_details_tell_why_the_service_switched_a_webhook_off(api: ApiClient) -> None:
    details = api.get("/sms/campaigns/9142/webhooks/31").json()

    assert details["IsActive"] is False
    assert details["Note"].startswith("Switched off")


@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_a_created_webhook_is_active_and_to_be_found_where_the_answer_says(
    api: ApiClient, webhooks: str, known: int, kind: str
) -> None:
    answer = api.post(webhooks, {"Url": NEW, "WebhookType": kind})

    record = answer.json()
    assert answer.status_code == 201
    assert set(record) == SHORT
    assert (record["Url"], record["WebhookType"], record["IsActive"]) == (NEW, kind, True)
    assert record["Id"] > known
    assert answer.headers["Location"] == f"{api.url}{webhooks}/{record['Id']}"
    assert api.get(f"{webhooks}/{record['Id']}").json() == {**record, "Note": None}


@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_an_update_changes_address_and_activity_and_nothing_else(
    api: ApiClient, webhooks: str, known: int, kind: str
) -> None:
    before = api.get(f"{webhooks}/{known}").json()

    answer = api.put(f"{webhooks}/{known}", {"Url": NEW, "IsActive": False, "WebhookType": kind})

    after = {**before, "Url": NEW, "IsActive": False}
    assert answer.status_code == 200
    assert answer.json() == {key: after[key] for key in SHORT}
    assert api.get(f"{webhooks}/{known}").json() == after


@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_a_deleted_webhook_is_gone_and_its_id_is_not_given_again(
    api: ApiClient, webhooks: str, known: int, kind: str
) -> None:
    created = api.post(webhooks, {"Url": NEW, "WebhookType": kind}).json()["Id"]

    answer = api.delete(f"{webhooks}/{created}")

    assert (answer.status_code, answer.content) == (204, b"")
    for gone in (
        api.get(f"{webhooks}/{created}"),
        api.put(f"{webhooks}/{created}", {"Url": NEW, "IsActive": True}),
        api.delete(f"{webhooks}/{created}"),
    ):
        assert refusal(gone) == (404, 142)
    assert api.post(webhooks, {"Url": NEW, "WebhookType": kind}).json()["Id"] > created
    assert api.get(f"{webhooks}/{known}").status_code == 200


@pytest.mark.parametrize(
    "body",
    [{"IsActive": True}, {"Url": None, "IsActive": True}, {"Url": "", "IsActive": True}, {}],
    ids=["no Url", "Url null", "Url empty", "nothing"],
)
@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_an_update_without_an_address_is_refused_with_143(
    api: ApiClient, webhooks: str, known: int, kind: str, body: dict[str, Any]
) -> None:
    before = api.get(f"{webhooks}/{known}").json()

    assert refusal(api.put(f"{webhooks}/{known}", body)) == (400, 143)
    assert api.get(f"{webhooks}/{known}").json() == before
    assert before["WebhookType"][:4] == kind[:4]


@pytest.mark.parametrize("address", [{}, {"Url": None}, {"Url": ""}, {"Url": 7}])
@pytest.mark.parametrize(("webhooks", "known", "kind"), FAMILIES)
def test_a_creation_without_an_address_is_refused_with_143(
    api: ApiClient, webhooks: str, known: int, kind: str, address: dict[str, Any]
) -> None:
    before = api.get(webhooks).json()

    assert refusal(api.post(webhooks, {**address, "WebhookType": kind})) == (400, 143)
    assert api.get(webhooks).json() == before
    assert known in [record["Id"] for record in before]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sms/campaigns/9141/webhooks", {"Url": NEW}),
        ("POST", "/sms/campaigns/9141/webhooks", {"Url": NEW, "WebhookType": "ListSubscribe"}),
        ("POST", "/sms/lists/512/webhooks", {"Url": NEW, "WebhookType": "CampaignReply"}),
        ("POST", "/sms/message/webhooks", {"Url": NEW, "WebhookType": "CampaignReply"}),
        ("POST", "/sms/message/webhooks", [NEW]),
        ("PUT", "/sms/campaigns/9141/webhooks/28", {"Url": NEW, "IsActive": "true"}),
        ("PUT", "/sms/campaigns/9141/webhooks/28", {"Url": NEW, "IsActive": None}),
        ("PUT", "/sms/campaigns/9141/webhooks/28", NEW),
    ],
)
def test_a_body_that_breaks_the_contract_is_refused(
    api: ApiClient, simulator: SimulatorProcess, method: str, path: str, body: object
) -> None:
    before = simulator.state()

    assert refusal(api.send(method, path, json=body)) == (400, 121)
    assert simulator.state() == before


@pytest.mark.parametrize("raw", [b"", b"{", b'{"Url": "\xff"}', b"[" * 100_000, b"null"])
def test_a_body_that_is_no_json_object_is_refused(api: ApiClient, raw: bytes) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}

    answer = api.send("PUT", "/sms/campaigns/9141/webhooks/28", data=raw, headers=headers)

    assert refusal(answer) == (400, 121)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (None, 200),
        ("application/json", 200),
        ("application/json; charset=klingon", 200),
        ("text/plain", 400),
    ],
)
def test_a_body_is_json_or_refused(api: ApiClient, kind: str | None, status: int) -> None:
    headers = {"Authorization": f"Bearer {KEY}", **({"Content-Type": kind} if kind else {})}
    data = b'{"Url": "https://hooks.example.org/plain", "IsActive": true}'

    answer = api.send("PUT", "/sms/campaigns/9141/webhooks/28", data=data, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/sms/campaigns/1", (404, 120)),
        ("GET", "/sms/campaigns/1/report", (404, 120)),
        ("GET", "/sms/campaigns/1/webhooks", (404, 120)),
        ("POST", "/sms/campaigns/1/webhooks", (404, 120)),
        ("PUT", "/sms/campaigns/1/webhooks/28", (404, 120)),
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
def test_what_is_not_there_is_refused_with_the_code_of_its_kind(
    api: ApiClient, method: str, path: str, expected: tuple[int, int]
) -> None:
    kind = "CampaignReply" if "campaigns" in path else "ListSubscribe"
    bodies = {
        "POST": {"Url": NEW, "WebhookType": kind},
        "PUT": {"Url": NEW, "IsActive": True},
    }

    assert refusal(api.send(method, path, json=bodies.get(method))) == expected


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer another-key",
        f"Bearer  {KEY}",
        f"Bearer {KEY}x",
        f"Basic {KEY}",
        KEY,
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sms/campaigns?page=1&pageSize=10"),
        ("GET", "/sms/campaigns/1"),
        ("PUT", "/sms/campaigns/9141/webhooks/28"),
        ("DELETE", "/sms/message/webhooks/24"),
    ],
)
def test_without_the_key_nothing_is_told_or_done(
    api: ApiClient, simulator: SimulatorProcess, method: str, path: str, authorization: str | None
) -> None:
    before = simulator.state()
    headers = {} if authorization is None else {"Authorization": authorization}

    answer = api.send(method, path, headers=headers)

    assert refusal(answer) == (401, 100)
    assert answer.json()["Message"] == "Provided API key is invalid"
    assert simulator.state() == before
    assert simulator.journal()[-1]["authorized"] is False


def test_the_scheme_of_the_key_may_be_in_any_case(api: ApiClient) -> None:
    answer = api.send("GET", "/sms/message/webhooks", headers={"Authorization": f"bearer {KEY}"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/sms"),
        ("GET", "/sms/campaigns/"),
        ("GET", "/sms/campaigns/9141/webhooks/"),
        ("GET", "/sms/campaigns/all/webhooks"),
        ("GET", "/v1/sms/message/webhooks"),
        ("GET", "/_simulator"),
        ("POST", "/sms/campaigns"),
        ("PATCH", "/sms/campaigns/9141/webhooks/28"),
        ("OPTIONS", "/sms/campaigns/9141/webhooks/28"),
        ("PUT", "/sms/message/webhooks"),
    ],
)
def test_a_wrong_route_or_method_is_answered_by_the_gateway(
    api: ApiClient, method: str, path: str
) -> None:
    answer = api.send(method, path)

    assert answer.status_code == 404
    assert answer.json() == {"statusCode": 404, "message": "Resource not found"}


def test_head_is_no_operation_of_the_contract(api: ApiClient) -> None:
    assert api.send("HEAD", "/sms/message/webhooks").status_code == 404


def test_the_type_of_a_body_that_is_not_there_does_not_matter(api: ApiClient) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "multipart/form-data"}

    assert api.send("GET", "/sms/message/webhooks", headers=headers).status_code == 200


def test_a_body_may_come_in_chunks(api: ApiClient) -> None:
    body = [b'{"Url": "https://hooks.', b'example.org/chunks", "IsActive": true}']

    answer = api.session.put(
        f"{api.url}/sms/message/webhooks/24",
        data=iter(body),
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=30,
    )

    assert answer.json()["Url"] == "https://hooks.example.org/chunks"


def test_campaigns_come_newest_first(api: ApiClient) -> None:
    page = api.get("/sms/campaigns?page=1&pageSize=10").json()

    assert [campaign["CampaignId"] for campaign in page["Data"]] == [9142, 9141]
    assert set(page["Data"][0]) == {"CampaignId", "Name", "Content", "Date"}


def test_campaigns_are_paged(api: ApiClient, simulator: SimulatorProcess) -> None:
    dates = [f"2021-10-25T06:58:55{fraction}Z" for fraction in ("", ".1", ".12", ".0000001")]
    simulator.reset(
        seed={
            "campaigns": [
                {"campaign_id": number, "date": dates[number % 4]} for number in range(1, 24)
            ]
        }
    )

    pages = [api.get(f"/sms/campaigns?page={page}&pageSize=10").json() for page in (1, 2, 3, 4)]

    assert [len(page["Data"]) for page in pages] == [10, 10, 3, 0]
    assert [page["Page"] for page in pages] == [1, 2, 3, 4]
    totals = {(page["PageSize"], page["TotalPages"], page["TotalRecordCount"]) for page in pages}
    assert totals == {(10, 3, 23)}
    order = [campaign["CampaignId"] for page in pages for campaign in page["Data"]]
    newest_first = [
        number
        for rest in (2, 1, 3, 0)
        for number in sorted((one for one in range(1, 24) if one % 4 == rest), reverse=True)
    ]
    assert order == newest_first


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?page=1",
        "?pageSize=10",
        "?page=0&pageSize=10",
        "?page=1&pageSize=9",
        "?page=1&pageSize=1001",
        "?page=one&pageSize=10",
        "?page=&pageSize=10",
    ],
)
def test_paging_out_of_range_is_refused(api: ApiClient, query: str) -> None:
    assert refusal(api.get(f"/sms/campaigns{query}")) == (400, 121)


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
        ("?select=0", set()),
        ("?select=1", {"Recipients"}),
        ("?select=2", {"Delivered"}),
        ("?select=12", {"Bounced", "Replies"}),
        ("?select=16", {"Unsubscribed"}),
        ("?select=31", {"Recipients", "Delivered", "Bounced", "Replies", "Unsubscribed"}),
    ],
)
def test_a_report_has_totals_and_the_selected_lists(
    api: ApiClient, query: str, lists: set[str]
) -> None:
    report = api.get(f"/sms/campaigns/9141/report{query}").json()

    totals = {key.removeprefix("Total") for key in report if key.startswith("Total")}
    assert totals == {"Recipients", "Delivered", "Bounced", "Replies", "Unsubscribed"}
    assert set(report) - {f"Total{name}" for name in totals} == lists | {"Name", "Status"}
    assert all(len(report[name]) == report[f"Total{name}"] for name in lists)


@pytest.mark.parametrize("select", ["-1", "32", "all"])
def test_a_report_refuses_a_mask_out_of_range(api: ApiClient, select: str) -> None:
    assert refusal(api.get(f"/sms/campaigns/9141/report?select={select}")) == (400, 121)


def test_a_report_before_delivery_tells_of_recipients_only(api: ApiClient) -> None:
    report = api.get("/sms/campaigns/9142/report?select=31").json()

    assert report["TotalRecipients"] == 3
    assert report["Delivered"] == report["Replies"] == []


def test_the_contract_is_served_with_a_page_for_people(api: ApiClient) -> None:
    page = api.send("GET", "/_simulator/ui/", headers={})
    contract = api.send("GET", "/_simulator/openapi.json", headers={})

    assert "swagger" in page.text.lower()
    assert "/sms/message/webhooks/{webhookId}" in contract.json()["paths"]
