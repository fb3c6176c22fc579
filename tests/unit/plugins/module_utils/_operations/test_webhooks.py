# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declared set of webhooks, from options to result, on a scripted service."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import MASK
from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import perform
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import webhook_info
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
    KEY,
    NEW_URL,
    OTHER_URL,
    REPLY,
    STATUS,
    URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    entry,
    info_params,
    set_params,
    shown,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    after,
    error,
    gateway,
    hangs_up,
    reply,
)

LIST, POST, PUT = f"GET {WEBHOOKS_PATH}", f"POST {WEBHOOKS_PATH}", f"PUT {WEBHOOK_PATH}"
OTHER_LIST = "GET /sms/campaigns/9142/webhooks"
LIST_OF_LIST = "GET /sms/lists/77/webhooks"
LIST_OF_ACCOUNT = "GET /sms/message/webhooks"

ON = entry(webhook_type=REPLY, url=URL)
NEW = entry(webhook_type=REPLY, url=NEW_URL)
OF_LIST = entry(campaign_id=None, list_id=77, webhook_type="ListSubscribe", url=URL)
OF_ACCOUNT = entry(campaign_id=None, scope="message", webhook_type="MessageReply", url=URL)
ALL_OWNERS = [{"campaign_id": 9141}, {"list_id": 77}, {"scope": "message"}]
NOTHING_COUNTED = {"unchanged": 0, "updated": 0, "created": 0, "deleted": 0}


def performed(
    service: ScriptedService, *entries: dict[str, Any], dry_run: bool = False, **changed: Any
) -> dict[str, Any]:
    result = perform(OPERATION, set_params(service.url, *entries, **changed), dry_run)
    return dict(shown(result))


def complaints(result: dict[str, Any]) -> list[str]:
    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    first, *lines = result["msg"].splitlines()
    assert first == "Nothing was changed, because of:"
    return lines


def counts(**counted: int) -> dict[str, int]:
    return {**NOTHING_COUNTED, **counted}


both_ways = pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])


# Requests


def test_a_set_that_is_as_declared_is_one_request_for_each_owner(service: ScriptedService) -> None:
    service.answers(
        reply(json=[wire(), wire(Id=29, WebhookType=STATUS)]),
        reply(json=[wire(WebhookType="ListSubscribe")]),
        reply(json=[wire(WebhookType="MessageReply")]),
    )

    result = performed(service, ON, OF_LIST, entry(webhook_type=STATUS, url=URL), OF_ACCOUNT)

    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]
    assert not result["changed"]
    assert result["counts"] == counts(unchanged=4)
    assert result["diff"] == []


def test_only_what_differs_is_written_and_in_a_safe_order(service: ScriptedService) -> None:
    there = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    service.answers(reply(json=there)).always_answers(stored)

    result = performed(
        service,
        entry(webhook_type=REPLY, url=OTHER_URL, state="absent"),
        entry(webhook_id=28, active=False),
        NEW,
        entry(webhook_id=30, url=f"{URL}/30"),
    )

    assert service.seen == [
        LIST,
        f"PUT {WEBHOOKS_PATH}/30",
        POST,
        PUT,
        f"DELETE {WEBHOOKS_PATH}/29",
    ]
    assert result["counts"] == counts(updated=2, created=1, deleted=1)


def test_an_inactive_creation_is_two_writes(service: ScriptedService) -> None:
    service.answers(reply(json=[])).always_answers(stored)

    result = performed(service, {**NEW, "active": False})

    assert service.seen == [LIST, POST, f"PUT {WEBHOOKS_PATH}/60"]
    assert result["webhooks"][0]["active"] is False


