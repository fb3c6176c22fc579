# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP against a real socket: whatever the other side does, the end is an answer or our error."""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._answer import Answer, Call
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    NotPlannable,
    Refused,
    TouchBaseError,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._transport import (
    LARGEST_BODY,
    VERSION,
    Transport,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.proxy import proxy_server
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, options
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    after,
    awaits_hang_up,
    black_hole,
    drips,
    error,
    floods,
    gateway,
    hangs_up,
    raw,
    reply,
    resets,
    scripted_service,
)

PATH = "/sms/campaigns/9141/webhooks/28"
GET = Call("GET", PATH, "read webhook 28")
PUT = Call("PUT", PATH, "update webhook 28", {"Url": "https://h.example/ä", "IsActive": True})
POST = Call("POST", PATH, "create a webhook", {"Url": "https://h.example/"})
DELETE = Call("DELETE", PATH, "delete webhook 28")
ALL = [GET, PUT, POST, DELETE]
REPEATABLE = [GET, PUT, DELETE]
SHORT = 0.3  # seconds; a time limit that is meant to be met
A_COPY = f"{_transport.__package__}.a_copy_of_transport"
DRIPPING_HEAD = b"HTTP/1.1 200 OK\r\n"
HEAD_OF_A_LONG_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"
HEAD_OF_AN_ENDLESS_BODY = b"HTTP/1.1 200 OK\r\n\r\n"
OK = reply(json={"all": "right"})


def by_method(call: Call) -> str:
    return call.method


def transport_of(service: ScriptedService, read_only: bool = False, **changed: Any) -> Transport:
    return Transport(options(service.url, **changed), read_only)


def failed_send(transport: Transport, call: Call = GET) -> TouchBaseError:
    with pytest.raises(TouchBaseError) as caught:
        transport.send(call)
    assert KEY not in json.dumps(caught.value.as_result())
    return caught.value


# What is sent


def test_a_request_carries_the_bearer_and_says_who_asks(service: ScriptedService) -> None:
    service.answers(OK)

    answer = transport_of(service).send(GET)

    assert answer.data() == {"all": "right"}
    assert (answer.status, answer.attempts) == (200, 1)
    received = service.requests[0]
    assert (received.method, received.path, received.body) == ("GET", PATH, b"")
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["user-agent"] == f"touchbasepro.sms/{VERSION}"
    assert received.headers["accept"] == "application/json"
    assert received.headers["cache-control"] == "no-cache"
    assert "content-type" not in received.headers
    assert "cookie" not in received.headers


def test_a_body_goes_as_json(service: ScriptedService) -> None:
    service.answers(OK)

    transport_of(service).send(PUT)

    assert service.requests[0].headers["content-type"] == "application/json"
    assert "cache-control" not in service.requests[0].headers
    assert service.requests[0].data == {"Url": "https://h.example/ä", "IsActive": True}


def test_the_path_comes_behind_that_of_api_url(service: ScriptedService) -> None:
    service.answers(OK)

    Transport(options(f"{service.url}/gateway"), read_only=False).send(GET)

    assert service.requests[0].path == f"/gateway{PATH}"


def test_a_cookie_of_the_service_is_not_sent_back(service: ScriptedService) -> None:
    service.answers(reply(json={}, headers={"Set-Cookie": "a=b"}), OK)
    transport = transport_of(service)

    transport.send(GET)
    transport.send(GET)

    assert "cookie" not in service.requests[1].headers


def test_five_requests_use_one_connection(service: ScriptedService) -> None:
    service.always_answers(OK)
    transport = transport_of(service)

    for call in (GET, PUT, GET, DELETE, GET):
        transport.send(call)

    assert len(service.requests) == 5
    assert service.connections == 1


def test_a_connection_that_the_service_closed_meanwhile_is_replaced(
    service: ScriptedService, clock: Clock
) -> None:
    service.answers(reply(json=1, keep=False), reply(json=2))
    transport = transport_of(service)

    assert transport.send(GET).data() == 1
    assert transport.send(GET).data() == 2

    assert len(service.requests) == 2
    assert len(clock.pauses) <= 1


def test_threads_share_a_session(service: ScriptedService) -> None:
    service.always_answers(OK)
    transport = Transport(options(service.url, concurrency=3), read_only=False)
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(transport.send(GET))) for _count in range(9)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status for answer in answers] == [200] * 9
    assert service.connections <= 3


