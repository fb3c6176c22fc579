# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declared set, read from options and checked, with names of campaigns resolved; private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._api.client import Client
from .._api.models import Owner
from .._plan.bulk import duplicates
from .._plan.desired import (
    DESIRED_SPEC,
    OWNER_SPEC,
    DesiredWebhook,
    desired_from_options,
    label_of_options,
    labels_of,
    owner_from,
    with_defaults,
)
from .._plan.problems import collect_errors, raise_problems
from .reading import campaigns_named
from .runner import Params, Warn

# Without a default of its own, so that "defaults" can give one.
ENTRY_SPEC: dict[str, dict[str, Any]] = {
    **DESIRED_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"]},
    "unique_by": {"type": "str", "choices": ["url", "type"]},
    "name": {"type": "str"},
}
_OF_ONE_ENTRY = ("webhook_id", "name")
# Accepted so that what touchbase_sms_webhook_info returns can be declared as it is.
IGNORED_SPEC: dict[str, dict[str, Any]] = {"date_created": {"type": "str"}, "note": {"type": "str"}}
DECLARED_SPEC: dict[str, dict[str, Any]] = {
    "webhooks": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {**ENTRY_SPEC, **IGNORED_SPEC},
    },
    "defaults": {
        "type": "dict",
        "options": {name: one for name, one in ENTRY_SPEC.items() if name not in _OF_ONE_ENTRY},
    },
    "owners": {"type": "list", "elements": "dict", "default": [], "options": OWNER_SPEC},
}


@dataclass(frozen=True)
class Declared:
    """The desired webhooks in the order of their entries, and the owners that are named beside."""

    desired: Sequence[DesiredWebhook]
    owners: Sequence[Owner]

    @property
    def of_entries(self) -> list[Owner]:
        """The owners of the entries, each once."""
        return list(dict.fromkeys(one.owner for one in self.desired))

    @property
    def all_owners(self) -> list[Owner]:
        """The owners of the entries and those beside, each once."""
        return list(dict.fromkeys([*self.of_entries, *self.owners]))


def read_declared(client: Client, params: Params, warn: Warn) -> Declared:
    """Read the declared set of a task; lists the campaigns if any is given by its name.

    Raises NotPlannable with every problem of the options before the first request, and with every
    name that is not that of one campaign before any other.
    """
    entries = [with_defaults(one, params["defaults"] or {}) for one in params["webhooks"] or []]
    desired, problems = collect_errors(desired_from_options, entries)
    owners, owner_problems = collect_errors(owner_from, params["owners"] or [])
    raise_problems(
        {**duplicates(desired), **problems},
        owner_problems,
        label=lambda position: label_of_options(position, entries[position]),
    )
    declared = Declared(list(desired.values()), list(owners.values()))
    for text in (text for one in declared.desired for text in one.warnings(params["mask_url"])):
        warn(text)
    return _resolved(client, declared, warn)


def _resolved(client: Client, declared: Declared, warn: Warn) -> Declared:
    if all(owner.name is None for owner in declared.all_owners):
        return declared
    resolve = campaigns_named(client, declared.all_owners, warn)
    desired, problems = collect_errors(
        lambda one: replace(one, owner=resolve(one.owner)), declared.desired
    )
    owners, owner_problems = collect_errors(resolve, declared.owners)
    label = labels_of(declared.desired)
    raise_problems({**duplicates(desired), **problems}, owner_problems, label=label)
    return Declared(list(desired.values()), list(owners.values()))
