# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures by which this collection is judged, each computed from medians of one run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.benchmarks.figures import Figures, NotMeasured


@dataclass(frozen=True)
class Ratio:
    """A figure that follows from others; all are at no latency."""

    name: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:,.0f} {self.unit}" if self.unit == "MB" else self._with_digits()

    def _with_digits(self) -> str:
        digits = 2 if abs(self.value) < 10 else 1
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()


def ratios(figures: Figures) -> Iterator[Ratio]:
    """Give all of them that can be computed from these figures."""
    webhooks = {one.workload.group: f"{one.workload.webhooks:,}" for one in figures.measurements}
    for name, unit, compute in _TABLE:
        with contextlib.suppress(NotMeasured):
            value = compute(figures)
            yield Ratio(name.format(**webhooks), value, unit)


def _one_against_a_read(figures: Figures) -> float:
    return figures.seconds("one", "webhook_one", "all") / figures.seconds("one", "uri_get")


def _loop_against_uri(differing: str) -> Callable[[Figures], float]:
    def compute(figures: Figures) -> float:
        ours = figures.seconds("loop", "webhook_loop", differing)
        return figures.seconds("loop", "uri_loop", differing) / ours

    return compute


def _milliseconds_of_an_item(differing: str) -> Callable[[Figures], float]:
    def compute(figures: Figures) -> float:
        webhooks = figures.find("loop", "webhook_loop", differing).workload.webhooks
        return figures.above_empty("loop", "webhook_loop", differing) / webhooks * 1000

    return compute


def _set_against_the_script(figures: Figures) -> float:
    ours = figures.above_empty("set", "webhooks_set", "all")
    return ours / figures.seconds("set", "bare_requests", "all")


def _set_above_empty(figures: Figures) -> float:
    return figures.above_empty("set", "webhooks_set")


def _set_above_reading_it(figures: Figures) -> float:
    return figures.seconds("set", "webhooks_set") - figures.seconds("set", "load_json")


def _growth(figures: Figures) -> float:
    large, small = (
        figures.above_empty(group, "webhooks_set", "all")
        / figures.find(group, "webhooks_set", "all").workload.webhooks
        for group in ("large", "set")
    )
    return large / small


def _memory(figures: Figures) -> float:
    return figures.find("large", "webhooks_set", "all").memory_mb


def _role_above_empty(entry_point: str) -> Callable[[Figures], float]:
    def compute(figures: Figures) -> float:
        return figures.seconds("role", entry_point) - figures.seconds("role", "load_inventory")

    return compute


def _role_memory(figures: Figures) -> float:
    entry_points = ("role_main", "role_audit", "role_cutover")
    return max(figures.find("role", one).memory_mb for one in entry_points)


def _module_against_uri(figures: Figures) -> float:
    ours = figures.above_empty("module", "webhook_module_loop")
    return ours / figures.above_empty("module", "uri_get_loop")


def _simulator_against_minimal(figures: Figures) -> float:
    simulator = figures.find("server", "bare_requests", "all", server="simulator").median
    return simulator / figures.seconds("server", "bare_requests", "all")


def _poll(figures: Figures) -> float:
    return figures.seconds("events", "events_poll") - figures.seconds("events", "events_start")


# Numbers in braces are the webhooks of a group.
_TABLE: tuple[tuple[str, str, Callable[[Figures], float]], ...] = (
    ("One webhook, differs: the play, against a play with one ``uri`` ``GET``", "×",
     _one_against_a_read),
    ("Loop of {loop}, all differ: ``uri`` loops, against it", "×", _loop_against_uri("all")),
    ("Loop of {loop}, none differ: ``uri`` loops, against it", "×", _loop_against_uri("none")),
    ("Loop of {loop}, all differ: each webhook, above an empty play", "ms",
     _milliseconds_of_an_item("all")),
    ("Loop of {loop}, none differ: each webhook, above an empty play", "ms",
     _milliseconds_of_an_item("none")),
    ("Set of {set}, all differ: above an empty play, against the script", "×",
     _set_against_the_script),
    ("Set of {set}, none differ: above an empty play", "s", _set_above_empty),
    ("Set of {set}, none differ: above an empty play that reads the same file", "s",
     _set_above_reading_it),
    ("Set of {large}, all differ: each webhook, above an empty play, against a set of {set}", "×",
     _growth),
    ("Set of {large}, all differ: memory of the largest process", "MB", _memory),
    ("Modules in a loop of {module}, none differ: above an empty play, against ``uri`` ``GET``",
     "×", _module_against_uri),
    ("{server} webhooks, all differ: the script and the simulator, against the minimal server",
     "×", _simulator_against_minimal),
    *(
        (
            f"Role, ``{name}`` of {{role}}, none differ: above an empty play with its inventory",
            "s",
            _role_above_empty(f"role_{name}"),
        )
        for name in ("main", "audit", "cutover")
    ),
    ("Role, {role} webhooks, none differ: memory of the largest process", "MB", _role_memory),
    ("Event source, {events} webhooks, none differ: a poll, above its start", "s", _poll),
)  # fmt: skip
