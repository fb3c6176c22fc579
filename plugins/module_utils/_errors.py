# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, as exceptions that render themselves; private to this collection."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

WEBHOOK_MISSING = 142
"""The service's code for "Webhook record does not exist" (vendor page update-campaign-webhook)."""


@dataclass(frozen=True)
class Failure:
    """The exchange behind an error; a field is None where there was no such thing."""

    status: int | None = None
    code: int | None = None
    message: str | None = None
    method: str | None = None
    path: str | None = None
    attempts: int | None = None
    request_id: str | None = None


class TouchBaseError(Exception):
    """Any failure that a user should read; the text is one message to act on."""

    kind = "error"

    def __init__(self, msg: str, failure: Failure | None = None) -> None:
        super().__init__(msg)
        self.failure = failure or Failure()

    def as_result(self) -> dict[str, Any]:
        """The error as the keys of a failed task: ``msg`` and ``failure``."""
        return {"msg": str(self), "failure": {"kind": self.kind, **asdict(self.failure)}}


class NotPlannable(TouchBaseError):
    """The declaration contradicts itself or the service; nothing was written."""

    kind = "not_plannable"


class Unreachable(TouchBaseError):
    """No answer came; whether a write was taken is then unknown."""

    kind = "unreachable"


class Refused(TouchBaseError):
    """An answer that says no."""

    kind = "refused"

    @property
    def webhook_is_missing(self) -> bool:
        """Whether the service said in so many words that there is no such webhook."""
        return self.failure.status == 404 and self.failure.code == WEBHOOK_MISSING


class UnexpectedAnswer(TouchBaseError):
    """An answer that makes no sense, or that contradicts what was asked."""

    kind = "unexpected_answer"
