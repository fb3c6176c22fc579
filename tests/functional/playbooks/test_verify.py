"""The entry point verify, and the same as the probe of heal, with a real receiver."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator.tests.receiver import Receiver, receiving
from tests.functional.playbooks.role import entry, run, writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from touchbase_simulator.process import SimulatorProcess

SECRET = "5f1c0a7e"
OFF = {"active": False, "note": "Switched off after 3 failed deliveries"}


@pytest.fixture
def receiver(simulator: SimulatorProcess) -> Iterator[Receiver]:
    """A receiver, and an account whose webhook 28, switched off, is sent to it."""
    with receiving() as started:
        url = f"{started.url}/{SECRET}"
        webhook = {"webhook_id": 28, "webhook_type": "CampaignReply", "url": url, **OFF}
        simulator.reset(seed={"campaigns": [{"campaign_id": 1, "webhooks": [webhook]}]})
        yield started


def declared(receiver: Receiver) -> dict[str, Any]:
    """One webhook by its id alone, and one that is not there yet."""
    new = {"webhook_type": "CampaignMessageStatusUpdate", "url": f"{receiver.url}/new/{SECRET}"}
    return {
        "touchbase_sms_defaults": {"campaign_id": 1},
        "touchbase_sms_webhooks": [{"webhook_id": 28, "active": True}, {**new, "name": "status"}],
    }


def bodies(receiver: Receiver) -> list[tuple[str, list[Any]]]:
    return [(one["Type"], one["Events"]) for one in receiver.received]


def test_verify_sends_one_documented_body_to_each_declared_receiver(
    tmp_path: Path, simulator: SimulatorProcess, receiver: Receiver
) -> None:
    ran = run(tmp_path, simulator, [entry("verify", vars=declared(receiver))], "-vvv", "--diff")

    assert ran.status == 0, ran.output
    assert bodies(receiver) == [("CampaignReply", []), ("CampaignMessageStatusUpdate", [])]
    assert {tuple(sorted(one)) for one in receiver.received} == {("Events", "Timestamp", "Type")}
    verified = ran.facts["touchbase_sms_verified"]
    assert [(one["webhook_id"], one["name"], one["status"]) for one in verified] == [
        (28, None, 200),
        (None, "status", 200),
    ]
    assert ran.facts["touchbase_sms_refused"] == []
    assert writes(simulator) == []
    assert SECRET not in ran.output + str(ran.facts)


@pytest.mark.parametrize("status", [302, 500])
def test_verify_fails_without_a_2xx_and_shows_no_url(
    tmp_path: Path, simulator: SimulatorProcess, receiver: Receiver, status: int
) -> None:
    receiver.status = status

    ran = run(tmp_path, simulator, [entry("verify", vars=declared(receiver))], "-vvv")

    assert ran.status != 0
    assert "2 of 2 receivers gave no response with a status from 200 to 299" in ran.output
    assert [one["status"] for one in ran.facts["touchbase_sms_refused"]] == [status, status]
    assert SECRET not in ran.output + str(ran.facts)


def test_verify_sends_nothing_in_check_mode(
    tmp_path: Path, simulator: SimulatorProcess, receiver: Receiver
) -> None:
    ran = run(tmp_path, simulator, [entry("verify", vars=declared(receiver))], "--check")

    assert ran.status == 0, ran.output
    assert receiver.received == []
    assert ran.facts["touchbase_sms_verified"] == []


HEALED = {
    "accepts": (200, [], True),
    "refuses": (404, [], False),
    "is checked": (404, ["--check"], True),
}


@pytest.mark.parametrize(("status", "options", "is_healed"), HEALED.values(), ids=HEALED)
def test_heal_can_ask_the_receiver_to_accept_a_body(
    tmp_path: Path,
    simulator: SimulatorProcess,
    receiver: Receiver,
    status: int,
    options: list[str],
    is_healed: bool,
) -> None:
    receiver.status = status
    given = {"touchbase_sms_campaign_ids": [1], "touchbase_sms_heal_verify": True}

    ran = run(tmp_path, simulator, [entry("heal", vars=given)], *options)

    assert ran.status == 0, ran.output
    assert [len(ran.facts["touchbase_sms_healed"]), len(ran.facts["touchbase_sms_left_off"])] == [
        int(is_healed),
        int(not is_healed),
    ]
    assert bodies(receiver) == ([] if options else [("CampaignReply", [])])
