"""Errors: what of them a task returns, and whether a request may have been applied."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Failure, Refused
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer

FAILURE = Failure(404, 142, "gone", "PUT", "/a/28", 3, "r-1")
UNREACHABLE = errors.Unreachable("No.")
# error, kind, whether the request may have been applied
ERRORS: list[tuple[errors.TouchBaseError, str, bool]] = [
    (errors.NotPlannable("No."), "not_plannable", False),
    (errors.Unreachable("No."), "unreachable", True),
    (errors.Unreachable("No.", may_have_been_applied=False), "unreachable", False),
    (errors.UnexpectedResponse("No."), "unexpected_answer", True),
    (Refused("No."), "refused", False),
    (Refused("No.", FAILURE), "refused", False),
    (Refused("No.", Failure(499)), "refused", False),
    (Refused("No.", Failure(500)), "refused", True),
]


@pytest.mark.parametrize(("error", "kind", "may_have_been_applied"), ERRORS)
def test_error_during_write_is_a_change_if_it_may_have_been_applied(
    error: errors.TouchBaseError, kind: str, may_have_been_applied: bool
) -> None:
    result = {"msg": f"No. {errors.HELP}", "failure": {"kind": kind, **asdict(error.failure)}}
    assert error.may_have_been_applied is may_have_been_applied
    assert error.as_result() == result

    error.during_write = True

    assert error.as_result() == {**result, **({"changed": True} if may_have_been_applied else {})}


def internal_error(error: Exception) -> errors.InternalError:
    """The internal error for an exception that was raised in this file."""
    try:
        raise error
    except type(error) as caught:
        return errors.InternalError(caught)


@pytest.mark.parametrize(
    ("mask_text", "text"), [(False, "'no s3cret'"), (True, MASK)], ids=["clear", "masked"]
)
def test_internal_error_names_type_and_place_and_marks_its_text(mask_text: bool, text: str) -> None:
    error = internal_error(KeyError("no s3cret"))

    result = Renderer("", mask_text=mask_text).render(error.as_result())

    assert re.match(
        r"Internal error in touchbasepro\.sms in test_errors\.py, line \d+: "
        rf"KeyError: {re.escape(text)}\. Some changes may have been applied: run the task again",
        result["msg"],
    )
    exchange = ("status", "code", "message", "method", "path", "attempts", "request_id")
    assert result["failure"] == {"kind": "internal_error", **dict.fromkeys(exchange)}
    assert "in internal_error" in result["exception"]
    assert result["exception"].endswith(f"KeyError: {text}")
    assert error.may_have_been_applied


def test_internal_error_that_was_never_raised_names_no_place() -> None:
    message = str(errors.InternalError(KeyError("Id")))

    assert message.startswith("Internal error in touchbasepro.sms: KeyError: ")


def test_values_of_the_operation_are_keys_of_the_result() -> None:
    error = Refused("No.")
    error.values = {"paused": [], "msg": "Never shown."}

    assert error.as_result() == {**Refused("No.").as_result(), "paused": []}


def test_error_as_uncertain_is_the_same_with_another_message() -> None:
    certain = Refused("No.", FAILURE)

    error = certain.as_uncertain("It may have been applied.")

    assert (type(error), str(error)) == (Refused, "It may have been applied.")
    assert error.failure is FAILURE
    assert error.may_have_been_applied
    assert not certain.may_have_been_applied


# The status and code of refusals, and those of them that a property is true of.
EXCHANGES = [
    *((None, None), (400, 142), (401, 100), (403, 105), (404, 142), (404, 104), (404, 0)),
    *((404, None), (429, None), (499, None), (500, 142), (503, None)),
]
TRUE_OF = {
    "is_missing": {(404, 142), (404, 104), (404, 0)},
    "webhook_is_missing": {(404, 142)},
    "is_server_error": {(500, 142), (503, None)},
    "is_fatal": {(401, 100), (429, None)},
}


@pytest.mark.parametrize("name", TRUE_OF)
def test_refusal_is_classified_by_status_and_code(name: str) -> None:
    found = {one for one in EXCHANGES if getattr(Refused("No.", Failure(*one)), name)}

    assert found == TRUE_OF[name]


@pytest.mark.parametrize("done", [[], [{"change": "created"}]], ids=["none done", "one done"])
@pytest.mark.parametrize(
    "cause", [Refused("No.", Failure(400, 143)), UNREACHABLE, internal_error(KeyError("Id"))]
)
def test_partially_applied_is_changed_if_anything_may_be_written(
    cause: errors.TouchBaseError, done: list[dict[str, str]]
) -> None:
    failed, not_tried = [{"change": "deleted", "msg": "No."}], [{"change": "updated"}]

    error = errors.PartiallyApplied("Not all:\n- No.", cause, done, failed, not_tried)
    result = error.as_result()

    assert error.cause is cause
    assert result.get("exception") == cause.trace
    assert result["msg"] == f"Not all:\n- No.\n{errors.HELP}"
    assert result["changed"] is (bool(done) or cause.may_have_been_applied)
    lists = {"done": done, "failed": failed, "not_tried": not_tried}
    assert result["failure"] == {
        **cause.as_result()["failure"],
        "kind": "partially_applied",
        **lists,
    }
