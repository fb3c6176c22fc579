# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every value of every switch, told apart by what a client sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from simulator.tests.client import KEY, ApiClient, refusal
from touchbase_simulator.behaviour import SWITCHES, Behaviour
from touchbase_simulator.process import SimulatorProcess

if TYPE_CHECKING:
    import requests

WEBHOOK = "/sms/campaigns/9141/webhooks/28"
SWITCHED_OFF = "/sms/campaigns/9142/webhooks/31"
NEW = "https://hooks.example.org/new"


def test_the_default_of_each_switch_is_its_first_value(simulator: SimulatorProcess) -> None:
    assert simulator.behaviour() == {name: values[0] for name, values in SWITCHES.items()}


@pytest.mark.parametrize(
    ("value", "status", "active"),
    [("deactivates", 200, False), ("keeps", 200, True), ("refuses", 400, True)],
)
def test_put_without_is_active(
    api: ApiClient, simulator: SimulatorProcess, value: str, status: int, active: bool
) -> None:
    simulator.behaviour({"put_without_is_active": value})

    answer = api.put(WEBHOOK, {"Url": NEW})

    after = api.get(WEBHOOK).json()
    assert answer.status_code == status
    assert after["IsActive"] is active
    assert (after["Url"] == NEW) is (status == 200)
    if status == 400:
        assert refusal(answer) == (400, 123)


def test_put_without_is_active_that_keeps_leaves_a_webhook_inactive(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    simulator.behaviour({"put_without_is_active": "keeps"})

    assert api.put(SWITCHED_OFF, {"Url": NEW}).json()["IsActive"] is False
    assert api.get(SWITCHED_OFF).json()["Note"]


@pytest.mark.parametrize("value", SWITCHES["put_response"])
def test_put_response(api: ApiClient, simulator: SimulatorProcess, value: str) -> None:
    simulator.behaviour({"put_response": value})
    before = api.get(WEBHOOK).json()

    answer = api.put(WEBHOOK, {"Url": NEW, "IsActive": False})

    after = api.get(WEBHOOK).json()
    assert answer.status_code == 200
    assert (after["Url"], after["IsActive"]) == (NEW, False)
    if value == "empty":
        assert answer.content == b""
        assert answer.headers["Content-Length"] == "0"
    else:
        shown = {"record": after, "stale": before}[value]
        assert answer.json() == {key: shown[key] for key in shown if key != "Note"}


@pytest.mark.parametrize("value", SWITCHES["put_response"])
def test_put_response_does_not_touch_refusals(
    api: ApiClient, simulator: SimulatorProcess, value: str
) -> None:
    simulator.behaviour({"put_response": value})

    assert refusal(api.put(WEBHOOK, {"IsActive": False})) == (400, 143)


@pytest.mark.parametrize(
    ("sent", "normal"),
    [
        ("HTTPS://Hooks.Example.ORG:443", "https://hooks.example.org/"),
        ("http://hooks.example.org:80?q=A", "http://hooks.example.org/?q=A"),
        ("https://Hooks.example.org:8443/A%2fb", "https://hooks.example.org:8443/A%2Fb"),
        ("https://User:Pass@EXAMPLE.org/x/", "https://User:Pass@example.org/x/"),
        ("https://[2001:DB8::1]:443/x#Y%aa", "https://[2001:db8::1]/x#Y%AA"),
        ("https://hooks.example.org:80/", "https://hooks.example.org:80/"),
        ("mailto:Someone@Example.org", "mailto:Someone@Example.org"),
        ("no address at all", "no address at all"),
    ],
)
@pytest.mark.parametrize("value", SWITCHES["stored_url"])
def test_stored_url(
    api: ApiClient, simulator: SimulatorProcess, value: str, sent: str, normal: str
) -> None:
    simulator.behaviour({"stored_url": value})
    expected = {"verbatim": sent, "normalised": normal}[value]

    updated = api.put(WEBHOOK, {"Url": sent, "IsActive": True}).json()
    created = api.post("/sms/message/webhooks", {"Url": sent, "WebhookType": "MessageReply"}).json()

    assert updated["Url"] == created["Url"] == expected
    assert api.get(WEBHOOK).json()["Url"] == expected


def _on_unknown_campaign(api: ApiClient) -> dict[str, tuple[int, object]]:
    """Give status and code, or the body of a success, of each operation on no campaign."""

    def outcome(answer: requests.Response) -> tuple[int, object]:
        return refusal(answer) if answer.status_code >= 400 else (200, answer.json())

    none = "/sms/campaigns/1"
    return {
        "campaign": outcome(api.get(none)),
        "report": outcome(api.get(f"{none}/report")),
        "list": outcome(api.get(f"{none}/webhooks")),
        "create": outcome(
            api.post(f"{none}/webhooks", {"Url": NEW, "WebhookType": "CampaignReply"})
        ),
        "details": outcome(api.get(f"{none}/webhooks/28")),
        "update": outcome(api.put(f"{none}/webhooks/28", {"Url": NEW, "IsActive": True})),
        "delete": outcome(api.delete(f"{none}/webhooks/28")),
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "own_code",
            dict.fromkeys(("list", "create", "details", "update", "delete"), (404, 120)),
        ),
        (
            "webhook_code",
            dict.fromkeys(("list", "create", "details", "update", "delete"), (404, 142)),
        ),
        (
            "empty_list",
            {
                "list": (200, []),
                "create": (404, 120),
                **dict.fromkeys(("details", "update", "delete"), (404, 142)),
            },
        ),
    ],
)
@pytest.mark.parametrize("wrong_campaign", SWITCHES["wrong_campaign"])
def test_unknown_campaign(
    api: ApiClient,
    simulator: SimulatorProcess,
    value: str,
    expected: dict[str, tuple[int, object]],
    wrong_campaign: str,
) -> None:
    simulator.behaviour({"unknown_campaign": value, "wrong_campaign": wrong_campaign})

    # A campaign itself has its own code in any case: no webhook is asked for.
    assert _on_unknown_campaign(api) == {
        "campaign": (404, 120),
        "report": (404, 120),
        **expected,
    }


