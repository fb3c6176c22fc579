"""Deadlines: an attempt ends after ``timeout``, whatever the service does."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Unreachable
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import (
    Deadline,
    Watcher,
    with_deadline,
)
from ansible_collections.touchbasepro.sms.tests.unit.support import http_requests as http
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import FROM_OUTSIDE, blocked_here

LONG = 600.0  # seconds; never waited for
SOON = 0.05  # seconds
OK_LINE = b"HTTP/1.1 200 OK\r\n"
LONG_BODY = OK_LINE + b"Content-Length: 999999\r\n\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
SLOW = {
    "no response": api.black_hole(),
    "dripping status line": api.drips(b"", b"H"),
    "dripping headers": api.drips(OK_LINE, b"A: b\r\n"),
    "dripping body": api.drips(LONG_BODY, b" "),
    "dripping body of a closing service": api.drips(OK_LINE + b"Connection: close\r\n\r\n", b" "),
    "dripping body of unknown length": api.drips(OK_LINE + b"\r\n", b" "),
    "dripping chunks": api.drips(OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "dripping interim responses": api.drips(INTERIM, INTERIM),
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize(
    ("before", "request_"),
    [([], http.GET), ([http.OK], http.GET), ([http.OK], http.POST)],
    ids=["new connection", "kept connection", "connection of a POST"],
)
def test_slow_response_ends_after_timeout_and_not_the_next(
    service: api.Service, slow: api.Step, before: list[api.Step], request_: http.Request
) -> None:
    service.answers(*before, slow, http.OK)
    transport = http.transport_of(service, timeout=http.SHORT, retries=0)
    for _step in before:
        transport.send(http.GET)

    error = http.failed_send(transport, request_)

    assert isinstance(error, Unreachable)
    assert f"no response from {service.url} within timeout. Raise timeout" in str(error)
    assert api.awaits_hang_up(service)
    assert service.connections == (1 if request_ == http.GET else 2)
    assert transport.send(http.GET).status == 200


# A deadline by itself


@with_deadline
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
    def is_shut_down(self) -> bool:
        return self.there.recv(1) == b""

    @property
    def is_open(self) -> bool:
        assert self.sock
        self.there.sendall(b"x")
        return self.sock.recv(1) == b"x"


@pytest.fixture(name="connection")
def _connection() -> Connection:
    return Connection()


def test_expired_deadline_refuses_a_connection(connection: Connection) -> None:
    with Watcher(LONG).deadline() as deadline:
        deadline.expire()

        with pytest.raises(TimeoutError):
            connection.connect()


def test_deadline_shuts_down_the_last_connection_only(connection: Connection) -> None:
    last = Connection()
    with Watcher(LONG).deadline() as deadline:
        connection.connect()
        last.connect()

        deadline.expire()

    assert connection.is_open
    assert last.is_shut_down


def test_deadline_tolerates_a_socket_without_a_connection(connection: Connection) -> None:
    with socket.socket() as never_connected, Watcher(LONG).deadline() as deadline:
        connection.sock = never_connected
        connection.connect()

        deadline.expire()

    assert deadline.expired


# The thread that watches


def receives_end(watcher: Watcher, connection: Connection) -> bool:
    """Whether an attempt on the connection ends in time."""
    with watcher.deadline() as deadline:
        connection.getresponse()
        return connection.is_shut_down and deadline.expired


def test_watcher_leaves_finished_attempts_alone(connection: Connection) -> None:
    watcher = Watcher(SOON)

    with watcher.deadline() as in_time:
        connection.getresponse()
    assert receives_end(watcher, Connection())

    in_time.expire()
    assert not in_time.expired
    assert connection.is_open


def test_watcher_serves_many_threads_with_one() -> None:
    watcher = Watcher(http.SHORT)
    before = threading.active_count()

    with ThreadPoolExecutor(5) as threads:
        ends = [threads.submit(receives_end, watcher, Connection()) for _thread in range(5)]
        begun = threading.active_count() - before

    assert begun <= 5 + 1
    assert all(end.result() for end in ends)


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
