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
        if self.unit == "MB":
            return f"{self.value:,.0f} MB"
        digits = 2 if abs(self.value) < 10 else 1
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()


def ratios(figures: Figures) -> Iterator[Ratio]:
    """Give all of them that can be computed from these figures."""
    webhooks = {one.workload.group: f"{one.workload.webhooks:,}" for one in figures.measurements}
    for name, (unit, compute) in _TABLE.items():
        with contextlib.suppress(NotMeasured):
            value = compute(figures)
            yield Ratio(name.format(**webhooks), value, unit)


def _above_its_inventory(entry_point: str) -> Callable[[Figures], float]:
    return lambda of: of.seconds("role", entry_point) - of.seconds("role", "load_inventory")


# Numbers in braces are the webhooks of a group.
_TABLE: dict[str, tuple[str, Callable[[Figures], float]]] = {
    "One webhook, differs: the play, against a play with one ``uri`` ``GET``": (
        "×",
        lambda of: of.seconds("one", "webhook_one", "all") / of.seconds("one", "uri_get"),
    ),
    "Loop of {loop}, all differ: ``uri`` loops, against it": (
        "×",
        lambda of: (
            of.seconds("loop", "uri_loop", "all") / of.seconds("loop", "webhook_loop", "all")
        ),
    ),
    "Loop of {loop}, none differ: ``uri`` loops, against it": (
        "×",
        lambda of: of.seconds("loop", "uri_loop") / of.seconds("loop", "webhook_loop"),
    ),
    "Loop of {loop}, all differ: each webhook, above an empty play": (
        "ms",
        lambda of: of.above_empty_each("loop", "webhook_loop", "all") * 1000,
    ),
    "Loop of {loop}, none differ: each webhook, above an empty play": (
        "ms",
        lambda of: of.above_empty_each("loop", "webhook_loop") * 1000,
    ),
    "Set of {set}, all differ: above an empty play, against the script": (
        "×",
        lambda of: (
            of.above_empty("set", "webhooks_set", "all") / of.seconds("set", "bare_requests", "all")
        ),
    ),
    "Set of {set}, none differ: above an empty play": (
        "s",
        lambda of: of.above_empty("set", "webhooks_set"),
    ),
    "Set of {set}, none differ: above an empty play that reads the same file": (
        "s",
        lambda of: of.seconds("set", "webhooks_set") - of.seconds("set", "load_json"),
    ),
    "Set of {large}, all differ: each webhook, above an empty play, against a set of {set}": (
        "×",
        lambda of: (
            of.above_empty_each("large", "webhooks_set", "all")
            / of.above_empty_each("set", "webhooks_set", "all")
        ),
    ),
    "Set of {large}, all differ: memory of the largest process": (
        "MB",
        lambda of: of.find("large", "webhooks_set", "all").memory_mb,
    ),
    "Set of {most}, none differ: each webhook, above an empty play, against a set of {large}": (
        "×",
        lambda of: (
            of.above_empty_each("most", "webhooks_set")
            / of.above_empty_each("large", "webhooks_set")
        ),
    ),
    "Set of {most}, none differ: memory, against an empty play that reads the same file": (
        "×",
        lambda of: (
            of.find("most", "webhooks_set").memory_mb / of.find("most", "load_json").memory_mb
        ),
    ),
    "Playbook ``audit`` of {playbook}, none differ: against an empty play": (
        "×",
        lambda of: of.seconds("playbook", "playbook_audit") / of.seconds("playbook", "empty"),
    ),
    "Modules in a loop of {module}, none differ: above an empty play, against ``uri`` ``GET``": (
        "×",
        lambda of: (
            of.above_empty("module", "webhook_module_loop")
            / of.above_empty("module", "uri_get_loop")
        ),
    ),
    "{server} webhooks, all differ: the script and the simulator, against the minimal server": (
        "×",
        lambda of: (
            of.find("server", "bare_requests", "all", server="simulator").median
            / of.seconds("server", "bare_requests", "all")
        ),
    ),
    **{
        f"Role, ``{name}`` of {{role}}, none differ: above an empty play with its inventory": (
            "s",
            _above_its_inventory(f"role_{name}"),
        )
        for name in ("main", "audit", "cutover")
    },
    "Role, {role} webhooks, none differ: memory of the largest process": (
        "MB",
        lambda of: max(
            of.find("role", f"role_{one}").memory_mb for one in ("main", "audit", "cutover")
        ),
    ),
    "Event source, {events} webhooks, none differ: a poll, above its start": (
        "s",
        lambda of: of.seconds("events", "events_poll") - of.seconds("events", "events_start"),
    ),
}
