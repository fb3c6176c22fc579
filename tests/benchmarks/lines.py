# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of the chart: time over the number of webhooks, where all differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.figures import Figures, Measurement
from tests.benchmarks.workloads import CONCURRENCY

Point = tuple[int, float]

# Each line, and the workloads that are its points; `uri` goes on, extrapolated.
LINES = {
    "uri: GET and PUT for each webhook": ("uri_one", "uri_loop"),
    "touchbase_sms_webhook, in a loop": ("webhook_one", "webhook_loop"),
    "touchbase_sms_webhooks": ("webhooks_set",),
    "a script with requests, no Ansible": ("bare_requests",),
    "an empty play": ("empty",),
}
GROUPS = ("one", "loop", "set", "large")


@dataclass(frozen=True)
class Line:
    """A name, the points that were measured, and those that follow from them."""

    name: str
    measured: list[Point]
    extrapolated: list[Point]


def lines(figures: Figures, latency_ms: int) -> Iterator[Line]:
    """Give the lines of one panel."""
    for name, contenders in LINES.items():
        points = sorted(
            (one.workload.webhooks, one.median)
            for one in figures.measurements
            if one.workload.contender in contenders and _is_in_panel(one, latency_ms)
        )
        further = _further(figures, latency_ms, points) if "uri_loop" in contenders else []
        yield Line(name, points, further)


def _is_in_panel(one: Measurement, latency_ms: int) -> bool:
    workload = one.workload
    all_differ = workload.differing == workload.webhooks or workload.contender == "empty"
    same = (workload.latency_ms, workload.concurrency) == (latency_ms, CONCURRENCY)
    return same and all_differ and workload.group in GROUPS


def _further(figures: Figures, latency_ms: int, points: list[Point]) -> list[Point]:
    """Go on from the last measured point to the numbers of the sets."""
    numbers = sorted({one.workload.webhooks for one in figures.measurements if _is_of_a_set(one)})
    beyond = [(number, figures.extrapolated(number, "all", latency_ms)) for number in numbers]
    return [points[-1], *beyond]


def _is_of_a_set(one: Measurement) -> bool:
    return one.workload.group in {"set", "large"}
