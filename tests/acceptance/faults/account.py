# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's account and operations behind a scripted service, which may garble them.

Without the program around them, and what its contract costs, each test can have an account of its
own and look at it afterwards.
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
HELD, OTHER = 28, 29
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
SEED = {
    "campaigns": [
        {
            "campaign_id": CAMPAIGN,
            "webhooks": [
                {
                    "webhook_id": number,
                    "webhook_type": "CampaignReply",
                    "url": f"https://hooks.example.org/{number}",
                }
                for number in (HELD, OTHER)
            ],
        },
        *({"campaign_id": number} for number in range(1, 15)),
    ]
}


@dataclass(frozen=True)
class Told:
    """An answer before it is sent."""

    status: int
    data: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return b"" if self.data is None else json.dumps(self.data).encode()

    def sent(self, *, keep: bool = True) -> Step:
        """The whole answer; the connection is kept for the next request or ends openly."""
        end = {} if keep else {"Connection": "close"}
        return reply(self.status, body=self.body, headers={**self.headers, **end}, keep=keep)


@dataclass(frozen=True)
class Seen:
    """What a service shows of a task: the webhooks that it holds, and what it was asked.

    ``campaigns`` are those that were there all the time; ``posts`` may never have arrived.
    """

    webhooks: Mapping[int, Webhook]
    campaigns: AbstractSet[int]
    has_written: bool
    posts: int


class Account:
    """What one key opens: fifteen campaigns, one of them with two active webhooks."""

    def __init__(self) -> None:
        self._simulation = Simulation(SEED, Behaviour())
        self._operations = Operations(self._simulation)
        self.has_written = False

    @property
    def webhooks(self) -> dict[int, Webhook]:
        """What the campaign holds, by id; empty if the campaign itself is gone."""
        campaign = self._simulation.account.campaigns.get(CAMPAIGN)
        return dict(campaign.webhooks) if campaign else {}

    @property
    def campaigns(self) -> set[int]:
        """The ids of all campaigns."""
        return set(self._simulation.account.campaigns)

    def loses_campaign(self, campaign_id: int) -> None:
        """Somebody removes a campaign with all it has."""
        del self._simulation.account.campaigns[campaign_id]

    def loses_webhook(self, webhook_id: int) -> None:
        """Somebody deletes a webhook."""
        del self._simulation.account.webhooks_of(Owner("campaign", CAMPAIGN))[webhook_id]

    def gains_campaign(self) -> None:
        """Somebody makes a campaign, which is the newest then."""
        campaigns = self._simulation.account.campaigns
        newest = max(campaigns) + 1
        campaigns[newest] = replace(campaigns[CAMPAIGN], campaign_id=newest, webhooks={})

    def repoints_webhook(self, webhook_id: int) -> None:
        """Somebody gives a webhook another address."""
        webhooks = self._simulation.account.webhooks_of(Owner("campaign", CAMPAIGN))
        webhooks[webhook_id] = replace(webhooks[webhook_id], url="https://elsewhere.example.org/")

    def carry_out(self, request: Received) -> Told:
        """Do what a request asks for, as the simulator would."""
        if not self._simulation.is_authorized(request.headers.get("authorization")):
            refusal = Refusal(API_KEY_INVALID)
            return Told(refusal.reason.status, refusal.body())
        try:
            answer = asyncio.run(self._operation(request))
        except Refusal as refusal:
            return Told(refusal.reason.status, refusal.body())
        self.has_written |= request.method != "GET"
        return Told(answer.status, answer.body)

    async def _operation(self, request: Received) -> Reply:
        for method, path, name in _ROUTES:
            found = re.fullmatch(path, request.path)
            if method == request.method and found:
                given: dict[str, Any] = {key: int(text) for key, text in found.groupdict().items()}
                if request.body:
                    given["body"] = request.data
                return await getattr(self._operations, name)(**given)
        raise AssertionError(f"no operation for {request.method} {request.path}")


def answering(account: Account) -> Step:
    """As the service should."""

    def step(line: Line) -> bool:
        return account.carry_out(line.request).sent()(line)

    return step