def test_a_webhook_that_is_activated_costs_one_more_request_for_its_note(
    service: ScriptedService,
) -> None:
    off, off_too = wire(IsActive=False), wire(Id=29, Url=OTHER_URL, IsActive=False)
    note = wire(Id=29, Url=OTHER_URL, IsActive=False, Note="Receiver answered 410.")
    service.answers(reply(json=[off, off_too]), reply(json=note)).always_answers(stored)

    result = performed(service, ON, entry(webhook_id=29, active=True))

    put = f"PUT {WEBHOOKS_PATH}/29"
    assert service.seen == [LIST, f"GET {WEBHOOKS_PATH}/29", put]
    assert [pair["before"]["note"] for pair in result["diff"]] == ["Receiver answered 410."]
    assert len(result["warnings"]) == 1
    assert "Receiver answered 410." in result["warnings"][0]
    assert [record["active"] for record in result["webhooks"]] == [False, True]


def test_a_hundred_entries_of_one_owner_are_still_one_request(service: ScriptedService) -> None:
    urls = [f"{URL}/{number}" for number in range(100)]
    service.answers(reply(json=[wire(Id=n, Url=url) for n, url in enumerate(urls, 1)]))

    result = performed(service, *[entry(webhook_type=REPLY, url=url) for url in urls])

    assert service.seen == [LIST]
    assert result["counts"] == counts(unchanged=100)


def test_owners_are_read_so_many_at_a_time(service: ScriptedService) -> None:
    meet = threading.Barrier(3, timeout=7.0)
    service.always_answers(after(meet.wait, reply(json=[])))
    absent = [
        entry(campaign_id=number, webhook_type=REPLY, url=URL, state="absent")
        for number in range(1, 7)
    ]

    result = performed(service, *absent, concurrency=3)

    assert result["counts"] == counts(unchanged=6)
    assert len(service.seen) == 6
    assert service.connections == 3


def test_writes_are_made_so_many_at_a_time(service: ScriptedService) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    service.answers(reply(json=[wire(Id=1), wire(Id=2, Url=OTHER_URL)]))
    service.always_answers(after(meet.wait, stored))

    result = performed(service, *[entry(webhook_id=n, active=False) for n in (1, 2)], concurrency=2)

    assert result["counts"] == counts(updated=2)


# The result


def test_the_records_are_in_the_order_declared_and_null_where_absent(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=[wire()]), reply(json=[])).always_answers(stored)

    result = performed(
        service,
        entry(webhook_type=STATUS, url=URL, state="absent"),
        OF_LIST,
        ON,
        NEW,
        entry(campaign_id=None, list_id=77, webhook_id=5, state="absent"),
    )

    subscribe = webhook(owner=Owner("list", 77), webhook_id=60, webhook_type="ListSubscribe")
    assert result["webhooks"] == [
        None,
        subscribe.record(),
        webhook().record(),
        webhook(webhook_id=61, url=NEW_URL).record(),
        None,
    ]
    assert result["counts"] == counts(unchanged=3, created=2)
    assert set(result) == {"changed", "webhooks", "counts", "diff", "warnings"}


def test_the_diff_has_the_changes_alone_those_of_the_purge_last(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL)])).always_answers(stored)

    result = performed(service, NEW, entry(webhook_id=28, active=False), purge=True)

    names = ["new CampaignReply webhook of campaign 9141", "webhook 28 of campaign 9141"]
    names.append("webhook 29 of campaign 9141")
    assert [pair["before_header"] for pair in result["diff"]] == names
    assert [pair["after_header"] for pair in result["diff"]] == names
    assert [bool(pair["before"]) for pair in result["diff"]] == [False, True, True]
    assert [bool(pair["after"]) for pair in result["diff"]] == [True, True, False]
    assert len(result["webhooks"]) == 2


def test_a_dry_run_returns_what_a_run_returns_and_writes_nothing(service: ScriptedService) -> None:
    there = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    declared = [NEW, entry(webhook_id=28, active=False), entry(webhook_id=29, state="absent")]

    service.answers(reply(json=there))
    predicted = performed(service, *declared, dry_run=True, purge=True)
    seen_dry = list(service.seen)
    service.answers(reply(json=there)).always_answers(stored)
    done = performed(service, *declared, purge=True)

    unknown = {"webhook_id": None, "date_created": None}
    assert seen_dry == [LIST]
    assert done["webhooks"][0]["webhook_id"] == 60
    done["webhooks"][0] = {**done["webhooks"][0], **unknown}
    done["diff"][0]["after"] = done["webhooks"][0]
    assert predicted == done
    assert predicted["counts"] == counts(updated=1, created=1, deleted=2)


