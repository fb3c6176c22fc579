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
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

NO_LIST = api.error(404, 104, "There is no such list")
NONE_FOUND = dict.fromkeys(DRIFT_KINDS, 0)
ON, OFF = made.api_record(), made.api_record(IsActive=False)
MISSING = api.error(404, 142, "Webhook record does not exist")


def compared(service: api.Service, *entries: Any, **given: Any) -> dict[str, Any]:
    """The result of a task with these entries."""
    return ops.ran(OPERATION, service, **{"webhooks": list(entries), **given})


@ops.both_modes
def test_set_as_declared_is_one_request_for_each_owner(service: api.Service, check: bool) -> None:
    service.answers([ON], [made.api_record(WebhookType="ListSubscribe")], [])

    owners = [ops.ON_LIST, ops.ACCOUNT]
    result = compared(service, ops.DECLARED, ops.OF_LIST, owners=owners, check=check)

    assert service.seen == [ops.LIST, ops.LIST_OF_LIST, ops.LIST_OF_ACCOUNT]
    assert result == {
        "changed": False,
        "drift": False,
        "counts": NONE_FOUND,
        "summary": ["All webhooks are as declared."],
        "warnings": [],
        **{kind: [] for kind in DRIFT_KINDS},
    }


@ops.both_modes
def test_notes_of_inactive_webhooks_tell_who_deactivated_them(
    service: api.Service, check: bool
) -> None:
    off = [{**OFF, "Id": number, "Url": f"{made.URL}/{number}"} for number in (29, 31)]
    service.answers([ON, *off], {**off[0], "Note": made.NOTE}, off[1])
    entries = [ops.entry(number, active=True) for number in (28, 29, 31)]

    result = compared(service, *entries, check=check)

    assert service.seen == [ops.LIST, ops.request("GET", 29), ops.request("GET", 31)]
    disabled = made.webhook(webhook_id=29, url=f"{made.URL}/29", active=False, note=made.NOTE)
    assert result["disabled_by_service"] == [disabled.record()]
    assert ops.ids(result["deactivated"]) == [31]
    assert result["counts"] == {**NONE_FOUND, "deactivated": 1, "disabled_by_service": 1}
    assert result["summary"] == [
        f"deactivated: webhook 31 of campaign 9141 at {made.URL}/31",
        f"disabled_by_service: webhook 29 of campaign 9141: {made.NOTE}",
    ]


@pytest.mark.parametrize(
    ("details", "summary"),
    [
        (MISSING, f"missing: webhook 28 of campaign 9141 at {made.URL}"),
        (ON, "All webhooks are as declared."),
    ],
    ids=["deleted", "activated"],
)
def test_webhook_that_changes_after_the_list_counts_as_its_details_say(
    service: api.Service, details: Any, summary: str
) -> None:
    service.answers([OFF], details)

    result = compared(service, ops.entry(28, url=made.URL, active=True))

    assert result["summary"] == [summary]


def test_lists_and_notes_are_read_several_at_a_time(service: api.Service) -> None:
    meet = threading.Barrier(2, timeout=7.0)
    lists = [api.after(meet.wait, api.reply(json=[OFF]))] * 2
    service.answers(*lists).always_answers(api.after(meet.wait, api.reply(json=OFF)))
    progress = Progress()

    entries = [{**ops.entry(28, active=False), "campaign_id": number} for number in (1, 2)]
    result = compared(service, *entries, concurrency=2, progress=progress)

    assert not result["drift"]
    assert len(service.seen) == 4
    assert str(progress) == "2 of 2 notes read"


@pytest.mark.parametrize(
    ("kinds", "is_drift"),
    [
        (None, True),
        ([], False),
        (["deactivated", "undeclared"], True),
        (["missing", "invalid"], False),
    ],
    ids=str,
)
def test_kinds_decide_on_drift_and_all_are_reported(
    service: api.Service, kinds: list[str] | None, is_drift: bool
) -> None:
    service.answers([ON, made.api_record(Id=29, Url=made.OTHER_URL)])

    result = compared(service, ops.DECLARED, kinds=kinds)

    assert result["drift"] is is_drift
    assert result["counts"] == {**NONE_FOUND, "undeclared": 1}
    assert len(result["summary"]) == 1


@ops.both_modes
def test_owner_that_does_not_exist_is_invalid_beside_the_rest(
    service: api.Service, check: bool
) -> None:
    service.answers(NO_LIST, [])

    result = compared(service, ops.OF_LIST, ops.DECLARED, owners=[ops.ON_LIST], check=check)

    names = ["webhooks[0] (list 77, ListSubscribe)", "owners[0]"]
    assert [one["name"] for one in result["invalid"]] == names
    assert all("404, code 104" in one["msg"] for one in result["invalid"])
    assert result["counts"] == {**NONE_FOUND, "missing": 1, "invalid": 2}
    assert result["drift"]
    assert result["warnings"] == []


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ([[ON], api.error(403, 105, "no")], "refused", 105),
        ([[ON], api.gateway(404, "no")], "refused", None),
        ([[ON], api.hangs_up()], "unreachable", None),
        ([[OFF], [], NO_LIST], "refused", 104),
    ],
    ids=["403", "404 without code", "no response", "note"],
)
def test_list_or_note_that_cannot_be_read_fails(
    service: api.Service, answers: list[Any], kind: str, code: int | None
) -> None:
    service.answers(*answers)

    result = compared(service, ops.DECLARED, {**ops.OF_LIST, "state": "absent"})

    assert (result["failure"]["kind"], result["failure"]["code"]) == (kind, code)
    assert "drift" not in result