@pytest.mark.parametrize("value", SWITCHES["unknown_campaign"])
def test_an_unknown_list_keeps_its_documented_code(
    api: ApiClient, simulator: SimulatorProcess, value: str
) -> None:
    simulator.behaviour({"unknown_campaign": value})

    assert refusal(api.get("/sms/lists/1/webhooks")) == (404, 104)


LISTS_OF_WEBHOOKS = ["/sms/campaigns/7/webhooks", "/sms/lists/7/webhooks", "/sms/message/webhooks"]
TYPES = {"campaigns": "CampaignReply", "lists": "ListSubscribe", "message": "MessageReply"}


@pytest.mark.parametrize(("value", "expected"), [("empty", (200, [])), ("missing", (404, 142))])
@pytest.mark.parametrize("path", LISTS_OF_WEBHOOKS)
def test_no_webhooks(
    api: ApiClient, simulator: SimulatorProcess, value: str, expected: object, path: str
) -> None:
    seed = {"campaigns": [{"campaign_id": 7}], "lists": [{"list_id": 7}]}
    simulator.reset(seed=seed, behaviour={"no_webhooks": value})

    before = _listed(api, path)
    created = api.post(path, {"Url": NEW, "WebhookType": TYPES[path.split("/")[2]]}).json()
    between = _listed(api, path)
    api.delete(f"{path}/{created['Id']}")

    assert before == _listed(api, path) == expected
    assert between == (200, [created])


@pytest.mark.parametrize("value", SWITCHES["no_webhooks"])
@pytest.mark.parametrize(
    ("unknown_campaign", "expected"),
    [("own_code", (404, 120)), ("webhook_code", (404, 142)), ("empty_list", (200, []))],
)
def test_no_webhooks_leaves_unknown_owners_alone(
    api: ApiClient,
    simulator: SimulatorProcess,
    value: str,
    unknown_campaign: str,
    expected: object,
) -> None:
    simulator.behaviour({"no_webhooks": value, "unknown_campaign": unknown_campaign})

    assert _listed(api, "/sms/campaigns/1/webhooks") == expected
    assert _listed(api, "/sms/lists/1/webhooks") == (404, 104)


def _listed(api: ApiClient, path: str) -> tuple[int, object]:
    """Give status and body of a list, or status and code of a refusal."""
    answer = api.get(path)
    return refusal(answer) if answer.status_code >= 400 else (200, answer.json())


