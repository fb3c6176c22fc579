# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of one webhook: which one is meant, what becomes of it, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Failure,
    NotPlannable,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import (
    CurrentWebhooks,
    addition_warnings,
    plan,
    plan_change,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    FORBIDDEN,
    GONE,
    NEW,
    NO_CODE,
    NOTE,
    OFF,
    OFF_TWIN,
    ON,
    OTHER,
    OTHER_URL,
    REPLY,
    SPELT_OTHERWISE,
    STATUS,
    STATUS_ONE,
    TWIN,
    URL,
    absent,
    by_id,
    by_key,
    new_webhook,
    webhook,
)

ACCOUNT = Owner("message")


UPDATES = {
    "on stays on": (ON, by_id(active=True), ON),
    "on goes off": (ON, by_id(active=False), webhook(active=False)),
    "off goes on, and loses its note": (OFF, by_id(active=True), ON),
    "off stays off, and keeps its note": (OFF, by_id(active=False), OFF),
    "the URL alone": (ON, by_id(url=OTHER_URL), webhook(url=OTHER_URL)),
    "the URL of one that is off": (
        OFF,
        by_id(url=OTHER_URL),
        webhook(url=OTHER_URL, active=False, note=NOTE),
    ),
    "both": (OFF, by_id(url=OTHER_URL, active=True), webhook(url=OTHER_URL)),
    "both, as they are": (ON, by_id(url=URL, active=True), ON),
    "an equivalent spelling": (ON, by_id(url=SPELT_OTHERWISE), ON),
    "an equivalent spelling while it goes off": (
        ON,
        by_id(url=SPELT_OTHERWISE, active=False),
        webhook(active=False),
    ),
    "the type that it has": (ON, by_id(webhook_type=REPLY, url=URL), ON),
    "by natural key, as it is": (OFF, by_key(), OFF),
    "by natural key, which goes on": (OFF, by_key(active=True), ON),
    "by natural key, which goes off": (ON, by_key(active=False), webhook(active=False)),
    "by natural key, spelt otherwise": (ON, by_key(SPELT_OTHERWISE), ON),
    "an active one, though the service kept a note": (webhook(note=NOTE), by_id(active=True), ON),
}


@pytest.mark.parametrize(("before", "desired", "after"), UPDATES.values(), ids=UPDATES)
def test_webhook_becomes_what_is_desired_and_nothing_more(
    before: Webhook, desired: DesiredWebhook, after: Webhook
) -> None:
    change = plan(desired, CurrentWebhooks([before]))

    assert change == Change(before, after)
    assert change.is_needed == (before != after)


