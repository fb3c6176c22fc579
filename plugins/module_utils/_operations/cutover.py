# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move webhooks from one URL prefix to another; private to this collection."""

from __future__ import annotations

import math

from .._api.client import Client
from .._api.url import url_warnings
from .._errors import NotPlannable
from .._options import CONCURRENCY_SPEC, CONNECTION_SPEC, number_from
from .._plan.cutover import cutover_from, entries_to_edit, plan_cutover
from .declared import DECLARED_SPEC, read_declared
from .runner import Operation, Params, Result, Warn
from .sets import apply_all, current_of_each, diff_of, summary_of, with_entry_count


def run(client: Client, params: Params, dry_run: bool, warn: Warn) -> Result:
    """Read each owner once, plan every move, apply, and return what moved.

    Raises NotPlannable before the first request when the options make no sense, and with every
    problem of the plan before the first write.
    """
    diff_limit = number_from(params, "diff_limit", 0, math.inf)
    cutover = cutover_from(params["from_url"], params["to_url"])
    if not params["webhooks"] and not params["owners"]:
        raise NotPlannable("No owner is given. Give webhooks or owners.")
    declared, concurrency = read_declared(client, params, warn), params["concurrency"]
    for text in url_warnings(params["to_url"], params["mask_url"]):
        warn(text)
    current = current_of_each(client, declared.all_owners, concurrency, warn)
    changes = plan_cutover(cutover, declared.desired, declared.owners, current, params["merge"])
    changes = apply_all(client, params, changes, dry_run, warn)
    values = {
        **summary_of(changes),
        "moved": [change.record for change in changes if change.is_needed],
        "entries_to_edit": entries_to_edit(declared.desired, cutover),
    }
    return Result(values, lambda: diff_of(changes, diff_limit))


OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        **CONCURRENCY_SPEC,
        **DECLARED_SPEC,
        "from_url": {"type": "str", "required": True},
        "to_url": {"type": "str", "required": True},
        "merge": {"type": "bool", "default": False},
        "diff_limit": {"type": "int"},
    },
    run=run,
    takes_long=True,
    invocation_params=with_entry_count,
)
