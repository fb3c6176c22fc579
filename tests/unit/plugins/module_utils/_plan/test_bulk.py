# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a set: a change for each entry, and the problems of all of them at once."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Refused
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import (
    Purge,
    duplicates,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import problems_of, set_plan
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    FORBIDDEN,
    GONE,
    NEW,
    NO_CODE,
    ON,
    OTHER,
    OTHER_CAMPAIGN,
    OTHER_URL,
    REPLY,
    SPELT_OTHERWISE,
    STATUS,
    STATUS_ONE,
    THIRD_URL,
    TWIN,
    URL,
    absent,
    by_id,
    by_key,
    new_webhook,
    webhook,
)

ELSEWHERE = webhook(owner=OTHER_CAMPAIGN)
PLANS: dict[str, tuple[list[DesiredWebhook], list[Webhook], list[Change]]] = {
    "in the order of the entries": (
        [absent(by_key(OTHER_URL)), by_key(THIRD_URL), by_id(active=False)],
        [ON, OTHER],
        [
            Change(OTHER, None),
            Change(None, new_webhook(url=THIRD_URL)),
            Change(ON, webhook(active=False)),
        ],
    ),
    "removed by id, and created anew": (
        [absent(by_id()), by_key()],
        [ON],
        [Change(ON, None), Change(None, NEW)],
    ),
    "removed by id, its twin kept": (
        [absent(by_id()), by_key()],
        [ON, TWIN],
        [Change(ON, None), Change(TWIN, TWIN)],
    ),
    "URL of one that moves, for a new one": (
        [by_key(), by_id(url=OTHER_URL)],
        [ON],
        [Change(None, NEW), Change(ON, webhook(url=OTHER_URL))],
    ),
    "two swap their URLs": (
        [by_id(28, url=OTHER_URL), by_id(29, url=URL)],
        [ON, OTHER],
        [Change(ON, webhook(url=OTHER_URL)), Change(OTHER, webhook(webhook_id=29))],
    ),
    "twins by their ids": (
        [by_id(28, url=URL), by_id(30, url=URL, active=False)],
        [ON, TWIN],
        [Change(ON, ON), Change(TWIN, webhook(webhook_id=30, active=False))],
    ),
    "one id of two owners": (
        [by_id(active=False), by_key(owner=OTHER_CAMPAIGN)],
        [ON, ELSEWHERE],
        [Change(ON, webhook(active=False)), Change(ELSEWHERE, ELSEWHERE)],
    ),
    "URL that one moves to, removed elsewhere": (
        [by_id(url=OTHER_URL), absent(by_key())],
        [ON, TWIN],
        [Change(ON, webhook(url=OTHER_URL)), Change(TWIN, None)],
    ),
    "kept here, removed of another owner": (
        [by_key(), absent(by_key(owner=OTHER_CAMPAIGN))],
        [ON],
        [Change(ON, ON), Change(None, None)],
    ),
    "undeclared ones stay": ([by_key()], [ON, OTHER, STATUS_ONE], [Change(ON, ON)]),
    "nothing": ([], [ON], []),
}


@pytest.mark.parametrize(("desired", "there", "changes"), PLANS.values(), ids=PLANS)
def test_set_has_one_change_for_each_entry_in_order(
    desired: list[DesiredWebhook], there: list[Webhook], changes: list[Change]
) -> None:
    assert set_plan(desired, there).changes == changes


COLLISIONS: dict[str, tuple[list[DesiredWebhook], list[Webhook], str]] = {
    "a key to delete twice": (
        [absent(by_key()), absent(by_key(SPELT_OTHERWISE))],
        [ON],
        "webhooks[1]: webhooks[0] refers to webhook 28 of campaign 9141 as well.",
    ),
    "an id to keep and its key to delete": (
        [by_id(active=False), absent(by_key())],
        [ON],
        "webhooks[1]: webhooks[0] keeps what this removes. Leave one out.",
    ),
    "a key to delete and an id that moves there": (
        [absent(by_key(OTHER_URL)), by_id(url=OTHER_URL)],
        [ON, OTHER],
        "webhooks[0]: webhooks[1] keeps what this removes. Leave one out.",
    ),
    "a key to delete, spelt otherwise, and its twin by id": (
        [by_id(30, active=False), absent(by_key(SPELT_OTHERWISE))],
        [ON, TWIN],
        "webhooks[1]: webhooks[0] keeps what this removes. Leave one out.",
    ),
    "one moves to where another is declared": (
        [by_key(OTHER_URL), by_id(url=OTHER_URL)],
        [ON, OTHER],
        "webhooks[1]: webhooks[0] has the same owner, type and URL",
    ),
    "one moves to where another is to be created": (
        [by_id(url=OTHER_URL), by_key(OTHER_URL)],
        [ON],
        "webhooks[1]: webhooks[0] has the same owner, type and URL",
    ),
    "one stays where another is to be created": (
        [by_id(active=False), by_key()],
        [ON],
        "webhooks[1]: webhooks[0] has the same owner, type and URL",
    ),
}


