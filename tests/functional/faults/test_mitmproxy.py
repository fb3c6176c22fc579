# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the table that mitmproxy can make, between the collection and the simulator."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import Mode
from tests.functional.faults.account import CAMPAIGN, SEED, AccountState
from tests.functional.faults.assertions import assert_as_expected
from tests.functional.faults.table import CELLS, Cell
from tests.functional.support.operations import result_of
from touchbase_simulator.process import SimulatorProcess
from touchbase_simulator.seed import account_from

ADDON = Path(__file__).with_name("mitmproxy_addon.py")
KINDS = {
    "reset_before": "reset before it was applied",
    "close_before": "closed before it was applied",
    "reset_after": "reset after it was applied",
    "close_after": "reset after it was applied",
    "hold_before": "no response",
    "hold_after": "no response after it was applied",
}
# The method that goes wrong, and which of the task's requests of that method is the first to.
REQUESTS = {
    "get": ("GET", 0),
    "page": ("GET", 1),
    "put": ("PUT", 0),
    "verify": ("GET", 1),
    "post": ("POST", 0),
    "delete": ("DELETE", 0),
}
CASES = [
    pytest.param(kind, cell, id=f"{kind}, {cell}")
    for kind, name in KINDS.items()
    for cell in CELLS
    if cell.fault.name in (f"{name}, once", f"{name}, always")
]
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("mitmproxy")]
_START_LIMIT = 60.0  # seconds, for a machine under load
_POLL = 0.05


@pytest.fixture(scope="module")
def proxy(simulator: SimulatorProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a mitmproxy before the simulator."""
    program = shutil.which("mitmdump")
    assert program, "mitmdump is not on PATH: see tests/soak/requirements-functional.in"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("mitmproxy")
    command = [program, f"--mode=reverse:{simulator.url}", "--listen-host=127.0.0.1", "--quiet"]
    command += [f"--listen-port={port}", f"--scripts={ADDON}", f"--set=confdir={folder}"]
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, child, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        # At its end it complains of the requests that it was told to hold.
        printed = (folder / "log").read_text(encoding="utf-8")
        child.terminate()
        child.wait(_START_LIMIT)
    assert "Traceback" not in printed


def _wait_for(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + _START_LIMIT
    while time.monotonic() < limit and child.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL)
    raise AssertionError(f"mitmdump does not listen: {log.read_text(encoding='utf-8')}")


@pytest.mark.parametrize(("kind", "cell"), CASES)
def test_task_with_a_fault_of_mitmproxy_ends_as_the_table_says(
    kind: str, cell: Cell, simulator: SimulatorProcess, proxy: str
) -> None:
    # An empty response to the PUT is what makes a task read back.
    behaviour = {"put_response": "empty"} if cell.column == "verify" else None
    simulator.reset(seed=SEED, behaviour=behaviour)
    method, first = REQUESTS[cell.column]
    case = f"{kind}-{cell.column}-{cell.fault.times}"
    options = {
        "api_url": f"{proxy}/{case}/{kind}/{method}/{first}/{cell.fault.times}",
        "timeout": 1.0 if cell.fault.is_slow else 30.0,
        "retries": 1,
        "max_wait": 0.01,
        **cell.position.options,
    }

    result = result_of(cell.position.operation, options, Mode())

    assert_as_expected(cell, _state(simulator), result)


def _state(simulator: SimulatorProcess) -> AccountState:
    account, journal = account_from(simulator.state()), simulator.journal()
    return AccountState(
        account.campaigns[CAMPAIGN].webhooks,
        set(account.campaigns),
        any(one["method"] != "GET" and (one["status"] or 500) < 300 for one in journal),
        sum(one["method"] == "POST" for one in journal),
    )
