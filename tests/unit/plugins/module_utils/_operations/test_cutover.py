"""touchbase_sms_cutover, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.cutover import OPERATION
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

OLD, NEW = "https://old.example.org/s3cret", "https://new.example.org/s3cret"
OTHER_LIST, PUT_28 = "GET /sms/campaigns/9142/webhooks", ops.request("PUT", 28)
OWNERS = [ops.CAMPAIGN, {"campaign_id": 9142}]
AT_OLD = made.api_record(Url=f"{OLD}/a", IsActive=False)
AT_NEW = made.api_record(Id=29, Url=f"{NEW}/b")
ELSEWHERE = made.api_record(Id=30, Url="https://h.example.org/")
OF_OTHER = made.webhook(owner=made.OTHER_CAMPAIGN, webhook_id=31, url=f"{NEW}/b").record()
ENTRY = {**ops.DECLARED, "url": f"{OLD}/a"}
EDIT = {"entry": "webhooks[0]", "name": None, "scope": "campaign", "list_id": None, **ENTRY}
EDITS = [{**EDIT, "webhook_id": None, "new_url": f"{NEW}/a"}]


def task(*entries: Any, **given: Any) -> dict[str, Any]:
    """The options of a cutover with these entries."""
    return {"from_url": OLD, "to_url": NEW, "webhooks": list(entries), **given}


UNWISE = task(ENTRY, to_url="http://me:pw@new.example.org")
LIST, LISTS = [ops.LIST], [ops.LIST, OTHER_LIST]
CASES = {
    "some at from_url": ops.Case(
        task(ENTRY, owners=OWNERS),
        [[AT_OLD, ELSEWHERE], [made.api_record(Id=31, Url=f"{OLD}/b")]],
        LISTS,
        [PUT_28, "PUT /sms/campaigns/9142/webhooks/31"],
        {
            "changed": True,
            "counts": ops.counts(unchanged=1, updated=2),
            "moved": [made.webhook(url=f"{NEW}/a", active=False).record(), OF_OTHER],
            "entries_to_edit": EDITS,
        },
    ),
    "all at to_url": ops.Case(
        task(ENTRY),
        [[AT_NEW, ELSEWHERE]],
        LIST,
        result={"changed": False, "moved": [], "diff": [], "entries_to_edit": EDITS},
    ),
    "at both URLs, with merge": ops.Case(
        task(owners=OWNERS[:1], merge=True), [[AT_OLD, AT_NEW]], LIST, [PUT_28]
    ),
    "at both URLs, beside a refused list": ops.Case(
        task(ENTRY, owners=OWNERS),
        [[AT_OLD, AT_NEW], api.gateway(404, "no")],
        LISTS,
        fails=["owners[1]: Could not list", "set merge"],
    ),
    "to an unwise URL": ops.Case(
        UNWISE, [[AT_OLD]], LIST, [PUT_28], warnings=["plain http", "credentials"]
    ),
    "to an unwise URL, masked": ops.Case(
        {**UNWISE, "mask_url": True}, [[AT_OLD]], LIST, [PUT_28], warnings=["plain http"]
    ),
}


@ops.both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_task_sends_the_requests_and_returns_the_result_of_its_case(
    service: api.Service, case: ops.Case, check: bool
) -> None:
    assert case.found(OPERATION, service, check) == case.expected(check)


def test_failure_is_partially_applied_with_masked_lists(service: api.Service) -> None:
    there = [made.api_record(Id=one, Url=f"{OLD}/{one}") for one in (1, 2, 3)]
    service.answers(there, api.stored, api.error(401, 100, f"{NEW}/2 is no good"))

    result = ops.ran(OPERATION, service, **task(owners=OWNERS[:1]), mask_url=True)

    failure = result["failure"]
    assert (result["changed"], failure["kind"]) == (True, "partially_applied")
    assert [len(failure[name]) for name in ("done", "failed", "not_tried")] == [1, 1, 1]
    assert result["diff"][-1] == {"prepared": "1 updated\n"}
    assert "s3cret" not in str(result)
