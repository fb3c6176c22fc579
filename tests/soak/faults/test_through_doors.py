# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole table through both doors: one play for each position, with real pauses."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.faults.account import Seen
from tests.acceptance.faults.positions import FIRST, POSITIONS, Position
from tests.acceptance.faults.stage import Certificates, Stage, staged
from tests.acceptance.faults.table import CELLS, Cell
from tests.acceptance.faults.verdict import KEY, assert_as_it_should
from tests.acceptance.support.playbooks import Task, play
from tests.simulator.process import SimulatorProcess

DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {"ansible_shell_executable": "/bin/false"},
    "module": {"touchbase_in_process": False},
}
# A resolver has no switch: a name that is never there stands for one that is gone meanwhile.
THROUGH_DOORS = [cell for cell in CELLS if not cell.fault.is_of_names or cell.position is FIRST]
NOWHERE = "https://nowhere.invalid"


@dataclass(frozen=True)
class Scene:
    """What came of all cells of a position, by the names of their tasks."""

    results: Mapping[str, Any]
    seen: Mapping[str, Seen]
    output: str


Scenes = Callable[[Position], Scene]


@pytest.fixture(name="scene", scope="module")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    played: dict[str, Scene] = {}

    def scene(position: Position) -> Scene:
        if str(position) not in played:
            played[str(position)] = _played(position, tmp_path_factory)
        return played[str(position)]

    return scene


def _played(position: Position, rooms: pytest.TempPathFactory) -> Scene:
    certificates = Certificates(rooms.mktemp("certificates"))
    stages: dict[str, Stage] = {}
    tasks = []
    with contextlib.ExitStack() as services, SimulatorProcess.start(seed={}) as stagehand:
        for cell in (one for one in THROUGH_DOORS if one.position is position):
            for door, variables in DOORS.items():
                name = _name(cell, door)
                stages[name] = services.enter_context(staged(cell, certificates))
                options = _options(cell, stages[name], certificates)
                tasks.append(Task(name, position.module, options, {"vars": dict(variables)}))
        played = play(rooms.mktemp("play"), stagehand, tasks)
        seen = {name: stage.seen for name, stage in stages.items()}
    return Scene(played.results, seen, played.output)


def _name(cell: Cell, door: str) -> str:
    """The name of a task, which is that of a variable as well."""
    return f"cell_{THROUGH_DOORS.index(cell)}_{door}"


def _options(cell: Cell, stage: Stage, certificates: Certificates) -> dict[str, Any]:
    return {
        "api_url": NOWHERE if cell.fault.is_of_names else stage.service.url,
        "timeout": 1.5 if cell.fault.is_slow else 30.0,
        "retries": 3 if cell.fault.times == 3 else 1,
        "max_wait": min(cell.fault.max_wait, 8.0),
        **({"ca_path": str(certificates.ca_file)} if cell.fault.is_of_tls else {}),
        **cell.position.options,
    }


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(cell, id=str(cell), marks=pytest.mark.xdist_group(str(cell.position)))
        for cell in THROUGH_DOORS
    ],
)
def test_a_fault_ends_as_the_table_says(cell: Cell, door: str, scene: Scenes) -> None:
    played, name = scene(cell.position), _name(cell, door)

    assert_as_it_should(cell, played.seen[name], played.results[name])


@pytest.mark.parametrize(
    "position",
    [pytest.param(one, id=str(one), marks=pytest.mark.xdist_group(str(one))) for one in POSITIONS],
)
def test_a_play_shows_neither_the_key_nor_a_traceback(position: Position, scene: Scenes) -> None:
    output = scene(position).output

    assert KEY not in output
    assert "Traceback" not in output
