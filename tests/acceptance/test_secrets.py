# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets stay secret: the key everywhere, and with mask_url what follows the host of an address.

Cases of every kind are run through both doors with ``-vvv --diff``, masked, and all that leaves
Ansible is searched: what it prints, its own log, and the target's syslog. The playbook itself
holds no secret, because Ansible quotes the lines of a task that fails; they come from a file of
variables.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.support.cases import (
    CASES,
    SECRET_WORDS,
    Case,
)
from tests.acceptance.support.playbooks import (
    KEY,
    PROGRAM,
    WEBHOOK,
    Played,
    Task,
    credentials,
    play,
    run_program,
    surroundings,
    write_book,
)
from tests.simulator.process import SimulatorProcess

RECORDED_SYSLOG = Path(__file__).parent / "support" / "recorded_syslog"
DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {},
    "module": {"touchbase_in_process": False},
}
# Keys that are refused or wrong are secrets like the right one.
KEYS = (KEY, "quite-another-key", "k3y-of-mine")


@dataclass(frozen=True)
class Searched:
    """One run, and all texts that it left behind."""

    played: Played
    log: str
    syslog: str

    @property
    def texts(self) -> Mapping[str, str]:
        return {"output": self.played.output, "log": self.log, "syslog": self.syslog}


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start() as running:
        yield running


def secret_tasks(cases: list[Case], *, mask: bool) -> tuple[list[Task], dict[str, Any]]:
    """The cases for both doors, once for real, with their options' values as variables."""
    variables: dict[str, Any] = {}
    tasks = []
    for case in cases:
        options = {**case.options, "mask_url": mask}
        variables[f"of_{case.name}"] = options
        refer = {name: f"{{{{ of_{case.name}.{name} }}}}" for name in options}
        tasks += [
            Task(
                f"{case.name}_{door}",
                case.module,
                refer,
                {"vars": dict(settings)},
                [*case.before("check"), *case.before("live")],
            )
            for door, settings in DOORS.items()
        ]
    return tasks, variables


