# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: who does what, with how many webhooks, and what it must cost in requests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

CONCURRENCY = 4
MORE_CONCURRENCY = 32
TASKS = 20  # as many as plays/webhook_tasks.yml has

Reads = Literal["nothing", "each webhook", "each campaign"]
Connections = Literal[
    "none", "one", "one for each webhook", "one for each request", "up to concurrency"
]


@dataclass(frozen=True)
class Contender:
    """One way of doing it; its name is that of a file in `plays`, or of a script here."""

    label: str
    reads: Reads = "nothing"
    connections: Connections = "none"
    has_inventory: bool = False


CONTENDERS = {
    "empty": Contender("empty play"),
    "load_json": Contender("empty play that reads the set from JSON"),
    "load_inventory": Contender("empty play with the set in the inventory", has_inventory=True),
    "load_yaml": Contender("empty play that reads the set from YAML"),
    "uri_get": Contender("``uri``, one ``GET``", "each webhook", "one for each request"),
    "uri_get_loop": Contender("``uri`` loop, ``GET``", "each webhook", "one for each request"),
    "uri_one": Contender("``uri``, ``GET`` and ``PUT``", "each webhook", "one for each request"),
    "uri_loop": Contender(
        "``uri`` loops, ``GET`` and ``PUT``", "each webhook", "one for each request"
    ),
    "webhook_one": Contender("``touchbase_sms_webhook``", "each webhook", "one"),
    "webhook_loop": Contender("``touchbase_sms_webhook`` in a loop", "each webhook", "one"),
    "webhook_module_loop": Contender(
        "``touchbase_sms_webhook`` in a loop, as a module", "each webhook", "one for each webhook"
    ),
    "webhook_tasks": Contender(
        "``touchbase_sms_webhook``, separate tasks", "each webhook", "one for each webhook"
    ),
    "webhooks_set": Contender("``touchbase_sms_webhooks``", "each campaign", "up to concurrency"),
    "role_main": Contender(
        "role, ``main``", "each campaign", "up to concurrency", has_inventory=True
    ),
    "role_audit": Contender(
        "role, ``audit``", "each campaign", "up to concurrency", has_inventory=True
    ),
    "role_cutover": Contender(
        "role, ``cutover``", "each campaign", "up to concurrency", has_inventory=True
    ),
    "bare_requests": Contender(
        "script with ``requests``, no Ansible", "each campaign", "up to concurrency"
    ),
    "events_start": Contender("event source, start without a poll"),
    "events_poll": Contender("event source, start and first poll", "each campaign", "one"),
}
# The polls of each way of running the event source.
POLLS = {"events_start": 0, "events_poll": 1}
ONLY_READ = {"uri_get", "uri_get_loop"}


@dataclass(frozen=True)
class Cost:
    """What the service must have seen of a run: requests by kind, and the range of connections."""

    reads: int
    writes: int
    connections: tuple[int, int]

    def is_met(self, reads: int, writes: int, connections: int) -> bool:
        """Tell whether a run did its work, no less and no more."""
        fewest, most = self.connections
        return (reads, writes) == (self.reads, self.writes) and fewest <= connections <= most


@dataclass(frozen=True)
class Workload:
    """A contender in one situation; those of the same group and latency are run in turns."""

    group: str
    contender: str
    webhooks: int
    campaigns: int = 1
    differing: int = 0
    latency_ms: int = 0
    concurrency: int = CONCURRENCY
    repeats: int = 1
    server: str = "minimal"

    @property
    def cost(self) -> Cost:
        """The lower bound of requests, and the connections that they may take."""
        contender = CONTENDERS[self.contender]
        if contender.reads == "nothing":
            return Cost(0, 0, (0, 0))
        reads = self.webhooks if contender.reads == "each webhook" else self.campaigns
        writes = 0 if self.contender in ONLY_READ else self.differing
        connections = {
            "none": (0, 0),
            "one": (1, 1),
            "one for each webhook": (self.webhooks, self.webhooks),
            "one for each request": (reads + writes, reads + writes),
            "up to concurrency": (1, self.concurrency),
        }
        return Cost(reads, writes, connections[contender.connections])

    def __str__(self) -> str:
        label = CONTENDERS[self.contender].label.replace("``", "")
        options = "" if self.concurrency == CONCURRENCY else f", concurrency {self.concurrency}"
        server = "" if self.server == "minimal" else f", {self.server}"
        differing = f"{self.differing:,} of {self.webhooks:,} differ"
        return f"{label}{options}{server}, {differing}, {self.latency_ms} ms"


