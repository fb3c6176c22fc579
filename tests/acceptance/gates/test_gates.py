# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates themselves: what was left out, broken or not run must never count as passed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.gates import ansible_test, demo, molecule, tarball, verdicts
from tests.gates.bench import Bench
from tests.gates.programs import Finished, Programs, Stopped
from tests.gates.schedule import Gate, run_gates
from tests.gates.verdicts import Case, Verdict

PASSED = Verdict(1, 0)


@pytest.mark.parametrize(
    "words",
    [
        "WARNING: All targets skipped.",
        'WARNING: Required program "shellcheck" not found.',
        "WARNING: pwsh not found, skipping",
        "WARNING: Excluding tests marked destructive: one, two",
        'WARNING: Skipping sanity test "pylint" on unsupported Python 3.14',
        "skipping: no hosts matched",
        "WARNING  [one > prepare] Skipping, instances already prepared.",
    ],
)
def test_a_tool_that_leaves_something_out_has_failed_though_it_exits_with_0(words: str) -> None:
    finished = Finished(0, f"Running\n{words}\ndone\n")
    assert verdicts.of_program(finished).failed == 1
    assert verdicts.of_cases(finished, [Case("one", None)]).failed == 1


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
def test_tests_are_counted_one_by_one(
    status: int, cases: list[Case], passed: int, failed: int
) -> None:
    verdict = verdicts.of_cases(Finished(status, ""), cases)
    assert (verdict.passed, verdict.failed) == (passed, failed)
    assert len(verdict.complaints) == failed


def test_a_junit_report_tells_passed_failed_and_skipped_tests_apart(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(
        """<testsuites><testsuite>
        <testcase classname="a" name="passes"/>
        <testcase classname="a" name="fails"><failure message="1 is not 2&#10;more"/></testcase>
        <testcase classname="a" name="breaks"><error message="no such file"/></testcase>
        <testcase classname="a" name="skips"><skipped message="not today"/></testcase>
        </testsuite></testsuites>""",
        encoding="utf-8",
    )
    assert verdicts.read_junit(tmp_path) == [
        Case("a passes", None),
        Case("a fails", "failure: 1 is not 2"),
        Case("a breaks", "error: no such file"),
        Case("a skips", "skipped: not today"),
    ]


def test_a_target_that_was_not_run_is_told_from_one_that_failed(tmp_path: Path) -> None:
    for name in ("setup_simulator", "good", "bad", "forgotten"):
        (tmp_path / "tests/integration/targets" / name).mkdir(parents=True)
    output = (
        "Running good integration test role\nRunning bad integration test role\n"
        "FATAL: The 1 integration test(s) listed below (out of 2) failed. See error output above"
        " for details:\nbad\n"
    )
    assert ansible_test.declared_and_run(tmp_path, Finished(1, output)) == [
        Case("bad", "failed"),
        Case("forgotten", "was not run"),
        Case("good", None),
    ]


SCENARIOS = {
    "default": ["create", "destroy"],
    "pause": ["prepare", "converge", "idempotence", "verify"],
    "heal": ["prepare", "converge"],
}
# As molecule logs it: the shared simulator around the scenarios, a coloured word where one failed.
ALL_WELL = """\
INFO     [default > create] Executed: Successful
INFO     [heal > prepare] Executed: Successful
INFO     [heal > converge] Executed: Successful
INFO     [pause > prepare] Executed: Successful
INFO     [pause > converge] Executed: Successful
INFO     [pause > idempotence] Executed: Successful
INFO     [pause > verify] Executed: Successful
INFO     [default > destroy] Executed: Successful
INFO     Molecule executed 4 scenarios (4 successful)
"""
NOT_IDEMPOTENT = ALL_WELL.replace(
    "INFO     [pause > idempotence] Executed: Successful\n"
    "INFO     [pause > verify] Executed: Successful\n",
    "CRITICAL Idempotence test failed because of the following tasks:\n"
    "ERROR    [pause > idempotence] \x1b[31mExecuted: Failed\x1b[0m\n",
)
WITHOUT_HEAL = "".join(line for line in ALL_WELL.splitlines(True) if "heal" not in line)


@pytest.mark.parametrize(
    ("status", "output", "passed", "complaints"),
    [
        (0, ALL_WELL, 8, []),
        (1, NOT_IDEMPOTENT, 6, ["pause > idempotence: Failed", "pause > verify: was not run"]),
        (0, WITHOUT_HEAL, 6, ["heal > prepare: was not run", "heal > converge: was not run"]),
        (
            0,
            ALL_WELL.replace(
                "[heal > prepare] Executed: Successful", "[heal > prepare] Executed: Missing"
            ),
            7,
            ["heal > prepare: Missing"],
        ),
        (2, ALL_WELL, 8, ["exit status 2, though every reported test passed"]),
    ],
    ids=["all well", "not idempotent", "a scenario left out", "no playbook", "a bad end"],
)
def test_each_action_of_each_scenario_counts(
    status: int, output: str, passed: int, complaints: list[str]
) -> None:
    verdict = molecule.judge(Finished(status, output), SCENARIOS)
    assert (verdict.passed, list(verdict.complaints)) == (passed, complaints)
    assert verdict.failed == len(complaints)


@pytest.mark.parametrize("scenarios", [{}, {"default": ["create", "destroy"]}])
def test_a_molecule_run_without_a_scenario_has_failed(scenarios: dict[str, list[str]]) -> None:
    verdict = molecule.judge(Finished(0, ALL_WELL), scenarios)
    assert (verdict.passed, verdict.failed) == (0, 1)


def test_every_folder_with_a_molecule_file_is_a_scenario_that_must_run(tmp_path: Path) -> None:
    folder = tmp_path / "extensions/molecule"
    (folder / "common/tasks").mkdir(parents=True)
    (folder / "config.yml").write_text("scenario: {test_sequence: [prepare, side_effect x.yml]}\n")
    for name, settings in {
        "default": "scenario: {test_sequence: [create, destroy]}",
        "pause": "{}",
        "group/heal": "",
    }.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "molecule.yml").write_text(f"---\n{settings}\n")
    assert molecule.declared(tmp_path) == {
        "default": ["create", "destroy"],
        "group/heal": ["prepare", "side_effect"],
        "pause": ["prepare", "side_effect"],
    }


