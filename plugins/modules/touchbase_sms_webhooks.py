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
  - Each entry of O(webhooks) identifies a webhook by its owner, and by its id, or by its type and
    URL, or by its type. With O(purge), webhooks that are not declared are deleted.
  - Reads each campaign, list and the account once, plans everything, and only then writes what
    differs.
  - Problems are reported together, in stages. First the options of every entry are checked,
    before the first request. Then the names of campaigns are checked, and then everything that
    depends on the current webhooks, before the first write. If there is any problem, nothing is
    written.
  - Updates come first, then creations, then deactivations, then deletions, so that a new receiver
    is in place before another one is removed.
  - Accepts the records that M(touchbasepro.sms.touchbase_sms_webhook_info) returns, to export, edit
    and apply.
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
  webhooks:
    description:
      - The declared webhooks. The same webhook must not be declared twice. Keys that are V(null)
        count as omitted.
      - An entry with O(webhooks[].webhook_id) identifies the webhook with this id. It must exist,
        unless O(webhooks[].state=absent), and must have the O(webhooks[].webhook_type), if that is
        given. An entry without an id never matches a webhook that another entry declares by its id.
        If there is no match, it creates the webhook.
      - Without O(webhooks[].url) or O(webhooks[].active), the webhook keeps its value. A new
        webhook is active unless the entry says O(webhooks[].active=false).
      - With O(webhooks[].state=absent), O(webhooks[].webhook_type) is not needed where only one
        webhook has the URL.
  purge:
    description:
      - Whether webhooks that are not declared are deleted.
      - Applies to the owners of all entries and to those in O(owners), and to no other.
      - Nothing is moved. A declared webhook that is missing is created, and a webhook that is not
        declared is deleted. To keep the id of a webhook that moves, declare its id.
      - When several have the type and URL of an entry without an id, one is kept and the others are
        deleted. The one that is kept is active, unless the entry says O(webhooks[].active=false),
        and has the lowest id among those.
    type: bool
    default: false
  owners:
    description:
      - Further owners to purge, so that the last webhook of a campaign can be removed as well; see
        O(allow_empty). Without O(purge=true), O(owners) does nothing, with a warning.
      - An owner that does not exist is not an error. It gives a warning if the service
        distinguishes it from an owner without webhooks.
  purge_limit:
    description:
      - Maximum number of undeclared webhooks that O(purge) may delete in one task. If there are
        more, the task fails before the first write, in check mode too, since a list that came out
        too short must not empty a campaign. Webhooks of entries with O(webhooks[].state=absent) do
        not count.
    type: int
    default: 10
  allow_empty:
    description:
      - Whether O(purge) may delete every webhook of an owner for which no webhook is declared as
        present. If not, the task fails before the first write, in check mode too, since a list that
        came out empty must not empty a campaign.
      - A purge that leaves an owner without any webhook always gives a warning.
    type: bool
    default: false
  diff_limit:
    description:
      - How many pairs RV(diff) may have. Its line of totals counts the others as well. If omitted,
        there is no limit.
      - RV(counts) counts all of them in any case.
    type: int
  return_webhooks:
    description:
      - Whether RV(webhooks) and RV(present) are returned. With V(false) and O(diff_limit), the
        result of any number of webhooks is small.
      - AWX, and other users of ansible-runner, drop the result of a task from its events if it is
        longer than 700,000 characters. That is about 1,900 webhooks of which none changes, or 700
        that all change.
      - With V(false), the RV(ignore:invocation) of a result has the number of O(webhooks) only.
    type: bool
    default: true
notes:
  - >-
    On the local connection, a long task shows its progress every five seconds on the controller's
    stderr, with counts only, such as C(touchbase_sms_webhooks: 2,400 of 10,000 done, 3 retries).
  - When a write fails, the rest is still attempted where it does not depend on it. Where an update
    or a creation of an owner failed, nothing of that owner is deactivated or deleted. Nothing new
    begins after a write that had no response, or 502, 503 or 504, within its retries, after a 401
    or a 429, and after three writes in a row that were refused with 403. A creation without a clear
    response is looked up in the list instead. The task then fails and lists the changes that are
    done, that failed, and that were not attempted. The next run does the rest.
  - >-
    When the task keyword C(timeout) ends the task on the local connection, only requests that are
    under way are finished. When the task runs as a module instead, Ansible stops waiting but does
    not stop the module, which continues until all is done. Wait for that before the next run, or
    both may create the same webhooks.
  - The service may not allow two webhooks with the same type and URL. If it refuses a webhook
    because another one, which the same run would delete, still has the URL, delete that one in a
    run of its own first.
  - C(N) webhooks of C(C) owners of which C(k) differ cost C(C) requests to list and C(k) to write,
    one more for each webhook that is activated again (its note is read), one more for each
    that is created inactive, and one more to list for each owner with creations.
  - Tasks that may create webhooks of the same owner wait for each other, for ten minutes at most,
    if the same user runs them on the same controller. If another webhook of the same type and URL
    has appeared in the list after a creation, a warning names both. If a write fails, the list is
    not read once more.
  - To declare a list that has two webhooks of the same type and URL, give their ids.
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

- name: Purge two campaigns of all webhooks that are not declared
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

- name: Export the webhooks of the account
  touchbasepro.sms.touchbase_sms_webhook_info:
    scope: message
  register: exported

- name: Apply them again, as they are or edited
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ exported.webhooks }}"

- name: Apply thousands of them, with a small result
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
    - For a webhook that check mode would create, C(webhook_id) and C(date_created) are V(null).
    - Notes are only read for webhooks that are activated again, so C(note) is V(null).
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
      V(result.present | map(attribute='webhook_id'\)), where C(result) is the registered result.
  returned: success and O(return_webhooks=true)
  type: list
  elements: dict
counts:
  description: Number of webhooks by what happened to them, or would happen in check mode; those
    that are purged included.
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
      description: The changes that are written, each with C(change) (V(created), V(updated) or
        V(deleted)) and C(webhook) (the record).
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

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    run_as_module,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION


def main() -> None:
    run_as_module(OPERATION)


if __name__ == "__main__":
    main()
