# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks side by side: each counts, and none outlives the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from checks.results import Result
from checks.schedule import Check, run_checks
from checks.workspace import Workspace

PASSED = Result(1, 0)


def _run(checks: dict[str, Check], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with Workspace() as workspace:
        status = run_checks(workspace, checks)
    return status, capsys.readouterr().out


def test_closing_line_adds_up_all_checks(capsys: pytest.CaptureFixture[str]) -> None:
    checks = {"one": lambda _workspace: Result(3, 0), "two": lambda _workspace: PASSED}
    status, said = _run(checks, capsys)
    assert (status, said.splitlines()[-1]) == (0, "4 passed, 0 failed")


def test_check_that_breaks_down_fails_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def breaks_down(_workspace: Workspace) -> Result:
        raise KeyError("surprise")

    status, said = _run({"one": breaks_down, "two": lambda _workspace: PASSED}, capsys)
    assert (status, said.splitlines()[-1]) == (1, "1 passed, 1 failed")
    assert "KeyError: 'surprise'" in said


def test_failed_check_shows_its_output_and_is_named_again_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = Result(0, 1, "all the output", ("a complaint",))
    status, said = _run({"bad": lambda _workspace: bad}, capsys)
    assert (status, said.splitlines()[-1]) == (1, "0 passed, 1 failed")
    assert "all the output" in said
    assert said.count("a complaint") == 2


def test_run_without_a_passed_check_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run({}, capsys)[0] == 1


def test_interrupted_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    program = (
        "import signal, subprocess, sys, time\n"
        "from checks.__main__ import _interrupt\n"
        "from checks.workspace import Workspace\n"
        "from checks.schedule import run_checks\n"
        "signal.signal(signal.SIGTERM, _interrupt)\n"
        "sleeper = ('sh', '-c', 'sleep 600 & echo $! > ' + sys.argv[1] + '; wait')\n"
        "with Workspace() as workspace:\n"
        "    print(workspace.folder, flush=True)\n"
        "    run_checks(workspace, {'one': lambda workspace: workspace.run(*sleeper)})\n"
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


def test_foreign_settings_do_not_reach_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", "minimal")
    monkeypatch.setenv("TOUCHBASE_API_KEY", "of-the-user")
    with Workspace() as workspace:
        said = workspace.run("env").output
        home = workspace.home
    assert "minimal" not in said
    assert "of-the-user" not in said
    assert f"HOME={home}\n" in said


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
