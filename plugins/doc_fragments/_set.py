# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of modules that take a set of webhooks, documented once; private to this collection.

Each module describes O(webhooks) and O(owners) themselves.
"""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  webhooks:
    type: list
    elements: dict
    default: []
    suboptions:
      campaign_id:
        description:
          - The campaign that the webhook belongs to.
          - Exactly one owner is required, here or in O(defaults), by O(webhooks[].campaign_id),
            O(webhooks[].campaign_name), O(webhooks[].list_id) or O(webhooks[].scope=message).
        type: int
      campaign_name:
        description:
          - The exact name of the campaign, instead of O(webhooks[].campaign_id). Names are looked
            up in the list of all campaigns, once a task. A name that no campaign has, or several
            have, is an error.
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
          - The id of the webhook. If omitted, O(webhooks[].unique_by) identifies the webhook.
        type: int
      webhook_type:
        description:
          - What the webhook reports, as in M(touchbasepro.sms.touchbase_sms_webhook). Required
            without O(webhooks[].webhook_id), together with O(webhooks[].url) or with
            O(webhooks[].unique_by=type).
        type: str
      url:
        description:
          - The URL to which events are sent, as in M(touchbasepro.sms.touchbase_sms_webhook).
        type: str
      active:
        description:
          - Whether events are sent.
        type: bool
      state:
        description:
          - Whether the webhook exists. If omitted, here and in O(defaults), it is V(present).
        type: str
        choices: [present, absent]
      unique_by:
        description:
          - What identifies the webhook without O(webhooks[].webhook_id), as in
            M(touchbasepro.sms.touchbase_sms_webhook). If omitted, here and in O(defaults), it is
            V(url), that is the type and the URL.
        type: str
        choices: [url, type]
      name:
        description:
          - Your name for this entry, unique in the set. The service does not know it. Records and
            messages repeat it, also with O(mask_url).
        type: str
      date_created:
        description:
          - Ignored. Accepted because M(touchbasepro.sms.touchbase_sms_webhook_info) returns it.
        type: str
      note:
        description:
          - Ignored, as O(webhooks[].date_created).
        type: str
  defaults:
    description:
      - Options for entries of O(webhooks) that omit them.
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
          - Whether the webhooks exist.
        type: str
        choices: [present, absent]
      unique_by:
        description:
          - What identifies the webhooks.
        type: str
        choices: [url, type]
  owners:
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
      - Maximum number of requests at a time, from 1 to 32. As many connections are used.
    type: int
    default: 4
notes:
  - A list of webhooks that fails with 404 and code 142 (webhook missing) counts as an empty list,
    with a warning.
"""
