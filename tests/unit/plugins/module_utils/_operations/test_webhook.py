"""touchbase_sms_webhook, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

GET, PUT, DELETE = (ops.request(method, 28) for method in ("GET", "PUT", "DELETE"))
BY_KEY = {**ops.CAMPAIGN, "webhook_type": made.REPLY, "url": made.URL}
BY_ID = {**ops.CAMPAIGN, "webhook_id": 28}
ABSENT_ID, ABSENT_KEY = {**BY_ID, "state": "absent"}, {**BY_KEY, "state": "absent"}
ON, OFF = made.api_record(), made.api_record(IsActive=False, Note=made.NOTE)
NO_WEBHOOK = api.error(404, 142, "Webhook record does not exist")
NO_OWNER = api.error(404, 9999, "Campaign does not exist")
FORBIDDEN = api.error(403, 105, "not yours")
LIST, NOT_FOUND = [ops.LIST], ["Campaign does not exist"]


def result_of(changed: bool, record: dict[str, Any] | None) -> dict[str, Any]:
    """What a result has, besides diff and warnings."""
    fact = {"touchbase_sms_webhook": record}
    return {"changed": changed, "webhook": record, "ansible_facts": fact}


RECORD = made.webhook().record()
MOVED, PAUSED = {**RECORD, "url": made.OTHER_URL}, {**RECORD, "active": False}
DELETED, NOT_THERE = result_of(True, None), result_of(False, None)
CASES = {
    "other URL": ops.Case(
        {**BY_ID, "url": made.OTHER_URL}, [ON], [GET], [PUT], result_of(True, MOVED)
    ),
    "inactive": ops.Case({**BY_ID, "active": False}, [ON], [GET], [PUT], result_of(True, PAUSED)),
    "as it is": ops.Case(
        {**BY_ID, "url": made.SPELT_OTHERWISE, "active": True},
        [ON],
        [GET],
        result=result_of(False, RECORD),
    ),
    "activated by natural key": ops.Case(
        {**BY_KEY, "active": True},
        [[made.api_record(IsActive=False)], OFF],
        [ops.LIST, GET],
        [PUT],
        {
            **result_of(True, RECORD),
            "diff": Change(made.webhook(active=False, note=made.NOTE), made.webhook()).diff,
        },
        [made.NOTE],
    ),
    "created beside another of its type": ops.Case(
        BY_KEY,
        [[made.api_record(Url=made.OTHER_URL)]],
        LIST,
        [ops.POST, ops.LIST],
        {"changed": True},
        ["already has CampaignReply webhook 28; this adds"],
    ),
    "absent by id": ops.Case(ABSENT_ID, [ON], [GET], [DELETE], DELETED),
    # Without effect: an exported record can be declared absent as it is.
    "absent by id, with other options": ops.Case(
        {**ABSENT_ID, "url": "nonsense", "webhook_type": made.STATUS, "active": True},
        [ON],
        [GET],
        [DELETE],
        DELETED,
    ),
    "absent by natural key": ops.Case(ABSENT_KEY, [[ON]], LIST, [DELETE], DELETED),
    "absent, no such id": ops.Case(ABSENT_ID, [NO_WEBHOOK], [GET], result=NOT_THERE),
    "absent, no owner of the id": ops.Case(ABSENT_ID, [NO_OWNER], [GET], result=NOT_THERE),
    "absent, none listed": ops.Case(ABSENT_KEY, [[]], LIST, result=NOT_THERE),
    "absent, no owner": ops.Case(ABSENT_KEY, [NO_OWNER], LIST, result=NOT_THERE),
    "absent, 404 without code": ops.Case(
        ABSENT_ID, [api.gateway(404, "no")], [GET], fails=["api_url is probably wrong"]
    ),
    "absent, 403": ops.Case(ABSENT_ID, [FORBIDDEN], [GET], fails=["not yours"]),
    "no owner of the id": ops.Case({**BY_ID, "active": True}, [NO_OWNER], [GET], fails=NOT_FOUND),
    "no owner": ops.Case(BY_KEY, [NO_OWNER], LIST, fails=NOT_FOUND),
}


@ops.both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_task_sends_the_requests_and_returns_the_result_of_its_case(
    service: api.Service, case: ops.Case, check: bool
) -> None:
    assert case.found(OPERATION, service, check) == case.expected(check)


@pytest.mark.parametrize(
    ("active", "puts"), [(None, []), (True, []), (False, [ops.request("PUT", 60)])], ids=str
)
def test_missing_webhook_is_created_as_check_mode_predicts(
    service: api.Service, active: bool | None, puts: list[str]
) -> None:
    service.answers([], []).always_answers(api.stored)

    predicted = ops.ran(OPERATION, service, check=True, **BY_KEY, active=active)
    created = ops.ran(OPERATION, service, **BY_KEY, active=active)

    assert created["webhook"] == {**RECORD, "webhook_id": 60, "active": active is not False}
    assert predicted["webhook"] == {**created["webhook"], "webhook_id": None, "date_created": None}
    assert (created["changed"], predicted["changed"]) == (True, True)
    assert set(created) == {"changed", "webhook", "diff", "ansible_facts", "warnings"}
    assert service.seen == [ops.LIST, ops.LIST, ops.POST, *puts, ops.LIST]


WRITES: dict[str, tuple[Any, list[str]]] = {
    "success": (made.api_record(Url="http://HOOKS.example.org/a"), ["http", made.NOTE, "spells"]),
    "failure": (api.error(400, 9, "no"), ["plain http", made.NOTE]),
}


@pytest.mark.parametrize(("write", "words"), WRITES.values(), ids=WRITES)
def test_warnings_are_of_options_then_plan_then_write(
    service: api.Service, write: Any, words: list[str]
) -> None:
    service.answers(OFF, write)

    result = ops.ran(OPERATION, service, **BY_ID, url="http://hooks.example.org/a", active=True)

    assert ops.has_words(result["warnings"], words)


@pytest.mark.parametrize(
    ("options", "campaigns"),
    [
        (BY_KEY, [9141]),
        ({**BY_ID, "active": True}, []),
        (ABSENT_KEY, []),
        ({"webhook_type": made.REPLY, "url": made.URL}, []),
    ],
    ids=["by key", "by id", "absent", "invalid"],
)
def test_task_may_create_webhooks_of_its_owner_by_key_only(
    options: dict[str, Any], campaigns: list[int]
) -> None:
    owners = OPERATION.creates_for({**dict.fromkeys(OPERATION.argument_spec), **options})

    assert [owner.owner_id for owner in owners] == campaigns
