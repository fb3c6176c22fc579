# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain client of the simulated API: what the tests send is exactly what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "demo-key-for-the-simulator"


@dataclass
class ApiClient:
    """One keep-alive connection; the right key unless a test gives other headers."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        # Neither proxies nor .netrc of the machine take part in a test.
        self.session.trust_env = False

    def send(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request; redirects are not followed."""
        sent = {"Authorization": f"Bearer {KEY}"} if headers is None else dict(headers)
        return self.session.request(
            method,
            self.url + path,
            json=json,
            data=data,
            headers=sent,
            allow_redirects=False,
            timeout=30,
        )

    def get(self, path: str) -> requests.Response:
        return self.send("GET", path)

    def post(self, path: str, body: object) -> requests.Response:
        return self.send("POST", path, json=body)

    def put(self, path: str, body: object) -> requests.Response:
        return self.send("PUT", path, json=body)

    def delete(self, path: str) -> requests.Response:
        return self.send("DELETE", path)


def refusal(response: requests.Response) -> tuple[int, Any]:
    """Give status and code of an answer that says no in the API's own shape."""
    body = response.json()
    assert sorted(body) == ["Code", "Message"], body
    assert body["Message"]
    return response.status_code, body["Code"]
