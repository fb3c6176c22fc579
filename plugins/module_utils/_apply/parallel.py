# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several requests at a time; private to this collection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from .._http.transport import block_signals

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_parallel(
    function: Callable[[Item], Outcome],
    items: Iterable[Item],
    concurrency: int,
    cancelled: threading.Event,
) -> list[Outcome]:
    """The function's result for each item, in their order, from up to ``concurrency`` threads.

    The first failure ends it: ``cancelled`` (that of the transport) is set until requests in
    progress are over, so that no other begins. So does an exception from outside, such as that of a
    task's ``timeout``, which Ansible raises in the main thread.
    """
    work = list(items)
    workers = min(concurrency, len(work))
    if workers <= 1:
        return [function(item) for item in work]
    job = _Job(function, cancelled, work)
    pool = ThreadPoolExecutor(workers)
    try:
        with block_signals():
            threads = [pool.submit(job.work) for _number in range(workers)]
        wait(threads)
    finally:
        cancelled.set()
        pool.shutdown()
        # The transport may serve the next task as well.
        cancelled.clear()
    if job.errors:
        raise job.errors[0]
    return [job.found[position] for position in range(len(work))]


class _Job(Generic[Item, Outcome]):
    """What the threads share; a future for each of thousands of items would take more memory."""

    def __init__(
        self, function: Callable[[Item], Outcome], cancelled: threading.Event, items: Iterable[Item]
    ) -> None:
        self.found: dict[int, Outcome] = {}
        self.errors: list[BaseException] = []
        self._function = function
        self._cancelled = cancelled
        self._waiting: SimpleQueue[tuple[int, Item]] = SimpleQueue()
        for numbered in enumerate(items):
            self._waiting.put(numbered)

    def work(self) -> None:
        """Find the result of one item after another, until none is left or all is cancelled."""
        while not self._cancelled.is_set():
            try:
                position, item = self._waiting.get_nowait()
            except Empty:
                return
            try:
                self.found[position] = self._function(item)
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
                self.errors.append(error)
                self._cancelled.set()
