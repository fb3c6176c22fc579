# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The places where a secret could be shown: everything that a play leaves behind or shows."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.acceptance.leaks.situations import ENVIRONMENT_KEY, KNOWN_URL, PATHS, Situation
from tests.acceptance.support import playbooks
from tests.unit.support.service import Line, reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from touchbase_simulator.process import SimulatorProcess

# What the user wrote, and what the simulator was told and asked.
INPUTS = ("secrets.json", "stagehand.json", "stagehand.json.notes")
_RECORDED_SYSLOG = Path(playbooks.__file__).parent / "recorded_syslog"


class ProcessRecorder:
    """Records the processes of a play while it waits for the response to a request.

    Everybody on a machine can see a command line, and the user an environment. The process that
    sent the request is alive then and knows the secrets.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.commands = ""
        self.environments = ""

    def respond(self, line: Line) -> bool:
        """A step of a scripted service: give the webhook that was asked for."""
        for process in Path("/proc").glob("[0-9]*"):
            # A process that has just ended, or belongs to another user, cannot be read.
            with contextlib.suppress(OSError):
                command, environment = (_read(process / name) for name in ("cmdline", "environ"))
                if f"ANSIBLE_LOG_PATH={self._folder}" in environment:
                    self.commands += command
                    self.environments += environment
        record = {"Id": 28, "IsActive": True, "Url": KNOWN_URL, "WebhookType": "CampaignReply"}
        return reply(json=record)(line)


def _read(file: Path) -> str:
    return file.read_bytes().replace(b"\0", b"\n").decode(errors="replace")


def play_situations(
    folder: Path,
    simulator: SimulatorProcess,
    situations: Sequence[Situation],
    **environment: str,
) -> playbooks.Played:
    """Play the situations on both paths with ``-vvvv --diff``; Ansible writes into the folder."""
    _write_variables(folder, situations)
    simulator.reset()
    seed = simulator.state()
    tasks = [situation.task(path, seed) for situation in situations for path in PATHS]
    recording = {
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
        "ANSIBLE_CALLBACKS_ENABLED": "stagehand,recorder",
        # Since core 2.21 invocations are shown on demand only.
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        # A module is a file then, whose name is in the command line that runs it.
        "ANSIBLE_PIPELINING": "false",
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "PYTHONPATH": os.pathsep.join([str(_RECORDED_SYSLOG), os.environ.get("PYTHONPATH", "")]),
        "RECORDED_RESULTS": str(folder / "results.jsonl"),
        "RECORDED_SYSLOG": str(folder / "syslog.txt"),
        **environment,
    }
    options = ("-vvvv", "--diff", "-e", "@secrets.json")
    return playbooks.play(folder, simulator, tasks, *options, environment=recording)


def runner_artifacts(
    folder: Path, simulator: SimulatorProcess, situations: Sequence[Situation]
) -> Mapping[str, str]:
    """What ansible-runner keeps of a play, by the name of the file; AWX runs plays with it.

    The situations are played in-process, the first of them as a module too.
    """
    _prepare_runner(folder, simulator, situations)
    runner = str(Path(sys.executable).parent / "ansible-runner")
    # Runner starts the first ansible-playbook on PATH.
    path = f"{playbooks.PROGRAM.parent}:{playbooks.surroundings(folder)['PATH']}"
    command = [runner, "run", str(folder), "-p", "play.yml", "--ident", "run"]
    finished = playbooks.run_program(command, folder, {"PATH": path})
    assert finished.returncode == 0, finished.stdout
    kept = folder / "artifacts" / "run"
    return {
        str(file.relative_to(kept)): file.read_text(encoding="utf-8")
        for file in kept.rglob("*")
        if file.is_file()
    }


def _prepare_runner(
    folder: Path, simulator: SimulatorProcess, situations: Sequence[Situation]
) -> None:
    """Lay out the folder as AWX does, with the key in the environment of the play."""
    for name in ("env", "project", "inventory"):
        (folder / name).mkdir()
    simulator.reset()
    seed = simulator.state()
    tasks = [situation.task("in-process", seed) for situation in situations]
    tasks.insert(0, situations[0].task("module", seed))
    environment = {
        name: value
        for name, value in playbooks.surroundings(folder).items()
        if name.startswith(("ANSIBLE_", "NO_PROXY")) and name != "ANSIBLE_INVENTORY"
    }
    environment |= playbooks.stage(folder, simulator, tasks) | playbooks.credentials(simulator)
    environment["TOUCHBASE_API_KEY"] = ENVIRONMENT_KEY
    (folder / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
    (folder / "env" / "cmdline").write_text("-vvvv --diff", encoding="utf-8")
    _write_variables(folder / "project", situations)
    book: dict[str, Any] = {"name": "Play", "hosts": "all", "gather_facts": False}
    book |= {"vars_files": ["secrets.json"], "tasks": [task.as_data() for task in tasks]}
    playbooks.write_book(folder / "project", book)
    (folder / "project" / "inventory").rename(folder / "inventory" / "hosts")


def _write_variables(folder: Path, situations: Sequence[Situation]) -> None:
    variables = {f"of_{situation.name}": situation.variables for situation in situations}
    (folder / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")
