# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source: polls the webhooks, and puts events about their drift into a queue; private."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._api.client import Client
from .._api.models import Owner, Webhook
from .._errors import InternalError, NotPlannable, TouchBaseError
from .._http.transport import REQUESTS_IMPORT_ERROR, Transport
from .._operations.drift_info import OPERATION
from .._operations.runner import Warn, renderer
from .._options import MAX_TIME, connection_options, number_from
from .._plan.drift import DRIFT_KINDS
from .._plan.levels import Levels, levels_of, unreadable

Found = TypeVar("Found")

LONGEST_PAUSE = 900.0  # seconds
_KNOWN_FOR = 1800.0  # seconds that a note is not read again
_WRONG_KEY = 401
_NO_REQUESTS = (
    "The Python that runs ansible-rulebook lacks the package requests. Install it: "
    f"{sys.executable} -m pip install 'requests>=2.31'"
)
_LOGGER = logging.getLogger(__name__)

SPEC: dict[str, dict[str, Any]] = {
    **{name: one for name, one in OPERATION.argument_spec.items() if name != "concurrency"},
    # Events are kept, by the audit of a controller for instance.
    "mask_url": {"type": "bool", "default": True},
    "kinds": {
        **OPERATION.argument_spec["kinds"],
        "default": [kind for kind in DRIFT_KINDS if kind != "undeclared"],
    },
    "interval": {"type": "int", "default": 60},
    "remind": {"type": "int", "default": 1800},
    "confirm": {"type": "int", "default": 2},
}


class StartError(Exception):
    """The source cannot work as it is set up; the text says what to correct."""


async def run(queue: asyncio.Queue[Any], args: Mapping[str, Any]) -> None:
    """Poll until cancelled. Raises StartError if the options or the key are wrong."""
    source = Source(args)
    try:
        while True:
            for event in await source.poll():
                await queue.put(event)
                # The queue need not be full for others to have their turn.
                await asyncio.sleep(0)
            await asyncio.sleep(source.pause())
    finally:
        source.cancel()


