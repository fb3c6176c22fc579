# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that is ended at a random moment: little happens after it, and the next run completes."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.interruption.campaign import (
    CAMPAIGN,
    assert_next_run_completes,
    is_at_rest,
    of_many,
    progress,
)
from tests.acceptance.interruption.plays import RunningPlay, wait_until
from tests.acceptance.interruption.scale import (
    IS_SOAK,
    ROUNDS_AT_ANY_MOMENT,
    ROUNDS_OF_EACH_END,
    WEBHOOKS,
    dice,
)
from tests.acceptance.sets.running import ask
from tests.acceptance.sets.vocabulary import ACCOUNT, Declared
from tests.acceptance.support import playbooks
from touchbase_simulator.process import SimulatorProcess

TASK = of_many(WEBHOOKS)
CONCURRENCY = 4
MANY = 1_000_000  # requests; more than there are
# Seconds. While the simulator takes so long for an answer, all of a play can end.
LONG = 6.0
IN_PROCESS, MODULE = "in_process", "module"
# A play takes more than a second to start, so that `make test` has few.
SIGNALS = [
    pytest.param(number, door, id=f"{number.name}-{door}")
    for number, door, is_for_test in (
        (signal.SIGINT, IN_PROCESS, True),
        (signal.SIGINT, MODULE, False),
        (signal.SIGTERM, IN_PROCESS, True),
        (signal.SIGTERM, MODULE, False),
        (signal.SIGKILL, IN_PROCESS, False),
        (signal.SIGKILL, MODULE, False),
    )
    if is_for_test or IS_SOAK
]
# Before, SIGTERM ended the ansible-playbook that it was sent to, and none of its other processes.
OBEYS_SIGTERM = (2, 19)


@pytest.fixture(scope="module")
def in_all(running_simulator: SimulatorProcess) -> int:
    """How many requests the task takes if nothing comes in between."""
    running_simulator.reset(seed=TASK.seed)
    result, journal = ask(running_simulator, TASK.declared)
    assert not result.get("failed"), result
    assert {request["method"] for request in journal} == {"GET", "PUT", "POST", "DELETE"}
    return len(journal)


@pytest.mark.parametrize("number", ROUNDS_OF_EACH_END)
@pytest.mark.parametrize(("what", "door"), SIGNALS)
def test_a_signal_ends_the_task_and_the_next_run_completes_it(
    simulator: SimulatorProcess,
    tmp_path: Path,
    in_all: int,
    what: signal.Signals,
    door: str,
    number: int,
) -> None:
    # Not among the very last, of which there are not so many at a time.
    moment = dice(what.name, door, number).randint(1, in_all - CONCURRENCY)
    simulator.reset(seed=TASK.seed)
    simulator.fault(delay=0.001, times=moment)
    simulator.fault(delay=LONG, times=MANY)

    def is_held_up() -> bool:
        answered, under_way = progress(simulator)
        return answered >= moment and under_way == CONCURRENCY

    with RunningPlay(tmp_path, simulator, [_task(door)], _sets(TASK.declared)) as play:
        wait_until(is_held_up, f"all that can be held up after {moment} requests")
        known = len(simulator.journal())
        play.send(what)
        status = play.wait()
        if _ends_all(what):
            play.wait_for_all()
        else:
            simulator.clear_faults()
            wait_until(lambda: len(simulator.journal()) == in_all, "what goes on alone")
        wait_until(lambda: is_at_rest(simulator), "the last answer")
        output = play.output

    assert status != 0
    assert "Traceback" not in output, output
    # Those that were under way still finish, and no other begins.
    assert not _ends_all(what) or simulator.journal()[known:] == []
    assert_next_run_completes(simulator, TASK.declared)


