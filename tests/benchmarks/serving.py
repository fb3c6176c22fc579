# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that workloads run against, each a process: set up for a run, and asked about it."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.benchmarks.server import DECLARED, DIFFERENT, HOST, campaign_of
from tests.benchmarks.workloads import Workload
from touchbase_simulator.process import SimulatorProcess
from touchbase_simulator.seed import DEFAULT_API_KEY

API_KEY = DEFAULT_API_KEY
PROGRAM = Path(__file__).resolve().parent / "server.py"


@dataclass(frozen=True)
class Counts:
    """What a server saw of a run, and how many webhooks are still not what is declared."""

    reads: int
    writes: int
    connections: int
    differing: int


class Server(Protocol):
    """What the driver needs of a server."""

    @property
    def url(self) -> str:
        """The address to give as ``api_url``."""

    def reset(self, workload: Workload) -> None:
        """Begin anew, with the webhooks of a workload."""

    def counts(self) -> Counts:
        """What it saw since then."""


@contextlib.contextmanager
def start(name: str, latency_ms: int) -> Iterator[Server]:
    """Start a server; it ends with the block."""
    if name == "simulator":
        with SimulatorProcess.start(latency_ms=latency_ms) as simulator:
            yield Simulated(simulator)
        return
    command = (sys.executable, str(PROGRAM), f"--latency-ms={latency_ms}")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        try:
            yield Minimal(_port_of(child))
        finally:
            child.terminate()


def _port_of(child: subprocess.Popen[bytes]) -> int:
    """Read the port, which is printed once the server serves."""
    line = child.stdout.readline() if child.stdout else b""
    if not line:
        raise RuntimeError("the minimal server did not start; what it said is above")
    return int(line)


class Minimal:
    """The server that does as little as possible."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.url = f"http://{HOST}:{port}"

    def reset(self, workload: Workload) -> None:
        """Begin anew, with the webhooks of a workload."""
        names = ("webhooks", "campaigns", "differing")
        self._control("reset", {name: getattr(workload, name) for name in names})

    def counts(self) -> Counts:
        """What it saw since then; a method that no workload uses counts as a write."""
        counts = Counter(self._control("counts"))
        connections = counts.pop("connections", 0)
        differing = counts.pop("differing")
        reads = counts.pop("GET", 0)
        return Counts(reads, counts.total(), connections, differing)

    def _control(self, name: str, body: object = None) -> Any:
        # Not through requests or urllib: their proxies and .netrc files are none of our business.
        connection = http.client.HTTPConnection(HOST, self._port)
        try:
            connection.request("POST", f"/_benchmark/{name}", body=json.dumps(body))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


class Simulated:
    """The simulator, which checks each request against the contract."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self._simulator = simulator
        self.url = simulator.url

    def reset(self, workload: Workload) -> None:
        """Begin anew, with the webhooks of a workload."""
        self._simulator.reset(seed=seed_of(workload))

    def counts(self) -> Counts:
        """What it saw since then; each connection comes from a port of its own."""
        journal = self._simulator.journal()
        counts = Counter(entry["method"] for entry in journal)
        connections = len({entry["client_port"] for entry in journal})
        differing = sum(
            webhook["url"] != DECLARED.format(webhook["webhook_id"])
            for campaign in self._simulator.state()["campaigns"]
            for webhook in campaign["webhooks"]
        )
        reads = counts.pop("GET", 0)
        return Counts(reads, counts.total(), connections, differing)


def seed_of(workload: Workload) -> dict[str, Any]:
    """Give the account of a workload in the form of a seed of the simulator."""
    campaigns: dict[int, list[dict[str, Any]]] = {}
    for number in range(1, workload.webhooks + 1):
        address = DIFFERENT if number <= workload.differing else DECLARED
        campaigns.setdefault(campaign_of(number, workload.campaigns), []).append(
            {
                "webhook_id": number,
                "webhook_type": "CampaignReply",
                "url": address.format(number),
                "active": True,
                "date_created": "2021-10-25T06:58:55.951Z",
                "note": None,
            }
        )
    return {
        "api_key": API_KEY,
        "campaigns": [
            {
                "campaign_id": number,
                "name": f"Campaign {number}",
                "content": "Your visit is tomorrow.",
                "date": "2021-10-25T06:12:40.87Z",
                "delivery_date": "2021-10-25T07:00:03Z",
                "status": "Delivered",
                "replies_to_email": "",
                "replies_to_mobile": "",
                "webhooks": webhooks,
            }
            for number, webhooks in sorted(campaigns.items())
        ],
    }
