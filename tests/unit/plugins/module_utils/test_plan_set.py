# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a whole set: what becomes of each, what is refused, what a purge takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._declaration import Declaration
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    NotPlannable,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan import (
    Inventory,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan_set import (
    SetPlan,
    duplicates,
    of_each,
    plan_set,
    refuse,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Change, Webhook
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    FORBIDDEN,
    GONE,
    NEW,
    NO_CODE,
    OFF_TWIN,
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

# A set


def planned(
    declarations: list[Declaration], there: Iterable[Webhook], purge_limit: int | None = None
) -> SetPlan:
    """The plan of a set on two campaigns."""
    webhooks = list(there)
    inventories = {
        owner: Inventory([one for one in webhooks if one.owner == owner])
        for owner in (CAMPAIGN, OTHER_CAMPAIGN)
    }
    return plan_set(declarations, inventories, purge_limit)


def refusal(declarations: list[Declaration], there: Iterable[Webhook], **more: Any) -> list[str]:
    """The lines of the refusal, without the first that says that nothing was changed."""
    with pytest.raises(NotPlannable) as caught:
        planned(declarations, there, **more)
    first, *lines = str(caught.value).splitlines()
    assert first == "Nothing was changed, because of:"
    return lines


def test_the_changes_of_a_set_are_in_the_order_of_the_declarations() -> None:
    declarations = [absent(by_key(OTHER_URL)), by_key(THIRD_URL), by_id(active=False)]

    found = planned(declarations, [ON, OTHER])

    assert found.declared == [
        Change(OTHER, None),
        Change(None, new_webhook(url=THIRD_URL)),
        Change(ON, webhook(active=False)),
    ]
    assert found.changes == found.declared


def test_one_that_is_removed_by_its_id_may_be_created_anew() -> None:
    found = planned([absent(by_id()), by_key()], [ON])

    assert found.declared == [Change(ON, None), Change(None, NEW)]


def test_a_twin_of_one_that_is_removed_by_its_id_is_kept() -> None:
    found = planned([absent(by_id()), by_key()], [ON, TWIN])

    assert found.declared == [Change(ON, None), Change(TWIN, TWIN)]


def test_an_address_that_a_claimed_webhook_leaves_is_given_to_a_new_one() -> None:
    found = planned([by_key(), by_id(url=OTHER_URL)], [ON])

    assert found.declared == [Change(None, NEW), Change(ON, webhook(url=OTHER_URL))]


def test_two_webhooks_may_swap_their_addresses() -> None:
    found = planned([by_id(28, url=OTHER_URL), by_id(29, url=URL)], [ON, OTHER])

    assert [change.kind for change in found.declared] == ["updated", "updated"]


def test_twins_may_be_declared_by_their_ids() -> None:
    found = planned([by_id(28, url=URL), by_id(30, url=URL, active=False)], [ON, TWIN])

    assert [change.kind for change in found.declared] == ["unchanged", "updated"]


def test_the_same_id_of_another_owner_is_another_webhook() -> None:
    elsewhere = webhook(owner=OTHER_CAMPAIGN)

    found = planned([by_id(active=False), by_key(owner=OTHER_CAMPAIGN)], [ON, elsewhere])

    assert found.declared == [Change(ON, webhook(active=False)), Change(elsewhere, elsewhere)]


COLLISIONS: dict[str, tuple[list[Declaration], list[Webhook], str]] = {
    "a key to delete twice": (
        [absent(by_key()), absent(by_key(SPELT_OTHERWISE))],
        [ON],
        "webhooks[1]: webhooks[0] means webhook 28 of campaign 9141 as well.",
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
        "webhooks[1]: webhooks[0] has the same owner, type and address",
    ),
    "one moves to where another is to be created": (
        [by_id(url=OTHER_URL), by_key(OTHER_URL)],
        [ON],
        "webhooks[1]: webhooks[0] has the same owner, type and address",
    ),
    "one stays where another is to be created": (
        [by_id(active=False), by_key()],
        [ON],
        "webhooks[1]: webhooks[0] has the same owner, type and address",
    ),
}


@pytest.mark.parametrize("purge_limit", [None, 10], ids=["kept", "purged"])
@pytest.mark.parametrize(
    ("declarations", "there", "complaint"), COLLISIONS.values(), ids=COLLISIONS
)
def test_entries_that_end_at_one_webhook_or_address_are_refused(
    declarations: list[Declaration],
    there: list[Webhook],
    complaint: str,
    purge_limit: int | None,
) -> None:
    (line,) = refusal(declarations, there, purge_limit=purge_limit)

    assert line.startswith(complaint)


DUPLICATES: dict[str, tuple[list[Declaration], dict[int, str]]] = {
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
            1: f"webhooks[0] declares the {REPLY} webhook of campaign 9141 with this address too.",
            2: f"webhooks[0] declares the {REPLY} webhook of campaign 9141 with this address too.",
        },
    ),
}


