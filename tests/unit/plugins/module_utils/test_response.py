# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers as they come over the line: those that go before, chunks, compression, odd headers."""

from __future__ import annotations

import gzip
import logging
import socket
from collections.abc import Iterator

import pytest
import urllib3

from ansible_collections.touchbasepro.sms.plugins.module_utils._answer import Call
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Unreachable
from ansible_collections.touchbasepro.sms.plugins.module_utils._response import (
    LARGEST_BODY,
    FinalResponse,
    body_of,
    unpacked,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._transport import Transport
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    WEBHOOKS_PATH,
    options,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    awaits_hang_up,
    behind,
    floods,
    raw,
    reply,
    scripted_service,
)

GET = Call("GET", WEBHOOKS_PATH, "list the webhooks")
POST = Call("POST", WEBHOOKS_PATH, "create a webhook", {})
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\nConnection: close\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
YEAR = "9" * 5000


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with scripted_service() as running:
        yield running


def transport_of(service: ScriptedService, retries: int = 0) -> Transport:
    return Transport(options(service.url, retries=retries), read_only=False)


@pytest.mark.parametrize(
    "before",
    [CONTINUE, EARLY_HINTS, PROCESSING, CONTINUE + EARLY_HINTS + CONTINUE + PROCESSING],
    ids=["100", "103", "102", "several"],
)
def test_what_only_goes_before_an_answer_is_not_the_answer(
    service: ScriptedService, before: bytes
) -> None:
    service.answers(behind(before, reply(201, {"Id": 31})), reply(json=[1]))
    transport = transport_of(service)

    created = transport.send(POST)

    assert (created.status, created.data()) == (201, {"Id": 31})
    # What follows would belong to the next request otherwise.
    assert transport.send(GET).data() == [1]
    assert service.connections == 1


def test_a_change_of_protocol_is_no_answer_and_ends_the_connection(
    service: ScriptedService,
) -> None:
    service.answers(behind(SWITCHING, reply(201, {"Id": 31})), reply(json=[1]))
    transport = transport_of(service)

    with pytest.raises(Unreachable, match="may have been done all the same"):
        transport.send(POST)
    assert transport.send(GET).data() == [1]
    assert service.connections == 2


@pytest.mark.parametrize("size", [b"-1", b"-5", b"", b"zz", b"1" * 70_000])
def test_a_chunk_without_a_size_is_an_answer_that_broke_off(
    service: ScriptedService, size: bytes
) -> None:
    service.answers(raw(CHUNKED + size + b"\r\n" + b"x" * 100))

    with pytest.raises(Unreachable, match="may have been done all the same"):
        transport_of(service).send(POST)


def test_a_chunk_of_less_than_nothing_is_not_all_that_follows(service: ScriptedService) -> None:
    service.answers(behind(CHUNKED + b"-1\r\n", floods(100_000_000)))

    with pytest.raises(Unreachable):
        transport_of(service).send(GET)
    assert awaits_hang_up(service)
    assert service.bytes_sent < 3 * LARGEST_BODY


def test_the_limit_is_8_mib() -> None:
    assert LARGEST_BODY == 8_388_608


