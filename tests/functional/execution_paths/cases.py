# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cases that both doors must treat alike: every kind of success and of failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.functional.support.playbooks import CAMPAIGN_INFO, WEBHOOK, WEBHOOK_INFO, WEBHOOKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What must never be shown where mask_url is set; none of these words stands anywhere else.
SECRET_WORDS = ("s3cret", "pa55word", "5f1c0a7e", "c29d4b18")

_MOVED = "https://hooks.example.org/s3cret/moved"
_RUNS = ("check", "live", "again")


@dataclass(frozen=True)
class Case:
    """One declaration, the service that it meets, and what each of the runs requests.

    ``requests`` has the methods of the run in check mode, of the real one, and of one more;
    what cannot write has no third run, which would be the second again.
    """

    name: str
    options: Mapping[str, Any]
    requests: Sequence[str]
    module: str = WEBHOOK
    behaviour: Mapping[str, str] = field(default_factory=dict)
    fault: Mapping[str, Any] | None = None
    changes: bool = False
    # The ids of webhooks that the real run creates, which check mode cannot know.
    creates: Sequence[int] = ()
    # Part of the message of a failure, which is that of check mode as well ...
    fails: str | None = None
    # ... unless only the write fails, which check mode cannot know.
    fails_writing: str | None = None
    # What was written before the failure is there, and the result says that something changed.
    changes_partly: bool = False
    # Whether something was written is not known, and every run that fails so counts it.
    may_change: bool = False
    warns: Sequence[str] = ()
    # A warning that only comes from what was stored.
    warns_written: Sequence[str] = ()
    # Validation errors are Ansible's own to report, so the in-process door passes them on.
    passed_on: bool = False

    @property
    def runs(self) -> Sequence[str]:
        return _RUNS[: len(self.requests)]

    @property
    def runs_that_change(self) -> Sequence[str]:
        """Those with ``changed`` in their result."""
        is_done = self.changes_partly or not (self.fails or self.fails_writing)
        if not self.changes:
            return ()
        if self.may_change:
            return self.runs
        return ("check", "live") if is_done else ("check",)

    @property
    def predicts_creation(self) -> bool:
        """Whether check mode shows a webhook that is not there yet."""
        return "C" in "".join(self.requests)

    def failure_of(self, run: str) -> str | None:
        return self.fails if run == "check" else self.fails or self.fails_writing

    def before(self, run: str) -> list[tuple[str, str, Any]]:
        """The control requests that set the stage for one run."""
        requests: list[tuple[str, str, Any]] = []
        if run == "check":
            requests.append(("POST", "reset", {"behaviour": dict(self.behaviour)}))
        requests.append(("DELETE", "faults", None))
        if self.fault is not None:
            requests.append(("POST", "faults", dict(self.fault)))
        return requests


def _campaign(**options: Any) -> dict[str, Any]:
    return {"campaign_id": 9141, "webhook_id": 28, **options}


_NOTE = "Switched off after 50 failed deliveries"
_OCTOBER = "Clinic reminders, October"

