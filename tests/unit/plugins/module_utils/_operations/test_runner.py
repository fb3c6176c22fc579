# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the runner makes of an operation: result, diff, warnings, failure, and what it hides."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Failure,
    NotPlannable,
    Refused,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    Operation,
    Params,
    Result,
    Warn,
    run_operation,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import (
    API_KEY_ENV,
    ConnectionOptions,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (
    MASK,
    masked_url,
    service_text,
    url_text,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    message,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    URL,
    connection_params,
    webhook,
)

NOWHERE = "http://127.0.0.1:9"
USUAL = Mode()
Run = Callable[[Client, Params, bool, Warn], Result]
by_environment = pytest.mark.parametrize("by_environment", [False, True], ids=["option", "env"])


def result_of(run: Run, mode: Mode = USUAL, **options: Any) -> dict[str, Any]:
    return run_operation(Operation({}, run), connection_params(NOWHERE, **options), mode)


def returning(result: Result) -> Run:
    return lambda _client, _params, _dry_run, _warn: result


def raising(error: BaseException) -> Run:
    def run(*_given: Any) -> Result:
        raise error

    return run


# Warnings


def test_warnings_are_in_the_order_of_positions_each_text_once() -> None:
    warn = Warn()
    for text, position in [("b", 2), ("a", 0), ("b too", 2), ("a", 1)]:
        warn(text, position)
    warn("of the task")

    assert warn.in_order() == ["of the task", "a", "b", "b too"]


def test_warnings_of_many_threads_are_all_collected() -> None:
    warn = Warn()
    threads = [threading.Thread(target=warn, args=(f"{n:02}", n)) for n in range(20)]
    for thread in reversed(threads):
        thread.start()
    for thread in threads:
        thread.join()

    assert warn.in_order() == [f"{n:02}" for n in range(20)]


@pytest.mark.parametrize("fails", [False, True], ids=["success", "failure"])
def test_result_has_the_warnings_also_of_a_failure(fails: bool) -> None:
    def run(_client: Client, _params: Params, _dry_run: bool, warn: Warn) -> Result:
        warn("second", 1)
        warn(f"first, at {url_text(URL)}")
        if fails:
            raise NotPlannable("No.")
        return Result({"changed": False})

    assert result_of(run)["warnings"] == [f"first, at {URL}", "second"]
    assert result_of(run, mask_url=True)["warnings"][0] == f"first, at {masked_url(URL)}"


# Result and diff


def test_result_is_values_warnings_and_invocation() -> None:
    result = result_of(returning(Result({"changed": True, "webhook": webhook().record()})))

    assert result == {
        "changed": True,
        "webhook": webhook().record(),
        "warnings": [],
        "invocation": {"module_args": connection_params(NOWHERE)},
    }


def test_diff_is_made_in_diff_mode_only() -> None:
    made: list[str] = []

    def diff() -> dict[str, str]:
        made.append("diff")
        return {"before": "a", "after": "b"}

    run = returning(Result({"changed": True}, diff))

    assert "diff" not in result_of(run, Mode(diff=False))
    assert made == []
    assert result_of(run, Mode(diff=True))["diff"] == {"before": "a", "after": "b"}
    assert made == ["diff"]


def test_operation_without_a_diff_has_none_in_diff_mode() -> None:
    assert "diff" not in result_of(returning(Result({})), Mode(diff=True))


@pytest.mark.parametrize("check", [False, True])
def test_check_mode_is_a_dry_run_over_a_read_only_transport(check: bool) -> None:
    opened: list[bool] = []
    dry_runs: list[bool] = []

    def open_transport(options: ConnectionOptions, read_only: bool) -> Transport:
        opened.append(read_only)
        return Transport(options, read_only)

    def run(_client: Client, _params: Params, dry_run: bool, _warn: Warn) -> Result:
        dry_runs.append(dry_run)
        return Result({})

    run_operation(Operation({}, run), connection_params(NOWHERE), Mode(check), open_transport)

    assert opened == dry_runs == [check]


# Failures


def test_error_is_a_failed_result_with_the_exchange() -> None:
    result = result_of(raising(Refused("No.", Failure(403, 105, service_text("Not yours")))))

    assert (result["failed"], message(result)) == (True, "No.")
    assert result["failure"]["kind"] == "refused"
    assert result["failure"]["code"] == 105
    assert result["failure"]["message"] == "Not yours"
    assert "changed" not in result


@pytest.mark.parametrize("diff", [True, False], ids=["diff mode", "no diff mode"])
def test_failure_has_its_diff_in_diff_mode_only(diff: bool) -> None:
    error = Refused("No.")
    error.diff = lambda: [{"prepared": "1 created"}]

    result = result_of(raising(error), Mode(diff=diff))

    assert result.get("diff") == ([{"prepared": "1 created"}] if diff else None)


def test_invalid_connection_option_fails_before_the_operation_runs() -> None:
    result = result_of(raising(AssertionError("it runs")), timeout=0.0)

    assert result["failure"]["kind"] == "not_plannable"
    assert "timeout must be" in result["msg"]


HIDDEN: dict[str, tuple[Mode, bool]] = {
    "mask_url": (Mode(), True),
    "no_log": (Mode(no_log=True), False),
    "both": (Mode(no_log=True), True),
}


def test_internal_error_names_type_file_line_and_text() -> None:
    result = result_of(raising(KeyError(f"{URL}?{KEY}")))

    assert result["failed"]
    assert result["failure"]["kind"] == "internal_error"
    assert result["msg"].startswith("Internal error in touchbasepro.sms in test_runner.py, line ")
    assert f"KeyError: '{URL}?{MASK}'. Some changes may have" in result["msg"]
    assert f"KeyError: '{URL}?{MASK}'" in result["exception"]
    assert "in run" in result["exception"]
    assert KEY not in json.dumps({**result, "invocation": None})


@pytest.mark.parametrize(("mode", "mask_url"), HIDDEN.values(), ids=HIDDEN)
def test_internal_error_shows_no_text_if_texts_are_masked(mode: Mode, mask_url: bool) -> None:
    result = result_of(raising(KeyError("plain words")), mode, mask_url=mask_url)

    assert f": KeyError: {MASK}. Some changes may have been applied" in result["msg"]
    assert result["exception"].endswith(f"KeyError: {MASK}")
    assert "plain words" not in json.dumps(result)


def test_exception_that_ends_the_process_is_not_caught() -> None:
    class Timeout(BaseException):
        """As Ansible's own for a task that takes too long."""

    with pytest.raises(Timeout):
        result_of(raising(Timeout()))


# What a result hides


@by_environment
def test_key_is_replaced_in_every_text(
    monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    monkeypatch.setenv(API_KEY_ENV, KEY)
    text, hidden = f"before {KEY} after", f"before {MASK} after"
    values = {"webhook": {"note": text, "url": text, "date_created": text}, "texts": [[text]]}

    result = result_of(
        returning(Result(values, lambda: [{"before": {"note": text}}])),
        Mode(diff=True),
        api_key="" if by_environment else KEY,
    )

    assert result["webhook"] == {"note": hidden, "url": hidden, "date_created": hidden}
    assert result["texts"] == [[hidden]]
    assert result["diff"] == [{"before": {"note": hidden}}]


def test_url_is_masked_before_the_key_in_it() -> None:
    url = f"https://hooks.example.org/s3cret-part?key={KEY}"

    result = result_of(
        returning(Result({"webhook": {"url": url}, "text": url_text(url)})), mask_url=True
    )

    result.pop("invocation")
    assert "s3cret" not in json.dumps(result)
    assert KEY not in json.dumps(result)


def refused_with_record() -> Run:
    """An error whose text and failure hold words of the service, and a record."""

    def run(_client: Client, _params: Params, _dry_run: bool, warn: Warn) -> Result:
        warn(f"At {url_text(URL)}.")
        said = service_text(f"No receiver at {URL}")
        raise Refused(f"Refused: {said}.", Failure(400, 9, said))

    return run


@pytest.mark.parametrize(("mode", "mask_url"), HIDDEN.values(), ids=HIDDEN)
def test_texts_are_masked_with_mask_url_and_no_log(mode: Mode, mask_url: bool) -> None:
    result = result_of(refused_with_record(), mode, mask_url=mask_url)

    assert result["warnings"] == [f"At {masked_url(URL)}."]
    assert message(result) == f"Refused: No receiver at {MASK}."
    assert result["failure"]["message"] == f"No receiver at {MASK}"


@pytest.mark.parametrize(("mode", "mask_url"), HIDDEN.values(), ids=HIDDEN)
def test_fields_are_masked_with_mask_url_only(mode: Mode, mask_url: bool) -> None:
    record = webhook(note=f"No receiver at {URL}").record()
    hidden = {**record, "url": masked_url(URL), "note": f"No receiver at {MASK}"}

    result = result_of(returning(Result({"webhook": record})), mode, mask_url=mask_url, url=URL)

    assert result["webhook"] == (hidden if mask_url else record)
    shown = result["invocation"]["module_args"]
    assert shown["url"] == (masked_url(URL) if mask_url else URL)


@by_environment
def test_invocation_holds_the_key_in_api_key_only(
    monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    monkeypatch.setenv(API_KEY_ENV, KEY)
    given = "" if by_environment else KEY

    result = result_of(returning(Result({})), api_key=given, url=f"{URL}?{KEY}")

    params = connection_params(NOWHERE, api_key=given)
    assert result["invocation"]["module_args"] == {**params, "url": f"{URL}?{MASK}"}


def test_invocation_repeats_what_the_operation_says() -> None:
    operation = Operation(
        {}, returning(Result({})), invocation_params=lambda params: {"timeout": params["timeout"]}
    )

    result = run_operation(operation, connection_params(NOWHERE), Mode())

    assert result["invocation"] == {"module_args": {"timeout": 5.0, "api_key": KEY}}


def test_key_that_is_too_short_garbles_no_message() -> None:
    result = result_of(returning(Result({})), api_key="e")

    assert result["msg"].startswith("api_key has fewer than 8 characters.")
