"""What needs the collection awx.awx is left to the check `awx`, whose Ansible has it."""

from __future__ import annotations

import os

import pytest

from touchbase_simulator.process import SimulatorProcess

collect_ignore = [] if os.environ.get("TESTED_ANSIBLE_PLAYBOOK") else ["test_bootstrap.py"]


@pytest.fixture
def simulator(simulator: SimulatorProcess) -> SimulatorProcess:
    """The simulator of the file, as it was at its start."""
    simulator.reset()
    return simulator
