# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_drift_info, from options to result, on a scripted service."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.drift_info import (
    OPERATION,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import DRIFT_KINDS
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, masked_url
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    message,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words, ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NEW_URL,
    NOTE,
    OTHER_URL,
    REPLY,
    STATUS,
    URL,
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
    after,
    error,
    gateway,
    hangs_up,
    reply,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import (
    DECLARED,
    LIST,
    LIST_OF_ACCOUNT,
    LIST_OF_LIST,
    NEW,
    OF_ACCOUNT,
    OF_LIST,
    both_modes,
    kept,
    problems_of,
)

NOT_THERE = error(404, 104, "There is no such list")
EMPTY = error(404, 142, "Webhook record does not exist")
ON_LIST = {"scope": None, "campaign_id": None, "campaign_name": None, "list_id": 77}
NONE_FOUND = dict.fromkeys(DRIFT_KINDS, 0)


def compared(
    service: ScriptedService,
    *entries: dict[str, Any],
    check: bool = False,
    progress: Progress | None = None,
    **changed: Any,
) -> dict[str, Any]:
    """The result of a task with these entries."""
    usual = {
        "webhooks": list(entries),
        "defaults": None,
        "owners": [],
        "kinds": list(DRIFT_KINDS),
        "concurrency": 1,
    }
    params = {**connection_params(service.url), **usual, **changed}
    return ran(OPERATION, params, check, progress=progress)


def details(webhook_id: int) -> str:
    return f"GET {WEBHOOKS_PATH}/{webhook_id}"


# Requests


@both_modes
def test_set_as_declared_is_one_request_for_each_owner(
    service: ScriptedService, check: bool
) -> None:
    service.answers(
        reply(json=[wire(), wire(Id=29, WebhookType=STATUS)]),
        reply(json=[wire(WebhookType="ListSubscribe")]),
        reply(json=[wire(WebhookType="MessageReply")]),
    )
    declared = [DECLARED, OF_LIST, entry(webhook_type=STATUS, url=URL), OF_ACCOUNT]

    result = compared(service, *declared, owners=[ON_LIST], check=check)

    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]
    assert result == {
        "changed": False,
        "drift": False,
        "counts": NONE_FOUND,
        "summary": ["All webhooks are as declared."],
        "warnings": [],
        **{kind: [] for kind in DRIFT_KINDS},
    }


@both_modes
def test_notes_of_inactive_webhooks_tell_who_deactivated_them(
    service: ScriptedService, check: bool
) -> None:
    off = [wire(Id=number, IsActive=False, Url=f"{URL}/{number}") for number in (29, 31)]
    service.answers(
        reply(json=[wire(), *off]), reply(json={**off[0], "Note": NOTE}), reply(json=off[1])
    )
    entries = [entry(webhook_id=number, active=True) for number in (28, 29, 31)]

    result = compared(service, *entries, check=check)

    assert service.seen == [LIST, details(29), details(31)]
    disabled = webhook(webhook_id=29, url=f"{URL}/29", active=False, note=NOTE)
    deactivated = webhook(webhook_id=31, url=f"{URL}/31", active=False)
    assert result["disabled_by_service"] == [disabled.record()]
    assert result["deactivated"] == [deactivated.record()]
    assert result["counts"] == {**NONE_FOUND, "deactivated": 1, "disabled_by_service": 1}
    assert result["summary"] == [
        f"deactivated: webhook 31 of campaign 9141 at {URL}/31",
        f"disabled_by_service: webhook 29 of campaign 9141: {NOTE}",
    ]


def test_owners_alone_are_read_for_what_is_undeclared(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(WebhookType="ListSubscribe")]))

    result = compared(service, owners=[ON_LIST])

    assert service.seen == [LIST_OF_LIST]
    assert result["counts"] == {**NONE_FOUND, "undeclared": 1}
    assert result["summary"] == [f"undeclared: webhook 28 of list 77 at {URL}"]


