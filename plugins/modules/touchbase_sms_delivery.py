#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_delivery
short_description: Pause and resume webhooks of the TouchBasePro SMS API
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Deactivates webhooks for the time of a maintenance, and activates them again.
  - O(state=paused) returns the webhooks that it deactivated, with the service's note of each.
    O(state=resumed) takes that list. A webhook whose note has changed since stays inactive, because
    the service may have deactivated it for a receiver that does not work.
  - Only writes whether a webhook is active.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._set
  - touchbasepro.sms._connection
attributes:
  diff_mode:
    description: Returns the records before and after, one pair for each webhook that changes, or as
      many as O(diff_limit) allows.
    support: full
  facts:
    description: Sets facts.
    support: none
options:
  state:
    description:
      - With V(paused), the webhooks of O(webhooks) and O(owners) are deactivated if they are
        active.
      - With V(resumed), those of O(paused) are activated if they are inactive and have the note
        that is given there. Without O(paused), those of O(webhooks) and O(owners) are activated if
        they are inactive and have no note.
    type: str
    choices: [paused, resumed]
    required: true
  webhooks:
    description:
      - The declared webhooks, as for M(touchbasepro.sms.touchbase_sms_webhooks). The same webhook
        must not be declared twice. Keys that are V(null) count as omitted.
      - An entry only identifies a webhook. It neither creates, moves nor deletes one. An entry
        whose webhook does not exist gives a warning.
      - With O(webhooks[].webhook_id), O(webhooks[].url) does not matter, but one that O(mask_url)
        has masked is refused, and O(webhooks[].webhook_type) must be the type of that webhook.
      - When several webhooks match an entry without an id, all of them are paused. To resume
        several, give the id of each, or O(paused).
      - Entries with O(webhooks[].active=false) or O(webhooks[].state=absent) are left out, also of
        what O(owners) resumes.
  owners:
    description:
      - Campaigns, lists and the account, to pause or resume all of their webhooks.
  paused:
    description:
      - What an earlier pause returned as RV(paused), for O(state=resumed) only. With it,
        O(webhooks), O(defaults) and O(owners) are ignored.
      - If a webhook is listed twice, the last item counts. With an empty list, nothing is done.
      - The items of RV(left_off) are accepted as well. They have the current note, so that these
        webhooks are activated.
    type: list
    elements: dict
    suboptions:
      campaign_id:
        description:
          - The campaign that the webhook belongs to.
        type: int
      list_id:
        description:
          - The subscriber list that the webhook belongs to.
        type: int
      scope:
        description:
          - V(message) for the account as a whole.
        type: str
        choices: [campaign, list, message]
      webhook_id:
        description:
          - The webhook. Required.
        type: int
      note:
        description:
          - The note that the service held when the webhook was paused; V(null) if there was none.
          - A note that O(mask_url) has masked is compared as far as it is shown.
        type: str
      name:
        description:
          - Ignored. Accepted so that a record can be given as it is.
        type: str
      webhook_type:
        description:
          - Ignored. Accepted so that a record can be given as it is.
        type: str
      url:
        description:
          - Ignored. Accepted so that a record can be given as it is.
        type: str
      active:
        description:
          - Ignored. Accepted so that a record can be given as it is.
        type: bool
      date_created:
        description:
          - Ignored. Accepted so that a record can be given as it is.
        type: str
      reason:
        description:
          - Ignored. Accepted so that a record can be given as it is.
        type: str
  diff_limit:
    description:
      - How many pairs RV(diff) may have. Its line of totals counts the others as well. If omitted,
        there is no limit.
    type: int
notes:
  - >-
    On the local connection, a long task shows its progress every five seconds on the controller's
    stderr, with counts only, such as C(touchbase_sms_delivery: 240 of 1,000 done, 3 retries).
  - Everything is read before anything is written. If the service refuses to list or to read
    something, nothing is written, and the task fails with the refusals, at most ten of those to
    read. A webhook that does not exist is skipped with a warning. A campaign or list that does not
    exist fails a pause, and an unknown O(owners[].campaign_name) fails any task.
  - When a write fails, the others are still attempted, as with
    M(touchbasepro.sms.touchbase_sms_webhooks). The task then fails, and RV(paused) has the webhooks
    that it has deactivated, or may have deactivated.
  - A task that is ended by its keyword C(timeout) has no result, and so no RV(paused). To be safe,
    run the pause in check mode first and keep RV(paused) of that. A webhook that is active counts
    as resumed.
  - A pause costs one request for each owner to list its webhooks, and two for each webhook that is
    active, to read its note and to write. A resumption costs one request for each webhook to read,
    and one to write; without O(paused), one for each owner as well. Names of campaigns cost the
    pages of the list of campaigns.
  - Whether the service gives a note to a webhook that an API client deactivates is not known. If it
    does, a resumption leaves all of them inactive, with a warning for each. Pass RV(left_off) as
    O(paused) then.
  - The RV(ignore:invocation) of a result has the number of O(webhooks) and O(paused) only.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhook
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Pause two declared webhooks
  touchbasepro.sms.touchbase_sms_delivery:
    state: paused
    webhooks:
      - campaign_id: 9141
        webhook_type: CampaignReply
        url: https://hooks.staging.example.org/replies/5f1c0a7e
      - list_id: 512
        webhook_id: 26
  register: pause

