# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of texts, on operations alone: spellings of secrets, and options that could inject.

Both execution paths run the same operations; the plays show that both hide the same.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import (
    campaign_info,
    webhook,
    webhook_info,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    Operation,
    run_operation,
)
from tests.acceptance.leaks.situations import KEY, KEY_PARTS, KNOWN_URL, NOTE, QUOTES, found_in
from tests.unit.support.service import error, hangs_up, raw, reply, scripted_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.unit.support.service import Line, Received, ScriptedService, Step

WEBHOOK: dict[str, Any] = {"campaign_id": 9141, "webhook_id": 28}
RECORD = {"Id": 28, "IsActive": False, "Url": KNOWN_URL, "WebhookType": "CampaignReply"}
CAMPAIGN = {"CampaignId": 9141, "Name": "Spring"}
KEY_QUOTES = {
    "as it is": KEY,
    "percent-encoded": quote(KEY, safe=""),
    "in JSON": json.dumps(KEY),
    "in JSON with escaped slashes": json.dumps(KEY).replace("/", "\\/"),
    # Of a text, 200 characters are shown.
    "across the end of a quote": "x" * 186 + KEY,
    "across the end of a longer quote": "x" * 175 + KEY,
}
RESPONSES: Mapping[str, Callable[[str], Step]] = {
    "error of the API": lambda key: error(401, 100, f"Not a key: {key}"),
    "error of the gateway": lambda key: reply(429, {"statusCode": 429, "message": key}),
    "page": lambda key: reply(502, body=f"<p>{key}</p>".encode()),
    "redirection": lambda key: reply(302, headers={"Location": f"/?{key}"}),
    "header": lambda key: reply(500, headers={"X-Request-Id": key}),
    "no JSON": lambda key: reply(200, body=f"{{'key': {key}".encode()),
    "another webhook": lambda _key: reply(200, {**RECORD, "Id": 29, "Url": KEY}),
    "no HTTP": lambda key: raw(f"{key} {key}\r\n\r\n".encode()),
    "line that is no header": lambda key: _raw(f"Content-Length: 2\r\nYou sent {key}\r\n\r\n[]"),
    "broken header": lambda key: _raw(f"Content-Length: {key}\r\n\r\n"),
    "broken chunks": lambda key: _raw(f"Transfer-Encoding: chunked\r\n\r\n{key}\r\n"),
    "no response": lambda _key: hangs_up(),
}


def _raw(rest: str) -> Step:
    return raw(f"HTTP/1.1 200 OK\r\n{rest}".encode())


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with scripted_service() as running:
        yield running


def _result(
    operation: Operation, service: ScriptedService, mode: Mode | None = None, **options: Any
) -> dict[str, Any]:
    """The result with validated options, without the key, which each path hides in its own way."""
    usual = {"api_key": KEY, "api_url": service.url, "retries": 0, "timeout": 5.0}
    validation = ArgumentSpecValidator(operation.argument_spec).validate({**usual, **options})
    if validation.error_messages:
        return {"failed": True, "msg": validation.error_messages}
    result = run_operation(operation, validation.validated_parameters, mode or Mode(diff=True))
    del result["invocation"]["module_args"]["api_key"]
    return result


@pytest.mark.parametrize("spelling", QUOTES)
def test_masked_refusal_hides_the_url(service: ScriptedService, spelling: str) -> None:
    service.answers(error(400, 144, f"No receiver at {QUOTES[spelling]} (410)"))

    result = _result(webhook.OPERATION, service, **WEBHOOK, mask_url=True, active=True)

    assert found_in(json.dumps(result)) == []
    assert result["failure"]["message"] == "No receiver at ******** (410)"


@pytest.mark.parametrize("spelling", QUOTES)
def test_masked_note_hides_the_url_and_stays(service: ScriptedService, spelling: str) -> None:
    service.answers(reply(json={**RECORD, "Note": f"{NOTE}: {QUOTES[spelling]}"}))

    result = _result(webhook_info.OPERATION, service, **WEBHOOK, mask_url=True)

    assert found_in(json.dumps(result)) == []
    assert result["webhooks"][0]["note"] == f"{NOTE}: ********"


@pytest.mark.parametrize("masks", [True, False])
@pytest.mark.parametrize("response", RESPONSES)
def test_error_and_logs_hide_the_key(
    service: ScriptedService,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    response: str,
    masks: bool,
) -> None:
    """Ansible with ``log_path`` keeps what urllib3 logs of a response."""
    caplog.set_level(logging.DEBUG)
    for key in KEY_QUOTES.values():
        service.answers(RESPONSES[response](key))

        result = _result(webhook.OPERATION, service, **WEBHOOK, mask_url=masks, active=True)

        assert service.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        assert result["failed"]
        assert found_in(json.dumps(result), KEY_PARTS) == []
    assert found_in(caplog.text + "".join(capfd.readouterr()), KEY_PARTS) == []


@pytest.mark.parametrize("spelling", KEY_QUOTES)
def test_campaign_hides_the_key(service: ScriptedService, spelling: str) -> None:
    campaign = {**CAMPAIGN, "Name": KEY_QUOTES[spelling]}
    service.answers(reply(json={"Data": [campaign], "TotalPages": 1}))

    result = _result(campaign_info.OPERATION, service)

    assert "********" in result["campaigns"][0]["name"]
    assert found_in(json.dumps(result)) == []


