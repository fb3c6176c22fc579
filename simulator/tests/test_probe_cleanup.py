"""A run removes what it has made, and only that, whichever of its requests goes wrong."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from unittest import mock

import pytest
import requests

from simulator.tests.probing import (
    CAMPAIGN,
    KEY,
    LIST,
    Delivery,
    Disturbance,
    Service,
    own_ids,
    place_of_creation,
    response_of,
    undisturbed,
    without,
)
from touchbase_simulator.behaviour import Behaviour

Fault = Callable[[Delivery], requests.Response]

MOST = 60
TOKEN = "touchbase-probe-0123456789abcdef"


def _fault(outcome: type[Exception] | int, *, applied: bool = False) -> Fault:
    """A request that gets this response or none, whether it was applied or not."""

    def fault(deliver: Delivery) -> requests.Response:
        if applied:
            deliver()
        if isinstance(outcome, int):
            return response_of(outcome, b"{}", {"Retry-After": "0"})
        raise outcome

    return fault


def _cut(deliver: Delivery) -> requests.Response:
    whole = deliver()
    headers = {"content-length": str(len(whole.content) + 1)}
    return response_of(whole.status_code, whole.content[: len(whole.content) // 2], headers)


def _interrupted_before(deliver: Delivery) -> requests.Response:
    signal.raise_signal(signal.SIGINT)
    return deliver()


def _interrupted_after(deliver: Delivery) -> requests.Response:
    response = deliver()
    signal.raise_signal(signal.SIGTERM)
    return response


OUTAGES: dict[str, Fault] = {
    "lost before": _fault(requests.ConnectionError),
    "lost after": _fault(requests.ConnectionError, applied=True),
    "too slow": _fault(requests.ReadTimeout, applied=True),
    "cut": _cut,
    "500 before": _fault(500),
    "500 after": _fault(500, applied=True),
    **{str(status): _fault(status) for status in (401, 403, 404, 429)},
}
INTERRUPTIONS = {
    "interrupted before": _interrupted_before,
    "interrupted after": _interrupted_after,
}


def _left_by_probe(owner: tuple[str, str], behaviour: Behaviour, disturb: Disturbance) -> set[int]:
    """Run the probe, check what holds in every case, and give what is left of its webhooks."""
    service = Service(behaviour=behaviour, disturb=disturb)
    before = service.state
    run = service.probe("--yes", *owner)

    left = own_ids(service.state)
    assert without(service.state, left) == before
    assert len(run.requests) <= MOST
    told = {int(number) for number in re.findall("Left: webhook ([0-9]+),", run.err)}
    assert left <= told or "It may still appear" in run.err, (left, run.err)
    if left:
        assert run.status != 0
        _clean(service, owner, before)
    return left


def _clean(service: Service, owner: tuple[str, str], before: object) -> None:
    service.disturb = undisturbed
    cleaned = service.probe("--yes", *owner, "--clean")
    assert (cleaned.status, service.state) == (0, before), cleaned.err


@pytest.mark.parametrize(
    ("owner", "behaviour"),
    [(CAMPAIGN, Behaviour()), (LIST, Behaviour.hostile())],
    ids=["default", "worst"],
)
@pytest.mark.parametrize(("name", "fault"), (OUTAGES | INTERRUPTIONS).items())
def test_probe_cleans_up_after_one_fault_at_each_request(
    name: str, fault: Fault, owner: tuple[str, str], behaviour: Behaviour
) -> None:
    requests_of_a_run = len(Service(behaviour=behaviour).probe("--yes", *owner).requests)
    assert requests_of_a_run > 25
    for at in range(1, requests_of_a_run + 1):

        def once(number: int, deliver: Delivery, at: int = at) -> requests.Response:
            return fault(deliver) if number == at else deliver()

        left = _left_by_probe(owner, behaviour, once)
        # With a key that is refused, nothing more is asked.
        assert name == "401" or left == set(), at


@pytest.mark.parametrize("fault", OUTAGES.values(), ids=OUTAGES)
def test_probe_tells_what_is_left_when_the_service_stays_away(fault: Fault) -> None:
    for at in range(1, len(Service().probe("--yes", *LIST).requests) + 1):

        def from_then_on(number: int, deliver: Delivery, at: int = at) -> requests.Response:
            return fault(deliver) if number >= at else deliver()

        _left_by_probe(LIST, Behaviour(), from_then_on)


class _LateCreation:
    """The first creation is applied some requests after its response was lost."""

    def __init__(self, requests_later: int) -> None:
        self.creation = place_of_creation()
        self.applied_at = self.creation + requests_later
        self.apply: Delivery = NotImplemented

    def __call__(self, number: int, deliver: Delivery) -> requests.Response:
        if number == self.creation:
            self.apply = deliver
            raise requests.ReadTimeout
        if number == self.applied_at:
            self.apply()
        return deliver()


@pytest.mark.parametrize("requests_later", [1, 2, 3, 4])
def test_creation_that_is_applied_late_is_removed_or_told(requests_later: int) -> None:
    left = _left_by_probe(CAMPAIGN, Behaviour(), _LateCreation(requests_later))

    assert bool(left) == (requests_later == 4)


def test_creation_that_is_applied_after_the_run_is_told_and_cleaned() -> None:
    late = _LateCreation(requests_later=1000)
    service = Service(disturb=late)
    before = service.state
    run = service.probe("--yes", *CAMPAIGN)
    late.apply()

    assert run.status == 1
    assert "It may still appear" in run.err
    assert own_ids(service.state)
    _clean(service, CAMPAIGN, before)


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_webhooks_that_cannot_be_deleted_are_deactivated_and_told(status: int) -> None:
    service = Service().instead(lambda _number, request: request.method == "DELETE", status)
    before = service.state

    run = service.probe("--yes", *CAMPAIGN)

    left = own_ids(service.state)
    assert left
    assert without(service.state, left) == before
    for webhook_id in left:
        assert f"Left: webhook {webhook_id}, inactive." in run.err
    webhooks = service.state["campaigns"][0]["webhooks"]
    assert not [one for one in webhooks if one["webhook_id"] in left and one["active"]]
    assert "touchbase-simulator probe --campaign-id 9141 --clean" in run.err
    assert run.status == 1


@pytest.mark.parametrize(("header", "waits"), [("7", 7), ("86400", 60), ("tomorrow", 60)])
def test_cleanup_after_429_waits_as_long_as_told_at_most_a_minute(header: str, waits: int) -> None:
    after_creation = place_of_creation() + 1
    refusal = (429, b"", {"Retry-After": header})
    service = Service().instead(lambda number, _request: number == after_creation, *refusal)

    with mock.patch.object(time, "sleep") as sleep:
        service.probe("--yes", *CAMPAIGN)

    longest = max(call.args[0] for call in sleep.call_args_list)
    assert waits - 1 < longest <= waits
    assert own_ids(service.state) == set()


LEFT = [
    f"https://probe.invalid/{TOKEN}",
    f"https://probe.invalid/{TOKEN}/moved",
    f"https://PROBE.INVALID:443/{TOKEN}/%2f",
    f"https://probe.invalid/{TOKEN}/%2F",
]
LOOKALIKES = [
    f"https://hooks.example.org/{TOKEN}",
    f"https://probe.invalid/x/{TOKEN}",
    f"https://probe.invalid/?{TOKEN}",
    f"https://probe.invalid/{TOKEN}0",
    "https://probe.invalid/touchbase-probe-0123",
    "https://probe.invalid/other",
    "https://[",
]


@pytest.mark.parametrize(
    ("options", "made", "others"),
    [
        ((), LEFT, LOOKALIKES),
        (
            ("--receiver-url=https://hooks.example.org/a/",),
            [f"https://hooks.example.org/a/{TOKEN}"],
            [*LEFT, f"https://hooks.example.org/{TOKEN}"],
        ),
    ],
    ids=["default receiver", "given receiver"],
)
def test_clean_removes_what_earlier_runs_left_and_nothing_else(
    options: tuple[str, ...], made: list[str], others: list[str]
) -> None:
    webhooks = [
        {"webhook_id": number, "webhook_type": "CampaignReply", "url": url}
        for number, url in enumerate([*others, *made], 1)
    ]
    campaigns = [{"campaign_id": 9141, "webhooks": webhooks}]
    service = Service({"api_key": KEY, "campaigns": campaigns})

    run = service.probe("--yes", *CAMPAIGN, "--clean", *options)

    assert [one["url"] for one in service.state["campaigns"][0]["webhooks"]] == others
    assert run.status == 0
    assert run.out == f"{len(made)} webhooks of earlier probes were there, 0 are left.\n"
