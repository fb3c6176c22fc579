# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose webhooks some entries or records are about, each owner once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import owner_from
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    Campaigns,
    explained,
    records_in,
    typed,
)

DOCUMENTATION = r"""
name: webhook_owners
short_description: Whose webhooks entries or records are about
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Returns each owner once, in the order of the first mention; to loop over one request each, or as
    O(touchbasepro.sms.touchbase_sms_webhooks#module:owners).
positional: campaign_ids, campaigns
options:
  _input:
    description: Declarations, records, or anything that names an owner as they do.
    type: list
    elements: dict
    required: true
  campaign_ids:
    description: Campaigns to add.
    type: list
    elements: int
    default: []
  campaigns:
    description:
      - The campaigns to look a C(campaign_name) up in, as
        M(touchbasepro.sms.touchbase_sms_campaign_info) returns them.
    type: list
    elements: dict
    default: []
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Read everything that the owners of the declared webhooks have
  touchbasepro.sms.touchbase_sms_webhook_info:
    scope: "{{ item.scope }}"
    campaign_id: "{{ item.campaign_id }}"
    list_id: "{{ item.list_id }}"
  loop: "{{ entries | touchbasepro.sms.webhook_owners }}"
  vars:
    entries:
      - campaign_id: 9141
        webhook_id: 28
      - campaign_id: 9141
        webhook_id: 29
      - scope: message
        webhook_id: 25
"""

RETURN = r"""
_value:
  description: The owners.
  type: list
  elements: dict
  sample:
    - scope: campaign
      campaign_id: 9141
      list_id: null
    - scope: message
      campaign_id: null
      list_id: null
"""


@explained
def webhook_owners(
    entries: Any, campaign_ids: Sequence[Any] = (), campaigns: Any = ()
) -> list[dict[str, Any]]:
    """Give each owner once; see DOCUMENTATION."""
    known = Campaigns(campaigns)
    named = [*records_in(entries, "entries"), *({"campaign_id": one} for one in campaign_ids)]
    owners = dict.fromkeys(owner_from(typed(known.with_id(entry))) for entry in named)
    return [owner.record() for owner in owners]


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_owners": webhook_owners}
