# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator for all tests of a file, reset by each of them, and the number of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

from touchbase_simulator.process import SimulatorProcess

Examples = Callable[..., Callable[[Any], Any]]


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start(seed={}) as running:
        yield running
        # A defect of the simulator is printed, whatever the client made of the response.
        assert "Traceback" not in running.log


@pytest.fixture(scope="session")
def examples(is_long: bool, seed: int) -> Examples:
    """Decorate a test with the number of its examples; a short run has the same ones each time."""

    def decorator(*, short: int, long: int) -> Callable[[Any], Any]:
        chosen = hypothesis.settings(
            max_examples=long if is_long else short,
            derandomize=not is_long,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=[
                hypothesis.HealthCheck.too_slow,
                hypothesis.HealthCheck.data_too_large,
            ],
        )
        return lambda test: chosen(hypothesis.seed(seed)(test) if is_long else test)

    return decorator
