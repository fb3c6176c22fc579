# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems of a set: collected, and raised together."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.problems import (
    Problems,
    collect_errors,
    raise_problems,
)


def test_error_of_an_entry_is_a_problem_and_the_others_have_results() -> None:
    def halved(number: int) -> int:
        if number % 2:
            raise NotPlannable(f"{number} is odd.")
        return number // 2

    assert collect_errors(halved, [4, 3, 8, 5]) == ({0: 2, 2: 4}, {1: "3 is odd.", 3: "5 is odd."})


def test_unexpected_error_of_an_entry_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        collect_errors(lambda number: 1 // number, [0])


RAISED: dict[str, tuple[Problems, Problems | None, list[str], list[str]]] = {
    "entries in order, then owners, then the set": (
        {10: "last", 2: "first"},
        {3: "fourth owner", 0: "first owner"},
        ["about all", "more"],
        [
            "webhooks[2]: first",
            "webhooks[10]: last",
            "owners[0]: first owner",
            "owners[3]: fourth owner",
            "about all",
            "more",
        ],
    ),
    "one problem of several entries": (
        {10: "the same", 2: "the same", 5: "another"},
        {0: "the same", 3: "another"},
        [],
        ["webhooks[2], webhooks[10], owners[0]: the same", "webhooks[5], owners[3]: another"],
    ),
    "owners alone": ({}, {1: "none"}, [], ["owners[1]: none"]),
    "the set alone": ({}, None, ["about all"], ["about all"]),
}


@pytest.mark.parametrize(
    ("of_webhooks", "of_owners", "of_set", "lines"), RAISED.values(), ids=RAISED
)
def test_problems_are_raised_together(
    of_webhooks: Problems, of_owners: Problems | None, of_set: list[str], lines: list[str]
) -> None:
    with pytest.raises(NotPlannable) as caught:
        raise_problems(of_webhooks, of_owners, of_set)

    first, *others = str(caught.value).splitlines()
    assert first == "Nothing was changed, because of these problems:"
    assert others == lines


def test_without_problems_nothing_is_raised() -> None:
    raise_problems({}, {})
    raise_problems({})
