"""A task that ends early sends no request any more; the next run completes what it left.

So does the run after two tasks that met.
"""

from __future__ import annotations

import itertools
import signal
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.functional.bulk.declared import (
    ACCOUNT,
    Declared,
    Entry,
    Owner,
    Webhook,
    seed_of,
    state_of,
)
from tests.functional.bulk.running import run
from tests.functional.conftest import Random
from tests.functional.interruption.plays import CONCURRENCY, running_play, wait_until
from tests.functional.support.operations import PATHS
from tests.functional.support.playbooks import core_version
from touchbase_simulator.process import SimulatorProcess

CAMPAIGN = Owner("campaign", 11)
EMPTY = seed_of({CAMPAIGN: {}, ACCOUNT: {}})
STATUS = "CampaignMessageStatusUpdate"
HOST = "https://hooks.example.org"
ALL = 1_000_000  # requests; more than there are
IN_PROCESS, MODULE = PATHS
# Seconds. While the simulator takes so long for a response, all of a play can end.
LATE = 6.0
SIGINT, SIGTERM, SIGKILL = signal.SIGINT, signal.SIGTERM, signal.SIGKILL
# Before, SIGTERM ended the ansible-playbook that it was sent to, and none of its other processes.
OBEYS_SIGTERM = (2, 19)


def _rounds(*cases: Any, long: Sequence[Any] = ()) -> Sequence[Any]:
    """Fifteen rounds of each case, of which the first is no long one unless the case is."""
    return [
        pytest.param(*case, number, marks=[pytest.mark.long] if number or case in long else [])
        for number in range(15)
        for case in (*cases, *long)
    ]


class Converging(NamedTuple):
    """An account, and a declared set that takes writes of all kinds."""

    seed: dict[str, Any]
    declared: Declared


@pytest.fixture(scope="module")
def task(is_long: bool) -> Converging:
    """A quarter each is moved, activated or deactivated, created (some inactive), and purged."""
    count = 500 if is_long else 80
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
    seed = seed_of({CAMPAIGN: webhooks, ACCOUNT: {}})
    return Converging(seed, Declared(entries, purge=True, purge_limit=count))


def stored(simulator: SimulatorProcess) -> Counter[tuple[Any, ...]]:
    """How often there is a webhook of a type, with a URL, active or not."""
    return Counter(webhook[:3] for webhook in state_of(simulator.state())[CAMPAIGN].values())


def progress(simulator: SimulatorProcess) -> tuple[int, int]:
    """How many requests have a response, and how many have reached the service and have none."""
    statuses = [request["status"] for request in simulator.journal()]
    return len(statuses) - statuses.count(None), statuses.count(None)


def assert_next_run_completes(simulator: SimulatorProcess, declared: Declared) -> None:
    """Run the task once more: all that is declared is there once, and stays."""
    simulator.clear_faults()
    completed = run(simulator, declared)
    assert completed.failure_kind == "none", completed.result
    assert stored(simulator) == Counter(
        (one.webhook_type, one.url, one.active) for one in declared.entries
    )
    assert not run(simulator, declared).result["changed"]


@pytest.fixture(scope="module")
def in_all(simulator: SimulatorProcess, task: Converging) -> int:
    """How many requests the task takes that nothing interrupts."""
    simulator.reset(seed=task.seed)
    whole = run(simulator, task.declared)
    assert whole.failure_kind == "none", whole.result
    assert {one["method"] for one in whole.journal} == {"GET", "PUT", "POST", "DELETE"}
    return len(whole.journal)


def _ends_all(number: signal.Signals) -> bool:
    """Whether no process of the play goes on."""
    return number != SIGTERM or core_version() >= OBEYS_SIGTERM


@pytest.mark.parametrize(
    ("number", "path", "round_"),
    _rounds(
        (SIGINT, IN_PROCESS),
        (SIGTERM, IN_PROCESS),
        long=[(SIGINT, MODULE), (SIGTERM, MODULE), (SIGKILL, IN_PROCESS), (SIGKILL, MODULE)],
    ),
)
def test_signal_lets_no_request_begin(
    simulator: SimulatorProcess, tmp_path: Path, task: Converging, in_all: int,
    random_of: Random, number: signal.Signals, path: str, round_: int,
) -> None:  # fmt: skip
    # Not among the very last, of which there are not so many at a time.
    moment = random_of(number.name, path, round_).randint(1, in_all - CONCURRENCY)
    simulator.reset(seed=task.seed)
    simulator.fault(delay=0.001, times=moment)
    simulator.fault(delay=LATE, times=ALL)

    def is_held_up() -> bool:
        answered, waiting = progress(simulator)
        return answered >= moment and waiting == CONCURRENCY

    with running_play(tmp_path, simulator, path, task.declared) as play:
        wait_until(is_held_up, f"all that can be held up after {moment} requests")
        known = len(simulator.journal())
        play.send(number)
        status = play.wait()
        if _ends_all(number):
            play.wait_for_all()
        else:
            simulator.clear_faults()
            wait_until(lambda: len(simulator.journal()) == in_all, "what goes on alone")
        wait_until(lambda: not progress(simulator)[1], "the last response")
        output = play.output

    assert status != 0
    assert "Traceback" not in output, output
    # Those in progress still finish, and no other begins.
    assert not _ends_all(number) or simulator.journal()[known:] == []
    assert_next_run_completes(simulator, task.declared)


