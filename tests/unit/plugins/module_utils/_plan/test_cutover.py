"""The plan of a cutover: new URLs, problems, and entries to edit."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import (
    has_words,
    problem_lines,
)

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.cutover import (  # isort: skip
    cutover_from, entries_to_edit, plan_cutover,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, Desired, Errors, Webhook, Webhooks, current_of, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, EMPTY_LIST, FORBIDDEN, GONE, OTHER_CAMPAIGN, REPLY, STATUS, absent, by_id, by_key,
    webhook,
)  # fmt: skip

BLUE, GREEN = "https://blue.example.org", "https://green.example.org"


def planned(
    there: Webhooks,
    source: str = BLUE,
    target: str = GREEN,
    merge: bool = False,
    desired: Desired = (),
    errors: Errors | None = None,
) -> list[Change]:
    """The plan on two campaigns; the second is one of the owners beside the entries."""
    cutover = cutover_from(source, target)
    return plan_cutover(cutover, desired, [OTHER_CAMPAIGN], current_of(there, errors), merge)


def problems_of(there: Webhooks, **more: Any) -> list[str]:
    """The problems that the plan raises, a line each, with short labels."""
    return problem_lines(raised(lambda: planned(there, **more)))


IN, OUT = f"{BLUE}/in", f"{GREEN}/out"
USER = "https://me:pw@blue.example.org"
# source, target, URL before, URL after
MOVED = {
    "whole URL": (IN, OUT, IN, OUT),
    "rest": (IN, OUT, f"{IN}/a%2fb?x=1#y", f"{OUT}/a%2fb?x=1#y"),
    "query": (IN, OUT, f"{IN}?x=/", f"{OUT}?x=/"),
    "fragment": (IN, OUT, f"{IN}#x", f"{OUT}#x"),
    "host": (BLUE, GREEN, IN, f"{GREEN}/in"),
    "host alone": (f"{BLUE}/", GREEN, BLUE, GREEN),
    "host with a query": (BLUE, f"{GREEN}/v2", f"{BLUE}?x", f"{GREEN}/v2?x"),
    "case of the host": (BLUE, GREEN, "HTTPS://Blue.Example.org/In", f"{GREEN}/In"),
    "other port": (f"{BLUE}:8443", GREEN, f"{BLUE}:8443/a", f"{GREEN}/a"),
    "exactly to a slash": (IN, f"{OUT}/", IN, f"{OUT}/"),
    "from a slash": (f"{IN}/", OUT, f"{IN}/a", f"{OUT}/a"),
    "user information": (USER, GREEN, f"{USER}/a", f"{GREEN}/a"),
    "from above to below": (BLUE, f"{BLUE}/v2", f"{BLUE}/v1", f"{BLUE}/v2/v1"),
    "from below to above": (f"{BLUE}/v2", BLUE, f"{BLUE}/v2/a", f"{BLUE}/a"),
}


@pytest.mark.parametrize(("source", "target", "url", "moved"), MOVED.values(), ids=MOVED)
def test_url_at_the_source_moves_once_and_keeps_its_rest(
    source: str, target: str, url: str, moved: str
) -> None:
    before = webhook(url=url, active=False, stored_url=f"{url}\x01")
    after = webhook(url=moved, active=False)

    found = planned([before], source, target)

    assert found == [Change(before, after)]
    assert [change.after.wire_url for change in found if change.after] == [moved]
    assert planned([after], source, target) == [Change(after, after)]


STAYS = {
    "part of a segment": (IN, f"{BLUE}/inbox"),
    "other host": (BLUE, "https://blue.example.org.example.net/"),
    "other port": (BLUE, f"{BLUE}:8443/"),
    "without the slash": (f"{BLUE}/in/", f"{BLUE}/in"),
    "user information": (BLUE, "https://me@blue.example.org/"),
    "no URL": (BLUE, "blue.example.org"),
}


@pytest.mark.parametrize(("source", "url"), STAYS.values(), ids=STAYS)
def test_url_elsewhere_stays(source: str, url: str) -> None:
    there = [webhook(url=url), webhook(webhook_id=29, url=f"{GREEN}/there")]

    assert planned(there, source) == [Change(one, one) for one in there]


AT_BLUE = webhook(url=f"{BLUE}/a")


def second(url: str, **more: Any) -> Webhook:
    return webhook(**{"webhook_id": 29, "url": url, **more})


NO_TWINS: dict[str, Webhooks] = {
    "equal before": [AT_BLUE, second(f"{BLUE}/a")],
    "equal at the target": [AT_BLUE, second(f"{GREEN}/b"), second(f"{GREEN}/b", webhook_id=30)],
    "other type": [AT_BLUE, second(f"{GREEN}/a", webhook_type=STATUS)],
    "other owner": [AT_BLUE, second(f"{GREEN}/a", owner=OTHER_CAMPAIGN)],
}


@pytest.mark.parametrize("there", NO_TWINS.values(), ids=NO_TWINS)
def test_merge_moves_beside_webhooks_that_get_no_twin(there: Webhooks) -> None:
    changes = planned(there, merge=True)

    assert [one.is_needed for one in changes] == [one.url == f"{BLUE}/a" for one in there]


def test_webhooks_at_both_urls_are_a_problem_without_merge() -> None:
    there = [webhook(webhook_id=one, url=f"{(BLUE, GREEN)[one % 2]}/{one}") for one in range(30)]

    (line,) = problems_of(there)

    assert "(webhook 1 of campaign 9141, webhook 3 of" in line
    assert "(webhook 0 of campaign 9141, webhook 2 of" in line
    assert line.count("and 5 more") == 2
    assert "set merge" in line


WOULD_GET = "webhook %s of campaign 9141 would get the URL of webhook %s of campaign 9141."
TWINS: dict[str, tuple[str, Webhooks]] = {
    "one at the target": (
        WOULD_GET % (28, 29),
        [webhook(url=f"{IN}/a"), second("https://GREEN.example.org/out/a")],
    ),
    "two that move": (WOULD_GET % (29, 28), [webhook(url=IN), second(f"{IN}/")]),
}


@pytest.mark.parametrize("merge", [True, False], ids=["merge", "no merge"])
@pytest.mark.parametrize(("words", "there"), TWINS.values(), ids=TWINS)
def test_two_webhooks_with_one_new_url_are_a_problem(
    words: str, there: Webhooks, merge: bool
) -> None:
    lines = problems_of(there, source=IN, target=f"{OUT}/", merge=merge)

    assert words in lines[-1]
    assert "Remove one" in lines[-1]


LONG = [webhook(url=f"{BLUE}/{'a' * (MAX_LENGTH - 26)}"), second(f"{BLUE}/b")]
BLANK = [webhook(url=f"{BLUE}/a b"), second(f"{BLUE}/b")]
BELOW = [webhook(url=f"{BLUE}/v2/v2/a"), second(f"{BLUE}/v2/b")]
CANNOT = "Cannot move webhook 28 of campaign 9141 (its new URL "
NOTHING, SAME = "No webhook is at from_url, and none at to_url", "from_url and to_url are the same"
REFUSED: dict[str, tuple[str, str, Webhooks, str]] = {
    "equivalent": (BLUE, "https://BLUE.example.org:443/", [AT_BLUE], SAME),
    "slash": (IN, f"{BLUE}/in/", [AT_BLUE], SAME),
    "empty": ("", GREEN, [AT_BLUE], "from_url is empty. Give an absolute URL"),
    "relative": (BLUE, "g.example/s3cret", [AT_BLUE], "to_url 'g.example/s3cret' is not an"),
    "query": (f"{BLUE}/s3cret?x=1", GREEN, [AT_BLUE], "from_url has a query or a fragment"),
    "fragment": (BLUE, f"{GREEN}#s3cret", [AT_BLUE], "to_url has a query or a fragment"),
    "masked": (f"{BLUE}/{MASK}-0a1b2c3d", GREEN, [AT_BLUE], "from_url holds a URL that was masked"),
    "nothing there": (BLUE, GREEN, [], NOTHING),
    "nothing at either": (BLUE, GREEN, [webhook(url="https://elsewhere.example.org/")], NOTHING),
    "long new URL": (BLUE, OUT, LONG, CANNOT + "has 2052 characters"),
    "blank in a new URL": (BLUE, GREEN, BLANK, CANNOT + f"'{GREEN}/a b' has white space"),
    "at the source again": (f"{BLUE}/v2", BLUE, BELOW, CANNOT + "would be at from_url again)"),
}


@pytest.mark.parametrize(("source", "target", "there", "reason"), REFUSED.values(), ids=REFUSED)
def test_unusable_urls_are_refused_and_hidden_if_masked(
    source: str, target: str, there: Webhooks, reason: str
) -> None:
    assert reason in raised(lambda: planned(there, source, target))
    assert "s3cret" not in raised(lambda: planned(there, source, target), mask_url=True)


def test_refusals_of_owners_and_other_problems_come_at_once() -> None:
    desired = [by_id(active=True), by_id(29, owner=OTHER_CAMPAIGN, active=True), by_key()]
    both = {CAMPAIGN: GONE, OTHER_CAMPAIGN: FORBIDDEN}
    there = [AT_BLUE, second(f"{GREEN}/a")]

    lines = problems_of(there, desired=desired, errors={OTHER_CAMPAIGN: FORBIDDEN})

    of_owner = "webhooks[1], owners[0]: Not yours."
    assert has_words(lines, [of_owner, "set merge", "Remove one"])
    lines = problems_of([], desired=desired, errors=both)
    assert has_words(lines, ["webhooks[0], webhooks[2]: There is no", of_owner])
    assert planned([AT_BLUE], desired=desired, errors={OTHER_CAMPAIGN: EMPTY_LIST})


def test_present_entries_at_the_source_have_to_be_edited() -> None:
    desired = [
        by_id(active=True),
        by_key(f"{BLUE}/a", name="a"),
        by_key(f"{GREEN}/a"),
        absent(by_key(f"{BLUE}/b")),
        by_id(31, owner=OTHER_CAMPAIGN, url=f"{BLUE}/c"),
    ]

    first, last = entries_to_edit(desired, cutover_from(BLUE, GREEN))

    unnamed = {"name": None, "webhook_id": None, "webhook_type": None}
    ours = {**unnamed, **CAMPAIGN.record(), "entry": "webhooks[1]", "webhook_type": REPLY}
    others = {**unnamed, **OTHER_CAMPAIGN.record(), "entry": "webhooks[4]", "webhook_id": 31}
    assert first == {**ours, "name": "a", "url": f"{BLUE}/a", "new_url": f"{GREEN}/a"}
    assert last == {**others, "url": f"{BLUE}/c", "new_url": f"{GREEN}/c"}
