"""touchbase_sms_delivery, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.delivery import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

PAUSE, RESUME = {"state": "paused"}, {"state": "resumed"}
ON, OFF = made.api_record(), made.api_record(IsActive=False)
ON_29, OFF_29 = {**ON, "Id": 29, "Url": made.OTHER_URL}, {**OFF, "Id": 29}
OFF_30 = {**OFF, "Id": 30, "WebhookType": made.STATUS}
NOTED = {**OFF, "Note": made.NOTE}
MISSING = api.error(404, 142, "Webhook record does not exist")
NO_CAMPAIGN = api.error(404, 104, "No such campaign")
NO = api.error(400, 143, "no")
GET_28, GET_29, GET_30 = (ops.request("GET", number) for number in (28, 29, 30))
PUT_28 = ops.request("PUT", 28)


def reference(webhook_id: int = 28, note: str | None = None) -> dict[str, Any]:
    """An item of ``paused``."""
    owner = {"scope": "campaign", "campaign_id": 9141, "list_id": None}
    return {**owner, "webhook_id": webhook_id, "note": note}


RESUMED = [made.webhook().record()]
NOTED_RECORD = made.webhook(active=False, note=made.NOTE).record()
UNCHANGED = {"changed": False, "diff": [], "paused": []}
CASES = {
    "pause of entries": ops.Case(
        {**PAUSE, "webhooks": [ops.DECLARED, ops.entry(30), ops.entry(29, active=False)]},
        [[ON, ON_29, OFF_30], {**ON, "Note": made.NOTE}],
        [ops.LIST, GET_28],
        [PUT_28],
        {
            "changed": True,
            "counts": ops.counts(updated=1, unchanged=1),
            "paused": [reference(note=made.NOTE)],
            "resumed": None,
        },
    ),
    "pause of one deactivated since the list": ops.Case(
        {**PAUSE, "owners": [ops.CAMPAIGN]}, [[ON], OFF], [ops.LIST, GET_28], result=UNCHANGED
    ),
    "pause of one deleted since the list": ops.Case(
        {**PAUSE, "owners": [ops.CAMPAIGN]}, [[ON], MISSING], [ops.LIST, GET_28], result=UNCHANGED
    ),
    "pause of missing webhooks": ops.Case(
        {**PAUSE, "webhooks": [ops.DECLARED, ops.entry(99)]},
        [[]],
        [ops.LIST],
        result=UNCHANGED,
        warnings=["The CampaignReply webhook of", "Webhook 99 of campaign 9141 is not paused."],
    ),
    "pause of entries that defaults declare inactive": ops.Case(
        {**PAUSE, "webhooks": [ops.entry(28)], "defaults": {"active": False, "url": None}}, [], []
    ),
    "resumption of what was paused": ops.Case(
        {**RESUME, "paused": [reference(note=made.NOTE), reference(29)]},
        [NOTED, ON_29],
        [GET_28, GET_29],
        [PUT_28],
        {"resumed": RESUMED, "left_off": [], "counts": ops.counts(updated=1, unchanged=1)},
    ),
    "resumption of what has another note or is gone": ops.Case(
        {**RESUME, "paused": [reference(), reference(29), reference(30)]},
        [NOTED, MISSING, NO_CAMPAIGN],
        [GET_28, GET_29, GET_30],
        result={
            "changed": False,
            "resumed": [],
            "left_off": [
                {
                    **NOTED_RECORD,
                    "reason": f"The service deactivated it with the note '{made.NOTE}'.",
                },
                {**reference(29), "reason": "It does not exist."},
                {**reference(30), "reason": "It does not exist."},
            ],
        },
        warnings=[f"Webhook {one} of campaign 9141 is not resumed." for one in (28, 29, 30)],
    ),
    "resumption of owners": ops.Case(
        {**RESUME, "owners": [ops.CAMPAIGN, {"campaign_id": 9143}]},
        [[OFF, OFF_29, {**ON, "Id": 30}], NO_CAMPAIGN, OFF, {**NOTED, "Id": 29}],
        [ops.LIST, "GET /sms/campaigns/9143/webhooks", GET_28, GET_29],
        [PUT_28],
        {"resumed": RESUMED, "counts": ops.counts(updated=1, unchanged=1)},
        ["Campaign 9143 is not resumed", "Webhook 29"],
    ),
    "resumption of a missing webhook without id": ops.Case(
        {**RESUME, "webhooks": [ops.DECLARED]},
        [[]],
        [ops.LIST],
        result={"resumed": [], "left_off": []},
        warnings=["The CampaignReply webhook of campaign 9141"],
    ),
    "resumption with refused details": ops.Case(
        {**RESUME, "paused": [reference(number) for number in range(28, 51)]},
        [OFF, *[api.error(403, 105, "no")] * 22],
        [ops.request("GET", number) for number in range(28, 51)],
        fails=[
            *(f"read webhook {number} of" for number in range(29, 39)),
            "12 more webhooks could not be read.",
        ],
    ),
    "resumption of nothing": ops.Case(
        {**RESUME, "paused": [], "webhooks": [ops.DECLARED], "owners": [ops.CAMPAIGN]},
        [],
        [],
        result={"changed": False, "resumed": [], "left_off": [], "diff": []},
    ),
}


@ops.both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_task_sends_the_requests_and_returns_the_result_of_its_case(
    service: api.Service, case: ops.Case, check: bool
) -> None:
    assert case.found(OPERATION, service, check) == case.expected(check)


@pytest.mark.parametrize("mask_url", [False, True])
def test_lists_of_a_result_are_options_of_the_next_resumption(
    service: api.Service, mask_url: bool
) -> None:
    note = "Failed at s3cret-7/x"
    noted = {**OFF, "Note": note}
    service.answers([ON], ON, api.stored, noted, noted, api.stored)
    mask = {"mask_url": mask_url}

    pause = ops.ran(OPERATION, service, **PAUSE, webhooks=[ops.DECLARED], **mask)
    first = ops.ran(OPERATION, service, **RESUME, paused=pause["paused"], **mask)
    second = ops.ran(OPERATION, service, **RESUME, paused=first["left_off"], **mask)

    assert ops.ids(second["resumed"]) == [28]
    shown = f"Failed at {MASK}" if mask_url else note
    assert first["left_off"][0]["reason"].endswith(f"with the note '{shown}'.")
    assert ("s3cret" in str([pause, first, second])) is not mask_url


# Failures


@pytest.mark.parametrize("status", [401, 500])
def test_refusal_of_everything_ends_the_reading(service: api.Service, status: int) -> None:
    service.answers(api.error(status, 100, "no"))

    result = ops.ran(OPERATION, service, **RESUME, paused=[reference(), reference(29)])

    assert result["failure"]["status"] == status
    assert service.seen == [GET_28]


PART = "partially_applied"
# Answers to the writes, the kind of the failure, and the ids of what may have been deactivated.
WRITES: dict[str, tuple[list[api.Step], str, list[int]]] = {
    "refused": ([NO, api.stored, api.stored], PART, [29, 30]),
    "all refused": ([NO, NO, NO], PART, []),
    "without response": ([api.stored, api.hangs_up()], PART, [28, 29]),
    "refused for all": ([api.stored, api.error(401, 100, "no")], PART, [28]),
    "single, refused": ([NO], "refused", []),
    "single, unclear": ([api.gateway(504, "no")], "refused", [28]),
}


@pytest.mark.parametrize(("answers", "kind", "paused"), WRITES.values(), ids=WRITES)
def test_failed_pause_returns_what_may_have_been_deactivated(
    service: api.Service, answers: list[api.Step], kind: str, paused: list[int]
) -> None:
    ids = [28, 29, 30] if len(answers) > 1 else [28]
    there = [made.api_record(Id=number, Note=f"old {number}") for number in ids]
    service.answers(there, *there, *answers)

    result = ops.ran(OPERATION, service, **PAUSE, owners=[ops.CAMPAIGN])

    assert (result["failed"], result["failure"]["kind"]) == (True, kind)
    assert result.get("changed", False) is bool(paused)
    assert service.script == []
    assert result["paused"] == [reference(number, f"old {number}") for number in paused]


def test_failed_resumption_returns_what_was_activated_and_left_off(service: api.Service) -> None:
    service.answers(OFF, {**OFF, "Id": 29}, MISSING, api.stored, NO)

    items = [reference(number) for number in (28, 29, 30)]
    result = ops.ran(OPERATION, service, **RESUME, paused=items)

    assert result["failed"]
    assert ops.ids(result["resumed"]) == [28]
    assert ops.ids(result["left_off"]) == [30]