@dataclass(frozen=True)
class Sizes:
    """How much of it: numbers of webhooks, latencies, and how often each is run."""

    loop: int = 50
    module_loop: int = 20
    webhooks: int = 1_000
    many_webhooks: int = 10_000
    many_campaigns: int = 100
    latencies: tuple[int, ...] = (0, 50)
    shares: tuple[float, ...] = (1, 0.01, 0)
    most_repeats: int = 9

    def differing(self, webhooks: int) -> list[int]:
        """How many of them differ: all, some, none."""
        return [round(webhooks * share) for share in self.shares]

    def all_or_none(self, webhooks: int) -> list[int]:
        """How many of them differ, without what is between."""
        return [webhooks * int(share) for share in self.shares if share in {0, 1}]


FULL = Sizes()
QUICK = Sizes(
    loop=2,
    module_loop=2,
    webhooks=3,
    many_webhooks=4,
    many_campaigns=2,
    latencies=(0,),
    shares=(1,),
    most_repeats=1,
)


@dataclass
class _Group:
    """The workloads of one group, and what they have in common."""

    name: str
    webhooks: int
    repeats: int
    latency_ms: int = 0
    campaigns: int = 1
    found: list[Workload] = field(default_factory=list)

    def add(
        self,
        *contenders: str,
        differing: int = 0,
        concurrency: int = CONCURRENCY,
        server: str = "minimal",
        repeats: int | None = None,
    ) -> None:
        """Add a workload for each of these contenders."""
        most = min(self.repeats, repeats or self.repeats)
        for contender in contenders:
            one = Workload(
                self.name, contender, self.webhooks, self.campaigns, differing, self.latency_ms,
                concurrency, most, server,
            )  # fmt: skip
            self.found.append(one)


def workloads(sizes: Sizes) -> list[list[Workload]]:
    """Give all workloads in groups; what is compared is in the same one."""
    groups = []
    for latency in sizes.latencies:
        groups += [
            _one(sizes, latency),
            _loop(sizes, latency),
            _set(sizes, latency),
            _large(sizes, latency),
        ]
    groups += [_module(sizes), _servers(sizes), _role(sizes), _events(sizes)]
    return [
        [replace(one, repeats=min(one.repeats, sizes.most_repeats)) for one in group.found]
        for group in groups
    ]


def _one(sizes: Sizes, latency_ms: int) -> _Group:
    group = _Group("one", 1, 5, latency_ms)
    group.add("empty", "uri_get")
    for differing in sizes.all_or_none(1):
        group.add("uri_one", "webhook_one", "webhooks_set", "bare_requests", differing=differing)
    return group


def _loop(sizes: Sizes, latency_ms: int) -> _Group:
    group = _Group("loop", sizes.loop, 3, latency_ms)
    group.add("empty")
    for differing in sizes.all_or_none(sizes.loop):
        group.add("uri_loop", "webhook_loop", "webhooks_set", "bare_requests", differing=differing)
    return group


def _set(sizes: Sizes, latency_ms: int) -> _Group:
    group = _Group("set", sizes.webhooks, 3 if latency_ms else 5, latency_ms)
    group.add("empty", "load_json", "load_yaml")
    for differing in sizes.differing(sizes.webhooks):
        group.add("webhooks_set", "bare_requests", differing=differing)
    # Long, and there for the chart alone.
    group.add("webhook_loop", differing=sizes.webhooks, repeats=1 if latency_ms else 3)
    _add_more_concurrency(group)
    return group


def _large(sizes: Sizes, latency_ms: int) -> _Group:
    group = _Group(
        "large", sizes.many_webhooks, 1 if latency_ms else 3, latency_ms, sizes.many_campaigns
    )
    group.add("empty", "load_json", "load_yaml")
    for differing in sizes.differing(sizes.many_webhooks):
        group.add("webhooks_set", "bare_requests", differing=differing)
    if latency_ms:
        _add_more_concurrency(group)
    return group


def _add_more_concurrency(group: _Group) -> None:
    for contender in ("webhooks_set", "bare_requests"):
        group.add(contender, differing=group.webhooks, concurrency=MORE_CONCURRENCY)


def _module(sizes: Sizes) -> _Group:
    # What is compared differs by a few per cent only, less than two runs of the same.
    group = _Group("module", sizes.module_loop, 9)
    group.add("empty", "uri_get_loop", "webhook_module_loop", "webhook_loop")
    if sizes.module_loop == TASKS:
        group.add("webhook_tasks")
    return group


def _servers(sizes: Sizes) -> _Group:
    group = _Group("server", sizes.webhooks, 3)
    for server in ("minimal", "simulator"):
        group.add("bare_requests", differing=sizes.webhooks, server=server)
    return group


def _role(sizes: Sizes) -> _Group:
    group = _Group("role", sizes.many_webhooks, 3, campaigns=sizes.many_campaigns)
    group.add("load_inventory", "role_main", "role_audit", "role_cutover")
    return group


def _events(sizes: Sizes) -> _Group:
    group = _Group("events", sizes.many_webhooks, 3, campaigns=sizes.many_campaigns)
    group.add(*POLLS)
    return group
