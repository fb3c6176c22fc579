"""Checks side by side: each counts, and none outlives the run."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checks.results import Result
from checks.schedule import run_checks
from checks.workspace import Workspace
from tests.functional.interruption.plays import wait_until


def test_broken_check_fails_shows_why_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def breaks_down(_workspace: Workspace) -> Result:
        raise KeyError("surprise")

    checks = {
        "broken": breaks_down,
        "bad": lambda _workspace: Result(1, 1, "all the output", ("a complaint",)),
        "good": lambda _workspace: Result(3, 0),
    }
    with Workspace() as workspace:
        status = run_checks(workspace, checks)

    said = capsys.readouterr().out
    assert (status, said.splitlines()[-1]) == (1, "4 passed, 2 failed")
    assert "KeyError: 'surprise'" in said
    assert "all the output" in said
    # Where it happened, and once more at the end.
    assert said.count("a complaint") == 2


@pytest.mark.parametrize(("passed", "status"), [(0, 1), (3, 0)])
def test_run_without_a_passed_test_fails(passed: int, status: int) -> None:
    with Workspace() as workspace:
        assert run_checks(workspace, {"one": lambda _workspace: Result(passed, 0)}) == status


INTERRUPTED = """
import signal, sys
from checks.__main__ import _interrupt
from checks.workspace import Workspace
from checks.schedule import run_checks
signal.signal(signal.SIGTERM, _interrupt)
sleeper = ("sh", "-c", "sleep 600 & echo $! > " + sys.argv[1] + "; wait")
with Workspace() as workspace:
    print(workspace.folder, flush=True)
    run_checks(workspace, {"one": lambda workspace: workspace.run(*sleeper)})
"""


def test_interrupted_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    command = [sys.executable, "-c", INTERRUPTED, str(pid)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        wait_until(lambda: pid.exists() and pid.read_text().strip(), "the check starts")
        run.send_signal(signal.SIGTERM)
        status = run.wait(20)
    assert status == 128 + signal.SIGTERM
    assert not folder.exists()
    wait_until(lambda: not _lives(pid.read_text().strip()), "its process ends")


def _lives(pid: str) -> bool:
    """Tell whether a process is there and not merely waiting to be collected."""
    command = ["ps", "-o", "stat=", "-p", pid]
    state = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_foreign_settings_do_not_reach_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", "minimal")
    monkeypatch.setenv("TOUCHBASE_API_KEY", "of-the-user")
    with Workspace() as workspace:
        said = workspace.run("env").output
        home = workspace.home
    assert "minimal" not in said
    assert "of-the-user" not in said
    assert f"HOME={home}\n" in said
