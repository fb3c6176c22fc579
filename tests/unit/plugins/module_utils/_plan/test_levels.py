# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of the levels that polls find, and when."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import DRIFT_KINDS
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.levels import (
    Level,
    Levels,
    Told,
    levels_of,
    unreadable,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import NEW_URL, webhook

MINUTE = 60.0
REMIND = 10 * MINUTE


def in_words(told: Told) -> str:
    """Such as "missing 1", "missing 1 again" and "missing 1 settled"."""
    state = " again" if told.reminder else " settled" if told.is_settled else ""
    return f"{told.level.kind} {told.times}{state}"


def story(script: str, confirm: int = 2, remind: float = REMIND) -> list[str]:
    """What is told of polls, a minute apart, that find these kinds; "-" is a poll without any."""
    levels = Levels(confirm, remind)
    return [
        ", ".join(in_words(one) for one in levels.update(found, minute * MINUTE)) or "-"
        for minute, found in enumerate(found_in(script))
    ]


def found_in(script: str) -> list[list[Level]]:
    return [
        [] if poll == "-" else [Level(kind, kind, {}) for kind in poll.split("+")]
        for poll in script.split()
    ]


# The polls, and what is told after each.
CASES = {
    "nothing": ("- -", ["-", "-"]),
    "appears and lasts": ("missing missing missing", ["-", "missing 1", "-"]),
    "vanishes before it is confirmed": ("missing - missing -", ["-", "-", "-", "-"]),
    "vanishes": (
        "missing missing - -",
        ["-", "missing 1", "-", "missing 1 settled"],
    ),
    "is missed by one poll": ("missing missing - missing", ["-", "missing 1", "-", "-"]),
    "is missed now and then": (
        "missing missing - missing - missing",
        ["-", "missing 1", "-", "-", "-", "-"],
    ),
    "disabled, told at once": (
        "disabled_by_service disabled_by_service - -",
        ["disabled_by_service 1", "-", "disabled_by_service 1 settled", "-"],
    ),
    "flaps": (
        "disabled_by_service - disabled_by_service - disabled_by_service",
        [
            "disabled_by_service 1",
            "disabled_by_service 1 settled",
            "disabled_by_service 2",
            "disabled_by_service 2 settled",
            "disabled_by_service 3",
        ],
    ),
    "fails once": ("unreadable - unreadable -", ["-", "-", "-", "-"]),
    "fails twice": (
        "unreadable unreadable unreadable -",
        ["-", "unreadable 1", "-", "unreadable 1 settled"],
    ),
    "several": (
        "disabled_by_service+missing missing -",
        ["disabled_by_service 1", "missing 1, disabled_by_service 1 settled", "-"],
    ),
}


@pytest.mark.parametrize(("script", "told"), CASES.values(), ids=CASES)
def test_levels_are_told(script: str, told: list[str]) -> None:
    assert story(script) == told


@pytest.mark.parametrize("confirm", [1, 3, 5])
def test_other_kinds_wait_for_as_many_polls_as_the_user_says(confirm: int) -> None:
    waits = ["-"] * (confirm - 1)
    script = " ".join(["missing"] * confirm + ["-"] * confirm)

    assert story(script, confirm) == [*waits, "missing 1", *waits, "missing 1 settled"]


def test_lasting_level_is_told_again_after_each_reminder() -> None:
    told = story(" ".join(["disabled_by_service"] * 25))

    again = {minute: one for minute, one in enumerate(told) if one != "-"}
    repeated = "disabled_by_service 1 again"
    assert again == {0: "disabled_by_service 1", 10: repeated, 20: repeated}


def test_lasting_level_is_told_once_without_reminders() -> None:
    told = story(" ".join(["disabled_by_service"] * 25), remind=0)

    assert told == ["disabled_by_service 1", *["-"] * 24]


def test_new_tracker_as_after_a_restart_tells_everything_once_more() -> None:
    assert story("disabled_by_service") == story("disabled_by_service") != ["-"]


def test_told_level_says_since_when_and_what_it_was() -> None:
    levels = Levels(2, REMIND)
    level = Level("missing", "a", {"name": "replies"})
    levels.update([level], 5.0)

    (told,) = levels.update([level], 65.0)
    levels.update([], 125.0)
    (settled,) = levels.update([], 185.0)

    common = {"name": "replies", "fingerprint": "a", "times": 1, "reminder": False, "since": "then"}
    assert told.since == settled.since == 5.0
    assert told.as_data("then") == {"kind": "missing", **common}
    assert settled.as_data("then") == {"kind": "settled", "was": "missing", **common}


def test_reminder_has_the_newest_data() -> None:
    levels = Levels(1, REMIND)
    levels.update([Level("missing", "a", {"note": "old"})], 0.0)

    (told,) = levels.update([Level("missing", "a", {"note": "new"})], REMIND)

    assert told.level.data == {"note": "new"}


def values(**found: Any) -> dict[str, Any]:
    return {**{kind: [] for kind in DRIFT_KINDS}, **found}


RECORD = webhook(name="replies").record()
OFF = {**RECORD, "active": False}
AFTER = {**RECORD, "url": NEW_URL}
DATA: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "missing": (RECORD, {"webhook": None, "declared": RECORD}),
    "different": ({"before": RECORD, "after": AFTER}, {"webhook": RECORD, "declared": AFTER}),
    "deactivated": (OFF, {"webhook": OFF, "declared": RECORD}),
    "activated": (RECORD, {"webhook": RECORD, "declared": OFF}),
    "disabled_by_service": (OFF, {"webhook": OFF, "declared": None}),
    "undeclared": (RECORD, {"webhook": RECORD, "declared": None}),
    "invalid": (
        {"name": "replies", "msg": "wrong"},
        {"webhook": None, "declared": None, "msg": "wrong"},
    ),
}


