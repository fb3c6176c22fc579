"""What the simulated service sends to receivers, and what becomes of webhooks that fail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulator.tests.receiver import Receiver
from touchbase_simulator.delivery import Deliveries
from touchbase_simulator.process import SimulatorError, SimulatorProcess
from touchbase_simulator.seed import account_from

CAMPAIGN = {"scope": "campaign", "campaign_id": 1}
REPLY = {**CAMPAIGN, "webhook_id": 1}


@pytest.fixture
def simulator(simulator: SimulatorProcess, receiver: Receiver) -> SimulatorProcess:
    """A simulator whose webhooks all point to the receiver."""
    simulator.reset(seed=seed(receiver.url))
    return simulator


def seed(url: str, **changed: Any) -> dict[str, Any]:
    def webhooks(*kinds: str) -> list[dict[str, Any]]:
        return [
            {"webhook_id": number, "webhook_type": kind, "url": f"{url}/{number}", **changed}
            for number, kind in enumerate(kinds, start=1)
        ]

    of_campaign = webhooks("CampaignReply", "CampaignMessageStatusUpdate")
    return {
        "campaigns": [{"campaign_id": 1, "webhooks": of_campaign}],
        "lists": [{"list_id": 7, "webhooks": webhooks("ListUnsubscribe")}],
        "message_webhooks": webhooks("MessageStatusUpdate", "MessageReply"),
    }


def test_bodies_are_as_documented_for_each_type(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    for owner in (CAMPAIGN, {"scope": "message"}, {"scope": "list", "list_id": 7}):
        simulator.deliver(**owner)

    number = {"Number": "27820000000"}
    assert {body["Type"]: body["Events"] for body in receiver.received} == {
        "CampaignReply": [{**number, "Message": "YES"}],
        "CampaignMessageStatusUpdate": [{**number, "Status": "Delivered"}],
        "MessageStatusUpdate": [{**number, "Status": "Delivered", "Id": "message-0"}],
        "MessageReply": [{**number, "Message": "YES"}],
        "ListUnsubscribe": [number],
    }
    assert {tuple(body) for body in receiver.received} == {("Timestamp", "Type", "Events")}


def test_attempts_are_returned_and_kept_until_they_are_cleared(
    simulator: SimulatorProcess,
) -> None:
    (attempt,) = simulator.deliver(**CAMPAIGN, type="CampaignReply", count=2)

    assert attempt.pop("seconds") >= 0
    assert attempt == {"webhook_id": 1, "attempt": 1, "events": 2, "status": 200, "error": None}
    assert len(simulator.control("GET", "deliveries")) == 1
    assert simulator.control("DELETE", "deliveries") == []
    assert simulator.control("GET", "deliveries") == []


def test_events_are_split_and_may_be_given_or_none(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    given = [{"Number": "1"}, {"Number": "2"}]

    for wish in ({"count": 1201}, {"count": 0}, {"events": given}, {"events": []}):
        simulator.deliver(**REPLY, **wish)

    sizes = [len(body["Events"]) for body in receiver.received]
    assert sizes == [500, 500, 201, 0, 2, 0]
    assert receiver.received[4]["Events"] == given


def test_duplicates_order_and_status_of_replies_are_as_asked(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    wish = {"count": 2, "duplicates": True, "order": "mixed", "reply_has_status": True}

    simulator.deliver(**REPLY, **wish)

    first, second = receiver.received
    assert first == second
    assert [one["Number"] for one in first["Events"]] == ["27820000001", "27820000000"]
    assert {one["Status"] for one in first["Events"]} == {"Delivered"}


def test_inactive_webhooks_get_nothing(simulator: SimulatorProcess, receiver: Receiver) -> None:
    simulator.reset(seed=seed(receiver.url, active=False))

    assert simulator.deliver(**CAMPAIGN) == []
    assert receiver.received == []


@pytest.mark.parametrize(
    ("deactivation", "responses", "sent", "note"),
    [
        ("never", (503, 503, 503, 503), 4, None),
        (
            "after_failures",
            (503, 503, 503, 503),
            3,
            "Switched off after 3 failed deliveries; the last response was 503",
        ),
        ("after_failures", (503, 503, 200, 503, 503), 5, None),
    ],
)
def test_webhook_is_deactivated_after_failures_in_a_row_if_asked(
    simulator: SimulatorProcess,
    receiver: Receiver,
    deactivation: str,
    responses: tuple[int, ...],
    sent: int,
    note: str | None,
) -> None:
    for receiver.status in responses:
        simulator.deliver(**REPLY, deactivation=deactivation)

    webhook = simulator.state()["campaigns"][0]["webhooks"][0]
    assert (webhook["active"], webhook["note"]) == (note is None, note)
    assert len(receiver.received) == sent


@pytest.mark.parametrize(("status", "attempts"), [(200, 1), (204, 1), (307, 3), (404, 3), (500, 3)])
def test_delivery_without_success_is_retried_and_no_redirect_followed(
    simulator: SimulatorProcess, receiver: Receiver, status: int, attempts: int
) -> None:
    receiver.status = status

    made = simulator.deliver(**REPLY, retries=2)

    assert [(one["attempt"], one["status"]) for one in made] == [
        (number, status) for number in range(1, attempts + 1)
    ]
    assert len(receiver.received) == attempts


@pytest.mark.parametrize(
    ("url", "attempts", "error"),
    [
        ("http://127.0.0.1:1", 1, "no response: ConnectionRefusedError"),
        ("https://hooks.example.org/a", 0, "hooks.example.org is not called"),
        ("file:///etc/passwd", 0, "not an http or https URL"),
        ("http://[::", 0, "not an http or https URL"),
    ],
)
def test_only_this_machine_is_called(
    simulator: SimulatorProcess, url: str, attempts: int, error: str
) -> None:
    simulator.reset(seed=seed(url))

    (attempt, *_more) = simulator.deliver(**CAMPAIGN)

    assert (attempt["status"], attempt["attempt"]) == (None, attempts)
    assert attempt["error"].startswith(error)


def test_allowed_host_is_called_as_well() -> None:
    account = account_from(seed("http://nowhere.invalid/a"))
    deliveries = Deliveries(frozenset({"nowhere.invalid"}))

    (attempt, *_more) = asyncio.run(deliveries.deliver(account, CAMPAIGN))

    assert (attempt["attempt"], attempt["error"]) == (1, "no response: gaierror")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"scope": "campaign", "campaign_id": 9}, "no such owner"),
        ({**CAMPAIGN, "webhook_id": 9}, "no such webhook"),
        ({**CAMPAIGN, "type": "MessageReply"}, "CampaignReply"),
        ({**CAMPAIGN, "events": "all"}, "events must be a list"),
        ({**CAMPAIGN, "order": "any"}, "kept, mixed"),
        ({**CAMPAIGN, "number": 1}, "no key 'number'"),
    ],
)
def test_delivery_that_makes_no_sense_is_refused(
    simulator: SimulatorProcess, wish: dict[str, Any], told: str
) -> None:
    with pytest.raises(SimulatorError, match=told):
        simulator.deliver(**wish)
    assert simulator.control("GET", "deliveries") == []
