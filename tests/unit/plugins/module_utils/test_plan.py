# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: which webhook is meant, what becomes of it, and what cannot be decided."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._declaration import Declaration
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    NotPlannable,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan import (
    Inventory,
    additions,
    plan,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Change, Webhook
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


# One webhook

UPDATES = {
    "on stays on": (ON, by_id(active=True), ON),
    "on goes off": (ON, by_id(active=False), webhook(active=False)),
    "off goes on, and loses its note": (OFF, by_id(active=True), ON),
    "off stays off, and keeps its note": (OFF, by_id(active=False), OFF),
    "the address alone": (ON, by_id(url=OTHER_URL), webhook(url=OTHER_URL)),
    "the address of one that is off": (
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


@pytest.mark.parametrize(("before", "declaration", "after"), UPDATES.values(), ids=UPDATES)
def test_a_webhook_becomes_what_is_declared_and_nothing_more(
    before: Webhook, declaration: Declaration, after: Webhook
) -> None:
    change = plan(declaration, Inventory([before]))

    assert change == Change(before, after)
    assert change.is_needed == (before != after)


MEANT = {
    "by id among others": (by_id(29, active=True), [ON, OTHER], Change(OTHER, OTHER)),
    "by id, though a twin is there": (by_id(30, active=True), [ON, TWIN], Change(TWIN, TWIN)),
    "by key, another type": (by_key(), [STATUS_ONE, ON], Change(ON, ON)),
    "by key, only another type": (by_key(), [STATUS_ONE], Change(None, NEW)),
    "by key, only another address": (by_key(), [OTHER], Change(None, NEW)),
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


@pytest.mark.parametrize(("declaration", "there", "change"), MEANT.values(), ids=MEANT)
def test_which_webhook_is_meant_follows_from_its_id_or_else_its_natural_key(
    declaration: Declaration, there: list[Webhook], change: Change
) -> None:
    assert plan(declaration, Inventory(there)) == change


def test_a_creation_knows_the_ids_that_were_there() -> None:
    assert plan(by_key(), Inventory([OTHER, STATUS_ONE])).known_ids == {29, 31}


@pytest.mark.parametrize("declaration", [by_key(), absent(by_key())], ids=["present", "absent"])
def test_several_that_could_be_meant_are_refused_with_their_ids(declaration: Declaration) -> None:
    with pytest.raises(NotPlannable) as caught:
        plan(declaration, Inventory([TWIN, OTHER, ON]))

    assert "campaign 9141 with this address: 28, 30. Give the webhook_id" in str(caught.value)


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


@pytest.mark.parametrize(("declaration", "there", "best"), BEST.values(), ids=BEST)
def test_the_best_of_several_is_taken_where_that_is_asked_for(
    declaration: Declaration, there: list[Webhook], best: Webhook
) -> None:
    assert plan(declaration, Inventory(there), keeps_best=True).before == best


def test_the_ids_of_several_come_in_ascending_order_whichever_is_best() -> None:
    with pytest.raises(NotPlannable, match=r"address: 27, 28, 30\. Give"):
        plan(by_key(), Inventory([TWIN, OFF_TWIN, ON]))


def test_the_same_record_twice_in_a_list_counts_once() -> None:
    inventory = Inventory([ON, OTHER, ON])

    assert inventory.webhooks == (ON, OTHER)
    assert plan(by_key(), inventory) == Change(ON, ON)


@pytest.mark.parametrize(
    ("claimed", "change"),
    [
        ({28}, Change(TWIN, TWIN)),
        ({30}, Change(ON, ON)),
        ({28, 30}, Change(None, NEW)),
        ({29}, None),
    ],
    ids=["the first", "the second", "both", "neither"],
)
def test_what_others_claim_by_its_id_is_not_meant_by_a_natural_key(
    claimed: set[int], change: Change | None
) -> None:
    inventory = Inventory([ON, TWIN])

    if change is None:
        with pytest.raises(NotPlannable, match="28, 30"):
            plan(by_key(), inventory, claimed)
    else:
        assert plan(by_key(), inventory, claimed) == change


def test_a_claimed_id_is_still_found_by_that_id() -> None:
    assert plan(by_id(active=True), Inventory([ON]), claimed={28}) == Change(ON, ON)


def test_another_type_is_refused_because_the_api_cannot_change_it() -> None:
    with pytest.raises(NotPlannable) as caught:
        plan(by_id(webhook_type=STATUS, active=True), Inventory([ON]))

    assert f"webhook 28 of campaign 9141 is of type {REPLY}, not {STATUS}" in str(caught.value)


@pytest.mark.parametrize(
    "declaration",
    [by_id(99, active=True), by_id(99, webhook_type=REPLY, url=URL)],
    ids=["by its id alone", "with all that a new one needs"],
)
def test_an_id_that_is_not_there_is_refused_and_nothing_created(declaration: Declaration) -> None:
    with pytest.raises(NotPlannable, match=r"There is no webhook 99 of campaign 9141\."):
        plan(declaration, Inventory([ON]))


@pytest.mark.parametrize(
    "declaration",
    [Declaration(CAMPAIGN, url=URL), Declaration(CAMPAIGN, webhook_type=REPLY)],
    ids=["only an address", "only a type"],
)
def test_what_has_neither_id_nor_natural_key_means_nothing_and_creates_nothing(
    declaration: Declaration,
) -> None:
    with pytest.raises(NotPlannable, match="There is no"):
        plan(declaration, Inventory([ON]))


PRESENT = [by_key(), by_id(active=True), by_id(url=URL, webhook_type=REPLY)]


@pytest.mark.parametrize("refused", [GONE, FORBIDDEN, NO_CODE], ids=["missing", "403", "no code"])
@pytest.mark.parametrize("declaration", PRESENT, ids=["key", "id", "all"])
def test_a_refusal_is_what_the_service_said_for_what_should_be_there(
    declaration: Declaration, refused: Refused
) -> None:
    with pytest.raises(Refused) as caught:
        plan(declaration, Inventory([], refused))

    assert caught.value is refused


@pytest.mark.parametrize("declaration", [by_key(), by_id()], ids=["key", "id"])
def test_a_missing_owner_is_no_change_for_what_should_be_absent(declaration: Declaration) -> None:
    assert plan(absent(declaration), Inventory([], GONE)) == Change(None, None)


@pytest.mark.parametrize("refused", [FORBIDDEN, NO_CODE], ids=["403", "no code"])
@pytest.mark.parametrize("declaration", [by_key(), by_id()], ids=["key", "id"])
def test_any_other_refusal_counts_for_what_should_be_absent_too(
    declaration: Declaration, refused: Refused
) -> None:
    with pytest.raises(Refused) as caught:
        plan(absent(declaration), Inventory([], refused))

    assert caught.value is refused


def test_the_account_begins_a_sentence_with_a_capital_letter() -> None:
    there = webhook(owner=ACCOUNT, webhook_type="MessageReply")
    change = plan(by_key(OTHER_URL, "MessageReply", owner=ACCOUNT), Inventory([there]))

    (warning,) = additions([change], [there])

    assert warning.startswith("The account already has MessageReply webhook 28;")