@pytest.mark.parametrize("mode", [Mode(), Mode(no_log=True)], ids=["mask_url", "no_log"])
def test_masked_internal_error_shows_type_and_place_only(
    service: ScriptedService, mode: Mode
) -> None:
    def fail(*_arguments: object) -> Any:
        raise ValueError(f"{KNOWN_URL} of {KEY}")

    operation = Operation(webhook.OPERATION.argument_spec, fail)

    result = _result(operation, service, mode, **WEBHOOK, mask_url=not mode.no_log)

    assert "in test_operations.py, line" in result["msg"]
    assert "ValueError: ********" in result["msg"]
    assert "ValueError: ********" in result["exception"]
    assert found_in(json.dumps(result)) == []


SUFFIXES = {
    "header": "\r\nX-Injected: yes",
    "header behind a line feed": "\nX-Injected: yes",
    "request": " HTTP/1.1\r\nHost: example.org\r\n\r\nDELETE /sms/campaigns/9141/webhooks/28",
    "carriage return": "\r",
    "zero": "\0",
    "percent-encoded header": "%0d%0aX-Injected:%20yes",
    "header in letters that lose a byte": "\u560d\u560aX-Injected:\u5620yes",
    "line separator": "\u2028X-Injected: yes",
    "way up": "/../../admin",
    "percent-encoded way up": "%2f..%2f..%2fadmin",
    "query": "?admin=true&page=2",
    "fragment": "#admin",
    "another host": "@example.org/",
    "another host behind a backslash": "\\@example.org/",
    "longer host": ".example.org/",
    "digits of another script": "\u0661\uff12",
}
NEW = {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": "https://example.org/new"}
MOVED = {**WEBHOOK, "api_key": "k3y-of-mine", "scope": "campaign", "state": "present", **NEW}
READ = {"list_id": 512, "url": KNOWN_URL, "webhook_type": "ListSubscribe"}
CAMPAIGNS = {"name": "Spring", "page_size": 10, "ca_path": "/nowhere", "api_url": ""}
INJECTIONS: list[tuple[str, Operation, Mapping[str, Any], str]] = [
    (f"{name}-{option}", operation, options, option)
    for name, operation, options in (
        ("moved", webhook.OPERATION, MOVED),
        ("created", webhook.OPERATION, NEW),
        ("read", webhook_info.OPERATION, READ),
        ("campaigns", campaign_info.OPERATION, CAMPAIGNS),
    )
    for option in options
]
PATH = r"/sms/(campaigns|lists)(/[0-9]+(/webhooks(/[0-9]+)?)?|\?page=1&pageSize=[0-9]+)"
HEADERS = {
    *("host", "accept", "accept-encoding", "authorization", "user-agent", "connection"),
    *("content-type", "content-length", "cache-control"),
}


def _respond(line: Line) -> bool:
    """Serve every request as if there were one campaign and one webhook."""
    request = line.request
    path = request.path.partition("?")[0]
    if request.method in ("PUT", "POST"):
        webhook_id = 29 if request.method == "POST" else 28
        return reply(200, {**RECORD, "IsActive": True, "Id": webhook_id, **request.data})(line)
    if path.endswith("/webhooks"):
        return reply(json=[RECORD] if "campaigns" in path else [])(line)
    if path.endswith("/campaigns"):
        return reply(json={"Data": [CAMPAIGN], "TotalPages": 1})(line)
    return reply(json={**RECORD, **CAMPAIGN})(line)


def _assert_harmless(request: Received, options: Mapping[str, Any], prefix: str) -> None:
    """Each value of a request stands where it belongs."""
    assert request.method in ("GET", "PUT", "POST")
    assert re.fullmatch(prefix + PATH, request.path), request.path
    assert set(request.headers) <= HEADERS
    assert request.headers["authorization"] == f"Bearer {options['api_key']}"
    assert request.headers["host"] == urlsplit(options["api_url"]).netloc
    if request.body:
        assert set(request.data) <= {"Url", "IsActive", "WebhookType"}
        assert request.data["Url"] == options["url"]


@pytest.mark.parametrize("suffix", ["", *SUFFIXES.values()], ids=["nothing", *SUFFIXES])
@pytest.mark.parametrize(
    ("operation", "options", "option"),
    [one[1:] for one in INJECTIONS],
    ids=[one[0] for one in INJECTIONS],
)
def test_suffix_of_an_option_is_refused_or_stays_in_its_place(
    service: ScriptedService,
    operation: Operation,
    options: Mapping[str, Any],
    option: str,
    suffix: str,
) -> None:
    service.always_answers(_respond)
    given = {"api_key": KEY, **options, "api_url": service.url}
    # Otherwise a CA file that the environment of this test names might be missing.
    given["validate_certs"] = option == "ca_path"
    given[option] = f"{given[option]}{suffix}"

    result = _result(operation, service, **given)

    for request in service.requests:
        _assert_harmless(request, given, "(/.*)?" if option == "api_url" else "")
    assert service.requests or result["failed"]
    assert suffix or option == "ca_path" or "failed" not in result
    if option in ("api_key", "api_url") and not suffix.isprintable():
        assert service.requests == []
