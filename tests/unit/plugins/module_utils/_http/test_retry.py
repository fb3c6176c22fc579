# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retries: which requests are sent again, after which pause, and what the last error says."""

from __future__ import annotations

import random
import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import Request
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.retry import Cancelled
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock

from ansible_collections.touchbasepro.sms.tests.unit.support.http_requests import (  # isort: skip
    ALL, DELETE, GET, OK, POST, PUT, by_method, failed_send, transport_of,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (  # isort: skip
    ScriptedService, Step, after, error, gateway, hangs_up, reply, resets,
)  # fmt: skip

EARLIER = "An earlier attempt may have applied the change. Run the task again to check."


@pytest.fixture(name="longest_jitter")
def _longest_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)


@pytest.fixture(name="no_jitter")
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, _high: low)


# Which requests


@pytest.mark.parametrize("request_", ALL, ids=by_method)
@pytest.mark.parametrize("status", [429, 502, 503, 504, 401, 404, 418, 500, 501, 505])
def test_post_is_retried_after_429_and_others_after_gateway_errors(
    service: ScriptedService, clock: Clock, status: int, request_: Request
) -> None:
    service.answers(gateway(status, "Oops"), OK)
    transport = transport_of(service)

    if status == 429 or (status in (502, 503, 504) and request_ != POST):
        assert transport.send(request_).attempts == len(service.requests) == 2
        assert len(clock.pauses) == 1
    else:
        failure = failed_send(transport, request_).failure
        assert (failure.status, failure.method) == (status, request_.method)
        assert (failure.attempts, len(service.requests), clock.pauses) == (1, 1, [])


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("step", [gateway(503, "Oops"), hangs_up()], ids=["503", "closed"])
def test_lasting_failure_ends_after_the_retries(
    service: ScriptedService, clock: Clock, step: Step, retries: int
) -> None:
    service.always_answers(step)

    error = failed_send(transport_of(service, retries=retries))

    assert error.failure.attempts == len(service.requests) == retries + 1
    assert len(clock.pauses) == retries
    counted = f", after {retries + 1} attempts. "
    assert (counted in str(error)) == (retries > 0 and error.failure.status is None)


@pytest.mark.parametrize("step", [gateway(429, "Later"), resets()], ids=["429", "reset"])
def test_no_max_wait_means_no_retry(service: ScriptedService, clock: Clock, step: Step) -> None:
    service.answers(step)

    error = failed_send(transport_of(service, retries=3, max_wait=0.0))

    assert error.failure.attempts == len(service.requests) == 1
    assert clock.pauses == []


def test_on_retry_is_called_before_each_pause(service: ScriptedService, clock: Clock) -> None:
    service.answers(gateway(503, "Oops"), gateway(502, "Oops"), OK)
    pauses_before: list[int] = []

    transport_of(service).send(GET, lambda: pauses_before.append(len(clock.pauses)))

    assert pauses_before == [0, 1]


FIRST = {
    "closed": (hangs_up(), True),
    "503": (gateway(503, ""), True),
    "429": (gateway(429, ""), False),
}


@pytest.mark.parametrize("request_", ALL, ids=by_method)
@pytest.mark.parametrize(("first", "is_uncertain"), FIRST.values(), ids=FIRST)
@pytest.mark.parametrize("last", ["refused", "limited", "no connection"])
@pytest.mark.usefixtures("clock")
def test_last_error_keeps_the_uncertainty_of_an_earlier_attempt(
    service: ScriptedService, request_: Request, first: Step, is_uncertain: bool, last: str
) -> None:
    service.answers(after(service.refuses, hangs_up()) if last == "no connection" else first)
    service.always_answers(error(401, 100, "no") if last == "refused" else gateway(429, "no"))

    failure = failed_send(transport_of(service, retries=1), request_)

    is_retried = failure.failure.attempts == 2
    was_uncertain = is_uncertain or last == "no connection"
    assert is_retried or request_ == POST
    assert (EARLIER in str(failure)) == (is_retried and request_ != GET and was_uncertain)
    assert failure.may_have_been_applied or EARLIER not in str(failure)


