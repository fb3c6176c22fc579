"""One simulator for all tests of a worker, begun anew for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.tests.client import ApiClient
from simulator.tests.receiver import Receiver, receiving
from touchbase_simulator.process import SimulatorProcess


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start() as simulator:
        yield simulator
        # A defect of the simulator is printed, whatever the client made of the response.
        assert "Traceback" not in simulator.log


@pytest.fixture
def simulator(running: SimulatorProcess) -> SimulatorProcess:
    running.reset()
    return running


@pytest.fixture
def api(simulator: SimulatorProcess) -> Iterator[ApiClient]:
    with ApiClient(simulator.url) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started
