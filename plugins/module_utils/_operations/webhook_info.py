# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read webhooks; private to this collection."""

from __future__ import annotations

from dataclasses import dataclass

from .._api.client import Client
from .._api.models import ALL_WEBHOOK_TYPES, Owner, Webhook
from .._api.url import check_url, urls_equivalent
from .._options import CONNECTION_SPEC
from .._plan.desired import OWNER_SPEC, check_type, owner_from, positive_id
from .reading import campaigns_named, current_webhooks, found_webhook, warn_of_empty_list
from .runner import Operation, Params, Result, Warn


@dataclass(frozen=True)
class Filters:
    """Which webhooks a reader wants; None means "any"."""

    webhook_type: str | None = None
    active: bool | None = None
    url: str | None = None

    def select(self, webhook: Webhook) -> bool:
        """Whether the webhook is one of those; URLs compare by equivalence."""
        return (
            self.webhook_type in (None, webhook.webhook_type)
            and self.active in (None, webhook.active)
            and (self.url is None or urls_equivalent(self.url, webhook.url))
        )


def run(client: Client, params: Params, _dry_run: bool, warn: Warn) -> Result:
    """Read one webhook, or all of an owner, and return those that pass the filters.

    Reading is the same in a dry run. Raises NotPlannable before the first request.
    """
    owner = owner_from(params)
    webhook_id = positive_id(params, "webhook_id")
    filters = Filters(params["webhook_type"], params["active"], params["url"])
    if filters.webhook_type is not None:
        check_type(filters.webhook_type, owner)
    if filters.url is not None:
        check_url(filters.url)
    owner = campaigns_named(client, [owner], warn)(owner)
    if webhook_id is not None:
        found = found_webhook(client, owner, webhook_id)
    else:
        found = [one for one in _list(client, owner, warn) if filters.select(one)]
        if params["details"]:
            client.progress.begin("webhooks read", len(found))
            found = [detailed for webhook in found for detailed in _with_note(client, webhook)]
    selected = [webhook.record() for webhook in found if filters.select(webhook)]
    return Result({"changed": False, "webhooks": selected})


def _list(client: Client, owner: Owner, warn: Warn) -> tuple[Webhook, ...]:
    current = current_webhooks(client, owner)
    warn_of_empty_list(owner, current, warn)
    if current.error is not None and not current.error.webhook_is_missing:
        raise current.error
    return current.webhooks


def _with_note(client: Client, webhook: Webhook) -> list[Webhook]:
    """The webhook with its note, which the list leaves out; an active one has none."""
    client.progress.count()
    if webhook.active or webhook.webhook_id is None:
        return [webhook]
    return found_webhook(client, webhook.owner, webhook.webhook_id)


OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        **OWNER_SPEC,
        "webhook_id": {"type": "int"},
        "webhook_type": {"type": "str", "choices": ALL_WEBHOOK_TYPES},
        "active": {"type": "bool"},
        "url": {"type": "str"},
        "details": {"type": "bool", "default": False},
    },
    run=run,
    takes_long=True,
)
