"""The figures as others read them: tables for the screen and the guide, and a JSON file."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from tests.benchmarks.figures import Figures, Measurement, NotMeasured
from tests.benchmarks.ratios import ratios
from tests.benchmarks.workloads import CONCURRENCY, CONTENDERS, Workload

BEGIN = ".. make bench writes what follows, from docs/performance/figures.json."
END = ".. Here ends what make bench writes."

TITLES = {
    "one": "One webhook",
    "loop": "{:,} webhooks",
    "set": "{:,} webhooks of one campaign",
    "large": "{:,} webhooks of {} campaigns",
    "most": "{:,} webhooks of {:,} campaigns",
    "playbook": "The playbook ``audit``, {:,} webhooks",
    "role": "The role, {:,} webhooks of {} campaigns",
    "events": "A poll of the event source, {:,} webhooks of {} campaigns",
    "module": "{:,} webhooks, where a module is packed and started",
    "server": "Two servers, {:,} webhooks",
}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Cells of text, in the markup of the guide."""

    title: str
    header: Row
    rows: Sequence[Row]

    def as_rst(self) -> str:
        """Give the table as the guide has it."""
        lines = [self.title, "^" * len(self.title), "", ".. list-table::", "   :header-rows: 1", ""]
        for row in (self.header, *self.rows):
            first, *others = row
            lines += [f"   * - {first}".rstrip(), *(f"     - {cell}".rstrip() for cell in others)]
        return "\n".join([*lines, ""])

    def as_text(self) -> str:
        """Give the table as the screen shows it."""
        rows = [[cell.replace("``", "") for cell in row] for row in (self.header, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        return "\n".join([self.title, *(f"  {line}" for line in lines), ""])


def as_text(figures: Figures) -> str:
    """Give all tables for the screen."""
    return "\n".join([_made_with(figures), "", *(one.as_text() for one in tables(figures))])


def as_json(figures: Figures) -> str:
    """Give all single runs, and what follows from them, with a line for each."""
    measurements = ",\n  ".join(json.dumps(one.as_json()) for one in figures.measurements)
    followed = ",\n  ".join(json.dumps(asdict(one)) for one in ratios(figures))
    return (
        f'{{\n "versions": {json.dumps(dict(figures.versions))},\n "cores": {figures.cores},\n'
        f' "measurements": [\n  {measurements}\n ],\n "ratios": [\n  {followed}\n ]\n}}\n'
    )


def as_rst(figures: Figures) -> str:
    """Give what stands in the guide between its two comments."""
    return "\n".join([_made_with(figures), "", *(one.as_rst() for one in tables(figures))])


def with_figures(guide: str, figures: Figures) -> str:
    """Give the guide with these figures instead of those that it has."""
    before, begin, rest = guide.partition(BEGIN)
    _figures, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the guide lacks one of these lines:\n{BEGIN}\n{END}")
    return f"{before}{begin}\n\n{as_rst(figures)}\n{end}{after}"


def tables(figures: Figures) -> Iterator[Table]:
    """Give the ratios, then a table for each group."""
    rows = [(one.name, str(one)) for one in ratios(figures)]
    yield Table("Ratios", ("at no latency", "figure"), rows)
    for group in dict.fromkeys(one.workload.group for one in figures.measurements):
        yield _table(figures, group)


def _made_with(figures: Figures) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in figures.versions.items())
    return f"Measured with {versions}, on {figures.cores} processor cores."


def _table(figures: Figures, group: str) -> Table:
    """Give the table of a group: a row for each workload, with a column for each latency."""
    found = [one for one in figures.measurements if one.workload.group == group]
    latencies = sorted({one.workload.latency_ms for one in found})
    by_row: dict[tuple[str, str], dict[int, Measurement]] = {}
    for one in found:
        by_row.setdefault(_row_of(one.workload), {})[one.workload.latency_ms] = one
    times = [f"{latency} ms latency" for latency in latencies]
    header = ("", "differ", *times, "requests", "connections", "memory")
    rows = [(*row, *_cells(all_, latencies)) for row, all_ in by_row.items()]
    sizes = found[0].workload
    if group in {"set", "large"}:
        rows += _extrapolated(figures, sizes.webhooks, latencies)
    return Table(TITLES[group].format(sizes.webhooks, sizes.campaigns), header, rows)


def _row_of(workload: Workload) -> tuple[str, str]:
    """Give the first two cells: who does it, and how many webhooks differ."""
    label = CONTENDERS[workload.contender].label
    if workload.concurrency != CONCURRENCY:
        label += f", ``concurrency: {workload.concurrency}``"
    if workload.group == "server":
        label += f", {workload.server}"
    reads = CONTENDERS[workload.contender].reads
    return label, "" if reads == "nothing" else f"{workload.differing:,}"


def _cells(measured: dict[int, Measurement], latencies: Sequence[int]) -> Row:
    """Give the times, then requests, connections and memory: the highest of all latencies."""
    ones = measured.values()
    return (
        *(duration(measured[one].median) if one in measured else "" for one in latencies),
        f"{max(one.reads + one.writes for one in ones):,}",
        f"{max(one.connections for one in ones):,}",
        f"{max(one.memory_mb for one in ones)} MB",
    )


def _extrapolated(figures: Figures, webhooks: int, latencies: Sequence[int]) -> Iterator[Row]:
    """Give rows for `uri` loops, which nobody waits for."""
    label = f"{CONTENDERS['uri_loop'].label}, extrapolated"
    for differing, number in (("all", webhooks), ("none", 0)):
        with contextlib.suppress(NotMeasured):
            times = [figures.extrapolated(webhooks, differing, one) for one in latencies]
            requests = f"{webhooks + number:,}"
            yield (label, f"{number:,}", *map(duration, times), requests, requests, "")


def duration(seconds: float) -> str:
    """Give a time with as many digits as one reads."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