@pytest.mark.parametrize(("declarations", "complaints"), DUPLICATES.values(), ids=DUPLICATES)
def test_declarations_that_mean_the_same_by_what_they_say_are_complained_about(
    declarations: list[Declaration], complaints: dict[int, str]
) -> None:
    assert duplicates(dict(enumerate(declarations))) == complaints


def test_all_complaints_come_at_once_in_the_order_of_the_entries() -> None:
    declarations = [
        by_id(active=False),
        by_key(OTHER_URL),
        by_id(99, active=True),
        by_key(),
        by_id(31, webhook_type=REPLY, url=THIRD_URL),
    ]
    twins = [OTHER, webhook(webhook_id=32, url=OTHER_URL)]

    lines = refusal(declarations, [ON, STATUS_ONE, *twins])

    assert [line.partition(":")[0] for line in lines] == [f"webhooks[{n}]" for n in (1, 2, 3, 4)]
    assert [
        word
        for word, line in zip(("29, 32", "no webhook 99", "same owner", "of type"), lines)
        if word in line
    ] == ["29, 32", "no webhook 99", "same owner", "of type"]


def test_what_one_entry_moves_away_from_another_may_remove() -> None:
    found = planned([by_id(url=OTHER_URL), absent(by_key())], [ON, TWIN])

    assert found.declared == [Change(ON, webhook(url=OTHER_URL)), Change(TWIN, None)]


def test_what_is_removed_elsewhere_may_be_kept_here() -> None:
    found = planned([by_key(), absent(by_key(owner=OTHER_CAMPAIGN))], [ON])

    assert found.declared == [Change(ON, ON), Change(None, None)]


REFUSED_OWNERS: dict[str, tuple[Refused, list[str]]] = {
    "missing": (GONE, [f"webhooks[0], webhooks[3]: {GONE}"]),
    "forbidden": (FORBIDDEN, [f"webhooks[0], webhooks[1], webhooks[3]: {FORBIDDEN}"]),
}


@pytest.mark.parametrize("purge_limit", [None, 10], ids=["kept", "purged"])
@pytest.mark.parametrize(("refused", "lines"), REFUSED_OWNERS.values(), ids=REFUSED_OWNERS)
def test_a_refused_owner_is_one_complaint_about_all_entries_that_need_it(
    refused: Refused, lines: list[str], purge_limit: int | None
) -> None:
    inventories = {CAMPAIGN: Inventory([], refused), OTHER_CAMPAIGN: Inventory([])}
    declarations = [
        by_key(),
        absent(by_key(OTHER_URL)),
        by_key(owner=OTHER_CAMPAIGN),
        by_key(THIRD_URL),
        by_id(99, owner=OTHER_CAMPAIGN, active=True),
    ]

    with pytest.raises(NotPlannable) as caught:
        plan_set(declarations, inventories, purge_limit)

    assert str(caught.value).splitlines()[1:] == [
        *lines,
        "webhooks[4]: There is no webhook 99 of campaign 9142. Correct webhook_id or the owner.",
    ]


def test_an_owner_to_purge_that_is_missing_has_nothing_to_purge_and_is_warned_about() -> None:
    inventories = {OTHER_CAMPAIGN: Inventory([ON]), CAMPAIGN: Inventory([], GONE)}

    found = plan_set([], inventories, purge_limit=1)

    assert found.changes == [Change(ON, None)]
    assert found.warnings == [
        "Campaign 9141 does not exist, as far as the service says, so nothing of it was purged."
    ]


