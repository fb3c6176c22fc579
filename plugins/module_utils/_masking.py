# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take the secret part of addresses out of a task's result; private to this collection."""

from __future__ import annotations

import dataclasses
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from ._address import MASK, masked_address
from ._owner import ALL_WEBHOOK_TYPES

# A shorter one is no secret, and replacing it everywhere would garble texts.
_SHORTEST_SECRET = 6
# A part of a path is more often an ordinary word than the whole is.
_SHORTEST_SEGMENT = 8
_AUTHORITY_END = re.compile("[/?#]")
_SEGMENT_ENDS = re.compile("[/?#&;]")
_PART_ENDS = re.compile("[.:,=]")
_SCHEME = re.compile("(?i:https?)://")
# How an address goes on in a text; punctuation at its end belongs to the sentence.
_CONTINUATION = re.compile(r"""(?:[^\s"]*[^\s"'<>\\{}.,;:()])?""")
_MASKED = re.compile(rf"{_SCHEME.pattern}[^/?#@\s]*/{re.escape(MASK)}(?:-[0-9a-f]{{8}})?")
_WITH_A_HOST = re.compile(r"[^:/]+://(?:\[[\w:.]*\]|[\w.-]*)(?::\d*)?/")
# Where something secret can begin; what could be a word has to stand as one.
_BEGINNING = re.compile(rf"{_SCHEME.pattern}|[/?#]|(?<!\w).", re.DOTALL)
_WORD = re.compile(r"\w")
# One escaped character each, as in addresses, in JSON (also in JSON as a text of JSON), in HTML.
_ESCAPE = re.compile(
    r"""%[0-7][0-9a-f] | %[c-f][0-9a-f](?:%[89ab][0-9a-f])+
    | \\{1,8}(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[bfnrt"'/]) | \\\\
    | &(?:\#x[0-9a-f]{1,6}|\#[0-9]{1,7}|[a-z]{2,31});""",
    re.VERBOSE | re.IGNORECASE,
)
# A text in an address in JSON in HTML; nobody escapes more often.
_MOST_LAYERS = 4
# What only we say, by the keys it stands under: no address, though it may be a part of one.
_WORDS = re.compile("[A-Za-z_]*")
_OWN = {
    **dict.fromkeys(("scope", "webhook_type", "kind", "change", "method"), _WORDS),
    **dict.fromkeys(("before_header", "after_header"), re.compile("[^/]*")),
    "path": re.compile(r"(?:/[A-Za-z_]+|/[0-9]+)+(?:\?page=[0-9]+&pageSize=[0-9]+)?"),
}
_LONGEST_WORD = 20


