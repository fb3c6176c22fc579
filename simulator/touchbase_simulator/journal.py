# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: every request to the API, in the order in which they arrived."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Entry:
    """One request and the status of its response; null while it is under way.

    The Authorization header is never kept, only whether it was the right one.
    """

    number: int
    method: str
    path: str
    query: str
    status: int | None
    body: Any
    authorized: bool
    user_agent: str | None
    client_port: int | None


@dataclass
class Journal:
    """All entries since the last reset; numbers start at 1."""

    entries: list[Entry] = field(default_factory=list)

    def open_entry(
        self,
        *,
        method: str,
        path: str,
        query: str,
        body: Any,
        authorized: bool,
        user_agent: str | None,
        client_port: int | None,
    ) -> Entry:
        """Note a request that has arrived; whoever responds fills in the status."""
        number = len(self.entries) + 1
        entry = Entry(number, method, path, query, None, body, authorized, user_agent, client_port)
        self.entries.append(entry)
        return entry

    def as_data(self) -> list[dict[str, Any]]:
        """Give the entries as plain data."""
        return [asdict(entry) for entry in self.entries]

    def clear(self) -> None:
        """Forget every request; one still under way leaves no trace."""
        self.entries = []