MEANT = {
    "by id among others": (by_id(29, active=True), [ON, OTHER], Change(OTHER, OTHER)),
    "by id, though a twin is there": (by_id(30, active=True), [ON, TWIN], Change(TWIN, TWIN)),
    "by key, another type": (by_key(), [STATUS_ONE, ON], Change(ON, ON)),
    "by key, only another type": (by_key(), [STATUS_ONE], Change(None, NEW)),
    "by key, only another URL": (by_key(), [OTHER], Change(None, NEW)),
    "by key, nothing there": (by_key(), [], Change(None, NEW)),
    "by key, a slash at the end": (
        by_key(URL + "/"),
        [ON],
        Change(None, new_webhook(url=URL + "/")),
    ),
    "created active": (by_key(active=True), [], Change(None, NEW)),
    "created inactive": (by_key(active=False), [], Change(None, new_webhook(active=False))),
    "absent by id": (absent(by_id()), [ON, OTHER], Change(ON, None)),
    "absent by key": (absent(by_key()), [OTHER, ON], Change(ON, None)),
    "absent by key, spelt otherwise": (absent(by_key(SPELT_OTHERWISE)), [ON], Change(ON, None)),
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
    with pytest.raises(NotPlannable) as caught:
        plan(desired, CurrentWebhooks([TWIN, OTHER, ON]))

    assert "campaign 9141 with this URL: 28, 30. Give the webhook_id" in str(caught.value)


BEST = {
    "both on, the lowest": (by_key(), [TWIN, ON], ON),
    "both off, the lowest": (by_key(), [OFF, OFF_TWIN], OFF_TWIN),
    "the one that is on": (by_key(), [OFF_TWIN, TWIN, ON], ON),
    "the one that is on, if it should be": (by_key(active=True), [OFF_TWIN, ON], ON),
    "one that is off, if it should be": (by_key(active=False), [ON, TWIN, OFF_TWIN], OFF_TWIN),
    "the lowest that is off, if it should be": (
        by_key(active=False),
        [webhook(webhook_id=26), OFF, OFF_TWIN],
        OFF_TWIN,
    ),
    "the one that is on, to be switched off": (by_key(active=False), [TWIN, ON], ON),
    "the one that is on, to be removed": (absent(by_key()), [OFF_TWIN, ON], ON),
}


@pytest.mark.parametrize(("desired", "there", "best"), BEST.values(), ids=BEST)
def test_best_of_several_is_taken_if_keep_best(
    desired: DesiredWebhook, there: list[Webhook], best: Webhook
) -> None:
    assert plan(desired, CurrentWebhooks(there), keep_best=True).before == best


def test_ids_of_several_are_in_ascending_order() -> None:
    with pytest.raises(NotPlannable, match=r"URL: 27, 28, 30\. Give"):
        plan(by_key(), CurrentWebhooks([TWIN, OFF_TWIN, ON]))


@pytest.mark.parametrize(
    ("reserved", "change"),
    [
        ({28}, Change(TWIN, TWIN)),
        ({30}, Change(ON, ON)),
        ({28, 30}, Change(None, NEW)),
        ({29}, None),
    ],
    ids=["the first", "the second", "both", "neither"],
)
def test_reserved_webhook_is_not_found_by_natural_key(
    reserved: set[int], change: Change | None
) -> None:
    current = CurrentWebhooks([ON, TWIN])

    if change is None:
        with pytest.raises(NotPlannable, match="28, 30"):
            plan(by_key(), current, reserved)
    else:
        assert plan(by_key(), current, reserved) == change


def test_reserved_webhook_is_found_by_its_id() -> None:
    assert plan(by_id(active=True), CurrentWebhooks([ON]), reserved={28}) == Change(ON, ON)


ODD_URL = "ö b".ljust(MAX_LENGTH + 1)
ODD = webhook(webhook_type="Odd", url=ODD_URL)
AS_STORED: dict[str, tuple[DesiredWebhook, Webhook]] = {
    "URL and type": (by_id(webhook_type="Odd", url=ODD_URL), ODD),
    "URL and type, switched off": (
        by_id(webhook_type="Odd", url=ODD_URL, active=False),
        replace(ODD, active=False),
    ),
    "URL that is shown percent-encoded": (
        by_id(url=f"{URL}/%1B"),
        webhook(url=f"{URL}/%1B", stored_url=f"{URL}/\x1b"),
    ),
}


@pytest.mark.parametrize(("desired", "after"), AS_STORED.values(), ids=AS_STORED)
def test_unacceptable_url_or_type_is_accepted_as_it_is_stored(
    desired: DesiredWebhook, after: Webhook
) -> None:
    before = replace(after, active=True)

    change = plan_change(desired, before)

    assert change == Change(before, after)
    assert change.after is not None
    assert change.after.wire_url == before.wire_url


@pytest.mark.parametrize(
    ("desired", "reason"),
    [
        (by_id(url=ODD_URL), "url has characters outside ASCII"),
        (by_id(url=""), "url is empty"),
        (
            by_id(webhook_type=STATUS, active=True),
            f"Webhook 28 of campaign 9141 is of type {REPLY}, not {STATUS}, and the API cannot",
        ),
    ],
    ids=["URL", "empty URL", "type"],
)
def test_unacceptable_url_or_type_is_refused_where_it_differs(
    desired: DesiredWebhook, reason: str
) -> None:
    with pytest.raises(NotPlannable) as caught:
        plan(desired, CurrentWebhooks([ON]))

    assert str(caught.value).startswith(reason)


def test_new_url_replaces_the_stored_one() -> None:
    change = plan_change(by_id(url=OTHER_URL), webhook(stored_url=f"{URL}\x1b"))

    assert change.after is not None
    assert change.after.wire_url == OTHER_URL


def test_unknown_types_in_a_message_are_marked() -> None:
    with pytest.raises(NotPlannable) as caught:
        plan_change(by_id(webhook_type="Odd/2"), webhook(webhook_type="Odd/1"))

    shown = Renderer("", mask_text=True).text(str(caught.value))
    assert shown.startswith(f"Webhook 28 of campaign 9141 is of type {MASK}, not {MASK}, and")


@pytest.mark.parametrize(
    ("desired", "before", "change"),
    [
        (by_id(active=False), ON, Change(ON, webhook(active=False))),
        (absent(by_id()), ON, Change(ON, None)),
        (absent(by_id()), None, Change(None, None)),
    ],
    ids=["present", "absent", "absent, and gone"],
)
def test_change_of_webhook_by_id_needs_that_webhook_alone(
    desired: DesiredWebhook, before: Webhook | None, change: Change
) -> None:
    assert plan_change(desired, before) == change


@pytest.mark.parametrize(
    "desired",
    [by_id(99, active=True), by_id(99, webhook_type=REPLY, url=URL)],
    ids=["by its id alone", "with all that a new one needs"],
)
def test_missing_id_is_refused_and_nothing_is_created(desired: DesiredWebhook) -> None:
    with pytest.raises(NotPlannable, match=r"There is no webhook 99 of campaign 9141\."):
        plan(desired, CurrentWebhooks([ON]))


@pytest.mark.parametrize(
    "desired",
    [DesiredWebhook(CAMPAIGN, url=OTHER_URL), DesiredWebhook(CAMPAIGN, webhook_type=REPLY)],
    ids=["only a URL", "only a type"],
)
def test_desired_webhook_without_id_and_key_is_refused(
    desired: DesiredWebhook,
) -> None:
    with pytest.raises(NotPlannable, match="does not exist"):
        plan(desired, CurrentWebhooks([ON]))


EMPTY_LIST = Refused("No webhook record.", Failure(404, 142))
NONE = Change(None, None)
ERRORS: dict[str, tuple[DesiredWebhook, dict[str, Change | None]]] = {
    # None: the error is raised.
    "key": (by_key(), {"missing": None, "empty list": Change(None, NEW)}),
    "id": (by_id(active=True), {"missing": None, "empty list": None}),
    "id and key": (
        by_id(url=URL, webhook_type=REPLY),
        {"missing": None, "empty list": None},
    ),
    "absent key": (absent(by_key()), {"missing": NONE, "empty list": NONE}),
    "absent id": (absent(by_id()), {"missing": NONE, "empty list": NONE}),
}
REFUSALS = {"missing": GONE, "empty list": EMPTY_LIST, "403": FORBIDDEN, "no code": NO_CODE}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(("desired", "changes"), ERRORS.values(), ids=ERRORS)
def test_refused_list_is_raised_unless_nothing_is_needed_of_it(
    desired: DesiredWebhook, changes: dict[str, Change | None], refusal: str
) -> None:
    error, change = REFUSALS[refusal], changes.get(refusal)
    current = CurrentWebhooks([], error)

    if change is not None:
        assert plan(desired, current) == change
    else:
        with pytest.raises(Refused) as caught:
            plan(desired, current)
        assert caught.value is error


def test_addition_warning_begins_with_the_owner() -> None:
    there = webhook(owner=ACCOUNT, webhook_type="MessageReply")
    change = plan(by_key(OTHER_URL, "MessageReply", owner=ACCOUNT), CurrentWebhooks([there]))

    (warning,) = addition_warnings([change], [there])

    assert warning.startswith("The account already has MessageReply webhook 28;")
