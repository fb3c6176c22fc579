# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose webhooks are meant: a campaign's, a list's or the account's own; private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._errors import NotPlannable

# Vendor pages create-campaign-webhook, create-list-webhook and create-message-status-webhook.
WEBHOOK_TYPES = {
    "campaign": ("CampaignReply", "CampaignMessageStatusUpdate"),
    "list": ("ListSubscribe", "ListUnsubscribe"),
    "message": ("MessageStatusUpdate", "MessageReply"),
}
ALL_WEBHOOK_TYPES = [name for names in WEBHOOK_TYPES.values() for name in names]

OWNER_SPEC: dict[str, dict[str, Any]] = {
    "scope": {"type": "str", "choices": list(WEBHOOK_TYPES)},
    "campaign_id": {"type": "int"},
    "list_id": {"type": "int"},
}

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Owner:
    """What a webhook belongs to; ``owner_id`` is None for the account's message webhooks."""

    scope: str
    owner_id: int | None = None

    def __str__(self) -> str:
        return "the account" if self.owner_id is None else f"{self.scope} {self.owner_id}"

    def record(self) -> dict[str, Any]:
        """The owner as option names: ``scope``, ``campaign_id`` and ``list_id``."""
        ids: dict[str, int | None] = {"campaign_id": None, "list_id": None}
        if self.owner_id is not None:
            ids[f"{self.scope}_id"] = self.owner_id
        return {"scope": self.scope, **ids}


def owner_from(options: Mapping[str, Any]) -> Owner:
    """Read the owner from options; a null option counts as omitted.

    Raises NotPlannable when they name no owner, two, or contradict ``scope``.
    """
    ids = {scope: positive_id(options, f"{scope}_id") for scope in ("campaign", "list")}
    given = [Owner(scope, owner_id) for scope, owner_id in ids.items() if owner_id is not None]
    scope = options.get("scope")
    if len(given) > 1:
        raise NotPlannable("campaign_id and list_id name two owners. Give only one of them.")
    if given and scope not in (None, given[0].scope):
        raise NotPlannable(f"scope is {scope}, but {given[0].scope}_id names a {given[0].scope}.")
    if given:
        return given[0]
    if scope == "message":
        return Owner("message")
    missing = f"{scope}_id" if scope else "campaign_id, list_id, or scope: message"
    raise NotPlannable(f"The owner of the webhook is missing. Give {missing}.")


def positive_id(options: Mapping[str, Any], name: str) -> int | None:
    """Read an id; None when omitted. Raises NotPlannable unless it is a positive integer.

    Ansible's ``int`` lets booleans through, which Python would take for 1 and 0.
    """
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise NotPlannable(f"{name} must be a positive integer, not {value!r}.")
    if value > LARGEST_ID:
        # Python refuses to write down a number of thousands of digits.
        raise NotPlannable(f"{name} is above {LARGEST_ID}, so it cannot be an id.")
    return value


def webhook_type_from(options: Mapping[str, Any], owner: Owner) -> str | None:
    """Read ``webhook_type``; None when omitted. Raises NotPlannable if the owner has no such."""
    webhook_type = options.get("webhook_type")
    known = WEBHOOK_TYPES[owner.scope]
    if webhook_type is not None and webhook_type not in known:
        raise NotPlannable(
            f"webhook_type {webhook_type} does not exist for {owner}; known are {', '.join(known)}."
        )
    return webhook_type


def capitalised(what: object) -> str:
    """What something is called, at the beginning of a sentence."""
    text = str(what)
    return text[:1].upper() + text[1:]
