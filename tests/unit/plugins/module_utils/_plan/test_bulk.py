"""The plan of a set: a change for each entry, the purge, every problem at once, and warnings."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import duplicates
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.problems import (  # isort: skip
    Problems, collect_errors, raise_problems,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, Desired, DesiredWebhook, NotPlannable, Owner, Purge, Webhooks, by_type,
    problems_of, raised, set_plan,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, ELSEWHERE, EMPTY_LIST, FORBIDDEN, GONE, MOVED, NEW, NO_CODE, OFF_TWIN, ON, OTHER,
    OTHER_CAMPAIGN, OTHER_URL, PAUSED, REPLY, SPELT_OTHERWISE, STATUS, STATUS_ONE, THIRD_URL,
    TWIN, URL, Refused, absent, by_id, by_key, new_webhook, webhook,
)  # fmt: skip

THIRD = Change(None, new_webhook(url=THIRD_URL))
ABROAD = by_key(owner=OTHER_CAMPAIGN)
SEVENTH = webhook(webhook_id=7)
ONE = Purge(1, allow_empty=True)
PLANS = {
    "in the order of the entries": (
        [absent(by_key(OTHER_URL)), by_key(THIRD_URL), by_id(active=False)], [ON, OTHER], None,
        [Change(OTHER, None), THIRD, Change(ON, PAUSED)]),
    "removed by id, and created anew": (
        [absent(by_id()), by_key()], [ON], None, [Change(ON, None), Change(None, NEW)]),
    "URL of one that moves, for a new one": (
        [by_key(), by_id(url=OTHER_URL)], [ON], None, [Change(None, NEW), Change(ON, MOVED)]),
    "two swap their URLs": (
        [by_id(28, url=OTHER_URL), by_id(29, url=URL)], [ON, OTHER], None,
        [Change(ON, MOVED), Change(OTHER, webhook(webhook_id=29))]),
    "twins by their ids": (
        [by_id(28, url=URL), by_id(30, url=URL, active=False)], [ON, TWIN], None,
        [Change(ON, ON), Change(TWIN, webhook(webhook_id=30, active=False))]),
    "one id of two owners": (
        [by_id(7, active=False), ABROAD], [SEVENTH, ELSEWHERE], None,
        [Change(SEVENTH, webhook(webhook_id=7, active=False)), Change(ELSEWHERE, ELSEWHERE)]),
    "URL that one moves to, removed elsewhere": (
        [by_id(url=OTHER_URL), absent(by_key())], [ON, TWIN], None,
        [Change(ON, MOVED), Change(TWIN, None)]),
    "kept here, removed of another owner": (
        [by_key(), absent(ABROAD)], [ON], None, [Change(ON, ON), Change(None, None)]),
    "undeclared ones stay": ([by_key()], [ON, OTHER, STATUS_ONE], None, [Change(ON, ON)]),
    "purged after all entries": (
        [by_id(active=False), by_key(THIRD_URL), ABROAD], [OTHER, ON, ELSEWHERE], ONE,
        [Change(ON, PAUSED), THIRD, Change(ELSEWHERE, ELSEWHERE), Change(OTHER, None)]),
    "all but the lowest that match, purged": (
        [by_key()], [TWIN, ON], ONE, [Change(ON, ON), Change(TWIN, None)]),
    "all but the active that match, purged": (
        [by_key()], [OFF_TWIN, TWIN], ONE, [Change(TWIN, TWIN), Change(OFF_TWIN, None)]),
    "old URL purged, not paired with a new one": (
        [by_key(THIRD_URL)], [ON], ONE, [THIRD, Change(ON, None)]),
    "declared absent, not counted as purged": (
        [absent(by_id()), absent(by_key(OTHER_URL))], [ON, OTHER, TWIN], ONE,
        [Change(ON, None), Change(OTHER, None), Change(TWIN, None)]),
}  # fmt: skip


@pytest.mark.parametrize(("desired", "there", "purge", "changes"), PLANS.values(), ids=PLANS)
def test_set_has_one_change_for_each_entry_and_purged_webhook_in_order(
    desired: Desired, there: Webhooks, purge: Purge | None, changes: list[Change]
) -> None:
    assert set_plan(desired, there, purge).changes == changes


@pytest.mark.parametrize(
    ("undeclared", "limit", "more"),
    [(1, 0, ""), (10, 3, ""), (11, 10, " and 1 more"), (22, 3, " and 12 more")],
)
def test_purge_beyond_its_limit_is_refused_and_names_ten(
    undeclared: int, limit: int, more: str
) -> None:
    there = [ON, *(webhook(webhook_id=100 + n, url=f"{URL}/{n}") for n in range(undeclared))]

    named = ", ".join(f"webhook {100 + n} of campaign 9141" for n in range(min(10, undeclared)))
    assert problems_of([by_key()], there, Purge(limit)) == [
        f"purge would delete {undeclared} webhooks that are not declared, more than purge_limit "
        f"({limit}): {named}{more}. If that is intended, raise purge_limit; if not, look for what "
        "is missing in webhooks."
    ]


def test_purge_of_owner_without_entries_is_refused() -> None:
    assert problems_of([by_key()], [ON, ELSEWHERE], Purge(10)) == [
        "No webhook is declared for campaign 9142, so purge would leave none there. If that "
        "is intended, set allow_empty; if not, look for what is missing in webhooks, or take the "
        "owner out of owners."
    ]


EMPTIED = "purge leaves campaign 9142 without any webhook: its events will reach nobody."
MISSING = "The service reports that campaign 9142 does not exist, so nothing was purged there. "
GONE_ABROAD = absent(by_id(7, owner=OTHER_CAMPAIGN))
# entries, webhooks, purge, refusal of the second campaign, warnings
WARNED: dict[str, tuple[Desired, Webhooks, Purge, Refused | None, list[str]]] = {
    "allow_empty": ([by_key()], [ON, ELSEWHERE], Purge(1, allow_empty=True), None, [EMPTIED]),
    "declared absent": ([by_key(), GONE_ABROAD], [ON, ELSEWHERE], Purge(0), None, [EMPTIED]),
    "was empty": ([by_key()], [ON], Purge(0), None, []),
    "is created": ([by_key(), ABROAD], [ON], Purge(0), None, []),
    "missing": ([by_key()], [ON], Purge(0), GONE, [MISSING + "Check its id."]),
    "empty list": ([by_key()], [ON], Purge(0), EMPTY_LIST, []),
    "created beside a purged one": ([by_key(THIRD_URL)], [ON], Purge(1), None, []),
    "moved to a purged one": ([by_id(url=OTHER_URL)], [ON, OTHER], Purge(1), None, []),
}


@pytest.mark.parametrize(
    ("desired", "there", "purge", "error", "warnings"), WARNED.values(), ids=WARNED
)
def test_purge_warns_of_owners_that_are_emptied_or_missing(
    desired: Desired, there: Webhooks, purge: Purge, error: Refused | None, warnings: list[str]
) -> None:
    assert set_plan(desired, there, purge, {OTHER_CAMPAIGN: error}).warnings == warnings


@pytest.mark.parametrize("error", [FORBIDDEN, NO_CODE], ids=["403", "no code"])
def test_refused_owner_of_a_purge_is_a_problem(error: Refused) -> None:
    assert problems_of([by_key()], [ON], Purge(9), {OTHER_CAMPAIGN: error}) == [str(error)]


TWICE = "webhooks[1]: webhooks[0] refers to webhook 28 of campaign 9141 as well."
FIRST_KEEPS = "webhooks[1]: webhooks[0] keeps what this removes. Leave one out."
LAST_KEEPS = "webhooks[0]: webhooks[1] keeps what this removes. Leave one out."
SAME = "webhooks[1]: webhooks[0] has the same owner, type and URL"
LAST_IS_ONLY = "webhooks[0]: webhooks[1] says `unique_by: type`"
FIRST_IS_ONLY = "webhooks[1]: webhooks[0] says `unique_by: type`"
BY_URL = DesiredWebhook(CAMPAIGN, url=URL, is_present=False)
NO_TYPE, ID_OF_TYPE = by_type(None, is_present=False), by_id(29, webhook_type=REPLY, url=URL)
OFF_BY_ID, MOVED_BY_ID = by_id(active=False), by_id(url=OTHER_URL)
COLLISIONS = {
    "key removed twice": ([absent(by_key()), absent(by_key(SPELT_OTHERWISE))], [ON], [TWICE]),
    "kept by id, removed by key": ([OFF_BY_ID, absent(by_key())], [ON], [FIRST_KEEPS]),
    "moves to what is removed": (
        [absent(by_key(OTHER_URL)), MOVED_BY_ID], [ON, OTHER], [LAST_KEEPS]),
    "twin kept, key removed in another spelling": (
        [by_id(30, active=False), absent(by_key(SPELT_OTHERWISE))], [ON, TWIN], [FIRST_KEEPS]),
    "moves to another that is declared": ([by_key(OTHER_URL), MOVED_BY_ID], [ON, OTHER], [SAME]),
    "moves to another that is created": ([MOVED_BY_ID, by_key(OTHER_URL)], [ON], [SAME]),
    "stays where another is created": ([OFF_BY_ID, by_key()], [ON], [SAME]),
    "URL removed, kept by key, first run": ([BY_URL, by_key()], [], [LAST_KEEPS]),
    "URL removed, kept by key, second run": ([BY_URL, by_key()], [ON], [LAST_KEEPS, TWICE]),
    "type removed, kept by key, first run": ([NO_TYPE, by_key()], [], [LAST_KEEPS]),
    "type removed, kept by key, second run": ([NO_TYPE, by_key()], [ON], [LAST_KEEPS, TWICE]),
    "key removed and kept, first run": ([absent(by_key()), by_key()], [], [LAST_KEEPS]),
    "two by type": ([by_type(URL), by_type(OTHER_URL)], [], [LAST_IS_ONLY]),
    "second of a type, by key": ([by_type(THIRD_URL), by_key(OTHER_URL)], [], [FIRST_IS_ONLY]),
    "second of a type, by id": ([by_type(THIRD_URL), ID_OF_TYPE], [OTHER], [FIRST_IS_ONLY]),
}  # fmt: skip


@pytest.mark.parametrize("purge", [None, Purge(10)], ids=["kept", "purged"])
@pytest.mark.parametrize(("desired", "there", "problems"), COLLISIONS.values(), ids=COLLISIONS)
def test_entries_that_end_at_one_webhook_or_url_are_refused(
    desired: Desired, there: Webhooks, problems: list[str], purge: Purge | None
) -> None:
    assert has_words(problems_of(desired, there, purge), problems)


ID_TOO = "webhooks[0] declares webhook 28 of campaign 9141 too."
KEY_TOO = f"webhooks[0] declares the {REPLY} webhook of campaign 9141 with this URL too."
NAME_TOO = "webhooks[0] has this name too. Names are unique."
DUPLICATES: dict[str, tuple[Desired, Problems]] = {
    "others": ([by_id(28), by_id(29), by_key(), by_key(OTHER_URL)], {}),
    "another owner": ([by_id(), by_id(owner=OTHER_CAMPAIGN)], {}),
    "another type": ([by_key(), by_key(webhook_type=STATUS)], {}),
    "an id and its own key": ([by_id(url=URL, webhook_type=REPLY), by_key()], {}),
    "an id twice": ([by_id(active=True), by_key(), by_id(url=URL)], {2: ID_TOO}),
    "an id to keep and to delete": ([absent(by_id()), by_id(url=URL)], {1: ID_TOO}),
    "a key three times": (
        [by_key(), by_key(SPELT_OTHERWISE), absent(by_key())], {1: KEY_TOO, 2: KEY_TOO}),
    "a name twice": (
        [by_id(name="a"), by_key(name="a"), by_key(OTHER_URL, name="b")], {1: NAME_TOO}),
}  # fmt: skip


@pytest.mark.parametrize(("desired", "problems"), DUPLICATES.values(), ids=DUPLICATES)
def test_entries_with_one_webhook_or_name_are_duplicates(
    desired: Desired, problems: Problems
) -> None:
    assert duplicates(dict(enumerate(desired))) == problems


def test_problems_of_entries_owners_and_purge_come_at_once_in_order() -> None:
    missing, wrong_type = by_id(99, active=True), by_id(31, webhook_type=REPLY, active=True)
    desired = [OFF_BY_ID, missing, by_key(), wrong_type, by_id(29, url="ftp://h.example")]
    third = Owner("campaign", 9143)
    errors = {OTHER_CAMPAIGN: FORBIDDEN, third: None}

    lines = problems_of(desired, [ON, OTHER, STATUS_ONE, webhook(owner=third)], Purge(0), errors)

    of_entries = ["[1]: There is no", "[2]: webhooks[0] has", "[3]: Webhook 31", "[4]: url 'ftp"]
    of_purge = ["Not yours.", "No webhook is declared", "purge would delete 1 webhooks"]
    assert has_words(lines, [*of_entries, *of_purge])


def test_several_that_match_are_a_problem_unless_purged() -> None:
    message = raised(lambda: set_plan([by_key(name="replies")], [ON, TWIN]))

    assert 'webhooks[0] "replies" (campaign 9141, CampaignReply): Several webhooks' in message


NEEDED_IF_PRESENT, NEEDED = "webhooks[0], webhooks[3]", "webhooks[0], webhooks[1], webhooks[3]"


@pytest.mark.parametrize("purge", [None, Purge(10)], ids=["kept", "purged"])
@pytest.mark.parametrize(
    ("error", "entries"), [(GONE, NEEDED_IF_PRESENT), (FORBIDDEN, NEEDED)], ids=["missing", "403"]
)
def test_refused_owner_is_one_problem_of_all_entries_that_need_it(
    error: Refused, entries: str, purge: Purge | None
) -> None:
    missing = by_id(99, owner=OTHER_CAMPAIGN, active=True)
    desired = [by_key(), absent(by_key(OTHER_URL)), ABROAD, by_key(THIRD_URL), missing]

    lines = problems_of(desired, [], purge, {CAMPAIGN: error})

    of_missing = "There is no webhook 99 of campaign 9142. Correct webhook_id or the owner."
    assert lines == [f"{entries}: {error}", f"webhooks[4]: {of_missing}"]


def test_error_of_an_entry_is_a_problem_unless_it_is_internal() -> None:
    def read(number: int) -> int:
        if number == 3:
            raise NotPlannable("Not 3.")
        return 12 // number

    assert collect_errors(read, [4, 3, 6]) == ({0: 3, 2: 2}, {1: "Not 3."})
    with pytest.raises(ZeroDivisionError):
        collect_errors(read, [0])


def test_problem_of_an_entry_without_a_label_has_its_position() -> None:
    assert "\nwebhooks[1]: Wrong." in raised(lambda: raise_problems({1: "Wrong."}))


ADDS = (
    f"Campaign 9141 already has {REPLY} webhook%s; this adds %s. To move %s. To delete what is not "
    "declared, declare a set with `purge: true`."
)
ADDS_SECOND = ADDS % (" 28", "a second", "it, give `webhook_id: 28` or `unique_by: type`")
TO_MOVE_ONE = ("another", "one, give `webhook_id: 28`")
GETS = (
    "Webhook 28 of campaign 9141 gets the URL of webhook 29 of campaign 9141, which is not "
    "declared, so every event will be delivered there twice. Remove one of them."
)
OTHER_LOUD = OTHER_URL.replace("https://hooks", "HTTPS://HOOKS")
OTHER_STATUS = webhook(webhook_id=29, webhook_type=STATUS, url=OTHER_URL)
OTHER_ABROAD = webhook(owner=OTHER_CAMPAIGN, webhook_id=29, url=OTHER_URL)
BESIDE = {
    "created beside one": ([by_key(THIRD_URL)], [ON], [ADDS_SECOND]),
    "created beside two": ([by_key(THIRD_URL)], [TWIN, ON], [ADDS % ("s 28, 30", *TO_MOVE_ONE)]),
    "two created": ([by_key(THIRD_URL), by_key(THIRD_URL + "/2")], [ON], [ADDS_SECOND]),
    "created beside another type": ([by_key(THIRD_URL)], [STATUS_ONE], []),
    "created beside another owner": ([by_key(THIRD_URL)], [ELSEWHERE], []),
    "created beside a declared one": ([by_key(THIRD_URL), by_key()], [ON], []),
    "nothing created": ([by_id(url=THIRD_URL)], [ON, OTHER], []),
    "moved to one of its type": ([MOVED_BY_ID], [ON, OTHER], [GETS]),
    "moved to another spelling": ([by_id(url=OTHER_LOUD)], [ON, OTHER], [GETS]),
    "moved to another type": ([MOVED_BY_ID], [ON, OTHER_STATUS], []),
    "moved to another owner": ([MOVED_BY_ID], [ON, OTHER_ABROAD], []),
    "moved to a declared one": ([MOVED_BY_ID, by_id(29, url=THIRD_URL)], [ON, OTHER], []),
    "had it before, spelt otherwise": ([by_id(url=SPELT_OTHERWISE)], [ON, TWIN], []),
}


@pytest.mark.parametrize(("desired", "there", "warnings"), BESIDE.values(), ids=BESIDE)
def test_webhook_that_repeats_an_undeclared_one_is_warned_about(
    desired: Desired, there: Webhooks, warnings: list[str]
) -> None:
    assert set_plan(desired, there).warnings == warnings
