"""Several at a time: results in order, as many threads as allowed, cancellation."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.parallel import in_parallel
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import FROM_OUTSIDE, blocked_here

LIMIT = 7.0  # seconds; nothing here waits that long unless the code is broken


@pytest.fixture(name="cancelled")
def _cancelled() -> threading.Event:
    return threading.Event()


@pytest.mark.parametrize(
    ("count", "concurrency", "threads"),
    [(0, 8, 0), (1, 8, 1), (2, 8, 2), (9, 1, 1), (9, 3, 3)],
)
def test_results_are_in_order_from_as_many_threads_as_are_allowed(
    count: int, concurrency: int, threads: int, cancelled: threading.Event
) -> None:
    barrier = threading.Barrier(max(1, threads), timeout=LIMIT)

    def meet(item: int) -> tuple[int, threading.Thread]:
        barrier.wait()
        return item, threading.current_thread()

    found = in_parallel(meet, range(count), concurrency, cancelled)

    assert [item for item, _thread in found] == [*range(count)]
    used = {thread for _item, thread in found}
    assert len(used) == threads
    assert (threading.current_thread() in used) is (threads == 1)
    assert not cancelled.is_set()


def test_nothing_begins_after_the_first_failure_which_is_raised(cancelled: threading.Event) -> None:
    both = threading.Barrier(2, timeout=LIMIT)
    begun: list[int] = []
    was_cancelled: list[bool] = []

    def work(item: int) -> None:
        begun.append(item)
        both.wait()
        if item == 0:
            was_cancelled.append(cancelled.wait(LIMIT))
        raise KeyError(item)

    with pytest.raises(KeyError, match="1"):
        in_parallel(work, range(100), 2, cancelled)

    assert sorted(begun) == [0, 1]
    # Also waited for.
    assert was_cancelled == [True]
    assert not cancelled.is_set()


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


def test_nothing_begins_after_an_exception_from_outside(
    interrupt: Callable[[], None], cancelled: threading.Event
) -> None:
    both = threading.Barrier(2, timeout=LIMIT)
    begun: list[int] = []
    was_cancelled: list[bool] = []

    def work(item: int) -> None:
        begun.append(item)
        if both.wait() == 0:
            interrupt()
        was_cancelled.append(cancelled.wait(LIMIT))

    with pytest.raises(FromOutside):
        in_parallel(work, range(100), 2, cancelled)

    assert sorted(begun) == [0, 1]
    # Also waited for.
    assert was_cancelled == [True, True]
    assert not cancelled.is_set()


def test_signals_do_not_reach_worker_threads(cancelled: threading.Event) -> None:
    """Python acts on them in the main thread, once a thread chosen instead is done."""
    blocked = in_parallel(lambda _item: blocked_here(), range(2), 2, cancelled)

    assert blocked == [FROM_OUTSIDE, FROM_OUTSIDE]
    assert not blocked_here() & FROM_OUTSIDE
