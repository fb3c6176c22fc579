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
    errors: list[BaseException] = []
    pool = ThreadPoolExecutor(workers)
    try:
        with block_signals():
            results = pool.map(partial(_attempt, function, cancelled, errors), work)
        found = [outcome for result in results for outcome in result]
    finally:
        cancelled.set()
        pool.shutdown()
        # The transport may serve the next task as well.
        cancelled.clear()
    if errors:
        raise errors[0]
    return found


def _attempt(
    function: Callable[[Item], Outcome],
    cancelled: threading.Event,
    errors: list[BaseException],
    item: Item,
) -> list[Outcome]:
    """The one result; none after cancellation, or with an error, which cancels the rest."""
    if cancelled.is_set():
        return []
    try:
        return [function(item)]
    except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
        errors.append(error)
        cancelled.set()
        return []