def mask_addresses(result: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The result with every webhook address in it masked, wherever it stands in a value.

    Known addresses (any ``url`` in the options or the result) are recognised also by what follows
    their host, others by their form, and both when they are escaped. ``api_url`` is no secret and
    stays. What is masked already stays as it is.
    """
    # Dictionaries keep their order, so that the same result is always masked in the same way.
    found: dict[str, dict[str, None]] = {"url": {}, "api_url": {}}
    _collect((options, result), found)
    addresses = [one for one in found["url"] if not _MASKED.fullmatch(one)]
    api_urls = {one.rstrip("/") for one in found["api_url"]}
    masked: dict[str, Any] = _Masking(addresses, api_urls).applied_to(result)
    return masked


def hide_secret(data: dict[str, Any], secret: str) -> dict[str, Any]:
    """The data with a mask wherever the secret stands in one of its texts."""
    known = {view.text for view in _views_of(secret)} - {""}
    # Most texts of a result stand in it several times.
    hidden: dict[str, str] = {}

    def shown(leaf: Any, _key: str) -> Any:
        if isinstance(leaf, bool) or leaf is None:
            return leaf
        # A number may be the secret, too.
        text = str(leaf)
        if text not in hidden:
            hidden[text] = without_secret(text, secret) if _may_hold(text, known) else text
        return leaf if hidden[text] == text else hidden[text]

    result: dict[str, Any] = _with_leaves(data, shown)
    return result


def _may_hold(text: str, known: Collection[str]) -> bool:
    """Whether one of these stands in a text or below its escapes; tells no place, and is quick."""
    for _layer in range(_MOST_LAYERS + 1):
        if any(one in text for one in known):
            return True
        text, count = _ESCAPE.subn(lambda found: _unescaped(found.group()), text)
        if not count:
            return False
    return False


def without_secret(text: str, secret: str) -> str:
    """The text with a mask wherever the secret stands in it, as it is or below escapes."""
    # What looks like an escape in the secret itself is taken for one in the text as well.
    known = {view.text for view in _views_of(secret)} - {""}
    findings = [
        _Finding(view.places[found.start()], view.places[found.end()], MASK)
        for view in _views_of(text)
        for one in known
        for found in re.finditer(re.escape(one), view.text)
    ]
    return _replaced(text, sorted(findings, key=lambda found: (found.start, -found.end)))


def _with_leaves(value: Any, shown: Callable[[Any, str], Any], key: str = "") -> Any:
    """A copy of the value with its leaves as ``shown`` gives them, which is told their key as well.

    Ansible's own message types included. Of the keys themselves only those that are no names are
    texts, since ``failed`` or ``webhook`` may be an address's path as well.
    """
    if isinstance(value, Mapping):
        return {
            name if _is_name(name) else shown(str(name), ""): _with_leaves(one, shown, str(name))
            for name, one in value.items()
        }
    if isinstance(value, (list, tuple)):
        items = [_with_leaves(one, shown, key) for one in value]
        return tuple(items) if isinstance(value, tuple) else items
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value) if field.init]
        changed = {name: _with_leaves(getattr(value, name), shown) for name in fields}
        return dataclasses.replace(value, **changed)
    return shown(value, key)


def _is_name(key: Any) -> bool:
    return not isinstance(key, str) or key.isidentifier()


def _collect(data: Any, found: Mapping[str, dict[str, None]]) -> None:
    """Add every text that stands under one of these keys, at any depth."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if not isinstance(value, str):
                _collect(value, found)
            elif value and key in found:
                found[key][str(value)] = None
    elif isinstance(data, (list, tuple)):
        for value in data:
            _collect(value, found)


class _Finding(NamedTuple):
    """A place of a text that is secret, and what to show there."""

    start: int
    end: int
    replacement: str


class _Masking:
    """What is to be replaced, found before anything is, so that nothing is replaced twice."""

    def __init__(self, addresses: Collection[str], api_urls: set[str]) -> None:
        self._api_urls = api_urls
        self._known: dict[str, str] = {}
        self._by_secret: dict[str, str] = {}
        for address in addresses:
            self._learn(address)
        # An address is always itself, even where it is an unescaped spelling of another.
        self._known.update({address: _masked(address) for address in addresses})
        self._addresses = _Lookup(one for one in self._known if _SCHEME.match(one))
        self._secrets = _Lookup(self._by_secret)
        # Most texts of a result stand in it several times: in the options, a record, a diff.
        self._shown = dict(self._known)

    def _learn(self, address: str) -> None:
        masked = _masked(address)
        mask = masked.rpartition("/")[2]
        for view in _views_of(address):
            self._known.setdefault(view.text, masked)
            if not _SCHEME.match(view.text) and len(view.text) >= _SHORTEST_SECRET:
                self._by_secret.setdefault(view.text, masked)
            for secret in _secrets_of(view.text):
                if len(secret) >= _SHORTEST_SECRET:
                    self._by_secret.setdefault(secret, secret[: secret.startswith("/")] + mask)

    def applied_to(self, value: Any) -> Any:
        """A copy of the value with its texts masked."""
        return _with_leaves(value, self._shown_under)

    def _shown_under(self, leaf: Any, key: str) -> Any:
        if not isinstance(leaf, str):
            return leaf
        text, own = str(leaf), _OWN.get(key)
        is_shown = (own and own.fullmatch(text)) or _MASKED.fullmatch(text)
        return text if is_shown else self._text(text)

    def _text(self, text: str) -> str:
        if text not in self._shown:
            self._shown[text] = _replaced(text, self._findings(text))
        return self._shown[text]

    def _findings(self, text: str) -> list[_Finding]:
        """What is secret in a text as it stands or below its escapes, by place in the text."""
        findings = [
            _Finding(view.places[found.start], view.places[found.end], found.replacement)
            for view in reversed(list(_views_of(text)))
            for found in self._findings_as_it_stands(view.text)
        ]
        # Of those that begin together the longest; of the same place, the one with least escapes.
        return sorted(findings, key=lambda found: (found.start, -found.end))

    def _findings_as_it_stands(self, text: str) -> Iterator[_Finding]:
        end = 0
        for beginning in _BEGINNING.finditer(text):
            start, end_of_scheme = beginning.span()
            if start < end:
                continue
            is_address = end_of_scheme - start > 1
            found = (
                self._address_at(text, start, end_of_scheme)
                if is_address
                else self._secret_at(text, start)
            )
            if found:
                end = found.end
                # An address that may be shown is not looked into for secrets.
                if found.replacement != text[start:end]:
                    yield found

    def _address_at(self, text: str, start: int, end_of_scheme: int) -> _Finding:
        masked = _MASKED.match(text, start)
        if masked and not _CONTINUATION.match(text, masked.end()).group():  # type: ignore[union-attr]
            return _Finding(start, masked.end(), masked.group())
        known = next(self._addresses.at(text, start), None)
        rest = _CONTINUATION.match(text, start + len(known) if known else end_of_scheme)
        end = rest.end() if rest else end_of_scheme
        found = text[start:end]
        return _Finding(start, end, self._known.get(found) or self._shown_by_form(found))

    def _shown_by_form(self, found: str) -> str:
        is_public = found.rstrip("/") in self._api_urls or not any(_secrets_of(found))
        return found if is_public else _masked(found)

    def _secret_at(self, text: str, start: int) -> _Finding | None:
        for secret in self._secrets.at(text, start):
            end = start + len(secret)
            if secret[0] in "/?#" or not _WORD.match(text, end):
                return _Finding(start, end, self._by_secret[secret])
        return None


class _Lookup:
    """Texts to look for in others; a look takes about as long with many of them as with few."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sorted = sorted(texts)
        self._longest = max(map(len, self._sorted), default=0)
        self._beginnings = {text[:_SHORTEST_SECRET] for text in self._sorted}
        self._next_shorter: dict[str, str | None] = {}
        open_: list[str] = []
        for text in self._sorted:
            while open_ and not text.startswith(open_[-1]):
                open_.pop()
            self._next_shorter[text] = open_[-1] if open_ else None
            open_.append(text)

    def at(self, text: str, start: int) -> Iterator[str]:
        """Those that stand at this place of a text, the longest first."""
        if text[start : start + _SHORTEST_SECRET] not in self._beginnings:
            return
        rest = text[start : start + self._longest]
        # In this order, whatever the rest begins with is its predecessor or begins that one.
        found: str | None = self._sorted[bisect_right(self._sorted, rest) - 1]
        while found is not None:
            if rest.startswith(found):
                yield found
            found = self._next_shorter[found]


@dataclass(frozen=True)
class _View:
    """A text without some layers of escapes, and where each character stands in the original."""

    text: str
    places: Sequence[int]

    def unescaped(self) -> _View:
        """The view below the next layer."""
        texts: list[str] = []
        places: list[int] = []
        end = 0
        for escape in _ESCAPE.finditer(self.text):
            character = _unescaped(escape.group())
            texts += [self.text[end : escape.start()], character]
            places += self.places[end : escape.start()]
            places += [self.places[escape.start()]] * len(character)
            end = escape.end()
        return _View("".join([*texts, self.text[end:]]), [*places, *self.places[end:]])


def _views_of(text: str) -> Iterator[_View]:
    """The text as it is, then without one layer of escapes after another."""
    view = _View(text, range(len(text) + 1))
    yield view
    for _layer in range(_MOST_LAYERS):
        if not _ESCAPE.search(view.text):
            return
        view = view.unescaped()
        yield view


def _unescaped(escape: str) -> str:
    if escape[0] == "%":
        return unquote(escape)
    if escape[0] == "&":
        return html.unescape(escape)
    character = escape.lstrip("\\") or "\\"
    if len(character) > 1:
        return chr(int(character[1:], 16))
    # The letters stand for white space; which one does not matter.
    return " " if character.isalpha() else character


def _replaced(text: str, findings: Iterable[_Finding]) -> str:
    """The text with all that was found replaced; what overlaps is replaced as one."""
    pieces: list[str] = []
    end = 0
    for found in findings:
        if found.start >= end:
            pieces += [text[end : found.start], found.replacement]
        end = max(end, found.end)
    return "".join([*pieces, text[end:]])


def _masked(address: str) -> str:
    masked = masked_address(address)
    # With its slashes escaped, a whole address would be shown as a host.
    return masked if _WITH_A_HOST.match(masked) else MASK


def _secrets_of(address: str) -> list[str]:
    """The parts that are secret even alone: what follows the host, user information, password."""
    rest = address.partition("://")[2]
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    user_info = authority.rpartition("@")[0]
    behind = rest[len(authority) :]
    # Without its slash, a path of one word such as /webhook could not be told from a text's words.
    bare = behind.lstrip("/")
    paths = [behind] if bare.isalpha() else [behind, bare]
    user, _colon, password = user_info.partition(":")
    telling = [one for one in (*_segments(behind), user) if _is_telling(one)]
    return [*(paths if bare else []), *telling, user_info, password]


def _segments(behind: str) -> Iterator[str]:
    """The parts of a path, the values of a query, and the parts of both."""
    for part in _SEGMENT_ENDS.split(behind):
        name, _equals, value = part.partition("=")
        yield value or name
        yield from _PART_ENDS.split(value or name)


def _is_telling(segment: str) -> bool:
    """Whether a part is no mere word, id or date, so that it is secret even alone."""
    if len(segment) < _SHORTEST_SEGMENT or segment in ALL_WEBHOOK_TYPES:
        return False
    has_letters = any(character.isalpha() for character in segment)
    is_word = segment.isalpha() and segment in (segment.lower(), segment.upper(), segment.title())
    return len(segment) > _LONGEST_WORD or (has_letters and not is_word)
