# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No text of an option becomes a header, another path or another request.

Every option that can be given as text gets what would end a line, climb a path or name another
host. It is refused before the first request, or goes out where such a value belongs.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import Operation, perform
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import (
    campaign_info,
    webhook,
    webhook_info,
    webhooks,
)
from tests.unit.support.service import Line, Received, ScriptedService, reply, scripted_service

KEY = "k3y-of-mine"
ADDRESS = "https://hooks.example.org/replies"
RECORD = {"Id": 28, "IsActive": True, "Url": ADDRESS, "WebhookType": "CampaignReply"}
CAMPAIGN = {"CampaignId": 9141, "Name": "Spring"}

MALICE = {
    "a header": "\r\nX-Injected: yes",
    "a header behind a line feed": "\nX-Injected: yes",
    "a request": " HTTP/1.1\r\nHost: example.org\r\n\r\nDELETE /sms/campaigns/9141/webhooks/28",
    "a carriage return": "\r",
    "a tab": "\t",
    "a zero": "\0",
    "a percent-encoded header": "%0d%0aX-Injected:%20yes",
    "a header in letters that lose a byte": "\u560d\u560aX-Injected:\u5620yes",
    "a line separator": "\u2028X-Injected: yes",
    "a way up": "/../../admin",
    "a percent-encoded way up": "%2f..%2f..%2fadmin",
    "a twice percent-encoded way up": "%252f..%252fadmin",
    "a way up in wide letters": "\uff0f\uff0e\uff0e\uff0fadmin",
    "a query": "?admin=true&page=2",
    "a fragment": "#admin",
    "a parameter": ";admin=true",
    "another host": "@example.org/",
    "another host behind a backslash": "\\@example.org/",
    "a longer host": ".example.org/",
    "digits of another script": "\u0661\uff12",
}

ONE = {"campaign_id": 9141, "webhook_id": 28, "url": f"{ADDRESS}/new"}
OPERATIONS: Mapping[str, tuple[Operation, Mapping[str, Any]]] = {
    "webhook": (webhook.OPERATION, ONE),
    "creation": (
        webhook.OPERATION,
        {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": f"{ADDRESS}/new"},
    ),
    "webhooks": (webhooks.OPERATION, {"webhooks": [ONE], "owners": [{"list_id": 512}]}),
    "webhook_info": (webhook_info.OPERATION, {"campaign_id": 9141, "url": ADDRESS}),
    "campaign_info": (campaign_info.OPERATION, {"name": "Spring"}),
}
# Options that are not in every declaration above.
USUAL = {
    "ca_path": "/nowhere",
    "campaign_id": 9141,
    "page_size": 1000,
    "scope": "campaign",
    "list_id": 512,
    "webhook_id": 28,
    "webhook_type": "CampaignReply",
    "state": "present",
    "concurrency": 4,
    "purge_limit": 10,
    "diff_limit": 5,
    "note": "Gone.",
    "date_created": "-",
}


def _texts(specification: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """The options that may be given as text, at any depth."""
    for name, option in specification.items():
        if "options" in option:
            yield from _texts(option["options"], f"{before}{name}.")
        elif option["type"] in ("str", "int", "path"):
            yield before + name


CASES = [
    (name, option)
    for name, (operation, _options) in OPERATIONS.items()
    for option in _texts(operation.argument_spec)
]
PATH = re.compile(r"/sms/(campaigns|lists)(/[0-9]+(/webhooks(/[0-9]+)?)?|\?page=1&pageSize=[0-9]+)")
HEADERS = {
    *("host", "accept", "accept-encoding", "authorization", "user-agent", "connection"),
    *("content-type", "content-length", "cache-control"),
}
# What cannot be printed has no place in these.
STRICT = ("api_key", "api_url", "url", "webhooks.url")


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with scripted_service() as running:
        yield running.always_answers(answer)


def answer(line: Line) -> bool:
    """Serve every request as if there were one campaign, one list and one webhook."""
    request = line.request
    if request.method in ("PUT", "POST"):
        created = request.method == "POST"
        record = {**RECORD, "Id": 29 if created else 28, **request.data}
        return reply(201 if created else 200, record)(line)
    path = request.path.partition("?")[0]
    if path.endswith("/webhooks"):
        return reply(json=[RECORD] if "campaigns" in path else [])(line)
    if path.endswith("/campaigns"):
        return reply(json={"Data": [CAMPAIGN], "TotalPages": 1})(line)
    return reply(json={**RECORD, **CAMPAIGN})(line)


def with_malice(operation: str, option: str, malice: str, api_url: str) -> dict[str, Any]:
    """The options of an operation, one of them with something behind its usual value."""
    options: dict[str, Any] = copy.deepcopy(dict(OPERATIONS[operation][1]))
    options |= {"api_key": KEY, "api_url": api_url, "retries": 0, "timeout": 5}
    # Otherwise a CA file that the environment of this test names might be missing.
    options["validate_certs"] = option == "ca_path"
    holder, _dot, name = option.rpartition(".")
    place = options[holder][0] if holder else options
    given = place.get(name)
    place[name] = f"{USUAL[name] if given is None else given}{malice}"
    return options


def outcome(operation: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of an operation, validated and run as both doors do."""
    specification = OPERATIONS[operation][0]
    validation = ArgumentSpecValidator(specification.argument_spec).validate(dict(options))
    if validation.error_messages:
        return {"failed": True, "msg": validation.error_messages}
    return perform(specification, validation.validated_parameters, dry_run=False)


def assert_harmless(request: Received, options: Mapping[str, Any], option: str) -> None:
    """A request that the operation makes anyway, with each value where it belongs."""
    base = "(/.*)?" if option == "api_url" else ""
    assert request.method in ("GET", "PUT", "POST")
    assert re.fullmatch(base + PATH.pattern, request.path), request.path
    assert set(request.headers) <= HEADERS
    assert request.headers["authorization"] == f"Bearer {options['api_key']}"
    assert request.headers["host"] == urlsplit(options["api_url"]).netloc
    if request.body:
        assert set(request.data) <= {"Url", "IsActive", "WebhookType"}
        assert request.data["Url"] == options.get(
            "url", options.get("webhooks", [{}])[0].get("url")
        )


@pytest.mark.parametrize(("operation", "option"), CASES)
def test_malice_is_refused_at_once_or_stays_in_its_place(
    service: ScriptedService, operation: str, option: str
) -> None:
    for malice in MALICE.values():
        options = with_malice(operation, option, malice, service.url)
        service.requests.clear()

        result = outcome(operation, options)

        for request in service.requests:
            assert_harmless(request, options, option)
        assert service.requests or result["failed"]
        if option in STRICT and not malice.isprintable():
            assert service.requests == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_malice_all_is_well(service: ScriptedService, operation: str) -> None:
    """Otherwise the tests above could be about anything else that is wrong."""
    options = with_malice(operation, "api_url", "", service.url)

    result = outcome(operation, options)

    assert not result.get("failed"), result
    assert service.requests
    for request in service.requests:
        assert_harmless(request, options, "none")
