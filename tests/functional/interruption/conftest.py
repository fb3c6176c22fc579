# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator for all tests of a file, begun anew by each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.interruption.campaign import CAMPAIGN
from tests.acceptance.sets.vocabulary import ACCOUNT, seed_from
from touchbase_simulator.process import SimulatorProcess


@pytest.fixture(scope="module")
def running_simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start(seed=seed_from({CAMPAIGN: {}, ACCOUNT: {}})) as running:
        yield running
        # A defect of the simulator is printed, whatever the client made of the answer.
        assert "Traceback" not in running.log


@pytest.fixture
def simulator(running_simulator: SimulatorProcess) -> SimulatorProcess:
    running_simulator.reset()
    return running_simulator
