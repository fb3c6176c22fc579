# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sign of life: what it shows, where, and that it ends with the task."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _life_sign
from ansible_collections.touchbasepro.sms.tests.unit.support.signals import (
    FROM_OUTSIDE,
    blocked_here,
)

LIMIT = 30.0  # seconds, for machines under load


@dataclass
class Screen:
    """Ansible's display, as far as a sign of life may use it."""

    lines: list[str] = field(default_factory=list)
    has_shown: threading.Event = field(default_factory=threading.Event)
    blocked: set[int] = field(default_factory=set)

    def display(self, text: str, *, stderr: bool) -> None:
        assert stderr, "stdout is for programs"
        self.lines.append(text)
        self.blocked = blocked_here()
        self.has_shown.set()


@pytest.fixture(name="screen")
def _screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr(_life_sign, "Display", lambda: screen)
    monkeypatch.setattr(_life_sign, "INTERVAL", 0.01)
    return screen


def test_a_task_that_takes_long_shows_its_counts_again_and_again(screen: Screen) -> None:
    progress = Progress()
    progress.begin("done", 10_000)

    with _life_sign.life_sign("touchbase_sms_webhooks", progress):
        assert screen.has_shown.wait(LIMIT)
        progress.count_done()
        screen.has_shown.clear()
        assert screen.has_shown.wait(LIMIT)

    assert screen.lines[0] == "touchbase_sms_webhooks: 0 of 10,000 done"
    assert screen.lines[-1] == "touchbase_sms_webhooks: 1 of 10,000 done"


def test_signals_come_to_the_task_itself(screen: Screen) -> None:
    progress = Progress()
    progress.begin("done", 1)

    with _life_sign.life_sign("touchbase_sms_webhooks", progress):
        assert screen.has_shown.wait(LIMIT)

    assert screen.blocked == FROM_OUTSIDE


class AskedFor(Progress):
    """Counts, and whether somebody wanted to know them."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = threading.Event()

    def __str__(self) -> str:
        self.was_asked.set()
        return super().__str__()


def test_before_anything_has_begun_there_is_nothing_to_show(screen: Screen) -> None:
    progress = AskedFor()

    with _life_sign.life_sign("touchbase_sms_webhooks", progress):
        assert progress.was_asked.wait(LIMIT)
        progress.begin("lists read", 1)
        assert screen.has_shown.wait(LIMIT)

    assert set(screen.lines) == {"touchbase_sms_webhooks: 0 of 1 lists read"}


def test_a_task_that_is_over_before_the_interval_shows_nothing(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_life_sign, "INTERVAL", LIMIT)
    progress = Progress()
    progress.begin("done", 2)

    with _life_sign.life_sign("touchbase_sms_webhooks", progress):
        progress.count_done()

    assert screen.lines == []


def test_it_ends_with_the_task_also_when_that_fails(screen: Screen) -> None:
    before = set(threading.enumerate())
    progress = Progress()
    progress.begin("done", 2)

    def task() -> None:
        with _life_sign.life_sign("touchbase_sms_webhooks", progress):
            assert screen.has_shown.wait(LIMIT)
            raise LookupError("the task's own")

    with pytest.raises(LookupError, match="the task's own"):
        task()

    assert set(threading.enumerate()) <= before


def test_a_person_hears_of_a_task_every_five_seconds() -> None:
    assert _life_sign.INTERVAL == 5.0
