# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task at a time creates webhooks of an owner; private to this collection.

A task that runs for many hosts would otherwise list the webhooks for each of them before any of
them creates one, and create it as often.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..module_utils._errors import NotPlannable

LONGEST_WAIT = 600.0
"""Seconds that a task waits for the others."""
_PAUSE = 0.02  # seconds
_UNUSED_PLACE = 2**62


@contextmanager
def creation_locks(
    folder: Path, fallback: Path, account: str, owners: Iterable[str], wait: float = LONGEST_WAIT
) -> Iterator[None]:
    """Hold the lock of each owner while the block runs; in the order that all tasks take them in.

    The locks are ranges of one file for each account, in ``folder``, or in ``fallback`` if there
    can be no lock. Where neither has locks, the block runs without. The locks end with the process.
    Raises NotPlannable after ``wait`` seconds.
    """
    places = sorted({int(_digest(owner)[:15], 16) for owner in owners})
    name = f"{_digest(account)}.lock"
    descriptor = _opened(folder / name) or _opened(fallback / name)
    if descriptor is None:
        yield
        return
    try:
        deadline = time.monotonic() + wait
        for place in places:
            _acquire(descriptor, place, deadline)
        yield
    finally:
        os.close(descriptor)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _opened(path: Path) -> int | None:
    """The descriptor of a file that can be locked; None if there can be none."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        # A file system may have no locks at all.
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _UNUSED_PLACE)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _acquire(descriptor: int, place: int, deadline: float) -> None:
    while not _is_acquired(descriptor, place):
        if time.monotonic() >= deadline:
            raise NotPlannable(
                "Nothing was changed: other tasks of this controller have been creating webhooks "
                "of the same owner for too long. Run the task again, or let one host run it with "
                "`run_once: true`."
            )
        time.sleep(_PAUSE)


def _is_acquired(descriptor: int, place: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except (BlockingIOError, PermissionError):
        return False
    return True
