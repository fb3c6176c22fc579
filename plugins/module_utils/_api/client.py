# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints: the one place that spells paths and property names of the API; private.

Sources: the vendor's operation pages; for the paths of list and message webhooks a third-party
index of the vendor's export. The contract in simulator/touchbase_simulator says which fact is how
sure.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from threading import Event
from typing import Any

from .._errors import WEBHOOK_MISSING, Refused, TouchBaseError, UnexpectedResponse
from .._http.response import Request, Response
from .._http.transport import Transport
from .._progress import Progress
from .._sensitive import printable_url, single_line, without_controls
from .models import Campaign, Owner, Webhook, sentence_start

_WEBHOOKS = {
    "campaign": "/sms/campaigns/{owner_id}/webhooks",
    "list": "/sms/lists/{owner_id}/webhooks",
    "message": "/sms/message/webhooks",
}
_CAMPAIGNS = "/sms/campaigns"
# Vendor page get-sms-campaigns: the range of pageSize.
MIN_PAGE_SIZE = 10
MAX_PAGE_SIZE = 1000
_CAMPAIGN_TEXTS = {
    "name": "Name",
    "content": "Content",
    "date": "Date",
    "status": "Status",
    "delivery_date": "DeliveryDate",
    "replies_to_email": "RepliesToEmail",
    "replies_to_mobile": "RepliesToMobile",
}
_PROPERTIES = {"Id": int, "IsActive": bool, "Url": str, "WebhookType": str}


class Client:
    """The operations of the API that the collection uses, in the collection's terms."""

    def __init__(self, transport: Transport, progress: Progress | None = None) -> None:
        """Use a session; what long work has done is counted in ``progress``."""
        self._transport = transport
        self.progress = progress or Progress()

    @property
    def cancelled(self) -> Event:
        """While it is set, no request is sent."""
        return self._transport.cancelled

    def _send(self, request: Request) -> Response:
        return self._transport.send(request, lambda: self.progress.count("retries"))

    def list_webhooks(self, owner: Owner) -> list[Webhook]:
        """Every webhook of an owner, without notes, which only read_webhook gives.

        Raises Refused, also for an owner without webhooks if the service says so: its code for a
        missing webhook on a list is ``webhook_is_missing``.
        """
        doing = f"list the webhooks of {owner}"
        response = self._send(Request("GET", _path(owner), doing, advice=_advice(owner)))
        records = response.json()
        if not isinstance(records, list):
            raise response.unexpected("not a list of webhooks")
        webhooks = [_webhook_from(owner, record, response) for record in records]
        counts = Counter(webhook.webhook_id for webhook in webhooks)
        twice = [webhook_id for webhook_id, count in counts.items() if count > 1]
        if twice:
            raise response.unexpected(f"a list with webhook {twice[0]} twice")
        return webhooks

    def read_webhook(self, owner: Owner, webhook_id: int) -> Webhook:
        """One webhook with its note. Raises Refused when it is not there."""
        doing = f"read webhook {webhook_id} of {owner}"
        path, advice = _path(owner, webhook_id), _advice(owner, webhook_id)
        response = self._send(Request("GET", path, doing, advice=advice))
        webhook = _webhook_from(owner, response.json(), response)
        if webhook.webhook_id != webhook_id:
            raise response.unexpected(f"webhook {webhook.webhook_id} instead")
        return webhook

    def create_webhook(self, webhook: Webhook) -> Webhook:
        """Create a webhook and return the record of the response; ``active`` cannot be chosen.

        The webhook may exist despite an error whose ``may_have_been_applied`` is true.
        """
        body = {"Url": webhook.wire_url, "WebhookType": webhook.webhook_type}
        doing = f"create a {webhook.webhook_type} webhook of {webhook.owner}"
        advice = _advice(webhook.owner)
        response = self._send(Request("POST", _path(webhook.owner), doing, body, advice))
        if response.status not in (200, 201):
            raise response.unexpected("not that of a creation")
        return _webhook_from(webhook.owner, response.json(), response)

    def delete_webhook(self, webhook: Webhook) -> None:
        """Delete a webhook; one that is gone already is fine."""
        path = _path(webhook.owner, webhook.webhook_id)
        try:
            advice = _advice(webhook.owner, webhook.webhook_id)
            response = self._send(Request("DELETE", path, f"delete {webhook}", advice=advice))
            if response.status not in (200, 204) or response.body.strip():
                raise response.unexpected("not that of a deletion")
        except UnexpectedResponse:
            # A page or message of something before the service does not say that it is done.
            if not self._is_gone(webhook):
                raise
        except Refused as error:
            if not error.webhook_is_missing:
                raise

    def _is_gone(self, webhook: Webhook) -> bool:
        """Whether the service says so; not if it cannot be asked."""
        try:
            self.read_webhook(webhook.owner, webhook.known_id)
        except TouchBaseError as error:
            return isinstance(error, Refused) and error.webhook_is_missing
        return False

    def update_webhook(self, webhook: Webhook) -> Webhook | None:
        """Store URL and activity, always both, and return the record of the response.

        None when the write was accepted with a response that does not say what is stored, such as
        any but the documented 200. Without Url the API refuses (code 143, vendor page
        update-campaign-webhook); what it does without IsActive is not documented.
        """
        response = self._send(
            Request(
                "PUT",
                _path(webhook.owner, webhook.webhook_id),
                f"update {webhook}",
                {"Url": webhook.wire_url, "IsActive": webhook.active},
                _advice(webhook.owner, webhook.webhook_id),
            )
        )
        if response.status != 200:
            return None
        try:
            return _webhook_from(webhook.owner, response.json(), response)
        except UnexpectedResponse:
            return None

    def list_campaigns(self, page_size: int, warn: Callable[[str], None]) -> list[Campaign]:
        """Every campaign, newest first, read ``page_size`` at a time.

        A campaign that moves to the next page while this reads is listed once; one that moves to
        the page before cannot be seen.
        """
        found: dict[int, Campaign] = {}
        expected = 0
        for page in itertools.count(1):
            path = f"{_CAMPAIGNS}?page={page}&pageSize={page_size}"
            response = self._send(Request("GET", path, "list the campaigns"))
            campaigns, pages, total = _page_from(response)
            if page == 1:
                expected = total
                self.progress.begin("pages read", pages)
            self.progress.count()
            known = len(found)
            found.update((campaign.campaign_id, campaign) for campaign in campaigns)
            if page >= pages:
                break
            if len(found) == known:
                # It would go on like this for as many pages as the service claims to have.
                raise response.unexpected(f"page {page} of {pages}, with nothing new")
        if len(found) < expected:
            warn(
                f"The service counted {expected:,} campaigns, but its pages listed only "
                f"{len(found):,}: some may have been removed meanwhile. If one is missing here, "
                "run the task again."
            )
        return list(found.values())

    def read_campaign(self, campaign_id: int) -> Campaign:
        """One campaign with what only its details tell. Raises Refused when it is not there."""
        doing = f"read campaign {campaign_id}"
        path, advice = f"{_CAMPAIGNS}/{campaign_id}", _advice(Owner("campaign", campaign_id))
        response = self._send(Request("GET", path, doing, advice=advice))
        campaign = _campaign_from(response.json(), response)
        if campaign.campaign_id != campaign_id:
            raise response.unexpected(f"campaign {campaign.campaign_id} instead")
        return campaign


