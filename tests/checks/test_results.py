"""What was left out, broken or not run must never count as passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import ansible_test, results, tools
from checks.results import Case
from checks.workspace import Finished


@pytest.mark.parametrize(
    "words",
    [
        "WARNING: All targets skipped.",
        'WARNING: Required program "shellcheck" not found.',
        "WARNING: pwsh not found, skipping",
        "WARNING: Excluding tests marked destructive: one, two",
        'WARNING: Skipping sanity test "pylint" on unsupported Python 3.14',
        "skipping: no hosts matched",
        "nox > Skipping antsibull-docs...",
        "WARNING  [one > prepare] Skipping, instances already prepared.",
    ],
)
def test_tool_that_leaves_something_out_fails_despite_exit_status_0(words: str) -> None:
    finished = Finished("tool", 0, f"Running\n{words}\ndone\n")
    assert results.of_program(finished).failed == 1
    assert results.of_cases(finished, [Case("one", None)]).failed == 1


@pytest.mark.parametrize(
    ("status", "cases", "passed", "failed"),
    [
        (0, [Case("one", None), Case("two", None)], 2, 0),
        (1, [Case("one", None), Case("two", "failure: 1 is not 2")], 1, 1),
        (0, [Case("one", None), Case("two", "skipped: no network")], 1, 1),
        (0, [], 0, 1),
        (5, [], 0, 1),
        (1, [Case("one", None)], 1, 1),
    ],
)
def test_result_counts_each_test_and_skipped_as_failed(
    status: int, cases: list[Case], passed: int, failed: int
) -> None:
    result = results.of_cases(Finished("tool", status, ""), cases)
    assert (result.passed, result.failed) == (passed, failed)
    assert len(result.complaints) == failed


def test_junit_report_with_four_outcomes_is_read_as_such(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(
        """<testsuites><testsuite>
        <testcase classname="a" name="passes"/>
        <testcase classname="a" name="fails"><failure message="1 is not 2&#10;more"/></testcase>
        <testcase classname="a" name="breaks"><error message="no such file"/></testcase>
        <testcase classname="a" name="skips"><skipped message="not today"/></testcase>
        </testsuite></testsuites>""",
        encoding="utf-8",
    )
    assert results.read_junit(tmp_path) == [
        Case("a passes", None),
        Case("a fails", "failure: 1 is not 2"),
        Case("a breaks", "error: no such file"),
        Case("a skips", "skipped: not today"),
    ]


def test_integration_target_that_was_not_run_fails(tmp_path: Path) -> None:
    for name in ("setup_simulator", "good", "bad", "forgotten"):
        (tmp_path / "tests/integration/targets" / name).mkdir(parents=True)
    output = (
        "Running good integration test role\nRunning bad integration test role\n"
        "FATAL: The 1 integration test(s) listed below (out of 2) failed. See error output above"
        " for details:\nbad\n"
    )
    assert ansible_test.declared_and_run(tmp_path, Finished("tool", 1, output)) == [
        Case("bad", "failed"),
        Case("forgotten", "was not run"),
        Case("good"),
    ]


# As molecule logs it: the shared simulator around the scenarios, a coloured word where one failed.
ALL_WELL = """\
INFO     [default > create] Executed: Successful
INFO     [heal > converge] Executed: Successful
INFO     [pause > idempotence] Executed: Successful
INFO     [pause > verify] Executed: Successful
INFO     [default > destroy] Executed: Successful
INFO     Molecule executed 3 scenarios (3 successful)
"""
FAILED = ALL_WELL.replace(
    "idempotence] Executed: Successful", "idempotence] \x1b[31mExecuted: Failed"
)
LEFT_OUT = ALL_WELL.replace("heal", "pause")
NO_PLAYBOOK = ALL_WELL.replace("Successful", "Missing", 1)
MOLECULE = {
    "all well": (0, ALL_WELL, 5, []),
    "not idempotent": (1, FAILED, 4, ["pause > idempotence: Failed"]),
    "scenario left out": (0, LEFT_OUT, 5, ["heal: was not run"]),
    "no playbook": (0, NO_PLAYBOOK, 4, ["default > create: Missing"]),
}


@pytest.mark.parametrize(
    ("status", "output", "passed", "complaints"), MOLECULE.values(), ids=MOLECULE
)
def test_molecule_counts_each_action_and_misses_a_scenario(
    status: int, output: str, passed: int, complaints: list[str]
) -> None:
    result = tools.judge_molecule(Finished("tool", status, output), {"default", "pause", "heal"})
    assert (result.passed, list(result.complaints)) == (passed, complaints)
    assert result.failed == len(complaints)


PRE_COMMIT = """\
ruff.....................................................................Passed
yamllint.................................................................Failed
- hook id: yamllint
shellcheck...........................................(no files to check)Skipped
"""


def test_hook_that_failed_was_skipped_or_is_unknown_fails() -> None:
    cases = tools.hooks_run(["ruff", "yamllint", "shellcheck", "mypy"], PRE_COMMIT)
    assert cases == [
        Case("ruff"),
        Case("yamllint", "Failed"),
        Case("shellcheck", "Skipped"),
        Case("mypy", "was not run"),
    ]
