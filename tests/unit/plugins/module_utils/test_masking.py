# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking: whatever shape an address takes in a result, its secret part is not there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import (
    MASK,
    masked_address,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._masking import mask_addresses

ADDRESS = "https://hooks.example.org/replies/s3cret"
MASKED = masked_address(ADDRESS)
API_URL = "https://gateway.example.org/touchbase"


def masked_text(text: str, **options: Any) -> str:
    shown: str = mask_addresses({"msg": text}, {"api_url": API_URL, **options})["msg"]
    return shown


KNOWN_TEXTS = {
    "alone": ("{}", "{}"),
    "in a sentence": ("Stored: url {}, active True.", "Stored: url {}, active True."),
    "at its end": ("The address is {}.", "The address is {}."),
    "in quotes": ("url='{}'", "url='{}'"),
    "in brackets": ("(see {})", "(see {})"),
    "in JSON": ('{{"Url": "{}"}}', '{{"Url": "{}"}}'),
    "in angle brackets": ("<{}>", "<{}>"),
    "twice": ("{0} and {0}", "{0} and {0}"),
    "before a line end": ("{}\nnext", "{}\nnext"),
    "without its scheme and host": (
        "No such path: /replies/s3cret",
        f"No such path: /{MASKED.rpartition('/')[2]}",
    ),
}


@pytest.mark.parametrize(("text", "shown"), KNOWN_TEXTS.values(), ids=KNOWN_TEXTS)
def test_a_known_address_is_masked_wherever_it_stands_in_a_text(text: str, shown: str) -> None:
    expected = shown.format(MASKED) if "{}" in shown or "{0}" in shown else shown

    assert masked_text(text.format(ADDRESS), url=ADDRESS) == expected


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Stored: url https://other.example/a/s3cret, active True", "s3cret"),
        ("Stored: url HTTPS://other.example/a/s3cret, active True", "s3cret"),
        ("see http://other.example:8080/s3cret.", "s3cret"),
        ("see https://other.example/?token=s3cret", "s3cret"),
        ("see https://other.example?token=s3cret", "s3cret"),
        ("see https://other.example#s3cret", "s3cret"),
        ("see https://other.example/a,b;c:s3cret", "s3cret"),
        ("see https://user:s3cret@other.example", "s3cret"),
        ("see https://s3cret@other.example/", "s3cret"),
        ("see https://[2001:db8::7]/s3cret", "s3cret"),
        ("see https://[broken/s3cret", "s3cret"),
        (f"see {ADDRESS}/and/s3cret/more", "s3cret"),
    ],
)
def test_an_unknown_address_is_masked_by_its_form(text: str, secret: str) -> None:
    shown = masked_text(text)

    assert secret not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        "see https://other.example",
        "see https://other.example/ for more",
        "no address at all, s/he said",
        "",
    ],
)
def test_what_holds_no_secret_stays(text: str) -> None:
    assert masked_text(text, url=ADDRESS) == text


@pytest.mark.parametrize(
    "address",
    [
        "https://h.example/s3cret.",
        "https://h.example/s3cret,;:)",
        "https://h.example/(s3cret)",
        "https://h.example/{s3cret}",
        "https://h.example/'s3cret'",
        'https://h.example/"s3cret"',
        "https://h.example/<s3cret>",
        "https://h.example/s3cret\\s3cret",
        "https://h.example/s3cret?a=b&c=d+e|f*^$#g[h]",
        "https://user:s3cret@h.example/",
        "https://user:s3cret@h.example",
        "HTTPS://H.example/s3cret",
        "https://h.example?s3cret",
        "s3cret-and-no-address",
    ],
)
def test_an_address_of_odd_characters_is_masked_in_text_and_alone(address: str) -> None:
    result = {"url": address, "msg": f"Asked: url {address}, active True.", "note": f"<{address}>"}

    shown = mask_addresses(result, {"url": address})

    assert "s3cret" not in json.dumps(shown)
    assert shown["url"] == masked_address(address)
    assert shown["msg"] == f"Asked: url {masked_address(address)}, active True."


def test_the_path_of_an_address_with_user_information_is_a_secret_as_well() -> None:
    address = "https://user:word@hooks.example.org/replies/s3cret"

    shown = masked_text("No such path: /replies/s3cret", url=address)

    assert "s3cret" not in shown


def test_user_information_of_an_address_is_not_shown_alone() -> None:
    shown = masked_text(
        "Login of user:w0rdw0rd failed", url="https://user:w0rdw0rd@hooks.example.org/replies"
    )

    assert "w0rdw0rd" not in shown


def test_nested_structures_are_masked_but_not_their_keys() -> None:
    result = {
        "diff": {"before": {"url": ADDRESS}, "after": [{"url": "https://h.example/new/s3cret"}]},
        "pair": (ADDRESS, 1, None, True, 2.5),
        "webhook": {"deep": [[ADDRESS]]},
    }

    shown = mask_addresses(result, {})

    assert shown["diff"]["before"]["url"] == MASKED
    assert shown["pair"] == (MASKED, 1, None, True, 2.5)
    assert shown["webhook"] == {"deep": [[MASKED]]}
    assert "s3cret" not in json.dumps(shown)


