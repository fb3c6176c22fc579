# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webhooks that are identified by their type alone, or are removed by their URL alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import Purge, plan_set
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    DesiredWebhook,
    desired_from_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import (
    CurrentWebhooks,
    plan,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    NEW,
    ON,
    OTHER,
    OTHER_URL,
    REPLY,
    SPELT_OTHERWISE,
    STATUS_ONE,
    TWIN,
    URL,
    by_key,
    webhook,
)

ELSEWHERE = "https://elsewhere.example.com/replies"


def by_type(url: str | None = URL, **more: Any) -> DesiredWebhook:
    return DesiredWebhook(CAMPAIGN, webhook_type=REPLY, url=url, by_type=True, **more)


def planned(desired: DesiredWebhook, *there: Webhook, keep_best: bool = False) -> Change:
    return plan(desired, CurrentWebhooks(there), keep_best=keep_best)


MEANT = {
    "none is created": (by_type(), [STATUS_ONE], Change(None, NEW)),
    "one keeps its spelling": (by_type(SPELT_OTHERWISE), [ON, STATUS_ONE], Change(ON, ON)),
    "one moves": (by_type(OTHER_URL), [ON, STATUS_ONE], Change(ON, webhook(url=OTHER_URL))),
    "one without a URL": (by_type(None, active=False), [ON], Change(ON, webhook(active=False))),
    "the equivalent one of several": (by_type(OTHER_URL), [ON, OTHER], Change(OTHER, OTHER)),
    "absent, none": (by_type(is_present=False), [STATUS_ONE], Change(None, None)),
    "absent, of this URL": (by_type(is_present=False), [ON], Change(ON, None)),
    "absent, whatever its URL": (by_type(None, is_present=False), [ON], Change(ON, None)),
}


@pytest.mark.parametrize(("desired", "there", "change"), MEANT.values(), ids=MEANT)
def test_webhook_of_the_type_is_meant(
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


def test_purge_does_not_promise_to_leave_it_alone() -> None:
    assert planned(by_type(is_present=False), OTHER, keep_best=True).warnings() == []


def test_reserved_webhook_is_not_preferred_for_its_url() -> None:
    change = plan(by_type(), CurrentWebhooks([ON, OTHER]), reserved={28})

    assert change == Change(OTHER, replace(OTHER, url=URL))


REMOVED_AGAIN = {
    "by its URL alone": DesiredWebhook(CAMPAIGN, url=URL, is_present=False),
    "by its type": by_type(None, is_present=False),
    "by both": by_key(is_present=False),
}


@pytest.mark.parametrize("removing", REMOVED_AGAIN.values(), ids=REMOVED_AGAIN)
@pytest.mark.parametrize("there", [[], [ON]], ids=["first run", "second run"])
def test_entry_that_removes_what_another_keeps_is_refused(
    removing: DesiredWebhook, there: list[Webhook]
) -> None:
    current = {CAMPAIGN: CurrentWebhooks(there)}

    with pytest.raises(NotPlannable, match=r"webhooks\[(0|1)\]"):
        plan_set([removing, by_key()], current, None, lambda _text: None)


def test_move_to_another_host_warns_and_names_both() -> None:
    (warning,) = planned(by_type(ELSEWHERE), ON).warnings()

    assert "from host hooks.example.org to host elsewhere.example.com" in warning


@pytest.mark.parametrize("keep_best", [False, True], ids=["", "with purge"])
@pytest.mark.parametrize("url", [None, ELSEWHERE], ids=["no URL", "another URL"])
def test_several_of_the_type_are_refused_with_ids_and_urls(
    url: str | None, keep_best: bool
) -> None:
    with pytest.raises(NotPlannable, match=r"several CampaignReply webhooks.*28 at.*29 at"):
        planned(by_type(url, active=True), ON, OTHER, keep_best=keep_best)


def test_best_of_equal_ones_is_kept_by_a_purge() -> None:
    assert planned(by_type(), ON, TWIN, keep_best=True) == Change(ON, ON)
    with pytest.raises(NotPlannable, match=r"28, 30.*run_once: true"):
        planned(by_type(), ON, TWIN)


def test_none_of_the_type_cannot_be_created_without_a_url() -> None:
    with pytest.raises(NotPlannable, match=r"does not exist\. Give url to create it"):
        planned(by_type(None, active=True))


@pytest.mark.parametrize(
    "other",
    [by_type(OTHER_URL), by_key(OTHER_URL), replace(by_type(), webhook_id=29, by_type=False)],
    ids=["by type", "by URL", "by id"],
)
def test_second_entry_of_the_type_is_refused(other: DesiredWebhook) -> None:
    current = {CAMPAIGN: CurrentWebhooks([OTHER])}

    with pytest.raises(NotPlannable, match=r"webhooks\[(0|1)\] \(.*\): webhooks\[(0|1)\]"):
        plan_set([by_type(THIRD), other], current, Purge(9), lambda _text: None)


THIRD = "https://hooks.example.org/replies/third"


def test_creation_knows_that_it_is_the_only_one_of_its_type() -> None:
    assert planned(by_type()).by_type
    assert not planned(by_key()).by_type


REMOVED = {
    "none": ([OTHER], Change(None, None)),
    "one": ([OTHER, ON], Change(ON, None)),
    "spelt otherwise": ([webhook(url=SPELT_OTHERWISE)], Change(webhook(url=SPELT_OTHERWISE), None)),
}


@pytest.mark.parametrize(("there", "change"), REMOVED.values(), ids=REMOVED)
def test_url_alone_is_enough_to_remove(there: list[Webhook], change: Change) -> None:
    desired = desired_from_options({"campaign_id": 9141, "url": URL, "state": "absent"})

    assert planned(desired, *there) == change


def test_url_of_two_types_is_not_enough_to_remove() -> None:
    desired = desired_from_options({"campaign_id": 9141, "url": URL, "state": "absent"})
    other_type = webhook(webhook_id=30, webhook_type="CampaignMessageStatusUpdate")

    with pytest.raises(NotPlannable, match="Several webhooks could be"):
        planned(desired, ON, other_type)
    with pytest.raises(NotPlannable, match="Give webhook_type"):
        planned(desired, ON, other_type)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"url": URL}, "Give webhook_id"),
        ({"webhook_type": REPLY}, "Nothing is declared"),
        ({"webhook_type": "ListSubscribe", "url": URL}, "does not exist for"),
        ({"webhook_type": REPLY, "url": "/replies"}, "not an absolute"),
    ],
    ids=["no type", "nothing but a type", "type of another owner", "unusable URL"],
)
def test_options_that_do_not_identify_by_type_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NotPlannable, match=reason):
        desired_from_options({"campaign_id": 9141, "unique_by": "type", **options})


def test_id_wins_over_unique_by() -> None:
    options = {"campaign_id": 9141, "webhook_id": 28, "unique_by": "type", "active": True}

    assert not desired_from_options(options).by_type
