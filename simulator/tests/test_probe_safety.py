"""What the probe asks, refuses and never touches."""

from __future__ import annotations

import io
import json
import re
import ssl
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import requests
import trustme
import yaml
from werkzeug import Response

from simulator.tests.probing import (
    API_URL,
    CAMPAIGN,
    KEY,
    LIST,
    MARK,
    SECRETS,
    Delivery,
    Service,
    own_ids,
    response_of,
    run_command,
    without,
)
from simulator.tests.receiver import serving
from touchbase_simulator.contract_app import CONTRACT
from touchbase_simulator.probe import account as account_module
from touchbase_simulator.probe.account import Account
from touchbase_simulator.probe.session import new_session
from touchbase_simulator.probe.urls import Receiver
from touchbase_simulator.state import Owner

TOKEN = "touchbase-probe-0123456789abcdef"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _InterruptedTerminal(_Terminal):
    def readline(self, *_size: Any) -> str:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("stdin", "told", "goes_on"),
    [
        (io.StringIO("y\n"), "there is no terminal to ask at; --yes", False),
        (_Terminal("y\n"), "Go on? [y/N]", True),
        (_Terminal("YES\n"), "Go on? [y/N]", True),
        (_Terminal("\n"), "nothing was sent", False),
        (_Terminal("no\n"), "nothing was sent", False),
        (_Terminal(""), "nothing was sent", False),
        (_InterruptedTerminal(), "nothing was sent", False),
    ],
)
@pytest.mark.parametrize("option", ["--read-only", "--clean"])
def test_probe_without_yes_waits_for_one_at_a_terminal(
    stdin: io.StringIO, told: str, goes_on: bool, option: str
) -> None:
    stdin.seek(0)
    with mock.patch.object(sys, "stdin", stdin):
        run = Service().probe(*CAMPAIGN, option)

    assert (run.status, bool(run.requests)) == ((0, True) if goes_on else (2, False))
    assert told in run.err


@pytest.mark.parametrize(
    ("options", "most", "told"),
    [
        ((), 60, ("three webhooks of its own", "at most 60 requests, two a second")),
        (("--read-only",), 13, ("writes nothing", "at most 13 requests")),
        (("--clean",), 60, ("that an earlier probe has left", "at most 60 requests")),
    ],
)
def test_probe_says_beforehand_what_it_will_do(
    options: tuple[str, ...], most: int, told: tuple[str, ...]
) -> None:
    run = Service().probe(*CAMPAIGN, *options, "--yes")

    assert [text for text in ("campaign 9141", *told) if text not in run.err] == []
    assert len(run.requests) <= most


