# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names and labels of entries, in records and in problems."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    label_of_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import find_drift
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.problems import entry_label
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    DesiredWebhook, Owner, current_of, raised, set_plan,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, NEW_URL, ON, OTHER_URL, REPLY, STATUS, URL, by_id, by_key,
)  # fmt: skip

NAME = "replies of October"


def test_records_before_and_after_have_the_name() -> None:
    moved, created = by_id(url=OTHER_URL, name=NAME), by_key(NEW_URL, name="new")

    changes = set_plan([moved, created, by_id(99, is_present=False)], [ON]).changes

    sides = [(change.before, change.after) for change in changes]
    names = [[one and one.record()["name"] for one in pair] for pair in sides]
    assert names == [[NAME, NAME], [None, "new"], [None, None]]
    assert not set_plan([by_key(name=NAME)], [ON]).changes[0].is_needed


def test_records_and_texts_of_drift_have_the_name() -> None:
    declared = [
        by_id(url=OTHER_URL, name=NAME),
        by_key(NEW_URL, name="new"),
        by_id(99, active=True, name="gone"),
        by_id(28, webhook_type=STATUS, active=True, name="wrong"),
    ]

    found = find_drift(declared, [], current_of([ON]))

    assert [(one.kind, one.data.get("before", one.data)["name"]) for one in found] == [
        ("missing", "new"),
        ("missing", "gone"),
        ("different", NAME),
        ("invalid", 'webhooks[3] "wrong" (campaign 9141, webhook 28)'),
    ]
    names = ["new", "gone", NAME, "wrong"]
    assert all(f'"{name}"' in one.text for one, name in zip(found, names))


CONTENT: dict[str, tuple[dict[str, Any], str]] = {
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


@pytest.mark.parametrize(("options", "content"), CONTENT.values(), ids=CONTENT)
def test_label_has_position_name_and_content_that_is_valid(
    options: dict[str, Any], content: str
) -> None:
    assert label_of_options(3, options) == f"webhooks[3] {content}".rstrip()


def test_label_in_a_message_about_another_entry_has_no_content() -> None:
    assert by_id(name=NAME).label(3) == f'webhooks[3] "{NAME}" (campaign 9141, webhook 28)'
    assert by_id(name=NAME).short_label(3) == f'webhooks[3] "{NAME}"'


def test_unknown_type_in_a_label_is_masked() -> None:
    label = label_of_options(3, {"webhook_type": f"Reply {URL}"})

    assert Renderer("", mask_text=True).text(label) == f"webhooks[3] (Reply {MASK})"


def test_long_name_is_cut_and_in_one_line() -> None:
    assert entry_label(3, "a\n  b" + 90 * "c").startswith('webhooks[3] "a bccc')
    assert len(entry_label(3, 200 * "c")) == len('webhooks[3] ""...') + 80


def test_problem_has_the_label_of_its_entry() -> None:
    message = raised(lambda: set_plan([by_id(99, active=True, name=NAME)], [ON]))

    assert f'webhooks[0] "{NAME}" (campaign 9141, webhook 99): There is' in message


@pytest.mark.parametrize(
    ("desired", "text"),
    [
        (by_id(), "webhook 28 of campaign 9141"),
        (by_id(webhook_type=REPLY, url=URL), "webhook 28 of campaign 9141"),
        (by_key(owner=Owner("message")), f"the {REPLY} webhook of the account with this URL"),
        (
            DesiredWebhook(CAMPAIGN, None, REPLY, by_type=True),
            f"the {REPLY} webhook of campaign 9141",
        ),
    ],
    ids=["id", "id and key", "key", "type"],
)
def test_desired_webhook_is_named_without_its_url(desired: DesiredWebhook, text: str) -> None:
    assert str(desired) == text
