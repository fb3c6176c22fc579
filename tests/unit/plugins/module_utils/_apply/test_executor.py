# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a set: their order, their concurrency, and the records that they claim."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.executor import apply_changes
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import changes as c
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

ACTIVATED = Change(made.webhook(webhook_id=5, active=False), made.webhook(webhook_id=5))


def test_additions_are_written_before_deactivations_and_deletions(service: api.Service) -> None:
    service.always_answers(stored)
    changes = [c.deleted(1), c.deactivated(2), c.created(), c.updated(3), c.deleted(4), ACTIVATED]

    c.applied(service, *changes, c.deactivated(6, url=made.OTHER_URL))

    updates = [ops.request("PUT", number) for number in (3, 5)]
    deactivations = [ops.request("PUT", number) for number in (2, 6)]
    deletions = [ops.request("DELETE", number) for number in (1, 4)]
    assert service.seen == [*updates, ops.POST, *deactivations, *deletions]


def test_changes_are_returned_in_their_order(service: api.Service) -> None:
    service.always_answers(stored)

    found = c.applied(service, c.deleted(1), c.UNCHANGED, c.created(), c.NEITHER, c.updated(2))

    new = Change(None, made.webhook(webhook_id=60, url=made.NEW_URL))
    assert found == [c.deleted(1), c.UNCHANGED, new, c.NEITHER, c.updated(2)]


def test_warning_has_the_position_of_its_change(service: api.Service) -> None:
    spelling = made.OTHER_URL.replace("https://hooks", "https://HOOKS")
    service.answers(stored, made.api_record(Id=2, Url=spelling), api.error(400, 9, "no"))
    warnings = c.Warnings()

    c.failure_of(service, c.updated(1), c.updated(2), c.updated(3), warnings=warnings)

    ((position, text),) = warnings
    assert position == 1
    assert "spells the URL of webhook 2" in text


# Each record belongs to one creation


def test_record_of_another_creation_is_not_deleted(service: api.Service) -> None:
    first = api.reply(201, made.api_record(Id=60, Url=made.NEW_URL))
    service.answers(first, first)

    failure = c.failure_of(service, c.created(), c.created(url=made.OTHER_URL))

    assert "which existed before. Nothing was deleted." in str(failure.cause)
    assert c.names(failure.done) == [("created", 60)]
    assert service.seen == [ops.POST, ops.POST]


def test_two_unclear_creations_do_not_adopt_one_record(service: api.Service) -> None:
    listed = [made.api_record(Id=60, Url=made.NEW_URL)]
    service.answers(201, listed, 201, listed)

    failure = c.failure_of(service, c.created(), c.created())

    assert c.names(failure.done) == [("created", 60)]
    assert "may still appear" in str(failure.cause)


def test_same_id_of_two_owners_counts_as_two_records(service: api.Service) -> None:
    service.always_answers(api.reply(201, made.api_record(Id=60, Url=made.NEW_URL)))

    found = c.applied(service, c.created(), c.created(made.OTHER_CAMPAIGN))

    assert [one.after.webhook_id for one in found if one.after] == [60, 60]


# Several at a time


class Together:
    """Lets requests wait for each other, and remembers how many there were at a time."""

    def __init__(self, size: int) -> None:
        self.most = 0
        self._barrier = threading.Barrier(size, timeout=7.0)
        self._lock = threading.Lock()
        self._present = 0

    def meet(self) -> None:
        with self._lock:
            self._present += 1
            self.most = max(self.most, self._present)
        self._barrier.wait()
        with self._lock:
            self._present -= 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency_is_the_number_of_requests_at_a_time(
    service: api.Service, concurrency: int
) -> None:
    together = Together(concurrency)
    service.always_answers(api.after(together.meet, stored))
    changes = [c.updated(number + 1) for number in range(6)]

    assert c.applied(service, *changes, concurrency=concurrency) == changes

    assert together.most == service.connections == concurrency


def test_default_concurrency_is_one_request_at_a_time(service: api.Service) -> None:
    service.always_answers(stored)
    client = made.client_of(service.url, concurrency=3)

    apply_changes(client, [c.updated(1), c.updated(2)], False, c.Warnings())

    assert service.connections == 1


def test_next_kind_of_change_waits_for_the_previous_kind(service: api.Service) -> None:
    together = Together(2)
    service.always_answers(api.after(together.meet, stored))
    deletions, deactivations = [c.deleted(5), c.deleted(6)], [c.deactivated(3), c.deactivated(4)]
    additions = [c.created(), c.created(url=made.URL), c.updated(1), c.updated(2)]

    c.applied(service, *deletions, *deactivations, *additions, concurrency=2)

    methods = [request.method for request in service.requests]
    assert methods == [name for name in ("PUT", "POST", "PUT", "DELETE") for _two in range(2)]
    assert set(service.seen[:2]) == {ops.request("PUT", 1), ops.request("PUT", 2)}


def test_writes_under_way_are_finished_when_an_error_stops_the_rest(service: api.Service) -> None:
    service.always_answers(api.after(Together(2).meet, api.error(401, 100, "no")))

    failure = c.failure_of(service, *map(c.updated, range(1, 7)), concurrency=2)

    assert (len(failure.failed), len(failure.not_tried), len(service.seen)) == (2, 4, 2)
