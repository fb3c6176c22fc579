# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe as a process of its own, over sockets: signals that really come, and its file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator.tests.client import KEY
from simulator.tests.probing import CAMPAIGN, own_ids
from touchbase_simulator.process import SimulatorError, SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

SIMULATOR = Path(__file__).parents[1]
# The command, with less time between its requests.
PROGRAM = """
from touchbase_simulator.__main__ import main
from touchbase_simulator.probe import account

account.INTERVAL = 0.05
main()
"""
LIMIT = 60.0  # seconds, for machines under load


def _started(simulator: SimulatorProcess, *options: str) -> subprocess.Popen[str]:
    given = (f"--api-url={simulator.url}", "--yes", *CAMPAIGN, *options)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "probe", *given],
        cwd=SIMULATOR,
        env={**os.environ, "TOUCHBASE_API_KEY": KEY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def in_the_middle(simulator: SimulatorProcess) -> Iterator[subprocess.Popen[str]]:
    """A run that has created a webhook."""
    with _started(simulator) as program:
        give_up = time.monotonic() + LIMIT
        while not own_ids(simulator.state()) and time.monotonic() < give_up:
            time.sleep(0.01)
        yield program
        program.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_probe_cleans_up_and_says_so(
    simulator: SimulatorProcess, in_the_middle: subprocess.Popen[str], number: signal.Signals
) -> None:
    in_the_middle.send_signal(number)
    out, err = in_the_middle.communicate(timeout=LIMIT)

    assert in_the_middle.returncode == 128 + number
    assert "Stopping: what was created is removed first" in err
    assert "Not finished: interrupted" in err
    assert "The run was not finished: interrupted." in " ".join(out.split())
    assert own_ids(simulator.state()) == set()


def test_second_signal_lets_the_third_end_the_cleanup(
    simulator: SimulatorProcess, in_the_middle: subprocess.Popen[str]
) -> None:
    simulator.fault(method="GET", delay=LIMIT, status=200, times=100)
    for _time in range(3):
        in_the_middle.send_signal(signal.SIGTERM)
        time.sleep(0.2)
    _out, err = in_the_middle.communicate(timeout=LIMIT)
    simulator.clear_faults()

    assert in_the_middle.returncode == -signal.SIGTERM
    assert "once more ends it without" in err


def test_killed_probe_is_cleaned_up_by_another_run(
    simulator: SimulatorProcess, in_the_middle: subprocess.Popen[str]
) -> None:
    before = {one["webhook_id"] for one in simulator.state()["campaigns"][0]["webhooks"]}
    in_the_middle.kill()
    in_the_middle.wait(LIMIT)
    left = own_ids(simulator.state())

    with _started(simulator, "--clean") as program:
        out, _err = program.communicate(timeout=LIMIT)

    after = {one["webhook_id"] for one in simulator.state()["campaigns"][0]["webhooks"]}
    assert left
    assert (program.returncode, after) == (0, before - left)
    assert "0 are left" in out


def test_file_of_a_probe_is_taken_by_serve_and_by_the_helper(
    simulator: SimulatorProcess, tmp_path: Path
) -> None:
    simulator.behaviour({"put_response": "stale", "duplicates": "refused"})
    output = tmp_path / "behaviour.yml"
    with _started(simulator, f"--output={output}") as program:
        program.communicate(timeout=LIMIT)

    with SimulatorProcess.start(behaviour=output, switches={"duplicates": "allowed"}) as alike:
        switches = alike.behaviour()

    # A switch that is set by itself counts more than the file.
    assert switches == {**simulator.behaviour(), "duplicates": "allowed"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("put_response: rude\n", "choose from record, empty, stale"),
        ("manners: rude\n", "no switch 'manners'"),
        ("- put_response\n", "must be a mapping"),
        ("put_response: [\n", "behaviour.yml"),
        ("put_response: [record]\n", "choose from record, empty, stale"),
        (None, "behaviour.yml"),
    ],
)
def test_bad_behaviour_file_is_explained(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "behaviour.yml"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(SimulatorError, match=told) as refused:
        SimulatorProcess.start(behaviour=path)
    assert "Traceback" not in str(refused.value)
