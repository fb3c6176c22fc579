# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sensitive text: marked where it enters a message, rendered once at the exit; private.

A mark is a pair of control characters around the text. The service cannot forge one, because its
control characters are removed before its text is marked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

MASK = "********"

_URL, _SERVICE, _HIDDEN, _END = "\x01", "\x02", "\x03", "\x04"
_MARKED = re.compile(rf"([{_URL}{_SERVICE}{_HIDDEN}])([^{_END}]*){_END}")
URL_FIELDS = frozenset({"url", "new_url", "from_url", "to_url"})
_SERVICE_FIELDS = frozenset({"note", "message", "request_id"})
_HOST = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/?#]*@)?"
    r"(?P<host>(?:\[[\w:.]*\]|[\w.-]*)(?::\d*)?)(?=[/?#]|$)"
)
_MASKED_URL = re.compile(rf"(?:[a-z0-9+.-]+://[^/?#@\s]*/)?{re.escape(MASK)}(?:-[0-9a-f]{{8}})?")
# Characters that move a terminal's cursor or change the direction of a text, and halves of a
# surrogate pair, which cannot be written. Joiners stay: some scripts and emoji need them.
_CONTROLS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
)
_CONTROL = re.compile(rf"[{_CONTROLS}\t\r\n]")
# A carriage return alone goes back to the beginning of the line.
_CONTROL_IN_LINES = re.compile(rf"[{_CONTROLS}]|\r(?!\n)")
# A word of the service that is shown although text is masked: letters in usual case, or a number
# of up to six digits, with punctuation around it.
_LONGEST_LINE = 80  # characters
_PLAIN_WORD = re.compile(
    r"""["'(\[]{0,2}(?:(?P<letters>[^\W\d_]+(?:['\u2019-][^\W\d_]+)*)|[0-9]{1,6})?"""
    r"""[.,:;!?…)\]"'%\u2013\u2014-]{0,3}"""
)
_MAX_LETTERS = 20
# What the other texts of a record are, if they are what they should be.
_USUAL = {"webhook_type": re.compile("[A-Za-z]*"), "date_created": re.compile("[0-9TZ:. +-]*")}


def url_text(url: str) -> str:
    """A webhook's URL for a message; masked as a field ``url`` is."""
    return f"{_URL}{printable_url(url)}{_END}"


def service_text(text: str) -> str:
    """Words of the service for a message, on one line; masked except for its plain words."""
    return f"{_SERVICE}{single_line(text)}{_END}"


def hidden_text(text: str) -> str:
    """Text of unknown content for a message, on one line; masked as a whole."""
    return f"{_HIDDEN}{single_line(text)}{_END}"


def single_line(text: str) -> str:
    """The text without control characters and with single blanks."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def without_controls(text: str, keep_lines: bool = False) -> str:
    """Text of the service as data: characters that control a terminal are replaced by U+FFFD.

    Tabs and line ends stay if ``keep_lines``.
    """
    if text.isprintable():
        return text
    return (_CONTROL_IN_LINES if keep_lines else _CONTROL).sub("\N{REPLACEMENT CHARACTER}", text)


def printable_url(url: str) -> str:
    """The URL with every unprintable character percent-encoded."""
    if url.isprintable():
        return url
    return "".join(c if c.isprintable() else quote(c, errors="surrogatepass") for c in url)


def one_line(text: str) -> str:
    """Text of the user's as a message shows it: printable, in one line, and not too long."""
    line = without_controls(" ".join(text.split()))
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}..."


def masked_url(url: str) -> str:
    """The URL with everything behind its host replaced by a mask and a digest.

    The digest (SHA-256, 8 hexadecimal digits) is the same for the same URL, so that a diff still
    shows a change. Text that is not a URL becomes the mask alone; a masked URL stays.
    """
    if _MASKED_URL.fullmatch(url):
        return url
    host = _HOST.match(url)
    if host is None:
        return MASK
    return f"{host['scheme'].lower()}://{host['host']}/{MASK}-{digest_of(url, 8)}"


def digest_of(text: str, digits: int) -> str:
    """The first hexadecimal digits of the text's digest (SHA-256); 8 collide among thousands."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def redact(text: str, secret: str) -> str:
    """The text with a mask in place of the secret: as it is, percent-encoded, or JSON-escaped."""
    return _spelling(secret).sub(MASK, text) if secret else text


@lru_cache
def _spelling(secret: str) -> re.Pattern[str]:
    """Every spelling of the secret, in which each character may be escaped or not."""

    def escaped(character: str) -> str:
        plain, percent = re.escape(character), quote(character, safe="")
        return rf"(?:{plain}|(?i:{re.escape(percent)}|\\u{ord(character):04x})|\\{plain})"

    return re.compile("".join(c if c.isalnum() and c.isascii() else escaped(c) for c in secret))


@dataclass(frozen=True)
class Renderer:
    """Turns marked text and sensitive fields into what a result shows.

    The API key is always replaced. ``mask_text`` masks marked text, and each of ``urls`` where it
    stands unmarked in a text; ``mask_fields`` also masks the fields of records and options that
    hold a URL or words of the service.
    """

    api_key: str
    mask_text: bool = False
    mask_fields: bool = False
    urls: tuple[str, ...] = ()

    def render(self, value: Any, field: str = "") -> Any:
        """A copy of plain data in which every text is rendered."""
        if value is None or isinstance(value, (int, float)):
            return value
        if isinstance(value, str):
            return self.text(self._field(str(value), field))
        if isinstance(value, Mapping):
            return {key: self.render(one, str(key)) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            rendered = [self.render(one, field) for one in value]
            return tuple(rendered) if isinstance(value, tuple) else rendered
        if is_dataclass(value) and not isinstance(value, type):
            # Messages of ansible-core since 2.19.
            names = [one.name for one in fields(value) if one.init]
            return replace(value, **{one: self.render(getattr(value, one), one) for one in names})
        return value

    def text(self, text: str) -> str:
        """One text, with its marks removed or replaced."""
        text = redact(text, self.api_key)
        return _MARKED.sub(self._marked, text) if _END in text else text

    def _field(self, text: str, field: str) -> str:
        if field in URL_FIELDS:
            return masked_url(text) if self.mask_fields else text
        for url in self.urls if self.mask_text else ():
            text = text.replace(url, masked_url(url))
        if not self.mask_fields or _END in text:
            return text
        if field in _SERVICE_FIELDS:
            return plain_words(text)
        if field in _USUAL and not _USUAL[field].fullmatch(text):
            return MASK
        return text

    def _marked(self, match: re.Match[str]) -> str:
        kind, text = match.groups()
        if not self.mask_text:
            return text
        return {_URL: masked_url, _SERVICE: plain_words, _HIDDEN: lambda _text: MASK}[kind](text)


def plain_words(text: str) -> str:
    """The text with a mask for every word that could be part of a URL."""
    words: list[str] = []
    for one in text.split():
        word = one if _is_plain(one) else MASK
        if word != MASK or words[-1:] != [MASK]:
            words.append(word)
    return " ".join(words)


def _is_plain(word: str) -> bool:
    match = _PLAIN_WORD.fullmatch(word)
    letters = match["letters"] if match else None
    if match is None or letters is None:
        return match is not None
    return len(letters) <= _MAX_LETTERS and letters in (
        letters.lower(),
        letters.upper(),
        letters.capitalize(),
        letters.title(),
    )
