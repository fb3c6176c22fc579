# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_cutover, from options to result: requests, result, warnings, failures."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.cutover import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    run_operation,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import masked_url
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    short_labels,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words, ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_CAMPAIGN,
    REPLY,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    campaign_wire,
    connection_params,
    entry,
    page,
    webhook,
    wire,
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
    LIST,
    both_modes,
    counts,
    has_reasons,
    problems_of,
)

BLUE, GREEN = "https://blue.example.org/s3cret", "https://green.example.org/s3cret"
OTHER_LIST = "GET /sms/campaigns/9142/webhooks"
PUT = f"PUT {WEBHOOK_PATH}"
DECLARED = entry(webhook_type=REPLY, url=f"{BLUE}/a")
OWNERS = [{"campaign_id": 9141}, {"campaign_id": 9142}]
CURRENT = [wire(Url=f"{BLUE}/a", IsActive=False), wire(Id=29, Url="https://h.example.org/")]
OF_OTHER = [wire(Id=31, Url=f"{BLUE}/b")]


def cutover_params(service: ScriptedService, *entries: Any, **changed: Any) -> dict[str, Any]:
    """Validated options of touchbase_sms_cutover; one request at a time, unless told otherwise."""
    usual = {
        "from_url": BLUE,
        "to_url": GREEN,
        "merge": False,
        "webhooks": list(entries),
        "defaults": None,
        "owners": [],
        "concurrency": 1,
        "diff_limit": None,
    }
    return {**connection_params(service.url), **usual, **changed}


def moved(
    service: ScriptedService,
    *entries: dict[str, Any],
    check: bool = False,
    diff: bool = True,
    **changed: Any,
) -> dict[str, Any]:
    """The result of a cutover with these entries."""
    return ran(OPERATION, cutover_params(service, *entries, **changed), check, diff)


def test_webhooks_at_from_url_move_and_the_others_stay(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT), reply(json=OF_OTHER)).always_answers(stored)

    result = moved(service, DECLARED, owners=OWNERS)

    first = webhook(url=f"{GREEN}/a", active=False)
    second = webhook(owner=OTHER_CAMPAIGN, webhook_id=31, url=f"{GREEN}/b")
    assert service.seen == [LIST, OTHER_LIST, PUT, "PUT /sms/campaigns/9142/webhooks/31"]
    assert [service.requests[place].data for place in (2, 3)] == [
        {"Url": f"{GREEN}/a", "IsActive": False},
        {"Url": f"{GREEN}/b", "IsActive": True},
    ]
    assert result["changed"]
    assert result["counts"] == counts(unchanged=1, updated=2)
    assert result["moved"] == [first.record(), second.record()]
    *pairs, totals = result["diff"]
    assert [pair["after"] for pair in pairs] == result["moved"]
    assert [pair["before"]["url"] for pair in pairs] == [f"{BLUE}/a", f"{BLUE}/b"]
    assert totals == {"prepared": "2 updated, 1 unchanged\n"}
    assert result["entries_to_edit"] == [
        {
            **first.owner.record(),
            "entry": "webhooks[0]",
            "name": None,
            "webhook_id": None,
            "webhook_type": REPLY,
            "url": f"{BLUE}/a",
            "new_url": f"{GREEN}/a",
        }
    ]


def test_check_mode_returns_the_same_and_writes_nothing(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT), reply(json=CURRENT)).always_answers(stored)

    predicted = moved(service, DECLARED, check=True)
    seen_in_check_mode = list(service.seen)
    done = moved(service, DECLARED)

    assert seen_in_check_mode == [LIST]
    assert predicted == done


@both_modes
def test_second_run_changes_nothing_and_names_entries_again(
    service: ScriptedService, check: bool
) -> None:
    service.answers(reply(json=[wire(Url=f"{GREEN}/a"), CURRENT[1]]))

    result = moved(service, DECLARED, check=check)

    assert service.seen == [LIST]
    assert not result["changed"]
    assert result["counts"] == counts(unchanged=2)
    assert (result["moved"], result["diff"], result["warnings"]) == ([], [], [])
    assert [one["entry"] for one in result["entries_to_edit"]] == ["webhooks[0]"]


def test_owners_and_defaults_may_name_campaigns(service: ScriptedService) -> None:
    campaigns = page(campaign_wire(), campaign_wire(CampaignId=9142, Name="Summer"))
    service.answers(reply(json=campaigns), reply(json=CURRENT), reply(json=OF_OTHER))

    result = moved(
        service,
        {"webhook_type": REPLY, "url": f"{BLUE}/a"},
        defaults={"campaign_name": "Spring"},
        owners=[{"campaign_name": "Summer"}],
        check=True,
    )

    assert service.seen[1:] == [LIST, OTHER_LIST]
    assert [one["campaign_id"] for one in result["moved"]] == [9141, 9142]
    assert [one["campaign_id"] for one in result["entries_to_edit"]] == [9141]


def test_diff_has_a_limit_and_is_for_diff_mode_alone(service: ScriptedService) -> None:
    service.always_answers(reply(json=[wire(Url=f"{BLUE}/a"), wire(Id=29, Url=f"{BLUE}/b")]))

    limited = moved(service, owners=OWNERS[:1], check=True, diff_limit=1)
    without = moved(service, owners=OWNERS[:1], check=True, diff=False)

    line = "2 updated; 1 not shown because of diff_limit\n"
    assert limited["diff"][1:] == [{"prepared": line}]
    assert "diff" not in without


