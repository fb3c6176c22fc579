# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhooks, from options to result: requests, result, warnings, progress."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NEW_URL,
    NOTE,
    OTHER_URL,
    REPLY,
    STATUS,
    URL,
    WEBHOOKS_PATH,
    entry,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    after,
    error,
    reply,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import (
    DECLARED,
    LIST,
    LIST_OF_ACCOUNT,
    LIST_OF_LIST,
    NEW,
    OF_ACCOUNT,
    OF_LIST,
    POST,
    both_modes,
    counts,
    kept,
)

CURRENT = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
FIVE = [
    entry(webhook_id=28, active=False),
    entry(webhook_id=29, url=f"{URL}/29"),
    NEW,
    entry(webhook_type=REPLY, url=f"{NEW_URL}/2"),
    entry(webhook_id=30, state="absent"),
]


def put(webhook_id: int) -> str:
    return f"PUT {WEBHOOKS_PATH}/{webhook_id}"


# Requests


def test_unchanged_set_is_one_request_for_each_owner(service: ScriptedService) -> None:
    service.answers(
        reply(json=[wire(), wire(Id=29, WebhookType=STATUS)]),
        reply(json=[wire(WebhookType="ListSubscribe")]),
        reply(json=[wire(WebhookType="MessageReply")]),
    )

    declared = [DECLARED, OF_LIST, entry(webhook_type=STATUS, url=URL), OF_ACCOUNT]
    result = kept(service, *declared, diff_limit=0)

    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]
    assert not result["changed"]
    assert result["counts"] == counts(unchanged=4)
    assert result["diff"] == []


def test_only_differences_are_written_deletions_last(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)

    result = kept(service, *reversed(FIVE))

    delete = f"DELETE {WEBHOOKS_PATH}/30"
    assert service.seen == [LIST, put(29), POST, POST, put(28), delete, LIST]
    assert result["counts"] == counts(updated=2, created=2, deleted=1)


def test_activation_reads_the_note_of_the_webhook(service: ScriptedService) -> None:
    off, off_too = wire(IsActive=False), wire(Id=29, Url=OTHER_URL, IsActive=False)
    service.answers(reply(json=[off, off_too]), reply(json={**off_too, "Note": NOTE}), stored)

    result = kept(service, DECLARED, entry(webhook_id=29, active=True))

    assert service.seen == [LIST, f"GET {WEBHOOKS_PATH}/29", put(29)]
    assert [pair["before"]["note"] for pair in result["diff"][:-1]] == [NOTE]
    assert has_words(result["warnings"], [NOTE])
    assert [record["active"] for record in result["webhooks"]] == [False, True]


def test_note_that_cannot_be_read_fails_before_any_write(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(IsActive=False)]), error(500, 1, "broken"))

    assert kept(service, NEW, entry(webhook_id=28, active=True))["failed"]
    assert service.seen == [LIST, f"GET {WEBHOOKS_PATH}/28"]


def test_lists_are_read_several_at_a_time(service: ScriptedService) -> None:
    meet = threading.Barrier(3, timeout=7.0)
    service.always_answers(after(meet.wait, reply(json=[])))
    absent = [{**DECLARED, "campaign_id": number, "state": "absent"} for number in range(1, 7)]

    result = kept(service, *absent, concurrency=3)

    assert result["counts"] == counts(unchanged=6)
    assert len(service.seen) == 6
    assert service.connections == 3


def test_writes_are_sent_several_at_a_time(service: ScriptedService) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    service.answers(reply(json=[wire(Id=1), wire(Id=2, Url=OTHER_URL)]))
    service.always_answers(after(meet.wait, stored))

    result = kept(service, *[entry(webhook_id=n, active=False) for n in (1, 2)], concurrency=2)

    assert result["counts"] == counts(updated=2)


# The result


