# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prism as a child process: a mock of the contract, or a judge between a client and a service."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = Path(__file__).parents[3] / "simulator/touchbase_simulator/openapi.yaml"
_LISTENS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
_START_LIMIT = 60.0  # seconds, for machines under load


@dataclass
class Prism:
    """A running Prism, and what it has said so far."""

    url: str = ""
    lines: list[str] = field(default_factory=list)
    _is_up: threading.Event = field(default_factory=threading.Event)

    def listen_to(self, child: subprocess.Popen[str]) -> None:
        """Keep what it says, to the end."""
        assert child.stdout is not None
        for line in child.stdout:
            self.lines.append(line)
            found = _LISTENS.search(line)
            if found:
                self.url = found[1]
                self._is_up.set()
        self._is_up.set()

    def wait_until_it_listens(self) -> None:
        self._is_up.wait(_START_LIMIT)
        assert self.url, "".join(self.lines)


@contextmanager
def prism(*command: str) -> Iterator[Prism]:
    """Start Prism on a free port; what breaks the contract is refused by it with an error."""
    whole = [os.environ["PRISM"], command[0], str(CONTRACT), *command[1:]]
    whole += ["--errors", "--host", "127.0.0.1", "--port", "0", "--multiprocess", "false"]
    running = Prism()
    with subprocess.Popen(
        whole,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as child:
        listener = threading.Thread(target=running.listen_to, args=(child,))
        listener.start()
        try:
            running.wait_until_it_listens()
            yield running
        finally:
            child.terminate()
            listener.join()
