# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What everybody on a machine can see of a process, and its owner of the environment.

The service is where to look from: while it has a request to answer, whatever process made that
request is alive and holds the secrets.
"""

from __future__ import annotations

import http.client
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.unit.support.service import reply, scripted_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.process import SimulatorProcess
    from tests.unit.support.service import Line

_LIMIT = 60.0  # seconds, for machines under load
_PASSED_ON = ("authorization", "content-type")
_HANDED_BACK = ("content-type", "location", "retry-after", "x-request-id")


@dataclass(frozen=True)
class Process:
    """One process at one moment."""

    command: str
    environment: str


class Lookout:
    """Stands before the simulator, and looks at the processes of this test at every request."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self._simulator = simulator
        self.seen: set[Process] = set()

    @contextmanager
    def open(self) -> Iterator[str]:
        """Give the address to use as ``api_url`` in a block."""
        with scripted_service() as service:
            service.always_answers(self._look_and_pass_on)
            yield service.url

    def _look_and_pass_on(self, line: Line) -> bool:
        self.seen.update(processes_below(os.getpid()))
        request = line.request
        passed_on = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        connection = http.client.HTTPConnection("127.0.0.1", self._simulator.port, timeout=_LIMIT)
        try:
            connection.request(request.method, request.path, request.body, passed_on)
            answer = connection.getresponse()
            body = answer.read()
            headers = answer.getheaders()
        finally:
            connection.close()
        kept = {name.title(): value for name, value in headers if name in _HANDED_BACK}
        return reply(answer.status, body=body, headers=kept)(line)


def processes_below(ancestor: int) -> list[Process]:
    """The processes that a process has started, directly or not; it is not one of them."""
    parents: dict[int, int] = {}
    processes: dict[int, Process] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            texts = [_text_of(folder / name) for name in ("cmdline", "environ")]
        except OSError:
            continue  # It has just ended, or is somebody else's.
        number = int(folder.name)
        # The name in brackets before it may hold blanks and brackets of its own.
        parents[number] = int(stat.rpartition(")")[2].split()[1])
        processes[number] = Process(*texts)
    return [
        process
        for number, process in processes.items()
        if number != ancestor and _descends(number, ancestor, parents)
    ]


def _text_of(file: Path) -> str:
    return file.read_bytes().replace(b"\0", b"\n").decode(errors="replace")


def _descends(number: int, ancestor: int, parents: dict[int, int]) -> bool:
    while number and number != ancestor:
        number = parents.get(number, 0)
    return number == ancestor
