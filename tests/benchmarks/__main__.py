"""The benchmark: measured, printed, and written into the documentation; `make bench` runs it."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from checks.workspace import ROOT, Workspace
from tests.benchmarks import report
from tests.benchmarks.chart import draw
from tests.benchmarks.figures import Figures
from tests.benchmarks.measuring import NotDone, measure
from tests.benchmarks.workloads import FULL, QUICK, workloads

FIGURES = Path("docs/performance/figures.json")
CHART = Path("docs/performance/chart.svg")
GUIDE = Path("docs/docsite/rst/guide_performance.rst")


def main() -> int:
    """Measure all, or one group anew; print it, and write figures, chart and guide.

    A quick run only prints.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes; only prints")
    parser.add_argument("--group", default="", help="this group alone, such as set")
    options = parser.parse_args()
    groups = workloads(QUICK if options.quick else FULL)
    chosen = [one for one in groups if options.group in ("", one[0].group)]
    if not chosen:
        parser.error(f"there is no group {options.group}")
    try:
        with Workspace() as workspace:
            figures = measure(workspace, chosen, warm_up=not options.quick)
    except NotDone as error:
        print(f"NOT DONE: {error}", file=sys.stderr)
        return 1
    print(f"\n{report.as_text(figures)}")
    if options.quick:
        print("Sizes were tiny: this shows that it runs, and nothing of how fast.")
        return 0
    if options.group:
        before = Figures.from_json((ROOT / FIGURES).read_text(encoding="utf-8"))
        figures = before.with_anew(figures)
    write(figures)
    return 0


def write(figures: Figures) -> None:
    """Write the figures, and what follows from them: the chart, and the tables of the guide."""
    text = report.as_json(figures)
    (ROOT / FIGURES).write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (ROOT / CHART).write_text(draw(figures, digest), encoding="utf-8")
    guide = (ROOT / GUIDE).read_text(encoding="utf-8")
    (ROOT / GUIDE).write_text(report.with_figures(guide, figures), encoding="utf-8")
    print(f"Written: {FIGURES}, {CHART}, {GUIDE}")


if __name__ == "__main__":
    sys.exit(main())
