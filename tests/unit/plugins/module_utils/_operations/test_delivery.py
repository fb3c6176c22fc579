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


# Pause


@ops.both_modes
def test_pause_deactivates_active_webhooks_of_entries(service: api.Service, check: bool) -> None:
    service.answers(CURRENT, CURRENT[0]).always_answers(stored)

    result = paused(service, ops.DECLARED, ops.entry(30), ops.entry(29, active=False), check=check)

    assert service.seen == [ops.LIST, GET_28, *([] if check else [PUT_28])]
    assert check or service.requests[-1].data == {"Url": made.URL, "IsActive": False}
    (pair, totals) = result.pop("diff")
    assert (pair["before"]["active"], pair["after"]["active"]) == (True, False)
    assert totals == {"prepared": "1 updated, 1 unchanged\n"}
    assert result == {
        "changed": True,
        "counts": ops.counts(updated=1, unchanged=1),
        "paused": [reference()],
        "warnings": [],
    }


def test_pause_of_owners_deactivates_all_their_webhooks(service: api.Service) -> None:
    of_account = made.api_record(Id=5, WebhookType="MessageReply")
    service.answers(CURRENT, [of_account], *CURRENT[:2], of_account).always_answers(stored)

    result = paused(service, owners=[ops.CAMPAIGN, ops.ACCOUNT])

    assert service.seen[:2] == [ops.LIST, ops.LIST_OF_ACCOUNT]
    assert service.seen[-3:] == [PUT_28, ops.request("PUT", 29), "PUT /sms/message/webhooks/5"]
    assert ops.ids(result["paused"]) == [28, 29, 5]


def test_paused_has_the_old_note_of_an_active_webhook(service: api.Service) -> None:
    service.answers([CURRENT[0]], made.api_record(Note=made.NOTE)).always_answers(stored)

    result = paused(service, ops.DECLARED)

    assert result["paused"] == [reference(note=made.NOTE)]
    assert result["diff"][0]["before"]["note"] is None


@pytest.mark.parametrize(
    ("answers", "seen", "counts"),
    [
        ([[OFF]], [ops.LIST], ops.counts(unchanged=1)),
        ([[CURRENT[0]], OFF], [ops.LIST, GET_28], ops.counts(unchanged=1)),
        ([[CURRENT[0]], MISSING], [ops.LIST, GET_28], ops.counts()),
    ],
    ids=["before", "since the list", "deleted since the list"],
)
def test_pause_leaves_what_is_inactive_or_gone(
    service: api.Service, answers: list[Any], seen: list[str], counts: dict[str, int]
) -> None:
    service.answers(*answers)

    result = paused(service, ops.DECLARED)

    assert not result["changed"]
    assert result["paused"] == result["diff"] == []
    assert result["counts"] == counts
    assert service.seen == seen


def test_pause_warns_of_declared_webhooks_that_do_not_exist(service: api.Service) -> None:
    service.answers([])

    result = paused(service, ops.DECLARED, ops.entry(99))

    assert result["warnings"][0].startswith("The CampaignReply webhook of campaign 9141")
    assert result["warnings"][1] == "Webhook 99 of campaign 9141 is not paused. It does not exist."
    assert not result["changed"]


def test_entries_that_defaults_declare_inactive_are_not_read(service: api.Service) -> None:
    result = paused(service, ops.entry(28), defaults={"active": False, "url": None})

    assert result["paused"] == []
    assert service.seen == []


# Resumption


@ops.both_modes
def test_resumption_activates_what_was_paused(service: api.Service, check: bool) -> None:
    service.answers(NOTED, made.api_record(Id=29), stored)

    result = resumed(service, reference(note=made.NOTE), reference(29), check=check)

    assert service.seen == [GET_28, ops.request("GET", 29), *([] if check else [PUT_28])]
    assert check or service.requests[-1].data == {"Url": made.URL, "IsActive": True}
    assert result["resumed"] == [made.webhook().record()]
    assert result["left_off"] == result["warnings"] == []
    assert result["counts"] == ops.counts(updated=1, unchanged=1)
    assert result["diff"][0]["before"]["note"] == made.NOTE


@ops.both_modes
def test_resumption_leaves_off_what_has_another_note_or_is_gone(
    service: api.Service, check: bool
) -> None:
    service.answers(NOTED, MISSING, NO_CAMPAIGN)

    result = resumed(service, reference(), reference(29), reference(30), check=check)

    gone = "It does not exist."
    reason = f"The service deactivated it with the note '{made.NOTE}'."
    assert not result["changed"]
    assert result["resumed"] == []
    assert result["left_off"] == [
        {**made.webhook(active=False, note=made.NOTE).record(), "reason": reason},
        {**reference(29), "reason": gone},
        {**reference(30), "reason": gone},
    ]
    words = [f"Webhook {number} of campaign 9141 is not resumed." for number in (28, 29, 30)]
    assert ops.has_words(result["warnings"], words)


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


def test_resumption_without_list_activates_declared_webhooks_without_note(
    service: api.Service,
) -> None:
    there = [OFF, {**CURRENT[1], "IsActive": False}, {**CURRENT[2], "IsActive": True}]
    service.answers(there, OFF, {**NOTED, "Id": 29}, stored)

    result = resumed(service, webhooks=[ops.entry(99), ops.NEW], owners=[ops.CAMPAIGN])

    assert service.seen == [ops.LIST, GET_28, ops.request("GET", 29), PUT_28]
    assert ops.ids(result["resumed"]) == [28]
    # Without an id, a missing webhook is a warning only.
    assert ops.ids(result["left_off"]) == [99, 29]
    assert len(result["warnings"]) == 3
    assert result["counts"] == ops.counts(updated=1, unchanged=1)


def test_empty_list_wins_over_declared_webhooks(service: api.Service) -> None:
    options = {"webhooks": [ops.DECLARED], "owners": [ops.CAMPAIGN], "paused": []}

    result = ops.ran(OPERATION, service, state="resumed", **options)

    assert not result["changed"]
    assert result["resumed"] == result["left_off"] == result["diff"] == []
    assert service.seen == []


def test_deleted_campaign_does_not_hold_a_resumption_back(service: api.Service) -> None:
    service.answers([OFF], NO_CAMPAIGN, OFF, stored)

    result = resumed(service, webhooks=[ops.DECLARED], owners=[{"campaign_id": 9143}])

    assert result["resumed"] == [made.webhook().record()]
    assert ops.has_words(result["warnings"], ["Campaign 9143 is not resumed"])


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


def test_ten_refused_details_are_all_named(service: api.Service) -> None:
    service.always_answers(api.error(403, 105, "no"))

    result = resumed(service, *[reference(number) for number in range(1, 11)])

    assert "read webhook 10 of" in ops.problems_of(result)[-1]


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
