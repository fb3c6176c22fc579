# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a response means: the one place that reads error bodies; private to this collection."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import Failure, Refused, TouchBaseError, UnexpectedResponse
from .._options import API_KEY_ENV, API_URL_ENV
from .._sensitive import redact, service_text, single_line

UNCERTAINTY = " The change may still have been applied. Run the task again to check."
MAX_QUOTE = 200  # characters
# What is quoted of a body of megabytes is at its beginning.
_MAX_READ = 64 * MAX_QUOTE
_TAG = re.compile(r"<[^<>]*>")
_COMPRESSED = re.compile("gzip|deflate|compress|br|zstd", re.IGNORECASE)
# Names under which gateways and proxies send the id of a request, in lower case.
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-ms-request-id", "x-correlation-id")


@dataclass(frozen=True)
class Request:
    """A request to the service; ``action`` completes the sentence "Could not …".

    ``advice`` says what a refusal with status 404 means: by code, and by None for any other code.
    """

    method: str
    path: str
    action: str
    body: Mapping[str, Any] | None = None
    advice: Mapping[int | None, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """A response of the service; names of ``headers`` are in lower case.

    Whatever it quotes of itself lacks the ``api_key`` and is marked as text of the service.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes
    api_key: str = field(default="", repr=False)
    attempts: int = 1

    def json(self) -> Any:
        """The body as JSON. Raises UnexpectedResponse when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unexpected("not JSON") from None

    def error(self) -> TouchBaseError | None:
        """The error of a response that is not a success; None for a success."""
        if self.status < 200:
            return self.unexpected("only an interim one")
        if self.status < 300:
            if self._is_compressed:
                return self.unexpected("compressed, although it must not be")
            return None
        if self.status < 400:
            return UnexpectedResponse(
                f"Could not {self.request.action}: the service redirects the request (status "
                f"{self.status}). Redirects are not followed, because they would carry the API key "
                f"along. Correct api_url (environment: {API_URL_ENV}).",
                self.failure(),
            )
        code, message = self._code_and_message()
        answered = str(self.status) if code is None else f"{self.status}, code {code}"
        if message:
            answered += f": {service_text(message.rstrip('.'))}"
        advice = _advice(self.status, code, self.request.advice)
        if self.status >= 500 and self.request.method != "GET":
            advice += UNCERTAINTY
        return Refused(
            f"Could not {self.request.action}: the service answered {answered}. {advice}",
            self.failure(),
        )

    def unexpected(self, what: str) -> UnexpectedResponse:
        """The error for a response that is not what the contract says; quotes a little of it."""
        quote = service_text(self._quote() or "an empty body")
        return UnexpectedResponse(
            f"Could not {self.request.action}: the response is {what} (status {self.status}): "
            f"{quote}. Check that api_url (environment: {API_URL_ENV}) is the service itself and "
            "not a portal or proxy in front of it."
            f"{'' if self.request.method == 'GET' else UNCERTAINTY}",
            self.failure(),
        )

    def failure(self) -> Failure:
        """The request and its response, for an error."""
        code, message = self._code_and_message()
        request_id = next(
            (self.headers[name] for name in _REQUEST_ID_HEADERS if name in self.headers), None
        )
        return Failure(
            status=self.status,
            code=code,
            message=None if message is None else service_text(message),
            method=self.request.method,
            path=self.request.path,
            attempts=self.attempts,
            request_id=None if request_id is None else service_text(self._shortened(request_id)),
        )

    @property
    def _is_compressed(self) -> bool:
        # Some servers name a character set there.
        return bool(self.body and _COMPRESSED.search(self.headers.get("content-encoding", "")))

    def _code_and_message(self) -> tuple[int | None, str | None]:
        """The code and message of an error, in whichever shape; the message redacted and short.

        ``{"Code", "Message"}`` is the vendor's, ``{"statusCode", "message"}`` that of Azure API
        Management in front of it. A superseded operation of the vendor documents
        ``{"status", "message"}``. Anything else is quoted.
        """
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return None, self._quote() or None
        code = data.get("Code")
        is_code = isinstance(code, int) and not isinstance(code, bool)
        message = data.get("Message") or data.get("message")
        # Written anew, because JSON may hold any character as an escape.
        text = str(message) if message else json.dumps(data, ensure_ascii=False)
        return code if is_code else None, self._shortened(text)

    def _quote(self) -> str:
        """The beginning of the body, without the tags if it is a page."""
        if self._is_compressed:
            return "a compressed body"
        text = redact(self.body.decode("utf-8", "replace"), self.api_key)[:_MAX_READ]
        is_page = text.lstrip("\ufeff \t\r\n").startswith("<")
        return self._shortened(_TAG.sub(" ", text) if is_page else text)

    def _shortened(self, text: str) -> str:
        """One line of at most 200 characters, from which the key was removed before the cut."""
        whole = redact(text, self.api_key)
        line = single_line(whole[:_MAX_READ])
        if len(whole) <= _MAX_READ and len(line) <= MAX_QUOTE:
            return line
        return line[:MAX_QUOTE] + "…"


def _advice(status: int, code: int | None, of_request: Mapping[int | None, str]) -> str:
    if status == 404 and code is None:
        return (
            "An error without a code does not come from the API, so api_url is probably wrong: "
            f"check it (environment: {API_URL_ENV})."
        )
    if status == 404 and of_request:
        return of_request.get(code, of_request[None])
    if status >= 500:
        return "The service is failing. Try again later."
    return {
        401: f"Check api_key (environment: {API_KEY_ENV}).",
        403: "Check that the account of this API key is allowed to do this.",
        407: "The proxy requires credentials. Check the proxy's URL in the environment.",
        429: "The service limits the rate of requests. Try again later, or raise retries and "
        "max_wait.",
    }.get(status, "Check the options of the task against this response.")
