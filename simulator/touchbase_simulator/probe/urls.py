# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The URLs of the probe's own webhooks: nothing responds there, and none looks like another's."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

# The domain .invalid never resolves (RFC 6761, 6.4).
DEFAULT_RECEIVER = "https://probe.invalid"
_MARK = "touchbase-probe-"


@dataclass(frozen=True)
class Receiver:
    """Where the probe's webhooks point to: below this URL, each at a random path."""

    url: str = DEFAULT_RECEIVER

    def new_token(self) -> str:
        """A random path segment; a URL that has it is of this run."""
        return _MARK + secrets.token_hex(8)

    def plain(self, token: str, suffix: str = "") -> str:
        """The URL of a token in its normal spelling (RFC 3986, 6.2.2)."""
        return f"{self.url.rstrip('/')}/{token}{suffix}"

    def respelled(self, token: str) -> str:
        """An equivalent URL that a service may store in another spelling."""
        scheme, _slashes, rest = self.plain(token, "/%2f").partition("://")
        host, slash, path = rest.partition("/")
        default_port = ":443" if scheme == "https" and ":" not in host else ""
        return f"{scheme}://{host.upper()}{default_port}{slash}{path}"

    def made(self, url: str) -> bool:
        """Whether a run with this receiver has made a URL, in any spelling of it."""
        host, path = _place(self.url)
        other_host, other_path = _place(url)
        own_path = rf"{re.escape(path.rstrip('/'))}/{_MARK}[0-9a-f]{{16}}(?:/.*)?"
        return host == other_host and bool(re.fullmatch(own_path, other_path, re.IGNORECASE))


def _place(url: str) -> tuple[str | None, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None, ""
    return parts.hostname, parts.path
