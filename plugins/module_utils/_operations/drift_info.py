# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a declared set with the current webhooks; private to this collection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from .._api.client import Client
from .._api.models import Owner, Webhook
from .._errors import NotPlannable
from .._options import CONCURRENCY_SPEC, CONNECTION_SPEC
from .._plan.drift import DRIFT_KINDS, Finding, find_drift
from .._plan.single import CurrentWebhooks
from .declared import DECLARED_SPEC, read_declared
from .reading import current_webhooks, found_webhook, warn_of_empty_list
from .runner import Operation, Params, Result, Warn
from .sets import for_each, with_entry_count


def run(client: Client, params: Params, _dry_run: bool, warn: Warn) -> Result:
    """Read each owner once and each inactive webhook, and return what is not as declared.

    Reading is the same in a dry run. Raises NotPlannable with every problem of the options before
    the first request, and the error of a list that cannot be read.
    """
    if not params["webhooks"] and not params["owners"]:
        raise NotPlannable("Nothing is declared. Give webhooks or owners.")
    declared = read_declared(client, params, warn)
    owners, concurrency = declared.all_owners, params["concurrency"]
    lists = for_each(client, "lists read", partial(_listed, client), owners, concurrency)
    current = dict(zip(owners, _with_notes(client, lists, concurrency)))
    for owner, webhooks in current.items():
        warn_of_empty_list(owner, webhooks, warn)
    found = find_drift(declared.desired, declared.owners, current)
    return Result(_values(found, DRIFT_KINDS if params["kinds"] is None else params["kinds"]))


def _listed(client: Client, owner: Owner) -> CurrentWebhooks:
    """The webhooks of an owner; a refusal is part of the result only if it is not there."""
    current = current_webhooks(client, owner)
    if current.error is not None and not current.error.is_missing:
        raise current.error
    return current


def _with_notes(
    client: Client, lists: Sequence[CurrentWebhooks], concurrency: int
) -> list[CurrentWebhooks]:
    """The lists, inactive webhooks as their details say, without those that are gone meanwhile."""
    inactive = [one for current in lists for one in current.webhooks if not one.active]

    def detailed(webhook: Webhook) -> list[Webhook]:
        return found_webhook(client, webhook.owner, webhook.known_id)

    details = iter(for_each(client, "notes read", detailed, inactive, concurrency))
    return [
        CurrentWebhooks(
            [
                found
                for one in current.webhooks
                for found in ([one] if one.active else next(details))
            ],
            current.error,
        )
        for current in lists
    ]


def _values(found: Sequence[Finding], kinds: Sequence[str]) -> dict[str, Any]:
    lists = {kind: [one.data for one in found if one.kind == kind] for kind in DRIFT_KINDS}
    summary = [f"{one.kind}: {one.text}" for one in found]
    return {
        "changed": False,
        "drift": any(lists[kind] for kind in kinds),
        "counts": {kind: len(listed) for kind, listed in lists.items()},
        "summary": summary or ["All webhooks are as declared."],
        **lists,
    }


OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        **CONCURRENCY_SPEC,
        **DECLARED_SPEC,
        "kinds": {
            "type": "list",
            "elements": "str",
            "choices": list(DRIFT_KINDS),
            "default": list(DRIFT_KINDS),
        },
    },
    run=run,
    takes_long=True,
    invocation_params=with_entry_count,
)
