# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_delivery, from options to result: requests, result, warnings."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.delivery import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, masked_url
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    short_labels,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words, ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NOTE,
    OTHER_URL,
    STATUS,
    URL,
    WEBHOOKS_PATH,
    campaign_wire,
    entry,
    page,
    set_params,
    webhook,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    hangs_up,
    reply,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import (
    DECLARED,
    LIST,
    LIST_OF_ACCOUNT,
    both_modes,
    counts,
    problems_of,
)

CAMPAIGN = {"campaign_id": 9141}
CURRENT = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS, IsActive=False)]
MISSING = error(404, 142, "Webhook record does not exist")


def delivery(
    service: ScriptedService,
    state: str,
    *entries: dict[str, Any],
    check: bool = False,
    diff: bool = True,
    **changed: Any,
) -> dict[str, Any]:
    """The result of a task."""
    usual = without(
        set_params(service.url, *entries), "purge", "purge_limit", "allow_empty", "return_webhooks"
    )
    return ran(OPERATION, {**usual, "state": state, "paused": None, **changed}, check, diff)


def get(webhook_id: int) -> str:
    return f"GET {WEBHOOKS_PATH}/{webhook_id}"


def put(webhook_id: int) -> str:
    return f"PUT {WEBHOOKS_PATH}/{webhook_id}"


def reference(webhook_id: int = 28, note: str | None = None) -> dict[str, Any]:
    """An item of ``paused``."""
    owner = {"scope": "campaign", "campaign_id": 9141, "list_id": None}
    return {**owner, "webhook_id": webhook_id, "note": note}


def off(**changed: Any) -> dict[str, Any]:
    return wire(IsActive=False, **changed)


# A pause


@both_modes
def test_pause_deactivates_active_webhooks_of_entries(
    service: ScriptedService, check: bool
) -> None:
    service.answers(reply(json=CURRENT), reply(json=wire())).always_answers(stored)

    result = delivery(
        service,
        "paused",
        DECLARED,
        entry(webhook_id=30),
        entry(webhook_id=29, active=False),
        check=check,
    )

    assert service.seen == [LIST, get(28), *([] if check else [put(28)])]
    assert check or service.requests[-1].data == {"Url": URL, "IsActive": False}
    assert result == {
        "changed": True,
        "counts": counts(updated=1, unchanged=1),
        "paused": [reference()],
        "diff": [
            {
                "before": webhook().record(),
                "after": webhook(active=False).record(),
                "before_header": "webhook 28 of campaign 9141",
                "after_header": "webhook 28 of campaign 9141",
            },
            {"prepared": "1 updated, 1 unchanged\n"},
        ],
        "warnings": [],
    }


def test_pause_of_owners_deactivates_all_their_webhooks(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT), reply(json=[wire(Id=5, WebhookType="MessageReply")]))
    service.answers(*[reply(json=one) for one in (*CURRENT[:2], wire(Id=5))])
    service.always_answers(stored)

    result = delivery(service, "paused", owners=[CAMPAIGN, {"scope": "message"}])

    assert service.seen[:2] == [LIST, LIST_OF_ACCOUNT]
    assert service.seen[-3:] == [put(28), put(29), "PUT /sms/message/webhooks/5"]
    assert [one["webhook_id"] for one in result["paused"]] == [28, 29, 5]


def test_pause_again_changes_nothing(service: ScriptedService) -> None:
    service.answers(reply(json=[off()]))

    result = delivery(service, "paused", DECLARED)

    assert not result["changed"]
    assert result["paused"] == result["diff"] == []
    assert result["counts"] == counts(unchanged=1)
    assert service.seen == [LIST]


def test_paused_has_the_old_note_of_an_active_webhook(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]), reply(json=wire(Note=NOTE))).always_answers(stored)

    result = delivery(service, "paused", DECLARED)

    assert result["paused"] == [reference(note=NOTE)]
    assert result["diff"][0]["before"]["note"] is None


SINCE_THE_LIST: dict[str, tuple[Step, dict[str, int]]] = {
    "deactivated": (reply(json=off()), counts(unchanged=1)),
    "deleted": (MISSING, counts()),
}


@pytest.mark.parametrize(("answer", "counted"), SINCE_THE_LIST.values(), ids=SINCE_THE_LIST)
def test_pause_leaves_what_was_switched_off_since_the_list(
    service: ScriptedService, answer: Step, counted: dict[str, int]
) -> None:
    service.answers(reply(json=[wire()]), answer)

    result = delivery(service, "paused", DECLARED)

    assert result["paused"] == []
    assert result["counts"] == counted
    assert service.seen == [LIST, get(28)]


