# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the contract, applied to the account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from touchbase_simulator import refusals
from touchbase_simulator.refusals import Refusal
from touchbase_simulator.report import report_on
from touchbase_simulator.state import Owner, Webhook
from touchbase_simulator.urls import normalise
from touchbase_simulator.wire import (
    DateSpeller,
    Spelling,
    campaign_as_wire,
    campaign_details_as_wire,
    now,
    webhook_as_wire,
    webhook_details_as_wire,
)

if TYPE_CHECKING:
    from touchbase_simulator.behaviour import Behaviour
    from touchbase_simulator.simulation import Simulation
    from touchbase_simulator.state import Campaign

Operation = Callable[..., Awaitable["Reply"]]


@dataclass(frozen=True)
class Reply:
    """What an operation returns; the location of a new record is a path."""

    status: int
    body: Any
    location: str | None = None


class Operations:
    """One method for each kind of operation; the three families of webhooks share theirs.

    The arguments are the contract's parameters in snake_case, handed over by name. No method
    awaits anything, so each is applied as a whole before the next request is handled.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._speller = DateSpeller()

    def by_operation_id(self) -> dict[str, Operation]:
        """Say which method implements which operationId of the contract."""
        return {
            "get-sms-campaigns": self.list_campaigns,
            "get-sms-campaign-details": self.campaign_details,
            "get-sms-campaign-report": self.campaign_report,
            "get-sms-campaign-webhooks": self.list_webhooks,
            "create-campaign-webhook": self.create_webhook,
            "get-sms-campaign-webhook-details": self.webhook_details,
            "update-campaign-webhook": self.update_webhook,
            "delete-sms-campaign-webhook": self.delete_webhook,
            "get-sms-list-webhooks": self.list_webhooks,
            "create-list-webhook": self.create_webhook,
            "get-sms-list-webhook": self.webhook_details,
            "update-sms-list-webhook": self.update_webhook,
            "delete-sms-list-webhook": self.delete_webhook,
            "list-sms-message-webhooks": self.list_webhooks,
            "create-message-status-webhook": self.create_webhook,
            "get-sms-message-status-webhook": self.webhook_details,
            "update-sms-message-webhook": self.update_webhook,
            "delete-sms-message-webhook": self.delete_webhook,
        }

    async def list_campaigns(self, page: int, page_size: int) -> Reply:
        """Give one page of the campaigns, newest first; a page past the last one is empty."""
        campaigns = self._simulation.account.campaigns_newest_first()
        spell = self._spelling()
        first = (page - 1) * page_size
        return Reply(
            200,
            {
                "Data": [
                    campaign_as_wire(one, spell) for one in campaigns[first : first + page_size]
                ],
                "Page": page,
                "PageSize": page_size,
                "TotalPages": -(-len(campaigns) // page_size),
                "TotalRecordCount": len(campaigns),
            },
        )

    async def campaign_details(self, campaign_id: int) -> Reply:
        """Give one campaign in full."""
        campaign = self._campaign(campaign_id)
        return Reply(200, campaign_details_as_wire(campaign, self._spelling()))

    async def campaign_report(self, campaign_id: int, select: int = 0) -> Reply:
        """Give a campaign's totals and the lists that the bit mask selects."""
        return Reply(200, report_on(self._campaign(campaign_id), select, self._spelling()))

    async def list_webhooks(
        self, campaign_id: int | None = None, list_id: int | None = None
    ) -> Reply:
        """Give all webhooks of an owner, without their notes, or refuse if there are none."""
        owner = _owner(campaign_id, list_id)
        if self._is_unknown_campaign(owner) and self._behaviour.unknown_campaign == "empty_list":
            return Reply(200, [])
        webhooks = self._webhooks_of(owner)
        if not webhooks and self._behaviour.no_webhooks == "missing":
            raise Refusal(refusals.WEBHOOK_UNKNOWN)
        spell = self._spelling()
        return Reply(200, [webhook_as_wire(one, spell) for one in webhooks.values()])

    async def create_webhook(
        self, body: dict[str, Any], campaign_id: int | None = None, list_id: int | None = None
    ) -> Reply:
        """Create a webhook; the new webhook is active."""
        owner = _owner(campaign_id, list_id)
        webhooks = self._webhooks_of(owner)
        webhook = Webhook(
            webhook_id=self._simulation.account.new_webhook_id(),
            webhook_type=body["WebhookType"],
            url=self._stored(body["Url"]),
            active=True,
            date_created=now(),
            note=None,
        )
        self._refuse_duplicate(webhooks, webhook)
        webhooks[webhook.webhook_id] = webhook
        location = f"{_path_of(owner)}/{webhook.webhook_id}"
        return Reply(201, webhook_as_wire(webhook, self._spelling()), location)

    async def webhook_details(
        self, webhook_id: int, campaign_id: int | None = None, list_id: int | None = None
    ) -> Reply:
        """Give one webhook with its note."""
        webhook = self._holder(_owner(campaign_id, list_id), webhook_id)[webhook_id]
        return Reply(200, webhook_details_as_wire(webhook, self._spelling()))

    async def update_webhook(
        self,
        webhook_id: int,
        body: dict[str, Any],
        campaign_id: int | None = None,
        list_id: int | None = None,
    ) -> Reply:
        """Change a webhook's URL and activate or deactivate it."""
        if "Url" not in body:
            raise Refusal(refusals.URL_MISSING)
        webhooks = self._holder(_owner(campaign_id, list_id), webhook_id)
        before = webhooks[webhook_id]
        after = self._updated(before, body)
        self._refuse_duplicate(webhooks, after)
        webhooks[webhook_id] = after
        shown = before if self._behaviour.put_response == "stale" else after
        return Reply(200, webhook_as_wire(shown, self._spelling()))

    async def delete_webhook(
        self, webhook_id: int, campaign_id: int | None = None, list_id: int | None = None
    ) -> Reply:
        """Remove a webhook."""
        del self._holder(_owner(campaign_id, list_id), webhook_id)[webhook_id]
        return Reply(204, None)

    @property
    def _behaviour(self) -> Behaviour:
        return self._simulation.behaviour

    def _spelling(self) -> Spelling:
        return self._speller.for_request(varying=self._behaviour.date_fractions == "varying")

    def _stored(self, url: str) -> str:
        return normalise(url) if self._behaviour.stored_url == "normalised" else url

    def _updated(self, before: Webhook, body: dict[str, Any]) -> Webhook:
        active = before.active
        if "IsActive" in body:
            active = body["IsActive"]
        elif self._behaviour.put_without_is_active == "refuses":
            raise Refusal(refusals.IS_ACTIVE_MISSING)
        elif self._behaviour.put_without_is_active == "deactivates":
            active = False
        cleared = active and self._behaviour.note_after_reactivation == "cleared"
        return replace(
            before,
            url=self._stored(body["Url"]),
            active=active,
            note=None if cleared else before.note,
        )

    def _refuse_duplicate(self, webhooks: dict[int, Webhook], wanted: Webhook) -> None:
        if self._behaviour.duplicates == "allowed":
            return
        key = (wanted.webhook_type, wanted.url)
        for other in webhooks.values():
            if other.webhook_id != wanted.webhook_id and (other.webhook_type, other.url) == key:
                raise Refusal(refusals.DUPLICATE)

    def _campaign(self, campaign_id: int) -> Campaign:
        campaign = self._simulation.account.campaigns.get(campaign_id)
        if campaign is None:
            raise Refusal(refusals.CAMPAIGN_UNKNOWN)
        return campaign

    def _is_unknown_campaign(self, owner: Owner) -> bool:
        return (
            owner.scope == "campaign" and owner.owner_id not in self._simulation.account.campaigns
        )

    def _webhooks_of(self, owner: Owner) -> dict[int, Webhook]:
        """Give the owner's webhooks, or refuse as the service does for an owner it lacks."""
        try:
            return self._simulation.account.webhooks_of(owner)
        except LookupError:
            if owner.scope == "list":
                raise Refusal(refusals.LIST_UNKNOWN) from None
            if self._behaviour.unknown_campaign == "webhook_code":
                raise Refusal(refusals.WEBHOOK_UNKNOWN) from None
            raise Refusal(refusals.CAMPAIGN_UNKNOWN) from None

    def _holder(self, owner: Owner, webhook_id: int) -> dict[int, Webhook]:
        """Give the webhooks among which the one asked for is; not always the owner's own."""
        if self._is_unknown_campaign(owner) and self._behaviour.unknown_campaign == "empty_list":
            # A service that sees no campaign but an empty list misses the webhook, not its owner.
            raise Refusal(refusals.WEBHOOK_UNKNOWN)
        webhooks = self._webhooks_of(owner)
        if webhook_id in webhooks:
            return webhooks
        if owner.scope == "campaign" and self._behaviour.wrong_campaign == "served":
            for campaign in self._simulation.account.campaigns.values():
                if webhook_id in campaign.webhooks:
                    return campaign.webhooks
        raise Refusal(refusals.WEBHOOK_UNKNOWN)


def _owner(campaign_id: int | None, list_id: int | None) -> Owner:
    if campaign_id is not None:
        return Owner("campaign", campaign_id)
    if list_id is not None:
        return Owner("list", list_id)
    return Owner("message")


def _path_of(owner: Owner) -> str:
    if owner.scope == "message":
        return "/sms/message/webhooks"
    return f"/sms/{owner.scope}s/{owner.owner_id}/webhooks"