def _path(owner: Owner, webhook_id: int | None = None) -> str:
    path = _WEBHOOKS[owner.scope].format(owner_id=owner.owner_id)
    return path if webhook_id is None else f"{path}/{webhook_id}"


def _advice(owner: Owner, webhook_id: int | None = None) -> dict[int | None, str]:
    """What a refusal with status 404 means, by code; None is any other code.

    The code for a missing owner is not documented.
    """
    name = sentence_start(owner)
    option = "scope" if owner.owner_id is None else f"{owner.scope}_id"
    which = "webhooks" if webhook_id is None else f"webhook {webhook_id}"
    # The code of a missing webhook may also be that of one whose owner does not exist.
    check = option if webhook_id is None else f"webhook_id and {option}"
    no_owner = f"{name} does not exist for this API key. Check {option}"
    if owner.owner_id is None:
        no_owner = "The account of this API key has no such webhooks. Check api_key and scope"
    elif owner.scope == "campaign":
        no_owner += "; touchbase_sms_campaign_info lists the campaigns"
    no_webhook = f"{name} has no {which}. Check {check}"
    no_webhook += "; touchbase_sms_webhook_info lists what there is"
    return {WEBHOOK_MISSING: f"{no_webhook}.", None: f"{no_owner}."}


def _webhook_from(owner: Owner, record: Any, response: Response) -> Webhook:
    if not isinstance(record, dict):
        raise response.unexpected("not a webhook object")
    for name, kind in _PROPERTIES.items():
        value = record.get(name)
        # A boolean is an int to isinstance.
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise response.unexpected(f"a webhook whose {name} is missing or of the wrong type")
    date_created, given, url = record.get("DateCreated"), record.get("Note"), record["Url"]
    note = None if given is None else single_line(str(given))
    return Webhook(
        owner=owner,
        webhook_id=record["Id"],
        webhook_type=single_line(record["WebhookType"]),
        url=printable_url(url),
        active=record["IsActive"],
        date_created=None if date_created is None else without_controls(str(date_created)),
        # Whether the service clears the note of a webhook that is activated again is not known.
        note=None if record["IsActive"] else note,
        stored_url=None if url.isprintable() else url,
        stored_note=note,
    )


def _page_from(response: Response) -> tuple[list[Campaign], int, int]:
    """The campaigns of a page, how many pages there are, and how many campaigns, if it is told."""
    envelope = response.json()
    records = envelope.get("Data") if isinstance(envelope, dict) else None
    pages = envelope.get("TotalPages") if isinstance(envelope, dict) else None
    if not isinstance(records, list) or not isinstance(pages, int) or isinstance(pages, bool):
        raise response.unexpected("not a page of campaigns")
    total = envelope.get("TotalRecordCount")
    campaigns = [_campaign_from(record, response) for record in records]
    return campaigns, pages, total if _is_whole(total) else 0


def _campaign_from(record: Any, response: Response) -> Campaign:
    if not isinstance(record, dict) or not _is_whole(record.get("CampaignId")):
        raise response.unexpected("not a campaign object")
    given = {name: record.get(wire) for name, wire in _CAMPAIGN_TEXTS.items()}
    texts = {
        name: None if value is None else without_controls(str(value), name == "content")
        for name, value in given.items()
    }
    return Campaign(campaign_id=record["CampaignId"], **texts)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
