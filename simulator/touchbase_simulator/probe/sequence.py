# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked, in order. What the responses mean is not decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from touchbase_simulator.probe.account import Stopped
from touchbase_simulator.probe.exchange import is_number

if TYPE_CHECKING:
    from touchbase_simulator.probe.account import Account
    from touchbase_simulator.probe.exchange import Exchange

# Within the 32 bits that an id may have, and far from those that a service gives.
UNKNOWN_ID = 2_147_483_000
_MOST_OTHER_CAMPAIGNS = 3
_MOST_SINGLE_READS = 2
_MOST_LISTS = 5


def read(account: Account) -> None:
    """Ask what reading can tell.

    :raises Stopped: what was named is not there, or the account stops the run.
    """
    page = account.get("campaigns", "/sms/campaigns?page=1&pageSize=10")
    if account.owner.scope == "campaign":
        campaign = account.get("campaign", f"/sms/campaigns/{account.owner.owner_id}")
        if not campaign.is_success:
            raise Stopped(f"the campaign cannot be read: {campaign}")
    listing = account.list_webhooks("list")
    if listing.webhooks is None or listing.code not in (None, 142):
        raise Stopped(f"the webhooks cannot be read: {listing}")
    account.list_webhooks("list")
    for one in listing.webhooks[:_MOST_SINGLE_READS]:
        account.read("read a listed one", one["Id"])
    account.read("read an unknown one", UNKNOWN_ID)
    account.get("unknown campaign", f"/sms/campaigns/{UNKNOWN_ID}")
    account.get("list of an unknown campaign", f"/sms/campaigns/{UNKNOWN_ID}/webhooks")
    _read_other_campaigns(account, _campaign_ids(page), listing.webhooks)


def write(account: Account) -> None:
    """Ask what only webhooks of one's own can tell; ``cleanup`` removes them."""
    token = account.receiver.new_token()
    first = _create(account, "create", token)
    if first is None:
        return
    if account.owner.scope == "campaign" and not _was_asked(account, "read from another campaign"):
        others = _campaign_ids(account.exchanges[0])
        _read_from(account, [one for one in others if one != account.owner.owner_id], first)
    second = _create(account, "create the same again", token)
    if second is not None:
        _delete(account, second)
    plain = account.receiver.plain
    _update(account, "update without IsActive", first, {"Url": plain(token)})
    moved = {"Url": plain(token, "/moved"), "IsActive": False}
    _update(account, "update", first, moved)
    respelled = {"Url": account.receiver.respelled(token), "IsActive": False}
    _update(account, "update with another spelling", first, respelled)
    account.list_webhooks("list after the updates")


def _read_other_campaigns(
    account: Account, campaign_ids: list[int], webhooks: list[dict[str, Any]]
) -> None:
    """Read lists of other campaigns, and one webhook under a campaign that it is not of."""
    known = {}
    if account.owner.scope == "campaign":
        known[account.owner.owner_id] = webhooks
    others = [one for one in campaign_ids if one not in known][:_MOST_OTHER_CAMPAIGNS]
    for other in others:
        listing = account.get("list of another campaign", f"/sms/campaigns/{other}/webhooks")
        known[other] = listing.webhooks or []
    for campaign_id, listed in known.items():
        if listed:
            elsewhere = [one for one in known if one != campaign_id]
            _read_from(account, elsewhere, listed[0]["Id"])
            return


def _read_from(account: Account, campaign_ids: list[Any], webhook_id: int) -> None:
    for campaign_id in campaign_ids[:1]:
        path = f"/sms/campaigns/{campaign_id}/webhooks/{webhook_id}"
        account.get("read from another campaign", path)


def _campaign_ids(page: Exchange) -> list[int]:
    ids = [one.get("CampaignId") for one in page.records]
    return [one for one in ids if is_number(one)]


def _was_asked(account: Account, step: str) -> bool:
    return any(exchange.step == step for exchange in account.exchanges)


def _create(account: Account, step: str, token: str) -> int | None:
    """Create a webhook, and give the id by which the service shows it."""
    before = set(account.own)
    created = account.create(step, token)
    if created.is_refusal:
        return None
    for _time in range(_MOST_LISTS):
        account.list_webhooks("list after a creation")
        new = set(account.own) - before
        if new:
            return new.pop()
    if created.webhook:
        account.read("read after a creation", created.webhook["Id"])
    return next(iter(set(account.own) - before), None)


def _update(account: Account, step: str, webhook_id: int, sent: dict[str, Any]) -> None:
    account.update(step, webhook_id, sent)
    account.read("read after an update", webhook_id)


def _delete(account: Account, webhook_id: int) -> None:
    if account.delete("delete", webhook_id).is_success:
        account.read("read after a deletion", webhook_id)
    else:
        sent = {"Url": account.own[webhook_id], "IsActive": False}
        account.update("deactivate", webhook_id, sent)
