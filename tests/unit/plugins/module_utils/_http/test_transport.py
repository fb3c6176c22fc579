# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and responses on a real socket: whatever the service does, we return or raise."""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._http import transport as module

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (  # isort: skip
    NotPlannable, UnexpectedResponse, Unreachable,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import (  # isort: skip
    MAX_BODY, VERSION,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock

from ansible_collections.touchbasepro.sms.tests.unit.support.http_requests import (  # isort: skip
    ALL, DELETE, GET, IDEMPOTENT, OK, POST, PUT, SHORT, UNCERTAIN, Request, Transport,
    by_method, failed_send, free_port, transport_of,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    KEY, WEBHOOK_PATH, options,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (  # isort: skip
    ScriptedService, Step, awaits_hang_up, behind, black_hole, floods, hangs_up,
    port_that_never_accepts, raw, reply, resets, scripted_service,
)  # fmt: skip

A_COPY = f"{module.__package__}.a_copy_of_transport"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def transport_to(api_url: str, **changed: Any) -> Transport:
    return Transport(options(api_url, **changed), read_only=False)


# Requests


def test_get_sends_bearer_and_user_agent(service: ScriptedService) -> None:
    service.answers(OK)

    response = transport_of(service).send(GET)

    assert response.json() == {"all": "right"}
    assert (response.status, response.attempts) == (200, 1)
    received = service.requests[0]
    assert (received.method, received.path, received.body) == ("GET", WEBHOOK_PATH, b"")
    assert {
        "authorization": f"Bearer {KEY}",
        "user-agent": f"touchbasepro.sms/{VERSION}",
        "accept": "application/json",
        "accept-encoding": "identity",
        "cache-control": "no-cache",
    }.items() <= received.headers.items()
    assert not {"content-type", "cookie"} & set(received.headers)


def test_put_sends_its_body_as_json(service: ScriptedService) -> None:
    service.answers(OK)

    transport_of(service).send(PUT)

    (received,) = service.requests
    assert (received.headers["content-type"], received.data) == ("application/json", PUT.body)
    assert "cache-control" not in received.headers


def test_path_prefix_is_kept_and_cookies_are_not_sent_back(service: ScriptedService) -> None:
    service.answers(reply(json={}, headers={"Set-Cookie": "a=b"}), OK)
    transport = transport_to(f"{service.url}/gateway")

    transport.send(GET)
    transport.send(GET)

    assert [one.path for one in service.requests] == [f"/gateway{WEBHOOK_PATH}"] * 2
    assert "cookie" not in service.requests[1].headers


def test_netrc_does_not_replace_the_bearer(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    service.answers(OK)

    transport_of(service).send(GET)

    assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_read_only_transport_reads_and_refuses_writes(service: ScriptedService) -> None:
    service.answers(OK)
    transport = transport_of(service, read_only=True)

    for write in (PUT, POST, DELETE):
        error = failed_send(transport, write)
        assert isinstance(error, NotPlannable)
        assert "may only read" in str(error)
    assert service.connections == 0
    assert transport.send(GET).status == 200


# Connections


def test_connection_is_kept_between_requests(service: ScriptedService) -> None:
    service.always_answers(OK)
    transport = transport_of(service)

    for request in (GET, PUT, GET, DELETE, GET):
        transport.send(request)

    assert len(service.requests) == 5
    assert service.connections == 1


def test_connection_that_the_service_closed_is_replaced(
    service: ScriptedService, clock: Clock
) -> None:
    service.answers(reply(json=1, keep=False), reply(json=2))
    transport = transport_of(service)

    assert transport.send(GET).json() == 1
    assert transport.send(GET).json() == 2

    assert len(service.requests) == 2
    assert len(clock.pauses) <= 1


@pytest.mark.parametrize("moment", ["after its response", "before the next request"])
def test_creations_survive_connections_that_a_balancer_ends(
    service: ScriptedService, moment: str
) -> None:
    """A POST on a dead connection is ambiguous: 6 of 6 runs failed when connections were kept."""
    ends_late = moment == "before the next request"
    service.always_answers(reply(201, {"Id": 1}, keep=ends_late))
    service.ends_kept_connections = ends_late
    transport = transport_of(service, retries=0)

    statuses = [transport.send(POST).status for _creation in range(25)]

    assert statuses == [201] * 25
    assert service.connections == 25


def test_threads_share_a_transport(service: ScriptedService) -> None:
    service.always_answers(OK)
    transport = transport_of(service, concurrency=3)

    with ThreadPoolExecutor(3) as threads:
        statuses = [one.status for one in threads.map(transport.send, [GET] * 9)]

    assert statuses == [200] * 9
    assert service.connections <= 3


@pytest.mark.parametrize("request_", ALL, ids=by_method)
def test_refused_connection_is_retried_by_every_method(clock: Clock, request_: Request) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    error = failed_send(transport_to(url, retries=2), request_)

    assert isinstance(error, Unreachable)
    assert f"no connection to {url} (connection refused), after 3 attempts. Check" in str(error)
    assert UNCERTAIN not in str(error)
    assert not error.may_have_been_applied
    assert error.failure.attempts == 3
    assert len(clock.pauses) == 2


def test_connection_that_is_never_accepted_ends_after_timeout(clock: Clock) -> None:
    with port_that_never_accepts() as port:
        api_url = f"http://127.0.0.1:{port}"

        error = failed_send(transport_to(api_url, timeout=SHORT, retries=1), POST)

    assert isinstance(error, Unreachable)
    assert f"no connection to {api_url} (timed out), after 2 attempts" in str(error)
    assert len(clock.pauses) == 1


@pytest.mark.parametrize("host", ["api..example.org", f"{'a' * 64}.example.org", "*.example.org"])
def test_url_that_requests_refuses_is_not_retried(clock: Clock, host: str) -> None:
    error = failed_send(transport_to(f"https://{host}", use_proxy=False), PUT)

    assert isinstance(error, Unreachable)
    assert not error.may_have_been_applied
    assert (error.failure.attempts, clock.pauses) == (1, [])


# Responses


@pytest.mark.parametrize("location", ["http://localhost:{}/sms", "http://[::1"])
@pytest.mark.parametrize("status", [302, 307])
def test_redirect_is_not_followed(service: ScriptedService, status: int, location: str) -> None:
    with scripted_service() as elsewhere:
        headers = {"Location": location.format(elsewhere.port)}
        service.answers(reply(status, headers=headers))

        error = failed_send(transport_of(service), PUT)

        assert isinstance(error, UnexpectedResponse)
        assert "Redirects are not followed" in str(error)
        assert len(service.requests) == 1
        assert elsewhere.connections == 0


def test_response_has_the_key_that_its_errors_must_not_show(service: ScriptedService) -> None:
    service.answers(reply(500, body=b"." * 190 + f"Bearer {KEY}".encode()))

    error = failed_send(transport_of(service))

    assert KEY[:4] not in json.dumps(error.as_result())


NOT_JSON = {
    "no content": reply(204),
    "cut, of unknown length": raw(b'HTTP/1.1 200 OK\r\n\r\n{"Id": 28, "IsAc'),
    "cut in the headers": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
}


@pytest.mark.parametrize("step", NOT_JSON.values(), ids=NOT_JSON)
def test_success_that_is_not_json_is_an_error_when_read(
    service: ScriptedService, step: Step
) -> None:
    service.answers(step)
    response = transport_of(service).send(GET)

    with pytest.raises(UnexpectedResponse, match="the response is not JSON"):
        response.json()


BROKEN = {
    "shorter than announced": raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"Id": 28'),
    "chunk cut": raw(CHUNKED + b'9\r\n{"Id": 28'),
    "chunk size that is a word": raw(CHUNKED + b"rubbish\r\n"),
    "negative chunk size": raw(CHUNKED + b"-5\r\n"),
    "no chunk size": raw(CHUNKED + b"\r\nxxx"),
    "endless chunk size": raw(CHUNKED + b"1" * 70_000 + b"\r\n"),
    "not HTTP": raw(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "status that is a word": raw(b"HTTP/1.1 2xx What\r\n\r\n"),
    "endless header": raw(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000 + b"\r\n\r\n"),
    "closed": hangs_up(),
    "reset": resets(),
    "none": black_hole(),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("request_", [PUT, POST], ids=by_method)
def test_broken_response_is_retried_except_by_post(
    service: ScriptedService, clock: Clock, broken: Step, request_: Request
) -> None:
    service.answers(broken, OK)
    transport = transport_of(service, timeout=SHORT if broken is BROKEN["none"] else 5.0)

    if request_ in IDEMPOTENT:
        assert transport.send(request_).attempts == len(service.requests) == 2
        assert len(clock.pauses) == 1
    else:
        error = failed_send(transport, request_)
        assert isinstance(error, Unreachable)
        assert str(error).endswith(UNCERTAIN)
        assert (len(service.requests), clock.pauses) == (1, [])


@pytest.mark.parametrize("request_", ALL, ids=by_method)
def test_write_without_a_response_may_have_been_applied(
    service: ScriptedService, request_: Request
) -> None:
    service.answers(hangs_up())

    error = failed_send(transport_of(service, retries=0), request_)

    assert f"the connection to {service.url} failed (" in str(error)
    assert error.may_have_been_applied == (request_ != GET)
    assert (UNCERTAIN in str(error)) == (request_ != GET)


BODIES = {
    "chunks": raw(CHUNKED + b"2;a=b\r\n[1\r\n1\r\n]\r\n0\r\nTrailer: x\r\n\r\n"),
    "as large as allowed": reply(body=b"[1]".ljust(MAX_BODY)),
    "after 100 Continue": behind(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, reply(201, [1])),
}


@pytest.mark.parametrize("step", BODIES.values(), ids=BODIES)
def test_whole_body_is_read(service: ScriptedService, step: Step) -> None:
    service.answers(step)

    assert transport_of(service).send(GET).json() == [1]


def test_body_over_the_limit_is_not_read_further(service: ScriptedService, clock: Clock) -> None:
    service.answers(floods(100_000_000))

    error = failed_send(transport_of(service))

    assert isinstance(error, UnexpectedResponse)
    assert "the response is larger than 8 MiB" in str(error)
    assert clock.pauses == []
    assert awaits_hang_up(service)
    # What the kernel holds on both sides is sent, and not read.
    assert MAX_BODY == 8_388_608 < service.bytes_sent < 3 * MAX_BODY


EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
INTERIM = {
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    "103": EARLY_HINTS,
    "103 after 100": b"HTTP/1.1 100 Continue\r\n\r\n" + EARLY_HINTS,
}


@pytest.mark.parametrize("interim", INTERIM.values(), ids=INTERIM)
@pytest.mark.parametrize("request_", [GET, POST], ids=by_method)
def test_interim_response_is_an_error_that_ends_the_connection(
    service: ScriptedService, interim: bytes, request_: Request
) -> None:
    service.answers(behind(interim, reply(201, {"Id": 31})), reply(json=[1]))
    transport = transport_of(service)

    error = failed_send(transport, request_)

    assert isinstance(error, UnexpectedResponse)
    assert (UNCERTAIN in str(error)) == (request_ == POST)
    # The final response would otherwise be taken for that of the next request.
    assert transport.send(GET).json() == [1]
    assert service.connections == 2


HARMLESS_HEADERS = {
    "malformed cookie": {"Set-Cookie": "=;;expires"},
    "malformed content type": {"Content-Type": ";;=;charset"},
    "unknown character set": {"Content-Type": "application/json; charset=no-such"},
    "character set as encoding": {"Content-Encoding": "utf-8"},
}


@pytest.mark.parametrize("headers", HARMLESS_HEADERS.values(), ids=HARMLESS_HEADERS)
@pytest.mark.filterwarnings("error")
def test_odd_headers_do_no_harm(
    service: ScriptedService, headers: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    service.answers(reply(json=[1], headers=headers))

    assert transport_of(service).send(GET).json() == [1]
    assert capfd.readouterr() == ("", "")


def test_urllib3_does_not_log_a_malformed_response(
    service: ScriptedService, caplog: pytest.LogCaptureFixture
) -> None:
    """Ansible keeps such logs with log_path; urllib3 quotes the line that is not a header."""
    caplog.set_level(logging.DEBUG)
    broken = f"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nYou sent Bearer {KEY}\r\n\r\n[1]"
    service.answers(raw(broken.encode()))

    assert transport_of(service).send(GET).json() == [1]
    assert caplog.text == ""
    logging.getLogger("urllib3.connection").warning("of somebody else")
    assert "of somebody else" in caplog.text


# Without the library


def test_transport_is_importable_without_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    spec = importlib.util.spec_from_file_location(A_COPY, module.__file__)
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, A_COPY, copy)
    spec.loader.exec_module(copy)

    assert module.REQUESTS_IMPORT_ERROR is None
    assert "requests" in copy.REQUESTS_IMPORT_ERROR
