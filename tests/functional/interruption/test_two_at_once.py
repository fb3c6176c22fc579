# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs at once that declare different sets for one campaign.

The service has no lock, so either may find its work undone, and two records may be the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from random import Random

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import Mode
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from tests.functional import conftest
from tests.functional.bulk.declared import ACCOUNT, Declared, Entry, State, Webhook, seed_of
from tests.functional.bulk.running import Request
from tests.functional.interruption.campaign import (
    CAMPAIGN,
    HOST,
    STATUS,
    assert_next_run_completes,
    stored,
)
from tests.functional.support.operations import result_of
from touchbase_simulator.process import SimulatorProcess

REPLY = "CampaignReply"
KEYS = [(kind, f"{HOST}/{name}") for kind in (REPLY, STATUS) for name in ("a", "b", "c", "d")]
# What a run may say whose work was undone meanwhile.
KINDS = {"refused", "unexpected_answer", "partially_applied"}
# Seconds. The first responses are so late that both have read before either writes.
LATE = 0.1


@dataclass(frozen=True)
class Pair:
    """The account, what each of the two declares, and how the service responds to a PUT."""

    state: State
    sets: Sequence[Declared]
    put_response: str

    @property
    def before(self) -> set[tuple[str, str, bool]]:
        """What may stay when one of the two fails."""
        return {webhook[:3] for webhook in self.state[CAMPAIGN].values()}

    @property
    def wanted(self) -> set[tuple[str, str, bool]]:
        """What one of the two declares."""
        entries = [entry for declared in self.sets for entry in declared.entries]
        return {(one.webhook_type or REPLY, str(one.url), bool(one.active)) for one in entries}


def test_two_runs_at_once_leave_only_what_one_of_them_declares(
    simulator: SimulatorProcess, is_long: bool, random_of: conftest.Random
) -> None:
    rounds = range(200 if is_long else 8)
    crossed = 0
    for number in rounds:
        chance = random_of("two at once", number)
        pair = _pair(chance)
        simulator.reset(seed=seed_of(pair.state), behaviour={"put_response": pair.put_response})
        simulator.fault(method="GET", path=CAMPAIGN.path, times=2, delay=LATE)

        has_failed = _run(pair, simulator)

        crossed += _has_crossed(simulator.journal())
        possible = pair.wanted | pair.before if has_failed else pair.wanted
        assert set(stored(simulator)) <= possible, f"round {number}"
        assert_next_run_completes(simulator, replace(chance.choice(pair.sets), purge=True))
    assert crossed > len(rounds) / 2


def _pair(chance: Random) -> Pair:
    sets = [_set(chance, of) for of in ("one", "other")]
    webhooks = {1: Webhook(REPLY, f"{HOST}/first"), 2: Webhook(REPLY, f"{HOST}/second")}
    keys = {one.key for each in sets for one in each.entries if not one.webhook_id}
    existing = [key for key in sorted(keys) if chance.random() < 0.5]
    for number, key in enumerate(existing, 3):
        webhooks[number] = Webhook(*key, active=chance.random() < 0.5)
    if any(one.purge for one in sets):
        webhooks[len(webhooks) + 1] = Webhook(STATUS, f"{HOST}/undeclared")
    answer = chance.choice(("record", "empty", "stale"))
    return Pair({CAMPAIGN: webhooks, ACCOUNT: {}}, sets, answer)


def _set(chance: Random, of: str) -> Declared:
    """Two webhooks by their ids, which both declare and move, and some by type and URL."""
    moved = [Entry(CAMPAIGN, number, REPLY, f"{HOST}/{of}/{number}", True) for number in (1, 2)]
    keys = chance.sample(KEYS, chance.randint(1, len(KEYS)))
    kept = [Entry(CAMPAIGN, None, kind, url, chance.random() < 0.5) for kind, url in keys]
    return Declared([*moved, *kept], purge=chance.random() < 0.7, purge_limit=len(KEYS) * 2)


def _run(pair: Pair, simulator: SimulatorProcess) -> bool:
    """Whether at least one of the two has failed, for a reason that is expected."""
    options = [{"api_url": simulator.url, **declared.options} for declared in pair.sets]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda one: result_of(OPERATION, one, Mode()), options))
    failed = [result for result in results if result.get("failed")]
    assert {result["failure"]["kind"] for result in failed} <= KINDS, failed
    return bool(failed)


def _has_crossed(journal: Sequence[Request]) -> bool:
    """Whether both had read the list before either wrote."""
    reads = itertools.takewhile(lambda one: one["method"] == "GET", journal)
    return sum(one["path"] == CAMPAIGN.path for one in reads) == 2
