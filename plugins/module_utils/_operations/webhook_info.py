# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read webhooks; private to this collection."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._address import check_address
from .._client import Client
from .._operation import Operation, Params
from .._options import CONNECTION_SPEC
from .._owner import (
    ALL_WEBHOOK_TYPES,
    OWNER_SPEC,
    Owner,
    owner_from,
    positive_id,
    webhook_type_from,
)
from .._reading import webhook_with_id
from .._webhook import Filters, Webhook


def run(client: Client, params: Params, _dry_run: bool) -> dict[str, Any]:
    """Read one webhook, or all of an owner, and return those that pass the filters.

    Reading is the same in a dry run. Raises NotPlannable before the first request.
    """
    owner = owner_from(params)
    webhook_id = positive_id(params, "webhook_id")
    filters = Filters(webhook_type_from(params, owner), params["active"], params["url"])
    if filters.url is not None:
        check_address(filters.url)
    if webhook_id is not None:
        found = _read(client, owner, webhook_id)
    else:
        found = [webhook for webhook in client.list_webhooks(owner) if filters.select(webhook)]
        if params["details"]:
            client.progress.begin("webhooks read", len(found))
            read = client.progress.counting(partial(_with_note, client))
            found = [detailed for webhook in found for detailed in read(webhook)]
    selected = [webhook.record() for webhook in found if filters.select(webhook)]
    return {"changed": False, "webhooks": selected, "warnings": []}


def _with_note(client: Client, webhook: Webhook) -> list[Webhook]:
    """The webhook with its note, which the list leaves out; an active one has none."""
    if webhook.active or webhook.webhook_id is None:
        return [webhook]
    return _read(client, webhook.owner, webhook.webhook_id)


def _read(client: Client, owner: Owner, webhook_id: int) -> list[Webhook]:
    """One webhook; none when the service says that it does not exist."""
    found = webhook_with_id(client, owner, webhook_id)
    if found.refusal is not None and not found.refusal.webhook_is_missing:
        raise found.refusal
    return list(found.webhooks)


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
    may_take_long=True,
)
