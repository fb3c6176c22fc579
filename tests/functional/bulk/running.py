"""Run the operation of touchbase_sms_webhooks against the simulator, and record what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import Mode
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from tests.functional.bulk.declared import Declared, State, state_of
from tests.functional.support.operations import result_of
from touchbase_simulator.process import SimulatorProcess

Request = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of a task: state before it, result, requests, and state after it."""

    before: State
    result: Mapping[str, Any]
    journal: Sequence[Request]
    after: State

    @property
    def writes(self) -> list[Request]:
        """The requests that could change something."""
        return [request for request in self.journal if request["method"] != "GET"]

    @property
    def requests(self) -> Counter[str]:
        """How often each request was sent; a new webhook has no id in this."""
        known = {str(number) for webhooks in self.before.values() for number in webhooks}
        return Counter(
            f"{one['method']} {_without_new_id(one['path'], known)}" for one in self.journal
        )

    @property
    def pairs(self) -> Sequence[Mapping[str, Any]]:
        """The items of the diff that show a webhook."""
        return [item for item in self.result["diff"] if "before" in item]

    @property
    def failure_kind(self) -> str:
        """The kind of the error, or "none"."""
        return str(self.result["failure"]["kind"]) if self.result.get("failed") else "none"


def run(
    simulator: SimulatorProcess, declared: Declared, *, dry_run: bool = False, **options: Any
) -> Run:
    """Run the task once, and look at all webhooks before and after it."""
    before = state_of(simulator.state())
    simulator.clear_journal()
    connection = {"api_url": simulator.url, "timeout": 60.0, "retries": 0, "max_wait": 0.01}
    given = {**connection, **declared.options, **options}
    result = result_of(OPERATION, given, Mode(dry_run, diff=True))
    return Run(before, result, simulator.journal(), state_of(simulator.state()))


def _without_new_id(path: str, known: set[str]) -> str:
    owner, _webhooks, number = path.partition("/webhooks/")
    return f"{owner}/webhooks/new" if number and number not in known else path
