# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of unusual form, and the situations in which they must not leak."""

from __future__ import annotations

import html
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import quote

from tests.acceptance.leaks.spellings import Secret
from tests.acceptance.support.playbooks import (
    CAMPAIGN_INFO,
    WEBHOOK,
    WEBHOOK_INFO,
    WEBHOOKS,
    Task,
)

IS_SOAK = bool(os.environ.get("LEAKS_SOAK"))
DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {},
    "module": {"touchbase_in_process": False},
}
HOST = "hooks.example.org"

# A key is printable ASCII without blanks, an address too: all else is percent-encoded in it.
_KEYS = {
    "json": '{0}"\\{1}{{}}',
    "percent": "{0}%2F%25s%d{1}%",
    "unicode": "{0}\\u00e9&#233;{1}",
    "base64": "{0}+/{1}/w==",
    "markup": "{0}<b>&amp;'{1}`$(id)",
}
_ADDRESSES = {
    "json": 'https://{host}/{0}"\\{1}?a={{}}',
    "percent": "https://{host}/{0}%2F%25s/{1}%3F?sig=%7B{0}%7D",
    "unicode": "https://{host}/%C3%A9{0}/%E2%82%AC\\u00e9{1}",
    "base64": "https://{host}/{0}+/{1}/w==?token={1}+/{0}==",
    "markup": "https://user:{0}'@{host}/<b>{1}?a=1&amp;b=2",
}


@dataclass(frozen=True)
class Odd:
    """A key and an address of one form."""

    form: str
    key: str
    url: str
    words: tuple[str, ...]

    @property
    def secrets(self) -> list[Secret]:
        """What may stand nowhere: the key, the address but its host, and any part of either."""
        user, _at, rest = self.url.removeprefix("https://").rpartition("@")
        texts = {"key": self.key, "address": rest.removeprefix(HOST), "user": user}
        texts |= {f"word {number}": word for number, word in enumerate(self.words)}
        return [Secret(f"{self.form} {name}", text) for name, text in texts.items() if text]


def _word() -> str:
    # Other tests on this machine have other words; each has letters, so that it is no mere number.
    return f"k{secrets.token_hex(6)}z"


def _odd(form: str) -> Odd:
    words = tuple(_word() for _one in range(4))
    url = _ADDRESSES[form].format(*words[2:], host=HOST)
    return Odd(form, _KEYS[form].format(*words[:2]), url, words)


ODDS = [_odd(form) for form in _KEYS]


@dataclass(frozen=True)
class Situation:
    """A task with an odd key and address, the fault that it meets, and how it fails, if it does."""

    name: str
    options: Callable[[Odd], Mapping[str, Any]]
    fault: Callable[[Odd], Mapping[str, Any]] | None = None
    fails: str = ""
    module: str = WEBHOOK
    keywords: Mapping[str, Any] = field(default_factory=dict)


def _moved(odd: Odd) -> dict[str, Any]:
    return {"campaign_id": 9141, "webhook_id": 28, "url": odd.url}


def _set(odd: Odd) -> dict[str, Any]:
    return {"webhooks": [_moved(odd), _created(odd)]}


def _created(odd: Odd) -> dict[str, Any]:
    return {"campaign_id": 9142, "webhook_type": "CampaignReply", "url": odd.url}


def _plain(odd: Odd, webhook_id: int) -> dict[str, Any]:
    return {"Id": webhook_id, "IsActive": True, "Url": odd.url, "WebhookType": "CampaignReply"}


def _page(odd: Odd) -> str:
    return f"<html><p>{html.escape(odd.key)}</p><p>{html.escape(odd.url)}</p></html>"


def _refused(status: int, body: Any, method: str = "PUT", **headers: str) -> Mapping[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "method": method, "body": body, "headers": named}


def _told(odd: Odd) -> dict[str, Any]:
    """A record whose texts repeat key and address, as they are and in other spellings."""
    return {
        "Id": 31,
        "IsActive": False,
        "Url": odd.url,
        "WebhookType": f"{odd.key} {odd.url}",
        "DateCreated": quote(f"{odd.key} {odd.url}", safe=""),
        "Note": f"{odd.key}: {json.dumps([odd.key, odd.url])} {html.escape(odd.key + odd.url)}",
    }


def _campaigns(odd: Odd) -> dict[str, Any]:
    """A page of campaigns that repeats the key; no address is known where campaigns are read."""
    told = {"Name": f"{odd.key}!", "Date": quote(odd.key, safe=""), "Content": json.dumps(odd.key)}
    return {"Data": [{"CampaignId": 9141, **told}], "TotalPages": 1, "TotalRecordCount": 2}


