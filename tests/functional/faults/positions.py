"""The requests that a fault can meet, each in a task that sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import (
    campaign_info,
    webhook,
)
from tests.functional.faults.account import CAMPAIGN, USED, ApiResponse
from tests.functional.support.playbooks import CAMPAIGN_INFO, WEBHOOK

OPERATIONS = {WEBHOOK: webhook.OPERATION, CAMPAIGN_INFO: campaign_info.OPERATION}
NEW = "https://hooks.example.org/new"
_CREATED = {"campaign_id": CAMPAIGN, "webhook_type": "CampaignMessageStatusUpdate", "url": NEW}
_THE_ONE = {"campaign_id": CAMPAIGN, "webhook_id": USED}
_DEACTIVATED = {**_THE_ONE, "active": False}
_ABOUT = f"webhook {USED} of campaign {CAMPAIGN}"


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
    about: str = _ABOUT
    before: tuple[Callable[[ApiResponse], ApiResponse], ...] = (_whole,)
    module: str = WEBHOOK

    def __str__(self) -> str:
        return self.column


COLUMNS = (
    Position("get", _DEACTIVATED, before=()),
    Position("page", {"page_size": 10}, "list the campaigns", module=CAMPAIGN_INFO),
    Position("put", _DEACTIVATED),
    Position("verify", _DEACTIVATED, before=(_whole, _empty)),
    Position("post", _CREATED, f"webhook of campaign {CAMPAIGN}"),
    Position("delete", {**_THE_ONE, "state": "absent"}),
)