@pytest.mark.parametrize("value", SWITCHES["error_shape"])
@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", "/sms/campaigns/9141/webhooks/999", KEY, 404),
        ("PUT", WEBHOOK, KEY, 400),
        ("GET", "/sms/message/webhooks", "wrong-key", 401),
        ("GET", "/sms/campaigns?page=0&pageSize=10", KEY, 400),
    ],
)
def test_error_shape(
    api: ApiClient,
    simulator: SimulatorProcess,
    value: str,
    method: str,
    path: str,
    key: str,
    status: int,
) -> None:
    simulator.behaviour({"error_shape": value})

    answer = api.send(method, path, json={}, headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == status
    if value == "html":
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text.startswith("<!DOCTYPE html>")
    else:
        keys = {
            "api": {"Code", "Message"},
            "gateway": {"statusCode", "message"},
            "older_api": {"status", "message"},
        }[value]
        body = answer.json()
        assert set(body) == keys
        assert value != "older_api" or body["status"] == status


@pytest.mark.parametrize("value", ["gateway", "html", "older_api"])
def test_error_shape_leaves_successes_alone(
    api: ApiClient, simulator: SimulatorProcess, value: str
) -> None:
    simulator.behaviour({"error_shape": value})

    assert api.get(WEBHOOK).json()["Id"] == 28


def test_fixed_dates_are_spelled_as_they_are_stored(api: ApiClient) -> None:
    dates = {api.get(WEBHOOK).json()["DateCreated"] for _time in range(3)}

    assert dates == {"2021-10-25T06:58:55.951Z"}


def test_varying_dates_are_one_moment_with_0_to_7_digits(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    simulator.behaviour({"date_fractions": "varying"})

    dates = [api.get(WEBHOOK).json()["DateCreated"] for _time in range(8)]

    fractions = [re.sub(r"^2021-10-25T06:58:55\.?|Z$", "", date) for date in dates]
    assert {len(fraction) for fraction in fractions} == set(range(8))
    assert all("9510000".startswith(fraction) for fraction in fractions)
    assert all((len(date) == 20) == ("." not in date) for date in dates)
    assert all(one != other for one, other in zip(dates, dates[1:], strict=False))


def test_varying_dates_have_one_spelling_within_a_request(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    simulator.behaviour({"date_fractions": "varying"})

    lengths = [
        {len(record["DateCreated"]) for record in api.get("/sms/message/webhooks").json()}
        for _time in range(8)
    ]

    assert all(len(one) == 1 for one in lengths)


@pytest.mark.parametrize("value", SWITCHES["note_after_reactivation"])
def test_note_after_reactivation(api: ApiClient, simulator: SimulatorProcess, value: str) -> None:
    simulator.behaviour({"note_after_reactivation": value})
    before = api.get(SWITCHED_OFF).json()

    moved = api.put(SWITCHED_OFF, {"Url": NEW, "IsActive": False})
    while_off = api.get(SWITCHED_OFF).json()["Note"]
    api.put(SWITCHED_OFF, {"Url": NEW, "IsActive": True})

    after = api.get(SWITCHED_OFF).json()
    assert "Note" not in moved.json()
    assert while_off == before["Note"]
    assert after["IsActive"] is True
    assert after["Note"] == {"cleared": None, "kept": before["Note"]}[value]


@pytest.mark.parametrize("value", SWITCHES["duplicates"])
def test_duplicates(api: ApiClient, simulator: SimulatorProcess, value: str) -> None:
    simulator.behaviour({"duplicates": value})
    webhook = api.get(WEBHOOK).json()
    again = {"Url": webhook["Url"], "WebhookType": webhook["WebhookType"]}
    allowed = value == "allowed"

    created = api.post("/sms/campaigns/9141/webhooks", again)
    other = api.post("/sms/campaigns/9141/webhooks", {**again, "Url": NEW})
    moved = api.put(
        f"/sms/campaigns/9141/webhooks/{other.json()['Id']}",
        {"Url": webhook["Url"], "IsActive": True},
    )

    if allowed:
        assert (created.status_code, moved.status_code) == (201, 200)
    else:
        assert refusal(created) == refusal(moved) == (400, 122)
    same = [one for one in api.get("/sms/campaigns/9141/webhooks").json() if _is(one, again)]
    assert len(same) == (3 if allowed else 1)


@pytest.mark.parametrize(
    "body",
    [
        {"WebhookType": "CampaignMessageStatusUpdate"},
        {"Url": NEW},
    ],
    ids=["another type", "another address"],
)
def test_what_differs_in_type_or_address_is_no_duplicate(
    api: ApiClient, simulator: SimulatorProcess, body: dict[str, str]
) -> None:
    simulator.behaviour({"duplicates": "refused"})
    webhook = api.get(WEBHOOK).json()
    whole = {"Url": webhook["Url"], "WebhookType": webhook["WebhookType"], **body}

    assert api.post("/sms/campaigns/9141/webhooks", whole).status_code == 201
    assert api.put(WEBHOOK, {"Url": webhook["Url"], "IsActive": False}).status_code == 200


def _is(record: dict[str, object], wanted: dict[str, str]) -> bool:
    return all(record[key] == value for key, value in wanted.items())


@pytest.mark.parametrize("value", SWITCHES["wrong_campaign"])
def test_wrong_campaign(api: ApiClient, simulator: SimulatorProcess, value: str) -> None:
    simulator.behaviour({"wrong_campaign": value})
    wrong = "/sms/campaigns/9142/webhooks/28"

    read = api.get(wrong)
    written = api.put(wrong, {"Url": NEW, "IsActive": False})
    changed = api.get(WEBHOOK).json()["Url"]
    removed = api.delete(wrong)

    if value == "served":
        assert read.json()["Id"] == 28
        assert written.status_code == 200
        assert changed == NEW
        assert removed.status_code == 204
        assert refusal(api.get(WEBHOOK)) == (404, 142)
    else:
        assert {refusal(read), refusal(written), refusal(removed)} == {(404, 142)}
        assert changed != NEW
    assert refusal(api.get("/sms/campaigns/9142/webhooks/999")) == (404, 142)


def test_a_hostile_start_sets_every_switch_and_single_switches_win() -> None:
    with SimulatorProcess.start(hostile=True, switches={"put_response": "empty"}) as hostile:
        switches = hostile.behaviour()
        hostile.behaviour({"error_shape": "api"})
        hostile.reset(behaviour={"wrong_campaign": "not_found"})
        after_reset = hostile.behaviour()
        answer = ApiClient(hostile.url).get("/sms/campaigns/1/webhooks")

    worst = {name: getattr(Behaviour.hostile(), name) for name in SWITCHES}
    assert switches == {**worst, "put_response": "empty"}
    assert after_reset == {**switches, "wrong_campaign": "not_found"}
    assert (answer.status_code, answer.json()) == (200, [])
