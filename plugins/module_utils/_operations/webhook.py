# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep one webhook as declared; private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import (
    address_warnings,
    check_address,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._carry_out import carry_out
from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import Operation, Params
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import CONNECTION_SPEC
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import (
    ALL_WEBHOOK_TYPES,
    OWNER_SPEC,
    owner_from,
    positive_id,
    webhook_type_from,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Wanted, plan

FACT = "touchbase_sms_webhook"


def run(client: Client, params: Params, dry_run: bool) -> dict[str, Any]:
    """Read the webhook, plan, carry out, and return the record as it is afterwards.

    Raises NotPlannable before the first request when the options make no sense.
    """
    owner = owner_from(params)
    webhook_id = positive_id(params, "webhook_id")
    if webhook_id is None:
        raise NotPlannable(f"Which webhook of {owner} is missing. Give webhook_id.")
    wanted = Wanted(params["url"], params["active"], webhook_type_from(params, owner))
    if wanted.url is None and wanted.active is None:
        raise NotPlannable(f"Nothing is declared for webhook {webhook_id}. Give url or active.")
    warnings = []
    if wanted.url is not None:
        check_address(wanted.url)
        warnings += address_warnings(wanted.url, params["mask_url"])
    change = plan(client.read_webhook(owner, webhook_id), wanted)
    warnings += change.warnings() + carry_out(client, change, dry_run)
    return {
        "changed": change.is_needed,
        "webhook": change.after.record(),
        "diff": change.diff,
        "ansible_facts": {FACT: change.after.record()},
        "warnings": warnings,
    }


OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        **OWNER_SPEC,
        "webhook_id": {"type": "int", "required": True},
        "webhook_type": {"type": "str", "choices": ALL_WEBHOOK_TYPES},
        "url": {"type": "str"},
        "active": {"type": "bool"},
    },
    run=run,
)
