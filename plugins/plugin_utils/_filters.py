# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the filters share: data of a play in, the domain's own types out; private."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from ansible.errors import AnsibleFilterError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._api.models import Owner, Webhook
from ..module_utils._errors import NotPlannable
from ..module_utils._plan.desired import (
    DESIRED_SPEC,
    OWNER_SPEC,
    DesiredWebhook,
    desired_from_options,
    owner_from,
)
from ..module_utils._plan.problems import collect_errors, raise_problems
from ..module_utils._plan.single import CurrentWebhooks
from ..module_utils._sensitive import Renderer, without_controls

Record = Mapping[str, Any]
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# What a record tells and a declaration leaves to the service.
_READ_ONLY = ("note", "date_created")
_VALIDATOR = ArgumentSpecValidator(DESIRED_SPEC)


def explained(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A filter whose refusals reach the user as Ansible's own error for filters.

    URLs in them are always masked: a filter is not told whether they should be.
    """

    @functools.wraps(function)
    def filtered(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except NotPlannable as error:
            raise AnsibleFilterError(Renderer("", mask_text=True).text(str(error))) from None

    return filtered


def records_in(value: Any, name: str) -> list[Record]:
    """The mappings of a list. Raises NotPlannable when it is anything else."""
    if not isinstance(value, (list, tuple)):
        raise NotPlannable(f"{name} must be a list, not {type(value).__name__}.")
    for position, one in enumerate(value):
        if not isinstance(one, Mapping):
            raise NotPlannable(
                f"{name}[{position}] must be a dictionary, not {type(one).__name__}."
            )
    return list(value)


def typed(options: Record) -> dict[str, Any]:
    """An entry with every option of a declaration in its own type; null where it was omitted.

    Text such as ``9141`` or ``yes`` is what templates make of numbers and truth values. Raises
    NotPlannable for an option that does not exist, or that has a value it cannot have.
    """
    given = {
        str(name): value
        for name, value in options.items()
        if value is not None and name not in _READ_ONLY
    }
    validation = _VALIDATOR.validate(given)
    if validation.error_messages:
        raise NotPlannable(" ".join(f"{message}." for message in validation.error_messages))
    parameters = validation.validated_parameters
    return {name: parameters.get(name) for name in DESIRED_SPEC if name != "campaign_name"}


class Campaigns:
    """The campaigns of the account, to look names up in."""

    def __init__(self, records: Any) -> None:
        self._ids: dict[str, list[int]] = defaultdict(list)
        for record in records_in(records, "campaigns"):
            self._ids[record["name"]].append(record["campaign_id"])

    def with_id(self, entry: Record) -> dict[str, Any]:
        """The entry with an id in place of ``campaign_name``.

        Raises NotPlannable when the name is that of no campaign, or of several.
        """
        options = dict(entry)
        name = options.pop("campaign_name", None)
        if name is None:
            return options
        if options.get("campaign_id") is not None:
            raise NotPlannable("campaign_id and campaign_name are given. Give only one of them.")
        # As campaigns that were read have it.
        ids = self._ids.get(without_controls(str(name)), [])
        if not ids:
            raise NotPlannable(f"No campaign has the name {str(name)!r}. Correct campaign_name.")
        if len(ids) > 1:
            listed = ", ".join(map(str, sorted(ids)))
            raise NotPlannable(
                f"Several campaigns have the name {str(name)!r}: {listed}. Give the campaign_id of "
                "the one that is meant."
            )
        return {**options, "campaign_id": ids[0]}


def name_of(record: Record) -> str:
    """What a message calls the webhook that is meant, or its owner if it is no webhook."""
    owner = owner_from(typed({name: record.get(name) for name in OWNER_SPEC}))
    if record.get("webhook_id") is not None:
        return f"webhook {record['webhook_id']} of {owner}"
    webhook_type = record.get("webhook_type")
    return f"the {webhook_type} webhook of {owner}" if webhook_type else str(owner)


def declarations_in(value: Any) -> list[DesiredWebhook]:
    """What the entries declare. Raises NotPlannable with every complaint about them at once."""
    desired_webhooks, complaints = collect_errors(
        lambda options: desired_from_options(typed(options)), records_in(value, "webhooks")
    )
    raise_problems(complaints)
    return list(desired_webhooks.values())


def webhooks_in(value: Any, name: str = "records") -> list[Webhook]:
    """The webhooks that an info task has read. Raises NotPlannable for what is no record."""
    try:
        return [_webhook_from(record) for record in records_in(value, name)]
    except (KeyError, TypeError) as error:
        raise NotPlannable(
            f"{name} must hold records as touchbase_sms_webhook_info returns them; one has no "
            f"{error.args[0]}."
        ) from None


def inventories_of(webhooks: Iterable[Webhook]) -> dict[Owner, CurrentWebhooks]:
    """The webhooks by their owner; an owner without any has an empty inventory."""
    by_owner: dict[Owner, list[Webhook]] = defaultdict(list)
    for webhook in webhooks:
        by_owner[webhook.owner].append(webhook)
    empty = functools.partial(CurrentWebhooks, ())
    return defaultdict(empty, {owner: CurrentWebhooks(those) for owner, those in by_owner.items()})


def _webhook_from(record: Record) -> Webhook:
    return Webhook(
        owner_from(record),
        record["webhook_id"],
        record["webhook_type"],
        record["url"],
        record["active"],
        record.get("date_created"),
        record.get("note"),
    )
