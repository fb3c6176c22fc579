"""The same webhook from every host of a play, and from two plays at once, is created once."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.functional.support.playbooks import (
    PROGRAM,
    WEBHOOK,
    WEBHOOKS,
    credentials,
    run_program,
    write_book,
)
from touchbase_simulator.process import SimulatorProcess

HOSTS = 8
STATES = {
    "campaign_id": 9142,
    "webhook_type": "CampaignMessageStatusUpdate",
    "url": "https://vip.example.org/states",
}
BY_NAME = {**STATES, "campaign_id": None, "campaign_name": "Clinic reminders, November"}
ROLE = {"ansible.builtin.include_role": {"name": "touchbasepro.sms.touchbase_sms"}}
TASKS: dict[str, dict[str, Any]] = {
    "webhook": {WEBHOOK: STATES},
    "webhook by name": {WEBHOOK: BY_NAME},
    "set": {WEBHOOKS: {"webhooks": [STATES]}},
    "role": {**ROLE, "vars": {"touchbase_sms_webhooks": [STATES]}},
}


@pytest.fixture(autouse=True)
def _slow(simulator: SimulatorProcess) -> None:
    """Responses so late that all hosts would read before one of them writes."""
    simulator.reset()
    simulator.fault(delay=0.1, times=1000)


def created(simulator: SimulatorProcess) -> list[str]:
    webhooks = simulator.state()["campaigns"][1]["webhooks"]
    return [one["url"] for one in webhooks if one["url"] == STATES["url"]]


def play(
    folder: Path,
    simulator: SimulatorProcess,
    task: dict[str, Any],
    *,
    in_process: bool = True,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    names = "".join(f"receiver{number}\n" for number in range(HOSTS))
    (folder / "inventory").write_text(names, encoding="utf-8")
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "touchbase_in_process": in_process,
    }
    write_book(folder, {"vars": variables, "tasks": [{"name": "Keep", **task}]})
    command = [str(PROGRAM), "play.yml", "--forks", str(HOSTS)]
    return run_program(command, folder, {**credentials(simulator), **(environment or {})})


# The action takes the locks on both paths, so one module is enough.
@pytest.mark.parametrize(
    ("name", "in_process"), [*((name, True) for name in TASKS), ("webhook by name", False)]
)
def test_eight_hosts_create_one_webhook(
    tmp_path: Path, simulator: SimulatorProcess, name: str, in_process: bool
) -> None:
    ran = play(tmp_path, simulator, TASKS[name], in_process=in_process)
    assert ran.returncode == 0, ran.stdout
    assert len(created(simulator)) == 1
    assert len(re.findall(r"changed=1 ", ran.stdout)) == 1


def test_two_plays_of_one_user_create_one_webhook(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    home = {"ANSIBLE_HOME": str(tmp_path / "home")}
    folders = [tmp_path / "one", tmp_path / "other"]
    with ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(play, folder, simulator, {WEBHOOK: STATES}, environment=home)
            for folder in folders
        ]
    assert [one.result().returncode for one in started] == [0, 0]
    assert len(created(simulator)) == 1
