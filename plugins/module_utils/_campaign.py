# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Campaigns as a bootstrap needs them: from a name to an id; private to this collection."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Campaign:
    """A campaign in the collection's terms; names are not unique.

    What only a campaign's details tell is None in a list. Dates are opaque text.
    """

    campaign_id: int
    name: str | None = None
    content: str | None = None
    date: str | None = None
    status: str | None = None
    delivery_date: str | None = None
    replies_to_email: str | None = None
    replies_to_mobile: str | None = None

    def record(self) -> dict[str, Any]:
        """The campaign as a task returns it."""
        return asdict(self)
