"""The whole loop, with real ansible-rulebook, a simulated service and a receiver that fails."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.tests.receiver import Receiver, receiving
from tests.functional.eda.engine import rulebook
from tests.functional.eda.jobs import starting_jobs
from tests.functional.support import guides
from tests.functional.support.playbooks import KEY
from touchbase_simulator.process import SimulatorProcess

GUIDE = guides.read(guides.FOLDER / "guide_events.rst")
SECRET = "5f1c0a7e"
OWNER = {"scope": "campaign", "campaign_id": 9141}
OFTEN = {"touchbase_sms_interval": 1, "touchbase_sms_remind": 3}
WATCHED = {"touchbase_sms_owners": [{"campaign_id": 9141}], **OFTEN}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def simulator(receiver: Receiver, request: pytest.FixtureRequest) -> Iterator[SimulatorProcess]:
    """A simulator, hostile if a test says so, whose webhook points to the receiver."""
    webhook = {"webhook_id": 28, "webhook_type": "CampaignReply", "url": f"{receiver.url}/{SECRET}"}
    seed = {"api_key": KEY, "campaigns": [{"campaign_id": 9141, "webhooks": [webhook]}]}
    with SimulatorProcess.start(seed=seed, hostile=getattr(request, "param", False)) as started:
        yield started


def webhooks(simulator: SimulatorProcess) -> list[dict[str, Any]]:
    return list(simulator.state()["campaigns"][0]["webhooks"])


def is_active(simulator: SimulatorProcess) -> bool:
    return bool(webhooks(simulator)[0]["active"])


@pytest.mark.parametrize("simulator", [False, True], ids=["plain", "hostile"], indirect=True)
def test_webhook_is_healed_once_its_receiver_is_back(
    tmp_path: Path,
    simulator: SimulatorProcess,
    receiver: Receiver,
    record_property: Callable[[str, object], None],
) -> None:
    receiver.status = 503
    for _time in range(3):
        simulator.deliver(**OWNER, deactivation="after_failures")
    assert not is_active(simulator)

    options = ("--print-events", "-vv")
    with rulebook(tmp_path, simulator, "touchbasepro.sms.heal", WATCHED, *options) as engine:
        engine.wait_for(lambda: "did not respond with a status below 500" in engine.output)
        assert not is_active(simulator)
        receiver.status = 200
        seconds = engine.wait_for(lambda: is_active(simulator))
        (attempt,) = simulator.deliver(**OWNER)
        output = engine.output

    record_property("seconds until the webhook is active again", seconds)
    assert attempt["status"] == 200
    assert receiver.received[-1]["Type"] == "CampaignReply"
    assert "'reminder': True" in output
    assert [secret for secret in (KEY, SECRET) if secret in output] == []


def test_missing_webhook_is_created_and_no_url_shown(
    tmp_path: Path, simulator: SimulatorProcess, receiver: Receiver
) -> None:
    url = f"{receiver.url}/status/{SECRET}"
    entry = {"campaign_id": 9141, "webhook_type": "CampaignMessageStatusUpdate", "url": url}
    declared = {"touchbase_sms_webhooks": [entry], **OFTEN}

    book = "touchbasepro.sms.converge"
    with rulebook(tmp_path, simulator, book, declared, "--print-events") as engine:
        engine.wait_for(lambda: len(webhooks(simulator)) == 2)
        engine.wait_for(lambda: "'kind': 'settled'" in engine.output)
        output = engine.output

    assert [one["url"] for one in webhooks(simulator)][1] == url
    assert [secret for secret in (KEY, SECRET) if secret in output] == []


def test_fourth_deactivation_is_for_somebody_to_look_at(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    once = {**WATCHED, "touchbase_sms_remind": 0}
    book = "touchbasepro.sms.notify"
    with rulebook(tmp_path, simulator, book, once, "--print-events") as engine:

        def told(kind: str) -> int:
            return engine.output.count(f"'kind': '{kind}'")

        for _time in range(4):
            simulator.deactivate(**OWNER, webhook_id=28, note="Switched off")
            engine.wait_for(lambda: told("disabled_by_service") > told("settled"))
            simulator.reset()
            engine.wait_for(lambda: told("disabled_by_service") == told("settled"))
        engine.wait_for(lambda: "disabled_by_service, 4 times" in engine.output)

    assert "disabled_by_service, 3 times" not in engine.output


def test_job_template_is_started_without_the_event(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    simulator.deactivate(**OWNER, webhook_id=28, note="Switched off")
    book = "touchbasepro.sms.heal_awx"

    with starting_jobs() as jobs:
        controller = ("--controller-url", jobs.url, "--controller-token", "t0ken")
        with rulebook(tmp_path, simulator, book, WATCHED, *controller) as engine:
            engine.wait_for(lambda: bool(jobs.started))

    assert jobs.started[0] == ("heal", {"limit": "localhost", "extra_vars": {}})


SHUTDOWN = [
    {
        "name": "End",
        "hosts": "localhost",
        "sources": [
            {"touchbasepro.sms.drift": {"owners": [{"campaign_id": 9141}]}},
            {"eda.builtin.generic": {"payload": [{"i": 1}], "startup_delay": 4}},
        ],
        "rules": [
            {
                "name": "End",
                "condition": "event.i is defined",
                "action": {"shutdown": {"delay": 0.1, "kind": "now"}},
            }
        ],
    }
]


def test_shutdown_does_not_wait_for_a_slow_response(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    simulator.fault(delay=25, times=5)
    (tmp_path / "end.yml").write_text(json.dumps(SHUTDOWN), encoding="utf-8")

    with rulebook(tmp_path, simulator, "end.yml", {}, "-vv") as engine:
        engine.wait_for(lambda: bool(simulator.journal()))
        engine.wait_for(lambda: "shutdown" in engine.output.partition("call_action")[2])
        status = engine.wait()

    assert simulator.journal()[0]["status"] is None, "the response was waited for"
    assert status == 0, engine.output


WRONG = {
    "option": ({"touchbase_sms_interval": 0}, "interval must be from 1 to 86400, not 0."),
    "nothing declared": ({}, "Nothing is declared. Give webhooks or owners."),
}


@pytest.mark.parametrize(("declared", "words"), WRONG.values(), ids=WRONG)
def test_source_that_cannot_work_ends_the_program(
    tmp_path: Path, simulator: SimulatorProcess, declared: dict[str, Any], words: str
) -> None:
    with rulebook(tmp_path, simulator, "touchbasepro.sms.heal", declared) as engine:
        status = engine.wait()

    assert status == 1
    assert words in engine.output
    assert KEY not in engine.output


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_guide_counts_failed_messages_by_campaign(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    GUIDE.write_files(tmp_path)
    variables = {**yaml.safe_load(GUIDE.files["campaigns.yml"]), "port": free_port()}
    kind = "CampaignMessageStatusUpdate"
    (path,) = variables["campaigns"]
    url = f"http://127.0.0.1:{variables['port']}/{path}"
    webhook = {"webhook_id": 29, "webhook_type": kind, "url": url}
    simulator.reset(seed={"campaigns": [{"campaign_id": 9141, "webhooks": [webhook]}]})

    with rulebook(tmp_path, simulator, "notifications.yml", variables) as engine:
        engine.wait_for(lambda: simulator.deliver(**OWNER, count=0)[0]["status"] == 200)
        for status, count in (("Delivered", 30), ("Undeliverable", 19), ("Rejected", 2)):
            events = [{"Number": str(one), "Status": status} for one in range(count)]
            (attempt,) = simulator.deliver(**OWNER, events=events)
            assert attempt["status"] == 200
        engine.wait_for(lambda: "Many messages fail" in engine.output)
        output = engine.output

    assert output.count("Many messages fail: Clinic reminders, October") == 1


def test_guide_shows_the_rule_of_heal() -> None:
    shown = yaml.safe_load(GUIDE.files["rulebook.yml"])[0]["rules"][0]
    heal = Path("extensions/eda/rulebooks/heal.yml").read_text(encoding="utf-8")
    (shipped,) = yaml.safe_load(heal)[0]["rules"]

    for key in ("condition", "throttle"):
        assert shown[key] == shipped[key]
    assert shown["action"]["run_playbook"]["name"] == shipped["action"]["run_playbook"]["name"]
