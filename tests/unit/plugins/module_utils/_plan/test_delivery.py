# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which webhooks are meant to be paused and resumed, and which are left off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Failure,
    NotPlannable,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.delivery import (
    PausedWebhook,
    declared_webhooks,
    paused_webhooks,
    resume,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import CurrentWebhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    short_labels,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    FORBIDDEN,
    GONE,
    NOTE,
    OFF,
    OFF_TWIN,
    ON,
    OTHER,
    OTHER_CAMPAIGN,
    STATUS,
    THIRD_URL,
    TWIN,
    URL,
    absent,
    by_id,
    by_key,
    shown,
    webhook,
)

NO_WEBHOOK = Refused("No webhook record.", Failure(404, 142))
ELSEWHERE = webhook(owner=OTHER_CAMPAIGN, webhook_id=7)
EVERY = [ON, OTHER, TWIN]


def found(
    desired: Sequence[DesiredWebhook],
    webhooks: Sequence[Webhook],
    is_resumed: bool = False,
    owners: Sequence[Owner] = (),
    error: Refused | None = None,
) -> tuple[list[Webhook], list[str]]:
    """The webhooks that are meant, and the names of those that do not exist."""
    current = {
        owner: CurrentWebhooks([one for one in webhooks if one.owner == owner], error)
        for owner in (CAMPAIGN, OTHER_CAMPAIGN)
    }
    meant, missing = declared_webhooks(desired, owners, current, is_resumed)
    return meant, [one.name for one in missing]


MEANT: dict[str, tuple[list[DesiredWebhook], list[Webhook], list[Webhook]]] = {
    "by id": ([by_id()], EVERY, [ON]),
    "by id, with another URL": ([by_id(url=THIRD_URL)], EVERY, [ON]),
    "by natural key": ([by_key(url=OTHER.url)], EVERY, [OTHER]),
    "inactive": ([by_id()], [OFF], [OFF]),
    "declared inactive": ([by_id(active=False)], EVERY, []),
    "declared absent": ([absent(by_id()), absent(by_key(url=OTHER.url))], EVERY, []),
    "not one that another entry names": ([by_key(), by_id(30)], EVERY, [ON, TWIN]),
    "not one that another entry leaves out": ([by_key(), by_id(30, active=False)], EVERY, [ON]),
}


@pytest.mark.parametrize("is_resumed", [False, True], ids=["paused", "resumed"])
@pytest.mark.parametrize(("desired", "webhooks", "meant"), MEANT.values(), ids=MEANT)
def test_entry_means_webhooks_that_should_receive_events(
    desired: list[DesiredWebhook], webhooks: list[Webhook], meant: list[Webhook], is_resumed: bool
) -> None:
    assert found(desired, webhooks, is_resumed) == (meant, [])


def test_several_webhooks_of_one_key_are_all_paused() -> None:
    assert found([by_key()], EVERY) == ([ON, TWIN], [])


def test_several_webhooks_of_one_type_are_not_paused_by_type() -> None:
    desired = by_key(NOWHERE, by_type=True)

    with pytest.raises(
        NotPlannable,
        match=r"webhooks\[0\] \(campaign 9141, .*\): Several .*: 28, 29\. Give webhook_id",
    ):
        found([desired], [ON, OTHER])


NOWHERE = "https://hooks.example.org/nowhere"


def test_several_webhooks_of_one_key_are_not_resumed_without_their_ids() -> None:
    with pytest.raises(
        NotPlannable,
        match=r"webhooks\[0\] \(campaign 9141, .*\): Several .*: 27, 28\. Give webhook_id",
    ):
        found([by_key()], [OFF, OFF_TWIN], is_resumed=True)


OF_OWNERS: dict[str, tuple[list[DesiredWebhook], bool, list[Webhook]]] = {
    "pause": ([], False, EVERY),
    "resumption": ([], True, EVERY),
    "pause, with an entry": ([by_id(29)], False, [OTHER, ON, TWIN]),
    "pause, with one declared inactive": ([by_id(29, active=False)], False, EVERY),
    "resumption, with one declared inactive": ([by_id(29, active=False)], True, [ON, TWIN]),
    "resumption, with one declared absent": ([absent(by_id(29))], True, [ON, TWIN]),
}


@pytest.mark.parametrize(("desired", "is_resumed", "meant"), OF_OWNERS.values(), ids=OF_OWNERS)
def test_owner_means_all_its_webhooks_each_once(
    desired: list[DesiredWebhook], is_resumed: bool, meant: list[Webhook]
) -> None:
    assert found(desired, [*EVERY, ELSEWHERE], is_resumed, [CAMPAIGN]) == (meant, [])


def test_owner_of_an_entry_that_is_left_out_need_not_be_read() -> None:
    desired = [by_id(active=False)]

    assert declared_webhooks(desired, [], {}, True) == ([], [])


@pytest.mark.parametrize("error", [None, NO_WEBHOOK], ids=["empty list", "404 and code 142"])
def test_desired_webhooks_that_do_not_exist_are_named(error: Refused | None) -> None:
    desired = [by_id(99), by_key(), absent(by_id(98)), by_id(97, active=False)]

    meant, missing = found(desired, [], error=error, owners=[CAMPAIGN])

    assert meant == []
    assert missing == [
        "webhook 99 of campaign 9141",
        "the CampaignReply webhook of campaign 9141 with this URL",
    ]


