# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each request that the modules make is valid under the contract, and so is each answer they meet.

Once Prism is the service, made of nothing but the contract; once it stands before the simulator.
"""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Refused
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import Request
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import ConnectionOptions
from tests.functional.support.playbooks import (
    CAMPAIGN_INFO,
    KEY,
    WEBHOOK,
    WEBHOOK_INFO,
    WEBHOOKS,
    Played,
    Task,
    play,
)
from tests.soak.prism.serving import Prism, prism
from tests.soak.schemathesis_run import operation_of, operations
from touchbase_simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# Asked for by no module.
NOT_USED = {"GET /sms/campaigns/{campaignId}/report"}
NEW = "https://hooks.example.org/new"
OWNERS: Mapping[str, Mapping[str, Any]] = {
    "CampaignReply": {"campaign_id": 9141},
    "CampaignMessageStatusUpdate": {"campaign_id": 9141},
    "ListSubscribe": {"list_id": 512},
    "ListUnsubscribe": {"list_id": 512},
    "MessageStatusUpdate": {"scope": "message"},
    "MessageReply": {"scope": "message"},
}
CAMPAIGNS = [{"campaign_id": number} for number in (*range(1, 25), 9141)]
SEED = {"api_key": KEY, "campaigns": CAMPAIGNS, "lists": [{"list_id": 512}]}


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start(seed=SEED) as process:
        yield process


@pytest.fixture(scope="module")
def mock() -> Iterator[Prism]:
    with prism("mock") as running:
        yield running


@pytest.fixture(scope="module")
def judge(simulator: SimulatorProcess) -> Iterator[Prism]:
    with prism("proxy", simulator.url) as running:
        yield running


def played(folder: Path, simulator: SimulatorProcess, prism: Prism, tasks: list[Task]) -> Played:
    said = len(prism.lines)
    outcome = play(folder, simulator, tasks, "--diff", environment={"TOUCHBASE_API_URL": prism.url})
    assert not [outcome.results[task.name] for task in tasks if outcome.failed(task.name)]
    assert not [line for line in prism.lines[said:] if "Violation" in line or "✖" in line]
    return outcome


def test_what_reads_understands_answers_that_were_made_of_the_contract(
    mock: Prism, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    simulator.reset()
    predicted = {"check_mode": True}
    declared = {"campaign_id": 9001, "webhook_id": 101, "url": NEW, "active": False}
    fresh = {"campaign_id": 9001, "webhook_type": "CampaignReply", "url": f"{NEW}er"}
    tasks = [
        Task("campaigns", CAMPAIGN_INFO, {}),
        Task("campaign", CAMPAIGN_INFO, {"campaign_id": 9001}),
        Task("of_campaign", WEBHOOK_INFO, {"campaign_id": 9001}),
        Task("of_list", WEBHOOK_INFO, {"list_id": 512}),
        Task("of_account", WEBHOOK_INFO, {"scope": "message"}),
        Task("one", WEBHOOK_INFO, {"campaign_id": 9001, "webhook_id": 101}),
        Task("changed", WEBHOOK, declared, predicted),
        Task("created", WEBHOOK, fresh, predicted),
        Task("gone", WEBHOOK, {**declared, "state": "absent"}, predicted),
        Task("set", WEBHOOKS, {"webhooks": [declared, fresh], "purge": True}, predicted),
    ]
    outcome = played(tmp_path, simulator, mock, tasks)
    results = outcome.results
    assert [one["campaign_id"] for one in results["campaigns"]["campaigns"]] == [9001]
    assert results["campaign"]["campaigns"][0]["status"] == "Delivered"
    assert [one["webhook_id"] for one in results["of_campaign"]["webhooks"]] == [101, 102]
    for name, scope in (("of_list", "list"), ("of_account", "message")):
        assert [one["scope"] for one in results[name]["webhooks"]] == [scope]
    assert results["one"]["webhooks"][0]["note"] is None
    assert results["changed"]["webhook"]["url"] == NEW
    assert results["created"]["webhook"]["webhook_id"] is None
    assert results["gone"]["webhook"] is None
    assert results["set"]["counts"] == {"unchanged": 0, "updated": 1, "created": 1, "deleted": 1}
    # Nothing of it reached a service with a memory.
    assert [request for journal in outcome.journals.values() for request in journal] == []


def test_every_request_of_the_modules_and_every_answer_passes_the_judge(
    judge: Prism, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    simulator.reset()
    entries = [
        {**owner, "webhook_type": kind, "url": NEW, "active": False}
        for kind, owner in OWNERS.items()
    ]
    moved = [
        Task(
            f"moved_{place}",
            WEBHOOK,
            {
                **list(OWNERS.values())[place],
                "webhook_id": f"{{{{ created.webhooks[{place}].webhook_id }}}}",
                "url": f"{NEW}er",
            },
        )
        for place in (0, 2, 4)
    ]
    purge = {"owners": list(OWNERS.values())[::2], "purge": True, "allow_empty": True}
    tasks = [
        Task("campaigns", CAMPAIGN_INFO, {"page_size": 10}),
        Task("campaign", CAMPAIGN_INFO, {"campaign_id": 9141}),
        Task("created", WEBHOOKS, {"webhooks": entries, "concurrency": 1}),
        Task("again", WEBHOOKS, {"webhooks": entries}),
        *moved,
        Task("gone", WEBHOOKS, purge),
    ]
    outcome = played(tmp_path, simulator, judge, tasks)
    results = outcome.results
    assert len(results["campaigns"]["campaigns"]) == len(CAMPAIGNS)
    assert results["created"]["counts"]["created"] == len(OWNERS)
    assert results["again"]["changed"] is False
    assert results["gone"]["counts"]["deleted"] == len(OWNERS)
    requests = [request for journal in outcome.journals.values() for request in journal]
    assert {operation_of(request) for request in requests} == operations() - NOT_USED


def put(path: str, url: str, active: object) -> Request:
    return Request("PUT", path, "try", {"Url": url, "IsActive": active})


def post(**body: str) -> Request:
    return Request("POST", "/sms/message/webhooks", "try", body)


WRONG: Mapping[str, Request] = {
    "an activity that is text": put("/sms/campaigns/9141/webhooks/1", NEW, "yes"),
    "an address that is empty": put("/sms/lists/512/webhooks/1", "", active=True),
    "no address": post(WebhookType="MessageReply"),
    "a type of another owner": post(Url=NEW, WebhookType="ListSubscribe"),
    "no page": Request("GET", "/sms/campaigns", "try"),
    "a page that is too small": Request("GET", "/sms/campaigns?page=1&pageSize=9", "try"),
    "an id that is no number": Request("GET", "/sms/campaigns/first/webhooks", "try"),
}
# The mock answers as the contract says that a wrong request is answered, where it says so.
REFUSALS = {"mock": (400, 422), "judge": (422,)}


@pytest.mark.parametrize("served_by", REFUSALS)
@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_a_wrong_request_is_refused_before_any_service(
    call: Request, served_by: str, simulator: SimulatorProcess, request: pytest.FixtureRequest
) -> None:
    simulator.reset()
    transport = Transport(options(request.getfixturevalue(served_by).url), read_only=False)
    with pytest.raises(Refused) as caught:
        transport.send(call)
    assert caught.value.failure.status in REFUSALS[served_by]
    assert simulator.journal() == []


def test_a_request_without_a_key_is_refused(judge: Prism, simulator: SimulatorProcess) -> None:
    simulator.reset()
    connection = http.client.HTTPConnection(urlsplit(judge.url).netloc, timeout=60)
    connection.request("GET", "/sms/message/webhooks")
    assert connection.getresponse().status == 401
    connection.close()
    assert simulator.journal() == []


def options(api_url: str) -> ConnectionOptions:
    return ConnectionOptions(
        api_key=KEY,
        api_url=api_url,
        timeout=60.0,
        retries=0,
        max_wait=0.01,
        validate_certs=False,
        ca_path=None,
        use_proxy=False,
    )
