"""Changes of a set: their order, their concurrency, and what becomes of them after a failure."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import changes as c
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

OTHER = made.OTHER_CAMPAIGN
NO, FORBIDDEN, STOP = api.error(400, 9, "no"), api.error(403, 105, "no"), api.error(401, 100, "no")
BROKEN, LOST = api.error(500, 1, "no"), api.hangs_up()
ACTIVATED = Change(made.webhook(webhook_id=2, active=False), made.webhook(webhook_id=2))


def test_changes_are_returned_in_their_order(service: api.Service) -> None:
    service.always_answers(api.stored)

    found = c.applied(service, c.deleted(1), c.UNCHANGED, c.created(), c.NEITHER, c.updated(2))

    new = Change(None, made.webhook(webhook_id=60, url=made.NEW_URL))
    assert found == [c.deleted(1), c.UNCHANGED, new, c.NEITHER, c.updated(2)]


def test_warning_has_the_position_of_its_change(service: api.Service) -> None:
    spelling = made.OTHER_URL.replace("https://hooks", "https://HOOKS")
    service.answers(api.stored, made.api_record(Id=2, Url=spelling), api.error(400, 9, "no"))
    warnings = c.Warnings()

    c.failure_of(service, c.updated(1), c.updated(2), c.updated(3), warnings=warnings)

    ((position, text),) = warnings
    assert position == 1
    assert "spells the URL of webhook 2" in text


def test_same_id_of_two_owners_counts_as_two_records(service: api.Service) -> None:
    service.always_answers(api.reply(201, made.api_record(Id=60, Url=made.NEW_URL)))

    found = c.applied(service, c.created(), c.created(made.OTHER_CAMPAIGN))

    assert [one.after.webhook_id for one in found if one.after] == [60, 60]


def together(size: int, answer: api.Step = api.stored) -> api.Step:
    """Answers once so many requests have arrived."""
    return api.after(threading.Barrier(size, timeout=7.0).wait, answer)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency_is_the_number_of_requests_at_a_time(
    service: api.Service, concurrency: int
) -> None:
    service.always_answers(together(concurrency))
    changes = [c.updated(number + 1) for number in range(6)]

    assert c.applied(service, *changes, concurrency=concurrency) == changes

    assert service.connections == concurrency


def test_additions_end_before_deactivations_and_deletions_begin(service: api.Service) -> None:
    service.always_answers(together(2))
    deletions = [c.deleted(5), c.deleted(6)]
    deactivations = [c.deactivated(3), c.updated(4, active=False)]
    additions = [c.created(), c.created(url=made.URL), c.updated(1), ACTIVATED]

    c.applied(service, *deletions, *deactivations, *additions, concurrency=2)

    pairs = [sorted(service.seen[first : first + 2]) for first in (0, 2, 4, 6)]
    assert pairs == [
        [ops.request("PUT", 1), ops.request("PUT", 2)],
        [ops.POST, ops.POST],
        [ops.request("PUT", 3), ops.request("PUT", 4)],
        [ops.request("DELETE", 5), ops.request("DELETE", 6)],
    ]


def test_writes_under_way_are_finished_when_an_error_stops_the_rest(service: api.Service) -> None:
    service.always_answers(together(2, STOP))

    failure = c.failure_of(service, *map(c.updated, range(1, 7)), concurrency=2)

    assert (len(failure.failed), len(failure.not_tried), len(service.seen)) == (2, 4, 2)


FOUR, FIVE = [*map(c.updated, range(1, 5))], [*map(c.updated, range(1, 6))]
LEFT_ALONE = [c.deleted(7), c.deactivated(8)]
OF_ANOTHER = [c.deactivated(9, OTHER), c.deleted(6, OTHER)]
RECORD = made.api_record(Id=60, Url=made.NEW_URL)
INACTIVE = [c.created(active=False), c.created(active=False), c.created(OTHER, active=False)]
# Changes, answers before everything is stored, and what became of the changes.
FAILURES: dict[str, tuple[list[Change], list[Any], dict[str, str]]] = {
    # What takes a receiver away depends on the updates and creations of its owner.
    "update": (
        [*LEFT_ALONE, c.updated(1), c.created(), *OF_ANOTHER], [NO],
        {"done": "created 60, updated 9, deleted 6",
         "failed": "updated 1", "not_tried": "deleted 7, updated 8"}),
    "creation": (
        [*LEFT_ALONE, c.created(), c.updated(1), *OF_ANOTHER], [api.stored, NO],
        {"done": "updated 1, updated 9, deleted 6",
         "failed": "created None", "not_tried": "deleted 7, updated 8"}),
    "creation that is not deactivated": (
        [c.deleted(4), c.created(active=False), c.created(OTHER), *OF_ANOTHER], [api.stored, NO],
        {"done": "created 60, created 61, updated 9, deleted 6",
         "failed": "updated 60", "not_tried": "deleted 4"}),
    "creation that cannot be read": (
        [c.deleted(1), c.created(), c.created(OTHER)], [api.reply(201, made.api_record(Id=60)), NO],
        {"done": "created 60, created 61", "not_tried": "deleted 1"}),
    "deactivation and deletion": (
        [c.deleted(3), c.deleted(4), c.deactivated(1), c.deactivated(2)], [NO, api.stored, NO],
        {"done": "deleted 4, updated 2", "failed": "deleted 3, updated 1"}),
    # Three refusals with 403 in a row stop the rest.
    "403, two": (
        FOUR, [FORBIDDEN] * 2,
        {"done": "updated 3, updated 4", "failed": "updated 1, updated 2"}),
    "403, three": (
        FOUR, [FORBIDDEN] * 3,
        {"failed": "updated 1, updated 2, updated 3", "not_tried": "updated 4"}),
    "403, success in between": (
        FIVE, [FORBIDDEN, api.stored, FORBIDDEN, FORBIDDEN],
        {"done": "updated 2, updated 5", "failed": "updated 1, updated 3, updated 4"}),
    "403, another error in between": (
        FIVE, [FORBIDDEN, NO, FORBIDDEN, FORBIDDEN],
        {"done": "updated 5", "failed": "updated 1, updated 2, updated 3, updated 4"}),
    "403, of all kinds": (
        [c.updated(1), c.created(), c.deleted(2, OTHER), c.deleted(3, OTHER)], [FORBIDDEN] * 3,
        {"failed": "updated 1, created None, deleted 2", "not_tried": "deleted 3"}),
    "403, of second writes": (
        [*INACTIVE, c.created()], [api.stored, FORBIDDEN] * 3,
        {"done": "created 60, created 61, created 62, created 63",
         "failed": "updated 60, updated 61, updated 62"}),
    # A record belongs to one creation, and an unclear creation was looked up.
    "record of another creation": (
        [c.created(), c.created(url=made.OTHER_URL)], [api.reply(201, RECORD)] * 2,
        {"done": "created 60", "failed": "created None"}),
    "unclear creations, one record": (
        [c.created(), c.created()], [201, [RECORD]] * 2,
        {"done": "created 60", "failed": "created None"}),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "answers", "lists"), FAILURES.values(), ids=FAILURES)
def test_failure_stops_what_depends_on_it_and_nothing_else(
    service: api.Service, changes: list[Change], answers: list[Any], lists: dict[str, str]
) -> None:
    """The service may refuse two with one URL, or a receiver that does not answer its probe."""
    service.answers(*answers).always_answers(api.stored)

    assert c.lists(c.failure_of(service, *changes)) == lists


ABOUT_ONE: dict[str, api.Step] = {
    "400": NO,
    "404": api.error(404, 142, "no"),
    "404 without code": api.gateway(404, "no"),
    "500": BROKEN,
    "HTML": api.reply(body=b"<html>"),
}


@pytest.mark.parametrize("answer", ABOUT_ONE.values(), ids=ABOUT_ONE)
def test_error_about_one_webhook_stops_nothing_however_often(
    service: api.Service, answer: api.Step
) -> None:
    service.always_answers(answer)

    failure = c.failure_of(service, *map(c.updated, range(1, 5)), c.deleted(5, OTHER))

    assert c.lists(failure)["failed"].startswith("updated 1, updated 2, updated 3, updated 4")
    assert failure.not_tried == []


OUTAGES: dict[str, api.Step] = {
    **{str(status): api.gateway(status, "no") for status in (502, 503, 504)},
    "no response": LOST,
}
ABOUT_ALL = {"401": STOP, "429": api.gateway(429, "no"), **OUTAGES}
STOPPING: dict[str, tuple[list[Any], list[Change], int]] = {
    "update": ([api.stored], [c.deleted(9, OTHER), *map(c.updated, (1, 2, 3)), c.created()], 3),
    "deactivation": ([], [c.deactivated(1), c.deleted(2, OTHER)], 1),
    "deletion": ([], [c.deleted(1), c.deleted(2, OTHER)], 1),
    "inactive creation": ([api.stored], [c.created(active=False), c.created(OTHER)], 1),
    "unclear creation without a list": ([LOST], [c.created(), c.created(OTHER)], 1),
}


@pytest.mark.parametrize("answer", ABOUT_ALL.values(), ids=ABOUT_ALL)
@pytest.mark.parametrize(("before", "changes", "left"), STOPPING.values(), ids=STOPPING)
def test_error_that_all_would_meet_stops_the_rest(
    service: api.Service, before: list[Any], changes: list[Change], left: int, answer: api.Step
) -> None:
    service.answers(*before, answer).always_answers(api.stored)

    failure = c.failure_of(service, *changes)

    assert len(failure.not_tried) == left
    assert len(service.seen) == len(before) + 1


UNCLEAR: dict[str, Any] = {"empty response": 201, "500": BROKEN, **OUTAGES}


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
def test_unclear_creation_with_a_list_stops_nothing(service: api.Service, answer: Any) -> None:
    service.answers(*[answer, []] * 2).always_answers(api.stored)

    failure = c.failure_of(service, c.created(), c.created(), c.created(OTHER))

    assert c.lists(failure) == {"done": "created 62", "failed": "created None, created None"}


def test_creation_without_a_connection_stops_the_rest(service: api.Service) -> None:
    service.refuses()

    failure = c.failure_of(service, c.created(), c.created(url=made.URL), c.created(OTHER))

    assert (len(failure.failed), len(failure.not_tried)) == (1, 2)
    assert isinstance(failure.cause, errors.Unreachable)
    assert failure.as_result()["changed"] is False


def test_error_counts_and_lists_what_became_of_the_changes(service: api.Service) -> None:
    service.answers(NO, api.stored)

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

    with pytest.raises(errors.Refused, match="Could not update webhook 1 of campaign 9141"):
        c.applied(service, c.UNCHANGED, c.updated(1), c.NEITHER)


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
    service.answers(NO).always_answers(api.stored)

    failure = c.failure_of(service, c.updated(1), c.created(), c.created(url=made.URL))

    lists = {"failed": "updated 1, created None", "not_tried": "created None"}
    assert c.lists(failure) == lists
    assert isinstance(failure.cause, errors.InternalError)
    assert failure.as_result()["failure"]["kind"] == "partially_applied"
    assert "in breaks" in failure.as_result()["exception"]


@pytest.mark.parametrize(
    ("count", "more"), [(10, []), (22, ["- and 12 more, listed in failure.failed"])]
)
def test_message_has_at_most_ten_errors(service: api.Service, count: int, more: list[str]) -> None:
    service.always_answers(NO)

    failure = c.failure_of(service, *map(c.updated, range(1, count + 1)))

    first_ten = [f"- Could not update webhook {number} of" for number in range(1, 11)]
    lines = str(failure).splitlines()[1:]
    assert ops.has_words(lines[:10], first_ten)
    assert lines[10:] == more
    assert len(failure.failed) == count


OLD_URL = made.api_record(Id=1)
UPDATES = [c.updated(1), c.updated(2)]
SEVERAL: dict[str, tuple[list[Any], list[Change], list[int]]] = {
    "all refused": ([NO, NO], UPDATES, []),
    "stopped at once": ([STOP], UPDATES, []),
    "stopped later": ([api.stored, STOP], [*UPDATES, c.updated(3)], [1]),
    "refused, applied": ([NO, api.stored], [c.UNCHANGED, *UPDATES], [2]),
    "refused, update unclear": ([NO, LOST], UPDATES, [2]),
    "refused, deletion unclear": ([NO, BROKEN], [c.deleted(2), c.deleted(1)], [1]),
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
