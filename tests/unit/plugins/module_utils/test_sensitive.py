# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result shows of marked text and of fields, masked or not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (
    MASK,
    Renderer,
    hidden_text,
    masked_url,
    printable_url,
    redact,
    service_text,
    single_line,
    url_text,
    without_controls,
)

URL = "https://hooks.example.org/replies/5f1c0a7e9b"
KEY = 'a-key/with"odd%parts'
PLAIN = Renderer(KEY)
TEXTS = Renderer(KEY, mask_text=True)
ALL = Renderer(KEY, mask_text=True, mask_fields=True)


@pytest.mark.parametrize(
    "mark", [url_text, service_text, hidden_text], ids=["url", "service", "hidden"]
)
def test_mark_is_removed_where_nothing_is_masked(mark: Any) -> None:
    assert PLAIN.text(f"Before {mark(URL)} after.") == f"Before {URL} after."


def test_url_in_message_is_masked_with_digest() -> None:
    text = TEXTS.text(f"Stored: url {url_text(URL)}, active true.")

    assert text == f"Stored: url {masked_url(URL)}, active true."


def test_hidden_text_is_masked_whole() -> None:
    assert TEXTS.text(f"ValueError: {hidden_text('plain words')}.") == f"ValueError: {MASK}."


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Switched off after 50 failed deliveries", "Switched off after 50 failed deliveries"),
        ("Receiver answered 410.", "Receiver answered 410."),
        ('It said "No (again)", sorry!', 'It said "No (again)", sorry!'),
        ("The receiver can't be reached", "The receiver can't be reached"),
        ("Sehr schön – größer", "Sehr schön – größer"),
        (f"No receiver at {URL.upper()}", f"No receiver at {MASK}"),
        ("No receiver at hooks.example.org/REPLIES/5F1C0A7E9B", f"No receiver at {MASK}"),
        ("Cut path /replies/5f1c0a7e… (truncated)", f"Cut path {MASK} (truncated)"),
        ("Last segment 5f1c0a7e", f"Last segment {MASK}"),
        ("Payload was aHR0cHM6Ly9ob29rcy5", f"Payload was {MASK}"),
        ("Payload was AbCdEfGhIj", f"Payload was {MASK}"),
        ("Path was correct-horse-battery-staple", f"Path was {MASK}"),
        ("A half-open port", "A half-open port"),
        ("Just short enough: " + "a" * 20, "Just short enough: " + "a" * 20),
        ("a/1 then b/2 c/3 d/4 and e", f"{MASK} then {MASK} and e"),
        ("x y/1 y/2 z", f"x {MASK} z"),
        ("Escaped https%3A%2F%2Fhooks.example.org", f"Escaped {MASK}"),
        ("Too long: 1234567", f"Too long: {MASK}"),
        ("Too long: " + "a" * 21, f"Too long: {MASK}"),
        ("a/1 b/2 then c/3", f"{MASK} then {MASK}"),
        ("", ""),
    ],
)
def test_service_text_keeps_plain_words_and_short_numbers(said: str, shown: str) -> None:
    assert TEXTS.text(service_text(said)) == shown
    assert ALL.render({"note": said}) == {"note": shown}


def test_own_words_stay_when_they_are_also_path_of_url() -> None:
    message = f"Could not update webhook 28 of campaign 9141 at {url_text('https://h/campaign')}"

    assert TEXTS.text(message).startswith("Could not update webhook 28 of campaign 9141 at ")


def test_service_cannot_forge_mark() -> None:
    forged = f"\x04 https://{MASK} \x02 secret/1"

    assert TEXTS.text(service_text(forged)) == MASK
    assert TEXTS.text(url_text("https://h.example/\x04secret")) == masked_url(
        "https://h.example/%04secret"
    )


def test_masked_fields_are_those_with_url_or_words_of_service() -> None:
    record = {
        "scope": "campaign",
        "campaign_id": 9141,
        "webhook_type": "CampaignReply",
        "url": URL,
        "note": "Gone: /replies/5f1c0a7e9b",
        "active": False,
        "date_created": None,
    }

    shown = ALL.render({"webhook": record, "diff": [{"before": record, "after": {}}]})

    masked = {**record, "url": masked_url(URL), "note": f"Gone: {MASK}"}
    assert shown == {"webhook": masked, "diff": [{"before": masked, "after": {}}]}


def test_fields_stay_where_only_text_is_masked() -> None:
    record = {"url": URL, "note": "Gone: /replies"}

    assert TEXTS.render(record) == record


@pytest.mark.parametrize(
    ("webhook_type", "shown"),
    [("CampaignReply", "CampaignReply"), ("SomethingNew", "SomethingNew"), (URL, MASK)],
)
def test_webhook_type_is_masked_unless_it_is_letters(webhook_type: str, shown: str) -> None:
    assert ALL.render({"webhook_type": webhook_type}) == {"webhook_type": shown}


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2021-10-25T06:58:55.951Z", "2021-10-25T06:58:55.951Z"),
        ("2021-10-25 06:58:55+00:00", "2021-10-25 06:58:55+00:00"),
        (URL, MASK),
    ],
)
def test_date_is_masked_unless_it_looks_like_one(date: str, shown: str) -> None:
    assert ALL.render({"date_created": date}) == {"date_created": shown}


