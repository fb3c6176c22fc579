# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as users of the collection get it: from a checkout, with its own requirements."""

from __future__ import annotations

import http.client

from tests.gates import environments
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.verdicts import Verdict
from tests.simulator.process import SimulatorError, SimulatorProcess

REQUIREMENTS = ROOT / "tests/simulator/requirements.txt"
WEBHOOK = "/sms/campaigns/9141/webhooks/28"


def requirements(bench: Bench) -> Verdict:
    """Let it serve in an environment with nothing but its requirements, at their lower bounds."""
    options = ("--resolution", "lowest-direct", "--requirements", REQUIREMENTS)
    folder = environments.prepare(bench, "simulator", tool("python"), *options)
    try:
        with SimulatorProcess.start(python=folder / "bin" / "python") as simulator:
            statuses = {
                method: _status(simulator, method, path)
                for method, path in (
                    ("GET", WEBHOOK),
                    ("DELETE", WEBHOOK),
                    ("HEAD", "/_simulator/ui/"),
                )
            }
            log = simulator.log
            ended = simulator.stop()
    except SimulatorError as error:
        return Verdict(0, 1, str(error), (f"it does not start with {REQUIREMENTS.name} alone",))
    if ended or list(statuses.values()) != [200, 204, 200]:
        return Verdict(0, 1, log, (f"answers {statuses}, exit status {ended}",))
    return Verdict(1, 0)


def _status(simulator: SimulatorProcess, method: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {simulator.api_key}"}
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
