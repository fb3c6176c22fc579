# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that a test can wind: sleeping takes no time and is written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MORE_SLEEPS_THAN_ANY_TEST_HAS = 200


class Clock:
    """Stands in for the ``time`` module where only these two functions are used."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.while_sleeping: Callable[[], None] | None = None
        self._skipped = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
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
