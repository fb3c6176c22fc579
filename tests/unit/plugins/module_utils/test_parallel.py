# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several at a time: the results in order, never more threads than allowed, no stray work."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _parallel
from ansible_collections.touchbasepro.sms.plugins.module_utils._end_of_work import end_of_work
from ansible_collections.touchbasepro.sms.plugins.module_utils._parallel import in_parallel
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    OTHER_CAMPAIGN,
    client_of,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    after,
    black_hole,
    gateway,
    reply,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.signals import (
    FROM_OUTSIDE,
    blocked_here,
)

PATIENCE = 7.0  # seconds; nothing here waits that long unless the code is broken


@pytest.mark.parametrize("concurrency", [1, 2, 3, 32])
@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_results_are_in_the_order_of_the_items(count: int, concurrency: int) -> None:
    assert in_parallel(str, range(count), concurrency) == [str(n) for n in range(count)]


@pytest.mark.parametrize(("count", "concurrency"), [(5, 1), (1, 8)])
def test_where_one_thread_is_enough_it_is_the_caller_s_own(count: int, concurrency: int) -> None:
    threads = in_parallel(lambda _item: threading.current_thread(), range(count), concurrency)

    assert set(threads) == {threading.current_thread()}


@pytest.mark.parametrize(("count", "concurrency", "at_a_time"), [(9, 3, 3), (2, 8, 2)])
def test_so_many_are_under_way_at_a_time_and_no_more(
    count: int, concurrency: int, at_a_time: int
) -> None:
    barrier = threading.Barrier(at_a_time, timeout=PATIENCE)

    def meet(_item: int) -> threading.Thread:
        barrier.wait()
        return threading.current_thread()

    threads = in_parallel(meet, range(count), concurrency)

    assert len(set(threads)) == at_a_time


def test_a_later_item_may_end_before_an_earlier_one() -> None:
    second_has_ended = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert second_has_ended.wait(PATIENCE)
        else:
            second_has_ended.set()
        return item

    assert in_parallel(work, [0, 1], concurrency=2) == [0, 1]


class InTurn(ThreadPoolExecutor):
    """A pool of which only one thread ever gets a turn, so that the order is known."""

    def map(self, function: Callable[..., Any], *items: Iterable[Any], **_: Any) -> Iterator[Any]:
        return map(function, *items)


@pytest.mark.parametrize("failing", [0, 1, 99], ids=["the first item", "a later one", "the last"])
def test_the_first_to_fail_ends_it_and_nothing_more_begins(
    monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    monkeypatch.setattr(_parallel, "ThreadPoolExecutor", InTurn)
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        if item >= failing:
            raise KeyError(item)

    with pytest.raises(KeyError, match=str(failing)):
        in_parallel(work, range(100), concurrency=2)

    assert begun == list(range(failing + 1))


def test_it_is_the_first_failure_that_is_raised() -> None:
    def work(item: int) -> None:
        end = end_of_work()
        assert end is not None
        if item == 0:
            # The other one's failure is what ends the work.
            assert end.wait(PATIENCE)
        raise KeyError(item)

    with pytest.raises(KeyError, match="1"):
        in_parallel(work, [0, 1], concurrency=2)


def test_with_one_thread_nothing_begins_after_a_failure() -> None:
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        if item == 1:
            raise KeyError(item)

    with pytest.raises(KeyError):
        in_parallel(work, range(100), concurrency=1)

    assert begun == [0, 1]


def test_what_has_begun_when_another_fails_is_waited_for() -> None:
    both = threading.Barrier(2, timeout=PATIENCE)
    ended: list[int] = []

    def work(item: int) -> None:
        both.wait()
        if item == 0:
            raise KeyError(item)
        # Longer than it takes the other one to fail.
        ended.append(sum(1 for _step in range(1_000_000)))

    with pytest.raises(KeyError):
        in_parallel(work, [0, 1], concurrency=2)

    assert ended == [1_000_000]


class FromOutside(BaseException):
    """Raised in the thread that waits, as Ansible does when a task's time is over."""


@pytest.fixture(name="interrupt")
def _interrupt() -> Iterator[Callable[[], None]]:
    """What raises FromOutside in the main thread, once, and returns when it has done so."""
    was_raised = threading.Event()

    def raise_it(_number: int, _frame: object) -> None:
        if not was_raised.is_set():
            was_raised.set()
            raise FromOutside

    def interrupt() -> None:
        # A signal does not wake a thread that is about to wait, and only then waits.
        while not was_raised.wait(0.02):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)

    usual = signal.signal(signal.SIGALRM, raise_it)
    yield interrupt
    signal.signal(signal.SIGALRM, usual)


def test_an_exception_from_outside_ends_it_and_nothing_more_begins(
    interrupt: Callable[[], None],
) -> None:
    both = threading.Barrier(2, timeout=PATIENCE)
    begun: list[int] = []
    was_told: list[bool] = []

    def work(item: int) -> None:
        begun.append(item)
        if both.wait() == 0:
            interrupt()
        end = end_of_work()
        was_told.append(end is not None and end.wait(PATIENCE))

    with pytest.raises(FromOutside):
        in_parallel(work, range(100), concurrency=2)

    assert sorted(begun) == [0, 1]
    # Also waited for.
    assert was_told == [True, True]


def test_after_an_exception_from_outside_no_request_is_tried_again(
    service: ScriptedService, interrupt: Callable[[], None]
) -> None:
    later = gateway(503, "Later", {"Retry-After": str(int(PATIENCE))})
    service.answers(later, after(interrupt, later)).always_answers(reply(json=[]))
    client = client_of(service.url, retries=1, concurrency=2)

    with pytest.raises(FromOutside):
        in_parallel(client.list_webhooks, [CAMPAIGN, OTHER_CAMPAIGN], concurrency=2)

    assert len(service.requests) == 2


def test_a_session_is_as_good_as_new_after_an_exception_from_outside(
    service: ScriptedService, interrupt: Callable[[], None]
) -> None:
    service.answers(after(interrupt, black_hole()), reply(json=[]))
    client = client_of(service.url, concurrency=1)

    with pytest.raises(FromOutside):
        in_parallel(client.list_webhooks, [CAMPAIGN], concurrency=1)

    assert in_parallel(client.list_webhooks, [OTHER_CAMPAIGN], concurrency=1) == [[]]


def test_a_thread_that_works_for_itself_has_no_end_of_work() -> None:
    assert in_parallel(lambda _item: end_of_work(), [1], concurrency=2) == [None]


def test_signals_come_to_the_thread_that_waits() -> None:
    """Python handles them there, and not before a thread that was chosen instead is done."""
    blocked = in_parallel(lambda _item: blocked_here(), range(2), concurrency=2)

    assert blocked == [FROM_OUTSIDE, FROM_OUTSIDE]
    assert not blocked_here() & FROM_OUTSIDE