def test_warnings_of_declarations_plan_changes_and_writes_come_together(
    service: ScriptedService,
) -> None:
    off = wire(Url="http://HOOKS.example.org/a", IsActive=False)
    service.answers(
        reply(json=[off, wire(Id=29, Url=OTHER_URL)]),
        reply(json={**off, "Note": "gone"}),
        reply(json={**off, "Url": "http://Hooks.example.org/a", "IsActive": True}),
        stored,
    )

    result = performed(
        service, NEW, entry(webhook_id=28, url="http://hooks.example.org/a", active=True)
    )

    words = ["plain http", "webhook 29; this", "gone", "spells"]
    assert len(result["warnings"]) == len(words)
    assert all(word in warning for word, warning in zip(words, result["warnings"]))


# A small result of a large set

THERE = [wire(Id=29, Url=OTHER_URL), wire(), wire(Id=30, WebhookType=STATUS)]
FIVE = [
    entry(webhook_id=28, url=f"{URL}/28"),
    entry(webhook_id=29, url=f"{URL}/29"),
    NEW,
    entry(webhook_type=REPLY, url=f"{NEW_URL}/2"),
    entry(webhook_id=30, state="absent"),
]
BEYOND: dict[str, tuple[int | None, str | None]] = {
    "no limit": (None, None),
    "a higher limit": (6, None),
    "just enough": (5, None),
    "one short": (4, "1 more, not shown because of diff_limit: 1 deleted\n"),
    "a low limit": (
        1,
        "4 more, not shown because of diff_limit: 2 created, 1 updated, 1 deleted\n",
    ),
    "nothing at all": (
        0,
        "5 more, not shown because of diff_limit: 2 created, 2 updated, 1 deleted\n",
    ),
}


@both_ways
@pytest.mark.parametrize(("limit", "line"), BEYOND.values(), ids=BEYOND)
def test_beyond_its_limit_a_diff_is_one_line_and_the_counts_are_of_all(
    service: ScriptedService, limit: int | None, line: str | None, dry_run: bool
) -> None:
    service.answers(reply(json=THERE)).always_answers(stored)
    whole = performed(service, *FIVE, dry_run=True)["diff"]
    service.answers(reply(json=THERE))

    result = performed(service, *FIVE, diff_limit=limit, dry_run=dry_run)

    pairs = whole if line is None else [*whole[:limit], {"prepared": line}]
    assert [shape_of(one) for one in result["diff"]] == [shape_of(one) for one in pairs]
    assert result["counts"] == counts(updated=2, created=2, deleted=1)
    assert result["changed"]


def shape_of(pair: dict[str, Any]) -> Any:
    """A pair without what only the service knows of a new webhook."""
    after = {**pair.get("after", {}), "webhook_id": None, "date_created": None}
    return {**pair, "after": after} if "after" in pair else pair


def test_a_diff_that_is_empty_has_no_line_about_a_limit(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))

    assert performed(service, ON, diff_limit=0)["diff"] == []


def test_a_long_diff_without_a_limit_has_no_line_about_one(service: ScriptedService) -> None:
    service.answers(reply(json=[]))
    new = [entry(webhook_type=REPLY, url=f"{NEW_URL}/{number}") for number in range(300)]

    diff = performed(service, *new, dry_run=True)["diff"]

    assert [pair["after"]["url"] for pair in diff] == [one["url"] for one in new]


@both_ways
def test_the_records_can_be_left_out(service: ScriptedService, dry_run: bool) -> None:
    service.answers(reply(json=THERE)).always_answers(stored)

    result = performed(service, *FIVE, return_webhooks=False, dry_run=dry_run)

    assert "webhooks" not in result
    assert result["counts"] == counts(updated=2, created=2, deleted=1)
    assert len(result["diff"]) == 5