def test_records_are_in_the_order_declared_and_null_if_absent(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]), reply(json=[])).always_answers(stored)

    result = kept(
        service,
        entry(webhook_type=STATUS, url=URL, state="absent"),
        OF_LIST,
        DECLARED,
        {**NEW, "active": False},
        entry(campaign_id=None, list_id=77, webhook_id=5, state="absent"),
    )

    subscribe = webhook(owner=Owner("list", 77), webhook_id=60, webhook_type="ListSubscribe")
    created = webhook(webhook_id=61, url=NEW_URL, active=False)
    assert result["webhooks"] == [
        None,
        subscribe.record(),
        webhook().record(),
        created.record(),
        None,
    ]
    assert result["counts"] == counts(unchanged=3, created=2)
    assert result["present"] == [one for one in result["webhooks"] if one is not None]
    assert set(result) == {"changed", "webhooks", "present", "counts", "diff", "warnings"}
    assert service.seen[2:5] == ["POST /sms/lists/77/webhooks", POST, put(61)]
    assert sorted(service.seen[5:]) == [LIST, "GET /sms/lists/77/webhooks"]


def test_check_mode_returns_the_same_and_writes_nothing(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT), reply(json=CURRENT)).always_answers(stored)
    declared = [NEW, entry(webhook_id=28, active=False), entry(webhook_id=29, state="absent")]

    predicted = kept(service, *declared, check=True, purge=True)
    seen_in_check_mode = list(service.seen)
    done = kept(service, *declared, purge=True)

    assert seen_in_check_mode == [LIST]
    assert done["webhooks"][0]["webhook_id"] == 60
    for name in ("webhooks", "present"):
        done[name][0].update(webhook_id=None, date_created=None)
    done["diff"][0]["after"] = done["webhooks"][0]
    assert predicted == done
    assert predicted["counts"] == counts(updated=1, created=1, deleted=2)


@both_modes
def test_records_can_be_left_out(service: ScriptedService, check: bool) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)

    result = kept(service, *FIVE, return_webhooks=False, check=check)

    assert not {"webhooks", "present"} & set(result)
    assert result["counts"] == counts(updated=2, created=2, deleted=1)
    assert len(result["diff"]) == 6


# Diff


def test_diff_has_pairs_of_changes_those_of_the_purge_last(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT[:2])).always_answers(stored)

    result = kept(service, NEW, entry(webhook_id=28, active=False), purge=True)

    *pairs, totals = result["diff"]
    assert [(pair["before_header"], pair["after_header"]) for pair in pairs] == [
        ("not there", "new CampaignReply webhook of campaign 9141"),
        ("webhook 28 of campaign 9141", "webhook 28 of campaign 9141"),
        ("webhook 29 of campaign 9141", "deleted"),
    ]
    sides = [(bool(pair["before"]), bool(pair["after"])) for pair in pairs]
    assert sides == [(False, True), (True, True), (True, False)]
    assert totals == {"prepared": "1 created, 1 updated, 1 deleted\n"}
    assert len(result["webhooks"]) == 2


DIFF_LIMITS: dict[str, tuple[int | None, int]] = {
    "higher": (6, 0),
    "equal": (5, 0),
    "one less": (4, 1),
    "low": (1, 4),
    "zero": (0, 5),
}


@pytest.mark.parametrize(("limit", "left"), DIFF_LIMITS.values(), ids=DIFF_LIMITS)
def test_diff_beyond_its_limit_is_counted_and_totals_are_of_all(
    service: ScriptedService, limit: int | None, left: int
) -> None:
    service.answers(reply(json=CURRENT), reply(json=CURRENT))
    *whole, _totals = kept(service, *FIVE, check=True)["diff"]

    result = kept(service, *FIVE, diff_limit=limit, check=True)

    rest = f"; {left} not shown because of diff_limit" if left else ""
    totals = {"prepared": f"2 created, 2 updated, 1 deleted{rest}\n"}
    assert result["diff"] == [*whole[:limit], totals]
    assert result["counts"] == counts(updated=2, created=2, deleted=1)
    assert result["changed"]


def test_result_has_no_diff_outside_diff_mode(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)

    assert "diff" not in kept(service, *FIVE, diff=False)


# The options in the result


INVOCATIONS: dict[str, tuple[Any, bool, Any]] = {
    "as given": (
        [entry(webhook_id=28, active=False), DECLARED],
        True,
        [
            {"campaign_id": 9141, "webhook_id": 28, "active": False, "state": "present"},
            {"campaign_id": 9141, "webhook_type": REPLY, "url": URL, "state": "present"},
        ],
    ),
    "number": ([DECLARED, NEW], False, "2 entries"),
    "large number": ([DECLARED] * 10_000, False, "10,000 entries"),
    "none": (None, False, "0 entries"),
}


