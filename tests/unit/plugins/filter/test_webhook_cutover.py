# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a cutover."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.touchbasepro.sms.plugins.filter.webhook_cutover import (
    FilterModule,
    webhook_cutover,
)


def record(webhook_id: int, url: str, **fields: Any) -> dict[str, Any]:
    return {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": webhook_id,
        "webhook_type": "CampaignReply",
        "url": url,
        "active": False,
        **fields,
    }


BLUE, GREEN = "https://blue.example.org", "https://green.example.org"

MOVED = {
    "a whole address": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in", f"{GREEN}/out"),
    "what lies below": (
        f"{BLUE}/in",
        f"{GREEN}/out",
        f"{BLUE}/in/a%2fb?x=1#y",
        f"{GREEN}/out/a%2fb?x=1#y",
    ),
    "a query": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in?x=/", f"{GREEN}/out?x=/"),
    "a slash": (f"{BLUE}/in", f"{GREEN}/out", f"{BLUE}/in/", f"{GREEN}/out/"),
    "all of a host": (BLUE, GREEN, f"{BLUE}/in", f"{GREEN}/in"),
    "all of a host, with slashes": (f"{BLUE}/", f"{GREEN}/", f"{BLUE}/in", f"{GREEN}/in"),
    "a host alone": (f"{BLUE}/", GREEN, BLUE, GREEN),
    "a host with a query": (BLUE, f"{GREEN}/v2", f"{BLUE}?x", f"{GREEN}/v2?x"),
    "another case of the host": (BLUE, GREEN, "HTTPS://Blue.Example.org/In", f"{GREEN}/In"),
    "a default port": (f"{BLUE}:443/in", GREEN, f"{BLUE}/in/a", f"{GREEN}/a"),
    "another port": (f"{BLUE}:8443", GREEN, f"{BLUE}:8443/a", f"{GREEN}/a"),
    "another case of percent-encoding": (
        f"{BLUE}/%7ein",
        GREEN,
        f"{BLUE}/%7Ein/%7e",
        f"{GREEN}/%7e",
    ),
    "to an address with a slash": (f"{BLUE}/in", f"{GREEN}/out/", f"{BLUE}/in/a", f"{GREEN}/out/a"),
    "exactly to an address with a slash": (
        f"{BLUE}/in",
        f"{GREEN}/out/",
        f"{BLUE}/in",
        f"{GREEN}/out/",
    ),
    "what lies in a folder": (f"{BLUE}/in/", f"{GREEN}/out", f"{BLUE}/in/a", f"{GREEN}/out/a"),
    "user information": (
        "https://me:pw@blue.example.org",
        GREEN,
        "https://me:pw@blue.example.org/a",
        f"{GREEN}/a",
    ),
    "from above to below": (BLUE, f"{BLUE}/v2", f"{BLUE}/v1", f"{BLUE}/v2/v1"),
    "from below to above": (f"{BLUE}/v2", BLUE, f"{BLUE}/v2/a", f"{BLUE}/a"),
}

NOT_THERE = {
    "part of a segment": (f"{BLUE}/in", f"{BLUE}/inbox"),
    "another case of the path": (f"{BLUE}/in", f"{BLUE}/In"),
    "another host": (BLUE, "https://blue.example.org.example.net/"),
    "another port": (BLUE, f"{BLUE}:8443/"),
    "another scheme": (BLUE, "http://blue.example.org/"),
    "the folder itself": (f"{BLUE}/in/", f"{BLUE}/in"),
    "user information": (BLUE, "https://me@blue.example.org/"),
    "above": (f"{BLUE}/in", f"{BLUE}/"),
    "no address": (BLUE, "blue.example.org"),
}


@pytest.mark.parametrize(("old", "new", "url", "moved"), MOVED.values(), ids=MOVED)
def test_what_is_there_moves_and_the_rest_of_its_address_stays(
    old: str, new: str, url: str, moved: str
) -> None:
    plan = webhook_cutover([record(28, url)], old, new)

    assert plan == {
        "webhooks": [
            {
                "scope": "campaign",
                "campaign_id": 9141,
                "list_id": None,
                "webhook_id": 28,
                "url": moved,
            }
        ],
        "declarations": [],
    }
    # What has moved stays where it is.
    assert webhook_cutover([record(28, moved)], old, new)["webhooks"] == []


@pytest.mark.parametrize(("old", "url"), NOT_THERE.values(), ids=NOT_THERE)
def test_what_is_elsewhere_does_not_move(old: str, url: str) -> None:
    there = record(29, f"{GREEN}/there")

    assert webhook_cutover([record(28, url), there], old, GREEN)["webhooks"] == []


