# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several requests at a time; private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_parallel(
    function: Callable[[Item], Outcome], items: Iterable[Item], concurrency: int
) -> list[Outcome]:
    """The function's result for each item, in their order, from up to ``concurrency`` threads.

    The first to fail ends it: what has begun is waited for, and nothing more begins.
    """
    work = list(items)
    workers = min(concurrency, len(work))
    if workers <= 1:
        return [function(item) for item in work]
    errors: list[BaseException] = []

    def attempt(item: Item) -> list[Outcome]:
        if errors:
            return []
        try:
            return [function(item)]
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            errors.append(error)
            return []

    pool = ThreadPoolExecutor(workers)
    try:
        results = list(pool.map(attempt, work))
    finally:
        pool.shutdown(cancel_futures=True)
    if errors:
        raise errors[0]
    return [outcome for result in results for outcome in result]
