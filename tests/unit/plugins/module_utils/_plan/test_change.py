"""A change: its kind, owner, record, diff and warnings."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import totals
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import Change

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, MOVED, NEW, NOTE, OFF, ON, OTHER_URL, PAUSED, REPLY, shown, webhook,
)  # fmt: skip

OFF_AND_MOVED = webhook(url=OTHER_URL, active=False, note=NOTE)
NAME, NEW_NAME = "webhook 28 of campaign 9141", f"new {REPLY} webhook of campaign 9141"
# The change, its kind, whether it switches a webhook on or off, and the headers of its diff.
CHANGES = {
    "the same": (Change(ON, webhook()), "unchanged", "", (NAME, NAME)),
    "neither": (Change(None, None), "unchanged", "", ("no webhook", "no webhook")),
    "created": (Change(None, NEW), "created", "", ("not there", NEW_NAME)),
    "deleted": (Change(ON, None), "deleted", "", (NAME, "deleted")),
    "moved": (Change(ON, MOVED), "updated", "", (NAME, NAME)),
    "deactivated": (Change(ON, PAUSED), "updated", "off", (NAME, NAME)),
    "activated": (Change(OFF, ON), "updated", "on", (NAME, NAME)),
    "inactive, and moved": (Change(OFF, OFF_AND_MOVED), "updated", "", (NAME, NAME)),
}


@pytest.mark.parametrize(("change", "kind", "switches", "headers"), CHANGES.values(), ids=CHANGES)
def test_change_has_a_kind_and_a_diff_of_records(
    change: Change, kind: str, switches: str, headers: tuple[str, str]
) -> None:
    before, after = change.before, change.after

    record = after.record() if after else None
    assert (change.kind, change.is_needed) == (kind, kind != "unchanged")
    assert (change.activates, change.deactivates) == (switches == "on", switches == "off")
    assert (change.owner, change.record) == (CAMPAIGN if before or after else None, record)
    assert change.diff == {
        "before": before.record() if before else {},
        "after": record or {},
        "before_header": headers[0],
        "after_header": headers[1],
    }


def test_known_ids_do_not_distinguish_changes() -> None:
    assert Change(None, NEW, frozenset({28})) == Change(None, NEW)
    assert repr(Change(None, NEW, frozenset({28}))) == repr(Change(None, NEW))


def test_totals_count_changes_of_each_kind_that_there_is() -> None:
    kinds = ["unchanged", "deleted", "created", "updated", "created"]

    assert totals(kinds) == "2 created, 1 updated, 1 deleted, 1 unchanged"
    assert totals(["updated"] * 1200) == "1,200 updated"
    assert totals([]) == ""


def test_only_activation_of_a_webhook_with_a_note_warns_with_it() -> None:
    sides = [(PAUSED, ON), (OFF, OFF), (OFF, None), (ON, ON), (None, NEW)]

    (warning,) = Change(OFF, ON).warnings()

    assert shown(warning) == (
        f"The service had deactivated webhook 28 of campaign 9141 with the note '{NOTE}'. It is "
        "activated again: make sure that its receiver works."
    )
    assert [Change(before, after).warnings() for before, after in sides] == [[]] * 5


def test_note_in_a_warning_is_marked_as_text_of_the_service() -> None:
    (warning,) = Change(webhook(active=False, note="Gone: /a/5f1d"), ON).warnings()

    assert f"the note 'Gone: {MASK}'" in Renderer("", mask_text=True).text(warning)
