# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records, declarations or reports with the secret part of addresses masked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import Renderer

DOCUMENTATION = r"""
name: mask_webhooks
short_description: Mask the addresses of webhooks
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Shows every address with V(********) and a short digest in place of everything behind the host,
    as the modules do with C(mask_url) in C(url). Of a note, only plain words and short numbers are
    shown. A URL in another text stays.
positional: mask
options:
  _input:
    description: A record, a declaration, or a list or a dictionary that holds such.
    type: raw
    required: true
  mask:
    description: Whether to do so; if V(false), everything is returned as it is.
    type: bool
    default: true
notes:
  - The template is the last place where an address shows up in clear. Whatever has held it before,
    such as the registered result of a task, wants C(no_log).
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Read the webhooks of a campaign
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
  register: campaign
  no_log: true

- name: Show them
  ansible.builtin.debug:
    msg: "{{ campaign.webhooks | touchbasepro.sms.mask_webhooks }}"
"""

RETURN = r"""
_value:
  description: The same, masked.
  type: raw
  sample:
    - scope: campaign
      campaign_id: 9141
      list_id: null
      webhook_id: 28
      webhook_type: CampaignReply
      url: https://hooks.example.org/********-1a2b3c4d
      active: true
      date_created: '2021-10-25T06:58:55.951Z'
      note: null
"""


def mask_webhooks(value: Any, mask: bool = True) -> Any:
    """Mask what is given; see DOCUMENTATION."""
    return Renderer("", mask_text=mask, mask_fields=mask).render(value)


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"mask_webhooks": mask_webhooks}