@pytest.mark.parametrize("call", [PUT, POST, DELETE], ids=by_method)
def test_what_may_only_read_refuses_to_write_without_any_request(
    service: ScriptedService, call: Call
) -> None:
    error = failed_send(transport_of(service, read_only=True), call)

    assert "may only read" in str(error)
    assert service.connections == 0


def test_what_may_only_read_reads(service: ScriptedService) -> None:
    service.answers(OK)

    assert transport_of(service, read_only=True).send(GET).status == 200


# Answers that say no


@pytest.mark.parametrize(
    ("step", "status", "code"),
    [
        (error(401, 100, "Provided API key is invalid"), 401, 100),
        (gateway(401, "Access denied due to missing subscription key."), 401, None),
        (error(403, 105, "list is referenced"), 403, 105),
        (reply(403), 403, None),
        (error(404, 142, "Webhook record does not exist"), 404, 142),
        (gateway(404, "Resource not found"), 404, None),
        (error(400, 143, "Webhook Url is missing"), 400, 143),
        (reply(500, body=b"<html>Oops</html>"), 500, None),
        (reply(418), 418, None),
    ],
    ids=[
        "401 with a code",
        "401 of the gateway",
        "403 with a code",
        "403 without",
        "404 with a code",
        "404 of the gateway",
        "400 with a code",
        "500 of a portal",
        "another status",
    ],
)
def test_a_refusal_is_final(
    service: ScriptedService, clock: Clock, step: Step, status: int, code: int | None
) -> None:
    service.answers(step)

    error = failed_send(transport_of(service), PUT)

    assert isinstance(error, Refused)
    assert (error.failure.status, error.failure.code) == (status, code)
    assert (error.failure.method, error.failure.path) == ("PUT", PATH)
    assert error.failure.attempts == 1
    assert clock.pauses == []
    assert len(service.requests) == 1


def test_a_request_id_ends_up_in_the_failure(service: ScriptedService) -> None:
    service.answers(reply(500, headers={"X-Ms-Request-Id": "req-7"}))

    assert failed_send(transport_of(service)).failure.request_id == "req-7"


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirection_is_not_followed_and_the_key_stays_here(
    service: ScriptedService, status: int
) -> None:
    with scripted_service() as elsewhere:
        location = elsewhere.url.replace("127.0.0.1", "localhost")
        service.answers(reply(status, headers={"Location": f"{location}/sms"}))

        error = failed_send(transport_of(service), PUT)

        assert isinstance(error, UnexpectedAnswer)
        assert "redirection" in str(error)
        assert len(service.requests) == 1
        assert elsewhere.connections == 0


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_key_that_the_service_echoes_is_not_shown(service: ScriptedService, status: int) -> None:
    service.answers(reply(status, body=b"." * 190 + f"Bearer {KEY}".encode()))

    with pytest.raises(TouchBaseError) as caught:
        transport_of(service).send(GET).data()

    assert KEY[:4] not in json.dumps(caught.value.as_result())


# Answers that make no sense


@pytest.mark.parametrize(
    "step",
    [
        reply(body=b"<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"}),
        reply(body=b""),
        reply(204),
        raw(b'HTTP/1.1 200 OK\r\n\r\n{"Id": 28, "IsAc'),
        raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    ],
    ids=["html", "empty", "no content", "cut where nothing tells the length", "cut in the headers"],
)
def test_a_success_that_is_not_json_is_known_when_it_is_read(
    service: ScriptedService, step: Step
) -> None:
    service.answers(step)
    answer = transport_of(service).send(GET)

    with pytest.raises(UnexpectedAnswer, match="not JSON"):
        answer.data()


