# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep one webhook as declared; private to this collection."""

from __future__ import annotations

from dataclasses import replace

from .._api.client import Client
from .._api.models import Owner
from .._apply.check import check_creations
from .._apply.write import apply_change
from .._errors import NotPlannable, Refused
from .._options import CONNECTION_SPEC
from .._plan.change import Change
from .._plan.desired import DESIRED_SPEC, DesiredWebhook, desired_from_options
from .._plan.single import addition_warnings, plan, plan_change
from .reading import campaigns_named, current_webhooks, warn_of_empty_list, with_note
from .runner import Operation, Params, Result, Warn

FACT = "touchbase_sms_webhook"


def run(client: Client, params: Params, dry_run: bool, warn: Warn) -> Result:
    """Read what is there, plan, apply, and return the record as it is afterwards.

    Raises NotPlannable before the first request when the options make no sense.
    """
    desired = desired_from_options(params)
    desired = replace(desired, owner=campaigns_named(client, [desired.owner], warn)(desired.owner))
    for text in desired.warnings(params["mask_url"]):
        warn(text)
    change = _planned(client, desired, warn)
    for text in change.warnings():
        warn(text)
    change = apply_change(client, change, dry_run, warn)
    check_creations(client, [change], dry_run, warn)
    values = {
        "changed": change.is_needed,
        "webhook": change.record,
        "ansible_facts": {FACT: change.record},
    }
    return Result(values, lambda: change.diff)


def _planned(client: Client, desired: DesiredWebhook, warn: Warn) -> Change:
    """The change; for a webhook that is given by its id with one request."""
    if desired.webhook_id is not None:
        return _planned_by_id(client, desired, desired.webhook_id)
    current = current_webhooks(client, desired.owner)
    warn_of_empty_list(desired.owner, current, warn)
    change = with_note(client, plan(desired, current))
    for text in addition_warnings([change], current.webhooks):
        warn(text)
    return change


def _planned_by_id(client: Client, desired: DesiredWebhook, webhook_id: int) -> Change:
    try:
        before = client.read_webhook(desired.owner, webhook_id)
    except Refused as error:
        if desired.is_present or not error.is_missing:
            raise
        return plan_change(desired, None)
    return plan_change(desired, before)


def _creates_for(params: Params) -> list[Owner]:
    try:
        desired = desired_from_options(params)
    except NotPlannable:
        return []
    return [desired.owner] if desired.is_present and desired.webhook_id is None else []


OPERATION = Operation(
    argument_spec={**CONNECTION_SPEC, **DESIRED_SPEC}, run=run, creates_for=_creates_for
)
