# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract, served by Connexion: routing, the key, validation of requests and responses."""

from __future__ import annotations

import functools
import json
import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

with warnings.catch_warnings():
    # Importing Connexion also loads a test client, whose own outlook is not our users' concern.
    warnings.simplefilter("ignore")
    import connexion  # type: ignore[import-untyped]
from connexion.datastructures import MediaTypeDict  # type: ignore[import-untyped]
from connexion.exceptions import ProblemException  # type: ignore[import-untyped]
from connexion.lifecycle import (  # type: ignore[import-untyped]
    ConnexionRequest,
    ConnexionResponse,
)
from connexion.options import SwaggerUIOptions  # type: ignore[import-untyped]
from connexion.resolver import Resolver  # type: ignore[import-untyped]
from connexion.validators import JSONRequestBodyValidator  # type: ignore[import-untyped]

from touchbase_simulator import refusals
from touchbase_simulator.operations import Operations
from touchbase_simulator.refusals import Refusal
from touchbase_simulator.responses import Response, gateway_error, json_response

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from starlette.types import ASGIApp, Scope

    from touchbase_simulator.operations import Reply
    from touchbase_simulator.simulation import Simulation

CONTRACT = Path(__file__).parent / "openapi.yaml"

_P = ParamSpec("_P")
_LOGGER = logging.getLogger(__name__)


def contract_app(simulation: Simulation) -> ASGIApp:
    """Build the application that keeps the contract, whatever is done to its responses later.

    Its page for people (Swagger) and the contract itself are under /_simulator/.
    """
    operations = Operations(simulation).by_operation_id()
    app = connexion.AsyncApp(
        __name__,
        specification_dir=CONTRACT.parent,
        resolver=Resolver(lambda operation_id: _responseing(operations[operation_id])),
        pythonic_params=True,
        validate_responses=True,
        validator_map={"body": MediaTypeDict({"*/*json": _BodyValidator})},
        security_map={"bearer": functools.partial(_BearerCheck, simulation)},
        swagger_ui_options=SwaggerUIOptions(
            swagger_ui_path="/_simulator/ui", spec_path="/_simulator/openapi.json"
        ),
    )
    app.add_api(CONTRACT.name)
    app.add_error_handler(Refusal, _on_refusal)
    # No route and, as in Azure API Management, a wrong method.
    app.add_error_handler(404, _on_no_route)
    app.add_error_handler(405, _on_no_route)
    # What Connexion itself finds wrong with a request.
    app.add_error_handler(400, _on_bad_request)
    app.add_error_handler(415, _on_bad_request)
    app.add_error_handler(Exception, _on_defect)
    application: ASGIApp = app
    return application


def _responseing(operation: Callable[_P, Awaitable[Reply]]) -> Callable[_P, Awaitable[Any]]:
    """Make an operation one of Connexion's; refusals are responses, so they are validated too."""

    @functools.wraps(operation)
    async def response(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        try:
            reply = await operation(*args, **kwargs)
        except Refusal as refusal:
            return refusal.body(), refusal.reason.status
        if reply.body is None:
            return connexion.NoContent, reply.status
        if reply.location is None:
            return reply.body, reply.status
        base = str(connexion.request.base_url).rstrip("/")
        return reply.body, reply.status, {"Location": f"{base}{reply.location}"}

    return response


class _BearerCheck:
    """Connexion's security handler for bearer keys; the contract names no function of ours."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def get_fn(
        self, _scheme: dict[str, Any], _scopes: list[str]
    ) -> Callable[[ConnexionRequest], dict[str, Any]]:
        """Give the function that lets a request pass or refuses it."""

        def check(request: ConnexionRequest) -> dict[str, Any]:
            if not self._simulation.is_authorized(request.headers.get("authorization")):
                raise Refusal(refusals.API_KEY_INVALID)
            return {}

        return check


class _BodyValidator(JSONRequestBodyValidator):
    """Connexion's own check of a JSON body, with the API's codes for what it finds."""

    async def _parse(self, stream: AsyncGenerator[bytes, None], scope: Scope) -> Any:  # noqa: ARG002
        raw = b"".join([part async for part in stream])
        try:
            # JSON is UTF-8 whatever the header claims (RFC 8259, 8.1).
            return json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise Refusal(refusals.malformed("Request body is not JSON")) from error

    def _validate(self, body: Any) -> None:
        errors = list(self._validator.iter_errors(body))
        if isinstance(body, dict) and any(_is_about_url(error) for error in errors):
            raise Refusal(refusals.URL_MISSING)
        if errors:
            raise Refusal(refusals.malformed(f"Request body is invalid: {errors[0].message:.200}"))


def _is_about_url(error: Any) -> bool:
    """Say whether a schema error comes from a Url that is missing, null, empty or no text."""
    missing = error.validator == "required" and error.message.startswith("'Url'")
    return missing or list(error.absolute_path)[:1] == ["Url"]


def _as_connexion(response: Response) -> ConnexionResponse:
    headers = dict(response.headers)
    return ConnexionResponse(status_code=response.status, body=response.body, headers=headers)


async def _on_refusal(_request: ConnexionRequest, refusal: Refusal) -> ConnexionResponse:
    return _as_connexion(json_response(refusal.reason.status, refusal.body()))


async def _on_no_route(_request: ConnexionRequest, _error: Exception) -> ConnexionResponse:
    return _as_connexion(gateway_error(404, "Resource not found"))


async def _on_bad_request(_request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    detail = error.detail if isinstance(error, ProblemException) else None
    refusal = Refusal(refusals.malformed(str(detail or "Request is invalid").splitlines()[0]))
    return _as_connexion(json_response(refusal.reason.status, refusal.body()))


async def _on_defect(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """Say loudly that the simulator broke its own contract: no switch asks for this."""
    _LOGGER.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _as_connexion(gateway_error(500, "Internal server error"))
