"""The cases of touchbase_sms_cutover."""

from __future__ import annotations

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import CUTOVER

_STAGING = "https://hooks.staging.example.org"
_REPLIES = {"campaign_id": 9141, "webhook_type": "CampaignReply"}
_ACCOUNT = {
    "from_url": "https://hooks.example.org/messages",
    "to_url": "https://hooks.example.org/s3cret/messages",
    "owners": [{"scope": "message"}],
    "merge": True,
    "mask_url": True,
}

# fmt: off
CASES = [
    Case("cutover", module=CUTOVER,
         options={"from_url": _STAGING, "to_url": "https://green.example.org/",
                  "defaults": _REPLIES, "webhooks": [{"url": f"{_STAGING}/replies/5f1c0a7e"}],
                  "owners": [{"list_id": 512}]},
         check="GET, GET", live="GET, GET, PUT", again="GET, GET", changes=True),
    Case("cutover_masked", module=CUTOVER, options=_ACCOUNT,
         check="GET", live="GET, PUT, PUT", again="GET", changes=True),
    Case("cutover_partly", module=CUTOVER, options=_ACCOUNT,
         check="GET", live="GET, PUT, PUT", again="GET, PUT", changes=True,
         fault={"status": 400, "method": "PUT", "path": "/sms/message/webhooks/25",
                "body": "https://hooks.example.org/s3cret/messages/replies is not reachable"},
         fails_writing="is not reachable", changes_partly=True),
    Case("cutover_without_merge", module=CUTOVER,
         options={"from_url": _STAGING, "to_url": "https://hooks.example.org",
                  "owners": [{"campaign_id": 9141}, {"list_id": 999}], "mask_url": True},
         check="GET, GET", live="GET, GET", fails="set merge"),
    Case("cutover_from_masked_url", module=CUTOVER,
         options={"from_url": "https://hooks.example.org/********-0a1b2c3d",
                  "to_url": "https://hooks.example.org/s3cret", "owners": [{"campaign_id": 9141}],
                  "mask_url": True},
         check="", live="", fails="from_url holds a URL that was masked"),
    Case("cutover_from_nowhere", module=CUTOVER,
         options={"to_url": _STAGING, "owners": [{"campaign_id": 9141}]},
         check="", live="", fails="from_url", passed_on=True),
]
# fmt: on
