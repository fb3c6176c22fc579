# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of one webhook: which one is meant, what becomes of it, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import (  # isort: skip
    addition_warnings, plan, plan_change,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, CurrentWebhooks, DesiredWebhook, NotPlannable, Owner, Webhook, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, EMPTY_LIST, FORBIDDEN, GONE, MOVED, NEW, NO_CODE, NOTE, OFF, OFF_TWIN, ON, OTHER,
    OTHER_URL, PAUSED, REPLY, SPELT_OTHERWISE, STATUS, STATUS_ONE, TWIN, URL, Refused, absent,
    by_id, by_key, new_webhook, webhook,
)  # fmt: skip

MOVED_OFF = webhook(url=OTHER_URL, active=False, note=NOTE)
UPDATES = {
    "on stays on": (ON, by_id(active=True), ON),
    "on goes off": (ON, by_id(active=False), PAUSED),
    "off goes on, and loses its note": (OFF, by_id(active=True), ON),
    "off stays off, and keeps its note": (OFF, by_id(active=False), OFF),
    "URL alone": (ON, by_id(url=OTHER_URL), MOVED),
    "URL of one that is off": (OFF, by_id(url=OTHER_URL), MOVED_OFF),
    "both": (OFF, by_id(url=OTHER_URL, active=True), MOVED),
    "both, as they are": (ON, by_id(url=URL, active=True), ON),
    "equivalent URL": (ON, by_id(url=SPELT_OTHERWISE), ON),
    "equivalent URL, goes off": (ON, by_id(url=SPELT_OTHERWISE, active=False), PAUSED),
    "type that it has": (ON, by_id(webhook_type=REPLY, url=URL), ON),
    "by natural key, as it is": (OFF, by_key(), OFF),
    "by natural key, goes on": (OFF, by_key(active=True), ON),
    "by natural key, equivalent URL": (ON, by_key(SPELT_OTHERWISE), ON),
    "on, though the service kept a note": (webhook(note=NOTE), by_id(active=True), ON),
}


@pytest.mark.parametrize(("before", "desired", "after"), UPDATES.values(), ids=UPDATES)
def test_webhook_becomes_as_desired_and_changes_nothing_else(
    before: Webhook, desired: DesiredWebhook, after: Webhook
) -> None:
    assert plan(desired, CurrentWebhooks([before])) == Change(before, after)


SLASH = URL + "/"
MEANT = {
    "id among others": (by_id(29, active=True), [ON, OTHER], Change(OTHER, OTHER)),
    "id of a twin": (by_id(30, active=True), [ON, TWIN], Change(TWIN, TWIN)),
    "key, another type": (by_key(), [STATUS_ONE, ON], Change(ON, ON)),
    "key, only another type": (by_key(), [STATUS_ONE], Change(None, NEW)),
    "key, only another URL": (by_key(), [OTHER], Change(None, NEW)),
    "key, nothing there": (by_key(), [], Change(None, NEW)),
    "key, slash at the end": (by_key(SLASH), [ON], Change(None, new_webhook(url=SLASH))),
    "created active": (by_key(active=True), [], Change(None, NEW)),
    "created inactive": (by_key(active=False), [], Change(None, new_webhook(active=False))),
    "absent by id": (absent(by_id()), [ON, OTHER], Change(ON, None)),
    "absent by key": (absent(by_key()), [OTHER, ON], Change(ON, None)),
    "absent by key, equivalent": (absent(by_key(SPELT_OTHERWISE)), [ON], Change(ON, None)),
    "absent by id, and gone": (absent(by_id(99)), [ON], Change(None, None)),
    "absent by key, and gone": (absent(by_key()), [OTHER], Change(None, None)),
}


@pytest.mark.parametrize(("desired", "there", "change"), MEANT.values(), ids=MEANT)
def test_webhook_is_found_by_its_id_or_else_its_natural_key(
    desired: DesiredWebhook, there: list[Webhook], change: Change
) -> None:
    assert plan(desired, CurrentWebhooks(there)) == change


def test_creation_knows_the_ids_of_current_webhooks() -> None:
    assert plan(by_key(), CurrentWebhooks([OTHER, STATUS_ONE])).known_ids == {29, 31}


@pytest.mark.parametrize("desired", [by_key(), absent(by_key())], ids=["present", "absent"])
def test_several_matching_webhooks_are_refused_with_their_ids(desired: DesiredWebhook) -> None:
    message = raised(lambda: plan(desired, CurrentWebhooks([TWIN, OFF_TWIN, OTHER, ON])))

    assert "campaign 9141 with this URL: 27, 28, 30. Give the webhook_id" in message
    assert "`run_once: true`" in message


BEST = {
    "both on, lowest": (by_key(), [TWIN, ON], ON),
    "both off, lowest": (by_key(), [OFF, OFF_TWIN], OFF_TWIN),
    "active": (by_key(), [OFF_TWIN, TWIN, ON], ON),
    "active, if desired": (by_key(active=True), [OFF_TWIN, ON], ON),
    "inactive, if desired": (by_key(active=False), [ON, TWIN, OFF_TWIN], OFF_TWIN),
    "lowest inactive": (by_key(active=False), [webhook(webhook_id=26), OFF, OFF_TWIN], OFF_TWIN),
    "active, to be deactivated": (by_key(active=False), [TWIN, ON], ON),
    "active, to be removed": (absent(by_key()), [OFF_TWIN, ON], ON),
}


