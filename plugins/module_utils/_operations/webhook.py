# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep one webhook as declared; private to this collection."""

from __future__ import annotations

from typing import Any

from .._carry_out import carry_out
from .._client import Client
from .._declaration import DECLARATION_SPEC, Declaration, declaration_from
from .._errors import keeping
from .._operation import Operation, Params
from .._options import CONNECTION_SPEC
from .._plan import additions, plan
from .._reading import webhook_with_id, webhooks_of, with_note
from .._webhook import Change

FACT = "touchbase_sms_webhook"


def run(client: Client, params: Params, dry_run: bool) -> dict[str, Any]:
    """Read what is there, plan, carry out, and return the record as it is afterwards.

    Raises NotPlannable before the first request when the options make no sense.
    """
    declaration = declaration_from(params)
    warnings = declaration.warnings(params["mask_url"])
    change, beside = _planned(client, declaration)
    warnings += [*beside, *change.warnings()]
    with keeping(warnings):
        (outcome,) = carry_out(client, [change], dry_run)
    record = outcome.change.record
    return {
        "changed": change.is_needed,
        "webhook": record,
        "diff": outcome.change.diff,
        "ansible_facts": {FACT: record},
        "warnings": [*warnings, *outcome.warnings],
    }


def _planned(client: Client, declaration: Declaration) -> tuple[Change, list[str]]:
    """The change, and warnings about what it adds to; by id it takes one request to know."""
    if declaration.webhook_id is not None:
        found = webhook_with_id(client, declaration.owner, declaration.webhook_id)
        return plan(declaration, found), []
    inventory = webhooks_of(client, declaration.owner)
    change = with_note(client, plan(declaration, inventory))
    return change, list(additions([change], inventory.webhooks))


OPERATION = Operation(argument_spec={**CONNECTION_SPEC, **DECLARATION_SPEC}, run=run)
