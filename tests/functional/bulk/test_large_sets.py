# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand webhooks of a hundred campaigns: no request more than the least that is possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from tests.functional.bulk.declared import ACCOUNT, Declared, Entry, Owner, State, Webhook, seed_of
from tests.functional.bulk.running import Request, run_task
from touchbase_simulator.process import SimulatorProcess

CAMPAIGNS = [Owner("campaign", number) for number in range(1, 101)]
EACH = 100
SIZE = EACH * len(CAMPAIGNS)
LARGE: State = {
    **{
        owner: {
            number: Webhook("CampaignMessageStatusUpdate", f"https://hooks.example.org/{number}")
            for number in range(place * EACH + 1, (place + 1) * EACH + 1)
        }
        for place, owner in enumerate(CAMPAIGNS)
    },
    ACCOUNT: {},
}
EMPTY: State = {owner: {} for owner in LARGE}


def _declared(inactive: int) -> Declared:
    """All webhooks by their keys; so many, evenly spread, are to be inactive."""
    every = SIZE // inactive if inactive else SIZE + 1
    pairs = [(owner, one) for owner, webhooks in LARGE.items() for one in webhooks.values()]
    return Declared(
        [
            Entry(owner, None, one.webhook_type, one.url, active=place % every != 0)
            for place, (owner, one) in enumerate(pairs, 1)
        ]
    )


PURGED = Declared([], True, CAMPAIGNS, SIZE, allow_empty=True)
CASES = [
    pytest.param(LARGE, _declared(0), {"GET": 100}, id="unchanged", marks=pytest.mark.long),
    pytest.param(LARGE, _declared(100), {"GET": 100, "PUT": 100}, id="one in a hundred updated"),
    # Each list is read once more, to see whether somebody else created the same.
    pytest.param(
        EMPTY, _declared(0), {"GET": 200, "POST": SIZE}, id="created", marks=pytest.mark.long
    ),
    pytest.param(
        EMPTY,
        _declared(SIZE),
        {"GET": 200, "POST": SIZE, "PUT": SIZE},
        id="created inactive",
        marks=pytest.mark.long,
    ),
    pytest.param(LARGE, PURGED, {"GET": 100, "DELETE": SIZE}, id="purged", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("state", "declared", "requests"), CASES)
def test_large_set_takes_the_least_requests_and_four_connections(
    simulator: SimulatorProcess, state: State, declared: Declared, requests: dict[str, int]
) -> None:
    simulator.reset(seed=seed_of(state))

    result, journal = run_task(simulator, declared)

    assert Counter(request["method"] for request in journal) == requests
    assert not result.get("failed")
    # Each POST has a connection of its own.
    assert _connections([one for one in journal if one["method"] != "POST"]) <= 4


@pytest.mark.long
def test_large_diff_is_limited(simulator: SimulatorProcess) -> None:
    simulator.reset(seed=seed_of(LARGE))
    options = {"diff_limit": 20, "return_webhooks": False}

    result, _journal = run_task(simulator, _declared(SIZE), dry_run=True, **options)

    assert result["counts"]["updated"] == SIZE
    assert len(result["diff"]) == 21
    # AWX drops a result of more than 700,000 characters.
    assert len(str(result)) < 20_000


def _connections(journal: Sequence[Request]) -> int:
    """How many the simulator saw: each comes from a port of its own."""
    return len({request["client_port"] for request in journal})
