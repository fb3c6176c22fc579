"""The cases of touchbase_sms_delivery."""

from __future__ import annotations

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import DELIVERY

_NOTE = "Switched off after 50 failed deliveries; the last answer was 410 Gone"

# fmt: off
CASES = [
    Case("delivery_paused", module=DELIVERY,
         options={"state": "paused", "owners": [{"list_id": 512}], "diff_limit": 1,
                  "webhooks": [
                      {"campaign_id": 9141, "webhook_type": "CampaignReply",
                       "url": "https://hooks.staging.example.org/replies/5f1c0a7e"},
                      {"campaign_id": 9141, "webhook_id": 29, "active": False}]},
         check="GET, GET, GET, GET", live="GET, GET, GET, GET, PUT, PUT", again="GET, GET",
         changes=True),
    Case("delivery_resumed", module=DELIVERY,
         options={"state": "resumed", "paused": [{"campaign_id": 9142, "webhook_id": 31,
                  "note": _NOTE}, {"scope": "message", "webhook_id": 24, "note": None},
                  {"campaign_id": 9141, "webhook_id": 999}], "mask_url": True},
         check="GET, GET, GET", live="GET, GET, GET, PUT", again="GET, GET, GET", changes=True,
         warns=("Webhook 999 of campaign 9141 is not resumed. It does not exist.",)),
    Case("delivery_left_off", module=DELIVERY,
         options={"state": "resumed", "owners": [{"campaign_id": 9142}], "mask_url": True},
         check="GET, GET", live="GET, GET",
         warns=("Webhook 31 of campaign 9142 is not resumed. The service deactivated it",)),
    Case("delivery_partly", module=DELIVERY,
         options={"state": "paused", "owners": [{"campaign_id": 9141}]},
         check="GET, GET, GET", live="GET, GET, GET, PUT, PUT", again="GET, GET, PUT", changes=True,
         fault={"status": 400, "method": "PUT", "path": "/sms/campaigns/9141/webhooks/28",
                "body": "Not today"}, fails_writing="Not today", changes_partly=True),
    Case("delivery_of_nothing", module=DELIVERY, options={"state": "resumed", "webhooks": []},
         check="", live="", fails="Give paused, webhooks or owners."),
]
# fmt: on
