# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the current webhooks as far as an operation needs them; private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from .._api.client import MAX_PAGE_SIZE, Client
from .._api.models import Owner, Webhook
from .._errors import NotPlannable, Refused
from .._plan.change import Change
from .._plan.single import CurrentWebhooks


def current_webhooks(client: Client, owner: Owner) -> CurrentWebhooks:
    """All webhooks of an owner, with one request; a refusal of this owner is part of the result.

    Raises Refused when every other owner would be refused as well.
    """
    try:
        return CurrentWebhooks(client.list_webhooks(owner))
    except Refused as error:
        if error.is_fatal or error.is_server_error:
            raise
        return CurrentWebhooks([], error)


def warn_of_empty_list(owner: Owner, current: CurrentWebhooks, warn: Callable[[str], None]) -> None:
    """Warn if the service said "webhook missing" of a list, which counts as an empty one."""
    if current.error is not None and current.error.webhook_is_missing:
        warn(
            f"The service answered the list of webhooks of {owner} with 404 and code 142, webhook "
            "missing. That counts as an empty list."
        )


def campaigns_named(
    client: Client, owners: Iterable[Owner], warn: Callable[[str], None]
) -> Callable[[Owner], Owner]:
    """A function that resolves the name of a campaign; lists the campaigns if an owner has one.

    Raises what the service says of that list; the function raises NotPlannable for a wrong name.
    """
    if all(owner.name is None for owner in owners):
        return lambda owner: owner
    # Not above: a module compiles what it imports anew in every task.
    from .._plan.names import ids_by_name  # noqa: PLC0415

    ids = ids_by_name(client.list_campaigns(MAX_PAGE_SIZE, warn))

    # Many entries have the same name, and the search for similar ones is slow.
    @cache
    def outcome(owner: Owner) -> Owner | NotPlannable:
        return _resolved_or_refused(owner, ids)

    def resolve(owner: Owner) -> Owner:
        if owner.name is None:
            return owner
        found = outcome(owner)
        if isinstance(found, NotPlannable):
            raise found
        return found

    return resolve


def _resolved_or_refused(owner: Owner, ids: dict[str, list[int]]) -> Owner | NotPlannable:
    from .._plan.names import resolved  # noqa: PLC0415

    try:
        return resolved(owner, ids)
    except NotPlannable as error:
        return error


def with_note(client: Client, change: Change) -> Change:
    """The change with the note of a webhook that it activates, which a list leaves out."""
    before = change.before
    if not change.activates or before is None:
        return change
    detailed = client.read_webhook(before.owner, before.known_id)
    return replace(change, before=replace(before, note=detailed.note))


def found_webhook(client: Client, owner: Owner, webhook_id: int) -> list[Webhook]:
    """One webhook with its note; none when the service says that it does not exist."""
    try:
        return [client.read_webhook(owner, webhook_id)]
    except Refused as error:
        if not error.webhook_is_missing:
            raise
        return []
