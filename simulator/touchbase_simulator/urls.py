# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An equivalent spelling of a URL, as a service might store it."""

from __future__ import annotations

import re

# The parts of a URI, after RFC 3986, appendix B. urlsplit is not used because it also drops
# characters, and a stored URL must stay equivalent to the one that was sent.
_PARTS = re.compile(r"^([^:/?#]+):(?://([^/?#]*))?([^?#]*)(.*)$", re.DOTALL)
_HOST_AND_PORT = re.compile(r"^(.*@)?(\[[^]]*\]|[^:]*)(?::(\d+))?$", re.DOTALL)
_ENCODED_OCTET = re.compile(r"%[0-9a-fA-F]{2}")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def normalise(url: str) -> str:
    """Spell a URL the way RFC 3986 (6.2.2, 6.2.3) calls normal.

    Lower-case scheme and host, no default port, "/" for an empty path, upper-case
    percent-encoding. Text that is no absolute URL with a host comes back unchanged.
    """
    parts = _PARTS.match(url)
    if parts is None or not parts[2]:
        return url
    authority = _HOST_AND_PORT.match(parts[2])
    if authority is None:
        return url
    scheme = parts[1].lower()
    user, host, port = authority[1] or "", authority[2].lower(), authority[3]
    kept_port = f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else ""
    whole = f"{scheme}://{user}{host}{kept_port}{parts[3] or '/'}{parts[4]}"
    return _ENCODED_OCTET.sub(lambda octet: octet[0].upper(), whole)
