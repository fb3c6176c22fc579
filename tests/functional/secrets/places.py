# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The places where a secret could be shown: everything that a play leaves behind or shows."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.functional.secrets.situations import KNOWN_URL, Situation
from tests.functional.support import playbooks
from tests.functional.support.operations import PATHS
from tests.unit.support.service import Line, reply
from touchbase_simulator.process import SimulatorProcess

# What the user wrote, and what the simulator was told and received.
INPUTS = ("secrets.json", "scenario.json", "scenario.json.notes")
_RECORDED_SYSLOG = Path(playbooks.__file__).parent / "recorded_syslog"


@dataclass(frozen=True)
class Scan:
    """A play with secrets, and the folder with everything that it wrote."""

    played: playbooks.Played
    folder: Path

    def result(self, situation: Situation, path: str) -> dict[str, Any]:
        """The registered result of a task that ended as expected."""
        name = situation.task_name(path)
        result: dict[str, Any] = self.played.results[name]
        assert self.played.failed(name) == bool(situation.fails), result
        assert situation.fails in result.get("msg", "")
        return result

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def scan(
    folder: Path, simulator: SimulatorProcess, situations: Sequence[Situation], **environment: str
) -> Scan:
    """Play the situations on both paths with ``-vvvv --diff``; Ansible writes into the folder."""
    variables = {f"of_{situation.name}": situation.variables for situation in situations}
    (folder / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")
    simulator.reset()
    seed = simulator.state()
    tasks = [situation.task(path, seed) for situation in situations for path in PATHS]
    recording = {
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
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
    return Scan(playbooks.play(folder, simulator, tasks, *options, environment=recording), folder)


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
