"""The secrets, the search for them, and tasks in which they could be shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from tests.functional.support import playbooks
from tests.functional.support.operations import PATHS

# Each key has characters that JSON and percent-encoding write in another way.
KEY = 'k3y"/q7zwp4jr9kd2+'
ENVIRONMENT_KEY = 'k3y"/x8vmt5jr9kd2+'
KNOWN_URL = "https://hooks.example.org/replies/5f1c0a7e9b"
NEW_URL = "https://us3r:9b1d44e0@hooks.example.org/s3cret/c29d4b18?token=a61f77d2"
MASKED_URL = "example.org/********-"
_BASE64 = base64.b64encode(KNOWN_URL.encode()).decode()

# A distinctive part of each secret: it stays the same in JSON and percent-encoding.
KEY_PARTS = ("q7zwp4", "x8vmt5")
URL_PARTS = ("5f1c0a7e", "us3r", "9b1d44e0", "s3cret", "c29d4b18", "a61f77d2", _BASE64[:24])
PARTS = (*KEY_PARTS, *URL_PARTS)


def found_in(text: str, parts: Iterable[str] = PARTS) -> list[str]:
    """The parts of secrets in a text, whatever their letter case, with what is around them."""
    lower = text.lower()
    places = [lower.index(part.lower()) for part in parts if part.lower() in lower]
    return [text[max(0, place - 120) : place + 30] for place in places]


@dataclass(frozen=True)
class Situation:
    """A task, and the response that it meets instead of the simulator's.

    ``fails`` is a part of the message of its failure, ``shows`` a part of the result that a mask
    leaves. An empty ``api_key`` leaves it to the environment.
    """

    name: str
    options: Mapping[str, Any]
    response: Mapping[str, Any] | None = None
    fails: str = ""
    shows: str = ""
    module: str = playbooks.WEBHOOK
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def variant(self, suffix: str, keywords: Mapping[str, Any], **options: Any) -> Situation:
        """The same with other keywords and options."""
        name, more = f"{self.name}_{suffix}", {**self.options, **options}
        return replace(self, name=name, options=more, keywords=keywords)

    def task_name(self, path: str) -> str:
        """The name of the task on an execution path, which is also a variable's."""
        return f"{self.name}_{path}".replace("-", "_")

    @property
    def variables(self) -> dict[str, Any]:
        """The options, which Ansible would quote if they stood in the playbook."""
        return {"api_key": KEY, "retries": 0, "mask_url": True, **self.options}

    def task(self, path: str, seed: Mapping[str, Any]) -> playbooks.Task:
        """The task on an execution path; account and response have the key of the task."""
        has_key = bool(self.variables["api_key"])
        seed = {**seed, "api_key": KEY if has_key else ENVIRONMENT_KEY}
        before: list[tuple[str, str, Any]] = [
            ("POST", "reset", {"seed": seed}),
            ("DELETE", "faults", None),
        ]
        if self.response:
            text = json.dumps(self.response)
            fault = json.loads(text if has_key else text.replace(*KEY_PARTS))
            before.append(("POST", "faults", fault))
        options = {option: f"{{{{ of_{self.name}.{option} }}}}" for option in self.variables}
        if not has_key:
            del options["api_key"]
        variables = {**PATHS[path], **self.keywords.get("vars", {})}
        keywords = {**self.keywords, "vars": variables}
        return playbooks.Task(self.task_name(path), self.module, options, keywords, before)


def response(status: int, body: Any, method: str = "PUT", **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "method": method, "body": body, "headers": named}


_CAMPAIGN = {"campaign_id": 9141}
_MOVED = {**_CAMPAIGN, "webhook_id": 28, "url": NEW_URL}
_CREATED = {"campaign_id": 9142, "webhook_type": "CampaignReply", "url": NEW_URL}
_NOTED = {"campaign_id": 9142, "webhook_id": 31}
_KEYS = f"{KEY} {quote(KEY, safe='')} {json.dumps(KEY)}"
_IN_JSON = json.dumps([KEY, KNOWN_URL])
_REFUSED = response(400, {"Code": 144, "Message": f"No receiver at {NEW_URL} {_KEYS}"})
_SAYS = "answered 400, code 144: No receiver at "
NOTE = "Switched off after 50 failed deliveries"


def _record(webhook_id: int, **members: Any) -> dict[str, Any]:
    record = {"Id": webhook_id, "IsActive": False, "Url": KNOWN_URL, "WebhookType": "CampaignReply"}
    return {**record, "DateCreated": "2026-01-01", **members}


REFUSED = Situation("refused", _MOVED, _REFUSED, _SAYS, "No receiver at ********")
NOTED = Situation(
    "noted",
    {**_NOTED, "active": True},
    response(200, _record(31, Note=f"{NOTE}: {KNOWN_URL} {_BASE64} {KEY}"), "GET"),
    shows=NOTE,
)
NO_JSON = Situation("no_json", _MOVED, response(200, f"{_IN_JSON} stored", "GET"), "not JSON")
READ = Situation(
    "read",
    _NOTED,
    response(200, _record(31, WebhookType=f"{KNOWN_URL} {KEY}", Note=_IN_JSON), "GET"),
    module=playbooks.WEBHOOK_INFO,
)
CAMPAIGNS = Situation(
    "campaigns",
    {},
    response(200, {"Data": [{"CampaignId": 9141, "Name": _KEYS}], "TotalPages": 1}, "GET"),
    module=playbooks.CAMPAIGN_INFO,
)
_PURGE = {"owners": [_CAMPAIGN], "purge": True, "allow_empty": True}
_CUTOVER = {
    "from_url": "https://hooks.staging.example.org/replies/5f1c0a7e",
    "to_url": "https://hooks.example.org/s3cret",
    "owners": [_CAMPAIGN],
}
_PAUSE = {"state": "paused", "owners": [_CAMPAIGN]}
SITUATIONS = [
    Situation("changed", _MOVED, shows="hooks.example.org/********-"),
    Situation("checked", _CREATED, keywords={"check_mode": True}),
    NOTED,
    REFUSED,
    NO_JSON,
    Situation(
        "redirected",
        _MOVED,
        response(302, "", location=f"{NEW_URL}&k={quote(KEY)}", x_request_id=KEY),
        "status 302",
    ),
    Situation("wrong_value", {**_MOVED, "active": NEW_URL}, fails="active is '********'"),
    # Ansible itself writes the message of the next one.
    Situation("unknown_option", {**_MOVED, "activ": NEW_URL}, fails="activ"),
    Situation(
        "entries",
        {"webhooks": [{**_MOVED, "activ": True}, {"campaign_id": NEW_URL, "url": NEW_URL}]},
        fails="webhooks[1]",
        module=playbooks.WEBHOOKS,
    ),
    Situation(
        "partly",
        {"webhooks": [_MOVED, _CREATED]},
        response(400, {"Code": 144, "Message": f"{_IN_JSON} {NEW_URL}"}, "POST"),
        "1 applied (1 updated), 1 failed",
        module=playbooks.WEBHOOKS,
    ),
    Situation("purged", {"webhooks": [_CREATED], **_PURGE}, module=playbooks.WEBHOOKS),
    READ,
    CAMPAIGNS,
    Situation("moved", _CUTOVER, module=playbooks.CUTOVER),
    Situation("paused", _PAUSE, module=playbooks.DELIVERY),
    Situation("drift", {"webhooks": [_MOVED, _CREATED]}, module=playbooks.DRIFT_INFO),
]
# Their responses quote the key, and their results show words of the service.
QUOTING_THE_KEY = [REFUSED, NOTED, NO_JSON, READ, CAMPAIGNS]
