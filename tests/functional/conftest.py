"""The switch ``--long``: more cases, larger sets and more random rounds of the same tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checks.workspace import Workspace
from touchbase_simulator.behaviour import MODES
from touchbase_simulator.process import SimulatorProcess

Random = Callable[..., random.Random]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="hours instead of minutes")
    parser.addoption("--mode", choices=MODES, default="plain", help="how the simulator behaves")
    parser.addoption("--seed", type=int, help="of what is random (default: of --long, a new one)")


def _is_long(config: pytest.Config) -> bool:
    # The option is unknown where this file is found late, as by `pytest tests`.
    return bool(config.getoption("--long", default=False))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: runs with --long only")
    config.addinivalue_line("markers", "plain_mode: runs without --mode only")
    if config.getoption("--seed", default=None) is None:
        # Without --long always the same: a red test is about the change then.
        # Workers of xdist get the options of the process that starts them.
        config.option.seed = random.randrange(2**32) if _is_long(config) else 0


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if _is_long(config):
        terminalreporter.write_line(f"seed: {config.option.seed}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    marks = set() if _is_long(config) else {"long"}
    if config.getoption("--mode", default="plain") != "plain":
        marks.add("plain_mode")
    left_out = [item for item in items if marks & {mark.name for mark in item.iter_markers()}]
    items[:] = [item for item in items if not marks & {mark.name for mark in item.iter_markers()}]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def mode(request: pytest.FixtureRequest) -> str:
    """The name of the simulator's behaviour."""
    return str(request.config.getoption("--mode", default="plain"))


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether this run may take hours."""
    return _is_long(request.config)


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of all that is random."""
    return int(request.config.option.seed)


@pytest.fixture(scope="session")
def random_of(seed: int) -> Random:
    """Give random numbers of a round, which its names tell from every other."""
    return lambda *names: random.Random(" ".join(map(str, (seed, *names))))


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    """One simulator for all tests of a file, which they reset."""
    with SimulatorProcess.start() as running:
        yield running
        # A defect of the simulator is printed, whatever the client made of the response.
        assert "Traceback" not in running.log


@pytest.fixture(scope="module")
def checkout_copy() -> Iterator[Path]:
    """A copy of the checkout, with the files that git knows or would add."""
    with Workspace() as workspace:
        yield workspace.stage("copy")
