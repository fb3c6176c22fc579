# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays that are not waited for, so that they can be interrupted, and what is left of them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.acceptance.support.playbooks import PROGRAM, credentials, surroundings, write_book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from touchbase_simulator.process import SimulatorProcess

_LIMIT = 120.0  # seconds, for machines under load
_POLL = 0.03


class RunningPlay:
    """A play in a session of its own, as in a terminal; ends with its ``with`` block."""

    def __init__(
        self,
        folder: Path,
        simulator: SimulatorProcess,
        tasks: Sequence[Mapping[str, Any]],
        variables: Mapping[str, Any],
    ) -> None:
        """Start the play; ``variables`` are read from a file, since they may be long."""
        folder.mkdir(exist_ok=True)
        book = {"name": "Play", "hosts": "all", "gather_facts": False, "tasks": list(tasks)}
        write_book(folder, book)
        (folder / "variables.json").write_text(json.dumps(variables), encoding="utf-8")
        environment = surroundings(folder) | credentials(simulator)
        # Every process of the play inherits this, and no other process has it.
        self._mark = f"ANSIBLE_HOME={environment['ANSIBLE_HOME']}".encode()
        self._output = folder / "output.txt"
        with self._output.open("wb") as output:
            self._child = subprocess.Popen(
                [str(PROGRAM), "play.yml", "-e", "@variables.json"],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._kill_all()
        self._child.wait()

    @property
    def output(self) -> str:
        """What it has printed so far, errors included."""
        return self._output.read_text(encoding="utf-8")

    @property
    def has_ended(self) -> bool:
        """Whether ansible-playbook is at its end."""
        return self._child.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal the way it comes: Ctrl-C to a process group, SIGKILL to all there is."""
        if number == signal.SIGINT:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, number)
        elif number == signal.SIGKILL:
            self._kill_all()
        else:
            self._child.send_signal(number)

    def wait(self) -> int:
        """Wait for the end of the play and give its status; others of its processes may go on."""
        return self._child.wait(_LIMIT)

    def wait_for_all(self) -> None:
        """Wait for the last process of the play to end, such as a module that was left alone."""
        wait_until(lambda: not self._processes(), "the end of all processes of the play")

    def _kill_all(self) -> None:
        """More than once: a process may begin another one meanwhile."""
        wait_until(lambda: not self._killed(), "the end of all that was killed")

    def _killed(self) -> list[int]:
        processes = self._processes()
        for process in processes:
            # It may be gone by now.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return processes

    def _processes(self) -> list[int]:
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ")
                if self._mark in _read(path).split(b"\0")]  # fmt: skip


def wait_until(has_happened: Callable[[], bool], what: str) -> None:
    """Look again and again whether something has happened that nobody tells of."""
    give_up = time.monotonic() + _LIMIT
    while not has_happened():
        assert time.monotonic() < give_up, f"waited in vain for {what}"
        time.sleep(_POLL)


def _read(path: Path) -> bytes:
    """The file's content; nothing if its process has ended or is another user's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
