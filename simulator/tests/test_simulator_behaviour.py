"""Every value of every switch, told apart by what a client sees."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from simulator.tests.client import KEY, ApiClient, outcome, refusal
from touchbase_simulator.behaviour import SWITCHES, Behaviour
from touchbase_simulator.process import SimulatorProcess

CAMPAIGN = "/sms/campaigns/9141/webhooks"
WEBHOOK = f"{CAMPAIGN}/28"
DEACTIVATED = "/sms/campaigns/9142/webhooks/31"
NEW = "https://hooks.example.org/new"


def each_value_of(switch: str) -> pytest.MarkDecorator:
    values = SWITCHES[switch]
    return pytest.mark.parametrize(
        "value", [(switch, one) for one in values], indirect=True, ids=values
    )


@pytest.fixture
def value(simulator: SimulatorProcess, request: pytest.FixtureRequest) -> str:
    """The value of the switch that the test is about; the simulator is set to it."""
    switch, value = request.param
    simulator.behaviour({switch: value})
    return str(value)


def test_default_of_each_switch_is_its_first_value(simulator: SimulatorProcess) -> None:
    assert simulator.behaviour() == {name: values[0] for name, values in SWITCHES.items()}


@pytest.mark.parametrize(
    ("value", "path", "status", "active"),
    [
        ("deactivates", WEBHOOK, 200, False),
        ("keeps", WEBHOOK, 200, True),
        ("keeps", DEACTIVATED, 200, False),
        ("refuses", WEBHOOK, 400, True),
    ],
)
def test_update_without_is_active_deactivates_keeps_or_is_refused(
    api: ApiClient, simulator: SimulatorProcess, value: str, path: str, status: int, active: bool
) -> None:
    simulator.behaviour({"put_without_is_active": value})
    before = api.get(path).json()

    response = api.put(path, json={"Url": NEW})

    after = {"Url": NEW, "IsActive": active} if status == 200 else {}
    assert response.status_code == status
    assert status == 200 or refusal(response) == (400, 123)
    assert api.get(path).json() == {**before, **after}


@each_value_of("put_response")
def test_update_is_stored_whatever_its_response_shows(api: ApiClient, value: str) -> None:
    before = api.get(WEBHOOK).json()

    response = api.put(WEBHOOK, json={"Url": NEW, "IsActive": False})

    after = api.get(WEBHOOK).json()
    assert response.status_code == 200
    assert (after["Url"], after["IsActive"]) == (NEW, False)
    if value == "empty":
        assert response.content == b""
        assert response.headers["Content-Length"] == "0"
    else:
        shown = {"record": after, "stale": before}[value]
        assert response.json() == {key: shown[key] for key in shown if key != "Note"}
    # Errors have no other body.
    assert refusal(api.put(WEBHOOK, json={"IsActive": False})) == (400, 143)


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
        ("no URL at all", "no URL at all"),
    ],
)
@each_value_of("stored_url")
def test_url_is_stored_verbatim_or_normalised(
    api: ApiClient, value: str, sent: str, normal: str
) -> None:
    new = {"Url": sent, "WebhookType": "MessageReply"}

    updated = api.put(WEBHOOK, json={"Url": sent, "IsActive": True}).json()["Url"]
    created = api.post("/sms/message/webhooks", json=new).json()["Url"]

    expected = {"verbatim": sent, "normalised": normal}[value]
    assert updated == created == api.get(WEBHOOK).json()["Url"] == expected


@pytest.mark.parametrize(
    ("value", "of_list", "of_creation", "of_one"),
    [
        ("own_code", (404, 120), (404, 120), (404, 120)),
        ("webhook_code", (404, 142), (404, 142), (404, 142)),
        ("empty_list", (200, []), (404, 120), (404, 142)),
    ],
)
@pytest.mark.parametrize("other", [{}, {"wrong_campaign": "served"}, {"no_webhooks": "missing"}])
def test_webhooks_of_an_unknown_campaign_are_an_error_or_an_empty_list(
    api: ApiClient,
    simulator: SimulatorProcess,
    value: str,
    of_list: object,
    of_creation: object,
    of_one: object,
    other: dict[str, str],
) -> None:
    simulator.behaviour({"unknown_campaign": value, **other})
    webhooks = "/sms/campaigns/1/webhooks"
    new = {"Url": NEW, "WebhookType": "CampaignReply", "IsActive": True}

    assert outcome(api.get(webhooks)) == of_list
    assert outcome(api.post(webhooks, json=new)) == of_creation
    assert outcome(api.get(f"{webhooks}/28")) == of_one
    assert outcome(api.put(f"{webhooks}/28", json=new)) == of_one
    assert outcome(api.delete(f"{webhooks}/28")) == of_one
    # A campaign itself, and a list, have their own codes in any case.
    assert outcome(api.get("/sms/campaigns/1")) == (404, 120)
    assert outcome(api.get("/sms/campaigns/1/report")) == (404, 120)
    assert outcome(api.get("/sms/lists/1/webhooks")) == (404, 104)


@pytest.mark.parametrize(("value", "expected"), [("empty", (200, [])), ("missing", (404, 142))])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sms/campaigns/7/webhooks", "CampaignReply"),
        ("/sms/lists/7/webhooks", "ListSubscribe"),
        ("/sms/message/webhooks", "MessageReply"),
    ],
)
def test_list_of_an_owner_without_webhooks_is_empty_or_missing(
    api: ApiClient, simulator: SimulatorProcess, value: str, expected: object, path: str, kind: str
) -> None:
    seed = {"campaigns": [{"campaign_id": 7}], "lists": [{"list_id": 7}]}
    simulator.reset(seed=seed, behaviour={"no_webhooks": value})

    before = outcome(api.get(path))
    created = api.post(path, json={"Url": NEW, "WebhookType": kind}).json()
    between = outcome(api.get(path))
    api.delete(f"{path}/{created['Id']}")

    assert before == outcome(api.get(path)) == expected
    assert between == (200, [created])


@each_value_of("error_shape")
@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", f"{CAMPAIGN}/999", KEY, 404),
        ("PUT", WEBHOOK, KEY, 400),
        ("GET", "/sms/message/webhooks", "wrong-key", 401),
        ("GET", "/sms/campaigns?page=0&pageSize=10", KEY, 400),
    ],
)
def test_error_has_the_shape_of_the_switch_and_a_success_its_own(
    api: ApiClient, value: str, method: str, path: str, key: str, status: int
) -> None:
    keys = {
        "api": {"Code", "Message"},
        "gateway": {"statusCode", "message"},
        "older_api": {"status", "message"},
    }

    response = api.request(method, path, json={}, headers={"Authorization": f"Bearer {key}"})

    assert response.status_code == status
    if value == "html":
        assert response.headers["Content-Type"].startswith("text/html")
        assert response.text.startswith("<!DOCTYPE html>")
    else:
        assert set(response.json()) == keys[value]
        assert value != "older_api" or response.json()["status"] == status
    # Successes are left alone.
    assert api.get(WEBHOOK).json()["Id"] == 28


@each_value_of("date_fractions")
def test_dates_have_a_fixed_or_varying_number_of_fraction_digits(
    api: ApiClient, value: str
) -> None:
    lists = [api.get("/sms/message/webhooks").json() for _time in range(8)]
    dates = [api.get(WEBHOOK).json()["DateCreated"] for _time in range(8)]

    fractions = ["", ".9", ".95", ".951", ".9510", ".95100", ".951000", ".9510000"]
    spellings = {f"2021-10-25T06:58:55{fraction}Z" for fraction in fractions}
    assert set(dates) == {"fixed": {"2021-10-25T06:58:55.951Z"}, "varying": spellings}[value]
    # One after the other they differ, but never within a response.
    changes = [one != other for one, other in zip(dates, dates[1:], strict=False)]
    assert set(changes) == {value == "varying"}
    lengths = [{len(one["DateCreated"]) for one in records} for records in lists]
    assert value == "fixed" or {len(one) for one in lengths} == {1}


@each_value_of("note_after_reactivation")
def test_note_of_a_reactivated_webhook_is_cleared_or_kept(api: ApiClient, value: str) -> None:
    before = api.get(DEACTIVATED).json()["Note"]

    moved = api.put(DEACTIVATED, json={"Url": NEW, "IsActive": False}).json()
    still_inactive = api.get(DEACTIVATED).json()["Note"]
    api.put(DEACTIVATED, json={"Url": NEW, "IsActive": True})

    after = api.get(DEACTIVATED).json()
    assert "Note" not in moved
    assert still_inactive == before
    assert after["IsActive"] is True
    assert after["Note"] == {"cleared": None, "kept": before}[value]


@each_value_of("duplicates")
def test_duplicate_of_a_webhook_is_allowed_or_refused(api: ApiClient, value: str) -> None:
    webhook = api.get(WEBHOOK).json()
    same = {"Url": webhook["Url"], "WebhookType": webhook["WebhookType"]}

    created = api.post(CAMPAIGN, json=same)
    other_url = api.post(CAMPAIGN, json={**same, "Url": NEW})
    other_type = api.post(CAMPAIGN, json={**same, "WebhookType": "CampaignMessageStatusUpdate"})
    moved = api.put(
        f"{CAMPAIGN}/{other_url.json()['Id']}", json={"Url": webhook["Url"], "IsActive": True}
    )

    if value == "allowed":
        assert (created.status_code, moved.status_code) == (201, 200)
    else:
        assert refusal(created) == refusal(moved) == (400, 122)
    assert (other_url.status_code, other_type.status_code) == (201, 201)
    # A webhook is not a duplicate of itself.
    again = {"Url": webhook["Url"], "IsActive": False}
    assert api.put(WEBHOOK, json=again).status_code == 200
    listed = [(one["Url"], one["WebhookType"]) for one in api.get(CAMPAIGN).json()]
    assert listed.count((same["Url"], same["WebhookType"])) == (3 if value == "allowed" else 1)


@each_value_of("wrong_campaign")
def test_webhook_is_served_or_not_found_under_another_campaign(api: ApiClient, value: str) -> None:
    wrong = "/sms/campaigns/9142/webhooks/28"

    read = api.get(wrong)
    written = api.put(wrong, json={"Url": NEW, "IsActive": False})
    changed = api.get(WEBHOOK).json()["Url"]
    removed = api.delete(wrong)

    if value == "served":
        assert read.json()["Id"] == 28
        assert (written.status_code, changed) == (200, NEW)
        assert removed.status_code == 204
        assert refusal(api.get(WEBHOOK)) == (404, 142)
    else:
        assert {refusal(read), refusal(written), refusal(removed)} == {(404, 142)}
        assert changed != NEW
    assert refusal(api.get("/sms/campaigns/9142/webhooks/999")) == (404, 142)


def test_single_switches_win_over_those_of_a_file_and_hostile_ones(tmp_path: Path) -> None:
    file = tmp_path / "behaviour.yml"
    file.write_text("put_response: record\nduplicates: refused\n", encoding="utf-8")
    single = {"put_response": "empty"}

    with SimulatorProcess.start(hostile=True, behaviour=file, switches=single) as simulator:
        at_start = simulator.behaviour()
        simulator.behaviour({"error_shape": "api"})
        simulator.reset(behaviour={"wrong_campaign": "not_found"})
        after_reset = simulator.behaviour()

    assert at_start == {**asdict(Behaviour.hostile()), "duplicates": "refused", **single}
    assert after_reset == {**at_start, "wrong_campaign": "not_found"}
