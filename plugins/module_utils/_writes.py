# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One planned change, written and verified; private to this collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ._client import Client
from ._errors import PartlyApplied, TouchBaseError, UnexpectedAnswer, keeping
from ._owner import capitalised
from ._webhook import CREATED, DELETED, UPDATED, Change, Webhook, is_as_asked

IsOwn = Callable[[Change, Webhook], bool]
"""Whether a record is new and belongs to this creation; asked once for each record."""


def _is_new(change: Change, webhook: Webhook) -> bool:
    return webhook.webhook_id not in change.known_ids


def write(client: Client, change: Change, is_own: IsOwn = _is_new) -> tuple[Change, list[str]]:
    """Write a change that is needed; gives the change as it happened, and warnings.

    Raises UnexpectedAnswer when the service accepted it and stored something else, PartlyApplied
    when a webhook was created that is not as declared, and what the client raises.
    """
    if change.before is None and change.after is not None:
        return _create(client, change, change.after, is_own)
    if change.before is not None and change.after is None:
        client.delete_webhook(change.before)
    if change.before is not None and change.after is not None:
        return change, _update(client, change.after)
    return change, []


def listed(kind: str, webhook: Webhook, error: TouchBaseError | None = None) -> dict[str, Any]:
    """A change as an error lists it: what kind, the record, and the message where it failed."""
    item = {"change": kind, "webhook": webhook.record()}
    return item if error is None else {**item, "msg": str(error)}


def _update(client: Client, asked: Webhook) -> list[str]:
    stored = client.update_webhook(asked)
    if stored is None or not is_as_asked(stored, asked):
        stored = _read_back(client, asked)
    if not is_as_asked(stored, asked):
        raise UnexpectedAnswer(
            f"Could not update {asked}: the service accepted the change but holds something else. "
            f"Asked: url {asked.url!r}, active {asked.active}. Stored: url {stored.url!r}, active "
            f"{stored.active}. If it rewrites addresses, declare the one that it stored. If "
            "somebody else changed it meanwhile, run the task again."
        )
    return _respelled(stored, asked)


def _read_back(client: Client, asked: Webhook) -> Webhook:
    try:
        return client.read_webhook(asked.owner, asked.known_id)
    except TouchBaseError as error:
        raise UnexpectedAnswer(
            f"The service accepted the update of {asked}, but whether it holds now could not be "
            f"verified. {error} Run the task again to see.",
            error.failure,
        ) from None


def _respelled(stored: Webhook, asked: Webhook) -> list[str]:
    if stored.url == asked.url:
        return []
    return [
        f"The service spells the address of {stored} {stored.url!r} instead of {asked.url!r}. "
        "They are equivalent and count as the same."
    ]


def _create(
    client: Client, change: Change, asked: Webhook, is_own: IsOwn
) -> tuple[Change, list[str]]:
    """Create a webhook, and switch it off if that is declared; the API creates active ones."""
    stored, warnings = _posted(client, change, asked, is_own)
    with keeping(warnings):
        if stored.key != asked.key:
            raise _taken_back(client, asked, stored)
        return _switched(client, change, asked, stored), [*warnings, *_respelled(stored, asked)]


def _switched(client: Client, change: Change, asked: Webhook, stored: Webhook) -> Change:
    """The creation as it happened, after switching the fresh webhook as declared."""
    # As asked for, in the spelling that was asked for; only the service knows the rest.
    after = replace(asked, webhook_id=stored.webhook_id, date_created=stored.date_created)
    if stored.active != asked.active:
        switched = replace(stored, active=asked.active)
        try:
            _update(client, switched)
        except TouchBaseError as error:
            raise _half_created(stored, switched, error) from None
    return replace(change, after=after)


def _posted(
    client: Client, change: Change, asked: Webhook, is_own: IsOwn
) -> tuple[Webhook, list[str]]:
    """What the service made of the one POST, or the record that it left without a clear answer."""
    try:
        stored = client.create_webhook(asked)
    except TouchBaseError as error:
        if not error.maybe_taken:
            raise
        return _appeared(client, change, asked, is_own, error)
    if not is_own(change, stored):
        raise UnexpectedAnswer(
            f"Could not create a webhook of {asked.owner}: the service answered with {stored} at "
            f"{stored.url!r}, which was there already. Nothing was deleted. Read it with "
            "touchbase_sms_webhook_info, and declare its webhook_id if it is the one you mean."
        )
    return stored, []


def _appeared(
    client: Client, change: Change, asked: Webhook, is_own: IsOwn, unclear: TouchBaseError
) -> tuple[Webhook, list[str]]:
    """The record that an unclear creation left; one list request decides, never a second POST."""
    next_run = "The next run takes what is there then, and creates it only if it is not."
    try:
        webhooks = client.list_webhooks(asked.owner)
    except TouchBaseError as error:
        raise error.in_doubt(
            f"{unclear} Whether it was created could not be seen either. {error} {next_run}"
        ) from None
    matching = sorted(
        (one for one in webhooks if one.key == asked.key), key=lambda one: one.known_id
    )
    found = next((one for one in matching if is_own(change, one)), None)
    if found is None:
        raise unclear.in_doubt(
            f"{unclear} {capitalised(asked.owner)} does not list it now, but it may still appear. "
            f"{next_run}"
        )
    warning = (
        f"The service gave no clear answer to the creation of a {found.webhook_type} webhook of "
        f"{found.owner}, but lists {found} with its address since, which is taken for it."
    )
    return found, [warning]


def _taken_back(client: Client, asked: Webhook, stored: Webhook) -> TouchBaseError:
    """The error for a fresh record that is not what was asked for, after deleting it again.

    Left there it would not be found by the next run, which would add one more.
    """
    what = (
        f"Could not create a webhook of {asked.owner}: the service stored something else as "
        f"{stored}. Asked: {asked.webhook_type}, url {asked.url!r}. "
        f"Stored: {stored.webhook_type}, url {stored.url!r}."
    )
    try:
        client.delete_webhook(stored)
    except TouchBaseError as error:
        return PartlyApplied(
            f"{what} It could not be deleted again and is left over. {error}",
            error,
            done=[listed(CREATED, stored)],
            failed=[listed(DELETED, stored, error)],
            not_tried=[],
        )
    undone = UnexpectedAnswer(
        f"{what} It was deleted again. Declare the address in the way the service stores it."
    )
    undone.maybe_taken = False
    return undone


def _half_created(stored: Webhook, switched: Webhook, error: TouchBaseError) -> PartlyApplied:
    return PartlyApplied(
        f"Created {stored} at {stored.url!r}, but could not switch it "
        f"{'on' if switched.active else 'off'}. {error} Run the task again to do the rest.",
        error,
        done=[listed(CREATED, stored)],
        failed=[listed(UPDATED, switched, error)],
        not_tried=[],
    )
