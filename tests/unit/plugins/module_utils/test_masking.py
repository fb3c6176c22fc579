# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking: whatever shape an address takes in a result, its secret part is not there."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from types import FrameType
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


@pytest.mark.parametrize("kind", ["created", "updated", "deleted"])
def test_what_was_done_is_still_told_of_an_address_whose_user_has_that_name(kind: str) -> None:
    url = f"https://{kind}@hooks.example.org/a"
    item = {"change": kind, "webhook": {"url": url}}

    shown = mask_addresses({"failure": {"done": [item]}}, {})

    assert shown == {
        "failure": {"done": [{"change": kind, "webhook": {"url": masked_address(url)}}]}
    }


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


HOOK = "https://hooks.example.org/replies/s3cr3tpath99?token=t0k3n-of-mine"
SPELLINGS = {
    "lower-case percent-encoding": "https%3a%2f%2fhooks.example.org%2freplies%2fs3cr3tpath99",
    "upper-case scheme, encoded": "HTTPS%3A%2F%2Fhooks.example.org%2Freplies%2Fs3cr3tpath99",
    "only slashes encoded": "https:%2F%2Fhooks.example.org%2Freplies%2Fs3cr3tpath99",
    "slashes behind the scheme encoded": "https://hooks.example.org%2Freplies%2Fs3cr3tpath99",
    "the host's slash encoded": "https://hooks.example.org%2freplies%2fs3cr3tpath99/more",
    "and with a space": "https://hooks.example.org%2freplies%2fs3cr3tpath99/a%20b",
    "encoded twice": "https%253A%252F%252Fhooks.example.org%252Freplies%252Fs3cr3tpath99",
    "in a query": "/login?next=https%3A%2F%2Fhooks.example.org%2Freplies%2Fs3cr3tpath99&a=1",
    "no scheme": "%2Freplies%2Fs3cr3tpath99%3Ftoken%3Dt0k3n-of-mine",
    "no scheme, path only": "%2Freplies%2Fs3cr3tpath99",
    "HTML, hexadecimal": "https:&#x2F;&#x2F;hooks.example.org&#x2F;replies&#x2f;s3cr3tpath99",
    "HTML, decimal": "https&#58;&#47;&#47;hooks.example.org&#47;replies&#47;s3cr3tpath99",
    "HTML, by name": "https&colon;&sol;&sol;hooks.example.org&sol;replies&sol;s3cr3tpath99",
    "HTML, without host": "&#x2F;replies&#x2F;s3cr3tpath99",
    "HTML twice": "&amp;#x2F;replies&amp;#x2F;s3cr3tpath99",
    "JSON, unicode": r"https:\u002f\u002fhooks.example.org\u002Freplies\u002fs3cr3tpath99",
    "JSON in JSON": r"https:\\/\\/hooks.example.org\\/replies\\/s3cr3tpath99",
    "hexadecimal": r"\x2freplies\x2fs3cr3tpath99",
    "behind an escaped line end": r"upstream died for\ns3cr3tpath99",
    "last part of its path": "upstream died for s3cr3tpath99",
    "in quotes": "upstream died for 's3cr3tpath99'",
    "value of its query": "no such token: t0k3n-of-mine.",
}


@pytest.mark.parametrize("echo", SPELLINGS.values(), ids=SPELLINGS)
def test_a_known_address_is_recognised_however_it_is_escaped_or_cut(echo: str) -> None:
    shown = masked_text(f"Refused: {echo} (webhook 28).", url=HOOK)

    assert "s3cr3tpath99" not in shown
    assert "t0k3n" not in shown
    assert MASK in shown
    assert shown.startswith("Refused: ")
    assert shown.endswith(" (webhook 28).")


