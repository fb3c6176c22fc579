# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhooks, from options to result: requests, result, warnings, progress."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

CURRENT = [
    made.api_record(),
    made.api_record(Id=29, Url=made.OTHER_URL),
    made.api_record(Id=30, WebhookType=made.STATUS),
]
OFF = made.api_record(IsActive=False)
ALL_KINDS = [
    ops.entry(30, state="absent"),
    ops.NEW,
    ops.entry(29, url=f"{made.URL}/29"),
    ops.entry(28, active=False),
]
PUT_28, PUT_29 = ops.request("PUT", 28), ops.request("PUT", 29)


# Requests and result


def test_unchanged_set_is_one_request_for_each_owner(service: api.Service) -> None:
    of_list = made.api_record(WebhookType="ListSubscribe")
    of_account = made.api_record(WebhookType="MessageReply")
    service.answers(CURRENT, [of_list], [of_account])
    status = {**ops.DECLARED, "webhook_type": made.STATUS}

    result = ops.kept_set(service, ops.DECLARED, ops.OF_LIST, status, ops.OF_ACCOUNT)

    assert service.seen == [ops.LIST, ops.LIST_OF_LIST, ops.LIST_OF_ACCOUNT]
    assert not result["changed"]
    assert result["counts"] == ops.counts(unchanged=4)
    assert result["diff"] == result["warnings"] == []


def test_only_differences_are_written_deletions_last(service: api.Service) -> None:
    service.answers(CURRENT).always_answers(stored)

    result = ops.kept_set(service, *ALL_KINDS)

    writes = [PUT_29, ops.POST, PUT_28, ops.request("DELETE", 30)]
    assert service.seen == [ops.LIST, *writes, ops.LIST]
    assert result["counts"] == ops.counts(updated=2, created=1, deleted=1)
    assert [(pair["before_header"], pair["after_header"]) for pair in result["diff"][:-1]] == [
        ("webhook 30 of campaign 9141", "deleted"),
        ("not there", "new CampaignReply webhook of campaign 9141"),
        ("webhook 29 of campaign 9141", "webhook 29 of campaign 9141"),
        ("webhook 28 of campaign 9141", "webhook 28 of campaign 9141"),
    ]
    totals = "1 created, 2 updated, 1 deleted\n"
    assert result["diff"][-1] == {"prepared": totals}


def test_records_are_in_the_order_declared_and_null_if_absent(service: api.Service) -> None:
    service.answers([CURRENT[0]]).always_answers(stored)
    absent = {**ops.DECLARED, "webhook_type": made.STATUS, "state": "absent"}

    result = ops.kept_set(service, absent, {**ops.NEW, "active": False}, ops.DECLARED)

    created = made.webhook(webhook_id=60, url=made.NEW_URL, active=False).record()
    assert result["webhooks"] == [None, created, made.webhook().record()]
    assert result["present"] == [created, made.webhook().record()]
    assert set(result) == {"changed", "webhooks", "present", "counts", "diff", "warnings"}


def test_check_mode_predicts_creations_and_deletions(service: api.Service) -> None:
    service.answers(CURRENT, CURRENT).always_answers(stored)
    entries = [ops.NEW, ops.entry(28, active=False), ops.entry(29, state="absent")]

    predicted = ops.kept_set(service, *entries, check=True, purge=True)
    seen_in_check_mode = list(service.seen)
    done = ops.kept_set(service, *entries, purge=True)

    assert seen_in_check_mode == [ops.LIST]
    assert done["webhooks"][0]["webhook_id"] == 60
    for record in (done["webhooks"][0], done["present"][0], done["diff"][0]["after"]):
        record.update(webhook_id=None, date_created=None)
    assert predicted == done


@ops.both_modes
def test_records_can_be_left_out(service: api.Service, check: bool) -> None:
    service.answers(CURRENT).always_answers(stored)

    result = ops.kept_set(service, *ALL_KINDS, return_webhooks=False, check=check)

    assert set(result) == {"changed", "counts", "diff", "warnings"}


