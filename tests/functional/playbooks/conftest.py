# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each test of a playbook or the role begins with the same account."""

from __future__ import annotations

import pytest

from touchbase_simulator.process import SimulatorProcess


@pytest.fixture
def simulator(simulator: SimulatorProcess) -> SimulatorProcess:
    """The simulator of the file, as it was at its start."""
    simulator.reset()
    return simulator
