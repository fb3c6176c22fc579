# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP response as a value, so that it can be replaced or misshapen before it is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Send

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Response:
    """Status, headers (lower-case names) and body of one response."""

    status: int
    headers: Headers
    body: bytes

    async def send(self, send: Send) -> None:
        """Send the response; its length is computed here, whatever was said before."""
        kept = [(name, value) for name, value in self.headers if name != "content-length"]
        # A response without content has no length (RFC 9110, 8.6).
        length = [] if self.status in (204, 304) else [("content-length", str(len(self.body)))]
        headers = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in [*kept, *length]
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def json_response(status: int, value: object) -> Response:
    """Respond with a JSON value."""
    body = json.dumps(value).encode()
    return Response(status, (("content-type", "application/json"),), body)


def gateway_error(status: int, message: str) -> Response:
    """Respond the way Azure API Management does for its own errors (its error handling page)."""
    return json_response(status, {"statusCode": status, "message": message})


def html_error(status: int, message: str) -> Response:
    """Respond with a page for people, as a proxy or a web server in front of an API does."""
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{status}</title></head>"
        f"<body><h1>{status}</h1><p>{message}</p></body></html>\n"
    )
    return Response(status, (("content-type", "text/html; charset=utf-8"),), page.encode())


def older_api_error(status: int, message: str) -> Response:
    """Respond as the superseded generation of the SMS API does (its page getMessageStatus)."""
    return json_response(status, {"status": status, "message": message})


# The shapes of errors that have no code, by the values of the switch error_shape.
SHAPES_WITHOUT_CODE: dict[str, Callable[[int, str], Response]] = {
    "gateway": gateway_error,
    "html": html_error,
    "older_api": older_api_error,
}