def _report(folder: Path, name: str, filename: str, lines: str) -> Path:
    path = folder / name
    path.write_text(
        f'<coverage><class filename="{filename}"><lines>{lines}</lines></class></coverage>',
        encoding="utf-8",
    )
    return path


def test_coverage_counts_lines_and_branches_of_plugins_alone(tmp_path: Path) -> None:
    lines = (
        '<line number="1" hits="1"/><line number="2" hits="0"/>'
        '<line number="3" hits="1" branch="true" condition-coverage="50% (1/2)"/>'
    )
    ran = _report(tmp_path, "coverage.xml", "plugins/modules/one.py", lines)
    stub = _report(tmp_path, "coverage=stub.xml", "tests/gates/demo.py", lines)
    verdict = ansible_test.judge_coverage([ran, stub])
    assert verdict.failed == 1
    assert verdict.remark == "lines 66.7 %, branches 50.0 %"
    assert verdict.output == "plugins/modules/one.py: not covered: 2, 3 (a branch)"


def test_a_file_that_nothing_loaded_counts_as_uncovered_and_only_once(tmp_path: Path) -> None:
    hit, missed = '<line number="1" hits="1"/>', '<line number="1" hits="0"/>'
    reports = [
        _report(tmp_path, "coverage.xml", "plugins/modules/one.py", hit),
        _report(tmp_path, "coverage=stub-1.xml", "plugins/modules/one.py", missed),
        _report(tmp_path, "coverage=stub-2.xml", "plugins/modules/two.py", missed),
    ]
    assert ansible_test.judge_coverage(reports).remark == "lines 50.0 %, branches 100.0 %"


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("plugins/modules/touchbase_sms_webhook.py", True),
        ("plugins/module_utils/_operations/webhook.py", True),
        ("playbooks/awx/bootstrap.yml", True),
        ("playbooks/awx/tasks/make.yml", True),
        ("playbooks/awx/vars/templates.yml", True),
        ("playbooks/awx/vars/.templates.yml.swp", False),
        ("playbooks/examples/environment/inventory/group_vars/dev/main.yml", True),
        ("playbooks/examples/environment/inventory/group_vars/dev/touchbase_secret.yml", False),
        ("playbooks/examples/accounts/inventory/host_vars/shop/vault.yml", False),
        ("roles/bootstrap/README.md", True),
        ("roles/bootstrap/meta/argument_specs.yml", True),
        ("roles/bootstrap/tasks/main.yml", True),
        ("roles/bootstrap/tasks/main.yml~", False),
        ("roles/bootstrap/tests/test.yml", False),
        ("extensions/molecule/config.yml", False),
        ("extensions/molecule/bootstrap/converge.yml", False),
        ("tests/config.yml", True),
        ("tests/gates/demo.py", False),
        ("tests/output/coverage/one", False),
        (".github/workflows/test.yml", False),
        ("plugins/modules/.swp", False),
        ("plugins/modules/__pycache__/one.pyc", False),
        ("build/reports/one.xml", False),
    ],
)
def test_the_archive_is_for_users(name: str, allowed: bool) -> None:
    assert bool(tarball.ALLOWED.fullmatch(name)) is allowed


