# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole table on both execution paths: a few plays for each position, with real pauses."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.functional.faults.account import AccountState
from tests.functional.faults.assertions import assert_as_expected
from tests.functional.faults.positions import COLUMNS, MORE, Position
from tests.functional.faults.server import Server, serving
from tests.functional.faults.table import CELLS, MORE_CELLS, Cell
from tests.functional.support.operations import PATHS
from tests.functional.support.playbooks import KEY, Task, play
from touchbase_simulator.process import SimulatorProcess

_PARTS = 3


@dataclass(frozen=True)
class Batch:
    """Cells of one position that are one play; few enough that it ends in time."""

    position: Position
    path: str
    part: int

    @property
    def cells(self) -> Sequence[Cell]:
        cells = [cell for cell in (*CELLS, *MORE_CELLS) if cell.position is self.position]
        return cells[self.part :: _PARTS]

    def __str__(self) -> str:
        return f"{self.position}, {self.path}, {self.part}"


BATCHES = [
    Batch(position, path, part)
    for position in (*COLUMNS, *MORE)
    for path in PATHS
    for part in range(_PARTS)
]


@pytest.mark.long
@pytest.mark.parametrize("batch", BATCHES, ids=str)
def test_tasks_of_a_play_end_as_the_table_says(
    batch: Batch, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    results, states, output = _played(batch, tmp_path)

    assert KEY not in output
    assert "Traceback" not in output
    for number, cell in enumerate(batch.cells):
        with subtests.test(str(cell)):
            assert_as_expected(cell, states[f"cell_{number}"], results[f"cell_{number}"])


def _played(
    batch: Batch, folder: Path
) -> tuple[Mapping[str, Any], Mapping[str, AccountState], str]:
    """Results and states by the names of tasks, and the output."""
    servers: dict[str, Server] = {}
    tasks = []
    with contextlib.ExitStack() as stack, SimulatorProcess.start(seed={}) as simulator:
        for number, cell in enumerate(batch.cells):
            name = f"cell_{number}"
            servers[name] = stack.enter_context(serving(cell))
            options = {
                "api_url": servers[name].service.url,
                "timeout": 1.5 if cell.fault.is_slow else 30.0,
                "retries": 3 if cell.fault.times == 3 else 1,
                "max_wait": 8.0,
                **cell.position.options,
            }
            # In process, no shell is needed.
            shell = {"ansible_shell_executable": "/bin/false"} if not PATHS[batch.path] else {}
            keywords = {"vars": {**PATHS[batch.path], **shell}}
            tasks.append(Task(name, batch.position.module, options, keywords))
        played = play(folder, simulator, tasks)
        states = {name: server.state for name, server in servers.items()}
    return played.results, states, played.output
