# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One planned change, written and verified; private to this collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .._api.client import Client
from .._api.models import Webhook, sentence_start, type_text
from .._api.url import urls_equivalent
from .._errors import InternalError, PartiallyApplied, TouchBaseError, UnexpectedResponse
from .._plan.change import CREATED, DELETED, UPDATED, Change
from .._sensitive import url_text

ClaimId = Callable[[Change, Webhook], bool]
"""Whether a record is new and belongs to this creation; asked once for each record."""
Warn = Callable[[str], None]


def _is_new(change: Change, webhook: Webhook) -> bool:
    return webhook.webhook_id not in change.known_ids


def apply_change(
    client: Client, change: Change, dry_run: bool, warn: Warn, claim_id: ClaimId = _is_new
) -> Change:
    """Write a change if it is needed, unless this is a dry run; returns the change as it happened.

    Raises UnexpectedResponse when the service accepted it and stored something else,
    PartiallyApplied when a webhook was created that is not as desired, and what the client raises.
    """
    if dry_run or not change.is_needed:
        return change
    try:
        return _write(client, change, warn, claim_id)
    except TouchBaseError as error:
        error.during_write = True
        raise
    except Exception as error:
        internal = InternalError(error)
        internal.during_write = True
        raise internal from error


def change_entry(
    kind: str, webhook: Webhook, error: TouchBaseError | None = None
) -> dict[str, Any]:
    """A change as an error lists it: its kind, the record, and the message if it failed."""
    item = {"change": kind, "webhook": webhook.record()}
    return item if error is None else {**item, "msg": str(error)}


def _write(client: Client, change: Change, warn: Warn, claim_id: ClaimId) -> Change:
    before, after = change.before, change.after
    if after is None:
        if before is not None:
            client.delete_webhook(before)
        return change
    if before is None:
        return _Creation(client, change, after, warn, claim_id).run()
    _spelling_warning(_update(client, after), after, warn)
    return change


def _update(client: Client, asked: Webhook) -> Webhook:
    stored = client.update_webhook(asked)
    if stored is None or not _is_as_requested(stored, asked):
        stored = _read_back(client, asked)
    if not _is_as_requested(stored, asked):
        raise UnexpectedResponse(
            f"Could not update {asked}: the service accepted the change but holds something else. "
            f"Requested: url {url_text(asked.url)}, active {asked.active}. Stored: url "
            f"{url_text(stored.url)}, active {stored.active}. If it rewrites URLs, declare the one "
            "that it stored. If somebody else changed it meanwhile, run the task again."
        )
    return stored


def _is_as_requested(stored: Webhook, asked: Webhook) -> bool:
    return (
        stored.webhook_id == asked.webhook_id
        and stored.active == asked.active
        and urls_equivalent(stored.url, asked.url)
    )


def _read_back(client: Client, asked: Webhook) -> Webhook:
    try:
        return client.read_webhook(asked.owner, asked.known_id)
    except TouchBaseError as error:
        raise UnexpectedResponse(
            f"The service accepted the update of {asked}, but it could not be verified. {error}",
            error.failure,
        ) from None


def _spelling_warning(stored: Webhook, asked: Webhook, warn: Warn) -> None:
    if stored.url != asked.url:
        warn(
            f"The service spells the URL of {stored} '{url_text(stored.url)}' instead of "
            f"'{url_text(asked.url)}'. They are equivalent and count as the same."
        )


