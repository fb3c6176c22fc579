# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probe asks, refuses and never touches."""

from __future__ import annotations

import io
import re
import ssl
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import requests
import trustme
import yaml

from simulator.tests.probing import (
    API_URL,
    CAMPAIGN,
    KEY,
    LIST,
    SEED,
    Service,
    own_ids,
    response_of,
    without,
)
from touchbase_simulator.contract_app import CONTRACT
from touchbase_simulator.probe import account as account_module
from touchbase_simulator.probe.account import Account
from touchbase_simulator.probe.session import new_session
from touchbase_simulator.probe.urls import Receiver
from touchbase_simulator.state import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.tests.probing import Delivery

TOKEN = "touchbase-probe-0123456789abcdef"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _InterruptedTerminal(_Terminal):
    def readline(self, *_size: Any) -> str:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "options", [CAMPAIGN, (*CAMPAIGN, "--read-only"), (*CAMPAIGN, "--clean")], ids=" ".join
)
def test_probe_without_terminal_and_yes_sends_nothing(options: tuple[str, ...]) -> None:
    with mock.patch.object(sys, "stdin", io.StringIO("y\n")):
        run = Service().probe(*options)

    assert (run.status, run.requests, run.out) == (2, [], "")
    assert "--yes" in run.err


@pytest.mark.parametrize(
    ("terminal", "goes_on"),
    [
        (_Terminal("y\n"), True),
        (_Terminal("YES\n"), True),
        (_Terminal("\n"), False),
        (_Terminal("no\n"), False),
        (_Terminal(""), False),
        (_InterruptedTerminal(), False),
    ],
)
def test_probe_at_a_terminal_waits_for_a_yes(terminal: _Terminal, goes_on: bool) -> None:
    with mock.patch.object(sys, "stdin", terminal):
        run = Service().probe(*CAMPAIGN, "--read-only")

    assert (run.status, bool(run.requests)) == ((0, True) if goes_on else (2, False))
    assert "Go on? [y/N]" in run.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), ("campaign 9141", "three webhooks of its own", "at most 60 requests, two a second")),
        (("--read-only",), ("campaign 9141", "writes nothing", "at most 13 requests")),
        (("--clean",), ("campaign 9141", "that an earlier probe has left", "at most 60 requests")),
    ],
)
def test_probe_says_beforehand_what_it_will_do(
    options: tuple[str, ...], told: tuple[str, ...]
) -> None:
    run = Service().probe(*CAMPAIGN, *options, "--yes")

    assert [text for text in told if text not in run.err] == []
    assert len(run.requests) <= (13 if "--read-only" in options else 60)


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
def test_options_that_will_not_do_are_explained(
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


def test_key_is_no_option() -> None:
    run = Service().probe("--help")

    assert "TOUCHBASE_API_KEY" in run.out
    assert "key" not in "".join(one for one in run.out.split() if one.startswith("--"))


def _account(**options: Any) -> Account:
    session = mock.create_autospec(requests.Session, spec_set=True, instance=True)
    return Account(session, API_URL, Owner("campaign", 1), Receiver(), **options)


def test_account_refuses_writes_of_webhooks_that_are_not_its_own() -> None:
    account = _account()

    with pytest.raises(RuntimeError, match="of this run"):
        account.update("update", 28, {})
    with pytest.raises(RuntimeError, match="of this run"):
        account.delete("delete", 28)


def test_account_refuses_creations_before_it_knows_what_is_there() -> None:
    with pytest.raises(RuntimeError, match="the current webhooks"):
        _account().create("create", TOKEN)


def test_account_refuses_a_fourth_webhook() -> None:
    account = _account()
    with mock.patch.object(account_module, "INTERVAL", 0):
        account._session.request.return_value = response_of(200, b"[]")  # type: ignore[attr-defined]
        account.list_webhooks("list")
    account.own = {1: "", 2: "", 3: ""}

    with pytest.raises(RuntimeError, match="a free place"):
        account.create("create", TOKEN)


def test_account_that_only_reads_refuses_writes() -> None:
    account = _account(read_only=True)
    account.own = {1: ""}

    with pytest.raises(RuntimeError, match="only reads"):
        account.delete("delete", 1)


def test_requests_are_at_most_two_a_second() -> None:
    clock = mock.Mock(wraps=time)
    now = [100.0]
    clock.monotonic.side_effect = lambda: now[0]
    clock.sleep.side_effect = lambda seconds: now.__setitem__(0, now[0] + seconds)
    account = _account()
    account._session.request.side_effect = lambda *_a, **_k: response_of(200, b"[]")  # type: ignore[attr-defined]
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
def test_run_stops_at_the_first_refusal_as_a_whole(status: int) -> None:
    def refuse(number: int, deliver: Delivery) -> requests.Response:
        return response_of(status) if number >= 5 else deliver()

    run = Service(disturb=refuse).probe("--yes", *CAMPAIGN)

    assert (run.status, len(run.requests)) == (1, 5)
    assert f"GET {status}" in run.err
    assert "The run was not finished: the service refused" in run.out


@pytest.mark.parametrize(("header", "waits"), [("7", 7), ("86400", 60), ("tomorrow", 60)])
def test_cleanup_after_429_waits_as_long_as_told_at_most_a_minute(header: str, waits: int) -> None:
    def refuse(number: int, deliver: Delivery) -> requests.Response:
        refusal = response_of(429, headers={"Retry-After": header})
        return refusal if number == creation + 1 else deliver()

    creation = [method for method, _path in Service().probe("--yes", *CAMPAIGN).requests].index(
        "POST"
    ) + 1
    service = Service(disturb=refuse)
    with mock.patch.object(time, "sleep") as sleep:
        service.probe("--yes", *CAMPAIGN)

    longest = max(call.args[0] for call in sleep.call_args_list)
    assert waits - 1 < longest <= waits
    assert own_ids(service.state) == set()


LOOKALIKES = [
    f"https://hooks.example.org/{TOKEN}",
    f"https://probe.invalid/x/{TOKEN}",
    f"https://probe.invalid/?{TOKEN}",
    f"https://probe.invalid/{TOKEN}0",
    "https://probe.invalid/touchbase-probe-0123",
    "https://probe.invalid/other",
    "https://[",
]
LEFT = [
    f"https://probe.invalid/{TOKEN}",
    f"https://probe.invalid/{TOKEN}/moved",
    f"https://PROBE.INVALID:443/{TOKEN}/%2f",
    f"https://probe.invalid/{TOKEN}/%2F",
]


def _seed_of(urls: list[str]) -> Any:
    webhooks = [
        {"webhook_id": number, "webhook_type": "CampaignReply", "url": url}
        for number, url in enumerate(urls, 1)
    ]
    return {"api_key": KEY, "campaigns": [{"campaign_id": 9141, "webhooks": webhooks}]}


def test_clean_removes_what_earlier_runs_left_and_nothing_else() -> None:
    service = Service(_seed_of(LOOKALIKES + LEFT))

    run = service.probe("--yes", *CAMPAIGN, "--clean")

    webhooks = service.state["campaigns"][0]["webhooks"]
    assert [one["url"] for one in webhooks] == LOOKALIKES
    assert (run.status, run.out) == (0, "4 webhooks of earlier probes were there, 0 are left.\n")


def test_clean_goes_by_the_receiver_that_was_given() -> None:
    urls = [*LEFT, f"https://hooks.example.org/a/{TOKEN}", f"https://hooks.example.org/{TOKEN}"]
    service = Service(_seed_of(urls))

    service.probe("--yes", *CAMPAIGN, "--clean", "--receiver-url=https://hooks.example.org/a/")

    webhooks = service.state["campaigns"][0]["webhooks"]
    assert [one["url"] for one in webhooks] == [*LEFT, urls[-1]]


def test_clean_of_a_service_that_refuses_the_key_says_so() -> None:
    run = Service().probe("--yes", *CAMPAIGN, "--clean", TOUCHBASE_API_KEY="wrong")

    assert run.status == 1
    assert "GET 401, code 100" in run.err


def test_refused_receiver_leaves_what_reading_tells() -> None:
    service = Service()

    def check_host(_number: int, deliver: Delivery) -> requests.Response:
        body = service.sent[-1].body or b""
        if service.sent[-1].method == "POST" and b"probe.invalid" in bytes(body):
            return response_of(400, b'{"Code": 121, "Message": "Unknown host"}')
        return deliver()

    service.disturb = check_host
    refused = service.probe("--yes", *CAMPAIGN)
    accepted = service.probe("--yes", *CAMPAIGN, "--receiver-url=https://hooks.example.org/probe/")

    assert refused.finding("put_response")[1:3] == ["-", "not"]
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

    (created,) = {one for one in webhooks if one > 31}
    assert without(service.state, {created}) == before
    assert f"Left: webhook {created}," in run.err
    assert run.status == 1
    assert {method for method, _path in run.requests} == {"GET", "POST"}


def test_redirects_are_not_followed() -> None:
    def redirect(_number: int, _deliver: Delivery) -> requests.Response:
        return response_of(302, headers={"Location": "http://127.0.0.1:2/elsewhere"})

    service = Service(disturb=redirect)
    run = service.probe("--yes", *CAMPAIGN)

    assert {one.url.split("/sms")[0] for one in service.sent if one.url} == {API_URL}
    assert run.status == 1
    assert "GET 302" in run.err


def test_netrc_does_not_replace_the_key(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n", encoding="ascii")
    service = Service()

    service.probe("--yes", *LIST, "--read-only", HOME=str(tmp_path))

    sent = {request.headers["Authorization"] for request in service.sent}
    assert sent == {f"Bearer {KEY}"}


@pytest.mark.parametrize(
    ("api_url", "proxies"),
    [
        ("https://api.example.org", {"all": "http://proxy.example.org:3128"}),
        ("https://internal.example.org", {}),
        ("http://127.0.0.1:8123", {}),
    ],
)
def test_proxies_are_those_of_the_environment_for_https(
    api_url: str, proxies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.org:3128")
    monkeypatch.setenv("http_proxy", "proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", "internal.example.org")

    assert new_session(api_url, KEY, None).proxies == proxies


class _NothingHere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_given: object) -> None:
        pass


@contextmanager
def _tls_server(authority: trustme.CA) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), _NothingHere)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_certificates_are_checked_with_the_ca_that_was_given(tmp_path: Path) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with _tls_server(authority) as url:
        given = ("--yes", *CAMPAIGN, f"--api-url={url}")
        untrusted = Service().probe(*given)
        by_option = Service().probe(*given, f"--ca-path={bundle}")
        by_variable = Service().probe(*given, REQUESTS_CA_BUNDLE=str(bundle))
        by_system = Service().probe(*given, SSL_CERT_FILE=str(bundle))

    assert "certificate of the service is not trusted" in untrusted.err
    for trusted in (by_option, by_variable, by_system):
        assert "the campaign cannot be read: GET 404" in trusted.err


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [(200, b"{}", "GET 200"), (500, b"", "GET 500"), (404, b'{"Code": 120, "Message": ""}', "120")],
)
def test_owner_whose_webhooks_cannot_be_read_is_not_written(
    status: int, body: bytes, told: str
) -> None:
    service = Service()

    def no_list(_number: int, deliver: Delivery) -> requests.Response:
        is_list = service.sent[-1].path_url.endswith("/lists/512/webhooks")
        return response_of(status, body) if is_list else deliver()

    service.disturb = no_list
    run = service.probe("--yes", *LIST)

    assert run.status == 1
    assert "the webhooks cannot be read" in run.err
    assert told in run.err
    assert {method for method, _path in run.requests} == {"GET"}


def test_seed_of_these_tests_has_no_webhook_of_a_probe() -> None:
    assert own_ids(SEED) == set()
