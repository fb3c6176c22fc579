"""What is said of options and values that do not exist."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _guesses as guesses

KNOWN = OPERATION.argument_spec

MEANT = {
    "enabled": "active",
    "IsActive": "active",
    "events": "webhook_type",
    "id": "webhook_id",
    "api_token": "api_key",
    "campaign": "campaign_id or campaign_name",
    "webhok_type": "webhook_type",
    "Url": "url",
    "callback_url": "url",
    "base_url": "api_url",
    "page": None,
    "webhook_name": None,
}


@pytest.mark.parametrize(("name", "meant"), MEANT.items())
def test_option_that_is_probably_meant_is_found(name: str, meant: str | None) -> None:
    assert guesses.probably_meant(name, KNOWN) == meant


@pytest.mark.parametrize(("name", "known"), [("token", ["url"]), ("purg", ["purge", "url"])])
def test_option_of_others_or_that_deletes_is_not_proposed(name: str, known: list[str]) -> None:
    assert guesses.probably_meant(name, known) is None


def test_known_options_are_named_where_none_is_like_an_unknown_one() -> None:
    assert guesses.unknown_options(["enabled"], KNOWN) == "There is no option enabled. Use active."
    assert guesses.unknown_options(["xyz", "enabled", "q"], ["active", "url"]) == (
        "There is no option enabled. Use active. There is no option xyz, q; there are active, url."
    )


VALUES: list[tuple[dict[str, Any], list[str]]] = [
    ({"scope": "account"}, ["To mean the account, use `scope: message`."]),
    ({"state": "Paused"}, ["To deactivate a webhook, use `active: false`."]),
    ({"state": "enabled"}, ["To activate a webhook, use `active: true`."]),
    ({"state": "Present", "scope": "campain"}, ["Use `scope: campaign`.", "Use `state: present`."]),
    ({"state": "absent", "scope": "list"}, []),
    ({"scope": "mailing", "state": "absnt"}, []),
    ({"state": None}, []),
]


@pytest.mark.parametrize(("options", "texts"), VALUES, ids=str)
def test_guessed_value_gets_the_right_one(options: dict[str, Any], texts: list[str]) -> None:
    assert guesses.wrong_values(options, KNOWN) == texts
    assert guesses.wrong_values(options, {"state": {"choices": [options.get("state")]}}) == []


SPEC: dict[str, dict[str, Any]] = {
    "active": {"type": "bool"},
    "url": {"type": "str"},
    "webhooks": {"type": "list", "elements": "dict"},
}
NO_LIST = "webhooks must be a list of mappings, not"
TYPES: list[tuple[dict[str, Any], list[str]]] = [
    ({"active": 7}, ["active is '7', which is not true or false."]),
    ({"webhooks": "nonsense"}, [f"{NO_LIST} a text."]),
    ({"webhooks": 7}, [f"{NO_LIST} a number."]),
    ({"webhooks": True}, [f"{NO_LIST} a boolean."]),
    ({"webhooks": {"campaign_id": 9141}}, [f"{NO_LIST} a mapping."]),
    ({"active": "yes", "url": [], "unknown": 1}, []),
    ({"webhooks": ["nonsense"]}, []),
    ({"webhooks": "campaign_id=9141", "active": None}, []),
    ({"active": "no", "webhooks": None}, []),
]


@pytest.mark.parametrize(("options", "texts"), TYPES, ids=str)
def test_value_of_a_wrong_type_is_named(options: dict[str, Any], texts: list[str]) -> None:
    assert [Renderer("").text(one) for one in guesses.wrong_types(options, SPEC).values()] == texts


def test_value_of_a_wrong_type_is_masked_as_a_whole() -> None:
    text = next(iter(guesses.wrong_types({"active": "word"}, SPEC).values()))

    assert Renderer("", mask_text=True).text(text).startswith(f"active is '{MASK}', ")
