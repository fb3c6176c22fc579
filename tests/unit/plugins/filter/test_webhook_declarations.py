# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter webhook_declarations: entries with defaults, each option in its own type."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.touchbasepro.sms.plugins.filter.webhook_declarations import (
    FilterModule,
    webhook_declarations,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK

REPLIES = {"webhook_type": "CampaignReply", "url": "https://hooks.example.org/replies"}
CAMPAIGNS = [
    {"campaign_id": 9141, "name": "October"},
    {"campaign_id": 9142, "name": "November"},
    {"campaign_id": 9144, "name": "Twice"},
    {"campaign_id": 9143, "name": "Twice"},
]


def completed(entry: dict[str, Any], defaults: dict[str, Any] | None = None) -> dict[str, Any]:
    (only,) = webhook_declarations([entry], defaults, CAMPAIGNS)
    return only


def test_entry_is_returned_with_every_option() -> None:
    assert completed({"campaign_id": 9141, **REPLIES}) == {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": None,
        "webhook_type": "CampaignReply",
        "url": "https://hooks.example.org/replies",
        "active": None,
        "state": "present",
    }


def test_omitted_type_is_null() -> None:
    entry = completed({"campaign_id": 9141, "webhook_id": 28, "active": True})

    assert entry["webhook_type"] is None


def test_text_of_templates_is_returned_in_its_own_type() -> None:
    entry = completed({"list_id": "512", "webhook_id": "26", "active": "yes"})

    assert (entry["list_id"], entry["webhook_id"], entry["active"]) == (512, 26, True)


def test_read_only_field_of_record_is_left_out() -> None:
    entry = completed({"scope": "message", "webhook_id": 25, "active": True, "note": "Gone"})

    assert "note" not in entry


def test_entry_comes_before_defaults_and_null_after_them() -> None:
    defaults = {**REPLIES, "active": True, "campaign_id": 9141}
    entry = completed({"url": "https://other.example.org/", "active": None}, defaults)

    assert entry["url"] == "https://other.example.org/"
    assert entry["active"] is True
    assert entry["campaign_id"] == 9141


def test_campaign_is_found_by_name_with_control_characters() -> None:
    campaigns = [{"campaign_id": 7, "name": "Summer\N{REPLACEMENT CHARACTER}sale"}]
    entry = {**REPLIES, "campaign_name": "Summer\tsale"}

    (found,) = webhook_declarations([entry], {}, campaigns)

    assert found["campaign_id"] == 7


@pytest.mark.parametrize(
    "owner", [{"campaign_id": 9142}, {"campaign_name": "November"}], ids=["by id", "by name"]
)
def test_entry_with_owner_takes_no_owner_of_the_defaults(owner: dict[str, Any]) -> None:
    for default in ({"campaign_name": "October"}, {"campaign_id": 9141}, {"scope": "message"}):
        assert completed({**REPLIES, **owner}, default)["campaign_id"] == 9142


def test_campaign_name_in_the_defaults_is_resolved() -> None:
    assert completed(REPLIES, {"campaign_name": "October"})["campaign_id"] == 9141


def test_problems_of_all_entries_come_at_once() -> None:
    entries = [
        {"campaign_name": "October", **REPLIES},
        {"campaign_name": "September", **REPLIES},
        {"campaign_name": "Twice", **REPLIES},
        {"campaign_name": "October", "campaign_id": 9141, **REPLIES},
        {"campaign_id": 9141},
        REPLIES,
        {"campaign_id": 9141, **REPLIES, "adress": "x"},
        {"campaign_id": "many", **REPLIES},
    ]

    with pytest.raises(AnsibleFilterError) as caught:
        webhook_declarations(entries, {}, CAMPAIGNS)

    lines = str(caught.value).splitlines()[1:]
    expected = [
        "webhooks[1]: No campaign has the name 'September'",
        "webhooks[2]: Several campaigns have the name 'Twice': 9143, 9144.",
        "webhooks[3]: campaign_id and campaign_name are given.",
        "webhooks[4]: Cannot identify the webhook of campaign 9141.",
        "webhooks[5]: The owner of the webhook is missing.",
        "webhooks[6]: adress. Supported parameters include",
        "webhooks[7]: argument 'campaign_id' is of type",
    ]
    assert [line[: len(text)] for line, text in zip(lines, expected, strict=True)] == expected


@pytest.mark.parametrize("entries", ["text", {"campaign_id": 1}, None, ["text"], [["a"]]])
def test_other_than_list_of_dictionaries_is_refused(entries: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^webhooks.* must be a .*, not \w+\.$"):
        webhook_declarations(entries)


def test_url_in_a_problem_is_masked() -> None:
    url = "https://hooks.example.org/s3cret"

    with pytest.raises(AnsibleFilterError) as caught:
        webhook_declarations([{"scope": "message", "webhook_type": url, "url": url}])

    assert f"webhook_type {MASK} does not exist" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_filter_is_found_by_its_name() -> None:
    assert FilterModule().filters() == {"webhook_declarations": webhook_declarations}