class _NotesClient(Client):
    """A client that reads the note of an inactive webhook once, since a poll comes each minute."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._known: dict[Owner, dict[int, Webhook]] = {}
        self._forgets_at = 0.0

    def list_webhooks(self, owner: Owner) -> list[Webhook]:
        """Every webhook of an owner; what is known of one that has changed is forgotten."""
        if time.monotonic() >= self._forgets_at:
            # It may have been activated and deactivated again between two polls.
            self._known, self._forgets_at = {}, time.monotonic() + _KNOWN_FOR
        webhooks = super().list_webhooks(owner)
        inactive = {one.known_id: one.url for one in webhooks if not one.active}
        known = self._known.get(owner, {})
        self._known[owner] = {
            key: one for key, one in known.items() if inactive.get(key) == one.url
        }
        return webhooks

    def read_webhook(self, owner: Owner, webhook_id: int) -> Webhook:
        """One webhook with its note, which an earlier poll may have read."""
        known = self._known.setdefault(owner, {})
        found = known.get(webhook_id) or super().read_webhook(owner, webhook_id)
        if not found.active:
            known[webhook_id] = found
        return found


class Source:
    """What one source polls, and what its polls have found so far."""

    def __init__(self, args: Mapping[str, Any]) -> None:
        """Check the options; nothing is sent yet. Raises StartError."""
        given = {"api_key": None, "mask_url": True, **_without_nulls(args)}
        self._renderer = renderer(given, True, _urls_in(given))
        if REQUESTS_IMPORT_ERROR is not None:
            raise StartError(_NO_REQUESTS)
        validation = ArgumentSpecValidator(SPEC).validate(_without_nulls(args))
        if validation.error_messages:
            raise self._start_error(f"Wrong options: {' '.join(validation.error_messages)}")
        self._params = {**validation.validated_parameters, "concurrency": 1}
        self._renderer = renderer(self._params, False)
        try:
            _check_numbers(self._params)
            self._transport = Transport(connection_options(self._params), read_only=True)
        except TouchBaseError as error:
            raise self._start_error(str(error)) from None
        self._client = _NotesClient(self._transport)
        self._drift = Levels(self._params["confirm"], self._params["remind"])
        self._reading = Levels(1, self._params["remind"])
        self._warned: set[str] = set()
        self._has_read = False
        self._failures = 0
        """How many polls in a row have failed."""

    async def poll(self) -> list[dict[str, Any]]:
        """Read all webhooks once; the events to put. Raises StartError before a first success.

        A poll that fails says nothing about any webhook, not even if only one owner failed.
        """
        now = time.time()
        try:
            values = await _in_thread(self._read)
        except TouchBaseError as error:
            self._raise_if_hopeless(error)
            self._failures += 1
            told = self._reading.update([unreadable(error.as_result())], now)
        else:
            self._has_read, self._failures = True, 0
            told = self._reading.update([], now)
            told += self._drift.update(levels_of(values, self._params["kinds"]), now)
        events = [{"touchbase_sms": one.as_data(_as_text(one.since))} for one in told]
        rendered: list[dict[str, Any]] = self._renderer.render(events)
        return rendered

    def pause(self) -> float:
        """Seconds until the next poll: after failures, twice as many each time, with jitter."""
        interval = float(self._params["interval"])
        if not self._failures:
            return interval
        backoff = min(interval * 2.0 ** min(self._failures, 20), max(interval, LONGEST_PAUSE))
        return backoff * random.uniform(0.9, 1.0)  # noqa: S311 (jitter is no secret)  # nosec B311

    def cancel(self) -> None:
        """Send no further request; one that is under way ends with its thread, or the process."""
        self._transport.cancelled.set()

    def _read(self) -> Mapping[str, Any]:
        warn = Warn()
        try:
            values = OPERATION.run(self._client, self._params, True, warn).values
        except TouchBaseError:
            raise
        except Exception as error:  # noqa: BLE001 - told as an event; the source goes on
            raise InternalError(error) from None
        for text in warn.in_order():
            if text not in self._warned:
                self._warned.add(text)
                _LOGGER.warning("%s", self._renderer.text(text))
        return values

    def _raise_if_hopeless(self, error: TouchBaseError) -> None:
        """End the source on what would fail in the same way until somebody corrects it."""
        is_wrong = isinstance(error, NotPlannable) or error.failure.status == _WRONG_KEY
        if is_wrong and not self._has_read:
            raise self._start_error(str(error)) from None

    def _start_error(self, text: str) -> StartError:
        return StartError(self._renderer.text(self._renderer.render(text)))


def _check_numbers(params: Mapping[str, Any]) -> None:
    """Raises NotPlannable if a number is out of its limits."""
    number_from(params, "interval", 1, MAX_TIME)
    number_from(params, "remind", params["interval"] if params["remind"] else 0, MAX_TIME)
    number_from(params, "confirm", 1, 5)


def _without_nulls(value: Any) -> Any:
    """The options without nulls, which count as omitted, and without what the engine adds."""
    if isinstance(value, Mapping):
        given = {name: one for name, one in value.items() if one is not None}
        return {name: _without_nulls(one) for name, one in given.items() if name != _FEEDBACK}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


_FEEDBACK = "eda_feedback_queue"


def _urls_in(value: Any) -> tuple[str, ...]:
    """The URLs among options that may be wrong, which a message about them could quote."""
    if isinstance(value, Mapping):
        of_this = [value["url"]] if isinstance(value.get("url"), str) else []
        return (*of_this, *(url for one in value.values() for url in _urls_in(one)))
    return tuple(url for one in value for url in _urls_in(one)) if isinstance(value, list) else ()


def _as_text(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="seconds")


async def _in_thread(function: Callable[[], Found]) -> Found:
    """The function's result, from a daemon thread.

    When a process ends, it waits for the threads of asyncio's own executor, that is for a slow
    response, but not for this one.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Found] = loop.create_future()

    def finish(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def work() -> None:
        outcome: tuple[Any, BaseException | None]
        try:
            outcome = function(), None
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            outcome = None, error
        # The loop may be closed: nobody waits any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(finish, *outcome)

    threading.Thread(target=work, daemon=True).start()
    return await future
