# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control surface under /_simulator/: what a test may see and do behind the API's back."""

from __future__ import annotations

import json
import signal
from dataclasses import asdict, replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route, Router

from touchbase_simulator.behaviour import BehaviourError
from touchbase_simulator.faults import fault_from
from touchbase_simulator.inputs import LARGEST_ID, InputError, Inputs, owner_from
from touchbase_simulator.seed import SeedError, seed_from

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from touchbase_simulator.simulation import Simulation


def control_app(simulation: Simulation, otherwise: ASGIApp) -> ASGIApp:
    """Build the control surface.

    :param otherwise: serves what is not a control operation: the pages about the contract.
    """
    control = _Control(simulation)
    operations: dict[tuple[str, str], Callable[[Any], object]] = {
        ("GET", "journal"): control.journal,
        ("DELETE", "journal"): control.clear_journal,
        ("GET", "state"): control.state,
        ("POST", "reset"): control.reset,
        ("POST", "stop"): control.stop,
        ("GET", "behaviour"): control.behaviour,
        ("PATCH", "behaviour"): control.change_behaviour,
        ("POST", "deactivate"): control.deactivate,
        ("POST", "deliver"): control.deliver,
        ("GET", "deliveries"): control.deliveries,
        ("DELETE", "deliveries"): control.clear_deliveries,
        ("GET", "faults"): control.faults,
        ("POST", "faults"): control.queue_fault,
        ("DELETE", "faults"): control.clear_faults,
    }
    routes = [
        Route(f"/_simulator/{name}", _endpoint(operation), methods=[method])
        for (method, name), operation in operations.items()
    ]
    return Router(routes, default=otherwise)


def _endpoint(operation: Callable[[Any], object]) -> Callable[[Request], Awaitable[Response]]:
    """Give an operation the request's JSON; what makes no sense gets status 400."""

    async def serve(request: Request) -> Response:
        try:
            result = operation(await _json(request))
            return _json_response(200, await result if isawaitable(result) else result)
        except (InputError, SeedError, BehaviourError) as error:
            return _json_response(400, {"error": str(error)})

    return serve


def _json_response(status: int, value: object) -> Response:
    # Not Starlette's JSONResponse: it fails on half a surrogate pair and on an infinite number,
    # and the journal repeats whatever a client has sent.
    return Response(json.dumps(value), status, media_type="application/json")


async def _json(request: Request) -> Any:
    raw = await request.body()
    try:
        return json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        msg = f"the body is not JSON: {error}"
        raise InputError(msg) from error


class _Control:
    """One method for each control operation: JSON in, JSON out."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def journal(self, _body: Any) -> object:
        return self._simulation.journal.as_data()

    def clear_journal(self, _body: Any) -> object:
        self._simulation.journal.clear()
        return []

    def state(self, _body: Any) -> object:
        return seed_from(self._simulation.account)

    def reset(self, body: Any) -> object:
        inputs = Inputs.of(body, ("seed", "behaviour"))
        self._simulation.reset(inputs.values.get("seed"), inputs.mapping("behaviour"))
        return self.state(body)

    def stop(self, _body: Any) -> object:
        # This one gets its response before the server ends; others have a second (see server.py).
        signal.raise_signal(signal.SIGTERM)
        return {}

    def behaviour(self, _body: Any) -> object:
        return asdict(self._simulation.behaviour)

    def change_behaviour(self, body: Any) -> object:
        changes = Inputs.of(body, tuple(asdict(self._simulation.behaviour))).values
        self._simulation.behaviour = self._simulation.behaviour.with_changes(changes)
        return self.behaviour(body)

    def deactivate(self, body: Any) -> object:
        inputs = Inputs.of(body, ("scope", "campaign_id", "list_id", "webhook_id", "note"))
        note = inputs.text("note")
        webhook_id = inputs.whole("webhook_id", 1, LARGEST_ID)
        try:
            webhooks = self._simulation.account.webhooks_of(owner_from(inputs))
            webhook = webhooks[webhook_id or 0]
        except LookupError as error:
            msg = "there is no such webhook"
            raise InputError(msg) from error
        if not note:
            msg = "note must say why the service switches the webhook off"
            raise InputError(msg)
        webhooks[webhook.webhook_id] = replace(webhook, active=False, note=note)
        return asdict(webhooks[webhook.webhook_id])

    async def deliver(self, body: Any) -> object:
        return await self._simulation.deliveries.deliver(self._simulation.account, body)

    def deliveries(self, _body: Any) -> object:
        return self._simulation.deliveries.as_data()

    def clear_deliveries(self, body: Any) -> object:
        self._simulation.deliveries.clear()
        return self.deliveries(body)

    def faults(self, _body: Any) -> object:
        return self._simulation.faults.as_data()

    def queue_fault(self, body: Any) -> object:
        self._simulation.faults.waiting.append(fault_from(body))
        return self.faults(body)

    def clear_faults(self, body: Any) -> object:
        self._simulation.faults.waiting.clear()
        return self.faults(body)
