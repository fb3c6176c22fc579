#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_drift_info
short_description: Tell how webhooks of the TouchBasePro SMS API differ from what is declared
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Compares a declared set of webhooks with the current ones, and writes nothing.
  - Plans as M(touchbasepro.sms.touchbase_sms_webhooks) does with O(ignore:purge=true), so it
    reports what that module would create, change and delete. It also reports what the service has
    deactivated.
  - Entries that cannot be planned, and owners that do not exist, are reported beside the rest. Only
    a name that is not that of exactly one campaign fails the task, since no id can be told for it.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._attributes.info
  - touchbasepro.sms._connection
options:
  webhooks:
    description:
      - The webhooks that are declared, as in M(touchbasepro.sms.touchbase_sms_webhooks). The same
        webhook must not be declared twice.
      - At least one entry of O(webhooks) or O(owners) is required.
      - Keys that are V(null) count as omitted.
    type: list
    elements: dict
    default: []
    suboptions:
      campaign_id:
        description:
          - The campaign that the webhook belongs to.
          - Exactly one owner must be given by O(webhooks[].campaign_id),
            O(webhooks[].campaign_name), O(webhooks[].list_id) or O(webhooks[].scope=message), here
            or in O(defaults).
        type: int
      campaign_name:
        description:
          - The exact name of the campaign, instead of O(webhooks[].campaign_id). Names are looked
            up in the list of all campaigns, once a task.
        type: str
      list_id:
        description:
          - The subscriber list that the webhook belongs to.
        type: int
      scope:
        description:
          - What the webhook belongs to. Follows from O(webhooks[].campaign_id),
            O(webhooks[].campaign_name) or O(webhooks[].list_id).
          - V(message) means the account as a whole, that is messages sent one by one.
        type: str
        choices: [campaign, list, message]
      webhook_id:
        description:
          - The webhook that is meant. If there is none with this id, it is in RV(missing).
          - If omitted, it is the one with this O(webhooks[].webhook_type) and O(webhooks[].url). A
            webhook that another entry declares by its id is not considered.
        type: int
      webhook_type:
        description:
          - What the webhook reports. Required, together with O(webhooks[].url), without
            O(webhooks[].webhook_id).
        type: str
      url:
        description:
          - The URL to which events should be sent. If omitted, it is not compared.
        type: str
      active:
        description:
          - Whether events should be sent. If omitted, this is not compared, but a webhook that the
            service has deactivated is in RV(disabled_by_service).
        type: bool
      state:
        description:
          - Whether the webhook should be there. If omitted, here and in O(defaults), it should.
        type: str
        choices: [present, absent]
      unique_by:
        description:
          - What identifies the webhook without O(webhooks[].webhook_id), V(url) or V(type); as in
            M(touchbasepro.sms.touchbase_sms_webhook). If omitted, here and in O(defaults), it is
            the type and the URL.
        type: str
        choices: [url, type]
      name:
        description:
          - What you call this entry. It means nothing to the service, must be there once, and is
            repeated in records and messages, also with O(mask_url).
        type: str
      date_created:
        description:
          - Ignored. Accepted because M(touchbasepro.sms.touchbase_sms_webhook_info) returns
            it.
        type: str
      note:
        description:
          - Ignored, as O(webhooks[].date_created).
        type: str
  defaults:
    description:
      - Options for entries that omit them.
      - An owner given here counts only for entries that name none.
    type: dict
    suboptions:
      campaign_id:
        description:
          - The campaign that the webhooks belong to.
        type: int
      campaign_name:
        description:
          - The exact name of that campaign.
        type: str
      list_id:
        description:
          - The subscriber list that the webhooks belong to.
        type: int
      scope:
        description:
          - What the webhooks belong to.
        type: str
        choices: [campaign, list, message]
      webhook_type:
        description:
          - What the webhooks report.
        type: str
      url:
        description:
          - The URL to which events should be sent.
        type: str
      active:
        description:
          - Whether events should be sent.
        type: bool
      state:
        description:
          - Whether the webhooks should be there.
        type: str
        choices: [present, absent]
      unique_by:
        description:
          - What identifies the webhooks.
        type: str
        choices: [url, type]
  owners:
    description:
      - Further owners whose webhooks are compared. The owners of all entries are compared in any
        case.
    type: list
    elements: dict
    default: []
    suboptions:
      campaign_id:
        description:
          - A campaign.
        type: int
      campaign_name:
        description:
          - The exact name of a campaign.
        type: str
      list_id:
        description:
          - A subscriber list.
        type: int
      scope:
        description:
          - V(message) for the account as a whole.
        type: str
        choices: [campaign, list, message]
  kinds:
    description:
      - Which kinds of differences make RV(drift) true. All kinds are always reported.
    type: list
    elements: str
    choices:
      - missing
      - different
      - deactivated
      - activated
      - disabled_by_service
      - undeclared
      - invalid
    default:
      - missing
      - different
      - deactivated
      - activated
      - disabled_by_service
      - undeclared
      - invalid
  concurrency:
    description:
      - How many requests may be under way at a time, from 1 to 32. As many connections are used.
    type: int
    default: 4
