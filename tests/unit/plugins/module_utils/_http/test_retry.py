"""Retries: which requests are sent again, after which pause, and what the last error says."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._http.retry import Cancelled
from ansible_collections.touchbasepro.sms.tests.unit.support import http_requests as http
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock

EARLIER = "An earlier attempt may have applied the change. Run the task again to check."


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, _high: low)


# Which requests


@http.each_method
@pytest.mark.parametrize("status", [429, 502, 503, 504, 401, 404, 418, 500, 501, 505])
def test_post_is_retried_after_429_and_others_after_gateway_errors(
    service: api.Service, clock: Clock, status: int, request_: http.Request
) -> None:
    service.answers(api.gateway(status, "Oops"), http.OK)
    transport = http.transport_of(service)

    if status == 429 or (status in (502, 503, 504) and request_ != http.POST):
        assert transport.send(request_).attempts == len(service.requests) == 2
        assert len(clock.pauses) == 1
    else:
        failure = http.failed_send(transport, request_).failure
        assert (failure.status, failure.method) == (status, request_.method)
        assert (failure.attempts, len(service.requests), clock.pauses) == (1, 1, [])


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("step", [api.gateway(503, "Oops"), api.hangs_up()], ids=["503", "closed"])
def test_lasting_failure_ends_after_the_retries(
    service: api.Service, clock: Clock, step: api.Step, retries: int
) -> None:
    service.always_answers(step)

    error = http.failed_send(http.transport_of(service, retries=retries))

    assert error.failure.attempts == len(service.requests) == retries + 1
    assert len(clock.pauses) == retries
    is_closed = error.failure.status is None
    assert (f"the connection to {service.url} failed (" in str(error)) is is_closed
    assert (f", after {retries + 1} attempts. " in str(error)) is (is_closed and retries > 0)


# The first and the last answer, and whether the first may have been applied
UNCLEAR: dict[str, tuple[api.Step, Any, bool]] = {
    "closed, then refused": (api.hangs_up(), api.error(401, 100, "no"), True),
    "closed, then limited": (api.hangs_up(), 429, True),
    "closed, then no connection": (api.hangs_up(), None, True),
    "503, then refused": (api.gateway(503, ""), api.error(401, 100, "no"), True),
    "503, then limited": (api.gateway(503, ""), 429, True),
    "429, then refused": (api.gateway(429, ""), api.error(401, 100, "no"), False),
    "429, then limited": (api.gateway(429, ""), 429, False),
}


@http.each_method
@pytest.mark.parametrize("name", UNCLEAR)
@pytest.mark.usefixtures("clock")
def test_last_error_keeps_the_uncertainty_of_an_earlier_attempt(
    service: api.Service, request_: http.Request, name: str
) -> None:
    first, last, is_unclear = UNCLEAR[name]
    if last is None:
        first = api.after(service.refuses, first)
    service.answers(first, last)

    error = http.failed_send(http.transport_of(service, retries=1), request_)

    is_retried = request_ != http.POST or name.startswith("429")
    assert error.failure.attempts == 1 + is_retried
    keeps = is_retried and is_unclear and request_ != http.GET
    assert (EARLIER in str(error)) is keeps
    assert error.may_have_been_applied or not keeps


# Pauses


PAUSES: dict[str, tuple[Any, dict[str, str], list[float]]] = {
    "no jitter": (min, {}, [0.25, 0.5, 1, 2, 4, 4, 4]),
    "longest jitter": (max, {}, [0.5, 1, 2, 4, 8, 8, 8]),
    "longest jitter, requested": (max, {"Retry-After": "7"}, [7.5] * 7),
}


@pytest.mark.parametrize("name", PAUSES)
def test_pause_grows_up_to_a_limit_or_is_the_requested_with_jitter(
    service: api.Service, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    jitter, headers, pauses = PAUSES[name]
    monkeypatch.setattr(random, "uniform", jitter)
    service.always_answers(api.gateway(503, "Oops", headers))

    http.failed_send(http.transport_of(service, retries=7, max_wait=999.0))

    assert clock.pauses == pytest.approx(pauses, abs=0.1)


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


@pytest.mark.parametrize("name", REQUESTED)
def test_requested_pause_is_obeyed_within_max_wait(
    service: api.Service, clock: Clock, name: str
) -> None:
    status, retry_after, body, pause = REQUESTED[name]
    value = retry_after and retry_after.encode().decode("latin-1")
    headers = {} if value is None else {"Retry-After": value}
    service.answers(api.reply(status, body, headers=headers), http.OK)

    http.transport_of(service, max_wait=60.0).send(http.GET)

    assert sum(clock.pauses) == pytest.approx(pause, abs=0.2)


def test_retry_after_may_be_a_date(service: api.Service, clock: Clock) -> None:
    later = datetime.now(timezone.utc) + timedelta(seconds=20)
    service.answers(
        api.gateway(429, "Later", {"Retry-After": format_datetime(later, usegmt=True)}), http.OK
    )

    http.transport_of(service).send(http.GET)

    # An HTTP date has no fractions of a second, and this machine may be slow.
    assert 10 < clock.pauses[0] <= 20.5


@pytest.mark.parametrize("max_wait", [0.0, 0.1, 60.0])
def test_one_attempt_follows_when_max_wait_is_used_up_and_none_without(
    service: api.Service, clock: Clock, max_wait: float
) -> None:
    service.always_answers(api.gateway(429, "Later", {"Retry-After": "3600"}))

    error = http.failed_send(http.transport_of(service, retries=5, max_wait=max_wait))

    pauses = [max_wait] if max_wait else []
    assert clock.pauses == pytest.approx(pauses, abs=0.1)
    assert error.failure.attempts == len(service.requests) == len(pauses) + 1


# Rate limits, which concern every request of a transport


LIMITED = api.gateway(429, "Later", {"Retry-After": "30"})
LAST = {
    "429": (LIMITED, [30.5]),
    "503": (api.gateway(503, "Later", {"Retry-After": "30"}), []),
    "closed": (api.hangs_up(), []),
}


@pytest.mark.parametrize(("step", "pauses"), LAST.values(), ids=LAST)
def test_rate_limit_that_ended_one_request_holds_back_the_next(
    service: api.Service,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    step: api.Step,
    pauses: list[float],
) -> None:
    monkeypatch.setattr(random, "uniform", max)
    service.answers(step, http.OK)
    transport = http.transport_of(service, retries=0)

    http.failed_send(transport)
    transport.send(http.GET)

    assert clock.pauses == pytest.approx(pauses, abs=0.2)


@pytest.mark.parametrize(("status", "pauses"), [(429, [30, 30]), (503, [30])])
def test_rate_limit_before_a_retry_holds_back_other_requests(
    service: api.Service, clock: Clock, status: int, pauses: list[float]
) -> None:
    service.answers(api.gateway(status, "Later", {"Retry-After": "30"}), http.OK, http.OK)
    transport = http.transport_of(service, retries=1)

    def another_request_is_sent() -> None:
        transport.send(http.GET)

    transport.send(http.PUT, on_retry=another_request_is_sent)

    assert [request.method for request in service.requests] == ["PUT", "GET", "PUT"]
    assert clock.pauses == pytest.approx(pauses, abs=0.2)


@pytest.mark.parametrize(("max_wait", "pauses"), [(60.0, [30, 20]), (40.0, [30, 10]), (25.0, [25])])
def test_rate_limit_during_a_pause_prolongs_it_within_max_wait(
    service: api.Service, clock: Clock, max_wait: float, pauses: list[float]
) -> None:
    service.answers(LIMITED, api.gateway(429, "Later", {"Retry-After": "20"}), http.OK)
    transport = http.transport_of(service, retries=0, max_wait=max_wait)
    http.failed_send(transport, http.PUT)

    def another_request_is_refused() -> None:
        clock.wind(30 - clock.pauses[0])
        http.failed_send(transport, http.DELETE)

    clock.while_sleeping = another_request_is_refused
    transport.send(http.GET)

    assert [request.method for request in service.requests] == ["PUT", "DELETE", "GET"]
    assert clock.pauses == pytest.approx(pauses, abs=0.2)


# Cancellation


def test_cancelled_transport_sends_nothing_until_it_is_cleared(service: api.Service) -> None:
    service.answers(http.OK)
    transport = http.transport_of(service)
    transport.cancelled.set()

    with pytest.raises(Cancelled):
        transport.send(http.GET)
    assert service.requests == []

    transport.cancelled.clear()
    assert transport.send(http.GET).status == 200


def test_cancellation_ends_a_pause(service: api.Service) -> None:
    service.answers(api.gateway(503, "Later", {"Retry-After": "60"}))
    transport = http.transport_of(service)

    with pytest.raises(Cancelled):
        transport.send(http.GET, on_retry=transport.cancelled.set)

    assert len(service.requests) == 1
