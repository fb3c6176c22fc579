# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of entries: in records, in problems, and that each is there once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import (
    duplicates,
    plan_set,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    label_of_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import find_drift
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.problems import entry_label
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import CurrentWebhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    ON,
    OTHER_URL,
    REPLY,
    URL,
    by_id,
    by_key,
)

NAME = "replies of October"
CURRENT = {CAMPAIGN: CurrentWebhooks([ON])}


def test_records_before_and_after_have_the_name() -> None:
    moved = by_id(url=OTHER_URL, name=NAME)
    created = by_key("https://hooks.example.org/new", name="new")

    changes = plan_set([moved, created, by_id(99, is_present=False)], CURRENT, None, lambda _: None)

    names = [
        [one and one.record()["name"] for one in (change.before, change.after)]
        for change in changes
    ]
    assert names == [[NAME, NAME], [None, "new"], [None, None]]


def test_name_is_no_difference() -> None:
    (change,) = plan_set([by_key(name=NAME)], CURRENT, None, lambda _: None)

    assert not change.is_needed


def test_drift_has_the_name() -> None:
    declared = [
        by_id(url=OTHER_URL, name=NAME),
        by_key("https://hooks.example.org/new", name="new"),
        by_id(99, active=True, name="gone"),
        by_id(28, webhook_type="CampaignMessageStatusUpdate", active=True, name="wrong"),
    ]

    findings = find_drift(declared, [], CURRENT)
    found = [(one.kind, one.data) for one in findings]

    names = [(kind, data.get("before", data)["name"]) for kind, data in found]
    assert names == [
        ("missing", "new"),
        ("missing", "gone"),
        ("different", NAME),
        ("invalid", 'webhooks[3] "wrong" (campaign 9141, webhook 28)'),
    ]
    texts = [one.text for one in findings]
    for text, name in zip(texts, ["new", "gone", NAME, "wrong"], strict=True):
        assert f'"{name}"' in text


LABELS: dict[str, tuple[dict[str, Any], str]] = {
    "id": (
        {"campaign_id": 9141, "webhook_id": 28, "webhook_type": REPLY},
        "(campaign 9141, webhook 28)",
    ),
    "type": (
        {"list_id": 77, "webhook_type": "ListSubscribe", "url": URL},
        "(list 77, ListSubscribe)",
    ),
    "account": ({"scope": "message", "name": NAME}, f'"{NAME}" (the account)'),
    "name of a campaign": ({"campaign_name": "Spring"}, "(campaign 'Spring')"),
    "wrong id": ({"campaign_id": 9141, "webhook_id": "many"}, "(campaign 9141)"),
    "wrong owner": ({"campaign_id": True, "webhook_id": 28}, "(webhook 28)"),
    "two owners": ({"campaign_id": 9141, "list_id": 77, "name": NAME}, f'"{NAME}"'),
    "wrong scope": ({"scope": "account", "webhook_type": REPLY}, f"({REPLY})"),
    "nothing": ({}, ""),
}


@pytest.mark.parametrize(("options", "content"), LABELS.values(), ids=LABELS)
def test_label_has_position_name_and_content_that_is_valid(
    options: dict[str, Any], content: str
) -> None:
    assert label_of_options(3, options) == f"webhooks[3] {content}".rstrip()


def test_label_of_another_entry_has_position_and_name_alone() -> None:
    assert by_id(name=NAME).label(3) == f'webhooks[3] "{NAME}" (campaign 9141, webhook 28)'
    assert by_id(name=NAME).short_label(3) == f'webhooks[3] "{NAME}"'


def test_unknown_type_in_a_label_is_masked() -> None:
    label = label_of_options(3, {"webhook_type": f"Reply {URL}"})

    assert Renderer("", mask_text=True).text(label) == f"webhooks[3] (Reply {MASK})"


def test_long_name_is_cut_and_in_one_line() -> None:
    assert entry_label(3, "a\n  b" + 90 * "c").startswith('webhooks[3] "a bccc')
    assert len(entry_label(3, 200 * "c")) == len('webhooks[3] ""...') + 80


def test_problem_is_told_with_the_name() -> None:
    with pytest.raises(
        NotPlannable, match=rf'webhooks\[0\] "{NAME}" \(campaign 9141, webhook 99\): There is'
    ):
        plan_set([by_id(99, active=True, name=NAME)], CURRENT, None, lambda _: None)


def test_name_is_there_once() -> None:
    entries = {0: by_id(name=NAME), 1: by_key(OTHER_URL, name=NAME), 2: by_key(name="other")}

    assert list(duplicates(entries)) == [1]
    assert "webhooks[0] has this name too" in duplicates(entries)[1]


def test_entries_without_a_name_do_not_share_one() -> None:
    assert duplicates({0: by_id(), 1: replace(by_id(29))}) == {}