@pytest.mark.parametrize(("desired", "there", "best"), BEST.values(), ids=BEST)
def test_best_of_several_is_taken_if_keep_best(
    desired: DesiredWebhook, there: list[Webhook], best: Webhook
) -> None:
    assert plan(desired, CurrentWebhooks(there), keep_best=True).before == best


@pytest.mark.parametrize(
    ("desired", "reserved", "change"),
    [
        (by_key(), {28}, Change(TWIN, TWIN)),
        (by_key(), {30}, Change(ON, ON)),
        (by_key(), {28, 30}, Change(None, NEW)),
        (by_id(active=True), {28}, Change(ON, ON)),
    ],
    ids=["first", "second", "both", "by id"],
)
def test_reserved_webhook_is_found_by_its_id_alone(
    desired: DesiredWebhook, reserved: set[int], change: Change
) -> None:
    assert plan(desired, CurrentWebhooks([ON, TWIN]), reserved) == change


def test_reserved_id_of_no_match_does_not_tell_several_apart() -> None:
    assert "28, 30" in raised(lambda: plan(by_key(), CurrentWebhooks([ON, TWIN]), {29}))


ODD_URL = "ö b".ljust(MAX_LENGTH + 1)
ODD = webhook(webhook_type="Odd", url=ODD_URL)
ODD_BY_ID = by_id(webhook_type="Odd", url=ODD_URL)
ENCODED = webhook(url=f"{URL}/%1B", stored_url=f"{URL}/\x1b")
AS_STORED = {
    "URL and type": (ODD_BY_ID, ODD, ODD),
    "URL and type, goes off": (replace(ODD_BY_ID, active=False), ODD, replace(ODD, active=False)),
    "URL that is shown percent-encoded": (by_id(url=f"{URL}/%1B"), ENCODED, ENCODED),
}


@pytest.mark.parametrize(("desired", "before", "after"), AS_STORED.values(), ids=AS_STORED)
def test_unacceptable_url_or_type_is_accepted_as_it_is_stored(
    desired: DesiredWebhook, before: Webhook, after: Webhook
) -> None:
    change = plan_change(desired, before)

    assert change == Change(before, after)
    assert change.after is not None
    assert change.after.wire_url == before.wire_url


def test_new_url_replaces_the_stored_one() -> None:
    change = plan_change(by_id(url=OTHER_URL), webhook(stored_url=f"{URL}\x1b"))

    assert change.after is not None
    assert change.after.wire_url == OTHER_URL


OF_TYPE = f"Webhook 28 of campaign 9141 is of type {REPLY}, not {STATUS}, and the API cannot"
NO_99 = "There is no webhook 99 of campaign 9141."
REFUSED = {
    "URL": (by_id(url=ODD_URL), "url has characters outside ASCII"),
    "empty URL": (by_id(url=""), "url is empty"),
    "type": (by_id(webhook_type=STATUS, active=True), OF_TYPE),
    "missing id": (by_id(99, active=True), NO_99),
    "missing id, with all that a new one needs": (by_id(99, webhook_type=REPLY, url=URL), NO_99),
    "no id, only a URL": (DesiredWebhook(CAMPAIGN, url=OTHER_URL), "The webhook of"),
    "no id, only a type": (DesiredWebhook(CAMPAIGN, webhook_type=REPLY), f"The {REPLY} webhook"),
}


@pytest.mark.parametrize(("desired", "reason"), REFUSED.values(), ids=REFUSED)
def test_webhook_that_cannot_become_as_desired_is_refused(
    desired: DesiredWebhook, reason: str
) -> None:
    assert raised(lambda: plan(desired, CurrentWebhooks([ON]))).startswith(reason)


def test_unknown_types_in_a_message_are_marked() -> None:
    with pytest.raises(NotPlannable) as caught:
        plan_change(by_id(webhook_type="Odd/2"), webhook(webhook_type="Odd/1"))

    shown = Renderer("", mask_text=True).text(str(caught.value))
    assert shown.startswith(f"Webhook 28 of campaign 9141 is of type {MASK}, not {MASK}, and")


NONE, CREATED = Change(None, None), Change(None, NEW)
# None: the refusal is raised. A refusal that is not listed is always raised.
ERRORS: dict[str, tuple[DesiredWebhook, Change | None, Change | None]] = {
    "key": (by_key(), None, CREATED),
    "id": (by_id(active=True), None, None),
    "id and key": (by_id(url=URL, webhook_type=REPLY), None, None),
    "absent key": (absent(by_key()), NONE, NONE),
    "absent id": (absent(by_id()), NONE, NONE),
}


@pytest.mark.parametrize(("desired", "if_missing", "if_empty"), ERRORS.values(), ids=ERRORS)
def test_refused_list_is_raised_unless_nothing_is_needed_of_it(
    desired: DesiredWebhook, if_missing: Change | None, if_empty: Change | None
) -> None:
    outcomes = [(GONE, if_missing), (EMPTY_LIST, if_empty), (FORBIDDEN, None), (NO_CODE, None)]

    for error, change in outcomes:
        if change is None:
            with pytest.raises(Refused) as caught:
                plan(desired, CurrentWebhooks([], error))
            assert caught.value is error
        else:
            assert plan(desired, CurrentWebhooks([], error)) == change


def test_addition_warning_begins_with_the_owner() -> None:
    account = Owner("message")
    there = webhook(owner=account, webhook_type="MessageReply")
    change = plan(by_key(OTHER_URL, "MessageReply", owner=account), CurrentWebhooks([there]))

    (warning,) = addition_warnings([change], [there])

    assert warning.startswith("The account already has MessageReply webhook 28;")
