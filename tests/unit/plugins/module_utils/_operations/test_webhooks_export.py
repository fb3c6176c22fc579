# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Export with touchbase_sms_webhook_info, edit, apply with touchbase_sms_webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import (
    webhook_info,
)
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

STORED: dict[str, dict[str, Any]] = {
    "usual": made.api_record(Id=1),
    "inactive": made.api_record(Id=2, IsActive=False),
    "without date": made.api_record(Id=3, WebhookType=made.STATUS, DateCreated=None),
    "outside ASCII": made.api_record(Id=4, Url="https://h\u00f6\u00f6ks.example.org/r\u00e9ply"),
    "blanks": made.api_record(Id=5, Url="https://hooks.example.org/a b"),
    "over-long": made.api_record(Id=6, Url=f"https://hooks.example.org/{'a' * 3000}"),
    "not absolute": made.api_record(Id=7, Url="hooks"),
    "empty": made.api_record(Id=8, Url=""),
    "unprintable": made.api_record(Id=9, Url="https://hooks.example.org/a\u00a0b\u200bc\td"),
    "unknown type": made.api_record(Id=10, WebhookType="Campaign Click"),
    "type of another owner": made.api_record(Id=11, WebhookType="ListSubscribe"),
}
CURRENT = list(STORED.values())


def exported(service: api.Service) -> list[dict[str, Any]]:
    """The records that touchbase_sms_webhook_info returns, with notes."""
    service.answers(CURRENT, {**STORED["inactive"], "Note": made.NOTE})
    result = ops.ran(webhook_info.OPERATION, service, **ops.CAMPAIGN, details=True)
    service.requests.clear()
    return list(result["webhooks"])


@pytest.mark.parametrize("purge", [False, True], ids=["without purge", "with purge"])
def test_exported_records_are_applied_without_a_change(service: api.Service, purge: bool) -> None:
    records = exported(service)
    service.answers(CURRENT)

    result = ops.kept_set(service, *records, purge=purge)

    assert result["counts"] == ops.counts(unchanged=len(CURRENT))
    assert result["webhooks"] == [{**record, "note": None} for record in records]
    assert result["warnings"] == []
    assert service.seen == [ops.LIST]


@pytest.mark.parametrize("name", [name for name in STORED if name != "inactive"])
def test_exported_record_with_edited_active_keeps_its_stored_url(
    service: api.Service, name: str
) -> None:
    record = exported(service)[list(STORED).index(name)]
    inactive = {**STORED[name], "IsActive": False}
    service.answers(CURRENT, inactive)

    result = ops.kept_set(service, {**record, "active": False})

    assert result["counts"] == ops.counts(updated=1)
    assert result["warnings"] == []
    assert service.seen == [ops.LIST, ops.request("PUT", inactive["Id"])]
    assert service.requests[1].data == {"Url": inactive["Url"], "IsActive": False}
