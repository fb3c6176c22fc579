#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_webhook_info
short_description: Read webhooks of the TouchBasePro SMS API
version_added: 1.0.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Reads one webhook by its id, or all webhooks of a campaign, a subscriber list or the account.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._attributes.info
  - touchbasepro.sms._owner
  - touchbasepro.sms._connection
options:
  webhook_id:
    description:
      - Read only this webhook, with its note. If it does not exist, the result is an empty list.
    type: int
  webhook_type:
    description:
      - Return only webhooks of this type.
    type: str
    choices:
      - CampaignReply
      - CampaignMessageStatusUpdate
      - ListSubscribe
      - ListUnsubscribe
      - MessageStatusUpdate
      - MessageReply
  active:
    description:
      - Return only active webhooks, or only inactive ones.
    type: bool
  url:
    description:
      - Return only webhooks with this URL, compared by RFC 3986 equivalence.
    type: str
  details:
    description:
      - Whether to read the note of every inactive webhook, at the cost of one request each. The
        list of the service has no notes.
    type: bool
    default: false
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhook
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_campaign_info
"""

EXAMPLES = r"""
- name: Read all webhooks of a campaign
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
  register: campaign

- name: Read one webhook with its note
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
    webhook_id: 28

- name: Find out which webhooks of a campaign are inactive, and why
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9142
    active: false
    details: true
  register: inactive

- name: Show the reasons
  ansible.builtin.debug:
    msg: "{{ inactive.webhooks | map(attribute='note') }}"
"""

RETURN = r"""
webhooks:
  description:
    - The webhooks found, in the order of the service. The keys of a record are the names of
      options, so each record can be declared as it is.
  returned: success
  type: list
  elements: dict
  sample:
    - name: null
      scope: campaign
      campaign_id: 9142
      list_id: null
      webhook_id: 31
      webhook_type: CampaignReply
      url: https://hooks.example.org/replies/5f1d
      active: false
      date_created: '2021-10-25T06:58:55.951Z'
      note: Receiver returned 410 for a day.
  contains:
    name:
      description: Always V(null). Only an entry of a set has a name.
      type: str
      returned: success
    scope:
      description: What the webhook belongs to, V(campaign), V(list) or V(message).
      type: str
      returned: success
    campaign_id:
      description: The campaign; V(null) for other scopes.
      type: int
      returned: success
    list_id:
      description: The list; V(null) for other scopes.
      type: int
      returned: success
    webhook_id:
      description: The id of the webhook, unique only within its owner.
      type: int
      returned: success
    webhook_type:
      description: What the webhook reports.
      type: str
      returned: success
    url:
      description: The URL to which events are sent.
      type: str
      returned: success
    active:
      description: Whether events are sent.
      type: bool
      returned: success
    date_created:
      description: When the webhook was created, in the service's own spelling, which varies.
      type: str
      returned: success
    note:
      description: Why the service deactivated the webhook; V(null) for an active one, and where
        it was not read (see O(details)).
      type: str
      returned: success
failure:
  description: An error and its exchange, as in M(touchbasepro.sms.touchbase_sms_webhook).
  returned: failure
  type: dict
  sample:
    kind: refused
    status: 401
    code: 100
    message: Provided API key is invalid
    method: GET
    path: /sms/campaigns/9141/webhooks
    attempts: 1
    request_id: null
"""

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook_info import (
    OPERATION,
)


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
