# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source: options, polls, failures and cancellation, on a scripted service."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._events import source as source_file
from ansible_collections.touchbasepro.sms.plugins.module_utils._events.source import (
    Source,
    StartError,
    run,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.retry import Cancelled
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import drift_info
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NEW_URL,
    NOTE,
    URL,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    black_hole,
    error,
    gateway,
    reply,
)

KEY = "s3cret-key-of-a-test"
SECRET_PATH = "5f1c0a7e"
CAMPAIGN = {"campaign_id": 9141}
ACTIVE = reply(json=[wire()])
OFF = [reply(json=[wire(IsActive=False)]), reply(json=wire(IsActive=False, Note=NOTE))]
WRONG_KEY = error(401, 100, "Provided API key is invalid")
FAILS = gateway(500, "Internal server error")


def options(service: ScriptedService, **changed: Any) -> dict[str, Any]:
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
    "of the set module": ({"purge": True}, "purge. Supported"),
    "no list": ({"webhooks": "all"}, "webhooks"),
    "kind": ({"kinds": ["settled"]}, "missing, different"),
    "interval": ({"interval": 0}, "interval must be from 1 to 86400, not 0."),
    "remind": ({"remind": 59}, "remind must be from 60 to 86400, not 59."),
    "confirm": ({"confirm": 6}, "confirm must be from 1 to 5, not 6."),
    "no key": ({"api_key": None}, "api_key is missing"),
    "plain http": ({"api_url": "http://api.example.org"}, "plain http"),
    "URL in the wrong place": (
        {"webhooks": [{**CAMPAIGN, "url": URL, "active": URL}]},
        "is not a valid boolean",
    ),
}


@pytest.mark.parametrize(("changed", "words"), WRONG.values(), ids=WRONG)
def test_wrong_option_is_refused_at_the_start(
    changed: dict[str, Any], words: str, service: ScriptedService
) -> None:
    with pytest.raises(StartError) as caught:
        Source(options(service, **changed))

    assert words in str(caught.value)
    assert KEY not in str(caught.value)
    assert URL not in str(caught.value)
    assert service.seen == []


def test_nothing_declared_is_refused_at_the_start(service: ScriptedService) -> None:
    with pytest.raises(StartError, match="Give webhooks or owners"):
        polled(Source(options(service, owners=None)))


