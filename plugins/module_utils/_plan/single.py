# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From one desired webhook and the current ones to a change. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from .._api.models import Key, Owner, Webhook, sentence_start, type_text
from .._api.url import check_url, urls_equivalent
from .._errors import NotPlannable, Refused
from .._sensitive import printable_url, url_text
from .change import Change
from .desired import DesiredWebhook


class CurrentWebhooks:
    """The webhooks that an owner has, found by their id or their natural key.

    ``error`` is the service's refusal to list them, such as for an owner that does not exist.
    """

    def __init__(self, webhooks: Iterable[Webhook], error: Refused | None = None) -> None:
        self.webhooks = tuple(webhooks)
        self.error = error
        self._by_id = {webhook.webhook_id: webhook for webhook in self.webhooks}
        self.ids = frozenset(self._by_id)
        self._by_key: dict[Key, list[Webhook]] = defaultdict(list)
        for webhook in self.webhooks:
            self._by_key[webhook.key].append(webhook)

    def matching(self, desired: DesiredWebhook, reserved: Collection[int]) -> list[Webhook]:
        """The webhooks that could be the desired one, the best first.

        Without an id, none of the ``reserved`` ids, which other entries name. An active webhook is
        better, unless an inactive one is desired; then the lowest id.
        """
        if desired.webhook_id is not None:
            found = self._by_id.get(desired.webhook_id)
            return [found] if found else []
        free = [one for one in self._alike(desired) if one.webhook_id not in reserved]
        if desired.by_type and desired.url is not None:
            equal = [one for one in free if one.key == desired.key]
            # What has another URL is not the one to remove.
            free = equal if equal or not desired.is_present else free
        wants_active = desired.active is not False
        return sorted(free, key=lambda one: (one.active != wants_active, one.known_id))

    def of_type(self, webhook_type: str | None, reserved: Collection[int]) -> list[Webhook]:
        """The webhooks of a type, without those of the ``reserved`` ids."""
        of_type = (one for one in self.webhooks if one.webhook_type == webhook_type)
        return [one for one in of_type if one.webhook_id not in reserved]

    def _alike(self, desired: DesiredWebhook) -> Sequence[Webhook]:
        """Those of the type, or of the URL alone, where that is enough; else of the natural key."""
        if desired.by_type:
            return self.of_type(desired.webhook_type, ())
        if desired.webhook_type is None and desired.url is not None:
            return [one for one in self.webhooks if urls_equivalent(one.url, desired.url)]
        return self._by_key.get(desired.key, []) if desired.key else []


def plan(
    desired: DesiredWebhook,
    current: CurrentWebhooks,
    reserved: Collection[int] = (),
    keep_best: bool = False,
) -> Change:
    """Find the desired webhook among the current ones and decide what becomes of it.

    Of several that match, the best is taken if ``keep_best``. Raises NotPlannable when several
    match, and the service's refusal to list them, unless an owner is missing whose webhook should
    be absent.
    """
    if current.error is not None:
        _check_error(desired, current.error)
    found = current.matching(desired, reserved)
    if not found and not desired.is_present and desired.by_type and not keep_best:
        others = current.of_type(desired.webhook_type, reserved)
        return Change(None, None, remarks=tuple(_not_removed(desired, others)))
    if len(found) > 1 and not (keep_best and len({one.key for one in found}) == 1):
        raise NotPlannable(_several(desired, found))
    change = plan_change(desired, found[0] if found else None, current.ids)
    return change if desired.name is None else _named(change, desired.name)


def _not_removed(desired: DesiredWebhook, others: Sequence[Webhook]) -> Iterator[str]:
    """A warning about webhooks of the type that have another URL."""
    if others:
        yield (
            f"{sentence_start(desired)} is not removed, because it has another URL: {_at(others)}. "
            "Correct url, or leave it out."
        )


def _several(desired: DesiredWebhook, found: Sequence[Webhook]) -> str:
    if desired.by_type and len({one.key for one in found}) > 1:
        return (
            f"{sentence_start(desired.owner)} has several {desired.webhook_type} webhooks, so "
            f"`unique_by: type` does not tell which one is meant: {_at(found)}. Remove the others, "
            "or give the url or the webhook_id of the right one."
        )
    ids = ", ".join(str(one) for one in sorted(webhook.known_id for webhook in found))
    if desired.webhook_type is None:
        return f"Several webhooks could be {desired}: {ids}. Give webhook_type, or webhook_id."
    return (
        f"Several webhooks could be {desired}: {ids}. Give the webhook_id of the right one, and "
        "remove the others. They are often left by a task that ran for several hosts without "
        "`run_once: true`."
    )


