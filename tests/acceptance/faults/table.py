# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table: every fault at every request, and how a task ends then.

The words of a row are for the first GET, page 2 of a list, PUT, the GET that verifies it, POST and
DELETE. ``ok``: done, and said so. ``warned``: done, with a warning. Else the kind of the failure:
``unreachable``, ``refused``, or ``odd`` for an answer that makes no sense or leaves open what is
stored. ``-``: there is no such thing. Of two with a slash between, chance decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.acceptance.faults.misbehaviour import (
    Wrong,
    after_early_hints,
    applied,
    changes,
    cut_in_the_middle,
    dripping_body,
    echoes,
    ended_in_the_middle,
    garbled,
    goes,
    instead,
    meanwhile,
    nested,
    not_a_number,
    of_another,
    of_wrong_type,
    other_shape,
    stale,
    without_id,
    written,
)
from tests.acceptance.faults.positions import (
    COLUMNS,
    DELETE,
    INFO,
    PAGE,
    POSITIONS,
    POST,
    PUT,
    Position,
)
from tests.unit.support.service import (
    ScriptedService,
    Step,
    black_hole,
    drips,
    floods,
    gateway,
    hangs_up,
    reply,
    resets,
)

FOR_EVER = 99
_KINDS = {"odd": "unexpected_answer", "ok": "none", "warned": "none"}
_HUNDRED_MB = 100_000_000


@dataclass(frozen=True)
class Fault:
    """A way to go wrong, how often, and how the task ends with it at each position.

    ``says``: what every failure gives as its cause, or several between bars, of which chance
    chooses; ``but`` holds other texts, by position. ``at`` holds other ends than those of the
    column. ``then`` is how everything goes wrong after that. ``to_line`` happens to the service
    before the request comes, on a connection of its own.
    """

    name: str
    ends: str
    says: str = ""
    wrong: Wrong | None = None
    times: int = 1
    then: Wrong | None = None
    but: Mapping[Position, str] = field(default_factory=dict)
    at: Mapping[Position, str] = field(default_factory=dict)
    to_line: Callable[[ScriptedService], object] | None = None
    # It takes the whole ``timeout`` of an attempt.
    is_slow: bool = False
    # So many seconds at most between attempts, and at least if there is another one.
    max_wait: float = 60.0
    min_wait: float = 0.0
    is_of_names: bool = False
    is_of_tls: bool = False

    @property
    def repeats_post(self) -> bool:
        """Whether the service has said that it did not take it."""
        return "429" in self.name


