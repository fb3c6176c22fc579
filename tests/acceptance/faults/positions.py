# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that a fault can meet, each in a task that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import (
    campaign_info,
    webhook,
    webhook_info,
    webhooks,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import Operation
from tests.acceptance.faults.account import CAMPAIGN, HELD, Told
from tests.acceptance.support.playbooks import CAMPAIGN_INFO, WEBHOOK, WEBHOOK_INFO, WEBHOOKS

NEW = "https://hooks.example.org/new"
_TYPE = "CampaignMessageStatusUpdate"
_THE_ONE = {"campaign_id": CAMPAIGN, "webhook_id": HELD}
_SWITCHED_OFF = {**_THE_ONE, "active": False}


def _whole(told: Told) -> Told:
    return told


def _emptied(told: Told) -> Told:
    """An answer that leaves open what is stored, so that it is read back."""
    return replace(told, data=None)


@dataclass(frozen=True, eq=False)
class Position:
    """A request: the task it belongs to, and how those before it are answered.

    ``about`` is what a message about it names. ``like`` is the position whose column of the table
    holds for it as well; its own, if there is no other.
    """

    name: str
    options: Mapping[str, Any]
    about: str
    before: tuple[Callable[[Told], Told], ...] = (_whole,)
    module: str = WEBHOOK
    operation: Operation = field(default=webhook.OPERATION, repr=False)
    other: Position | None = None

    @property
    def like(self) -> Position:
        return self.other or self

    @property
    def is_reading(self) -> bool:
        """Whether the task cannot change anything."""
        return self.module.endswith("_info")

    def __str__(self) -> str:
        return self.name


FIRST = Position("first GET", _SWITCHED_OFF, f"webhook {HELD} of campaign {CAMPAIGN}", ())
PAGE = Position(
    "list page 2",
    {"page_size": 10},
    "list the campaigns",
    module=CAMPAIGN_INFO,
    operation=campaign_info.OPERATION,
)
PUT = Position("PUT", _SWITCHED_OFF, FIRST.about)
VERIFY = Position("verification GET", _SWITCHED_OFF, FIRST.about, (_whole, _emptied))
POST = Position(
    "POST",
    {"campaign_id": CAMPAIGN, "webhook_type": _TYPE, "url": NEW},
    f"webhook of campaign {CAMPAIGN}",
)
DELETE = Position("DELETE", {**_THE_ONE, "state": "absent"}, FIRST.about)

COLUMNS = (FIRST, PAGE, PUT, VERIFY, POST, DELETE)


def _of_a_set(position: Position) -> Position:
    """The same request in a task of the set, which reads a list first."""
    return replace(
        position,
        name=f"{position} of a set",
        options={"webhooks": [position.options]},
        module=WEBHOOKS,
        operation=webhooks.OPERATION,
        other=position,
    )


INFO = Position(
    "GET of the reader",
    _THE_ONE,
    FIRST.about,
    (),
    WEBHOOK_INFO,
    webhook_info.OPERATION,
    FIRST,
)
POSITIONS = (*COLUMNS, INFO, *map(_of_a_set, (PUT, VERIFY, POST, DELETE)))
