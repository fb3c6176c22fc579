"""What a task has done so far, in words."""

from __future__ import annotations

from threading import Event

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.parallel import in_parallel
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress


def progress(doing: str, total: int, done: int = 0, retries: int = 0) -> Progress:
    made = Progress()
    made.begin(doing, total)
    for _step in range(done):
        made.count()
    for _retry in range(retries):
        made.count("retries")
    return made


WORDS = {
    "nothing begun": (Progress(), ""),
    "nothing to do": (progress("notes read", 0), ""),
    "nothing done": (progress("lists read", 1), "0 of 1 lists read"),
    "thousands": (progress("done", 10_000, 2_400, 3), "2,400 of 10,000 done, 3 retries"),
    "one retry": (progress("done", 2, 1, 1), "1 of 2 done, 1 retry"),
    "thousands of retries": (progress("done", 2, 0, 1_200), "0 of 2 done, 1,200 retries"),
}


@pytest.mark.parametrize(("counted", "words"), WORDS.values(), ids=WORDS)
def test_counts_are_shown_in_words(counted: Progress, words: str) -> None:
    assert str(counted) == words


def test_next_step_counts_anew_and_keeps_retries() -> None:
    counted = progress("lists read", 3, 3, 1)

    counted.begin("done", 7)

    assert str(counted) == "0 of 7 done, 1 retry"


def test_counts_of_many_threads_are_complete() -> None:
    counted = progress("steps taken", 20_000)

    in_parallel(lambda _step: counted.count(), range(20_000), 8, Event())

    assert str(counted) == "20,000 of 20,000 steps taken"