CHANGED_MEANWHILE: dict[str, tuple[Step, list[str]]] = {
    "deleted": (EMPTY, [f"missing: webhook 28 of campaign 9141 at {URL}"]),
    "activated": (reply(json=wire()), ["All webhooks are as declared."]),
}


@pytest.mark.parametrize(("answer", "summary"), CHANGED_MEANWHILE.values(), ids=CHANGED_MEANWHILE)
def test_webhook_that_changes_after_the_list_counts_as_its_details_say(
    service: ScriptedService, answer: Step, summary: list[str]
) -> None:
    service.answers(reply(json=[wire(IsActive=False)]), answer)

    result = compared(service, entry(webhook_id=28, url=URL, active=True))

    assert result["summary"] == summary


def test_lists_and_notes_are_read_several_at_a_time(service: ScriptedService) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    lists = [after(meet.wait, reply(json=[wire(IsActive=False, Url=url)])) for url in (URL, URL)]
    service.answers(*lists).always_answers(after(meet.wait, reply(json=wire(IsActive=False))))
    progress = Progress()

    entries = [{**entry(webhook_id=28, active=False), "campaign_id": number} for number in (1, 2)]
    result = compared(service, *entries, concurrency=2, progress=progress)

    assert not result["drift"]
    assert len(service.seen) == 4
    assert str(progress) == "2 of 2 notes read"


def test_names_and_defaults_are_those_of_a_set(service: ScriptedService) -> None:
    service.answers(reply(json=page(campaign_wire())), reply(json=[wire(Id=29, Url=OTHER_URL)]))
    defaults = {"campaign_name": "Spring", "webhook_type": REPLY}

    result = compared(service, {"url": URL}, defaults=defaults)

    assert result["summary"] == [
        f"missing: the CampaignReply webhook of campaign 9141 at {URL}",
        f"undeclared: webhook 29 of campaign 9141 at {OTHER_URL}",
    ]


def test_drift_ends_with_a_purge_run(service: ScriptedService) -> None:
    there = [wire(Id=29, Url=OTHER_URL), wire(Id=30, Url=OTHER_URL, WebhookType=STATUS)]
    service.answers(reply(json=there), reply(json=there))
    entries = [NEW, entry(webhook_id=29, url=URL)]

    result = compared(service, *entries)
    run = kept(service, *entries, purge=True, check=True)

    pairs = [(one["before"], one["after"]) for one in run["diff"][:-1]]
    (different,) = result["different"]
    assert pairs == [
        ({}, result["missing"][0]),
        (different["before"], different["after"]),
        (result["undeclared"][0], {}),
    ]


# Kinds


KINDS: dict[str, tuple[list[str] | None, bool]] = {
    "all": (list(DRIFT_KINDS), True),
    "null": (None, True),
    "none": ([], False),
    "one that is found": (["deactivated", "undeclared"], True),
    "others": (["missing", "invalid"], False),
}


@pytest.mark.parametrize(("kinds", "is_drift"), KINDS.values(), ids=KINDS)
def test_kinds_decide_on_drift_and_all_are_reported(
    service: ScriptedService, kinds: list[str] | None, is_drift: bool
) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL)]))

    result = compared(service, DECLARED, kinds=kinds)

    assert result["drift"] is is_drift
    assert result["counts"] == {**NONE_FOUND, "undeclared": 1}
    assert len(result["summary"]) == 1


# What cannot be read


@both_modes
def test_owner_that_does_not_exist_is_invalid_beside_the_rest(
    service: ScriptedService, check: bool
) -> None:
    service.answers(NOT_THERE, reply(json=[]))

    result = compared(service, OF_LIST, DECLARED, owners=[ON_LIST], check=check)

    names = ["webhooks[0] (list 77, ListSubscribe)", "owners[0]"]
    assert [one["name"] for one in result["invalid"]] == names
    assert all("404, code 104" in one["msg"] for one in result["invalid"])
    assert result["counts"] == {**NONE_FOUND, "missing": 1, "invalid": 2}
    assert result["drift"]
    assert result["warnings"] == []


