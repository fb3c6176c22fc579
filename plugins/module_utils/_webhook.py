# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domain: a webhook as it is and as it should be. Pure: no I/O, no clock; private."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ._address import canonical_address, same_address
from ._owner import Owner

Key = tuple[str, str]
"""What tells the webhooks of one owner apart without an id: type and address, in one spelling."""

UNCHANGED, CREATED, UPDATED, DELETED = KINDS = ("unchanged", "created", "updated", "deleted")


def key_of(webhook_type: str, url: str) -> Key:
    """The natural key of a webhook among those of its owner."""
    return webhook_type, canonical_address(url)


@dataclass(frozen=True)
class Webhook:
    """A record of the service in the collection's terms.

    ``webhook_id`` and ``date_created`` are None for one that is still to be created.
    ``date_created`` is opaque text: the service spells the same date in several ways.
    ``note`` says why the service switched the webhook off, where that was read.
    """

    owner: Owner
    webhook_id: int | None
    webhook_type: str
    url: str
    active: bool
    date_created: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        if self.webhook_id is None:
            return f"new {self.webhook_type} webhook of {self.owner}"
        return f"webhook {self.webhook_id} of {self.owner}"

    @property
    def known_id(self) -> int:
        """The id as a number, to sort by and to ask for; 0 for one that is still to be created."""
        return self.webhook_id or 0

    @property
    def key(self) -> Key:
        """The natural key, which other webhooks of the owner should not share."""
        return key_of(self.webhook_type, self.url)

    def record(self) -> dict[str, Any]:
        """The webhook as a task returns it; its keys are the names of the options."""
        return {
            **self.owner.record(),
            "webhook_id": self.webhook_id,
            "webhook_type": self.webhook_type,
            "url": self.url,
            "active": self.active,
            "date_created": self.date_created,
            "note": self.note,
        }


@dataclass(frozen=True)
class Change:
    """A webhook as it is and as it should be; either side is None when it does not exist.

    ``known_ids`` are those of the owner's webhooks when this was planned, so that a record that
    appears can be told from them.
    """

    before: Webhook | None
    after: Webhook | None
    known_ids: frozenset[int | None] = field(default=frozenset(), compare=False, repr=False)

    @property
    def is_needed(self) -> bool:
        """Whether anything has to be written."""
        return self.before != self.after

    @property
    def kind(self) -> str:
        """What is done, one of KINDS."""
        if not self.is_needed:
            return UNCHANGED
        if self.before is None:
            return CREATED
        return DELETED if self.after is None else UPDATED

    @property
    def owner(self) -> Owner | None:
        """Whose webhook it is; None when there neither is nor should be one."""
        webhook = self.before or self.after
        return webhook.owner if webhook else None

    @property
    def activates(self) -> bool:
        """Whether a webhook that exists is switched on."""
        return bool(self.before and self.after and self.after.active and not self.before.active)

    @property
    def deactivates(self) -> bool:
        """Whether a webhook that stays is switched off."""
        return bool(self.before and self.after and self.before.active and not self.after.active)

    @property
    def record(self) -> dict[str, Any] | None:
        """The record as it should be; None when there should be none."""
        return self.after.record() if self.after else None

    @property
    def diff(self) -> dict[str, Any]:
        """The pair in the form that Ansible prints; a side that does not exist is empty."""
        name = str(self)
        return {
            "before": self.before.record() if self.before else {},
            "after": self.record or {},
            "before_header": name,
            "after_header": name,
        }

    def __str__(self) -> str:
        if self.before is None and self.after is not None:
            return f"new {self.after.webhook_type} webhook of {self.after.owner}"
        return str(self.before or "no webhook")

    def warnings(self) -> list[str]:
        """What a person should know before this is carried out."""
        if self.activates and self.before and self.before.note:
            return [
                f"The service had switched {self.before} off and noted: {self.before.note!r}. "
                "It is activated again; make sure that its receiver is alive."
            ]
        return []


def is_as_asked(stored: Webhook, asked: Webhook) -> bool:
    """Whether a record of the service is what was asked for; the spelling may be another."""
    return (
        stored.webhook_id == asked.webhook_id
        and stored.active == asked.active
        and same_address(stored.url, asked.url)
    )


@dataclass(frozen=True)
class Filters:
    """Which webhooks a reader wants; None means "any"."""

    webhook_type: str | None = None
    active: bool | None = None
    url: str | None = None

    def select(self, webhook: Webhook) -> bool:
        """Whether the webhook is one of those; addresses compare by equivalence."""
        return (
            self.webhook_type in (None, webhook.webhook_type)
            and self.active in (None, webhook.active)
            and (self.url is None or same_address(self.url, webhook.url))
        )