@pytest.mark.parametrize("refused", [FORBIDDEN, NO_CODE], ids=["403", "no code"])
def test_any_other_refusal_of_an_owner_to_purge_is_raised_as_it_is(refused: Refused) -> None:
    inventories = {OTHER_CAMPAIGN: Inventory([ON]), CAMPAIGN: Inventory([], refused)}

    with pytest.raises(Refused) as caught:
        plan_set([], inventories, purge_limit=10)

    assert caught.value is refused


def test_without_purge_a_missing_owner_of_what_should_be_absent_is_not_worth_a_warning() -> None:
    found = plan_set([absent(by_key())], {CAMPAIGN: Inventory([], GONE)}, purge_limit=None)

    assert found.declared == [Change(None, None)]
    assert found.warnings == []


# Purge


def test_without_purge_what_is_not_declared_stays() -> None:
    found = planned([by_key()], [ON, OTHER, STATUS_ONE])

    assert found.purged == []


def test_purge_deletes_what_is_not_declared_after_everything_else() -> None:
    there = [OTHER, ON, webhook(owner=OTHER_CAMPAIGN, webhook_id=7)]

    found = planned([by_id(active=False), by_key(THIRD_URL)], there, purge_limit=2)

    assert found.purged == [Change(there[0], None), Change(there[2], None)]
    assert found.changes == [*found.declared, *found.purged]
    assert [change.kind for change in found.declared] == ["updated", "created"]


@pytest.mark.parametrize(
    ("there", "kept", "others"),
    [
        ([TWIN, ON], ON, [TWIN]),
        ([OFF_TWIN, TWIN], TWIN, [OFF_TWIN]),
    ],
    ids=["the lowest", "the one that is on"],
)
def test_purge_keeps_the_best_of_several_that_match_and_deletes_the_others(
    there: list[Webhook], kept: Webhook, others: list[Webhook]
) -> None:
    found = planned([by_key()], there, purge_limit=1)

    assert found.declared == [Change(kept, kept)]
    assert found.purged == [Change(one, None) for one in others]


def test_purge_pairs_nothing_so_a_new_address_is_a_new_webhook() -> None:
    found = planned([by_key(THIRD_URL)], [ON], purge_limit=1)

    assert found.declared == [Change(None, new_webhook(url=THIRD_URL))]
    assert found.purged == [Change(ON, None)]


def test_what_is_declared_absent_does_not_count_as_purged() -> None:
    found = planned([absent(by_id()), absent(by_key(OTHER_URL))], [ON, OTHER], purge_limit=0)

    assert found.purged == []
    assert found.declared == [Change(ON, None), Change(OTHER, None)]


def many(count: int) -> list[Webhook]:
    return [webhook(webhook_id=100 + n, url=f"{URL}/{n}") for n in range(count)]


@pytest.mark.parametrize(
    ("undeclared", "purge_limit", "is_refused"),
    [(0, 0, False), (1, 0, True), (10, 10, False), (11, 10, True), (11, 11, False)],
)
def test_more_than_purge_limit_is_refused(
    undeclared: int, purge_limit: int, is_refused: bool
) -> None:
    there = [ON, *many(undeclared)]

    if is_refused:
        with pytest.raises(NotPlannable, match=rf"more than purge_limit \({purge_limit}\)"):
            planned([by_key()], there, purge_limit)
    else:
        assert len(planned([by_key()], there, purge_limit).purged) == undeclared


@pytest.mark.parametrize(
    ("undeclared", "more"), [(4, ""), (10, ""), (11, " and 1 more"), (22, " and 12 more")]
)
def test_the_refusal_of_a_purge_names_ten_webhooks_and_what_to_do(
    undeclared: int, more: str
) -> None:
    with pytest.raises(NotPlannable) as caught:
        planned([], many(undeclared), purge_limit=3)

    named = ", ".join(f"webhook {100 + n} of campaign 9141" for n in range(min(10, undeclared)))
    assert str(caught.value) == (
        "Nothing was changed, because purge would delete more than purge_limit (3), namely "
        f"{undeclared} that are not declared: {named}{more}. If that is meant, raise purge_limit; "
        "if not, look for what is missing in webhooks."
    )


# Warnings about what is added