@dataclass(frozen=True)
class Cell:
    """One fault at one position, and the end that the table gives it."""

    fault: Fault
    position: Position

    @property
    def end(self) -> str:
        column = self.fault.ends.split()[COLUMNS.index(self.position.like)]
        return self.fault.at.get(self.position, column)

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds of failure that it may come to, where "none" is a success."""
        return [_KINDS.get(end, end) for end in self.end.split("/")]

    @property
    def says(self) -> Sequence[str]:
        return self.fault.but.get(self.position.like, self.fault.says).split(" | ")

    def __str__(self) -> str:
        return f"{self.position}, {self.fault.name}"


def _turns_away(times: int) -> Callable[[ScriptedService], object]:
    def to_line(service: ScriptedService) -> None:
        service.turns_away = times

    return to_line


def _speaks_plainly(service: ScriptedService) -> None:
    service.speaks_plainly = True


_RESET = "reset by peer) | broken pipe) | (RemoteDisconnected)"
_LOST = " failed ("
_LATE = "within timeout"
_DRIPPING_HEAD = drips(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")

NO_CONNECTION = [
    Fault(
        "connection refused",
        "unreachable unreachable unreachable odd unreachable unreachable",
        "(connection refused)",
        to_line=ScriptedService.refuses,
    ),
    Fault(
        "name that does not resolve",
        "unreachable unreachable unreachable odd unreachable unreachable",
        "(name or service not known) | name resolution)",
        is_of_names=True,
    ),
    Fault(
        "certificate of a stranger",
        "unreachable unreachable unreachable odd unreachable unreachable",
        "is not trusted (",
        is_of_tls=True,
    ),
    Fault(
        "no TLS",
        "unreachable unreachable unreachable odd unreachable unreachable",
        "([ssl: ",
        to_line=_speaks_plainly,
        is_of_tls=True,
    ),
    Fault(
        "reset before the request is read, once",
        # Whether the client could send all of it before it sees the reset.
        "ok ok ok ok unreachable/ok ok",
        _RESET,
        to_line=_turns_away(1),
    ),
    Fault(
        "reset before the request is read, for ever",
        "unreachable unreachable unreachable odd unreachable unreachable",
        _RESET,
        to_line=_turns_away(FOR_EVER),
    ),
]


def _lost(name: str, wrong: Wrong, once: str) -> list[Fault]:
    for_ever = "unreachable unreachable unreachable odd unreachable unreachable"
    return [
        Fault(f"{name}, once", once, _LOST, wrong),
        Fault(f"{name}, for ever", for_ever, _LOST, wrong, FOR_EVER),
    ]


LOST_ANSWERS = [
    *_lost("reset before it is carried out", instead(resets()), "ok ok ok ok unreachable ok"),
    *_lost("hung up before it is carried out", instead(hangs_up()), "ok ok ok ok unreachable ok"),
    *_lost("reset after it was applied", applied(lambda _: resets()), "ok ok ok ok warned ok"),
    *_lost("reset in the middle of the body", applied(cut_in_the_middle), "ok ok ok ok warned ok"),
    *_lost("end in the middle of the body", applied(ended_in_the_middle), "ok ok ok ok warned ok"),
]


def _lost_and(name: str, then: Wrong, ends: str, says: str) -> Fault:
    """What was done is not told, and the further attempts do not get as far."""
    return Fault(f"reset after it was applied, then {name}", ends, says, _UNTOLD, then=then)


_UNTOLD = applied(lambda _: resets())
_REVOKED = reply(401, {"Code": 100, "Message": "Provided API key is invalid"})
LOST_AND_WORSE = [
    _lost_and(
        "the key is revoked",
        instead(_REVOKED),
        "refused refused refused odd refused refused",
        "401, code 100",
    ),
    _lost_and(
        "too many requests",
        instead(gateway(429, "Slow down")),
        "refused refused refused odd refused refused",
        "429: Slow down",
    ),
    _lost_and(
        "a gateway that knows nothing",
        instead(gateway(404, "Resource not found")),
        "refused refused refused odd refused refused",
        "404: Resource not found",
    ),
]


def _late(name: str, wrong: Wrong, once: str) -> list[Fault]:
    for_ever = "unreachable unreachable unreachable odd unreachable unreachable"
    return [
        Fault(f"{name}, once", once, _LATE, wrong, is_slow=True),
        Fault(f"{name}, for ever", for_ever, _LATE, wrong, FOR_EVER, is_slow=True),
    ]


LATE_ANSWERS = [
    *_late("black hole", instead(black_hole()), "ok ok ok ok unreachable ok"),
    *_late(
        "black hole after it was applied", applied(lambda _: black_hole()), "ok ok ok ok warned ok"
    ),
    *_late("headers that drip", instead(_DRIPPING_HEAD), "ok ok ok ok unreachable ok"),
    *_late("body that drips, applied", applied(dripping_body), "ok ok ok ok warned ok"),
]


def _trouble(status: int) -> list[Fault]:
    wrong = instead(gateway(status, "Later"))
    done, says = applied(lambda _: gateway(status, "Later")), f"{status}: Later"
    return [
        Fault(f"{status}, once", "ok ok ok ok refused ok", says, wrong),
        Fault(f"{status}, thrice", "ok ok ok ok refused ok", says, wrong, 3),
        Fault(
            f"{status}, for ever",
            "refused refused refused odd refused refused",
            says,
            wrong,
            FOR_EVER,
        ),
        Fault(f"{status} though it was applied", "ok ok ok ok warned ok", says, done),
    ]


def _limited(name: str, retry_after: str, times: int, ends: str, **seconds: float) -> Fault:
    wrong = instead(gateway(429, "Slow down", {"Retry-After": retry_after}))
    return Fault(f"429, {name}", ends, "429: Slow down", wrong, times, **seconds)


def _asks_for_patience(name: str, retry_after: str, **seconds: float) -> Fault:
    wrong = instead(gateway(503, "Later", {"Retry-After": retry_after}))
    return Fault(f"503, {name}", "ok ok ok ok refused ok", "503: Later", wrong, **seconds)


# Longer than the collection would wait of itself; while it reckons, the clock goes on.
_SECONDS = {"retry_after": "3", "min_wait": 2.9}
_AS_A_DATE = {"retry_after": "Fri, 31 Dec 9999 23:59:59 GMT", "min_wait": 1.9, "max_wait": 2.0}
_ABSURD = {"retry_after": "9" * 30, "min_wait": 1.9, "max_wait": 2.0}
GATEWAY = [
    _asks_for_patience("Retry-After in seconds", **_SECONDS),
    _asks_for_patience("Retry-After as a date", **_AS_A_DATE),
    _asks_for_patience("absurd Retry-After", **_ABSURD),
    *_trouble(502),
    *_trouble(503),
    *_trouble(504),
    _limited("once", "", 1, "ok ok ok ok ok ok"),
    _limited("thrice", "", 3, "ok ok ok ok ok ok"),
    _limited("for ever", "", FOR_EVER, "refused refused refused odd refused refused"),
    _limited("Retry-After in seconds", times=1, ends="ok ok ok ok ok ok", **_SECONDS),
    _limited("Retry-After as a date", times=1, ends="ok ok ok ok ok ok", **_AS_A_DATE),
    _limited("absurd Retry-After", times=1, ends="ok ok ok ok ok ok", **_ABSURD),
    _limited(
        "absurd Retry-After for ever",
        times=FOR_EVER,
        ends="refused refused refused odd refused refused",
        **_ABSURD,
    ),
]


def _no(name: str, step: Step, says: str, ends: str, times: int = FOR_EVER) -> Fault:
    return Fault(name, ends, says, instead(step), times)


REFUSALS = [
    _no(
        "401, the key was revoked",
        _REVOKED,
        "401, code 100: Provided API key is invalid. Check api_key",
        "refused refused refused odd refused refused",
    ),
    _no(
        "403",
        echoes(403, "json", Code=105, Message="No {}."),
        "403, code 105: No Bearer ********. Check that the account",
        "refused refused refused odd refused refused",
    ),
    _no(
        "404 of the gateway",
        echoes(404, "json", statusCode=404, message="Resource not found, {}"),
        "404: Resource not found, Bearer ********",
        "refused refused refused odd refused refused",
    ),
    _no(
        "302",
        reply(302, headers={"Location": "https://elsewhere.example.org/"}),
        "Redirects are not followed",
        "odd odd odd odd odd odd",
    ),
]

_ELSEWHERE = reply(200, {"error": "Sign in"})
ODD_ANSWERS = [
    Fault(
        "early hints before it",
        "odd odd odd odd warned ok",
        "only an interim one",
        applied(after_early_hints),
    ),
    Fault(
        "message of something else, not carried out",
        "odd odd odd odd odd odd",
        "whose Id is missing",
        instead(_ELSEWHERE),
        FOR_EVER,
        but={
            PAGE: "not a page of campaigns",
            DELETE: "that of a deletion (status 200): {",
            POST: "whose Id is missing",
        },
    ),
    Fault(
        "page for people, not carried out, once",
        "odd odd odd odd odd odd",
        "the response is not JSON (status 200): Welcome Sign in",
        instead(echoes(200, "html")),
        but={
            PUT: "holds something else",
            DELETE: "that of a deletion (status 200): Welcome Sign in",
        },
    ),
    Fault(
        "page for people, not carried out, for ever",
        "odd odd odd odd odd odd",
        "the response is not JSON (status 200): Welcome Sign in",
        instead(echoes(200, "html")),
        FOR_EVER,
        but={DELETE: "that of a deletion (status 200): Welcome Sign in"},
    ),
    Fault(
        "page for people, applied",
        "odd odd ok odd warned ok",
        "the response is not JSON",
        applied(lambda _: echoes(200, "html")),
    ),
    Fault(
        "empty body", "odd odd ok odd warned ok", "an empty body", applied(garbled(lambda _: None))
    ),
    Fault(
        "list for object",
        "odd odd ok odd warned ok",
        "not a webhook object",
        applied(garbled(other_shape)),
        but={PAGE: "not a page of campaigns"},
    ),
    Fault(
        "no id",
        "odd odd ok odd warned ok",
        "whose Id is missing",
        applied(garbled(without_id)),
        but={PAGE: "not a campaign object"},
    ),
    Fault("id of another", "odd warned ok odd odd ok", "webhook 29", applied(garbled(of_another))),
    Fault("NaN", "ok ok ok ok ok ok", wrong=applied(written(not_a_number))),
    Fault(
        "10,000 brackets",
        "odd odd ok odd warned ok",
        "the response is not JSON",
        applied(written(nested)),
    ),
    Fault(
        "100 MB",
        "odd odd odd odd warned ok",
        "the response is larger than 8 MiB",
        applied(lambda _: floods(_HUNDRED_MB)),
    ),
    Fault("wrong content type", "ok ok ok ok ok ok", wrong=applied(of_wrong_type)),
]

CHANGES = [
    Fault(
        "gone meanwhile",
        "refused warned refused odd refused ok",
        "404, code 1",
        meanwhile(goes),
        at={INFO: "ok"},
    ),
    Fault(
        "changed meanwhile",
        "ok ok ok odd ok ok",
        "holds something else",
        meanwhile(changes),
    ),
    # A stale answer to the first request cannot be told from a true one; none follows a DELETE.
    Fault(
        "stale answer",
        "- warned odd odd refused -",
        "holds something else",
        stale,
        2,
        but={POST: "504: Later"},
    ),
]

FAULTS = [
    *NO_CONNECTION,
    *LOST_ANSWERS,
    *LOST_AND_WORSE,
    *LATE_ANSWERS,
    *GATEWAY,
    *REFUSALS,
    *ODD_ANSWERS,
    *CHANGES,
]
_ALL = [Cell(fault, position) for fault in FAULTS for position in POSITIONS]
CELLS = [cell for cell in _ALL if cell.end != "-"]
