# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as users of the collection install it: a package of its own."""

from __future__ import annotations

import http.client
import subprocess
from urllib.parse import urlsplit

from tests.gates import environments
from tests.gates.bench import Bench, tool
from tests.gates.verdicts import Verdict
from touchbase_simulator.seed import DEFAULT_API_KEY

WEBHOOK = "/sms/campaigns/9141/webhooks/28"
REQUESTS = {("GET", WEBHOOK): 200, ("DELETE", WEBHOOK): 204, ("HEAD", "/_simulator/ui/"): 200}


def package(bench: Bench) -> Verdict:
    """Install it in an environment that has nothing else, at the lower bounds, and let it serve."""
    copy = bench.stage("simulator") / "simulator"
    options = ("--resolution", "lowest-direct", "--reinstall-package", "touchbase-simulator")
    folder = environments.prepare(bench, "simulator", tool("python"), *options, copy)
    log = bench.folder / "simulator.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            (folder / "bin" / "touchbase-simulator", "serve"),
            cwd=bench.folder,
            env=bench.environment({}),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as program,
    ):
        address = program.stdout.readline().split()[-1:] if program.stdout else []
        seen = {request: _status(address[0], *request) for request in REQUESTS} if address else {}
        program.terminate()
    if program.returncode or seen != REQUESTS:
        complaint = f"answers {seen}, exit status {program.returncode}"
        return Verdict(0, 1, log.read_text(), (complaint,))
    return Verdict(1, 0)


def _status(address: str, method: str, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {DEFAULT_API_KEY}"}
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