def test_half_a_body_is_none_even_for_who_would_take_it() -> None:
    """So does urllib3 before 2.0, unless it is told otherwise."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n[1]")
        there.shutdown(socket.SHUT_WR)
        answer = FinalResponse(here)
        answer.begin()
        response = urllib3.HTTPResponse(
            answer,
            headers=dict(answer.headers.items()),
            status=answer.status,
            preload_content=False,
            enforce_content_length=False,
            request_method="GET",
        )

        with pytest.raises(urllib3.exceptions.ProtocolError):
            body_of(response)


def test_chunks_become_one_body(service: ScriptedService) -> None:
    service.answers(raw(CHUNKED + b"2;a=b\r\n[1\r\n1\r\n]\r\n0\r\nTrailer: x\r\n\r\n"))

    assert transport_of(service).send(GET).data() == [1]


@pytest.mark.parametrize(
    "headers",
    [
        {"Set-Cookie": f"a=b; expires=Wed, 09 Jun {YEAR} 10:18:14 GMT"},
        {"Set-Cookie": f"a=b; max-age={YEAR}"},
        {"Content-Type": ";;=;charset"},
        {"Content-Type": "application/json; charset=no-such"},
    ],
    ids=["an absurd date", "an absurd age", "no type", "no character set"],
)
def test_headers_that_nobody_asked_for_do_no_harm(
    service: ScriptedService, headers: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    service.answers(reply(json=[1], headers=headers))

    assert transport_of(service).send(GET).data() == [1]
    assert capfd.readouterr() == ("", "")


def test_what_urllib3_thinks_of_an_answer_is_in_nobody_s_log(
    service: ScriptedService, caplog: pytest.LogCaptureFixture
) -> None:
    """Ansible keeps one with log_path; urllib3 would quote the line that is no header."""
    caplog.set_level(logging.DEBUG)
    broken = f"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nYou sent Bearer {KEY}\r\n\r\n[1]"
    service.answers(raw(broken.encode()))

    assert transport_of(service).send(GET).data() == [1]
    assert caplog.text == ""
    logging.getLogger("urllib3.connection").warning("of somebody else")
    assert "of somebody else" in caplog.text


@pytest.mark.parametrize(
    ("body", "encoding", "found"),
    [
        (b"[1]", "", b"[1]"),
        (b"[1]", "identity", b"[1]"),
        (gzip.compress(b"[1]"), "gzip", b"[1]"),
        (gzip.compress(b"[1]"), " X-GZip ", b"[1]"),
        (gzip.compress(b"[1,") + gzip.compress(b"2]"), "gzip", b"[1,2]"),
        (gzip.compress(b"") * 15 + gzip.compress(b"[1]"), "gzip", b"[1]"),
        (b"", "gzip", b""),
        (b"[1]", "br", b"[1]"),
        (b"[1]", "utf-8", b"[1]"),
        (gzip.compress(gzip.compress(b"[1]")), "gzip, gzip", gzip.compress(gzip.compress(b"[1]"))),
    ],
    ids=[
        "plain",
        "identity",
        "gzip",
        "its old name",
        "two in a row",
        "sixteen in a row",
        "nothing",
        "what was not asked for",
        "a character set",
        "two layers",
    ],
)
def test_a_body_is_unpacked_as_it_says(body: bytes, encoding: str, found: bytes) -> None:
    assert unpacked(body, encoding) == found


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"[1]", "gzip"),
        (gzip.compress(b"[1]")[:-9], "gzip"),
        (gzip.compress(b"[1]") + b"rubbish", "gzip"),
        (gzip.compress(b"") * 16 + gzip.compress(b"[1]"), "gzip"),
    ],
    ids=["no gzip", "half of one", "with an end that is none", "seventeen in a row"],
)
def test_what_cannot_be_unpacked_is_refused(body: bytes, encoding: str) -> None:
    with pytest.raises(ValueError, match="gzip"):
        unpacked(body, encoding)


@pytest.mark.parametrize("excess", [0, 1, LARGEST_BODY])
def test_no_more_is_unpacked_than_what_shows_that_it_is_too_much(excess: int) -> None:
    packed = gzip.compress(b"[" * (LARGEST_BODY + excess))

    assert len(unpacked(packed, "gzip")) == LARGEST_BODY + min(1, excess)
    assert len(unpacked(packed + packed, "gzip")) == LARGEST_BODY + 1


def test_a_body_that_cannot_be_unpacked_says_so(service: ScriptedService) -> None:
    service.answers(reply(body=b"[1]", headers={"Content-Encoding": "gzip"}))

    with pytest.raises(Unreachable, match="whose answer cannot be read"):
        transport_of(service).send(GET)