SHOWN: dict[str, tuple[Any, bool, Any]] = {
    "as they were given": (
        [entry(webhook_id=28, active=False), entry(webhook_type=REPLY, url=URL)],
        True,
        [
            {"campaign_id": 9141, "webhook_id": 28, "active": False, "state": "present"},
            {"campaign_id": 9141, "webhook_type": REPLY, "url": URL, "state": "present"},
        ],
    ),
    "their number": ([ON, NEW], False, "2 entries"),
    "a large number": ([ON] * 10_000, False, "10,000 entries"),
    "none": (None, False, "0 entries"),
}


@pytest.mark.parametrize(("entries", "returned", "shown"), SHOWN.values(), ids=SHOWN)
def test_the_entries_are_repeated_as_they_were_given_or_counted_where_the_result_is_small(
    entries: Any, returned: bool, shown: Any
) -> None:
    params = {"webhooks": entries, "return_webhooks": returned, "purge": True}

    assert OPERATION.shown(params) == {**params, "webhooks": shown}


# Progress


def test_lists_notes_and_writes_are_counted_one_after_the_other(service: ScriptedService) -> None:
    progress, told = Progress(), []

    def tells(step: Step) -> Step:
        def told_first(*given: Any) -> Any:
            told.append(str(progress))
            return step(*given)

        return told_first

    off = wire(IsActive=False)
    service.answers(
        tells(reply(json=[off])), tells(reply(json=[])), tells(reply(json=off)), tells(stored)
    ).always_answers(tells(stored))
    entries = [entry(webhook_id=28, active=True), {**OF_LIST, "url": NEW_URL}]

    perform(OPERATION, set_params(service.url, *entries, concurrency=1), False, progress=progress)

    assert told == [
        "0 of 2 lists read",
        "1 of 2 lists read",
        "0 of 1 notes read",
        "0 of 2 done",
        "1 of 2 done",
    ]
    assert str(progress) == "2 of 2 done"


def test_what_failed_is_not_counted_as_done(service: ScriptedService) -> None:
    progress = Progress()
    service.answers(reply(json=[]), error(400, 1, "No."), reply(json=wire(Id=60, Url=OTHER_URL)))
    entries = [NEW, {**NEW, "url": OTHER_URL}, entry(webhook_type=REPLY, url=URL, state="absent")]

    perform(OPERATION, set_params(service.url, *entries, concurrency=1), False, progress=progress)

    assert str(progress) == "1 of 2 done"


# Export, edit, apply


