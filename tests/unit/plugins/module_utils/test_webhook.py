# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A webhook as it is and as it should be, and what there is to say about that."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import (
    Change,
    Filters,
    Webhook,
    is_as_asked,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    DATE,
    OTHER_URL,
    URL,
    new_webhook,
    webhook,
)

NOTE = "Receiver answered 410."
ON = webhook()
OFF = webhook(active=False, note=NOTE)
SPELT_OTHERWISE = "HTTPS://Hooks.Example.org:443/replies/5f1d"

NEW = new_webhook()

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
def test_a_change_says_what_is_done(
    before: Webhook | None, after: Webhook | None, kind: str, activates: bool, deactivates: bool
) -> None:
    change = Change(before, after)

    assert change.kind == kind
    assert change.is_needed is (kind != "unchanged")
    assert change.activates is activates
    assert change.deactivates is deactivates


@pytest.mark.parametrize(
    ("value", "name"), [(ON, "url"), (Change(ON, None), "after"), (Filters(), "active")]
)
def test_what_was_read_or_planned_stays_as_it_is(value: object, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)


@pytest.mark.parametrize(
    ("change", "owner"),
    [(Change(ON, None), CAMPAIGN), (Change(None, NEW), CAMPAIGN), (Change(None, None), None)],
)
def test_a_change_has_the_owner_of_its_webhook(change: Change, owner: Owner | None) -> None:
    assert change.owner == owner


def test_what_was_known_before_does_not_make_a_change_another_one() -> None:
    assert Change(None, NEW, frozenset({28})) == Change(None, NEW)
    assert repr(Change(None, NEW, frozenset({28}))) == repr(Change(None, NEW))


DIFFS = {
    "updated": (Change(OFF, ON), OFF.record(), ON.record(), "webhook 28 of campaign 9141"),
    "created": (
        Change(None, ON),
        {},
        ON.record(),
        "new CampaignReply webhook of campaign 9141",
    ),
    "deleted": (Change(ON, None), ON.record(), {}, "webhook 28 of campaign 9141"),
    "neither": (Change(None, None), {}, {}, "no webhook"),
}


@pytest.mark.parametrize(("change", "before", "after", "name"), DIFFS.values(), ids=DIFFS)
def test_the_diff_is_the_pair_of_records_under_the_name_of_the_webhook(
    change: Change, before: dict[str, Any], after: dict[str, Any], name: str
) -> None:
    assert change.diff == {
        "before": before,
        "after": after,
        "before_header": name,
        "after_header": name,
    }


@pytest.mark.parametrize(
    ("change", "record"), [(Change(OFF, ON), ON.record()), (Change(ON, None), None)]
)
def test_the_record_of_a_change_is_the_webhook_after_it(
    change: Change, record: dict[str, Any] | None
) -> None:
    assert change.record == record


def test_a_webhook_that_does_not_exist_yet_has_no_id_in_its_name_and_record() -> None:
    assert str(NEW) == "new CampaignReply webhook of campaign 9141"
    assert NEW.record() == {**ON.record(), "webhook_id": None, "date_created": None}


def test_the_id_as_a_number_is_zero_as_long_as_there_is_none() -> None:
    assert (ON.known_id, NEW.known_id) == (28, 0)


def test_a_record_has_the_names_of_the_options() -> None:
    assert OFF.record() == {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": 28,
        "webhook_type": "CampaignReply",
        "url": URL,
        "active": False,
        "date_created": DATE,
        "note": NOTE,
    }


AS_ASKED = {
    "as asked": (ON, ON, True),
    "a long id": (webhook(webhook_id=4100028), webhook(webhook_id=int("4100028")), True),
    "another spelling": (webhook(url=SPELT_OTHERWISE), ON, True),
    "other dates": (webhook(date_created="another spelling", note=NOTE), ON, True),
    "inactive": (OFF, ON, False),
    "active": (ON, OFF, False),
    "another url": (webhook(url=OTHER_URL), ON, False),
    "a higher id": (webhook(webhook_id=29), ON, False),
    "a lower id": (webhook(webhook_id=27), ON, False),
}


@pytest.mark.parametrize(("stored", "asked", "is_met"), AS_ASKED.values(), ids=AS_ASKED)
def test_what_is_as_asked_has_the_same_id_activity_and_address(
    stored: Webhook, asked: Webhook, is_met: bool
) -> None:
    assert is_as_asked(stored, asked) is is_met


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
def test_activating_what_the_service_switched_off_warns_with_its_note(
    change: Change, warns: bool
) -> None:
    warnings = change.warnings()

    assert len(warnings) == int(warns)
    assert all(NOTE in warning and "webhook 28" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("filters", "selected"),
    [
        (Filters(), True),
        (Filters(webhook_type="CampaignReply"), True),
        (Filters(webhook_type="CampaignMessageStatusUpdate"), False),
        (Filters(active=True), True),
        (Filters(active=False), False),
        (Filters(url=SPELT_OTHERWISE), True),
        (Filters(url=OTHER_URL), False),
        (Filters("CampaignReply", True, URL), True),
        (Filters("CampaignReply", False, URL), False),
    ],
)
def test_filters_select_what_passes_all_of_them(filters: Filters, selected: bool) -> None:
    assert filters.select(ON) is selected
