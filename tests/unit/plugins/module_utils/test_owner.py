# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose webhooks are meant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import (
    ALL_WEBHOOK_TYPES,
    WEBHOOK_TYPES,
    Owner,
    owner_from,
    positive_id,
    webhook_type_from,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import Tagged

OWNERS = {
    "a campaign by its id": ({"campaign_id": 9141}, Owner("campaign", 9141)),
    "a campaign with its scope": (
        {"campaign_id": 9141, "scope": "campaign"},
        Owner("campaign", 9141),
    ),
    "a list by its id": ({"list_id": 77, "campaign_id": None}, Owner("list", 77)),
    "a list with its scope": ({"list_id": 77, "scope": "list"}, Owner("list", 77)),
    "the largest id": ({"campaign_id": 2**63 - 1}, Owner("campaign", 2**63 - 1)),
    "the account by a tagged text": ({"scope": Tagged("message")}, Owner("message")),
    "the account": ({"scope": "message", "campaign_id": None, "list_id": None}, Owner("message")),
}

NO_OWNER = {
    "nothing": ({}, "campaign_id, list_id, or scope: message"),
    "only nulls": ({"campaign_id": None, "list_id": None, "scope": None}, "scope: message"),
    "two ids": ({"campaign_id": 1, "list_id": 2}, "two owners"),
    "two ids and a scope": ({"campaign_id": 1, "list_id": 2, "scope": "list"}, "two owners"),
    "scope campaign alone": ({"scope": "campaign"}, "Give campaign_id"),
    "scope list alone": ({"scope": "list"}, "Give list_id"),
    "scope against the id": ({"scope": "list", "campaign_id": 1}, "scope is list"),
    "message with an id": ({"scope": "message", "list_id": 1}, "scope is message"),
    "an id of nought": ({"campaign_id": 0}, "campaign_id must be a positive integer"),
    "a negative id": ({"list_id": -3}, "list_id must be a positive integer"),
    "a boolean as id": ({"campaign_id": True}, "not True"),
    "a false as id": ({"list_id": False}, "not False"),
    "text as id": ({"campaign_id": "9141"}, "positive integer"),
    "more than an id can be": ({"campaign_id": 2**63}, "campaign_id is above 9223372036854775807"),
    "more than can be written down": ({"list_id": 10**5000}, "list_id is above"),
}


@pytest.mark.parametrize(("given", "owner"), OWNERS.values(), ids=OWNERS)
def test_the_owner_follows_from_the_options(given: dict[str, Any], owner: Owner) -> None:
    assert owner_from(given) == owner


@pytest.mark.parametrize(("given", "reason"), NO_OWNER.values(), ids=NO_OWNER)
def test_options_that_name_no_owner_or_two_are_refused(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotPlannable) as caught:
        owner_from(given)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("owner", "words", "record"),
    [
        (Owner("campaign", 9141), "campaign 9141", ("campaign", 9141, None)),
        (Owner("list", 77), "list 77", ("list", None, 77)),
        (Owner("message"), "the account", ("message", None, None)),
    ],
)
def test_an_owner_shows_itself_in_words_and_as_options(
    owner: Owner, words: str, record: tuple[Any, ...]
) -> None:
    assert str(owner) == words
    assert owner.record() == dict(zip(("scope", "campaign_id", "list_id"), record))
    assert owner_from(owner.record()) == owner


@pytest.mark.parametrize("value", [True, False, 0, -1, 1.0, "1"])
def test_an_id_that_is_no_positive_integer_is_refused(value: Any) -> None:
    with pytest.raises(NotPlannable, match="webhook_id must be a positive integer"):
        positive_id({"webhook_id": value}, "webhook_id")


def test_an_id_that_is_omitted_is_none() -> None:
    assert positive_id({}, "webhook_id") is None
    assert positive_id({"webhook_id": None}, "webhook_id") is None


@pytest.mark.parametrize("scope", WEBHOOK_TYPES)
def test_an_owner_has_its_own_types_and_no_others(scope: str) -> None:
    owner = Owner(scope, None if scope == "message" else 7)
    own = WEBHOOK_TYPES[scope]

    assert [webhook_type_from({"webhook_type": one}, owner) for one in own] == list(own)
    for foreign in set(ALL_WEBHOOK_TYPES) - set(own):
        with pytest.raises(NotPlannable) as caught:
            webhook_type_from({"webhook_type": foreign}, owner)
        assert str(owner) in str(caught.value)
        assert all(known in str(caught.value) for known in own)


def test_a_type_that_is_omitted_is_none() -> None:
    assert webhook_type_from({"webhook_type": None}, Owner("message")) is None
