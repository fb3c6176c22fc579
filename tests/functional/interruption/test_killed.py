# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that is killed between a creation and its answer: the next run takes the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.interruption.campaign import AT, CAMPAIGN, STATUS, connection, held
from tests.acceptance.interruption.other_process import OtherProcess
from tests.acceptance.interruption.plays import wait_until
from touchbase_simulator.process import SimulatorProcess

URL = f"{AT}/new"
# The creation is carried out at once. Its answer is later than any kill.
LATE = 20.0  # seconds


@pytest.fixture(scope="module")
def next_process() -> Iterator[OtherProcess]:
    with OtherProcess() as process:
        yield process


@pytest.mark.parametrize("active", [True, False], ids=["active", "inactive"])
@pytest.mark.parametrize("operation", ["webhook", "webhooks"])
def test_a_creation_that_was_never_answered_is_adopted(
    simulator: SimulatorProcess, next_process: OtherProcess, operation: str, active: bool
) -> None:
    task = _task(operation, active) | connection(simulator)
    simulator.fault(method="POST", delay=LATE)
    with OtherProcess() as process:
        process.begin(operation, task)
        wait_until(lambda: bool(held(simulator)), "the creation")
        assert [one["status"] for one in simulator.journal()] == [200, None]
        process.kill()
    simulator.clear_journal()

    next_process.begin(operation, task)
    result = next_process.result()

    assert not result.get("failed"), result["msg"]
    # What the creation left undone is all that there is to do.
    assert result["changed"] == (not active)
    methods = [request["method"] for request in simulator.journal()]
    assert methods == (["GET"] if active else ["GET", "PUT"])
    assert held(simulator) == {(STATUS, URL, active): 1}


def _task(operation: str, active: bool) -> dict[str, Any]:
    declared = {**CAMPAIGN.options, "webhook_type": STATUS, "url": URL, "active": active}
    return {"webhooks": [declared]} if operation == "webhooks" else declared
