"""What is measured: who does what, with how many webhooks, and what it must cost in requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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


def _uri(label: str) -> Contender:
    return Contender(label, "each webhook", "one for each request")


def _set_of_webhooks(label: str, *, has_inventory: bool = False) -> Contender:
    return Contender(label, "each campaign", "up to concurrency", has_inventory)


CONTENDERS = {
    "empty": Contender("empty play"),
    "load_json": Contender("empty play that reads the set from JSON"),
    "load_inventory": Contender("empty play with the set in the inventory", has_inventory=True),
    "load_yaml": Contender("empty play that reads the set from YAML"),
    "uri_get": _uri("``uri``, one ``GET``"),
    "uri_get_loop": _uri("``uri`` loop, ``GET``"),
    "uri_one": _uri("``uri``, ``GET`` and ``PUT``"),
    "uri_loop": _uri("``uri`` loops, ``GET`` and ``PUT``"),
    "webhook_one": Contender("``touchbase_sms_webhook``", "each webhook", "one"),
    "webhook_loop": Contender("``touchbase_sms_webhook`` in a loop", "each webhook", "one"),
    "webhook_module_loop": Contender(
        "``touchbase_sms_webhook`` in a loop, as a module", "each webhook", "one for each webhook"
    ),
    "webhook_tasks": Contender(
        "``touchbase_sms_webhook``, separate tasks", "each webhook", "one for each webhook"
    ),
    "webhooks_set": _set_of_webhooks("``touchbase_sms_webhooks``"),
    "role_main": _set_of_webhooks("role, ``main``", has_inventory=True),
    "role_audit": _set_of_webhooks("role, ``audit``", has_inventory=True),
    "role_cutover": _set_of_webhooks("role, ``cutover``", has_inventory=True),
    "playbook_audit": _set_of_webhooks("playbook ``audit``", has_inventory=True),
    "bare_requests": _set_of_webhooks("script with ``requests``, no Ansible"),
    "events_start": Contender("event source, start without a poll"),
    "events_poll": Contender("event source, start and first poll", "each campaign", "one"),
}
# The polls of each way of running the event source.
POLLS = {"events_start": 0, "events_poll": 1}
PLAYBOOKS = {"playbook_audit": "touchbasepro.sms.audit"}
ONLY_READ = {"uri_get", "uri_get_loop"}


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
    def reads_and_writes(self) -> tuple[int, int]:
        """How many requests it must cost, no less and no more."""
        contender = CONTENDERS[self.contender]
        if contender.reads == "nothing":
            return 0, 0
        reads = self.webhooks if contender.reads == "each webhook" else self.campaigns
        return reads, 0 if self.contender in ONLY_READ else self.differing

    @property
    def connections(self) -> range:
        """How many connections it may take."""
        fewest, most = {
            "none": (0, 0),
            "one": (1, 1),
            "one for each webhook": (self.webhooks, self.webhooks),
            "one for each request": (sum(self.reads_and_writes), sum(self.reads_and_writes)),
            "up to concurrency": (1, self.concurrency),
        }[CONTENDERS[self.contender].connections]
        return range(fewest, most + 1)

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
    most_webhooks: int = 100_000
    most_campaigns: int = 1_000
    latencies: tuple[int, ...] = (0, 50)
    shares: tuple[float, ...] = (1, 0.01, 0)  # of the webhooks that differ
    most_repeats: int = 9

    @property
    def all_or_none(self) -> list[float]:
        """The shares without what is between."""
        return [share for share in self.shares if share in {0, 1}]


FULL = Sizes()
QUICK = Sizes(2, 2, 3, 4, 2, 6, 3, latencies=(0,), shares=(1,), most_repeats=1)


def workloads(sizes: Sizes) -> list[list[Workload]]:
    """Give all workloads in groups; what is compared is in the same one."""
    groups = [
        group(sizes, latency)
        for latency in sizes.latencies
        for group in (_one, _loop, _set, _large)
    ]
    groups += [_most(sizes), _module(sizes), _servers(sizes)]
    groups += [_each(Workload("playbook", "empty", 10, repeats=5), "empty", *PLAYBOOKS)]
    role = ("load_inventory", "role_main", "role_audit", "role_cutover")
    groups += [_each(_of_many("role", sizes), *role), _each(_of_many("events", sizes), *POLLS)]
    return [
        [replace(one, repeats=min(one.repeats, sizes.most_repeats)) for one in group]
        for group in groups
    ]


def _each(model: Workload, *contenders: str, shares: Iterable[float] = (0,)) -> list[Workload]:
    """Give the same workload for each of these contenders, where these shares differ."""
    return [
        replace(model, contender=contender, differing=round(model.webhooks * share))
        for share in shares
        for contender in contenders
    ]


def _one(sizes: Sizes, latency_ms: int) -> list[Workload]:
    model = Workload("one", "empty", 1, latency_ms=latency_ms, repeats=5)
    contenders = ("uri_one", "webhook_one", "webhooks_set", "bare_requests")
    return [*_each(model, "empty", "uri_get"), *_each(model, *contenders, shares=sizes.all_or_none)]


def _loop(sizes: Sizes, latency_ms: int) -> list[Workload]:
    model = Workload("loop", "empty", sizes.loop, latency_ms=latency_ms, repeats=3)
    contenders = ("uri_loop", "webhook_loop", "webhooks_set", "bare_requests")
    return [model, *_each(model, *contenders, shares=sizes.all_or_none)]


def _set(sizes: Sizes, latency_ms: int) -> list[Workload]:
    repeats = 3 if latency_ms else 5
    model = Workload("set", "empty", sizes.webhooks, latency_ms=latency_ms, repeats=repeats)
    # Long, and there for the chart alone.
    long = replace(model, repeats=1 if latency_ms else 3)
    loop = _each(long, "webhook_loop", shares=[1])
    return [*_of_sets(sizes, model), *loop, *_with_more_concurrency(model)]


def _large(sizes: Sizes, latency_ms: int) -> list[Workload]:
    model = replace(_of_many("large", sizes), latency_ms=latency_ms)
    if latency_ms:
        model = replace(model, repeats=1)
        return [*_of_sets(sizes, model), *_with_more_concurrency(model)]
    return _of_sets(sizes, model)


def _most(sizes: Sizes) -> list[Workload]:
    model = Workload("most", "empty", sizes.most_webhooks, sizes.most_campaigns)
    return _each(model, "empty", "load_json", "webhooks_set", "bare_requests")


def _of_sets(sizes: Sizes, model: Workload) -> list[Workload]:
    compared = _each(model, "webhooks_set", "bare_requests", shares=sizes.shares)
    return [*_each(model, "empty", "load_json", "load_yaml"), *compared]


def _with_more_concurrency(model: Workload) -> list[Workload]:
    more = replace(model, concurrency=MORE_CONCURRENCY)
    return _each(more, "webhooks_set", "bare_requests", shares=[1])


def _module(sizes: Sizes) -> list[Workload]:
    # What is compared differs by a few per cent only, less than two runs of the same.
    model = Workload("module", "empty", sizes.module_loop, repeats=9)
    tasks = ["webhook_tasks"] if sizes.module_loop == TASKS else []
    return _each(model, "empty", "uri_get_loop", "webhook_module_loop", "webhook_loop", *tasks)


def _servers(sizes: Sizes) -> list[Workload]:
    model = Workload("server", "empty", sizes.webhooks, repeats=3)
    (minimal,) = _each(model, "bare_requests", shares=[1])
    return [minimal, replace(minimal, server="simulator")]


def _of_many(group: str, sizes: Sizes) -> Workload:
    return Workload(group, "empty", sizes.many_webhooks, sizes.many_campaigns, repeats=3)
