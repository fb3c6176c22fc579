# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take the secret part of addresses out of a task's result; private to this collection."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import MASK, masked_address

# A shorter one is no secret, and replacing it everywhere would garble texts.
_SHORTEST_SECRET = 6
# How an address goes on in a text; punctuation at its end belongs to the sentence.
_CONTINUATION = r"""(?:[^\s"]*[^\s"'<>\\{}.,;:()])?"""
# Values that this collection words itself; an address that happens to be /campaign is not in them.
_OWN_WORDS = {"scope", "webhook_type", "kind", "method", "path", "before_header", "after_header"}


def mask_addresses(result: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The result with every webhook address in it masked, wherever it stands in a value.

    Known addresses (any ``url`` in the options or the result) are recognised also by what follows
    their host and when they are escaped, others by their form. ``api_url`` is no secret and stays.
    What is masked already stays as it is.
    """
    everything = (options, result)
    addresses = {one for one in _values_of("url", everything) if MASK not in one}
    api_urls = {one.rstrip("/") for one in _values_of("api_url", everything)}
    masking = _Masking(addresses, api_urls)
    masked: dict[str, Any] = masking.applied_to(result)
    return masked


def _values_of(name: str, data: Any) -> Iterator[str]:
    """Every text that stands under this key, at any depth."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == name and isinstance(value, str) and value:
                yield str(value)
            yield from _values_of(name, value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _values_of(name, value)


class _Masking:
    """What is to be replaced, found in one pass so that nothing is replaced twice."""

    def __init__(self, addresses: set[str], api_urls: set[str]) -> None:
        self._api_urls = api_urls
        self._known = {
            spelling: masked_address(address)
            for address in addresses
            for spelling in (address, address.replace("/", r"\/"), quote(address, safe=""))
        }
        self._by_secret = {
            secret: secret[: secret.startswith("/")] + masked_address(address).rpartition("/")[2]
            for address in addresses
            for secret in _secrets_of(address)
            if len(secret) >= _SHORTEST_SECRET
        }
        known = [re.escape(one) for one in _longest_first(self._known)]
        secrets = [_alone(one) for one in _longest_first(self._by_secret)]
        beginning = "|".join([*known, "(?i:https?)://"])
        self._pattern = re.compile("|".join([f"(?:{beginning}){_CONTINUATION}", *secrets]))

    def applied_to(self, value: Any) -> Any:
        """A copy of the value with its texts masked; Ansible's own message types included.

        Keys stay, since ``failed`` or ``webhook`` may be an address's path as well.
        """
        if isinstance(value, str):
            return self._pattern.sub(lambda match: self._replacement(match.group()), value)
        if isinstance(value, Mapping):
            return {
                key: item if key in _OWN_WORDS else self.applied_to(item)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            masked_items = [self.applied_to(item) for item in value]
            return tuple(masked_items) if isinstance(value, tuple) else masked_items
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = [field.name for field in dataclasses.fields(value) if field.init]
            masked = {name: self.applied_to(getattr(value, name)) for name in fields}
            return dataclasses.replace(value, **masked)
        return value

    def _replacement(self, found: str) -> str:
        replacement = self._by_secret.get(found) or self._known.get(found)
        if replacement is not None:
            return replacement
        is_public = MASK in found or found in self._api_urls or not any(_secrets_of(found))
        return found if is_public else masked_address(found)


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=len, reverse=True)


def _alone(secret: str) -> str:
    """The pattern of a secret without its address; what could be a word has to stand as one."""
    pattern = re.escape(secret)
    return pattern if secret[0] in "/?#" else rf"(?<!\w){pattern}(?!\w)"


def _secrets_of(address: str) -> list[str]:
    """The parts that are secret even alone: what follows the host, user information, password."""
    rest = address.partition("://")[2]
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    user_info = authority.rpartition("@")[0]
    behind = rest[len(authority) :]
    # Without its slash, a path of one word such as /webhook could not be told from a text's words.
    bare = behind.lstrip("/")
    paths = [behind] if bare.isalpha() else [behind, bare]
    return [*(paths if bare else []), user_info, user_info.partition(":")[2]]
