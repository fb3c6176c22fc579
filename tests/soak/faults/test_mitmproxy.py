# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that mitmproxy makes between the collection and the simulator, held against the table."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    run_operation,
)
from tests.acceptance.faults.account import CAMPAIGN, SEED, Seen
from tests.acceptance.faults.positions import DELETE, FIRST, PAGE, POST, PUT, VERIFY, Position
from tests.acceptance.faults.table import CELLS, Cell
from tests.acceptance.faults.verdict import KEY, assert_as_it_should
from touchbase_simulator.process import SimulatorProcess
from touchbase_simulator.seed import account_from

ADDON = Path(__file__).with_name("misbehaving.py")
KINDS = {
    "reset_before": "reset before it is carried out",
    "end_before": "hung up before it is carried out",
    "reset_after": "reset after it was applied",
    "end_after": "reset after it was applied",
    "hole_before": "black hole",
    "hole_after": "black hole after it was applied",
}
# The method that goes wrong, and which of the task's requests of that method is the first to.
REQUESTS: Mapping[Position, tuple[str, int]] = {
    FIRST: ("GET", 0),
    PAGE: ("GET", 1),
    PUT: ("PUT", 0),
    VERIFY: ("GET", 1),
    POST: ("POST", 0),
    DELETE: ("DELETE", 0),
}
CASES = [
    (kind, cell)
    for kind, name in KINDS.items()
    for cell in CELLS
    if cell.fault.name in (f"{name}, once", f"{name}, for ever")
]
_START_LIMIT = 60.0  # seconds, for a machine under load
_POLL = 0.05


@pytest.fixture(name="simulator", scope="module")
def _simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start(seed=SEED) as running:
        yield running


@pytest.fixture(name="proxy", scope="module")
def _proxy(simulator: SimulatorProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a mitmproxy before the simulator."""
    program = shutil.which("mitmdump")
    assert program, "mitmdump is not on PATH: see tests/soak/requirements-faults.in"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    room = tmp_path_factory.mktemp("mitmproxy")
    command = [program, f"--mode=reverse:{simulator.url}", "--listen-host=127.0.0.1", "--quiet"]
    command += [f"--listen-port={port}", f"--scripts={ADDON}", f"--set=confdir={room}"]
    with (room / "log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, child, room / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        # At its end it complains of the requests that it was told to hold.
        said = (room / "log").read_text(encoding="utf-8")
        child.terminate()
        child.wait(_START_LIMIT)
    assert "Traceback" not in said


def _wait_for(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + _START_LIMIT
    while time.monotonic() < limit and child.poll() is None:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL)
    raise AssertionError(f"mitmdump does not listen: {log.read_text(encoding='utf-8')}")


@pytest.mark.xdist_group("mitmproxy")
@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{kind}, {cell}" for kind, cell in CASES]
)
def test_a_fault_of_mitmproxy_ends_as_the_table_says(
    number: int, simulator: SimulatorProcess, proxy: str
) -> None:
    kind, cell = CASES[number]
    # An empty answer to the PUT is what makes a task read back.
    simulator.reset(behaviour={"put_answer": "empty"} if cell.position.like is VERIFY else None)
    method, first = REQUESTS[cell.position.like]
    place = f"{proxy}/{number}/{kind}/{method}/{first}/{cell.fault.times}"

    result = _performed(cell, place)

    assert_as_it_should(cell, _seen(simulator), result)


def _performed(cell: Cell, place: str) -> Mapping[str, object]:
    given = {
        "api_key": KEY,
        "api_url": place,
        "timeout": 1.0 if cell.fault.is_slow else 30.0,
        "retries": 1,
        "max_wait": 0.01,
        **cell.position.options,
    }
    operation = cell.position.operation
    validation = ArgumentSpecValidator(operation.argument_spec).validate(given)
    assert not validation.error_messages
    return run_operation(operation, validation.validated_parameters, Mode())


def _seen(simulator: SimulatorProcess) -> Seen:
    """What the simulator holds, and what reached it."""
    account, journal = account_from(simulator.state()), simulator.journal()
    return Seen(
        account.campaigns[CAMPAIGN].webhooks,
        set(account.campaigns),
        any(one["method"] != "GET" and (one["status"] or 500) < 300 for one in journal),
        sum(one["method"] == "POST" for one in journal),
    )