def searched(
    folder: Path, simulator: SimulatorProcess, cases: list[Case], *options: str, mask: bool = True
) -> Searched:
    tasks, variables = secret_tasks(cases, mask=mask)
    (folder / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")
    recorded, log = folder / "syslog.txt", folder / "ansible.log"
    recorded.touch()
    environment = {
        "ANSIBLE_LOG_PATH": str(log),
        "PYTHONPATH": f"{RECORDED_SYSLOG}:{surroundings(folder).get('PYTHONPATH', '')}",
        "RECORDED_SYSLOG": str(recorded),
    }
    extra = ("--diff", "-e", "@secrets.json", *options)
    played = play(folder, simulator, tasks, *extra, environment=environment)
    return Searched(played, log.read_text(encoding="utf-8"), recorded.read_text(encoding="utf-8"))


# Every kind of success and of failure, and every case with an odd key or address in it.
TELLING = [
    case
    for case in CASES
    if case.fails_writing
    or case.passed_on
    or {"api_key", "mask_url"} & set(case.options)
    or case.name
    in {
        "campaign",
        "reactivated",
        "respelled",
        "unwise",
        "read_campaign",
        "unknown_webhook",
        "html_error",
        "service_down",
        "no_json",
        "redirection",
        "read_no_list",
        "no_answer",
        "too_late",
        "no_owner",
        "masked_input",
        "foreign_type",
        "created",
        "set",
        "other_type",
        "no_ca",
    }
]


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Searched:
    return searched(tmp_path_factory.mktemp("masked"), simulator, TELLING, "-vvv")


@pytest.mark.parametrize("where", ["output", "log", "syslog"])
def test_no_secret_leaves_ansible(masked: Searched, where: str) -> None:
    text = masked.texts[where]
    found = [word for word in (*KEYS, *SECRET_WORDS) if word in text]
    assert not found, [line for line in text.splitlines() if any(word in line for word in found)]


def test_every_case_went_as_far_as_it_should(masked: Searched) -> None:
    """The search above means something only if each case was run and told at length."""
    for case in TELLING:
        for door in DOORS:
            result = masked.played.results[f"{case.name}_{door}"]
            assert (case.failure_of("live") or "") in result.get("msg", "")
            assert masked.played.failed(f"{case.name}_{door}") == bool(case.failure_of("live"))
    assert "Using module file" in masked.played.output
    assert "********-" in masked.played.output
    assert "+++ after: webhook 28 of campaign 9141" in masked.played.output
    assert "https://hooks.example.org/********-" in masked.log


def test_only_masking_keeps_an_address_out_of_the_targets_syslog(
    tmp_path: Path, simulator: SimulatorProcess, masked: Searched
) -> None:
    """Without mask_url the same interception does see addresses, though never the key."""
    moved = [case for case in CASES if case.name == "campaign"]
    open_ = searched(tmp_path, simulator, moved, mask=False)
    assert "s3cret/moved" in open_.syslog
    assert KEY not in open_.syslog
    assert "Invoked with" in open_.syslog
    assert "webhook_id=" not in masked.syslog


def test_no_secret_is_told_at_the_highest_verbosity(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    names = (
        *("masked", "masked_refusal", "not_stored", "wrong_key", "no_number", "read_details"),
        *("taken_back", "set_partly", "set_with_a_typo"),
    )
    cases = [case for case in CASES if case.name in names]
    assert len(cases) == len(names)
    seen = searched(tmp_path, simulator, cases, "-vvvvv")
    for text in seen.texts.values():
        assert not [word for word in (*KEYS, *SECRET_WORDS) if word in text]
    assert "PUT /sms" not in seen.played.output
    assert "********-" in seen.played.output


@pytest.mark.parametrize("door", DOORS)
def test_no_secret_is_in_the_command_line_of_a_process(
    tmp_path: Path, simulator: SimulatorProcess, door: str
) -> None:
    """Processes are looked at while the service takes its time to answer the write."""
    # Other tests of this machine may use the key and addresses of the table.
    key, path = secrets.token_hex(), secrets.token_hex()
    simulator.reset(seed={**simulator.state(), "api_key": key})
    variables = {"the_key": key, "the_address": f"https://hooks.example.org/{path}"}
    (tmp_path / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")
    options = {
        "campaign_id": 9141,
        "webhook_id": 28,
        "url": "{{ the_address }}",
        "api_key": "{{ the_key }}",
        "mask_url": True,
    }
    fault = ("POST", "faults", {"method": "PUT", "delay": 1.5})
    tasks = [Task("moved", WEBHOOK, options, {"vars": dict(DOORS[door])}, [fault])]
    seen: list[str] = []
    watcher = threading.Thread(target=watch, args=(simulator, seen))
    watcher.start()
    # Without pipelining the name of a module is in its command line, too.
    settings = {"ANSIBLE_PIPELINING": "false"}
    played = play(tmp_path, simulator, tasks, "-e", "@secrets.json", environment=settings)
    watcher.join()
    simulator.reset()
    lines = "\n".join(seen)
    assert not played.failed("moved"), played.results["moved"]
    assert "play.yml" in lines
    assert ("AnsiballZ_touchbase_sms_webhook.py" in lines) == (door == "module")
    assert key not in lines
    assert path not in lines


def watch(simulator: SimulatorProcess, seen: list[str]) -> None:
    """Wait for a write that is under way, and note the command lines of that moment."""
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        if any(one["method"] == "PUT" and one["status"] is None for one in simulator.journal()):
            seen += command_lines()
            return
        time.sleep(0.02)


def command_lines() -> list[str]:
    """The command lines of what this test has started; others on the machine are not its own."""
    parents, lines = {}, {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text(encoding="utf-8", errors="replace")
            raw = (process / "cmdline").read_bytes()
        except OSError:
            continue  # That process has just ended.
        number = int(process.name)
        parents[number] = int(state.rpartition(")")[2].split()[1])
        lines[number] = raw.replace(b"\0", b" ").decode(errors="replace")
    return [line for number, line in lines.items() if _descends(number, os.getpid(), parents)]


def _descends(number: int, ancestor: int, parents: dict[int, int]) -> bool:
    while number and number != ancestor:
        number = parents.get(number, 0)
    return number == ancestor


def test_no_secret_is_in_an_artifact_of_ansible_runner(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    """AWX runs plays with ansible-runner and keeps its artifacts.

    The key is in the environment, as AWX puts it there. Runner itself writes down the command that
    it starts, with all of its environment; that one file is no work of this collection, so it is
    checked that the key is in no other.
    """
    for folder in ("env", "project", "inventory"):
        (tmp_path / folder).mkdir()
    environment = credentials(simulator)
    environment |= {
        name: value
        for name, value in surroundings(tmp_path).items()
        if name.startswith(("ANSIBLE_", "NO_PROXY")) and name != "ANSIBLE_INVENTORY"
    }
    (tmp_path / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
    (tmp_path / "env" / "cmdline").write_text("-vvv --diff", encoding="utf-8")
    tasks, variables = secret_tasks(
        [
            case
            for case in CASES
            if case.name in ("masked", "wrong_key", "unknown_webhook", "set_partly")
        ],
        mask=True,
    )
    variables_file = tmp_path / "project" / "secrets.json"
    variables_file.write_text(json.dumps(variables), encoding="utf-8")
    book = {
        "name": "Play",
        "hosts": "all",
        "gather_facts": False,
        "vars_files": ["secrets.json"],
        "tasks": [task.as_data() for task in tasks],
    }
    write_book(tmp_path / "project", book)
    (tmp_path / "project" / "inventory").rename(tmp_path / "inventory" / "hosts")
    simulator.reset()
    runner = str(Path(sys.executable).parent / "ansible-runner")
    # Runner starts the first ansible-playbook on PATH.
    first = {"PATH": f"{PROGRAM.parent}:{surroundings(tmp_path)['PATH']}"}
    command = [runner, "run", str(tmp_path), "-p", "play.yml", "--ident", "run"]
    finished = run_program(command, tmp_path, first)
    artifacts = {
        str(file.relative_to(tmp_path / "artifacts" / "run")): file.read_text(encoding="utf-8")
        for file in (tmp_path / "artifacts").rglob("*")
        if file.is_file()
    }
    telling = [name for name, text in artifacts.items() if "********-" in text]
    assert finished.returncode == 0, finished.stdout
    assert "stdout" in telling
    assert any(name.startswith("job_events/") for name in telling)
    assert len(simulator.journal()) >= len(tasks)
    holding = {
        name
        for name, text in artifacts.items()
        if any(word in text for word in (*KEYS, *SECRET_WORDS))
    }
    assert holding <= {"command"}
    assert not any(word in artifacts["command"] for word in SECRET_WORDS)
