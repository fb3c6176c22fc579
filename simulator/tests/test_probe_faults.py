# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of a run goes wrong once in every way; what was there before stays as it was."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest
import requests

from simulator.tests.probing import (
    CAMPAIGN,
    LIST,
    Service,
    own_ids,
    response_of,
    undisturbed,
    without,
)
from touchbase_simulator.behaviour import Behaviour

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tests.probing import Delivery, Disturbance

    Fault = Callable[[Delivery], requests.Response]

MOST = 60


def _breaks(error: type[Exception], *, applied: bool) -> Fault:
    def fault(deliver: Delivery) -> requests.Response:
        if applied:
            deliver()
        raise error

    return fault


def _responds(status: int, *, applied: bool = False) -> Fault:
    def fault(deliver: Delivery) -> requests.Response:
        if applied:
            deliver()
        return response_of(status, b"{}", {"Retry-After": "0"})

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


STAYS_AWAY: dict[str, Fault] = {
    "lost before": _breaks(requests.ConnectionError, applied=False),
    "lost after": _breaks(requests.ConnectionError, applied=True),
    "too slow": _breaks(requests.ReadTimeout, applied=True),
    "cut": _cut,
    "500 before": _responds(500),
    "500 after": _responds(500, applied=True),
    **{str(status): _responds(status) for status in (401, 403, 404, 429)},
}
FAULTS = {
    **STAYS_AWAY,
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


def _length_of_run(owner: tuple[str, str], behaviour: Behaviour) -> int:
    return len(Service(behaviour=behaviour).probe("--yes", *owner).requests)


def _place_of_creation() -> int:
    methods = [method for method, _path in Service().probe("--yes", *CAMPAIGN).requests]
    return 1 + methods.index("POST")


@pytest.mark.parametrize(
    ("owner", "behaviour"),
    [(CAMPAIGN, Behaviour()), (LIST, Behaviour.hostile())],
    ids=["default", "worst"],
)
@pytest.mark.parametrize("fault", FAULTS)
def test_probe_cleans_up_after_one_fault_at_each_request(
    fault: str, owner: tuple[str, str], behaviour: Behaviour
) -> None:
    cases = _length_of_run(owner, behaviour)
    assert cases > 25
    for at in range(1, cases + 1):

        def once(number: int, deliver: Delivery, at: int = at) -> requests.Response:
            return FAULTS[fault](deliver) if number == at else deliver()

        left = _left_by_probe(owner, behaviour, once)
        # With a key that is refused, nothing more is asked.
        assert fault == "401" or left == set(), at


@pytest.mark.parametrize("fault", STAYS_AWAY)
def test_probe_tells_what_is_left_when_the_service_stays_away(fault: str) -> None:
    for at in range(1, _length_of_run(LIST, Behaviour()) + 1):

        def from_then_on(number: int, deliver: Delivery, at: int = at) -> requests.Response:
            return STAYS_AWAY[fault](deliver) if number >= at else deliver()

        _left_by_probe(LIST, Behaviour(), from_then_on)


@pytest.mark.parametrize("requests_later", [1, 2, 3, 4])
def test_creation_that_is_applied_late_is_removed_or_told(requests_later: int) -> None:
    waiting: list[Delivery] = []
    creation = _place_of_creation()

    def late(number: int, deliver: Delivery) -> requests.Response:
        if number == creation:
            waiting.append(deliver)
            raise requests.ReadTimeout
        if number == creation + requests_later:
            waiting.pop()()
        return deliver()

    left = _left_by_probe(CAMPAIGN, Behaviour(), late)

    assert bool(left) == (requests_later == 4)


def test_creation_that_is_applied_after_the_run_is_told_and_cleaned() -> None:
    waiting: list[Delivery] = []
    creation = _place_of_creation()

    def later(number: int, deliver: Delivery) -> requests.Response:
        if number == creation:
            waiting.append(deliver)
            raise requests.ReadTimeout
        return deliver()

    service = Service(disturb=later)
    before = service.state
    run = service.probe("--yes", *CAMPAIGN)
    waiting.pop()()

    assert run.status == 1
    assert "It may still appear" in run.err
    assert own_ids(service.state)
    _clean(service, CAMPAIGN, before)


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_webhooks_that_cannot_be_deleted_are_deactivated_and_told(status: int) -> None:
    service = Service()

    def no_delete(_number: int, deliver: Delivery) -> requests.Response:
        return response_of(status) if service.sent[-1].method == "DELETE" else deliver()

    service.disturb = no_delete
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