def test_pause_warns_of_declared_webhooks_that_do_not_exist(service: ScriptedService) -> None:
    service.answers(MISSING)

    result = delivery(service, "paused", DECLARED, entry(webhook_id=99))

    words = ["404 and code 142", "The CampaignReply webhook of", "Webhook 99 of campaign 9141 is"]
    assert has_words(result["warnings"], words)
    assert result["warnings"][2].endswith(" is not paused. It does not exist.")
    assert not result["changed"]


def test_campaigns_are_found_by_their_names(service: ScriptedService) -> None:
    service.answers(reply(json=page(campaign_wire(Name="Spring"))), reply(json=[off()]))

    result = delivery(
        service,
        "paused",
        entry(campaign_id=None, webhook_id=28),
        defaults={"campaign_name": "Spring"},
    )

    assert result["counts"] == counts(unchanged=1)
    assert service.seen[1] == LIST


def test_defaults_can_declare_entries_inactive(service: ScriptedService) -> None:
    defaults = {"active": False, "url": None}

    result = delivery(service, "paused", entry(webhook_id=28), defaults=defaults)

    assert result["paused"] == []
    assert service.seen == []


# A resumption


@both_modes
def test_resumption_activates_what_was_paused(service: ScriptedService, check: bool) -> None:
    service.answers(reply(json=off(Note=NOTE)), reply(json=wire(Id=29)), stored)

    result = delivery(service, "resumed", paused=[reference(note=NOTE), reference(29)], check=check)

    assert service.seen == [get(28), get(29), *([] if check else [put(28)])]
    assert check or service.requests[-1].data == {"Url": URL, "IsActive": True}
    assert result["resumed"] == [webhook().record()]
    assert result["left_off"] == result["warnings"] == []
    assert result["counts"] == counts(updated=1, unchanged=1)
    assert [pair["before"]["note"] for pair in result["diff"][:-1]] == [NOTE]


@both_modes
def test_resumption_leaves_off_what_has_another_note_or_is_gone(
    service: ScriptedService, check: bool
) -> None:
    service.answers(reply(json=off(Note=NOTE)), MISSING, error(404, 104, "no such campaign"))

    result = delivery(
        service, "resumed", paused=[reference(), reference(29), reference(30)], check=check
    )

    assert not result["changed"]
    assert result["resumed"] == []
    assert result["left_off"] == [
        {
            **webhook(active=False, note=NOTE).record(),
            "reason": f"The service deactivated it with the note '{NOTE}'.",
        },
        {**reference(29), "reason": "It does not exist."},
        {**reference(30), "reason": "It does not exist."},
    ]
    words = [f"Webhook {number} of campaign 9141 is not resumed." for number in (28, 29, 30)]
    assert has_words(result["warnings"], words)


def test_what_was_left_off_can_be_resumed_as_it_is(service: ScriptedService) -> None:
    service.answers(reply(json=off(Note=NOTE)), reply(json=off(Note=NOTE)), stored)
    left_off = delivery(service, "resumed", paused=[reference()])["left_off"]

    result = delivery(service, "resumed", paused=left_off)

    assert result["resumed"] == [webhook().record()]


