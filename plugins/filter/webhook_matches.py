# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the webhooks that are there some declarations mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import reserved_ids
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    declarations_in,
    explained,
    inventories_of,
    records_in,
    webhooks_in,
)

DOCUMENTATION = r"""
name: webhook_matches
short_description: Find the webhooks that declarations mean
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Finds the record of each declaration as the modules do, by C(webhook_id), else by owner,
    C(webhook_type) and C(url), where addresses are compared by RFC 3986 equivalence. A record that
    one entry declares by its id is not found by the address of another.
positional: records
options:
  _input:
    description: The declarations, as P(touchbasepro.sms.webhook_declarations#filter) returns them.
    type: list
    elements: dict
    required: true
  records:
    description: What is there, as M(touchbasepro.sms.touchbase_sms_webhook_info) returns it.
    type: list
    elements: dict
    required: true
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Read the webhooks of a campaign
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
  register: campaign

- name: Say which declared webhooks are not there
  ansible.builtin.debug:
    msg: >-
      {{ entries | touchbasepro.sms.webhook_matches(campaign.webhooks)
         | rejectattr('record') | map(attribute='declaration') }}
  vars:
    entries:
      - campaign_id: 9141
        webhook_type: CampaignReply
        url: https://hooks.example.org/replies/5f1d
"""

RETURN = r"""
_value:
  description:
    - A pair for each declaration, in their order; several for a declaration that several records
      match.
  type: list
  elements: dict
  contains:
    declaration:
      description: The declaration as it was given.
      type: dict
      returned: always
    record:
      description: The record that it means, or V(null) when there is none.
      type: dict
      returned: always
"""


@explained
def webhook_matches(entries: Any, records: Any) -> list[dict[str, Any]]:
    """Pair declarations with records; see DOCUMENTATION."""
    declarations = declarations_in(entries)
    inventories = inventories_of(webhooks_in(records))
    claimed = reserved_ids(declarations)
    pairs = []
    for options, one in zip(records_in(entries, "webhooks"), declarations, strict=True):
        found = inventories[one.owner].matching(one, claimed[one.owner])
        matches = [webhook.record() for webhook in found]
        pairs += [{"declaration": options, "record": record} for record in matches or (None,)]
    return pairs


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_matches": webhook_matches}
