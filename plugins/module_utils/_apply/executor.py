# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apply the changes of a set in a safe order; private to this collection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._api.client import Client
from .._api.models import Owner, Webhook
from .._errors import InternalError, PartiallyApplied, TouchBaseError
from .._plan.change import CREATED, DELETED, UPDATED, Change, totals
from .parallel import in_parallel
from .write import apply_change, change_entry

_MAX_MESSAGES = 10
# After so many refusals with 403 in a row, the key may not write here at all.
_MAX_FORBIDDEN = 3

WarnAt = Callable[[str, int], None]
"""Takes a warning and the position of the change that it is about."""


def _no_label(_position: int) -> str:
    return ""


def apply_changes(
    client: Client,
    changes: Sequence[Change],
    dry_run: bool,
    warn: WarnAt,
    concurrency: int = 1,
    label: Callable[[int], str] = _no_label,
) -> list[Change]:
    """Write the changes that are needed, each verified; returns them as they happened.

    What does not depend on a failure is still written. Deactivations and deletions come last, and
    not for an owner with a failed update or creation. Nothing new begins after an error that every
    other change would meet as well. Raises the error of a single change, of several
    PartiallyApplied, whose message has the ``label`` of each position; either with the changes that
    may have been ``applied``.
    """
    if dry_run:
        return list(changes)
    execution = _Execution(client, changes, warn, concurrency)
    execution.run()
    needed = [outcome for outcome in execution.outcomes if outcome.change.is_needed]
    errors = {
        position: outcome.error
        for position, outcome in enumerate(execution.outcomes)
        if outcome.error is not None
    }
    if errors:
        single = next(iter(errors.values())) if len(needed) == 1 else None
        failure = single or _partial_failure(needed, errors, label)
        failure.applied = [outcome.change for outcome in needed if outcome.may_be_applied]
        raise failure
    return [outcome.change for outcome in execution.outcomes]


@dataclass(frozen=True)
class _Outcome:
    """What became of a change: the change as it happened, or the error, or it was not tried."""

    change: Change
    error: TouchBaseError | None = None
    was_tried: bool = True

    @property
    def may_be_applied(self) -> bool:
        """Whether the change is written, or may be despite the error."""
        return self.was_tried and (self.error is None or self.error.may_have_been_applied)


class _Execution:
    """The changes of one task while they are applied, and what they know of each other."""

    def __init__(
        self, client: Client, changes: Sequence[Change], warn: WarnAt, concurrency: int
    ) -> None:
        self.outcomes = [_Outcome(change, was_tried=not change.is_needed) for change in changes]
        self._client = client
        self._warn = warn
        self._concurrency = concurrency
        self._lock = threading.Lock()
        self._created: set[tuple[Owner, int | None]] = set()
        self._forbidden = 0
        self._is_stopped = False

    def run(self) -> None:
        """Apply everything, what takes a receiver away last."""
        self._client.progress.begin("done", len(self._pending(lambda _change: True)))
        self._apply_all(lambda one: one.kind == UPDATED and not one.deactivates)
        self._apply_all(lambda one: one.kind == CREATED)
        failed = {outcome.change.owner for outcome in self.outcomes if outcome.error}
        self._apply_all(lambda one: one.deactivates and one.owner not in failed)
        self._apply_all(lambda one: one.kind == DELETED and one.owner not in failed)

    def _pending(self, is_wanted: Callable[[Change], bool]) -> list[int]:
        """The positions of wanted changes that were not tried yet."""
        return [
            position
            for position, outcome in enumerate(self.outcomes)
            if not outcome.was_tried and is_wanted(outcome.change)
        ]

    def _apply_all(self, is_wanted: Callable[[Change], bool]) -> None:
        positions = self._pending(is_wanted)
        found = in_parallel(self._apply, positions, self._concurrency, self._client.cancelled)
        for position, outcome in zip(positions, found):
            self.outcomes[position] = outcome

    def _apply(self, position: int) -> _Outcome:
        outcome = self.outcomes[position]
        if self._is_stopped:
            return outcome
        warn = partial(self._warn_at, position)
        try:
            applied = apply_change(self._client, outcome.change, False, warn, self._claim_id)
        except TouchBaseError as error:
            self._note(error)
            return _Outcome(outcome.change, error)
        self._note(None)
        self._client.progress.count()
        return _Outcome(applied)

    def _warn_at(self, position: int, text: str) -> None:
        self._warn(text, position)

    def _note(self, error: TouchBaseError | None) -> None:
        """Stop after an error that every other change would meet as well."""
        cause = error.cause if isinstance(error, PartiallyApplied) else error
        # A creation whose second write was refused is no refusal of every write.
        is_forbidden = error is cause and error is not None and error.failure.status == 403
        with self._lock:
            self._forbidden = self._forbidden + 1 if is_forbidden else 0
            if self._forbidden >= _MAX_FORBIDDEN or (cause is not None and _is_final(cause)):
                self._is_stopped = True

    def _claim_id(self, change: Change, webhook: Webhook) -> bool:
        """Whether a record is new, and no other creation of this task has claimed it."""
        identity = (webhook.owner, webhook.webhook_id)
        with self._lock:
            is_known = webhook.webhook_id in change.known_ids or identity in self._created
            self._created.add(identity)
        return not is_known


def _is_final(error: TouchBaseError) -> bool:
    """Whether all further requests would end like this one, or nobody knows how they would."""
    status, method = error.failure.status, error.failure.method
    if method == "POST" and error.may_have_been_applied:
        # A creation without a clear response was followed by a list request, which succeeded.
        return False
    has_no_response = method is not None and status is None
    return (
        has_no_response or status in (401, 429, 502, 503, 504) or isinstance(error, InternalError)
    )


def _counts(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """How many changes are applied, of which kinds, and how many are not."""
    applied = totals(one["change"] for one in lists["done"])
    kinds = f" ({applied})" if applied else ""
    return (
        f"{len(lists['done']):,} applied{kinds}, {len(lists['failed']):,} failed, "
        f"{len(lists['not_tried']):,} not attempted"
    )


def _partial_failure(
    outcomes: Sequence[_Outcome], errors: Mapping[int, TouchBaseError], label: Callable[[int], str]
) -> PartiallyApplied:
    lists: dict[str, list[dict[str, Any]]] = {"done": [], "failed": [], "not_tried": []}
    for outcome in outcomes:
        error, webhook = outcome.error, outcome.change.after or outcome.change.before
        if isinstance(error, PartiallyApplied):
            lists["done"] += error.done
            lists["failed"] += error.failed
        elif webhook is not None:
            tried = "failed" if error else "done"
            name = tried if outcome.was_tried else "not_tried"
            lists[name].append(change_entry(outcome.change.kind, webhook, error))
    messages = [f"- {label(one)}{error}" for one, error in [*errors.items()][:_MAX_MESSAGES]]
    if len(errors) > _MAX_MESSAGES:
        messages.append(f"- and {len(errors) - _MAX_MESSAGES} more, listed in failure.failed")
    failure = PartiallyApplied(
        f"Not everything could be changed: {_counts(lists)}. Fix the cause and run the task "
        "again.\n" + "\n".join(messages),
        _main_error([*errors.values()]),
        **lists,
    )
    failure.may_have_been_applied = any(one.may_have_been_applied for one in errors.values())
    return failure


def _main_error(errors: Sequence[TouchBaseError]) -> TouchBaseError:
    """The error to report as the cause: an internal one, else the first."""
    return next((error for error in errors if isinstance(error, InternalError)), errors[0])
