# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service keeps, in the collection's terms: owners, webhooks, campaigns; private."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .._sensitive import one_line, service_text
from .url import canonical_url

# Vendor pages create-campaign-webhook, create-list-webhook and create-message-status-webhook.
WEBHOOK_TYPES = {
    "campaign": ("CampaignReply", "CampaignMessageStatusUpdate"),
    "list": ("ListSubscribe", "ListUnsubscribe"),
    "message": ("MessageStatusUpdate", "MessageReply"),
}
ALL_WEBHOOK_TYPES = [name for names in WEBHOOK_TYPES.values() for name in names]

Key = tuple[str, str]
"""The natural key of a webhook among those of its owner: type and canonical URL."""


@dataclass(frozen=True)
class Owner:
    """What a webhook belongs to; ``owner_id`` is None for the account's message webhooks.

    A campaign that the user names has a ``name``, and no id until the name is resolved.
    """

    scope: str
    owner_id: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        if self.name is not None:
            return f"campaign {self.name!r}"
        return "the account" if self.owner_id is None else f"{self.scope} {self.owner_id}"

    def record(self) -> dict[str, Any]:
        """The owner as option names: ``scope``, ``campaign_id`` and ``list_id``."""
        ids: dict[str, int | None] = {"campaign_id": None, "list_id": None}
        if self.owner_id is not None:
            ids[f"{self.scope}_id"] = self.owner_id
        return {"scope": self.scope, **ids}


def type_text(webhook_type: str) -> str:
    """A webhook type for a message; an unknown one is text of the service."""
    return webhook_type if webhook_type in ALL_WEBHOOK_TYPES else service_text(webhook_type)


def key_of(webhook_type: str, url: str) -> Key:
    """The natural key of a webhook among those of its owner."""
    return webhook_type, canonical_url(url)


@dataclass(frozen=True)
class Webhook:
    """A record of the service in the collection's terms.

    ``webhook_id`` and ``date_created`` are None before it is created. ``date_created`` is opaque
    text: the service spells the same date in several ways. ``note`` says why the service
    deactivated the webhook, where that was read. ``stored_url`` is the URL as it is stored, where
    that has unprintable characters, which ``url`` shows percent-encoded. ``stored_note`` is the
    note that was read, also that of an active webhook, which is from an earlier deactivation.
    ``name`` is what the user calls it.
    """

    owner: Owner
    webhook_id: int | None
    webhook_type: str
    url: str
    active: bool
    date_created: str | None = None
    note: str | None = None
    stored_url: str | None = field(default=None, compare=False, repr=False)
    stored_note: str | None = field(default=None, compare=False, repr=False)
    name: str | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        name = "" if self.name is None else f' "{one_line(self.name)}"'
        if self.webhook_id is None:
            return f"new {self.webhook_type} webhook of {self.owner}{name}"
        return f"webhook {self.webhook_id} of {self.owner}{name}"

    @property
    def known_id(self) -> int:
        """The id as a number, to sort by and to ask for; 0 for one that is still to be created."""
        return self.webhook_id or 0

    @property
    def wire_url(self) -> str:
        """The URL as it is sent."""
        return self.stored_url or self.url

    @property
    def key(self) -> Key:
        """The natural key, which other webhooks of the owner should not share."""
        return key_of(self.webhook_type, self.url)

    def record(self) -> dict[str, Any]:
        """The webhook as a task returns it; its keys are the names of the options."""
        return {
            "name": self.name,
            **self.owner.record(),
            "webhook_id": self.webhook_id,
            "webhook_type": self.webhook_type,
            "url": self.url,
            "active": self.active,
            "date_created": self.date_created,
            "note": self.note,
        }


@dataclass(frozen=True)
class Campaign:
    """A campaign in the collection's terms; names are not unique.

    What only a campaign's details tell is None in a list. Dates are opaque text.
    """

    campaign_id: int
    name: str | None = None
    content: str | None = None
    date: str | None = None
    status: str | None = None
    delivery_date: str | None = None
    replies_to_email: str | None = None
    replies_to_mobile: str | None = None

    def record(self) -> dict[str, Any]:
        """The campaign as a task returns it."""
        return asdict(self)


def sentence_start(what: object) -> str:
    """What something is called, at the beginning of a sentence."""
    text = str(what)
    return text[:1].upper() + text[1:]
