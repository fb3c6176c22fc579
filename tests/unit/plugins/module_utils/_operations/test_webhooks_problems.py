# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhooks: all problems at once, and nothing written before they are solved."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    REPLY,
    SPELT_OTHERWISE,
    STATUS,
    URL,
    entry,
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
    DECLARED,
    LIST,
    LIST_OF_ACCOUNT,
    LIST_OF_LIST,
    NEW,
    OF_ACCOUNT,
    OF_LIST,
    both_modes,
    counts,
    has_reasons,
    kept,
    problems_of,
)

# Before the first request


@both_modes
def test_problems_of_options_come_at_once_before_any_request(
    service: ScriptedService, check: bool
) -> None:
    result = kept(
        service,
        entry(campaign_id=None, webhook_type=REPLY, url=URL),
        DECLARED,
        entry(webhook_type="ListSubscribe", url=URL),
        entry(webhook_id=True, active=True),
        entry(webhook_type=REPLY, url=f"https://h.example.org/{MASK}-0a1b2c3d"),
        {**DECLARED, "url": SPELT_OTHERWISE},
        check=check,
        owners=[{"campaign_id": 9141}, {"scope": "list"}, {"campaign_id": 1, "list_id": 2}],
    )

    assert has_reasons(
        problems_of(result),
        {
            "webhooks[0]": "owner of the webhook is missing",
            "webhooks[2]": "ListSubscribe does not exist for campaign 9141",
            "webhooks[3]": "webhook_id must be a positive integer",
            "webhooks[4]": "was masked",
            "webhooks[5]": "webhooks[1] declares",
            "owners[1]": "Give list_id",
            "owners[2]": "two owners",
        },
    )
    assert service.connections == 0


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "nothing declared": ({"webhooks": []}, "Nothing is declared"),
    "null": ({"webhooks": None, "owners": None}, "Nothing is declared"),
    "nothing to purge": ({"webhooks": [], "purge": True}, "Nothing is declared"),
    "owners, no purge": (
        {"webhooks": [], "owners": [{"campaign_id": 9141}]},
        "Give webhooks, or owners with purge: true.",
    ),
    "negative limit": ({"purge_limit": -1}, "purge_limit must be 0 or more, not -1"),
    "boolean limit": ({"purge_limit": True}, "purge_limit must be 0 or more, not True"),
    "negative diff_limit": ({"diff_limit": -1}, "diff_limit must be 0 or more, not -1"),
    "boolean diff_limit": ({"diff_limit": True}, "diff_limit must be 0 or more, not True"),
    "no concurrency": ({"concurrency": 0}, "concurrency must be from 1 to 32"),
    "high concurrency": ({"concurrency": 33}, "concurrency must be from 1 to 32"),
    "boolean concurrency": ({"concurrency": True}, "concurrency must be from 1 to 32, not True"),
    "short key": ({"api_key": "short"}, "fewer than 8"),
}


@both_modes
@pytest.mark.parametrize(("changed", "reason"), INVALID.values(), ids=INVALID)
def test_invalid_options_fail_before_the_first_request(
    service: ScriptedService, changed: dict[str, Any], reason: str, check: bool
) -> None:
    result = kept(service, check=check, **{"webhooks": [DECLARED], **changed})

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in result["msg"]
    assert service.connections == 0


# Before the first write


@both_modes
def test_problems_of_entries_come_at_once_before_any_write(
    service: ScriptedService, check: bool
) -> None:
    service.answers(
        reply(json=[wire(), wire(Id=29), wire(Id=30, WebhookType=STATUS)]),
        error(404, 104, "SMS list with provided ID value does not exist"),
        error(403, 105, "Not yours"),
    ).always_answers(stored)

    result = kept(
        service,
        NEW,
        DECLARED,
        OF_LIST,
        entry(webhook_id=99, active=False),
        {**OF_ACCOUNT, "state": "absent"},
        entry(webhook_id=30, webhook_type=REPLY, active=False),
        {**OF_ACCOUNT, "webhook_type": "MessageStatusUpdate"},
        check=check,
    )

    assert has_reasons(
        problems_of(result),
        {
            "webhooks[1]": "28, 29",
            "webhooks[2]": "404, code 104",
            "webhooks[3]": "There is no webhook 99",
            "webhooks[4], webhooks[6]": "403, code 105: Not yours",
            "webhooks[5]": "cannot change the type",
        },
    )
    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]


@both_modes
def test_problems_of_entries_and_of_the_purge_come_at_once(
    service: ScriptedService, check: bool
) -> None:
    service.answers(
        reply(json=[wire(Id=1), wire(Id=2, Url=OTHER_URL)]),
        reply(json=[wire(Id=3, WebhookType="ListSubscribe")]),
        error(403, 105, "Not yours"),
    ).always_answers(stored)

    lines = problems_of(
        kept(
            service,
            entry(webhook_id=99, active=False),
            purge=True,
            purge_limit=1,
            owners=[{"list_id": 77}, {"scope": "message"}],
            check=check,
        )
    )

    words = [
        "webhooks[0]: There is no webhook 99",
        "Could not list the webhooks of the account: the service answered 403, code 105",
        "No webhook is declared for list 77, so purge would leave none there.",
        "purge would delete 3 webhooks that are not declared, more than purge_limit (1): "
        "webhook 1 of campaign 9141, webhook 2 of campaign 9141, webhook 3 of list 77.",
    ]
    assert len(lines) == len(words)
    assert all(line.startswith(text) for line, text in zip(lines, words))
    assert service.seen == [LIST, LIST_OF_LIST, LIST_OF_ACCOUNT]


FOR_ALL_OWNERS: dict[str, tuple[Step, str]] = {
    "401": (error(401, 100, "Provided API key is invalid"), "refused"),
    "429": (gateway(429, "Rate limit is exceeded"), "refused"),
    "500": (error(500, 1, "broken"), "refused"),
    "no response": (hangs_up(), "unreachable"),
    "no list": (reply(json={}), "unexpected_answer"),
    "one id twice": (reply(json=[wire(), wire()]), "unexpected_answer"),
}


@pytest.mark.parametrize(("answer", "kind"), FOR_ALL_OWNERS.values(), ids=FOR_ALL_OWNERS)
def test_error_that_every_owner_would_meet_fails_at_once(
    service: ScriptedService, answer: Step, kind: str
) -> None:
    service.answers(answer).always_answers(stored)

    result = kept(service, NEW, OF_LIST)

    assert result["failed"]
    assert result["failure"]["kind"] == kind
    assert "changed" not in result
    assert service.seen == [LIST]


def test_null_owners_count_as_none(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))

    assert kept(service, DECLARED, owners=None)["counts"] == counts(unchanged=1)
