# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a result shows of marked text and of fields, masked or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
    ],
)
def test_masked_url_shows_scheme_host_and_digest(url: str, shown: str) -> None:
    assert masked_url(url).startswith(shown)


def test_digest_tells_urls_apart() -> None:
    assert masked_url(URL) != masked_url(f"{URL}/")


@pytest.mark.parametrize(
    "spelling",
    [KEY, "a-key%2Fwith%22odd%25parts", 'a-key/with\\"odd%parts', 'a-key\\/with\\"odd%parts'],
    ids=["as it is", "percent-encoded", "JSON", "JSON with escaped slash"],
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
    value = {"a": 1, "b": True, "c": None, "d": (1.5, "x"), 5: []}

    assert PLAIN.render(value) == {"a": 1, "b": True, "c": None, "d": [1.5, "x"], 5: []}


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
