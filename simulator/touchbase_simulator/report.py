# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a campaign (vendor page get-sms-campaign-report): a small one, always alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from touchbase_simulator.state import Campaign
    from touchbase_simulator.wire import Spelling

# Numbers carry a plus here, unlike in notifications.
_RECIPIENTS = ("+27820000001", "+27820000002", "+27820000003")
_DELIVERED = _RECIPIENTS[:2]
_BOUNCED = _RECIPIENTS[2:]
_REPLIED = _RECIPIENTS[:1]
_UNSUBSCRIBED = _RECIPIENTS[1:2]


def report_on(campaign: Campaign, select: int, spell: Spelling) -> dict[str, Any]:
    """Report what became of a campaign's messages; before delivery there is nothing to tell.

    :param select: sum of 1 recipients, 2 delivered, 4 bounced, 8 replies, 16 unsubscribed.
    """
    sent = campaign.delivery_date is not None
    moment = spell(campaign.delivery_date or campaign.date)

    def at_moment(numbers: tuple[str, ...]) -> list[dict[str, str]]:
        return [{"Number": number, "Date": moment} for number in numbers] if sent else []

    lists: dict[str, list[Any]] = {
        "Recipients": list(_RECIPIENTS),
        "Delivered": at_moment(_DELIVERED),
        "Bounced": at_moment(_BOUNCED),
        "Replies": [{**one, "Message": "Yes, please"} for one in at_moment(_REPLIED)],
        "Unsubscribed": at_moment(_UNSUBSCRIBED),
    }
    totals = {f"Total{name}": len(values) for name, values in lists.items()}
    chosen = {name: values for bit, (name, values) in enumerate(lists.items()) if select >> bit & 1}
    return {"Name": campaign.name, "Status": campaign.status, **totals, **chosen}
