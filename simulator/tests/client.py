"""A plain client of the simulated API: what the tests send is exactly what they say."""

from __future__ import annotations

from typing import Any

import requests

KEY = "demo-key-for-the-simulator"


class ApiClient(requests.Session):
    """One keep-alive connection; paths instead of URLs, and the right key unless a test differs."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.headers["Authorization"] = f"Bearer {KEY}"
        # Neither proxies nor .netrc of the machine take part in a test.
        self.trust_env = False

    def request(self, method: Any, path: Any, *args: Any, **options: Any) -> requests.Response:
        """Send one request; redirects are not followed."""
        options = {"timeout": 30, **options, "allow_redirects": False}
        return super().request(method, self.url + path, *args, **options)


def refusal(response: requests.Response) -> tuple[int, Any]:
    """Give status and code of an error in the API's own shape."""
    body = response.json()
    assert sorted(body) == ["Code", "Message"], body
    assert body["Message"]
    return response.status_code, body["Code"]


def outcome(response: requests.Response) -> tuple[int, Any]:
    """Give status and code of an error, status and body of a success."""
    if response.status_code >= 400:
        return refusal(response)
    return response.status_code, response.json()
