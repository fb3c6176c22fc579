"""Changes, and what applying them to a scripted service gives."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.executor import apply_changes
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.write import apply_change
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    PartiallyApplied,
    TouchBaseError,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Service


def updated(
    webhook_id: int, owner: Owner = made.CAMPAIGN, url: str = made.OTHER_URL, active: bool = True
) -> Change:
    before = made.webhook(owner=owner, webhook_id=webhook_id)
    return Change(before, made.webhook(owner=owner, webhook_id=webhook_id, url=url, active=active))


def deactivated(webhook_id: int, owner: Owner = made.CAMPAIGN) -> Change:
    return updated(webhook_id, owner, made.URL, active=False)


def created(owner: Owner = made.CAMPAIGN, url: str = made.NEW_URL, active: bool = True) -> Change:
    return Change(None, made.new_webhook(owner=owner, url=url, active=active))


def deleted(webhook_id: int, owner: Owner = made.CAMPAIGN) -> Change:
    return Change(made.webhook(owner=owner, webhook_id=webhook_id), None)


UNCHANGED = Change(made.webhook(webhook_id=50), made.webhook(webhook_id=50))
NEITHER = Change(None, None)


def written(service: Service, change: Change, **connection: Any) -> tuple[Change, list[str]]:
    """One change as it happened, and its warnings as a result shows them."""
    warnings: list[str] = []
    client = made.client_of(service.url, **connection)
    change = apply_change(client, change, False, warnings.append)
    return change, [made.shown(text) for text in warnings]


def failed_write(service: Service, change: Change, **connection: Any) -> TouchBaseError:
    """The error of one change."""
    with pytest.raises(TouchBaseError) as caught:
        written(service, change, **connection)
    return caught.value


class Warnings(list[tuple[int, str]]):
    """Collects warnings of changes, each with the position of its change."""

    def __call__(self, text: str, position: int) -> None:
        self.append((position, text))


def applied(
    service: Service, *changes: Change, concurrency: int = 1, warnings: Warnings | None = None
) -> list[Change]:
    """The changes as they happened."""
    client = made.client_of(service.url, concurrency=concurrency)
    warn = Warnings() if warnings is None else warnings
    return apply_changes(client, changes, False, warn, concurrency)


def failure_of(service: Service, *changes: Change, **how: Any) -> PartiallyApplied:
    """The error of changes that are applied in part."""
    with pytest.raises(PartiallyApplied) as caught:
        applied(service, *changes, **how)
    return caught.value


def lists(failure: PartiallyApplied) -> dict[str, str]:
    """What is done, failed and not tried, each change as its kind and the id of its webhook."""
    found = {"done": failure.done, "failed": failure.failed, "not_tried": failure.not_tried}
    return {
        name: ", ".join(f"{one['change']} {one['webhook']['webhook_id']}" for one in changes)
        for name, changes in found.items()
        if changes
    }
