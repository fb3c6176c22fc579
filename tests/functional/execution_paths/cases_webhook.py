"""Webhooks, one and sets: updates, creations and deletions, and which webhook is meant."""

from __future__ import annotations

from typing import Any

from tests.functional.execution_paths.case import Case
from tests.functional.support.playbooks import WEBHOOKS

_MOVED = "https://hooks.example.org/s3cret/moved"
_NOTE = "Switched off after 50 failed deliveries"
_OCTOBER = "Clinic reminders, October"
_NEW = "https://hooks.example.org/s3cret/new"
_STATES = {"webhook_type": "CampaignMessageStatusUpdate", "url": _NEW}
_BY_TYPE = {"campaign_id": 9141, "webhook_type": "CampaignReply", "unique_by": "type"}
_NEAR = "https://hooks.staging.example.org/s3cret"
_FAR = "https://elsewhere.example.com/s3cret"
_REPLIES = {"webhook_type": "CampaignReply", "url": _NEW}
_SET = [
    {"list_id": 512, "webhook_id": 26, "state": "absent"},
    {"campaign_id": 9141, **_REPLIES, "active": False},
    {"campaign_id": 9141, "webhook_id": 28, "url": _MOVED},
    {"campaign_id": 9142, "webhook_id": 31, "active": True},
    {"campaign_id": 9141, "webhook_id": 29, "active": True, "note": None, "date_created": None},
]


def _campaign(**options: Any) -> dict[str, Any]:
    return {"campaign_id": 9141, "webhook_id": 28, **options}


# fmt: off
CHANGES = [
    Case("campaign", options=_campaign(url=_MOVED, active=False),
         check="GET", live="GET, PUT", again="GET", changes=True),
    Case("list",
         options={"list_id": 512, "webhook_id": 26, "webhook_type": "ListUnsubscribe",
                  "active": False},
         check="GET", live="GET, PUT", again="GET", changes=True),
    Case("account", options={"scope": "message", "webhook_id": 25, "url": _MOVED},
         check="GET", live="GET, PUT", again="GET", changes=True),
    Case("as_it_is", options=_campaign(active=True), check="GET", live="GET", again="GET"),
    Case("campaign_by_name", options={"campaign_name": _OCTOBER, "webhook_id": 28, "url": _MOVED},
         check="GET, GET", live="GET, GET, PUT", again="GET, GET", changes=True),
    Case("set_with_defaults_and_names", module=WEBHOOKS,
         options={"defaults": {"campaign_name": _OCTOBER, "active": False},
                  "webhooks": [{"webhook_id": 28},
                               {"list_id": 512, "webhook_id": 26, "active": True}]},
         check="GET, GET, GET", live="GET, GET, GET, PUT", again="GET, GET, GET", changes=True),
    Case("equivalent_url",
         options=_campaign(url="HTTPS://HOOKS.staging.example.org:443/replies/5f1c0a7e"),
         check="GET", live="GET", again="GET"),
    Case("empty_response", options=_campaign(url=_MOVED),
         check="GET", live="GET, PUT, GET", again="GET", changes=True,
         behaviour={"put_response": "empty"}),
    Case("stale_response", options=_campaign(url=_MOVED),
         check="GET", live="GET, PUT, GET", again="GET", changes=True,
         behaviour={"put_response": "stale"}),
    Case("reactivated", options={"campaign_id": 9142, "webhook_id": 31, "active": True},
         check="GET", live="GET, PUT", again="GET", changes=True, warns=(_NOTE,)),
    Case("respelled", options=_campaign(url="https://HOOKS.example.org/s3cret"),
         check="GET", live="GET, PUT", again="GET", changes=True,
         behaviour={"stored_url": "normalised"}, warns_written=("The service spells the URL",)),
    Case("unwise", options=_campaign(url="http://user:pa55word@hooks.example.org/s3cret"),
         check="GET", live="GET, PUT", again="GET", changes=True,
         warns=("is plain http", "contains credentials")),
    Case("masked",
         options=_campaign(url="http://user:pa55word@hooks.example.org/s3cret?t=s3cret",
                           mask_url=True),
         check="GET", live="GET, PUT", again="GET", changes=True, warns=("is plain http",)),
    Case("masked_respelled",
         options={"campaign_id": 9142, "webhook_id": 31,
                  "url": "https://HOOKS.example.org/s3cret", "active": True, "mask_url": True},
         check="GET", live="GET, PUT", again="GET", changes=True,
         behaviour={"stored_url": "normalised"}, warns=(_NOTE,),
         warns_written=("The service spells the URL",)),
    Case("rate_limited", options=_campaign(url=_MOVED),
         check="GET, GET", live="GET, GET, PUT", again="GET, GET", changes=True,
         fault={"status": 429, "headers": {"Retry-After": "0"}}),
]

