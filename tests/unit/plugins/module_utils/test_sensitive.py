# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result shows of marked text and of fields, masked or not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (  # isort: skip
    MASK, Renderer, hidden_text, masked_url, printable_url, redact, service_text, single_line,
    url_text, without_controls,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import Tagged

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


def test_marked_text_is_masked_with_digest_or_whole() -> None:
    text = TEXTS.text(f"Stored: url {url_text(URL)}, {hidden_text('plain words')}.")

    assert text == f"Stored: url {masked_url(URL)}, {MASK}."


SAID = {
    "Switched off after 50 failed deliveries": "Switched off after 50 failed deliveries",
    "Receiver answered 410.": "Receiver answered 410.",
    'It said "No (again)", sorry!': 'It said "No (again)", sorry!',
    "The receiver can't be reached": "The receiver can't be reached",
    "Sehr schön – größer": "Sehr schön – größer",
    f"No receiver at {URL.upper()}": f"No receiver at {MASK}",
    "No receiver at hooks.example.org/REPLIES/5F1C0A7E9B": f"No receiver at {MASK}",
    "Cut path /replies/5f1c0a7e… (truncated)": f"Cut path {MASK} (truncated)",
    "Last segment 5f1c0a7e": f"Last segment {MASK}",
    "Payload was aHR0cHM6Ly9ob29rcy5": f"Payload was {MASK}",
    "Payload was AbCdEfGhIj": f"Payload was {MASK}",
    "Path was correct-horse-battery-staple": f"Path was {MASK}",
    "A half-open port": "A half-open port",
    "Short enough: " + "a" * 20: "Short enough: " + "a" * 20,
    "Too long: " + "a" * 21: f"Too long: {MASK}",
    "Too long: 1234567": f"Too long: {MASK}",
    "a/1 then b/2 c/3 d/4 and e": f"{MASK} then {MASK} and e",
    "x y/1 y/2 z": f"x {MASK} z",
    "Escaped https%3A%2F%2Fhooks.example.org": f"Escaped {MASK}",
    "": "",
}


@pytest.mark.parametrize(("said", "shown"), SAID.items())
def test_service_text_keeps_plain_words_and_short_numbers(said: str, shown: str) -> None:
    assert TEXTS.text(service_text(said)) == shown
    assert ALL.render({"note": said}) == {"note": shown}


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
    assert TEXTS.render(record) == record


FIELDS = [
    ("webhook_type", "CampaignReply", "CampaignReply"),
    ("webhook_type", "SomethingNew", "SomethingNew"),
    ("webhook_type", URL, MASK),
    ("date_created", "2021-10-25T06:58:55.951Z", "2021-10-25T06:58:55.951Z"),
    ("date_created", "2021-10-25 06:58:55+00:00", "2021-10-25 06:58:55+00:00"),
    ("date_created", URL, MASK),
]


@pytest.mark.parametrize(("name", "value", "shown"), FIELDS)
def test_type_and_date_are_masked_unless_they_look_like_one(
    name: str, value: str, shown: str
) -> None:
    assert ALL.render({name: value}) == {name: shown}


def test_masked_url_stays_as_it_is() -> None:
    assert masked_url(masked_url(URL)) == masked_url(URL)
    assert masked_url(MASK) == MASK


WITH_HOST = "https://hooks.example.org/********-"
URLS = {
    "https://hooks.example.org": WITH_HOST,
    "HTTPS://user:word@hooks.example.org:8443/a?b": "https://hooks.example.org:8443/********-",
    "https://[::1]:8443/a": "https://[::1]:8443/********-",
    "https://user@host@hooks.example.org?a": WITH_HOST,
    "hooks.example.org/a": MASK,
    "https:\\/\\/hooks.example.org\\/a": MASK,
    "https://[broken/a": MASK,
    "https://user:p/ss@hooks.example.org/a": MASK,
    "https://hooks.example.org\\secret/a": MASK,
    "secret": MASK,
}


