# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task has done so far, in words."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._parallel import in_parallel
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress


def progress(doing: str, total: int, done: int = 0, retries: int = 0) -> Progress:
    made = Progress()
    made.begin(doing, total)
    for _step in range(done):
        made.count_done()
    for _retry in range(retries):
        made.count_retry()
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
def test_the_counts_in_words(counted: Progress, words: str) -> None:
    assert str(counted) == words


def test_a_new_part_starts_its_count_anew_and_keeps_the_retries() -> None:
    counted = progress("lists read", 3, 3, 1)

    counted.begin("done", 7)

    assert str(counted) == "0 of 7 done, 1 retry"


def test_what_returns_is_counted_and_what_fails_is_not() -> None:
    counted = progress("numbers read", 3)
    read = counted.counting(int)

    assert [read("1"), read("2")] == [1, 2]
    with pytest.raises(ValueError, match="three"):
        read("three")

    assert str(counted) == "2 of 3 numbers read"


def test_no_step_of_many_threads_is_lost() -> None:
    counted = progress("steps taken", 20_000)

    in_parallel(
        counted.counting(lambda _step: counted.count_retry()), range(20_000), 8, threading.Event()
    )

    assert str(counted) == "20,000 of 20,000 steps taken, 20,000 retries"