@pytest.mark.parametrize(
    "echo", [one for one in SPELLINGS.values() if "hooks.example.org" in one and "http" in one]
)
def test_an_unknown_address_is_recognised_by_its_form_below_escapes(echo: str) -> None:
    assert "s3cr3tpath99" not in masked_text(f"Refused: {echo} (webhook 28).")


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("https://h.example/a%2fs3cr3t/%7euser", "https://h.example/a/s3cr3t/~user"),
        ("https://h.example/?a=1&amp;key=s3cr3t99", "https://h.example/?a=1&key=s3cr3t99"),
        ("https://h.example/%C3%A9/s3cr3t", "https://h.example/\u00e9/s3cr3t"),
    ],
)
def test_an_address_that_is_escaped_itself_is_recognised_without(escaped: str, plain: str) -> None:
    shown = masked_text(f"No {plain}, no {plain[len('https://h.example') :]}.", url=escaped)

    mask = masked_address(escaped)
    assert shown == f"No {mask}, no /{mask.rpartition('/')[2]}."


def test_two_spellings_that_are_both_addresses_keep_their_own_digests() -> None:
    one, other = "https://h.example/s3cr%33t", "https://h.example/s3cr3t"

    shown = mask_addresses({"before": {"url": other}, "after": {"url": one}}, {})

    assert shown["before"]["url"] == masked_address(other)
    assert shown["after"]["url"] == masked_address(one)


@pytest.mark.parametrize(
    "text",
    [
        "Give campaign_id, or list_id and webhook_id.",
        "webhook 12345678 of campaign 91415555",
        "2021-10-25T06:58:55.951Z",
        "since 2021-10-25",
        "a callback of the receiver",
        "100%25 done &amp; dusted, 5 %2C 6, C:\\new\\users",
        "https%3A%2F%2Fgateway.example.org%2Ftouchbase",
        r"https:\/\/gateway.example.org\/touchbase\/",
        "https://gateway.example.org/touchbase/",
        "https%3A%2F%2Fother.example",
    ],
)
def test_words_numbers_and_dates_of_an_address_stay_in_other_texts(text: str) -> None:
    url = (
        "https://hooks.example.org/callback/12345678/91415555/2021-10-25"
        "?campaign_id=9141&webhook_id=28&token=s3cr3tpath99"
    )

    assert masked_text(text, url=url) == text


@pytest.mark.parametrize(
    "text",
    [
        f"https://hooks.example.org/s3cr3t,key={MASK}",
        f"https://hooks.example.org/s3cr3t?key={MASK}",
        f"https://user:{MASK}@hooks.example.org/s3cr3t",
        f"https://s3cr3t@hooks.example.org/{MASK}",
        f"https://hooks.example.org/{MASK}-0a1b2c3d,https://h.example/s3cr3t",
    ],
)
def test_what_is_masked_does_not_hide_what_is_not(text: str) -> None:
    assert "s3cr3t" not in masked_text(text)


class Tagged(str):
    """Like the texts of newer Ansible, which know where they come from."""

    __slots__ = ()


def test_texts_of_a_kind_of_their_own_are_masked_too() -> None:
    result = {"url": Tagged(ADDRESS), "msg": Tagged(f"see {ADDRESS}"), "note": Tagged("none")}

    shown = mask_addresses(result, {Tagged("url"): Tagged(ADDRESS)})

    assert shown == {"url": MASKED, "msg": f"see {MASKED}", "note": "none"}


def bulk_result(size: int) -> dict[str, Any]:
    urls = [f"https://hooks.example.org/replies/s3cr3t{number}" for number in range(size)]
    return {
        "webhooks": [{"url": url, "date_created": f"2021-10-25 {url[-3:]}"} for url in urls],
        "warnings": [f"The service noted: '5 errors at {url}'." for url in urls],
    }


def calls_while_masking(result: dict[str, Any]) -> Counter[str]:
    """How often functions are called, by the module that has them; those in C under none."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event in ("call", "c_call"):
            calls[frame.f_globals["__name__"] if event == "call" else ""] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        mask_addresses(result, {})
    finally:
        sys.setprofile(before)
    return calls


def test_the_work_grows_with_the_size_of_a_result_and_not_with_its_square() -> None:
    small, large = bulk_result(100), bulk_result(800)

    few, many = calls_while_masking(small), calls_while_masking(large)

    assert sum(many.values()) < 12 * sum(few.values())
    # A pattern of all addresses would be tried one by one at each place, within a single call.
    assert "re" not in many
    assert mask_addresses.__module__ in many
