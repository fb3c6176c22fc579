# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change: its kind, owner, record, diff and warnings."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import totals
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import Change, Owner, Webhook

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, MOVED, NEW, NOTE, OFF, ON, OTHER_URL, PAUSED, REPLY, webhook,
)  # fmt: skip

OFF_AND_MOVED = webhook(url=OTHER_URL, active=False, note=NOTE)
KINDS_OF_CHANGE = {
    "the same": (ON, webhook(), "unchanged", False, False),
    "neither": (None, None, "unchanged", False, False),
    "created": (None, NEW, "created", False, False),
    "deleted": (ON, None, "deleted", False, False),
    "moved": (ON, MOVED, "updated", False, False),
    "deactivated": (ON, PAUSED, "updated", False, True),
    "activated": (OFF, ON, "updated", True, False),
    "inactive, and moved": (OFF, OFF_AND_MOVED, "updated", False, False),
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

    assert (change.kind, change.is_needed) == (kind, kind != "unchanged")
    assert (change.activates, change.deactivates) == (activates, deactivates)


def test_known_ids_do_not_distinguish_changes() -> None:
    assert Change(None, NEW, frozenset({28})) == Change(None, NEW)
    assert repr(Change(None, NEW, frozenset({28}))) == repr(Change(None, NEW))


NAME = "webhook 28 of campaign 9141"
NEW_NAME = f"new {REPLY} webhook of campaign 9141"
SIDES: dict[str, tuple[Webhook | None, Webhook | None, Owner | None, tuple[str, str]]] = {
    "updated": (OFF, ON, CAMPAIGN, (NAME, NAME)),
    "created": (None, NEW, CAMPAIGN, ("not there", NEW_NAME)),
    "deleted": (ON, None, CAMPAIGN, (NAME, "deleted")),
    "neither": (None, None, None, ("no webhook", "no webhook")),
}


@pytest.mark.parametrize(("before", "after", "owner", "headers"), SIDES.values(), ids=SIDES)
def test_diff_is_the_pair_of_records_under_headers(
    before: Webhook | None, after: Webhook | None, owner: Owner | None, headers: tuple[str, str]
) -> None:
    change = Change(before, after)

    record = after.record() if after else None
    assert change.diff == {
        "before": before.record() if before else {},
        "after": record or {},
        "before_header": headers[0],
        "after_header": headers[1],
    }
    assert (change.owner, change.record) == (owner, record)


def test_totals_count_changes_of_each_kind_that_there_is() -> None:
    kinds = ["unchanged", "deleted", "created", "updated", "created"]

    assert totals(kinds) == "2 created, 1 updated, 1 deleted, 1 unchanged"
    assert totals(["updated"] * 1200) == "1,200 updated"
    assert totals([]) == ""


@pytest.mark.parametrize(
    ("change", "warns"),
    [
        (Change(OFF, ON), True),
        (Change(PAUSED, ON), False),
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