def _at(webhooks: Iterable[Webhook]) -> str:
    in_order = sorted(webhooks, key=lambda one: one.known_id)
    return ", ".join(f"webhook {one.webhook_id} at {url_text(one.url)}" for one in in_order)


def _named(change: Change, name: str) -> Change:
    before, after = (one and replace(one, name=name) for one in (change.before, change.after))
    return replace(change, before=before, after=after)


def _check_error(desired: DesiredWebhook, error: Refused) -> None:
    """Raise the refusal, unless it means that there is nothing, and nothing is needed there."""
    # Another vendor says "webhook is missing" of an empty list; what this one says is not known.
    is_empty_list = error.webhook_is_missing and desired.webhook_id is None
    if not is_empty_list and (desired.is_present or not error.is_missing):
        raise error


def plan_change(
    desired: DesiredWebhook, before: Webhook | None, known_ids: frozenset[int | None] = frozenset()
) -> Change:
    """Decide what becomes of one webhook; an equivalent spelling of its URL is not a change.

    ``known_ids`` are those of the owner's current webhooks. Raises NotPlannable when the webhook
    does not exist and cannot be created, or when its type would have to change.
    """
    if not desired.is_present:
        return Change(before, None)
    if before is not None:
        after = _updated(before, desired)
        return Change(before, after, remarks=tuple(_move_remarks(desired, before, after)))
    return Change(None, _created(desired), known_ids, by_type=desired.by_type)


def _move_remarks(desired: DesiredWebhook, before: Webhook, after: Webhook) -> Iterator[str]:
    """A warning if ``unique_by: type`` moves a webhook to another host."""
    if not desired.by_type:
        return
    hosts = [urlsplit(printable_url(one.url)).hostname for one in (before, after)]
    if hosts[0] != hosts[1]:
        yield (
            f"{sentence_start(before)} moves from host {hosts[0]} to host {hosts[1]}, because "
            f"`unique_by: type` says that it is the only {before.webhook_type} webhook."
        )


def _updated(before: Webhook, desired: DesiredWebhook) -> Webhook:
    if desired.webhook_type not in (None, before.webhook_type):
        raise NotPlannable(
            f"{sentence_start(before)} is of type {type_text(before.webhook_type)}, not "
            f"{type_text(desired.webhook_type or '')}, and the API cannot change the type. Correct "
            "webhook_type or webhook_id."
        )
    active = before.active if desired.active is None else desired.active
    note = None if active else before.note
    after = before
    if (active, note) != (before.active, before.note):
        after = replace(before, active=active, note=note)
    if desired.url is None or urls_equivalent(desired.url, before.url):
        return after
    check_url(desired.url)
    return replace(after, url=desired.url, stored_url=None)


def _created(desired: DesiredWebhook) -> Webhook:
    if desired.webhook_id is not None:
        raise NotPlannable(f"There is no {desired}. Correct webhook_id or the owner.")
    if not desired.webhook_type or not desired.url:
        raise NotPlannable(f"{sentence_start(desired)} does not exist. Give url to create it.")
    # Active, unless asked otherwise: so is one that the service has just created (vendor pages
    # create-campaign-webhook and create-list-webhook, example of the response).
    is_active = desired.active is not False
    return Webhook(desired.owner, None, desired.webhook_type, desired.url, is_active)


def addition_warnings(changes: Sequence[Change], undeclared: Iterable[Webhook]) -> Iterator[str]:
    """Warnings about creations beside an undeclared webhook of the same owner and type.

    Who moves a receiver and declares only the new URL would otherwise get every event twice.
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
                f"{sentence_start(owner)} already has {webhook_type} webhook{plural} "
                f"{', '.join(map(str, ids))}; this adds {second}. To move "
                f"{'one' if plural else 'it'}, give `webhook_id: {ids[0]}`"
                + ("" if plural else " or `unique_by: type`")
                + ". To delete what is not declared, declare a set with `purge: true`."
            )
