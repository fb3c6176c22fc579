# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries: what the service sends to the receivers of webhooks.

The vendor's pages say what a body looks like, that it has up to 500 events, and that only active
webhooks get any. All else is invented, and each request to deliver says how it wants it.
"""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import json
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from touchbase_simulator.inputs import LARGEST_ID, InputError, Inputs, owner_from
from touchbase_simulator.state import WEBHOOK_TYPES
from touchbase_simulator.wire import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from touchbase_simulator.state import Account, Owner, Webhook

MOST_EVENTS = 500  # of one body
_TIMEOUT = 10.0  # seconds
_FAILURES = 3  # in a row, until a webhook is deactivated
_KEYS = (
    *("scope", "campaign_id", "list_id", "webhook_id", "type", "events", "count"),
    *("retries", "duplicates", "order", "deactivation", "reply_has_status"),
)
_REPLIES = ("CampaignReply", "MessageReply")
_STATUSES = ("CampaignMessageStatusUpdate", "MessageStatusUpdate")


@dataclass(frozen=True)
class Wish:
    """One request to deliver, checked. The defaults of the last five are the plainest behaviour."""

    owner: Owner
    webhook_id: int | None
    webhook_type: str | None
    events: list[Any] | None
    count: int
    retries: int
    duplicates: bool
    order: str
    deactivation: str
    reply_has_status: bool

    @classmethod
    def of(cls, body: Any) -> Wish:
        """Read a request.

        :raises InputError: it makes no sense.
        """
        inputs = Inputs.of(body, _KEYS)
        owner, webhook_type = owner_from(inputs), inputs.text("type")
        if webhook_type not in (None, *WEBHOOK_TYPES[owner.scope]):
            msg = f"type must be one of {', '.join(WEBHOOK_TYPES[owner.scope])}"
            raise InputError(msg)
        count = inputs.whole("count", 0, 100_000)
        return cls(
            owner,
            inputs.whole("webhook_id", 1, LARGEST_ID),
            webhook_type,
            _events_from(inputs),
            1 if count is None else count,
            inputs.whole("retries", 0, 10) or 0,
            inputs.flag("duplicates"),
            _choice(inputs, "order", "kept", "mixed"),
            _choice(inputs, "deactivation", "never", "after_failures"),
            inputs.flag("reply_has_status"),
        )

    def bodies(self, webhook: Webhook) -> list[dict[str, Any]]:
        """Give the bodies for a webhook; without events, one with none."""
        events = self.events
        if events is None:
            events = [self._event(webhook.webhook_type, number) for number in range(self.count)]
        if self.order == "mixed":
            events = events[::-1]
        starts = range(0, len(events) or 1, MOST_EVENTS)
        common = {"Timestamp": now(), "Type": webhook.webhook_type}
        bodies = [{**common, "Events": events[one : one + MOST_EVENTS]} for one in starts]
        return [one for one in bodies for _copy in range(2 if self.duplicates else 1)]

    def _event(self, webhook_type: str, number: int) -> dict[str, Any]:
        event: dict[str, Any] = {"Number": f"2782{number:07d}"}
        if webhook_type in _REPLIES:
            event["Message"] = "YES"
        if webhook_type in _STATUSES or (webhook_type in _REPLIES and self.reply_has_status):
            event["Status"] = "Delivered"
        if webhook_type == "MessageStatusUpdate":
            event["Id"] = f"message-{number}"
        return event


@dataclass(frozen=True)
class Attempt:
    """One request to a receiver; without a status, ``error`` says why."""

    webhook_id: int
    attempt: int
    events: int
    seconds: float
    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver has accepted the body."""
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Deliveries:
    """What was sent since the last reset, and how often webhooks have failed in a row.

    :param allowed: hosts that may be called besides those of loopback; a seed may have real ones.
    """

    allowed: frozenset[str] = frozenset()
    sent: list[Attempt] = field(default_factory=list)
    failures: dict[int, int] = field(default_factory=dict)

    def as_data(self) -> list[dict[str, Any]]:
        """Give what was sent as plain data."""
        return [asdict(one) for one in self.sent]

    def clear(self) -> None:
        """Forget what was sent, and what has failed."""
        self.sent, self.failures = [], {}

    async def deliver(self, account: Account, body: Any) -> list[dict[str, Any]]:
        """Send events to the active webhooks that are meant, one after the other; give attempts.

        :raises InputError: the request makes no sense, or names no webhook that is there.
        """
        wish = Wish.of(body)
        try:
            webhooks = account.webhooks_of(wish.owner)
        except LookupError as error:
            msg = "there is no such owner"
            raise InputError(msg) from error
        if wish.webhook_id is not None and wish.webhook_id not in webhooks:
            msg = "there is no such webhook"
            raise InputError(msg)
        done: list[Attempt] = []
        for webhook in list(webhooks.values()):
            is_meant = wish.webhook_id in (None, webhook.webhook_id)
            if is_meant and wish.webhook_type in (None, webhook.webhook_type):
                done += await self._to(webhook, wish, webhooks)
        self.sent += done
        return [asdict(one) for one in done]

    async def _to(
        self, webhook: Webhook, wish: Wish, webhooks: dict[int, Webhook]
    ) -> list[Attempt]:
        """Send all bodies to a webhook, as long as it is active."""
        done: list[Attempt] = []
        for body in wish.bodies(webhook):
            current = webhooks.get(webhook.webhook_id)
            if current is None or not current.active:
                break
            problem = self._problem_of(current.url)
            if problem:
                refused = Attempt(webhook.webhook_id, 0, len(body["Events"]), 0.0, error=problem)
                return [*done, refused]
            done += await self._attempts(current, body, wish.retries)
            self._count(current, done[-1], wish, webhooks)
        return done

    async def _attempts(
        self, webhook: Webhook, body: Mapping[str, Any], retries: int
    ) -> list[Attempt]:
        """Send one body until it is accepted, or given up."""
        done: list[Attempt] = []
        for number in range(1, retries + 2):
            began = time.monotonic()
            status, error = await asyncio.to_thread(_post, webhook.url, body)
            seconds = round(time.monotonic() - began, 3)
            events = len(body["Events"])
            done.append(Attempt(webhook.webhook_id, number, events, seconds, status, error))
            if done[-1].is_success:
                break
        return done

    def _count(
        self, webhook: Webhook, last: Attempt, wish: Wish, webhooks: dict[int, Webhook]
    ) -> None:
        """Deactivate a webhook that has failed too often in a row, with a note that says so."""
        key = webhook.webhook_id
        self.failures[key] = 0 if last.is_success else self.failures.get(key, 0) + 1
        is_too_often = wish.deactivation == "after_failures" and self.failures[key] >= _FAILURES
        if is_too_often and key in webhooks:
            response = last.error if last.status is None else f"the last response was {last.status}"
            note = f"Switched off after {_FAILURES} failed deliveries; {response}"
            webhooks[key] = replace(webhooks[key], active=False, note=note)
            self.failures[key] = 0

    def _problem_of(self, url: str) -> str | None:
        """Say why a receiver must not be called; None if it may."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        if not url.startswith(("http://", "https://")) or not host:
            return "not an http or https URL"
        if host in self.allowed or _is_loopback(host):
            return None
        return f"{host} is not called: it is no address of this machine, and not in --deliver-to"


def _events_from(inputs: Inputs) -> list[Any] | None:
    events = inputs.values.get("events")
    if events is not None and not isinstance(events, list):
        msg = "events must be a list"
        raise InputError(msg)
    return events


def _choice(inputs: Inputs, key: str, *choices: str) -> str:
    value = inputs.text(key) or choices[0]
    if value not in choices:
        msg = f"{key} must be one of {', '.join(choices)}"
        raise InputError(msg)
    return value


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _post(url: str, body: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """Send one body; give the status, or why there is none. Redirects are not followed."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", target, json.dumps(body).encode(), headers)
            response = connection.getresponse()
            response.read()
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        return None, f"no response: {type(error).__name__}"
    return response.status, None