@pytest.mark.parametrize(("url", "shown"), URLS.items())
def test_masked_url_shows_scheme_host_and_digest(url: str, shown: str) -> None:
    masked = masked_url(url)

    assert masked.startswith(shown)
    assert len(masked) == len(shown) + (0 if shown == MASK else 8)


def test_digest_tells_urls_apart() -> None:
    assert masked_url(URL) != masked_url(f"{URL}/")


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


MASKED_URL = masked_url(URL)
OPTIONS = {
    "nothing masked": (False, False, (URL,), URL, URL),
    "texts": (True, False, (URL,), URL, MASKED_URL),
    "texts and fields": (True, True, (URL,), MASKED_URL, MASKED_URL),
    "other urls": (True, False, (), URL, URL),
}


@pytest.mark.parametrize(
    ("mask_text", "mask_fields", "urls", "field_", "in_text"), OPTIONS.values(), ids=OPTIONS
)
def test_unmarked_url_is_masked_in_text_only_if_given(
    mask_text: bool, mask_fields: bool, urls: tuple[str, ...], field_: str, in_text: str
) -> None:
    rendered = Renderer("", mask_text, mask_fields, urls).render({"url": URL, "msg": f"no {URL}!"})

    assert rendered == {"url": field_, "msg": f"no {in_text}!"}


def test_url_that_begins_like_another_is_masked_as_itself() -> None:
    longer = f"{URL}/longer"
    renderer = Renderer("", mask_text=True, urls=(longer, URL))

    assert renderer.render(f"{longer} {URL}") == f"{masked_url(longer)} {masked_url(URL)}"


def test_rendered_data_is_a_copy_of_builtin_types() -> None:
    value = {Tagged("url"): Tagged(URL), "list": [Tagged("plain")]}

    rendered = ALL.render(value)

    assert rendered == {"url": masked_url(URL), "list": ["plain"]}
    assert not isinstance(rendered["list"][0], Tagged)
    assert value == {"url": URL, "list": ["plain"]}


def test_rendering_twice_is_rendering_once() -> None:
    value = {"url": URL, "note": f"Gone: {URL}", "msg": f"At {url_text(URL)}: {hidden_text('x')}"}

    once = ALL.render(value)

    assert ALL.render(once) == once


SPELLINGS = {
    "as it is": KEY,
    "percent-encoded": "a-key%2Fwith%22odd%25parts",
    "percent-encoded in lower case": "a-key%2fwith%22odd%25parts",
    "percent-encoded but its slash": "a-key/with%22odd%25parts",
    "JSON": 'a-key/with\\"odd%parts',
    "JSON with escaped slash": 'a-key\\/with\\"odd%parts',
    "JSON in hexadecimal": "a-key\\u002fwith\\u0022odd%parts",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_key_is_always_redacted(spelling: str) -> None:
    text = f"Bearer {spelling}."

    assert redact(text, KEY) == f"Bearer {MASK}."
    assert PLAIN.render({"msg": text, "warnings": [service_text(text)]}) == {
        "msg": f"Bearer {MASK}.",
        "warnings": [f"Bearer {MASK}."],
    }


def test_other_types_stay_and_an_empty_key_redacts_nothing() -> None:
    value: dict[object, object] = {"a": 1, "b": True, "c": None, "d": (1.5, "x"), 5: []}

    assert PLAIN.render(value) == Renderer("").render(value) == value
    assert redact("text", "") == "text"


def test_single_line_has_no_control_characters() -> None:
    assert single_line("a\r\n\tb\x1b[1m  c\u202e") == "a b [1m c"


def test_without_controls_replaces_control_characters() -> None:
    assert (
        without_controls("a\x1bb\u202ec\ud800d\u200de\n") == "a\ufffdb\ufffdc\ufffdd\u200de\ufffd"
    )
    assert without_controls("a\tb\r\nc\rd", keep_lines=True) == "a\tb\r\nc\ufffdd"


def test_printable_url_percent_encodes_unprintable_characters() -> None:
    assert printable_url("https://h/\u00a0\u200bö \ud800") == "https://h/%C2%A0%E2%80%8Bö %ED%A0%80"
    json.dumps(printable_url("\udfff")).encode()
