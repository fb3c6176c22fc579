"""A scripted service with an account of the simulator, so that it may garble true responses.

It runs within the test, so that each test has an account of its own and can look at it.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.unit.support.service import Received, Service, Step, reply
from touchbase_simulator.behaviour import Behaviour
from touchbase_simulator.operations import Operations, Reply
from touchbase_simulator.refusals import API_KEY_INVALID, Refusal
from touchbase_simulator.simulation import Simulation
from touchbase_simulator.state import Webhook

CAMPAIGN = 9141
USED, OTHER = 28, 29
_OF_CAMPAIGN = r"/sms/campaigns/(?P<campaign_id>\d+)/webhooks"
_ONE = _OF_CAMPAIGN + r"/(?P<webhook_id>\d+)"
_ROUTES = (
    ("GET", r"/sms/campaigns\?page=(?P<page>\d+)&pageSize=(?P<page_size>\d+)", "list_campaigns"),
    ("GET", _OF_CAMPAIGN, "list_webhooks"),
    ("POST", _OF_CAMPAIGN, "create_webhook"),
    ("GET", _ONE, "webhook_details"),
    ("PUT", _ONE, "update_webhook"),
    ("DELETE", _ONE, "delete_webhook"),
)
_WEBHOOKS = [
    {"webhook_id": one, "webhook_type": "CampaignReply", "url": f"https://hooks.example.org/{one}"}
    for one in (USED, OTHER)
]
_CAMPAIGNS = {CAMPAIGN: _WEBHOOKS, **{number: [] for number in range(1, 15)}}
_SEED = {"campaigns": [{"campaign_id": id_, "webhooks": of} for id_, of in _CAMPAIGNS.items()]}


@dataclass(frozen=True)
class ApiResponse:
    """A response before it is sent."""

    status: int
    data: Any

    @property
    def body(self) -> bytes:
        return b"" if self.data is None else json.dumps(self.data).encode()

    def step(self, *, keep: bool = True) -> Step:
        """Send it whole, and keep the connection or announce its end."""
        headers = {} if keep else {"Connection": "close"}
        return reply(self.status, body=self.body, headers=headers, keep=keep)


@dataclass
class AccountService(Service):
    """Fifteen campaigns, one of them with two active webhooks."""

    simulation: Simulation = field(default_factory=lambda: Simulation(_SEED, Behaviour()))
    has_written: bool = False

    @property
    def webhooks(self) -> dict[int, Webhook]:
        """The webhooks of the campaign by id; empty if the campaign itself is deleted."""
        campaign = self.simulation.account.campaigns.get(CAMPAIGN)
        return dict(campaign.webhooks) if campaign else {}

    @property
    def old_campaigns(self) -> set[int]:
        """The ids of the campaigns that have existed all the time."""
        return _CAMPAIGNS.keys() & self.simulation.account.campaigns.keys()

    @property
    def posts(self) -> int:
        return sum(request.method == "POST" for request in self.requests)

    def respond(self, request: Received) -> ApiResponse:
        """Do what a request asks for, as the simulator would."""
        try:
            answer = asyncio.run(self._operation(request))
        except Refusal as refusal:
            return ApiResponse(refusal.reason.status, refusal.body())
        self.has_written |= request.method != "GET"
        return ApiResponse(answer.status, answer.body)

    async def _operation(self, request: Received) -> Reply:
        if not self.simulation.is_authorized(request.headers.get("authorization")):
            raise Refusal(API_KEY_INVALID)
        for method, path, name in _ROUTES:
            found = re.fullmatch(path, request.path)
            if method == request.method and found:
                given: dict[str, Any] = {key: int(text) for key, text in found.groupdict().items()}
                if request.body:
                    given["body"] = request.data
                return await getattr(Operations(self.simulation), name)(**given)
        raise AssertionError(f"no operation for {request.method} {request.path}")