@pytest.mark.parametrize("kind", DRIFT_KINDS)
def test_level_has_the_record_as_it_is_and_as_declared(kind: str) -> None:
    found, data = DATA[kind]

    (level,) = levels_of(values(**{kind: [found]}), DRIFT_KINDS)

    assert (level.kind, level.data) == (kind, {**data, "name": "replies"})


def test_levels_are_of_the_wanted_kinds_only() -> None:
    found = values(undeclared=[RECORD], missing=[RECORD])

    assert [one.kind for one in levels_of(found, ["missing"])] == ["missing"]


def test_unreadable_says_what_the_error_was_and_is_one_level() -> None:
    first = unreadable({"msg": "a", "failure": {"status": 500}})
    second = unreadable({"msg": "b", "failure": {"status": 502}})

    assert first.fingerprint == second.fingerprint
    wanted = {"msg": "a", "failure": {"status": 500}}
    assert first.data == {"webhook": None, "declared": None, "name": None, **wanted}


def fingerprint(kind: str = "undeclared", **changed: Any) -> str:
    (level,) = levels_of(values(**{kind: [{**RECORD, **changed}]}), [kind])
    return level.fingerprint


def test_fingerprint_is_of_what_identifies_a_webhook() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"kind": "deactivated"},
        {"campaign_id": 2},
        {"list_id": 2},
        {"scope": "list"},
        {"webhook_id": 2},
        {"webhook_type": "a"},
        {"url": "a"},
    ]

    assert len({fingerprint(**one) for one in changes}) == len(changes)
    assert len(fingerprint()) == 16


@pytest.mark.parametrize("field", ["note", "date_created", "name", "active"])
def test_fingerprint_is_the_same_whatever_else_changes(field: str) -> None:
    assert fingerprint(**{field: "another"}) == fingerprint()


def test_fingerprint_of_invalid_entries_is_of_their_names() -> None:
    def of(name: str, msg: str) -> str:
        found = values(invalid=[{"name": name, "msg": msg}])
        return levels_of(found, ["invalid"])[0].fingerprint

    assert of("webhooks[3]", "a") == of("webhooks[3]", "b") != of("webhooks[4]", "a")
