#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_drift_info
short_description: Compare webhooks of the TouchBasePro SMS API with a declared set
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Compares a declared set of webhooks with the current ones, and writes nothing.
  - Plans as M(touchbasepro.sms.touchbase_sms_webhooks) does with O(ignore:purge=true), so it
    reports what that module would create, change and delete. It also reports what the service has
    deactivated.
  - Entries that contradict the current webhooks, and owners that do not exist, are reported as
    RV(invalid). Options that are wrong in themselves fail the task, and so does a campaign name
    that no campaign has, or several have.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._attributes.info
  - touchbasepro.sms._set
  - touchbasepro.sms._connection
options:
  webhooks:
    description:
      - The declared webhooks, as in M(touchbasepro.sms.touchbase_sms_webhooks). The same webhook
        must not be declared twice. Keys that are V(null) count as omitted.
      - At least one entry of O(webhooks) or O(owners) is required.
      - If no webhook has the O(webhooks[].webhook_id) of an entry, it is in RV(missing). An entry
        without an id never matches a webhook that another entry declares by its id.
      - Without O(webhooks[].url) or O(webhooks[].active), this is not compared. A webhook that the
        service has deactivated is in RV(disabled_by_service) in any case.
  owners:
    description:
      - Further owners whose webhooks are compared. The owners of all entries are compared in any
        case.
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
notes:
  - The task fails if the webhooks of an owner cannot be read, for instance because of a wrong
    key, a rate limit, an error of the service, or a 404 without a code. Only a 404 with a code
    means that the owner does not exist; it is then in RV(invalid).
  - An entry with O(webhooks[].state=absent) of an owner that does not exist is in RV(invalid) too,
    although M(touchbasepro.sms.touchbase_sms_webhooks) would change nothing there.
  - Costs one request for each owner, and one for each inactive webhook, since a list has no notes.
    Names of campaigns cost the pages of the list of campaigns.
  - The RV(ignore:invocation) of a result has the number of O(webhooks) only.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Compare the webhooks of two campaigns with a declared set
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

- name: Find webhooks that the service has deactivated
  touchbasepro.sms.touchbase_sms_drift_info:
    owners:
      - campaign_id: 9142
      - scope: message
    kinds: [disabled_by_service]
  register: health

- name: Show the reasons
  ansible.builtin.debug:
    msg: "{{ health.disabled_by_service | map(attribute='note') }}"

- name: Fail if a webhook is missing or differs
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
  description: Number of differences of each kind.
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
  description: All differences as lines to read, by kind.
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
    - Declared webhooks that do not exist, as the records that they should be.
    - If an entry has an O(webhooks[].webhook_id), the record has that id, and V(null) for what is
      not declared; M(touchbasepro.sms.touchbase_sms_webhooks) would refuse it. Otherwise
      C(webhook_id) is V(null), and that module would create it.
  returned: success
  type: list
  elements: dict
different:
  description:
    - Webhooks whose URL is not the declared one. If C(active) differs as well, these records show
      it, and the webhook is also in RV(deactivated), RV(activated) or RV(disabled_by_service).
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
  description: Records of webhooks that are declared active, and are inactive without a note. A
    person has probably deactivated them.
  returned: success
  type: list
  elements: dict
activated:
  description: Records of webhooks that are declared inactive, and are active.
  returned: success
  type: list
  elements: dict
disabled_by_service:
  description:
    - Records of inactive webhooks with a note of the service, which says why. Those that are
      declared inactive or absent are left out.
    - Webhooks without a declared O(webhooks[].active), and undeclared ones, are listed too. An
      undeclared one is also in RV(undeclared).
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
undeclared:
  description:
    - Records of webhooks that are not declared, or declared absent, of the owners of the entries
      and those in O(owners).
    - When several have the type and URL of an entry without an id, all but one are listed, as
      M(touchbasepro.sms.touchbase_sms_webhooks) would delete them with O(ignore:purge=true).
  returned: success
  type: list
  elements: dict
invalid:
  description: Entries that cannot be planned, and owners that do not exist. Such an entry is in no
    other list.
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
      description: The problem.
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
