# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a whole declared set of webhooks; private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._carry_out import carry_out
from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._declaration import (
    DECLARATION_SPEC,
    Declaration,
    declaration_from,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    NotPlannable,
    keeping,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import Operation, Params
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import (
    CONCURRENCY_SPEC,
    CONNECTION_SPEC,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import (
    OWNER_SPEC,
    Owner,
    owner_from,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._parallel import in_parallel
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan import (
    duplicates,
    of_each,
    plan_set,
    refuse,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._reading import (
    webhooks_of,
    with_note,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import KINDS, Change

# Accepted so that what touchbase_sms_webhook_info returns can be declared as it is.
IGNORED_SPEC: dict[str, dict[str, Any]] = {"date_created": {"type": "str"}, "note": {"type": "str"}}


def run(client: Client, params: Params, dry_run: bool) -> dict[str, Any]:
    """Read each owner once, plan everything, carry out, and return the records in their order.

    Raises NotPlannable with every complaint before the first write.
    """
    purge_limit = _purge_limit(params)
    declarations, owners = _declared(params)
    concurrency = params["concurrency"]
    read = in_parallel(lambda owner: webhooks_of(client, owner), owners, concurrency)
    planned = plan_set(declarations, dict(zip(owners, read)), purge_limit)
    changes = _with_notes(client, planned.changes, concurrency)
    unwise = [text for one in declarations for text in one.warnings(params["mask_url"])]
    warnings = [*dict.fromkeys(unwise), *planned.warnings]
    warnings += [text for change in changes for text in change.warnings()]
    with keeping(warnings):
        outcomes = carry_out(client, changes, dry_run, concurrency)
    return {
        **_result([outcome.change for outcome in outcomes], len(declarations)),
        "warnings": [*warnings, *(text for outcome in outcomes for text in outcome.warnings)],
    }


def _purge_limit(params: Params) -> int | None:
    """How many undeclared webhooks may go; None where they stay."""
    purge_limit = params["purge_limit"]
    if isinstance(purge_limit, bool) or not isinstance(purge_limit, int) or purge_limit < 0:
        raise NotPlannable(f"purge_limit must be 0 or more, not {purge_limit!r}.")
    return purge_limit if params["purge"] else None


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


def _with_notes(client: Client, changes: Sequence[Change], concurrency: int) -> list[Change]:
    """The changes, those that activate a webhook with its note: one request for each of them."""
    places = [place for place, change in enumerate(changes) if change.activates]
    noted = in_parallel(lambda place: with_note(client, changes[place]), places, concurrency)
    by_place = dict(zip(places, noted))
    return [by_place.get(place, change) for place, change in enumerate(changes)]


def _result(changes: Sequence[Change], declared: int) -> dict[str, Any]:
    kinds = Counter(change.kind for change in changes)
    return {
        "changed": any(change.is_needed for change in changes),
        "webhooks": [change.record for change in changes[:declared]],
        "counts": {kind: kinds[kind] for kind in KINDS},
        "diff": [change.diff for change in changes if change.is_needed],
    }


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
    },
    run=run,
)
