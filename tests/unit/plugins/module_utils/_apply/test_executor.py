# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a set: their order, and how many are written at a time."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.executor import apply_changes
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import (
    NEITHER,
    UNCHANGED,
    Warnings,
    activated,
    applied,
    created,
    deactivated,
    deleted,
    failure_of,
    names,
    updated,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    DATE,
    NEW_URL,
    OTHER_CAMPAIGN,
    OTHER_URL,
    URL,
    WEBHOOKS_PATH,
    client_of,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    after,
    error,
    reply,
)

POST = f"POST {WEBHOOKS_PATH}"


def put(webhook_id: int) -> str:
    return f"PUT {WEBHOOKS_PATH}/{webhook_id}"


# Order


def test_additions_are_written_before_deactivations_and_deletions(service: ScriptedService) -> None:
    service.always_answers(stored)

    applied(
        service,
        [
            deleted(1),
            deactivated(2),
            created(),
            updated(3),
            deleted(4),
            created(url=URL + "/2"),
            activated(5),
            deactivated(6, url=OTHER_URL),
        ],
    )

    deletions = [f"DELETE {WEBHOOKS_PATH}/{number}" for number in (1, 4)]
    assert service.seen == [put(3), put(5), POST, POST, put(2), put(6), *deletions]


def test_changes_are_returned_in_their_order(service: ScriptedService) -> None:
    service.always_answers(stored)

    changes = applied(service, [deleted(1), UNCHANGED, created(), NEITHER, updated(2)])

    really_created = Change(None, webhook(webhook_id=60, url=NEW_URL, date_created=DATE))
    assert changes == [deleted(1), UNCHANGED, really_created, NEITHER, updated(2)]


def test_warning_has_the_position_of_its_change(service: ScriptedService) -> None:
    service.answers(
        stored, reply(json=wire(Id=2, Url=OTHER_URL.replace("https://hooks", "https://HOOKS")))
    )
    warnings = Warnings()

    applied(service, [updated(1), updated(2)], warnings=warnings)

    ((position, text),) = warnings
    assert position == 1
    assert "spells the URL of webhook 2" in text


@pytest.mark.parametrize(
    ("changes", "dry_run"),
    [
        ([updated(1), created(), deleted(2)], True),
        ([UNCHANGED, NEITHER], False),
        ([UNCHANGED], True),
        ([], False),
    ],
    ids=["dry run", "nothing to do", "both", "no change"],
)
def test_dry_run_or_unchanged_sends_nothing(
    service: ScriptedService, changes: list[Change], dry_run: bool
) -> None:
    assert apply_changes(client_of(service.url), changes, dry_run, Warnings()) == changes

    assert service.connections == 0


@pytest.mark.parametrize("change", [updated(1), created(), deleted(1)], ids=["put", "post", "del"])
def test_write_in_dry_run_is_stopped_by_transport(service: ScriptedService, change: Change) -> None:
    with pytest.raises(NotPlannable, match="may only read"):
        apply_changes(client_of(service.url, read_only=True), [change], False, Warnings())

    assert service.connections == 0


# One record for one creation


def test_stale_response_does_not_delete_the_record_of_another_creation(
    service: ScriptedService,
) -> None:
    first = reply(201, wire(Id=60, Url=NEW_URL))
    service.answers(first, first)

    failure = failure_of(service, [created(), created(url=OTHER_URL)])

    assert "webhook 60 of campaign 9141" in str(failure.cause)
    assert "which existed before. Nothing was deleted." in str(failure.cause)
    assert names(failure.done) == [("created", 60)]
    assert service.seen == [POST, POST]


def test_two_unclear_creations_do_not_adopt_one_record(service: ScriptedService) -> None:
    listed = reply(json=[wire(Id=60, Url=NEW_URL)])
    service.answers(reply(201), listed, reply(201), listed)

    failure = failure_of(service, [created(), created()])

    assert names(failure.done) == [("created", 60)]
    assert "may still appear" in str(failure.cause)


def test_same_id_of_two_owners_counts_as_two_records(service: ScriptedService) -> None:
    service.answers(*[reply(201, wire(Id=60, Url=NEW_URL))] * 2)

    changes = applied(service, [created(), created(OTHER_CAMPAIGN)])

    owners = [change.after.owner for change in changes if change.after]
    assert owners == [CAMPAIGN, OTHER_CAMPAIGN]


# Several at a time


class Crowd:
    """Lets requests wait for each other, and remembers how many there were at a time."""

    def __init__(self, size: int) -> None:
        self.most = 0
        self._barrier = threading.Barrier(size, timeout=7.0)
        self._lock = threading.Lock()
        self._present = 0

    def gather(self) -> None:
        with self._lock:
            self._present += 1
            self.most = max(self.most, self._present)
        self._barrier.wait()
        with self._lock:
            self._present -= 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency_is_the_number_of_requests_at_a_time(
    service: ScriptedService, concurrency: int
) -> None:
    crowd = Crowd(concurrency)
    service.always_answers(after(crowd.gather, stored))
    changes = [updated(number + 1) for number in range(9)]

    assert applied(service, changes, concurrency) == changes

    assert crowd.most == concurrency
    assert service.connections == concurrency


def test_default_concurrency_is_one_request_at_a_time(service: ScriptedService) -> None:
    crowd = Crowd(1)
    service.always_answers(after(crowd.gather, stored))
    client = client_of(service.url, concurrency=3)

    apply_changes(client, [updated(1), updated(2)], False, Warnings())

    assert crowd.most == 1
    assert service.connections == 1


def test_next_kind_of_change_waits_for_the_previous_kind(service: ScriptedService) -> None:
    crowd = Crowd(2)
    service.always_answers(after(crowd.gather, stored))
    kinds = [
        [updated(1), updated(2)],
        [created(), created(url=URL + "/2")],
        [deactivated(3), deactivated(4)],
        [deleted(5), deleted(6)],
    ]

    applied(service, [change for kind in reversed(kinds) for change in kind], concurrency=2)

    methods = [request.method for request in service.requests]
    assert methods == [name for name in ("PUT", "POST", "PUT", "DELETE") for _two in range(2)]
    assert set(service.seen[:2]) == {put(1), put(2)}
    assert crowd.most == 2


def test_writes_under_way_are_finished_when_an_error_stops_the_rest(
    service: ScriptedService,
) -> None:
    crowd = Crowd(2)
    refused = after(crowd.gather, error(401, 100, "no"))
    service.answers(refused, refused).always_answers(stored)

    failure = failure_of(service, [updated(number + 1) for number in range(6)], concurrency=2)

    assert len(failure.failed) == 2
    assert len(failure.not_tried) == 4
    assert len(service.seen) == 2
