# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request ends within ``(retries + 1) × timeout + max_wait`` seconds, whatever is done to it."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Mapping

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import TouchBaseError
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import Request
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from tests.unit.support.ready_made import options
from tests.unit.support.service import Step, black_hole, drips, gateway, raw, scripted_service

TIMEOUT, RETRIES, MAX_WAIT = 3.0, 1, 0.3
# For a machine under load; less than a whole attempt, and far less than a drip that nobody stops.
ALLOWANCE = 2.5
PATH = "/sms/campaigns/9141/webhooks"
CALLS = [
    Request("GET", PATH, "list the webhooks"),
    Request("PUT", f"{PATH}/28", "update webhook 28", {}),
    Request("POST", PATH, "create a webhook", {}),
    Request("DELETE", f"{PATH}/28", "delete webhook 28"),
]
OK = b"HTTP/1.1 200 OK\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
STEPS: Mapping[str, Step] = {
    "black hole": black_hole(),
    "status line that drips": drips(b"", b"H"),
    "headers that drip": drips(OK, b"A: b\r\n"),
    "interim answers that drip": drips(INTERIM, INTERIM),
    "body that drips": drips(OK + b"Content-Length: 999999\r\n\r\n", b" "),
    "body of unknown length that drips": drips(OK + b"\r\n", b" "),
    "body in chunks that drips": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "refusal that drips": drips(b"HTTP/1.1 503 No\r\nContent-Length: 999999\r\n\r\n", b" "),
    "end without an answer": raw(b""),
    "rate limit with a pause of years": gateway(429, "Later", {"Retry-After": "99999999"}),
    "rate limit without a pause": gateway(429, "Later"),
    "trouble with a pause of years": gateway(503, "Later", {"Retry-After": "99999999"}),
}
CASES = {f"{call.method}, {name}": (call, step) for call in CALLS for name, step in STEPS.items()}
Ends = queue.SimpleQueue[tuple[str, float, TouchBaseError]]


@pytest.fixture(name="ended", scope="module")
def _ended() -> Mapping[str, tuple[float, TouchBaseError]]:
    """Seconds and error of each request; all at once, since each spends its time waiting."""
    ends: Ends = queue.SimpleQueue()
    ended: dict[str, tuple[float, TouchBaseError]] = {}
    with contextlib.ExitStack() as services:
        for case, (call, step) in CASES.items():
            service = services.enter_context(scripted_service()).always_answers(step)
            threading.Thread(
                target=_send, args=(case, call, service.url, ends), daemon=True
            ).start()
        limit = time.monotonic() + bound(RETRIES + 1) + ALLOWANCE
        with contextlib.suppress(queue.Empty):
            while len(ended) < len(CASES):
                case, seconds, error = ends.get(timeout=max(0.0, limit - time.monotonic()))
                ended[case] = (seconds, error)
    return ended


def bound(attempts: int) -> float:
    """Seconds that so many attempts may take."""
    return attempts * TIMEOUT + MAX_WAIT


def _send(case: str, call: Request, url: str, ends: Ends) -> None:
    begun = time.monotonic()
    connection = {"timeout": TIMEOUT, "retries": RETRIES, "max_wait": MAX_WAIT}
    try:
        Transport(options(url, **connection), read_only=False).send(call)
    except TouchBaseError as error:
        ends.put((case, time.monotonic() - begun, error))


@pytest.mark.parametrize("case", CASES)
def test_a_request_ends_within_the_documented_time_with_our_own_error(
    case: str, ended: Mapping[str, tuple[float, TouchBaseError]]
) -> None:
    assert case in ended, f"not within {bound(RETRIES + 1) + ALLOWANCE} seconds"
    seconds, error = ended[case]
    attempts = error.failure.attempts or 0
    assert 1 <= attempts <= RETRIES + 1
    assert seconds <= bound(attempts) + ALLOWANCE
    assert str(error).startswith(f"Could not {CASES[case][0].action}: ")
