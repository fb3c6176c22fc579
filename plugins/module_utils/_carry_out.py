# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apply planned changes in a safe order, and tell what became of each; private."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ._client import Client
from ._errors import Defect, PartlyApplied, Refused, TouchBaseError, Unreachable, keeping
from ._http.retry import Cancelled
from ._owner import Owner, capitalised
from ._parallel import in_parallel
from ._webhook import CREATED, DELETED, UPDATED, Change, Key, Webhook
from ._writes import listed, write

_MOST_MESSAGES = 10
# After this many changes that failed for want of a service, the next would fail as well.
_MOST_TROUBLES = 2


@dataclass(frozen=True)
class Outcome:
    """What became of a change: the change as it happened, or the error; else it was not tried."""

    change: Change
    warnings: tuple[str, ...] = ()
    error: TouchBaseError | None = None
    was_tried: bool = True


def carry_out(
    client: Client, changes: Sequence[Change], dry_run: bool, concurrency: int = 1
) -> list[Outcome]:
    """Write the changes that are needed, each verified; give the outcomes in the same order.

    What does not depend on a failure is done all the same. What takes a receiver away (switching
    off, deleting) comes last, and not for an owner of whom an update or a creation before that
    could not be written.
    After an error that all others would meet too, nothing new begins. Raises what went wrong: of a
    single change its own error, of several PartlyApplied.
    """
    if dry_run:
        return [Outcome(change) for change in changes]
    course = _Course(client, changes, concurrency)
    course.go_through()
    _demand([outcome for outcome in course.outcomes if outcome.change.is_needed])
    return course.outcomes


class _Course:
    """The changes of one task while they are carried out, and what they know of each other."""

    def __init__(self, client: Client, changes: Sequence[Change], concurrency: int) -> None:
        self.outcomes = [Outcome(change, was_tried=not change.is_needed) for change in changes]
        self._client = client
        self._concurrency = concurrency
        self._lock = threading.Lock()
        self._created: set[tuple[Owner, int | None]] = set()
        self._troubles = 0
        self._is_over = False

    def go_through(self) -> None:
        """Carry everything out in a safe order."""
        needed = sum(not outcome.was_tried for outcome in self.outcomes)
        self._client.progress.begin("done", needed)
        self._try(self._places(lambda one: one.kind == UPDATED and not one.deactivates))
        self._try(self._places(lambda one: one.kind == CREATED))
        self._unblock()
        failed = {outcome.change.owner for outcome in self.outcomes if outcome.error}
        self._try(self._places(lambda one: one.deactivates and one.owner not in failed))
        self._try(self._places(lambda one: one.kind == DELETED and one.owner not in failed))

    def _places(self, is_meant: Callable[[Change], bool]) -> list[int]:
        """Where changes stand that are meant and not tried yet."""
        return [
            place
            for place, outcome in enumerate(self.outcomes)
            if not outcome.was_tried and is_meant(outcome.change)
        ]

    def _unblock(self) -> None:
        """Try once more what was refused while a webhook that goes still had its address.

        Whether the service allows two webhooks of one type and address is not documented. Where it
        does not, the one that goes has to go first, against the order that is promised.
        """
        leaving = {_left(outcome.change) for outcome in self.outcomes}
        blocked = [
            place
            for place, outcome in enumerate(self.outcomes)
            if _may_be_a_duplicate(outcome.error) and _key(outcome.change.after) in leaving
        ]
        taken = {_key(self.outcomes[place].change.after) for place in blocked}
        if blocked:
            ahead = self._places(lambda change: _left(change) in taken)
            self._try(ahead)
            self._try(blocked)
            failed = [self.outcomes[place] for place in blocked if self.outcomes[place].error]
            left_over = {_key(outcome.change.after) for outcome in failed}
            for place in ahead:
                outcome = self.outcomes[place]
                self.outcomes[place] = _out_of_order(outcome, _left(outcome.change) in left_over)

    def _try(self, places: list[int]) -> None:
        found = in_parallel(self._outcome_at, places, self._concurrency, self._client.cancelled)
        for place, outcome in zip(places, found):
            self.outcomes[place] = outcome

    def _outcome_at(self, place: int) -> Outcome:
        change = self.outcomes[place].change
        if self._is_over:
            return self.outcomes[place]
        try:
            written, warnings = write(self._client, change, self._is_own)
        except Cancelled:
            raise
        except Exception as found:  # noqa: BLE001 - what the others have done is to be told as well
            error: TouchBaseError = found if isinstance(found, TouchBaseError) else Defect(found)
            error.ends_a_write = True
            with self._lock:
                self._troubles += _is_trouble(error)
                self._is_over |= _is_of_all(error) or self._troubles >= _MOST_TROUBLES
            return Outcome(change, error=error)
        self._client.progress.count_done()
        return Outcome(written, tuple(warnings))

    def _is_own(self, change: Change, webhook: Webhook) -> bool:
        """Whether a record is new, and no other creation of this task has taken it for its own."""
        identity = (webhook.owner, webhook.webhook_id)
        with self._lock:
            is_known = webhook.webhook_id in change.known_ids or identity in self._created
            self._created.add(identity)
        return not is_known