def test_resumption_without_list_activates_declared_webhooks_without_note(
    service: ScriptedService,
) -> None:
    there = [off(), off(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    service.answers(reply(json=there), reply(json=off()), reply(json=off(Id=29, Note=NOTE)), stored)

    result = delivery(service, "resumed", entry(webhook_id=99), owners=[CAMPAIGN])

    assert service.seen == [LIST, get(28), get(29), put(28)]
    assert [one["webhook_id"] for one in result["resumed"]] == [28]
    assert [one["webhook_id"] for one in result["left_off"]] == [99, 29]
    assert result["counts"] == counts(updated=1, unchanged=1)


def test_list_counts_and_not_what_is_declared(service: ScriptedService) -> None:
    result = delivery(service, "resumed", DECLARED, owners=[CAMPAIGN], paused=[])

    assert not result["changed"]
    assert result["resumed"] == result["left_off"] == result["diff"] == []
    assert service.seen == []


# Diff and masking


def test_diff_has_a_limit_and_is_returned_in_diff_mode_only(service: ScriptedService) -> None:
    steps = [reply(json=CURRENT), reply(json=CURRENT[0]), reply(json=CURRENT[1])]
    service.answers(*steps, *steps)

    limited = delivery(service, "paused", owners=[CAMPAIGN], diff_limit=1, check=True)
    without_diff = delivery(service, "paused", owners=[CAMPAIGN], check=True, diff=False)

    assert limited["diff"][1] == {
        "prepared": "2 updated, 1 unchanged; 1 not shown because of diff_limit\n"
    }
    assert "diff" not in without_diff


def test_masked_result_has_no_url_and_is_resumed_by_a_masked_list(
    service: ScriptedService,
) -> None:
    note = "Failed at s3cret-7/x"
    service.answers(reply(json=[wire()]), reply(json=wire(Note=note)), stored)
    service.answers(reply(json=off(Note=note)), stored)

    pause = delivery(service, "paused", DECLARED, mask_url=True)
    resumption = delivery(service, "resumed", paused=pause["paused"], mask_url=True)

    assert pause["paused"] == [reference(note=f"Failed at {MASK}")]
    assert resumption["resumed"][0]["url"] == masked_url(URL)
    assert "s3cret" not in repr([pause, resumption])


def test_masked_reason_has_plain_words_of_the_note_only(service: ScriptedService) -> None:
    service.answers(reply(json=off(Note="Failed at s3cret-7/x")))

    result = delivery(service, "resumed", paused=[reference()], mask_url=True)

    assert result["left_off"][0]["reason"].endswith(f"with the note 'Failed at {MASK}'.")
    assert "s3cret" not in repr(result)


# Errors


REFUSED_OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing to pause": ({"state": "paused"}, "Give webhooks or owners."),
    "nothing to resume": ({"state": "resumed"}, "Give paused, webhooks or owners."),
    "a list to pause": (
        {"state": "paused", "paused": [], "owners": [CAMPAIGN]},
        "give it to state: resumed",
    ),
    "no identity": (
        {"state": "paused", "webhooks": [entry(), {**DECLARED, "campaign_id": None}]},
        "webhooks[1]: The owner of the webhook is missing",
    ),
    "no id": (
        {"state": "resumed", "paused": [reference(), {"campaign_id": 9141}]},
        "paused[1]: The webhook_id of a webhook of campaign 9141 is missing",
    ),
    "no owner": (
        {"state": "resumed", "paused": [{"webhook_id": 28}]},
        "paused[0]: The owner of the webhook is missing",
    ),
    "no limit": ({"state": "paused", "diff_limit": -1}, "diff_limit must be 0 or more"),
}


@both_modes
@pytest.mark.parametrize(("options", "words"), REFUSED_OPTIONS.values(), ids=REFUSED_OPTIONS)
def test_options_are_refused_before_the_first_request(
    service: ScriptedService, options: dict[str, Any], words: str, check: bool
) -> None:
    result = delivery(service, check=check, **options)

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert words in short_labels(result["msg"])
    assert service.seen == []


def test_deleted_campaign_does_not_hold_a_resumption_back(service: ScriptedService) -> None:
    gone = error(404, 104, "no such campaign")
    service.answers(reply(json=[off()]), gone, gone, reply(json=off()), stored)
    elsewhere, nowhere = {**DECLARED, "campaign_id": 9142}, {"campaign_id": 9143}

    result = delivery(service, "resumed", DECLARED, elsewhere, owners=[nowhere])

    assert result["resumed"] == [webhook().record()]
    assert result["left_off"] == []
    assert has_words(
        result["warnings"],
        ["of campaign 9142 with this URL is not", "Campaign 9143 is not resumed"],
    )


def test_missing_webhook_without_id_is_not_left_off(service: ScriptedService) -> None:
    there = [off(Id=29, Url=OTHER_URL)]
    service.answers(reply(json=there), reply(json=off(Id=29, Note=NOTE)))

    result = delivery(service, "resumed", DECLARED, owners=[CAMPAIGN])

    assert [one["webhook_id"] for one in result["left_off"]] == [29]
    assert len(result["warnings"]) == 2


def test_many_refused_details_are_counted(service: ScriptedService) -> None:
    service.answers(*[error(403, 105, "no")] * 12)

    result = delivery(service, "resumed", paused=[reference(number) for number in range(1, 13)])

    lines = problems_of(result)
    assert len(lines) == 11
    assert lines[-1] == "2 more webhooks could not be read."


def test_invocation_counts_what_was_paused() -> None:
    params = {"webhooks": [], "paused": [reference()]}

    counted = OPERATION.invocation_params(params)

    assert counted == {"webhooks": "0 entries", "paused": "1 entries"}


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("paused", error(404, 104, "no")),
        ("paused", gateway(404, "no")),
        ("resumed", gateway(404, "no")),
        ("paused", error(403, 105, "no")),
        ("resumed", error(403, 105, "no")),
    ],
    ids=["404", "404 without code", "404 without code, resumed", "403", "403, resumed"],
)
def test_refused_lists_fail_together_before_any_write(
    service: ScriptedService, answer: Step, state: str
) -> None:
    service.answers(answer, answer)
    elsewhere = {**DECLARED, "campaign_id": 9142}

    result = delivery(service, state, DECLARED, elsewhere, owners=[{"campaign_id": 9142}])

    labels = [line.partition(": ")[0] for line in problems_of(result)]
    assert labels == ["webhooks[0]", "webhooks[1], owners[0]"]
    assert service.seen == [LIST, "GET /sms/campaigns/9142/webhooks"]


