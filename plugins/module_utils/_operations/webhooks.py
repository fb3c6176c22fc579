# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a whole declared set of webhooks; private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from .._carry_out import carry_out
from .._client import Client
from .._declaration import DECLARATION_SPEC, Declaration, declaration_from
from .._errors import NotPlannable, keeping
from .._operation import Operation, Params
from .._options import CONCURRENCY_SPEC, CONNECTION_SPEC
from .._owner import OWNER_SPEC, Owner, owner_from
from .._parallel import in_parallel
from .._plan import Inventory
from .._plan_set import duplicates, of_each, plan_set, refuse
from .._reading import webhooks_of, with_note
from .._webhook import KINDS, Change

# Accepted so that what touchbase_sms_webhook_info returns can be declared as it is.
IGNORED_SPEC: dict[str, dict[str, Any]] = {"date_created": {"type": "str"}, "note": {"type": "str"}}


def run(client: Client, params: Params, dry_run: bool) -> dict[str, Any]:
    """Read each owner once, plan everything, carry out, and return the records in their order.

    Raises NotPlannable with every complaint before the first write.
    """
    purge_limit, diff_limit = _limits(params)
    declarations, owners = _declared(params)
    concurrency = params["concurrency"]
    planned = plan_set(declarations, _read(client, owners, concurrency), purge_limit)
    changes = _with_notes(client, planned.changes, concurrency)
    unwise = [text for one in declarations for text in one.warnings(params["mask_url"])]
    warnings = [*dict.fromkeys(unwise), *planned.warnings]
    warnings += [text for change in changes for text in change.warnings()]
    with keeping(warnings):
        outcomes = carry_out(client, changes, dry_run, concurrency)
    result = _result([outcome.change for outcome in outcomes], diff_limit)
    result["warnings"] = [*warnings, *(text for one in outcomes for text in one.warnings)]
    if params["return_webhooks"]:
        result["webhooks"] = [one.change.record for one in outcomes[: len(declarations)]]
    return result


def _limits(params: Params) -> tuple[int | None, int | None]:
    """How many undeclared webhooks may go, and how many pairs a diff may have.

    None where they stay, and where there is no limit.
    """
    purge_limit = _count(params, "purge_limit")
    diff_limit = None if params["diff_limit"] is None else _count(params, "diff_limit")
    return purge_limit if params["purge"] else None, diff_limit


def _count(params: Params, name: str) -> int:
    count = params[name]
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise NotPlannable(f"{name} must be 0 or more, not {count!r}.")
    return count


def _declared(params: Params) -> tuple[list[Declaration], list[Owner]]:
    """The declarations and all owners to look at, or every complaint about them at once."""
    entries, given_owners = params["webhooks"] or [], params["owners"] or []
    if not entries and not (given_owners and params["purge"]):
        raise NotPlannable("Nothing is declared. Give webhooks, or owners with purge: true.")
    declarations, complaints = of_each(declaration_from, entries)
    owners, owner_complaints = of_each(owner_from, given_owners)
    # Before the first request, as far as the entries say by themselves whom they mean.
    refuse({**duplicates(declarations), **complaints}, owner_complaints)
    of_entries = [declaration.owner for declaration in declarations.values()]
    purged = owners.values() if params["purge"] else ()
    return list(declarations.values()), list(dict.fromkeys([*of_entries, *purged]))


def _read(client: Client, owners: Sequence[Owner], concurrency: int) -> dict[Owner, Inventory]:
    client.progress.begin("lists read", len(owners))
    read_list = client.progress.counting(partial(webhooks_of, client))
    return dict(zip(owners, in_parallel(read_list, owners, concurrency, client.cancelled)))


def _with_notes(client: Client, changes: Sequence[Change], concurrency: int) -> list[Change]:
    """The changes, those that activate a webhook with its note: one request for each of them."""
    activating = [change for change in changes if change.activates]
    client.progress.begin("notes read", len(activating))
    read_note = client.progress.counting(partial(with_note, client))
    noted = iter(in_parallel(read_note, activating, concurrency, client.cancelled))
    return [next(noted) if change.activates else change for change in changes]


def _result(changes: Sequence[Change], diff_limit: int | None) -> dict[str, Any]:
    kinds = Counter(change.kind for change in changes)
    needed = [change for change in changes if change.is_needed]
    diff = [change.diff for change in needed[:diff_limit]]
    if len(diff) < len(needed):
        diff.append({"prepared": _in_short(needed[len(diff) :])})
    return {
        "changed": bool(needed),
        "counts": {kind: kinds[kind] for kind in KINDS},
        "diff": diff,
    }


def _in_short(changes: Sequence[Change]) -> str:
    """The line that stands for the pairs of a diff that are beyond its limit."""
    kinds = Counter(change.kind for change in changes)
    counts = ", ".join(f"{kinds[kind]:,} {kind}" for kind in KINDS if kinds[kind])
    return f"{len(changes):,} more, not shown because of diff_limit: {counts}\n"


def _shown(params: Params) -> Params:
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
        "webhooks": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {**DECLARATION_SPEC, **IGNORED_SPEC},
        },
        "purge": {"type": "bool", "default": False},
        "owners": {"type": "list", "elements": "dict", "default": [], "options": OWNER_SPEC},
        "purge_limit": {"type": "int", "default": 10},
        "diff_limit": {"type": "int"},
        "return_webhooks": {"type": "bool", "default": True},
    },
    run=run,
    may_take_long=True,
    shown=_shown,
)
