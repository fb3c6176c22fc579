# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apply a planned change and make sure of it; private to this collection."""

from __future__ import annotations

from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    TouchBaseError,
    UnexpectedAnswer,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Change, Webhook


def carry_out(client: Client, change: Change, dry_run: bool) -> list[str]:
    """Write the change if one is needed, and verify what the service stored.

    Returns warnings. Raises UnexpectedAnswer when the service accepted the change and stored
    something else, besides what the client raises.
    """
    if dry_run or not change.is_needed:
        return []
    stored = client.update_webhook(change.after)
    if stored is None or not change.is_met_by(stored):
        stored = _read_back(client, change.after)
    if not change.is_met_by(stored):
        raise _not_stored(change.after, stored)
    if stored.url != change.after.url:
        return [
            f"The service spells the address of {stored} {stored.url!r} instead of "
            f"{change.after.url!r}. They are equivalent and count as the same."
        ]
    return []


def _read_back(client: Client, asked: Webhook) -> Webhook:
    try:
        return client.read_webhook(asked.owner, asked.webhook_id)
    except TouchBaseError as error:
        raise UnexpectedAnswer(
            f"The service accepted the update of {asked}, but whether it holds now could not be "
            f"verified. {error} Run the task again to see.",
            error.failure,
        ) from None


def _not_stored(asked: Webhook, stored: Webhook) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"Could not update {asked}: the service accepted the change but holds something else. "
        f"Asked: url {asked.url!r}, active {asked.active}. Stored: url {stored.url!r}, active "
        f"{stored.active}. If it rewrites addresses, declare the one that it stored. If somebody "
        "else changed it meanwhile, run the task again."
    )
