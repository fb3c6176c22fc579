# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the operation behind touchbase_sms_webhooks against the simulator, and see what it did."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    run_operation,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import ConnectionOptions
from tests.acceptance.sets.vocabulary import Declared, World, world_from
from touchbase_simulator.process import SimulatorProcess

KEY = "demo-key-for-the-simulator"
Request = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of a task: what the service held, what was asked of it, what came out."""

    before: World
    result: Mapping[str, Any]
    journal: Sequence[Request]
    after: World

    @property
    def writes(self) -> list[Request]:
        """The requests that could change something."""
        return [request for request in self.journal if request["method"] != "GET"]

    @property
    def requests(self) -> Counter[str]:
        """How often each thing was asked for; webhooks that are new here have no id in this."""
        known = {str(number) for hooks in self.before.values() for number in hooks}
        return Counter(
            f"{one['method']} {_without_new_id(one['path'], known)}" for one in self.journal
        )

    @property
    def has_failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def failure_kind(self) -> str:
        """The kind of the error, or "none"."""
        return str(self.result["failure"]["kind"]) if self.has_failed else "none"


def run(
    simulator: SimulatorProcess, declared: Declared, *, dry_run: bool = False, **connection: Any
) -> Run:
    """Run the task once; ``connection`` changes options that are meant to fail fast."""
    before = world_from(simulator.state())
    result, journal = ask(simulator, declared, dry_run=dry_run, **connection)
    return Run(before, result, journal, world_from(simulator.state()))


def ask(
    simulator: SimulatorProcess, declared: Declared, *, dry_run: bool = False, **connection: Any
) -> tuple[Mapping[str, Any], Sequence[Request]]:
    """Run the task once and look at its result and requests only, not at all webhooks."""
    simulator.clear_journal()
    params = _validated({**declared.options, **connection}, simulator)
    result = run_operation(OPERATION, params, Mode(dry_run, diff=True), _transport)
    return result, simulator.journal()


def _validated(options: Mapping[str, Any], simulator: SimulatorProcess) -> dict[str, Any]:
    """The options as a door hands them over: checked against the specification, with defaults."""
    given = {
        "api_key": KEY,
        "api_url": simulator.url,
        "timeout": 60.0,
        "retries": 0,
        "max_wait": 0.01,
        # It goes to loopback; so that no CA file of the machine is looked for.
        "validate_certs": False,
        **options,
    }
    validation = ArgumentSpecValidator(OPERATION.argument_spec).validate(given)
    assert not validation.error_messages
    return dict(validation.validated_parameters)


@functools.lru_cache(maxsize=8)
def _transport(options: ConnectionOptions, read_only: bool) -> Transport:
    """Keep connections over many runs, as the in-process door does over a loop."""
    return Transport(options, read_only)


def _without_new_id(path: str, known: set[str]) -> str:
    owner, _webhooks, number = path.partition("/webhooks/")
    return f"{owner}/webhooks/new" if number and number not in known else path
