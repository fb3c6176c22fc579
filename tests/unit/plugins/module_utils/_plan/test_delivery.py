"""Which webhooks are meant to be paused and resumed, and which are left off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import short_labels

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.delivery import (  # isort: skip
    PausedWebhook, Skipped, declared_webhooks, paused_webhooks, resume,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, Desired, Owner, Webhook, Webhooks, by_type, current_of, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, ELSEWHERE, EMPTY_LIST, FORBIDDEN, GONE, NOTE, OFF, OFF_TWIN, ON, OTHER,
    REPLY, STATUS, TWIN, Refused, absent, by_id, by_key, shown, webhook,
)  # fmt: skip

EVERY = [ON, OTHER, TWIN]


def found(
    desired: Desired, webhooks: Webhooks, is_resumed: bool = False, owners: Sequence[Owner] = ()
) -> tuple[list[Webhook], list[Skipped]]:
    """The webhooks that are meant, and what does not exist."""
    return declared_webhooks(desired, owners, current_of(webhooks), is_resumed)


OFF_BY_ID = by_id(29, active=False)
MEANT = {
    "id": ([by_id()], EVERY, [ON]),
    "id, no URL at all": ([by_id(url="no URL")], EVERY, [ON]),
    "natural key": ([by_key(url=OTHER.url)], EVERY, [OTHER]),
    "inactive": ([by_id()], [OFF], [OFF]),
    "declared inactive": ([by_id(active=False)], EVERY, []),
    "declared absent": ([absent(by_id()), absent(by_key(url=OTHER.url))], EVERY, []),
    "another entry names its twin": ([by_key(), by_id(30)], EVERY, [ON, TWIN]),
    "another entry leaves its twin out": ([by_key(), by_id(30, active=False)], EVERY, [ON]),
}


@pytest.mark.parametrize("is_resumed", [False, True], ids=["paused", "resumed"])
@pytest.mark.parametrize(("desired", "webhooks", "meant"), MEANT.values(), ids=MEANT)
def test_entry_means_webhooks_that_should_receive_events(
    desired: Desired, webhooks: Webhooks, meant: Webhooks, is_resumed: bool
) -> None:
    assert found(desired, webhooks, is_resumed) == (meant, [])


def test_several_webhooks_of_one_key_are_all_paused() -> None:
    assert found([by_key()], EVERY) == ([ON, TWIN], [])


UNCLEAR = {
    "several of one type, paused": ([by_type(None)], [ON, OTHER], False, ": 28, 29. Give webhook_"),
    "several of one key, resumed": ([by_key()], [OFF, OFF_TWIN], True, ": 27, 28. Give webhook_id"),
    "another type": (
        [by_id(webhook_type=STATUS)], [ON], False, "Webhook 28 of campaign 9141 is of"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("desired", "webhooks", "is_resumed", "reason"), UNCLEAR.values(), ids=UNCLEAR
)
def test_entry_that_does_not_identify_its_webhook_is_a_problem(
    desired: Desired, webhooks: Webhooks, is_resumed: bool, reason: str
) -> None:
    message = raised(lambda: found(desired, webhooks, is_resumed))

    assert "webhooks[0] (campaign 9141, " in message
    assert reason in message


OF_OWNERS: dict[str, tuple[Desired, bool, Webhooks]] = {
    "resumption": ([], True, EVERY),
    "pause, with an entry": ([by_id(29)], False, [OTHER, ON, TWIN]),
    "pause, with one declared inactive": ([OFF_BY_ID], False, EVERY),
    "resumption, with one declared inactive": ([OFF_BY_ID], True, [ON, TWIN]),
    "resumption, with one declared absent": ([absent(by_id(29))], True, [ON, TWIN]),
}


@pytest.mark.parametrize(("desired", "is_resumed", "meant"), OF_OWNERS.values(), ids=OF_OWNERS)
def test_owner_means_all_its_webhooks_each_once(
    desired: Desired, is_resumed: bool, meant: Webhooks
) -> None:
    assert found(desired, [*EVERY, ELSEWHERE], is_resumed, [CAMPAIGN]) == (meant, [])


def test_owner_of_an_entry_that_is_left_out_need_not_be_read() -> None:
    assert declared_webhooks([OFF_BY_ID], [], {}, True) == ([], [])


def test_owner_that_does_not_exist_is_left_off_by_a_resumption() -> None:
    left_off = Skipped("campaign 9141", {**CAMPAIGN.record(), "webhook_id": None})

    assert declared_webhooks([], [CAMPAIGN], current_of([], {CAMPAIGN: GONE}), True) == (
        [],
        [left_off],
    )


@pytest.mark.parametrize("error", [None, EMPTY_LIST], ids=["empty list", "404 and code 142"])
def test_desired_webhooks_that_do_not_exist_are_left_off(error: Refused | None) -> None:
    desired = [by_id(99), by_key(), absent(by_id(98)), by_id(97, active=False)]
    current = current_of([], {CAMPAIGN: error})

    meant, left_off = declared_webhooks(desired, [CAMPAIGN], current, False)

    identities: list[dict[str, Any]] = [
        {"webhook_id": 99, "webhook_type": None},
        {"webhook_id": None, "webhook_type": REPLY},
    ]
    records = [{**CAMPAIGN.record(), **one, "note": None} for one in identities]
    names = [str(one) for one in desired[:2]]
    assert meant == []
    assert left_off == [Skipped(*one, "It does not exist.") for one in zip(names, records)]


@pytest.mark.parametrize("error", [GONE, FORBIDDEN], ids=["404 and another code", "403"])
def test_refused_lists_are_problems_of_entries_and_owners(error: Refused) -> None:
    current = current_of([], {CAMPAIGN: error})

    message = raised(lambda: declared_webhooks([by_id(), OFF_BY_ID], [CAMPAIGN], current, False))

    assert f"webhooks[0], owners[0]: {error}" in short_labels(message)


def test_paused_webhooks_are_read_from_their_records_and_the_last_counts() -> None:
    old, new = PausedWebhook(CAMPAIGN, 28, "old"), PausedWebhook(CAMPAIGN, 28, "new")
    others = [PausedWebhook(Owner("list", 77), 26), PausedWebhook(Owner("message"), 24)]

    assert paused_webhooks([one.record() for one in (old, *others, new)]) == [new, *others]


def test_items_that_identify_no_webhook_are_reported_together() -> None:
    identities = [(9141, 28), (9141, None), (None, 28), (9141, True)]
    items = [{"campaign_id": owner, "webhook_id": number} for owner, number in identities]

    _first, *lines = raised(lambda: paused_webhooks(items)).splitlines()

    assert [line.partition(": ")[0] for line in lines] == ["paused[1]", "paused[2]", "paused[3]"]
    assert "webhook_id of a webhook of campaign 9141 is missing" in lines[0]


HIDDEN = "Failed at s3cret-7/x"
HALF_HIDDEN = f"Failed at {MASK}"
ANOTHER = f"The service deactivated it with the note '{NOTE}'."
NONE_NOW = "It had a note when it was paused, and has none now."
# The note when it was paused, the note now, and why it is not resumed.
NOTES: dict[str, tuple[str | None, str | None, str]] = {
    "none before and now": (None, None, ""),
    "none before, empty now": (None, "", ""),
    "the same": (NOTE, NOTE, ""),
    "none before, one now": (None, NOTE, ANOTHER),
    "one before, none now": (NOTE, None, NONE_NOW),
    "another": ("Receiver answered 404.", NOTE, ANOTHER),
    "masked, the same": (HALF_HIDDEN, HIDDEN, ""),
    "masked, another": (HALF_HIDDEN, NOTE, ANOTHER),
    "masked, none now": (HALF_HIDDEN, None, NONE_NOW),
}


@pytest.mark.parametrize(("before", "now", "reason"), NOTES.values(), ids=NOTES)
def test_webhook_is_resumed_if_its_note_is_that_of_the_pause(
    before: str | None, now: str | None, reason: str
) -> None:
    inactive = webhook(active=False, note=now)

    changes, left_off = resume([PausedWebhook(CAMPAIGN, 28, before)], [inactive])

    left = Skipped("webhook 28 of campaign 9141", inactive.record(), reason)
    assert changes == ([] if reason else [Change(inactive, ON)])
    assert [replace(one, reason=shown(one.reason)) for one in left_off] == (
        [left] if reason else []
    )


@pytest.mark.parametrize("error", [EMPTY_LIST, GONE], ids=["no webhook", "no owner"])
def test_paused_webhook_that_does_not_exist_is_left_off(error: Refused) -> None:
    paused = PausedWebhook(CAMPAIGN, 28, "old")

    left = Skipped("webhook 28 of campaign 9141", paused.record(), "It does not exist.")
    assert resume([paused], [error]) == ([], [left])


def test_active_webhook_stays_whatever_the_note() -> None:
    assert resume([PausedWebhook(CAMPAIGN, 28, NOTE)], [ON]) == ([Change(ON, ON)], [])
