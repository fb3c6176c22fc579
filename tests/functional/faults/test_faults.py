"""Every fault at every request: the task ends in time, its result is true, nothing is doubled."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._http import retry, transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import Mode
from tests.functional.faults.account import USED, AccountService
from tests.functional.faults.assertions import Result, assert_as_expected
from tests.functional.faults.misbehaviour import responding
from tests.functional.faults.positions import NEW, OPERATIONS
from tests.functional.faults.table import CELLS, Cell
from tests.functional.support.operations import result_of
from tests.unit.support.clock import Clock

# Seconds for a whole task on a machine under load: far more than it may take, and less than if only
# one request had no end.
_LIMIT = 15.0
SLOW_TEST = "test_task_with_a_slow_response_ends_as_the_table_says"
_LONG = {"timeout": 30.0, "retries": 3, "max_wait": 60.0}
_SHORT = {"timeout": 0.6, "retries": 1, "max_wait": 0.01}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(retry, "time", clock)
    monkeypatch.setattr(transport, "Event", clock.event)
    return clock


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("cell", [one for one in CELLS if not one.fault.is_slow], ids=str)
def test_task_with_a_fault_ends_as_the_table_says(cell: Cell) -> None:
    with cell.service() as service:
        result = _result(cell, service, _LONG)

    assert_as_expected(cell, service, result)
    _assert_next_run_completes(cell, service)


@pytest.fixture(scope="module")
def slow_results(request: pytest.FixtureRequest) -> Mapping[str, tuple[AccountService, Result]]:
    """Services and results of all slow cells of this run, which wait at the same time."""

    def one(cell: Cell) -> tuple[str, tuple[AccountService, Result]]:
        with cell.service() as service:
            return str(cell), (service, _result(cell, service, _SHORT))

    items = [one for one in request.session.items if isinstance(one, pytest.Function)]
    slow = [one for one in items if one.originalname == SLOW_TEST]
    with ThreadPoolExecutor(24) as pool:
        return dict(pool.map(one, [item.callspec.params["cell"] for item in slow]))


@pytest.mark.xdist_group("slow responses")
@pytest.mark.parametrize("cell", [one for one in CELLS if one.fault.is_slow], ids=str)
def test_task_with_a_slow_response_ends_as_the_table_says(
    cell: Cell, slow_results: Mapping[str, tuple[AccountService, Result]]
) -> None:
    service, result = slow_results[str(cell)]

    assert_as_expected(cell, service, result)
    _assert_next_run_completes(cell, service)


def _assert_next_run_completes(cell: Cell, faulty: AccountService) -> None:
    """What is declared is there then, once, unless somebody else deleted it."""
    if cell.column == "page" or not faulty.webhooks:
        return
    with contextlib.closing(AccountService(simulation=faulty.simulation)) as service:
        service.always_answers(responding)
        result = _result(cell, service, _LONG)
    if cell.column == "post":
        assert [one.url for one in service.webhooks.values()].count(NEW) == 1
    elif cell.column == "delete":
        assert USED not in service.webhooks
    elif USED in service.webhooks:
        assert not service.webhooks[USED].active
    assert not result.get("failed") or USED not in service.webhooks


def _result(cell: Cell, service: AccountService, limits: Mapping[str, Any]) -> Result:
    """The result of the task, which must come to an end."""
    position, options = cell.position, {"api_url": service.url, **limits, **cell.position.options}
    results: queue.SimpleQueue[Result] = queue.SimpleQueue()

    def run() -> None:
        results.put(result_of(OPERATIONS[position.module], options, Mode(diff=True)))

    threading.Thread(target=run, daemon=True).start()
    return results.get(timeout=_LIMIT)
