# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a task has come: counts, and nothing that could be secret; private."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Progress:
    """What is done of what is to do; many threads may count while another one reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._doing = ""
        self._total = 0
        self._done = 0
        self._retries = 0

    def begin(self, doing: str, total: int) -> None:
        """The next part of the task: ``total`` steps, of which so many are then ``doing``."""
        with self._lock:
            self._doing, self._total, self._done = doing, total, 0

    def count_done(self) -> None:
        """One step of the part was successful."""
        with self._lock:
            self._done += 1

    def count_retry(self) -> None:
        """A request is to be repeated."""
        with self._lock:
            self._retries += 1

    def counting(self, function: Callable[[Item], Outcome]) -> Callable[[Item], Outcome]:
        """The function, with a step counted whenever it returns."""

        def counted(item: Item) -> Outcome:
            outcome = function(item)
            self.count_done()
            return outcome

        return counted

    def __str__(self) -> str:
        """The counts in words; empty before anything has begun."""
        with self._lock:
            if not self._total:
                return ""
            text = f"{self._done:,} of {self._total:,} {self._doing}"
            if not self._retries:
                return text
            return f"{text}, {self._retries:,} {'retry' if self._retries == 1 else 'retries'}"