CHANGES = [
    Case("campaign", _campaign(url=_MOVED, active=False), ("G", "GP", "G"), changes=True),
    Case(
        "list",
        {"list_id": 512, "webhook_id": 26, "webhook_type": "ListUnsubscribe", "active": False},
        ("G", "GP", "G"),
        changes=True,
    ),
    Case(
        "account",
        {"scope": "message", "webhook_id": 25, "url": _MOVED},
        ("G", "GP", "G"),
        changes=True,
    ),
    Case("as_it_is", _campaign(active=True), ("G", "G", "G")),
    Case(
        "campaign_by_name",
        {"campaign_name": _OCTOBER, "webhook_id": 28, "url": _MOVED},
        ("GG", "GGP", "GG"),
        changes=True,
    ),
    Case(
        "set_with_defaults_and_names",
        {
            "defaults": {"campaign_name": _OCTOBER, "active": False},
            "webhooks": [{"webhook_id": 28}, {"list_id": 512, "webhook_id": 26, "active": True}],
        },
        ("GGG", "GGGP", "GGG"),
        WEBHOOKS,
        changes=True,
    ),
    Case(
        "same_address",
        _campaign(url="HTTPS://HOOKS.staging.example.org:443/replies/5f1c0a7e"),
        ("G", "G", "G"),
    ),
    Case(
        "empty_answer",
        _campaign(url=_MOVED),
        ("G", "GPG", "G"),
        behaviour={"put_answer": "empty"},
        changes=True,
    ),
    Case(
        "stale_answer",
        _campaign(url=_MOVED),
        ("G", "GPG", "G"),
        behaviour={"put_answer": "stale"},
        changes=True,
    ),
    Case(
        "reactivated",
        {"campaign_id": 9142, "webhook_id": 31, "active": True},
        ("G", "GP", "G"),
        changes=True,
        warns=(_NOTE,),
    ),
    Case(
        "respelled",
        _campaign(url="https://HOOKS.example.org/s3cret"),
        ("G", "GP", "G"),
        behaviour={"stored_address": "normalised"},
        changes=True,
        warns_written=("The service spells the URL",),
    ),
    Case(
        "unwise",
        _campaign(url="http://user:pa55word@hooks.example.org/s3cret"),
        ("G", "GP", "G"),
        changes=True,
        warns=("is plain http", "contains credentials"),
    ),
    Case(
        "masked",
        _campaign(url="http://user:pa55word@hooks.example.org/s3cret?t=s3cret", mask_url=True),
        ("G", "GP", "G"),
        changes=True,
        warns=("is plain http",),
    ),
    Case(
        "masked_respelled",
        {
            "campaign_id": 9142,
            "webhook_id": 31,
            "url": "https://HOOKS.example.org/s3cret",
            "active": True,
            "mask_url": True,
        },
        ("G", "GP", "G"),
        behaviour={"stored_address": "normalised"},
        changes=True,
        warns=(_NOTE,),
        warns_written=("The service spells the URL",),
    ),
    Case(
        "rate_limited",
        _campaign(url=_MOVED),
        ("GG", "GGP", "GG"),
        fault={"status": 429, "headers": {"Retry-After": "0"}},
        changes=True,
    ),
    Case(
        "gateway_stumbles",
        _campaign(url=_MOVED),
        ("G", "GPP", "G"),
        fault={"status": 502, "method": "PUT"},
        changes=True,
    ),
]

_NEW = "https://hooks.example.org/s3cret/new"
_STATES = {"webhook_type": "CampaignMessageStatusUpdate", "url": _NEW}
_REPLIES = {"webhook_type": "CampaignReply", "url": _NEW}

CREATIONS_AND_DELETIONS = [
    Case(
        "created",
        {"campaign_id": 9142, **_STATES},
        ("G", "GCG", "G"),
        changes=True,
        creates=(32,),
    ),
    Case(
        "created_inactive_and_respelled",
        {
            "campaign_id": 9141,
            "webhook_type": "CampaignReply",
            "url": "https://HOOKS.example.org/s3cret",
            "active": False,
            "mask_url": True,
        },
        ("G", "GCPG", "G"),
        behaviour={"stored_address": "normalised"},
        changes=True,
        creates=(32,),
        warns=("already has CampaignReply webhook 28",),
        warns_written=("The service spells the URL",),
    ),
    Case(
        "adopted",
        {"list_id": 512, "webhook_type": "ListSubscribe", "url": _NEW, "mask_url": True},
        ("G", "GCGG", "G"),
        fault={"status": 502, "method": "POST", "applied": True},
        changes=True,
        creates=(32,),
        warns_written=("counts as created",),
    ),
    Case(
        "removed",
        {"scope": "message", "webhook_id": 24, "state": "absent"},
        ("G", "GD", "G"),
        changes=True,
    ),
    Case(
        "removed_by_its_address",
        {
            "campaign_id": 9141,
            "webhook_type": "CampaignReply",
            "url": "HTTPS://hooks.staging.example.org/replies/5f1c0a7e",
            "state": "absent",
            "mask_url": True,
        },
        ("G", "GD", "G"),
        changes=True,
    ),
    Case(
        "unclear",
        {"campaign_id": 9142, **_STATES, "mask_url": True},
        ("G", "GCG", "GCG"),
        fault={"status": 504, "method": "POST"},
        changes=True,
        may_change=True,
        fails_writing="may still appear",
    ),
    Case(
        "created_and_not_verified",
        {"campaign_id": 9142, **_STATES, "mask_url": True},
        ("G", "GCG", "GCG"),
        fault={
            "status": 201,
            "method": "POST",
            "body": {"Id": 99, "IsActive": True, "Url": _MOVED, "WebhookType": "CampaignReply"},
        },
        changes=True,
        fails_writing="Nothing was deleted",
        may_change=True,
    ),
    Case(
        "half_created",
        {"campaign_id": 9142, **_STATES, "active": False, "mask_url": True},
        ("G", "GCP", "GP"),
        fault={"status": 400, "method": "PUT", "body": f"{_NEW} is not reachable"},
        changes=True,
        creates=(32,),
        fails_writing="is not reachable",
        changes_partly=True,
    ),
]

