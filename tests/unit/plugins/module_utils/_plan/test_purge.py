# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The purge of a set: what it deletes, its limits, and what it warns about."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, DesiredWebhook, Owner, Purge, Webhook, problems_of, set_plan,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, ELSEWHERE, EMPTY_LIST, FORBIDDEN, GONE, NO_CODE, OFF_TWIN, ON, OTHER,
    OTHER_CAMPAIGN, OTHER_URL, PAUSED, STATUS_ONE, THIRD_URL, TWIN, URL, Refused, absent, by_id,
    by_key, new_webhook, webhook,
)  # fmt: skip

ABROAD = by_key(owner=OTHER_CAMPAIGN)
THIRD = Change(None, new_webhook(url=THIRD_URL))


def deletions(*webhooks: Webhook) -> list[Change]:
    return [Change(one, None) for one in webhooks]


PURGES = {
    "after all entries": (
        [by_id(active=False), by_key(THIRD_URL), ABROAD], [OTHER, ON, ELSEWHERE],
        [Change(ON, PAUSED), THIRD, Change(ELSEWHERE, ELSEWHERE)], [OTHER]),
    "of several that match, all but the lowest": ([by_key()], [TWIN, ON], [Change(ON, ON)], [TWIN]),
    "of several that match, all but the active": (
        [by_key()], [OFF_TWIN, TWIN], [Change(TWIN, TWIN)], [OFF_TWIN]),
    "nothing is paired with a new URL": ([by_key(THIRD_URL)], [ON], [THIRD], [ON]),
    "nothing is left": ([by_key()], [ON], [Change(ON, ON)], []),
    "declared absent does not count": (
        [absent(by_id()), absent(by_key(OTHER_URL)), ABROAD], [ON, OTHER, ELSEWHERE, TWIN],
        [*deletions(ON, OTHER), Change(ELSEWHERE, ELSEWHERE)], [TWIN]),
}  # fmt: skip


@pytest.mark.parametrize(("desired", "there", "changes", "purged"), PURGES.values(), ids=PURGES)
def test_purge_deletes_undeclared_webhooks_after_the_entries(
    desired: list[DesiredWebhook],
    there: list[Webhook],
    changes: list[Change],
    purged: list[Webhook],
) -> None:
    found = set_plan(desired, there, Purge(len(purged), allow_empty=True))

    assert found.changes == [*changes, *deletions(*purged)]


@pytest.mark.parametrize(
    ("undeclared", "limit", "more"),
    [
        (0, 0, None),
        (10, 10, None),
        (11, 11, None),
        (1, 0, ""),
        (10, 3, ""),
        (11, 10, " and 1 more"),
        (22, 3, " and 12 more"),
    ],
)
def test_purge_beyond_its_limit_is_refused_and_names_ten(
    undeclared: int, limit: int, more: str | None
) -> None:
    there = [ON, *(webhook(webhook_id=100 + n, url=f"{URL}/{n}") for n in range(undeclared))]

    if more is None:
        assert len(set_plan([by_key()], there, Purge(limit)).changes) == 1 + undeclared
        return
    (problem,) = problems_of([by_key()], there, Purge(limit))
    named = ", ".join(f"webhook {100 + n} of campaign 9141" for n in range(min(10, undeclared)))
    assert problem == (
        f"purge would delete {undeclared} webhooks that are not declared, more than purge_limit "
        f"({limit}): {named}{more}. If that is intended, raise purge_limit; if not, look for what "
        "is missing in webhooks."
    )


def test_purge_of_owner_without_entries_is_refused() -> None:
    (problem,) = problems_of([by_key()], [ON, ELSEWHERE], Purge(10))

    assert problem == (
        "No webhook is declared for campaign 9142, so purge would leave none there. If that "
        "is intended, set allow_empty; if not, look for what is missing in webhooks, or take the "
        "owner out of owners."
    )


EMPTIED = "purge leaves campaign 9142 without any webhook: its events will reach nobody."
MISSING = (
    "The service reports that campaign 9142 does not exist, so nothing was purged there. Check its "
    "id."
)
GONE_ABROAD = absent(by_id(7, owner=OTHER_CAMPAIGN))
# entries, webhooks, purge, refusal of the second campaign, warnings
WARNED: dict[str, tuple[list[DesiredWebhook], list[Webhook], Purge, Refused | None, list[str]]] = {
    "allow_empty": ([by_key()], [ON, ELSEWHERE], Purge(1, allow_empty=True), None, [EMPTIED]),
    "declared absent": ([by_key(), GONE_ABROAD], [ON, ELSEWHERE], Purge(0), None, [EMPTIED]),
    "was empty": ([by_key()], [ON], Purge(0), None, []),
    "is created": ([by_key(), ABROAD], [ON], Purge(0), None, []),
    "is kept": ([by_key(), ABROAD], [ON, ELSEWHERE], Purge(0), None, []),
    "missing": ([by_key()], [ON], Purge(0), GONE, [MISSING]),
    "empty list": ([by_key()], [ON], Purge(0), EMPTY_LIST, []),
}


@pytest.mark.parametrize(
    ("desired", "there", "purge", "error", "warnings"), WARNED.values(), ids=WARNED
)
def test_owner_that_is_emptied_or_missing_is_warned_about(
    desired: list[DesiredWebhook],
    there: list[Webhook],
    purge: Purge,
    error: Refused | None,
    warnings: list[str],
) -> None:
    assert set_plan(desired, there, purge, {OTHER_CAMPAIGN: error}).warnings == warnings


@pytest.mark.parametrize("error", [FORBIDDEN, NO_CODE], ids=["403", "no code"])
def test_refused_owner_of_a_purge_is_a_problem(error: Refused) -> None:
    assert problems_of([by_key()], [ON], Purge(9), {OTHER_CAMPAIGN: error}) == [str(error)]


def test_owner_refused_for_its_entry_is_not_named_again_for_the_purge() -> None:
    problems = problems_of([by_key()], [], Purge(9), {CAMPAIGN: FORBIDDEN})

    assert problems == [f"webhooks[0]: {FORBIDDEN}"]


def test_problems_of_entries_owners_and_purge_come_at_once() -> None:
    third = Owner("campaign", 9143)
    there = [ON, OTHER, webhook(owner=third)]
    errors = {OTHER_CAMPAIGN: FORBIDDEN, third: None}

    problems = problems_of([by_id(99, active=True)], there, Purge(1), errors)

    assert [line.split()[0] for line in problems] == ["webhooks[0]:", "Not", "No", "purge"]


def test_webhook_of_an_entry_with_a_problem_does_not_count_as_purged() -> None:
    wrong_type = by_id(31, webhook_type="CampaignReply", active=True)

    (problem,) = problems_of([by_key(), wrong_type], [ON, STATUS_ONE], Purge(0))

    assert problem.startswith("webhooks[1]: Webhook 31 of campaign 9141 is of type")