notes:
  - The task fails when the webhooks of an owner cannot be read, for instance because of a wrong
    key, a rate limit, an error of the service, or a 404 without a code. Only a 404 with a code says
    that the owner does not exist; it is then in RV(invalid).
  - A list of webhooks that is answered with 404 and code 142 (webhook missing) counts as an empty
    list, with a warning.
  - An entry with O(webhooks[].state=absent) of an owner that does not exist is in RV(invalid) too,
    although M(touchbasepro.sms.touchbase_sms_webhooks) has nothing to do there.
  - Costs one request for each owner, and one for each inactive webhook, since a list has no notes.
    Names of campaigns cost the pages of the list of campaigns.
  - The RV(ignore:invocation) of a result has the number of O(webhooks) only.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Compare the webhooks of two campaigns with what is declared
  touchbasepro.sms.touchbase_sms_drift_info:
    webhooks:
      - campaign_id: 9141
        webhook_type: CampaignReply
        url: https://hooks.example.org/replies/5f1c0a7e
      - campaign_id: 9142
        webhook_id: 31
        active: true
  register: comparison

- name: Show what differs
  ansible.builtin.debug:
    var: comparison.summary

- name: Find out what the service has deactivated, whatever is declared
  touchbasepro.sms.touchbase_sms_drift_info:
    owners:
      - campaign_id: 9142
      - scope: message
    kinds: [disabled_by_service]
  register: health

- name: Show the reasons
  ansible.builtin.debug:
    msg: "{{ health.disabled_by_service | map(attribute='note') }}"

- name: Fail if a webhook is missing, or is not what is declared
  touchbasepro.sms.touchbase_sms_drift_info:
    defaults:
      campaign_name: Clinic reminders, October
      active: true
    webhooks:
      - webhook_type: CampaignReply
        url: https://hooks.staging.example.org/replies/5f1c0a7e
      - webhook_type: CampaignMessageStatusUpdate
        url: https://hooks.example.org/status/5f1c0a7e
    kinds: [missing, different, deactivated, disabled_by_service, invalid]
  register: audit
  failed_when: audit is failed or audit.drift
"""

RETURN = r"""
drift:
  description: Whether anything of the O(kinds) that count was found.
  returned: success
  type: bool
  sample: true
counts:
  description: How many were found of each kind.
  returned: success
  type: dict
  contains:
    missing:
      description: The length of RV(missing).
      type: int
      returned: success
    different:
      description: The length of RV(different).
      type: int
      returned: success
    deactivated:
      description: The length of RV(deactivated).
      type: int
      returned: success
    activated:
      description: The length of RV(activated).
      type: int
      returned: success
    disabled_by_service:
      description: The length of RV(disabled_by_service).
      type: int
      returned: success
    undeclared:
      description: The length of RV(undeclared).
      type: int
      returned: success
    invalid:
      description: The length of RV(invalid).
      type: int
      returned: success
summary:
  description: All of it in words, a line each, by kind.
  returned: success
  type: list
  elements: str
  sample:
    - "missing: the CampaignReply webhook of campaign 9141 at https://hooks.example.org/replies/5f1d"
    - "different: webhook 29 of campaign 9141: url is https://hooks.example.org/a, declared
      https://hooks.example.org/b"
    - "disabled_by_service: webhook 31 of campaign 9142: Receiver answered 410 for a day."
    - "invalid: webhooks[3] (the account, webhook 24): Webhook 24 of the account is of type
      MessageStatusUpdate, not MessageReply, and the API cannot change the type. Correct
      webhook_type or webhook_id."
missing:
  description:
    - What is declared and not there, as the record that it should be.
    - Of an entry whose O(webhooks[].webhook_id) is not there, the record has that id, and V(null)
      for what is not declared; M(touchbasepro.sms.touchbase_sms_webhooks) would refuse it.
      Otherwise C(webhook_id) is V(null), and that module would create it.
  returned: success
  type: list
  elements: dict
different:
  description:
    - Webhooks whose URL is not the declared one. If C(active) differs as well, it does so in these
      records, and the webhook is also in RV(deactivated), RV(activated) or
      RV(disabled_by_service).
  returned: success
  type: list
  elements: dict
  contains:
    before:
      description: The record as it is.
      type: dict
      returned: success
    after:
      description: The record as it should be.
      type: dict
      returned: success
deactivated:
  description: Records of what is declared active and is inactive without a note. A person has
    deactivated it, as far as is known.
  returned: success
  type: list
  elements: dict
activated:
  description: Records of what is declared inactive and is active.
  returned: success
  type: list
  elements: dict
disabled_by_service:
  description:
    - Records of inactive webhooks with a note of the service, which says why. Those that are
      declared inactive or absent are left out.
    - Whether O(webhooks[].active) is declared or not, or the webhook is undeclared, does not
      matter. An undeclared one is in RV(undeclared) too.
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
      note: Receiver answered 410 for a day.
undeclared:
  description:
    - Records of what is there and not declared, or declared absent, of the owners of the entries
      and those in O(owners).
    - When several have the type and URL of an entry without an id, all but one are here, as
      M(touchbasepro.sms.touchbase_sms_webhooks) would delete them with O(ignore:purge=true).
  returned: success
  type: list
  elements: dict
invalid:
  description: Entries that cannot be planned, and owners that do not exist. An entry that is
    listed here is in no other list.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Which entry it is, such as V(webhooks[3] (campaign 9141, webhook 28\)) or
        V(owners[0]).
      type: str
      returned: success
    msg:
      description: What is wrong with it.
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

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.drift_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