def test_the_result_that_is_given_stays_as_it_is() -> None:
    result = {"url": ADDRESS, "list": [ADDRESS]}

    mask_addresses(result, {})

    assert result == {"url": ADDRESS, "list": [ADDRESS]}


@dataclass(frozen=True)
class Message:
    """Like the messages of newer Ansible."""

    msg: str
    details: tuple[Any, ...] = ()


def test_messages_of_ansible_are_masked_and_stay_what_they_are() -> None:
    message = Message(f"see {ADDRESS}", (Message(ADDRESS),))

    shown = mask_addresses({"warnings": [message], "type": Message}, {"url": ADDRESS})

    assert shown["warnings"] == [Message(f"see {MASKED}", (Message(MASKED),))]
    assert shown["type"] is Message


@pytest.mark.parametrize("api_url", [API_URL, f"{API_URL}/"], ids=["as used", "with a slash"])
def test_api_url_is_no_secret(api_url: str) -> None:
    text = f"no answer from {API_URL}, whose certificate is not trusted. Check {API_URL}."

    assert masked_text(text, url=ADDRESS, api_url=api_url) == text


@pytest.mark.parametrize("url", [f"{API_URL}/s3cret-hook", f"{API_URL}s3cret-hook"])
def test_a_webhook_below_api_url_is_a_secret_all_the_same(url: str) -> None:
    shown = mask_addresses({"webhook": {"url": url}, "msg": f"at {url}."}, {"api_url": API_URL})

    assert shown == {"webhook": {"url": masked_address(url)}, "msg": f"at {masked_address(url)}."}


def test_an_address_that_begins_like_another_is_masked_once_and_as_itself() -> None:
    longer = f"{ADDRESS}/longer"
    result = {"a": {"url": ADDRESS}, "b": {"url": longer}, "msg": f"{longer} and {ADDRESS}"}

    shown = mask_addresses(result, {})

    assert shown["a"]["url"] == MASKED
    assert shown["b"]["url"] == masked_address(longer)
    assert shown["msg"] == f"{masked_address(longer)} and {MASKED}"


def test_masking_twice_is_masking_once() -> None:
    result = {"url": ADDRESS, "msg": f"{ADDRESS} and https://other.example/s3cret", "api": API_URL}
    options = {"url": ADDRESS, "api_url": API_URL}

    once = mask_addresses(result, options)

    assert mask_addresses(once, options) == once


def test_two_addresses_have_two_digests_so_that_a_diff_shows_a_change() -> None:
    result = {"before": {"url": ADDRESS}, "after": {"url": f"{ADDRESS}2"}}

    shown = mask_addresses(result, {})

    assert shown["before"]["url"] != shown["after"]["url"]


def test_a_path_too_short_to_be_a_secret_is_not_replaced_everywhere() -> None:
    shown = mask_addresses({"url": "https://h.example/a", "msg": "a webhook at /a"}, {})

    assert shown == {"url": masked_address("https://h.example/a"), "msg": "a webhook at /a"}


@pytest.mark.parametrize("url", [None, "", 7, ["x"]])
def test_an_address_that_is_none_does_no_harm(url: Any) -> None:
    assert mask_addresses({"url": url, "msg": "text"}, {"url": url})["msg"] == "text"


@pytest.mark.parametrize(
    "word", ["failed", "changed", "webhook", "campaign", "webhook_type", "CampaignReply", "refused"]
)
def test_an_address_whose_path_is_a_word_of_the_result_leaves_the_result_whole(word: str) -> None:
    result = {
        "failed": True,
        "changed": False,
        "msg": "Could not read webhook 28 of campaign 9141: it failed.",
        "webhook": {"scope": "campaign", "webhook_type": "CampaignReply"},
        "failure": {"kind": "refused", "path": f"/sms/{word}/1", "message": f"no /{word} here"},
    }

    shown = mask_addresses(result, {"url": f"https://hooks.example.org/{word}"})

    masked = masked_address(f"https://hooks.example.org/{word}").rpartition("/")[2]
    assert shown["failure"].pop("message") == f"no /{masked} here"
    assert shown == {**result, "failure": {"kind": "refused", "path": f"/sms/{word}/1"}}


@pytest.mark.parametrize(
    "echo",
    [
        r"https:\/\/hooks.example.org\/replies\/s3cret",
        "https%3A%2F%2Fhooks.example.org%2Freplies%2Fs3cret",
        "hooks.example.org/replies/s3cret",
        "replies/s3cret",
        "https://other.example/o'neil/s3cret",
        "https://other.example/{a}/s3cret",
    ],
)
def test_an_echo_in_another_spelling_is_masked_too(echo: str) -> None:
    assert "s3cret" not in masked_text(f"see {echo}, please", url=ADDRESS)
