"""What is told of the levels that polls find, and when."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import DRIFT_KINDS
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import NEW_URL, webhook

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.levels import (  # isort: skip
    Level, Levels, Told, levels_of, unreadable,
)  # fmt: skip

MINUTE = 60.0
REMIND = 10 * MINUTE
DISABLED, TOLD = "disabled_by_service", "disabled_by_service 1"


def in_words(told: Told) -> str:
    """Such as "missing 1", "missing 1 again" and "missing 1 settled"."""
    state = " again" if told.reminder else " settled" if told.is_settled else ""
    return f"{told.level.kind} {told.times}{state}"


def story(script: str, confirm: int = 2, remind: float = REMIND) -> str:
    """What is told of polls, a minute apart, that find these kinds; "-" is a poll without any."""
    levels = Levels(confirm, remind)
    found = [
        [Level(kind, kind, {}) for kind in poll.split("+") if kind != "-"]
        for poll in script.split()
    ]
    told = [levels.update(one, minute * MINUTE) for minute, one in enumerate(found)]
    return ", ".join(" and ".join(map(in_words, events)) or "-" for events in told)


# The polls, and what is told after each.
STORIES = {
    "nothing": ("- -", "-, -"),
    "appears and lasts": ("missing missing missing", "-, missing 1, -"),
    "vanishes before it is confirmed": ("missing - missing -", "-, -, -, -"),
    "vanishes": ("missing missing - -", "-, missing 1, -, missing 1 settled"),
    "is missed by one poll": ("missing missing - missing", "-, missing 1, -, -"),
    "is missed now and then": (
        "missing missing - missing - missing", "-, missing 1, -, -, -, -"),
    "disabled, told at once": (f"{DISABLED} {DISABLED} - -", f"{TOLD}, -, {TOLD} settled, -"),
    "flaps": (
        f"{DISABLED} - {DISABLED} -",
        f"{TOLD}, {TOLD} settled, {DISABLED} 2, {DISABLED} 2 settled"),
    "fails once": ("unreadable - unreadable -", "-, -, -, -"),
    "fails twice": (
        "unreadable unreadable unreadable -", "-, unreadable 1, -, unreadable 1 settled"),
    "several": (
        f"{DISABLED}+missing missing -", f"{TOLD}, missing 1 and {TOLD} settled, -"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "told"), STORIES.values(), ids=STORIES)
def test_levels_are_told_when_confirmed_and_settled(script: str, told: str) -> None:
    assert story(script) == told


@pytest.mark.parametrize("confirm", [1, 3])
def test_other_kinds_wait_for_as_many_polls_as_the_user_says(confirm: int) -> None:
    waits = "-, " * (confirm - 1)

    told = story("missing " * confirm + "- " * confirm, confirm)

    assert told == f"{waits}missing 1, {waits}missing 1 settled"


@pytest.mark.parametrize(("remind", "again"), [(REMIND, f"{TOLD} again"), (0, "-")])
def test_lasting_level_is_told_again_after_each_reminder(remind: float, again: str) -> None:
    told = story(f"{DISABLED} " * 21, remind=remind).split(", ")

    assert told == [TOLD, *["-"] * 9, again, *["-"] * 9, again]


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


WRONG = {"name": "replies", "msg": "wrong"}
RECORD = webhook(name="replies").record()
OFF, AFTER = {**RECORD, "active": False}, {**RECORD, "url": NEW_URL}
DATA: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "missing": (RECORD, {"webhook": None, "declared": RECORD}),
    "different": ({"before": RECORD, "after": AFTER}, {"webhook": RECORD, "declared": AFTER}),
    "deactivated": (OFF, {"webhook": OFF, "declared": RECORD}),
    "activated": (RECORD, {"webhook": RECORD, "declared": OFF}),
    "disabled_by_service": (OFF, {"webhook": OFF, "declared": None}),
    "undeclared": (RECORD, {"webhook": RECORD, "declared": None}),
    "invalid": (WRONG, {"webhook": None, "declared": None, "msg": "wrong"}),
}


@pytest.mark.parametrize("kind", DRIFT_KINDS)
def test_level_has_the_record_as_it_is_and_as_declared(kind: str) -> None:
    found, data = DATA[kind]

    (level,) = levels_of({kind: [found]}, [kind])

    assert (level.kind, level.data) == (kind, {**data, "name": "replies"})


def test_levels_are_of_the_wanted_kinds_only() -> None:
    found = {"undeclared": [RECORD], "missing": [RECORD]}

    assert [one.kind for one in levels_of(found, ["missing"])] == ["missing"]


def test_unreadable_says_what_the_error_was_and_is_one_level() -> None:
    first = unreadable({"msg": "a", "failure": {"status": 500}})
    second = unreadable({"msg": "b", "failure": {"status": 502}})

    assert first.fingerprint == second.fingerprint
    wanted = {"msg": "a", "failure": {"status": 500}}
    assert first.data == {"webhook": None, "declared": None, "name": None, **wanted}


def fingerprint(kind: str = "undeclared", **changed: Any) -> str:
    (level,) = levels_of({kind: [{**RECORD, **changed}]}, [kind])
    return level.fingerprint


def test_fingerprint_is_of_what_identifies_a_webhook() -> None:
    texts = dict.fromkeys(("kind", "scope", "webhook_type", "url"), "deactivated")
    identity: dict[str, Any] = {**texts, "campaign_id": 2, "list_id": 2, "webhook_id": 2}
    others: dict[str, Any] = {"note": "a", "date_created": "a", "name": "a", "active": False}

    found = {fingerprint(**{name: value}) for name, value in identity.items()}

    assert len(found) == len(identity)
    assert fingerprint() not in found
    assert fingerprint(**others) == fingerprint()
    assert len(fingerprint()) == 16


def test_fingerprint_of_invalid_entries_is_of_their_names() -> None:
    assert fingerprint("invalid", name="a", msg="b") == fingerprint("invalid", name="a", msg="c")
    assert fingerprint("invalid", name="a") != fingerprint("invalid", name="b")
