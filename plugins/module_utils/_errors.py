# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors that render themselves as the result of a failed task; private to this collection."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from ._sensitive import hidden_text

WEBHOOK_MISSING = 142
"""The service's code for "Webhook record does not exist" (vendor page update-campaign-webhook)."""

HELP = (
    "Help: https://github.com/touchbasepro/touchbasepro.sms/blob/main/docs/docsite/rst/"
    "guide_troubleshooting.rst"
)


def with_help(msg: str) -> str:
    """The message of a failed task with the link to the guide: after several lines, in its own."""
    return f"{msg}\n{HELP}" if "\n" in msg else f"{msg} {HELP}"


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
    may_have_been_applied = False
    """Whether the request may have been applied despite the error."""
    during_write = False
    """Whether it happened during a write."""
    trace: str | None = None
    """The traceback of an internal error."""
    applied: Sequence[Any] = ()
    """The changes of a set that are applied, or may be, despite the error."""
    values: Mapping[str, Any] | None = None
    """Further keys of the result, from the operation that failed."""
    diff: Callable[[], Any] | None = None
    """Makes the diff of what is applied despite the error."""

    def __init__(self, msg: str, failure: Failure | None = None) -> None:
        super().__init__(msg)
        self.failure = failure or Failure()

    def as_uncertain(self, msg: str) -> TouchBaseError:
        """The same error with another message, for a request that may have been applied."""
        error = type(self)(msg, self.failure)
        error.may_have_been_applied = True
        return error

    def as_result(self) -> dict[str, Any]:
        """The error as keys of a failed task's result.

        ``changed`` is among them if something may have been written.
        """
        result: dict[str, Any] = {**(self.values or {}), "msg": with_help(str(self))}
        result["failure"] = {"kind": self.kind, **asdict(self.failure)}
        if self.during_write and self.may_have_been_applied:
            result["changed"] = True
        if self.trace:
            result["exception"] = self.trace
        return result


class NotPlannable(TouchBaseError):
    """The declaration contradicts itself or the service; nothing was written."""

    kind = "not_plannable"


class Unreachable(TouchBaseError):
    """No response; a write may have been applied, unless nothing could be sent."""

    kind = "unreachable"

    def __init__(
        self, msg: str, failure: Failure | None = None, may_have_been_applied: bool = True
    ) -> None:
        super().__init__(msg, failure)
        self.may_have_been_applied = may_have_been_applied


class Refused(TouchBaseError):
    """A response that says no."""

    kind = "refused"

    def __init__(self, msg: str, failure: Failure | None = None) -> None:
        super().__init__(msg, failure)
        # A gateway answers 502 or 504 for a request that the service is still working on.
        self.may_have_been_applied = self.is_server_error

    @property
    def is_server_error(self) -> bool:
        """Whether the service, or a gateway in front of it, failed."""
        return self.failure.status is not None and self.failure.status >= 500

    @property
    def is_fatal(self) -> bool:
        """Whether every other request would be refused as well: wrong key, or rate limit."""
        return self.failure.status in (401, 429)

    @property
    def is_missing(self) -> bool:
        """Whether the service itself says that the requested thing does not exist.

        The code for a missing owner is not documented. Without a code, the response comes from
        something in front of the service.
        """
        return self.failure.status == 404 and self.failure.code is not None

    @property
    def webhook_is_missing(self) -> bool:
        """Whether the service says that the webhook does not exist."""
        return self.failure.status == 404 and self.failure.code == WEBHOOK_MISSING


class UnexpectedResponse(TouchBaseError):
    """A response that makes no sense, or that contradicts the request."""

    kind = "unexpected_answer"
    may_have_been_applied = True


class InternalError(TouchBaseError):
    """An unexpected error inside the collection; what was written until then is unknown."""

    kind = "internal_error"
    may_have_been_applied = True

    def __init__(self, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f" in {PurePath(one.filename).name}, line {one.lineno}" for one in frames[-1:]]
        what = f"{type(error).__name__}: {hidden_text(str(error))}"
        super().__init__(
            f"Internal error in touchbasepro.sms{''.join(places)}: {what}. Some changes may have "
            "been applied: run the task again to check. Please report this, with the output of "
            "-vvv."
        )
        self.trace = "".join([*traceback.format_list(frames), what])


class PartiallyApplied(TouchBaseError):
    """Some of the planned changes are written, and some are not.

    ``done``, ``failed`` and ``not_tried`` list changes, each as ``change`` (its kind) and
    ``webhook`` (the record); a failed one has its ``msg`` as well. ``cause`` is the first error.
    """

    kind = "partially_applied"

    def __init__(
        self,
        msg: str,
        cause: TouchBaseError,
        done: Sequence[dict[str, Any]] = (),
        failed: Sequence[dict[str, Any]] = (),
        not_tried: Sequence[dict[str, Any]] = (),
    ) -> None:
        super().__init__(msg, cause.failure)
        self.cause = cause
        self.may_have_been_applied = cause.may_have_been_applied
        self.trace = cause.trace
        self.done, self.failed, self.not_tried = [*done], [*failed], [*not_tried]

    def as_result(self) -> dict[str, Any]:
        """The error as keys of a failed task's result; ``changed`` if anything may be written."""
        result = super().as_result()
        lists = {"done": self.done, "failed": self.failed, "not_tried": self.not_tried}
        result["failure"].update(lists)
        return {**result, "changed": bool(self.done) or self.may_have_been_applied}
