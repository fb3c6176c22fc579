# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a set on two campaigns, and the problems that it raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import Purge, plan_set
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import CurrentWebhooks
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    problem_lines,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    OTHER_CAMPAIGN,
)

Errors = Mapping[Owner, Any]
"""The refusals of owners, where there are any."""


@dataclass(frozen=True)
class SetPlan:
    """The changes of a set, and the warnings of their plan."""

    changes: list[Change]
    warnings: list[str]


def set_plan(
    desired: Sequence[DesiredWebhook],
    there: Iterable[Webhook],
    purge: Purge | None = None,
    errors: Errors | None = None,
) -> SetPlan:
    """The plan on two campaigns, and on further owners that ``errors`` names."""
    webhooks, refused = list(there), dict(errors or {})
    current = {
        owner: CurrentWebhooks([one for one in webhooks if one.owner == owner], refused.get(owner))
        for owner in dict.fromkeys([CAMPAIGN, OTHER_CAMPAIGN, *refused])
    }
    warnings: list[str] = []
    return SetPlan(plan_set(desired, current, purge, warnings.append), warnings)


def problems_of(
    desired: Sequence[DesiredWebhook],
    there: Iterable[Webhook],
    purge: Purge | None = None,
    errors: Errors | None = None,
) -> list[str]:
    """The problems that the plan raises, a line each, with short labels."""
    with pytest.raises(NotPlannable) as caught:
        set_plan(desired, there, purge, errors)
    return problem_lines(str(caught.value))
