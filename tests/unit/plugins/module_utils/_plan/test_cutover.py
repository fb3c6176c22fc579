# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a cutover: new URLs, problems, and entries to edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Failure,
    NotPlannable,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.cutover import (
    cutover_from,
    entries_to_edit,
    plan_cutover,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import CurrentWebhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    problem_lines,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    FORBIDDEN,
    GONE,
    OTHER_CAMPAIGN,
    REPLY,
    STATUS,
    absent,
    by_id,
    by_key,
    webhook,
)

BLUE, GREEN = "https://blue.example.org", "https://green.example.org"
EMPTY = Refused("Webhook record does not exist.", Failure(404, 142))


def planned(
    there: Iterable[Webhook],
    source: str = BLUE,
    target: str = GREEN,
    merge: bool = False,
    desired: Sequence[DesiredWebhook] = (),
    errors: Mapping[Owner, Refused] | None = None,
) -> list[Change]:
    """The plan on two campaigns; the second is one of the owners beside the entries."""
    webhooks, refused = list(there), errors or {}
    current = {
        owner: CurrentWebhooks([one for one in webhooks if one.owner == owner], refused.get(owner))
        for owner in (CAMPAIGN, OTHER_CAMPAIGN)
    }
    cutover = cutover_from(source, target)
    return plan_cutover(cutover, desired, [OTHER_CAMPAIGN], current, merge)


def problems_of(there: Iterable[Webhook], **more: Any) -> list[str]:
    """The problems that the plan raises, a line each, with short labels."""
    with pytest.raises(NotPlannable) as caught:
        planned(there, **more)
    return problem_lines(Renderer("").text(str(caught.value)))


# What moves

MOVED = {
    "whole URL": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in", f"{GREEN}/out"),
    "below": (
        f"{BLUE}/in",
        f"{GREEN}/out",
        f"{BLUE}/in/a%2fb?x=1#y",
        f"{GREEN}/out/a%2fb?x=1#y",
    ),
    "query": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in?x=/", f"{GREEN}/out?x=/"),
    "fragment": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in#x", f"{GREEN}/out#x"),
    "slash": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in/", f"{GREEN}/out/"),
    "host": (BLUE, GREEN, f"{BLUE}/in", f"{GREEN}/in"),
    "host, with slashes": (f"{BLUE}/", f"{GREEN}/", f"{BLUE}/in", f"{GREEN}/in"),
    "host alone": (f"{BLUE}/", GREEN, BLUE, GREEN),
    "host with a query": (BLUE, f"{GREEN}/v2", f"{BLUE}?x", f"{GREEN}/v2?x"),
    "case of the host": (BLUE, GREEN, "HTTPS://Blue.Example.org/In", f"{GREEN}/In"),
    "default port": (f"{BLUE}:443/in", GREEN, f"{BLUE}/in/a", f"{GREEN}/a"),
    "other port": (f"{BLUE}:8443", GREEN, f"{BLUE}:8443/a", f"{GREEN}/a"),
    "case of percent-encoding": (f"{BLUE}/%7ein", GREEN, f"{BLUE}/%7Ein/%7e", f"{GREEN}/%7e"),
    "to a slash": (f"{BLUE}/in", f"{GREEN}/out/", f"{BLUE}/in/a", f"{GREEN}/out/a"),
    "exactly to a slash": (f"{BLUE}/in", f"{GREEN}/out/", f"{BLUE}/in", f"{GREEN}/out/"),
    "from a slash": (f"{BLUE}/in/", f"{GREEN}/out", f"{BLUE}/in/a", f"{GREEN}/out/a"),
    "user information": (
        "https://me:pw@blue.example.org",
        GREEN,
        "https://me:pw@blue.example.org/a",
        f"{GREEN}/a",
    ),
    "from above to below": (BLUE, f"{BLUE}/v2", f"{BLUE}/v1", f"{BLUE}/v2/v1"),
    "from below to above": (f"{BLUE}/v2", BLUE, f"{BLUE}/v2/a", f"{BLUE}/a"),
}


@pytest.mark.parametrize(("source", "target", "url", "moved"), MOVED.values(), ids=MOVED)
def test_url_at_the_source_moves_once_and_keeps_its_rest(
    source: str, target: str, url: str, moved: str
) -> None:
    before, after = webhook(url=url, active=False), webhook(url=moved, active=False)

    assert planned([before], source, target) == [Change(before, after)]
    assert planned([after], source, target) == [Change(after, after)]