def validated(service: ScriptedService, *entries: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Options as Ansible hands them to a module."""
    options = {"api_key": KEY, "api_url": service.url, "webhooks": list(entries), **changed}
    validation = ArgumentSpecValidator(OPERATION.argument_spec).validate(options)
    assert validation.error_messages == []
    parameters: dict[str, Any] = validation.validated_parameters
    return parameters


EXPORTED = [
    wire(),
    wire(Id=29, IsActive=False),
    wire(Id=30, WebhookType=STATUS, DateCreated=None),
]


def exported(service: ScriptedService) -> list[dict[str, Any]]:
    """What touchbase_sms_webhook_info returns, notes included."""
    note = wire(Id=29, IsActive=False, Note="Receiver answered 410.")
    service.answers(reply(json=EXPORTED), reply(json=note))
    params = info_params(service.url, details=True)
    records: list[dict[str, Any]] = perform(webhook_info.OPERATION, params, False)["webhooks"]
    service.requests.clear()
    return records


@pytest.mark.parametrize("purge", [False, True], ids=["kept", "purged"])
def test_what_was_exported_is_applied_as_it_is_without_a_change(
    service: ScriptedService, purge: bool
) -> None:
    records = exported(service)
    service.answers(reply(json=EXPORTED))

    result = perform(OPERATION, validated(service, *records, purge=purge), False)

    assert result["counts"] == counts(unchanged=3)
    assert result["webhooks"] == [{**record, "note": None} for record in records]
    assert service.seen == [LIST]


def test_what_was_exported_is_applied_as_it_was_edited(service: ScriptedService) -> None:
    first, _second, third = exported(service)
    service.answers(reply(json=EXPORTED)).always_answers(stored)

    edited = [{**first, "url": OTHER_URL}, {**third, "state": "absent"}]
    result = perform(OPERATION, validated(service, *edited), False)

    assert result["counts"] == counts(updated=1, deleted=1)
    assert service.seen == [LIST, PUT, f"DELETE {WEBHOOKS_PATH}/30"]


def test_what_was_exported_is_created_elsewhere_without_its_ids(service: ScriptedService) -> None:
    first, *_others = exported(service)
    service.answers(reply(json=[])).always_answers(stored)

    copied = {**first, "campaign_id": 9142, "webhook_id": None}
    result = perform(OPERATION, validated(service, copied), False)

    assert result["counts"] == counts(created=1)
    assert service.seen == [OTHER_LIST, "POST /sms/campaigns/9142/webhooks"]


@pytest.mark.parametrize("name", ["list_id", "url", "active", "note", "date_created"])
def test_a_key_that_is_null_counts_as_omitted(service: ScriptedService, name: str) -> None:
    service.answers(reply(json=[wire()]))
    declared = {"campaign_id": 9141, "webhook_id": 28, "url": URL, "active": True, name: None}

    result = perform(OPERATION, validated(service, declared), False)

    assert result["webhooks"] == [webhook().record()]


def test_lists_that_are_null_count_as_empty(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))

    assert performed(service, ON, owners=None)["counts"] == counts(unchanged=1)
    assert performed(service, webhooks=None, owners=None)["failed"]


# What is refused


@both_ways
def test_every_entry_that_makes_no_sense_is_named_before_any_request(
    service: ScriptedService, dry_run: bool
) -> None:
    lines = complaints(
        performed(
            service,
            entry(campaign_id=None, webhook_type=REPLY, url=URL),
            ON,
            entry(webhook_type="ListSubscribe", url=URL),
            entry(webhook_id=True, active=True),
            entry(webhook_type=REPLY, url=f"https://h.example/{MASK}-0a1b2c3d"),
            {**ON, "url": URL.replace("https://hooks", "HTTPS://HOOKS")},
            dry_run=dry_run,
            owners=[{"campaign_id": 9141}, {"scope": "list"}, {"campaign_id": 1, "list_id": 2}],
        )
    )

    reasons = {
        "webhooks[0]": "owner of the webhook is missing",
        "webhooks[2]": "ListSubscribe does not exist for campaign 9141",
        "webhooks[3]": "webhook_id must be a positive integer",
        "webhooks[4]": "was masked",
        "webhooks[5]": "webhooks[1] declares",
        "owners[1]": "Give list_id",
        "owners[2]": "two owners",
    }
    assert [line.partition(": ")[0] for line in lines] == list(reasons)
    assert all(reason in line for reason, line in zip(reasons.values(), lines))
    assert service.connections == 0


@both_ways
def test_every_entry_that_cannot_be_planned_is_named_before_any_write(
    service: ScriptedService, dry_run: bool
) -> None:
    service.answers(
        reply(json=[wire(), wire(Id=29), wire(Id=30, WebhookType=STATUS)]),
        error(404, 104, "SMS list with provided ID value does not exist"),
    )

    lines = complaints(
        performed(
            service,
            NEW,
            ON,
            OF_LIST,
            entry(webhook_id=99, active=False),
            entry(webhook_id=30, webhook_type=REPLY, active=False),
            dry_run=dry_run,
        )
    )

    reasons = {
        "webhooks[1]": "28, 29",
        "webhooks[2]": "404, code 104",
        "webhooks[3]": "There is no webhook 99",
        "webhooks[4]": "cannot change the type",
    }
    assert [line.partition(": ")[0] for line in lines] == list(reasons)
    assert all(reason in line for reason, line in zip(reasons.values(), lines))
    assert service.seen == [LIST, LIST_OF_LIST]


BEFORE_ANY_REQUEST: dict[str, tuple[dict[str, Any], str]] = {
    "nothing declared": ({"webhooks": []}, "Nothing is declared"),
    "nothing to purge": ({"webhooks": [], "purge": True}, "Nothing is declared"),
    "owners that nothing is to be done for": (
        {"webhooks": [], "owners": ALL_OWNERS},
        "Give webhooks, or owners with purge: true.",
    ),
    "a negative limit": ({"purge_limit": -1}, "purge_limit must be 0 or more, not -1"),
    "a boolean as limit": ({"purge_limit": True}, "purge_limit must be 0 or more, not True"),
    "no limit": ({"purge_limit": None}, "purge_limit must be 0 or more"),
    "a negative diff_limit": ({"diff_limit": -1}, "diff_limit must be 0 or more, not -1"),
    "a boolean as diff_limit": ({"diff_limit": True}, "diff_limit must be 0 or more, not True"),
    "no concurrency": ({"concurrency": 0}, "concurrency must be from 1 to 32"),
    "too much concurrency": ({"concurrency": 33}, "concurrency must be from 1 to 32"),
    "a boolean as concurrency": ({"concurrency": True}, "concurrency must be a whole number"),
    "a short key": ({"api_key": "short"}, "fewer than 8"),
}


@both_ways
@pytest.mark.parametrize(("changed", "reason"), BEFORE_ANY_REQUEST.values(), ids=BEFORE_ANY_REQUEST)
def test_options_that_make_no_sense_fail_before_the_first_request(
    service: ScriptedService, changed: dict[str, Any], reason: str, dry_run: bool
) -> None:
    result = performed(service, dry_run=dry_run, **{"webhooks": [ON], **changed})

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in result["msg"]
    assert service.connections == 0


UNREADABLE: dict[str, tuple[Step, str]] = {
    "401": (error(401, 100, "Provided API key is invalid"), "refused"),
    "429": (gateway(429, "Rate limit is exceeded"), "refused"),
    "500": (error(500, 1, "broken"), "refused"),
    "no answer": (hangs_up(), "unreachable"),
    "no list": (reply(json={}), "unexpected_answer"),
}


@pytest.mark.parametrize(("answer", "kind"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_error_that_any_owner_would_meet_fails_the_task_at_once(
    service: ScriptedService, answer: Step, kind: str
) -> None:
    service.answers(answer).always_answers(stored)

    result = performed(service, NEW, OF_LIST)

    assert result["failed"]
    assert result["failure"]["kind"] == kind
    assert "changed" not in result
    assert service.seen == [LIST]


def test_owners_that_are_refused_are_complaints_along_with_all_others(
    service: ScriptedService,
) -> None:
    service.answers(
        gateway(404, "Resource not found"),
        error(403, 105, "Not yours"),
        reply(json=[wire(WebhookType="MessageReply")]),
    ).always_answers(stored)

    lines = complaints(
        performed(
            service,
            NEW,
            {**OF_LIST, "state": "absent"},
            ON,
            entry(campaign_id=None, scope="message", webhook_id=7, active=True),
            OF_ACCOUNT,
        )
    )

    reasons = {
        "webhooks[0], webhooks[2]": "404: Resource not found",
        "webhooks[1]": "403, code 105: Not yours",
        "webhooks[3]": "There is no webhook 7 of the account",
    }
    assert [line.partition(": ")[0] for line in lines] == list(reasons)
    assert all(reason in line for reason, line in zip(reasons.values(), lines))
    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]


def test_what_one_entry_removes_no_other_may_keep(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL)])).always_answers(stored)

    lines = complaints(performed(service, {**ON, "state": "absent"}, entry(webhook_id=29, url=URL)))

    assert lines == ["webhooks[0]: webhooks[1] keeps what this removes. Leave one out."]
    assert service.seen == [LIST]


def test_a_record_that_is_listed_twice_is_one_webhook(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire()]))

    assert performed(service, ON, purge=True)["counts"] == counts(unchanged=1)


def test_a_note_that_cannot_be_read_fails_the_task_before_any_write(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=[wire(IsActive=False)]), error(500, 1, "broken"))

    result = performed(service, NEW, entry(webhook_id=28, active=True))

    assert result["failed"]
    assert service.seen == [LIST, f"GET {WEBHOOK_PATH}"]


# Purge


@both_ways
def test_purge_deletes_what_the_owners_of_the_entries_have_undeclared(
    service: ScriptedService, dry_run: bool
) -> None:
    there = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    service.answers(reply(json=there)).always_answers(stored)

    result = performed(service, ON, purge=True, dry_run=dry_run)

    deletions = [f"DELETE {WEBHOOKS_PATH}/29", f"DELETE {WEBHOOKS_PATH}/30"]
    assert service.seen == [LIST, *([] if dry_run else deletions)]
    assert result["counts"] == counts(unchanged=1, deleted=2)
    assert result["webhooks"] == [webhook().record()]
    assert [pair["before"]["webhook_id"] for pair in result["diff"]] == [29, 30]
    assert result["changed"]


def test_purge_empties_further_owners_without_any_entry(service: ScriptedService) -> None:
    service.answers(
        reply(json=[wire()]),
        reply(json=[wire(WebhookType="ListSubscribe")]),
        reply(json=[wire(WebhookType="MessageReply")]),
    ).always_answers(stored)

    result = performed(service, owners=ALL_OWNERS, purge=True)

    assert service.seen == [
        LIST,
        LIST_OF_LIST,
        LIST_OF_ACCOUNT,
        f"DELETE {WEBHOOK_PATH}",
        "DELETE /sms/lists/77/webhooks/28",
        "DELETE /sms/message/webhooks/28",
    ]
    assert result["counts"] == counts(deleted=3)
    assert result["webhooks"] == []


def test_an_owner_that_is_named_twice_is_read_once(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))

    performed(service, ON, purge=True, owners=[{"campaign_id": 9141}, {"campaign_id": 9141}])

    assert service.seen == [LIST]


def test_a_further_owner_that_does_not_exist_has_nothing_to_purge(service: ScriptedService) -> None:
    service.answers(error(404, 9999, "Campaign does not exist"))

    result = performed(service, owners=[{"campaign_id": 9141}], purge=True)

    assert not result.get("failed")
    assert result["counts"] == NOTHING_COUNTED
    assert result["warnings"] == [
        "Campaign 9141 does not exist, as far as the service says, so nothing of it was purged."
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (error(403, 105, "Not yours"), "403, code 105: Not yours"),
        (gateway(404, "Resource not found"), "api_url is probably wrong"),
    ],
    ids=["403", "404 without a code"],
)
def test_a_further_owner_that_is_refused_fails_the_task_before_any_write(
    service: ScriptedService, answer: Step, words: str
) -> None:
    service.answers(reply(json=[wire()]), answer).always_answers(stored)

    result = performed(service, NEW, owners=[{"list_id": 77}], purge=True)

    assert result["failed"]
    assert result["failure"]["kind"] == "refused"
    assert words in result["msg"]
    assert service.seen == [LIST, LIST_OF_LIST]


def test_without_purge_further_owners_are_not_even_read(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))

    performed(service, ON, owners=[{"list_id": 77}])

    assert service.seen == [LIST]


@pytest.mark.parametrize("owners", [[], [{"campaign_id": 9141}]], ids=["none", "its owner"])
def test_without_purge_what_is_not_declared_stays(
    service: ScriptedService, owners: list[dict[str, Any]]
) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL)]))

    result = performed(service, ON, owners=owners)

    assert result["counts"] == counts(unchanged=1)
    assert service.seen == [LIST]


@both_ways
@pytest.mark.parametrize(("purge_limit", "is_refused"), [(0, True), (1, True), (2, False)])
def test_a_purge_beyond_its_limit_is_refused_before_any_write(
    service: ScriptedService, purge_limit: int, is_refused: bool, dry_run: bool
) -> None:
    there = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    service.answers(reply(json=there)).always_answers(stored)

    result = performed(
        service, {**ON, "active": False}, purge=True, purge_limit=purge_limit, dry_run=dry_run
    )

    assert bool(result.get("failed")) is is_refused
    assert (f"more than purge_limit ({purge_limit})" in result.get("msg", "")) is is_refused
    assert len(service.seen) == (1 if is_refused or dry_run else 4)


def test_a_purge_keeps_the_best_of_several_and_warns_of_nothing(service: ScriptedService) -> None:
    there = [wire(Id=30), wire(Id=27, IsActive=False), wire()]
    service.answers(reply(json=there)).always_answers(stored)

    result = performed(service, ON, NEW, purge=True)

    assert result["webhooks"][0]["webhook_id"] == 28
    assert service.seen == [LIST, POST, *(f"DELETE {WEBHOOKS_PATH}/{n}" for n in (30, 27))]
    assert result["warnings"] == []


# Half-way


def test_what_failed_half_way_is_told_and_the_rest_done(service: ScriptedService) -> None:
    service.answers(
        reply(json=[wire(), wire(Id=29, Url=OTHER_URL)]),
        reply(json=[]),
        error(400, 9, "no"),
    ).always_answers(stored)

    result = performed(service, entry(webhook_id=28, url=NEW_URL), OF_LIST, purge=True)

    assert result["failed"]
    assert result["changed"] is True
    assert result["failure"]["kind"] == "partly_applied"
    assert result["failure"]["code"] == 9
    found = {
        name: [(item["change"], item["webhook"]["webhook_id"]) for item in result["failure"][name]]
        for name in ("done", "failed", "not_tried")
    }
    assert found == {
        "done": [("created", 60)],
        "failed": [("updated", 28)],
        "not_tried": [("deleted", 29)],
    }
    assert "1 done, 1 failed, 1 not tried" in result["msg"]


@both_ways
def test_what_is_unwise_about_several_addresses_is_said_once(
    service: ScriptedService, dry_run: bool
) -> None:
    service.answers(reply(json=[])).always_answers(stored)
    urls = [f"http://hooks.example.org/{number}" for number in range(3)]

    result = performed(
        service, *[entry(webhook_type=REPLY, url=url) for url in urls], dry_run=dry_run
    )

    assert len(result["warnings"]) == len(set(result["warnings"]))
    assert sum("plain http" in warning for warning in result["warnings"]) == 1


@both_ways
def test_one_that_gets_the_address_of_something_undeclared_is_warned_about(
    service: ScriptedService, dry_run: bool
) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL)])).always_answers(stored)

    result = performed(service, entry(webhook_id=28, url=OTHER_URL), dry_run=dry_run)

    (warning,) = result["warnings"]
    assert "gets the address of webhook 29 of campaign 9141" in warning


def test_a_failure_has_the_warnings_of_the_plan_and_of_what_was_done(
    service: ScriptedService,
) -> None:
    off = wire(IsActive=False)
    service.answers(
        reply(json=[off, wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]),
        reply(json={**off, "Note": "gone"}),
        reply(json=wire(Url=URL.replace("https://hooks", "https://HOOKS"))),
        error(400, 9, "no"),
    ).always_answers(stored)

    result = performed(
        service,
        entry(webhook_type=REPLY, url="http://hooks.example.org/a"),
        entry(webhook_id=28, active=True),
        entry(webhook_id=30, url=NEW_URL),
    )

    words = ["plain http", "webhook 29; this", "gone", "spells"]
    assert result["failed"]
    assert len(result["warnings"]) == len(words)
    assert all(word in warning for word, warning in zip(words, result["warnings"]))


def test_masked_addresses_stay_masked_in_what_is_told_half_way(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(Url=OTHER_URL)]), reply(201, wire(Id=31)), error(400, 9, "no"))

    result = performed(service, ON, entry(webhook_id=28, active=False), mask_url=True)

    assert result["failed"]
    assert MASK in str(result["failure"])
    assert "5f1d" not in str(result)
    assert "77aa" not in str(result)


def test_the_date_of_a_record_is_the_service_s(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(DateCreated="2021-10-25T06:58:55Z")]), stored)

    result = performed(service, entry(webhook_id=28, active=False, date_created=DATE))

    assert result["webhooks"][0]["date_created"] == "2021-10-25T06:58:55Z"
