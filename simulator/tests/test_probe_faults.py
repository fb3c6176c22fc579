# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of a run goes wrong once in every way; what was there before stays as it was."""

from __future__ import annotations

import re
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest
import requests

from simulator.tests.probing import CAMPAIGN, LIST, Service, answer, own_ids, without
from touchbase_simulator.behaviour import Behaviour

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tests.probing import Delivery, Disturbance, Run

    Fault = Callable[[Delivery], requests.Response]

MOST = 60
HOSTILE = Behaviour.hostile()


def _lost_before(_deliver: Delivery) -> requests.Response:
    raise requests.ConnectionError


def _lost_after(deliver: Delivery) -> requests.Response:
    deliver()
    raise requests.ConnectionError


def _too_slow(deliver: Delivery) -> requests.Response:
    deliver()
    raise requests.ReadTimeout


def _cut(deliver: Delivery) -> requests.Response:
    whole = deliver()
    content = whole.content
    headers = {"content-length": str(len(content) + 1)}
    return answer(whole.status_code, content[: len(content) // 2], headers)


def _refused(status: int, _deliver: Delivery) -> requests.Response:
    return answer(status, b"{}", {"Retry-After": "0"})


def _failed_after(deliver: Delivery) -> requests.Response:
    deliver()
    return answer(500, b"<html>")


def _interrupted_before(number: int, deliver: Delivery) -> requests.Response:
    signal.raise_signal(number)
    return deliver()


def _interrupted_after(number: int, deliver: Delivery) -> requests.Response:
    response = deliver()
    signal.raise_signal(number)
    return response


FAULTS: dict[str, Fault] = {
    "lost before": _lost_before,
    "lost after": _lost_after,
    "too slow": _too_slow,
    "cut": _cut,
    "500 before": partial(_refused, 500),
    "500 after": _failed_after,
    "401": partial(_refused, 401),
    "403": partial(_refused, 403),
    "404": partial(_refused, 404),
    "429": partial(_refused, 429),
    "SIGINT before": partial(_interrupted_before, signal.SIGINT),
    "SIGINT after": partial(_interrupted_after, signal.SIGINT),
    "SIGTERM before": partial(_interrupted_before, signal.SIGTERM),
    "SIGTERM after": partial(_interrupted_after, signal.SIGTERM),
}


def _once(fault: Fault, at: int, number: int, deliver: Delivery) -> requests.Response:
    return fault(deliver) if number == at else deliver()


def _from_then_on(fault: Fault, at: int, number: int, deliver: Delivery) -> requests.Response:
    return fault(deliver) if number >= at else deliver()


def _probe_disturbed(
    owner: tuple[str, str], behaviour: Behaviour, disturb: Disturbance
) -> tuple[Run, set[int]]:
    """Run the probe, check what holds in every case, and give what is left."""
    service = Service(behaviour=behaviour, disturb=disturb)
    before = service.state
    run = service.probe("--yes", *owner)
    left = own_ids(service.state)
    assert without(service.state, left) == before
    told = {int(number) for number in re.findall("Left: webhook ([0-9]+),", run.err)}
    assert left <= told or "It may still appear" in run.err, (left, run.err)
    if left:
        assert run.status != 0
        assert "--clean" in run.err
    assert len(run.requests) <= MOST
    if left:
        _clean(service, owner, before)
    return run, left


def _clean(service: Service, owner: tuple[str, str], before: object) -> None:
    service.disturb = None
    cleaned = service.probe("--yes", *owner, "--clean")
    assert (cleaned.status, service.state) == (0, before), cleaned.err


def _length_of_run(owner: tuple[str, str], behaviour: Behaviour) -> int:
    return len(Service(behaviour=behaviour).probe("--yes", *owner).requests)


@pytest.mark.parametrize(
    ("owner", "behaviour"), [(CAMPAIGN, Behaviour()), (LIST, HOSTILE)], ids=["default", "worst"]
)
@pytest.mark.parametrize("fault", FAULTS)
def test_probe_cleans_up_after_one_fault_at_each_request(
    fault: str, owner: tuple[str, str], behaviour: Behaviour
) -> None:
    cases = _length_of_run(owner, behaviour)
    for at in range(1, cases + 1):
        disturb = partial(_once, FAULTS[fault], at)
        _run, left = _probe_disturbed(owner, behaviour, disturb)
        # With a key that is refused, nothing more is asked.
        assert fault == "401" or left == set(), at
    assert cases > 25


@pytest.mark.parametrize("fault", [*FAULTS][:10])
def test_probe_tells_what_is_left_when_the_service_stays_away(fault: str) -> None:
    for at in range(1, _length_of_run(LIST, Behaviour()) + 1):
        _probe_disturbed(LIST, Behaviour(), partial(_from_then_on, FAULTS[fault], at))


@pytest.mark.parametrize("requests_later", [1, 2, 3, 4])
def test_creation_that_is_done_late_is_removed_or_told(requests_later: int) -> None:
    waiting: list[Delivery] = []
    creation = _place_of_creation()

    def late(number: int, deliver: Delivery) -> requests.Response:
        if number == creation:
            waiting.append(deliver)
            raise requests.ReadTimeout
        if number == creation + requests_later:
            waiting.pop()()
        return deliver()

    _run, left = _probe_disturbed(CAMPAIGN, Behaviour(), late)
    assert bool(left) == (requests_later == 4)


def test_creation_that_is_done_after_the_run_is_told_and_cleaned() -> None:
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


def _place_of_creation() -> int:
    methods = [method for method, _path in Service().probe("--yes", *CAMPAIGN).requests]
    return 1 + methods.index("POST")


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_webhooks_that_cannot_be_deleted_are_deactivated_and_told(status: int) -> None:
    service = Service()

    def no_delete(_number: int, deliver: Delivery) -> requests.Response:
        return answer(status) if service.sent[-1].method == "DELETE" else deliver()

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
