# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list after creations: another webhook like a new one, and a new one that is missing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.check import check_creations
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_CAMPAIGN,
    OTHER_URL,
    STATUS,
    client_of,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    error,
    reply,
)

CREATED = Change(None, webhook(webhook_id=60), frozenset({28}))


def warnings_of(service: ScriptedService, *changes: Change, dry_run: bool = False) -> list[str]:
    warnings: list[str] = []
    check_creations(client_of(service.url), changes, dry_run, warnings.append)
    return warnings


@pytest.mark.parametrize(
    ("others", "warnings"),
    [
        ([], []),
        ([wire()], []),
        ([wire(Id=61, Url=OTHER_URL), wire(Id=62, WebhookType=STATUS)], []),
        ([wire(Id=61)], ["at the same time so was webhook 61 with the same type and URL"]),
        ([wire(Id=62), wire(Id=61)], ["so were webhooks 61, 62"]),
    ],
    ids=["alone", "known before", "different", "equal", "several equal"],
)
def test_equal_webhooks_that_appeared_meanwhile_are_named(
    service: ScriptedService, others: list[dict[str, Any]], warnings: list[str]
) -> None:
    service.answers(reply(json=[*others, wire(Id=60)]))

    assert has_words(warnings_of(service, CREATED), warnings)


def test_created_webhook_that_is_not_listed_is_named(service: ScriptedService) -> None:
    service.answers(reply(json=[]))

    assert has_words(
        warnings_of(service, CREATED), ["Webhook 60 of campaign 9141 was created, but"]
    )


def test_list_that_fails_is_a_warning(service: ScriptedService) -> None:
    service.answers(error(500, 1, "broken"))

    assert has_words(warnings_of(service, CREATED), ["campaign 9141 at the same time could not be"])


def test_owner_with_creations_is_listed_once_and_no_other(service: ScriptedService) -> None:
    twice = Change(None, webhook(webhook_id=61, url=OTHER_URL))
    unchanged = Change(webhook(owner=OTHER_CAMPAIGN), webhook(owner=OTHER_CAMPAIGN))
    service.answers(reply(json=[wire(Id=60), wire(Id=61, Url=OTHER_URL)]))

    assert warnings_of(service, CREATED, twice, unchanged, Change(webhook(), None)) == []
    assert service.seen == ["GET /sms/campaigns/9141/webhooks"]


def test_dry_run_lists_nothing(service: ScriptedService) -> None:
    assert warnings_of(service, CREATED, dry_run=True) == []
    assert service.seen == []