@pytest.mark.parametrize("purge", [None, Purge(10)], ids=["kept", "purged"])
@pytest.mark.parametrize(("desired", "there", "problem"), COLLISIONS.values(), ids=COLLISIONS)
def test_entries_that_end_at_one_webhook_or_url_are_refused(
    desired: list[DesiredWebhook], there: list[Webhook], problem: str, purge: Purge | None
) -> None:
    (line,) = problems_of(desired, there, purge)

    assert line.startswith(problem)


DUPLICATES: dict[str, tuple[list[DesiredWebhook], dict[int, str]]] = {
    "nothing": ([], {}),
    "others": ([by_id(28), by_id(29), by_key(), by_key(OTHER_URL)], {}),
    "another owner": ([by_id(), by_id(owner=OTHER_CAMPAIGN)], {}),
    "another type": ([by_key(), by_key(webhook_type=STATUS)], {}),
    "an id and its own key": ([by_id(url=URL, webhook_type=REPLY), by_key()], {}),
    "an id twice": (
        [by_id(active=True), by_key(), by_id(url=URL)],
        {2: "webhooks[0] declares webhook 28 of campaign 9141 too."},
    ),
    "an id to keep and to delete": (
        [absent(by_id()), by_id(url=URL)],
        {1: "webhooks[0] declares webhook 28 of campaign 9141 too."},
    ),
    "a key three times": (
        [by_key(), by_key(SPELT_OTHERWISE), absent(by_key())],
        {
            1: f"webhooks[0] declares the {REPLY} webhook of campaign 9141 with this URL too.",
            2: f"webhooks[0] declares the {REPLY} webhook of campaign 9141 with this URL too.",
        },
    ),
}


@pytest.mark.parametrize(("desired_webhooks", "problems"), DUPLICATES.values(), ids=DUPLICATES)
def test_entries_that_name_one_webhook_twice_are_duplicates(
    desired_webhooks: list[DesiredWebhook], problems: dict[int, str]
) -> None:
    assert duplicates(dict(enumerate(desired_webhooks))) == problems


def test_problems_of_all_entries_come_at_once_in_order() -> None:
    desired = [
        by_id(active=False),
        by_key(OTHER_URL),
        by_id(99, active=True),
        by_key(),
        by_id(31, webhook_type=REPLY, url=THIRD_URL),
        by_id(29, url="ftp://h.example"),
    ]
    twins = [OTHER, webhook(webhook_id=32, url=OTHER_URL), webhook(webhook_id=33, url=OTHER_URL)]
    reasons = {
        "webhooks[1]": "32, 33",
        "webhooks[2]": "no webhook 99",
        "webhooks[3]": "same owner",
        "webhooks[4]": "of type",
        "webhooks[5]": "not an absolute",
    }

    lines = problems_of(desired, [ON, STATUS_ONE, *twins])

    assert [line.partition(":")[0] for line in lines] == list(reasons)
    assert all(reason in line for reason, line in zip(reasons.values(), lines))


NO_99 = "webhooks[4]: There is no webhook 99 of campaign 9142. Correct webhook_id or the owner."
REFUSED_OWNERS: dict[str, tuple[Refused, list[str]]] = {
    "missing": (GONE, [f"webhooks[0], webhooks[3]: {GONE}", NO_99]),
    "forbidden": (FORBIDDEN, [f"webhooks[0], webhooks[1], webhooks[3]: {FORBIDDEN}", NO_99]),
    "no code": (NO_CODE, [f"webhooks[0], webhooks[1], webhooks[3]: {NO_CODE}", NO_99]),
}


@pytest.mark.parametrize("purge", [None, Purge(10)], ids=["kept", "purged"])
@pytest.mark.parametrize(("error", "lines"), REFUSED_OWNERS.values(), ids=REFUSED_OWNERS)
def test_refused_owner_is_one_problem_of_all_entries_that_need_it(
    error: Refused, lines: list[str], purge: Purge | None
) -> None:
    desired = [
        by_key(),
        absent(by_key(OTHER_URL)),
        by_key(owner=OTHER_CAMPAIGN),
        by_key(THIRD_URL),
        by_id(99, owner=OTHER_CAMPAIGN, active=True),
    ]

    assert problems_of(desired, [], purge, {CAMPAIGN: error}) == lines


