# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole table through both doors: a few plays for each position, with real pauses."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.faults.account import Seen
from tests.acceptance.faults.positions import FIRST, POSITIONS, Position
from tests.acceptance.faults.stage import Certificates, Stage, staged
from tests.acceptance.faults.table import CELLS, Cell
from tests.acceptance.faults.verdict import KEY, assert_as_it_should
from tests.acceptance.support.playbooks import Task, play
from touchbase_simulator.process import SimulatorProcess

DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {"ansible_shell_executable": "/bin/false"},
    "module": {"touchbase_in_process": False},
}
# A resolver has no switch: a name that is never there stands for one that is gone meanwhile.
THROUGH_DOORS = [cell for cell in CELLS if not cell.fault.is_of_names or cell.position is FIRST]
NOWHERE = "https://nowhere.invalid"
_BATCHES = 3


@dataclass(frozen=True)
class Batch:
    """Cells of one position, which are played together through one door."""

    position: Position
    door: str
    number: int

    @property
    def cells(self) -> Sequence[Cell]:
        """What is played; few enough that a play ends in time, black holes included."""
        of_position = [cell for cell in THROUGH_DOORS if cell.position is self.position]
        return of_position[self.number :: _BATCHES]

    def __str__(self) -> str:
        return f"{self.position}, {self.door}, {self.number}"


@dataclass(frozen=True)
class Scene:
    """What came of a batch, by the names of its tasks."""

    results: Mapping[str, Any]
    seen: Mapping[str, Seen]
    output: str


@pytest.fixture(name="scene", scope="module")
def _scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return _played(request.param, tmp_path_factory)


def _played(batch: Batch, rooms: pytest.TempPathFactory) -> Scene:
    certificates = Certificates(rooms.mktemp("certificates"))
    stages: dict[str, Stage] = {}
    tasks = []
    with contextlib.ExitStack() as services, SimulatorProcess.start(seed={}) as stagehand:
        for cell in batch.cells:
            name = _name(cell)
            stages[name] = services.enter_context(staged(cell, certificates))
            options = _options(cell, stages[name], certificates)
            variables = {"vars": dict(DOORS[batch.door])}
            tasks.append(Task(name, batch.position.module, options, variables))
        played = play(rooms.mktemp("play"), stagehand, tasks)
        seen = {name: stage.seen for name, stage in stages.items()}
    return Scene(played.results, seen, played.output)


def _name(cell: Cell) -> str:
    """The name of a task, which is that of a variable as well."""
    return f"cell_{THROUGH_DOORS.index(cell)}"


def _options(cell: Cell, stage: Stage, certificates: Certificates) -> dict[str, Any]:
    return {
        "api_url": NOWHERE if cell.fault.is_of_names else stage.service.url,
        "timeout": 1.5 if cell.fault.is_slow else 30.0,
        "retries": 3 if cell.fault.times == 3 else 1,
        "max_wait": min(cell.fault.max_wait, 8.0),
        **({"ca_path": str(certificates.ca_file)} if cell.fault.is_of_tls else {}),
        **cell.position.options,
    }


BATCHES = [
    Batch(position, door, number)
    for position in POSITIONS
    for door in DOORS
    for number in range(_BATCHES)
]


def _together(batch: Batch) -> pytest.MarkDecorator:
    return pytest.mark.xdist_group(str(batch))


@pytest.mark.parametrize(
    ("scene", "cell"),
    [
        pytest.param(batch, cell, id=f"{cell}, {batch.door}", marks=_together(batch))
        for batch in BATCHES
        for cell in batch.cells
    ],
    indirect=["scene"],
    # Otherwise each test would have a play of its own.
    scope="module",
)
def test_a_fault_ends_as_the_table_says(cell: Cell, scene: Scene) -> None:
    name = _name(cell)

    assert_as_it_should(cell, scene.seen[name], scene.results[name])


@pytest.mark.parametrize(
    "scene",
    [pytest.param(batch, id=str(batch), marks=_together(batch)) for batch in BATCHES],
    indirect=True,
)
def test_a_play_shows_neither_the_key_nor_a_traceback(scene: Scene) -> None:
    assert KEY not in scene.output
    assert "Traceback" not in scene.output
