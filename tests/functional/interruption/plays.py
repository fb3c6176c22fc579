"""Plays that run in the background, so that they can be interrupted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.functional.bulk.declared import Declared
from tests.functional.support.operations import PATHS
from tests.functional.support.playbooks import (
    PROGRAM,
    WEBHOOKS,
    credentials,
    surroundings,
    write_book,
)
from touchbase_simulator.process import SimulatorProcess

_LIMIT = 120.0  # seconds, for machines under load
_POLL = 0.03
CONCURRENCY = 4
_OPTIONS = ("webhooks", "purge", "owners", "purge_limit")


@contextlib.contextmanager
def running_play(
    folder: Path, simulator: SimulatorProcess, path: str, *declared: Declared, timeout: int = 0
) -> Iterator[RunningPlay]:
    """A play in a session of its own, as in a terminal; nothing of it is left after the block.

    It applies one set after the other, the first of them within a timeout (0 is none).
    """
    _write_files(folder, path, declared, timeout)
    environment = surroundings(folder) | credentials(simulator)
    with (folder / "output.txt").open("wb") as output:
        child = subprocess.Popen(
            [str(PROGRAM), "play.yml", "-e", "@variables.json"],
            cwd=folder, env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    # Every process of the play inherits this, and no other process has it.
    play = RunningPlay(child, folder / "output.txt", f"ANSIBLE_HOME={environment['ANSIBLE_HOME']}")
    try:
        yield play
    finally:
        play.kill_all()
        child.wait()


def _write_files(folder: Path, path: str, declared: Sequence[Declared], timeout: int) -> None:
    options = {name: f"{{{{ item.{name} }}}}" for name in _OPTIONS}
    task = {
        "name": "Converge",
        WEBHOOKS: {**options, "concurrency": CONCURRENCY},
        "loop": "{{ sets }}",
        "loop_control": {"label": "{{ item.number }}"},
        "timeout": "{{ 0 if item.number else timeout }}",
        "ignore_errors": timeout > 0,
        "vars": dict(PATHS[path]),
    }
    write_book(folder, {"name": "Play", "hosts": "all", "gather_facts": False, "tasks": [task]})
    sets = [{**one.options, "number": number} for number, one in enumerate(declared)]
    # In a file, since they may be long.
    variables = json.dumps({"sets": sets, "timeout": timeout})
    (folder / "variables.json").write_text(variables, encoding="utf-8")


@dataclass(frozen=True)
class RunningPlay:
    """A play with all its processes, which have a mark in their environment."""

    _child: subprocess.Popen[bytes]
    _output: Path
    _mark: str

    @property
    def output(self) -> str:
        """What it has printed so far, errors included."""
        return self._output.read_text(encoding="utf-8")

    def send(self, number: signal.Signals) -> None:
        """Send a signal as it usually comes: Ctrl-C to the process group, SIGKILL to all."""
        if number == signal.SIGINT:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, number)
        elif number == signal.SIGKILL:
            self.kill_all()
        else:
            self._child.send_signal(number)

    def wait(self) -> int:
        """Wait for the end of ansible-playbook and give its status; modules may go on."""
        return self._child.wait(_LIMIT)

    def wait_for_all(self) -> None:
        """Wait for the last process to end, such as a module that Ansible has left."""
        wait_until(lambda: not self._processes(), "the end of all processes of the play")

    def kill_all(self) -> None:
        """Kill until none is left: a process may start another one meanwhile."""
        wait_until(lambda: not self._killed(), "the end of all that was killed")

    def _killed(self) -> list[int]:
        processes = self._processes()
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return processes

    def _processes(self) -> list[int]:
        mark = self._mark.encode()
        paths = Path("/proc").glob("[0-9]*/environ")
        return [int(path.parent.name) for path in paths if mark in _read(path).split(b"\0")]


def wait_until(has_happened: Callable[[], Any], what: str) -> None:
    """Wait for something that has to be looked for."""
    limit = time.monotonic() + _LIMIT
    while not has_happened():
        assert time.monotonic() < limit, f"waited in vain for {what}"
        time.sleep(_POLL)


def _read(path: Path) -> bytes:
    """The file's content; nothing if its process has ended or is another user's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