_SET = [
    {"list_id": 512, "webhook_id": 26, "state": "absent"},
    {"campaign_id": 9141, **_REPLIES, "active": False},
    {"campaign_id": 9141, "webhook_id": 28, "url": _MOVED},
    {"campaign_id": 9142, "webhook_id": 31, "active": True},
    {"campaign_id": 9141, "webhook_id": 29, "active": True, "note": None, "date_created": None},
]

SETS = [
    Case(
        "set",
        {"webhooks": _SET},
        # A list for each owner, and the note of the one that is activated.
        ("GGGG", "GGGGPPCPDG", "GGG"),
        WEBHOOKS,
        changes=True,
        creates=(32,),
        warns=(_NOTE,),
    ),
    Case(
        "set_in_short",
        {
            "webhooks": [
                {"campaign_id": 9141, "webhook_id": 28, "url": _MOVED},
                {"campaign_id": 9142, "webhook_id": 31, "active": True},
            ],
            "diff_limit": 1,
            "return_webhooks": False,
        },
        ("GGG", "GGGPP", "GG"),
        WEBHOOKS,
        changes=True,
        warns=(_NOTE,),
    ),
    Case(
        "set_purged",
        {
            "webhooks": [{"campaign_id": 9141, **_REPLIES}],
            "owners": [{"scope": "message"}],
            "purge": True,
            "allow_empty": True,
            "mask_url": True,
        },
        ("GG", "GGCDDDDG", "GG"),
        WEBHOOKS,
        changes=True,
        creates=(32,),
        warns=("purge leaves the account without any webhook",),
    ),
    Case(
        "set_partly",
        {"webhooks": _SET, "mask_url": True},
        ("GGGG", "GGGGPPCPD", "GGGP"),
        WEBHOOKS,
        fault={
            "status": 400,
            "method": "PUT",
            "path": "/sms/campaigns/9141/webhooks/28",
            "body": f"{_MOVED} is not reachable",
        },
        changes=True,
        creates=(32,),
        fails_writing="is not reachable",
        changes_partly=True,
        warns=(_NOTE,),
    ),
]

READINGS = [
    Case(
        "campaigns_of_a_name",
        {"name": "Clinic reminders, October", "page_size": 10},
        ("G", "G"),
        CAMPAIGN_INFO,
    ),
    Case("campaign_by_id", {"campaign_id": 9142}, ("G", "G"), CAMPAIGN_INFO),
    Case("no_campaign", {"campaign_id": 999}, ("G", "G"), CAMPAIGN_INFO),
    Case("read_campaign", {"campaign_id": 9141}, ("G", "G"), WEBHOOK_INFO),
    Case("read_list", {"list_id": 512, "active": True}, ("G", "G"), WEBHOOK_INFO),
    Case(
        "read_account",
        {"scope": "message", "url": "https://HOOKS.example.org/messages/replies"},
        ("G", "G"),
        WEBHOOK_INFO,
    ),
    Case("read_one", {"campaign_id": 9142, "webhook_id": 31}, ("G", "G"), WEBHOOK_INFO),
    Case(
        "read_details",
        {"campaign_id": 9142, "details": True, "mask_url": True},
        ("GG", "GG"),
        WEBHOOK_INFO,
    ),
    Case("read_nothing", {"campaign_id": 9141, "webhook_id": 999}, ("G", "G"), WEBHOOK_INFO),
]


def _refused(name: str, says: str, requests: str = "", **more: Any) -> Case:
    """A failure that check mode meets as well, in a declaration that would change something."""
    options = more.pop("options", _campaign(active=False))
    return Case(name, options, (requests, requests), fails=says, **more)


