# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_delivery, from options to result: requests, result, warnings, failures."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.delivery import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

CURRENT = [
    made.api_record(),
    made.api_record(Id=29, Url=made.OTHER_URL),
    made.api_record(Id=30, WebhookType=made.STATUS, IsActive=False),
]
GET_28, PUT_28 = ops.request("GET", 28), ops.request("PUT", 28)
OFF = made.api_record(IsActive=False)
NOTED = {**OFF, "Note": made.NOTE}
MISSING = api.error(404, 142, "Webhook record does not exist")
NO_CAMPAIGN = api.error(404, 104, "No such campaign")
NO = api.error(400, 143, "no")


def paused(service: api.Service, *entries: Any, **given: Any) -> dict[str, Any]:
    return ops.ran(OPERATION, service, state="paused", webhooks=list(entries), **given)


def resumed(service: api.Service, *references: Any, **given: Any) -> dict[str, Any]:
    """The result of a resumption of these items of ``paused``."""
    return ops.ran(OPERATION, service, state="resumed", paused=list(references) or None, **given)


def reference(webhook_id: int = 28, note: str | None = None) -> dict[str, Any]:
    """An item of ``paused``."""
    owner = {"scope": "campaign", "campaign_id": 9141, "list_id": None}
    return {**owner, "webhook_id": webhook_id, "note": note}


@pytest.mark.parametrize("mask_url", [False, True])
def test_lists_of_a_result_are_options_of_the_next_resumption(
    service: api.Service, mask_url: bool
) -> None:
    note = "Failed at s3cret-7/x"
    noted = {**OFF, "Note": note}
    service.answers([CURRENT[0]], {**CURRENT[0], "Note": "old"}, stored)
    service.answers(noted, noted, stored)

    pause = paused(service, ops.DECLARED, mask_url=mask_url)
    first = resumed(service, *pause["paused"], mask_url=mask_url)
    second = resumed(service, *first["left_off"], mask_url=mask_url)

    assert ops.ids(second["resumed"]) == [28]
    shown = f"Failed at {MASK}" if mask_url else note
    assert first["left_off"][0]["reason"].endswith(f"with the note '{shown}'.")
    assert ("s3cret" in str([pause, first, second])) is not mask_url


PAUSED, RESUMED = {"state": "paused"}, {"state": "resumed"}
OF_ACCOUNT = made.api_record(Id=5, WebhookType="MessageReply")
GET_29, PUT_29 = ops.request("GET", 29), ops.request("PUT", 29)
GONE = "It does not exist."
NOTED_RECORD = made.webhook(active=False, note=made.NOTE).record()
UNCHANGED = {"changed": False, "diff": [], "paused": []}
CASES = {
    "pause of entries": ops.Case(
        {**PAUSED, "webhooks": [ops.DECLARED, ops.entry(30), ops.entry(29, active=False)]},
        [CURRENT, CURRENT[0]],
        [ops.LIST, GET_28],
        [PUT_28],
        {
            "changed": True,
            "counts": ops.counts(updated=1, unchanged=1),
            "paused": [reference()],
            "resumed": None,
        },
    ),
    "pause of owners": ops.Case(
        {**PAUSED, "owners": [ops.CAMPAIGN, ops.ACCOUNT]},
        [CURRENT, [OF_ACCOUNT], *CURRENT[:2], OF_ACCOUNT],
        [ops.LIST, ops.LIST_OF_ACCOUNT, GET_28, GET_29, "GET /sms/message/webhooks/5"],
        [PUT_28, PUT_29, "PUT /sms/message/webhooks/5"],
        {"counts": ops.counts(updated=3, unchanged=1)},
    ),
    "pause of an active webhook with an old note": ops.Case(
        {**PAUSED, "webhooks": [ops.DECLARED]},
        [[CURRENT[0]], made.api_record(Note=made.NOTE)],
        [ops.LIST, GET_28],
        [PUT_28],
        {"paused": [reference(note=made.NOTE)]},
    ),
    "pause of an inactive webhook": ops.Case(
        {**PAUSED, "webhooks": [ops.DECLARED]},
        [[OFF]],
        [ops.LIST],
        result={**UNCHANGED, "counts": ops.counts(unchanged=1)},
    ),
    "pause of what is deactivated since the list": ops.Case(
        {**PAUSED, "webhooks": [ops.DECLARED]},
        [[CURRENT[0]], OFF],
        [ops.LIST, GET_28],
        result={**UNCHANGED, "counts": ops.counts(unchanged=1)},
    ),
    "pause of what is deleted since the list": ops.Case(
        {**PAUSED, "webhooks": [ops.DECLARED]},
        [[CURRENT[0]], MISSING],
        [ops.LIST, GET_28],
        result={**UNCHANGED, "counts": ops.counts()},
    ),
    "pause of missing webhooks": ops.Case(
        {**PAUSED, "webhooks": [ops.DECLARED, ops.entry(99)]},
        [[]],
        [ops.LIST],
        result=UNCHANGED,
        warnings=["The CampaignReply webhook of", "Webhook 99 of campaign 9141 is not paused."],
    ),
    "pause of entries that defaults declare inactive": ops.Case(
        {**PAUSED, "webhooks": [ops.entry(28)], "defaults": {"active": False, "url": None}},
        [],
        [],
        result=UNCHANGED,
    ),
    "resumption of what was paused": ops.Case(
        {**RESUMED, "paused": [reference(note=made.NOTE), reference(29)]},
        [NOTED, made.api_record(Id=29)],
        [GET_28, GET_29],
        [PUT_28],
        {
            "resumed": [made.webhook().record()],
            "left_off": [],
            "counts": ops.counts(updated=1, unchanged=1),
        },
    ),
    "resumption of what has another note or is gone": ops.Case(
        {**RESUMED, "paused": [reference(), reference(29), reference(30)]},
        [NOTED, MISSING, NO_CAMPAIGN],
        [GET_28, GET_29, ops.request("GET", 30)],
        result={
            "changed": False,
            "resumed": [],
            "left_off": [
                {
                    **NOTED_RECORD,
                    "reason": f"The service deactivated it with the note '{made.NOTE}'.",
                },
                {**reference(29), "reason": GONE},
                {**reference(30), "reason": GONE},
            ],
        },
        warnings=[f"Webhook {one} of campaign 9141 is not resumed." for one in (28, 29, 30)],
    ),
    "resumption of declared webhooks without note": ops.Case(
        {**RESUMED, "webhooks": [ops.entry(99)], "owners": [ops.CAMPAIGN]},
        [
            [OFF, {**CURRENT[1], "IsActive": False}, CURRENT[0] | {"Id": 30}],
            OFF,
            {**NOTED, "Id": 29},
        ],
        [ops.LIST, GET_28, GET_29],
        [PUT_28],
        {"counts": ops.counts(updated=1, unchanged=1), "resumed": [made.webhook().record()]},
        ["Webhook 99", "Webhook 29"],
    ),
    "resumption of a missing webhook without id": ops.Case(
        {**RESUMED, "webhooks": [ops.DECLARED]},
        [[]],
        [ops.LIST],
        result={"resumed": [], "left_off": []},
        warnings=["The CampaignReply webhook of campaign 9141"],
    ),
    "resumption of nothing": ops.Case(
        {**RESUMED, "paused": [], "webhooks": [ops.DECLARED], "owners": [ops.CAMPAIGN]},
        [],
        [],
        result={"changed": False, "resumed": [], "left_off": [], "diff": []},
    ),
    "resumption beside a deleted campaign": ops.Case(
        {**RESUMED, "webhooks": [ops.DECLARED], "owners": [{"campaign_id": 9143}]},
        [[OFF], NO_CAMPAIGN, OFF],
        [ops.LIST, "GET /sms/campaigns/9143/webhooks", GET_28],
        [PUT_28],
        {"resumed": [made.webhook().record()]},
        ["Campaign 9143 is not resumed"],
    ),
}


