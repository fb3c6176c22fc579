# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a declared set and the current webhooks to changes. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._api.models import Owner, Webhook, sentence_start
from .._api.url import canonical_url
from .change import Change
from .desired import DesiredWebhook, labels_of
from .problems import Problems, collect_errors, entry_label, listed, raise_problems
from .single import CurrentWebhooks, addition_warnings, plan


@dataclass(frozen=True)
class Purge:
    """What a purge may do: delete up to ``limit`` webhooks, and empty owners if ``allow_empty``."""

    limit: int
    allow_empty: bool = False


def plan_set(
    desired: Sequence[DesiredWebhook],
    current: Mapping[Owner, CurrentWebhooks],
    purge: Purge | None,
    warn: Callable[[str], None],
) -> list[Change]:
    """Plan a whole set: a change for each entry, in their order, then those of the purge.

    Nothing is paired or repointed: a desired webhook that is missing is created. Raises
    NotPlannable with every problem.
    """
    planned = plan_entries(desired, current, keep_best=purge is not None)
    changes, undeclared = list(planned.changes.values()), planned.undeclared
    of_purge = list(_purge_problems(purge, desired, current, undeclared)) if purge else []
    raise_problems(planned.problems, of_set=of_purge, label=labels_of(desired))
    if purge is None:
        texts = [*addition_warnings(changes, undeclared), *_duplicate_warnings(changes, undeclared)]
    else:
        texts = [*_purge_warnings(changes, current)]
        changes += [Change(webhook, None) for webhook in undeclared]
    for text in texts:
        warn(text)
    return changes


@dataclass(frozen=True)
class Planned:
    """The changes of entries and the problems of entries, by position, and what none of them means.

    An entry that contradicts another one has both a change and a problem.
    """

    changes: Mapping[int, Change]
    problems: Problems
    undeclared: Sequence[Webhook]


def plan_entries(
    desired: Sequence[DesiredWebhook], current: Mapping[Owner, CurrentWebhooks], keep_best: bool
) -> Planned:
    """Plan each entry of a set; of several webhooks that match, the best is meant if ``keep_best``.

    What an entry with a problem could mean does not count as undeclared.
    """
    reserved = reserved_ids(desired)
    changes, problems = collect_errors(
        lambda one: plan(one, current[one.owner], reserved[one.owner], keep_best), desired
    )
    problems = {
        **_conflicts(desired, changes),
        **_duplicate_targets(desired, changes),
        **problems,
    }
    meant = {(one.before.owner, one.before.webhook_id) for one in changes.values() if one.before}
    for position in problems:
        one = desired[position]
        meant |= {(one.owner, found.webhook_id) for found in current[one.owner].matching(one, ())}
    return Planned(changes, problems, _undeclared(meant, current))


def reserved_ids(desired: Iterable[DesiredWebhook]) -> Mapping[Owner, set[int]]:
    """The ids that entries name; no other entry means such a webhook by its natural key."""
    reserved: dict[Owner, set[int]] = defaultdict(set)
    for one in desired:
        if one.webhook_id is not None:
            reserved[one.owner].add(one.webhook_id)
    return reserved


def duplicates(desired: Mapping[int, DesiredWebhook]) -> Problems:
    """Entries that name the same webhook as an earlier one, or have its name."""
    first: dict[object, int] = {}
    names: dict[str | None, int] = {}
    problems = {}
    for position, one in desired.items():
        earlier = first.setdefault(one.identity, position)
        named = names.setdefault(one.name, position)
        if earlier != position:
            problems[position] = f"{desired[earlier].short_label(earlier)} declares {one} too."
        elif one.name is not None and named != position:
            problems[position] = f"{entry_label(named)} has this name too. Names are unique."
    return problems


def _duplicate_targets(
    desired: Sequence[DesiredWebhook], changes: Mapping[int, Change]
) -> Problems:
    """Entries that turn out to mean the webhook of an earlier one."""
    first: dict[object, int] = {}
    problems = {}
    for position, change in changes.items():
        if change.before is not None:
            identity = (change.before.owner, change.before.webhook_id)
            earlier = first.setdefault(identity, position)
            if earlier != position:
                label = desired[earlier].short_label(earlier)
                problems[position] = f"{label} refers to {change.before} as well."
    return problems


