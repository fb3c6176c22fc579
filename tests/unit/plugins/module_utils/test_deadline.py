# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A time limit that holds whatever the other side does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import EmptyPoolError

from ansible_collections.touchbasepro.sms.plugins.module_utils import _deadline
from ansible_collections.touchbasepro.sms.plugins.module_utils._deadline import (
    Deadline,
    Watchdog,
    cuttable,
    cuttable_pool,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.signals import (
    FROM_OUTSIDE,
    blocked_here,
)

LONG = 600.0  # seconds; never waited for
SHORT = 0.05
PATIENCE = 10.0  # seconds; what only a broken test waits for

Pair = tuple[socket.socket, socket.socket]


def pair() -> Pair:
    here, there = socket.socketpair()
    there.settimeout(PATIENCE)
    here.settimeout(PATIENCE)
    return here, there


@pytest.fixture(name="line")
def _line() -> Iterator[Pair]:
    here, there = pair()
    with here, there:
        yield here, there


def is_open(here: socket.socket, there: socket.socket) -> bool:
    there.sendall(b"x")
    return here.recv(1) == b"x"


def test_when_a_deadline_passes_both_sides_see_the_end_of_the_connection(line: Pair) -> None:
    here, there = line
    deadline = Deadline(LONG)
    deadline.hold(here)

    deadline.pass_now()

    assert deadline.has_passed
    assert here.recv(1) == b""
    assert there.recv(1) == b""


def test_a_connection_that_comes_after_the_deadline_is_cut_at_once(line: Pair) -> None:
    here, there = line
    deadline = Deadline(LONG)
    deadline.pass_now()

    deadline.hold(here)

    assert there.recv(1) == b""


def test_an_attempt_that_is_over_is_not_cut_any_more(line: Pair) -> None:
    here, there = line
    deadline = Deadline(LONG)
    deadline.hold(here)
    deadline.finish()

    deadline.pass_now()

    assert is_open(here, there)


def test_only_the_last_connection_held_is_cut(line: Pair) -> None:
    here, there = line
    other, other_end = pair()
    with other, other_end:
        deadline = Deadline(LONG)
        deadline.hold(here)
        deadline.hold(other)

        deadline.pass_now()

        assert is_open(here, there)
        assert other_end.recv(1) == b""


def test_a_connection_that_the_other_side_ended_first_does_no_harm() -> None:
    with socket.socket() as never_connected:
        deadline = Deadline(LONG)
        deadline.hold(never_connected)

        deadline.pass_now()

    assert deadline.has_passed


def test_no_time_left_is_a_millisecond_since_nought_means_not_to_wait() -> None:
    assert Deadline(0).remaining == 0.001
    assert 0.001 < Deadline(LONG).remaining <= LONG


def test_the_watchdog_cuts_what_takes_longer(line: Pair) -> None:
    here, _there = line

    with Watchdog(SHORT).deadline() as deadline:
        deadline.hold(here)
        heard = here.recv(1)

    assert heard == b""
    assert deadline.has_passed


def test_the_watchdog_leaves_alone_what_was_in_time(line: Pair) -> None:
    here, there = line
    watchdog = Watchdog(SHORT)
    late, _late_end = pair()

    with watchdog.deadline() as in_time:
        in_time.hold(here)
    with late, watchdog.deadline() as too_late:
        too_late.hold(late)
        assert late.recv(1) == b""

    assert too_late.has_passed
    assert is_open(here, there)


def test_one_watchdog_serves_many_threads() -> None:
    watchdog = Watchdog(SHORT)
    heard: list[bytes] = []

    def attempt() -> None:
        here, there = pair()
        with here, there, watchdog.deadline() as deadline:
            deadline.hold(here)
            heard.append(here.recv(1))

    before = threading.active_count()
    attempts = [threading.Thread(target=attempt) for _count in range(5)]
    for one in attempts:
        one.start()
    assert threading.active_count() <= before + len(attempts) + 1
    for one in attempts:
        one.join(PATIENCE)

    assert heard == [b""] * 5


def test_a_watchdog_wakes_up_again_after_a_rest() -> None:
    watchdog = Watchdog(SHORT)

    for _round in range(2):
        here, there = pair()
        with here, there, watchdog.deadline() as deadline:
            deadline.hold(here)
            assert here.recv(1) == b""


class Connection:
    """What urllib3's connection has, as far as it matters here."""

    def __init__(self) -> None:
        self._dns_host = "service.example"
        self.port = 443
        self.timeout: float | None = None
        self.sock, self.there = pair()

    def _new_conn(self) -> socket.socket:
        return self.sock

    def getresponse(self) -> str:
        return "the response"


def resolves_to(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))] * count
    monkeypatch.setattr(_deadline.socket, "getaddrinfo", lambda *_given: addresses)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_addresses_of_a_host_share_the_time_there_is(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    resolves_to(monkeypatch, count)
    connection = cuttable(Connection)()

    with Watchdog(LONG).deadline():
        connection._new_conn()

    assert connection.timeout == pytest.approx(LONG / count, rel=0.01)


def test_a_host_that_is_not_found_is_left_to_the_attempt_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def not_found(*_given: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(_deadline.socket, "getaddrinfo", not_found)
    connection = cuttable(Connection)()

    with Watchdog(LONG).deadline():
        assert connection._new_conn() is connection.sock

    assert connection.timeout == pytest.approx(LONG, rel=0.01)


def test_a_connection_obeys_the_deadline_of_its_thread_when_new_and_when_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolves_to(monkeypatch, 1)
    new, kept = cuttable(Connection)(), cuttable(Connection)()

    with Watchdog(SHORT).deadline():
        new._new_conn()
        assert new.there.recv(1) == b""
    with Watchdog(SHORT).deadline():
        assert kept.getresponse() == "the response"
        assert kept.there.recv(1) == b""


def test_a_connection_that_is_never_given_back_is_not_waited_for_beyond_the_deadline() -> None:
    pool = cuttable_pool(HTTPConnectionPool)("127.0.0.1", 1, maxsize=1, block=True)

    with Watchdog(SHORT).deadline():
        pool._get_conn()
        with pytest.raises(EmptyPoolError):
            pool._get_conn()


def test_the_thread_of_a_session_ends_when_there_is_nothing_to_watch_and_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A play with many keys would have a thread for each of them otherwise."""
    monkeypatch.setattr(_deadline, "_LONGEST_IDLE", 0.01)
    watchdog = Watchdog(SHORT)
    for _round in range(2):
        with watchdog.deadline():
            thread = watchdog._thread
            assert thread is not None
        thread.join(7.0)
        assert not thread.is_alive()
        assert watchdog._thread is None

    line, there = socket.socketpair()
    with line, there, watchdog.deadline() as deadline:
        deadline.hold(line)
        assert there.recv(1) == b""
        assert deadline.has_passed


def test_who_watches_nothing_for_long_sees_the_next_deadline_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_deadline, "_LONGEST_IDLE", LONG)
    watchdog = Watchdog(SHORT)
    for _round in range(2):
        line, there = socket.socketpair()
        there.settimeout(7.0)
        # The second time it is waiting already for whatever comes.
        with line, there, watchdog.deadline() as deadline:
            deadline.hold(line)
            assert there.recv(1) == b""
            assert deadline.has_passed


def test_where_no_thread_can_begin_the_next_attempt_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise all further attempts of the session would be unbounded."""

    def refuses(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    watchdog = Watchdog(SHORT)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuses)
        with pytest.raises(RuntimeError, match="can't start"):
            watchdog.deadline().__enter__()

    here, there = pair()
    with here, there, watchdog.deadline() as deadline:
        deadline.hold(here)
        assert there.recv(1) == b""
        assert deadline.has_passed


def test_signals_do_not_come_to_the_thread_that_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    blocked: list[set[int]] = []
    pass_now = Deadline.pass_now

    def passes(deadline: Deadline) -> None:
        blocked.append(blocked_here())
        pass_now(deadline)

    monkeypatch.setattr(Deadline, "pass_now", passes)
    here, there = pair()
    with here, there, Watchdog(SHORT).deadline() as deadline:
        deadline.hold(here)
        assert there.recv(1) == b""

    assert blocked == [FROM_OUTSIDE]