def _key(webhook: Webhook | None) -> tuple[Owner, Key] | None:
    return (webhook.owner, webhook.key) if webhook else None


def _left(change: Change) -> tuple[Owner, Key] | None:
    """The address that a change makes free; None if it keeps it."""
    left = _key(change.before)
    return None if left == _key(change.after) else left


def _out_of_order(outcome: Outcome, in_vain: bool) -> Outcome:
    """The outcome with a warning, if a receiver was taken away before another had its address."""
    if outcome.error is not None or not outcome.was_tried:
        return outcome
    consequence = (
        "Even then it failed, so that perhaps nobody receives events there now."
        if in_vain
        else "Events that came in between were not sent to it."
    )
    text = (
        f"{capitalised(outcome.change)} was {outcome.change.kind} before another webhook could get "
        "its address, because the service refused that, perhaps for being a second one of the same "
        f"type and address. {consequence}"
    )
    return replace(outcome, warnings=(*outcome.warnings, text))


def _may_be_a_duplicate(error: TouchBaseError | None) -> bool:
    """Whether a refusal could be for an address that is taken; its status is not documented."""
    return isinstance(error, Refused) and error.failure.status in (400, 409, 422)


def _is_of_all(error: TouchBaseError) -> bool:
    """Whether all further requests would end like this one, or nobody knows how they would."""
    cause = error.cause if isinstance(error, PartlyApplied) else error
    return isinstance(cause, Defect) or (isinstance(cause, Refused) and cause.concerns_all)


def _is_trouble(error: TouchBaseError) -> bool:
    """Whether there was no service to speak of, after all attempts."""
    cause = error.cause if isinstance(error, PartlyApplied) else error
    if cause.failure.method == "POST" and cause.maybe_taken:
        # Such a creation was followed by a list request, which was answered.
        return False
    is_down = isinstance(cause, Refused) and cause.failure.status in (502, 503, 504)
    return is_down or isinstance(cause, Unreachable)


def _demand(outcomes: Sequence[Outcome]) -> None:
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if not errors:
        return
    warnings = [text for outcome in outcomes for text in outcome.warnings]
    with keeping(warnings):
        raise errors[0] if len(outcomes) == 1 else _partly_applied(outcomes, errors)


def _partly_applied(outcomes: Sequence[Outcome], errors: Sequence[TouchBaseError]) -> PartlyApplied:
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    not_tried: list[dict[str, Any]] = []
    for outcome in outcomes:
        error, webhook = outcome.error, outcome.change.after or outcome.change.before
        if isinstance(error, PartlyApplied):
            done += error.done
            failed += error.failed
        elif webhook is not None and error is not None:
            failed.append(listed(outcome.change.kind, webhook, error))
        elif webhook is not None:
            collected = done if outcome.was_tried else not_tried
            collected.append(listed(outcome.change.kind, webhook))
    messages = [f"- {error}" for error in errors[:_MOST_MESSAGES]]
    if len(errors) > _MOST_MESSAGES:
        messages.append(f"- and {len(errors) - _MOST_MESSAGES} more, listed in failure.failed")
    partly = PartlyApplied(
        f"Not everything could be changed: {len(done)} done, {len(failed)} failed, "
        f"{len(not_tried)} not tried. Mend the cause and run the task again; it does the rest.\n"
        + "\n".join(messages),
        next((error for error in errors if isinstance(error, Defect)), errors[0]),
        done,
        failed,
        not_tried,
    )
    partly.maybe_taken = any(error.maybe_taken for error in errors)
    return partly
