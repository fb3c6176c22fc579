# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads: campaigns and webhooks."""

from __future__ import annotations

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import CAMPAIGN_INFO, WEBHOOK_INFO

# fmt: off
CASES = [
    Case("campaigns_of_a_name", module=CAMPAIGN_INFO,
         options={"name": "Clinic reminders, October", "page_size": 10},
         check="GET", live="GET"),
    Case("campaign_by_id", module=CAMPAIGN_INFO, options={"campaign_id": 9142},
         check="GET", live="GET"),
    Case("no_campaign", module=CAMPAIGN_INFO, options={"campaign_id": 999},
         check="GET", live="GET"),
    Case("read_campaign", module=WEBHOOK_INFO, options={"campaign_id": 9141},
         check="GET", live="GET"),
    Case("read_list", module=WEBHOOK_INFO, options={"list_id": 512, "active": True},
         check="GET", live="GET"),
    Case("read_account", module=WEBHOOK_INFO,
         options={"scope": "message", "url": "https://HOOKS.example.org/messages/replies"},
         check="GET", live="GET"),
    Case("read_one", module=WEBHOOK_INFO, options={"campaign_id": 9142, "webhook_id": 31},
         check="GET", live="GET"),
    Case("read_details", module=WEBHOOK_INFO,
         options={"campaign_id": 9142, "details": True, "mask_url": True},
         check="GET, GET", live="GET, GET"),
    Case("read_nothing", module=WEBHOOK_INFO, options={"campaign_id": 9141, "webhook_id": 999},
         check="GET", live="GET"),
]
# fmt: on