# Pauses


@pytest.mark.usefixtures("longest_jitter")
def test_pauses_grow_up_to_a_limit(service: ScriptedService, clock: Clock) -> None:
    service.always_answers(gateway(503, "Oops"))

    failed_send(transport_of(service, retries=7, max_wait=999.0))

    assert clock.pauses == pytest.approx([0.5, 1, 2, 4, 8, 8, 8], abs=0.1)


@pytest.mark.usefixtures("no_jitter")
def test_jitter_shortens_a_pause_by_up_to_half(service: ScriptedService, clock: Clock) -> None:
    service.answers(gateway(503, "Oops"), gateway(503, "Oops"), OK)

    transport_of(service).send(GET)

    assert clock.pauses == pytest.approx([0.25, 0.5], abs=0.1)


IN_9 = {"message": "Try again in 9 seconds."}
# status, value of Retry-After, body, pause in seconds; a pause of 0.25 is one without a request
REQUESTED: dict[str, tuple[int, str | None, dict[str, Any], float]] = {
    "seconds": (503, "7", {}, 7),
    "seconds with blanks": (503, " 7 ", {}, 7),
    "no seconds": (503, "0", {}, 0.25),
    "negative seconds": (503, "-7", {}, 0.25),
    "half a second": (503, "7.5", {}, 0.25),
    "word": (503, "soon", {}, 0.25),
    "empty": (503, "", {}, 0.25),
    "digits of another script": (503, "\u0667", {}, 0.25),
    "past date": (503, "Fri, 31 Dec 1999 23:59:59 GMT", {}, 0.25),
    "date without a zone": (503, "Fri, 31 Dec 1999 23:59:59", {}, 0.25),
    "impossible day": (503, "Fri, 99 Dec 1999 23:59:59 GMT", {}, 0.25),
    "impossible year": (503, "Fri, 31 Dec 99999999999999999999 23:59:59 GMT", {}, 0.25),
    "day without a number": (503, "Dec x , 0 1", {}, 0.25),
    "distant date": (503, "Fri, 31 Dec 9999 23:59:59 GMT", {}, 60),
    "year of seconds": (503, "31536000", {}, 60),
    "more digits than a number has": (503, "9" * 400, {}, 60),
    "text of the vendor": (429, None, {"status": 429, **IN_9}, 9),
    "text of the gateway": (429, None, {"statusCode": 429, **IN_9}, 9),
    "text in other case": (429, None, {"message": "TRY AGAIN IN 9 SECONDS"}, 9),
    "one second in text": (429, None, {"message": "Try again in 1 second."}, 1),
    "text over max_wait": (429, None, {"message": "Try again in 999999999 seconds."}, 60),
    "absurd number in text": (429, None, {"message": f"Try again in {'9' * 5000} seconds."}, 0.5),
    "minutes in text": (429, None, {"message": "Try again in 9 minutes."}, 0.5),
    "text and header": (429, "4", IN_9, 4),
    "text of another status": (503, None, IN_9, 0.25),
}


@pytest.mark.parametrize(
    ("status", "retry_after", "body", "pause"), REQUESTED.values(), ids=REQUESTED
)
@pytest.mark.usefixtures("no_jitter")
def test_requested_pause_is_obeyed_within_max_wait(
    service: ScriptedService,
    clock: Clock,
    status: int,
    retry_after: str | None,
    body: dict[str, Any],
    pause: float,
) -> None:
    value = retry_after and retry_after.encode().decode("latin-1")
    headers = {} if value is None else {"Retry-After": value}
    service.answers(reply(status, body, headers=headers), OK)

    transport_of(service, max_wait=60.0).send(GET)

    assert sum(clock.pauses) == pytest.approx(pause, abs=0.2)


def test_retry_after_may_be_a_date(service: ScriptedService, clock: Clock) -> None:
    later = datetime.now(timezone.utc) + timedelta(seconds=20)
    service.answers(gateway(429, "Later", {"Retry-After": format_datetime(later, usegmt=True)}), OK)

    transport_of(service).send(GET)

    # An HTTP date has no fractions of a second, and this machine may be slow.
    assert 10 < clock.pauses[0] <= 20.5


