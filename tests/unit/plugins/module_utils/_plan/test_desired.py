# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Owner, id, type and desired webhook, read from options and checked."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import (  # isort: skip
    ALL_WEBHOOK_TYPES, WEBHOOK_TYPES, Campaign,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.names import (
    ids_by_name,
    resolved,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (  # isort: skip
    check_type, desired_from_options, owner_from, positive_id, with_defaults,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    DesiredWebhook, NotPlannable, Owner, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, DATE, REPLY, SPELT_OTHERWISE, URL, Tagged, entry, webhook,
)  # fmt: skip

OWNERS = {
    "campaign": ({"campaign_id": 9141}, CAMPAIGN),
    "campaign with its scope": ({"campaign_id": 9141, "scope": "campaign"}, CAMPAIGN),
    "list": ({"list_id": 77, "campaign_id": None}, Owner("list", 77)),
    "list with its scope": ({"list_id": 77, "scope": "list"}, Owner("list", 77)),
    "largest id": ({"campaign_id": 2**63 - 1}, Owner("campaign", 2**63 - 1)),
    "account by a tagged text": ({"scope": Tagged("message")}, Owner("message")),
    "account": ({"scope": "message", "campaign_id": None, "list_id": None}, Owner("message")),
    "name": ({"campaign_name": "Spring"}, Owner("campaign", name="Spring")),
    "name, scope": ({"campaign_name": "a", "scope": "campaign"}, Owner("campaign", name="a")),
}
NO_OWNER = {
    "nothing": ({}, "campaign_id, campaign_name, list_id, or scope: message"),
    "only nulls": ({"campaign_id": None, "list_id": None, "scope": None}, "scope: message"),
    "two ids": ({"campaign_id": 1, "list_id": 2}, "campaign_id and list_id name two owners"),
    "two ids and a scope": ({"campaign_id": 1, "list_id": 2, "scope": "list"}, "two owners"),
    "id and name": ({"campaign_id": 1, "campaign_name": "a"}, "campaign_name name two owners"),
    "list and name": ({"list_id": 1, "campaign_name": "a"}, "campaign_name name two owners"),
    "scope campaign alone": ({"scope": "campaign"}, "Give campaign_id or campaign_name"),
    "scope list alone": ({"scope": "list"}, "Give list_id"),
    "scope against the id": ({"scope": "list", "campaign_id": 1}, "scope is list"),
    "message with an id": ({"scope": "message", "list_id": 1}, "scope is message"),
    "message with a name": ({"scope": "message", "campaign_name": "a"}, "names a campaign"),
    "empty name": ({"campaign_name": ""}, "campaign_name is empty"),
    "id of 0": ({"campaign_id": 0}, "campaign_id must be a positive integer"),
    "negative id": ({"list_id": -3}, "list_id must be a positive integer"),
    "true as id": ({"campaign_id": True}, "not True"),
    "false as id": ({"list_id": False}, "not False"),
    "text as id": ({"campaign_id": "9141"}, "positive integer"),
    "number with a point as id": ({"campaign_id": 1.0}, "positive integer"),
    "too large an id": ({"campaign_id": 2**63}, "campaign_id is above 9223372036854775807"),
    "more digits than Python writes": ({"list_id": 10**5000}, "list_id is above"),
}


@pytest.mark.parametrize(("options", "owner"), OWNERS.values(), ids=OWNERS)
def test_owner_is_read_from_options(options: dict[str, Any], owner: Owner) -> None:
    assert owner_from(options) == owner


@pytest.mark.parametrize(("options", "reason"), NO_OWNER.values(), ids=NO_OWNER)
def test_options_without_exactly_one_owner_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    assert reason in raised(lambda: owner_from(options))


def test_omitted_id_is_none() -> None:
    assert positive_id({}, "webhook_id") is None
    assert positive_id({"webhook_id": None}, "webhook_id") is None


@pytest.mark.parametrize("scope", WEBHOOK_TYPES)
def test_owner_accepts_its_own_types_and_no_others(scope: str) -> None:
    owner, own = Owner(scope, None if scope == "message" else 7), WEBHOOK_TYPES[scope]

    for one in own:
        check_type(one, owner)
    for foreign in {*ALL_WEBHOOK_TYPES, "", "Reply"} - set(own):
        message = raised(partial(check_type, foreign, owner))
        assert f"does not exist for {owner}; known are {', '.join(own)}." in message


def test_unknown_type_in_the_message_is_marked() -> None:
    with pytest.raises(NotPlannable) as caught:
        check_type(URL, Owner("message"))

    assert Renderer("", mask_text=True).text(str(caught.value)).startswith(f"webhook_type {MASK} ")


# Names of campaigns

NAMES = ["Spring sale", "Summer sale", "Caf\u00e9", "Twice", "Twice", None, "Tab\ufffdbed"]
IDS = ids_by_name([Campaign(number, name) for number, name in enumerate(NAMES, start=1)])


@pytest.mark.parametrize(
    ("name", "campaign_id"),
    [("Spring sale", 1), ("Caf\u00e9", 3), ("Cafe\u0301", 3), ("Tab\tbed", 7)],
    ids=["exact", "composed", "decomposed", "as it is shown"],
)
def test_name_of_one_campaign_becomes_its_id(name: str, campaign_id: int) -> None:
    assert resolved(Owner("campaign", name=name), IDS) == Owner("campaign", campaign_id)
    assert resolved(Owner("list", 7), IDS) == Owner("list", 7)


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
    assert words in raised(lambda: resolved(Owner("campaign", name=name), IDS))


# Desired webhooks

CAMPAIGN_ID = {"campaign_id": 9141}
BY_KEY = {**CAMPAIGN_ID, "webhook_type": REPLY, "url": URL}
BY_ID = {**CAMPAIGN_ID, "webhook_id": 28}
KEYED = DesiredWebhook(CAMPAIGN, None, REPLY, URL)
LONG = "ö ".ljust(MAX_LENGTH + 1)
OF_LIST = {"list_id": 77, "webhook_type": "ListSubscribe", "url": URL}
ABSENT_BY_ID = DesiredWebhook(CAMPAIGN, 28, is_present=False)
ACCEPTED: dict[str, tuple[dict[str, Any], DesiredWebhook]] = {
    "key": (BY_KEY, KEYED),
    "key, inactive": (
        {**BY_KEY, "active": False}, DesiredWebhook(CAMPAIGN, None, REPLY, URL, active=False)),
    "key, absent": (
        {**BY_KEY, "state": Tagged("absent")},
        DesiredWebhook(CAMPAIGN, None, REPLY, URL, is_present=False)),
    "key, tagged state": ({**BY_KEY, "state": Tagged("present")}, KEYED),
    "key, no state": ({**BY_KEY, "state": None}, KEYED),
    "key, what only a record has": ({**BY_KEY, "date_created": DATE, "note": "gone"}, KEYED),
    "URL alone, absent": (
        {**CAMPAIGN_ID, "url": URL, "state": "absent"},
        DesiredWebhook(CAMPAIGN, url=URL, is_present=False)),
    "id, URL": ({**BY_ID, "url": URL}, DesiredWebhook(CAMPAIGN, 28, None, URL)),
    "id, activity": ({**BY_ID, "active": True}, DesiredWebhook(CAMPAIGN, 28, active=True)),
    "id, everything": (
        {**BY_KEY, **BY_ID, "active": False},
        DesiredWebhook(CAMPAIGN, 28, REPLY, URL, active=False)),
    "id, absent": ({**BY_ID, "state": "absent"}, ABSENT_BY_ID),
    "id, absent, nothing else counts": (
        {**BY_ID, "state": "absent", "url": "nonsense", "webhook_type": "no", "active": True},
        ABSENT_BY_ID),
    "id, URL and type for the plan to check": (
        {**BY_ID, "webhook_type": "Odd", "url": LONG}, DesiredWebhook(CAMPAIGN, 28, "Odd", LONG)),
    "id, empty URL for the plan to check": (
        {**BY_ID, "url": ""}, DesiredWebhook(CAMPAIGN, 28, None, "")),
    "of a list": (OF_LIST, DesiredWebhook(Owner("list", 77), None, "ListSubscribe", URL)),
    "of the account": (
        {"scope": "message", "webhook_type": "MessageReply", "url": URL},
        DesiredWebhook(Owner("message"), None, "MessageReply", URL)),
}  # fmt: skip
MASKED = f"https://h.example/{MASK}-0a1b2c3d"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no owner": ({"webhook_id": 28, "active": True}, "owner of the webhook is missing"),
    "no owner, absent": ({"webhook_id": 28, "state": "absent"}, "owner of the webhook is missing"),
    "only an owner": (CAMPAIGN_ID, "Cannot identify the webhook of campaign 9141. Give webhook_id"),
    "no URL": ({**CAMPAIGN_ID, "webhook_type": REPLY}, "both webhook_type and url"),
    "no type": ({**CAMPAIGN_ID, "url": URL}, "both webhook_type and url"),
    "absent by type": (
        {**CAMPAIGN_ID, "webhook_type": REPLY, "state": "absent"},
        "Give webhook_id",
    ),
    "only an id": (BY_ID, "Nothing is declared for webhook 28 of campaign 9141. Give url"),
    "only id and type": ({**BY_ID, "webhook_type": REPLY}, "Nothing is declared for webhook 28"),
    "boolean as id": ({**BY_KEY, "webhook_id": True}, "webhook_id must be a positive integer"),
    "id of 0": ({**BY_ID, "webhook_id": 0, "state": "absent"}, "must be a positive integer"),
    "type of another owner": ({**BY_KEY, "webhook_type": "ListSubscribe"}, "does not exist for"),
    "empty URL": ({**BY_KEY, "url": ""}, "url is empty"),
    "masked URL": ({**BY_KEY, "url": MASKED}, "was masked"),
    "masked URL, id": ({**BY_ID, "url": MASKED}, "was masked"),
    "masked URL, absent": ({**BY_KEY, "url": MASKED, "state": "absent"}, "was masked"),
}


