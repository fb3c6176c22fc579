# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that identify the owner of webhooks, documented once; private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  campaign_id:
    description:
      - The campaign that the webhook belongs to.
      - Exactly one owner is required, by O(campaign_id), O(campaign_name), O(list_id) or
        O(scope=message).
    type: int
  campaign_name:
    description:
      - The exact name of the campaign, instead of O(campaign_id). Its id is looked up in the list
        of all campaigns, once a task. A name that no campaign has, or several have, is an error.
    type: str
    version_added: 1.1.0
  list_id:
    description:
      - The subscriber list that the webhook belongs to.
    type: int
  scope:
    description:
      - What the webhook belongs to. Follows from O(campaign_id), O(campaign_name) or O(list_id).
      - V(message) means the account as a whole, that is messages sent one by one.
    type: str
    choices: [campaign, list, message]
"""