BESIDE: dict[str, tuple[list[Declaration], list[Webhook], list[str]]] = {
    "one": (
        [by_key(THIRD_URL)],
        [ON],
        [
            f"Campaign 9141 already has {REPLY} webhook 28; this adds a second. "
            "To move it, give `webhook_id: 28`."
        ],
    ),
    "several, the lowest first": (
        [by_key(THIRD_URL)],
        [TWIN, OTHER, ON],
        [
            f"Campaign 9141 already has {REPLY} webhooks 28, 29, 30; this adds another. "
            "To move one, give `webhook_id: 28`."
        ],
    ),
    "two of them": (
        [by_key(THIRD_URL)],
        [TWIN, ON],
        [
            f"Campaign 9141 already has {REPLY} webhooks 28, 30; this adds another. "
            "To move one, give `webhook_id: 28`."
        ],
    ),
    "two creations, one warning": (
        [by_key(THIRD_URL), by_key(THIRD_URL + "/2")],
        [ON],
        [
            f"Campaign 9141 already has {REPLY} webhook 28; this adds a second. "
            "To move it, give `webhook_id: 28`."
        ],
    ),
    "of another type": ([by_key(THIRD_URL)], [STATUS_ONE], []),
    "of another owner": ([by_key(THIRD_URL)], [webhook(owner=OTHER_CAMPAIGN)], []),
    "declared": ([by_key(THIRD_URL), by_key()], [ON], []),
    "declared absent": ([by_key(THIRD_URL), absent(by_id())], [ON], []),
    "nothing created": ([by_id(url=THIRD_URL)], [ON, OTHER], []),
}


@pytest.mark.parametrize(("declarations", "there", "warnings"), BESIDE.values(), ids=BESIDE)
def test_a_creation_beside_something_undeclared_of_its_type_is_warned_about(
    declarations: list[Declaration], there: list[Webhook], warnings: list[str]
) -> None:
    assert planned(declarations, there).warnings == warnings


TWICE = (
    "Webhook 28 of campaign 9141 gets the address of webhook 29 of campaign 9141, which is not "
    "declared, so every event will arrive there twice. Remove one of them."
)
TWINS: dict[str, tuple[list[Declaration], list[Webhook], list[str]]] = {
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


@pytest.mark.parametrize(("declarations", "there", "warnings"), TWINS.values(), ids=TWINS)
def test_one_that_gets_the_address_of_something_undeclared_is_warned_about(
    declarations: list[Declaration], there: list[Webhook], warnings: list[str]
) -> None:
    assert planned(declarations, there).warnings == warnings


@pytest.mark.parametrize("declaration", [by_key(THIRD_URL), by_id(url=OTHER_URL)])
def test_under_purge_there_is_nothing_left_to_warn_about(declaration: Declaration) -> None:
    assert planned([declaration], [ON, OTHER], purge_limit=2).warnings == []


# Complaints


def test_what_goes_wrong_with_an_entry_is_a_complaint_and_the_rest_is_done() -> None:
    def halved(number: int) -> int:
        if number % 2:
            raise NotPlannable(f"{number} is odd.")
        return number // 2

    assert of_each(halved, [4, 3, 8, 5]) == ({0: 2, 2: 4}, {1: "3 is odd.", 3: "5 is odd."})


def test_a_defect_is_no_complaint() -> None:
    with pytest.raises(ZeroDivisionError):
        of_each(lambda number: 1 // number, [0])


def test_complaints_about_webhooks_and_then_owners_are_refused_together() -> None:
    with pytest.raises(NotPlannable) as caught:
        refuse({10: "last", 2: "first"}, {0: "two owners"})

    assert str(caught.value) == (
        "Nothing was changed, because of:\n"
        "webhooks[2]: first\nwebhooks[10]: last\nowners[0]: two owners"
    )


def test_one_complaint_about_several_entries_is_told_once() -> None:
    with pytest.raises(NotPlannable) as caught:
        refuse({10: "the same", 2: "the same", 5: "another"}, {0: "the same", 3: "another"})

    assert str(caught.value).splitlines()[1:] == [
        "webhooks[2], webhooks[10], owners[0]: the same",
        "webhooks[5], owners[3]: another",
    ]


def test_without_a_complaint_nothing_is_refused() -> None:
    refuse({}, {})
    refuse({})


def test_complaints_about_owners_alone_are_refused_too() -> None:
    with pytest.raises(NotPlannable, match=r"owners\[1\]: none"):
        refuse({}, {1: "none"})
