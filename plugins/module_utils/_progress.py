# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a task has come: counts, and nothing sensitive; private."""

from __future__ import annotations

import threading


class Progress:
    """Counts of the current step of a task; safe for use by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = {"done": 0, "total": 0, "retries": 0}
        self._doing = ""

    def begin(self, doing: str, total: int) -> None:
        """Begin the next step: ``total`` items, each of which is then ``doing``."""
        with self._lock:
            self._doing = doing
            self._counts.update(done=0, total=total)

    def count(self, name: str = "done") -> None:
        """Count an item that is done, or a retry."""
        with self._lock:
            self._counts[name] += 1

    def __str__(self) -> str:
        """The counts in words; empty before anything has begun."""
        done, total, retries = self._counts.values()
        if not total:
            return ""
        text = f"{done:,} of {total:,} {self._doing}"
        return f"{text}, {retries:,} {'retry' if retries == 1 else 'retries'}" if retries else text