def _run(gates: list[Gate], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with Bench() as bench:
        status = run_gates(bench, gates)
    return status, capsys.readouterr().out


def test_the_last_line_adds_up_all_gates(capsys: pytest.CaptureFixture[str]) -> None:
    gates = [Gate("one", lambda _bench: Verdict(3, 0)), Gate("two", lambda _bench: PASSED)]
    status, said = _run(gates, capsys)
    assert (status, said.splitlines()[-1]) == (0, "4 passed, 0 failed")


def test_a_gate_that_breaks_down_counts_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def breaks_down(_bench: Bench) -> Verdict:
        raise KeyError("surprise")

    status, said = _run([Gate("one", breaks_down), Gate("two", lambda _bench: PASSED)], capsys)
    assert (status, said.splitlines()[-1]) == (1, "1 passed, 1 failed")
    assert "KeyError: 'surprise'" in said


def test_what_needs_a_failed_gate_is_not_run_and_counts_as_failed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = Gate("first", lambda _bench: Verdict(0, 1, "all the output", ("a complaint",)))
    second = Gate("second", lambda _bench: PASSED, after=("first",))
    status, said = _run([second, first], capsys)
    assert (status, said.splitlines()[-1]) == (1, "0 passed, 2 failed")
    assert "not run, because it needs first" in said
    assert "all the output" in said
    assert "first: a complaint" in said


def test_an_interrupted_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    program = (
        "import signal, subprocess, sys, time\n"
        "from tests.gates.__main__ import _interrupt\n"
        "from tests.gates.bench import Bench\n"
        "from tests.gates.schedule import Gate, run_gates\n"
        "signal.signal(signal.SIGTERM, _interrupt)\n"
        "sleeper = ('sh', '-c', 'sleep 600 & echo $! > ' + sys.argv[1] + '; wait')\n"
        "with Bench() as bench:\n"
        "    print(bench.folder, flush=True)\n"
        "    run_gates(bench, [Gate('one', lambda bench: bench.run(*sleeper))])\n"
    )
    pid_file = tmp_path / "pid"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(pid_file)], stdout=subprocess.PIPE, text=True
    ) as run:
        folder = Path(run.stdout.readline().strip()) if run.stdout else None
        _wait_until(lambda: pid_file.exists() and pid_file.read_text().strip())
        run.send_signal(signal.SIGTERM)
        status = run.wait(20)
    assert status == 128 + signal.SIGTERM
    assert folder is not None
    assert not folder.exists()
    _wait_until(lambda: not _lives(int(pid_file.read_text())))


def test_nothing_starts_once_the_programs_were_stopped(tmp_path: Path) -> None:
    programs = Programs()
    programs.stop()
    with pytest.raises(Stopped):
        programs.run(["true"], cwd=tmp_path, env=os.environ)


def test_a_program_s_background_children_end_with_it(tmp_path: Path) -> None:
    finished = Programs().run(["sh", "-c", "sleep 600 & echo $!"], cwd=tmp_path, env=os.environ)
    _wait_until(lambda: not _lives(int(finished.output)))


def test_programs_run_side_by_side_and_are_all_stopped(tmp_path: Path) -> None:
    programs = Programs()
    ended: list[type[BaseException]] = []

    def sleep() -> None:
        try:
            programs.run(["sleep", "600"], cwd=tmp_path, env=os.environ)
        except Stopped:
            ended.append(Stopped)

    threads = [threading.Thread(target=sleep) for _number in range(3)]
    for thread in threads:
        thread.start()
    programs.stop()
    for thread in threads:
        thread.join(20)
    assert ended == [Stopped] * 3


def _seen(options: str, output: str, methods: tuple[str, ...]) -> demo.Seen:
    requests = [{"method": method} for method in methods]
    return demo.Seen(f"ansible-playbook {options}", 0, output, requests)


DIFF = '--- before\n+++ after\n-    "url": "a"\n+    "url": "b"\n\nchanged: [localhost]\n'


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({1: (DIFF.replace('"b"', '"c"') + "changed=1", ("GET", "PUT"))}, "different diffs"),
        ({2: (DIFF + "changed=0", ("GET",))}, "the second run shows a diff"),
        ({2: ("ok: [localhost]\nchanged=1", ("GET",))}, "lacks changed=0"),
        ({2: ("ok: [localhost]\nchanged=0", ("GET", "PUT"))}, "requests"),
    ],
)
def test_the_demo_fails_when_it_does_not_show_what_it_promises(
    change: dict[int, Any], complaint: str | None
) -> None:
    told: dict[int, Any] = {
        0: (DIFF + "changed=1", ("GET",)),
        1: (DIFF + "changed=1", ("GET", "PUT")),
        2: ("ok: [localhost]\nchanged=0", ("GET",)),
    }
    seen = [_seen(str(number), *said) for number, said in (told | change).items()]
    complaints = demo.complaints_about(seen)
    assert bool(complaints) is (complaint is not None)
    assert complaint is None or complaint in " ".join(complaints)


def _lives(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be collected."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def _wait_until(condition: Any, seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come true in time"
        time.sleep(0.05)