def test_missing_webhook_is_left_off_with_its_identity_without_url() -> None:
    current = {CAMPAIGN: CurrentWebhooks([])}

    _meant, [missing] = declared_webhooks([by_key()], [], current, True)

    assert missing.record == {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": None,
        "webhook_type": "CampaignReply",
        "note": None,
    }
    assert missing.reason == "It does not exist."


@pytest.mark.parametrize("error", [GONE, FORBIDDEN], ids=["404 and another code", "403"])
def test_refused_lists_are_problems_of_entries_and_owners(error: Refused) -> None:
    with pytest.raises(NotPlannable) as caught:
        found([by_id(), by_id(29, active=False)], [], error=error, owners=[CAMPAIGN])

    assert f"webhooks[0], owners[0]: {error}" in short_labels(str(caught.value))


@pytest.mark.parametrize("url", [THIRD_URL, "no URL"])
def test_url_of_webhook_by_id_does_not_matter(url: str) -> None:
    assert found([by_id(url=url)], EVERY) == ([ON], [])


def test_webhook_of_another_type_is_a_problem() -> None:
    with pytest.raises(
        NotPlannable, match=r"webhooks\[0\] \(campaign 9141, .*\): Webhook 28 .* is of type"
    ):
        found([by_id(webhook_type=STATUS)], [ON])


# What was paused


def item(**more: Any) -> dict[str, Any]:
    return {"campaign_id": 9141, "webhook_id": 28, **more}


def test_last_item_of_a_webhook_counts() -> None:
    entries = [item(note="old"), item(webhook_id=29), item(note="new")]

    assert paused_webhooks(entries) == [
        PausedWebhook(CAMPAIGN, 28, "new"),
        PausedWebhook(CAMPAIGN, 29),
    ]


def test_items_that_identify_no_webhook_are_reported_together() -> None:
    with pytest.raises(NotPlannable) as caught:
        paused_webhooks([item(), item(webhook_id=None), {"webhook_id": 28}, item(webhook_id=True)])

    _first, *lines = str(caught.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["paused[1]", "paused[2]", "paused[3]"]
    assert "webhook_id of a webhook of campaign 9141 is missing" in lines[0]


HIDDEN = "Failed at s3cret-7/x"
HALF_HIDDEN = f"Failed at {MASK}"
NOTES: dict[str, tuple[str | None, str | None, bool]] = {
    "none before and now": (None, None, True),
    "none before, empty now": (None, "", True),
    "empty before, none now": ("", None, True),
    "the same": (NOTE, NOTE, True),
    "none before, one now": (None, NOTE, False),
    "one before, none now": (NOTE, None, False),
    "another": ("Receiver answered 404.", NOTE, False),
    "masked, the same": (HALF_HIDDEN, HIDDEN, True),
    "masked, another": (HALF_HIDDEN, NOTE, False),
    "masked, none now": (HALF_HIDDEN, None, False),
}


@pytest.mark.parametrize(("before", "now", "is_resumed"), NOTES.values(), ids=NOTES)
def test_webhook_is_resumed_if_its_note_is_that_of_the_pause(
    before: str | None, now: str | None, is_resumed: bool
) -> None:
    inactive = webhook(active=False, note=now)

    changes, left_off = resume([PausedWebhook(CAMPAIGN, 28, before)], [inactive])

    assert changes == ([Change(inactive, ON)] if is_resumed else [])
    assert [one.record for one in left_off] == ([] if is_resumed else [inactive.record()])


REASONS: dict[str, tuple[Webhook | Refused, str]] = {
    "another note": (OFF, f"The service deactivated it with the note '{NOTE}'."),
    "no note": (webhook(active=False), "It had a note when it was paused, and has none now."),
    "no webhook": (NO_WEBHOOK, "It does not exist."),
    "no owner": (GONE, "It does not exist."),
}


@pytest.mark.parametrize(("there", "reason"), REASONS.values(), ids=REASONS)
def test_webhook_that_is_left_off_has_a_reason(there: Webhook | Refused, reason: str) -> None:
    paused = PausedWebhook(CAMPAIGN, 28, "old")

    changes, [left_off] = resume([paused], [there])

    assert changes == []
    assert shown(left_off.reason) == reason
    assert left_off.name == "webhook 28 of campaign 9141"
    assert left_off.record == (paused if isinstance(there, Refused) else there).record()


def test_active_webhook_stays_whatever_the_note() -> None:
    assert resume([PausedWebhook(CAMPAIGN, 28, NOTE)], [ON]) == ([Change(ON, ON)], [])


def test_record_of_paused_webhook_is_read_as_the_same() -> None:
    paused = [
        PausedWebhook(CAMPAIGN, 28, NOTE),
        PausedWebhook(Owner("list", 77), 26),
        PausedWebhook(Owner("message"), 24),
    ]

    assert paused_webhooks([one.record() for one in paused]) == paused
    assert URL not in str(paused[0].record())
