# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a whole declared set of webhooks; private to this collection."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .._api.client import Client
from .._apply.executor import apply_changes
from .._apply.parallel import Item, Outcome, in_parallel
from .._errors import NotPlannable
from .._options import CONCURRENCY_SPEC, CONNECTION_SPEC, number_from
from .._plan.bulk import Purge, plan_set
from .._plan.change import KINDS, Change
from .declared import DECLARED_SPEC, read_declared
from .reading import current_webhooks, warn_of_empty_list, with_note
from .runner import Operation, Params, Result, Warn


def run(client: Client, params: Params, dry_run: bool, warn: Warn) -> Result:
    """Read each owner once, plan everything, apply, and return the records in their order.

    Raises NotPlannable with every problem of the options before the first request, and with every
    problem of the plan before the first write.
    """
    purge_limit, diff_limit = (
        number_from(params, name, 0, math.inf) for name in ("purge_limit", "diff_limit")
    )
    if not params["webhooks"] and not (params["owners"] and params["purge"]):
        raise NotPlannable("Nothing is declared. Give webhooks, or owners with purge: true.")
    declared = read_declared(client, params, warn)
    desired, concurrency = declared.desired, params["concurrency"]
    purge = Purge(purge_limit or 0, params["allow_empty"]) if params["purge"] else None
    owners = declared.all_owners if purge else declared.of_entries
    if params["owners"] and not purge:
        warn("owners does nothing without purge: it names further owners to purge.")
    read = partial(current_webhooks, client)
    current = dict(zip(owners, _each(client, "lists read", read, owners, concurrency)))
    for owner, webhooks in current.items():
        warn_of_empty_list(owner, webhooks, warn)
    changes = plan_set(desired, current, purge, warn)
    changes = _with_notes(client, changes, concurrency)
    for position, change in enumerate(changes):
        for text in change.warnings():
            warn(text, position)
    changes = apply_changes(client, changes, dry_run, warn, concurrency)
    values = _values(changes)
    if params["return_webhooks"]:
        values["webhooks"] = [change.record for change in changes[: len(desired)]]
    return Result(values, lambda: _diff(changes, diff_limit))


def _each(
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


def _with_notes(client: Client, changes: Sequence[Change], concurrency: int) -> list[Change]:
    """The changes, those that activate a webhook with its note: one request for each of them."""
    activating = [change for change in changes if change.activates]
    read_note = partial(with_note, client)
    noted = iter(_each(client, "notes read", read_note, activating, concurrency))
    return [next(noted) if change.activates else change for change in changes]


def _values(changes: Sequence[Change]) -> dict[str, Any]:
    kinds = Counter(change.kind for change in changes)
    return {
        "changed": any(change.is_needed for change in changes),
        "counts": {kind: kinds[kind] for kind in KINDS},
    }


def _diff(changes: Sequence[Change], limit: int | None) -> list[dict[str, Any]]:
    needed = [change for change in changes if change.is_needed]
    diff = [change.diff for change in needed[:limit]]
    if len(diff) < len(needed):
        diff.append({"prepared": _summary(needed[len(diff) :])})
    return diff


def _summary(changes: Sequence[Change]) -> str:
    """The line that stands for the pairs of a diff that are beyond its limit."""
    kinds = Counter(change.kind for change in changes)
    counts = ", ".join(f"{kinds[kind]:,} {kind}" for kind in KINDS if kinds[kind])
    return f"{len(changes):,} more, not shown because of diff_limit: {counts}\n"


def _invocation_params(params: Params) -> Params:
    """The options with the entries as they were given; their number where the result is small."""
    entries = params["webhooks"] or []
    if not params["return_webhooks"]:
        return {**params, "webhooks": f"{len(entries):,} entries"}
    given = [{key: one for key, one in entry.items() if one is not None} for entry in entries]
    return {**params, "webhooks": given}


OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        **CONCURRENCY_SPEC,
        **DECLARED_SPEC,
        "purge": {"type": "bool", "default": False},
        "purge_limit": {"type": "int", "default": 10},
        "allow_empty": {"type": "bool", "default": False},
        "diff_limit": {"type": "int"},
        "return_webhooks": {"type": "bool", "default": True},
    },
    run=run,
    takes_long=True,
    invocation_params=_invocation_params,
)
