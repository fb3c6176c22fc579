# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark in tests/benchmarks: measured, printed, and written into the documentation."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.figures import Figures
from tests.benchmarks.measuring import NotDone, measure
from tests.benchmarks.workloads import FULL, QUICK, workloads
from tests.gates import environments
from tests.gates.bench import ROOT, Bench, tool

FIGURES = Path("docs/performance/figures.json")
CHART = Path("docs/performance/chart.svg")
GUIDE = Path("docs/docsite/rst/guide_performance.rst")
REQUIREMENTS = ROOT / "tests" / "benchmarks" / "requirements.txt"


def run(bench: Bench, *, quick: bool, group: str) -> int:
    """Measure all, or one group anew; print it, and write figures, chart and guide.

    A quick run only prints.
    """
    groups = workloads(QUICK if quick else FULL)
    chosen = [one for one in groups if group in ("", one[0].group)]
    if not chosen:
        print(f"There is no group {group}.", file=sys.stderr)
        return 2
    try:
        figures = measure(bench, chosen, warm_up=not quick)
    except NotDone as error:
        print(f"NOT DONE: {error}", file=sys.stderr)
        return 1
    print(f"\n{report.as_text(figures)}")
    if quick:
        print("Sizes were tiny: this shows that it runs, and nothing of how fast.")
        return 0
    if group:
        before = Figures.from_json((ROOT / FIGURES).read_text(encoding="utf-8"))
        figures = before.with_anew(figures)
    (ROOT / FIGURES).write_text(report.as_json(figures), encoding="utf-8")
    write_outputs(bench)
    print(f"Written: {FIGURES}, {CHART}, {GUIDE}")
    return 0


def write_outputs(bench: Bench) -> None:
    """Write what follows from the figures: the chart, and the tables of the guide."""
    figures = Figures.from_json((ROOT / FIGURES).read_text(encoding="utf-8"))
    guide = (ROOT / GUIDE).read_text(encoding="utf-8")
    (ROOT / GUIDE).write_text(report.with_figures(guide, figures), encoding="utf-8")
    options = ("--requirements", REQUIREMENTS)
    folder = environments.prepare(bench, "benchmarks", tool("python"), *options)
    module = ("-m", "tests.benchmarks.chart")
    finished = bench.run(folder / "bin" / "python", *module, ROOT / FIGURES, ROOT / CHART)
    if finished.status:
        raise RuntimeError(f"the chart could not be drawn:\n{finished.output}")
