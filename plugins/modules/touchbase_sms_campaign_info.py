#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_campaign_info
short_description: Find campaigns of the TouchBasePro SMS API
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Returns one campaign by its id, those with a name, or all. A play can so find the id of a
    campaign by its name.
  - The API has no search, so a name is looked up in the list of all campaigns, through every page.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._attributes.info
  - touchbasepro.sms._connection
options:
  campaign_id:
    description:
      - The campaign to read. If it does not exist, the result is an empty list.
    type: int
  name:
    description:
      - Return only campaigns with exactly this name; case matters.
      - Names are not unique. All campaigns with this name are returned.
      - Together with O(campaign_id), that campaign is returned only if it has this name.
    type: str
  page_size:
    description:
      - Number of campaigns to read with one request, from 10 to 1000.
    type: int
    default: 1000
notes:
  - Campaigns that are created or deleted while the list is read can be missing from it.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
"""

EXAMPLES = r"""
- name: Find a campaign by its name
  touchbasepro.sms.touchbase_sms_campaign_info:
    name: Clinic reminders, October
  register: found

- name: Check that there is exactly one
  ansible.builtin.assert:
    that: found.campaigns | length == 1

- name: Keep its webhook
  touchbasepro.sms.touchbase_sms_webhook:
    campaign_id: "{{ found.campaigns[0].campaign_id }}"
    webhook_type: CampaignReply
    url: https://hooks.staging.example.org/replies/5f1c0a7e

- name: Read one campaign with its details
  touchbasepro.sms.touchbase_sms_campaign_info:
    campaign_id: 9142
"""

RETURN = r"""
campaigns:
  description: The campaigns that were found, newest first.
  returned: success
  type: list
  elements: dict
  sample:
    - campaign_id: 9141
      name: Clinic reminders, October
      content: Your visit is tomorrow. Reply YES to confirm.
      date: '2021-10-25T06:12:40.87Z'
      status: null
      delivery_date: null
      replies_to_email: null
      replies_to_mobile: null
  contains:
    campaign_id:
      description: The id of the campaign.
      type: int
      returned: success
    name:
      description: Its name.
      type: str
      returned: success
    content:
      description: The text that it sends.
      type: str
      returned: success
    date:
      description: Its date, in the service's own spelling, which varies.
      type: str
      returned: success
    status:
      description: Its status, such as V(Delivered). Read with O(campaign_id) only, else V(null).
      type: str
      returned: success
    delivery_date:
      description: When it is or was sent. Read with O(campaign_id) only, else V(null).
      type: str
      returned: success
    replies_to_email:
      description: Where replies are forwarded. Read with O(campaign_id) only, else V(null).
      type: str
      returned: success
    replies_to_mobile:
      description: Where replies are forwarded. Read with O(campaign_id) only, else V(null).
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

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.campaign_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
