# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hunt for secrets of unusual form, in all that a play at the highest verbosity leaves behind.

Key and address come from a file of variables, as users should keep them: then they have no business
in any environment or command line. Where a user puts the key into the environment, the programs
that Ansible starts inherit it; that is his doing, and not looked at here.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.leaks.odd import DOORS, ODDS, SITUATIONS, Played, chosen
from tests.acceptance.leaks.processes import Lookout, Process
from tests.acceptance.leaks.spellings import found_below, found_in
from tests.acceptance.support import playbooks
from tests.acceptance.support.playbooks import (
    PROGRAM,
    credentials,
    play,
    run_program,
    stage,
    surroundings,
    write_book,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.simulator.process import SimulatorProcess

SECRETS = [secret for odd in ODDS for secret in odd.secrets]
PLAYED = chosen()
# What the user wrote, and what the simulator was told and asked.
GIVEN = ("secrets.json", "stagehand.json", "stagehand.json.notes")
KEPT = ODDS[0]
RECORDED_SYSLOG = Path(playbooks.__file__).parent / "recorded_syslog"
MASKED = "hooks.example.org/********-"


@dataclass(frozen=True)
class Hunt:
    """A play with secrets, the folder that everything went to, and the processes meanwhile."""

    played: playbooks.Played
    folder: Path
    processes: Collection[Process]


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Hunt:
    folder = tmp_path_factory.mktemp("hunt")
    write_variables(folder, PLAYED)
    seed = simulator.state()
    lookout = Lookout(simulator)
    with lookout.open() as api_url:
        played = play(
            folder,
            simulator,
            [one.task(seed) for one in PLAYED],
            *("-vvvvv", "--diff", "-e", "@secrets.json"),
            environment={**collectors(folder), "TOUCHBASE_API_URL": api_url},
        )
    return Hunt(played, folder, lookout.seen)


def write_variables(folder: Path, played: list[Played]) -> None:
    variables = {f"of_{one.name}": dict(one.variables) for one in played}
    (folder / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")


def collectors(folder: Path) -> dict[str, str]:
    """Settings with which Ansible writes down all that it can, below the folder."""
    return {
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
        "ANSIBLE_CALLBACKS_ENABLED": "stagehand,recorder,junit",
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        # A module is a file then, whose name is in the command line that runs it.
        "ANSIBLE_PIPELINING": "false",
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "JUNIT_OUTPUT_DIR": str(folder / "junit"),
        "PYTHONPATH": os.pathsep.join([str(RECORDED_SYSLOG), os.environ.get("PYTHONPATH", "")]),
        "RECORDED_RESULTS": str(folder / "results.jsonl"),
        "RECORDED_SYSLOG": str(folder / "syslog.txt"),
    }


def test_no_secret_is_in_the_output(hunt: Hunt) -> None:
    assert found_in(hunt.played.output, SECRETS) == []


def test_no_secret_is_in_a_file(hunt: Hunt) -> None:
    assert found_below(hunt.folder, SECRETS, but=GIVEN) == []


def test_no_secret_is_in_the_command_line_of_a_process(hunt: Hunt) -> None:
    assert found_in("\n".join(one.command for one in hunt.processes), SECRETS) == []


def test_no_secret_is_in_the_environment_of_a_process(hunt: Hunt) -> None:
    assert found_in("\n".join(one.environment for one in hunt.processes), SECRETS) == []


def test_there_was_something_to_find(hunt: Hunt) -> None:
    """What could have shown a secret told of the same things with a mask."""
    (cache,) = (hunt.folder / "facts").iterdir()
    (report,) = (hunt.folder / "junit").iterdir()
    for file in (cache, report, hunt.folder / "results.jsonl", hunt.folder / "ansible.log"):
        assert MASKED in file.read_text(encoding="utf-8"), file.name
    commands = "\n".join(one.command for one in hunt.processes)
    assert "play.yml" in commands
    assert "AnsiballZ_touchbase_sms_webhook.py" in commands
    assert all("ANSIBLE_LOG_PATH" in one.environment for one in ansible_of(hunt))


def test_a_key_of_the_environment_is_hidden_as_well(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    """Where the option is blank, Ansible knows nothing of it."""
    names = ("told", "noted", "campaigns", "removed", "refused")
    situations = [one for one in SITUATIONS if one.name in names]
    tasks = [Played(one, KEPT, door, by_environment=True) for one in situations for door in DOORS]
    write_variables(tmp_path, tasks)
    simulator.reset()
    seed = simulator.state()

    played = play(
        tmp_path,
        simulator,
        [one.task(seed) for one in tasks],
        *("-vvvv", "--diff", "-e", "@secrets.json"),
        environment={**collectors(tmp_path), "TOUCHBASE_API_KEY": KEPT.key},
    )

    assert [one.name for one in tasks if played.failed(one.name) != bool(one.situation.fails)] == []
    assert found_in(played.output, KEPT.secrets) == []
    assert found_below(tmp_path, KEPT.secrets, but=GIVEN) == []


def ansible_of(hunt: Hunt) -> list[Process]:
    found = [one for one in hunt.processes if "play.yml" in one.command]
    assert found
    return found


@pytest.mark.parametrize("one", PLAYED, ids=lambda one: one.name)
def test_each_situation_came_about(hunt: Hunt, one: Played) -> None:
    result = hunt.played.results[one.name]
    assert hunt.played.failed(one.name) == bool(one.situation.fails), result
    assert one.situation.fails in result.get("msg", "")


def test_every_situation_is_met_behind_some_door_and_every_form_behind_each() -> None:
    assert {one.situation.name for one in PLAYED} == {one.name for one in SITUATIONS}
    for door in DOORS:
        assert {one.odd.form for one in PLAYED if one.door == door} == {odd.form for odd in ODDS}


@pytest.fixture(scope="module")
def artifacts(
    tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess
) -> Mapping[str, str]:
    """What ansible-runner keeps of a play, by the name of the file; AWX runs plays with it."""
    folder = tmp_path_factory.mktemp("runner")
    # The first is the last, since of all facts only the last is kept.
    played = [Played(one, KEPT, "in_process") for one in reversed(SITUATIONS)]
    played.append(Played(SITUATIONS[1], KEPT, "module"))
    prepare_runner(folder, simulator, played)
    runner = str(Path(sys.executable).parent / "ansible-runner")
    # Runner starts the first ansible-playbook on PATH.
    first = {"PATH": f"{PROGRAM.parent}:{surroundings(folder)['PATH']}"}
    command = [runner, "run", str(folder), "-p", "play.yml", "--ident", "run"]
    finished = run_program(command, folder, first)
    assert finished.returncode == 0, finished.stdout
    kept = folder / "artifacts" / "run"
    return {
        str(file.relative_to(kept)): file.read_text(encoding="utf-8")
        for file in kept.rglob("*")
        if file.is_file()
    }


def prepare_runner(folder: Path, simulator: SimulatorProcess, played: list[Played]) -> None:
    """Lay out the folder as AWX does; the key is in the environment of the play."""
    for name in ("env", "project", "inventory"):
        (folder / name).mkdir()
    simulator.reset()
    tasks = [one.task(simulator.state()) for one in played]
    settings = {
        name: value
        for name, value in surroundings(folder).items()
        if name.startswith(("ANSIBLE_", "NO_PROXY")) and name != "ANSIBLE_INVENTORY"
    }
    environment = {**settings, **stage(folder, simulator, tasks), **credentials(simulator)}
    environment["TOUCHBASE_API_KEY"] = KEPT.key
    (folder / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
    (folder / "env" / "cmdline").write_text("-vvvv --diff", encoding="utf-8")
    write_variables(folder / "project", played)
    book = {
        "name": "Play",
        "hosts": "all",
        "gather_facts": False,
        "vars_files": ["secrets.json"],
        "tasks": [task.as_data() for task in tasks],
    }
    write_book(folder / "project", book)
    (folder / "project" / "inventory").rename(folder / "inventory" / "hosts")


def test_no_secret_is_in_an_artifact_of_ansible_runner(artifacts: Mapping[str, str]) -> None:
    """Runner itself writes down the command that it starts, with all of its environment.

    That one file is no work of this collection; the key, which is in the environment, is in it.
    """
    holding = {name for name, text in artifacts.items() if found_in(text, KEPT.secrets)}
    assert holding <= {"command"}
    of_address = [secret for secret in KEPT.secrets if secret.text not in KEPT.key]
    assert found_in(artifacts["command"], of_address) == []


def test_ansible_runner_kept_what_the_tasks_told(artifacts: Mapping[str, str]) -> None:
    telling = [name for name, text in artifacts.items() if MASKED in text]
    assert "stdout" in telling
    assert any(name.startswith("job_events/") for name in telling)
    assert any(name.startswith("fact_cache/") for name in telling)
    assert "answered 400" in artifacts["stdout"]
