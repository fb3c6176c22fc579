# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Owner, ids and type of a desired webhook, read from options."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import (
    ALL_WEBHOOK_TYPES,
    WEBHOOK_TYPES,
    Owner,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    check_type,
    owner_from,
    positive_id,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
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
    "nothing": ({}, "campaign_id, campaign_name, list_id, or scope: message"),
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
def test_options_name_the_owner(given: dict[str, Any], owner: Owner) -> None:
    assert owner_from(given) == owner


@pytest.mark.parametrize(("given", "reason"), NO_OWNER.values(), ids=NO_OWNER)
def test_options_without_exactly_one_owner_are_refused(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotPlannable) as caught:
        owner_from(given)

    assert reason in str(caught.value)


@pytest.mark.parametrize("value", [True, False, 0, -1, 1.0, "1"])
def test_id_other_than_positive_integer_is_refused(value: Any) -> None:
    with pytest.raises(NotPlannable, match="webhook_id must be a positive integer"):
        positive_id({"webhook_id": value}, "webhook_id")


def test_omitted_id_is_none() -> None:
    assert positive_id({}, "webhook_id") is None
    assert positive_id({"webhook_id": None}, "webhook_id") is None


@pytest.mark.parametrize("scope", WEBHOOK_TYPES)
def test_owner_accepts_its_own_types_and_no_others(scope: str) -> None:
    owner = Owner(scope, None if scope == "message" else 7)
    own = WEBHOOK_TYPES[scope]

    for one in own:
        check_type(one, owner)
    for foreign in {*ALL_WEBHOOK_TYPES, "", "Reply"} - set(own):
        with pytest.raises(NotPlannable) as caught:
            check_type(foreign, owner)
        assert f"does not exist for {owner}; known are {', '.join(own)}." in str(caught.value)


def test_unknown_type_in_the_message_is_marked() -> None:
    with pytest.raises(NotPlannable) as caught:
        check_type("https://hooks.example.org/5f1d", Owner("message"))

    assert Renderer("", mask_text=True).text(str(caught.value)).startswith(f"webhook_type {MASK} ")
