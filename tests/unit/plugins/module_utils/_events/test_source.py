"""The event source: options, polls, failures and cancellation, on a scripted service."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from unittest.mock import Mock

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._events import source as source_file
from ansible_collections.touchbasepro.sms.plugins.module_utils._events.source import (
    Source,
    StartError,
    run,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.retry import Cancelled
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import drift_info
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock

KEY = "s3cret-key-of-a-test"
CAMPAIGN, LIST = {"campaign_id": 9141}, f"GET {made.WEBHOOKS_PATH}"
ACTIVE, LISTED = [made.api_record()], [made.api_record(IsActive=False)]
DETAILS = {**LISTED[0], "Note": made.NOTE}
WRONG_KEY = api.error(401, 100, "Provided API key is invalid")
FAILS = api.gateway(500, "Internal server error")


def options(service: api.Service, **changed: Any) -> dict[str, Any]:
    usual = {"api_key": KEY, "api_url": service.url, "retries": 0, "owners": [CAMPAIGN]}
    return {**usual, **changed}


def polled(source: Source) -> list[dict[str, Any]]:
    return [one["touchbase_sms"] for one in asyncio.run(source.poll())]


def told(source: Source, polls: int) -> list[str]:
    """The kinds that each poll tells, such as "missing", or "-"."""
    return ["+".join(one["kind"] for one in polled(source)) or "-" for _poll in range(polls)]


# Options

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "misspelt": ({"intervall": 5}, "Supported parameters include: api_key"),
    "interval": ({"interval": 0}, "interval must be from 1 to 86400, not 0."),
    "remind": ({"remind": 59}, "remind must be from 60 to 86400, not 59."),
    "confirm": ({"confirm": 6}, "confirm must be from 1 to 5, not 6."),
    "no key": ({"api_key": None}, "api_key is missing"),
    "nothing declared": ({"owners": None}, "Give webhooks or owners"),
    "URL in the wrong place": (
        {"webhooks": [{**CAMPAIGN, "url": made.URL, "active": made.URL}]},
        "is not a valid boolean",
    ),
}


@pytest.mark.parametrize(("changed", "words"), WRONG.values(), ids=WRONG)
def test_wrong_option_is_refused_at_the_start(
    changed: dict[str, Any], words: str, service: api.Service
) -> None:
    with pytest.raises(StartError) as caught:
        polled(Source(options(service, **changed)))

    assert words in str(caught.value)
    assert KEY not in str(caught.value)
    assert made.URL not in str(caught.value)
    assert service.seen == []


def test_options_may_come_from_the_environment_and_be_null(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    monkeypatch.setenv("TOUCHBASE_API_URL", service.url)
    service.answers(ACTIVE)

    entry = {**CAMPAIGN, "url": None, "webhook_id": 28, "active": True, "scope": None}
    assert polled(Source({"webhooks": [entry], "eda_feedback_queue": object()})) == []

    assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_missing_requests_is_said_in_a_sentence(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_file, "REQUESTS_IMPORT_ERROR", "a trace")

    with pytest.raises(StartError, match=r"lacks the package requests.*-m pip install"):
        Source(options(service))


# Polls


def test_poll_tells_what_the_service_has_deactivated(service: api.Service) -> None:
    service.answers(LISTED, DETAILS, ACTIVE)
    source = Source(options(service))

    (event,) = polled(source)
    (settled,) = polled(source)

    assert service.seen == [LIST, f"{LIST}/28", LIST]
    assert (event["kind"], event["webhook"]["webhook_id"]) == ("disabled_by_service", 28)
    assert (settled["kind"], settled["was"]) == ("settled", "disabled_by_service")
    assert event["since"].endswith("+00:00")


def test_url_and_note_are_masked_unless_asked_for(service: api.Service) -> None:
    details = {**LISTED[0], "Note": f"Gave up on {made.URL}."}
    service.answers(LISTED, details, LISTED, details)

    (masked,) = polled(Source(options(service, mask_url=None)))
    (clear,) = polled(Source(options(service, mask_url=False)))

    assert "5f1d" not in str(masked)
    assert masked["webhook"]["url"].startswith("https://hooks.example.org/********-")
    assert clear["webhook"]["url"] == made.URL
    assert masked["fingerprint"] == clear["fingerprint"]


ELSEWHERE = [{**LISTED[0], "Url": made.NEW_URL}]
# Seconds before each poll, answers, and how often the note is read.
NOTES: dict[str, tuple[int, list[Any], int]] = {
    "stays inactive": (880, [LISTED, DETAILS, LISTED, LISTED], 1),
    "is active by now": (60, [LISTED, ACTIVE[0], LISTED, DETAILS], 2),
    "was active in between": (60, [LISTED, DETAILS, ACTIVE, LISTED, DETAILS], 2),
    "has another URL": (60, [LISTED, DETAILS, ELSEWHERE, DETAILS], 2),
    "was read half an hour ago": (1800, [LISTED, DETAILS, LISTED, DETAILS], 2),
}


@pytest.mark.parametrize(("pause", "script", "times"), NOTES.values(), ids=NOTES)
def test_note_is_read_again_only_when_it_may_have_changed(
    pause: int,
    script: list[Any],
    times: int,
    service: api.Service,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source_file, "time", clock)
    service.answers(*script)
    source = Source(options(service, mask_url=False))
    while service.script:
        clock.wind(pause)
        polled(source)

    assert service.seen.count(f"{LIST}/28") == times


MISSING = {"webhooks": [{**CAMPAIGN, "webhook_id": 29, "active": True}], "owners": None}
TWO_OWNERS = {"owners": [CAMPAIGN, {"campaign_id": 9142}]}
BUSY = api.gateway(503, "busy")
# Options, answers, and what each poll tells.
POLLS: dict[str, tuple[dict[str, Any], list[Any], list[str]]] = {
    "undeclared by default": ({"confirm": 1}, [ACTIVE], ["-"]),
    "undeclared if wanted": ({"confirm": 1, "kinds": ["undeclared"]}, [ACTIVE], ["undeclared"]),
    "missing twice": (MISSING, [ACTIVE, ACTIVE], ["-", "missing"]),
    "failure now and then": ({}, [FAILS, ACTIVE, FAILS, ACTIVE], ["-"] * 4),
    "failure twice": ({}, [FAILS, FAILS, FAILS, ACTIVE], ["-", "unreadable", "-", "settled"]),
    "failure while a level lasts": (
        {},
        [LISTED, DETAILS, FAILS, FAILS, LISTED, ACTIVE],
        ["disabled_by_service", "-", "unreadable", "settled", "settled"],
    ),
    "key withdrawn": ({}, [ACTIVE, WRONG_KEY, WRONG_KEY], ["-", "-", "unreadable"]),
    "one of two owners unreadable": (
        TWO_OWNERS,
        [LISTED, ACTIVE, DETAILS, ACTIVE, BUSY, ACTIVE, BUSY],
        ["disabled_by_service", "-", "unreadable"],
    ),
}


@pytest.mark.parametrize(("changed", "script", "kinds"), POLLS.values(), ids=POLLS)
def test_polls_tell_what_lasts_and_failures_settle_nothing(
    changed: dict[str, Any], script: list[Any], kinds: list[str], service: api.Service
) -> None:
    service.answers(*script)

    assert told(Source(options(service, **changed)), len(kinds)) == kinds

    assert service.script == []


# Failures


def test_wrong_key_ends_the_source_before_the_first_success(service: api.Service) -> None:
    service.answers(FAILS, WRONG_KEY)
    source = Source(options(service))
    assert polled(source) == []

    with pytest.raises(StartError, match="401"):
        polled(source)


def test_internal_error_is_told_like_any_other(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise KeyError("5f1c0a7e")

    monkeypatch.setattr(drift_info, "read_declared", broken)
    source = Source(options(service))
    polled(source)

    (event,) = polled(source)

    assert (event["kind"], event["failure"]["kind"]) == ("unreadable", "internal_error")
    assert "KeyError" in event["msg"]
    assert "5f1c0a7e" not in str(event)


@pytest.mark.parametrize(
    ("interval", "longest"),
    [(60, [60, 120, 240, 480, 900, 900, 60]), (3600, [3600] * 7)],
    ids=["short", "longer than any backoff"],
)
def test_pause_doubles_with_each_failure_until_a_success(
    service: api.Service, interval: int, longest: list[int]
) -> None:
    service.answers(*[FAILS] * 5, ACTIVE)
    source = Source(options(service, interval=interval, remind=0))
    pauses = [source.pause()]
    for _poll in range(6):
        polled(source)
        pauses.append(source.pause())

    assert (pauses[0], pauses[-1]) == (interval, interval)
    assert all(0.9 * most <= pause <= most for pause, most in zip(pauses, longest))


def test_warning_is_logged_once(service: api.Service, caplog: pytest.LogCaptureFixture) -> None:
    service.always_answers(api.error(404, 142, "Webhook record does not exist"))
    source = Source(options(service))

    with caplog.at_level(logging.WARNING):
        told(source, 3)

    (warning,) = caplog.messages
    assert "code 142" in warning


# The loop


async def first_event(args: dict[str, Any]) -> Any:
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    task = asyncio.create_task(run(queue, args))
    event = await asyncio.wait_for(queue.get(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return event


def test_run_puts_events_until_it_is_cancelled(service: api.Service) -> None:
    service.answers(LISTED, DETAILS).always_answers(ACTIVE)

    event = asyncio.run(first_event(options(service)))

    assert event["touchbase_sms"]["kind"] == "disabled_by_service"
    assert set(event) == {"touchbase_sms"}


async def cancelled_while_reading(service: api.Service, args: dict[str, Any]) -> None:
    task = asyncio.create_task(run(asyncio.Queue(1), args))
    while not service.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), 10)


def test_cancelled_source_does_not_wait_for_a_response(service: api.Service) -> None:
    service.always_answers(api.black_hole())

    asyncio.run(cancelled_while_reading(service, options(service)))

    assert len(service.requests) == 1


def test_cancelled_source_sends_nothing_more(service: api.Service) -> None:
    source = Source(options(service))
    source.cancel()

    with pytest.raises(Cancelled):
        polled(source)
    assert service.seen == []


def test_transport_of_a_source_may_only_read(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = Mock(wraps=source_file.Transport)
    monkeypatch.setattr(source_file, "Transport", transport)

    Source(options(service))

    assert transport.call_args.kwargs == {"read_only": True}
