"""Ten thousand webhooks of a hundred campaigns in one task."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.functional.bulk.declared import ACCOUNT, Declared, Entry, Owner, Webhook, seed_of
from tests.functional.bulk.running import run
from touchbase_simulator.process import SimulatorProcess

STATUS = "CampaignMessageStatusUpdate"
HOST = "https://hooks.example.org"
LIMIT_OF_AWX = 700_000  # characters; of a longer result, AWX keeps nothing


@pytest.mark.long
def test_large_set_takes_four_connections_and_has_a_short_result(
    simulator: SimulatorProcess,
) -> None:
    ids = {
        Owner("campaign", number): range(number * 100, number * 100 + 100)
        for number in range(1, 101)
    }
    before = {owner: {n: Webhook(STATUS, f"{HOST}/{n}") for n in ids[owner]} for owner in ids}
    simulator.reset(seed=seed_of({**before, ACCOUNT: {}}))
    declared = [Entry(owner, n, active=False) for owner in ids for n in ids[owner]]

    large = run(simulator, Declared(declared), diff_limit=20, return_webhooks=False)

    assert Counter(one["method"] for one in large.journal) == {"GET": 100, "PUT": 10_000}
    assert len({one["client_port"] for one in large.journal}) <= 4
    assert large.result["counts"]["updated"] == 10_000
    assert len(str(large.result)) < LIMIT_OF_AWX
