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
LONGER, MASKED_URL = f"{URL}/longer", masked_url(URL)
KEY = 'a-key/with"odd%parts'
PLAIN = Renderer(KEY)
TEXTS = Renderer(KEY, mask_text=True)
ALL = Renderer(KEY, mask_text=True, mask_fields=True)
GIVEN = Renderer("", mask_text=True, urls=(LONGER, URL))


@dataclass(frozen=True)
class Message:
    """Like the messages of ansible-core since 2.19."""

    msg: str
    details: tuple[Any, ...] = ()
    kind: str = field(default="warning", init=False)


RECORD = {
    "scope": "campaign",
    "campaign_id": 9141,
    "webhook_type": "CampaignReply",
    "url": URL,
    "note": "Gone: /replies/5f1c0a7e9b",
    "active": False,
    "date_created": None,
}
MASKED_RECORD = {**RECORD, "url": MASKED_URL, "note": f"Gone: {MASK}"}
DIFF = {"webhook": RECORD, "diff": [{"before": RECORD, "after": {}}]}
MASKED_DIFF = {"webhook": MASKED_RECORD, "diff": [{"before": MASKED_RECORD, "after": {}}]}
IN_BOTH = {"url": URL, "msg": f"no {URL}!"}
ODD = {"a": 1, "b": True, "c": None, "d": (1.5, "x"), 5: []}
# The renderer, what it is given, and what it shows; None where that is the same.
RENDERED: dict[str, tuple[Renderer, Any, Any]] = {
    "URL": (PLAIN, f"Before {url_text(URL)} after.", f"Before {URL} after."),
    "text of the service": (PLAIN, f"Before {service_text(URL)} after.", f"Before {URL} after."),
    "hidden text": (PLAIN, f"Before {hidden_text(URL)} after.", f"Before {URL} after."),
    "URL, masked": (TEXTS, f"At {url_text(URL)}.", f"At {MASKED_URL}."),
    "hidden text, masked": (TEXTS, f"At {hidden_text('plain words')}.", f"At {MASK}."),
    "forged text": (TEXTS, service_text(f"\x04 https://{MASK} \x02 secret/1"), MASK),
    "forged URL": (TEXTS, url_text("https://h/\x04secret"), masked_url("https://h/%04secret")),
    "fields where texts are masked": (TEXTS, RECORD, None),
    "fields": (ALL, DIFF, MASKED_DIFF),
    "type": (ALL, {"webhook_type": "SomethingNew"}, None),
    "type like none": (ALL, {"webhook_type": URL}, {"webhook_type": MASK}),
    "date": (ALL, {"date_created": "2021-10-25T06:58:55.951Z"}, None),
    "date spelt otherwise": (ALL, {"date_created": "2021-10-25 06:58:55+00:00"}, None),
    "date like none": (ALL, {"date_created": URL}, {"date_created": MASK}),
    "given URL": (Renderer("", urls=(URL,)), IN_BOTH, None),
    "given URL, texts": (GIVEN, IN_BOTH, {"url": URL, "msg": f"no {MASKED_URL}!"}),
    "given URL, all": (
        Renderer("", mask_text=True, mask_fields=True, urls=(URL,)),
        IN_BOTH,
        {"url": MASKED_URL, "msg": f"no {MASKED_URL}!"},
    ),
    "another URL": (TEXTS, IN_BOTH, None),
    "URL that begins another": (GIVEN, f"{LONGER} {URL}", f"{masked_url(LONGER)} {MASKED_URL}"),
    "messages of Ansible": (
        GIVEN,
        [Message(f"At {url_text(URL)}.", (Message(URL),)), Message],
        [Message(f"At {MASKED_URL}.", (Message(MASKED_URL),)), Message],
    ),
    "other types": (PLAIN, ODD, None),
    "other types, no key": (Renderer(""), ODD, None),
}


@pytest.mark.parametrize(("renderer", "value", "shown"), RENDERED.values(), ids=RENDERED)
def test_value_is_rendered_once_and_for_all(renderer: Renderer, value: Any, shown: Any) -> None:
    expected = value if shown is None else shown

    assert renderer.render(value) == expected
    assert renderer.render(expected) == expected


def test_rendered_data_is_a_copy_of_builtin_types() -> None:
    value = {Tagged("url"): Tagged(URL), "list": [Tagged("plain")]}

    rendered = ALL.render(value)

    assert rendered == {"url": MASKED_URL, "list": ["plain"]}
    assert not isinstance(rendered["list"][0], Tagged)
    assert value == {"url": URL, "list": ["plain"]}


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
    assert masked_url(masked) == masked
    assert masked == MASK or masked != masked_url(f"{url}/")


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
    text, shown = f"Bearer {spelling}.", f"Bearer {MASK}."

    assert redact(text, KEY) == shown
    assert PLAIN.render({"msg": text, "warnings": [service_text(text)]}) == {
        "msg": shown,
        "warnings": [shown],
    }


def test_empty_key_redacts_nothing() -> None:
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
