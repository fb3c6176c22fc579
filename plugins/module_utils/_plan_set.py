# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a whole declared set and what is there to changes. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ._declaration import Declaration
from ._errors import NotPlannable, TouchBaseError
from ._owner import Owner, capitalised
from ._plan import Inventory, additions, plan
from ._webhook import Change, Webhook

Entry = TypeVar("Entry")
Found = TypeVar("Found")
Complaints = dict[int, str]
"""What is wrong with a declaration, by its position in the set."""


def claimed_ids(declarations: Iterable[Declaration]) -> Mapping[Owner, set[int]]:
    """The ids that are declared; a webhook with one of them is nobody's by natural key."""
    claimed: dict[Owner, set[int]] = defaultdict(set)
    for one in declarations:
        if one.webhook_id is not None:
            claimed[one.owner].add(one.webhook_id)
    return claimed


def duplicates(declarations: Mapping[int, Declaration]) -> Complaints:
    """Declarations that mean the same webhook as one before them, as far as they say it."""
    first: dict[object, int] = {}
    complaints = {}
    for position, declaration in declarations.items():
        identity = (declaration.owner, declaration.webhook_id or declaration.key)
        earlier = first.setdefault(identity, position)
        if earlier != position:
            complaints[position] = f"{entry_name(earlier)} declares {declaration} too."
    return complaints


@dataclass(frozen=True)
class SetPlan:
    """The changes of a declared set in the order of the declarations, and those of a purge."""

    declared: Sequence[Change]
    purged: Sequence[Change]
    warnings: Sequence[str]

    @property
    def changes(self) -> list[Change]:
        """All of them; those of the purge last."""
        return [*self.declared, *self.purged]


def plan_set(
    declarations: Sequence[Declaration],
    inventories: Mapping[Owner, Inventory],
    purge_limit: int | None,
) -> SetPlan:
    """Plan a whole set at once; what is not declared goes, unless ``purge_limit`` is None.

    Nothing is paired or repointed: what is declared and missing is created. Raises NotPlannable
    with every complaint, or when more webhooks than ``purge_limit`` would go undeclared.
    """
    claimed = claimed_ids(declarations)
    keeps_best = purge_limit is not None
    changes, complaints = of_each(
        lambda one: plan(one, inventories[one.owner], claimed[one.owner], keeps_best),
        declarations,
    )
    refuse({**_contradictions(declarations, changes), **_meant_twice(changes), **complaints})
    _refuse_owners(inventories)
    declared = list(changes.values())
    undeclared = _undeclared(declared, inventories)
    if purge_limit is None:
        return SetPlan(
            declared, [], [*additions(declared, undeclared), *_twins(declared, undeclared)]
        )
    _check_purge(undeclared, purge_limit)
    purged = [Change(webhook, None) for webhook in undeclared]
    return SetPlan(declared, purged, list(_nobody(inventories)))


def of_each(
    function: Callable[[Entry], Found], entries: Sequence[Entry]
) -> tuple[dict[int, Found], Complaints]:
    """What a function makes of each entry, and what it complains about, by position."""
    found: dict[int, Found] = {}
    complaints: Complaints = {}
    for position, one in enumerate(entries):
        result = _attempt(function, one)
        if isinstance(result, TouchBaseError):
            complaints[position] = str(result)
        else:
            found[position] = result
    return found, complaints


def _attempt(function: Callable[[Entry], Found], entry: Entry) -> Found | TouchBaseError:
    try:
        return function(entry)
    except TouchBaseError as error:
        return error


def refuse(of_webhooks: Complaints, of_owners: Complaints | None = None) -> None:
    """Raise NotPlannable with every complaint, in the order of the entries, if there is any."""
    entries_of: dict[str, list[str]] = defaultdict(list)
    for position, text in sorted(of_webhooks.items()):
        entries_of[text].append(entry_name(position))
    for position, text in sorted((of_owners or {}).items()):
        entries_of[text].append(f"owners[{position}]")
    if entries_of:
        listed = [f"{', '.join(entries)}: {text}" for text, entries in entries_of.items()]
        raise NotPlannable("Nothing was changed, because of:\n" + "\n".join(listed))