def test_activation_reads_the_note_of_the_webhook(service: api.Service) -> None:
    off = {**CURRENT[1], "IsActive": False}
    service.answers([OFF, off], {**off, "Note": made.NOTE}, stored)

    result = ops.kept_set(service, ops.DECLARED, ops.entry(29, active=True))

    assert service.seen == [ops.LIST, ops.request("GET", 29), PUT_29]
    assert result["diff"][0]["before"]["note"] == made.NOTE
    assert ops.has_words(result["warnings"], [made.NOTE])
    assert [record["active"] for record in result["webhooks"]] == [False, True]


def test_note_that_cannot_be_read_fails_before_any_write(service: api.Service) -> None:
    service.answers([OFF], api.error(500, 1, "broken"))

    assert ops.kept_set(service, ops.NEW, ops.entry(28, active=True))["failed"]

    assert service.seen == [ops.LIST, ops.request("GET", 28)]


def test_lists_writes_and_checks_are_sent_several_at_a_time(service: api.Service) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    service.always_answers(api.after(meet.wait, stored))
    entries = [{**ops.DECLARED, "campaign_id": number} for number in (1, 2)]

    result = ops.kept_set(service, *entries, concurrency=2)

    assert result["counts"] == ops.counts(created=2)
    assert len(service.seen) == 6


# Purge


@ops.both_modes
def test_purge_deletes_undeclared_webhooks_of_declared_owners(
    service: api.Service, check: bool
) -> None:
    service.answers(CURRENT).always_answers(stored)

    result = ops.kept_set(service, ops.DECLARED, purge=True, check=check)

    deletions = [ops.request("DELETE", number) for number in (29, 30)]
    assert service.seen == [ops.LIST, *([] if check else deletions)]
    assert result["counts"] == ops.counts(unchanged=1, deleted=2)
    assert result["webhooks"] == [made.webhook().record()]
    assert result["warnings"] == []


@ops.both_modes
@pytest.mark.parametrize(
    ("options", "deleted"),
    [
        ({"purge_limit": 1, "allow_empty": True}, None),
        ({"purge_limit": 2, "allow_empty": True}, 2),
        ({"purge_limit": 2}, None),
    ],
    ids=["beyond the limit", "within the limit", "without allow_empty"],
)
def test_purge_of_owners_obeys_its_limit_and_allow_empty(
    service: api.Service, options: dict[str, Any], deleted: int | None, check: bool
) -> None:
    of_list = made.api_record(WebhookType="ListSubscribe")
    service.answers([CURRENT[0]], [of_list]).always_answers(stored)

    owners = [ops.CAMPAIGN, ops.ON_LIST, ops.CAMPAIGN]
    result = ops.kept_set(service, purge=True, owners=owners, check=check, **options)

    assert bool(result.get("failed")) is (deleted is None)
    assert len(service.seen) == (2 if deleted is None or check else 4)
    if deleted:
        assert result["counts"] == ops.counts(deleted=2)
        words = [f"purge leaves {owner} without" for owner in ("campaign 9141", "list 77")]
        assert ops.has_words(result["warnings"], words)


def test_purge_with_limit_zero_accepts_a_set_as_declared(service: api.Service) -> None:
    service.answers(CURRENT[:1])

    result = ops.kept_set(service, ops.DECLARED, purge=True, purge_limit=0)

    assert result["counts"] == ops.counts(unchanged=1)


def test_owners_without_purge_are_not_read_and_warn(service: api.Service) -> None:
    service.answers(CURRENT)

    result = ops.kept_set(service, ops.DECLARED, owners=[ops.ON_LIST])

    assert result["counts"] == ops.counts(unchanged=1)
    assert ops.has_words(result["warnings"], ["without purge"])
    assert service.seen == [ops.LIST]


# Problems, warnings and failures


@ops.both_modes
def test_problems_of_entries_and_of_the_purge_come_at_once(
    service: api.Service, check: bool
) -> None:
    service.answers(CURRENT, api.error(404, 104, "No such list")).always_answers(stored)
    entries = [ops.NEW, ops.OF_LIST, ops.entry(99, active=False)]

    result = ops.kept_set(service, *entries, purge=True, purge_limit=1, check=check)

    words = ["webhooks[1]: Could not list", "webhooks[2]: There is no webhook 99", "purge would"]
    assert ops.has_words(ops.problems_of(result), words)
    assert service.seen == [ops.LIST, ops.LIST_OF_LIST]


