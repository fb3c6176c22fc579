"""Requests and responses on a real socket: whatever the service does, we return or raise."""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._http import transport as module
from ansible_collections.touchbasepro.sms.tests.unit.support import http_requests as http
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY

A_COPY = f"{module.__package__}.a_copy_of_transport"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
INTERIM_100 = b"HTTP/1.1 100 Continue\r\n\r\n"


# Requests


def test_get_sends_bearer_and_user_agent_and_no_cookie(service: api.Service) -> None:
    service.answers(api.reply(json={}, headers={"Set-Cookie": "a=b"}), http.OK)
    transport = http.transport_to(f"{service.url}/gateway")

    transport.send(http.GET)
    response = transport.send(http.GET)

    assert response.json() == {"all": "right"}
    assert (response.status, response.attempts) == (200, 1)
    assert service.seen == [f"GET /gateway{http.GET.path}"] * 2
    received = service.requests[1]
    assert received.body == b""
    assert {
        "authorization": f"Bearer {KEY}",
        "user-agent": f"touchbasepro.sms/{module.VERSION}",
        "accept": "application/json",
        "accept-encoding": "identity",
        "cache-control": "no-cache",
    }.items() <= received.headers.items()
    assert not {"content-type", "cookie"} & set(received.headers)


def test_put_sends_its_body_as_json(service: api.Service) -> None:
    service.answers(http.OK)

    http.transport_of(service).send(http.PUT)

    (received,) = service.requests
    assert (received.headers["content-type"], received.data) == ("application/json", http.PUT.body)
    assert "cache-control" not in received.headers


