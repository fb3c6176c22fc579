# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: what of them a task returns, and whether a request may have been applied."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    HELP,
    Failure,
    InternalError,
    NotPlannable,
    PartiallyApplied,
    Refused,
    TouchBaseError,
    UnexpectedResponse,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

ITEM = {"change": "created", "webhook": {"webhook_id": 31}}
REFUSED = Refused("No.", Failure(status=400, code=143))
UNREACHABLE = Unreachable("No answer.")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotPlannable("No."), "not_plannable"),
        (Unreachable("No."), "unreachable"),
        (Refused("No."), "refused"),
        (UnexpectedResponse("No."), "unexpected_answer"),
    ],
)
def test_error_without_exchange_is_a_message_and_its_kind(error: TouchBaseError, kind: str) -> None:
    assert error.as_result() == {"msg": f"No. {HELP}", "failure": {"kind": kind}}


@pytest.mark.parametrize(
    ("error", "may_have_been_applied"),
    [
        (NotPlannable("No."), False),
        (Unreachable("No."), True),
        (Unreachable("No.", may_have_been_applied=False), False),
        (UnexpectedResponse("No."), True),
        (Refused("No."), False),
        (Refused("No.", Failure(499)), False),
        (Refused("No.", Failure(500)), True),
        (Refused("No.", Failure(504)), True),
        (InternalError(KeyError("Id")), True),
    ],
)
def test_error_during_write_is_a_change_if_it_may_have_been_applied(
    error: TouchBaseError, may_have_been_applied: bool
) -> None:
    assert error.may_have_been_applied is may_have_been_applied
    assert "changed" not in error.as_result()

    error.during_write = True

    assert error.as_result().get("changed", False) is may_have_been_applied


def internal_error(error: Exception) -> InternalError:
    """The internal error for an exception that was raised in this file."""
    try:
        raise error
    except type(error) as caught:
        return InternalError(caught)


@pytest.mark.parametrize(
    ("mask_text", "text"), [(False, "'no s3cret'"), (True, MASK)], ids=["clear", "masked"]
)
def test_internal_error_names_type_and_place_and_marks_its_text(mask_text: bool, text: str) -> None:
    result = Renderer("", mask_text=mask_text).render(
        internal_error(KeyError("no s3cret")).as_result()
    )

    assert re.match(
        r"Internal error in touchbasepro\.sms in test_errors\.py, line \d+: "
        rf"KeyError: {re.escape(text)}\. Some changes may have been applied: run the task again",
        result["msg"],
    )
    assert result["failure"]["kind"] == "internal_error"
    assert "in internal_error" in result["exception"]
    assert result["exception"].endswith(f"KeyError: {text}")


def test_internal_error_that_was_never_raised_names_no_place() -> None:
    message = str(InternalError(KeyError("Id")))

    assert message.startswith("Internal error in touchbasepro.sms: KeyError: ")


def test_values_of_the_operation_are_keys_of_the_result() -> None:
    error = Refused("No.")
    error.values = {"paused": [], "msg": "Never shown."}

    assert error.as_result() == {**Refused("No.").as_result(), "paused": []}


def test_other_errors_have_no_traceback() -> None:
    assert "exception" not in Refused("No.").as_result()


def test_error_as_uncertain_is_the_same_with_another_message() -> None:
    error = REFUSED.as_uncertain("It may have been applied.")

    assert (type(error), str(error)) == (Refused, "It may have been applied.")
    assert error.failure is REFUSED.failure
    assert error.may_have_been_applied
    assert not REFUSED.may_have_been_applied


def test_failure_shows_the_exchange() -> None:
    failure = Failure(404, 142, "gone", "PUT", "/a/28", 3, "r-1")

    assert Refused("No.", failure).as_result()["failure"] == {
        "kind": "refused",
        "status": 404,
        "code": 142,
        "message": "gone",
        "method": "PUT",
        "path": "/a/28",
        "attempts": 3,
        "request_id": "r-1",
    }


@pytest.mark.parametrize(
    ("failure", "is_missing", "webhook_is_missing"),
    [
        (Failure(404, 142), True, True),
        (Failure(404, 104), True, False),
        (Failure(404, 0), True, False),
        (Failure(404), False, False),
        (Failure(400, 142), False, False),
        (Failure(500, 142), False, False),
    ],
)
def test_only_404_with_code_says_that_something_is_missing(
    failure: Failure, is_missing: bool, webhook_is_missing: bool
) -> None:
    error = Refused("No.", failure)

    assert error.is_missing is is_missing
    assert error.webhook_is_missing is webhook_is_missing


@pytest.mark.parametrize(
    ("status", "is_server_error", "is_fatal"),
    [
        (None, False, False),
        (400, False, False),
        (401, False, True),
        (403, False, False),
        (404, False, False),
        (429, False, True),
        (499, False, False),
        (500, True, False),
        (503, True, False),
    ],
)
def test_refusal_is_fatal_or_a_server_error_by_its_status(
    status: int | None, is_server_error: bool, is_fatal: bool
) -> None:
    error = Refused("No.", Failure(status))

    assert error.is_server_error is is_server_error
    assert error.is_fatal is is_fatal


@pytest.mark.parametrize(
    ("cause", "done", "changed"),
    [
        (REFUSED, [], False),
        (REFUSED, [ITEM], True),
        (UNREACHABLE, [], True),
        (UNREACHABLE, [ITEM], True),
        (internal_error(KeyError("Id")), [], True),
    ],
    ids=["refused", "refused, one done", "unreachable", "unreachable, one done", "internal"],
)
def test_partially_applied_is_changed_if_anything_may_be_written(
    cause: TouchBaseError, done: list[dict[str, Any]], changed: bool
) -> None:
    failed, not_tried = [{**ITEM, "msg": "No."}], [ITEM, ITEM]

    error = PartiallyApplied("Not all:\n- No.", cause, done, failed, not_tried)
    result = error.as_result()

    assert error.cause is cause
    assert result.get("exception") == cause.trace

    assert result["msg"] == f"Not all:\n- No.\n{HELP}"
    assert result["changed"] is changed
    assert result["failure"] == {
        **cause.as_result()["failure"],
        "kind": "partially_applied",
        "done": done,
        "failed": failed,
        "not_tried": not_tried,
    }