@pytest.mark.parametrize("nulls", [False, True], ids=["omitted", "null"])
@pytest.mark.parametrize(("options", "desired"), ACCEPTED.values(), ids=ACCEPTED)
def test_desired_webhook_is_read_from_options(
    nulls: bool, options: dict[str, Any], desired: DesiredWebhook
) -> None:
    given = entry(**{"campaign_id": None, **options}) if nulls else options

    assert desired_from_options(given) == desired


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED)
def test_contradictory_or_incomplete_options_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    assert reason in raised(lambda: desired_from_options(options))


def test_natural_key_is_that_of_a_webhook_and_needs_type_and_url() -> None:
    assert DesiredWebhook(CAMPAIGN, None, REPLY, SPELT_OTHERWISE).key == webhook().key
    assert DesiredWebhook(CAMPAIGN, 28, REPLY, None, active=True).key is None
    assert DesiredWebhook(CAMPAIGN, 28, None, URL).key is None


UNWISE = {
    "plain http": ("http://hooks.example.org/a", False, True, ["plain http"]),
    "user": ("https://user@hooks.example.org/a", False, True, ["mask_url"]),
    "user, masked": ("https://user@hooks.example.org/a", True, True, []),
    "plain http, absent": ("http://hooks.example.org/a", False, False, []),
    "no URL": (None, False, True, []),
}


