# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request with its response, reduced to what observations need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

# What the body of an error has, by its shape.
_KEYS = {
    "api": {"Code", "Message"},
    "gateway": {"statusCode", "message"},
    "older_api": {"status", "message"},
}


@dataclass(frozen=True)
class Exchange:
    """A request, why it was sent, and what came back.

    ``at`` is the time of the response in seconds of a monotonic clock, ``status`` is 0 without one,
    the names of ``headers`` are lower-case, and a body that is no JSON is None.
    """

    step: str
    method: str
    at: float = 0
    webhook_id: int | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0
    headers: frozenset[str] = frozenset()
    body: Any = None
    shape: str = "none"

    def __str__(self) -> str:
        code = "" if self.code is None else f", code {self.code}"
        return f"{self.method} {self.status or 'without a response'}{code}"

    @property
    def code(self) -> int | None:
        """The API's own code of an error; a number too large for one may be something else."""
        code = self.body["Code"] if self.shape == "api" else None
        return code if is_number(code) and 0 <= code < 10_000 else None

    @property
    def is_success(self) -> bool:
        """Whether the service says that it has done it."""
        return 200 <= self.status < 300

    @property
    def is_refusal(self) -> bool:
        """Whether the service says that it will not do it."""
        return 400 <= self.status < 500

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records that the response shows, of a page, a list, or single ones."""
        body = self.body if self.is_success else []
        if isinstance(body, dict) and isinstance(body.get("Data"), list):
            body = body["Data"]
        listed = body if isinstance(body, list) else [body]
        return [one for one in listed if isinstance(one, dict)]

    @property
    def webhook(self) -> dict[str, Any] | None:
        """The webhook that the response shows, if it shows one."""
        return self.body if self.is_success and _is_webhook(self.body) else None

    @property
    def webhooks(self) -> list[dict[str, Any]] | None:
        """The webhooks of a list; none for status 404, and None if the response is no list."""
        if self.status == 404:
            return []
        is_list = self.status == 200 and isinstance(self.body, list)
        return self.body if is_list and all(map(_is_webhook, self.body)) else None


def read_body(content: bytes) -> tuple[Any, str]:
    """The JSON of a body, None if it is none, and the shape of the whole."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        text = content.strip()
        return None, "html" if text.startswith(b"<") else "other" if text else "empty"
    keys = set(body) if isinstance(body, dict) else set()
    return body, next((shape for shape, known in _KEYS.items() if known <= keys), "other")


def is_number(value: Any) -> TypeGuard[int]:
    """Whether a value of JSON is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_webhook(value: Any) -> bool:
    has_id = isinstance(value, dict) and is_number(value.get("Id"))
    return has_id and isinstance(value.get("Url"), str)
