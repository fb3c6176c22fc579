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
  - Moves every webhook whose URL begins with O(from_url) to O(to_url), and keeps the rest of the
    URL. All webhooks of the owners of O(webhooks), and of O(owners), are considered.
  - A URL begins with another one up to a boundary of its path only. So
    V(https://a.example.org/in) stands for itself, V(https://a.example.org/in/replies) and
    V(https://a.example.org/in?x=1), but not for V(https://a.example.org/inbox). The case of scheme
    and host, a default port, and the case of percent-encoding do not matter.
  - Reads each campaign, list and the account once, plans everything, and only then writes. With any
    problem, nothing is written, and all problems are reported at once.
  - Webhooks keep their ids, and stay active or inactive as they are.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
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
      - Where the webhooks are, without a query or a fragment.
      - With a slash at the end, only URLs below it are meant.
    type: str
    required: true
  to_url:
    description:
      - Where the webhooks go, without a query or a fragment.
      - When it is below O(from_url), webhooks at O(to_url) count as moved.
    type: str
    required: true
  merge:
    description:
      - Whether webhooks may move while others are at O(to_url) already, as after a cutover that was
        interrupted. Otherwise this is an error.
      - Two webhooks of the same owner and type that would get the same URL are an error in any
        case, since every event would be delivered twice.
    type: bool
    default: false
  webhooks:
    description:
      - Entries as M(touchbasepro.sms.touchbase_sms_webhooks) takes them. They name owners, and
        RV(entries_to_edit) says which of them have to be edited after the cutover. Whether their
        webhooks exist does not matter.
      - At least one owner must be given, here or in O(owners).
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
          - What the webhook belongs to.
          - V(message) means the account as a whole, that is messages sent one by one.
        type: str
        choices: [campaign, list, message]
      webhook_id:
        description:
          - The id of the webhook.
        type: int
      webhook_type:
        description:
          - What the webhook reports. Required, together with O(webhooks[].url), without
            O(webhooks[].webhook_id).
        type: str
      url:
        description:
          - The URL to which events are sent. An entry whose URL begins with O(from_url) has to be
            edited.
        type: str
      active:
        description:
          - Whether events are sent. Does not matter here.
        type: bool
      state:
        description:
          - Whether the webhook should be there. An entry with V(absent) never has to be edited.
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
          - The URL to which events are sent.
        type: str
      active:
        description:
          - Whether events are sent. Does not matter here.
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
      - Further owners whose webhooks are considered.
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
  concurrency:
    description:
      - How many requests may be under way at a time, from 1 to 32. As many connections are used.
    type: int
    default: 4
  diff_limit:
    description:
      - How many pairs RV(diff) may have. Its line of totals counts the others as well. If omitted,
        there is no limit.
    type: int
notes:
  - When no webhook is at O(from_url) and at least one at O(to_url), nothing is left to do, so a
    second run changes nothing. When none is at either, the task fails, since one of the URLs, or an
    owner, must be wrong.
  - A webhook whose new URL would begin with O(from_url) again is an error, since the next run would
    move it once more.
  - When a write fails, the rest is still attempted where it does not depend on it. Nothing new
    begins after a write that failed within its retries for want of a response or with 502, 503 or
    504, after a 401 or a 429, and after three writes in a row that were refused with 403. The task
    then fails and lists what is done, what failed, and what was not tried. The next run does the
    rest with O(merge=true).
  - A list of webhooks that is answered with 404 and code 142 (webhook missing) counts as an empty
    list, with a warning. Any other refusal of an owner is an error before the first write.
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

- name: Give the declared webhooks another path, and see which entries have to be edited
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
      bring the old URL back, so their URLs have to be edited, or those in O(defaults).
    - An entry is listed until it is edited, whether its webhook moved in this run or in an earlier
      one.
  returned: success
  type: list
  elements: dict
  contains:
    entry:
      description: Which entry this is, such as V(webhooks[0]).
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
  description: How many webhooks of the owners were, or would be, treated how.
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
  description: The kind of an error, and the exchange behind it, if there was one. A field of the
    exchange is V(null) where there was no such thing.
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
      description: What the service said.
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
      description: How many attempts were made.
      type: int
      returned: failure
    request_id:
      description: The id that the service gave the request, to quote to its support.
      type: str
      returned: failure
    done:
      description: What is written, each with C(change) (V(updated)) and C(webhook) (the record).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
    failed:
      description: What could not be written, with C(change), C(webhook) and C(msg).
      type: list
      elements: dict
      returned: RV(failure.kind) is V(partially_applied)
    not_tried:
      description: What was not tried, with C(change) and C(webhook).
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
