# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Export with touchbase_sms_webhook_info, edit, apply with touchbase_sms_webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import webhook_info
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    NOTE,
    OTHER_URL,
    STATUS,
    URL,
    WEBHOOKS_PATH,
    info_params,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import ScriptedService, reply
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import LIST, counts, problems_of

STORED: dict[str, dict[str, Any]] = {
    "usual": wire(Id=1),
    "inactive": wire(Id=2, IsActive=False),
    "without date": wire(Id=3, WebhookType=STATUS, DateCreated=None),
    "outside ASCII": wire(Id=4, Url="https://h\u00f6\u00f6ks.example.org/r\u00e9ply"),
    "blanks": wire(Id=5, Url="https://hooks.example.org/a b"),
    "over-long": wire(Id=6, Url=f"https://hooks.example.org/{'a' * 3000}"),
    "not absolute": wire(Id=7, Url="hooks"),
    "empty": wire(Id=8, Url=""),
    "unprintable": wire(Id=9, Url="https://hooks.example.org/a\u00a0b\u200bc\td"),
    "unknown type": wire(Id=10, WebhookType="Campaign Click"),
    "type of another owner": wire(Id=11, WebhookType="ListSubscribe"),
}
ALL = list(STORED.values())


def applied(service: ScriptedService, *entries: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The result of a task with these entries, which Ansible validates as it does for a module."""
    options = {"api_key": KEY, "api_url": service.url, "webhooks": list(entries), **changed}
    validation = ArgumentSpecValidator(OPERATION.argument_spec).validate(options)
    assert validation.error_messages == []
    return ran(OPERATION, validation.validated_parameters)


def exported(service: ScriptedService) -> list[dict[str, Any]]:
    """The records that touchbase_sms_webhook_info returns, with notes."""
    service.answers(reply(json=ALL), reply(json=wire(Id=2, IsActive=False, Note=NOTE)))
    params = info_params(service.url, details=True)
    records: list[dict[str, Any]] = ran(webhook_info.OPERATION, params)["webhooks"]
    service.requests.clear()
    return records


@pytest.mark.parametrize("purge", [False, True], ids=["without purge", "with purge"])
def test_exported_records_are_applied_without_a_change(
    service: ScriptedService, purge: bool
) -> None:
    records = exported(service)
    service.answers(reply(json=ALL))

    result = applied(service, *records, purge=purge)

    assert result["counts"] == counts(unchanged=len(ALL))
    assert result["webhooks"] == [{**record, "note": None} for record in records]
    assert result["warnings"] == []
    assert service.seen == [LIST]


@pytest.mark.parametrize("name", [name for name in STORED if name != "inactive"])
def test_exported_record_with_edited_active_keeps_its_stored_url(
    service: ScriptedService, name: str
) -> None:
    record = exported(service)[list(STORED).index(name)]
    inactive = {**STORED[name], "IsActive": False}
    service.answers(reply(json=ALL), reply(json=inactive))

    result = applied(service, {**record, "active": False})

    assert result["counts"] == counts(updated=1)
    assert result["warnings"] == []
    assert service.seen == [LIST, f"PUT {WEBHOOKS_PATH}/{inactive['Id']}"]
    assert service.requests[1].data == {"Url": inactive["Url"], "IsActive": False}


@pytest.mark.parametrize(
    "url", ["https://h\u00f6\u00f6ks.example.org/other", "https://hooks.example.org/other b"]
)
def test_edited_url_of_an_exported_record_is_checked(service: ScriptedService, url: str) -> None:
    record = exported(service)[3]
    service.answers(reply(json=ALL))

    (problem,) = problems_of(applied(service, {**record, "url": url}))

    assert problem.startswith(f"webhooks[0]: url '{url}' has ")
    assert service.seen == [LIST]


def test_edited_records_are_updated_and_deleted(service: ScriptedService) -> None:
    records = exported(service)
    service.answers(reply(json=ALL)).always_answers(stored)

    edited = [{**records[0], "url": OTHER_URL}, {**records[2], "state": "absent"}]
    result = applied(service, *edited)

    assert result["counts"] == counts(updated=1, deleted=1)
    assert service.seen == [LIST, f"PUT {WEBHOOKS_PATH}/1", f"DELETE {WEBHOOKS_PATH}/3"]


def test_exported_record_without_its_id_is_created_elsewhere(service: ScriptedService) -> None:
    record = exported(service)[0]
    service.answers(reply(json=[])).always_answers(stored)

    result = applied(service, {**record, "campaign_id": 9142, "webhook_id": None})

    path = "/sms/campaigns/9142/webhooks"
    assert result["counts"] == counts(created=1)
    assert service.seen == [f"GET {path}", f"POST {path}", f"GET {path}"]


@pytest.mark.parametrize("name", ["list_id", "url", "active", "note", "date_created"])
def test_null_key_counts_as_omitted(service: ScriptedService, name: str) -> None:
    service.answers(reply(json=[wire()]))
    declared = {"campaign_id": 9141, "webhook_id": 28, "url": URL, "active": True, name: None}

    assert applied(service, declared)["webhooks"] == [webhook().record()]
