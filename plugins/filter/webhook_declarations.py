# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations of webhooks, complete: with defaults, and with ids in place of campaign names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    desired_from_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.problems import (
    collect_errors,
    raise_problems,
)
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    Campaigns,
    Record,
    explained,
    records_in,
    typed,
)

DOCUMENTATION = r"""
name: webhook_declarations
short_description: Complete declarations of webhooks with defaults and with ids of campaigns
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Lays defaults under each entry, puts the id in place of a campaign's name, and returns entries
    as O(touchbasepro.sms.touchbase_sms_webhooks#module:webhooks) takes them.
  - Every entry comes back with the same keys, V(null) where nothing was said, and in the types of
    the options; only C(webhook_type) is left out where nothing was said. So are C(note) and
    C(date_created), which a record has and nobody can declare.
  - Refuses entries that the module would refuse for themselves, names of no campaign, and names of
    several, with all complaints at once.
positional: defaults, campaigns
options:
  _input:
    description:
      - The entries. Instead of C(campaign_id) an entry may have C(campaign_name), the exact name
        of one campaign.
    type: list
    elements: dict
    required: true
  defaults:
    description:
      - What entries say that do not say it themselves; a key that is V(null) is not said.
      - An owner is taken from here only for entries without any of C(scope), C(campaign_id),
        C(campaign_name) and C(list_id).
    type: dict
    default: {}
  campaigns:
    description:
      - The campaigns to look names up in, as M(touchbasepro.sms.touchbase_sms_campaign_info)
        returns them.
    type: list
    elements: dict
    default: []
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_campaign_info
"""

EXAMPLES = r"""
- name: Read the campaigns
  touchbasepro.sms.touchbase_sms_campaign_info:
  register: known

- name: Keep the replies of two campaigns that are known by their names
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ entries | touchbasepro.sms.webhook_declarations(defaults, known.campaigns) }}"
  vars:
    defaults:
      webhook_type: CampaignReply
      active: true
    entries:
      - campaign_name: Clinic reminders, October
        url: https://hooks.example.org/replies/october
      - campaign_name: Clinic reminders, November
        url: https://hooks.example.org/replies/november
"""

RETURN = r"""
_value:
  description: The entries in their order.
  type: list
  elements: dict
  sample:
    - scope: campaign
      campaign_id: 9141
      list_id: null
      webhook_id: null
      webhook_type: CampaignReply
      url: https://hooks.example.org/replies/october
      active: true
      state: present
"""

_OWNER = ("scope", "campaign_id", "campaign_name", "list_id")


@explained
def webhook_declarations(
    entries: Any, defaults: Mapping[str, Any] | None = None, campaigns: Any = ()
) -> list[dict[str, Any]]:
    """Complete each entry; see DOCUMENTATION."""
    known = Campaigns(campaigns)
    completed, complaints = collect_errors(
        lambda entry: _checked(known.with_id(_with_defaults(entry, defaults or {}))),
        records_in(entries, "webhooks"),
    )
    raise_problems(complaints)
    return list(completed.values())


def _checked(entry: Record) -> dict[str, Any]:
    options = typed(entry)
    return {**options, **desired_from_options(options).owner.record()}


def _with_defaults(entry: Record, defaults: Record) -> dict[str, Any]:
    said = {name: value for name, value in entry.items() if value is not None}
    names_owner = any(name in said for name in _OWNER)
    used = {name: one for name, one in defaults.items() if not (names_owner and name in _OWNER)}
    return {**used, **said}


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_declarations": webhook_declarations}
