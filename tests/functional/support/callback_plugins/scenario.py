"""Prepares the simulator before each task and notes its requests after it, on the controller.

It costs a play no task. SCENARIO names a JSON file with the simulator's address, and for each task
by name the control requests that come before it. What was noted goes to the file of the same name
with ".notes" behind it: the journal of each task, and how it was invoked where its result says so,
which Ansible leaves out of what it registers. All that Ansible hands to callbacks goes to the file
that RECORDED_RESULTS names, one result a line.
"""

from __future__ import annotations

import http.client
import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: scenario
type: aggregate
short_description: Prepares the simulator for a task and notes the requests
description:
  - Sends control requests to the simulator before a task and keeps its journal after it.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "scenario"

    def __init__(self) -> None:
        super().__init__()
        self._file = Path(os.environ["SCENARIO"])
        script = json.loads(self._file.read_text(encoding="utf-8"))
        self._address = script["address"]
        self._before = script["before"]
        self._journals: dict[str, Any] = {}
        self._invocations: dict[str, Any] = {}
        self._current: str | None = None

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:  # noqa: ARG002
        self._finish()
        self._current = str(task.get_name())
        for method, name, body in self._before.get(self._current, []):
            self._control(method, name, body)
        self._control("DELETE", "journal", None)

    def v2_runner_on_ok(self, result: Any) -> None:
        # The name without an underscore came with core 2.19.
        content = getattr(result, "result", None) or result._result
        if self._current is not None and "invocation" in content:
            self._invocations[self._current] = content["invocation"]
        with open(os.environ.get("RECORDED_RESULTS", os.devnull), "a", encoding="utf-8") as file:
            print(json.dumps(content, default=str), file=file)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002
        self.v2_runner_on_ok(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002
        self._finish()
        notes = {"journals": self._journals, "invocations": self._invocations}
        target = self._file.with_name(self._file.name + ".notes")
        target.write_text(json.dumps(notes), encoding="utf-8")

    def _finish(self) -> None:
        if self._current is not None:
            self._journals[self._current] = self._control("GET", "journal", None)
            self._current = None

    def _control(self, method: str, name: str, body: Any) -> Any:
        connection = http.client.HTTPConnection(self._address, timeout=60)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"/_simulator/{name}", sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{method} {name}: {answer.status} {text}")
        return json.loads(text)
