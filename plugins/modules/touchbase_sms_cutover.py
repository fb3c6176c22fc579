#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_cutover
short_description: Move webhooks of the TouchBasePro SMS API from one URL to another
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Replaces O(from_url) with O(to_url) in every URL that begins with O(from_url), and keeps the
    rest of the URL. All webhooks of the owners of O(webhooks), and of O(owners), are considered.
  - O(from_url) matches at the boundary of a path segment only. So V(https://a.example.org/in)
    matches itself, V(https://a.example.org/in/replies) and V(https://a.example.org/in?x=1), but not
    V(https://a.example.org/inbox). The case of scheme and host, a default port, and the case of
    percent-encoding do not matter.
  - Reads each campaign, list and the account once, plans everything, and only then writes. If there
    is any problem, nothing is written, and all problems are reported together.
  - Webhooks keep their ids, and stay active or inactive as they are.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
  - touchbasepro.sms._set
  - touchbasepro.sms._connection
attributes:
  diff_mode:
    description: Returns the records before and after, one pair for each webhook that moves, or as
      many as O(diff_limit) allows.
    support: full
  facts:
    description: Sets facts.
    support: none
options:
  from_url:
    description:
      - The beginning of the current URLs, without a query or a fragment.
      - With a slash at the end, it matches only URLs below it.
    type: str
    required: true
  to_url:
    description:
      - The beginning of the new URLs, without a query or a fragment.
      - If it is below O(from_url), webhooks at O(to_url) count as moved.
    type: str
    required: true
  merge:
    description:
      - Whether webhooks may move while others are already at O(to_url), as after an interrupted
        cutover. Otherwise this is an error.
      - Two webhooks of the same owner and type that would get the same URL are an error in any
        case, since every event would be delivered twice.
    type: bool
    default: false
  webhooks:
    description:
      - Entries as M(touchbasepro.sms.touchbase_sms_webhooks) takes them. They name owners, and
        RV(entries_to_edit) lists those that you have to edit after the cutover, because their URL
        begins with O(from_url). Entries with O(webhooks[].state=absent) are not among them.
      - The webhooks of the entries need not exist, and O(webhooks[].active) does not matter.
      - At least one owner must be given, here or in O(owners).
  owners:
    description:
      - Further owners whose webhooks are considered.
  diff_limit:
    description:
      - How many pairs RV(diff) may have. Its line of totals counts the others as well. If omitted,
        there is no limit.
    type: int
notes:
  - If no webhook is at O(from_url) and at least one is at O(to_url), nothing changes, so a second
    run changes nothing. If none is at either, the task fails, since one of the URLs, or an owner,
    must be wrong.
  - A webhook whose new URL would begin with O(from_url) again is an error, since the next run would
    move it once more.
  - When a write fails, the rest is still attempted where it does not depend on it. Nothing new
    begins after a write that had no response, or 502, 503 or 504, within its retries, after a 401
    or a 429, and after three writes in a row that were refused with 403. The task then fails and
    lists the changes that are done, that failed, and that were not attempted. The next run does the
    rest with O(merge=true).
  - If the service refuses the list of an owner for another reason than code 142, the task fails
    before the first write.
  - C(C) owners of whose webhooks C(k) move cost C(C) requests to list and C(k) to write.
    Names of campaigns cost the pages of the list of campaigns.
  - The RV(ignore:invocation) of a result has the number of O(webhooks) only.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Move the webhooks of two campaigns from staging to production
  touchbasepro.sms.touchbase_sms_cutover:
    from_url: https://hooks.staging.example.org
    to_url: https://hooks.example.org
    owners:
      - campaign_id: 9141
      - campaign_name: Clinic reminders, November
    # Some of their webhooks are in production already.
    merge: true

- name: Move the declared webhooks to another path, and list the entries to edit
  touchbasepro.sms.touchbase_sms_cutover:
    from_url: https://hooks.example.org/messages
    to_url: https://hooks.example.org/v2/messages
    webhooks:
      - scope: message
        webhook_type: MessageReply
        url: https://hooks.example.org/messages/replies
  register: cutover

- name: Show these entries with their new URLs
  ansible.builtin.debug:
    var: cutover.entries_to_edit
"""

RETURN = r"""
moved:
  description:
    - The records of the webhooks that moved, as they are after the task; in check mode, as they
      would be. They are in the order of their owners, first those of O(webhooks), then O(owners).
    - The keys are those that M(touchbasepro.sms.touchbase_sms_webhook_info) returns. Notes are not
      read, so C(note) is V(null).
  returned: success
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
entries_to_edit:
  description:
    - The entries of O(webhooks) whose URL begins with O(from_url). A task that keeps them would
      bring the old URL back, so edit their URLs, or those in O(defaults).
    - An entry is listed until it is edited, whether its webhook moved in this run or in an earlier
      one.
  returned: success
  type: list
  elements: dict
  contains:
    entry:
      description: The position of the entry, such as V(webhooks[0]).
      type: str
      returned: success
    name:
      description: The name of the entry, if it has one.
      type: str
      returned: success
    scope:
      description: What the webhook belongs to, V(campaign), V(list) or V(message).
      type: str
      returned: success
    campaign_id:
      description: The campaign; V(null) for another scope.
      type: int
      returned: success
    list_id:
      description: The subscriber list; V(null) for another scope.
      type: int
      returned: success
    webhook_id:
      description: The id, if the entry has one.
      type: int
      returned: success
    webhook_type:
      description: The type, if the entry has one.
      type: str
      returned: success
    url:
      description: The URL of the entry.
      type: str
      returned: success
    new_url:
      description: The URL that the entry should have.
      type: str
      returned: success
  sample:
    - entry: webhooks[0]
      name: null
      scope: campaign
      campaign_id: 9141
      list_id: null
      webhook_id: null
      webhook_type: CampaignReply
      url: https://hooks.staging.example.org/replies/5f1d
      new_url: https://hooks.example.org/replies/5f1d
counts:
  description: Number of webhooks of the owners by what happened to them, or would happen in check
    mode.
  returned: success
  type: dict
  contains:
    unchanged:
      description: Did not move.
      type: int
      returned: success
    updated:
      description: Moved.
      type: int
      returned: success
    created:
      description: Always 0.
      type: int
      returned: success
    deleted:
      description: Always 0.
      type: int
      returned: success
diff:
  description:
    - For each webhook that moves, the record before and after, with a header that names the
      webhook.
    - If any webhook moves, the last item has only C(prepared), a line of totals.
    - Of a cutover of which only a part could be written, the diff of what is written. Ansible's
      default callback prints no diff of a failed task; it is in the result, which C(-vvv) prints.
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
      description: The changes that are written, each with C(change) (V(updated)) and C(webhook)
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
      description: The changes that were not attempted, each with C(change) and C(webhook).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
"""

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.cutover import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