def test_netrc_does_not_replace_the_bearer(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    service.answers(http.OK)

    http.transport_of(service).send(http.GET)

    assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_read_only_transport_reads_and_refuses_writes(service: api.Service) -> None:
    service.answers(http.OK)
    transport = http.transport_of(service, read_only=True)

    for write in (http.PUT, http.POST, http.DELETE):
        error = http.failed_send(transport, write)
        assert isinstance(error, errors.NotPlannable)
        assert "may only read" in str(error)
    assert service.connections == 0
    assert transport.send(http.GET).status == 200


# Connections


def test_connection_is_kept_between_requests(service: api.Service) -> None:
    service.always_answers(http.OK)
    transport = http.transport_of(service)

    for request in (http.GET, http.PUT, http.GET, http.DELETE, http.GET):
        transport.send(request)

    assert (len(service.requests), service.connections) == (5, 1)


CREATED = {"Id": 1}
ENDS = {
    "after its response": api.reply(201, CREATED, keep=False),
    "before the next request": api.resets_after(api.reply(201, CREATED)),
}


@pytest.mark.parametrize("step", ENDS.values(), ids=ENDS)
def test_creations_survive_connections_that_a_balancer_ends(
    service: api.Service, step: api.Step
) -> None:
    """A POST on a dead connection is ambiguous: 6 of 6 runs failed when connections were kept."""
    service.always_answers(step)
    transport = http.transport_of(service, retries=0)

    statuses = [transport.send(http.POST).status for _creation in range(25)]

    assert statuses == [201] * 25
    assert service.connections == 25


@pytest.mark.parametrize("step", ENDS.values(), ids=ENDS)
@http.of_methods(http.GET, http.PUT, http.DELETE)
def test_kept_connection_that_a_balancer_ends_is_replaced(
    service: api.Service, clock: Clock, step: api.Step, request_: http.Request
) -> None:
    service.answers(step, http.OK)
    transport = http.transport_of(service, retries=1)
    transport.send(request_)

    assert transport.send(request_).json() == {"all": "right"}
    assert service.connections == 2
    assert len(clock.pauses) <= 1


def test_threads_share_a_transport(service: api.Service) -> None:
    service.always_answers(http.OK)
    transport = http.transport_of(service, concurrency=3)

    with ThreadPoolExecutor(3) as threads:
        statuses = [one.status for one in threads.map(transport.send, [http.GET] * 9)]

    assert statuses == [200] * 9
    assert service.connections <= 3


@http.each_method
def test_refused_connection_is_retried_by_every_method(
    service: api.Service, clock: Clock, request_: http.Request
) -> None:
    service.refuses()

    error = http.failed_send(http.transport_of(service, retries=2), request_)

    assert isinstance(error, errors.Unreachable)
    counted = "(connection refused), after 3 attempts. Check"
    assert f"no connection to {service.url} {counted}" in str(error)
    assert http.UNCERTAIN not in str(error)
    assert not error.may_have_been_applied
    assert (error.failure.attempts, len(clock.pauses)) == (3, 2)


def test_connection_that_is_never_accepted_ends_after_timeout(clock: Clock) -> None:
    with api.port_that_never_accepts() as port:
        transport = http.transport_to(f"http://127.0.0.1:{port}", timeout=http.SHORT, retries=1)

        error = http.failed_send(transport, http.POST)

    assert f"no connection to http://127.0.0.1:{port} (timed out), after 2 attempts" in str(error)
    assert len(clock.pauses) == 1


def test_unknown_host_is_retried_and_has_received_nothing(clock: Clock) -> None:
    """RFC 6761, 6.4: no name server knows a name in ``invalid``."""
    transport = http.transport_to("https://nonexistent.invalid", use_proxy=False, retries=1)

    error = http.failed_send(transport, http.POST)

    assert isinstance(error, errors.Unreachable)
    assert "after 2 attempts. Check api_url" in str(error)
    assert not error.may_have_been_applied
    assert (error.failure.attempts, len(clock.pauses)) == (2, 1)


@pytest.mark.parametrize("host", ["api..example.org", f"{'a' * 64}.example.org", "*.example.org"])
def test_url_that_requests_refuses_is_not_retried(clock: Clock, host: str) -> None:
    error = http.failed_send(http.transport_to(f"https://{host}", use_proxy=False), http.PUT)

    assert isinstance(error, errors.Unreachable)
    assert not error.may_have_been_applied
    assert (error.failure.attempts, clock.pauses) == (1, [])


# Responses


@pytest.mark.parametrize("location", ["{}/sms", "http://[::1"])
@pytest.mark.parametrize("status", [302, 307])
def test_redirect_is_not_followed(
    service: api.Service, new_service: Callable[[], api.Service], status: int, location: str
) -> None:
    elsewhere = new_service()
    service.answers(api.reply(status, headers={"Location": location.format(elsewhere.url)}))

    error = http.failed_send(http.transport_of(service), http.PUT)

    assert isinstance(error, errors.UnexpectedResponse)
    assert "Redirects are not followed" in str(error)
    assert (len(service.requests), elsewhere.connections) == (1, 0)


def test_response_has_the_key_that_its_errors_must_not_show(service: api.Service) -> None:
    service.answers(api.reply(500, body=b"." * 190 + f"Bearer {KEY}".encode()))

    error = http.failed_send(http.transport_of(service))

    assert KEY[:4] not in json.dumps(error.as_result())


BROKEN = {
    "shorter than announced": api.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"Id": 28'),
    "chunk cut": api.raw(CHUNKED + b'9\r\n{"Id": 28'),
    "chunk size that is a word": api.raw(CHUNKED + b"rubbish\r\n"),
    "negative chunk size": api.raw(CHUNKED + b"-5\r\n"),
    "no chunk size": api.raw(CHUNKED + b"\r\nxxx"),
    "endless chunk size": api.raw(CHUNKED + b"1" * 70_000 + b"\r\n"),
    "not HTTP": api.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "status that is a word": api.raw(b"HTTP/1.1 2xx What\r\n\r\n"),
    "endless header": api.raw(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000 + b"\r\n\r\n"),
    "closed": api.hangs_up(),
    "reset": api.resets(),
    "none": api.black_hole(),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@http.each_method
def test_broken_response_is_retried_except_by_post_and_is_unclear(
    service: api.Service, clock: Clock, broken: api.Step, request_: http.Request
) -> None:
    service.always_answers(broken)
    timeout = http.SHORT if broken is BROKEN["none"] else 5.0

    error = http.failed_send(http.transport_of(service, timeout=timeout, retries=1), request_)

    assert isinstance(error, errors.Unreachable)
    assert error.failure.attempts == (1 if request_ == http.POST else 2)
    assert len(service.requests) == len(clock.pauses) + 1 == error.failure.attempts
    is_write = request_ != http.GET
    assert error.may_have_been_applied is (http.UNCERTAIN in str(error)) is is_write


BODIES = {
    "chunks": api.raw(CHUNKED + b"2;a=b\r\n[1\r\n1\r\n]\r\n0\r\nTrailer: x\r\n\r\n"),
    "as large as allowed": api.reply(body=b"[1]".ljust(8_388_608)),
    "after 100 Continue": api.behind(INTERIM_100 * 3, api.reply(201, [1])),
}


@pytest.mark.parametrize("step", BODIES.values(), ids=BODIES)
def test_whole_body_is_read(service: api.Service, step: api.Step) -> None:
    service.answers(step)

    assert http.transport_of(service).send(http.GET).json() == [1]


def test_body_over_the_limit_is_not_read_further(service: api.Service, clock: Clock) -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"[" * (
        module.MAX_BODY + 16384
    )
    service.answers(api.behind(begun, api.black_hole()))

    error = http.failed_send(http.transport_of(service))

    assert isinstance(error, errors.UnexpectedResponse)
    assert "the response is larger than 8 MiB" in str(error)
    assert clock.pauses == []
    assert api.awaits_hang_up(service)


EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
INTERIM = {
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    "103": EARLY_HINTS,
    "103 after 100": INTERIM_100 + EARLY_HINTS,
}


@pytest.mark.parametrize("interim", INTERIM.values(), ids=INTERIM)
@http.of_methods(http.GET, http.POST)
def test_interim_response_is_an_error_that_ends_the_connection(
    service: api.Service, interim: bytes, request_: http.Request
) -> None:
    service.answers(api.behind(interim, api.reply(201, {"Id": 31})), [1])
    transport = http.transport_of(service)

    error = http.failed_send(transport, request_)

    assert isinstance(error, errors.UnexpectedResponse)
    assert (http.UNCERTAIN in str(error)) == (request_ == http.POST)
    # The final response would otherwise be taken for that of the next request.
    assert transport.send(http.GET).json() == [1]
    assert service.connections == 2


HARMLESS_HEADERS = [
    ("Set-Cookie", "=;;expires"),
    ("Content-Type", ";;=;charset"),
    ("Content-Type", "application/json; charset=no-such"),
    ("Content-Encoding", "utf-8"),
]


@pytest.mark.parametrize(("name", "value"), HARMLESS_HEADERS)
@pytest.mark.filterwarnings("error")
def test_odd_header_does_no_harm(
    service: api.Service, name: str, value: str, capfd: pytest.CaptureFixture[str]
) -> None:
    service.answers(api.reply(json=[1], headers={name: value}))

    assert http.transport_of(service).send(http.GET).json() == [1]
    assert capfd.readouterr() == ("", "")


def test_urllib3_does_not_log_a_malformed_response(
    service: api.Service, caplog: pytest.LogCaptureFixture
) -> None:
    """Ansible keeps such logs with log_path; urllib3 quotes the line that is not a header."""
    caplog.set_level(logging.DEBUG)
    broken = f"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nYou sent Bearer {KEY}\r\n\r\n[1]"
    service.answers(api.raw(broken.encode()))

    assert http.transport_of(service).send(http.GET).json() == [1]
    assert caplog.text == ""
    logging.getLogger("urllib3.connection").warning("of somebody else")
    assert "of somebody else" in caplog.text


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
