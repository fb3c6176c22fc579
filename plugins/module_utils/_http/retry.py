# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests are retried, and when; private to this collection."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from threading import Event, Lock
from typing import Union

from .._errors import TouchBaseError
from .._options import ConnectionOptions
from .response import Response

IDEMPOTENT_METHODS = ("GET", "PUT", "DELETE")
_RATE_LIMITED = 429
_RETRYABLE_STATUSES = (502, 503, 504)
_BACKOFF_BASE = 0.5  # seconds
_MAX_BACKOFF = 8.0  # seconds
# The gateway, and the vendor's page of another operation, say it in the text of a 429.
_WAIT_IN_TEXT = re.compile(rb"try again in ([0-9]{1,9}) second", re.IGNORECASE)
_MAX_TEXT = 4096  # bytes of a body in which it is looked for


class Cancelled(BaseException):
    """The work was cancelled; raised instead of sending the next request."""


@dataclass(frozen=True)
class Failed:
    """An attempt without success, and what that means for the next one; ``delay`` in seconds."""

    error: TouchBaseError
    retryable: bool = False
    delay: float = 0.0
    rate_limited: bool = False


def failed(response: Response) -> Failed | None:
    """What a response means for the next attempt; None for a success."""
    error = response.error()
    if error is None:
        return None
    rate_limited = response.status == _RATE_LIMITED
    is_safe = response.request.method in IDEMPOTENT_METHODS
    return Failed(
        error,
        retryable=rate_limited or (is_safe and response.status in _RETRYABLE_STATUSES),
        delay=_requested_delay(response),
        rate_limited=rate_limited,
    )


Attempt = Callable[[int], Union[Response, Failed]]


class Retries:
    """The retries of a transport, whose threads a rate limit holds back together."""

    def __init__(self, options: ConnectionOptions, cancelled: Event) -> None:
        self.options = options
        self.cancelled = cancelled
        self._lock = Lock()
        self.not_before = 0.0
        """The time before which no thread sends a request."""

    def send(self, attempt: Attempt, on_retry: Callable[[], None]) -> Response:
        """Call ``attempt`` with 1, 2 and so on until it succeeds; raises the last one's error."""
        budget = _Budget(self)
        uncertain = False
        while True:
            budget.wait()
            outcome = attempt(budget.attempts)
            if isinstance(outcome, Response):
                return outcome
            if outcome.rate_limited:
                pause = min(outcome.delay or _BACKOFF_BASE, self.options.max_wait)
                with self._lock:
                    self.not_before = max(self.not_before, time.monotonic() + pause)
            if budget.is_spent or not outcome.retryable:
                raise _keep_uncertainty(outcome.error, uncertain)
            uncertain |= (
                outcome.error.failure.method != "GET" and outcome.error.may_have_been_applied
            )
            on_retry()
            budget.plan_pause(outcome.delay)


def _keep_uncertainty(error: TouchBaseError, uncertain: bool) -> TouchBaseError:
    """The last error, which must not hide what an earlier attempt may have applied."""
    if not uncertain or error.may_have_been_applied:
        return error
    return error.as_uncertain(
        f"{error} An earlier attempt may have applied the change. Run the task again to check."
    )


class _Budget:
    """The attempts that one request has left, and the seconds that it may wait between them."""

    def __init__(self, retries: Retries) -> None:
        self.attempts = 0
        self._retries = retries
        self._seconds_left = retries.options.max_wait
        self._resume_at = 0.0

    @property
    def is_spent(self) -> bool:
        """Whether there is no further attempt."""
        return self.attempts > self._retries.options.retries or self._seconds_left <= 0

    def plan_pause(self, requested: float) -> None:
        """Plan the pause before the next attempt: exponential, or what the service requests."""
        backoff = min(_MAX_BACKOFF, _BACKOFF_BASE * 2 ** (self.attempts - 1))
        pause = requested + _jitter() if requested else backoff / 2 + backoff * _jitter()
        self._resume_at = time.monotonic() + self._spend(pause)

    def wait(self) -> None:
        """Wait for the planned pause and any rate limit; raises Cancelled."""
        resume_at = max(self._resume_at, time.monotonic())
        while True:
            if self._retries.not_before > resume_at:
                resume_at += self._spend(self._retries.not_before + _jitter() - resume_at)
            pause = max(0.0, resume_at - time.monotonic())
            if self._retries.cancelled.wait(pause):
                raise Cancelled
            if not pause:
                break
        self.attempts += 1

    def _spend(self, seconds: float) -> float:
        spent = min(seconds, self._seconds_left)
        self._seconds_left -= spent
        return spent


def _jitter() -> float:
    """Up to half a second, so that threads do not go on all at once."""
    return random.uniform(0.0, 0.5)  # noqa: S311 (jitter is no secret)  # nosec B311


def _requested_delay(response: Response) -> float:
    """Seconds that the service asks to wait; 0 if it does not.

    ``Retry-After`` has seconds or a date (RFC 9110, 10.2.3). A 429 may say it in its text instead.
    """
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    in_text = _WAIT_IN_TEXT.search(response.body[:_MAX_TEXT])
    if not value and in_text and response.status == _RATE_LIMITED:
        return float(in_text[1])
    try:
        moment = parsedate_to_datetime(value)
    # IndexError: Python 3.9, of a day without a number.
    except (TypeError, ValueError, OverflowError, IndexError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
