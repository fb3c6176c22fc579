# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""After a failure in a set: what is still written, and what no longer begins."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Unreachable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import changes as c
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

OTHER = made.OTHER_CAMPAIGN
NO, FORBIDDEN = api.error(400, 9, "no"), api.error(403, 105, "no")
OUTAGES: dict[str, api.Step] = {
    "502": api.gateway(502, "no"),
    "503": api.gateway(503, "no"),
    "504": api.gateway(504, "no"),
    "no response": api.hangs_up(),
}
ABOUT_ALL = {"401": api.error(401, 100, "no"), "429": api.gateway(429, "no"), **OUTAGES}


@pytest.mark.parametrize("failing", [c.updated(1), c.created()], ids=["update", "creation"])
def test_failure_leaves_the_rest_of_its_owner_active_and_undeleted(
    service: api.Service, failing: Change
) -> None:
    """The service may refuse two with one URL, or a receiver that does not answer its probe."""
    service.answers(NO).always_answers(stored)
    of_owner = [c.deleted(5), c.deactivated(4), failing, c.created(url=made.URL)]

    failure = c.failure_of(service, *of_owner, c.deleted(6, OTHER), c.deactivated(7, OTHER))

    assert c.names(failure.done)[1:] == [("deleted", 6), ("updated", 7)]
    assert c.names(failure.not_tried) == [("deleted", 5), ("updated", 4)]
    assert len(failure.failed) == 1
    path = "/sms/campaigns/9142/webhooks"
    assert service.seen[1:] == [ops.POST, f"PUT {path}/7", f"DELETE {path}/6"]


def test_failed_deactivation_or_deletion_stops_no_other(service: api.Service) -> None:
    service.answers(NO, stored, NO).always_answers(stored)

    failure = c.failure_of(service, c.deleted(3), c.deleted(4), c.deactivated(1), c.deactivated(2))

    assert c.names(failure.failed) == [("deleted", 3), ("updated", 1)]
    assert c.names(failure.done) == [("deleted", 4), ("updated", 2)]
    assert failure.not_tried == []


ABOUT_ONE: dict[str, api.Step] = {
    "400": NO,
    "404": api.error(404, 142, "no"),
    "404 without code": api.gateway(404, "no"),
    "500": api.error(500, 1, "no"),
    "HTML": api.reply(body=b"<html>"),
}


@pytest.mark.parametrize("answer", ABOUT_ONE.values(), ids=ABOUT_ONE)
def test_error_about_one_webhook_stops_nothing_however_often(
    service: api.Service, answer: api.Step
) -> None:
    service.always_answers(answer)

    failure = c.failure_of(service, *map(c.updated, range(1, 5)), c.deleted(5, OTHER))

    assert c.names(failure.failed)[:4] == [("updated", number) for number in range(1, 5)]
    assert failure.not_tried == []


STOPPING: dict[str, tuple[list[Any], list[Change], int]] = {
    "update": ([stored], [c.deleted(9, OTHER), *map(c.updated, (1, 2, 3)), c.created()], 3),
    "deactivation": ([], [c.deactivated(1), c.deleted(2, OTHER)], 1),
    "deletion": ([], [c.deleted(1), c.deleted(2, OTHER)], 1),
    "inactive creation": ([stored], [c.created(active=False), c.created(OTHER)], 1),
    "unclear creation without a list": ([api.hangs_up()], [c.created(), c.created(OTHER)], 1),
}


@pytest.mark.parametrize("answer", ABOUT_ALL.values(), ids=ABOUT_ALL)
@pytest.mark.parametrize(("before", "changes", "left"), STOPPING.values(), ids=STOPPING)
def test_error_that_all_would_meet_stops_the_rest(
    service: api.Service, before: list[Any], changes: list[Change], left: int, answer: api.Step
) -> None:
    service.answers(*before, answer).always_answers(stored)

    failure = c.failure_of(service, *changes)

    assert len(failure.not_tried) == left
    assert len(service.seen) == len(before) + 1


IN_A_ROW: dict[str, tuple[list[api.Step], int]] = {
    "two": ([FORBIDDEN, FORBIDDEN], 0),
    "three": ([FORBIDDEN] * 3, 2),
    "success in between": ([FORBIDDEN, FORBIDDEN, stored, FORBIDDEN, FORBIDDEN], 0),
    "another error in between": ([FORBIDDEN, FORBIDDEN, NO, FORBIDDEN, FORBIDDEN], 0),
}


@pytest.mark.parametrize(("answers", "left"), IN_A_ROW.values(), ids=IN_A_ROW)
def test_three_403_in_a_row_stop_the_rest(
    service: api.Service, answers: list[api.Step], left: int
) -> None:
    service.answers(*answers).always_answers(stored)

    failure = c.failure_of(service, *map(c.updated, range(1, 6)))

    assert len(failure.not_tried) == left
    assert len(service.seen) == 5 - left


def test_403_count_goes_on_from_updates_to_deletions(service: api.Service) -> None:
    service.answers(FORBIDDEN, FORBIDDEN, FORBIDDEN).always_answers(stored)
    deletions = [c.deleted(2, OTHER), c.deleted(3, OTHER)]

    failure = c.failure_of(service, c.updated(1), c.created(), *deletions)

    assert c.names(failure.not_tried) == [("deleted", 3)]


def test_403_of_second_writes_of_creations_is_not_counted(service: api.Service) -> None:
    service.answers(*[stored, FORBIDDEN] * 3).always_answers(stored)
    urls = [f"{made.URL}/{number}" for number in range(4)]

    failure = c.failure_of(service, *[c.created(url=url, active=False) for url in urls])

    assert failure.not_tried == []


UNCLEAR: dict[str, Any] = {"empty response": 201, "500": api.error(500, 1, "no"), **OUTAGES}


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
def test_unclear_creation_with_a_list_stops_nothing(service: api.Service, answer: Any) -> None:
    service.answers(*[answer, []] * 2).always_answers(stored)

    failure = c.failure_of(service, c.created(), c.created(), c.created(OTHER))

    assert c.names(failure.failed) == [("created", None)] * 2
    assert c.names(failure.done) == [("created", 62)]


def test_creation_without_a_connection_stops_the_rest(service: api.Service) -> None:
    service.refuses()

    failure = c.failure_of(service, c.created(), c.created(url=made.URL), c.created(OTHER))

    assert (len(failure.failed), len(failure.not_tried)) == (1, 2)
    assert isinstance(failure.cause, Unreachable)
    assert failure.as_result()["changed"] is False


def test_created_webhook_that_cannot_be_read_stops_its_owner_only(service: api.Service) -> None:
    service.answers(api.reply(201, made.api_record(Id=60)), NO).always_answers(stored)

    failure = c.failure_of(service, c.deleted(1), c.created(), c.created(OTHER))

    assert c.names(failure.done) == [("created", 60), ("created", 61)]
    assert c.names(failure.not_tried) == [("deleted", 1)]