@ops.both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_task_sends_the_requests_and_returns_the_result_of_its_case(
    service: api.Service, case: ops.Case, check: bool
) -> None:
    assert case.found(OPERATION, service, check) == case.expected(check)


# Failures


def test_refused_details_fail_together_before_any_write(service: api.Service) -> None:
    forbidden, limit = api.error(403, 105, "no"), 10
    service.answers(api.gateway(404, "no"), {**OFF, "Id": 2}, *[forbidden] * 11)

    result = resumed(service, *[reference(number) for number in range(1, 14)])

    lines = ops.problems_of(result)
    assert "read webhook 1 of" in lines[0]
    assert "read webhook 11 of" in lines[limit - 1]
    assert lines[limit:] == ["2 more webhooks could not be read."]
    assert len(service.seen) == 13


@pytest.mark.parametrize("status", [401, 429, 500])
def test_refusal_of_everything_ends_the_reading(service: api.Service, status: int) -> None:
    service.answers(api.error(status, 100, "no"))

    result = resumed(service, reference(), reference(29))

    assert result["failure"]["status"] == status
    assert service.seen == [GET_28]


WRITES: dict[str, tuple[list[api.Step], list[int]]] = {
    "refused": ([NO, stored, stored], [29, 30]),
    "refused last": ([stored, stored, NO], [28, 29]),
    "without response": ([stored, api.hangs_up()], [28, 29]),
    "refused for all": ([stored, api.error(401, 100, "no")], [28]),
    "none": ([NO] * 3, []),
}


@pytest.mark.parametrize(("answers", "may_be_paused"), WRITES.values(), ids=WRITES)
def test_failed_pause_returns_what_may_have_been_deactivated(
    service: api.Service, answers: list[api.Step], may_be_paused: list[int]
) -> None:
    there = [made.api_record(Id=number, Note=f"old {number}") for number in (28, 29, 30)]
    service.answers(there, *there, *answers)

    result = paused(service, owners=[ops.CAMPAIGN])

    assert result["failure"]["kind"] == "partially_applied"
    assert len(service.seen) == 4 + len(answers)
    assert result["paused"] == [reference(number, f"old {number}") for number in may_be_paused]
    assert result["changed"] is bool(may_be_paused)


@pytest.mark.parametrize(
    ("answer", "may_be_paused"), [(NO, []), (api.gateway(504, "no"), [28])], ids=["400", "504"]
)
def test_failed_pause_of_one_webhook_returns_it_if_it_may_be_deactivated(
    service: api.Service, answer: api.Step, may_be_paused: list[int]
) -> None:
    service.answers([CURRENT[0]], CURRENT[0], answer)

    result = paused(service, ops.DECLARED)

    assert result["failed"]
    assert ops.ids(result["paused"]) == may_be_paused


def test_failed_resumption_returns_what_was_activated_and_left_off(service: api.Service) -> None:
    service.answers(OFF, {**OFF, "Id": 29}, MISSING, stored, NO)

    result = resumed(service, *[reference(number) for number in (28, 29, 30)])

    assert result["failed"]
    assert ops.ids(result["resumed"]) == [28]
    assert ops.ids(result["left_off"]) == [30]
