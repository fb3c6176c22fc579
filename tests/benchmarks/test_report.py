"""The guide has the figures of the repository, and work that was not done is no figure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from checks.workspace import Workspace
from tests.benchmarks import report
from tests.benchmarks.__main__ import CHART, FIGURES, GUIDE
from tests.benchmarks.chart import draw
from tests.benchmarks.figures import Figures
from tests.benchmarks.measuring import NotDone, measure
from tests.benchmarks.server import API_KEY
from tests.benchmarks.workloads import FULL, Workload, workloads


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as one:
        yield one


@pytest.fixture
def figures() -> Figures:
    return Figures.from_json(FIGURES.read_text(encoding="utf-8"))


def test_guide_has_the_figures_of_the_repository(figures: Figures) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert report.with_figures(guide, figures) == guide, "make bench writes them, nobody else"
    assert report.as_json(figures) == FIGURES.read_text(encoding="utf-8")


def test_chart_is_drawn_of_the_figures_of_the_repository(figures: Figures) -> None:
    drawn = draw(figures, hashlib.sha256(FIGURES.read_bytes()).hexdigest())
    assert CHART.read_text(encoding="utf-8") == drawn, "make bench draws it"


def test_figures_have_each_workload_as_often_as_planned(figures: Figures) -> None:
    planned = [one for group in workloads(FULL) for one in group]
    assert [one.workload for one in figures.measurements] == planned
    assert [len(one.seconds) for one in figures.measurements] == [one.repeats for one in planned]


@pytest.mark.parametrize(
    ("workload", "complaint"),
    [
        # One that reads a single webhook, where two are to be read.
        (Workload("none", "webhook_one", webhooks=2), "Counts(reads=1, writes=0, connections=1"),
        # One that does nothing, and leaves a webhook as it was.
        (Workload("none", "empty", webhooks=1, differing=1), "differing=1)"),
        # A program that fails.
        (Workload("none", "bare_requests", webhooks=1, concurrency=0), "exit status 1"),
    ],
)
def test_work_that_was_not_done_ends_the_measurement(
    workload: Workload, complaint: str, workspace: Workspace
) -> None:
    with pytest.raises(NotDone) as error:
        measure(workspace, [[workload]])
    assert complaint in str(error.value)
    assert API_KEY not in str(error.value)
