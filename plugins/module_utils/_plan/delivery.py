# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which webhooks are paused, and which of them resumed. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from .._api.models import Owner, Webhook
from .._errors import NotPlannable, Refused
from .._sensitive import MASK, plain_words, service_text
from .bulk import reserved_ids
from .change import Change
from .desired import DesiredWebhook, labels_of, owner_from, positive_id
from .problems import collect_errors, raise_problems
from .single import CurrentWebhooks, plan_change


@dataclass(frozen=True)
class PausedWebhook:
    """A webhook that was paused, with the note that the service held at that time."""

    owner: Owner
    webhook_id: int
    note: str | None = None

    def __str__(self) -> str:
        return f"webhook {self.webhook_id} of {self.owner}"

    def record(self) -> dict[str, Any]:
        """What a task returns of it; the keys are those that ``paused_from`` reads."""
        return {**self.owner.record(), "webhook_id": self.webhook_id, "note": self.note}


@dataclass(frozen=True)
class Skipped:
    """A webhook that is left as it is: what it is called, what a task returns of it, and why."""

    name: str
    record: Mapping[str, Any]
    reason: str = "It does not exist."


def paused_from(options: Mapping[str, Any]) -> PausedWebhook:
    """Read a paused webhook from options. Raises NotPlannable when they do not identify it."""
    owner, webhook_id = owner_from(options), positive_id(options, "webhook_id")
    if webhook_id is None:
        raise NotPlannable(
            f"The webhook_id of a webhook of {owner} is missing. Give what touchbase_sms_delivery "
            "returned as paused."
        )
    return PausedWebhook(owner, webhook_id, options.get("note"))


def paused_webhooks(entries: Sequence[Mapping[str, Any]]) -> list[PausedWebhook]:
    """Read a list of paused webhooks; where the same one is there twice, the last counts.

    Raises NotPlannable with every problem.
    """
    found, problems = collect_errors(paused_from, entries)
    raise_problems({}, of_paused=problems)
    return list({(one.owner, one.webhook_id): one for one in found.values()}.values())


def receives_events(desired: DesiredWebhook) -> bool:
    """Whether events should be sent to it, so that there is something to pause and to resume."""
    return desired.is_present and desired.active is not False


def declared_webhooks(
    desired: Sequence[DesiredWebhook],
    owners: Sequence[Owner],
    current: Mapping[Owner, CurrentWebhooks],
    is_resumed: bool,
) -> tuple[list[Webhook], list[Skipped]]:
    """The webhooks of entries that should receive events and of owners, and what does not exist.

    To be resumed, an entry must mean a single webhook, and no other entry may keep it inactive or
    absent; an owner that does not exist has no webhooks then. Raises NotPlannable with every
    problem.
    """
    reserved = reserved_ids(desired)

    def wanted(one: DesiredWebhook) -> list[Webhook]:
        if not receives_events(one):
            return []
        return _meant(one, current[one.owner], reserved[one.owner], is_resumed)

    of_entries, problems = collect_errors(wanted, desired)
    _checked, owner_problems = collect_errors(
        lambda one: _check_list(current[one], is_resumed), owners
    )
    raise_problems(problems, owner_problems, label=labels_of(desired))
    pairs = zip(desired, of_entries.values())
    absent = [_missing(one) for one, found in pairs if receives_events(one) and not found]
    absent += _missing_owners(owners, current)
    every = chain(*of_entries.values(), *(current[one].webhooks for one in owners))
    kept_off = _kept_off(desired, current, reserved) if is_resumed else set()
    return [one for one in dict.fromkeys(every) if one not in kept_off], absent


def _kept_off(
    desired: Sequence[DesiredWebhook],
    current: Mapping[Owner, CurrentWebhooks],
    reserved: Mapping[Owner, Collection[int]],
) -> set[Webhook]:
    """The webhooks that an entry keeps inactive or absent."""
    return {
        webhook
        for one in desired
        if not receives_events(one) and one.owner in current
        for webhook in current[one.owner].matching(one, reserved[one.owner])
    }


def _meant(
    desired: DesiredWebhook, current: CurrentWebhooks, reserved: Collection[int], is_single: bool
) -> list[Webhook]:
    """The webhooks that an entry means; at most one if it ``is_single``."""
    _check_list(current, is_single)
    found = current.matching(desired, reserved)
    is_ambiguous = desired.by_type and len({webhook.key for webhook in found}) > 1
    if (is_single or is_ambiguous) and len(found) > 1:
        ids = ", ".join(map(str, sorted(webhook.known_id for webhook in found)))
        raise NotPlannable(f"Several webhooks could be {desired}: {ids}. Give webhook_id.")
    for webhook in found:
        # Raises NotPlannable if it is of another type. Its URL does not matter.
        plan_change(replace(desired, url=None), webhook)
    return found


def _check_list(current: CurrentWebhooks, may_be_missing: bool) -> None:
    """Raise the refusal to list, unless it says that there is no webhook, or no such owner."""
    error = current.error
    if error is None or error.webhook_is_missing or (may_be_missing and error.is_missing):
        return
    raise error


def _missing_owners(
    owners: Iterable[Owner], current: Mapping[Owner, CurrentWebhooks]
) -> Iterator[Skipped]:
    for owner in owners:
        error = current[owner].error
        if error is not None and not error.webhook_is_missing:
            yield Skipped(str(owner), {**owner.record(), "webhook_id": None})


def _missing(desired: DesiredWebhook) -> Skipped:
    identity = {"webhook_id": desired.webhook_id, "webhook_type": desired.webhook_type}
    return Skipped(str(desired), {**desired.owner.record(), **identity, "note": None})


def resume(
    paused: Iterable[PausedWebhook], found: Iterable[Webhook | Refused]
) -> tuple[list[Change], list[Skipped]]:
    """Activate each webhook that was found with the note of its pause; the others are skipped.

    One for which the service said that it does not exist is skipped as well.
    """
    changes, skipped = [], []
    for one, webhook in zip(paused, found):
        if isinstance(webhook, Refused):
            skipped.append(Skipped(str(one), one.record()))
        elif webhook.active or _is_same_note(webhook.note, one.note):
            changes.append(Change(webhook, replace(webhook, active=True, note=None)))
        else:
            skipped.append(Skipped(str(one), webhook.record(), _reason(webhook.note)))
    return changes, skipped


def _is_same_note(now: str | None, noted: str | None) -> bool:
    """Whether a note is the one of the pause, which ``mask_url`` may have masked."""
    current, earlier = now or "", noted or ""
    return current == earlier or (MASK in earlier and plain_words(current) == earlier)


def _reason(note: str | None) -> str:
    if note:
        return f"The service deactivated it with the note '{service_text(note)}'."
    return "It had a note when it was paused, and has none now."
