# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of options and values that do not exist."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._guesses import (
    probably_meant,
    unknown_options,
    wrong_types,
    wrong_values,
)

KNOWN = OPERATION.argument_spec


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("enabled", "active"),
        ("is_active", "active"),
        ("IsActive", "active"),
        ("type", "webhook_type"),
        ("event", "webhook_type"),
        ("events", "webhook_type"),
        ("id", "webhook_id"),
        ("token", "api_key"),
        ("api_token", "api_key"),
        ("campaign", "campaign_id or campaign_name"),
        ("webhok_type", "webhook_type"),
        ("Url", "url"),
        ("webhook_url", "url"),
        ("callback_url", "url"),
        ("base_url", "api_url"),
        ("page", None),
        ("template", None),
        ("webhook_name", None),
        ("xyz", None),
    ],
)
def test_option_that_is_probably_meant_is_found(name: str, meant: str | None) -> None:
    assert probably_meant(name, KNOWN) == meant


def test_guess_that_is_no_option_here_is_not_made() -> None:
    assert probably_meant("token", ["campaign_id", "url"]) is None


def test_option_that_deletes_is_not_proposed() -> None:
    assert probably_meant("purg", ["purge", "url"]) is None


def test_value_that_the_module_has_gets_no_hint() -> None:
    delivery = {"state": {"choices": ["paused", "resumed"]}}

    assert wrong_values({"state": "paused", "scope": "account"}, delivery) == []


def test_all_unknown_options_are_named_the_known_ones_only_where_none_is_like_them() -> None:
    assert unknown_options(["enabled"], KNOWN) == "There is no option enabled. Use active."
    assert unknown_options(["xyz", "enabled", "q"], ["active", "url"]) == (
        "There is no option enabled. Use active. There is no option xyz, q; there are active, url."
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scope": "account"}, "scope: message"),
        ({"state": "disabled"}, "active: false"),
        ({"state": "Paused"}, "active: false"),
        ({"state": "enabled"}, "active: true"),
        ({"state": "absent", "scope": "list"}, None),
        ({"state": "Present"}, "Use `state: present`."),
        ({"scope": "campain"}, "Use `scope: campaign`."),
        ({"scope": "mailing"}, None),
        ({"state": "absnt"}, None),
        ({"state": None}, None),
        ({}, None),
    ],
    ids=str,
)
def test_guessed_value_gets_the_right_one(options: dict[str, Any], words: str | None) -> None:
    texts = wrong_values(options, KNOWN)

    assert len(texts) == (words is not None)
    assert all(words in text for text in texts if words)


SPEC: dict[str, dict[str, Any]] = {
    "active": {"type": "bool"},
    "url": {"type": "str"},
    "webhooks": {"type": "list", "elements": "dict"},
}
NO_LIST = "webhooks must be a list of mappings, not"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"active": "enabled"}, "active is 'enabled', which is not true or false."),
        ({"active": 7}, "active is '7', which is not true or false."),
        ({"webhooks": "nonsense"}, f"{NO_LIST} a text."),
        ({"webhooks": 7}, f"{NO_LIST} a number."),
        ({"webhooks": True}, f"{NO_LIST} a boolean."),
        ({"webhooks": {"campaign_id": 9141}}, f"{NO_LIST} a mapping."),
        ({"active": "yes", "url": [], "unknown": 1}, None),
        ({"webhooks": ["nonsense"]}, None),
        ({"webhooks": "campaign_id=9141"}, None),
        ({"active": None, "webhooks": None}, None),
    ],
    ids=str,
)
def test_value_of_a_wrong_type_is_answered(options: dict[str, Any], text: str | None) -> None:
    texts = [Renderer("").text(one) for one in wrong_types(options, SPEC).values()]

    assert texts == ([text] if text else [])


def test_value_of_a_wrong_type_is_masked_as_a_whole() -> None:
    text = next(iter(wrong_types({"active": "word"}, SPEC).values()))

    assert Renderer("", mask_text=True).text(text).startswith(f"active is '{MASK}', ")
