"""What was measured, as data: kept as JSON, and read for the report and the chart."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from tests.benchmarks.workloads import CONCURRENCY, Workload


@dataclass(frozen=True)
class Measurement:
    """All runs of one workload; of memory and connections, the highest of them."""

    workload: Workload
    seconds: tuple[float, ...]
    memory_mb: int
    reads: int
    writes: int
    connections: int

    @property
    def median(self) -> float:
        """The time of the run in the middle."""
        return statistics.median(self.seconds)

    def as_json(self) -> dict[str, Any]:
        """Give plain data, with the median for those who read the file."""
        content = asdict(self)
        return content.pop("workload") | {"median": self.median} | content

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what `as_json` gave."""
        workload = Workload(**{one.name: content[one.name] for one in fields(Workload)})
        _workload, *others = fields(cls)
        return cls(workload, *(content[one.name] for one in others))


class NotMeasured(LookupError):
    """These figures do not have it."""


@dataclass(frozen=True)
class Figures:
    """All measurements of one run of the benchmark, and with what they were made."""

    versions: Mapping[str, str]
    cores: int
    measurements: Sequence[Measurement]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the file that the report gives."""
        content = json.loads(text)
        measurements = [Measurement.from_json(one) for one in content["measurements"]]
        return cls(content["versions"], content["cores"], measurements)

    def with_anew(self, later: Figures) -> Figures:
        """Give these figures, with the measurements of the later ones in the place of their own.

        What these figures do not have yet comes last.

        :raises ValueError: they were made with other versions or another machine.
        """
        if (self.versions, self.cores) != (later.versions, later.cores):
            raise ValueError("the other groups were measured with other versions: measure all")
        # How often they were run does not matter: that may be why they were measured anew.
        anew = {replace(one.workload, repeats=0): one for one in later.measurements}
        replaced = [anew.pop(replace(one.workload, repeats=0), one) for one in self.measurements]
        return Figures(self.versions, self.cores, [*replaced, *anew.values()])

    def find(
        self,
        group: str,
        contender: str,
        differing: str = "none",
        *,
        latency_ms: int = 0,
        server: str = "minimal",
    ) -> Measurement:
        """Give the measurement of a workload in which all webhooks differ, or none.

        :raises NotMeasured: there is none.
        """
        for one in self.measurements:
            number = one.workload.webhooks if differing == "all" else 0
            wanted: dict[str, object] = {
                "group": group,
                "contender": contender,
                "differing": number,
                "latency_ms": latency_ms,
                "concurrency": CONCURRENCY,
                "server": server,
            }
            if wanted.items() <= asdict(one.workload).items():
                return one
        raise NotMeasured(f"{group}, {contender}, {differing}, {latency_ms} ms, {server}")

    def seconds(self, group: str, contender: str, differing: str = "none") -> float:
        """Give the median time at no latency."""
        return self.find(group, contender, differing).median

    def above_empty(self, group: str, contender: str, differing: str = "none") -> float:
        """Give the median time at no latency without what an empty play takes."""
        return self.seconds(group, contender, differing) - self.seconds(group, "empty")

    def above_empty_each(self, group: str, contender: str, differing: str = "none") -> float:
        """Give the same divided by the number of webhooks."""
        webhooks = self.find(group, contender, differing).workload.webhooks
        return self.above_empty(group, contender, differing) / webhooks

    def extrapolated(self, webhooks: int, differing: str, latency_ms: int) -> float:
        """Seconds of `uri` loops over so many webhooks: a line through what was measured."""
        one = self.find("one", "uri_one", differing, latency_ms=latency_ms)
        loop = self.find("loop", "uri_loop", differing, latency_ms=latency_ms)
        each = (loop.median - one.median) / (loop.workload.webhooks - one.workload.webhooks)
        return one.median + each * (webhooks - one.workload.webhooks)
