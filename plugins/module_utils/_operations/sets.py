# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the operations on many webhooks share: reading of lists, counts and diff; private."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .._api.client import Client
from .._api.models import Owner
from .._apply.executor import apply_changes
from .._apply.parallel import Item, Outcome, in_parallel
from .._errors import TouchBaseError
from .._plan.change import KINDS, Change, totals
from .._plan.problems import entry_label
from .._plan.single import CurrentWebhooks
from .reading import current_webhooks, warn_of_empty_list
from .runner import Params, Warn


def for_each(
    client: Client,
    doing: str,
    function: Callable[[Item], Outcome],
    items: Sequence[Item],
    concurrency: int,
) -> list[Outcome]:
    """The function's result for each item, several at a time, with progress."""

    def counted(item: Item) -> Outcome:
        outcome = function(item)
        client.progress.count()
        return outcome

    client.progress.begin(doing, len(items))
    return in_parallel(counted, items, concurrency, client.cancelled)


def current_of_each(
    client: Client, owners: Sequence[Owner], concurrency: int, warn: Warn
) -> dict[Owner, CurrentWebhooks]:
    """The current webhooks of each owner, with one request each; refusals are part of the result.

    Warns of a "webhook missing", which counts as an empty list. Raises Refused when every other
    owner would be refused as well.
    """
    read = partial(current_webhooks, client)
    current = dict(zip(owners, for_each(client, "lists read", read, owners, concurrency)))
    for owner, webhooks in current.items():
        warn_of_empty_list(owner, webhooks, warn)
    return current


def summary_of(changes: Sequence[Change]) -> dict[str, Any]:
    """The keys ``changed`` and ``counts`` of a result."""
    kinds = Counter(change.kind for change in changes)
    return {
        "changed": any(change.is_needed for change in changes),
        "counts": {kind: kinds[kind] for kind in KINDS},
    }


def diff_of(changes: Sequence[Change], limit: int | None) -> list[dict[str, Any]]:
    """The pairs of the changes that are needed, as many as the limit allows, and the totals.

    Empty if none is needed.
    """
    needed = [change for change in changes if change.is_needed]
    if not needed:
        return []
    shown, left = needed[:limit], needed[limit:] if limit is not None else []
    text = totals(change.kind for change in changes)
    if left:
        text += f"; {len(left):,} not shown because of diff_limit"
    return [*(change.diff for change in shown), {"prepared": f"{text}\n"}]


def apply_all(
    client: Client,
    params: Params,
    changes: Sequence[Change],
    dry_run: bool,
    warn: Warn,
    entries: int = 0,
) -> list[Change]:
    """Apply the changes of a set; an error has the diff of what is applied despite it.

    The first so many changes are those of ``entries``, by whose positions the error names them.
    """

    def label(position: int) -> str:
        return f"{entry_label(position)}: " if position < entries else ""

    try:
        return apply_changes(client, changes, dry_run, warn, params["concurrency"], label)
    except TouchBaseError as error:
        applied = error.applied
        error.diff = lambda: diff_of(applied, params["diff_limit"])
        raise


def with_entry_count(params: Params) -> Params:
    """The options with the number of entries in their place, so that the result stays small."""
    lists = {"webhooks": params["webhooks"] or [], "paused": params.get("paused")}
    counts = {name: f"{len(one):,} entries" for name, one in lists.items() if one is not None}
    return {**params, **counts}