@pytest.mark.parametrize(
    "broken",
    [
        raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"Id": 28'),
        raw(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"Id": 28'),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nrubbish\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n"),
        reply(body=b"{},,", headers={"Content-Encoding": "gzip"}),
        raw(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
        raw(b"HTTP/1.1 2xx What\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000 + b"\r\n\r\n"),
        hangs_up(),
        resets(),
    ],
    ids=[
        "shorter than announced",
        "chunk cut",
        "no chunk",
        "chunk of less than nothing",
        "no gzip",
        "no http",
        "no status",
        "endless header",
        "hung up",
        "reset",
    ],
)
@pytest.mark.parametrize("call", [PUT, POST], ids=by_method)
def test_a_broken_answer_is_asked_for_again_except_by_post(
    service: ScriptedService, clock: Clock, broken: Step, call: Call
) -> None:
    service.answers(broken, OK)
    transport = transport_of(service)

    if call in REPEATABLE:
        assert transport.send(call).attempts == 2
        assert len(clock.pauses) == 1
    else:
        error = failed_send(transport, call)
        assert isinstance(error, Unreachable)
        assert "may have been done all the same" in str(error)
        assert clock.pauses == []
    assert len(service.requests) == (2 if call in REPEATABLE else 1)


@pytest.mark.parametrize("call", ALL, ids=by_method)
@pytest.mark.parametrize(
    ("before", "is_doubtful"),
    [(hangs_up(), True), (gateway(503, "no"), True), (gateway(429, "no"), False)],
    ids=["no answer", "trouble", "limited"],
)
@pytest.mark.parametrize("last", ["refused", "limited", "nobody there"])
def test_a_failure_does_not_hide_what_an_attempt_before_may_have_done(
    service: ScriptedService, clock: Clock, call: Call, before: Step, is_doubtful: bool, last: str
) -> None:
    service.answers(after(service.refuses, hangs_up()) if last == "nobody there" else before)
    service.always_answers(error(401, 100, "no") if last == "refused" else gateway(429, "no"))

    failure = failed_send(transport_of(service, retries=1), call)

    is_repeated = failure.failure.attempts == 2
    doubt = "An attempt before may have done it: run the task again to see."
    had_doubt = is_doubtful or last == "nobody there"
    assert (doubt in str(failure)) == (is_repeated and call != GET and had_doubt)
    assert is_repeated or call == POST
    if doubt in str(failure):
        assert failure.maybe_taken
    assert len(clock.pauses) <= 1


def test_a_compressed_answer_is_unpacked(service: ScriptedService) -> None:
    service.answers(reply(body=gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"}))

    assert transport_of(service).send(GET).data() == [1]


def test_an_answer_of_exactly_the_limit_is_read(service: ScriptedService) -> None:
    service.answers(reply(body=b"[1]".ljust(LARGEST_BODY)))

    assert transport_of(service).send(GET).data() == [1]


def test_a_body_of_100_mb_is_given_up_after_8_mib(service: ScriptedService, clock: Clock) -> None:
    service.answers(floods(100_000_000))

    error = failed_send(transport_of(service))

    assert isinstance(error, UnexpectedAnswer)
    assert "over 8 MiB" in str(error)
    assert clock.pauses == []
    assert awaits_hang_up(service)
    # What the kernel holds on both sides is not read by anybody.
    assert LARGEST_BODY < service.bytes_sent < 3 * LARGEST_BODY


def test_a_gzip_bomb_is_given_up_after_8_mib(service: ScriptedService) -> None:
    bomb = gzip.compress(b"[" * (2 * LARGEST_BODY))
    service.answers(reply(body=bomb, headers={"Content-Encoding": "gzip"}))

    error = failed_send(transport_of(service))

    assert isinstance(error, UnexpectedAnswer)
    assert "over 8 MiB" in str(error)
    assert len(service.requests) == 1


# Time limits


@pytest.mark.parametrize(
    "slow",
    [
        black_hole(),
        drips(DRIPPING_HEAD, b"A: b\r\n"),
        drips(b"", b"H"),
        drips(HEAD_OF_A_LONG_BODY, b" "),
        drips(HEAD_OF_AN_ENDLESS_BODY, b" "),
        drips(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=[
        "black hole",
        "headers that drip",
        "a status line that drips",
        "a body that drips",
        "a body of unknown length that drips",
        "interim answers that drip",
    ],
)
def test_what_takes_longer_than_timeout_is_cut_whatever_it_does(
    service: ScriptedService, slow: Step
) -> None:
    service.answers(slow)

    error = failed_send(transport_of(service, timeout=SHORT, retries=0))

    assert isinstance(error, Unreachable)
    assert "not within timeout" in str(error)
    assert "Raise timeout" in str(error)
    assert awaits_hang_up(service)


def test_a_connection_kept_from_before_is_cut_as_well(service: ScriptedService) -> None:
    service.answers(OK, drips(HEAD_OF_A_LONG_BODY, b" "))
    transport = transport_of(service, timeout=SHORT, retries=0)
    transport.send(GET)

    error = failed_send(transport)

    assert "not within timeout" in str(error)
    assert service.connections == 1
    assert awaits_hang_up(service)


@pytest.mark.parametrize("call", ALL, ids=by_method)
def test_a_late_answer_is_waited_for_again_except_by_post(
    service: ScriptedService, clock: Clock, call: Call
) -> None:
    service.answers(black_hole(), OK)
    transport = transport_of(service, timeout=SHORT)

    if call in REPEATABLE:
        assert transport.send(call).attempts == 2
    else:
        assert "may have been done all the same" in str(failed_send(transport, call))
    assert len(service.requests) == (2 if call in REPEATABLE else 1)
    assert len(clock.pauses) == (1 if call in REPEATABLE else 0)


# No connection


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return int(closed.getsockname()[1])


@contextmanager
def port_that_never_accepts() -> Iterator[int]:
    """A port whose queue is full, so that the kernel drops whoever wants to connect."""
    fillers = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        try:
            for _filler in range(4):
                filler = socket.socket()
                fillers.append(filler)
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
            yield int(listener.getsockname()[1])
        finally:
            for filler in fillers:
                filler.close()


@pytest.mark.parametrize("call", ALL, ids=by_method)
def test_a_refused_connection_is_tried_again_by_every_method(clock: Clock, call: Call) -> None:
    transport = Transport(options(f"http://127.0.0.1:{free_port()}", retries=2), read_only=False)

    error = failed_send(transport, call)

    assert isinstance(error, Unreachable)
    assert "no connection was made (connection refused)" in str(error)
    assert "after 3 attempts" in str(error)
    assert "Check api_url" in str(error)
    assert "may have been done" not in str(error)
    assert error.failure.attempts == 3
    assert len(clock.pauses) == 2


def test_a_host_that_does_not_exist_is_an_error_about_api_url(clock: Clock) -> None:
    transport = Transport(options("https://nonexistent.invalid", retries=1), read_only=False)

    error = failed_send(transport, POST)

    assert isinstance(error, Unreachable)
    assert "no connection was made" in str(error)
    assert "https://nonexistent.invalid" in str(error)
    assert len(clock.pauses) == 1


def test_a_connection_that_is_never_accepted_ends_with_the_time_limit(clock: Clock) -> None:
    with port_that_never_accepts() as port:
        api_url = f"http://127.0.0.1:{port}"
        transport = Transport(options(api_url, timeout=SHORT, retries=1), read_only=False)

        error = failed_send(transport, POST)

    assert isinstance(error, Unreachable)
    assert "no connection was made (timed out)" in str(error)
    assert error.failure.attempts == 2
    assert len(clock.pauses) == 1


@pytest.mark.parametrize("host", ["api..example.org", "a" * 64 + ".example.org"])
def test_a_host_name_that_cannot_be_one_is_our_own_error(clock: Clock, host: str) -> None:
    error = failed_send(Transport(options(f"https://{host}", retries=0), read_only=False))

    assert isinstance(error, TouchBaseError)
    assert clock.pauses == []


@pytest.mark.parametrize("api_url", ["https://h.example:port", "https://*.example.org"])
def test_an_address_that_requests_refuses_is_not_tried_again(clock: Clock, api_url: str) -> None:
    error = failed_send(Transport(options(api_url, use_proxy=False), read_only=False), PUT)

    assert isinstance(error, Unreachable)
    assert "may have been done" not in str(error)
    assert error.failure.attempts == 1
    assert clock.pauses == []


# Another try


@pytest.mark.parametrize(
    ("status", "call"),
    [(502, GET), (503, GET), (504, GET), (502, PUT), (504, DELETE), (502, POST), (503, POST)],
)
def test_trouble_of_a_gateway_is_outlasted_except_by_post(
    service: ScriptedService, clock: Clock, status: int, call: Call
) -> None:
    service.answers(gateway(status, "Oops"), OK)
    transport = transport_of(service)

    if call in REPEATABLE:
        assert transport.send(call).attempts == 2
        assert len(clock.pauses) == 1
    else:
        assert failed_send(transport, call).failure.status == status
        assert clock.pauses == []
    assert len(service.requests) == (2 if call in REPEATABLE else 1)


@pytest.mark.parametrize("call", ALL, ids=by_method)
def test_a_rate_limit_is_outlasted_by_every_method(
    service: ScriptedService, clock: Clock, call: Call
) -> None:
    service.answers(gateway(429, "Rate limit is exceeded."), gateway(429, "Still."), OK)

    assert transport_of(service).send(call).attempts == 3

    assert len(clock.pauses) == 2


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_trouble_for_ever_ends_after_the_retries(
    service: ScriptedService, clock: Clock, retries: int
) -> None:
    service.always_answers(gateway(503, "Oops"))

    error = failed_send(transport_of(service, retries=retries))

    assert isinstance(error, Refused)
    assert error.failure.attempts == retries + 1
    assert len(service.requests) == retries + 1
    assert len(clock.pauses) == retries


def test_each_repetition_is_told_before_its_pause(service: ScriptedService, clock: Clock) -> None:
    service.answers(gateway(503, "Oops"), gateway(502, "Oops"), OK)
    pauses_before: list[int] = []

    transport_of(service).send(GET, lambda: pauses_before.append(len(clock.pauses)))

    assert pauses_before == [0, 1]


def test_pauses_grow_with_jitter_up_to_a_limit(
    service: ScriptedService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    service.always_answers(gateway(503, "Oops"))

    failed_send(transport_of(service, retries=7, max_wait=999.0))

    assert clock.pauses == pytest.approx([0.5, 1, 2, 4, 8, 8, 8], abs=0.1)


def test_jitter_shortens_a_pause_by_up_to_half(
    service: ScriptedService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float, float]] = []
    monkeypatch.setattr(random, "uniform", lambda low, high: asked.append((low, high)) or low)
    service.answers(gateway(503, "Oops"), OK)

    transport_of(service).send(GET)

    assert asked == [(0.5, 1.0)]
    assert clock.pauses == pytest.approx([0.25], abs=0.1)


def in_http(moment: datetime) -> str:
    return format_datetime(moment.astimezone(timezone.utc), usegmt=True)


NOW = datetime.now(timezone.utc)
ASKED = {
    "seconds": ("7", 7),
    "seconds with blanks": (" 7 ", 7),
    "no seconds": ("0", 0.5),
    "negative seconds": ("-7", 0.5),
    "half a second": ("7.5", 0.5),
    "garbage": ("soon", 0.5),
    "nothing": ("", 0.5),
    "digits of another script": ("\u0667", 0.5),
    "a date long ago": ("Fri, 31 Dec 1999 23:59:59 GMT", 0.5),
    "a date without a zone": ("Fri, 31 Dec 1999 23:59:59", 0.5),
    "a date that is none": ("Fri, 99 Dec 1999 23:59:59 GMT", 0.5),
    "a year that is none": ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", 0.5),
    "a day without a number": ("Dec x , 0 1", 0.5),
    "a date far ahead": ("Fri, 31 Dec 9999 23:59:59 GMT", 60),
    "absurdly long": ("999999999", 60),
    "more digits than a number has": ("9" * 400, 60),
}


@pytest.mark.parametrize(
    ("status", "value", "pause"),
    [*((429, *asked) for asked in ASKED.values()), (503, *ASKED["seconds"])],
    ids=[*ASKED, "seconds with another status"],
)
def test_the_pause_is_what_the_service_asks_for_within_max_wait(
    service: ScriptedService,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    value: str,
    pause: float,
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    encoded = value.encode().decode("latin-1")
    service.answers(gateway(status, "Later", {"Retry-After": encoded}), OK)

    transport_of(service, max_wait=60.0).send(GET)

    assert clock.pauses == pytest.approx([pause], abs=0.2)


def test_the_pause_may_be_asked_for_as_a_date(service: ScriptedService, clock: Clock) -> None:
    later = in_http(datetime.now(timezone.utc) + timedelta(seconds=20))
    service.answers(gateway(429, "Later", {"Retry-After": later}), OK)

    transport_of(service).send(GET)

    # An HTTP date has no fractions of a second, and this machine may be slow.
    assert 10 < clock.pauses[0] <= 20


def test_when_max_wait_is_used_up_there_is_one_last_attempt(
    service: ScriptedService, clock: Clock
) -> None:
    service.always_answers(gateway(429, "Later", {"Retry-After": "3600"}))

    error = failed_send(transport_of(service, retries=5, max_wait=60.0))

    assert clock.pauses == pytest.approx([60], abs=0.1)
    assert len(service.requests) == 2
    assert error.failure.attempts == 2


@pytest.mark.parametrize("retries", [1, 20])
@pytest.mark.parametrize("max_wait", [0.1, 500.0])
@pytest.mark.parametrize("retry_after", ["0", "2", "3600"])
def test_attempts_and_pauses_stay_within_what_was_allowed(
    service: ScriptedService, clock: Clock, retries: int, max_wait: float, retry_after: str
) -> None:
    service.always_answers(gateway(429, "Later", {"Retry-After": retry_after}))

    failed_send(transport_of(service, retries=retries, max_wait=max_wait))

    assert 2 <= len(service.requests) <= retries + 1
    assert sum(clock.pauses) <= max_wait


@pytest.mark.parametrize("step", [gateway(429, "Later"), resets()], ids=["429", "reset"])
def test_no_waiting_means_no_second_attempt(
    service: ScriptedService, clock: Clock, step: Step
) -> None:
    service.answers(step)

    error = failed_send(transport_of(service, retries=3, max_wait=0.0))

    assert error.failure.attempts == 1
    assert len(service.requests) == 1
    assert clock.pauses == []


def test_a_rate_limit_holds_back_the_other_threads(service: ScriptedService, clock: Clock) -> None:
    service.answers(gateway(429, "Later", {"Retry-After": "30"}), OK, OK)
    transport = transport_of(service)

    def another_thread_sends() -> None:
        other = threading.Thread(target=transport.send, args=(GET,))
        # The clock has moved on by the first one's pause: go back to when it began.
        clock.wind(-clock.pauses[0])
        other.start()
        other.join()

    clock.while_sleeping = another_thread_sends
    transport.send(PUT)

    assert [request.method for request in service.requests] == ["PUT", "GET", "PUT"]
    assert clock.pauses == pytest.approx([30, 30], abs=0.5)


def test_after_a_rate_limit_the_request_that_it_refused_goes_first(
    service: ScriptedService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its attempts are limited; others could take the place that it waited for each time."""
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    service.answers(gateway(429, "Later", {"Retry-After": "30"}), OK, OK)
    transport = transport_of(service)

    def another_thread_sends() -> None:
        clock.wind(-clock.pauses[0])
        transport.send(GET)

    clock.while_sleeping = another_thread_sends
    transport.send(PUT)

    assert clock.pauses == pytest.approx([30, 30.5], abs=0.2)


@pytest.mark.parametrize(("max_wait", "pauses"), [(60.0, [30, 20]), (40.0, [30, 10]), (25.0, [25])])
def test_a_rate_limit_that_comes_while_another_is_waited_for_holds_back_as_well(
    service: ScriptedService,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    max_wait: float,
    pauses: list[float],
) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, _high: low)
    limits = [gateway(429, "Later", {"Retry-After": seconds}) for seconds in ("30", "20")]
    service.answers(*limits, OK)
    transport = transport_of(service, retries=0, max_wait=max_wait)
    failed_send(transport, PUT)

    def another_thread_is_refused() -> None:
        clock.wind(30 - clock.pauses[0])
        failed_send(transport, DELETE)

    clock.while_sleeping = another_thread_is_refused
    transport.send(GET)

    assert [request.method for request in service.requests] == ["PUT", "DELETE", "GET"]
    assert clock.pauses == pytest.approx(pauses, abs=0.2)


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_the_more_often_a_request_was_tried_the_earlier_it_goes_after_a_rate_limit(
    service: ScriptedService, clock: Clock, monkeypatch: pytest.MonkeyPatch, attempt: int
) -> None:
    """So that what has few attempts left does not stand behind what has all of them."""
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    transport = transport_of(service)
    trouble = gateway(503, "Later", {"Retry-After": "1"})
    service.answers(*[trouble] * (attempt - 1), OK)

    def another_is_refused() -> None:
        # It is told to wait 20 seconds, while this one waits its second.
        transport._not_before = clock.monotonic() + 20 - 1

    if attempt == 1:
        transport._not_before = clock.monotonic() + 20
    clock.while_sleeping = another_is_refused if attempt == 2 else None
    if attempt == 3:
        clock.while_sleeping = lambda: setattr(clock, "while_sleeping", another_is_refused)
    transport.send(GET)

    place = 0.5 / 4 ** (attempt - 1)
    assert sum(clock.pauses) == pytest.approx(20 + place + max(0, attempt - 2), abs=0.1)


@pytest.mark.parametrize("trouble", [hangs_up(), gateway(502, "no")], ids=["lost", "trouble"])
def test_what_is_no_rate_limit_holds_back_nobody_else(
    service: ScriptedService, clock: Clock, trouble: Step
) -> None:
    service.answers(trouble, OK)
    transport = transport_of(service, retries=0)

    failed_send(transport)
    transport.send(GET)

    assert clock.pauses == []


@pytest.mark.parametrize(
    ("retries", "after_so_many"), [(0, ""), (1, " after 2 attempts"), (2, " after 3 attempts")]
)
def test_a_request_without_an_answer_says_how_often_it_was_tried(
    service: ScriptedService, clock: Clock, retries: int, after_so_many: str
) -> None:
    service.always_answers(hangs_up())

    error = failed_send(transport_of(service, retries=retries))

    assert f"no answer from {service.url}{after_so_many}, the connection failed" in str(error)
    assert len(clock.pauses) == retries


@pytest.mark.parametrize("call", ALL, ids=by_method)
def test_a_write_without_an_answer_may_have_been_done(service: ScriptedService, call: Call) -> None:
    service.answers(hangs_up())

    error = failed_send(transport_of(service, retries=0), call)

    assert error.maybe_taken == (call != GET)
    assert ("It may have been done all the same" in str(error)) == (call != GET)


def test_trouble_of_a_gateway_holds_back_nobody_else(
    service: ScriptedService, clock: Clock
) -> None:
    service.answers(gateway(503, "Later", {"Retry-After": "30"}), OK, OK)
    transport = transport_of(service)

    def another_thread_sends() -> None:
        clock.wind(-clock.pauses[0])
        transport.send(GET)
        clock.wind(clock.pauses[0])

    clock.while_sleeping = another_thread_sends
    transport.send(PUT)

    assert clock.pauses == pytest.approx([30], abs=0.5)


def test_a_rate_limit_that_ended_one_request_holds_back_the_next(
    service: ScriptedService, clock: Clock
) -> None:
    service.answers(gateway(429, "Later", {"Retry-After": "30"}), OK)
    transport = transport_of(service, retries=0)

    failed_send(transport)
    transport.send(GET)

    assert clock.pauses == pytest.approx([30], abs=0.5)


@pytest.mark.parametrize("was_applied", [False, True], ids=["before", "after"])
def test_a_put_is_repeated_after_a_reset_whether_or_not_it_was_applied(
    service: ScriptedService, clock: Clock, was_applied: bool
) -> None:
    stored: list[Any] = []

    def applies_then_resets(line: Any) -> bool:
        if was_applied:
            stored.append(service.requests[-1].data)
        return resets()(line)

    def applies(line: Any) -> bool:
        stored.append(service.requests[-1].data)
        return OK(line)

    service.answers(applies_then_resets, applies)

    transport_of(service).send(PUT)

    assert stored[-1] == PUT.body
    assert all(one == stored[0] for one in stored)
    assert len(clock.pauses) == 1


# Whose word counts


def test_a_netrc_does_not_replace_the_bearer(
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


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_plain_http_which_is_for_loopback_only_never_takes_the_key_to_a_proxy(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    service.answers(OK)
    with proxy_server(reaches=("127.0.0.1", service.port)) as proxy:
        monkeypatch.setenv(variable, f"http://{proxy.address}")

        transport_of(service).send(GET)

        assert proxy.seen == []
        assert len(service.requests) == 1


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://:port", "socks9://127.0.0.1:1", "http://user:pass@"]
)
def test_a_proxy_address_that_is_none_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)

    with pytest.raises(NotPlannable) as caught:
        Transport(options("https://api.behind.invalid"), read_only=False).send(GET)

    assert "The proxy in the environment cannot be used" in str(caught.value)
    assert "use_proxy" in str(caught.value)


def test_a_proxy_that_is_not_there_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://somebody:s3cret@127.0.0.1:{free_port()}")
    transport = Transport(options("https://api.behind.invalid", retries=1), read_only=False)

    error = failed_send(transport, POST)

    assert isinstance(error, Unreachable)
    assert "no connection was made (connection refused)" in str(error)
    assert "use_proxy" in str(error)
    assert "s3cret" not in str(error)
    assert error.failure.attempts == 2
    assert len(clock.pauses) == 1


def test_without_requests_the_file_can_still_be_imported_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    spec = importlib.util.spec_from_file_location(A_COPY, _transport.__file__)
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, A_COPY, copy)

    spec.loader.exec_module(copy)

    assert _transport.REQUESTS_IMPORT_ERROR is None
    assert "requests" in copy.REQUESTS_IMPORT_ERROR
