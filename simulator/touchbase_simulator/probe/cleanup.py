# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes what a run has created, and says what it could not remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from touchbase_simulator.probe.account import Stopped

if TYPE_CHECKING:
    from touchbase_simulator.probe.account import Account
    from touchbase_simulator.probe.exchange import Exchange

_ROUNDS = 3
_MOST_DELETIONS = 2


def clean(account: Account) -> dict[int, bool | None]:
    """Delete the account's own webhooks, or deactivate those that cannot be deleted.

    The list decides what is left, not the responses to the deletions: those may be lost.

    :returns: what is left: ids, and whether the webhook is active; None if that is not known.
    """
    account.cleans_up = True
    cleanup = _Cleanup(account)
    try:
        for _round in range(_ROUNDS):
            cleanup.look()
            if cleanup.is_done:
                break
            cleanup.remove()
        else:
            cleanup.look()
    except Stopped:
        # The limit: what was seen last is what is told.
        pass
    return cleanup.left


class _Cleanup:
    def __init__(self, account: Account) -> None:
        self._account = account
        self.left: dict[int, bool | None] = {}
        self._note(None)

    @property
    def is_done(self) -> bool:
        return not self._account.may_appear and not self._to_do()

    def look(self) -> None:
        """Find out what is left."""
        self._note(self._account.list_webhooks("list in the clean-up"))

    def remove(self) -> None:
        """Delete each, or deactivate it if it is not deleted."""
        for webhook_id in self._to_do():
            may_try = len(self._account.deletions(webhook_id)) < _MOST_DELETIONS
            if not may_try or not self._account.delete("delete", webhook_id).is_success:
                sent = {"Url": self._account.own[webhook_id], "IsActive": False}
                self._account.update("deactivate", webhook_id, sent)

    def _note(self, listing: Exchange | None) -> None:
        listed = (listing.webhooks if listing else None) or []
        ids = {one["Id"] for one in listed}
        is_whole = listing is not None and listing.status == 200 and listing.webhooks is not None
        # A list may be late: an own webhook that it does not show may be there all the same.
        hidden = [
            one for one in self._account.own if one not in ids and not self._is_gone(one, is_whole)
        ]
        shown = {one["Id"]: one.get("IsActive") for one in listed if self._account.is_own(one)}
        self.left = {**dict.fromkeys(hidden), **shown}

    def _is_gone(self, webhook_id: int, is_missing_in_list: bool) -> bool:
        """Whether a deletion was done; a 404 without the code may be of a gateway."""
        return any(
            one.is_success or (one.status == 404 and (one.code == 142 or is_missing_in_list))
            for one in self._account.deletions(webhook_id)
        )

    def _to_do(self) -> list[int]:
        return [
            one
            for one, is_active in self.left.items()
            if is_active is not False or len(self._account.deletions(one)) < _MOST_DELETIONS
        ]
