# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand webhooks of a hundred campaigns: no request more than the least there can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from tests.acceptance.sets.running import Request, ask
from tests.acceptance.sets.scale import IS_SOAK
from tests.acceptance.sets.vocabulary import ACCOUNT, Declared, Entry, Hook, Owner, World, seed_from
from touchbase_simulator.process import SimulatorProcess

CAMPAIGNS = [Owner("campaign", number) for number in range(1, 101)]
STATUS = "CampaignMessageStatusUpdate"
WHOLE = 10_000
# The simulator takes a millisecond for a write. Ten thousand of them are for the soak.
MANY_WRITES = WHOLE if IS_SOAK else 1_000


@pytest.mark.parametrize(
    ("size", "different"),
    [
        pytest.param(WHOLE, 0, id="none"),
        pytest.param(WHOLE, WHOLE // 100, id="one in a hundred"),
        pytest.param(MANY_WRITES, MANY_WRITES, id="all"),
    ],
)
def test_updates_cost_a_list_for_each_campaign_and_one_write_for_each_difference(
    simulator: SimulatorProcess, size: int, different: int
) -> None:
    service = _service(size)
    simulator.reset(seed=seed_from(service))

    result, journal = ask(simulator, _declared(service, different))

    assert _by_method(journal) == Counter(GET=100, PUT=different)
    assert result["counts"]["updated"] == different
    assert result["counts"]["unchanged"] == size - different
    assert _connections(journal) <= 4


def test_of_ten_thousand_changes_as_many_are_shown_as_an_event_of_awx_has_room_for(
    simulator: SimulatorProcess,
) -> None:
    service = _service(WHOLE)
    simulator.reset(seed=seed_from(service))

    result, _journal = ask(
        simulator, _declared(service, WHOLE), dry_run=True, diff_limit=20, return_webhooks=False
    )

    assert result["counts"]["updated"] == WHOLE
    assert len(result["diff"]) == 21
    # AWX drops a result of more than 700,000 characters.
    assert len(str(result)) < 20_000


@pytest.mark.parametrize("active", [True, False])
def test_creations_cost_a_list_for_each_campaign_and_one_write_each_or_two_if_inactive(
    simulator: SimulatorProcess, active: bool
) -> None:
    service = _service(MANY_WRITES)
    simulator.reset(seed=seed_from({owner: {} for owner in service}))
    declared = _declared(service, 0 if active else MANY_WRITES)

    result, journal = ask(simulator, declared)

    puts = 0 if active else MANY_WRITES
    # Each list once more, to see whether somebody else created the same.
    assert _by_method(journal) == Counter(GET=200, POST=MANY_WRITES, PUT=puts)
    assert result["counts"]["created"] == MANY_WRITES
    # Each POST has a connection of its own.
    assert _connections([one for one in journal if one["method"] != "POST"]) <= 4
    _result, journal = ask(simulator, declared)
    assert _by_method(journal) == Counter(GET=100)


def test_a_purge_costs_a_list_for_each_campaign_and_one_write_for_each_deletion(
    simulator: SimulatorProcess,
) -> None:
    simulator.reset(seed=seed_from(_service(MANY_WRITES)))

    result, journal = ask(simulator, Declared([], True, CAMPAIGNS, MANY_WRITES, allow_empty=True))

    assert _by_method(journal) == Counter(GET=100, DELETE=MANY_WRITES)
    assert result["counts"]["deleted"] == MANY_WRITES


def _service(size: int) -> World:
    """So many webhooks, the same number for each campaign."""
    each = size // len(CAMPAIGNS)
    return {
        **{
            owner: {
                number: Hook(STATUS, f"https://hooks.example.org/{number}")
                for number in range(place * each + 1, (place + 1) * each + 1)
            }
            for place, owner in enumerate(CAMPAIGNS)
        },
        ACCOUNT: {},
    }


def _declared(service: World, different: int) -> Declared:
    """All webhooks of the service by their keys; so many, evenly spread, are to be inactive."""
    hooks = [(owner, hook) for owner, hooks in service.items() for hook in hooks.values()]
    every = len(hooks) // different if different else len(hooks) + 1
    return Declared(
        [
            Entry(owner, None, hook.webhook_type, hook.url, active=place % every != 0)
            for place, (owner, hook) in enumerate(hooks, 1)
        ]
    )


def _by_method(journal: Sequence[Request]) -> Counter[str]:
    return Counter(request["method"] for request in journal)


def _connections(journal: Sequence[Request]) -> int:
    """How many the simulator saw: each comes from a port of its own."""
    return len({request["client_port"] for request in journal})
