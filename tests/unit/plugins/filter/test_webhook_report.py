# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter webhook_report: what differs between declared and actual webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.touchbasepro.sms.plugins.filter.webhook_report import (
    FilterModule,
    webhook_report,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, masked_url

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


def test_report_without_differences_has_no_drift() -> None:
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


def test_different_url_is_shown_as_it_is_and_as_declared() -> None:
    report = webhook_report(outcome((ACTIVE, record(28, url="https://new.example.org/"))), [], [])

    assert report["summary"] == [
        f"different: webhook 28 of campaign 9141: url is {SECRET}, declared https://new.example.org/"
    ]


@pytest.mark.parametrize(
    ("desired", "is_reported"),
    [({"active": False}, False), ({"active": True}, True), ({"url": SECRET}, True)],
    ids=["declared off", "declared on", "not declared either way"],
)
def test_webhook_with_note_is_reported_unless_declared_inactive(
    desired: dict[str, Any], is_reported: bool
) -> None:
    report = webhook_report(outcome(webhooks=[OFF]), [OFF], [{**BY_ID, **desired}])

    assert bool(report["switched_off"]) is is_reported


def test_inactive_webhook_without_note_is_not_reported() -> None:
    assert webhook_report(outcome(), [PAUSED], [])["switched_off"] == []


@pytest.mark.parametrize(
    ("msg", "lines"),
    [
        (
            "Nothing was changed, because of these problems:\nwebhooks[0]: a\nwebhooks[1]: b",
            ["webhooks[0]: a", "webhooks[1]: b"],
        ),
        ("It cannot be.", ["It cannot be."]),
    ],
)
def test_refused_entries_are_drift(msg: str, lines: list[str]) -> None:
    report = webhook_report({"failure": {"kind": "not_plannable"}, "msg": msg}, [], [])

    assert report["drift"]
    assert report["refused"] == lines
    assert report["summary"] == [f"not comparable: {line}" for line in lines]


def test_only_counted_lists_are_drift() -> None:
    planned = outcome((OTHER, {}))

    assert not webhook_report(planned, [], [], (), ["missing", "different"])["drift"]
    assert webhook_report(planned, [], [], (), ["undeclared"])["drift"]


def test_other_than_record_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="records must hold records"):
        webhook_report(outcome(), [{"campaign_id": 1}], [])


@pytest.mark.parametrize("mask", [False, True])
def test_report_masks_urls_and_notes_if_asked_to(mask: bool) -> None:
    noted = record(31, active=False, note="No receiver at /s3cret-path")
    moved = record(28, url="https://new.example.org/s3cret")
    planned = outcome(({}, NEW), (ACTIVE, moved), (OTHER, {}))

    report = webhook_report(planned, [noted], [], mask=mask)

    shown = masked_url if mask else str
    note = f"No receiver at {MASK}" if mask else noted["note"]
    assert report["missing"] == [{**NEW, "url": shown(SECRET)}]
    assert report["different"][0]["after"]["url"] == shown(moved["url"])
    assert report["switched_off"][0]["note"] == note
    assert report["summary"] == [
        f"missing: the CampaignReply webhook of campaign 9141 at {shown(SECRET)}",
        f"different: webhook 28 of campaign 9141: url is {shown(SECRET)}, "
        f"declared {shown(moved['url'])}",
        f"undeclared: webhook 29 of campaign 9141 at {shown(SECRET)}",
        f"switched off: webhook 31 of campaign 9141: {note}",
    ]
    assert ("s3cret" in str(report)) is not mask


def test_filter_is_found_by_its_name() -> None:
    assert FilterModule().filters() == {"webhook_report": webhook_report}
