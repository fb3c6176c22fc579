# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account of the simulator behind a scripted service, which may garble its responses.

It runs within the test, so that each test has an account of its own and can look at it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from tests.unit.support.service import Line, Received, Step, reply
from touchbase_simulator.behaviour import Behaviour
from touchbase_simulator.operations import Operations, Reply
from touchbase_simulator.refusals import API_KEY_INVALID, Refusal
from touchbase_simulator.simulation import Simulation
from touchbase_simulator.state import Owner, Webhook

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
SEED = {
    "campaigns": [
        {"campaign_id": CAMPAIGN, "webhooks": _WEBHOOKS},
        *({"campaign_id": number} for number in range(1, 15)),
    ]
}


@dataclass(frozen=True)
class ApiResponse:
    """A response before it is sent."""

    status: int
    data: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return b"" if self.data is None else json.dumps(self.data).encode()

    def step(self, *, keep: bool = True) -> Step:
        """Send it whole, and keep the connection or announce its end."""
        end = {} if keep else {"Connection": "close"}
        return reply(self.status, body=self.body, headers={**self.headers, **end}, keep=keep)


@dataclass(frozen=True)
class AccountState:
    """What the service has after a task: webhooks of the campaign, and requests that it received.

    ``campaigns`` are the ids of those that existed all the time.
    """

    webhooks: Mapping[int, Webhook]
    campaigns: AbstractSet[int]
    has_written: bool
    posts: int


class Account:
    """Fifteen campaigns, one of them with two active webhooks."""

    def __init__(self) -> None:
        self._simulation = Simulation(SEED, Behaviour())
        self._operations = Operations(self._simulation)
        self.has_written = False

    @property
    def webhooks(self) -> dict[int, Webhook]:
        """The webhooks of the campaign by id; empty if the campaign itself is deleted."""
        campaign = self._simulation.account.campaigns.get(CAMPAIGN)
        return dict(campaign.webhooks) if campaign else {}

    @property
    def campaigns(self) -> set[int]:
        return set(self._simulation.account.campaigns)

    def delete_campaign(self) -> None:
        del self._simulation.account.campaigns[CAMPAIGN]

    def delete_webhook(self) -> None:
        del self._simulation.account.webhooks_of(Owner("campaign", CAMPAIGN))[USED]

    def add_campaign(self) -> None:
        """Create a campaign, which is the newest then."""
        campaigns = self._simulation.account.campaigns
        newest = max(campaigns) + 1
        campaigns[newest] = replace(campaigns[CAMPAIGN], campaign_id=newest, webhooks={})

    def repoint_webhook(self) -> None:
        webhooks = self._simulation.account.webhooks_of(Owner("campaign", CAMPAIGN))
        webhooks[USED] = replace(webhooks[USED], url="https://elsewhere.example.org/")

    def respond(self, request: Received) -> ApiResponse:
        """Do what a request asks for, as the simulator would."""
        if not self._simulation.is_authorized(request.headers.get("authorization")):
            refusal = Refusal(API_KEY_INVALID)
            return ApiResponse(refusal.reason.status, refusal.body())
        try:
            answer = asyncio.run(self._operation(request))
        except Refusal as refusal:
            return ApiResponse(refusal.reason.status, refusal.body())
        self.has_written |= request.method != "GET"
        return ApiResponse(answer.status, answer.body)

    async def _operation(self, request: Received) -> Reply:
        for method, path, name in _ROUTES:
            found = re.fullmatch(path, request.path)
            if method == request.method and found:
                given: dict[str, Any] = {key: int(text) for key, text in found.groupdict().items()}
                if request.body:
                    given["body"] = request.data
                return await getattr(self._operations, name)(**given)
        raise AssertionError(f"no operation for {request.method} {request.path}")


def responding(account: Account) -> Step:
    """Respond as the service should."""

    def step(line: Line) -> bool:
        return account.respond(line.request).step()(line)

    return step
