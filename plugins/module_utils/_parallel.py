# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several requests at a time; private to this collection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from ._end_of_work import work_until

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_parallel(
    function: Callable[[Item], Outcome], items: Iterable[Item], concurrency: int
) -> list[Outcome]:
    """The function's result for each item, in their order, from up to ``concurrency`` threads.

    The first to fail ends it: the requests that are under way are waited for, and nothing more
    begins, not even another attempt. So does an exception from outside, such as that of a task's
    ``timeout``, which Ansible raises in the thread that waits here.
    """
    work = list(items)
    workers = min(concurrency, len(work))
    if workers <= 1:
        return [function(item) for item in work]
    end = threading.Event()
    errors: list[BaseException] = []
    attempt = partial(_attempt, function, end, errors)
    pool = ThreadPoolExecutor(workers, initializer=work_until, initargs=(end,))
    try:
        results = list(pool.map(attempt, work))
    finally:
        end.set()
        pool.shutdown()
    if errors:
        raise errors[0]
    return [outcome for result in results for outcome in result]


def _attempt(
    function: Callable[[Item], Outcome],
    end: threading.Event,
    errors: list[BaseException],
    item: Item,
) -> list[Outcome]:
    """The one result; none after the end, or with an error, which is the end."""
    if end.is_set():
        return []
    try:
        return [function(item)]
    except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
        errors.append(error)
        end.set()
        return []
