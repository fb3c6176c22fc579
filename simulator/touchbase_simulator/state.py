# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one account of the service holds. No HTTP and no files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Scope = Literal["campaign", "list", "message"]

# Vendor pages create-campaign-webhook, create-list-webhook, create-message-status-webhook.
WEBHOOK_TYPES: dict[Scope, tuple[str, ...]] = {
    "campaign": ("CampaignReply", "CampaignMessageStatusUpdate"),
    "list": ("ListSubscribe", "ListUnsubscribe"),
    "message": ("MessageStatusUpdate", "MessageReply"),
}

# UTC with a Z and up to seven fraction digits, as in the examples of the vendor pages.
DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z")


@dataclass(frozen=True)
class Owner:
    """Whose webhooks are meant; the account's message webhooks have no id."""

    scope: Scope
    owner_id: int | None = None


@dataclass(frozen=True)
class Webhook:
    """One webhook; a change replaces the whole record."""

    webhook_id: int
    webhook_type: str
    url: str
    active: bool
    date_created: str
    note: str | None


@dataclass
class Campaign:
    """A campaign with its webhooks by id; without a delivery date it has not been sent."""

    campaign_id: int
    name: str
    content: str
    date: str
    delivery_date: str | None
    status: str
    replies_to_email: str
    replies_to_mobile: str
    webhooks: dict[int, Webhook] = field(default_factory=dict)


@dataclass
class SubscriberList:
    """A list of subscribers with its webhooks by id; the subscribers are not simulated."""

    list_id: int
    name: str
    webhooks: dict[int, Webhook] = field(default_factory=dict)


@dataclass
class Account:
    """Everything that one API key opens."""

    api_key: str
    campaigns: dict[int, Campaign]
    lists: dict[int, SubscriberList]
    message_webhooks: dict[int, Webhook]
    # Ids are never given twice, so that a deleted webhook cannot come back as another one.
    last_webhook_id: int

    def webhooks_of(self, owner: Owner) -> dict[int, Webhook]:
        """Give the owner's own mapping of webhooks by id, to read or to change.

        :raises LookupError: there is no such campaign or list.
        """
        if owner.scope == "message":
            return self.message_webhooks
        owners: dict[int, Campaign] | dict[int, SubscriberList] = (
            self.campaigns if owner.scope == "campaign" else self.lists
        )
        if owner.owner_id is None or owner.owner_id not in owners:
            raise LookupError(owner)
        return owners[owner.owner_id].webhooks

    def new_webhook_id(self) -> int:
        """Give an id that no webhook has had."""
        self.last_webhook_id += 1
        return self.last_webhook_id

    def campaigns_newest_first(self) -> list[Campaign]:
        """Give all campaigns in the order of the vendor page get-sms-campaigns."""
        return sorted(
            self.campaigns.values(),
            key=lambda campaign: (_moment(campaign.date), campaign.campaign_id),
            reverse=True,
        )


def _moment(date: str) -> tuple[str, str]:
    """Make dates with different numbers of fraction digits comparable."""
    match = DATE.fullmatch(date)
    return (match[1], (match[2] or "").ljust(7, "0")) if match else (date, "")
