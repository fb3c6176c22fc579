# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that the gates start: their output is kept, and none of them outlives the run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 5.0


class Stopped(Exception):
    """The run is being ended; nothing further may start."""


@dataclass(frozen=True)
class Finished:
    """A program that came to its end, with everything it printed."""

    status: int
    output: str


class Programs:
    """Runs programs, each in a process group of its own, and can end all of them at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    def run(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Finished:
        """Run one program to its end.

        The output goes through a file: a pipe would stay open as long as any grandchild lives.
        """
        with tempfile.TemporaryFile() as output:
            program = self._start(command, cwd, env, output.fileno())
            try:
                status = program.wait()
            finally:
                self._forget(program)
            if self._stopping:
                raise Stopped
            output.seek(0)
            return Finished(status, output.read().decode(errors="replace"))

    def stop(self) -> None:
        """End every program that still runs, politely first."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for program in running:
            _signal_group(program.pid, signal.SIGTERM)
        for program in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(GRACE_SECONDS)
            _signal_group(program.pid, signal.SIGKILL)

    def _start(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str], output: int
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopping:
                raise Stopped
            program = subprocess.Popen(
                list(command),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(program)
            return program

    def _forget(self, program: subprocess.Popen[bytes]) -> None:
        _signal_group(program.pid, signal.SIGKILL)
        with self._lock:
            self._running.discard(program)


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
