#!/usr/bin/python

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: touchbase_sms_webhooks
short_description: Keep a whole set of webhooks of the TouchBasePro SMS API as declared
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Keeps any number of webhooks, of any number of campaigns, lists and the account, as declared, in
    one task.
  - Reads each campaign, list and the account once, plans everything, and only then writes what
    differs.
  - Problems are reported all at once, in two stages. First the options of every entry are checked,
    before the first request. Then everything that depends on the current webhooks is checked,
    before the first write. With any problem, nothing is written.
  - Updates come first, then creations, then deactivations, then deletions, so that no receiver is
    taken away before another one is in place.
  - Takes what M(touchbasepro.sms.touchbase_sms_webhook_info) returns as it is, to export, edit and
    apply.
extends_documentation_fragment:
  - touchbasepro.sms._attributes
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
  webhooks:
    description:
      - The webhooks that are declared. The same webhook must not be declared twice.
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
          - The webhook that is meant; with O(webhooks[].state=present) it must exist.
          - If omitted, it is the one that O(webhooks[].unique_by) says, and is created if there is
            none. A webhook that another entry declares by its id is not
            considered.
        type: int
      webhook_type:
        description:
          - What the webhook reports; as in M(touchbasepro.sms.touchbase_sms_webhook). Required
            without O(webhooks[].webhook_id), together with O(webhooks[].url) or with
            O(webhooks[].unique_by=type). With an id it must be the type of that webhook. Not needed
            with O(webhooks[].state=absent) where only one webhook has the URL.
        type: str
      url:
        description:
          - The URL to which events are sent; as in M(touchbasepro.sms.touchbase_sms_webhook). If
            omitted, it stays as it is.
        type: str
      active:
        description:
          - Whether events are sent. If omitted, this stays as it is; a new webhook is then active.
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
          - The URL to which events are sent.
        type: str
      active:
        description:
          - Whether events are sent.
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
  purge:
    description:
      - Whether webhooks that are not declared are deleted.
      - Applies to the owners of all entries and to those in O(owners), and to no other.
      - Nothing is paired or moved; what is declared and missing is created, what is there and not
        declared is deleted. To keep the id of a webhook that moves, declare its id.
      - When several have the type and address of an entry without an id, one is kept and the others
        are deleted. It is an active one, unless the entry says O(webhooks[].active=false), and
        among those the one with the lowest id.
    type: bool
    default: false
  owners:
    description:
      - Further owners to purge, so that the last webhook of a campaign can be removed as well; see
        O(allow_empty). Without O(purge=true) it does nothing, with a warning. An owner that does
        not exist is not an error, but gives a warning, if the service tells it from one without
        webhooks.
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
  purge_limit:
    description:
      - How many undeclared webhooks O(purge) may delete in one task. If there are more, the task
        fails before the first write, in check mode too, since a list that came out too short must
        not wipe a campaign. What entries with O(webhooks[].state=absent) mean does not count.
    type: int
    default: 10
  allow_empty:
    description:
      - Whether O(purge) may delete every webhook of an owner for which no webhook is declared as
        present. If not,
        the task fails before the first write, in check mode too, because a list that came out empty
        must not silence a campaign.
      - A purge that leaves an owner without any webhook always gives a warning.
    type: bool
    default: false
  concurrency:
    description:
      - How many requests may be under way at a time, from 1 to 32. As many connections are used.
    type: int
    default: 4
  diff_limit:
    description:
      - How many pairs RV(diff) may have. Its line of totals counts the others as well. If omitted,
        there is no limit.
      - RV(counts) counts all of them in any case.
    type: int
  return_webhooks:
    description:
      - Whether RV(webhooks) is returned. Without, and with O(diff_limit), the result of any number
        of webhooks is small.
      - AWX, and whatever else runs on ansible-runner, drops the result of a task from its events
        when it is longer than 700,000 characters. Those are about 1,900 webhooks of which none
        changes, or 700 that all change.
      - With V(false), the RV(ignore:invocation) of a result has the number of O(webhooks) only.
    type: bool
    default: true