@pytest.mark.parametrize(
    ("options", "environment", "told"),
    [
        ((), {"TOUCHBASE_API_KEY": ""}, "TOUCHBASE_API_KEY"),
        ((), {"TOUCHBASE_API_KEY": "two words"}, "TOUCHBASE_API_KEY"),
        (("--api-url=http://api.example.org",), {}, "loopback"),
        (("--api-url=https://user:word@api.example.org",), {}, "scheme, host, port and path"),
        (("--api-url=https://api.example.org?key=1",), {}, "scheme, host, port and path"),
        (("--api-url=api.example.org",), {}, "absolute https URL"),
        (("--api-url=https://api.example.org:x",), {}, "is no URL"),
        (("--receiver-url=ftp://example.org",), {}, "--receiver-url"),
        (("--ca-path=/nowhere/ca.pem",), {}, "CA file cannot be used"),
        ((f"--ca-path={__file__}",), {}, "CA file cannot be used"),
        ((), {"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}, "CA file cannot be used"),
        (("--output=/nowhere/at/all.yml",), {}, "--output"),
        (("--clean", "--output=x.yml"), {}, "--output"),
        (("--clean", "--read-only"), {}, "not allowed with"),
        (("--list-id=1",), {}, "not allowed with"),
        (("--campaign-id=0",), {}, "positive whole number"),
    ],
)
def test_wrong_options_are_explained_before_any_request(
    options: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    run = Service().probe(*CAMPAIGN, "--yes", *options, **environment)

    assert (run.status, run.requests) == (2, [])
    assert told in run.err


def test_requests_are_those_of_the_contract() -> None:
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["paths"]
    known = {
        (method.upper(), re.compile(re.sub(r"\{\w+\}", "[0-9]+", path) + r"(\?.*)?"))
        for path, item in contract.items()
        for method in item
    }

    for owner in (CAMPAIGN, LIST):
        for method, path in Service().probe("--yes", *owner).requests:
            assert [one for one, form in known if one == method and form.fullmatch(path)], path


@pytest.mark.parametrize(
    ("lists_first", "own", "read_only", "write", "refusal"),
    [
        (True, [], False, ("update", "update", 28, {}), "of this run"),
        (True, [], False, ("delete", "delete", 28), "of this run"),
        (False, [], False, ("create", "create", TOKEN), "the current webhooks"),
        (True, [1, 2, 3], False, ("create", "create", TOKEN), "a free place"),
        (True, [1], True, ("delete", "delete", 1), "only reads"),
    ],
)
def test_account_refuses_writes_that_the_probe_promises_not_to_make(
    lists_first: bool, own: list[int], read_only: bool, write: tuple[Any, ...], refusal: str
) -> None:
    account = _account(read_only=read_only)
    if lists_first:
        account.list_webhooks("list")
    account.own = dict.fromkeys(own, "")
    method, *arguments = write

    with pytest.raises(RuntimeError, match=refusal):
        getattr(account, method)(*arguments)


def _account(**options: Any) -> Account:
    session = mock.create_autospec(requests.Session, spec_set=True, instance=True)
    session.request.side_effect = lambda *_given, **_options: response_of(200, b"[]")
    return Account(session, API_URL, Owner("campaign", 1), Receiver(), **options)


def test_requests_are_at_most_two_a_second() -> None:
    now = [100.0]
    clock = mock.Mock(wraps=time)
    clock.monotonic.side_effect = lambda: now[0]
    clock.sleep.side_effect = lambda seconds: now.__setitem__(0, now[0] + seconds)
    account = _account()
    sent = []
    with mock.patch.object(account_module, "time", clock):
        for _time in range(5):
            account.list_webhooks("list")
            sent.append(now[0])

    assert sent == [100.0, 100.5, 101.0, 101.5, 102.0]


def test_webhooks_are_few_inactive_soon_and_point_nowhere() -> None:
    service = Service()
    active: list[int] = []

    def watch(_number: int, deliver: Delivery) -> requests.Response:
        response = deliver()
        webhooks = service.state["campaigns"][0]["webhooks"]
        own = [one for one in webhooks if one["webhook_id"] in own_ids(service.state)]
        assert len(own) <= 3
        assert all(one["url"].lower().startswith("https://probe.invalid") for one in own)
        active.append(sum(one["active"] for one in own))
        return response

    service.disturb = watch
    service.probe("--yes", *CAMPAIGN)

    # Two of them for the time that one request about duplicates and its deletion take.
    assert sum(count > 1 for count in active) <= 3
    assert sum(count > 0 for count in active) <= 8


@pytest.mark.parametrize("status", [401, 403, 429])
@pytest.mark.parametrize(("option", "last"), [("--yes", 5), ("--read-only", 5), ("--clean", 1)])
def test_run_stops_at_the_first_response_that_refuses_all(
    status: int, option: str, last: int
) -> None:
    service = Service().instead(lambda number, _request: number >= last, status)

    run = service.probe("--yes", option, *CAMPAIGN)

    assert (run.status, len(run.requests)) == (1, last)
    assert "Not finished: the service refused" in run.err
    assert f"GET {status}" in run.err
    assert option == "--clean" or "The run was not finished: the service refused" in run.out


def test_refused_receiver_leaves_what_reading_tells() -> None:
    service = Service().instead(
        lambda _number, request: b"probe.invalid" in (request.body or b""),
        *(400, b'{"Code": 121, "Message": "Unknown host"}'),
    )

    refused = service.probe("--yes", *CAMPAIGN)
    accepted = service.probe("--yes", *CAMPAIGN, "--receiver-url=https://hooks.example.org/probe/")

    assert refused.values["put_response"] == "-"
    assert "POST 400, code 121" in refused.out
    assert refused.values["error_shape"] == "api"
    assert accepted.values["put_response"] == "record"


def test_webhook_that_is_stored_with_another_url_is_told_and_not_touched() -> None:
    service = Service()
    webhooks = service.simulation.account.campaigns[9141].webhooks

    def rewrite(_number: int, deliver: Delivery) -> requests.Response:
        response = deliver()
        if service.sent[-1].method == "POST":
            created = max(webhooks)
            webhooks[created] = replace(webhooks[created], url="https://example.org/")
        return response

    service.disturb = rewrite
    before = service.state
    run = service.probe("--yes", *CAMPAIGN)

    (created,) = {one for one in webhooks if one > 100_000}
    assert without(service.state, {created}) == before
    assert f"Left: webhook {created}," in run.err
    assert run.status == 1
    assert {method for method, _path in run.requests} == {"GET", "POST"}


def test_redirects_are_not_followed() -> None:
    elsewhere = {"Location": "http://127.0.0.1:2/elsewhere"}
    service = Service().instead(lambda _number, _request: True, 302, b"", elsewhere)

    run = service.probe("--yes", *CAMPAIGN)

    assert {str(one.url).partition("/sms")[0] for one in service.sent} == {API_URL}
    assert (run.status, "GET 302" in run.err) == (1, True)


def test_netrc_does_not_replace_the_key(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n", encoding="ascii")
    service = Service()

    service.probe("--yes", *LIST, "--read-only", HOME=str(tmp_path))

    sent = {request.headers["Authorization"] for request in service.sent}
    assert sent == {f"Bearer {KEY}"}


def test_proxies_are_those_of_the_environment_for_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.org:3128")
    monkeypatch.setenv("http_proxy", "proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", "internal.example.org")
    urls = ("https://api.example.org", "https://internal.example.org", "http://127.0.0.1:8123")

    # What a request would be sent with.
    sessions = [(url, new_session(url, KEY, None)) for url in urls]
    settings = [one.merge_environment_settings(url, {}, None, None, None) for url, one in sessions]

    proxies = [dict(one["proxies"]) for one in settings]
    assert proxies == [{"all": "http://proxy.example.org:3128"}, {}, {}]


def test_certificates_are_checked_with_the_ca_that_was_given(tmp_path: Path) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with serving(Response(status=404), context) as url:
        given = ("--yes", *CAMPAIGN, f"--api-url={url}")
        untrusted = run_command(*given)
        by_option = run_command(*given, f"--ca-path={bundle}")
        by_variable = run_command(*given, REQUESTS_CA_BUNDLE=str(bundle))
        by_system = run_command(*given, SSL_CERT_FILE=str(bundle))

    assert "certificate of the service is not trusted" in untrusted.err
    for trusted in (by_option, by_variable, by_system):
        assert "the campaign cannot be read: GET 404" in trusted.err


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"{}", "200"),
        (500, b"", "500"),
        (404, b'{"Code": 120, "Message": ""}', "404, code 120"),
    ],
)
def test_owner_whose_webhooks_cannot_be_read_is_not_written(
    status: int, body: bytes, told: str
) -> None:
    service = Service().instead(
        lambda _number, request: request.path_url.endswith("/lists/512/webhooks"), status, body
    )

    run = service.probe("--yes", *LIST)

    assert run.status == 1
    assert f"the webhooks cannot be read: GET {told}" in run.err
    assert {method for method, _path in run.requests} == {"GET"}


def _quotes(status: int, deliver: Delivery) -> requests.Response:
    deliver()
    body = {"Code": 98720001234, "Message": MARK, "Data": [{"CampaignId": 98742, "Name": MARK}]}
    return response_of(status, json.dumps(body).encode(), {MARK: MARK, "X-Request-Id": MARK})


def _raises(_deliver: Delivery) -> requests.Response:
    raise requests.ConnectionError(f"https://{MARK}.example.org")


@pytest.mark.parametrize(
    ("methods", "fault"),
    [
        ((), _raises),
        (("GET", "POST", "PUT", "DELETE"), _raises),
        (("GET", "POST", "PUT", "DELETE"), partial(_quotes, 200)),
        (("GET", "POST", "PUT", "DELETE"), partial(_quotes, 401)),
        (("PUT", "DELETE"), partial(_quotes, 500)),
    ],
    ids=["no fault", "exception", "success", "refusal", "failed writes"],
)
@pytest.mark.parametrize("owner", [CAMPAIGN, LIST], ids=["campaign", "list"])
def test_probe_writes_nothing_of_the_account_and_quotes_no_response(
    tmp_path: Path, methods: tuple[str, ...], fault: Any, owner: tuple[str, str]
) -> None:
    service = Service()
    output = tmp_path / "behaviour.yml"
    receiver = f"--receiver-url=https://{MARK}.example.org/{MARK}"

    def disturb(_number: int, deliver: Delivery) -> requests.Response:
        return fault(deliver) if service.sent[-1].method in methods else deliver()

    service.disturb = disturb
    run = service.probe("--yes", *owner, f"--output={output}", receiver)

    said = run.out + run.err + output.read_text(encoding="utf-8")
    assert [secret for secret in SECRETS if secret in said] == []
    assert run.out
