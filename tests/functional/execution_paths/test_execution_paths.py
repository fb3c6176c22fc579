"""Each case of the table on both execution paths: in check mode, for real, and once more.

All cases are played once, and the tests read what came of it. The in-process tasks get a shell that
always fails, so that none of them can have been a module. With ``--mode`` the simulator has another
behaviour, and what holds whatever the API does is tested.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pytest
import trustme

from tests.functional.execution_paths.case import SECRET_WORDS, Case
from tests.functional.execution_paths.cases import CASES
from tests.functional.support.playbooks import KEY, Played, Task, play
from tests.unit.support.service import hangs_up, scripted_service
from touchbase_simulator.behaviour import MODES
from touchbase_simulator.process import SimulatorProcess

GUIDE = (
    "https://github.com/touchbasepro/touchbasepro.sms/blob/main/docs/docsite/rst/"
    "guide_troubleshooting.rst"
)
MASKED_URL = re.compile(r"https?://[^/\s@]+/\*{8}-[0-9a-f]{8}\b")
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
# The variables of a task on each path.
VARIABLES: Mapping[str, Mapping[str, Any]] = {
    "in_process": {"ansible_shell_executable": "/bin/false"},
    "module": {"touchbase_in_process": False},
}
# What has no code in an error of another shape cannot be told from a wrong api_url.
NEEDS_CODES = {"no_campaign", "read_nothing", "delivery_resumed", "drift_of_many_kinds"}

in_plain_mode = pytest.mark.plain_mode
on_each_path = pytest.mark.parametrize("path", VARIABLES)


Runs = Mapping[str, Any]
"""What came of the runs of one case on one path, by their names."""


@pytest.fixture(scope="module")
def played(
    tmp_path_factory: pytest.TempPathFactory, mode: str, request: pytest.FixtureRequest
) -> Played:
    """The cases of all tests that run, in one play."""
    behaviour = asdict(MODES[mode])
    # Of the tests of this file: others have cases, too.
    tests = (getattr(item, "callspec", None) for item in request.session.items)
    given = [test.params.get("case") for test in tests if test]
    names = {one.name for one in given if isinstance(one, Case)}
    cases = [one for one in CASES if not names or one.name in names]
    with SimulatorProcess.start() as simulator, broken_servers() as urls:
        return play(
            tmp_path_factory.mktemp("paths"),
            simulator,
            tasks_of(cases, behaviour),
            "--diff",
            keywords={"vars": dict(urls)},
            # Since core 2.21 invocations are shown on demand only.
            environment={"ANSIBLE_INJECT_INVOCATION": "true"},
        )


@contextmanager
def broken_servers() -> Iterator[Mapping[str, str]]:
    """The URLs of services that no case comes to terms with, by the names of variables."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with scripted_service() as silent, scripted_service(context) as untrusted:
        silent.always_answers(hangs_up())
        yield {"hangs_up": silent.url, "untrusted": untrusted.url}


def tasks_of(cases: Sequence[Case], behaviour: Mapping[str, str]) -> list[Task]:
    """The runs of some cases, on both paths."""
    return [
        Task(
            f"{case.name}_{path}_{run}",
            case.module,
            case.options,
            {
                "check_mode": run == "check",
                "vars": {} if case.passed_on and path == "in_process" else variables,
            },
            case.before(run, behaviour),
        )
        for case in cases
        for path, variables in VARIABLES.items()
        for run in runs_of(case, path)
    ]


def runs_of(case: Case, path: str) -> list[str]:
    """The runs on a path: a module is an expensive way to see once more that nothing is left."""
    return [run for run in case.requests if path == "in_process" or run != "again"]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def seen(found: Runs, case: Case, path: str) -> Runs:
    """Of results, journals or invocations, those of the case."""
    return {run: found.get(f"{case.name}_{path}_{run}") for run in runs_of(case, path)}


def methods(played: Played, case: Case, path: str) -> Mapping[str, list[str]]:
    journals = seen(played.journals, case, path)
    return {run: [entry["method"] for entry in journal] for run, journal in journals.items()}


def without(result: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in keys}


