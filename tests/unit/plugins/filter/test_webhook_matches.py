# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which webhooks declarations mean, whose they are, and what identifies them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.touchbasepro.sms.plugins.filter import webhook_matches as matches_module
from ansible_collections.touchbasepro.sms.plugins.filter import webhook_name as name_module
from ansible_collections.touchbasepro.sms.plugins.filter import webhook_owners as owners_module
from ansible_collections.touchbasepro.sms.plugins.filter import (
    webhook_references as references_module,
)
from ansible_collections.touchbasepro.sms.plugins.filter.webhook_matches import webhook_matches
from ansible_collections.touchbasepro.sms.plugins.filter.webhook_name import webhook_name
from ansible_collections.touchbasepro.sms.plugins.filter.webhook_owners import webhook_owners
from ansible_collections.touchbasepro.sms.plugins.filter.webhook_references import (
    webhook_references,
)

ADDRESS = "https://hooks.example.org/replies"


def record(webhook_id: int, **fields: Any) -> dict[str, Any]:
    return {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": webhook_id,
        "webhook_type": "CampaignReply",
        "url": ADDRESS,
        "active": True,
        "date_created": "2021-10-25T06:58:55.951Z",
        "note": None,
        **fields,
    }


BY_KEY = {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": ADDRESS}
BY_ID = {"campaign_id": 9141, "webhook_id": 28, "active": True}
OTHER_OWNER = record(28, scope="list", campaign_id=None, list_id=9141, webhook_type="ListSubscribe")

MATCHES = {
    "by its id": ([BY_ID], [record(27), record(28)], [28]),
    "by its id, of another owner": ([BY_ID], [OTHER_OWNER], [None]),
    "by its key": ([BY_KEY], [record(27, url=ADDRESS + "/"), record(28)], [28]),
    "by its key in another spelling": (
        [{**BY_KEY, "url": "HTTPS://hooks.Example.org:443/replies"}],
        [record(28)],
        [28],
    ),
    "by its key, of another type": (
        [{**BY_KEY, "webhook_type": "CampaignMessageStatusUpdate"}],
        [record(28)],
        [None],
    ),
    "several by a key": ([BY_KEY], [record(29), record(28)], [28, 29]),
    "by a key that another has by its id": ([BY_KEY, BY_ID], [record(28)], [None, 28]),
    "nothing": ([BY_KEY], [], [None]),
    "in the order of the declarations": (
        [BY_ID, {**BY_KEY, "url": ADDRESS + "/"}],
        [record(27, url=ADDRESS + "/"), record(28)],
        [28, 27],
    ),
}


@pytest.mark.parametrize(("entries", "records", "ids"), MATCHES.values(), ids=MATCHES)
def test_a_declaration_finds_its_webhooks(
    entries: list[Any], records: list[Any], ids: list[Any]
) -> None:
    pairs = webhook_matches(entries, records)

    assert [pair["record"] and pair["record"]["webhook_id"] for pair in pairs] == ids
    assert all(pair["record"] in [*records, None] for pair in pairs)
    assert {id(pair["declaration"]) for pair in pairs} == {id(entry) for entry in entries}


@pytest.mark.parametrize("records", [[{"campaign_id": 1}], ["text"], "text"])
def test_what_is_no_record_is_refused(records: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="records"):
        webhook_matches([BY_ID], records)


def test_each_of_a_thousand_finds_its_own() -> None:
    records = [
        record(one, campaign_id=one % 100 + 1, url=f"{ADDRESS}/{one}") for one in range(1, 1001)
    ]
    entries = [
        {name: one[name] for name in ("campaign_id", "webhook_type", "url")} for one in records
    ]

    assert [pair["record"] for pair in webhook_matches(entries, records)] == records


def test_each_owner_comes_once_in_the_order_of_the_first_mention() -> None:
    entries = [{"list_id": 7, "webhook_id": 1}, BY_ID, {"list_id": "7"}, {"scope": "message"}]

    assert webhook_owners(entries, [9141, "9142"]) == [
        {"scope": "list", "campaign_id": None, "list_id": 7},
        {"scope": "campaign", "campaign_id": 9141, "list_id": None},
        {"scope": "message", "campaign_id": None, "list_id": None},
        {"scope": "campaign", "campaign_id": 9142, "list_id": None},
    ]


def test_an_owner_may_be_a_campaign_by_its_name() -> None:
    campaigns = [{"campaign_id": 9141, "name": "October"}]

    assert [
        one["campaign_id"] for one in webhook_owners([{"campaign_name": "October"}], (), campaigns)
    ] == [9141]
    with pytest.raises(AnsibleFilterError, match="No campaign has the name 'May'"):
        webhook_owners([{"campaign_name": "May"}], (), campaigns)


@pytest.mark.parametrize("entry", [{}, {"campaign_id": 1, "list_id": 2}, {"campaign_id": True}])
def test_an_entry_that_names_no_owner_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(AnsibleFilterError):
        webhook_owners([entry])


def test_a_reference_is_owner_and_id_and_what_is_asked_for() -> None:
    reference = {"scope": "campaign", "campaign_id": 9141, "list_id": None, "webhook_id": 28}

    assert webhook_references([record(28), record(28)]) == [reference]
    assert webhook_references([record(28)], {"active": False}) == [{**reference, "active": False}]
    assert webhook_references([record(28)], keep=["note", "other"]) == [
        {**reference, "note": None, "other": None}
    ]
    assert webhook_references([{"campaign_id": "9141", "webhook_id": "28"}]) == [reference]


def test_references_without_an_id_differ_by_what_is_kept() -> None:
    entries = [BY_KEY, {**BY_KEY, "webhook_type": "CampaignMessageStatusUpdate"}, BY_KEY]

    assert [one["webhook_type"] for one in webhook_references(entries, keep=["webhook_type"])] == [
        "CampaignReply",
        "CampaignMessageStatusUpdate",
    ]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (record(28), "webhook 28 of campaign 9141"),
        (BY_KEY, "the CampaignReply webhook of campaign 9141"),
        ({"scope": "message", "webhook_id": 25}, "webhook 25 of the account"),
        ({"list_id": "512", "campaign_id": None}, "list 512"),
    ],
)
def test_a_webhook_or_an_owner_has_a_name(given: dict[str, Any], name: str) -> None:
    assert webhook_name(given) == name


@pytest.mark.parametrize("given", ["text", {}, None])
def test_what_is_neither_has_no_name(given: Any) -> None:
    with pytest.raises(AnsibleFilterError):
        webhook_name(given)


def test_the_filters_are_found_by_their_names() -> None:
    modules = [matches_module, name_module, owners_module, references_module]
    found = [name for module in modules for name in module.FilterModule().filters()]

    assert found == ["webhook_matches", "webhook_name", "webhook_owners", "webhook_references"]