def test_options_may_come_from_the_environment_and_be_null(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    monkeypatch.setenv("TOUCHBASE_API_URL", service.url)
    service.answers(ACTIVE)

    entry = {**CAMPAIGN, "url": None, "webhook_id": 28, "active": True, "scope": None}
    assert polled(Source({"webhooks": [entry], "eda_feedback_queue": object()})) == []

    assert service.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_missing_requests_is_said_in_a_sentence(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_file, "REQUESTS_IMPORT_ERROR", "a trace")

    with pytest.raises(StartError, match=r"lacks the package requests.*-m pip install"):
        Source(options(service))


# Polls


def test_poll_tells_what_the_service_has_deactivated(service: ScriptedService) -> None:
    service.answers(*OFF, ACTIVE)
    source = Source(options(service))

    (event,) = polled(source)
    (settled,) = polled(source)

    assert service.seen == [
        "GET /sms/campaigns/9141/webhooks",
        "GET /sms/campaigns/9141/webhooks/28",
        "GET /sms/campaigns/9141/webhooks",
    ]
    assert (event["kind"], event["webhook"]["webhook_id"]) == ("disabled_by_service", 28)
    assert (event["times"], event["reminder"], event["declared"]) == (1, False, None)
    assert (settled["kind"], settled["was"]) == ("settled", "disabled_by_service")
    assert settled["fingerprint"] == event["fingerprint"]
    assert settled["since"] == event["since"]


def test_url_and_note_are_masked_unless_asked_for(service: ScriptedService) -> None:
    secret = f"https://hooks.example.org/replies/{SECRET_PATH}"
    off = wire(IsActive=False, Url=secret)
    details = {**off, "Note": f"Gave up on {secret}."}
    shown: list[Any] = []
    for mask in (None, False):
        service.answers(reply(json=[off]), reply(json=details))
        shown += polled(Source(options(service, mask_url=mask)))

    assert SECRET_PATH not in str(shown[0])
    assert shown[0]["webhook"]["url"].startswith("https://hooks.example.org/********-")
    assert shown[1]["webhook"]["url"] == secret
    assert shown[0]["fingerprint"] == shown[1]["fingerprint"]


def test_kinds_that_are_not_wanted_are_not_told(service: ScriptedService) -> None:
    for kinds in (None, ["undeclared"]):
        service.answers(ACTIVE)
        source = Source(options(service, kinds=kinds, confirm=1))
        assert told(source, 1) == (["-"] if kinds is None else ["undeclared"])


LISTED, DETAILS = OFF
KEPT: dict[str, tuple[list[Any], int]] = {
    "stays inactive": ([LISTED, DETAILS, LISTED, LISTED], 1),
    "is active by now": ([LISTED, reply(json=wire()), LISTED, DETAILS], 2),
    "was active in between": ([LISTED, DETAILS, ACTIVE, LISTED, DETAILS], 2),
    "has another URL": (
        [LISTED, DETAILS, reply(json=[wire(IsActive=False, Url=NEW_URL)]), DETAILS],
        2,
    ),
}


@pytest.mark.parametrize(("script", "read"), KEPT.values(), ids=KEPT)
def test_note_is_read_once_while_a_webhook(
    script: list[Any], read: int, service: ScriptedService
) -> None:
    service.answers(*script)
    source = Source(options(service, mask_url=False))
    while service.script:
        polled(source)

    assert service.seen.count("GET /sms/campaigns/9141/webhooks/28") == read


def test_note_is_read_anew_after_half_an_hour(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_file, "_KNOWN_FOR", 0.0)
    service.answers(*OFF, *OFF)
    source = Source(options(service))
    polled(source)
    polled(source)

    assert service.script == []


def test_poll_writes_nothing(service: ScriptedService) -> None:
    entry = {**CAMPAIGN, "webhook_type": "CampaignReply", "url": URL}
    service.always_answers(reply(json=[]))

    assert told(Source(options(service, webhooks=[entry])), 2) == ["-", "missing"]

    assert {one.method for one in service.requests} == {"GET"}


# Failures

FAILURES: dict[str, tuple[list[Any], list[str]]] = {
    "once": ([FAILS, ACTIVE, FAILS, ACTIVE], ["-"] * 4),
    "twice": ([FAILS, FAILS, FAILS, ACTIVE], ["-", "unreadable", "-", "settled"]),
    "while a level lasts": (
        [*OFF, FAILS, FAILS, OFF[0], ACTIVE],
        ["disabled_by_service", "-", "unreadable", "settled", "settled"],
    ),
    "key withdrawn": ([ACTIVE, WRONG_KEY, WRONG_KEY], ["-", "-", "unreadable"]),
}


@pytest.mark.parametrize(("script", "kinds"), FAILURES.values(), ids=FAILURES)
def test_failures_are_told_and_settle_nothing(
    script: list[Any], kinds: list[str], service: ScriptedService
) -> None:
    service.answers(*script)

    assert told(Source(options(service)), len(kinds)) == kinds


def test_unreadable_says_why(service: ScriptedService) -> None:
    service.always_answers(FAILS)
    source = Source(options(service))
    polled(source)

    (event,) = polled(source)

    assert event["failure"]["status"] == 500
    assert "list the webhooks of campaign 9141" in event["msg"]
    assert (event["webhook"], event["declared"], event["name"]) == (None, None, None)


def test_owner_that_cannot_be_read_does_not_count_as_empty(service: ScriptedService) -> None:
    owners = [CAMPAIGN, {"campaign_id": 9142}]
    half = [ACTIVE, gateway(503, "busy")]
    listed, details = OFF
    service.answers(listed, ACTIVE, details, *half, *half)

    found = told(Source(options(service, owners=owners, kinds=["disabled_by_service"])), 3)

    assert found == ["disabled_by_service", "-", "unreadable"]


def test_wrong_key_ends_the_source_before_the_first_success(service: ScriptedService) -> None:
    service.answers(FAILS, WRONG_KEY)
    source = Source(options(service))
    assert polled(source) == []

    with pytest.raises(StartError, match="401"):
        polled(source)


def test_internal_error_is_told_like_any_other(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise KeyError(SECRET_PATH)

    monkeypatch.setattr(drift_info, "read_declared", broken)
    source = Source(options(service))
    polled(source)

    (event,) = polled(source)

    assert event["failure"]["kind"] == "internal_error"
    assert SECRET_PATH not in str(event)


def test_pause_doubles_with_each_failure(service: ScriptedService) -> None:
    service.always_answers(FAILS)
    source = Source(options(service, interval=60))
    pauses = [source.pause()]
    for _poll in range(6):
        polled(source)
        pauses.append(source.pause())

    for pause, longest in zip(pauses, [60, 120, 240, 480, 900, 900, 900]):
        assert 0.9 * longest <= pause <= longest


def test_pause_is_the_interval_after_success_and_where_it_is_longer(
    service: ScriptedService,
) -> None:
    service.answers(FAILS, ACTIVE)
    source = Source(options(service, interval=3600, remind=0))
    polled(source)
    assert 3240 <= source.pause() <= 3600

    polled(source)
    assert source.pause() == 3600


def test_warning_is_logged_once(service: ScriptedService, caplog: pytest.LogCaptureFixture) -> None:
    service.always_answers(error(404, 142, "Webhook record does not exist"))
    source = Source(options(service))

    with caplog.at_level(logging.WARNING):
        told(source, 3)

    assert [one.message for one in caplog.records if "code 142" in one.message] == [
        caplog.records[0].message
    ]


# The loop


async def first_event(args: dict[str, Any]) -> tuple[Any, bool]:
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    task = asyncio.create_task(run(queue, args))
    event = await asyncio.wait_for(queue.get(), 10)
    task.cancel()
    (ending,) = await asyncio.gather(task, return_exceptions=True)
    return event, isinstance(ending, asyncio.CancelledError)


def test_run_puts_events_until_it_is_cancelled(service: ScriptedService) -> None:
    service.answers(*OFF).always_answers(ACTIVE)

    event, is_cancelled = asyncio.run(first_event(options(service)))

    assert event["touchbase_sms"]["kind"] == "disabled_by_service"
    assert set(event) == {"touchbase_sms"}
    assert is_cancelled


async def cancelled_while_reading(service: ScriptedService, args: dict[str, Any]) -> float:
    task = asyncio.create_task(run(asyncio.Queue(1), args))
    while not service.requests:
        await asyncio.sleep(0.01)
    loop = asyncio.get_running_loop()
    started = loop.time()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return loop.time() - started


def test_cancelled_source_does_not_wait_for_a_response(service: ScriptedService) -> None:
    service.always_answers(black_hole())

    assert asyncio.run(cancelled_while_reading(service, options(service))) < 1


def test_cancelled_source_sends_nothing_more(service: ScriptedService) -> None:
    source = Source(options(service))
    source.cancel()

    with pytest.raises(Cancelled):
        polled(source)
    assert service.seen == []


def test_transport_of_a_source_may_only_read(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bool] = []

    class Recorded(Transport):
        def __init__(self, options: Any, read_only: bool) -> None:
            opened.append(read_only)
            super().__init__(options, read_only)

    monkeypatch.setattr(source_file, "Transport", Recorded)
    Source(options(service))

    assert opened == [True]
