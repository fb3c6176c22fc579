# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a thread learns that nobody waits for its work any more; private to this collection."""

from __future__ import annotations

import threading

_of_this_thread = threading.local()


class NoLongerWanted(Exception):
    """What this thread works for has ended; raised instead of sending its next request."""


def work_until(end: threading.Event) -> None:
    """From now on this thread works for somebody who sets ``end`` when it may stop."""
    _of_this_thread.end = end


def end_of_work() -> threading.Event | None:
    """The end of this thread's work; None where it works for itself."""
    return getattr(_of_this_thread, "end", None)
