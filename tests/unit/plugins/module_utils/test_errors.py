# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: what of them a task returns, and whether something may be written all the same."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Defect,
    Failure,
    NotPlannable,
    PartlyApplied,
    Refused,
    TouchBaseError,
    UnexpectedAnswer,
    Unreachable,
    keeping,
)

NOTHING = {
    "status": None,
    "code": None,
    "message": None,
    "method": None,
    "path": None,
    "attempts": None,
    "request_id": None,
}
ITEM = {"change": "created", "webhook": {"webhook_id": 31}}
REFUSED = Refused("No.", Failure(status=400, code=143))
UNREACHABLE = Unreachable("No answer.")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotPlannable("No."), "not_plannable"),
        (Unreachable("No."), "unreachable"),
        (Refused("No."), "refused"),
        (UnexpectedAnswer("No."), "unexpected_answer"),
    ],
)
def test_an_error_is_a_message_and_a_failure_of_its_kind(error: TouchBaseError, kind: str) -> None:
    assert error.as_result() == {"msg": "No.", "failure": {"kind": kind, **NOTHING}}


@pytest.mark.parametrize(
    "error",
    [NotPlannable("No."), PartlyApplied("No.", REFUSED, [], [], [])],
    ids=["any error", "partly applied"],
)
def test_an_error_tells_its_warnings_where_there_are_any(error: TouchBaseError) -> None:
    without_any = error.as_result()
    error.warnings = ["Beware."]

    assert "warnings" not in without_any
    assert error.as_result() == {**without_any, "warnings": ["Beware."]}


def test_an_error_takes_along_the_warnings_of_the_blocks_that_it_ends() -> None:
    error = Refused("No.")

    with pytest.raises(Refused) as caught, keeping(["outer", "again"]), keeping(["inner"]):
        raise error

    assert caught.value is error
    assert error.warnings == ["outer", "again", "inner"]


def test_where_nothing_goes_wrong_no_warning_is_taken_along() -> None:
    warnings = ["outer"]

    with keeping(warnings):
        pass

    assert warnings == ["outer"]


def test_a_defect_takes_no_warnings_along() -> None:
    with pytest.raises(ZeroDivisionError) as caught, keeping(["outer"]):
        raise ZeroDivisionError

    assert not hasattr(caught.value, "warnings")


@pytest.mark.parametrize(
    ("error", "may_be_done"),
    [
        (Unreachable("No."), True),
        (Unreachable("No.", maybe_taken=False), False),
        (UnexpectedAnswer("Odd."), True),
        (Refused("No.", Failure(status=400)), False),
        (Defect(KeyError("Id")), True),
    ],
    ids=["no answer", "no connection", "nonsense", "refused", "defect"],
)
def test_what_may_be_written_has_changed_and_a_failed_reading_has_not(
    error: TouchBaseError, may_be_done: bool
) -> None:
    assert "changed" not in error.as_result()

    error.ends_a_write = True

    assert error.as_result().get("changed", False) is may_be_done


def test_a_defect_tells_where_it_was() -> None:
    def broken() -> None:
        raise KeyError("Id")

    with pytest.raises(KeyError) as caught:
        broken()

    found = Defect(caught.value).as_result()

    assert "KeyError('Id')" in found["msg"]
    assert "in broken" in found["exception"]
    assert "exception" not in Refused("No.").as_result()


def test_the_failure_shows_the_exchange() -> None:
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
    ("error", "maybe_taken"),
    [
        (NotPlannable("No."), False),
        (Unreachable("No."), True),
        (Unreachable("No.", maybe_taken=False), False),
        (UnexpectedAnswer("No."), True),
        (Refused("No."), False),
        (Refused("No.", Failure(499)), False),
        (Refused("No.", Failure(500)), True),
        (Refused("No.", Failure(504)), True),
    ],
)
def test_an_error_knows_whether_the_service_may_have_done_it(
    error: TouchBaseError, maybe_taken: bool
) -> None:
    assert error.maybe_taken is maybe_taken


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
def test_only_a_404_with_a_code_says_that_something_is_missing(
    failure: Failure, is_missing: bool, webhook_is_missing: bool
) -> None:
    error = Refused("No.", failure)

    assert error.is_missing is is_missing
    assert error.webhook_is_missing is webhook_is_missing


@pytest.mark.parametrize(
    ("status", "is_of_the_service", "concerns_all"),
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
def test_a_refusal_knows_whom_else_it_would_meet(
    status: int | None, is_of_the_service: bool, concerns_all: bool
) -> None:
    error = Refused("No.", Failure(status))

    assert error.is_of_the_service is is_of_the_service
    assert error.concerns_all is concerns_all


@pytest.mark.parametrize(
    ("cause", "done", "changed"),
    [
        (REFUSED, [], False),
        (REFUSED, [ITEM], True),
        (UNREACHABLE, [], True),
        (UNREACHABLE, [ITEM], True),
    ],
    ids=["refused, nothing done", "refused, one done", "unreachable", "unreachable, one done"],
)
def test_what_is_partly_applied_is_changed_if_anything_is_or_may_be_written(
    cause: TouchBaseError, done: list[dict[str, Any]], changed: bool
) -> None:
    failed, not_tried = [{**ITEM, "msg": "No."}], [ITEM, ITEM]

    result = PartlyApplied("Not all.", cause, done, failed, not_tried).as_result()

    assert result["msg"] == "Not all."
    assert result["changed"] is changed
    assert result["failure"] == {
        **cause.as_result()["failure"],
        "kind": "partly_applied",
        "done": done,
        "failed": failed,
        "not_tried": not_tried,
    }