def test_masked_url_stays_as_it_is() -> None:
    assert masked_url(masked_url(URL)) == masked_url(URL)
    assert masked_url(MASK) == MASK


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.example.org", "https://hooks.example.org/********-"),
        (
            "HTTPS://user:word@hooks.example.org:8443/a?b",
            "https://hooks.example.org:8443/********-",
        ),
        ("https://[::1]:8443/a", "https://[::1]:8443/********-"),
        ("hooks.example.org/a", MASK),
        ("https:\\/\\/hooks.example.org\\/a", MASK),
        ("https://[broken/a", MASK),
        ("https://user:p/ss@hooks.example.org/a", MASK),
        ("https://hooks.example.org\\secret/a", MASK),
        ("https://user@host@hooks.example.org?a", "https://hooks.example.org/********-"),
        ("secret", MASK),
    ],
)
def test_masked_url_shows_scheme_host_and_digest(url: str, shown: str) -> None:
    masked = masked_url(url)

    assert masked.startswith(shown)
    assert len(masked) == len(shown) + (0 if shown == MASK else 8)


@given(st.text("ab/?", max_size=3), st.text("ab/?", max_size=3))
def test_digest_is_equal_exactly_when_urls_are(one: str, other: str) -> None:
    masked = [masked_url(f"https://hooks.example.org/{path}") for path in (one, other)]

    assert (masked[0] == masked[1]) is (one == other)


@dataclass(frozen=True)
class Message:
    """Like the messages of ansible-core since 2.19."""

    msg: str
    details: tuple[Any, ...] = ()
    kind: str = field(default="warning", init=False)


def test_messages_of_ansible_are_rendered_and_keep_their_type() -> None:
    found = Message(f"At {url_text(URL)}.", (Message(URL),))
    rendered = Renderer(KEY, mask_text=True, urls=(URL,)).render([found, Message])

    masked = masked_url(URL)
    assert rendered == [Message(f"At {masked}.", (Message(masked),)), Message]


OPTION = {"url": URL, "msg": f"argument {URL} is wrong"}


@pytest.mark.parametrize(
    ("renderer", "shown"),
    [
        (Renderer("", urls=(URL,)), OPTION),
        (
            Renderer("", mask_text=True, urls=(URL,)),
            {**OPTION, "msg": f"argument {masked_url(URL)} is wrong"},
        ),
        (
            Renderer("", mask_text=True, mask_fields=True, urls=(URL,)),
            {"url": masked_url(URL), "msg": f"argument {masked_url(URL)} is wrong"},
        ),
        (Renderer("", mask_text=True), OPTION),
    ],
    ids=["nothing masked", "texts", "texts and fields", "other urls"],
)
def test_unmarked_url_is_masked_in_text_only_if_given(
    renderer: Renderer, shown: dict[str, str]
) -> None:
    assert renderer.render(OPTION) == shown


def test_url_that_begins_like_another_is_masked_as_itself() -> None:
    longer = f"{URL}/longer"
    renderer = Renderer("", mask_text=True, urls=(longer, URL))

    assert renderer.render(f"{longer} {URL}") == f"{masked_url(longer)} {masked_url(URL)}"


class Tagged(str):
    """A text as ansible-core hands it on since 2.19: equal, but of a class of its own."""

    __slots__ = ()


def test_rendered_text_is_of_the_builtin_type() -> None:
    rendered = ALL.render({Tagged("url"): Tagged(URL), "list": [Tagged("plain")]})

    assert rendered == {"url": masked_url(URL), "list": ["plain"]}
    assert not isinstance(rendered["list"][0], Tagged)


def test_rendered_data_is_a_copy() -> None:
    value = {"url": URL, "list": [URL]}

    assert ALL.render(value) != value
    assert value == {"url": URL, "list": [URL]}


def test_rendering_twice_is_rendering_once() -> None:
    value = {"url": URL, "note": f"Gone: {URL}", "msg": f"At {url_text(URL)}: {hidden_text('x')}"}

    once = ALL.render(value)

    assert ALL.render(once) == once


@pytest.mark.parametrize(
    "spelling",
    [
        KEY,
        "a-key%2Fwith%22odd%25parts",
        "a-key%2fwith%22odd%25parts",
        "a-key/with%22odd%25parts",
        'a-key/with\\"odd%parts',
        'a-key\\/with\\"odd%parts',
        "a-key\\u002fwith\\u0022odd%parts",
    ],
    ids=[
        "as it is",
        "percent-encoded",
        "percent-encoded in lower case",
        "percent-encoded but its slash",
        "JSON",
        "JSON with escaped slash",
        "JSON in hexadecimal",
    ],
)
def test_key_is_always_redacted(spelling: str) -> None:
    text = f"Bearer {spelling}."

    assert redact(text, KEY) == f"Bearer {MASK}."
    assert PLAIN.render({"msg": text, "warnings": [service_text(text)]}) == {
        "msg": f"Bearer {MASK}.",
        "warnings": [f"Bearer {MASK}."],
    }


def test_empty_key_redacts_nothing() -> None:
    assert redact("text", "") == "text"
    assert Renderer("").render({"msg": "text"}) == {"msg": "text"}


def test_render_keeps_other_types() -> None:
    value: dict[object, object] = {"a": 1, "b": True, "c": None, "d": (1.5, "x"), 5: []}

    assert PLAIN.render(value) == value


def test_single_line_has_no_control_characters() -> None:
    assert single_line("a\r\n\tb\x1b[1m  c\u202e") == "a b [1m c"


def test_without_controls_replaces_what_controls_a_terminal() -> None:
    assert (
        without_controls("a\x1bb\u202ec\ud800d\u200de\n") == "a\ufffdb\ufffdc\ufffdd\u200de\ufffd"
    )
    assert without_controls("a\tb\r\nc\rd", keep_lines=True) == "a\tb\r\nc\ufffdd"


def test_printable_url_percent_encodes_unprintable_characters() -> None:
    assert printable_url("https://h/\u00a0\u200bö \ud800") == "https://h/%C2%A0%E2%80%8Bö %ED%A0%80"
    json.dumps(printable_url("\udfff")).encode()
