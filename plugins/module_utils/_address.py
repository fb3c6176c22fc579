# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of webhooks: what is acceptable, which are the same, how to show one; private."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

from ._errors import NotPlannable

MASK = "********"
MAX_LENGTH = 2048
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_SHAPE = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)",
    re.DOTALL,
)
_PERCENT_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def check_address(url: str) -> None:
    """Raise NotPlannable for what cannot be the address of a webhook, without showing it."""
    if MASK in url:
        raise NotPlannable(
            "url holds an address that was masked by mask_url, so the real one is not known. "
            "Give the real address, or leave url out."
        )
    problem = _problem_of(url)
    if problem:
        raise NotPlannable(
            f"url {problem}. Leave it out, or give an absolute address such as "
            "https://hooks.example.org/replies."
        )


def address_warnings(url: str, is_masked: bool) -> list[str]:
    """What is unwise about an acceptable address; shows no more of it than its host."""
    parts = urlsplit(url)
    warnings = []
    if parts.scheme == "http":
        warnings.append(
            f"The address at {parts.hostname} is plain http: replies carry phone numbers and "
            "texts, and anybody on the way can read them."
        )
    if parts.username is not None and not is_masked:
        warnings.append(
            f"The address at {parts.hostname} carries user information: set mask_url to keep it "
            "out of results, diffs and logs."
        )
    return warnings


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are equivalent by RFC 3986, section 6.2.2.1 and 6.2.3.

    Case of scheme and host, default port, empty path and case of percent-encoding do not matter;
    everything else (a trailing slash, the query, the case of the path) is the receiver's business.
    """
    return one == other or canonical_address(one) == canonical_address(other)


def canonical_address(url: str) -> str:
    """One spelling for all equivalent addresses; what is not an address stays as it is."""
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        return url
    scheme = shape["scheme"].lower()
    user_info, at, host_and_port = shape["authority"].rpartition("@")
    host_and_port = host_and_port.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ":"))
    authority = user_info + at + host_and_port.removesuffix(":")
    text = f"{scheme}://{authority}{shape['path'] or '/'}{shape['rest']}"
    return _PERCENT_ENCODED.sub(lambda match: match.group().upper(), text)


def masked_address(url: str) -> str:
    """The address with everything behind its host replaced by a mask and a short digest.

    The digest (SHA-256, 8 hexadecimal digits) is the same for the same address, so that a diff
    still shows that it changed. What is not an address becomes the mask alone.
    """
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        return MASK
    host_and_port = shape["authority"].rpartition("@")[2]
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{shape['scheme'].lower()}://{host_and_port}/{MASK}-{digest}"


def _problem_of(url: str) -> str | None:
    if not url:
        return "is empty"
    if not url.isascii():
        return "has characters outside ASCII; write the host in punycode, the rest percent-encoded"
    if not url.isprintable() or " " in url:
        return "has white space or control characters"
    if len(url) > MAX_LENGTH:
        return f"has {len(url)} characters, more than {MAX_LENGTH}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return "has a malformed host or port"
    return None if usable else "is not an absolute http or https address with a host"
