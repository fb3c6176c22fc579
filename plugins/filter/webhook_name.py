# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a message calls a webhook or an owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    Record,
    explained,
    name_of,
    records_in,
)

DOCUMENTATION = r"""
name: webhook_name
short_description: Name a webhook or an owner, for a message or a label
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Names a webhook as the messages of the modules do, without its address.
options:
  _input:
    description:
      - A record, a declaration, a reference or an owner.
    type: dict
    required: true
seealso:
  - plugin: touchbasepro.sms.webhook_references
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the webhooks of the account
  touchbasepro.sms.touchbase_sms_webhook_info:
    scope: message
  register: account

- name: Name them
  ansible.builtin.debug:
    msg: "{{ account.webhooks | map('touchbasepro.sms.webhook_name') | join(', ') }}"
"""

RETURN = r"""
_value:
  description: The name; of an owner, if there is neither an id nor a type.
  type: str
  sample: webhook 28 of campaign 9141
"""


@explained
def webhook_name(record: Record) -> str:
    """Name what is given; see DOCUMENTATION."""
    return name_of(records_in([record], "webhooks")[0])


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_name": webhook_name}
