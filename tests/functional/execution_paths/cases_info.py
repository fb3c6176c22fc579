"""What reads: campaigns, webhooks, and how they differ from what is declared."""

from __future__ import annotations

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import CAMPAIGN_INFO, DRIFT_INFO, WEBHOOK_INFO

_DECLARED = {"campaign_id": 9141, "webhook_id": 28, "active": True}

# fmt: off
CASES = [
    Case("campaigns_of_a_name", module=CAMPAIGN_INFO,
         options={"name": "Clinic reminders, October", "page_size": 10},
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
    Case("read_details", module=WEBHOOK_INFO,
         options={"campaign_id": 9142, "details": True, "mask_url": True},
         check="GET, GET", live="GET, GET"),
    Case("read_nothing", module=WEBHOOK_INFO, options={"campaign_id": 9141, "webhook_id": 999},
         check="GET", live="GET"),
    Case("drift_none", module=DRIFT_INFO,
         options={"webhooks": [_DECLARED, {"campaign_id": 9141, "webhook_id": 29, "active": True}]},
         check="GET", live="GET"),
    Case("drift_of_many_kinds", module=DRIFT_INFO,
         options={"owners": [{"scope": "message"}, {"list_id": 999}], "mask_url": True,
                  "webhooks": [
                      {**_DECLARED, "url": "https://hooks.example.org/s3cret/moved"},
                      {**_DECLARED, "webhook_id": 999, "url": "https://hooks.example.org/s3cret"},
                      {"list_id": 512, "webhook_id": 26, "active": False},
                      {"campaign_id": 9142, "webhook_id": 31, "active": True},
                      {"list_id": 999, "webhook_id": 1, "state": "absent"}]},
         check="GET, GET, GET, GET, GET, GET", live="GET, GET, GET, GET, GET, GET"),
    Case("drift_by_name", module=DRIFT_INFO,
         options={"defaults": {"campaign_name": "Clinic reminders, October",
                  "active": True}, "webhooks": [{"webhook_id": 28}], "kinds": ["missing"]},
         check="GET, GET", live="GET, GET"),
    Case("drift_of_empty_list", module=DRIFT_INFO, options={"webhooks": [_DECLARED]},
         check="GET", live="GET",
         fault={"status": 404, "body": {"Code": 142, "Message": "Webhook record does not exist"}},
         warns=("That counts as an empty list",)),
    Case("drift_unread", module=DRIFT_INFO,
         options={"webhooks": [{**_DECLARED, "state": "absent"}], "mask_url": True},
         check="GET", live="GET", fault={"status": 404, "body": "Not here"},
         fails="api_url is probably wrong"),
    Case("drift_of_nonsense", module=DRIFT_INFO,
         options={"webhooks": [_DECLARED, {**_DECLARED, "activ": True}]},
         check="", live="",
         fails="webhooks[1] (campaign 9141, webhook 28): There is no option activ"),
]
# fmt: on
