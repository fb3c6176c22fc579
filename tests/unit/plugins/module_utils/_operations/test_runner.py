"""What the runner makes of an operation: result, diff, warnings, failure, and what it hides."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

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
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import message
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, URL

MASK, MASKED = sensitive.MASK, sensitive.masked_url(URL)
USUAL = Mode()
NOWHERE = "http://127.0.0.1:9"


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

    return run_operation(Operation({}, run), made.connection_params(NOWHERE, **options), mode)


def test_warnings_are_in_the_order_of_positions_each_once() -> None:
    warn = Warn()
    for text, position in [("second", 1), ("second", 3), ("first", 0), ("of the task", -1)]:
        warn(text, position)
    warn("of the task, too")

    assert warn.in_order() == ["of the task", "of the task, too", "first", "second"]


def test_result_is_values_warnings_and_invocation() -> None:
    assert result_of(Result({"changed": True})) == {
        "changed": True,
        "warnings": [],
        "invocation": {"module_args": made.connection_params(NOWHERE)},
    }


@pytest.mark.parametrize("is_failure", [False, True])
def test_diff_is_made_in_diff_mode_only(is_failure: bool) -> None:
    diff, error = Mock(return_value=["pair"]), errors.Refused("No.")
    error.diff = diff
    outcome = error if is_failure else Result({}, diff)

    assert "diff" not in result_of(outcome, Mode(diff=False))
    assert not diff.called
    assert result_of(outcome, Mode(diff=True))["diff"] == ["pair"]
    assert "diff" not in result_of(Result({}), Mode(diff=True))


@pytest.mark.parametrize("check", [False, True])
def test_check_mode_is_a_dry_run_over_a_read_only_transport(check: bool) -> None:
    transport, run = Mock(wraps=Transport), Mock(return_value=Result({}))

    run_operation(Operation({}, run), made.connection_params(NOWHERE), Mode(check), transport)

    _options, read_only = transport.call_args.args
    _client, _params, dry_run, _warn = run.call_args.args
    assert (read_only, dry_run) == (check, check)


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "timeout": ({"timeout": 0.0}, "timeout must be from 0.001"),
    # It garbles no message.
    "short key": ({"api_key": "e"}, "api_key has fewer than 8 characters."),
}


@pytest.mark.parametrize(("options", "words"), INVALID.values(), ids=INVALID)
def test_invalid_connection_option_fails_before_the_operation_runs(
    options: dict[str, Any], words: str
) -> None:
    result = result_of(AssertionError("it runs"), **options)

    assert result["failure"]["kind"] == "not_plannable"
    assert result["msg"].startswith(words)


def test_exception_that_ends_the_process_is_not_caught() -> None:
    with pytest.raises(SystemExit):
        result_of(SystemExit())


# What a result hides

# The mode, mask_url, and what is shown of a URL in a warning and in words of the service.
SHOWN: dict[str, tuple[Mode, bool, str, str]] = {
    "plain": (Mode(), False, URL, URL),
    "mask_url": (Mode(), True, MASKED, MASK),
    "no_log": (Mode(no_log=True), False, MASKED, MASK),
}


@pytest.mark.parametrize(("mode", "mask_url", "url", "word"), SHOWN.values(), ids=SHOWN)
def test_texts_of_a_failure_are_masked_with_mask_url_and_no_log(
    mode: Mode, mask_url: bool, url: str, word: str
) -> None:
    text = sensitive.service_text(f"No receiver at {URL}")
    error = errors.Refused(f"Refused: {text}.", errors.Failure(400, 9, text))
    warnings = [(sensitive.url_text(URL), 0)]

    result = result_of(error, mode, warnings, mask_url=mask_url)

    assert result["failed"]
    assert result["warnings"] == [url]
    assert message(result) == f"Refused: No receiver at {word}."
    assert (result["failure"]["kind"], result["failure"]["code"]) == ("refused", 9)
    assert result["failure"]["message"] == f"No receiver at {word}"


def test_unexpected_exception_is_an_internal_error_without_the_key() -> None:
    result = result_of(KeyError(f"{URL}?{KEY}"))

    assert result["failed"]
    assert result["failure"]["kind"] == "internal_error"
    for name in ("msg", "exception"):
        assert f"KeyError: '{URL}?{MASK}'" in result[name]


@pytest.mark.parametrize("mask_url", [False, True], ids=["no_log", "mask_url"])
def test_fields_are_masked_with_mask_url_only(mask_url: bool) -> None:
    record = made.webhook(note=f"No receiver at {URL}").record()

    mode = Mode(no_log=not mask_url)
    result = result_of(Result({"webhook": record}), mode, mask_url=mask_url, url=URL)

    shown = {"url": MASKED, "note": f"No receiver at {MASK}"} if mask_url else {}
    assert result["webhook"] == {**record, **shown}
    assert result["invocation"]["module_args"]["url"] == (MASKED if mask_url else URL)


@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_key_is_shown_as_the_option_in_the_invocation_only(
    monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    key = "" if by_environment else KEY
    texts = {"texts": [[f"before {KEY} after"]]}
    result = Result(texts, lambda: [texts])

    values = result_of(result, Mode(diff=True), api_key=key, url=f"{URL}?{KEY}")

    args = values["invocation"]["module_args"]
    assert values["texts"] == [[f"before {MASK} after"]]
    assert values["diff"] == [{"texts": values["texts"]}]
    assert (args["api_key"], args["url"]) == (key, f"{URL}?{MASK}")


def test_invocation_repeats_what_the_operation_says() -> None:
    run = Mock(return_value=Result({}))
    operation = Operation({}, run, invocation_params=lambda _params: {"a": 1})

    result = run_operation(operation, made.connection_params(NOWHERE), Mode())

    assert result["invocation"] == {"module_args": {"a": 1, "api_key": KEY}}
