# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what is there, as far as a plan needs it; private to this collection."""

from __future__ import annotations

from dataclasses import replace

from ._client import Client
from ._errors import Refused
from ._owner import Owner
from ._plan import Inventory
from ._webhook import Change


def webhooks_of(client: Client, owner: Owner) -> Inventory:
    """All webhooks of an owner, with one request; a refusal of this owner is part of the answer."""
    try:
        return Inventory(client.list_webhooks(owner))
    except Refused as error:
        if error.concerns_all or error.is_of_the_service:
            raise
        return Inventory([], error)


def webhook_with_id(client: Client, owner: Owner, webhook_id: int) -> Inventory:
    """One webhook of an owner, with its note."""
    try:
        return Inventory([client.read_webhook(owner, webhook_id)])
    except Refused as error:
        return Inventory([], error)


def with_note(client: Client, change: Change) -> Change:
    """The change with the note of a webhook that it activates, which a list leaves out."""
    before = change.before
    if not change.activates or before is None:
        return change
    detailed = client.read_webhook(before.owner, before.known_id)
    return replace(change, before=replace(before, note=detailed.note))
