# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a key may come from, and when a task runs in Ansible's own process.

Which execution path was taken shows in the connections. Each task is a loop of two: one process
keeps its connection, and two modules make one each.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.functional.support.playbooks import (
    KEY,
    PROGRAM,
    WEBHOOK,
    WEBHOOK_INFO,
    Played,
    Task,
    play,
    surroundings,
)
from touchbase_simulator.process import SimulatorProcess

if TYPE_CHECKING:
    pass

ROOT = Path(__file__).parents[3]
PYTHON = "ansible_python_interpreter"
GROUP = "group/touchbasepro.sms.touchbase"
KEPT = {"campaign_id": 9141, "webhook_id": 28, "active": True}
TWICE: dict[str, Any] = {"loop": [1, 2]}
VAULT_PASSWORD = "the-password-of-the-vault"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Played:
    """One play of all the ways that need no other command line or environment."""
    folder = tmp_path_factory.mktemp("ways")
    wrapper = folder / "another-python"
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.quote(controller())} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o700)
    defaults: dict[str, Any] = {
        "key_in_defaults": "{{ the_key }}",
        "wrong_key_in_defaults": "not-the-key",
    }
    twice: dict[str, dict[str, Any]] = {
        "plain": {},
        "switched_off": {"vars": {"touchbase_in_process": False}},
        "switched_off_by_text": {"vars": {"touchbase_in_process": "no"}},
        "this_python": {"vars": {PYTHON: "{{ ansible_playbook_python }}"}},
        "any_python": {"vars": {PYTHON: "auto_silent"}},
        "another_python": {"vars": {PYTHON: str(wrapper)}},
        "empty_environment": {"environment": {}},
    }
    tasks = [
        *(Task(name, WEBHOOK, KEPT, {**TWICE, **more}) for name, more in twice.items()),
        Task("plain_info", WEBHOOK_INFO, {"campaign_id": 9141}, TWICE),
        Task("twenty", WEBHOOK, {**KEPT, "active": "{{ item is even }}"}, {"loop": [*range(20)]}),
        *(
            Task(name, WEBHOOK, KEPT, {"module_defaults": {GROUP: {"api_key": key}}})
            for name, key in defaults.items()
        ),
        Task(
            "key_in_task",
            WEBHOOK,
            {**KEPT, "api_key": "{{ the_key }}"},
            {"environment": {"TOUCHBASE_API_KEY": "not-the-key"}},
        ),
        Task("background_masked", WEBHOOK, {**KEPT, "mask_url": True}, {"async": 60, "poll": 0}),
    ]
    keywords = {"vars": {"the_key": KEY, "ansible_async_dir": str(folder / "async")}}
    return play(folder, simulator, tasks, keywords=keywords)


def controller() -> str:
    """The Python that the program under test runs on, as its first line says."""
    first = PROGRAM.read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("#!").strip() if first.startswith("#!/") else sys.executable


@pytest.mark.parametrize(
    "name", ["plain", "plain_info", "this_python", "any_python", "empty_environment"]
)
def test_local_task_runs_in_ansibles_own_process(played: Played, name: str) -> None:
    assert not played.failed(name), played.results[name]
    assert len(played.journals[name]) == 2
    assert played.connections(name) == 1


@pytest.mark.parametrize(
    "name",
    ["switched_off", "switched_off_by_text", "another_python"],
)
def test_task_that_asks_for_more_runs_as_a_module(played: Played, name: str) -> None:
    assert not played.failed(name), played.results[name]
    assert len(played.journals[name]) == 2
    assert played.connections(name) == 2


def test_mask_url_in_the_background_is_refused(played: Played) -> None:
    result = played.results["background_masked"]
    assert result["failed"]
    assert "mask_url cannot be combined with async" in result["msg"]
    assert result["failure"]["kind"] == "not_plannable"
    assert played.journals["background_masked"] == []


@pytest.mark.parametrize("name", ["key_in_task", "key_in_defaults"])
def test_key_of_task_or_defaults_beats_the_environment(played: Played, name: str) -> None:
    assert not played.failed(name), played.results[name]
    assert played.authorized(name) == {True}


def test_wrong_key_in_the_defaults_beats_the_environment(played: Played) -> None:
    assert played.results["wrong_key_in_defaults"]["failure"]["status"] == 401
    assert played.authorized("wrong_key_in_defaults") == {False}


def test_loop_of_twenty_uses_one_connection(played: Played) -> None:
    journal = played.journals["twenty"]
    assert [entry["method"] for entry in journal].count("GET") == 20
    assert played.connections("twenty") == 1
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert {entry["user_agent"] for entry in journal} == {f"touchbasepro.sms/{version}"}


def test_task_delegated_and_run_once_requests_once(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    """Hosts that cannot be reached take part, because the task is delegated and runs once."""
    far = "".join(f"far{number} ansible_host=192.0.2.{number}\n" for number in range(1, 4))
    (tmp_path / "inventory").write_text(far, encoding="utf-8")
    once = {"delegate_to": "localhost", "run_once": True}
    tasks = [
        Task("kept", WEBHOOK, {**KEPT, "active": False}, {**once, **TWICE}),
        Task("read", WEBHOOK_INFO, {"campaign_id": 9141}, once),
    ]
    played = play(tmp_path, simulator, tasks)
    simulator.reset()
    assert not played.failed("kept"), played.results["kept"]
    assert [entry["method"] for entry in played.journals["kept"]] == ["GET", "PUT", "GET"]
    assert played.connections("kept") == 1
    assert len(played.journals["read"]) == 1
    assert [one["active"] for one in played.results["read"]["webhooks"]] == [False, True]


def test_key_from_the_vault_is_used_and_an_empty_one_is_missing(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    password = tmp_path / "password"
    password.write_text(VAULT_PASSWORD, encoding="utf-8")
    encrypted = _encrypted(tmp_path, password)
    assert encrypted.startswith("the_key: !vault")
    (tmp_path / "vault.yml").write_text(encrypted, encoding="utf-8")
    with_key = {**KEPT, "api_key": "{{ the_key }}"}
    tasks = [
        Task("with_key_here", WEBHOOK, with_key),
        Task("with_key_there", WEBHOOK, with_key, {"vars": {"touchbase_in_process": False}}),
        Task("without_here", WEBHOOK, KEPT),
        Task("without_there", WEBHOOK, KEPT, {"vars": {"touchbase_in_process": False}}),
    ]
    options = ("-e", "@vault.yml", "--vault-password-file", str(password))
    played = play(tmp_path, simulator, tasks, *options, environment={"TOUCHBASE_API_KEY": ""})
    for name in ("with_key_here", "with_key_there"):
        assert not played.failed(name), played.results[name]
        assert played.authorized(name) == {True}
        assert KEY not in json.dumps(played.results[name])
    for name in ("without_here", "without_there"):
        assert played.failed(name)
        assert "api_key is missing" in played.results[name]["msg"]
        assert played.journals[name] == []


def _encrypted(folder: Path, password: Path) -> str:
    """The key as a variable that only the vault's password opens."""
    vault = str(PROGRAM.parent / "ansible-vault")
    command = [vault, "encrypt_string", "--stdin-name", "the_key"]
    finished = subprocess.run(
        [*command, "--vault-password-file", str(password)],
        input=KEY,
        env=surroundings(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout
