"""touchbase_sms_webhooks, from options to result, on a scripted service."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import webhook_info
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

ON, OFF = made.api_record(), made.api_record(IsActive=False)
OTHER = made.api_record(Id=29, Url=made.OTHER_URL)
STATUS = made.api_record(Id=30, WebhookType=made.STATUS)
CURRENT = [ON, OTHER, STATUS]
OTHER_OFF = {**OTHER, "IsActive": False}
OF_LIST = made.api_record(WebhookType="ListSubscribe")
OF_ACCOUNT = made.api_record(WebhookType="MessageReply")
GET_29, PUT_29 = ops.request("GET", 29), ops.request("PUT", 29)
DELETE_29, DELETE_30 = ops.request("DELETE", 29), ops.request("DELETE", 30)
RECORD = made.webhook().record()
OFF_RECORD = {**RECORD, "active": False}
NEW_RECORD = {**OFF_RECORD, "webhook_id": 60, "url": made.NEW_URL}
ONE, PURGE = {"webhooks": [ops.DECLARED]}, {"purge": True}
EMPTYING = {**PURGE, "owners": [ops.CAMPAIGN, ops.ON_LIST, ops.CAMPAIGN], "allow_empty": True}
SPRING = {"campaign_name": "Spring"}
BY_NAME = {"webhook_type": made.REPLY, "url": made.URL}
LIST, LISTS, CAMPAIGNS = [ops.LIST], [ops.LIST, ops.LIST_OF_LIST], [ops.LIST_OF_CAMPAIGNS]
CASES = {
    "as declared": ops.Case(
        {"webhooks": [ops.DECLARED, ops.OF_LIST, ops.OF_ACCOUNT]},
        [CURRENT, [OF_LIST], [OF_ACCOUNT]],
        [*LISTS, ops.LIST_OF_ACCOUNT],
        result={"changed": False, "counts": ops.counts(unchanged=3), "diff": []},
    ),
    "without webhooks in the result": ops.Case(
        {**ONE, "return_webhooks": False},
        [[ON]],
        LIST,
        result={"counts": ops.counts(unchanged=1), "webhooks": None, "present": None},
    ),
    "activation with the note": ops.Case(
        {"webhooks": [ops.DECLARED, ops.entry(29, active=True)]},
        [[OFF, OTHER_OFF], {**OTHER_OFF, "Note": made.NOTE}],
        [ops.LIST, GET_29],
        [PUT_29],
        {"webhooks": [OFF_RECORD, {**RECORD, "webhook_id": 29, "url": made.OTHER_URL}]},
        [made.NOTE],
    ),
    "note that cannot be read": ops.Case(
        {"webhooks": [ops.NEW, ops.entry(29, active=True)]},
        [[OTHER_OFF], api.error(500, 1, "broken")],
        [ops.LIST, GET_29],
        fails=["500, code 1"],
    ),
    "purge": ops.Case(
        {**ONE, **PURGE},
        [CURRENT],
        LIST,
        [DELETE_29, DELETE_30],
        {"counts": ops.counts(unchanged=1, deleted=2), "webhooks": [RECORD]},
    ),
    "purge of owners": ops.Case(
        {**EMPTYING, "purge_limit": 2},
        [[OTHER], [OF_LIST]],
        LISTS,
        [DELETE_29, "DELETE /sms/lists/77/webhooks/28"],
        {"counts": ops.counts(deleted=2)},
        ["purge leaves campaign 9141 without", "purge leaves list 77 without"],
    ),
    "purge beyond the limit": ops.Case(
        {**EMPTYING, "purge_limit": 1}, [[OTHER], [OF_LIST]], LISTS, fails=["purge would"]
    ),
    "purge without allow_empty": ops.Case(
        {**EMPTYING, "allow_empty": False}, [[OTHER], []], LISTS, fails=["allow_empty"]
    ),
    "purge of nothing, limit zero": ops.Case({**ONE, **PURGE, "purge_limit": 0}, [[ON]], LIST),
    "owners without purge": ops.Case(
        {**ONE, "owners": [ops.ON_LIST]}, [[ON]], LIST, warnings=["does nothing without purge"]
    ),
    "unknown names of campaigns": ops.Case(
        {
            "webhooks": [{**BY_NAME, "campaign_name": name} for name in ("Sping", "Autumn")],
            "owners": [{"campaign_name": "Winter"}],
            **PURGE,
        },
        [made.page(made.api_campaign())],
        CAMPAIGNS,
        fails=["webhooks[0]: No campaign", "webhooks[1]: No campaign", "owners[0]: No campaign"],
    ),
    "one webhook by id and name of its campaign": ops.Case(
        {"webhooks": [ops.entry(28, active=True), {**SPRING, "webhook_id": 28, "active": True}]},
        [made.page(made.api_campaign())],
        CAMPAIGNS,
        fails=["webhooks[1]: webhooks[0] declares webhook 28"],
    ),
}


@ops.both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_task_sends_the_requests_and_returns_the_result_of_its_case(
    service: api.Service, case: ops.Case, check: bool
) -> None:
    assert case.found(OPERATION, service, check) == case.expected(check)


def test_only_differences_are_written_as_check_mode_predicts(service: api.Service) -> None:
    service.answers(CURRENT, CURRENT).always_answers(api.stored)
    entries = [
        ops.entry(30, state="absent"),
        {**ops.NEW, "active": False},
        ops.entry(29, url=f"{made.URL}/29"),
        ops.DECLARED,
    ]

    predicted = ops.kept_set(service, *entries, check=True)
    done = ops.kept_set(service, *entries)

    writes = [PUT_29, ops.POST, ops.request("PUT", 60), DELETE_30]
    assert service.seen == [ops.LIST, ops.LIST, *writes, ops.LIST]
    moved = {**RECORD, "webhook_id": 29, "url": f"{made.URL}/29"}
    assert done["webhooks"] == [None, NEW_RECORD, moved, RECORD]
    assert done["present"] == [NEW_RECORD, moved, RECORD]
    assert done["counts"] == ops.counts(unchanged=1, updated=1, created=1, deleted=1)
    assert [pair["after"] for pair in done["diff"][:-1]] == [{}, NEW_RECORD, moved]
    for record in (done["webhooks"][1], done["present"][0], done["diff"][1]["after"]):
        record.update(webhook_id=None, date_created=None)
    assert predicted == done


def test_lists_writes_and_checks_are_sent_several_at_a_time(service: api.Service) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    service.always_answers(api.after(meet.wait, api.stored))
    entries = [{**ops.DECLARED, "campaign_id": number} for number in (1, 2)]

    result = ops.kept_set(service, *entries, concurrency=2)

    assert result["counts"] == ops.counts(created=2)
    assert len(service.seen) == 6


def test_warnings_are_of_options_then_plan_then_in_the_order_of_entries(
    service: api.Service,
) -> None:
    spelling = made.NEW_URL.replace("https://hooks", "https://HOOKS")
    service.answers([OFF, OTHER, STATUS], {**OFF, "Note": made.NOTE})
    service.answers(made.api_record(Id=30, Url=spelling), api.stored, api.error(400, 9, "no"))

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
    service.answers([ON, OTHER], [], api.error(400, 9, made.URL)).always_answers(api.stored)
    entries = [ops.entry(28, url=made.NEW_URL), ops.OF_LIST, {**ops.OF_LIST, "url": made.NEW_URL}]

    result = ops.kept_set(service, *entries, purge=True, mask_url=mask_url, diff_limit=1)

    failure = result["failure"]
    assert result["changed"] is True
    assert (failure["kind"], failure["code"]) == ("partially_applied", 9)
    assert [len(failure[name]) for name in ("done", "failed", "not_tried")] == [2, 1, 1]
    assert "\n- webhooks[0]: Could not update webhook 28 of campaign 9141" in result["msg"]
    pair, totals = result["diff"]
    assert pair["after"] == failure["done"][0]["webhook"]
    assert totals == {"prepared": "2 created; 1 not shown because of diff_limit\n"}
    assert (MASK in str(failure)) is ("5f1d" not in str(result)) is mask_url


# Stored webhooks as touchbase_sms_webhook_info exports them

STORED = [
    made.api_record(Id=1),
    made.api_record(Id=2, WebhookType=made.STATUS, DateCreated=None),
    made.api_record(Id=3, Url="https://h\u00f6\u00f6ks.example.org/r\u00e9ply"),
    made.api_record(Id=4, Url="https://hooks.example.org/a b"),
    made.api_record(Id=5, Url=f"https://hooks.example.org/{'a' * 3000}"),
    made.api_record(Id=6, Url="hooks"),
    made.api_record(Id=7, Url=""),
    made.api_record(Id=8, Url="https://hooks.example.org/a\u00a0b\u200bc\td"),
    made.api_record(Id=9, WebhookType="Campaign Click"),
    made.api_record(Id=10, WebhookType="ListSubscribe"),
]


@pytest.mark.parametrize("active", [True, False], ids=["as it is", "edited"])
def test_exported_records_are_accepted_whatever_is_stored(
    service: api.Service, active: bool
) -> None:
    service.answers(STORED, STORED).always_answers(api.stored)
    exported = ops.ran(webhook_info.OPERATION, service, **ops.CAMPAIGN)["webhooks"]
    expected = [{**record, "active": active} for record in exported]
    entries = [{**record, "note": made.NOTE} for record in expected]

    result = ops.kept_set(service, *entries, purge=True)

    assert result["webhooks"] == expected
    assert result["warnings"] == []
    puts = [] if active else [{"Url": one["Url"], "IsActive": False} for one in STORED]
    assert [one.data for one in service.requests[2:]] == puts


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

    service.answers(*map(noting, [[OFF], [], OFF, api.stored, api.error(400, 1, "no"), api.stored]))

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
