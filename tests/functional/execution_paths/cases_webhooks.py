# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of webhooks."""

from __future__ import annotations

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import WEBHOOKS

_MOVED = "https://hooks.example.org/s3cret/moved"
_NOTE = "Switched off after 50 failed deliveries"
_REPLIES = {"webhook_type": "CampaignReply", "url": "https://hooks.example.org/s3cret/new"}
_SET = [
    {"list_id": 512, "webhook_id": 26, "state": "absent"},
    {"campaign_id": 9141, **_REPLIES, "active": False},
    {"campaign_id": 9141, "webhook_id": 28, "url": _MOVED},
    {"campaign_id": 9142, "webhook_id": 31, "active": True},
    {"campaign_id": 9141, "webhook_id": 29, "active": True, "note": None, "date_created": None},
]

# fmt: off
CASES = [
    Case("set", module=WEBHOOKS, options={"webhooks": _SET},
         check="GET, GET, GET, GET", live="GET, GET, GET, GET, PUT, PUT, POST, PUT, DELETE, GET",
         again="GET, GET, GET", changes=True, creates=(32,), warns=(_NOTE,)),
    Case("set_in_short", module=WEBHOOKS,
         options={"webhooks": [{"campaign_id": 9141, "webhook_id": 28, "url": _MOVED},
                  {"campaign_id": 9142, "webhook_id": 31, "active": True}], "diff_limit": 1,
                  "return_webhooks": False},
         check="GET, GET, GET", live="GET, GET, GET, PUT, PUT", again="GET, GET", changes=True,
         warns=(_NOTE,)),
    Case("set_purged", module=WEBHOOKS,
         options={"webhooks": [{"campaign_id": 9141, **_REPLIES}],
                  "owners": [{"scope": "message"}], "purge": True, "allow_empty": True,
                  "mask_url": True},
         check="GET, GET", live="GET, GET, POST, DELETE, DELETE, DELETE, DELETE, GET",
         again="GET, GET", changes=True, creates=(32,),
         warns=("purge leaves the account without any webhook",)),
    Case("set_partly", module=WEBHOOKS, options={"webhooks": _SET, "mask_url": True},
         check="GET, GET, GET, GET", live="GET, GET, GET, GET, PUT, PUT, POST, PUT, DELETE",
         again="GET, GET, GET, PUT", changes=True, creates=(32,),
         fault={"status": 400, "method": "PUT", "path": "/sms/campaigns/9141/webhooks/28",
                "body": f"{_MOVED} is not reachable"}, fails_writing="is not reachable",
         changes_partly=True, warns=(_NOTE,)),
]
# fmt: on
