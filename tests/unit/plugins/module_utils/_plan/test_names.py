# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Owners that are given by the name of a campaign, and defaults of entries."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Campaign, Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    owner_from,
    with_defaults,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.names import (
    ids_by_name,
    resolved,
)

CAMPAIGNS = [
    Campaign(1, "Spring sale"),
    Campaign(2, "Summer sale"),
    Campaign(3, "Caf\u00e9"),
    Campaign(4, "Twice"),
    Campaign(5, "Twice"),
    Campaign(6, None),
    Campaign(7, "Tab\ufffdbed"),
]
IDS = ids_by_name(CAMPAIGNS)


@pytest.mark.parametrize(
    ("name", "campaign_id"),
    [("Spring sale", 1), ("Caf\u00e9", 3), ("Cafe\u0301", 3), ("Tab\tbed", 7)],
    ids=["exact", "composed", "decomposed", "as it is shown"],
)
def test_name_of_one_campaign_becomes_its_id(name: str, campaign_id: int) -> None:
    assert resolved(Owner("campaign", name=name), IDS) == Owner("campaign", campaign_id)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Twice", "Several campaigns have the name 'Twice': 4, 5. Give the campaign_id"),
        ("spring sale", "No campaign has the name 'spring sale'. Similar names: 'Spring sale'"),
        ("Nothing like it", "No campaign has the name 'Nothing like it'. Correct campaign_name"),
    ],
    ids=["several", "another case", "none"],
)
def test_name_of_none_or_several_is_refused(name: str, words: str) -> None:
    with pytest.raises(NotPlannable) as caught:
        resolved(Owner("campaign", name=name), IDS)

    assert words in str(caught.value)


def test_owner_without_a_name_stays() -> None:
    assert resolved(Owner("list", 7), {}) == Owner("list", 7)


@pytest.mark.parametrize("scope", [None, "campaign"])
def test_owner_may_be_given_by_name(scope: str | None) -> None:
    owner = owner_from({"scope": scope, "campaign_name": "Spring sale"})

    assert owner == Owner("campaign", name="Spring sale")
    assert str(owner) == "campaign 'Spring sale'"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"campaign_id": 1}, "campaign_id and campaign_name name two owners"),
        ({"list_id": 1}, "list_id and campaign_name name two owners"),
        ({"scope": "message"}, "scope is message, but campaign_name names a campaign"),
        ({"campaign_name": ""}, "campaign_name is empty"),
    ],
    ids=["id", "list", "scope", "empty"],
)
def test_name_beside_another_owner_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(NotPlannable, match=words):
        owner_from({"campaign_name": "Spring sale", **options})


DEFAULTS = {"campaign_id": 1, "webhook_type": "CampaignReply", "active": False, "url": None}


@pytest.mark.parametrize(
    ("entry", "owner", "active"),
    [
        ({}, {"campaign_id": 1}, False),
        ({"active": True}, {"campaign_id": 1}, True),
        ({"list_id": 2}, {"list_id": 2}, False),
        ({"campaign_name": "b"}, {"campaign_name": "b"}, False),
        ({"campaign_id": None}, {"campaign_id": 1}, False),
    ],
    ids=["omitted", "given", "another owner", "owner by name", "null"],
)
def test_defaults_fill_what_an_entry_omits(
    entry: dict[str, Any], owner: dict[str, Any], active: bool
) -> None:
    merged = with_defaults({"url": "a", **entry}, DEFAULTS)

    assert merged == {**owner, "webhook_type": "CampaignReply", "url": "a", "active": active}
