# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what polls find to what is told, and when. Pure: no I/O, no clock; private.

Drift is a level, not an edge: it is told when it appears, again while it lasts, and once it is
gone. If only its appearance were told, a repair that fails would never be tried again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._sensitive import digest_of

DISABLED = "disabled_by_service"
UNREADABLE = "unreadable"
SETTLED = "settled"

# How many polls in a row must find a level before it is told; for other kinds the user says it.
# What the service itself has done is certain, and one failed poll is not worth an event.
_POLLS_TO_TELL = {DISABLED: 1, UNREADABLE: 2}
# How many must miss it. If a webhook is activated and deactivated again, both have to be seen.
_POLLS_TO_SETTLE = {DISABLED: 1, UNREADABLE: 1}
_IDENTITY = ("scope", "campaign_id", "list_id", "webhook_id", "webhook_type", "url")
_DIGITS = 16
"""Of a fingerprint; among 10,000 webhooks, two are the same in one of 10^11 cases."""


@dataclass(frozen=True)
class Level:
    """One difference that a poll finds; ``data`` is what an event says of it."""

    kind: str
    fingerprint: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """An event: the level, how often it has appeared, whether it was told before, since when."""

    level: Level
    times: int
    reminder: bool
    since: float
    is_settled: bool = False

    def as_data(self, since: str) -> dict[str, Any]:
        """The event as plain data, with ``since`` as text."""
        kind = {"kind": self.level.kind}
        return {
            **({"kind": SETTLED, "was": self.level.kind} if self.is_settled else kind),
            **self.level.data,
            "fingerprint": self.level.fingerprint,
            "times": self.times,
            "reminder": self.reminder,
            "since": since,
        }


def levels_of(values: Mapping[str, Any], kinds: Sequence[str]) -> list[Level]:
    """The levels of these kinds, from the values of touchbase_sms_drift_info."""
    return [_level(kind, one) for kind in kinds for one in values[kind]]


def unreadable(error: Mapping[str, Any]) -> Level:
    """The level of polls that fail, with ``msg`` and ``failure`` of the last error."""
    data = {"webhook": None, "declared": None, "name": None}
    told = {"msg": error["msg"], "failure": error["failure"]}
    return Level(UNREADABLE, _fingerprint(UNREADABLE, {}), {**data, **told})


def _level(kind: str, found: Mapping[str, Any]) -> Level:
    if kind == "invalid":
        data = {"webhook": None, "declared": None, **found}
        return Level(kind, digest_of(f"{kind}\n{found['name']}", _DIGITS), data)
    webhook: Any = found
    declared: Any = None
    if kind == "different":
        webhook, declared = found["before"], found["after"]
    elif kind == "missing":
        webhook, declared = None, found
    elif kind in ("deactivated", "activated"):
        declared = {**found, "active": not found["active"]}
    known = webhook or declared
    data = {"webhook": webhook, "declared": declared, "name": known["name"]}
    return Level(kind, _fingerprint(kind, known), data)


def _fingerprint(kind: str, record: Mapping[str, Any]) -> str:
    """The digest of what identifies a webhook, its URL in clear; not of its note or a date."""
    return digest_of("\n".join([kind, *(str(record.get(name)) for name in _IDENTITY)]), _DIGITS)


@dataclass(frozen=True)
class _Seen:
    """A level that polls have found, in how many, and how many in a row have missed it."""

    level: Level
    since: float
    found: int = 0
    missed: int = 0
    told_at: float | None = None


class Levels:
    """What earlier polls have found. In memory: after a restart everything is told once more."""

    def __init__(self, confirm: int, remind: float) -> None:
        """``confirm`` is a number of polls, ``remind`` seconds, or 0 for never."""
        self._confirm = confirm
        self._remind = remind
        self._seen: dict[str, _Seen] = {}
        self._times: Counter[str] = Counter()

    def update(self, found: Sequence[Level], now: float) -> list[Told]:
        """What to tell after a poll that has found these levels; ``now`` in seconds."""
        current = {one.fingerprint: one for one in found}
        gone = [key for key in self._seen if key not in current]
        told = [self._found(one, now) for one in current.values()]
        told += [self._missed(key) for key in gone]
        return [one for one in told if one is not None]

    def _found(self, level: Level, now: float) -> Told | None:
        key = level.fingerprint
        seen = self._seen.get(key) or _Seen(level, now)
        seen = replace(seen, level=level, found=seen.found + 1, missed=0)
        is_first = seen.told_at is None
        is_due = seen.found >= _POLLS_TO_TELL.get(level.kind, self._confirm)
        if seen.told_at is not None:
            is_due = 0 < self._remind <= now - seen.told_at
        self._seen[key] = replace(seen, told_at=now) if is_due else seen
        if not is_due:
            return None
        self._times[key] += is_first
        return Told(level, self._times[key], not is_first, seen.since)

    def _missed(self, key: str) -> Told | None:
        seen = replace(self._seen[key], missed=self._seen[key].missed + 1)
        is_known = seen.told_at is not None
        if is_known and seen.missed < _POLLS_TO_SETTLE.get(seen.level.kind, self._confirm):
            self._seen[key] = seen
            return None
        del self._seen[key]
        if not is_known:
            return None
        return Told(seen.level, self._times[key], False, seen.since, is_settled=True)
