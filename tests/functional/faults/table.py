"""The table: every fault at every request, and how a task ends then."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.functional.faults import misbehaviour
from tests.functional.faults.account import AccountService
from tests.functional.faults.misbehaviour import applied, garbled, meanwhile, responding
from tests.functional.faults.positions import COLUMNS, Position
from tests.unit.support import service as api
from tests.unit.support.service import Step, gateway, reply

ALWAYS = 99
_KINDS = {"unexpected": "unexpected_answer", "ok": "none", "warned": "none"}
Ends = Mapping[str, str]


def ends(usual: str, **columns: str) -> Ends:
    """How a task ends with a fault at each request: the usual end, and that of some columns.

    The columns are get (the first one), page (page 2 of a list), put, verify (the GET after an
    unclear PUT), post and delete.

    ``ok``: done. ``warned``: done, with a warning. Else the kind of the failure: ``unreachable``,
    ``refused``, or ``unexpected`` for a response that makes no sense or leaves open what is stored.
    """
    return {**{one.column: usual for one in COLUMNS}, **columns}


UNREACHABLE = ends("unreachable", verify="unexpected")
REFUSED = ends("refused", verify="unexpected")
UNEXPECTED = ends("unexpected")
OK = ends("ok")
# A write of which nothing is known: it is sent again, or looked for; a POST is never sent again.
NOT_APPLIED = ends("ok", post="unreachable")
APPLIED = ends("ok", post="warned")
# What a response does not show is read back.
UNREADABLE = ends("unexpected", put="ok", post="warned", delete="ok")


@dataclass(frozen=True)
class Fault:
    """A way to go wrong, how many times, and how the task ends.

    ``says``: the cause that a failure gives; ``but`` holds others, by column. ``then``: how every
    later request goes wrong. ``refuses_connections``: the server does so before the request comes.
    ``is_slow``: it takes the whole ``timeout`` of an attempt.
    """

    name: str
    ends: Ends
    says: str = ""
    wrong: Step | None = None
    times: int = 1
    then: Step | None = None
    but: Mapping[str, str] = field(default_factory=dict)
    refuses_connections: bool = False
    is_slow: bool = False

    @property
    def repeats_post(self) -> bool:
        """Whether the service has said that it did not take it."""
        return self.name.startswith("429")


@dataclass(frozen=True)
class Cell:
    """One fault at one position, and how the table says that the task ends."""

    fault: Fault
    position: Position

    @property
    def column(self) -> str:
        return self.position.column

    @property
    def end(self) -> str:
        return self.fault.ends[self.column]

    @property
    def kind(self) -> str:
        """The kind of the failure, where "none" is a success."""
        return _KINDS.get(self.end, self.end)

    @property
    def says(self) -> str:
        return self.fault.but.get(self.column, self.fault.says)

    def __str__(self) -> str:
        return f"{self.position}, {self.fault.name}"

    @contextlib.contextmanager
    def service(self) -> Iterator[AccountService]:
        """A service that goes wrong in this way, for the length of a block."""
        fault = self.fault
        with contextlib.closing(AccountService()) as service:
            service.always_answers(fault.then or responding)
            before = [self._answered(place) for place in range(len(self.position.before))]
            if fault.refuses_connections and before:
                before[-1] = api.after(service.refuses, before[-1])
            elif fault.refuses_connections:
                service.refuses()
            service.answers(*before, *([fault.wrong] * fault.times if fault.wrong else []))
            yield service

    def _answered(self, place: int) -> Step:
        """The response to a request before; where connections are refused, it ends its own."""
        keep = not self.fault.refuses_connections
        return applied(lambda one: self.position.before[place](one).step(keep=keep))


def _no_response(
    name: str, wrong: Step, once: Ends, says: str = " failed (", *, is_slow: bool = False
) -> list[Fault]:
    return [
        Fault(f"{name}, once", once, says, wrong, is_slow=is_slow),
        Fault(f"{name}, always", UNREACHABLE, says, wrong, ALWAYS, is_slow=is_slow),
    ]


def _slow(name: str, wrong: Step, once: Ends) -> list[Fault]:
    return _no_response(name, wrong, once, "within timeout", is_slow=True)


_RESET_AFTER = applied(lambda _: api.resets())
_RESET_IN_BODY = applied(lambda one: api.breaks_off(misbehaviour.half(one)))
_CLOSED_IN_BODY = applied(lambda one: api.raw(misbehaviour.half(one)))
_SILENT_AFTER = applied(lambda _: api.black_hole())
_DRIPPING_HEADERS = api.drips(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")
NO_RESPONSE = [
    Fault("connection refused", UNREACHABLE, "(connection refused)", refuses_connections=True),
    *_no_response("reset before it was applied", api.resets(), NOT_APPLIED),
    *_no_response("closed before it was applied", api.hangs_up(), NOT_APPLIED),
    *_no_response("reset after it was applied", _RESET_AFTER, APPLIED),
    *_no_response("reset in the middle of the body", _RESET_IN_BODY, APPLIED),
    *_no_response("closed in the middle of the body", _CLOSED_IN_BODY, APPLIED),
    *_slow("no response", api.black_hole(), NOT_APPLIED),
    *_slow("no response after it was applied", _SILENT_AFTER, APPLIED),
    *_slow("headers that drip", _DRIPPING_HEADERS, NOT_APPLIED),
    *_slow("body that drips, applied", applied(misbehaviour.dripping_body), APPLIED),
]


def _reset_and(name: str, then: Step, says: str) -> Fault:
    """What was applied has no response, and the further attempts are refused."""
    name = f"reset after it was applied, then {name}"
    return Fault(name, REFUSED, says, _RESET_AFTER, then=then)


_KEY_REVOKED = reply(401, {"Code": 100, "Message": "Provided API key is invalid"})
_NO_RESOURCE = gateway(404, "Resource not found")
_LIMITED = gateway(429, "Later")
RESET_AND_REFUSED = [
    _reset_and("401", _KEY_REVOKED, "401, code 100"),
    _reset_and("429", _LIMITED, "429: Later"),
    _reset_and("404 of the gateway", _NO_RESOURCE, "404: Resource not found"),
]


def _failing(status: int) -> list[Fault]:
    says, step, once = f"{status}: Later", gateway(status, "Later"), ends("ok", post="refused")
    return [
        Fault(f"{status}, once", once, says, step),
        Fault(f"{status}, three times", once, says, step, 3),
        Fault(f"{status}, always", REFUSED, says, step, ALWAYS),
        Fault(f"{status} though it was applied", APPLIED, says, applied(lambda _: step)),
    ]


GATEWAY = [
    *(fault for status in (502, 503, 504) for fault in _failing(status)),
    Fault("429, three times", OK, wrong=_LIMITED, times=3),
    Fault("429, always", REFUSED, "429: Later", _LIMITED, ALWAYS),
]


def _refusal(name: str, step: Step, says: str, at: Ends = REFUSED) -> Fault:
    return Fault(name, at, says, step, ALWAYS)


_ELSEWHERE = {"Location": "https://elsewhere.example.org/"}
REFUSALS = [
    _refusal("401", _KEY_REVOKED, "401, code 100: Provided API key is invalid. Check api_key"),
    _refusal(
        "403",
        reply(403, {"Code": 105, "Message": "No."}),
        "403, code 105: No. Check that the account",
    ),
    _refusal("404 of the gateway", _NO_RESOURCE, "404: Resource not found"),
    _refusal("302", reply(302, headers=_ELSEWHERE), "Redirects are not followed", UNEXPECTED),
]

_NO_JSON = "the response is not JSON"
_WELCOME = "(status 200): Welcome Sign in"
_HTML = {"Content-Type": "text/html"}
_PAGE = reply(200, body=b"<html><h1>Welcome</h1><p>Sign in</p></html>", headers=_HTML)
UNEXPECTED_RESPONSES = [
    Fault(
        "JSON of something else, not applied",
        UNEXPECTED,
        "whose Id is missing",
        reply(200, {"error": "Sign in"}),
        ALWAYS,
        but={"page": "not a page of campaigns", "delete": "that of a deletion (status 200): {"},
    ),
    Fault(
        "HTML page, not applied, once",
        UNEXPECTED,
        f"{_NO_JSON} {_WELCOME}",
        _PAGE,
        but={"put": "holds something else", "delete": f"that of a deletion {_WELCOME}"},
    ),
    Fault(
        "HTML page, not applied, always",
        UNEXPECTED,
        f"{_NO_JSON} {_WELCOME}",
        _PAGE,
        ALWAYS,
        but={"delete": f"that of a deletion {_WELCOME}"},
    ),
    Fault("HTML page, applied", UNREADABLE, _NO_JSON, applied(lambda _: _PAGE)),
    Fault("empty body", UNREADABLE, "an empty body", garbled(lambda _: None)),
    Fault(
        "id of another",
        ends("unexpected", page="warned", put="ok", delete="ok"),
        "webhook 29",
        garbled(misbehaviour.with_id_of_another),
    ),
]

CHANGES = [
    Fault(
        "deleted meanwhile",
        ends("refused", page="warned", verify="unexpected", delete="ok"),
        "404, code 1",
        meanwhile(misbehaviour.deleted),
    ),
    Fault(
        "changed meanwhile",
        ends("ok", verify="unexpected"),
        "holds something else",
        meanwhile(misbehaviour.changed),
    ),
]

FAULTS = [
    *(*NO_RESPONSE, *RESET_AND_REFUSED, *GATEWAY),
    *(*REFUSALS, *UNEXPECTED_RESPONSES, *CHANGES),
]
CELLS = [Cell(fault, position) for fault in FAULTS for position in COLUMNS]
