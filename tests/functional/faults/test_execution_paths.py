"""The whole table on both execution paths: a play for each position, with real pauses."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.functional.faults.assertions import assert_as_expected
from tests.functional.faults.positions import COLUMNS, Position
from tests.functional.faults.table import CELLS, Cell
from tests.functional.support.operations import PATHS
from tests.functional.support.playbooks import KEY, Task, play
from touchbase_simulator.process import SimulatorProcess


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("position", COLUMNS, ids=str)
def test_tasks_of_a_play_end_as_the_table_says(
    position: Position, path: str, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    of_position = (one for one in CELLS if one.position is position)
    cells = {f"cell_{number}": cell for number, cell in enumerate(of_position)}
    with contextlib.ExitStack() as stack, SimulatorProcess.start(seed={}) as simulator:
        services = {name: stack.enter_context(cell.service()) for name, cell in cells.items()}
        tasks = [_task(name, cell, services[name].url, path) for name, cell in cells.items()]
        played = play(tmp_path, simulator, tasks)

    assert KEY not in played.output
    assert "Traceback" not in played.output
    for name, cell in cells.items():
        with subtests.test(str(cell)):
            assert_as_expected(cell, services[name], played.results[name])


def _task(name: str, cell: Cell, url: str, path: str) -> Task:
    options = {
        "api_url": url,
        "timeout": 1.5 if cell.fault.is_slow else 30.0,
        "retries": 3 if cell.fault.times == 3 else 1,
        "max_wait": 8.0,
        **cell.position.options,
    }
    # In process, no shell is needed.
    shell = {} if PATHS[path] else {"ansible_shell_executable": "/bin/false"}
    return Task(name, cell.position.module, options, {"vars": {**PATHS[path], **shell}})