- name: Resume what was paused
  touchbasepro.sms.touchbase_sms_delivery:
    state: resumed
    paused: "{{ pause.paused }}"

- name: Pause all webhooks of a campaign and of the account
  touchbasepro.sms.touchbase_sms_delivery:
    state: paused
    owners:
      - campaign_id: 9142
      - scope: message

- name: Resume them without the list, except those that the service deactivated
  touchbasepro.sms.touchbase_sms_delivery:
    state: resumed
    owners:
      - campaign_id: 9142
      - scope: message
  register: resumption

- name: Resume these as well, since their receivers work again
  touchbasepro.sms.touchbase_sms_delivery:
    state: resumed
    paused: "{{ resumption.left_off }}"
"""

RETURN = r"""
paused:
  description:
    - The webhooks that this task deactivated, or would deactivate in check mode, to be given to
      O(paused). Empty if all were inactive.
    - When a write failed, those that were deactivated, or may have been.
  returned: O(state=paused), on success and when a write failed
  type: list
  elements: dict
  contains:
    scope:
      description: V(campaign), V(list) or V(message).
      type: str
      returned: always
    campaign_id:
      description: The campaign that the webhook belongs to, or V(null).
      type: int
      returned: always
    list_id:
      description: The subscriber list that the webhook belongs to, or V(null).
      type: int
      returned: always
    webhook_id:
      description: The webhook.
      type: int
      returned: always
    note:
      description:
        - The note that the service held before the deactivation, or V(null). An active webhook may
          have one of an earlier deactivation.
      type: str
      returned: always
  sample:
    - scope: campaign
      campaign_id: 9141
      list_id: null
      webhook_id: 28
      note: null
resumed:
  description:
    - The records of the webhooks that this task activated, or would activate in check mode, with
      the keys that M(touchbasepro.sms.touchbase_sms_webhook_info) returns. Those that were active
      are not among them.
    - When a write failed, those that were activated, or may have been.
  returned: O(state=resumed), on success and when a write failed
  type: list
  elements: dict
  sample:
    - name: null
      scope: campaign
      campaign_id: 9141
      list_id: null
      webhook_id: 28
      webhook_type: CampaignReply
      url: https://hooks.example.org/replies/5f1d
      active: true
      date_created: '2021-10-25T06:58:55.951Z'
      note: null
left_off:
  description:
    - The webhooks that are not resumed, each with a C(reason), and with a warning.
    - A webhook with another note is listed as its record, with the current note. One that does not
      exist is listed as the item of O(paused). An entry of O(webhooks) without an id is not listed
      if its webhook does not exist; there is only the warning.
  returned: O(state=resumed), on success and when a write failed
  type: list
  elements: dict
  sample:
    - scope: list
      campaign_id: null
      list_id: 512
      webhook_id: 26
      note: null
      reason: It does not exist.
counts:
  description: Number of webhooks by what happened to them, or would happen in check mode.
  returned: success
  type: dict
  contains:
    unchanged:
      description: Were inactive at a pause, or active at a resumption.
      type: int
      returned: success
    updated:
      description: Were deactivated, or activated.
      type: int
      returned: success
    created:
      description: Always V(0).
      type: int
      returned: success
    deleted:
      description: Always V(0).
      type: int
      returned: success
diff:
  description:
    - For each webhook that changes, the record before and after, with a header that names
      the webhook.
    - If any webhook changes, the last item has only C(prepared), a line of totals.
    - Of a set of which only a part could be written, the diff of what is written. Ansible's default
      callback prints no diff of a failed task; it is in the result, which C(-vvv) prints.
  returned: in diff mode, unless the task failed before its first write
  type: list
  elements: dict
  contains:
    before:
      description: The record as it was.
      type: dict
      returned: success
    after:
      description: The record as it is, or would be in check mode.
      type: dict
      returned: success
    before_header:
      description: Which webhook this is, or V(not there) if it is created.
      type: str
      returned: success
    after_header:
      description: Which webhook this is, or V(deleted).
      type: str
      returned: success
    prepared:
      description: How many webhooks change in which way, and how many O(diff_limit) leaves out.
      type: str
      returned: in the last item
failure:
  description: The kind of an error, and the exchange behind it. A field is V(null) where there was
    no such thing, as with V(not_plannable).
  returned: failure
  type: dict
  contains:
    kind:
      description: V(not_plannable), V(unreachable), V(refused), V(unexpected_answer),
        V(internal_error), or V(partially_applied) when not everything was written.
      type: str
      returned: failure
    status:
      description: The HTTP status.
      type: int
      returned: failure
    code:
      description: The service's own code, such as 100 for an invalid key or 142 for a missing
        webhook.
      type: int
      returned: failure
    message:
      description: The service's message.
      type: str
      returned: failure
    method:
      description: The HTTP method.
      type: str
      returned: failure
    path:
      description: The path below O(api_url).
      type: str
      returned: failure
    attempts:
      description: Number of attempts.
      type: int
      returned: failure
    request_id:
      description: The service's id of the request, to quote to its support.
      type: str
      returned: failure
    done:
      description: The changes that are written, each with C(change) (V(updated)) and
        C(webhook) (the record).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
    failed:
      description: The changes that failed, each with C(change), C(webhook) and C(msg).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
    not_tried:
      description: The changes that were not attempted, each with C(change) and C(webhook).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
"""

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.delivery import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