@dataclass(frozen=True)
class _Creation:
    """A webhook that is to be created; the API creates active ones only."""

    client: Client
    change: Change
    asked: Webhook
    warn: Warn
    claim_id: ClaimId

    def run(self) -> Change:
        """Create it, and deactivate it if that is desired."""
        stored = replace(self._post(), name=self.asked.name)
        if stored.key != self.asked.key:
            stored = replace(self._read(stored), name=self.asked.name)
        if stored.key != self.asked.key:
            raise self._roll_back(stored)
        if stored.active != self.asked.active:
            self._set_active(stored)
        _spelling_warning(stored, self.asked, self.warn)
        # As requested, in the spelling that was requested; only the service knows the rest.
        after = replace(self.asked, webhook_id=stored.webhook_id, date_created=stored.date_created)
        return replace(self.change, after=after)

    def _post(self) -> Webhook:
        """The record that the POST created, also if there was no clear response."""
        try:
            stored = self.client.create_webhook(self.asked)
        except TouchBaseError as error:
            if not error.may_have_been_applied:
                raise
            return self._adopt(error)
        if not self.claim_id(self.change, stored):
            raise UnexpectedResponse(
                f"Could not create a webhook of {self.asked.owner}: the service returned {stored} "
                f"at {url_text(stored.url)}, which existed before. Nothing was deleted. Read it "
                "with touchbase_sms_webhook_info, and declare its webhook_id if it is the right "
                "one."
            )
        return stored

    def _adopt(self, unclear: TouchBaseError) -> Webhook:
        """The record that an unclear creation left; one list decides, never a second POST."""
        next_run = "The next run uses the webhook if it exists then, and creates it otherwise."
        owner = self.asked.owner
        try:
            webhooks = self.client.list_webhooks(owner)
        except TouchBaseError as error:
            raise error.as_uncertain(
                f"{unclear} Whether it was created could not be checked. {error} {next_run}"
            ) from None
        matching = [webhook for webhook in webhooks if webhook.key == self.asked.key]
        for found in sorted(matching, key=lambda webhook: webhook.known_id):
            if self.claim_id(self.change, found):
                self.warn(
                    f"There was no clear response to the creation of a {found.webhook_type} "
                    f"webhook of {owner}, but {found} with its URL is listed since, so it counts "
                    "as created."
                )
                return found
        raise unclear.as_uncertain(
            f"{unclear} {sentence_start(owner)} does not list it now, but it may still appear. "
            f"{next_run}"
        )

    def _read(self, created: Webhook) -> Webhook:
        """The record as it is stored; the response to its creation shows something else."""
        try:
            return self.client.read_webhook(created.owner, created.known_id)
        except TouchBaseError as error:
            raise PartiallyApplied(
                f"Created {created}, but the response shows {_type_and_url(created)} instead of "
                f"{_type_and_url(self.asked)}, and the webhook could not be read. {error} Nothing "
                "was deleted. Run the task again to check.",
                error,
                done=[change_entry(CREATED, created)],
            ) from None

    def _roll_back(self, stored: Webhook) -> TouchBaseError:
        """The error for a record that is not what was requested, after deleting it again.

        The next run would not recognise it, and would create another one.
        """
        what = (
            f"Could not create a webhook of {stored.owner}: the service stored something else as "
            f"{stored}. Requested: {_type_and_url(self.asked)}. Stored: {_type_and_url(stored)}."
        )
        try:
            self.client.delete_webhook(stored)
        except TouchBaseError as error:
            return PartiallyApplied(
                f"{what} It could not be deleted again and is left over. {error}",
                error,
                done=[change_entry(CREATED, stored)],
                failed=[change_entry(DELETED, stored, error)],
            )
        undone = UnexpectedResponse(
            f"{what} It was deleted again. Declare the URL in the way the service stores it."
        )
        undone.may_have_been_applied = False
        return undone

    def _set_active(self, stored: Webhook) -> None:
        asked = replace(stored, active=self.asked.active)
        try:
            _update(self.client, asked)
        except TouchBaseError as error:
            raise PartiallyApplied(
                f"Created {stored} at {url_text(stored.url)}, but could not "
                f"{'activate' if asked.active else 'deactivate'} it. {error} Run the task again to "
                "do the rest.",
                error,
                done=[change_entry(CREATED, stored)],
                failed=[change_entry(UPDATED, asked, error)],
            ) from None


def _type_and_url(webhook: Webhook) -> str:
    return f"{type_text(webhook.webhook_type)}, url {url_text(webhook.url)}"
