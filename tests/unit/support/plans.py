"""The plan of a set on two campaigns, and the problems that it raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import Purge, plan_set
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import CurrentWebhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import problem_lines
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    OTHER_CAMPAIGN,
    REPLY,
    URL,
)

Desired = Sequence[DesiredWebhook]
Webhooks = Sequence[Webhook]
Errors = Mapping[Owner, Any]
"""The refusals of owners, where there are any."""


def by_type(url: str | None = URL, **more: Any) -> DesiredWebhook:
    """A declaration with ``unique_by: type``."""
    return DesiredWebhook(CAMPAIGN, webhook_type=REPLY, url=url, by_type=True, **more)


class SetPlan(NamedTuple):
    """The changes of a set, and the warnings of their plan."""

    changes: list[Change]
    warnings: list[str]


def set_plan(
    desired: Desired,
    there: Iterable[Webhook],
    purge: Purge | None = None,
    errors: Errors | None = None,
) -> SetPlan:
    """The plan on two campaigns, and on further owners that ``errors`` names."""
    warnings: list[str] = []
    changes = plan_set(desired, current_of(there, errors), purge, warnings.append)
    return SetPlan(changes, warnings)


def current_of(
    there: Iterable[Webhook], errors: Errors | None = None
) -> dict[Owner, CurrentWebhooks]:
    """The webhooks of two campaigns, and of further owners that ``errors`` names."""
    webhooks, refused = list(there), dict(errors or {})
    return {
        owner: CurrentWebhooks([one for one in webhooks if one.owner == owner], refused.get(owner))
        for owner in dict.fromkeys([CAMPAIGN, OTHER_CAMPAIGN, *refused])
    }


def raised(do: Callable[[], object], mask_url: bool = False) -> str:
    """The message of the problem that is raised, as a result shows it."""
    with pytest.raises(NotPlannable) as caught:
        do()
    return Renderer("", mask_text=mask_url).text(str(caught.value))


def problems_of(desired: Desired, there: Webhooks, *more: Any) -> list[str]:
    """The problems that the plan raises, a line each, with short labels."""
    return problem_lines(raised(lambda: set_plan(desired, there, *more)))
