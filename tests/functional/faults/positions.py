# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that a fault can meet, each in a task that sends it."""

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
from tests.functional.faults.account import CAMPAIGN, USED, ApiResponse
from tests.functional.support.playbooks import CAMPAIGN_INFO, WEBHOOK, WEBHOOK_INFO, WEBHOOKS

NEW = "https://hooks.example.org/new"
_CREATED = {"campaign_id": CAMPAIGN, "webhook_type": "CampaignMessageStatusUpdate", "url": NEW}
_THE_ONE = {"campaign_id": CAMPAIGN, "webhook_id": USED}
_DEACTIVATED = {**_THE_ONE, "active": False}


def _whole(response: ApiResponse) -> ApiResponse:
    return response


def _empty(response: ApiResponse) -> ApiResponse:
    """A response that leaves open what is stored, so that it is read back."""
    return replace(response, data=None)


@dataclass(frozen=True, eq=False)
class Position:
    """A request: the task that sends it, and how the requests before it are answered.

    ``column`` is that of the table, ``about`` what a message about the request names.
    """

    column: str
    options: Mapping[str, Any]
    about: str
    before: tuple[Callable[[ApiResponse], ApiResponse], ...] = (_whole,)
    module: str = WEBHOOK
    operation: Operation = field(default=webhook.OPERATION, repr=False)
    of: str = ""

    @property
    def is_reading(self) -> bool:
        """Whether the task cannot change anything."""
        return self.module.endswith("_info")

    def __str__(self) -> str:
        return f"{self.column}{self.of}"


_ABOUT = f"webhook {USED} of campaign {CAMPAIGN}"
GET = Position("get", _DEACTIVATED, _ABOUT, ())
PAGE = Position(
    "page",
    {"page_size": 10},
    "list the campaigns",
    module=CAMPAIGN_INFO,
    operation=campaign_info.OPERATION,
)
PUT = Position("put", _DEACTIVATED, _ABOUT)
VERIFY = Position("verify", _DEACTIVATED, _ABOUT, (_whole, _empty))
POST = Position("post", _CREATED, f"webhook of campaign {CAMPAIGN}")
DELETE = Position("delete", {**_THE_ONE, "state": "absent"}, _ABOUT)
COLUMNS = (GET, PAGE, PUT, VERIFY, POST, DELETE)


def _of_a_set(position: Position) -> Position:
    """The same request in a task of the set, which reads a list first."""
    return replace(
        position,
        of=" of a set",
        options={"webhooks": [position.options]},
        module=WEBHOOKS,
        operation=webhooks.OPERATION,
    )


INFO = Position(
    "get", _THE_ONE, _ABOUT, (), WEBHOOK_INFO, webhook_info.OPERATION, of=" of webhook_info"
)
MORE = (INFO, *map(_of_a_set, (PUT, VERIFY, POST, DELETE)))
