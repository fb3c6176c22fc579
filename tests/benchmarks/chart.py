"""Draws the chart as a short SVG: two panels with logarithmic axes, and a legend below."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

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

# Colours that people with any colour vision tell apart, and markers for those who see none.
STYLES = (("#D55E00", "■"), ("#56B4E9", "▲"), ("#0072B2", "●"), ("#009E73", "◆"), ("#555555", ""))
TICKS = {0.1: "0.1 s", 1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h", 36000: "10 h"}
NUMBERS = (1, 50, 1000, 10000)
LEFT, TOP, WIDTH, HEIGHT, GAP = 60, 30, 400, 380, 480  # pixels of a panel


class Line(NamedTuple):
    """A name, the points that were measured, and those that follow from them."""

    name: str
    measured: list[Point]
    extrapolated: list[Point]


def draw(figures: Figures, digest: str) -> str:
    """Draw a panel for each latency, side by side on the same scale.

    :param digest: of the file that the figures are from; the chart names it.
    """
    latencies = sorted({one.workload.latency_ms for one in figures.measurements})
    panels = [(GAP * n, ms, _lines(figures, ms)) for n, ms in enumerate(latencies)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GAP * len(panels)} 540"'
        ' font-family="sans-serif" font-size="14">',
        f"<metadata>sha256:{digest}</metadata>",
        '<rect width="100%" height="100%" fill="white"/>',
        *(part for left, ms, found in panels for part in _panel(left, ms, found)),
        *_legend(panels[0][2]),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lines(figures: Figures, latency_ms: int) -> list[Line]:
    """Give the lines of one panel: time over the number of webhooks, where all differ."""
    shown = [one for one in figures.measurements if _is_in_panel(one, latency_ms)]
    sets = {one.workload.webhooks for one in shown if one.workload.group in {"set", "large"}}
    beyond = [(one, figures.extrapolated(one, "all", latency_ms)) for one in sorted(sets)]
    found = []
    for name, contenders in LINES.items():
        points = sorted(
            (one.workload.webhooks, one.median)
            for one in shown
            if one.workload.contender in contenders
        )
        found.append(Line(name, points, [points[-1], *beyond] if "uri_loop" in contenders else []))
    return found


def _is_in_panel(one: Measurement, latency_ms: int) -> bool:
    workload = one.workload
    all_differ = workload.differing == workload.webhooks or workload.contender == "empty"
    same = (workload.latency_ms, workload.concurrency) == (latency_ms, CONCURRENCY)
    return same and all_differ and workload.group in {"one", "loop", "set", "large"}


def _panel(left: int, latency_ms: int, found: list[Line]) -> Iterator[str]:
    title = "loopback, no latency" if latency_ms == 0 else f"{latency_ms} ms latency"
    yield f'<g transform="translate({left + LEFT} {TOP})" text-anchor="middle">'
    yield f'<text x="{WIDTH / 2}" y="-10">{title}</text>'
    for seconds, name in TICKS.items():
        y = _y(seconds)
        yield f'<path d="M0 {y}H{WIDTH}" stroke="#DDD"/>'
        yield f'<text x="-6" y="{y + 5}" text-anchor="end">{name}</text>'
    for number in NUMBERS:
        x = _x(number)
        yield f'<path d="M{x} 0V{HEIGHT}" stroke="#DDD"/>'
        yield f'<text x="{x}" y="{HEIGHT + 20}">{number:,}</text>'
    yield f'<text x="{WIDTH / 2}" y="{HEIGHT + 42}">webhooks, all differ</text>'
    for line, (colour, marker) in zip(found, STYLES, strict=True):
        yield _path(line.measured, colour, "")
        yield _path(line.extrapolated, colour, ' stroke-dasharray="8 5"')
        for number, seconds in line.measured:
            y = _y(seconds) + 5
            yield f'<text x="{_x(number)}" y="{y:.1f}" fill="{colour}">{marker}</text>'
    yield "</g>"


def _legend(found: list[Line]) -> Iterator[str]:
    entries = [(line.name, *style, "") for line, style in zip(found, STYLES, strict=True)]
    dashed = ' stroke-dasharray="8 5"'
    entries.insert(1, (f"{found[0].name}, extrapolated", STYLES[0][0], "", dashed))
    for place, (name, colour, marker, dashes) in enumerate(entries):
        x, y = LEFT + GAP * (place % 2), TOP + HEIGHT + 72 + 22 * (place // 2)
        yield f'<path d="M{x} {y - 5}h40" stroke="{colour}" stroke-width="2"{dashes}/>'
        yield f'<text x="{x + 20}" y="{y}" fill="{colour}" text-anchor="middle">{marker}</text>'
        yield f'<text x="{x + 50}" y="{y}">{name}</text>'


def _path(points: list[Point], colour: str, dashes: str) -> str:
    places = " ".join(f"{_x(number)},{_y(seconds)}" for number, seconds in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _x(number: float) -> float:
    return round(10 + (WIDTH - 20) * math.log10(number) / math.log10(NUMBERS[-1]), 1)


def _y(seconds: float) -> float:
    lowest, highest = math.log10(min(TICKS)), math.log10(max(TICKS))
    return round(HEIGHT * (1 - (math.log10(seconds) - lowest) / (highest - lowest)), 1)
