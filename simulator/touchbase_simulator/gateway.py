# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of the contract: the journal, faults, latency, and responses' shapes."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders

from touchbase_simulator.responses import SHAPES_WITHOUT_CODE, Response, gateway_error

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from touchbase_simulator.behaviour import Behaviour
    from touchbase_simulator.faults import Fault
    from touchbase_simulator.journal import Entry
    from touchbase_simulator.simulation import Simulation

CONTROL_PREFIX = "/_simulator/"


class Gateway:
    """The outermost application: everything but the control surface is a request to the API."""

    def __init__(
        self, simulation: Simulation, contract: ASGIApp, control: ASGIApp, latency: float
    ) -> None:
        """Put the parts together.

        :param latency: seconds that every request to the API takes at least.
        """
        self._simulation = simulation
        self._contract = contract
        self._control = control
        self._latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; what is no HTTP, such as the lifespan, is the contract's."""
        if scope["type"] != "http":
            await self._contract(scope, receive, send)
        elif scope["path"].startswith(CONTROL_PREFIX):
            await self._control(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        entry = self._note(scope, body)
        fault = self._simulation.faults.take(scope["method"], scope["path"])
        await asyncio.sleep(self._latency)
        response = await self._response(scope, body, fault)
        await asyncio.sleep(fault.delay if fault else 0)
        entry.status = response.status
        await response.send(send)

    async def _response(self, scope: Scope, body: bytes, fault: Fault | None) -> Response:
        replacement = fault.replacement if fault else None
        if fault is None or replacement is None:
            return await self._apply(scope, body)
        if fault.applied:
            await self._apply(scope, body)
        return replacement

    async def _apply(self, scope: Scope, body: bytes) -> Response:
        if _is_not_in_contract(scope):
            response = gateway_error(404, "Resource not found")
        else:
            response = await _call(self._contract, scope, body)
        return _shaped(response, scope["method"], self._simulation.behaviour)

    def _note(self, scope: Scope, body: bytes) -> Entry:
        headers = Headers(scope=scope)
        return self._simulation.journal.open_entry(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            body=_as_json(body),
            authorized=self._simulation.is_authorized(headers.get("authorization")),
            user_agent=headers.get("user-agent"),
            client_port=scope["client"][1] if scope.get("client") else None,
        )


def _is_not_in_contract(scope: Scope) -> bool:
    """Name what the framework would serve without the contract saying so.

    It responds to HEAD wherever there is a GET, and redirects a path with a slash at its end.
    """
    return scope["method"] == "HEAD" or scope["path"].endswith("/")


def _shaped(response: Response, method: str, behaviour: Behaviour) -> Response:
    """Give a response the shape that the switches ask for."""
    if method == "PUT" and response.status == HTTPStatus.OK and behaviour.put_response == "empty":
        return Response(response.status, (), b"")
    if response.status < HTTPStatus.BAD_REQUEST or behaviour.error_shape == "api":
        return response
    phrase = HTTPStatus(response.status).phrase
    return SHAPES_WITHOUT_CODE[behaviour.error_shape](response.status, phrase)


async def _read(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _call(app: ASGIApp, scope: Scope, body: bytes) -> Response:
    """Let an application handle a request whose body has been read already."""
    inner = dict(scope)
    inner["headers"] = list(scope["headers"])
    headers = MutableHeaders(scope=inner)
    # Connexion takes a chunked body for none and one without a type for bytes, and it minds the
    # type of a body that is not there.
    headers["content-length"] = str(len(body))
    if not body or "content-type" not in headers:
        headers["content-type"] = "application/json"
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(inner, receive, send)
    received = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in sent[0]["headers"]
    )
    content = b"".join(part.get("body", b"") for part in sent[1:])
    return Response(sent[0]["status"], received, content)


def _as_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
