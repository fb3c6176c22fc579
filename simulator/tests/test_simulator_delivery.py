# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated service sends to receivers, and what becomes of webhooks that fail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from simulator.tests.receiver import Receiver, receiving
from touchbase_simulator.delivery import Deliveries
from touchbase_simulator.process import SimulatorError, SimulatorProcess
from touchbase_simulator.seed import account_from

if TYPE_CHECKING:
    from collections.abc import Iterator

CAMPAIGN = {"scope": "campaign", "campaign_id": 1}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def seed(url: str, **changed: Any) -> dict[str, Any]:
    types = ("CampaignReply", "CampaignMessageStatusUpdate")
    webhooks = [
        {"webhook_id": number, "webhook_type": kind, "url": f"{url}/{number}", **changed}
        for number, kind in enumerate(types, start=1)
    ]
    messages = [
        {"webhook_id": 3, "webhook_type": "MessageStatusUpdate", "url": url},
        {"webhook_id": 4, "webhook_type": "MessageReply", "url": url},
    ]
    gone = {"webhook_id": 5, "webhook_type": "ListUnsubscribe", "url": url}
    return {
        "campaigns": [{"campaign_id": 1, "webhooks": webhooks}],
        "lists": [{"list_id": 7, "webhooks": [gone]}],
        "message_webhooks": messages,
    }


def statuses(attempts: list[dict[str, Any]]) -> list[tuple[int, int | None]]:
    return [(one["webhook_id"], one["status"]) for one in attempts]


def test_bodies_are_as_documented_for_each_type(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))
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


def test_attempts_are_given_and_kept_until_they_are_forgotten(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))

    attempts = simulator.deliver(**CAMPAIGN, type="CampaignReply", count=2)

    (attempt,) = attempts
    assert attempt.pop("seconds") >= 0
    shown = {"webhook_id": 1, "attempt": 1, "events": 2, "status": 200, "error": None}
    assert attempt == shown
    assert len(simulator.control("GET", "deliveries")) == 1
    assert simulator.control("DELETE", "deliveries") == []
    assert simulator.control("GET", "deliveries") == []


def test_events_are_split_and_may_be_given_or_none(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))
    given = [{"Number": "1"}, {"Number": "2"}]

    for wish in ({"count": 1201}, {"count": 0}, {"events": given}, {"events": []}):
        simulator.deliver(**CAMPAIGN, webhook_id=1, **wish)

    assert receiver.sizes() == [500, 500, 201, 0, 2, 0]
    assert receiver.received[4]["Events"] == given


def test_inactive_webhooks_get_nothing(simulator: SimulatorProcess, receiver: Receiver) -> None:
    simulator.reset(seed=seed(receiver.url, active=False))

    assert simulator.deliver(**CAMPAIGN) == []
    assert receiver.received == []


def test_failed_deliveries_deactivate_only_when_asked_for(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))
    receiver.status = 503
    for deactivation in ("never", "after_failures"):
        for _time in range(2):
            simulator.deliver(**CAMPAIGN, webhook_id=1, deactivation=deactivation)

    webhook = simulator.state()["campaigns"][0]["webhooks"][0]
    assert len(receiver.received) == 3
    assert webhook["active"] is False
    assert webhook["note"] == "Switched off after 3 failed deliveries; the last response was 503"


def test_success_in_between_begins_the_count_anew(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))
    for status in (503, 503, 200, 503, 503):
        receiver.status = status
        simulator.deliver(**CAMPAIGN, webhook_id=1, deactivation="after_failures")

    assert simulator.state()["campaigns"][0]["webhooks"][0]["active"] is True


def test_retries_end_with_success(simulator: SimulatorProcess, receiver: Receiver) -> None:
    simulator.reset(seed=seed(receiver.url))
    receiver.status = 500

    failed = simulator.deliver(**CAMPAIGN, webhook_id=1, retries=2)
    receiver.status = 204
    done = simulator.deliver(**CAMPAIGN, webhook_id=1, retries=2)

    assert statuses(failed) == [(1, 500)] * 3
    assert [one["attempt"] for one in failed] == [1, 2, 3]
    assert statuses(done) == [(1, 204)]


def test_redirect_is_a_failure_and_not_followed(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))
    receiver.status = 307

    assert statuses(simulator.deliver(**CAMPAIGN, webhook_id=1)) == [(1, 307)]
    assert len(receiver.received) == 1


def test_duplicates_order_and_status_of_replies(
    simulator: SimulatorProcess, receiver: Receiver
) -> None:
    simulator.reset(seed=seed(receiver.url))
    wish = {"duplicates": True, "order": "mixed", "reply_has_status": True}

    simulator.deliver(**CAMPAIGN, webhook_id=1, count=2, **wish)

    first, second = receiver.received
    assert first == second
    assert [one["Number"] for one in first["Events"]] == ["27820000001", "27820000000"]
    assert {one["Status"] for one in first["Events"]} == {"Delivered"}


def test_receiver_that_is_gone_is_an_error(simulator: SimulatorProcess) -> None:
    simulator.reset(seed=seed("http://127.0.0.1:1"))

    (attempt,) = simulator.deliver(**CAMPAIGN, webhook_id=1)

    assert attempt["status"] is None
    assert attempt["error"] == "no response: ConnectionRefusedError"


@pytest.mark.parametrize("url", ["https://hooks.example.org/a", "file:///etc/passwd", "http://[::"])
def test_only_this_machine_is_called(url: str, simulator: SimulatorProcess) -> None:
    simulator.reset(seed=seed(url))

    (attempt, *_more) = simulator.deliver(**CAMPAIGN)

    assert (attempt["status"], attempt["attempt"]) == (None, 0)
    assert "is not called" in attempt["error"] or "not an http" in attempt["error"]


def test_named_host_is_called_as_well() -> None:
    account = account_from(seed("http://nowhere.invalid/a"))

    (attempt, *_more) = asyncio.run(
        Deliveries(frozenset({"nowhere.invalid"})).deliver(account, CAMPAIGN)
    )

    assert (attempt["attempt"], attempt["error"]) == (1, "no response: gaierror")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "owner": ({"scope": "campaign", "campaign_id": 9}, "no such owner"),
    "webhook": ({**CAMPAIGN, "webhook_id": 9}, "no such webhook"),
    "type": ({**CAMPAIGN, "type": "MessageReply"}, "CampaignReply"),
    "events": ({**CAMPAIGN, "events": "all"}, "events must be a list"),
    "order": ({**CAMPAIGN, "order": "any"}, "kept, mixed"),
    "key": ({**CAMPAIGN, "number": 1}, "no key 'number'"),
}


@pytest.mark.parametrize(("wish", "words"), WRONG.values(), ids=WRONG)
def test_wish_that_makes_no_sense_is_refused(
    wish: dict[str, Any], words: str, simulator: SimulatorProcess
) -> None:
    simulator.reset(seed=seed("http://127.0.0.1:1"))

    with pytest.raises(SimulatorError, match=words):
        simulator.deliver(**wish)
    assert simulator.control("GET", "deliveries") == []
