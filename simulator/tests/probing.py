"""Runs of the probe in this process: a simulated service without sockets, and what is printed."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import httpx
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from touchbase_simulator.__main__ import main
from touchbase_simulator.behaviour import Behaviour
from touchbase_simulator.contract_app import contract_app
from touchbase_simulator.control import control_app
from touchbase_simulator.gateway import Gateway
from touchbase_simulator.probe import account
from touchbase_simulator.seed import seed_from
from touchbase_simulator.simulation import Simulation

Delivery = Callable[[], requests.Response]
Disturbance = Callable[[int, Delivery], requests.Response]


def undisturbed(_number: int, deliver: Delivery) -> requests.Response:
    return deliver()


# What is of the account, none of which the probe may print.
MARK = "zq7mark"
SECRETS = (MARK, "987", "touchbase-probe-")
KEY = f"key-{MARK}"
API_URL = "http://127.0.0.1:1"
CAMPAIGN = ("--campaign-id", "9141")
LIST = ("--list-id", "512")


def _webhook(webhook_id: int, kind: str, **more: object) -> dict[str, object]:
    url = f"https://{MARK}.example.org/{webhook_id}"
    return {"webhook_id": webhook_id, "webhook_type": kind, "url": url, **more}


def seed_with(note: str | None) -> dict[str, Any]:
    """An account with all that some switch needs to be observed, and of all kinds of secrets.

    A note on its active webhooks is one that stayed there, as only "kept" leaves one.
    """
    texts = ("name", "content", "replies_to_email", "replies_to_mobile")
    active = _webhook(98728, "CampaignReply", note=note)
    inactive = _webhook(98729, "CampaignMessageStatusUpdate", active=False, note=MARK)
    subscriptions = [_webhook(98726, "ListSubscribe", note=note)]
    return {
        "api_key": KEY,
        "campaigns": [
            {"campaign_id": 9141, **dict.fromkeys(texts, MARK), "webhooks": [active, inactive]},
            {"campaign_id": 98742, "name": MARK, "webhooks": []},
            {"campaign_id": 98743, "webhooks": [_webhook(98731, "CampaignReply")]},
        ],
        "lists": [{"list_id": 512, "name": MARK, "webhooks": subscriptions}],
        # So that the ids of the probe's own webhooks, which it does print, look different.
        "message_webhooks": [_webhook(100_000, "MessageReply")],
    }


SEED = seed_with(None)


@dataclass
class Run:
    """A finished run of the command."""

    status: int
    out: str
    err: str
    requests: list[tuple[str, str]]

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
    disturb: Disturbance = undisturbed
    sent: list[requests.PreparedRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.simulation, self._client, self._loop = _simulated()
        self.simulation.start_seed, self.simulation.start_behaviour = self.seed, self.behaviour
        self.simulation.reset(None, {})

    @property
    def state(self) -> dict[str, Any]:
        """The account in the form of a seed."""
        return seed_from(self.simulation.account)

    def probe(self, *options: str, **environment: str) -> Run:
        """Run the command, which prints nothing of the account in any case."""
        self.sent.clear()
        with mock.patch.object(HTTPAdapter, "send", self._receive):
            run = run_command(*options, **environment)
        assert [secret for secret in SECRETS if secret in run.out + run.err] == []
        run.requests += [(one.method or "", one.path_url) for one in self.sent]
        return run

    def instead(
        self, of: Callable[[int, requests.PreparedRequest], bool], *response: Any
    ) -> Service:
        """Give a response (see response_of) to some requests, which are not applied."""

        def disturb(number: int, deliver: Delivery) -> requests.Response:
            return response_of(*response) if of(number, self.sent[-1]) else deliver()

        self.disturb = disturb
        return self

    def _receive(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        self.sent.append(request)
        response = self.disturb(len(self.sent), lambda: self._deliver(request))
        response.request, response.url = request, request.url or ""
        return response

    def _deliver(self, request: requests.PreparedRequest) -> requests.Response:
        received = self._loop.run_until_complete(
            self._client.request(
                request.method or "",
                request.url or "",
                content=request.body or b"",
                headers=dict(request.headers),
            )
        )
        return response_of(received.status_code, received.content, received.headers)


def run_command(*options: str, **environment: str) -> Run:
    """Run the probe without pauses; its transport is the real one unless it is patched."""
    arguments = ["touchbase-simulator", "probe", f"--api-url={API_URL}", *options]
    variables = {"TOUCHBASE_API_KEY": KEY, "HOME": "/nowhere", **environment}
    status, out, err = 0, io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", arguments),
        mock.patch.dict(os.environ, variables, clear=True),
        mock.patch.object(account, "INTERVAL", 0),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Run(status, out.getvalue(), err.getvalue(), [])


@functools.cache
def _simulated() -> tuple[Simulation, httpx.AsyncClient, asyncio.AbstractEventLoop]:
    """One for all tests, since Connexion takes long to build it."""
    simulation = Simulation(SEED, Behaviour())
    contract = contract_app(simulation)
    gateway = Gateway(simulation, contract, control_app(simulation, contract), 0)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(gateway), trust_env=False)
    return simulation, client, asyncio.new_event_loop()


def place_of_creation() -> int:
    """The number of the request that creates the first webhook."""
    methods = [method for method, _path in Service().probe("--yes", *CAMPAIGN).requests]
    return 1 + methods.index("POST")


def response_of(
    status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> requests.Response:
    """A response as requests gives it to whoever sent the request."""
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response.raw = HTTPResponse(
        io.BytesIO(body), headers or {}, status=status, preload_content=False, request_method="GET"
    )
    return response


def own_ids(state: Any) -> set[int]:
    """The webhooks of an account that a probe has created."""
    owners = [*state["campaigns"], *state["lists"]]
    listed = [one for owner in owners for one in owner["webhooks"]]
    return {one["webhook_id"] for one in listed if "/touchbase-probe-" in one["url"].lower()}


def without(state: Any, ids: set[int]) -> Any:
    """An account without some webhooks."""

    def rest(owner: Any) -> Any:
        return {**owner, "webhooks": [w for w in owner["webhooks"] if w["webhook_id"] not in ids]}

    return {**state, **{kind: list(map(rest, state[kind])) for kind in ("campaigns", "lists")}}
