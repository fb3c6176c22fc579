"""Owner, id, type and desired webhook, read from options, checked, and called by their names."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import (  # isort: skip
    ALL_WEBHOOK_TYPES, WEBHOOK_TYPES, Campaign,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan import desired as plan
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan import names
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.problems import entry_label
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    DesiredWebhook, Owner, by_type, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, DATE, REPLY, SPELT_OTHERWISE, URL, Tagged, by_id, by_key, entry, webhook,
)  # fmt: skip

OWNERS = {
    "campaign": ({"campaign_id": 9141}, CAMPAIGN),
    "campaign with its scope": ({"campaign_id": 9141, "scope": "campaign"}, CAMPAIGN),
    "list": ({"list_id": 77, "campaign_id": None}, Owner("list", 77)),
    "largest id": ({"campaign_id": 2**63 - 1}, Owner("campaign", 2**63 - 1)),
    "account by a tagged text": ({"scope": Tagged("message")}, Owner("message")),
    "account": ({"scope": "message", "campaign_id": None, "list_id": None}, Owner("message")),
    "name": ({"campaign_name": "Spring"}, Owner("campaign", name="Spring")),
}


@pytest.mark.parametrize(("options", "owner"), OWNERS.values(), ids=OWNERS)
def test_owner_is_read_from_options(options: dict[str, Any], owner: Owner) -> None:
    assert plan.owner_from(options) == owner


@pytest.mark.parametrize("scope", WEBHOOK_TYPES)
def test_owner_accepts_its_own_types_and_no_others(scope: str) -> None:
    owner, own = Owner(scope, None if scope == "message" else 7), WEBHOOK_TYPES[scope]

    for one in own:
        plan.check_type(one, owner)
    for foreign in {*ALL_WEBHOOK_TYPES, "", "Reply"} - set(own):
        message = raised(partial(plan.check_type, foreign, owner))
        assert f"does not exist for {owner}; known are {', '.join(own)}." in message


def test_unknown_type_in_the_message_is_marked() -> None:
    message = raised(lambda: plan.check_type(URL, Owner("message")), mask_url=True)

    assert message.startswith(f"webhook_type {MASK} does not exist")


NAMES = ["Spring sale", "Summer sale", "Caf\u00e9", "Twice", "Twice", None, "Tab\ufffdbed"]
IDS = names.ids_by_name([Campaign(number, name) for number, name in enumerate(NAMES, start=1)])
EXACT = {"Spring sale": 1, "Caf\u00e9": 3, "Cafe\u0301": 3, "Tab\tbed": 7}


@pytest.mark.parametrize(("name", "campaign_id"), EXACT.items())
def test_name_of_one_campaign_becomes_its_id(name: str, campaign_id: int) -> None:
    assert names.resolved(Owner("campaign", name=name), IDS) == Owner("campaign", campaign_id)
    assert names.resolved(Owner("list", 7), IDS) == Owner("list", 7)


UNRESOLVED = {
    "Twice": "Several campaigns have the name 'Twice': 4, 5. Give the campaign_id",
    "spring sale": "No campaign has the name 'spring sale'. Similar names: 'Spring sale'",
    "Nothing like it": "No campaign has the name 'Nothing like it'. Correct campaign_name",
}


@pytest.mark.parametrize(("name", "words"), UNRESOLVED.items())
def test_name_of_none_or_several_is_refused(name: str, words: str) -> None:
    assert words in raised(lambda: names.resolved(Owner("campaign", name=name), IDS))


CAMPAIGN_ID = {"campaign_id": 9141}
BY_KEY = {**CAMPAIGN_ID, "webhook_type": REPLY, "url": URL}
BY_ID = {**CAMPAIGN_ID, "webhook_id": 28}
KEYED = DesiredWebhook(CAMPAIGN, None, REPLY, URL)
OF_TYPE, OF_URL = {**CAMPAIGN_ID, "webhook_type": REPLY}, {**CAMPAIGN_ID, "url": URL}
UNIQUE = {"unique_by": "type"}
LONG = "ö ".ljust(MAX_LENGTH + 1)
OF_LIST = {"list_id": 77, "webhook_type": "ListSubscribe", "url": URL}
ACCEPTED: dict[str, tuple[dict[str, Any], DesiredWebhook]] = {
    "key": (BY_KEY, KEYED),
    "key, inactive": ({**BY_KEY, "active": False}, replace(KEYED, active=False)),
    "key, absent": ({**BY_KEY, "state": Tagged("absent")}, replace(KEYED, is_present=False)),
    "key, tagged state": ({**BY_KEY, "state": Tagged("present")}, KEYED),
    "key, what only a record has": ({**BY_KEY, "date_created": DATE, "note": "gone"}, KEYED),
    "URL alone, absent": (
        {**OF_URL, "state": "absent"}, DesiredWebhook(CAMPAIGN, url=URL, is_present=False)),
    "id, URL": ({**BY_ID, "url": URL}, by_id(url=URL)),
    "id, everything": (
        {**BY_KEY, **BY_ID, "active": False}, replace(KEYED, webhook_id=28, active=False)),
    "id, absent, nothing else counts": (
        {**BY_ID, "state": "absent", "url": "nonsense", "webhook_type": "no", "active": True},
        by_id(is_present=False)),
    "id, URL and type for the plan to check": (
        {**BY_ID, "webhook_type": "Odd", "url": LONG}, by_id(webhook_type="Odd", url=LONG)),
    "id, empty URL for the plan to check": ({**BY_ID, "url": ""}, by_id(url="")),
    "id, unique_by does not count": ({**BY_ID, **UNIQUE, "active": True}, by_id(active=True)),
    "type": ({**OF_TYPE, **UNIQUE, "active": True}, by_type(None, active=True)),
    "type, URL": ({**BY_KEY, **UNIQUE}, by_type()),
    "of a list": (OF_LIST, DesiredWebhook(Owner("list", 77), None, "ListSubscribe", URL)),
    "of the account": (
        {"scope": "message", "webhook_type": "MessageReply", "url": URL},
        DesiredWebhook(Owner("message"), None, "MessageReply", URL)),
}  # fmt: skip
MASKED = f"https://h.example/{MASK}-0a1b2c3d"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no owner": ({}, "campaign_id, campaign_name, list_id, or scope: message"),
    "two ids": ({"campaign_id": 1, "list_id": 2}, "campaign_id and list_id name two owners"),
    "id and name": ({"campaign_id": 1, "campaign_name": "a"}, "campaign_name name two owners"),
    "scope campaign alone": ({"scope": "campaign"}, "Give campaign_id or campaign_name"),
    "scope list alone": ({"scope": "list"}, "Give list_id"),
    "scope against the id": ({"scope": "list", "campaign_id": 1}, "scope is list"),
    "message with an id": ({"scope": "message", "list_id": 1}, "scope is message"),
    "empty name": ({"campaign_name": ""}, "campaign_name is empty"),
    "id of 0": ({"campaign_id": 0}, "campaign_id must be a positive integer"),
    "true as id": ({"campaign_id": True}, "not True"),
    "text as id": ({"campaign_id": "9141"}, "positive integer"),
    "number with a point as id": ({"campaign_id": 1.0}, "positive integer"),
    "too large an id": ({"campaign_id": 2**63}, "campaign_id is above 9223372036854775807"),
    "more digits than Python writes": ({"list_id": 10**5000}, "list_id is above"),
    "only an owner": (CAMPAIGN_ID, "Cannot identify the webhook of campaign 9141. Give webhook_id"),
    "no URL": (OF_TYPE, "both webhook_type and url"),
    "no type": (OF_URL, "both webhook_type and url"),
    "no type, unique": ({**OF_URL, **UNIQUE}, "both webhook_type and url"),
    "absent by type": ({**OF_TYPE, "state": "absent"}, "Give webhook_id"),
    "only a type, unique": ({**OF_TYPE, **UNIQUE}, f"Nothing is declared for the {REPLY} webhook"),
    "only an id": (BY_ID, "Nothing is declared for webhook 28 of campaign 9141. Give url"),
    "webhook_id of 0": ({**BY_ID, "webhook_id": 0, "state": "absent"}, "webhook_id must be a"),
    "type of another owner": ({**BY_KEY, "webhook_type": "ListSubscribe"}, "does not exist for"),
    "relative URL, unique": ({**BY_KEY, **UNIQUE, "url": "/replies"}, "not an absolute"),
    "masked URL": ({**BY_KEY, "url": MASKED}, "was masked"),
    "masked URL, id": ({**BY_ID, "url": MASKED}, "was masked"),
}  # fmt: skip


@pytest.mark.parametrize("nulls", [False, True], ids=["omitted", "null"])
@pytest.mark.parametrize(("options", "desired"), ACCEPTED.values(), ids=ACCEPTED)
def test_desired_webhook_is_read_from_options(
    nulls: bool, options: dict[str, Any], desired: DesiredWebhook
) -> None:
    given = entry(**{"campaign_id": None, **options}) if nulls else options

    assert plan.desired_from_options(given) == desired


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED)
def test_contradictory_or_incomplete_options_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    assert reason in raised(lambda: plan.desired_from_options(options))


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
    assert has_words(by_id(url=url, is_present=is_present).warnings(is_masked), words)


DEFAULTS = {"campaign_id": 1, "webhook_type": REPLY, "active": False, "url": None}
MERGED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "omitted": ({}, {"campaign_id": 1, "active": False}),
    "null": ({"campaign_id": None}, {"campaign_id": 1, "active": False}),
    "given": ({"active": True}, {"campaign_id": 1, "active": True}),
    "another owner": ({"list_id": 2}, {"list_id": 2, "active": False}),
    "owner by name": ({"campaign_name": "b"}, {"campaign_name": "b", "active": False}),
}


@pytest.mark.parametrize(("given", "merged"), MERGED.values(), ids=MERGED)
def test_defaults_fill_omitted_options_of_an_entry(
    given: dict[str, Any], merged: dict[str, Any]
) -> None:
    found = plan.with_defaults({"url": "a", **given}, DEFAULTS)

    assert found == {"webhook_type": REPLY, "url": "a", **merged}


NAME = "replies of October"
LABELS: dict[str, tuple[dict[str, Any], str]] = {
    "id": ({**BY_KEY, **BY_ID}, "(campaign 9141, webhook 28)"),
    "type": (OF_LIST, "(list 77, ListSubscribe)"),
    "account": ({"scope": "message", "name": NAME}, f'"{NAME}" (the account)'),
    "name of a campaign": ({"campaign_name": "Spring"}, "(campaign 'Spring')"),
    "wrong id": ({**CAMPAIGN_ID, "webhook_id": "many"}, "(campaign 9141)"),
    "wrong owner": ({**BY_ID, "campaign_id": True}, "(webhook 28)"),
    "two owners": ({**CAMPAIGN_ID, "list_id": 77, "name": NAME}, f'"{NAME}"'),
    "wrong scope": ({"scope": "account", "webhook_type": REPLY}, f"({REPLY})"),
    "unknown type": ({"webhook_type": f"Reply {URL}"}, f"(Reply {MASK})"),
    "nothing": ({}, ""),
}


@pytest.mark.parametrize(("options", "content"), LABELS.values(), ids=LABELS)
def test_label_has_position_name_and_content_that_is_valid(
    options: dict[str, Any], content: str
) -> None:
    label = Renderer("", mask_text=True).text(plan.label_of_options(3, options))

    assert label == f"webhooks[3] {content}".rstrip()


def test_label_in_a_message_about_another_entry_has_no_content() -> None:
    assert by_id(name=NAME).label(3) == f'webhooks[3] "{NAME}" (campaign 9141, webhook 28)'
    assert by_id(name=NAME).short_label(3) == f'webhooks[3] "{NAME}"'


def test_long_name_is_cut_and_in_one_line() -> None:
    assert entry_label(3, "a\n  b" + 90 * "c").startswith('webhooks[3] "a bccc')
    assert len(entry_label(3, 200 * "c")) == len('webhooks[3] ""...') + 80


CALLED = {
    "id": (by_id(webhook_type=REPLY, url=URL), "webhook 28 of campaign 9141"),
    "key": (by_key(owner=Owner("message")), f"the {REPLY} webhook of the account with this URL"),
    "type": (by_type(None), f"the {REPLY} webhook of campaign 9141"),
}


@pytest.mark.parametrize(("desired", "text"), CALLED.values(), ids=CALLED)
def test_desired_webhook_is_named_without_its_url(desired: DesiredWebhook, text: str) -> None:
    assert str(desired) == text