@both_modes
def test_list_with_404_and_code_142_is_empty_with_a_warning(
    service: ScriptedService, check: bool
) -> None:
    service.answers(EMPTY)

    result = compared(service, DECLARED, entry(webhook_id=28, active=True), check=check)

    assert [one["webhook_id"] for one in result["missing"]] == [None, 28]
    assert result["counts"] == {**NONE_FOUND, "missing": 2}
    assert has_words(result["warnings"], ["campaign 9141 with 404 and code 142"])


FATAL: dict[str, tuple[Step, str]] = {
    "wrong key": (error(401, 100, "Provided API key is invalid"), "refused"),
    "forbidden": (error(403, 105, "No."), "refused"),
    "rate limit": (error(429, 1, "Slow down"), "refused"),
    "server error": (error(500, 1, "Oops"), "refused"),
    "404 without a code": (gateway(404, "Resource not found"), "refused"),
    "no response": (hangs_up(), "unreachable"),
    "not a list": (reply(json={}), "unexpected_answer"),
}


@pytest.mark.parametrize(("answer", "kind"), FATAL.values(), ids=FATAL)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_list_that_cannot_be_read_fails(
    service: ScriptedService, answer: Step, kind: str, state: str
) -> None:
    service.answers(reply(json=[wire()]), answer)

    result = compared(service, DECLARED, {**OF_LIST, "state": state})

    assert result["failed"]
    assert result["failure"]["kind"] == kind
    assert "drift" not in result


def test_note_that_cannot_be_read_fails(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(IsActive=False)]), error(404, 104, "No such campaign"))

    assert compared(service, DECLARED)["failure"]["code"] == 104


# Options


def test_problems_of_options_fail_before_the_first_request(service: ScriptedService) -> None:
    entries = [DECLARED, entry(webhook_type=REPLY, url="/replies"), DECLARED]

    result = compared(service, *entries, owners=[{}])

    labels = ["webhooks[1]", "webhooks[2]", "owners[0]"]
    assert has_words(problems_of(result), labels)
    assert service.connections == 0


@pytest.mark.parametrize("nothing", [[], None], ids=["empty", "null"])
def test_set_without_entries_and_owners_is_refused(
    service: ScriptedService, nothing: list[Any] | None
) -> None:
    result = compared(service, webhooks=nothing, owners=nothing)

    assert result["failure"]["kind"] == "not_plannable"
    assert message(result) == "Nothing is declared. Give webhooks or owners."
    assert service.connections == 0


@pytest.mark.parametrize(
    ("entries", "number"),
    [([DECLARED, NEW], "2 entries"), ([DECLARED] * 10_000, "10,000 entries"), (None, "0 entries")],
)
def test_invocation_counts_the_entries(entries: Any, number: str) -> None:
    params = {"webhooks": entries, "owners": [ON_LIST]}

    assert OPERATION.invocation_params(params) == {**params, "webhooks": number}


# Sensitive text


@both_modes
def test_masked_result_has_no_url(service: ScriptedService, check: bool) -> None:
    off = wire(Id=31, IsActive=False, Url=f"{URL}/31")
    there = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS), off]
    service.answers(reply(json=there), reply(json={**off, "Note": f"No receiver at {URL}"}))
    entries = [
        NEW,
        entry(webhook_id=28, url=f"{URL}/s3cret"),
        entry(webhook_id=99, url=OTHER_URL),
        entry(webhook_id=30, webhook_type="5f1d", url=NEW_URL),
        entry(webhook_id=31, active=True),
    ]

    result = compared(service, *entries, mask_url=True, check=check)

    assert result["counts"] == {
        **dict.fromkeys(("different", "disabled_by_service", "undeclared", "invalid"), 1),
        "missing": 2,
        "deactivated": 0,
        "activated": 0,
    }
    assert not any(word in str(result) for word in ("5f1d", "77aa", "s3cret", "replies"))
    assert result["summary"][0].endswith(f" at {masked_url(NEW_URL)}")
    assert result["disabled_by_service"][0]["note"] == f"No receiver at {MASK}"