REFUSED_BY_SERVICE = [
    _refused(
        "wrong_key",
        "401, code 100: Provided API key is invalid",
        "G",
        options=_campaign(active=False, api_key="quite-another-key"),
    ),
    _refused(
        "unknown_webhook",
        "404, code 142: Webhook record does not exist",
        "G",
        options={"campaign_id": 9141, "webhook_id": 999, "active": False},
    ),
    _refused(
        "unknown_list",
        "404, code 104",
        "G",
        options={"list_id": 999, "webhook_id": 26, "active": False},
    ),
    _refused(
        "gateway_error",
        "api_url is probably wrong",
        "G",
        options={"scope": "message", "webhook_id": 999, "active": False},
        behaviour={"error_shape": "gateway"},
    ),
    _refused(
        "html_error",
        "api_url is probably wrong",
        "G",
        options={"list_id": 512, "webhook_id": 999, "active": False},
        behaviour={"error_shape": "html"},
    ),
    _refused(
        "service_down",
        "503: s3rvice down",
        "GG",
        options=_campaign(active=False, retries=1),
        fault={"status": 503, "times": 2, "body": "s3rvice down"},
    ),
    _refused(
        "too_fast",
        "429. The service limits the rate of requests",
        "GG",
        options=_campaign(active=False, retries=1),
        fault={"status": 429, "times": 2, "headers": {"Retry-After": "0"}},
    ),
    _refused(
        "forbidden",
        "403, code 105: No. Check that the account of this API key is allowed to do this",
        "G",
        fault={"status": 403, "body": {"Code": 105, "Message": "No."}},
    ),
    _refused(
        "read_unknown_list", "404, code 104", "G", options={"list_id": 999}, module=WEBHOOK_INFO
    ),
    _refused(
        "read_wrong_key",
        "Check api_key",
        "G",
        options={"scope": "message", "api_key": "quite-another-key", "mask_url": True},
        module=WEBHOOK_INFO,
    ),
    Case(
        "key_withdrawn",
        _campaign(active=False),
        ("G", "GP", "GP"),
        fault={
            "status": 401,
            "method": "PUT",
            "body": {"Code": 100, "Message": "Provided API key is invalid"},
        },
        changes=True,
        fails_writing="Could not update webhook 28 of campaign 9141",
    ),
    Case(
        "masked_refusal",
        _campaign(url=_MOVED, mask_url=True),
        ("G", "GP", "GP"),
        fault={
            "status": 400,
            "method": "PUT",
            "body": {"Code": 144, "Message": f"{_MOVED} (/s3cret/moved) is not reachable"},
        },
        changes=True,
        fails_writing="is not reachable",
    ),
]

ODD_ANSWERS = [
    _refused(
        "no_campaigns",
        "not a page of campaigns",
        "G",
        options={},
        module=CAMPAIGN_INFO,
        fault={"status": 200, "body": []},
    ),
    _refused("no_json", "the response is not JSON", "G", fault={"status": 200, "body": "<p>"}),
    _refused(
        "redirection",
        "Redirects are not followed",
        "G",
        fault={"status": 302, "headers": {"Location": "https://elsewhere.example.org/"}},
    ),
    _refused("no_record", "not a webhook object", "G", fault={"status": 200, "body": [1]}),
    _refused(
        "read_no_list",
        "not a list of webhooks",
        "G",
        options={"campaign_id": 9141},
        module=WEBHOOK_INFO,
        fault={"status": 200, "body": {"Url": _MOVED}},
    ),
    Case(
        "not_stored",
        _campaign(url=_MOVED, mask_url=True),
        ("G", "GPG", "GPG"),
        fault={"status": 200, "method": "PUT"},
        changes=True,
        may_change=True,
        fails_writing="holds something else",
    ),
    _refused(
        "no_answer",
        "no connection to",
        options=_campaign(active=False, api_url="http://127.0.0.1:1", retries=0),
    ),
    _refused(
        "no_name",
        "no connection to",
        options=_campaign(active=False, api_url="https://nowhere.invalid", retries=0),
    ),
    _refused(
        "lost_answer",
        "), after 2 attempts",
        options=_campaign(active=False, api_url="{{ hangs_up }}", retries=1),
    ),
    _refused(
        "no_tls",
        "does not speak TLS; it may be a port for plain http. Check the host and port of api_url",
        options=_campaign(
            active=False,
            api_url="{{ lookup('env', 'TOUCHBASE_API_URL') | replace('http:', 'https:') }}",
        ),
    ),
    _refused(
        "stranger",
        "is not trusted (",
        options=_campaign(active=False, api_url="{{ stranger }}", retries=1),
    ),
    Case(
        "deleted_by_a_page",
        {"campaign_id": 9141, "webhook_id": 28, "state": "absent"},
        ("G", "GDG", "GDG"),
        fault={"status": 200, "method": "DELETE", "body": "<p>Sign in</p>"},
        changes=True,
        may_change=True,
        fails_writing="Could not delete webhook 28 of campaign 9141",
    ),
    _refused(
        "too_late",
        "within timeout",
        "G",
        options=_campaign(active=False, timeout=0.3, retries=0),
        fault={"delay": 3},
    ),
]

