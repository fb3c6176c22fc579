# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a declaration and what is there to a change. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from ._address import same_address
from ._declaration import Declaration
from ._errors import NotPlannable, Refused
from ._owner import Owner, capitalised
from ._webhook import Change, Key, Webhook


class Inventory:
    """The webhooks that an owner has, found by their id or their natural key.

    ``refusal`` is what the service said instead, such as that it has no such owner.
    """

    def __init__(self, webhooks: Iterable[Webhook], refusal: Refused | None = None) -> None:
        self._by_id = {webhook.webhook_id: webhook for webhook in webhooks}
        self.webhooks = tuple(self._by_id.values())
        self.refusal = refusal
        self.ids = frozenset(self._by_id)
        self._by_key: dict[Key, list[Webhook]] = defaultdict(list)
        for webhook in self.webhooks:
            self._by_key[webhook.key].append(webhook)

    def meant_by(self, declaration: Declaration, claimed: Collection[int]) -> list[Webhook]:
        """The webhooks that could be the one declared, the best first.

        By natural key, it is none of the ``claimed`` ones, which others declare by their id. An
        active one is better, unless it is to be inactive; then the lowest id.
        """
        if declaration.webhook_id is not None:
            found = self._by_id.get(declaration.webhook_id)
            return [found] if found else []
        if declaration.key is None:
            return []
        free = [
            one for one in self._by_key.get(declaration.key, []) if one.webhook_id not in claimed
        ]
        wants_active = declaration.active is not False
        return sorted(free, key=lambda one: (one.active != wants_active, one.known_id))


def plan(
    declaration: Declaration,
    inventory: Inventory,
    claimed: Collection[int] = (),
    keeps_best: bool = False,
) -> Change:
    """Decide what becomes of a declared webhook among those that its owner has.

    An equivalent spelling of the address is not a change: the service's own is kept. Of several
    that match, the best is taken if ``keeps_best``. Raises NotPlannable when it cannot be decided:
    several match, the id is not there, or the type would have to change; what the service said,
    when it refused to list them, unless for want of an owner whose webhook should be absent.
    """
    refusal = inventory.refusal
    if refusal is not None and (declaration.is_present or not refusal.is_missing):
        raise refusal
    found = inventory.meant_by(declaration, claimed)
    if len(found) > 1 and not keeps_best:
        ids = ", ".join(str(one) for one in sorted(webhook.known_id for webhook in found))
        raise NotPlannable(
            f"Several webhooks could be {declaration}: {ids}. Give the webhook_id of the one that "
            "is meant, and remove the others."
        )
    before = found[0] if found else None
    if not declaration.is_present:
        return Change(before, None)
    if before is not None:
        return Change(before, _updated(before, declaration))
    return Change(None, _created(declaration), inventory.ids)


def _updated(before: Webhook, declaration: Declaration) -> Webhook:
    if declaration.webhook_type not in (None, before.webhook_type):
        raise NotPlannable(
            f"{before} is of type {before.webhook_type}, not {declaration.webhook_type}, and the "
            "API cannot change the type. Correct webhook_type or webhook_id."
        )
    url, active = declaration.url, declaration.active
    if url is None or same_address(url, before.url):
        url = before.url
    if active is None:
        active = before.active
    return replace(before, url=url, active=active, note=None if active else before.note)


def _created(declaration: Declaration) -> Webhook:
    if declaration.webhook_id is not None or not declaration.webhook_type or not declaration.url:
        raise NotPlannable(f"There is no {declaration}. Correct webhook_id or the owner.")
    # Active, unless asked otherwise: so is one that the service has just created (vendor pages
    # create-campaign-webhook and create-list-webhook, example of the answer).
    is_active = declaration.active is not False
    return Webhook(declaration.owner, None, declaration.webhook_type, declaration.url, is_active)


def additions(changes: Sequence[Change], undeclared: Iterable[Webhook]) -> Iterator[str]:
    """Warnings about creations beside a webhook of the same owner and type, undeclared as it is.

    Who moves a receiver and declares only the new address would otherwise get every event twice.
    """
    beside: dict[tuple[Owner, str], list[int]] = defaultdict(list)
    for webhook in undeclared:
        beside[webhook.owner, webhook.webhook_type].append(webhook.known_id)
    created = [one.after for one in changes if one.after and not one.before]
    for owner, webhook_type in dict.fromkeys((one.owner, one.webhook_type) for one in created):
        ids = sorted(beside[owner, webhook_type])
        if ids:
            plural, second = ("s", "another") if len(ids) > 1 else ("", "a second")
            yield (
                f"{capitalised(owner)} already has {webhook_type} webhook{plural} "
                f"{', '.join(map(str, ids))}; this adds {second}. "
                f"To move {'one' if plural else 'it'}, give `webhook_id: {ids[0]}`."
            )
