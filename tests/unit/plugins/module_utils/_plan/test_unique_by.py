# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webhooks that are identified by their type alone, or are removed by their URL alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    desired_from_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import plan

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, CurrentWebhooks, DesiredWebhook, Purge, Webhook, problems_of, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, MOVED, NEW, ON, OTHER, OTHER_URL, PAUSED, REPLY, SPELT_OTHERWISE, STATUS,
    STATUS_ONE, THIRD_URL, TWIN, URL, by_id, by_key, webhook,
)  # fmt: skip

AWAY = "https://elsewhere.example.com/replies"
SPELT = webhook(url=SPELT_OTHERWISE)
NOTHING = Change(None, None)


def by_type(url: str | None = URL, **more: Any) -> DesiredWebhook:
    return DesiredWebhook(CAMPAIGN, webhook_type=REPLY, url=url, by_type=True, **more)


def planned(desired: DesiredWebhook, *there: Webhook, keep_best: bool = False) -> Change:
    return plan(desired, CurrentWebhooks(there), keep_best=keep_best)


BY_URL = DesiredWebhook(CAMPAIGN, url=URL, is_present=False)
MEANT = {
    "none is created": (by_type(), [STATUS_ONE], Change(None, NEW)),
    "one keeps its spelling": (by_type(SPELT_OTHERWISE), [ON, STATUS_ONE], Change(ON, ON)),
    "one moves": (by_type(OTHER_URL), [ON, STATUS_ONE], Change(ON, MOVED)),
    "one without a URL": (by_type(None, active=False), [ON], Change(ON, PAUSED)),
    "equivalent one of several": (by_type(OTHER_URL), [ON, OTHER], Change(OTHER, OTHER)),
    "absent, none": (by_type(is_present=False), [STATUS_ONE], NOTHING),
    "absent, of this URL": (by_type(is_present=False), [ON], Change(ON, None)),
    "absent, whatever its URL": (by_type(None, is_present=False), [ON], Change(ON, None)),
    "absent by URL alone, none": (BY_URL, [OTHER], NOTHING),
    "absent by URL alone, one": (BY_URL, [OTHER, ON], Change(ON, None)),
    "absent by URL alone, spelt otherwise": (BY_URL, [SPELT], Change(SPELT, None)),
}


@pytest.mark.parametrize(("desired", "there", "change"), MEANT.values(), ids=MEANT)
def test_webhook_of_the_type_or_url_is_meant(
    desired: DesiredWebhook, there: list[Webhook], change: Change
) -> None:
    found = planned(desired, *there)

    assert found == change
    assert found.warnings() == []


def test_absent_webhook_with_another_url_is_left_alone_with_a_warning() -> None:
    change = planned(by_type(is_present=False), OTHER)

    assert not change.is_needed
    (warning,) = change.warnings()
    assert "is not removed, because it has another URL: webhook 29 at" in warning
    assert planned(by_type(is_present=False), OTHER, keep_best=True).warnings() == []


def test_reserved_webhook_is_not_preferred_for_its_url() -> None:
    change = plan(by_type(), CurrentWebhooks([ON, OTHER]), reserved={28})

    assert change == Change(OTHER, replace(OTHER, url=URL))


def test_move_to_another_host_warns_and_names_both() -> None:
    (warning,) = planned(by_type(AWAY), ON).warnings()

    assert "from host hooks.example.org to host elsewhere.example.com" in warning


@pytest.mark.parametrize("keep_best", [False, True], ids=["", "with purge"])
@pytest.mark.parametrize("url", [None, AWAY], ids=["no URL", "another URL"])
def test_several_of_the_type_are_refused_with_ids_and_urls(
    url: str | None, keep_best: bool
) -> None:
    there = CurrentWebhooks([OTHER, ON])

    message = raised(lambda: plan(by_type(url, active=True), there, keep_best=keep_best))

    assert f"has several {REPLY} webhooks" in message
    assert f"webhook 28 at {URL}, webhook 29 at {OTHER_URL}" in message


def test_best_of_equal_ones_is_kept_by_a_purge_alone() -> None:
    assert planned(by_type(), ON, TWIN, keep_best=True) == Change(ON, ON)
    assert "28, 30" in raised(lambda: planned(by_type(), ON, TWIN))


def test_none_of_the_type_cannot_be_created_without_a_url() -> None:
    message = raised(lambda: planned(by_type(None, active=True)))

    assert "does not exist. Give url to create it" in message


def test_creation_knows_that_it_is_the_only_one_of_its_type() -> None:
    assert planned(by_type()).by_type
    assert not planned(by_key()).by_type


def test_url_of_two_types_is_not_enough_to_remove() -> None:
    message = raised(lambda: planned(BY_URL, ON, webhook(webhook_id=30, webhook_type=STATUS)))

    assert "Several webhooks could be the webhook of campaign 9141 with this URL: 28, 30" in message
    assert "Give webhook_type" in message


# In a set

KEEPS = "webhooks[0]: webhooks[1] keeps what this removes."
ONLY = "webhooks[1]: webhooks[0] says `unique_by: type`"
BY_ID = by_id(29, webhook_type=REPLY, url=URL)
CONFLICTS = {
    "removed by URL, first run": (BY_URL, by_key(), [], KEEPS),
    "removed by URL, second run": (BY_URL, by_key(), [ON], KEEPS),
    "removed by type, first run": (by_type(None, is_present=False), by_key(), [], KEEPS),
    "removed by type, second run": (by_type(None, is_present=False), by_key(), [ON], KEEPS),
    "removed by both, first run": (by_key(is_present=False), by_key(), [], KEEPS),
    "second by type": (by_type(URL), by_type(OTHER_URL), [], "webhooks[0]: webhooks[1] says"),
    "second by URL": (by_type(THIRD_URL), by_key(OTHER_URL), [], ONLY),
    "second by id": (by_type(THIRD_URL), BY_ID, [OTHER], ONLY),
}


@pytest.mark.parametrize(("one", "other", "there", "problem"), CONFLICTS.values(), ids=CONFLICTS)
def test_entry_that_contradicts_another_is_refused(
    one: DesiredWebhook, other: DesiredWebhook, there: list[Webhook], problem: str
) -> None:
    assert any(line.startswith(problem) for line in problems_of([one, other], there, Purge(9)))


# Options

REFUSED = {
    "no type": ({"url": URL}, "Give webhook_id"),
    "only a type": ({"webhook_type": REPLY}, "Nothing is declared"),
    "type of another owner": ({"webhook_type": "ListSubscribe", "url": URL}, "does not exist for"),
    "unusable URL": ({"webhook_type": REPLY, "url": "/replies"}, "not an absolute"),
}


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED)
def test_options_that_do_not_identify_by_type_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    given = {"campaign_id": 9141, "unique_by": "type", **options}

    assert reason in raised(lambda: desired_from_options(given))


def test_unique_by_is_read_unless_an_id_is_given() -> None:
    options = {"campaign_id": 9141, "unique_by": "type", "webhook_type": REPLY, "active": True}

    assert desired_from_options(options) == by_type(None, active=True)
    assert not desired_from_options({**options, "webhook_id": 28}).by_type