REFUSED_HERE = [
    _refused("no_owner", "owner of the webhook is missing", options={"webhook_id": 28}),
    _refused(
        "boolean_id", "not True", options={"campaign_id": True, "webhook_id": 28, "active": True}
    ),
    _refused(
        "unknown_name",
        "Similar names: 'Clinic reminders, October'",
        "G",
        options={"campaign_name": "Clinic reminders October", "webhook_id": 28, "active": True},
    ),
    _refused(
        "no_boolean",
        "active is 'enabled', which is not true or false",
        options=_campaign(active="enabled"),
    ),
    _refused(
        "no_list",
        "webhooks must be a list of mappings, not a text",
        module=WEBHOOKS,
        options={"webhooks": "nonsense"},
    ),
    _refused("relative_url", "url '/replies' is not an", "G", options=_campaign(url="/replies")),
    _refused("nothing_declared", "Nothing is declared", options=_campaign()),
    _refused(
        "relative", "is not an absolute", "G", options=_campaign(url="/s3cret", mask_url=True)
    ),
    _refused(
        "masked_input",
        "was masked by mask_url",
        options=_campaign(url="https://hooks.example.org/********-0a1b2c3d"),
    ),
    _refused(
        "foreign_type",
        "does not exist for",
        options={"campaign_id": 9141, "webhook_type": "ListSubscribe", "url": _MOVED},
    ),
    _refused(
        "other_type",
        "cannot change the type",
        "G",
        options=_campaign(webhook_type="CampaignMessageStatusUpdate", active=False),
    ),
    _refused(
        "set_of_nonsense",
        "webhooks[2] (campaign 9141, webhook 28): webhooks[0] declares",
        module=WEBHOOKS,
        options={
            "webhooks": [
                _campaign(url=_MOVED),
                _campaign(webhook_id=0, url="/s3cret"),
                _campaign(active=False),
            ],
            "mask_url": True,
        },
    ),
    _refused(
        "set_that_does_not_fit",
        "webhooks[1] (campaign 9141, webhook 999): There is no webhook 999",
        "G",
        module=WEBHOOKS,
        options={
            "webhooks": [_campaign(url=_MOVED), _campaign(webhook_id=999, active=True)],
            "mask_url": True,
        },
    ),
    _refused(
        "set_with_a_typo",
        "webhooks[0] (campaign 9141, webhook 28): There is no option activ",
        module=WEBHOOKS,
        options={"webhooks": [_campaign(url=_MOVED, activ=True)], "mask_url": True},
    ),
    _refused("bearer", "Bearer", options=_campaign(active=True, api_key="Bearer k3y-of-mine")),
    _refused("no_ca", "does not exist", options=_campaign(active=True, ca_path="/nowhere.pem")),
    _refused("unknown_option", "Unsupported param", options=_campaign(xyz=True), passed_on=True),
    _refused("wrong_choice", "must be one of", options=_campaign(scope="everyone"), passed_on=True),
    _refused(
        "missing_option", "webhook_id", options={"scope": "message", "active": True}, passed_on=True
    ),
    _refused(
        "no_number",
        "webhook_id",
        options={"scope": "message", "webhook_id": "reply", "active": True, "mask_url": True},
        passed_on=True,
    ),
]

CASES = [
    *CHANGES,
    *CREATIONS_AND_DELETIONS,
    *SETS,
    *READINGS,
    *REFUSED_BY_SERVICE,
    *ODD_ANSWERS,
    *REFUSED_HERE,
]

# Each list is in a file of its own, which needs Case.
from tests.functional.execution_paths.cases_cutover import CASES as CUTOVERS
from tests.functional.execution_paths.cases_delivery import CASES as DELIVERIES
from tests.functional.execution_paths.cases_drift_info import CASES as DRIFTS
from tests.functional.execution_paths.cases_identity import CASES as IDENTITIES

CASES += CUTOVERS + DRIFTS + DELIVERIES + IDENTITIES