@pytest.mark.parametrize("number", ROUNDS_AT_ANY_MOMENT)
@pytest.mark.parametrize(("what", "door"), SIGNALS)
def test_whenever_a_signal_comes_the_next_run_completes(
    simulator: SimulatorProcess,
    tmp_path: Path,
    in_all: int,
    what: signal.Signals,
    door: str,
    number: int,
) -> None:
    """Also before the first request, between two of them, in a pause, and among the very last."""
    throw = dice("whenever", what.name, door, number)
    moment = throw.randint(0, in_all)
    simulator.reset(seed=TASK.seed)
    # A pause of half a second, somewhere.
    simulator.fault(delay=0.003, times=throw.randint(1, in_all))
    simulator.fault(status=503, times=1)
    simulator.fault(delay=0.003, times=MANY)

    with RunningPlay(tmp_path, simulator, [_task(door)], _sets(TASK.declared)) as play:
        # Of a play that was quicker, the end.
        wait_until(
            lambda: len(simulator.journal()) >= moment or play.has_ended, f"{moment} requests"
        )
        play.send(what)
        play.wait()
        if _ends_all(what):
            play.wait_for_all()
    wait_until(lambda: is_at_rest(simulator), "the last answer")

    assert_next_run_completes(simulator, TASK.declared)


def _ends_all(what: signal.Signals) -> bool:
    """Whether no process of the play is left."""
    return what != signal.SIGTERM or playbooks.core_version() >= OBEYS_SIGTERM


@pytest.mark.parametrize("number", ROUNDS_OF_EACH_END)
@pytest.mark.parametrize(
    ("door", "holds_back"), [(IN_PROCESS, False), (IN_PROCESS, True), (MODULE, False)]
)
def test_a_timeout_ends_the_task_and_the_next_run_completes_it(
    simulator: SimulatorProcess,
    tmp_path: Path,
    in_all: int,
    door: str,
    holds_back: bool,
    number: int,
) -> None:
    """The second item of the loop is run by the same worker, after the first was given up."""
    throw = dice("timeout", door, holds_back, number)
    simulator.reset(seed=TASK.seed)
    quick, at_most = throw.randint(1, WEBHOOKS // 2), MANY
    if holds_back:
        simulator.fault(method="POST", delay=0.01, times=throw.randint(1, WEBHOOKS // 8))
        simulator.fault(method="POST", status=429, headers={"Retry-After": "3"}, times=MANY)
    else:
        # The timeout is a second: whatever is slow is still under way then. A module goes on.
        simulator.fault(times=quick, delay=0.001)
        simulator.fault(
            delay=throw.uniform(1.02, 1.1), times=MANY if door == IN_PROCESS else 3 * CONCURRENCY
        )
        at_most = quick + CONCURRENCY
    nothing = Declared([], purge=True, owners=[ACCOUNT])
    task = _task(door) | {"timeout": "{{ item.timeout }}", "ignore_errors": True}
    with RunningPlay(tmp_path, simulator, [task], _sets(TASK.declared, nothing)) as play:
        status = play.wait()
        # Nobody tells a module to stop, which the documentation says.
        play.wait_for_all()
        wait_until(lambda: is_at_rest(simulator), "the last answer")
        output = play.output

    assert status == 0, output
    assert "failed: [localhost] (item=0)" in output
    assert "ok: [localhost] => (item=1)" in output
    assert "Traceback" not in output, output
    if door == IN_PROCESS:
        _assert_nothing_came_after(simulator.journal(), at_most)
    else:
        # That of the next item is one more.
        assert len(simulator.journal()) == in_all + 1
    assert_next_run_completes(simulator, TASK.declared)


def _assert_nothing_came_after(journal: Sequence[Mapping[str, Any]], at_most: int) -> None:
    """Of the task that was given up: no request later than the next item's, no further attempt."""
    paths = [request["path"] for request in journal]
    assert CAMPAIGN.path in paths
    of_next = list(itertools.dropwhile(lambda path: path != ACCOUNT.path, paths))
    assert of_next == [ACCOUNT.path]
    assert len(paths) - len(of_next) <= at_most
    assert sum(request["status"] == 429 for request in journal) <= CONCURRENCY


def _task(door: str) -> dict[str, Any]:
    names = ("webhooks", "purge", "owners", "purge_limit")
    options = {name: f"{{{{ item.{name} }}}}" for name in names}
    return {
        "name": "Converge",
        playbooks.WEBHOOKS: {**options, "concurrency": CONCURRENCY},
        "loop": "{{ sets }}",
        "loop_control": {"label": "{{ item.number }}"},
        "vars": {"touchbase_in_process": door == IN_PROCESS},
    }


def _sets(*declared: Declared) -> dict[str, Any]:
    """The variables of the play: what is declared by one item after another."""
    return {
        "sets": [
            {**one.options, "number": number, "timeout": 60 if number else 1}
            for number, one in enumerate(declared)
        ]
    }
