# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the probe in this process: a simulated service without sockets, and what is printed."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from touchbase_simulator import probe_command
from touchbase_simulator.__main__ import main
from touchbase_simulator.behaviour import Behaviour
from touchbase_simulator.contract_app import contract_app
from touchbase_simulator.control import control_app
from touchbase_simulator.gateway import Gateway
from touchbase_simulator.probe import account
from touchbase_simulator.seed import seed_from
from touchbase_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Mapping

Delivery = Callable[[], requests.Response]
Disturbance = Callable[[int, Delivery], requests.Response]

KEY = "key-of-the-account"
API_URL = "http://127.0.0.1:1"
CAMPAIGN = ("--campaign-id", "9141")
LIST = ("--list-id", "512")


def _webhook(webhook_id: int, kind: str, **more: object) -> dict[str, object]:
    url = f"https://hooks.example.org/{webhook_id}"
    return {"webhook_id": webhook_id, "webhook_type": kind, "url": url, **more}


# Everything that some switch needs to be observed: an owner without webhooks, and a note that
# stayed on an active webhook, as only "kept" leaves one.
SEED = {
    "api_key": KEY,
    "campaigns": [
        {
            "campaign_id": 9141,
            "webhooks": [
                _webhook(28, "CampaignReply"),
                _webhook(29, "CampaignMessageStatusUpdate", active=False, note="Switched off"),
            ],
        },
        {"campaign_id": 9142, "webhooks": []},
        {"campaign_id": 9143, "webhooks": [_webhook(31, "CampaignReply")]},
    ],
    "lists": [{"list_id": 512, "webhooks": [_webhook(26, "ListSubscribe")]}],
}


@dataclass
class Run:
    """A finished run of the command."""

    status: int
    out: str
    err: str
    requests: list[tuple[str, str]]

    def finding(self, subject: str) -> list[str]:
        """The words of a line of the table."""
        lines = [one for one in self.out.splitlines() if one.startswith(f"{subject}  ")]
        return lines[0].split(maxsplit=3)

    @property
    def values(self) -> dict[str, str]:
        """The observed values of the switches; "-" where there is none."""
        rows = self.out.split("\n\n")[0].splitlines()[1:]
        return dict(row.split()[:2] for row in rows if not row.startswith(" "))


@dataclass
class Service:
    """A simulated service that the probe reaches without a socket.

    ``disturb`` takes the place of the delivery of a request: it gets the number of the request,
    from 1, and the delivery, and may do anything before and after it, or not deliver at all.
    """

    seed: Any = field(default_factory=lambda: SEED)
    behaviour: Behaviour = field(default_factory=Behaviour)
    disturb: Disturbance | None = None

    def __post_init__(self) -> None:
        self.simulation, self._app, self._loop = _application()
        self.simulation.start_seed, self.simulation.start_behaviour = self.seed, self.behaviour
        self.simulation.reset(None, {})
        self.sent: list[requests.PreparedRequest] = []

    @property
    def state(self) -> dict[str, Any]:
        """The account in the form of a seed."""
        return seed_from(self.simulation.account)

    def probe(self, *options: str, **environment: str) -> Run:
        """Run the command, with everything but the options that matter given."""
        self.sent = []
        arguments = ["touchbase-simulator", "probe", f"--api-url={API_URL}", *options]
        variables = {"TOUCHBASE_API_KEY": KEY, "HOME": "/nowhere", **environment}
        status, out, err = 0, io.StringIO(), io.StringIO()
        with (
            mock.patch.object(sys, "argv", arguments),
            mock.patch.dict(os.environ, variables, clear=True),
            mock.patch.object(account, "INTERVAL", 0),
            mock.patch.object(probe_command, "new_session", self._session),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                status = int(ended.code or 0)
        sent = [(one.method or "", one.path_url) for one in self.sent]
        return Run(status, out.getvalue(), err.getvalue(), sent)

    def _session(self, *given: Any) -> requests.Session:
        session = _NEW_SESSION(*given)
        session.mount("http://", _Adapter(self._receive))
        return session

    def _receive(self, request: requests.PreparedRequest) -> requests.Response:
        self.sent.append(request)

        def deliver() -> requests.Response:
            return self._loop.run_until_complete(self._answer(request))

        return self.disturb(len(self.sent), deliver) if self.disturb else deliver()

    async def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        parts = urlsplit(request.url or "")
        body = request.body or b""
        messages: list[Any] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        headers = {"host": parts.netloc, **request.headers}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": [(one.lower().encode(), headers[one].encode()) for one in headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 1),
        }
        await self._app(scope, receive, send)
        start = messages[0]
        received = {name.decode(): value.decode() for name, value in start["headers"]}
        return answer(start["status"], messages[1].get("body", b""), received)


@functools.cache
def _application() -> tuple[Simulation, Gateway, asyncio.AbstractEventLoop]:
    """One for all tests, since Connexion takes long to build it."""
    simulation = Simulation(SEED, Behaviour())
    contract = contract_app(simulation)
    gateway = Gateway(simulation, contract, control_app(simulation, contract), 0)
    return simulation, gateway, asyncio.new_event_loop()


_NEW_SESSION = probe_command.new_session


def answer(
    status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> requests.Response:
    """An answer as requests gives it to whoever sent the request."""
    raw = HTTPResponse(
        io.BytesIO(body), headers or {}, status=status, preload_content=False, request_method="GET"
    )
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response.raw = raw
    return response


class _Adapter(BaseAdapter):
    def __init__(self, receive: Callable[[requests.PreparedRequest], requests.Response]) -> None:
        super().__init__()
        self._receive = receive

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        response = self._receive(request)
        response.request, response.url = request, request.url or ""
        return response

    def close(self) -> None:
        pass


def own_ids(state: Any) -> set[int]:
    """The webhooks of an account that a probe has created."""
    owners = [*state["campaigns"], *state["lists"]]
    listed = [one for owner in owners for one in owner["webhooks"]]
    return {one["webhook_id"] for one in listed if "/touchbase-probe-" in one["url"].lower()}


def without(state: Any, ids: set[int]) -> Any:
    """An account without some webhooks."""
    kept = {
        kind: [
            {**owner, "webhooks": [w for w in owner["webhooks"] if w["webhook_id"] not in ids]}
            for owner in state[kind]
        ]
        for kind in ("campaigns", "lists")
    }
    return {**state, **kept}