@pytest.mark.parametrize(("url", "is_masked", "is_present", "words"), UNWISE.values(), ids=UNWISE)
def test_unwise_url_is_warned_about_unless_absent(
    url: str | None, is_masked: bool, is_present: bool, words: list[str]
) -> None:
    desired = DesiredWebhook(CAMPAIGN, 28, REPLY, url, active=True, is_present=is_present)

    warnings = desired.warnings(is_masked)

    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings))


DEFAULTS = {"campaign_id": 1, "webhook_type": REPLY, "active": False, "url": None}


@pytest.mark.parametrize(
    ("given", "owner", "active"),
    [
        ({}, {"campaign_id": 1}, False),
        ({"active": True}, {"campaign_id": 1}, True),
        ({"list_id": 2}, {"list_id": 2}, False),
        ({"campaign_name": "b"}, {"campaign_name": "b"}, False),
        ({"campaign_id": None}, {"campaign_id": 1}, False),
    ],
    ids=["omitted", "given", "another owner", "owner by name", "null"],
)
def test_defaults_fill_omitted_options_of_an_entry(
    given: dict[str, Any], owner: dict[str, Any], active: bool
) -> None:
    merged = with_defaults({"url": "a", **given}, DEFAULTS)

    assert merged == {**owner, "webhook_type": REPLY, "url": "a", "active": active}
