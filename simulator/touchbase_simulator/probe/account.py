# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that is asked: every request goes through here, and no write of a foreign webhook."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import requests
import urllib3

from touchbase_simulator.probe.exchange import Exchange, read_body

if TYPE_CHECKING:
    from touchbase_simulator.probe.urls import Receiver
    from touchbase_simulator.state import Owner

INTERVAL = 0.5  # seconds from one request to the next
MOST_REQUESTS = 60
MOST_REQUESTS_READ_ONLY = 13
# Of these, what the clean-up may need.
_KEPT_FOR_CLEANUP = 16
_MOST_WEBHOOKS = 3
_TIMEOUT = 30  # seconds, for a connection and for a response
_MOST_BYTES = 8 * 1024 * 1024
_LONGEST_WAIT = 60  # seconds
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "touchbase-simulator-probe",
}
_UNREACHABLE = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
_ENDS_RUN = (401, 403, 429)
_ENDS_CLEANUP = (401,)
WEBHOOK_TYPES = {"campaign": "CampaignReply", "list": "ListUnsubscribe"}


class Stopped(Exception):
    """The run goes no further; the text says why."""


class Account:
    """The requests of one run, one at a time; ``exchanges`` is what came of them."""

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        owner: Owner,
        receiver: Receiver,
        *,
        read_only: bool = False,
    ) -> None:
        """Prepare a run.

        :param owner: a campaign or a list; nothing of another one is written.
        """
        self.owner = owner
        self.receiver = receiver
        self.read_only = read_only
        self.limit = MOST_REQUESTS_READ_ONLY if read_only else MOST_REQUESTS
        self.exchanges: list[Exchange] = []
        self.own: dict[int, str] = {}
        """Ids and URLs of the webhooks that this run has created: only these are written."""
        self.may_appear = False
        """Whether a webhook may have been created that is not among the own ones yet."""
        self.interrupted_by = 0
        """The number of a signal; set from outside, heeded before the next request."""
        self.cleans_up = False
        """From now on only a limit or status 401 ends the run."""
        self._session = session
        self._api_url = api_url
        self.tokens: set[str] = set()
        """What the URLs of own webhooks have, and no others: there before the creation is sent."""
        self._adopts = False
        self._foreign: set[int] | None = None
        self._next_at = 0.0

    def get(self, step: str, path: str) -> Exchange:
        """Read something that is not a webhook of the owner."""
        return self._send(step, "GET", path)

    def list_webhooks(self, step: str) -> Exchange:
        """Read the webhooks of the owner."""
        listing = self._send(step, "GET", self._path())
        if self._foreign is None and listing.webhooks is not None:
            self._foreign = {one["Id"] for one in listing.webhooks}
        self._recognise(listing.webhooks or [])
        return listing

    def read(self, step: str, webhook_id: int) -> Exchange:
        """Read one webhook of the owner."""
        read = self._send(step, "GET", self._path(webhook_id), webhook_id)
        self._recognise([read.webhook] if read.webhook else [])
        return read

    def create(self, step: str, token: str) -> Exchange:
        """Create a webhook; its id is known once a list or a read shows its URL."""
        if self._foreign is None or len(self.own) >= _MOST_WEBHOOKS:
            raise RuntimeError("a creation needs the current webhooks, and a free place")
        self.tokens.add(token)
        sent = {
            "Url": self.receiver.plain(token),
            "WebhookType": WEBHOOK_TYPES[self.owner.scope],
        }
        return self._send(step, "POST", self._path(), sent=sent)

    def update(self, step: str, webhook_id: int, sent: dict[str, Any]) -> Exchange:
        """Update a webhook that this run has created."""
        self._check_own(webhook_id)
        return self._send(step, "PUT", self._path(webhook_id), webhook_id, sent)

    def delete(self, step: str, webhook_id: int) -> Exchange:
        """Delete a webhook that this run has created."""
        self._check_own(webhook_id)
        return self._send(step, "DELETE", self._path(webhook_id), webhook_id)

    def deletions(self, webhook_id: int) -> list[Exchange]:
        """The deletions of a webhook so far."""
        deletions = [one for one in self.exchanges if one.method == "DELETE"]
        return [one for one in deletions if one.webhook_id == webhook_id]

    @property
    def unrecognised(self) -> set[int]:
        """New webhooks that the responses to creations have, and that no URL shows to be own."""
        created = {
            one.webhook["Id"] for one in self.exchanges if one.method == "POST" and one.webhook
        }
        return created - self.own.keys() - (self._foreign or set())

    def adopt(self, webhooks: list[dict[str, Any]]) -> None:
        """Take what earlier runs with this receiver have left for this run's own."""
        self._adopts = True
        self._recognise(webhooks)

    def is_own(self, webhook: dict[str, Any]) -> bool:
        """Whether a webhook is of this run: by its URL, since a service may give an id twice."""
        if self._adopts:
            return self.receiver.made(webhook["Url"])
        is_new = webhook["Id"] not in (self._foreign or ())
        return is_new and any(token in webhook["Url"].lower() for token in self.tokens)

    def _recognise(self, webhooks: list[dict[str, Any]]) -> None:
        for one in filter(self.is_own, webhooks):
            self.may_appear = self.may_appear and one["Id"] in self.own
            self.own[one["Id"]] = one["Url"]

    def _check_own(self, webhook_id: int) -> None:
        if webhook_id not in self.own:
            raise RuntimeError("only webhooks of this run are written")

    def _path(self, webhook_id: int | None = None) -> str:
        webhooks = f"/sms/{self.owner.scope}s/{self.owner.owner_id}/webhooks"
        return webhooks if webhook_id is None else f"{webhooks}/{webhook_id}"

    def _send(
        self,
        step: str,
        method: str,
        path: str,
        webhook_id: int | None = None,
        sent: dict[str, Any] | None = None,
    ) -> Exchange:
        if self.read_only and method != "GET":
            raise RuntimeError("this run only reads")
        self._wait()
        self.may_appear = self.may_appear or method == "POST"
        response, problem = self._response(method, path, sent)
        exchange = Exchange(step, method, time.monotonic(), webhook_id, sent or {}, **response)
        self.exchanges.append(exchange)
        if method == "POST" and exchange.is_refusal:
            self.may_appear = False
        if exchange.status in (_ENDS_CLEANUP if self.cleans_up else _ENDS_RUN):
            raise Stopped(f"the service refused: {exchange}")
        if problem and not self.cleans_up:
            raise Stopped(f"{problem} ({step})")
        return exchange

    def _wait(self) -> None:
        kept = 0 if self.cleans_up or self.read_only else _KEPT_FOR_CLEANUP
        if len(self.exchanges) >= self.limit - kept:
            raise Stopped(f"the limit of {self.limit} requests was reached")
        time.sleep(max(0.0, self._next_at - time.monotonic()))
        if self.interrupted_by and not self.cleans_up:
            raise Stopped("interrupted")
        self._next_at = time.monotonic() + INTERVAL

    def _response(self, method: str, path: str, sent: object) -> tuple[dict[str, Any], str]:
        """Send a request; give what came back, or why nothing did."""
        # What a gateway has cached may be older than the last write.
        headers = _HEADERS | ({"Cache-Control": "no-cache"} if method == "GET" else {})
        try:
            with self._session.request(
                method,
                self._api_url + path,
                json=sent,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                body, shape = read_body(_content(response))
        except _UNREACHABLE as error:
            return {}, _problem(error)
        if response.status_code == 429:
            self._next_at = time.monotonic() + _seconds(response.headers.get("Retry-After", ""))
        names = frozenset(name.lower() for name in response.headers)
        return {
            "status": response.status_code,
            "headers": names,
            "body": body,
            "shape": shape,
        }, ""


def _content(response: requests.Response) -> bytes:
    """The body, if it is whole, not too large, and there in time."""
    # urllib3 1.26 would take half a body for a whole one.
    response.raw.enforce_content_length = True
    ends_at = time.monotonic() + _TIMEOUT
    content = b""
    for chunk in response.iter_content(16 * 1024):
        content += chunk
        if len(content) > _MOST_BYTES:
            raise ValueError("too large")
        if time.monotonic() > ends_at:
            raise requests.Timeout
    return content


def _problem(error: Exception) -> str:
    # The texts of these exceptions hold URLs.
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate of the service is not trusted; name its CA with --ca-path"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy of the environment does not work"
    if isinstance(error, requests.Timeout):
        return f"no response within {_TIMEOUT} seconds"
    if isinstance(error, requests.ConnectionError):
        return "there was no connection, or it broke"
    return "no whole response came"


def _seconds(retry_after: str) -> int:
    return min(int(retry_after), _LONGEST_WAIT) if retry_after.isdecimal() else _LONGEST_WAIT
