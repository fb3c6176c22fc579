# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The campaign that is disturbed here, what is declared for it, and whether the service has it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.acceptance.sets.running import KEY, ask
from tests.acceptance.sets.vocabulary import Declared, Entry, Owner, world_from
from tests.simulator.process import SimulatorProcess

CAMPAIGN = Owner("campaign", 11)
STATUS = "CampaignMessageStatusUpdate"
AT = "https://hooks.example.org"

Held = Counter[tuple[str, str, bool]]
"""How often there is a webhook of a type, with an address, active or not."""


def many(count: int) -> Declared:
    """So many new webhooks; every fourth is inactive, so that it takes a second request."""
    return Declared(
        [Entry(CAMPAIGN, None, STATUS, f"{AT}/{n}", active=n % 4 != 0) for n in range(count)]
    )


def connection(simulator: SimulatorProcess) -> dict[str, Any]:
    """The options that say where the service is."""
    return {"api_key": KEY, "api_url": simulator.url, "validate_certs": False}


def held(simulator: SimulatorProcess) -> Held:
    """What the service has for the campaign now."""
    hooks = world_from(simulator.state())[CAMPAIGN].values()
    return Counter((hook.webhook_type, hook.url, hook.active) for hook in hooks)


def all_are_answered(simulator: SimulatorProcess) -> bool:
    """Whether the service is done with all requests that reached it."""
    return all(request["status"] is not None for request in simulator.journal())


def assert_next_run_completes(simulator: SimulatorProcess, declared: Declared) -> None:
    """Run the task once more, undisturbed: all that is declared is there once, and stays."""
    simulator.clear_faults()
    result, _journal = ask(simulator, declared)
    assert not result.get("failed"), result["msg"]
    wanted = ((one.webhook_type, one.url, one.active) for one in declared.entries)
    assert held(simulator) == Counter(wanted)
    result, _journal = ask(simulator, declared)
    assert not result["changed"]
