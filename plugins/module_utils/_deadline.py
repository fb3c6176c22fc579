# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A time limit that holds whatever the other side does; private to this collection.

A socket's own timeout starts anew with every byte, so that a server that drips one byte at a
time is never late. A deadline cuts the connection instead, in whatever phase it is: handshake,
headers or body. Python offers no such limit for a blocking socket.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ._end_of_work import leave_signals_to_others
from ._response import FinalResponse

_of_this_thread = threading.local()
# Seconds for which the watchdog waits for the next attempt, once the time of the last one is over.
_LONGEST_IDLE = 1.0


def is_bounded() -> bool:
    """Whether this thread is within an attempt."""
    return getattr(_of_this_thread, "deadline", None) is not None


class Deadline:
    """The end of one attempt's time; when it passes, the connection in use is cut.

    ``has_sent`` tells whether the request has left, so that the service may have acted on it.
    """

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self.has_passed = False
        self.has_sent = False
        self.is_finished = False
        self._lock = threading.Lock()
        self._line: socket.socket | None = None

    @property
    def remaining(self) -> float:
        """Seconds left, at least a millisecond, since a socket takes 0 for "do not wait"."""
        return max(0.001, self.ends_at - time.monotonic())

    def hold(self, connection: socket.socket) -> None:
        """Take a second handle of the connection, which survives its wrapping in TLS."""
        with self._lock:
            self._let_go()
            self._line = socket.socket(fileno=os.dup(connection.fileno()))
            if self.has_passed:
                self._cut()

    def pass_now(self) -> None:
        """Cut the connection; what reads from it sees its end."""
        with self._lock:
            self.has_passed = True
            self._cut()

    def finish(self) -> None:
        """The attempt is over; nothing is cut any more."""
        with self._lock:
            self.is_finished = True
            self._let_go()

    def _cut(self) -> None:
        if self._line is not None:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # The other side was faster.

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Watchdog:
    """One thread that passes the deadlines of many attempts, all of the same length in seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pending: deque[Deadline] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def deadline(self) -> Iterator[Deadline]:
        """Bound what this thread does inside the block."""
        deadline = Deadline(self._seconds)
        with self._changed:
            self._start()
            self._pending.append(deadline)
            if len(self._pending) == 1:
                self._changed.notify()
        _of_this_thread.deadline = deadline
        try:
            yield deadline
        finally:
            _of_this_thread.deadline = None
            deadline.finish()
            self._forget_finished()

    def _forget_finished(self) -> None:
        with self._changed:
            while self._pending and self._pending[0].is_finished:
                self._pending.popleft()

    def _start(self) -> None:
        if self._thread is None:
            thread = threading.Thread(target=self._watch, daemon=True)
            # Where the system has no more threads, this fails; the next attempt tries again.
            thread.start()
            self._thread = thread

    def _watch(self) -> None:
        leave_signals_to_others()
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: bool(self._pending), _LONGEST_IDLE):
                    # One thread for each session that ever was would be left otherwise.
                    self._thread = None
                    return
                # All are of the same length, so the first to come is the first to end.
                deadline = self._pending[0]
                left = deadline.ends_at - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                self._pending.popleft()
            deadline.pass_now()


def cuttable_pool(pool_class: Any) -> type:
    """A pool of urllib3 whose connections, and the wait for one, obey the thread's deadline."""

    class CuttablePool(pool_class):
        ConnectionCls = cuttable(pool_class.ConnectionCls)

        def _get_conn(self, timeout: float | None = None) -> Any:
            # One that is never given back would be waited for without an end.
            return super()._get_conn(timeout or _of_this_thread.deadline.remaining)

    return CuttablePool


def cuttable(connection_class: type) -> type:
    """The connection class of urllib3, for http or https, made to obey the thread's deadline.

    ``_new_conn`` is where urllib3's own SOCKS support replaces the making of a socket, too.
    """

    class CuttableConnection(connection_class):
        response_class = FinalResponse

        def _new_conn(self) -> socket.socket:
            deadline: Deadline = _of_this_thread.deadline
            # urllib3 gives every address of a host the whole time-out.
            self.timeout = deadline.remaining / _count_addresses(self._dns_host, self.port)
            made: socket.socket = super()._new_conn()
            made.settimeout(deadline.remaining)
            deadline.hold(made)
            return made

        def getresponse(self) -> Any:
            # A connection that was kept from an earlier request comes by here only. Whatever goes
            # wrong from here on, the request itself is on its way.
            _of_this_thread.deadline.has_sent = True
            _of_this_thread.deadline.hold(self.sock)
            return super().getresponse()

    return CuttableConnection


def _count_addresses(host: str, port: int) -> int:
    try:
        return max(1, len(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)))
    except (OSError, UnicodeError):
        return 1  # The attempt itself meets the same failure and reports it.
