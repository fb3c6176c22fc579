# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the runner makes of an operation: result, diff, warnings, failure, and what it hides."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils import _sensitive as sensitive
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    Operation,
    Result,
    Warn,
    run_operation,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import message
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    URL,
    connection_params,
    webhook,
)

MASK, MASKED = sensitive.MASK, sensitive.masked_url(URL)
USUAL = Mode()
NOWHERE = "http://127.0.0.1:9"
by_environment = pytest.mark.parametrize("by_environment", [False, True], ids=["option", "env"])


def result_of(
    outcome: Result | BaseException, mode: Mode = USUAL, warnings: Any = (), **options: Any
) -> dict[str, Any]:
    """The result of an operation that warns, and then returns or raises."""

    def run(_client: object, _params: object, _dry_run: bool, warn: Warn) -> Result:
        for text, position in warnings:
            warn(text, position)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return run_operation(Operation({}, run), connection_params(NOWHERE, **options), mode)


def test_warnings_of_threads_are_in_the_order_of_positions_each_once() -> None:
    warn = Warn()
    given = [(f"{n:02}", n) for n in range(9)] + [("00", 20), ("of the task", -1)]
    threads = [threading.Thread(target=warn, args=one) for one in reversed(given)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert warn.in_order() == ["of the task", *[f"{n:02}" for n in range(9)]]


@pytest.mark.parametrize("outcome", [Result({}), errors.NotPlannable("No.")], ids=["ok", "failed"])
def test_result_has_the_warnings_also_of_a_failure(outcome: Any) -> None:
    warnings = [("second", 1), (f"first, at {sensitive.url_text(URL)}", 0)]

    assert result_of(outcome, warnings=warnings)["warnings"] == [f"first, at {URL}", "second"]


def test_result_is_values_warnings_and_invocation() -> None:
    assert result_of(Result({"changed": True})) == {
        "changed": True,
        "warnings": [],
        "invocation": {"module_args": connection_params(NOWHERE)},
    }


@pytest.mark.parametrize("is_failure", [False, True])
def test_diff_is_made_in_diff_mode_only(is_failure: bool) -> None:
    made: list[str] = []

    def diff() -> list[str]:
        made.append("diff")
        return ["pair"]

    error = errors.Refused("No.")
    error.diff = diff
    outcome = error if is_failure else Result({}, diff)

    assert "diff" not in result_of(outcome, Mode(diff=False))
    assert made == []
    assert result_of(outcome, Mode(diff=True))["diff"] == ["pair"]
    assert "diff" not in result_of(Result({}), Mode(diff=True))


@pytest.mark.parametrize("check", [False, True])
def test_check_mode_is_a_dry_run_over_a_read_only_transport(check: bool) -> None:
    seen: list[bool] = []

    def open_transport(options: Any, read_only: bool) -> Transport:
        seen.append(read_only)
        return Transport(options, read_only)

    def run(_client: object, _params: object, dry_run: bool, _warn: Warn) -> Result:
        seen.append(dry_run)
        return Result({})

    run_operation(Operation({}, run), connection_params(NOWHERE), Mode(check), open_transport)

    assert seen == [check, check]


def test_error_is_a_failed_result_with_the_exchange() -> None:
    failure = errors.Failure(403, 105, sensitive.service_text("Not yours"))

    result = result_of(errors.Refused("No.", failure))

    assert (result["failed"], message(result)) == (True, "No.")
    assert (result["failure"]["kind"], result["failure"]["code"]) == ("refused", 105)
    assert result["failure"]["message"] == "Not yours"
    assert "changed" not in result


def test_invalid_connection_option_fails_before_the_operation_runs() -> None:
    result = result_of(AssertionError("it runs"), timeout=0.0)

    assert result["failure"]["kind"] == "not_plannable"
    assert "timeout must be" in result["msg"]


def test_internal_error_names_type_file_line_and_text() -> None:
    result = result_of(KeyError(f"{URL}?{KEY}"))

    assert result["failed"]
    assert result["failure"]["kind"] == "internal_error"
    assert result["msg"].startswith("Internal error in touchbasepro.sms in test_runner.py, line ")
    assert f"KeyError: '{URL}?{MASK}'. Some changes may have" in result["msg"]
    assert f"KeyError: '{URL}?{MASK}'" in result["exception"]


def test_exception_that_ends_the_process_is_not_caught() -> None:
    with pytest.raises(SystemExit):
        result_of(SystemExit())


# What a result hides

HIDDEN: dict[str, tuple[Mode, bool]] = {
    "mask_url": (Mode(), True),
    "no_log": (Mode(no_log=True), False),
}
hidden = pytest.mark.parametrize(("mode", "mask_url"), HIDDEN.values(), ids=HIDDEN)


@hidden
def test_texts_are_masked_with_mask_url_and_no_log(mode: Mode, mask_url: bool) -> None:
    text = sensitive.service_text(f"No receiver at {URL}")
    error = errors.Refused(f"Refused: {text}.", errors.Failure(400, 9, text))
    warnings = [(sensitive.url_text(URL), 0)]

    result = result_of(error, mode, warnings, mask_url=mask_url)
    internal = result_of(KeyError("plain words"), mode, mask_url=mask_url)

    assert result["warnings"] == [MASKED]
    assert message(result) == f"Refused: No receiver at {MASK}."
    assert result["failure"]["message"] == f"No receiver at {MASK}"
    assert "plain words" not in json.dumps(internal)


@hidden
def test_fields_are_masked_with_mask_url_only(mode: Mode, mask_url: bool) -> None:
    record = webhook(note=f"No receiver at {URL}").record()

    result = result_of(Result({"webhook": record}), mode, mask_url=mask_url, url=URL)

    shown = {"url": MASKED, "note": f"No receiver at {MASK}"} if mask_url else {}
    assert result["webhook"] == {**record, **shown}
    assert result["invocation"]["module_args"]["url"] == (MASKED if mask_url else URL)


@by_environment
def test_key_is_shown_as_the_option_in_the_invocation_only(
    monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    key = "" if by_environment else KEY
    texts = {"texts": [[f"before {KEY} after"]]}

    result = result_of(
        Result(texts, lambda: [texts]), Mode(diff=True), api_key=key, url=f"{URL}?{KEY}"
    )

    args = result["invocation"]["module_args"]
    assert result["texts"] == [[f"before {MASK} after"]]
    assert result["diff"] == [{"texts": result["texts"]}]
    assert (args["api_key"], args["url"]) == (key, f"{URL}?{MASK}")


def test_key_that_is_too_short_garbles_no_message() -> None:
    result = result_of(Result({}), api_key="e")

    assert result["msg"].startswith("api_key has fewer than 8 characters.")


def test_invocation_repeats_what_the_operation_says() -> None:
    operation = Operation(
        {}, lambda *_given: Result({}), invocation_params=lambda _params: {"a": 1}
    )

    result = run_operation(operation, connection_params(NOWHERE), Mode())

    assert result["invocation"] == {"module_args": {"a": 1, "api_key": KEY}}
