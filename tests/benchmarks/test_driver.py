# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver: every way of doing it runs, and work that was not done ends the measurement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.workspace import Workspace
from tests.benchmarks.measuring import NotDone, measure
from tests.benchmarks.serving import API_KEY
from tests.benchmarks.workloads import CONTENDERS, TASKS, Cost, Workload

# What each has to do, and what it costs: reads, writes, connections.
ALONE = {"webhooks": 1, "differing": 1}
ONE_OF_TWO = {"webhooks": 2, "differing": 1}
THREE_OF_FOUR = {"webhooks": 4, "campaigns": 2, "differing": 3}
UP_TO_FOUR = {1, 2, 3, 4}
COSTS: dict[str, tuple[dict[str, int], tuple[int, int, set[int]]]] = {
    "empty": ({"webhooks": 1}, (0, 0, {0})),
    "load_json": ({"webhooks": 2}, (0, 0, {0})),
    "load_inventory": ({"webhooks": 2}, (0, 0, {0})),
    "load_yaml": ({"webhooks": 2}, (0, 0, {0})),
    "uri_get": ({"webhooks": 1}, (1, 0, {1})),
    "uri_get_loop": ({"webhooks": 2}, (2, 0, {2})),
    "uri_one": (ALONE, (1, 1, {2})),
    "uri_loop": (ONE_OF_TWO, (2, 1, {3})),
    "webhook_one": (ALONE, (1, 1, {1})),
    "webhook_loop": (ONE_OF_TWO, (2, 1, {1})),
    "webhook_module_loop": (ONE_OF_TWO, (2, 1, {2})),
    "webhook_tasks": ({"webhooks": TASKS}, (20, 0, {20})),
    "webhooks_set": (THREE_OF_FOUR, (2, 3, UP_TO_FOUR)),
    "role_main": (THREE_OF_FOUR, (2, 3, UP_TO_FOUR)),
    "role_audit": ({"webhooks": 4, "campaigns": 2}, (2, 0, UP_TO_FOUR)),
    "role_cutover": (THREE_OF_FOUR, (2, 3, UP_TO_FOUR)),
    "bare_requests": (THREE_OF_FOUR, (2, 3, UP_TO_FOUR)),
}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as one:
        yield one


def test_every_way_of_doing_it_does_its_work(workspace: Workspace) -> None:
    chosen = [Workload("each", name, **sizes) for name, (sizes, _cost) in COSTS.items()]
    on_simulator = Workload("each", "bare_requests", **THREE_OF_FOUR, server="simulator", repeats=2)

    figures = measure(workspace, [[*chosen, on_simulator]])

    assert list(COSTS) == list(CONTENDERS)
    *measurements, last = figures.measurements
    assert [one.workload for one in measurements] == chosen
    for one in measurements:
        reads, writes, connections = COSTS[one.workload.contender][1]
        assert (one.reads, one.writes) == (reads, writes), one
        assert one.connections in connections, one
        assert len(one.seconds) == 1
        assert one.memory_mb > 0
    assert (last.workload, last.reads, last.writes, last.connections) == (
        on_simulator,
        2,
        3,
        last.connections,
    )
    assert last.connections in UP_TO_FOUR
    assert len(last.seconds) == 2


@pytest.mark.parametrize(
    ("workload", "complaint"),
    [
        # One that reads a single webhook, where two are to be read.
        (Workload("none", "webhook_one", webhooks=2), "Counts(reads=1, writes=0, connections=1"),
        # One that does nothing, and leaves a webhook as it was.
        (Workload("none", "empty", webhooks=1, differing=1), "differing=1)"),
        # A program that fails.
        (Workload("none", "bare_requests", webhooks=1, concurrency=0), "exit status 1"),
    ],
)
def test_work_that_was_not_done_ends_the_measurement(
    workload: Workload, complaint: str, workspace: Workspace
) -> None:
    with pytest.raises(NotDone) as error:
        measure(workspace, [[workload]])
    assert complaint in str(error.value)
    assert API_KEY not in str(error.value)


@pytest.mark.parametrize(
    ("seen", "is_met"),
    [
        ((2, 1, 4), True),
        ((2, 1, 1), True),
        ((2, 1, 5), False),
        ((2, 1, 0), False),
        ((3, 1, 4), False),
        ((2, 0, 4), False),
        ((2, 2, 4), False),
    ],
)
def test_requests_must_be_exact_and_connections_in_range(
    seen: tuple[int, int, int], is_met: bool
) -> None:
    assert Cost(reads=2, writes=1, connections=(1, 4)).is_met(*seen) is is_met


def test_each_contender_is_a_file() -> None:
    folder = Path("tests/benchmarks")
    plays = {path.stem for path in folder.glob("plays/*.yml")}
    assert {*plays, "bare_requests"} == set(CONTENDERS)
    assert (folder / "bare_requests.py").is_file()
