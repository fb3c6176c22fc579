# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change: its kind, owner, record, diff and warnings."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change, totals
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (
    MASK,
    Renderer,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    NEW,
    NOTE,
    OFF,
    ON,
    OTHER_URL,
    REPLY,
    webhook,
)

KINDS_OF_CHANGE = {
    "the same": (ON, webhook(), "unchanged", False, False),
    "neither": (None, None, "unchanged", False, False),
    "created": (None, NEW, "created", False, False),
    "deleted": (ON, None, "deleted", False, False),
    "moved": (ON, webhook(url=OTHER_URL), "updated", False, False),
    "switched off": (ON, webhook(active=False), "updated", False, True),
    "switched on": (OFF, ON, "updated", True, False),
    "off, and moved": (
        OFF,
        webhook(url=OTHER_URL, active=False, note=NOTE),
        "updated",
        False,
        False,
    ),
}


@pytest.mark.parametrize(
    ("before", "after", "kind", "activates", "deactivates"),
    KINDS_OF_CHANGE.values(),
    ids=KINDS_OF_CHANGE,
)
def test_change_has_a_kind(
    before: Webhook | None, after: Webhook | None, kind: str, activates: bool, deactivates: bool
) -> None:
    change = Change(before, after)

    assert change.kind == kind
    assert change.is_needed is (kind != "unchanged")
    assert change.activates is activates
    assert change.deactivates is deactivates


@pytest.mark.parametrize(
    ("change", "owner", "record"),
    [
        (Change(OFF, ON), CAMPAIGN, ON.record()),
        (Change(ON, None), CAMPAIGN, None),
        (Change(None, NEW), CAMPAIGN, NEW.record()),
        (Change(None, None), None, None),
    ],
    ids=["updated", "deleted", "created", "neither"],
)
def test_change_has_owner_and_the_record_after_it(
    change: Change, owner: Owner | None, record: dict[str, Any] | None
) -> None:
    assert (change.owner, change.record) == (owner, record)


def test_known_ids_do_not_distinguish_changes() -> None:
    assert Change(None, NEW, frozenset({28})) == Change(None, NEW)
    assert repr(Change(None, NEW, frozenset({28}))) == repr(Change(None, NEW))


NAME = "webhook 28 of campaign 9141"
DIFFS = {
    "updated": (Change(OFF, ON), OFF.record(), ON.record(), [NAME, NAME]),
    "created": (
        Change(None, NEW),
        {},
        NEW.record(),
        ["not there", f"new {REPLY} webhook of campaign 9141"],
    ),
    "deleted": (Change(ON, None), ON.record(), {}, [NAME, "deleted"]),
    "neither": (Change(None, None), {}, {}, ["no webhook", "no webhook"]),
}


@pytest.mark.parametrize(("change", "before", "after", "headers"), DIFFS.values(), ids=DIFFS)
def test_diff_is_the_pair_of_records_under_headers(
    change: Change, before: dict[str, Any], after: dict[str, Any], headers: list[str]
) -> None:
    assert change.diff == {
        "before": before,
        "after": after,
        "before_header": headers[0],
        "after_header": headers[1],
    }


@pytest.mark.parametrize(
    ("kinds", "text"),
    [
        (
            ["unchanged", "deleted", "created", "updated", "created"],
            "2 created, 1 updated, 1 deleted, 1 unchanged",
        ),
        (["updated"] * 1200, "1,200 updated"),
        ([], ""),
    ],
)
def test_totals_count_changes_of_each_kind_that_there_is(kinds: list[str], text: str) -> None:
    assert totals(kinds) == text


@pytest.mark.parametrize(
    ("change", "warns"),
    [
        (Change(OFF, ON), True),
        (Change(webhook(active=False), ON), False),
        (Change(OFF, OFF), False),
        (Change(OFF, None), False),
        (Change(ON, ON), False),
        (Change(None, NEW), False),
    ],
    ids=["off with a note", "off without", "stays off", "deleted", "on", "created"],
)
def test_activation_of_webhook_with_note_warns_with_the_note(change: Change, warns: bool) -> None:
    warnings = [Renderer("").text(text) for text in change.warnings()]

    assert warnings == warns * [
        f"The service had deactivated webhook 28 of campaign 9141 with the note '{NOTE}'. It is "
        "activated again: make sure that its receiver works."
    ]


def test_note_in_a_warning_is_marked_as_text_of_the_service() -> None:
    (warning,) = Change(webhook(active=False, note="Gone: /a/5f1d"), ON).warnings()

    assert f"the note 'Gone: {MASK}'" in Renderer("", mask_text=True).text(warning)
