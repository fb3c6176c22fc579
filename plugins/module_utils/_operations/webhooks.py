# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a whole declared set of webhooks; private to this collection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from .._api.client import Client
from .._api.models import Owner
from .._apply.check import check_creations
from .._errors import NotPlannable
from .._options import CONCURRENCY_SPEC, CONNECTION_SPEC, number_from
from .._plan.bulk import Purge, plan_set
from .._plan.change import Change
from .._plan.desired import owner_from, with_defaults
from .._plan.problems import collect_errors
from .declared import DECLARED_SPEC, read_declared
from .reading import with_note
from .runner import Operation, Params, Result, Warn
from .sets import apply_all, current_of_each, diff_of, for_each, summary_of, with_entry_count


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
    current = current_of_each(client, owners, concurrency, warn)
    changes = plan_set(desired, current, purge, warn)
    changes = _with_notes(client, changes, concurrency)
    for position, change in enumerate(changes):
        for text in change.warnings():
            warn(text, position)
    changes = apply_all(client, params, changes, dry_run, warn, len(desired))
    check_creations(client, changes, dry_run, warn, concurrency)
    values = summary_of(changes)
    if params["return_webhooks"]:
        values["webhooks"] = [change.record for change in changes[: len(desired)]]
        values["present"] = [one for one in values["webhooks"] if one is not None]
    return Result(values, lambda: diff_of(changes, diff_limit))


def _with_notes(client: Client, changes: Sequence[Change], concurrency: int) -> list[Change]:
    """The changes, those that activate a webhook with its note: one request for each of them."""
    activating = [change for change in changes if change.activates]
    read_note = partial(with_note, client)
    noted = iter(for_each(client, "notes read", read_note, activating, concurrency))
    return [next(noted) if change.activates else change for change in changes]


def _creates_for(params: Params) -> list[Owner]:
    entries = [with_defaults(one, params["defaults"] or {}) for one in params["webhooks"] or []]
    creating = [one for one in entries if "webhook_id" not in one and one.get("state") != "absent"]
    owners, _problems = collect_errors(owner_from, creating)
    return list(dict.fromkeys(owners.values()))


def _invocation_params(params: Params) -> Params:
    """The options with the entries as they were given; their number where the result is small."""
    if not params["return_webhooks"]:
        return with_entry_count(params)
    given = [
        {key: one for key, one in entry.items() if one is not None}
        for entry in params["webhooks"] or []
    ]
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
    creates_for=_creates_for,
)
