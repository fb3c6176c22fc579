# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A campaign, the set that is declared for it, and whether the service has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.functional.bulk.declared import (
    ACCOUNT,
    Declared,
    Entry,
    Owner,
    Webhook,
    seed_of,
    state_of,
)
from tests.functional.bulk.running import run_task
from touchbase_simulator.process import SimulatorProcess

CAMPAIGN = Owner("campaign", 11)
EMPTY = seed_of({CAMPAIGN: {}, ACCOUNT: {}})
STATUS = "CampaignMessageStatusUpdate"
HOST = "https://hooks.example.org"
CONCURRENCY = 4

Stored = Counter[tuple[str, str, bool]]
"""How often there is a webhook of a type, with a URL, active or not."""


@dataclass(frozen=True)
class Converging:
    """The webhooks of the campaign, and a declared set that takes writes of all kinds."""

    webhooks: Mapping[int, Webhook]
    declared: Declared

    @property
    def seed(self) -> dict[str, Any]:
        return seed_of({CAMPAIGN: self.webhooks, ACCOUNT: {}})


def converging(count: int) -> Converging:
    """A quarter each is moved, activated or deactivated, created (some inactive), and purged."""
    moved, switched, purged = (range(n * count // 4, (n + 1) * count // 4) for n in range(3))
    webhooks = {
        **{n + 1: Webhook(STATUS, f"{HOST}/old/{n}") for n in moved},
        **{n + 1: Webhook(STATUS, f"{HOST}/kept/{n}", active=n % 2 == 0) for n in switched},
        **{n + 1: Webhook(STATUS, f"{HOST}/purged/{n}") for n in purged},
    }
    entries = [
        *(Entry(CAMPAIGN, n + 1, STATUS, f"{HOST}/new/{n}", active=True) for n in moved),
        *(Entry(CAMPAIGN, None, STATUS, f"{HOST}/kept/{n}", n % 2 == 1) for n in switched),
        *(Entry(CAMPAIGN, None, STATUS, f"{HOST}/more/{n}", n % 4 != 0) for n in range(count // 4)),
    ]
    return Converging(webhooks, Declared(entries, purge=True, purge_limit=count))


def stored(simulator: SimulatorProcess) -> Stored:
    """What the service has for the campaign now."""
    return Counter(webhook[:3] for webhook in state_of(simulator.state())[CAMPAIGN].values())


def progress(simulator: SimulatorProcess) -> tuple[int, int]:
    """How many requests have a response, and how many have reached the service and have none."""
    statuses = [request["status"] for request in simulator.journal()]
    return len(statuses) - statuses.count(None), statuses.count(None)


def assert_next_run_completes(simulator: SimulatorProcess, declared: Declared) -> None:
    """Run the task once more: all that is declared is there once, and stays."""
    simulator.clear_faults()
    result, _journal = run_task(simulator, declared)
    assert not result.get("failed"), result["msg"]
    assert stored(simulator) == Counter(
        (one.webhook_type, one.url, one.active) for one in declared.entries
    )
    result, _journal = run_task(simulator, declared)
    assert not result["changed"]
