# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test sees and does behind the API's back, in an expression: no task for each request.

``lookup('simulator', 'POST reset', behaviour={...})`` sends one control request and gives the
answer; the keyword arguments are its body. ``lookup('simulator', 'saw', ['GET', 'PUT /sms/...'],
path='/sms/...')`` is true when those were the requests to the API since it was asked last, else an
error that shows both; ``path`` is that of the methods alone.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """The simulator that the fact simulator_url names."""

    def run(self, terms: Any, variables: Any = None, **body: Any) -> list[Any]:
        """Give one value: what the control surface answered, or true."""
        address = self._templar.template(variables["simulator_url"])
        if terms[0] == "saw":
            return [_saw(address, terms[1], **body)]
        method, name = terms[0].split()
        return [_control(address, method, name, _plain(body))]


def _saw(address: str, expected: Any, path: str = "") -> bool:
    wanted = [one if " " in one else f"{one} {path}" for one in expected]
    journal = _control(address, "GET", "journal", {})
    _control(address, "DELETE", "journal", {})
    seen = [f"{entry['method']} {entry['path']}" for entry in journal]
    if seen != wanted:
        raise AnsibleError(f"The simulator saw {seen}, where {wanted} was expected.")
    return True


def _control(address: str, method: str, name: str, body: Any) -> Any:
    # Not through urllib: proxies are none of a test's business.
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, f"/_simulator/{name}", json.dumps(body) if body else None)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:
        raise AnsibleError(f"The simulator refused {method} {name}: {answer.status} {text}")
    return json.loads(text)


def _plain(value: Any) -> Any:
    """Give data without Ansible's own types for text with a history."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
