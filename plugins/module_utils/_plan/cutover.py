# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which webhooks move from one URL prefix to another. Pure: no I/O, no clock; private."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._api.models import Key, Owner, Webhook
from .._api.url import canonical_url, url_problem
from .._errors import NotPlannable
from .change import Change
from .desired import DesiredWebhook, labels_of
from .problems import Problems, entry_label, listed, raise_problems
from .single import CurrentWebhooks

Moves = Sequence[tuple[Webhook, Webhook]]
"""Webhooks before and after; one that stays is the same on both sides."""


@dataclass(frozen=True)
class Prefix:
    """A URL that others begin with, and the origin and the path of its canonical form."""

    url: str
    origin: str
    path: str

    def rest_of(self, url: str) -> str | None:
        """What follows in a URL that begins with this one; None if it does not."""
        origin, path, spelt = _split(url)
        if origin != self.origin or not path.startswith(self.path):
            return None
        is_boundary = path[len(self.path) :][:1] in ("", "/", "?", "#")
        # An empty path is "/" in the canonical form alone.
        rest = spelt[len(self.path) :]
        is_folder = bool(self.path) and self.url.endswith("/")
        return rest if is_boundary and (rest.startswith("/") or not is_folder) else None

    def holds(self, url: str) -> bool:
        """Whether a URL begins with this one."""
        return self.rest_of(url) is not None


@dataclass(frozen=True)
class Cutover:
    """From which prefix to which one."""

    source: Prefix
    target: Prefix

    def new_url(self, url: str) -> str | None:
        """The URL that replaces this one; None if it does not move.

        Where the target is below the source, what is at the target does not.
        """
        rest = self.source.rest_of(url)
        if rest is None or (self.source.holds(self.target.url) and self.target.holds(url)):
            return None
        target = self.target.url
        return (target.rstrip("/") if rest.startswith("/") else target) + rest


def cutover_from(from_url: str, to_url: str) -> Cutover:
    """Read the cutover from options. Raises NotPlannable if a URL is no prefix, or both are one."""
    source, target = _prefix("from_url", from_url), _prefix("to_url", to_url)
    if (source.origin, source.path) == (target.origin, target.path):
        raise NotPlannable("from_url and to_url are the same. Correct one of them.")
    return Cutover(source, target)


def plan_cutover(
    cutover: Cutover,
    desired: Sequence[DesiredWebhook],
    owners: Sequence[Owner],
    current: Mapping[Owner, CurrentWebhooks],
    merge: bool,
) -> list[Change]:
    """A change for each current webhook, in order; needed if the webhook moves.

    Raises NotPlannable with every problem: refusals of owners, which those of ``desired`` and
    ``owners`` name, and what contradicts the cutover.
    """
    webhooks = [one for webhooks in current.values() for one in webhooks.webhooks]
    moves = [(one, _moved(one, cutover)) for one in webhooks]
    of_set = [] if merge else [*_unmerged(moves, cutover)]
    raise_problems(
        _refusals([one.owner for one in desired], current),
        _refusals(owners, current),
        [*of_set, *_immovable(moves, cutover), *_twins(moves)],
        label=labels_of(desired),
    )
    if not any(before != after or cutover.target.holds(before.url) for before, after in moves):
        raise NotPlannable(
            "No webhook is at from_url, and none at to_url. Correct the URLs, or the owners."
        )
    return [Change(before, after) for before, after in moves]


def entries_to_edit(desired: Sequence[DesiredWebhook], cutover: Cutover) -> list[dict[str, Any]]:
    """The entries that would bring an old URL back, each with its new one."""
    urls = [cutover.new_url(one.url) if one.url and one.is_present else None for one in desired]
    return [
        {
            "entry": entry_label(position),
            "name": one.name,
            **one.owner.record(),
            "webhook_id": one.webhook_id,
            "webhook_type": one.webhook_type,
            "url": one.url,
            "new_url": new_url,
        }
        for position, (one, new_url) in enumerate(zip(desired, urls))
        if new_url is not None
    ]


def _prefix(name: str, url: str) -> Prefix:
    problem = url_problem(url)
    if problem:
        raise NotPlannable(
            f"{name} {problem}. Give an absolute URL such as https://hooks.example.org/replies."
        )
    if "?" in url or "#" in url:
        raise NotPlannable(
            f"{name} has a query or a fragment. Leave it out; those of webhooks stay as they are."
        )
    origin, path, _spelt = _split(url)
    return Prefix(url, origin, path.rstrip("/"))


def _split(url: str) -> tuple[str, str, str]:
    """Origin and the rest of the canonical form, and the rest in its own spelling."""
    scheme, separator, remainder = url.partition("://")
    authority = re.split("[/?#]", remainder, maxsplit=1)[0]
    origin = canonical_url(scheme + separator + authority).removesuffix("/")
    return origin, canonical_url(url)[len(origin) :], remainder[len(authority) :]


def _moved(webhook: Webhook, cutover: Cutover) -> Webhook:
    url = cutover.new_url(webhook.url)
    return webhook if url is None else replace(webhook, url=url, stored_url=None)


def _refusals(owners: Sequence[Owner], current: Mapping[Owner, CurrentWebhooks]) -> Problems:
    """The refusals to list webhooks, except those that count as an empty list."""
    errors = {position: current[owner].error for position, owner in enumerate(owners)}
    return {
        position: str(error)
        for position, error in errors.items()
        if error is not None and not error.webhook_is_missing
    }


def _unmerged(moves: Moves, cutover: Cutover) -> Iterator[str]:
    """Whether webhooks are at both prefixes."""
    source = [str(before) for before, after in moves if before != after]
    target = [str(one) for one, after in moves if one == after and cutover.target.holds(one.url)]
    if source and target:
        yield (
            f"There are webhooks at to_url already ({listed(target)}), and others at from_url "
            f"({listed(source)}). If that is intended, as after an interrupted cutover, set merge."
        )


def _immovable(moves: Moves, cutover: Cutover) -> Iterator[str]:
    """Which new URLs are not acceptable, or would move once more in the next run."""
    found = []
    for before, after in moves:
        problem = url_problem(after.url) if before != after else None
        if before != after and cutover.new_url(after.url) is not None:
            problem = "would be at from_url again"
        if problem:
            found.append(f"{before} (its new URL {problem})")
    if found:
        yield f"Cannot move {listed(found)}. Give them other URLs with touchbase_sms_webhooks."


def _twins(moves: Moves) -> Iterator[str]:
    """Which different webhooks of an owner and type would get the same URL."""
    holders: dict[tuple[Owner, Key], Webhook] = {}
    found = []
    # Those that stay have their URLs already.
    for before, after in sorted(moves, key=lambda move: move[0] != move[1]):
        holder = holders.setdefault((after.owner, after.key), before)
        if before != after and holder.key != before.key:
            found.append(f"{before} would get the URL of {holder}")
    if found:
        yield (
            "Two webhooks of the same type would have one URL, and every event would be delivered "
            f"twice: {listed(found)}. Remove one of each two first."
        )
