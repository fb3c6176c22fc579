"""What fails: options, responses that refuse, and responses that make no sense."""

from __future__ import annotations

from typing import Any

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import WEBHOOK_INFO, WEBHOOKS

_MOVED = "https://hooks.example.org/s3cret/moved"


def _campaign(**options: Any) -> dict[str, Any]:
    return {"campaign_id": 9141, "webhook_id": 28, **options}


# fmt: off
REFUSED_BY_THE_API = [
    Case("wrong_key", options=_campaign(active=False, api_key="quite-another-key"),
         check="GET", live="GET", fails="401, code 100: Provided API key is invalid"),
    Case("unknown_webhook", options={"campaign_id": 9141, "webhook_id": 999, "active": False},
         check="GET", live="GET", fails="404, code 142: Webhook record does not exist"),
    Case("unknown_list", options={"list_id": 999, "webhook_id": 26, "active": False},
         check="GET", live="GET", fails="404, code 104"),
    Case("read_wrong_key", module=WEBHOOK_INFO,
         options={"scope": "message", "api_key": "quite-another-key", "mask_url": True},
         check="GET", live="GET", fails="Check api_key"),
    Case("key_withdrawn", options=_campaign(active=False),
         check="GET", live="GET, PUT", again="GET, PUT", changes=True,
         fault={"status": 401, "method": "PUT", "body": {"Code": 100,
                "Message": "Provided API key is invalid"}},
         fails_writing="Could not update webhook 28 of campaign 9141"),
    Case("masked_refusal", options=_campaign(url=_MOVED, mask_url=True),
         check="GET", live="GET, PUT", again="GET, PUT", changes=True,
         fault={"status": 400, "method": "PUT", "body": {"Code": 144,
                "Message": f"{_MOVED} (/s3cret/moved) is not reachable"}},
         fails_writing="is not reachable"),
]

ODD_RESPONSES = [
    Case("no_record", options=_campaign(active=False),
         check="GET", live="GET", fault={"status": 200, "body": [1]}, fails="not a webhook object"),
    Case("read_no_list", module=WEBHOOK_INFO, options={"campaign_id": 9141},
         check="GET", live="GET", fault={"status": 200, "body": {"Url": _MOVED}},
         fails="not a list of webhooks"),
    Case("not_stored", options=_campaign(url=_MOVED, mask_url=True),
         check="GET", live="GET, PUT, GET", again="GET, PUT, GET", changes=True,
         fault={"status": 200, "method": "PUT"}, fails_writing="holds something else",
         may_change=True),
    Case("lost_response", options=_campaign(active=False, api_url="{{ hangs_up }}", retries=1),
         check="", live="", fails="), after 2 attempts"),
    Case("no_tls",
         options=_campaign(active=False,
                           api_url="{{ lookup('env', 'TOUCHBASE_API_URL')"
                                   " | replace('http:', 'https:') }}"),
         check="", live="",
         fails="does not speak TLS; it may be a port for plain http. Check the host and port of"),
    Case("untrusted", options=_campaign(active=False, api_url="{{ untrusted }}", retries=1),
         check="", live="", fails="is not trusted ("),
]

INVALID_OPTIONS = [
    Case("unknown_name",
         options={"campaign_name": "Clinic reminders October", "webhook_id": 28, "active": True},
         check="GET", live="GET", fails="Similar names: 'Clinic reminders, October'"),
    Case("no_list", module=WEBHOOKS, options={"webhooks": "nonsense"},
         check="", live="", fails="webhooks must be a list of mappings, not a text"),
    Case("nothing_declared", options=_campaign(), check="", live="", fails="Nothing is declared"),
    Case("relative", options=_campaign(url="/s3cret", mask_url=True),
         check="GET", live="GET", fails="is not an absolute"),
    Case("masked_input", options=_campaign(url="https://hooks.example.org/********-0a1b2c3d"),
         check="", live="", fails="was masked by mask_url"),
    Case("foreign_type",
         options={"campaign_id": 9141, "webhook_type": "ListSubscribe", "url": _MOVED},
         check="", live="", fails="does not exist for"),
    Case("other_type", options=_campaign(webhook_type="CampaignMessageStatusUpdate", active=False),
         check="GET", live="GET", fails="cannot change the type"),
    Case("set_of_nonsense", module=WEBHOOKS,
         options={"webhooks": [_campaign(url=_MOVED), _campaign(webhook_id=0,
                  url="/s3cret"), _campaign(active=False)], "mask_url": True},
         check="", live="", fails="webhooks[2] (campaign 9141, webhook 28): webhooks[0] declares"),
    Case("set_that_does_not_fit", module=WEBHOOKS,
         options={"webhooks": [_campaign(url=_MOVED), _campaign(webhook_id=999,
                  active=True)], "mask_url": True},
         check="GET", live="GET",
         fails="webhooks[1] (campaign 9141, webhook 999): There is no webhook 999"),
    Case("bearer", options=_campaign(active=True, api_key="Bearer k3y-of-mine"),
         check="", live="", fails="Bearer"),
    Case("no_ca", options=_campaign(active=True, ca_path="/nowhere.pem"),
         check="", live="", fails="does not exist"),
    Case("unknown_option", options=_campaign(xyz=True),
         check="", live="", fails="Unsupported param", passed_on=True),
    Case("no_number",
         options={"scope": "message", "webhook_id": "reply", "active": True, "mask_url": True},
         check="", live="", fails="webhook_id", passed_on=True),
]
# fmt: on

CASES = [*REFUSED_BY_THE_API, *ODD_RESPONSES, *INVALID_OPTIONS]
