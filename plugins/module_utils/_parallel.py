# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several requests at a time; private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
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
    pool = ThreadPoolExecutor(workers)
    try:
        futures = [pool.submit(function, item) for item in work]
        done, _rest = wait(futures, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        return [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)