def test_warnings_are_of_options_then_plan_then_in_the_order_of_entries(
    service: api.Service,
) -> None:
    spelling = made.NEW_URL.replace("https://hooks", "https://HOOKS")
    service.answers([OFF, *CURRENT[1:]], {**OFF, "Note": made.NOTE})
    service.answers(made.api_record(Id=30, Url=spelling), stored, api.error(400, 9, "no"))

    result = ops.kept_set(
        service,
        ops.entry(30, url=made.NEW_URL),
        ops.entry(28, active=True),
        {**ops.NEW, "url": "http://hooks.example.org/a"},
    )

    assert result["failed"]
    words = ["plain http", "webhook 29; this adds", "spells the URL of webhook 30", made.NOTE]
    assert ops.has_words(result["warnings"], words)


@pytest.mark.parametrize("mask_url", [False, True])
def test_failure_lists_applied_failed_and_not_attempted_changes(
    service: api.Service, mask_url: bool
) -> None:
    service.answers(CURRENT[:2], [], api.error(400, 9, made.URL)).always_answers(stored)
    entries = [ops.entry(28, url=made.NEW_URL), ops.OF_LIST, {**ops.OF_LIST, "url": made.NEW_URL}]

    result = ops.kept_set(service, *entries, purge=True, mask_url=mask_url, diff_limit=1)

    failure = result["failure"]
    assert result["changed"] is True
    assert (failure["kind"], failure["code"]) == ("partially_applied", 9)
    assert {name: ids_of(failure[name]) for name in ("done", "failed", "not_tried")} == {
        "done": [("created", 60), ("created", 61)],
        "failed": [("updated", 28)],
        "not_tried": [("deleted", 29)],
    }
    assert "\n- webhooks[0]: Could not update webhook 28 of campaign 9141" in result["msg"]
    pair, totals = result["diff"]
    assert pair["after"] == failure["done"][0]["webhook"]
    assert totals == {"prepared": "2 created; 1 not shown because of diff_limit\n"}
    assert (MASK in str(failure)) is ("5f1d" not in str(result)) is mask_url


def ids_of(listed: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(one["change"], one["webhook"]["webhook_id"]) for one in listed]


# Invocation, progress and locks


def test_invocation_repeats_the_entries_as_they_were_given() -> None:
    given = [ops.entry(28, active=False), ops.DECLARED]
    nulls = [{**dict.fromkeys(("name", "unique_by")), **one} for one in given]
    params = {"webhooks": nulls, "return_webhooks": True, "purge": True}

    assert OPERATION.invocation_params(params) == {**params, "webhooks": given}
    assert OPERATION.invocation_params({**params, "webhooks": None})["webhooks"] == []


def test_progress_counts_lists_then_notes_then_writes(service: api.Service) -> None:
    progress, texts = Progress(), []

    def noting(answer: Any) -> api.Step:
        step = answer if callable(answer) else api.reply(json=answer)
        return api.after(lambda: texts.append(str(progress)), step)

    service.answers(*map(noting, [[OFF], [], OFF, stored, api.error(400, 1, "no"), stored]))

    entries = [ops.entry(28, active=True), ops.OF_LIST, ops.NEW]
    ops.kept_set(service, *entries, progress=progress)

    assert texts[:2] == ["0 of 2 lists read", "1 of 2 lists read"]
    assert texts[2:] == ["0 of 1 notes read", "0 of 3 done", "1 of 3 done", "1 of 3 done"]
    assert str(progress) == "2 of 3 done"


def test_task_may_create_webhooks_of_owners_of_entries_by_key() -> None:
    entries = [
        ops.entry(28, active=True),
        {**ops.DECLARED, "state": "absent"},
        *[{**ops.DECLARED, "campaign_id": number} for number in (1, 2, 1)],
        {"url": made.URL},
    ]
    owners = OPERATION.creates_for({"webhooks": entries, "defaults": None})

    assert [owner.owner_id for owner in owners] == [1, 2]
    assert OPERATION.creates_for({"webhooks": None, "defaults": None}) == []
