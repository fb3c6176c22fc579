# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations in a process of their own, which a test may kill.

Options come in and results go out as lines of JSON.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import webhook, webhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    run_operation,
)

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

ROOT = Path(__file__).resolve().parents[3]
OPERATIONS = {"webhook": webhook.OPERATION, "webhooks": webhooks.OPERATION}


class OtherProcess:
    """A process that runs one task after another; ends with its ``with`` block."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.acceptance.interruption.other_process"]
        self._child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.kill()
        # Closes what it was spoken to through.
        self._child.communicate()

    def begin(self, operation: str, options: Mapping[str, Any]) -> None:
        """Let a task begin, of an operation with options; ``result`` is for its end."""
        assert self._child.stdin
        self._child.stdin.write(json.dumps([operation, options]) + "\n")

    def result(self) -> dict[str, Any]:
        """Wait for the task that was begun and give its result."""
        assert self._child.stdout
        line = self._child.stdout.readline()
        assert line, "the process broke down"
        result: dict[str, Any] = json.loads(line)
        return result

    def kill(self) -> None:
        """End it with SIGKILL, which leaves it no time for anything."""
        self._child.kill()
        self._child.wait()


def main() -> None:
    """Perform what the lines ask for."""
    for line in sys.stdin:
        name, options = json.loads(line)
        operation = OPERATIONS[name]
        validation = ArgumentSpecValidator(operation.argument_spec).validate(options)
        result = run_operation(operation, validation.validated_parameters, Mode(), _transport)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


_transport = functools.lru_cache(maxsize=1)(Transport)


if __name__ == "__main__":
    main()
