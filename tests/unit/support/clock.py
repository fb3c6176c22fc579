"""A clock that a test can wind, and the signals that do not come to a thread."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

MORE_SLEEPS_THAN_ANY_TEST_HAS = 200
FROM_OUTSIDE = {signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGALRM}


class Clock:
    """Stands in for the ``time`` module, and for the event that pauses wait on.

    A pause takes no time and is written down.
    """

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.while_sleeping: Callable[[], None] | None = None
        self._skipped = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def time(self) -> float:
        return time.time() + self._skipped

    def event(self) -> threading.Event:
        """An event that is not waited for: that would be a pause."""
        return _ClockEvent(self)

    def sleep(self, seconds: float) -> None:
        """Let the time of a pause pass at once."""
        with self._lock:
            self.pauses.append(seconds)
            self._skipped += seconds
            happening, self.while_sleeping = self.while_sleeping, None
        if len(self.pauses) > MORE_SLEEPS_THAN_ANY_TEST_HAS:
            raise AssertionError("this never ends")
        if happening is not None:
            happening()

    def wind(self, seconds: float) -> None:
        """Move the clock on, or back."""
        with self._lock:
            self._skipped += seconds


class _ClockEvent(threading.Event):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        if timeout and not self.is_set():
            self._clock.sleep(timeout)
        return self.is_set()


def blocked_here() -> set[int]:
    """The signals that do not come to the thread that asks."""
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
