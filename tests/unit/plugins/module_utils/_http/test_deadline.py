# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deadlines: an attempt ends after ``timeout``, whatever the service does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Unreachable

from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import (  # isort: skip
    Deadline, Watcher, with_deadline,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.signals import (
    FROM_OUTSIDE,
    blocked_here,
)

from ansible_collections.touchbasepro.sms.tests.unit.support.http_requests import (  # isort: skip
    GET, OK, POST, SHORT, Request, failed_send, transport_of,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (  # isort: skip
    ScriptedService, Step, awaits_hang_up, black_hole, drips,
)  # fmt: skip

LONG = 600.0  # seconds; never waited for
SOON = 0.05  # seconds
OK_LINE = b"HTTP/1.1 200 OK\r\n"
LONG_BODY = OK_LINE + b"Content-Length: 999999\r\n\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
SLOW = {
    "no response": black_hole(),
    "dripping status line": drips(b"", b"H"),
    "dripping headers": drips(OK_LINE, b"A: b\r\n"),
    "dripping body": drips(LONG_BODY, b" "),
    "dripping body of a closing service": drips(OK_LINE + b"Connection: close\r\n\r\n", b" "),
    "dripping body of unknown length": drips(OK_LINE + b"\r\n", b" "),
    "dripping chunks": drips(OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "dripping interim responses": drips(INTERIM, INTERIM),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize(
    ("before", "request_"),
    [([], GET), ([OK], GET), ([OK], POST)],
    ids=["new connection", "kept connection", "connection of a POST"],
)
def test_slow_response_ends_after_timeout(
    service: ScriptedService, slow: Step, before: list[Step], request_: Request
) -> None:
    service.answers(*before, slow)
    transport = transport_of(service, timeout=SHORT, retries=0)
    for _step in before:
        transport.send(GET)

    error = failed_send(transport, request_)

    assert isinstance(error, Unreachable)
    assert f"no response from {service.url} within timeout. Raise timeout" in str(error)
    assert awaits_hang_up(service)
    assert service.connections == (1 if request_ == GET else 2)


def test_transport_works_after_a_timeout(service: ScriptedService) -> None:
    service.answers(black_hole(), OK)
    transport = transport_of(service, timeout=SHORT, retries=0)

    failed_send(transport)

    assert transport.send(GET).status == 200


# A deadline by itself


class Connection:
    """What a connection of urllib3 has, as far as it matters here."""

    def __init__(self) -> None:
        self.sock: socket.socket | None
        self.sock, self.there = socket.socketpair()
        self.there.settimeout(10.0)

    def connect(self) -> None:
        """Nothing: it is connected."""

    def getresponse(self) -> str:
        return "the response"

    @property
    def is_open(self) -> bool:
        assert self.sock
        self.there.sendall(b"x")
        return self.sock.recv(1) == b"x"

    def close(self) -> None:
        self.there.close()
        if self.sock:
            self.sock.close()


@pytest.fixture(name="connection")
def _connection() -> Iterator[Connection]:
    connection = with_deadline(Connection)()
    yield connection
    connection.close()


@pytest.mark.parametrize("step", ["connect", "getresponse"])
def test_deadline_shuts_the_connection_down(connection: Connection, step: str) -> None:
    with Watcher(SOON).deadline() as deadline:
        getattr(connection, step)()
        assert connection.there.recv(1) == b""

    assert deadline.expired
    assert deadline.sent == (step == "getresponse")


def test_deadline_finds_a_socket_before_and_after_its_connection_has_it(
    connection: Connection,
) -> None:
    other = with_deadline(Connection)()
    made, other.sock = other.sock, None
    with Watcher(LONG).deadline() as forgotten:
        connection.getresponse()
        connection.sock = None
        forgotten.expire()
    with Watcher(LONG).deadline() as in_the_making:
        in_the_making.watch(other)
        other.sock = made
        in_the_making.expire()

    assert connection.there.recv(1) == other.there.recv(1) == b""
    other.close()


def test_expired_deadline_refuses_a_connection(connection: Connection) -> None:
    with Watcher(LONG).deadline() as deadline:
        deadline.expire()

        with pytest.raises(TimeoutError):
            connection.connect()


def test_deadline_shuts_down_the_last_connection_only(connection: Connection) -> None:
    other = with_deadline(Connection)()
    with Watcher(LONG).deadline() as deadline:
        connection.connect()
        other.connect()

        deadline.expire()

    assert connection.is_open
    assert other.there.recv(1) == b""
    other.close()


def test_deadline_tolerates_a_socket_without_a_connection(connection: Connection) -> None:
    connection.close()
    with socket.socket() as never_connected, Watcher(LONG).deadline() as deadline:
        connection.sock = never_connected
        connection.connect()

        deadline.expire()

    assert deadline.expired


# The thread that watches


def receives_end(watcher: Watcher, *connections: Connection) -> bool:
    """Whether an attempt on each of the connections, one after another, ends in time."""
    ends = []
    for connection in connections:
        with watcher.deadline() as deadline:
            connection.getresponse()
            ends.append(connection.there.recv(1) == b"" and deadline.expired)
    return all(ends)


def test_watcher_leaves_finished_attempts_alone(connection: Connection) -> None:
    late = with_deadline(Connection)()
    watcher = Watcher(SOON)

    with watcher.deadline() as in_time:
        connection.getresponse()
    assert receives_end(watcher, late)

    in_time.expire()
    assert not in_time.expired
    assert connection.is_open
    late.close()


def test_watcher_serves_many_threads_with_one() -> None:
    watcher = Watcher(SHORT)
    connections = [with_deadline(Connection)() for _thread in range(5)]
    before = threading.active_count()
    ends: list[bool] = []
    threads = [
        threading.Thread(target=lambda one=one: ends.append(receives_end(watcher, one)))
        for one in connections
    ]

    for thread in threads:
        thread.start()
    assert threading.active_count() <= before + len(threads) + 1
    for thread in threads:
        thread.join()

    assert ends == [True] * 5
    for one in connections:
        one.close()


def test_thread_of_a_watcher_ends_and_begins_anew(connection: Connection) -> None:
    """A play with many keys would otherwise have a thread for each of them."""
    watcher = Watcher(SOON)
    known = set(threading.enumerate())
    with watcher.deadline():
        (thread,) = set(threading.enumerate()) - known

    assert thread.daemon
    thread.join(10.0)

    assert not thread.is_alive()
    assert receives_end(watcher, connection)


def test_watcher_whose_thread_cannot_begin_tries_again(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All further attempts would otherwise have no deadline."""
    watcher = Watcher(SOON)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start"), watcher.deadline():
            """Not reached."""

    assert receives_end(watcher, connection)


def test_signals_do_not_reach_the_thread_of_a_watcher(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked: list[set[int]] = []
    expire = Deadline.expire

    def expires(deadline: Deadline) -> None:
        blocked.append(blocked_here())
        expire(deadline)

    monkeypatch.setattr(Deadline, "expire", expires)

    assert receives_end(Watcher(SOON), connection)
    assert blocked == [FROM_OUTSIDE]
    assert not blocked_here() & FROM_OUTSIDE
