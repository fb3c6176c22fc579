# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find campaigns; private to this collection."""

from __future__ import annotations

from .._api.client import MAX_PAGE_SIZE, MIN_PAGE_SIZE, Client
from .._api.models import Campaign
from .._errors import NotPlannable, Refused
from .._options import CONNECTION_SPEC, number_from
from .._plan.desired import positive_id
from .._plan.names import comparable
from .runner import Operation, Params, Result, Warn


def run(client: Client, params: Params, _dry_run: bool, warn: Warn) -> Result:
    """Read one campaign, or all, and return those that have the name, if one is given.

    Reading is the same in a dry run. Raises NotPlannable before the first request.
    """
    campaign_id, name = positive_id(params, "campaign_id"), params["name"]
    page_size = number_from(params, "page_size", MIN_PAGE_SIZE, MAX_PAGE_SIZE)
    if name == "":
        raise NotPlannable("name is empty. Give the exact name of a campaign, or leave it out.")
    if campaign_id is not None:
        found = _read(client, campaign_id)
    else:
        found = client.list_campaigns(page_size, warn)
    if name is not None:
        found = [one for one in found if comparable(one.name or "") == comparable(name)]
    return Result({"changed": False, "campaigns": [one.record() for one in found]})


def _read(client: Client, campaign_id: int) -> list[Campaign]:
    """One campaign; none when the service says that it does not exist."""
    try:
        return [client.read_campaign(campaign_id)]
    except Refused as error:
        if error.is_missing:
            return []
        raise


OPERATION = Operation(
    argument_spec={
        **CONNECTION_SPEC,
        "campaign_id": {"type": "int"},
        "name": {"type": "str"},
        "page_size": {"type": "int", "default": MAX_PAGE_SIZE},
    },
    run=run,
    takes_long=True,
)