def test_unwise_url_is_warned_about_once(service: ScriptedService) -> None:
    service.answers(reply(json=CURRENT))

    result = moved(service, DECLARED, to_url="http://me:pw@green.example.org", check=True)

    assert has_words(result["warnings"], ["is plain http", "contains credentials"])


@both_modes
def test_masked_result_shows_no_url(service: ScriptedService, check: bool) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)
    params = cutover_params(service, DECLARED, mask_url=True)

    result = run_operation(OPERATION, params, Mode(check, diff=True))

    shown = result["invocation"]["module_args"]
    assert "s3cret" not in str(result)
    assert result["entries_to_edit"][0]["new_url"] == masked_url(f"{GREEN}/a")
    assert (shown["from_url"], shown["to_url"]) == (masked_url(BLUE), masked_url(GREEN))
    assert shown["webhooks"] == "1 entries"


# Before the first request

INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "no owner": ({"webhooks": []}, "Give webhooks or owners"),
    "null": ({"webhooks": None, "owners": None}, "Give webhooks or owners"),
    "same URL": ({"to_url": BLUE}, "from_url and to_url are the same"),
    "no URL": ({"from_url": "in"}, "from_url 'in' is not an absolute"),
    "negative limit": ({"diff_limit": -1}, "diff_limit must be 0 or more, not -1"),
    "no concurrency": ({"concurrency": 0}, "concurrency must be from 1 to 32"),
    "entry": ({"webhooks": [entry(webhook_id=28)]}, "webhooks[0]: Nothing is declared"),
    "owner": ({"owners": [{"scope": "list"}]}, "owners[0]: The owner of the webhook is missing"),
}


@both_modes
@pytest.mark.parametrize(("changed", "reason"), INVALID.values(), ids=INVALID)
def test_invalid_options_fail_before_the_first_request(
    service: ScriptedService, changed: dict[str, Any], reason: str, check: bool
) -> None:
    result = moved(service, check=check, **{"webhooks": [DECLARED], **changed})

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in short_labels(result["msg"])
    assert service.connections == 0


# Before the first write


@both_modes
def test_list_with_404_and_code_142_is_empty_with_a_warning(
    service: ScriptedService, check: bool
) -> None:
    missing = error(404, 142, "Webhook record does not exist")
    service.answers(reply(json=CURRENT), missing).always_answers(stored)

    result = moved(service, DECLARED, owners=OWNERS, check=check)

    assert result["counts"] == counts(unchanged=1, updated=1)
    assert has_words(result["warnings"], ["campaign 9142 with 404 and code 142"])


REFUSALS: dict[str, tuple[Step, str]] = {
    "404 with another code": (error(404, 104, "No campaign"), "404, code 104"),
    "404 without a code": (gateway(404, "Resource not found"), "api_url is probably wrong"),
    "403": (error(403, 105, "Not yours"), "403, code 105"),
}


@both_modes
@pytest.mark.parametrize(("answer", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_refusal_and_other_problems_come_at_once_before_any_write(
    service: ScriptedService, answer: Step, reason: str, check: bool
) -> None:
    there = [wire(Url=f"{BLUE}/a"), wire(Id=29, Url=f"{GREEN}/b")]
    service.answers(reply(json=there), answer).always_answers(stored)

    lines = problems_of(moved(service, DECLARED, owners=OWNERS, check=check))

    assert has_reasons(lines[:1], {"owners[1]": reason})
    assert has_words(lines[1:], ["set merge"])
    assert service.seen == [LIST, OTHER_LIST]


FOR_ALL_OWNERS: dict[str, tuple[Step, str]] = {
    "401": (error(401, 100, "Provided API key is invalid"), "refused"),
    "500": (error(500, 1, "broken"), "refused"),
    "no response": (hangs_up(), "unreachable"),
}


@pytest.mark.parametrize(("answer", "kind"), FOR_ALL_OWNERS.values(), ids=FOR_ALL_OWNERS)
def test_error_that_every_owner_would_meet_fails_at_once(
    service: ScriptedService, answer: Step, kind: str
) -> None:
    service.answers(answer).always_answers(stored)

    result = moved(service, owners=OWNERS)

    assert result["failure"]["kind"] == kind
    assert service.seen == [LIST]


# Part of the cutover fails


def test_failure_lists_what_is_done_failed_and_not_tried(service: ScriptedService) -> None:
    there = [wire(Id=one, Url=f"{BLUE}/{one}") for one in (1, 2, 3, 4)]
    steps = [stored, error(400, 9, f"{GREEN}/2 is no good"), error(401, 100, "withdrawn")]
    service.answers(reply(json=there), *steps)

    result = moved(service, owners=OWNERS[:1], mask_url=True)

    listed = {
        name: [(item["change"], item["webhook"]["webhook_id"]) for item in result["failure"][name]]
        for name in ("done", "failed", "not_tried")
    }
    assert listed == {
        "done": [("updated", 1)],
        "failed": [("updated", 2), ("updated", 3)],
        "not_tried": [("updated", 4)],
    }
    assert result["changed"] is True
    assert "s3cret" not in str(result)


def test_interrupted_cutover_goes_on_with_merge(service: ScriptedService) -> None:
    there = [wire(Id=1, Url=f"{GREEN}/1"), wire(Id=2, Url=f"{BLUE}/2")]
    service.answers(reply(json=there), reply(json=there)).always_answers(stored)

    refused = moved(service, owners=OWNERS[:1])
    result = moved(service, owners=OWNERS[:1], merge=True)

    assert has_words(problems_of(refused), ["set merge"])
    assert result["counts"] == counts(unchanged=1, updated=1)
    assert service.seen == [LIST, LIST, f"PUT {WEBHOOKS_PATH}/2"]
