"""The control operations: journal, state and reset, switches, deactivation, faults."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.tests.client import KEY, ApiClient, refusal
from touchbase_simulator.process import SimulatorError, SimulatorProcess

WEBHOOK = "/sms/campaigns/9141/webhooks/28"
NEW = "https://hooks.example.org/new"
UPDATE = {"Url": NEW, "IsActive": False}


def test_journal_tells_all_but_the_key(api: ApiClient, simulator: SimulatorProcess) -> None:
    api.headers["User-Agent"] = "a test/1"
    api.put(WEBHOOK, json=UPDATE)
    api.get("/sms/campaigns?page=1&pageSize=10", headers={"Authorization": "x"})
    api.put(WEBHOOK, data="not json")
    api.put(WEBHOOK, data='{"Url": "\\ud800", "IsActive": 1e999}')
    api.get("/elsewhere")
    # No requests to the API:
    api.get("/_simulator/ui/")
    simulator.state()

    journal = simulator.journal()

    port = journal[0]["client_port"]
    assert isinstance(port, int)
    common = {"query": "", "authorized": True, "user_agent": "a test/1", "client_port": port}
    put = {**common, "method": "PUT", "path": WEBHOOK}
    get = {**common, "method": "GET", "body": None}
    campaigns = {"path": "/sms/campaigns", "query": "page=1&pageSize=10"}
    assert journal == [
        {**put, "number": 1, "status": 200, "body": UPDATE},
        {**get, "number": 2, "status": 401, **campaigns, "authorized": False},
        {**put, "number": 3, "status": 400, "body": None},
        {**put, "number": 4, "status": 400, "body": {"Url": "\ud800", "IsActive": float("inf")}},
        {**get, "number": 5, "status": 404, "path": "/elsewhere"},
    ]
    assert KEY not in str(journal)


def test_emptied_journal_starts_again_at_1(api: ApiClient, simulator: SimulatorProcess) -> None:
    api.delete(WEBHOOK)
    simulator.clear_journal()
    api.get(WEBHOOK)

    assert [(one["number"], one["method"]) for one in simulator.journal()] == [(1, "GET")]


def test_state_is_a_seed_that_gives_the_same_state(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    api.post("/sms/lists/512/webhooks", json={"Url": NEW, "WebhookType": "ListSubscribe"})
    state = simulator.state()

    simulator.reset(seed=state)

    assert simulator.state() == state
    assert [one["url"] for one in state["lists"][0]["webhooks"]].count(NEW) == 1


def test_reset_undoes_everything(api: ApiClient, simulator: SimulatorProcess) -> None:
    state, switches = simulator.state(), simulator.behaviour()
    api.delete(WEBHOOK)
    simulator.behaviour({"put_response": "empty"})
    simulator.fault(status=503)

    simulator.reset()

    assert simulator.state() == state
    assert simulator.behaviour() == switches
    assert simulator.journal() == simulator.faults() == []


def test_reset_takes_a_seed_and_switches(api: ApiClient, simulator: SimulatorProcess) -> None:
    webhook = {"webhook_id": 5, "webhook_type": "MessageReply", "url": NEW}
    seed = {"api_key": "another key", "message_webhooks": [webhook]}

    simulator.reset(seed=seed, behaviour={"error_shape": "gateway"})

    defaults = {"active": True, "date_created": "2021-10-25T06:58:55.951Z", "note": None}
    account = {**seed, "campaigns": [], "lists": [], "message_webhooks": [{**webhook, **defaults}]}
    assert simulator.state() == account
    assert simulator.api_key == "another key"
    assert api.get("/sms/message/webhooks").json()["statusCode"] == 401
    simulator.reset()
    assert refusal(api.get("/sms/message/webhooks/5")) == (404, 142)


@pytest.mark.parametrize(
    ("webhook", "path"),
    [
        ({"scope": "campaign", "campaign_id": 9141, "webhook_id": 28}, WEBHOOK),
        ({"scope": "list", "list_id": 512, "webhook_id": 26}, "/sms/lists/512/webhooks/26"),
        ({"scope": "message", "webhook_id": 24}, "/sms/message/webhooks/24"),
    ],
)
def test_service_deactivates_a_webhook_with_a_note(
    api: ApiClient, simulator: SimulatorProcess, webhook: dict[str, Any], path: str
) -> None:
    record = simulator.deactivate(note="no response for a day", **webhook)

    details = api.get(path).json()
    assert (details["IsActive"], details["Note"]) == (False, "no response for a day")
    assert (record["active"], record["note"]) == (False, "no response for a day")


BAD_INPUT = [
    ("POST", "reset", {"seed": {"campaigns": [{}]}}, "campaign_id"),
    ("POST", "reset", {"seed": {}, "behaviour": {"put_response": "rude"}}, "choose from"),
    ("POST", "reset", {"seed": {}, "behaviour": "rude"}, "object"),
    ("POST", "reset", {"state": {}}, "state"),
    ("PATCH", "behaviour", {"put_anser": "empty"}, "put_anser"),
    ("PATCH", "behaviour", {"put_response": ["empty"]}, "choose from"),
    ("PATCH", "behaviour", "empty", "object"),
    ("POST", "deactivate", {"scope": "campaign", "campaign_id": 9141, "webhook_id": 28}, "note"),
    ("POST", "deactivate", {"scope": "planet", "webhook_id": 28, "note": "x"}, "scope"),
    ("POST", "deactivate", {"scope": "message", "webhook_id": 999, "note": "x"}, "no such"),
    ("POST", "deactivate", {"scope": "message", "note": "x"}, "no such"),
    ("POST", "deactivate", {"scope": "list", "list_id": 9, "webhook_id": 26, "note": "x"}, "no s"),
    ("POST", "deactivate", {"scope": "campaign", "webhook_id": 28, "note": "x"}, "no such"),
    ("POST", "deactivate", {"scope": "message", "webhook_id": True, "note": "x"}, "webhook_id"),
    ("POST", "deactivate", {"scope": "message", "webhook_id": 24, "note": 7}, "note"),
    ("POST", "faults", {}, "status"),
    ("POST", "faults", [], "object"),
    ("POST", "faults", {"status": 503, "reason": "x"}, "reason"),
    ("POST", "faults", {"status": 99}, "status"),
    ("POST", "faults", {"status": "503"}, "status"),
    ("POST", "faults", {"status": 503, "times": 0}, "times"),
    ("POST", "faults", {"status": 503, "delay": -1}, "delay"),
    ("POST", "faults", {"status": 503, "delay": "soon"}, "delay"),
    ("POST", "faults", {"status": 503, "applied": 1}, "applied"),
    ("POST", "faults", {"status": 503, "path": 7}, "path"),
    ("POST", "faults", {"status": 503, "headers": []}, "headers"),
    ("POST", "faults", {"status": 503, "headers": {"Retry-After": 1}}, "Retry-After"),
    ("POST", "faults", {"status": 503, "headers": {"A": "b\r\nC: d"}}, "printable"),
    ("POST", "faults", {"status": 503, "headers": {"A b": "c"}}, "A b"),
    ("POST", "faults", {"status": 503, "headers": {"Content-Length": "5"}}, "Content-Length"),
    ("POST", "faults", {"status": 503, "body": "\ud800"}, "UTF-8"),
    ("POST", "faults", {"status": 204, "body": "x"}, "204"),
    ("POST", "faults", {"delay": 1, "applied": True}, "applied"),
    ("POST", "faults", {"delay": 1, "body": "x"}, "body"),
    ("POST", "faults", {"status": 429, "body": "x", "error_shape": "api"}, "error_shape"),
    ("POST", "faults", {"status": 200, "body": "x", "error_shape": "html"}, "400 or more"),
    ("POST", "faults", {"status": 429, "body": {}, "error_shape": "html"}, "text"),
    ("POST", "faults", {"status": 429, "error_shape": "html"}, "the message of the error"),
]


@pytest.mark.parametrize(("method", "name", "body", "told"), BAD_INPUT)
def test_control_input_that_makes_no_sense_changes_nothing(
    api: ApiClient, simulator: SimulatorProcess, method: str, name: str, body: object, told: str
) -> None:
    def everything() -> list[Any]:
        return [
            simulator.control("GET", one) for one in ("state", "behaviour", "faults", "journal")
        ]

    api.delete("/sms/message/webhooks/25")
    before = everything()

    with pytest.raises(SimulatorError, match=f"400.*{told}"):
        simulator.control(method, name, body)

    assert everything() == before


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[" * 100_000])
def test_control_input_that_is_not_json_is_explained(api: ApiClient, raw: bytes) -> None:
    response = api.post("/_simulator/faults", data=raw)

    assert response.status_code == 400
    assert "JSON" in response.json()["error"]


def test_there_is_no_other_control_operation(api: ApiClient) -> None:
    assert api.get("/_simulator/secrets").status_code == 404
    assert api.put("/_simulator/journal").status_code == 405


@pytest.mark.parametrize("applied", [False, True])
def test_fault_replaces_the_response_of_an_applied_request_or_not(
    api: ApiClient, simulator: SimulatorProcess, applied: bool
) -> None:
    simulator.fault(status=502, applied=applied, method="put")

    response = api.put(WEBHOOK, json=UPDATE)

    assert (response.status_code, response.content) == (502, b"")
    assert (api.get(WEBHOOK).json()["Url"] == NEW) == applied
    assert [entry["status"] for entry in simulator.journal()] == [502, 200]


@pytest.mark.parametrize(
    ("status", "body", "headers", "sent"),
    [
        (200, "<html>", {"Content-Type": "text/html"}, b"<html>"),
        (200, '{"Id": ', {"content-type": "application/json"}, b'{"Id": '),
        (200, {"Id": "28"}, {}, b'{"Id": "28"}'),
        (404, {"Code": 142}, {"X-Request-Id": "abc"}, b'{"Code": 142}'),
        (200, "", {}, b""),
        (200, "\ufeff[]", {"Content-Type": "application/json"}, b"\xef\xbb\xbf[]"),
        (204, "", {}, b""),
        (302, "", {"Location": "https://example.com/"}, b""),
        (429, "wait", {"Retry-After": "-1"}, b"wait"),
    ],
)
def test_fault_may_be_any_response(
    api: ApiClient,
    simulator: SimulatorProcess,
    status: int,
    body: object,
    headers: dict[str, str],
    sent: bytes,
) -> None:
    # No switch changes it.
    simulator.behaviour({"error_shape": "html", "put_response": "empty"})
    simulator.fault(status=status, body=body, headers=headers)

    response = api.put(WEBHOOK, json=UPDATE)

    assert (response.status_code, response.content) == (status, sent)
    assert {name: response.headers[name] for name in headers} == headers
    assert isinstance(body, str) or response.headers["Content-Type"] == "application/json"
    assert api.get(WEBHOOK).status_code == 200


RATE_LIMIT = "Rate limit is exceeded. Try again in 2 seconds."


@pytest.mark.parametrize(
    ("shape", "media_type", "body"),
    [
        ("gateway", "application/json", {"statusCode": 429, "message": RATE_LIMIT}),
        ("older_api", "application/json", {"status": 429, "message": RATE_LIMIT}),
        ("html", "text/html", None),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "2"}, {"Content-Type": "text/plain"}])
def test_shaped_fault_has_its_shape_and_the_given_headers(
    api: ApiClient,
    simulator: SimulatorProcess,
    shape: str,
    media_type: str,
    body: object,
    headers: dict[str, str],
) -> None:
    simulator.fault(status=429, headers=headers, body=RATE_LIMIT, error_shape=shape)

    response = api.get(WEBHOOK)

    assert response.status_code == 429
    assert response.headers["Content-Type"].startswith(headers.get("Content-Type", media_type))
    assert response.headers.get("Retry-After") == headers.get("Retry-After")
    assert RATE_LIMIT in response.text
    assert body is None or response.json() == body


def test_faults_wait_for_their_method_and_path_and_are_used_up(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    simulator.fault(status=500, method="PUT")
    simulator.fault(status=501, path=WEBHOOK, times=2)
    simulator.fault(status=502, path="/sms/lists/*")
    simulator.fault(status=503, method="GET", path="/sms/message/webhooks/2*")

    responses = [
        api.get("/sms/message/webhooks"),
        api.get(WEBHOOK),
        api.get(WEBHOOK + "9"),
        api.put(WEBHOOK, json=UPDATE),
        api.get(WEBHOOK),
        api.get(WEBHOOK),
        api.get("/sms/lists/512/webhooks"),
        api.get("/sms/lists/512/webhooks"),
        api.delete("/sms/message/webhooks/24"),
        api.get("/sms/message/webhooks/25"),
    ]

    statuses = [response.status_code for response in responses]
    assert statuses == [200, 501, 404, 500, 501, 200, 502, 200, 204, 503]
    assert simulator.faults() == []


def test_queued_faults_can_be_seen_and_taken_back(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    simulator.fault(status=503, times=3, headers={"Retry-After": "1"}, delay=0.01)
    api.get("/elsewhere")

    given = {"times": 2, "status": 503, "headers": {"retry-after": "1"}, "delay": 0.01}
    others = {"method": None, "path": None, "body": "", "error_shape": None, "applied": False}
    assert simulator.faults() == [{**given, **others}]
    simulator.clear_faults()
    assert simulator.faults() == []
    assert api.get(WEBHOOK).status_code == 200


def test_request_with_a_delayed_response_is_applied_at_once(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    simulator.fault(delay=600, method="PUT")
    simulator.fault(delay=0.01, method="GET")

    with pytest.raises(requests.Timeout):
        api.put(WEBHOOK, json=UPDATE, timeout=(30, 0.5))

    # The response in the end is the real one.
    assert api.get(WEBHOOK).json()["Url"] == NEW
    # The client of the other has gone before its response: no status yet.
    assert [entry["status"] for entry in simulator.journal()] == [None, 200]