def _conflicts(desired: Sequence[DesiredWebhook], changes: Mapping[int, Change]) -> Problems:
    """Entries that the next run could not tell apart, or that remove what another one keeps.

    Two of the same type and URL are accepted only if both are declared by their ids.
    """
    kept: dict[object, int] = {}
    problems = {}
    for position, change in changes.items():
        if change.after is not None:
            earlier = kept.setdefault((change.after.owner, change.after.key), position)
            by_id = desired[earlier].webhook_id and desired[position].webhook_id
            if earlier != position and not by_id:
                label = desired[earlier].short_label(earlier)
                problems[position] = (
                    f"{label} has the same owner, type and URL, so the next run could not tell "
                    "them apart. Change one of them, or give both webhook_id."
                )
    return {**problems, **_removed_again(desired, changes), **_second_of_type(desired, changes)}


def _removed_again(desired: Sequence[DesiredWebhook], changes: Mapping[int, Change]) -> Problems:
    """Entries that would remove what another one keeps, in this run or the next."""
    removed = {position: one for position, one in enumerate(desired) if not one.is_present}
    if not removed:
        return {}
    keepers: dict[object, int] = {}
    for position, change in changes.items():
        if change.after is not None:
            webhook_type, url = change.after.key
            for what in ((webhook_type, url), (None, url), (webhook_type, None)):
                keepers.setdefault((change.after.owner, what), position)
    problems = {}
    for position, one in removed.items():
        keeper = keepers.get((one.owner, (one.webhook_type, one.url and canonical_url(one.url))))
        if keeper is not None:
            label = desired[keeper].short_label(keeper)
            problems[position] = f"{label} keeps what this removes. Leave one out."
    return problems


def _second_of_type(desired: Sequence[DesiredWebhook], changes: Mapping[int, Change]) -> Problems:
    """Entries of the type and owner of one that says ``unique_by: type``."""
    kept = [
        (position, (change.after.owner, change.after.webhook_type))
        for position, change in changes.items()
        if change.after is not None
    ]
    only = {identity: position for position, identity in kept if desired[position].by_type}
    return {
        position: f"{desired[only[identity]].short_label(only[identity])} says `unique_by: type`, "
        "so there must be no other webhook of this owner and type."
        for position, identity in kept
        if identity in only and only[identity] != position
    }


def _undeclared(
    meant: set[tuple[Owner, int | None]], current: Mapping[Owner, CurrentWebhooks]
) -> list[Webhook]:
    return [
        webhook
        for webhooks in current.values()
        for webhook in webhooks.webhooks
        if (webhook.owner, webhook.webhook_id) not in meant
    ]


def _purge_problems(
    purge: Purge,
    desired: Iterable[DesiredWebhook],
    current: Mapping[Owner, CurrentWebhooks],
    undeclared: Sequence[Webhook],
) -> Iterator[str]:
    declared = {one.owner for one in desired}
    for owner, webhooks in current.items():
        error = webhooks.error
        if error is not None and not error.is_missing and owner not in declared:
            yield str(error)
    kept = {one.owner for one in desired if one.is_present}
    emptied = dict.fromkeys(str(one.owner) for one in undeclared if one.owner not in kept)
    if emptied and not purge.allow_empty:
        yield (
            f"No webhook is declared for {listed([*emptied])}, so purge would leave none there. "
            "If that is intended, set allow_empty; if not, look for what is missing in webhooks, "
            "or take the owner out of owners."
        )
    if len(undeclared) > purge.limit:
        yield (
            f"purge would delete {len(undeclared)} webhooks that are not declared, more than "
            f"purge_limit ({purge.limit}): {listed([str(one) for one in undeclared])}. If that is "
            "intended, raise purge_limit; if not, look for what is missing in webhooks."
        )


def _purge_warnings(
    changes: Iterable[Change], current: Mapping[Owner, CurrentWebhooks]
) -> Iterator[str]:
    """Warnings about owners that a purge leaves empty, or that do not exist."""
    kept = {change.after.owner for change in changes if change.after}
    for owner, webhooks in current.items():
        if webhooks.error is not None and not webhooks.error.webhook_is_missing:
            yield (
                f"The service reports that {owner} does not exist, so nothing was purged there. "
                "Check its id."
            )
        elif webhooks.webhooks and owner not in kept:
            yield f"purge leaves {owner} without any webhook: its events will reach nobody."


def _duplicate_warnings(changes: Iterable[Change], undeclared: Iterable[Webhook]) -> Iterator[str]:
    """Warnings about webhooks that get the URL of an undeclared one of their type."""
    holders = {(webhook.owner, webhook.key): webhook for webhook in undeclared}
    for change in changes:
        after = change.after
        if after and change.before and after.key != change.before.key:
            holder = holders.get((after.owner, after.key))
            if holder is not None:
                yield (
                    f"{sentence_start(after)} gets the URL of {holder}, which is not declared, so "
                    "every event will be delivered there twice. Remove one of them."
                )
