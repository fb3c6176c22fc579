# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs at once that declare different things for one campaign: odd at worst, never wrong.

The service has no lock, so that either may find its work undone, and two records may be the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.acceptance.interruption.campaign import (
    AT,
    CAMPAIGN,
    STATUS,
    assert_next_run_completes,
    connection,
    held,
)
from tests.acceptance.interruption.other_process import OtherProcess
from tests.acceptance.interruption.plays import RunningPlay
from tests.acceptance.interruption.scale import ROUNDS_AT_ONCE, ROUNDS_OF_PLAYS, SEED, dice
from tests.acceptance.sets.vocabulary import ACCOUNT, Declared, Entry, Hook, World, seed_from
from tests.acceptance.support.playbooks import WEBHOOKS
from touchbase_simulator.process import SimulatorProcess

REPLY = "CampaignReply"
KEYS = [(kind, f"{AT}/{name}") for kind in (REPLY, STATUS) for name in ("a", "b", "c", "d")]
# What a run may say whose work was undone meanwhile.
HONEST = {"refused", "unexpected_answer", "partially_applied"}
# Seconds. The first answers come so late that either has read what there is before the other
# writes; two plays do not start as much together as two processes that wait for their task.
LATE, LATE_FOR_PLAYS = 0.1, 4.0


@dataclass(frozen=True)
class Round:
    """What there is, what each of the two declares, and how the service answers a PUT."""

    name: str
    service: World
    declared: Sequence[Declared]
    put_answer: str
    is_play: bool

    @property
    def hooks(self) -> set[tuple[str, str, bool]]:
        """What there is, as it may stay when one of the two does not get to its end."""
        return {(one.webhook_type, one.url, one.active) for one in self.service[CAMPAIGN].values()}

    @property
    def wanted(self) -> set[tuple[str, str, bool]]:
        """What one of the two declares."""
        return {
            (one.webhook_type or REPLY, str(one.url), bool(one.active))
            for declared in self.declared
            for one in declared.entries
        }


@pytest.fixture(scope="module")
def processes() -> Iterator[Sequence[OtherProcess]]:
    with OtherProcess() as one, OtherProcess() as another:
        yield one, another


def test_two_runs_at_once_leave_nothing_that_neither_declares_and_one_more_converges(
    simulator: SimulatorProcess, processes: Sequence[OtherProcess], tmp_path: Path
) -> None:
    crossed: dict[bool, list[bool]] = {True: [], False: []}
    for number in range(ROUNDS_AT_ONCE):
        throw = dice("two at once", number)
        one = _thrown(throw, f"round {number} of seed {SEED!r}", number in ROUNDS_OF_PLAYS)
        simulator.reset(seed=seed_from(one.service), behaviour={"put_answer": one.put_answer})
        late = LATE_FOR_PLAYS if one.is_play else LATE
        simulator.fault(method="GET", path=CAMPAIGN.path, times=2, delay=late)

        if one.is_play:
            is_module = ROUNDS_OF_PLAYS.index(number) % 2 == 1
            has_failed = _played(one, simulator, tmp_path / str(number), is_module)
        else:
            has_failed = _performed(one, simulator, processes)

        crossed[one.is_play].append(_have_crossed(simulator.journal()))
        left = set(held(simulator))
        assert left <= (one.wanted | one.hooks if has_failed else one.wanted), one.name
        assert_next_run_completes(simulator, replace(throw.choice(one.declared), purge=True))
    # Else nothing of this was about two at once.
    for rounds in crossed.values():
        assert sum(rounds) > len(rounds) / 2


def _thrown(throw: Random, name: str, is_play: bool) -> Round:
    declared = [_declaration(throw, of) for of in ("one", "another")]
    known = {1: Hook(REPLY, f"{AT}/first"), 2: Hook(REPLY, f"{AT}/second")}
    keys = {one.key for each in declared for one in each.entries if not one.webhook_id}
    there = [key for key in sorted(keys) if throw.random() < 0.5]
    known |= {
        number: Hook(kind, url, throw.random() < 0.5)
        for number, (kind, url) in enumerate(there, max(known) + 1)
    }
    if any(one.purge for one in declared):
        known[max(known) + 1] = Hook(STATUS, f"{AT}/undeclared")
    answer = throw.choice(("record", "empty", "stale"))
    return Round(name, {CAMPAIGN: known, ACCOUNT: {}}, declared, answer, is_play)


def _declaration(throw: Random, of: str) -> Declared:
    """Two webhooks by their ids, which both declare and move, and some by type and address."""
    moved = [Entry(CAMPAIGN, number, REPLY, f"{AT}/{of}/{number}", True) for number in (1, 2)]
    keys = throw.sample(KEYS, throw.randint(1, len(KEYS)))
    kept = [Entry(CAMPAIGN, None, kind, url, throw.random() < 0.5) for kind, url in keys]
    return Declared([*moved, *kept], purge=throw.random() < 0.7, purge_limit=len(KEYS) * 2)


def _performed(one: Round, simulator: SimulatorProcess, processes: Sequence[OtherProcess]) -> bool:
    """Whether at least one of the two has failed, which it must have done as it should."""
    for process, declared in zip(processes, one.declared, strict=True):
        process.begin("webhooks", declared.options | connection(simulator))
    failed = [result for process in processes if (result := process.result()).get("failed")]
    for result in failed:
        assert result["failure"]["kind"] in HONEST, (one.name, result)
    return bool(failed)


def _played(one: Round, simulator: SimulatorProcess, folder: Path, is_module: bool) -> bool:
    """The same of two real plays."""
    folder.mkdir()
    with ExitStack() as stack:
        plays = [
            stack.enter_context(
                RunningPlay(folder / str(place), simulator, [_task(is_module)], declared.options)
            )
            for place, declared in enumerate(one.declared)
        ]
        statuses = [play.wait() for play in plays]
        outputs = [play.output for play in plays]
    for status, output in zip(statuses, outputs, strict=True):
        assert "Traceback" not in output, (one.name, output)
        assert (status, f"failed={int(status > 0)} " in output) in {(0, True), (2, True)}, output
    return any(statuses)


def _task(is_module: bool) -> dict[str, Any]:
    names = ("webhooks", "purge", "owners", "purge_limit")
    options = {name: f"{{{{ {name} }}}}" for name in names}
    variables = {"touchbase_in_process": not is_module}
    return {"name": "Converge", WEBHOOKS: options, "vars": variables}


def _have_crossed(journal: Sequence[dict[str, Any]]) -> bool:
    """Whether both had read what there is before either wrote."""
    before = itertools.takewhile(lambda one: one["method"] == "GET", journal)
    return sum(one["path"] == CAMPAIGN.path for one in before) == 2