@pytest.mark.parametrize(
    "answer", [gateway(404, "no"), error(403, 105, "no")], ids=["404 without code", "403"]
)
def test_refused_details_fail_together_before_any_write(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer, reply(json=off(Id=29)), answer)

    result = delivery(service, "resumed", paused=[reference(), reference(29), reference(30)])

    assert has_words(problems_of(result), ["read webhook 28", "read webhook 30"])
    assert service.seen == [get(28), get(29), get(30)]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_refusal_of_everything_ends_the_reading(service: ScriptedService, status: int) -> None:
    service.answers(error(status, 100, "no"))

    result = delivery(service, "resumed", paused=[reference(), reference(29)])

    assert result["failure"]["status"] == status
    assert service.seen == [get(28)]


# Failures half-way: what may have been written is in the result

WRITES: dict[str, tuple[list[Step], list[int], list[int]]] = {
    "refused": ([error(400, 143, "no"), stored, stored], [28, 29, 30], [29, 30]),
    "refused last": ([stored, stored, error(400, 143, "no")], [28, 29, 30], [28, 29]),
    "without response": ([stored, hangs_up()], [28, 29], [28, 29]),
    "refused for all": ([stored, error(401, 100, "no")], [28, 29], [28]),
    "unclear": ([gateway(504, "no")], [28], [28]),
    "none": ([error(400, 143, "no")] * 3, [28, 29, 30], []),
}


@pytest.mark.parametrize(("answers", "written", "paused"), WRITES.values(), ids=WRITES)
def test_failed_pause_returns_what_may_have_been_deactivated(
    service: ScriptedService, answers: list[Step], written: list[int], paused: list[int]
) -> None:
    there = [wire(Id=number, Note=f"old {number}") for number in (28, 29, 30)]
    service.answers(reply(json=there), *[reply(json=one) for one in there], *answers)

    result = delivery(service, "paused", owners=[CAMPAIGN])

    assert result["failed"]
    assert result["failure"]["kind"] == "partially_applied"
    assert service.seen[4:] == [put(number) for number in written]
    assert result["paused"] == [reference(number, f"old {number}") for number in paused]
    assert result["changed"] is bool(paused)


@pytest.mark.parametrize(
    ("answer", "paused"),
    [(error(400, 143, "no"), []), (gateway(504, "no"), [reference()])],
    ids=["refused", "unclear"],
)
def test_failed_pause_of_one_webhook_returns_it_if_it_may_be_deactivated(
    service: ScriptedService, answer: Step, paused: list[dict[str, Any]]
) -> None:
    service.answers(reply(json=[wire()]), reply(json=wire()), answer)

    result = delivery(service, "paused", DECLARED)

    assert result["failed"]
    assert result["paused"] == paused


def test_failed_resumption_returns_what_was_activated_and_left_off(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=off()), reply(json=off(Id=29)), MISSING)
    service.answers(stored, error(400, 143, "no"))

    result = delivery(service, "resumed", paused=[reference(n) for n in (28, 29, 30)])

    assert result["failed"]
    assert [one["webhook_id"] for one in result["resumed"]] == [28]
    assert [one["webhook_id"] for one in result["left_off"]] == [30]


def test_invocation_counts_the_entries() -> None:
    params = {"webhooks": [DECLARED] * 3, "paused": None}

    assert OPERATION.invocation_params(params)["webhooks"] == "3 entries"
