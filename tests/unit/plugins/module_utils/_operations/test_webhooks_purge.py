# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhooks with purge: what is deleted, what is refused, and what is warned of."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    STATUS,
    WEBHOOKS_PATH,
    entry,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    reply,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import (
    DECLARED,
    LIST,
    LIST_OF_ACCOUNT,
    LIST_OF_LIST,
    NEW,
    POST,
    both_modes,
    counts,
    kept,
    problems_of,
)

CURRENT = [wire(), wire(Id=29, Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
ALL_OWNERS = [{"campaign_id": 9141}, {"list_id": 77}, {"scope": "message"}]
MISSING_OWNER = error(404, 9999, "Campaign does not exist")
MISSING_WEBHOOK = error(404, 142, "Webhook record does not exist")
EMPTY_LIST = "with 404 and code 142, webhook missing. That counts as an empty list."


@both_modes
def test_purge_deletes_undeclared_webhooks_of_declared_owners(
    service: ScriptedService, check: bool
) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)

    result = kept(service, DECLARED, purge=True, check=check)

    deletions = [f"DELETE {WEBHOOKS_PATH}/29", f"DELETE {WEBHOOKS_PATH}/30"]
    assert service.seen == [LIST, *([] if check else deletions)]
    assert result["counts"] == counts(unchanged=1, deleted=2)
    assert result["webhooks"] == [webhook().record()]
    assert [pair["before"]["webhook_id"] for pair in result["diff"][:-1]] == [29, 30]
    assert result["changed"]
    assert result["warnings"] == []


@pytest.mark.parametrize(
    ("owners", "warnings"),
    [
        ([], []),
        ([{"campaign_id": 9141}], ["without purge"]),
        ([{"list_id": 77}], ["without purge"]),
    ],
    ids=["none", "its owner", "another owner"],
)
def test_without_purge_owners_do_nothing_and_warn(
    service: ScriptedService, owners: list[dict[str, Any]], warnings: list[str]
) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, Url=OTHER_URL)]))

    result = kept(service, DECLARED, owners=owners)

    assert result["counts"] == counts(unchanged=1)
    assert has_words(result["warnings"], warnings)
    assert service.seen == [LIST]


def test_owner_named_twice_is_read_once(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))

    kept(service, DECLARED, purge=True, owners=[{"campaign_id": 9141}, {"campaign_id": 9141}])

    assert service.seen == [LIST]


@both_modes
@pytest.mark.parametrize(("purge_limit", "is_refused"), [(0, True), (1, True), (2, False)])
def test_purge_beyond_its_limit_is_refused_before_any_write(
    service: ScriptedService, purge_limit: int, is_refused: bool, check: bool
) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)
    declared = {**DECLARED, "active": False}

    result = kept(service, declared, purge=True, purge_limit=purge_limit, check=check)

    assert bool(result.get("failed")) is is_refused
    assert (f"more than purge_limit ({purge_limit})" in result.get("msg", "")) is is_refused
    assert len(service.seen) == (1 if is_refused or check else 4)


# Owners that a purge leaves empty


@both_modes
def test_purge_of_owners_without_entries_needs_allow_empty(
    service: ScriptedService, check: bool
) -> None:
    service.answers(
        reply(json=[wire()]),
        reply(json=[wire(WebhookType="ListSubscribe")]),
        reply(json=[]),
    ).always_answers(stored)

    result = kept(service, purge=True, owners=ALL_OWNERS, check=check)

    assert problems_of(result) == [
        "No webhook is declared for campaign 9141, list 77, so purge would leave none "
        "there. If that is intended, set allow_empty; if not, look for what is missing in "
        "webhooks, or take the owner out of owners."
    ]
    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]


@both_modes
def test_allow_empty_lets_a_purge_empty_owners_with_a_warning(
    service: ScriptedService, check: bool
) -> None:
    service.answers(
        reply(json=[wire()]),
        reply(json=[wire(WebhookType="ListSubscribe")]),
        reply(json=[wire(WebhookType="MessageReply")]),
    ).always_answers(stored)

    result = kept(service, purge=True, owners=ALL_OWNERS, allow_empty=True, check=check)

    deletions = [f"DELETE {path}/28" for path in (WEBHOOKS_PATH, "/sms/lists/77/webhooks")]
    deletions.append("DELETE /sms/message/webhooks/28")
    lists = [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]
    assert service.seen == [*lists, *([] if check else deletions)]
    assert result["counts"] == counts(deleted=3)
    assert result["webhooks"] == []
    assert result["warnings"] == [
        f"purge leaves {owner} without any webhook: its events will reach nobody."
        for owner in ("campaign 9141", "list 77", "the account")
    ]