notes:
  - >-
    On the local connection, a task that takes long says so every five seconds on the controller's
    stderr, with counts only, such as C(touchbase_sms_webhooks: 2,400 of 10,000 done, 3 retries).
  - When a write fails, the rest is still attempted where it does not depend on it. Where an update
    or a creation of an owner failed, nothing of that owner is deactivated or deleted. Nothing new
    begins after a write that failed within its retries for want of a response or with 502, 503 or
    504, after a 401 or a 429, and after three writes in a row that were refused with 403. A
    creation without a clear response is looked up in the list instead. The task then fails and
    lists what is done, what failed, and what was not tried. The next run does the rest.
  - >-
    When the task keyword C(timeout) ends the task on the local connection, only requests that are
    under way are finished. When it runs as a module instead, Ansible gives it up without ending it,
    and the module goes on alone until all is done. Wait for that before the next run, or both may
    create the same webhooks.
  - Whether the service allows two webhooks with the same type and URL is not known. If it refuses
    one because another that is to be removed still has the URL, remove that one in a run of its own
    first.
  - A list of webhooks that is answered with 404 and code 142 (webhook missing) counts as an empty
    list, with a warning.
  - C(N) webhooks of C(C) owners of which C(k) differ cost C(C) requests to list and C(k) to write,
    one more for each webhook that is to be activated again (its note is read), one more for each
    that is created inactive, and one more to list for each owner with creations.
  - Tasks that may create webhooks of the same owner wait for each other, for ten minutes at most,
    as far as one user runs them on one controller. When another webhook of the same type and URL
    has appeared in the list after a creation, a warning names both. When a write fails, the list
    is not read once more.
  - A list that has webhooks of the same type and address twice can be declared with their ids.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhook
  - module: touchbasepro.sms.touchbase_sms_webhook_info
"""

EXAMPLES = r"""
- name: Keep all webhooks of an environment as declared
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks:
      - campaign_id: 9141
        webhook_type: CampaignReply
        url: https://hooks.staging.example.org/replies/5f1c0a7e
      - campaign_id: 9141
        webhook_type: CampaignMessageStatusUpdate
        url: https://hooks.example.org/status/5f1c0a7e
        active: false
      - list_id: 512
        webhook_type: ListUnsubscribe
        url: https://hooks.example.org/lists/left
      - list_id: 512
        webhook_type: ListSubscribe
        url: https://hooks.example.org/lists/joined
  register: kept

- name: Show how many were changed
  ansible.builtin.debug:
    var: kept.counts

- name: Show the ids of those that exist
  ansible.builtin.debug:
    msg: "{{ kept.present | map(attribute='webhook_id') }}"

- name: Keep the webhooks of a campaign that is known by its name
  touchbasepro.sms.touchbase_sms_webhooks:
    defaults:
      campaign_name: Clinic reminders, October
      active: true
    webhooks:
      - webhook_type: CampaignReply
        url: https://hooks.staging.example.org/replies/5f1c0a7e
      - webhook_type: CampaignMessageStatusUpdate
        url: https://hooks.example.org/status/5f1c0a7e

- name: Make the declared webhooks all there are of these two campaigns
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks:
      - campaign_id: 9141
        webhook_id: 28
        url: https://hooks.example.org/replies/5f1d
    owners:
      - campaign_id: 9142
    purge: true
    purge_limit: 2
    allow_empty: true

- name: Export what the account has
  touchbasepro.sms.touchbase_sms_webhook_info:
    scope: message
  register: exported

- name: Apply it again, or what an editor made of it
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ exported.webhooks }}"

- name: The same with thousands of them, and a result that stays small
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ exported.webhooks }}"
    concurrency: 8
    diff_limit: 20
    return_webhooks: false
"""

RETURN = r"""
webhooks:
  description:
    - The records after the task, in the order of the entries; in check mode, as they would be.
    - V(null) for an entry with O(webhooks[].state=absent). The keys are those that
      M(touchbasepro.sms.touchbase_sms_webhook_info) returns.
    - Of one that check mode would create, C(webhook_id) and C(date_created) are V(null).
    - A note is read only of webhooks that are activated again, so C(note) is V(null).
  returned: success and O(return_webhooks=true)
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
present:
  description:
    - The records of RV(webhooks) that are not V(null), in the same order. Their ids are
      C(result.present | map(attribute='webhook_id'\)), where C(result) is what was registered.
  returned: success and O(return_webhooks=true)
  type: list
  elements: dict
counts:
  description: How many webhooks were, or would be, treated how; those that are purged included.
  returned: success
  type: dict
  contains:
    unchanged:
      description: Were as declared.
      type: int
      returned: success
    updated:
      description: Were changed.
      type: int
      returned: success
    created:
      description: Were created.
      type: int
      returned: success
    deleted:
      description: Were deleted, by O(webhooks[].state=absent) or O(purge).
      type: int
      returned: success
diff:
  description:
    - For each webhook that changes, the record before and after, with a header that names
      the webhook. A side where there is no webhook is empty. Those that are purged come last.
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
      description: What is written, each with C(change) (V(created), V(updated) or V(deleted)) and
        C(webhook) (the record).
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

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
