# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What identifies webhooks, and no more of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    owner_from,
    positive_id,
)
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    Record,
    explained,
    records_in,
    typed,
)

DOCUMENTATION = r"""
name: webhook_references
short_description: Reduce webhooks to what identifies them
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Returns owner and id of each webhook, each once, without its address. Such a list may be shown,
    stored and passed on, and with O(fields) it is a declaration of nothing but these.
positional: fields, keep
options:
  _input:
    description: Records or declarations.
    type: list
    elements: dict
    required: true
  fields:
    description: What to add to each reference.
    type: dict
    default: {}
  keep:
    description: The keys of a record that stay as well; V(null) where it has none of that name.
    type: list
    elements: str
    default: []
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
"""

EXAMPLES = r"""
- name: Read what is active
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
    active: true
  register: campaign

- name: Switch it off, and leave the addresses alone
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ campaign.webhooks | touchbasepro.sms.webhook_references({'active': false}) }}"
"""

RETURN = r"""
_value:
  description: The references, in the order of the records.
  type: list
  elements: dict
  sample:
    - scope: campaign
      campaign_id: 9141
      list_id: null
      webhook_id: 28
"""


@explained
def webhook_references(
    records: Any, fields: Mapping[str, Any] | None = None, keep: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Reduce each record; see DOCUMENTATION."""
    references: dict[tuple[Any, ...], dict[str, Any]] = {}
    for record in records_in(records, "records"):
        reference = _reference(record)
        kept = {name: record.get(name) for name in keep}
        identity = (*reference.values(), *kept.values())
        references.setdefault(identity, {**reference, **kept, **(fields or {})})
    return list(references.values())


def _reference(record: Record) -> dict[str, Any]:
    identity = {
        name: record.get(name) for name in ("scope", "campaign_id", "list_id", "webhook_id")
    }
    options = typed(identity)
    return {**owner_from(options).record(), "webhook_id": positive_id(options, "webhook_id")}


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_references": webhook_references}