def test_nothing_at_either_address_is_an_error() -> None:
    for records in ([], [record(28, "https://elsewhere.example.org/")]):
        with pytest.raises(AnsibleFilterError, match="none where it goes to"):
            webhook_cutover(records, BLUE, GREEN)


def test_moving_beside_what_is_there_already_wants_a_merge() -> None:
    records = [record(28, f"{BLUE}/a"), record(29, f"{GREEN}/b")]

    with pytest.raises(AnsibleFilterError, match="webhook 29 of campaign 9141 is where"):
        webhook_cutover(records, BLUE, GREEN)

    plan = webhook_cutover(records, BLUE, GREEN, merge=True)
    assert [one["webhook_id"] for one in plan["webhooks"]] == [28]


@pytest.mark.parametrize("merge", [True, False])
def test_two_webhooks_are_never_made_the_same(merge: bool) -> None:
    # The third lies where the cutover goes to, but not below the address that is given as such.
    records = [record(28, f"{BLUE}/a"), record(29, f"{GREEN}/a")]
    pattern = "28 of campaign 9141 would get the address of webhook 29" if merge else "merge"

    with pytest.raises(AnsibleFilterError, match=pattern):
        webhook_cutover(records, BLUE, GREEN, merge)


def test_two_that_move_are_never_made_the_same_either() -> None:
    records = [record(28, f"{BLUE}/in"), record(29, f"{BLUE}/in/")]

    with pytest.raises(
        AnsibleFilterError, match="29 of campaign 9141 would get the address of webhook 28"
    ):
        webhook_cutover(records, f"{BLUE}/in", f"{GREEN}/out/")


def test_those_that_are_the_same_already_move_together() -> None:
    plan = webhook_cutover([record(28, f"{BLUE}/a"), record(29, f"{BLUE}/a")], BLUE, GREEN)

    assert [one["webhook_id"] for one in plan["webhooks"]] == [28, 29]


def test_another_owner_or_type_at_the_same_address_is_no_twin() -> None:
    records = [
        record(28, f"{BLUE}/a"),
        record(29, f"{GREEN}/a", webhook_type="CampaignMessageStatusUpdate"),
        record(30, f"{GREEN}/a", campaign_id=9142),
    ]

    assert len(webhook_cutover(records, BLUE, GREEN, merge=True)["webhooks"]) == 1


def test_the_entries_that_have_to_be_edited_are_named() -> None:
    declarations = [
        {"campaign_id": 9141, "webhook_id": 28, "active": True},
        {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": f"{BLUE}/a"},
        {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": f"{GREEN}/a"},
        {
            "campaign_id": 9141,
            "webhook_type": "CampaignReply",
            "url": f"{BLUE}/b",
            "state": "absent",
        },
    ]

    plan = webhook_cutover([record(28, f"{BLUE}/a")], BLUE, GREEN, False, declarations)

    assert plan["declarations"] == [
        {
            "entry": "webhooks[1]",
            "scope": "campaign",
            "campaign_id": 9141,
            "list_id": None,
            "webhook_id": None,
            "webhook_type": "CampaignReply",
            "url": f"{BLUE}/a",
            "new_url": f"{GREEN}/a",
        }
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (BLUE, "https://BLUE.example.org:443/", "to the same one"),
        (f"{BLUE}/in", f"{BLUE}/in/", "to the same one"),
        ("", GREEN, "goes from is none: url is empty"),
        (BLUE, "green.example.org", "goes to is none"),
        (f"{BLUE}/s3cret?x=1", GREEN, "goes from has a query"),
        (BLUE, f"{GREEN}#x", "goes to has a query or a fragment"),
    ],
)
def test_addresses_that_make_no_sense_are_refused_without_showing_them(
    old: str, new: str, reason: str
) -> None:
    with pytest.raises(AnsibleFilterError, match=reason) as caught:
        webhook_cutover([record(28, f"{BLUE}/a")], old, new)

    assert "s3cret" not in str(caught.value)


def test_many_are_listed_shortly() -> None:
    records = [record(one, f"{(BLUE, GREEN)[one % 2]}/{one}") for one in range(1, 31)]

    with pytest.raises(AnsibleFilterError, match="and 5 more is where"):
        webhook_cutover(records, BLUE, GREEN)


def test_the_filter_is_found_by_its_name() -> None:
    assert FilterModule().filters() == {"webhook_cutover": webhook_cutover}
