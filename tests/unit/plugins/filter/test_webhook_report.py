# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between declared and actual webhooks, and how addresses are masked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.touchbasepro.sms.plugins.filter import (
    mask_webhooks as mask_module,
)
from ansible_collections.touchbasepro.sms.plugins.filter import (
    webhook_report as report_module,
)
from ansible_collections.touchbasepro.sms.plugins.filter.mask_webhooks import mask_webhooks
from ansible_collections.touchbasepro.sms.plugins.filter.webhook_report import webhook_report

SECRET = "https://hooks.example.org/s3cret-path"


def record(webhook_id: int | None, **fields: Any) -> dict[str, Any]:
    return {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": webhook_id,
        "webhook_type": "CampaignReply",
        "url": SECRET,
        "active": True,
        "date_created": None,
        "note": None,
        **fields,
    }


def outcome(*pairs: tuple[dict[str, Any], dict[str, Any]], **keys: Any) -> dict[str, Any]:
    return {"diff": [{"before": before, "after": after} for before, after in pairs], **keys}


NEW = record(None)
ACTIVE, PAUSED = record(28), record(28, active=False)
OTHER = record(29)
OFF = record(31, active=False, note="410 Gone")
BY_ID = {"campaign_id": 9141, "webhook_id": 31}


def test_nothing_differs() -> None:
    report = webhook_report(outcome(webhooks=[ACTIVE]), [ACTIVE], [{**BY_ID, "active": True}])

    assert report == {
        "drift": False,
        "missing": [],
        "different": [],
        "undeclared": [],
        "switched_off": [],
        "refused": [],
        "summary": ["All webhooks are as declared."],
    }


def test_each_kind_of_drift_has_its_list_and_its_line() -> None:
    planned = outcome(({}, NEW), (ACTIVE, PAUSED), (OTHER, {}))
    unknown = [{"campaign_id": 9141, "webhook_id": 99, "active": True}]

    report = webhook_report(planned, [ACTIVE, OTHER, OFF], [], unknown)

    assert report["drift"]
    assert report["missing"][0] == NEW
    assert report["missing"][1] == record(99, webhook_type=None, url=None)
    assert report["different"] == [{"before": ACTIVE, "after": PAUSED}]
    assert report["undeclared"] == [OTHER]
    assert report["switched_off"] == [OFF]
    assert report["summary"] == [
        f"missing: the CampaignReply webhook of campaign 9141 at {SECRET}",
        "missing: webhook 99 of campaign 9141",
        "different: webhook 28 of campaign 9141: active is true, declared false",
        f"undeclared: webhook 29 of campaign 9141 at {SECRET}",
        "switched off: webhook 31 of campaign 9141: 410 Gone",
    ]


def test_another_address_is_shown_as_it_is_and_as_declared() -> None:
    report = webhook_report(outcome((ACTIVE, record(28, url="https://new.example.org/"))), [], [])

    assert report["summary"] == [
        f"different: webhook 28 of campaign 9141: url is {SECRET}, declared https://new.example.org/"
    ]


@pytest.mark.parametrize(
    ("declaration", "is_reported"),
    [({"active": False}, False), ({"active": True}, True), ({"url": SECRET}, True)],
    ids=["declared off", "declared on", "not declared either way"],
)
def test_what_the_service_has_switched_off_counts_unless_it_is_declared_off(
    declaration: dict[str, Any], is_reported: bool
) -> None:
    report = webhook_report(outcome(webhooks=[OFF]), [OFF], [{**BY_ID, **declaration}])

    assert bool(report["switched_off"]) is is_reported


def test_what_somebody_has_switched_off_has_no_note_and_is_no_case_for_healing() -> None:
    assert webhook_report(outcome(), [PAUSED], [])["switched_off"] == []


@pytest.mark.parametrize(
    ("msg", "lines"),
    [
        (
            "Nothing was changed, because of:\nwebhooks[0]: a\nwebhooks[1]: b",
            ["webhooks[0]: a", "webhooks[1]: b"],
        ),
        ("It cannot be.", ["It cannot be."]),
    ],
)
def test_what_cannot_be_compared_is_drift_as_well(msg: str, lines: list[str]) -> None:
    report = webhook_report({"failure": {"kind": "not_plannable"}, "msg": msg}, [], [])

    assert report["drift"]
    assert report["refused"] == lines
    assert report["summary"] == [f"not comparable: {line}" for line in lines]


def test_only_what_counts_is_drift() -> None:
    planned = outcome((OTHER, {}))

    assert not webhook_report(planned, [], [], (), ["missing", "different"])["drift"]
    assert webhook_report(planned, [], [], (), ["undeclared"])["drift"]


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="records must hold records"):
        webhook_report(outcome(), [{"campaign_id": 1}], [])


def test_a_report_can_be_masked_as_a_whole() -> None:
    noted = record(31, active=False, note=f"{SECRET} answered 410 at /s3cret-path")
    report = webhook_report(outcome(({}, NEW), (OTHER, {})), [noted], [])

    masked = mask_webhooks(report)

    assert "s3cret" not in str(masked)
    assert "hooks.example.org" in masked["summary"][0]
    assert masked["missing"][0]["webhook_id"] is None
    assert masked["drift"] is True


def test_masking_leaves_alone_what_is_masked_and_what_is_not_to_be() -> None:
    once = mask_webhooks([ACTIVE, OFF])

    assert mask_webhooks(once) == once
    assert mask_webhooks([ACTIVE], False) == [ACTIVE]
    assert mask_webhooks(None) is None


def test_the_filters_are_found_by_their_names() -> None:
    found = [name for one in (mask_module, report_module) for name in one.FilterModule().filters()]

    assert found == ["mask_webhooks", "webhook_report"]