@pytest.mark.parametrize("max_wait", [0.1, 60.0])
def test_one_attempt_follows_when_max_wait_is_used_up(
    service: ScriptedService, clock: Clock, max_wait: float
) -> None:
    service.always_answers(gateway(429, "Later", {"Retry-After": "3600"}))

    error = failed_send(transport_of(service, retries=5, max_wait=max_wait))

    assert clock.pauses == pytest.approx([max_wait], abs=0.1)
    assert error.failure.attempts == len(service.requests) == 2


# Rate limits, which concern all threads


@pytest.mark.parametrize(("status", "pauses"), [(429, [30.5, 30.5]), (503, [30.5])])
@pytest.mark.usefixtures("longest_jitter")
def test_rate_limit_alone_holds_back_other_threads(
    service: ScriptedService, clock: Clock, status: int, pauses: list[float]
) -> None:
    service.answers(gateway(status, "Later", {"Retry-After": "30"}), OK, OK)
    transport = transport_of(service)

    def another_thread_sends() -> None:
        # The clock has moved on by the first one's pause: go back to when it began.
        clock.wind(-clock.pauses[0])
        other = threading.Thread(target=transport.send, args=(GET,))
        other.start()
        other.join()
        clock.wind(pauses[0] if len(clock.pauses) == 1 else 0)

    clock.while_sleeping = another_thread_sends
    transport.send(PUT)

    assert [request.method for request in service.requests] == ["PUT", "GET", "PUT"]
    assert clock.pauses == pytest.approx(pauses, abs=0.5)


LIMITED = gateway(429, "Later", {"Retry-After": "30"})
LAST = {"429": (LIMITED, [30]), "closed": (hangs_up(), []), "502": (gateway(502, "no"), [])}


@pytest.mark.parametrize(("step", "pauses"), LAST.values(), ids=LAST)
def test_rate_limit_that_ended_one_request_holds_back_the_next(
    service: ScriptedService, clock: Clock, step: Step, pauses: list[float]
) -> None:
    service.answers(step, OK)
    transport = transport_of(service, retries=0)

    failed_send(transport)
    transport.send(GET)

    assert clock.pauses == pytest.approx(pauses, abs=0.6)


@pytest.mark.parametrize(("max_wait", "pauses"), [(60.0, [30, 20]), (40.0, [30, 10]), (25.0, [25])])
@pytest.mark.usefixtures("no_jitter")
def test_rate_limit_during_a_pause_prolongs_it_within_max_wait(
    service: ScriptedService, clock: Clock, max_wait: float, pauses: list[float]
) -> None:
    service.answers(LIMITED, gateway(429, "Later", {"Retry-After": "20"}), OK)
    transport = transport_of(service, retries=0, max_wait=max_wait)
    failed_send(transport, PUT)

    def another_request_is_refused() -> None:
        clock.wind(30 - clock.pauses[0])
        failed_send(transport, DELETE)

    clock.while_sleeping = another_request_is_refused
    transport.send(GET)

    assert [request.method for request in service.requests] == ["PUT", "DELETE", "GET"]
    assert clock.pauses == pytest.approx(pauses, abs=0.2)


# Cancellation


def test_cancelled_transport_sends_nothing_until_it_is_cleared(service: ScriptedService) -> None:
    service.answers(OK)
    transport = transport_of(service)
    transport.cancelled.set()

    with pytest.raises(Cancelled):
        transport.send(GET)
    assert service.requests == []

    transport.cancelled.clear()
    assert transport.send(GET).status == 200


def test_cancellation_ends_a_pause(service: ScriptedService) -> None:
    service.answers(gateway(503, "Later", {"Retry-After": "60"}))
    transport = transport_of(service)

    with pytest.raises(Cancelled):
        transport.send(GET, on_retry=transport.cancelled.set)

    assert len(service.requests) == 1