def test_absent_webhook_of_missing_owner_is_no_change_and_no_warning() -> None:
    found = set_plan([absent(by_key())], [], errors={CAMPAIGN: GONE})

    assert (found.changes, found.warnings) == ([Change(None, None)], [])


# Warnings

PURGE_INSTEAD = "To delete what is not declared, declare a set with `purge: true`."
BESIDE: dict[str, tuple[list[DesiredWebhook], list[Webhook], list[str]]] = {
    "one": (
        [by_key(THIRD_URL)],
        [ON],
        [
            f"Campaign 9141 already has {REPLY} webhook 28; this adds a second. "
            "To move it, give `webhook_id: 28` or `unique_by: type`. " + PURGE_INSTEAD
        ],
    ),
    "several, the lowest first": (
        [by_key(THIRD_URL)],
        [TWIN, OTHER, ON],
        [
            f"Campaign 9141 already has {REPLY} webhooks 28, 29, 30; this adds another. "
            "To move one, give `webhook_id: 28`. " + PURGE_INSTEAD
        ],
    ),
    "two of them": (
        [by_key(THIRD_URL)],
        [TWIN, ON],
        [
            f"Campaign 9141 already has {REPLY} webhooks 28, 30; this adds another. "
            "To move one, give `webhook_id: 28`. " + PURGE_INSTEAD
        ],
    ),
    "two creations, one warning": (
        [by_key(THIRD_URL), by_key(THIRD_URL + "/2")],
        [ON],
        [
            f"Campaign 9141 already has {REPLY} webhook 28; this adds a second. "
            "To move it, give `webhook_id: 28` or `unique_by: type`. " + PURGE_INSTEAD
        ],
    ),
    "of another type": ([by_key(THIRD_URL)], [STATUS_ONE], []),
    "of another owner": ([by_key(THIRD_URL)], [webhook(owner=OTHER_CAMPAIGN)], []),
    "declared": ([by_key(THIRD_URL), by_key()], [ON], []),
    "declared absent": ([by_key(THIRD_URL), absent(by_id())], [ON], []),
    "nothing created": ([by_id(url=THIRD_URL)], [ON, OTHER], []),
}


TWICE = (
    "Webhook 28 of campaign 9141 gets the URL of webhook 29 of campaign 9141, which is not "
    "declared, so every event will be delivered there twice. Remove one of them."
)
TWINS: dict[str, tuple[list[DesiredWebhook], list[Webhook], list[str]]] = {
    "of its type": ([by_id(url=OTHER_URL)], [ON, OTHER], [TWICE]),
    "the other way": (
        [by_id(url=URL)],
        [webhook(url=OTHER_URL), webhook(webhook_id=29)],
        [TWICE],
    ),
    "spelt otherwise": (
        [by_id(url=OTHER_URL.replace("https://hooks", "HTTPS://HOOKS"))],
        [ON, OTHER],
        [TWICE],
    ),
    "of another type": (
        [by_id(url=OTHER_URL)],
        [ON, webhook(webhook_id=29, webhook_type=STATUS, url=OTHER_URL)],
        [],
    ),
    "of another owner": (
        [by_id(url=OTHER_URL)],
        [ON, webhook(owner=OTHER_CAMPAIGN, webhook_id=29, url=OTHER_URL)],
        [],
    ),
    "declared": ([by_id(url=OTHER_URL), by_id(29, url=THIRD_URL)], [ON, OTHER], []),
    "declared absent": ([by_id(url=OTHER_URL), absent(by_id(29))], [ON, OTHER], []),
    "had it before": ([by_id(active=False)], [ON, TWIN], []),
    "had it before, spelt otherwise": ([by_id(url=SPELT_OTHERWISE)], [ON, TWIN], []),
    "nothing changed": ([by_id(url=URL)], [ON, OTHER], []),
    "removed": ([absent(by_id())], [ON, TWIN], []),
}


@pytest.mark.parametrize(
    ("desired", "there", "warnings"),
    [*BESIDE.values(), *TWINS.values()],
    ids=[*(f"created beside, {name}" for name in BESIDE), *(f"moved to, {name}" for name in TWINS)],
)
def test_webhook_that_repeats_an_undeclared_one_is_warned_about(
    desired: list[DesiredWebhook], there: list[Webhook], warnings: list[str]
) -> None:
    assert set_plan(desired, there).warnings == warnings


@pytest.mark.parametrize("desired", [by_key(THIRD_URL), by_id(url=OTHER_URL)])
def test_repeated_webhooks_are_not_warned_about_if_purged(desired: DesiredWebhook) -> None:
    assert set_plan([desired], [ON, OTHER], Purge(2)).warnings == []
