# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as the API spells them: PascalCase names, dates with any number of fraction digits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from touchbase_simulator.state import DATE

if TYPE_CHECKING:
    from touchbase_simulator.state import Campaign, Webhook

Spelling = Callable[[str], str]


def webhook_as_wire(webhook: Webhook, spell: Spelling) -> dict[str, Any]:
    """Give the five fields of lists, creations and updates."""
    return {
        "Id": webhook.webhook_id,
        "IsActive": webhook.active,
        "Url": webhook.url,
        "WebhookType": webhook.webhook_type,
        "DateCreated": spell(webhook.date_created),
    }


def webhook_details_as_wire(webhook: Webhook, spell: Spelling) -> dict[str, Any]:
    """Give the five fields and the note (vendor page get-sms-campaign-webhook-details)."""
    return {"Note": webhook.note, **webhook_as_wire(webhook, spell)}


def campaign_as_wire(campaign: Campaign, spell: Spelling) -> dict[str, Any]:
    """Give a campaign as in the list of campaigns (vendor page get-sms-campaigns)."""
    return {
        "CampaignId": campaign.campaign_id,
        "Name": campaign.name,
        "Content": campaign.content,
        "Date": spell(campaign.date),
    }


def campaign_details_as_wire(campaign: Campaign, spell: Spelling) -> dict[str, Any]:
    """Give a campaign in full (vendor page get-sms-campaign-details).

    DeliveryDate of a campaign that was not sent is left out: the contract has no null for it.
    """
    delivery = campaign.delivery_date
    return {
        **({"DeliveryDate": spell(delivery)} if delivery else {}),
        "RepliesToEmail": campaign.replies_to_email,
        "RepliesToMobile": campaign.replies_to_mobile,
        "Status": campaign.status,
        **campaign_as_wire(campaign, spell),
    }


class DateSpeller:
    """Spells dates as they are stored, or each request with another number of digits."""

    def __init__(self) -> None:
        self._turns = count()

    def for_request(self, *, varying: bool) -> Spelling:
        """Give the spelling that holds for one request."""
        return partial(_with_digits, next(self._turns) % 8) if varying else str


def _with_digits(digits: int, date: str) -> str:
    """Cut or fill up the fraction of a second; the moment stays the same up to its precision."""
    parts = DATE.fullmatch(date)
    if parts is None:
        return date
    fraction = (parts[2] or "").ljust(7, "0")[:digits]
    return f"{parts[1]}.{fraction}Z" if fraction else f"{parts[1]}Z"


def now() -> str:
    """Give this moment with seven fraction digits, as in the example of a created webhook."""
    return f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%f}0Z"