@pytest.mark.parametrize(("entries", "returned", "shown"), INVOCATIONS.values(), ids=INVOCATIONS)
def test_invocation_repeats_or_counts_the_entries(entries: Any, returned: bool, shown: Any) -> None:
    params = {"webhooks": entries, "return_webhooks": returned, "purge": True}

    assert OPERATION.invocation_params(params) == {**params, "webhooks": shown}


# Warnings


def test_warnings_are_of_options_then_plan_then_in_the_order_of_entries(
    service: ScriptedService,
) -> None:
    off = wire(IsActive=False)
    service.answers(
        reply(json=[off, wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]),
        reply(json={**off, "Note": NOTE}),
        reply(json=wire(Id=30, Url=NEW_URL.replace("https://hooks", "https://HOOKS"))),
        stored,
        error(400, 9, "no"),
    )

    result = kept(
        service,
        entry(webhook_id=30, url=NEW_URL),
        entry(webhook_id=28, active=True),
        entry(webhook_type=REPLY, url="http://hooks.example.org/a"),
    )

    assert result["failed"]
    assert has_words(
        result["warnings"],
        ["plain http", "CampaignReply webhook 29; this adds", "spells the URL of webhook 30", NOTE],
    )


@both_modes
def test_list_with_404_and_code_142_is_empty_with_a_warning(
    service: ScriptedService, check: bool
) -> None:
    service.answers(error(404, 142, "Webhook record does not exist")).always_answers(stored)

    result = kept(service, NEW, {**DECLARED, "state": "absent"}, check=check)

    assert result["counts"] == counts(unchanged=1, created=1)
    assert has_words(result["warnings"], ["campaign 9141 with 404 and code 142"])


# Part of the set fails


def test_failure_lists_what_is_done_failed_and_not_tried(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT[:2]), reply(json=[]), error(400, 9, "no")).always_answers(
        stored
    )

    result = kept(service, entry(webhook_id=28, url=NEW_URL), OF_LIST, purge=True)

    assert result["changed"] is True
    assert result["failure"]["kind"] == "partially_applied"
    assert result["failure"]["code"] == 9
    listed = {
        name: [(item["change"], item["webhook"]["webhook_id"]) for item in result["failure"][name]]
        for name in ("done", "failed", "not_tried")
    }
    assert listed == {
        "done": [("created", 60)],
        "failed": [("updated", 28)],
        "not_tried": [("deleted", 29)],
    }
    assert "1 applied (1 created), 1 failed, 1 not attempted" in result["msg"]
    pair, totals = result["diff"]
    assert pair["after"] == result["failure"]["done"][0]["webhook"]
    assert totals == {"prepared": "1 created\n"}


def test_failure_masks_urls_in_its_lists_and_texts(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(Url=OTHER_URL)]), reply(201, wire(Id=31)), error(400, 9, URL))

    result = kept(service, DECLARED, entry(webhook_id=28, active=False), mask_url=True)

    assert result["failed"]
    assert MASK in str(result["failure"])
    assert "5f1d" not in str(result)
    assert "77aa" not in str(result)


# Progress


def test_progress_counts_lists_then_notes_then_writes(service: ScriptedService) -> None:
    progress, texts = Progress(), []

    def noting(step: Step) -> Step:
        def noting_first(*given: Any) -> Any:
            texts.append(str(progress))
            return step(*given)

        return noting_first

    off = wire(IsActive=False)
    steps = [reply(json=[off]), reply(json=[]), reply(json=off), stored, stored]
    service.answers(*map(noting, steps))

    kept(service, entry(webhook_id=28, active=True), OF_LIST, progress=progress)

    assert texts == [
        "0 of 2 lists read",
        "1 of 2 lists read",
        "0 of 1 notes read",
        "0 of 2 done",
        "1 of 2 done",
    ]
    assert str(progress) == "2 of 2 done"


def test_progress_does_not_count_a_failed_write(service: ScriptedService) -> None:
    progress = Progress()
    service.answers(reply(json=[]), error(400, 1, "No.")).always_answers(stored)

    kept(service, NEW, DECLARED, entry(webhook_id=5, state="absent"), progress=progress)

    assert str(progress) == "1 of 2 done"