SITUATIONS = [
    Situation("moved", _moved),
    Situation(
        "refused",
        _moved,
        lambda odd: _refused(
            400, {"Code": 144, "Message": f"{odd.url} of {odd.key}"}, x_request_id=odd.key
        ),
        "answered 400",
    ),
    Situation(
        "page", _moved, lambda odd: _refused(502, _page(odd), content_type="text/html"), "502"
    ),
    Situation(
        "encoded",
        _moved,
        lambda odd: _refused(500, {"message": quote(f"{odd.key} {odd.url}", safe="")}),
        "answered 500",
    ),
    Situation(
        "no_json",
        _moved,
        lambda odd: _refused(200, f"{json.dumps([odd.key, odd.url])} is stored", "GET"),
        "not JSON",
    ),
    Situation(
        "partly",
        _set,
        lambda odd: _refused(403, json.dumps(json.dumps(odd.url + odd.key)), "POST"),
        "answered 403",
        WEBHOOKS,
    ),
    Situation(
        "withdrawn",
        _moved,
        lambda odd: _refused(401, {"Code": 100, "Message": f"No such key: {odd.key}"}, "GET"),
        "Check api_key",
    ),
    Situation(
        "redirected",
        _moved,
        lambda odd: _refused(302, "", location=f"https://example.org/?{quote(odd.key)}"),
        "Redirects are not followed",
    ),
    Situation(
        "unreachable",
        lambda odd: {**_moved(odd), "api_url": "http://127.0.0.1:1"},
        fails="no connection to",
    ),
    # Validation errors are Ansible's own to report, with all options at this verbosity.
    Situation(
        "no_number",
        lambda odd: {"campaign_id": "reply", "webhook_id": 28, "url": odd.url},
        fails="campaign_id",
    ),
    Situation(
        "read",
        lambda odd: {"campaign_id": 9141, "url": odd.url},
        module=WEBHOOK_INFO,
    ),
    Situation(
        "removed",
        lambda odd: {**_created(odd), "state": "absent"},
        lambda odd: _refused(200, [{**_told(odd), "WebhookType": "CampaignReply"}], "GET"),
    ),
    # The note is in a warning, whoever it quotes.
    Situation(
        "noted",
        lambda _odd: {"campaign_id": 9142, "webhook_id": 31, "active": True},
        lambda odd: _refused(200, _told(odd), "GET"),
    ),
    Situation(
        "told",
        lambda _odd: {"campaign_id": 9142, "webhook_id": 31},
        lambda odd: _refused(200, _told(odd), "GET"),
        module=WEBHOOK_INFO,
    ),
    Situation(
        "campaigns",
        lambda _odd: {},
        lambda odd: _refused(200, _campaigns(odd), "GET"),
        module=CAMPAIGN_INFO,
    ),
    Situation("foreseen", _moved, keywords={"check_mode": True}),
    Situation(
        "limited", _moved, lambda odd: _refused(429, {"message": f"{odd.key} {odd.url}"}), "429"
    ),
    Situation(
        "stored_otherwise",
        _created,
        lambda odd: _refused(201, {**_plain(odd, 77), "Url": f"{odd.url}/"}, "POST"),
        "stored something else",
    ),
    Situation(
        "twice",
        _created,
        lambda odd: _refused(200, [_plain(odd, 77), _plain(odd, 78)], "GET"),
        "77, 78",
    ),
    Situation(
        "purged",
        lambda odd: {
            "webhooks": [_created(odd)],
            "owners": [{"campaign_id": 9141}],
            "purge": True,
        },
        module=WEBHOOKS,
    ),
]


@dataclass(frozen=True)
class Played:
    """A situation with one odd secret behind one door."""

    situation: Situation
    odd: Odd
    door: str
    by_environment: bool = False
    """The key is blank among the options, so that the environment's counts."""

    @property
    def name(self) -> str:
        return f"{self.situation.name}_{self.odd.form}_{self.door}"

    @property
    def variables(self) -> Mapping[str, Any]:
        """The options, to be kept out of the playbook, which Ansible quotes."""
        key = "" if self.by_environment else self.odd.key
        usual = {"api_key": key, "mask_url": True, "retries": 0}
        return {**self.situation.options(self.odd), **usual}

    def task(self, seed: Mapping[str, Any]) -> Task:
        """The task; the account that it begins with has the odd key."""
        options = {option: f"{{{{ of_{self.name}.{option} }}}}" for option in self.variables}
        before: list[tuple[str, str, Any]] = [
            ("POST", "reset", {"seed": {**seed, "api_key": self.odd.key}}),
            ("DELETE", "faults", None),
        ]
        if self.situation.fault:
            before.append(("POST", "faults", self.situation.fault(self.odd)))
        keywords = {**self.situation.keywords, "vars": dict(DOORS[self.door])}
        return Task(self.name, self.situation.module, options, keywords, before)


def chosen() -> list[Played]:
    """All combinations in the soak; else each situation once, every other as a module too."""
    if IS_SOAK:
        return [Played(one, odd, door) for one in SITUATIONS for odd in ODDS for door in DOORS]
    forms = cycle(ODDS)
    in_process = [Played(one, next(forms), "in_process") for one in SITUATIONS]
    return [*in_process, *(Played(one, next(forms), "module") for one in SITUATIONS[::2])]
