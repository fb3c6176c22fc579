# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, as exceptions that render themselves; private to this collection."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
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
    maybe_taken = False
    """Whether the service may have done all the same what was asked."""
    ends_a_write = False
    """Whether it came while something was to be changed."""
    trace: str | None = None
    """Where in the code it came from, if that is worth knowing."""

    def __init__(self, msg: str, failure: Failure | None = None) -> None:
        super().__init__(msg)
        self.failure = failure or Failure()
        self.warnings: list[str] = []

    def in_doubt(self, msg: str) -> TouchBaseError:
        """The same error in other words, which say that it may have been done all the same."""
        told = type(self)(msg, self.failure)
        told.maybe_taken = True
        return told

    def as_result(self) -> dict[str, Any]:
        """The error as the keys of a failed task: ``msg``, ``failure``, and others if there are.

        ``changed`` is among them if something may be written.
        """
        failure = {"kind": self.kind, **asdict(self.failure)}
        result: dict[str, Any] = {"msg": str(self), "failure": failure}
        if self.ends_a_write and self.maybe_taken:
            result["changed"] = True
        if self.trace:
            result["exception"] = self.trace
        if self.warnings:
            result["warnings"] = self.warnings
        return result


@contextmanager
def keeping(warnings: list[str]) -> Iterator[None]:
    """Let an error that ends the block take along what a person was to be warned of."""
    try:
        yield
    except TouchBaseError as error:
        error.warnings = [*warnings, *error.warnings]
        raise


class NotPlannable(TouchBaseError):
    """The declaration contradicts itself or the service; nothing was written."""

    kind = "not_plannable"


class Unreachable(TouchBaseError):
    """No answer came; whether a write was taken is unknown, unless nothing could be sent."""

    kind = "unreachable"

    def __init__(self, msg: str, failure: Failure | None = None, maybe_taken: bool = True) -> None:
        super().__init__(msg, failure)
        self.maybe_taken = maybe_taken


class Refused(TouchBaseError):
    """An answer that says no."""

    kind = "refused"

    def __init__(self, msg: str, failure: Failure | None = None) -> None:
        super().__init__(msg, failure)
        # A gateway answers 502 or 504 for a request that the service is still working on.
        self.maybe_taken = self.is_of_the_service

    @property
    def is_of_the_service(self) -> bool:
        """Whether the service, or a gateway before it, is in trouble."""
        return self.failure.status is not None and self.failure.status >= 500

    @property
    def concerns_all(self) -> bool:
        """Whether it is about the key or the rate of requests, so that others would be refused."""
        return self.failure.status in (401, 429)

    @property
    def is_missing(self) -> bool:
        """Whether the service itself says that what was asked about is not there.

        The code for a missing owner is not documented; without any code, the answer comes from
        something before the service.
        """
        return self.failure.status == 404 and self.failure.code is not None

    @property
    def webhook_is_missing(self) -> bool:
        """Whether the service said in so many words that there is no such webhook."""
        return self.failure.status == 404 and self.failure.code == WEBHOOK_MISSING


class UnexpectedAnswer(TouchBaseError):
    """An answer that makes no sense, or that contradicts what was asked."""

    kind = "unexpected_answer"
    maybe_taken = True


class Defect(TouchBaseError):
    """Something that this collection did not reckon with; what was written meanwhile is unknown."""

    kind = "defect"
    maybe_taken = True

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"This collection has a defect, which ended the task: {error!r}. Some of the task may "
            "have been done; run it again to see. Please report this, with what -vvv shows of it."
        )
        self.trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))


class PartlyApplied(TouchBaseError):
    """Not all that was planned is written.

    ``done``, ``failed`` and ``not_tried`` list changes, each as ``change`` (what kind) and
    ``webhook`` (the record); those that failed have their ``msg`` as well. ``cause`` is the first
    error.
    """

    kind = "partly_applied"

    def __init__(
        self,
        msg: str,
        cause: TouchBaseError,
        done: list[dict[str, Any]],
        failed: list[dict[str, Any]],
        not_tried: list[dict[str, Any]],
    ) -> None:
        super().__init__(msg, cause.failure)
        self.cause = cause
        self.maybe_taken = cause.maybe_taken
        self.trace = cause.trace
        self.done = done
        self.failed = failed
        self.not_tried = not_tried

    def as_result(self) -> dict[str, Any]:
        """The error as the keys of a failed task; ``changed`` if anything is written, or may be."""
        result = super().as_result()
        lists = {"done": self.done, "failed": self.failed, "not_tried": self.not_tried}
        return {
            **result,
            "failure": {**result["failure"], **lists},
            "changed": bool(self.done) or self.maybe_taken,
        }
