# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prism as a child process: a mock of the contract, or a judge between a client and a service."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.soak.schemathesis_run import CONTRACT

_LISTENS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")


@dataclass
class Prism:
    """A running Prism, and what it has said so far."""

    url: str
    lines: list[str] = field(default_factory=list)


@contextmanager
def prism(*command: str) -> Iterator[Prism]:
    """Start Prism on a free port; what breaks the contract is refused by it with an error."""
    whole = [os.environ["PRISM"], command[0], str(CONTRACT), *command[1:]]
    whole += ["--errors", "--host", "127.0.0.1", "--port", "0", "--multiprocess", "false"]
    with subprocess.Popen(
        whole,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as child:
        assert child.stdout is not None
        said = []
        for line in child.stdout:
            said.append(line)
            if found := _LISTENS.search(line):
                break
        else:
            raise AssertionError("".join(said))
        running = Prism(found[1])
        # It would wait for a reader of what it says.
        reader = threading.Thread(target=running.lines.extend, args=(child.stdout,))
        reader.start()
        try:
            yield running
        finally:
            child.terminate()
            reader.join()
