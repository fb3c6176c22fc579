# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pause the delivery of events to webhooks, and resume it; private to this collection."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .._api.client import Client
from .._api.models import Webhook, sentence_start
from .._errors import NotPlannable, Refused, TouchBaseError
from .._options import CONCURRENCY_SPEC, CONNECTION_SPEC, number_from
from .._plan.change import Change
from .._plan.delivery import (
    PausedWebhook,
    Skipped,
    declared_webhooks,
    paused_webhooks,
    receives_events,
    resume,
)
from .._plan.problems import raise_problems
from .declared import DECLARED_SPEC, ENTRY_SPEC, IGNORED_SPEC, read_declared
from .runner import Operation, Params, Result, Warn
from .sets import apply_all, current_of_each, diff_of, for_each, summary_of, with_entry_count

PAUSED, RESUMED = "paused", "resumed"
_MAX_PROBLEMS = 10
# An entry need not say more than which webhook is meant.
_ENTRY_DEFAULTS = {"active": True}


def run(client: Client, params: Params, dry_run: bool, warn: Warn) -> Result:
    """Read, plan, apply, and return what was paused, or what was resumed and what was not.

    Raises NotPlannable with every problem of the options before the first request, and with every
    refusal before the first write. An error during the writes has the same lists in its result.
    """
    diff_limit = number_from(params, "diff_limit", 0, math.inf)
    _check_options(params)
    plan = _pausing if params["state"] == PAUSED else _resuming
    changes, skipped = plan(client, params, warn)
    for one in skipped:
        warn(f"{sentence_start(one.name)} is not {params['state']}. {one.reason}")
    try:
        changes = apply_all(client, params, changes, dry_run, warn)
    except TouchBaseError as error:
        error.values = _lists(params, error.applied, skipped)
        raise
    values = {**summary_of(changes), **_lists(params, changes, skipped)}
    return Result(values, lambda: diff_of(changes, diff_limit))


def _check_options(params: Params) -> None:
    is_pause, is_given = params["state"] == PAUSED, params["paused"] is not None
    if is_pause and is_given:
        raise NotPlannable("paused is what an earlier pause returned: give it to state: resumed.")
    if not (is_given or params["webhooks"] or params["owners"]):
        wanted = "webhooks or owners" if is_pause else "paused, webhooks or owners"
        raise NotPlannable(f"Nothing is declared. Give {wanted}.")


def _pausing(client: Client, params: Params, warn: Warn) -> tuple[list[Change], list[Skipped]]:
    """The deactivations of what is declared, and what of that does not exist."""
    webhooks, skipped = _declared(client, params, warn)
    active = [PausedWebhook(one.owner, one.known_id) for one in webhooks if one.active]
    found = [one for one in _details(client, params, active) if isinstance(one, Webhook)]
    found += [one for one in webhooks if not one.active]
    return [Change(one, replace(one, active=False)) for one in found], skipped


def _resuming(client: Client, params: Params, warn: Warn) -> tuple[list[Change], list[Skipped]]:
    """The activations of what was paused, or else of what is declared, and what is left off."""
    if params["paused"] is not None:
        paused = paused_webhooks(params["paused"])
        return resume(paused, _details(client, params, paused))
    webhooks, skipped = _declared(client, params, warn)
    paused = [PausedWebhook(one.owner, one.known_id) for one in webhooks if not one.active]
    changes, left_off = resume(paused, _details(client, params, paused))
    changes += [Change(one, one) for one in webhooks if one.active]
    return changes, [*skipped, *left_off]


def _declared(client: Client, params: Params, warn: Warn) -> tuple[list[Webhook], list[Skipped]]:
    """The declared webhooks that should receive events; one list request for each owner."""
    given = {key: one for key, one in (params["defaults"] or {}).items() if one is not None}
    defaults = {**_ENTRY_DEFAULTS, **given}
    declared = read_declared(client, {**params, "defaults": defaults}, warn)
    of_entries = [one.owner for one in declared.desired if receives_events(one)]
    owners = list(dict.fromkeys([*of_entries, *declared.owners]))
    current = current_of_each(client, owners, params["concurrency"], warn)
    is_resumed = params["state"] == RESUMED
    return declared_webhooks(declared.desired, declared.owners, current, is_resumed)


def _details(
    client: Client, params: Params, references: Sequence[PausedWebhook]
) -> list[Webhook | Refused]:
    """Each webhook with its note, or the refusal that says that it does not exist.

    Raises NotPlannable with every other refusal.
    """
    read = partial(_read, client)
    found = for_each(client, "webhooks read", read, references, params["concurrency"])
    refused = [one for one in found if isinstance(one, Refused) and not one.is_missing]
    problems = [str(one) for one in refused[:_MAX_PROBLEMS]]
    if len(refused) > _MAX_PROBLEMS:
        problems.append(f"{len(refused) - _MAX_PROBLEMS:,} more webhooks could not be read.")
    raise_problems({}, of_set=problems)
    return found


def _read(client: Client, one: PausedWebhook) -> Webhook | Refused:
    try:
        return client.read_webhook(one.owner, one.webhook_id)
    except Refused as error:
        if error.is_fatal or error.is_server_error:
            raise
        return error


def _lists(
    params: Params, changes: Iterable[Change], skipped: Iterable[Skipped]
) -> dict[str, list[dict[str, Any]]]:
    """The lists of a result: what was paused, or what was resumed and what was left off."""
    needed = [one for one in changes if one.is_needed]
    if params["state"] == PAUSED:
        before = [one.before for one in needed if one.before is not None]
        noted = [PausedWebhook(one.owner, one.known_id, one.stored_note) for one in before]
        return {PAUSED: [one.record() for one in noted]}
    # Without an id it would be of no use to another resumption.
    known = [one for one in skipped if one.record["webhook_id"] is not None]
    left_off = [{**one.record, "reason": one.reason} for one in known]
    resumed = [one.after.record() for one in needed if one.after is not None]
    return {RESUMED: resumed, "left_off": left_off}


# Also the keys of a record, and of what was left off, so that these can be given as they are.
_PAUSED_SPEC = {**ENTRY_SPEC, **IGNORED_SPEC, "reason": {"type": "str"}}

OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        **CONCURRENCY_SPEC,
        **DECLARED_SPEC,
        "state": {"type": "str", "choices": [PAUSED, RESUMED], "required": True},
        "paused": {
            "type": "list",
            "elements": "dict",
            "options": {
                name: one
                for name, one in _PAUSED_SPEC.items()
                if name not in ("campaign_name", "state", "unique_by")
            },
        },
        "diff_limit": {"type": "int"},
    },
    run=run,
    takes_long=True,
    invocation_params=with_entry_count,
    entry_defaults=_ENTRY_DEFAULTS,
)
