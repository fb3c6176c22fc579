"""touchbase_sms_drift_info, from options to result, on a scripted service."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.drift_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import DRIFT_KINDS
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

NO_LIST = api.error(404, 104, "There is no such list")
MISSING = api.error(404, 142, "Webhook record does not exist")
ON, OFF = made.api_record(), made.api_record(IsActive=False)
OTHER_OFF = {**OFF, "Id": 29, "Url": made.OTHER_URL}
GET_28, GET_29 = ops.request("GET", 28), ops.request("GET", 29)
DEACTIVATED = made.webhook(active=False).record()
DISABLED = made.webhook(webhook_id=29, url=made.OTHER_URL, active=False, note=made.NOTE).record()
ACTIVE = {"webhooks": [ops.entry(28, url=made.URL, active=True)]}
CASES = {
    "one request for each owner": ops.Case(
        {"webhooks": [ops.DECLARED, ops.OF_LIST], "owners": [ops.ON_LIST, ops.ACCOUNT]},
        [[ON], [made.api_record(WebhookType="ListSubscribe")], []],
        [ops.LIST, ops.LIST_OF_LIST, ops.LIST_OF_ACCOUNT],
        result={
            "changed": False,
            "drift": False,
            "counts": dict.fromkeys(DRIFT_KINDS, 0),
            "summary": ["All webhooks are as declared."],
            **{kind: [] for kind in DRIFT_KINDS},
        },
    ),
    "one request for each inactive webhook": ops.Case(
        {"webhooks": [ops.entry(number, active=True) for number in (28, 29, 30)]},
        [[OFF, {**ON, "Id": 30}, OTHER_OFF], OFF, {**OTHER_OFF, "Note": made.NOTE}],
        [ops.LIST, GET_28, GET_29],
        result={
            "drift": True,
            "counts": {**dict.fromkeys(DRIFT_KINDS, 0), "deactivated": 1, "disabled_by_service": 1},
            "deactivated": [DEACTIVATED],
            "disabled_by_service": [DISABLED],
            "summary": [
                f"deactivated: webhook 28 of campaign 9141 at {made.URL}",
                f"disabled_by_service: webhook 29 of campaign 9141: {made.NOTE}",
            ],
        },
    ),
    "deleted after the list": ops.Case(
        ACTIVE,
        [[OFF], MISSING],
        [ops.LIST, GET_28],
        result={"summary": [f"missing: webhook 28 of campaign 9141 at {made.URL}"]},
    ),
    "activated after the list": ops.Case(
        ACTIVE, [[OFF], ON], [ops.LIST, GET_28], result={"drift": False}
    ),
    "no such list": ops.Case(
        {"webhooks": [ops.OF_LIST, ops.DECLARED], "owners": [ops.ON_LIST]},
        [NO_LIST, []],
        [ops.LIST_OF_LIST, ops.LIST],
        result={"counts": {**dict.fromkeys(DRIFT_KINDS, 0), "missing": 1, "invalid": 2}},
    ),
    "refused list": ops.Case(
        ACTIVE, [api.error(403, 105, "no")], [ops.LIST], result={"drift": None}, fails=["code 105"]
    ),
    "refused note": ops.Case(ACTIVE, [[OFF], NO_LIST], [ops.LIST, GET_28], fails=["code 104"]),
}


@ops.both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_task_sends_the_requests_and_returns_the_result_of_its_case(
    service: api.Service, case: ops.Case, check: bool
) -> None:
    assert case.found(OPERATION, service, check) == case.expected(check)


KINDS: list[tuple[list[str] | None, bool]] = [
    (None, True),
    ([], False),
    (["deactivated", "undeclared"], True),
    (["missing", "invalid"], False),
]


@pytest.mark.parametrize(("kinds", "is_drift"), KINDS, ids=str)
def test_kinds_decide_on_drift_and_all_are_reported(
    service: api.Service, kinds: list[str] | None, is_drift: bool
) -> None:
    service.answers([ON])

    result = ops.ran(OPERATION, service, owners=[ops.CAMPAIGN], kinds=kinds)

    assert result["drift"] is is_drift
    assert ops.ids(result["undeclared"]) == [28]


def test_lists_and_notes_are_read_several_at_a_time(service: api.Service) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    lists = [api.after(meet.wait, api.reply(json=[OFF]))] * 2
    service.answers(*lists).always_answers(api.after(meet.wait, api.reply(json=OFF)))
    progress = Progress()

    owners = [{"campaign_id": number} for number in (1, 2)]
    ops.ran(OPERATION, service, owners=owners, concurrency=2, progress=progress)

    assert len(service.seen) == 4
    assert str(progress) == "2 of 2 notes read"
