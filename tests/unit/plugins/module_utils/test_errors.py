# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: what of them a task returns, and whether a request may have been applied."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (  # isort: skip
    HELP, Failure, InternalError, NotPlannable, PartiallyApplied, Refused, TouchBaseError,
    UnexpectedResponse, Unreachable,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

ITEM = {"change": "created", "webhook": {"webhook_id": 31}}
REFUSED = Refused("No.", Failure(status=400, code=143))
UNREACHABLE = Unreachable("No answer.")


KINDS = {
    "not_plannable": NotPlannable("No."),
    "unreachable": Unreachable("No."),
    "refused": Refused("No."),
    "unexpected_answer": UnexpectedResponse("No."),
}


@pytest.mark.parametrize(("kind", "error"), KINDS.items())
def test_error_without_exchange_has_its_kind_and_nulls(kind: str, error: TouchBaseError) -> None:
    fields = ("status", "code", "message", "method", "path", "attempts", "request_id")
    assert error.as_result() == {
        "msg": f"No. {HELP}",
        "failure": {"kind": kind, **dict.fromkeys(fields)},
    }


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


# status, code, is_missing, webhook_is_missing, is_server_error, is_fatal
REFUSALS = [
    (None, None, False, False, False, False),
    (400, 142, False, False, False, False),
    (401, 100, False, False, False, True),
    (403, 105, False, False, False, False),
    (404, 142, True, True, False, False),
    (404, 104, True, False, False, False),
    (404, 0, True, False, False, False),
    (404, None, False, False, False, False),
    (429, None, False, False, False, True),
    (499, None, False, False, False, False),
    (500, 142, False, False, True, False),
    (503, None, False, False, True, False),
]


@pytest.mark.parametrize(
    ("status", "code", "is_missing", "webhook_is_missing", "is_server_error", "is_fatal"), REFUSALS
)
def test_refusal_is_classified_by_status_and_code(
    status: int | None,
    code: int | None,
    is_missing: bool,
    webhook_is_missing: bool,
    is_server_error: bool,
    is_fatal: bool,
) -> None:
    error = Refused("No.", Failure(status, code))

    assert (error.is_missing, error.webhook_is_missing) == (is_missing, webhook_is_missing)
    assert (error.is_server_error, error.is_fatal) == (is_server_error, is_fatal)


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