REMOVED = {
    "natural key": {**DECLARED, "state": "absent"},
    "id": entry(webhook_id=28, state="absent"),
}


@both_modes
@pytest.mark.parametrize("removed", REMOVED.values(), ids=REMOVED)
def test_purge_beside_absent_entries_alone_needs_allow_empty(
    service: ScriptedService, removed: dict[str, Any], check: bool
) -> None:
    service.always_answers(reply(json=CURRENT))

    result = kept(service, removed, purge=True, check=check)

    assert has_words(problems_of(result), ["No webhook is declared for campaign 9141"])
    assert service.seen == [LIST]


@both_modes
@pytest.mark.parametrize("removed", REMOVED.values(), ids=REMOVED)
def test_purge_that_leaves_an_owner_empty_is_a_warning_where_allowed(
    service: ScriptedService, removed: dict[str, Any], check: bool
) -> None:
    service.answers(reply(json=CURRENT)).always_answers(stored)

    result = kept(service, removed, purge=True, allow_empty=True, check=check)

    assert result["counts"] == counts(deleted=3)
    assert has_words(result["warnings"], ["purge leaves campaign 9141 without any webhook"])


def test_absent_entries_for_all_webhooks_need_no_allow_empty(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()])).always_answers(stored)

    result = kept(service, REMOVED["id"], purge=True)

    assert result["counts"] == counts(deleted=1)


@pytest.mark.parametrize("current", [[], [wire()]], ids=["empty before", "one kept"])
def test_owner_that_is_empty_or_keeps_a_webhook_is_no_warning(
    service: ScriptedService, current: list[dict[str, Any]]
) -> None:
    service.answers(reply(json=current)).always_answers(stored)
    entries = [DECLARED] if current else []

    result = kept(service, *entries, purge=True, owners=[{"campaign_id": 9141}])

    assert not result.get("failed")
    assert result["warnings"] == []


# Owners that do not exist, or are refused


@both_modes
@pytest.mark.parametrize(
    ("answer", "warning"),
    [
        (
            MISSING_OWNER,
            "The service reports that campaign 9141 does not exist, so nothing was purged there. "
            "Check its id.",
        ),
        (MISSING_WEBHOOK, EMPTY_LIST),
    ],
    ids=["missing owner", "404 with code 142"],
)
@pytest.mark.parametrize("allow_empty", [False, True])
def test_purge_of_a_missing_owner_is_a_warning(
    service: ScriptedService, answer: Step, warning: str, allow_empty: bool, check: bool
) -> None:
    service.answers(answer)
    owners = [{"campaign_id": 9141}]

    result = kept(service, purge=True, owners=owners, allow_empty=allow_empty, check=check)

    assert not result.get("failed")
    assert result["counts"] == counts()
    assert has_words(result["warnings"], [warning])
    assert service.seen == [LIST]


def test_purge_after_404_with_code_142_creates_and_deletes_nothing(
    service: ScriptedService,
) -> None:
    service.answers(MISSING_WEBHOOK).always_answers(stored)

    result = kept(service, NEW, purge=True)

    assert result["counts"] == counts(created=1)
    assert has_words(result["warnings"], [EMPTY_LIST])
    assert service.seen == [LIST, POST, LIST]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (error(403, 105, "Not yours"), "403, code 105: Not yours"),
        (gateway(404, "Resource not found"), "api_url is probably wrong"),
    ],
    ids=["403", "404 without code"],
)
def test_refused_owner_of_a_purge_fails_before_any_write(
    service: ScriptedService, answer: Step, words: str
) -> None:
    service.answers(reply(json=[wire()]), answer).always_answers(stored)

    (problem,) = problems_of(kept(service, NEW, owners=[{"list_id": 77}], purge=True))

    assert words in problem
    assert service.seen == [LIST, LIST_OF_LIST]
