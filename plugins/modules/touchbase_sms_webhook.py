#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_webhook
short_description: Keep one webhook of the TouchBasePro SMS API as declared
version_added: 1.0.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Creates, updates, activates, deactivates and deletes one webhook. The service sends replies and
    delivery states of a campaign, changes of a subscriber list, or replies and states of single
    messages to the URL of a webhook.
  - Identify the webhook by its owner (O(campaign_id), O(campaign_name), O(list_id) or
    O(scope=message)), and by O(webhook_id), or by O(webhook_type) with O(url), or by
    O(webhook_type) with O(unique_by=type).
  - Reads first, and writes only if something differs.
  - What is not declared stays as it is. A webhook that the task does not identify is never changed.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._owner
  - touchbasepro.sms._connection
attributes:
  diff_mode:
    description: Returns the record before and after the change.
    support: full
  facts:
    description: Sets the record as the fact C(touchbase_sms_webhook). After a loop it is the last
      record; the registered result has them all.
    support: full
options:
  state:
    description:
      - Whether the webhook exists.
      - With V(present) and O(webhook_id), the webhook must exist. Without an id, O(unique_by)
        identifies the webhook, which is created if there is none.
      - With V(absent), it is deleted. With O(webhook_id), everything else but the owner is then
        ignored. If the webhook or the owner does not exist, nothing changes. O(url) alone is
        enough where only one webhook has it.
    type: str
    choices: [present, absent]
    default: present
    version_added: 1.1.0
  webhook_id:
    description:
      - The id of the webhook.
      - If omitted, O(unique_by) identifies the webhook. If several match, the task fails and lists
        their ids.
      - To move a webhook to another URL, give its id or O(unique_by=type). Otherwise the new URL
        identifies another webhook, which is created beside the first, with a warning that names
        the first.
      - If it is given, but V(null) or empty, as for a webhook that check mode would create, the
        task fails unless other options identify the webhook.
    type: int
  unique_by:
    description:
      - What identifies the webhook among those of its owner, without O(webhook_id).
      - With V(url), its O(webhook_type) and O(url) together.
      - With V(type), its O(webhook_type), of which the owner has at most one webhook. O(url) is
        then a value to keep, so a new O(url) moves the webhook; a move to another host gives a
        warning. If the owner has several of this type, O(url) selects one of them; if none has
        it, the task fails and lists their ids and URLs.
      - With V(type) and O(state=absent), a webhook that has another URL than O(url) is not
        deleted, with a warning. (In a set, O(touchbasepro.sms.touchbase_sms_webhooks#module:purge)
        deletes it, since it is not declared.)
    type: str
    choices: [url, type]
    default: url
    version_added: 1.1.0
  webhook_type:
    description:
      - What the webhook reports. Required without O(webhook_id), together with O(url) or with
        O(unique_by=type). Not needed with O(state=absent) where only one webhook has the O(url).
      - With O(webhook_id), it must be the type of that webhook, because the API cannot change it.
        Give it to check the id.
      - Campaigns have V(CampaignReply) and V(CampaignMessageStatusUpdate), lists V(ListSubscribe)
        and V(ListUnsubscribe), the account V(MessageStatusUpdate) and V(MessageReply).
    type: str
  url:
    description:
      - The URL to which events are sent; absolute, http or https, ASCII, at most 2048 characters.
        If omitted, it stays as it is.
      - Compared by RFC 3986 equivalence. The case of scheme, host and percent-encoding, a default
        port, and an empty path do not matter. A trailing slash, the query and the case of the path
        do.
      - Plain http and user information are allowed with a warning.
      - With O(webhook_id), at least one of O(url) and O(active) must be given.
    type: str
  active:
    description:
      - Whether events are sent. If omitted, this stays as it is; a new webhook is then active.
      - A template with V(default(omit, true\)) omits V(false) as well. Use V(default(omit\)).
      - The API creates active webhooks only, so an inactive one is active for a moment.
      - Activating a webhook that the service deactivated gives a warning with the service's note,
        so that a broken receiver is not hidden.
    type: bool
notes:
  - A creation that the service may have received is never retried, since that could create two
    webhooks. Instead, the list is read once. A new webhook with this type and URL counts as
    created, with a warning.
  - Tasks that may create webhooks of the same owner wait for each other, for ten minutes at most,
    if the same user runs them on the same controller. So many hosts that declare the same webhook
    create it once. After a creation, the list is read once more. If another webhook of the same
    type and URL, or with O(unique_by=type) of the same type, has appeared, a warning names both.
  - A list of webhooks that fails with 404 and code 142 (webhook missing) counts as an empty list,
    with a warning.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Keep the reply webhook of a campaign pointed at production
  touchbasepro.sms.touchbase_sms_webhook:
    campaign_id: 9141
    webhook_id: 28
    url: https://hooks.example.org/replies/5f1d
    active: true

- name: Keep a webhook for delivery states, identified by its type and URL
  touchbasepro.sms.touchbase_sms_webhook:
    campaign_id: 9142
    webhook_type: CampaignMessageStatusUpdate
    url: https://hooks.example.org/states/c29d

- name: Remove a webhook
  touchbasepro.sms.touchbase_sms_webhook:
    scope: message
    webhook_id: 24
    state: absent

- name: Pause delivery during a maintenance, and keep the URL
  touchbasepro.sms.touchbase_sms_webhook:
    campaign_id: 9141
    webhook_id: 28
    active: false

- name: Keep a webhook of the account, and mask its URL in the output
  touchbasepro.sms.touchbase_sms_webhook:
    scope: message
    webhook_id: 25
    webhook_type: MessageReply
    url: https://hooks.example.org/messages/b7c4
    mask_url: true

- name: Keep several webhooks of a campaign
  touchbasepro.sms.touchbase_sms_webhook:
    campaign_id: 9141
    webhook_id: "{{ item }}"
    url: "{{ urls[item] }}"
  loop: "{{ urls | list }}"
  register: kept
  vars:
    urls:
      28: https://hooks.example.org/replies/5f1d
      29: https://hooks.example.org/states/5f1d

- name: Show the ids of a loop, without items that are absent or skipped
  ansible.builtin.debug:
    msg: "{{ there | map(attribute='webhook.webhook_id') }}"
  vars:
    there: "{{ kept.results | selectattr('webhook.webhook_id', 'defined') }}"

- name: Move a webhook of a list, active or not
  touchbasepro.sms.touchbase_sms_webhook:
    list_id: 512
    webhook_id: 26
    url: https://hooks.example.org/left

- name: Show the fact that the last task set
  ansible.builtin.debug:
    msg: "{{ ansible_facts['touchbase_sms_webhook'].url }}"
"""

RETURN = r"""
webhook:
  description:
    - The webhook after the task; in check mode, as it would be.
    - For a webhook that check mode would create, RV(webhook.webhook_id) and
      RV(webhook.date_created) are V(null), since only the service knows them.
    - V(null) with O(state=absent). The ids of a loop, where C(result) is the registered result, are
      V(result.results | selectattr('webhook.webhook_id', 'defined'\) |
      map(attribute='webhook.webhook_id'\)).
  returned: success
  type: dict
  sample:
    name: null
    scope: campaign
    campaign_id: 9141
    list_id: null
    webhook_id: 28
    webhook_type: CampaignReply
    url: https://hooks.example.org/replies/5f1d
    active: true
    date_created: '2021-10-25T06:58:55.951Z'
    note: null
  contains: &record
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
      description: Why the service deactivated the webhook; V(null) for an active one.
      type: str
      returned: success
diff:
  description: The record before and after, each with a header that names the webhook. A side
    without a webhook is empty.
  returned: success, in diff mode
  type: dict
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
ansible_facts:
  description: The record as a fact.
  returned: success
  type: dict
  contains:
    touchbase_sms_webhook:
      description: The same as RV(webhook).
      type: dict
      returned: success
      contains: *record
failure:
  description: The kind of an error, and the exchange behind it. A field is V(null) where there was
    no such thing, as with V(not_plannable).
  returned: failure
  type: dict
  contains:
    kind:
      description: V(not_plannable), V(unreachable), V(refused), V(unexpected_answer),
        V(internal_error), or V(partially_applied) when a webhook was created that is not as
        declared.
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
      description: The changes that are written, each with C(change) (V(created)) and C(webhook)
        (the record).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
    failed:
      description: The changes that failed, each with C(change), C(webhook) and C(msg).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
    not_tried:
      description: Empty.
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
"""

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
