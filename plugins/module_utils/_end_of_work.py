# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a thread learns that nobody waits for its work, and leaves signals to who does; private."""

from __future__ import annotations

import signal
import threading

_of_this_thread = threading.local()
# Ctrl-C, the end of a session or of Ansible, and the timeout of a task.
_FROM_OUTSIDE = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGALRM)


class NoLongerWanted(Exception):
    """What this thread works for has ended; raised instead of sending its next request."""


def work_until(end: threading.Event) -> None:
    """From now on this thread works for somebody who sets ``end`` when it may stop."""
    leave_signals_to_others()
    _of_this_thread.end = end


def leave_signals_to_others() -> None:
    """Let signals come to another thread: Python handles them in the main one.

    That would go on waiting for this one, if the system had chosen this one for a signal.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _FROM_OUTSIDE)


def end_of_work() -> threading.Event | None:
    """The end of this thread's work; None where it works for itself."""
    return getattr(_of_this_thread, "end", None)
