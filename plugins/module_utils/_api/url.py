# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs of webhooks: which are acceptable, and which are equivalent; private."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .._errors import NotPlannable
from .._sensitive import MASK, url_text

MAX_LENGTH = 2048
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_SHAPE = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)",
    re.DOTALL,
)
_PERCENT_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def check_url(url: str) -> None:
    """Raise NotPlannable if this cannot be the URL of a webhook."""
    check_not_masked(url)
    problem = url_problem(url)
    if problem:
        raise NotPlannable(
            f"url {problem}. Leave it out, or give an absolute URL such as "
            "https://hooks.example.org/replies."
        )


def check_not_masked(url: str) -> None:
    """Raise NotPlannable if the URL was masked by ``mask_url``."""
    if MASK in url:
        raise NotPlannable(
            "url holds a URL that was masked by mask_url, so the real one is not known. Give the "
            "real URL, or leave url out."
        )


def url_problem(url: str) -> str | None:
    """What is wrong with a URL, as words to follow its name; None if it is acceptable.

    They quote the URL unless it is too long. It is never cut: part of a key would not be redacted.
    """
    if MASK in url:
        return "holds a URL that was masked by mask_url, so the real one is not known"
    problem = _problem_of(url)
    if problem is None or not 0 < len(url) <= MAX_LENGTH:
        return problem
    return f"'{url_text(url)}' {problem}"


def url_warnings(url: str, is_masked: bool) -> list[str]:
    """What is unwise about an acceptable URL; shows no more of it than its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    warnings = []
    if parts.scheme == "http":
        warnings.append(
            f"The URL at {parts.hostname} is plain http: replies carry phone numbers and texts, "
            "and anybody on the way can read them."
        )
    if parts.username is not None and not is_masked:
        warnings.append(
            f"The URL at {parts.hostname} contains credentials: set mask_url to keep them out of "
            "results, diffs and logs."
        )
    return warnings


def urls_equivalent(one: str, other: str) -> bool:
    """Whether two URLs are equivalent by RFC 3986, sections 6.2.2.1 and 6.2.3.

    The case of scheme, host and percent-encoding, the default port and an empty path do not
    matter. Everything else does: a trailing slash, the query, the case of the path.
    """
    return one == other or canonical_url(one) == canonical_url(other)


def canonical_url(url: str) -> str:
    """One spelling for all equivalent URLs; other text stays as it is."""
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        return url
    scheme = shape["scheme"].lower()
    user_info, at, host_and_port = shape["authority"].rpartition("@")
    host_and_port = host_and_port.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ":"))
    authority = user_info + at + host_and_port.removesuffix(":")
    text = f"{scheme}://{authority}{shape['path'] or '/'}{shape['rest']}"
    return _PERCENT_ENCODED.sub(lambda match: match.group().upper(), text)


_LINE_END = "ends with a line end; in YAML, write it in one line, or with `>-` instead of `>`"


def _problem_of(url: str) -> str | None:
    if not url:
        return "is empty"
    if not url.isascii():
        return "has characters outside ASCII; write the host in punycode, the rest percent-encoded"
    if not url.isprintable() or " " in url:
        return _LINE_END if url.endswith("\n") else "has white space or control characters"
    if len(url) > MAX_LENGTH:
        return f"has {len(url)} characters, more than {MAX_LENGTH}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return "has a malformed host or port"
    return None if usable else "is not an absolute http or https URL with a host"
