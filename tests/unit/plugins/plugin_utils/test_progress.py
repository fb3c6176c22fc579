"""Progress on the screen: what it shows, where, and that it ends with the task."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _progress as progress_module
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._progress import show_progress
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import FROM_OUTSIDE, blocked_here

LIMIT = 30.0  # seconds, for machines under load


@dataclass
class Screen:
    """Ansible's display, as far as progress may use it."""

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
    monkeypatch.setattr(progress_module, "Display", lambda: screen)
    assert progress_module.INTERVAL == 5.0
    monkeypatch.setattr(progress_module, "INTERVAL", 0.01)
    return screen


class AskedFor(Progress):
    """Counts, and whether somebody wanted to know them."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = threading.Event()

    def __str__(self) -> str:
        self.was_asked.set()
        return super().__str__()


def test_long_task_shows_its_counts_again_and_again(screen: Screen) -> None:
    progress = AskedFor()

    with show_progress("the_task", progress):
        assert progress.was_asked.wait(LIMIT)
        progress.begin("done", 10_000)
        assert screen.has_shown.wait(LIMIT)
        progress.count()
        screen.has_shown.clear()
        assert screen.has_shown.wait(LIMIT)

    assert screen.lines[0] == "the_task: 0 of 10,000 done"
    assert screen.lines[-1] == "the_task: 1 of 10,000 done"
    assert screen.blocked == FROM_OUTSIDE


def test_task_that_fails_early_shows_nothing_and_leaves_no_thread(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_module, "INTERVAL", LIMIT)
    before = set(threading.enumerate())
    progress = Progress()
    progress.begin("done", 2)

    with pytest.raises(LookupError), show_progress("the_task", progress):
        raise LookupError("the task's own")

    assert set(threading.enumerate()) <= before
    assert screen.lines == []