ELSEWHERE = {
    "part of a segment": (f"{BLUE}/in", f"{BLUE}/inbox"),
    "case of the path": (f"{BLUE}/in", f"{BLUE}/In"),
    "other host": (BLUE, "https://blue.example.org.example.net/"),
    "other port": (BLUE, f"{BLUE}:8443/"),
    "other scheme": (BLUE, "http://blue.example.org/"),
    "without the slash": (f"{BLUE}/in/", f"{BLUE}/in"),
    "user information": (BLUE, "https://me@blue.example.org/"),
    "above": (f"{BLUE}/in", f"{BLUE}/"),
    "no URL": (BLUE, "blue.example.org"),
}


@pytest.mark.parametrize(("source", "url"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_url_elsewhere_stays(source: str, url: str) -> None:
    there = [webhook(url=url), webhook(webhook_id=29, url=f"{GREEN}/there")]

    assert planned(there, source) == [Change(one, one) for one in there]


def test_moved_webhook_is_sent_with_its_new_url() -> None:
    before = webhook(url=f"{BLUE}/%01", stored_url=f"{BLUE}/\x01")

    (change,) = planned([before])

    assert change.after is not None
    assert change.after.wire_url == f"{GREEN}/%01"


def test_merge_moves_beside_what_is_at_the_target() -> None:
    source, target = webhook(url=f"{BLUE}/a"), webhook(webhook_id=29, url=f"{GREEN}/b")

    changes = planned([source, target], merge=True)

    assert changes == [Change(source, webhook(url=f"{GREEN}/a")), Change(target, target)]


NO_TWINS: dict[str, list[Webhook]] = {
    "equal before": [webhook(url=f"{BLUE}/a"), webhook(webhook_id=29, url=f"{BLUE}/a")],
    "equal at the target": [
        webhook(url=f"{BLUE}/a"),
        webhook(webhook_id=29, url=f"{GREEN}/b"),
        webhook(webhook_id=30, url=f"{GREEN}/b"),
    ],
    "other type": [
        webhook(url=f"{BLUE}/a"),
        webhook(webhook_id=29, url=f"{GREEN}/a", webhook_type=STATUS),
    ],
    "other owner": [
        webhook(url=f"{BLUE}/a"),
        webhook(webhook_id=29, url=f"{GREEN}/a", owner=OTHER_CAMPAIGN),
    ],
}


@pytest.mark.parametrize("there", NO_TWINS.values(), ids=NO_TWINS)
def test_url_of_no_other_webhook_is_no_problem(there: list[Webhook]) -> None:
    changes = planned(there, merge=True)

    assert [one.is_needed for one in changes] == [one.url == f"{BLUE}/a" for one in there]


# Problems


@pytest.mark.parametrize(
    "there", [[], [webhook(url="https://elsewhere.example.org/")]], ids=["nothing", "elsewhere"]
)
def test_nothing_at_either_url_is_a_problem(there: list[Webhook]) -> None:
    with pytest.raises(NotPlannable, match="No webhook is at from_url, and none at to_url"):
        planned(there, errors={CAMPAIGN: EMPTY} if not there else {})


def test_webhooks_at_both_urls_are_a_problem_without_merge() -> None:
    there = [webhook(webhook_id=one, url=f"{(BLUE, GREEN)[one % 2]}/{one}") for one in range(30)]

    (line,) = problems_of(there)

    assert "(webhook 1 of campaign 9141, webhook 3 of" in line
    assert "(webhook 0 of campaign 9141, webhook 2 of" in line
    assert line.count("and 5 more") == 2
    assert "set merge" in line


TWINS: dict[str, tuple[str, list[Webhook]]] = {
    "one that is there": (
        "webhook 28 of campaign 9141 would get the URL of webhook 29 of campaign 9141.",
        [
            webhook(url=f"{BLUE}/in/a"),
            webhook(webhook_id=29, url="https://GREEN.example.org/out/a"),
        ],
    ),
    "two that move": (
        "webhook 29 of campaign 9141 would get the URL of webhook 28 of campaign 9141.",
        [webhook(url=f"{BLUE}/in"), webhook(webhook_id=29, url=f"{BLUE}/in/")],
    ),
}


@pytest.mark.parametrize("merge", [True, False], ids=["merge", "no merge"])
@pytest.mark.parametrize(("words", "there"), TWINS.values(), ids=TWINS)
def test_two_webhooks_with_one_new_url_are_a_problem(
    words: str, there: list[Webhook], merge: bool
) -> None:
    lines = problems_of(there, source=f"{BLUE}/in", target=f"{GREEN}/out/", merge=merge)

    assert words in lines[-1]
    assert "Remove one" in lines[-1]


IMMOVABLE: dict[str, tuple[str, str, str, str]] = {
    "long": (BLUE, f"{GREEN}/out", f"{BLUE}/{'a' * (MAX_LENGTH - 26)}", "has 2052 characters"),
    "at the source again": (f"{BLUE}/v2", BLUE, f"{BLUE}/v2/v2/a", "would be at from_url again"),
    "blank": (BLUE, GREEN, f"{BLUE}/a b", "'https://green.example.org/a b' has white space"),
}


@pytest.mark.parametrize(("source", "target", "url", "reason"), IMMOVABLE.values(), ids=IMMOVABLE)
def test_unusable_new_url_is_a_problem(source: str, target: str, url: str, reason: str) -> None:
    there = [webhook(url=url), webhook(webhook_id=29, url=f"{source}/b")]

    (line,) = problems_of(there, source=source, target=target)

    assert f"Cannot move webhook 28 of campaign 9141 (its new URL {reason}" in line
    assert "webhook 29" not in line


def test_refusals_of_owners_and_other_problems_come_at_once() -> None:
    there = [webhook(url=f"{BLUE}/a"), webhook(webhook_id=29, url=f"{GREEN}/a")]
    desired = [by_id(active=True), by_id(29, owner=OTHER_CAMPAIGN, active=True), by_key()]
    both = {CAMPAIGN: GONE, OTHER_CAMPAIGN: FORBIDDEN}

    lines = problems_of(there, desired=desired, errors={OTHER_CAMPAIGN: FORBIDDEN})

    assert has_words(lines, ["webhooks[1], owners[0]: Not yours.", "set merge", "Remove one"])
    assert has_words(
        problems_of([], desired=desired, errors=both),
        ["webhooks[0], webhooks[2]: There is no", "webhooks[1], owners[0]: Not yours."],
    )


PREFIXES: dict[str, tuple[str, str, str]] = {
    "equivalent": (BLUE, "https://BLUE.example.org:443/", "from_url and to_url are the same"),
    "slash": (f"{BLUE}/in", f"{BLUE}/in/", "from_url and to_url are the same"),
    "empty": ("", GREEN, "from_url is empty"),
    "relative": (BLUE, "green.example.org/s3cret", "to_url .* is not an absolute"),
    "query": (f"{BLUE}/s3cret?x=1", GREEN, "from_url has a query or a fragment"),
    "fragment": (BLUE, f"{GREEN}#s3cret", "to_url has a query or a fragment"),
    "masked": (f"{BLUE}/{MASK}-0a1b2c3d", GREEN, "from_url holds a URL that was masked"),
}


@pytest.mark.parametrize(("source", "target", "reason"), PREFIXES.values(), ids=PREFIXES)
def test_unusable_prefix_is_refused_and_hidden_if_masked(
    source: str, target: str, reason: str
) -> None:
    with pytest.raises(NotPlannable, match=reason) as caught:
        cutover_from(source, target)

    assert "s3cret" not in Renderer("", mask_text=True).text(str(caught.value))


# Entries


def test_present_entries_at_the_source_have_to_be_edited() -> None:
    desired = [
        by_id(active=True),
        by_key(f"{BLUE}/a"),
        by_key(f"{GREEN}/a"),
        absent(by_key(f"{BLUE}/b")),
        by_id(31, owner=OTHER_CAMPAIGN, url=f"{BLUE}/c"),
    ]

    found = entries_to_edit(desired, cutover_from(BLUE, GREEN))

    owner = {"scope": "campaign", "campaign_id": 9141, "list_id": None}
    assert found == [
        {
            "entry": "webhooks[1]",
            "name": None,
            **owner,
            "webhook_id": None,
            "webhook_type": REPLY,
            "url": f"{BLUE}/a",
            "new_url": f"{GREEN}/a",
        },
        {
            "entry": "webhooks[4]",
            "name": None,
            **owner,
            "campaign_id": 9142,
            "webhook_id": 31,
            "webhook_type": None,
            "url": f"{BLUE}/c",
            "new_url": f"{GREEN}/c",
        },
    ]
