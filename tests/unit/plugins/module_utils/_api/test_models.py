"""Owners, webhooks and campaigns: their names and their records."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, type_text
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import owner_from
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    DATE, NEW, NOTE, OFF, ON, OTHER_URL, REPLY, SPELT_OTHERWISE, STATUS, URL, webhook,
)  # fmt: skip


OWNERS = {
    "campaign 9141": (Owner("campaign", 9141), ("campaign", 9141, None)),
    "list 77": (Owner("list", 77), ("list", None, 77)),
    "the account": (Owner("message"), ("message", None, None)),
}


@pytest.mark.parametrize("name", OWNERS)
def test_owner_has_a_name_and_a_record_that_names_it(name: str) -> None:
    owner, record = OWNERS[name]

    assert str(owner) == name
    assert owner.record() == dict(zip(("scope", "campaign_id", "list_id"), record))
    assert owner_from(owner.record()) == owner


def test_webhook_record_has_the_names_of_the_options() -> None:
    assert OFF.record() == {
        "name": None,
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": 28,
        "webhook_type": REPLY,
        "url": URL,
        "active": False,
        "date_created": DATE,
        "note": NOTE,
    }


def test_new_webhook_has_no_id_in_its_name_and_record() -> None:
    assert str(NEW) == f"new {REPLY} webhook of campaign 9141"
    assert NEW.record() == {**ON.record(), "webhook_id": None, "date_created": None}
    assert (ON.known_id, NEW.known_id) == (28, 0)


def test_key_is_type_and_url_in_one_spelling() -> None:
    assert ON.key == webhook(url=SPELT_OTHERWISE, webhook_id=29, active=False).key
    assert ON.key != webhook(url=OTHER_URL).key
    assert ON.key != webhook(webhook_type=STATUS).key


@pytest.mark.parametrize(
    ("webhook_type", "shown"), [(REPLY, REPLY), ("MessageReply", "MessageReply"), (URL, MASK)]
)
def test_unknown_type_in_a_message_is_text_of_the_service(webhook_type: str, shown: str) -> None:
    assert Renderer("", mask_text=True).text(type_text(webhook_type)) == shown
    assert Renderer("").text(type_text(webhook_type)) == webhook_type
