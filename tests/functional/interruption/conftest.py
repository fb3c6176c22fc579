# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator for all tests of a file, reset for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functional.interruption.campaign import EMPTY
from touchbase_simulator.process import SimulatorProcess


@pytest.fixture(scope="module")
def running_simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start(seed=EMPTY) as running:
        yield running
        # A defect of the simulator is printed, whatever the client made of the response.
        assert "Traceback" not in running.log


@pytest.fixture
def simulator(running_simulator: SimulatorProcess) -> SimulatorProcess:
    running_simulator.reset()
    return running_simulator
