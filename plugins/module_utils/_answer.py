# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of the service means: the one place that reads error bodies; private."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ._address import MASK
from ._errors import WEBHOOK_MISSING, Failure, Refused, TouchBaseError, UnexpectedAnswer
from ._options import API_KEY_ENV, API_URL_ENV

QUOTE_LENGTH = 200
# Of a body of megabytes, what is shown can only be at its beginning.
_MOST_READ = 64 * QUOTE_LENGTH
_LAST_WORD = re.compile(r"""[^\s"<>\[\]{}]+$""")
_TAG = re.compile(r"<[^<>]*>")
# What steers a terminal, or turns the direction in which a text is read. Joiners are not among it:
# some scripts, and emoji, are nothing without them.
_STEERS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
# A carriage return alone begins the same line again.
_STEERING = re.compile(rf"[{_STEERS}]|\r(?!\n)")
_STEERING_OR_ENDING = re.compile(rf"[{_STEERS}\t\r\n]")
# Names under which gateways and proxies send the id of a request, in lower case.
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-ms-request-id", "x-correlation-id")


@dataclass(frozen=True)
class Call:
    """One request to the service; ``doing`` completes the sentence "Could not …"."""

    method: str
    path: str
    doing: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case. What it shows of itself lacks ``secret``."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes
    secret: str = field(default="", repr=False)
    attempts: int = 1

    def data(self) -> Any:
        """The body as JSON. Raises UnexpectedAnswer when it is none."""
        try:
            with _nothing_collected():
                return json.loads(
                    self.body, parse_constant=_refuse_constant, object_pairs_hook=_each_once
                )
        except (ValueError, RecursionError):
            raise self.makes_no_sense("an answer that is not JSON") from None

    def failure(self) -> Failure:
        """The exchange, for an error about it."""
        code, message = self._code_and_message()
        return Failure(
            status=self.status,
            code=code,
            message=message,
            method=self.call.method,
            path=self.call.path,
            attempts=self.attempts,
            request_id=self._request_id(),
        )

    def makes_no_sense(self, what: str) -> UnexpectedAnswer:
        """The error for a body that is not what the contract says; quotes a little of it."""
        return UnexpectedAnswer(
            f"Could not {self.call.doing}: the service gave {what} (status {self.status}): "
            f"{self._quote()}. Check that api_url (environment: {API_URL_ENV}) is the "
            f"service itself and not a portal or proxy before it.{_doubt(self.call.method)}",
            self.failure(),
        )

    def refusal(self) -> TouchBaseError | None:
        """The error for an answer that is not a success; None for a success."""
        if 200 <= self.status < 300:
            return None
        if 300 <= self.status < 400:
            return UnexpectedAnswer(
                f"Could not {self.call.doing}: the service answers with a redirection (status "
                f"{self.status}), which is not followed, because the API key would go along. "
                f"Correct api_url (environment: {API_URL_ENV}).",
                self.failure(),
            )
        failure = self.failure()
        return Refused(
            f"Could not {self.call.doing}: the service answered {_in_words(failure)}. "
            f"{_advice(failure)}",
            failure,
        )

    def _code_and_message(self) -> tuple[int | None, str | None]:
        """Read the API's ``{Code, Message}``, the gateway's ``{statusCode, message}``, or any text.

        The first is the vendor's, on every operation page; the second is that of Azure API
        Management, which stands before the API.
        """
        try:
            with _nothing_collected():
                data = json.loads(self.body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return None, self._quote() if self.body.strip() else None
        code = data.get("Code")
        is_code = isinstance(code, int) and not isinstance(code, bool)
        message = data.get("Message") or data.get("message")
        # Written anew, because an address in JSON may be escaped beyond recognition.
        text = str(message) if message else json.dumps(data, ensure_ascii=False)
        return code if is_code else None, self._shown(text)

    def _quote(self) -> str:
        """The beginning of the body, without the tags if it is a page.

        In another text they may be part of an address, which could not be recognised without them.
        """
        text = self._without_secret(self.body.decode("utf-8", "replace"))
        is_page = text.lstrip("\ufeff \t\r\n").startswith("<")
        return self._shown(_TAG.sub(" ", text) if is_page else text) or "an empty body"

    def _request_id(self) -> str | None:
        for name in _REQUEST_ID_HEADERS:
            if name in self.headers:
                return self._shown(self.headers[name])
        return None

    def _shown(self, text: str) -> str:
        """Text of the service made safe to show: without the key, one line, of 200 characters.

        The key goes before the cut, since half of one would no longer be recognised.
        """
        whole = self._without_secret(text)
        line = one_line(whole[:_MOST_READ])
        if len(whole) <= _MOST_READ and len(line) <= QUOTE_LENGTH:
            return line
        # Not within a word: half an address could not be recognised and masked.
        return _LAST_WORD.sub("", line[:QUOTE_LENGTH]) + "…"

    def _without_secret(self, text: str) -> str:
        # Not above: a module compiles what it imports anew in every task, and this is long.
        from ._masking import (  # noqa: PLC0415
            without_secret,
        )

        for secret in {self.secret, json.dumps(self.secret)[1:-1]} - {""}:
            text = text.replace(secret, MASK)
        # With other escapes it is looked for only where it might be shown, since that takes long.
        return without_secret(text[:_MOST_READ], self.secret) + text[_MOST_READ:]


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without garbage collection meanwhile.

    In a body of ten thousand brackets it would come when the stack is full, and what others have to
    clean up would fail, and say so on stderr.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Of several threads only those turn it on again that have found it on.
        if was_on:
            gc.enable()


def one_line(text: str) -> str:
    """Text of the service without control characters, which could steer a terminal."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def legible(text: str, has_lines: bool = False) -> str:
    """Text of the service as data: only what could steer a terminal is replaced.

    One that ``has_lines`` may have tabs and ends of lines.
    """
    if text.isprintable():
        return text
    steering = _STEERING if has_lines else _STEERING_OR_ENDING
    return steering.sub("\N{REPLACEMENT CHARACTER}", text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, in which no name may be there twice: which of them counts is not said."""
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a name is there twice")
    return found


def _in_words(failure: Failure) -> str:
    code = f", code {failure.code}" if failure.code is not None else ""
    message = f": {failure.message}" if failure.message else ""
    return f"{failure.status}{code}{message.rstrip('.')}"


def _doubt(method: str | None) -> str:
    return "" if method == "GET" else " It may have been done all the same."


def _advice(failure: Failure) -> str:
    if failure.status == 404 and failure.code == WEBHOOK_MISSING:
        return "There is no such webhook: check its id and that of its owner."
    if failure.status == 404 and failure.code is None:
        return (
            "An error without a code comes from something before the API, so this is probably a "
            f"wrong address: check api_url (environment: {API_URL_ENV})."
        )
    if failure.status == 429:
        return "The service limits the rate of requests: try later, or raise retries and max_wait."
    if failure.status is not None and failure.status >= 500:
        return f"The service is in trouble: try again later.{_doubt(failure.method)}"
    return {
        401: f"Check api_key (environment: {API_KEY_ENV}).",
        403: "Check that the account of this API key may do this.",
        404: "Check the ids: probably their owner does not exist.",
        407: "The proxy wants credentials: check the proxy's address in the environment.",
    }.get(failure.status or 0, "Check the options of the task against this answer.")
