"""Where a task runs under Ansible's keywords and variables, and what comes of it.

All rows are played in one run. Each task has a shell of its own that notes its use: a module needs
a shell, and a task in process does not.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from tests.functional.support.operations import PATHS
from tests.functional.support.playbooks import (
    KEY,
    PROGRAM,
    WEBHOOK,
    Played,
    Task,
    play,
    run_program,
)
from touchbase_simulator.process import SimulatorProcess

GROUP = "group/touchbasepro.sms.touchbase"
PYTHON = "ansible_python_interpreter"
CHANGE = {"campaign_id": 9141, "webhook_id": 28, "active": False}
SHELL = '#!/bin/sh\n: > "$0.used"\nexec /bin/sh "$@"\n'
# Every sudo is called as `sudo ... -u root COMMAND`.
SUDO = '#!/bin/sh\nwhile [ "$1" != root ]; do shift; done\nshift\nexec "$@"\n'
# As ssh does that reaches nobody.
SSH = "#!/bin/sh\nexit 255\n"


@dataclass(frozen=True)
class Row:
    """Keywords of a task, and what comes of it: requests, and values of its result by place."""

    name: str
    keywords: Mapping[str, Any]
    is_module: bool
    requests: str = "GET, PUT"
    result: Mapping[str, Any] = field(default_factory=lambda: {"changed": True})
    options: Mapping[str, Any] = field(default_factory=lambda: CHANGE)
    faults: Sequence[Mapping[str, Any]] = ()


# fmt: off
ROWS = [
    Row("plain", {}, is_module=False),
    Row("any_python", {"vars": {PYTHON: "auto_silent"}}, is_module=False),
    Row("another_python", {"vars": {PYTHON: "{{ programs }}/python"}}, is_module=True),
    Row("switched_off", {"vars": PATHS["module"]}, is_module=True),
    Row("empty_environment", {"environment": {}}, is_module=False),
    Row("environment_with_a_wrong_key", {"environment": {"TOUCHBASE_API_KEY": "not-the-key"}},
        is_module=True, requests="GET", result={"failed": True, "failure.status": 401}),
    Row("defaults_with_a_wrong_key", {"module_defaults": {GROUP: {"api_key": "not-the-key"}}},
        is_module=False, requests="GET", result={"failed": True, "failure.status": 401}),
    Row("another_user", {"become": True}, is_module=True),
    Row("background", {"async": 60, "poll": 1}, is_module=True,
        result={"changed": True, "finished": 1, "diff.after.active": False}),
    # Nothing can be reached there, neither in process nor by a module, which is for the host.
    Row("another_machine", {"vars": {"ansible_connection": "ssh"}, "ignore_unreachable": True},
        is_module=False, requests="", result={"unreachable": True, "failure": None}),
    # The service is none of Ansible's hosts.
    Row("service_unreachable", {"ignore_unreachable": True}, is_module=False, requests="",
        options={**CHANGE, "api_url": "http://127.0.0.1:1", "retries": 0},
        result={"failed": True, "unreachable": None, "failure.kind": "unreachable"}),
    Row("no_diff", {"diff": False}, is_module=False, result={"changed": True, "diff": None}),
    Row("until_success", {"until": "until_success is success", "retries": 2, "delay": 0},
        is_module=False, requests="GET, GET, PUT", faults=[{"status": 403}],
        result={"changed": True, "attempts": 2}),
]
# fmt: on


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs that Ansible finds in the variables of the play."""
    folder = tmp_path_factory.mktemp("keywords")
    python = f'#!/bin/sh\nexec {shlex.quote(controller())} "$@"\n'
    programs = {"sudo": SUDO, "ssh": SSH, "python": python, **{row.name: SHELL for row in ROWS}}
    for name, text in programs.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o700)
    return folder


def controller() -> str:
    """The Python that the program under test runs on, as its first line says."""
    first = PROGRAM.read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("#!").strip() if first.startswith("#!/") else sys.executable


@pytest.fixture(scope="module")
def played(folder: Path, simulator: SimulatorProcess) -> Played:
    variables = {
        "programs": str(folder),
        "ansible_become_exe": "{{ programs }}/sudo",
        "ansible_ssh_executable": "{{ programs }}/ssh",
        "ansible_async_dir": "{{ programs }}/jobs",
    }
    return play(folder, simulator, map(task_of, ROWS), "--diff", keywords={"vars": variables})


def task_of(row: Row) -> Task:
    before = [("POST", "reset", {}), *(("POST", "faults", fault) for fault in row.faults)]
    variables = {
        **row.keywords.get("vars", {}),
        "ansible_shell_executable": f"{{{{ programs }}}}/{row.name}",
    }
    return Task(row.name, WEBHOOK, row.options, {**row.keywords, "vars": variables}, before)


@pytest.mark.parametrize("row", ROWS, ids=attrgetter("name"))
def test_task_under_keyword_runs_where_the_row_says(played: Played, folder: Path, row: Row) -> None:
    result = played.results[row.name]

    assert {place: at(result, place) for place in row.result} == row.result
    assert ", ".join(one["method"] for one in played.journals[row.name]) == row.requests
    assert (folder / f"{row.name}.used").exists() == row.is_module


def at(found: Any, place: str) -> Any:
    """A value in a result; None if there is none."""
    for key in place.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def test_key_from_the_vault_is_used_and_an_empty_one_is_missing(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    (tmp_path / "password").write_text("the-password-of-the-vault", encoding="utf-8")
    vault = (str(PROGRAM.parent / "ansible-vault"), "encrypt_string", "--name=the_key", KEY)
    password = "--vault-password-file=password"
    encrypted = run_program([*vault, password], tmp_path, {}).stdout
    assert encrypted.startswith("the_key: !vault")
    (tmp_path / "vault.yml").write_text(encrypted, encoding="utf-8")
    keys = {"with_key": {"api_key": "{{ the_key }}"}, "without": {}}
    tasks = [
        Task(f"{name}_{number}", WEBHOOK, {**CHANGE, **key}, {"vars": variables})
        for name, key in keys.items()
        for number, variables in enumerate(PATHS.values())
    ]

    played = play(
        tmp_path, simulator, tasks, "-e@vault.yml", password, environment={"TOUCHBASE_API_KEY": ""}
    )

    for number in range(len(PATHS)):
        assert played.authorized(f"with_key_{number}") == {True}
        assert KEY not in json.dumps(played.results[f"with_key_{number}"])
        assert "api_key is missing" in played.results[f"without_{number}"]["msg"]
        assert played.journals[f"without_{number}"] == []
