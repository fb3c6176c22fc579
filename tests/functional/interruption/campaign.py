# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The campaign that is disturbed here, what is declared for it, and whether the service has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.acceptance.sets.running import KEY, ask
from tests.acceptance.sets.vocabulary import (
    ACCOUNT,
    Declared,
    Entry,
    Hook,
    Owner,
    seed_from,
    world_from,
)
from touchbase_simulator.process import SimulatorProcess

CAMPAIGN = Owner("campaign", 11)
STATUS = "CampaignMessageStatusUpdate"
AT = "https://hooks.example.org"

Held = Counter[tuple[str, str, bool]]
"""How often there is a webhook of a type, with an address, active or not."""


@dataclass(frozen=True)
class Task:
    """What there is, and a declaration for which all kinds of requests are needed."""

    there: Mapping[int, Hook]
    declared: Declared

    @property
    def seed(self) -> dict[str, Any]:
        """What there is, for the simulator."""
        return seed_from({CAMPAIGN: self.there, ACCOUNT: {}})


def of_many(count: int) -> Task:
    """A quarter each is moved, switched on or off, created (some of them inactive), and purged."""
    moved, switched, purged = (range(n * count // 4, (n + 1) * count // 4) for n in range(3))
    there = {
        **{n + 1: Hook(STATUS, f"{AT}/old/{n}") for n in moved},
        **{n + 1: Hook(STATUS, f"{AT}/there/{n}", active=n % 2 == 0) for n in switched},
        **{n + 1: Hook(STATUS, f"{AT}/gone/{n}") for n in purged},
    }
    entries = [
        *(Entry(CAMPAIGN, n + 1, STATUS, f"{AT}/new/{n}", active=True) for n in moved),
        *(Entry(CAMPAIGN, None, STATUS, f"{AT}/there/{n}", n % 2 == 1) for n in switched),
        *(Entry(CAMPAIGN, None, STATUS, f"{AT}/fresh/{n}", n % 4 != 0) for n in range(count // 4)),
    ]
    return Task(there, Declared(entries, purge=True, purge_limit=count))


def connection(simulator: SimulatorProcess) -> dict[str, Any]:
    """The options that say where the service is."""
    return {"api_key": KEY, "api_url": simulator.url, "validate_certs": False}


def held(simulator: SimulatorProcess) -> Held:
    """What the service has for the campaign now."""
    hooks = world_from(simulator.state())[CAMPAIGN].values()
    return Counter((hook.webhook_type, hook.url, hook.active) for hook in hooks)


def progress(simulator: SimulatorProcess) -> tuple[int, int]:
    """How many requests are answered, and how many have reached the service and are not yet."""
    statuses = [request["status"] for request in simulator.journal()]
    return len(statuses) - statuses.count(None), statuses.count(None)


def is_at_rest(simulator: SimulatorProcess) -> bool:
    """Whether the service is done with all requests that reached it."""
    return progress(simulator)[1] == 0


def assert_next_run_completes(simulator: SimulatorProcess, declared: Declared) -> None:
    """Run the task once more, undisturbed: all that is declared is there once, and stays."""
    simulator.clear_faults()
    result, _journal = ask(simulator, declared)
    assert not result.get("failed"), result["msg"]
    wanted = ((one.webhook_type, one.url, one.active) for one in declared.entries)
    assert held(simulator) == Counter(wanted)
    result, _journal = ask(simulator, declared)
    assert not result["changed"]
