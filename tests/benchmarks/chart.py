# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the chart: `python -m tests.benchmarks.chart FIGURES CHART`; needs matplotlib."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figures
from tests.benchmarks.lines import Line, lines

# Colours that people with any colour vision tell apart, and markers for those who see none.
STYLES = (("#D55E00", "s"), ("#56B4E9", "^"), ("#0072B2", "o"), ("#009E73", "D"), ("#555555", ""))
SETTINGS = {
    "axes.axisbelow": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 11,
    "svg.hashsalt": "touchbasepro.sms",  # the same figures give the same file
}
TICKS = {0.1: "0.1 s", 1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h", 36000: "10 h"}


def main() -> None:
    """Read the figures, and write the chart, which says of which figures it is."""
    source, target = map(Path, sys.argv[1:])
    figures = source.read_bytes()
    digest = hashlib.sha256(figures).hexdigest()
    draw(Figures.from_json(figures.decode()), target, {"Identifier": f"sha256:{digest}"})


def draw(figures: Figures, target: Path, metadata: dict[str, str]) -> None:
    """Draw a panel for each latency, side by side on the same scale; no date."""
    import matplotlib as mpl  # type: ignore[import-not-found] # noqa: PLC0415 - only for the chart

    mpl.use("svg")
    mpl.rcParams.update(SETTINGS)
    from matplotlib import pyplot  # noqa: PLC0415

    latencies = sorted({one.workload.latency_ms for one in figures.measurements})
    figure, panels = pyplot.subplots(
        ncols=len(latencies), sharey=True, squeeze=False, figsize=(10, 5.6), layout="constrained"
    )
    for panel, latency in zip(panels[0], latencies, strict=True):
        _draw_panel(panel, list(lines(figures, latency)), latency)
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    figure.savefig(target, metadata={"Creator": None, "Date": None, **metadata}, facecolor="white")


def _draw_panel(panel: Any, found: list[Line], latency: int) -> None:
    panel.set_title("loopback, no latency" if latency == 0 else f"{latency} ms latency")
    for line, (colour, marker) in zip(found, STYLES, strict=True):
        _draw_line(panel, line, colour, marker)
    panel.set_xscale("log")
    panel.set_yscale("log")
    numbers = sorted({number for line in found for number, _seconds in line.measured})
    panel.set_xticks(numbers, [f"{number:,}" for number in numbers])
    panel.set_yticks(list(TICKS), list(TICKS.values()))
    panel.minorticks_off()
    panel.tick_params(labelleft=True)
    panel.grid(color="#DDDDDD")
    panel.set_xlabel("webhooks, all differ")
    panel.set_ylabel("time of the whole run")


def _draw_line(panel: Any, line: Line, colour: str, marker: str) -> None:
    style = {"color": colour, "linewidth": 2}
    numbers, seconds = zip(*line.measured, strict=True)
    panel.plot(numbers, seconds, marker=marker, label=line.name, **style)
    if line.extrapolated:
        numbers, seconds = zip(*line.extrapolated, strict=True)
        panel.plot(numbers, seconds, linestyle="--", label=f"{line.name}, extrapolated", **style)


if __name__ == "__main__":
    main()