@pytest.mark.parametrize("path", [IN_PROCESS, pytest.param(MODULE, marks=pytest.mark.long)])
def test_run_after_a_kill_adopts_what_was_created(
    simulator: SimulatorProcess, tmp_path: Path, path: str
) -> None:
    """Both webhooks are created at once; their responses come later than the kill."""
    entries = [
        Entry(CAMPAIGN, None, STATUS, f"{HOST}/{active}", active) for active in (True, False)
    ]
    declared = Declared(entries)
    simulator.reset(seed=EMPTY)
    simulator.fault(method="POST", delay=20.0, times=2)
    with running_play(tmp_path, simulator, path, declared) as play:
        wait_until(lambda: stored(simulator).total() == len(entries), "the creations")
        play.send(SIGKILL)
    assert [one["status"] for one in simulator.journal()] == [200, None, None]

    adopting = run(simulator, declared)

    assert adopting.result["changed"]
    # What the creation left undone is all that there is to do.
    assert [one["method"] for one in adopting.journal] == ["GET", "PUT"]
    assert_next_run_completes(simulator, declared)


def test_run_after_two_at_once_leaves_what_it_declares(simulator: SimulatorProcess) -> None:
    """Both have read the list before either writes, and both create the same webhook."""
    new = f"{HOST}/new"
    sets = [
        Declared(
            [Entry(CAMPAIGN, 1, STATUS, moved, True), Entry(CAMPAIGN, None, STATUS, new, True)],
            purge=True,
        )
        for moved in (f"{HOST}/first", f"{HOST}/second")
    ]
    simulator.reset(seed=seed_of({CAMPAIGN: {1: Webhook(STATUS, f"{HOST}/old")}, ACCOUNT: {}}))
    simulator.fault(method="GET", path=CAMPAIGN.path, delay=1.0, times=2)

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda declared: run(simulator, declared), sets))

    assert [one.failure_kind for one in runs] == ["none", "none"]
    # The last writer wins, and whoever creates last sees both new webhooks.
    urls = [url for _type, url, _active in stored(simulator).elements()]
    assert sorted(urls) in ([f"{HOST}/first", new, new], [new, new, f"{HOST}/second"])
    assert "and at the same time so was webhook" in str([one.result["warnings"] for one in runs])
    assert_next_run_completes(simulator, sets[0])


@pytest.mark.parametrize(
    ("path", "limits_rate", "round_"),
    _rounds((IN_PROCESS, False), (IN_PROCESS, True), (MODULE, False)),
)
def test_timeout_of_a_task_lets_no_request_begin_except_of_a_module(
    simulator: SimulatorProcess, tmp_path: Path, task: Converging, in_all: int,
    random_of: Random, path: str, limits_rate: bool, round_: int,
) -> None:  # fmt: skip
    """The second item of the loop is run by the same worker, after the first was given up."""
    chance = random_of("timeout", path, limits_rate, round_)
    count = len(task.declared.entries)
    simulator.reset(seed=task.seed)
    quick, at_most = chance.randint(1, count // 2), ALL
    # A module needs time to start.
    timeout = 1 if path == IN_PROCESS else 4
    if limits_rate:
        simulator.fault(method="POST", delay=0.01, times=chance.randint(1, count // 8))
        simulator.fault(method="POST", status=429, headers={"Retry-After": "3"}, times=ALL)
    else:
        # The responses after these are later than the timeout.
        simulator.fault(times=quick, delay=0.001)
        simulator.fault(delay=timeout + 0.1, times=ALL if path == IN_PROCESS else CONCURRENCY)
        at_most = quick + CONCURRENCY
    nothing = Declared([], purge=True, owners=[ACCOUNT])
    with running_play(tmp_path, simulator, path, task.declared, nothing, timeout=timeout) as play:
        status = play.wait()
        # Nothing stops a module, as the documentation says.
        play.wait_for_all()
        wait_until(lambda: not progress(simulator)[1], "the last response")
        output = play.output

    assert status == 0, output
    assert "failed: [localhost] (item=0)" in output
    assert "ok: [localhost] => (item=1)" in output
    assert "Traceback" not in output, output
    journal = simulator.journal()
    if path == MODULE:
        # That of the next item is one more.
        assert len(journal) == in_all + 1
    else:
        _assert_nothing_came_after([one["path"] for one in journal], at_most)
        assert sum(one["status"] == 429 for one in journal) <= CONCURRENCY
    assert_next_run_completes(simulator, task.declared)


def _assert_nothing_came_after(paths: Sequence[str], at_most: int) -> None:
    """Of the task that was given up: no request later than the next item's."""
    assert CAMPAIGN.path in paths
    of_next = list(itertools.dropwhile(lambda path: path != ACCOUNT.path, paths))
    assert of_next == [ACCOUNT.path]
    assert len(paths) - len(of_next) <= at_most
