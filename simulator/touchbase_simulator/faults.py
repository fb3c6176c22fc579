# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: responses that a test puts in the place of the real ones."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from touchbase_simulator.inputs import InputError, Inputs
from touchbase_simulator.responses import SHAPES_WITHOUT_CODE, Headers, Response

_KEYS = ("times", "method", "path", "status", "headers", "body", "error_shape", "delay", "applied")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[ -~\t]*")
# The server frames the response itself; a wrong frame is a broken server, not a response.
_FRAMING = ("content-length", "transfer-encoding", "connection")
_LONGEST_DELAY = 600.0


@dataclass
class Fault:
    """What happens to the next ``times`` requests that match; ``delay`` is in seconds.

    With an ``error_shape``, ``body`` is the message of an error of that shape.
    """

    times: int
    method: str | None
    path: str | None
    status: int | None
    headers: Headers
    body: str
    error_shape: str | None
    delay: float
    applied: bool

    def matches(self, method: str, path: str) -> bool:
        """Say whether a request is meant; a path that ends in ``*`` is a prefix."""
        if self.method not in (None, method):
            return False
        if self.path is not None and self.path.endswith("*"):
            return path.startswith(self.path[:-1])
        return self.path in (None, path)

    @property
    def replacement(self) -> Response | None:
        """The response to give instead, or None when the real one is only to be late."""
        if self.status is None:
            return None
        if self.error_shape is None:
            return Response(self.status, self.headers, self.body.encode())
        shaped = SHAPES_WITHOUT_CODE[self.error_shape](self.status, self.body)
        headers = {**dict(shaped.headers), **dict(self.headers)}
        return Response(shaped.status, tuple(headers.items()), shaped.body)


@dataclass
class FaultQueue:
    """The faults still to come, first in, first used."""

    waiting: list[Fault] = field(default_factory=list)

    def take(self, method: str, path: str) -> Fault | None:
        """Use up one turn of the first fault that matches a request."""
        for fault in self.waiting:
            if fault.matches(method, path):
                fault.times -= 1
                if fault.times == 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def as_data(self) -> list[dict[str, Any]]:
        """Give the waiting faults as plain data, in the form in which they are queued."""
        return [{**asdict(fault), "headers": dict(fault.headers)} for fault in self.waiting]


def fault_from(value: Any) -> Fault:
    """Build a fault from a control request.

    :raises InputError: a key or value makes no sense, or the fault would do nothing.
    """
    inputs = Inputs.of(value, _KEYS)
    method = inputs.text("method")
    status = inputs.whole("status", 200, 599)
    body, kind = _body(inputs.values.get("body", ""))
    error_shape = _error_shape(inputs)
    fault = Fault(
        times=inputs.whole("times", 1, 1_000_000) or 1,
        method=method.upper() if method else None,
        path=inputs.text("path"),
        status=status,
        headers=_headers(inputs.mapping("headers"), kind if body and not error_shape else None),
        body=body,
        error_shape=error_shape,
        delay=inputs.number("delay", _LONGEST_DELAY),
        applied=inputs.flag("applied"),
    )
    _refuse_contradictions(fault)
    return fault


def _refuse_contradictions(fault: Fault) -> None:
    if fault.status is None and not fault.delay:
        msg = "a fault needs a status, a delay, or both"
        raise InputError(msg)
    if fault.status is None and (fault.applied or fault.body or fault.headers):
        msg = "applied, body and headers need a status: they belong to the response given instead"
        raise InputError(msg)
    if fault.status in (204, 304) and fault.body:
        msg = f"a response with status {fault.status} cannot have a body"
        raise InputError(msg)


def _error_shape(inputs: Inputs) -> str | None:
    shape = inputs.text("error_shape")
    if shape is None:
        return None
    if shape not in SHAPES_WITHOUT_CODE:
        msg = f"error_shape must be one of {', '.join(SHAPES_WITHOUT_CODE)}"
        raise InputError(msg)
    if (inputs.whole("status", 200, 599) or 0) < HTTPStatus.BAD_REQUEST:
        msg = "error_shape needs a status of 400 or more"
        raise InputError(msg)
    if not inputs.text("body"):
        msg = "error_shape needs a text as body: the message of the error"
        raise InputError(msg)
    return shape


def _body(value: Any) -> tuple[str, str]:
    """Give text as it is and any other value as JSON, with the media type it then has."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            msg = f"body cannot be sent as UTF-8: {error.reason}"
            raise InputError(msg) from error
        return value, "text/plain; charset=utf-8"
    return json.dumps(value), "application/json"


def _headers(given: dict[str, Any], media_type: str | None) -> Headers:
    headers = {}
    for name, value in given.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _FRAMING:
            msg = f"headers: {name!r} cannot be set"
            raise InputError(msg)
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            msg = f"headers: the value of {name!r} must be printable ASCII text"
            raise InputError(msg)
        headers[name.lower()] = value
    if media_type:
        headers.setdefault("content-type", media_type)
    return tuple(headers.items())