def comparable(value: Any, ids: Sequence[int], *unknown: str) -> Any:
    """A result without fractions of seconds, and without what is unknown of new webhooks."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, list):
            return [cleaned(item) for item in value]
        if not isinstance(value, dict):
            return value
        nulls = dict.fromkeys(unknown) if value.get("webhook_id") in ids else {}
        return {key: cleaned(item) for key, item in value.items()} | nulls

    text = re.sub(r"(T\d\d:\d\d:\d\d)(\.\d+)?Z", r"\1Z", json.dumps(value))
    return cleaned(json.loads(text))


def successful(cases: Iterable[Case]) -> list[Any]:
    """Of some cases, those that succeed; where only plain mode lets them, they are marked."""
    found = [case for case in cases if not case.failure_of("live")]
    assert found
    return [
        pytest.param(case, id=case.name, marks=[in_plain_mode] if case.name in NEEDS_CODES else [])
        for case in found
    ]


def test_result_is_the_same_on_both_paths(played: Played, case: Case) -> None:
    """Each path begins with the same account, so ids are the same; moments of creation are not."""
    here, there = (
        comparable(seen(played.results, case, path), case.creates, "date_created")
        for path in VARIABLES
    )
    for run in there:
        assert here[run] == there[run]


def test_invocation_is_the_same_on_both_paths_without_the_key(played: Played, case: Case) -> None:
    here, there = (seen(played.invocations, case, path) for path in VARIABLES)
    for run in there:
        assert here[run] == there[run]
        shown = str((here[run] or {}).get("module_args", {}).get("api_key", HIDDEN))
        assert shown == HIDDEN
    assert played.invocations


@on_each_path
def test_check_mode_only_reads(played: Played, case: Case, path: str) -> None:
    assert set(methods(played, case, path)["check"]) <= {"GET"}


@pytest.mark.parametrize("case", successful(case for case in CASES if case.again is not None))
def test_successful_run_leaves_nothing_to_do(played: Played, case: Case) -> None:
    results = seen(played.results, case, "in_process")

    assert not results["live"].get("failed"), results["live"]
    assert not results["again"]["changed"]
    assert set(methods(played, case, "in_process")["again"]) <= {"GET"}


@on_each_path
def test_check_mode_returns_what_a_real_run_returns(
    played: Played, case: Case, path: str, mode: str
) -> None:
    results = seen(played.results, case, path)
    if case.fails_writing:
        assert results["check"]["changed"]
        pairs = diffs(results["check"])
        assert pairs
        assert all(pair["before"] != pair["after"] for pair in pairs)
        return
    check, live = (
        comparable(results[run], case.creates, "webhook_id", "date_created")
        for run in ("check", "live")
    )
    assert without(check, "warnings") == without(live, "warnings")
    warnings = live.get("warnings", [])
    assert [text for text in warnings if text in check.get("warnings", [])] == check.get(
        "warnings", []
    )
    if mode == "plain":
        assert len(warnings) == len(check.get("warnings", [])) + len(case.warns_written)


@on_each_path
def test_result_shows_no_secret(played: Played, case: Case, path: str) -> None:
    masks = case.options.get("mask_url", False)
    key = str(case.options.get("api_key", KEY))
    for result in seen(played.results, case, path).values():
        text = repr(result)
        is_masked = "********" in text
        assert key not in text
        assert masks or not is_masked or case.name == "masked_input", text
        assert not (masks and any(word in text for word in SECRET_WORDS)), text


@pytest.mark.parametrize("case", successful(case for case in CASES if case.options.get("mask_url")))
@on_each_path
def test_successful_task_with_mask_url_shows_masked_urls_only(
    played: Played, case: Case, path: str
) -> None:
    for result in seen(played.results, case, path).values():
        # Since core 2.21 the result has the invocation, with the URL of the service itself.
        text = repr(without(result, "invocation"))
        assert "://" not in MASKED_URL.sub("", text), text


@in_plain_mode
@on_each_path
def test_run_makes_the_requests_of_the_table(played: Played, case: Case, path: str) -> None:
    expected = {run: case.requests[run] for run in runs_of(case, path)}
    assert methods(played, case, path) == expected


@in_plain_mode
@on_each_path
def test_run_ends_as_in_the_table(played: Played, case: Case, path: str) -> None:
    for run, result in seen(played.results, case, path).items():
        says = case.failure_of(run)
        assert result.get("failed", False) == (says is not None), result
        assert (says or "") in result.get("msg", "")
        # Ansible itself says what is wrong with other options.
        assert not says or case.passed_on or result["msg"].endswith(GUIDE)
        assert result["changed"] == (run in case.runs_that_change)


def diffs(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pairs of a result: the one of a single webhook, or those of a set without its totals."""
    diff = result["diff"]
    return [pair for pair in diff if "before" in pair] if isinstance(diff, list) else [diff]


@in_plain_mode
@on_each_path
def test_warnings_are_in_the_result_and_printed(played: Played, case: Case, path: str) -> None:
    warnings = seen(played.results, case, path)["live"].get("warnings", [])
    wanted = [*case.warns, *case.warns_written]
    printed = "".join(played.output.split())  # Ansible breaks lines where it likes.
    assert len(warnings) == len(wanted)
    for text, part in zip(warnings, wanted, strict=True):
        assert part in text
        assert "".join(text.split()) in printed