def entry_name(position: int) -> str:
    """How an entry of the declared set is called, as Ansible would index it."""
    return f"webhooks[{position}]"


def _twins(changes: Sequence[Change], undeclared: Iterable[Webhook]) -> Iterator[str]:
    """Warnings about webhooks that get the address of an undeclared one of their type."""
    holders = {(webhook.owner, webhook.key): webhook for webhook in undeclared}
    for change in changes:
        after = change.after
        if after and change.before and after.key != change.before.key:
            twin = holders.get((after.owner, after.key))
            if twin is not None:
                yield (
                    f"{capitalised(after)} gets the address of {twin}, which is not declared, so "
                    "every event will arrive there twice. Remove one of them."
                )


def _nobody(inventories: Mapping[Owner, Inventory]) -> Iterator[str]:
    """Warnings about owners to purge that do not exist: perhaps their id is misspelt."""
    for owner, inventory in inventories.items():
        if inventory.refusal is not None:
            yield (
                f"{capitalised(owner)} does not exist, as far as the service says, so nothing of "
                "it was purged."
            )


def _refuse_owners(inventories: Mapping[Owner, Inventory]) -> None:
    """Raise what the service said of an owner that is only to be purged; a missing one is fine."""
    for inventory in inventories.values():
        if inventory.refusal is not None and not inventory.refusal.is_missing:
            raise inventory.refusal


def _meant_twice(changes: Mapping[int, Change]) -> Complaints:
    """Entries that turn out to mean the webhook of an earlier one."""
    first: dict[object, int] = {}
    complaints = {}
    for position, change in changes.items():
        if change.before is not None:
            identity = (change.before.owner, change.before.webhook_id)
            earlier = first.setdefault(identity, position)
            if earlier != position:
                complaints[position] = f"{entry_name(earlier)} means {change.before} as well."
    return complaints


def _contradictions(
    declarations: Sequence[Declaration], changes: Mapping[int, Change]
) -> Complaints:
    """Entries that the next run could not tell apart, or that remove what another one keeps.

    Two of the same type and address are accepted only if both are declared by their ids.
    """
    kept: dict[object, int] = {}
    complaints = {}
    for position, change in changes.items():
        if change.after is not None:
            earlier = kept.setdefault((change.after.owner, change.after.key), position)
            by_id = declarations[earlier].webhook_id and declarations[position].webhook_id
            if earlier != position and not by_id:
                complaints[position] = (
                    f"{entry_name(earlier)} has the same owner, type and address, so the next run "
                    "could not tell which is meant. Change one of them, or give both webhook_id."
                )
    for position, one in enumerate(declarations):
        keeper = kept.get((one.owner, one.key))
        if not one.is_present and keeper is not None:
            complaints[position] = f"{entry_name(keeper)} keeps what this removes. Leave one out."
    return complaints


def _undeclared(
    declared: Iterable[Change], inventories: Mapping[Owner, Inventory]
) -> list[Webhook]:
    known = {(one.before.owner, one.before.webhook_id) for one in declared if one.before}
    return [
        webhook
        for inventory in inventories.values()
        for webhook in inventory.webhooks
        if (webhook.owner, webhook.webhook_id) not in known
    ]


def _check_purge(undeclared: Sequence[Webhook], purge_limit: int) -> None:
    if len(undeclared) > purge_limit:
        shown = ", ".join(str(webhook) for webhook in undeclared[:10])
        more = f" and {len(undeclared) - 10} more" if len(undeclared) > 10 else ""
        raise NotPlannable(
            f"Nothing was changed, because purge would delete more than purge_limit "
            f"({purge_limit}), namely {len(undeclared)} that are not declared: {shown}{more}. If "
            "that is meant, raise purge_limit; if not, look for what is missing in webhooks."
        )
