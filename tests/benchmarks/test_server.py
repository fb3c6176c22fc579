# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The minimal server answers as the simulator does, and both say what they saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.benchmarks import serving
from tests.benchmarks.serving import Counts, Server
from tests.benchmarks.workloads import Workload

WORKLOAD = Workload("server", "bare_requests", webhooks=5, campaigns=2, differing=3)
LIST = "/sms/campaigns/9001/webhooks"
WRITTEN = {"Url": "https://hooks.example.org/replies/2", "IsActive": True}
REQUESTS: tuple[tuple[str, str, Any], ...] = (
    ("GET", LIST, None),
    ("GET", "/sms/campaigns/9002/webhooks", None),
    ("GET", f"{LIST}/2", None),
    ("PUT", f"{LIST}/2", WRITTEN),
    ("GET", f"{LIST}/2", None),
    ("GET", f"{LIST}/77", None),
    ("PUT", f"{LIST}/77", WRITTEN),
    ("GET", "/sms/campaigns/77/webhooks", None),
    ("GET", "/sms/nothing", None),
)


@pytest.fixture(scope="module")
def minimal() -> Iterator[Server]:
    with serving.start("minimal", 0) as server:
        yield server


def answers(server: Server) -> list[tuple[int, Any]]:
    """Status and data of each request, over one connection."""
    server.reset(WORKLOAD)
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {serving.API_KEY}"
        found = [
            session.request(method, server.url + path, json=body) for method, path, body in REQUESTS
        ]
    return [(one.status_code, one.json()) for one in found]


def test_minimal_server_responds_like_the_simulator(minimal: Server) -> None:
    with serving.start("simulator", 0) as simulator:
        expected = answers(simulator)
        seen_by_simulator = simulator.counts()

    assert answers(minimal) == expected
    assert [status for status, _data in expected] == [200] * 5 + [404] * 4
    assert minimal.counts() == Counts(reads=7, writes=2, connections=1, differing=2)
    assert seen_by_simulator == Counts(reads=7, writes=2, connections=1, differing=2)