CREATIONS_AND_DELETIONS = [
    Case("created", options={"campaign_id": 9142, **_STATES},
         check="GET", live="GET, POST, GET", again="GET", changes=True, creates=(32,)),
    Case("created_inactive_and_respelled",
         options={"campaign_id": 9141, "webhook_type": "CampaignReply",
                  "url": "https://HOOKS.example.org/s3cret", "active": False, "mask_url": True},
         check="GET", live="GET, POST, PUT, GET", again="GET", changes=True, creates=(32,),
         behaviour={"stored_url": "normalised"},
         warns=("already has CampaignReply webhook 28",),
         warns_written=("The service spells the URL",)),
    Case("adopted",
         options={"list_id": 512, "webhook_type": "ListSubscribe", "url": _NEW, "mask_url": True},
         check="GET", live="GET, POST, GET, GET", again="GET", changes=True, creates=(32,),
         fault={"status": 502, "method": "POST", "applied": True},
         warns_written=("counts as created",)),
    Case("removed", options={"scope": "message", "webhook_id": 24, "state": "absent"},
         check="GET", live="GET, DELETE", again="GET", changes=True),
    Case("removed_by_url",
         options={"campaign_id": 9141, "webhook_type": "CampaignReply",
                  "url": "HTTPS://hooks.staging.example.org/replies/5f1c0a7e", "state": "absent",
                  "mask_url": True},
         check="GET", live="GET, DELETE", again="GET", changes=True),
    Case("unclear", options={"campaign_id": 9142, **_STATES, "mask_url": True},
         check="GET", live="GET, POST, GET", again="GET, POST, GET", changes=True,
         fault={"status": 504, "method": "POST"}, fails_writing="may still appear",
         may_change=True),
    Case("created_and_not_verified", options={"campaign_id": 9142, **_STATES, "mask_url": True},
         check="GET", live="GET, POST, GET", again="GET, POST, GET", changes=True,
         fault={"status": 201, "method": "POST", "body": {"Id": 99, "IsActive": True,
                "Url": _MOVED, "WebhookType": "CampaignReply"}},
         fails_writing="Nothing was deleted", may_change=True),
    Case("half_created",
         options={"campaign_id": 9142, **_STATES, "active": False, "mask_url": True},
         check="GET", live="GET, POST, PUT", again="GET, PUT", changes=True, creates=(32,),
         fault={"status": 400, "method": "PUT", "body": f"{_NEW} is not reachable"},
         fails_writing="is not reachable", changes_partly=True),
]

IDENTITIES = [
    Case("moved_by_type_to_another_host", options={**_BY_TYPE, "url": _FAR, "mask_url": True},
         check="GET", live="GET, PUT", again="GET", changes=True,
         warns=("from host hooks.staging.example.org to host elsewhere.example.com",)),
    Case("not_removed_by_type",
         options={**_BY_TYPE, "url": _FAR, "state": "absent", "mask_url": True},
         check="GET", live="GET", again="GET",
         warns=("is not removed, because it has another URL",)),
    Case("set_with_names_and_types", module=WEBHOOKS,
         options={"defaults": {"campaign_id": 9141, "unique_by": "type"},
                  "webhooks": [
                      {"name": "replies", "webhook_type": "CampaignReply", "url": _NEAR},
                      {"name": "states", "webhook_type": "CampaignMessageStatusUpdate",
                       "active": False}]},
         check="GET", live="GET, PUT, PUT", again="GET", changes=True),
    Case("guessed_type",
         options={"campaign_id": 9141, "webhook_type": "reply", "url": _NEAR, "mask_url": True},
         check="", live="", fails="Use CampaignReply."),
    Case("line_end",
         options={"campaign_id": 9141, "webhook_id": 28, "url": f"{_NEAR}\n", "mask_url": True},
         check="GET", live="GET", fails="ends with a line end; in YAML, write it in one line"),
]

SETS = [
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

CASES = [*CHANGES, *CREATIONS_AND_DELETIONS, *IDENTITIES, *SETS]
