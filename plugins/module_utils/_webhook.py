# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domain: a webhook as it is and as it should be. Pure: no I/O, no clock; private."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import same_address
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner


@dataclass(frozen=True)
class Webhook:
    """A record of the service in the collection's terms.

    ``date_created`` is opaque text: the service spells the same date in several ways.
    ``note`` says why the service switched the webhook off, where that was read.
    """

    owner: Owner
    webhook_id: int
    webhook_type: str
    url: str
    active: bool
    date_created: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        return f"webhook {self.webhook_id} of {self.owner}"

    def record(self) -> dict[str, Any]:
        """The webhook as a task returns it; its keys are the names of the options."""
        fields = asdict(self)
        del fields["owner"]
        return {**self.owner.record(), **fields}


@dataclass(frozen=True)
class Wanted:
    """What a user asked for; None means "leave as it is"."""

    url: str | None = None
    active: bool | None = None
    webhook_type: str | None = None


@dataclass(frozen=True)
class Change:
    """A webhook as it is and as it should be."""

    before: Webhook
    after: Webhook

    @property
    def is_needed(self) -> bool:
        """Whether anything has to be written."""
        return self.before != self.after

    @property
    def diff(self) -> dict[str, Any]:
        """The pair in the form that Ansible prints."""
        return {
            "before": self.before.record(),
            "after": self.after.record(),
            "before_header": str(self.before),
            "after_header": str(self.after),
        }

    def is_met_by(self, stored: Webhook) -> bool:
        """Whether a record of the service is what the change was to make of it."""
        return (
            stored.webhook_id == self.after.webhook_id
            and stored.active == self.after.active
            and same_address(stored.url, self.after.url)
        )

    def warnings(self) -> list[str]:
        """What a person should know before this is carried out."""
        if self.after.active and not self.before.active and self.before.note:
            return [
                f"The service had switched {self.before} off and noted: {self.before.note!r}. "
                "It is activated again; make sure that its receiver is alive."
            ]
        return []


def plan(before: Webhook, wanted: Wanted) -> Change:
    """Decide what the webhook should become; what was not asked for stays as it is.

    An equivalent spelling of the address is not a change: the service's own is kept.
    Raises NotPlannable when another type is wanted, since the API cannot change it.
    """
    if wanted.webhook_type not in (None, before.webhook_type):
        raise NotPlannable(
            f"{before} is of type {before.webhook_type}, not {wanted.webhook_type}, and the API "
            "cannot change the type. Correct webhook_type or webhook_id."
        )
    after = before
    if wanted.url is not None and not same_address(wanted.url, before.url):
        after = replace(after, url=wanted.url)
    if wanted.active not in (None, before.active):
        after = replace(after, active=wanted.active)
    if after.active:
        after = replace(after, note=None)
    return Change(before, after)


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
