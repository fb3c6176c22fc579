# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error of a set that is applied in part: its message, its lists, and ``changed``."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    InternalError,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import changes as c
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

NO, STOP, LOST = api.error(400, 9, "no"), api.error(401, 100, "no"), api.hangs_up()
OLD_URL = made.api_record(Id=1)


def test_error_counts_and_lists_what_became_of_the_changes(service: api.Service) -> None:
    service.answers(NO, stored)

    failure = c.failure_of(
        service, c.updated(1), c.created(made.OTHER_CAMPAIGN), c.deleted(3), c.UNCHANGED
    )

    failed = made.webhook(webhook_id=1, url=made.OTHER_URL).record()
    new = made.webhook(owner=made.OTHER_CAMPAIGN, webhook_id=60, url=made.NEW_URL).record()
    lists = {
        "done": [{"change": "created", "webhook": new}],
        "failed": [{"change": "updated", "webhook": failed, "msg": str(failure.cause)}],
        "not_tried": [{"change": "deleted", "webhook": made.webhook(webhook_id=3).record()}],
    }
    found = failure.as_result()["failure"]
    assert {name: found[name] for name in lists} == lists
    assert str(failure).splitlines()[0] == (
        "Not everything could be changed: 1 applied (1 created), 1 failed, 1 not attempted. Fix "
        "the cause and run the task again."
    )


def test_error_of_a_single_change_is_raised_as_it_is(service: api.Service) -> None:
    service.answers(NO)

    with pytest.raises(Refused, match="Could not update webhook 1 of campaign 9141"):
        c.applied(service, c.UNCHANGED, c.updated(1), c.NEITHER)


def test_creation_that_cannot_be_deactivated_is_done_and_failed(service: api.Service) -> None:
    service.answers(stored, NO).always_answers(stored)

    other = [c.created(made.OTHER_CAMPAIGN), c.deleted(5, made.OTHER_CAMPAIGN)]
    failure = c.failure_of(service, c.deleted(4), c.created(active=False), *other)

    assert c.names(failure.done) == [("created", 60), ("created", 61), ("deleted", 5)]
    assert c.names(failure.failed) == [("updated", 60)]
    assert c.names(failure.not_tried) == [("deleted", 4)]


def test_cause_is_the_first_error_in_the_order_of_the_changes(service: api.Service) -> None:
    service.answers(api.error(400, 1, "put"), api.error(400, 2, "post"))

    failure = c.failure_of(service, c.created(), c.updated(1))

    assert failure.failure.code == 2
    starts = [line[:15] for line in str(failure).splitlines()[1:]]
    assert starts == ["- Could not cre", "- Could not upd"]


def test_cause_is_an_internal_error_if_there_is_one(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any) -> None:
        raise LookupError

    monkeypatch.setattr(Client, "create_webhook", breaks)
    service.answers(NO).always_answers(stored)

    failure = c.failure_of(service, c.updated(1), c.created(), c.created(url=made.URL))

    assert c.names(failure.failed) == [("updated", 1), ("created", None)]
    assert len(failure.not_tried) == 1
    assert isinstance(failure.cause, InternalError)
    assert failure.as_result()["failure"]["kind"] == "partially_applied"
    assert "in breaks" in failure.as_result()["exception"]


@pytest.mark.parametrize(
    ("errors", "last"),
    [(10, "- Could not update webhook 10"), (22, "- and 12 more, listed in failure.failed")],
)
def test_message_has_at_most_ten_errors(service: api.Service, errors: int, last: str) -> None:
    service.always_answers(NO)

    failure = c.failure_of(service, *[c.updated(number + 1) for number in range(errors)])

    lines = str(failure).splitlines()[1:]
    assert sum(line.startswith("- Could not update") for line in lines) == 10
    assert lines[-1].startswith(last)
    assert len(failure.failed) == errors


# Changes that may be applied


UPDATES = [c.updated(1), c.updated(2)]
SEVERAL: dict[str, tuple[list[Any], list[Change], list[int]]] = {
    "all refused": ([NO, NO], UPDATES, []),
    "stopped at once": ([STOP], UPDATES, []),
    "stopped later": ([stored, STOP], [*UPDATES, c.updated(3)], [1]),
    "refused, applied": ([NO, stored], [c.UNCHANGED, *UPDATES], [2]),
    "refused, update unclear": ([NO, LOST], UPDATES, [2]),
    "refused, deletion unclear": ([NO, api.error(500, 1, "no")], [c.deleted(2), c.deleted(1)], [1]),
    "refused, not stored": ([NO, OLD_URL, OLD_URL], [c.updated(2), c.updated(1)], [1]),
}


@pytest.mark.parametrize(("answers", "changes", "ids"), SEVERAL.values(), ids=SEVERAL)
def test_error_of_several_has_the_changes_that_may_be_applied(
    service: api.Service, answers: list[Any], changes: list[Change], ids: list[int]
) -> None:
    service.answers(*answers)

    failure = c.failure_of(service, *changes)

    found = [change.after or change.before for change in failure.applied]
    assert [webhook.webhook_id for webhook in found if webhook] == ids
    assert failure.as_result()["changed"] is bool(ids)
