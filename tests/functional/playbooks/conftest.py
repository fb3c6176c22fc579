"""Each test of a playbook or the role begins with the same account."""

from __future__ import annotations

import pytest

from touchbase_simulator.process import SimulatorProcess


@pytest.fixture
def simulator(simulator: SimulatorProcess) -> SimulatorProcess:
    """The simulator of the file, as it was at its start."""
    simulator.reset()
    return simulator
