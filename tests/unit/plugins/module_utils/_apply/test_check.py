"""The check, after creations, that nobody else created the same at the same time."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.check import check_creations
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

CREATED = Change(None, made.webhook(webhook_id=60), frozenset({28}))
BY_TYPE = Change(None, made.webhook(webhook_id=60), frozenset({28}), by_type=True)
OURS, KNOWN = made.api_record(Id=60), made.api_record()
DIFFERENT = [
    made.api_record(Id=61, Url=made.OTHER_URL),
    made.api_record(Id=59, WebhookType=made.STATUS),
]
EQUAL = [made.api_record(Id=62), made.api_record(Id=59)]
LISTED: dict[str, tuple[Change, Any, list[str]]] = {
    "alone": (CREATED, [OURS], []),
    "known before": (CREATED, [OURS, KNOWN], []),
    "different": (CREATED, [OURS, *DIFFERENT], []),
    "equal": (CREATED, [EQUAL[0], OURS], ["so was webhook 62 with the same type and URL"]),
    "several equal": (CREATED, [*EQUAL, OURS], ["so were webhooks 59, 62 with the same type and"]),
    "of the type": (BY_TYPE, [*DIFFERENT, OURS], ["so was webhook 61 with the same type, by"]),
    "not listed": (CREATED, [], ["Webhook 60 of campaign 9141 was created, but campaign 9141"]),
    "not readable": (CREATED, api.error(500, 1, "no"), ["at the same time could not be checked"]),
}


def warnings_of(service: api.Service, *changes: Change, dry_run: bool = False) -> list[str]:
    warnings: list[str] = []
    check_creations(made.client_of(service.url), changes, dry_run, warnings.append)
    return warnings


@pytest.mark.parametrize(("change", "answer", "warnings"), LISTED.values(), ids=LISTED)
def test_webhooks_that_another_task_created_meanwhile_are_named(
    service: api.Service, change: Change, answer: Any, warnings: list[str]
) -> None:
    service.answers(answer)

    assert ops.has_words(warnings_of(service, change), warnings)


def test_owner_with_creations_is_listed_once_and_no_other(service: api.Service) -> None:
    twice = Change(None, made.webhook(webhook_id=61))
    other = made.webhook(owner=made.OTHER_CAMPAIGN)
    service.answers([OURS, made.api_record(Id=61)])

    changes = [CREATED, twice, Change(other, other), Change(other, None)]

    assert warnings_of(service, *changes) == []
    assert service.seen == [ops.LIST]


def test_dry_run_lists_nothing(service: api.Service) -> None:
    assert warnings_of(service, CREATED, dry_run=True) == []
    assert service.seen == []
