# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a set: what the error says of those that failed, were applied, or were not tried."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    InternalError,
    TouchBaseError,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import (
    UNCHANGED,
    Warnings,
    applied,
    created,
    deleted,
    failure_of,
    names,
    updated,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NEW_URL,
    OTHER_CAMPAIGN,
    OTHER_URL,
    URL,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    hangs_up,
    reply,
)

NO = error(400, 9, "no")
KEEPS_OLD_URL = reply(json=wire(Id=1)), reply(json=wire(Id=1))
OTHER_STORED = reply(201, wire(Id=31)), reply(json=wire(Id=31))


def test_message_counts_applied_failed_and_not_attempted(service: ScriptedService) -> None:
    service.answers(stored, NO, stored)

    failure = failure_of(service, [updated(1), updated(2), deleted(3), UNCHANGED, updated(4)])

    assert str(failure).splitlines()[0] == (
        "Not everything could be changed: 2 applied (2 updated), 1 failed, 1 not attempted. Fix "
        "the cause and run the task again."
    )


def test_lists_hold_kind_record_and_message(service: ScriptedService) -> None:
    service.answers(NO, stored)

    failure = failure_of(service, [updated(1), created(OTHER_CAMPAIGN), deleted(3)])

    failed = webhook(webhook_id=1, url=OTHER_URL).record()
    fresh = webhook(owner=OTHER_CAMPAIGN, webhook_id=60, url=NEW_URL).record()
    lists = {
        "done": [{"change": "created", "webhook": fresh}],
        "failed": [{"change": "updated", "webhook": failed, "msg": str(failure.cause)}],
        "not_tried": [{"change": "deleted", "webhook": webhook(webhook_id=3).record()}],
    }
    found = failure.as_result()["failure"]
    assert {name: found[name] for name in lists} == lists


def test_creation_that_cannot_be_deactivated_is_done_and_failed(service: ScriptedService) -> None:
    service.answers(reply(201, wire(Id=60, Url=NEW_URL)), NO).always_answers(stored)

    failure = failure_of(
        service,
        [deleted(4), created(active=False), created(OTHER_CAMPAIGN), deleted(5, OTHER_CAMPAIGN)],
    )

    assert names(failure.done) == [("created", 60), ("created", 61), ("deleted", 5)]
    assert names(failure.failed) == [("updated", 60)]
    assert names(failure.not_tried) == [("deleted", 4)]


def test_cause_is_the_first_error_in_the_order_of_the_changes(service: ScriptedService) -> None:
    service.answers(error(400, 1, "put"), error(400, 2, "post"))

    failure = failure_of(service, [created(), updated(1)])

    assert failure.failure.code == 2
    starts = [line[:15] for line in str(failure).splitlines()[1:]]
    assert starts == ["- Could not cre", "- Could not upd"]


def test_cause_is_an_internal_error_if_there_is_one(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any) -> None:
        raise LookupError

    monkeypatch.setattr(Client, "create_webhook", breaks)
    service.answers(NO).always_answers(stored)

    failure = failure_of(service, [updated(1), created()])

    assert names(failure.failed) == [("updated", 1), ("created", None)]
    assert isinstance(failure.cause, InternalError)


@pytest.mark.parametrize(
    ("errors", "last"),
    [(10, "- Could not update webhook 10"), (22, "- and 12 more, listed in failure.failed")],
)
def test_message_has_at_most_ten_errors(service: ScriptedService, errors: int, last: str) -> None:
    service.always_answers(NO)

    failure = failure_of(service, [updated(number + 1) for number in range(errors)])

    lines = str(failure).splitlines()[1:]
    assert sum(line.startswith("- Could not update") for line in lines) == 10
    assert lines[-1].startswith(last)
    assert len(failure.failed) == errors


def test_warnings_of_applied_changes_are_kept_despite_a_failure(service: ScriptedService) -> None:
    spelling = OTHER_URL.replace("https://hooks", "https://HOOKS")
    service.answers(reply(json=wire(Id=1, Url=spelling)), NO)
    warnings = Warnings()

    failure_of(service, [updated(1), updated(2)], warnings=warnings)

    assert [position for position, _text in warnings] == [0]


ONE_CHANGE: dict[str, tuple[Change, list[Step], bool]] = {
    "update, no response": (updated(1), [hangs_up()], True),
    "update, refused": (updated(1), [NO], False),
    "update, other URL stored": (updated(1), [*KEEPS_OLD_URL], True),
    "creation, no response": (created(), [hangs_up(), reply(json=[])], True),
    "creation, refused": (created(), [NO], False),
    "creation, other URL stored": (created(), [*OTHER_STORED, reply(204)], False),
    "creation, left over": (created(), [*OTHER_STORED, NO], True),
    "creation, not readable": (created(), [reply(201, wire(Id=31)), NO], True),
    "deletion, no response": (deleted(1), [hangs_up()], True),
    "deletion, 503": (deleted(1), [gateway(503, "no")], True),
    "deletion, refused": (deleted(1), [NO], False),
}


@pytest.mark.parametrize(("change", "steps", "changed"), ONE_CHANGE.values(), ids=ONE_CHANGE)
def test_changed_of_one_change_is_whether_it_may_be_applied(
    service: ScriptedService, change: Change, steps: list[Step], changed: bool
) -> None:
    service.answers(*steps)

    with pytest.raises(TouchBaseError) as caught:
        applied(service, [change])

    assert caught.value.as_result().get("changed", False) is changed


SEVERAL: dict[str, tuple[list[Step], list[Change], bool]] = {
    "all refused": ([NO, NO], [updated(1), updated(2)], False),
    "stopped at once": ([error(401, 100, "no")], [updated(1), updated(2)], False),
    "one applied": ([stored, NO], [updated(1), updated(2)], True),
    "one update unclear": ([NO, hangs_up()], [updated(1), updated(2)], True),
    "one deletion unclear": ([NO, error(500, 1, "no")], [deleted(1), deleted(2)], True),
    "one creation unclear": (
        [hangs_up(), reply(json=[]), NO],
        [created(), created(url=URL)],
        True,
    ),
    "one accepted and not stored": ([NO, *KEEPS_OLD_URL], [updated(2), updated(1)], True),
}


@pytest.mark.parametrize(("steps", "changes", "changed"), SEVERAL.values(), ids=SEVERAL)
def test_changed_of_several_is_whether_any_may_be_applied(
    service: ScriptedService, steps: list[Step], changes: list[Change], changed: bool
) -> None:
    service.answers(*steps)

    assert failure_of(service, changes).as_result()["changed"] is changed


APPLIED: dict[str, tuple[list[Step], list[Change], list[int]]] = {
    "refused": ([NO, stored], [updated(1), updated(2)], [2]),
    "unclear": ([hangs_up()], [updated(1), updated(2)], [1]),
    "stopped": ([stored, error(401, 100, "no")], [updated(1), updated(2), updated(3)], [1]),
    "not needed": ([NO, stored], [UNCHANGED, updated(1), updated(2)], [2]),
    "one, refused": ([NO], [updated(1)], []),
    "one, unclear": ([hangs_up()], [updated(1)], [1]),
}


@pytest.mark.parametrize(("steps", "changes", "ids"), APPLIED.values(), ids=APPLIED)
def test_error_has_the_changes_that_may_be_applied(
    service: ScriptedService, steps: list[Step], changes: list[Change], ids: list[int]
) -> None:
    service.answers(*steps)

    with pytest.raises(TouchBaseError) as caught:
        applied(service, changes)

    assert [change.after.webhook_id for change in caught.value.applied] == ids
