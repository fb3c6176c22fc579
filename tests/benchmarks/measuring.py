"""Runs the workloads in turns, and takes time, memory, requests and connections of each run.

A run that fails, or whose requests are not exactly those that its work must cost, ends everything:
the time of work that was not done says nothing.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from checks.workspace import ROOT, Workspace, collections_path, read_yaml, tool
from tests.benchmarks.figures import Figures, Measurement
from tests.benchmarks.server import API_KEY, DECLARED, Counts, Server, campaign_of, start
from tests.benchmarks.workloads import CONTENDERS, PLAYBOOKS, POLLS, Workload

FOLDER = Path(__file__).resolve().parent
LAST_LINES = 20


class NotDone(Exception):
    """A run did not do its work."""


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    memory_mb: int
    connections: int


def measure(
    workspace: Workspace, groups: Sequence[Sequence[Workload]], *, warm_up: bool = False
) -> Figures:
    """Measure all groups.

    :param warm_up: first let Python compile the plugins; users have that behind them, too.
    :raises NotDone: a program failed, or did something else than its work.
    """
    driver = _Driver(workspace)
    if warm_up:
        driver.measure_group([Workload("warm-up", "webhook_one", 1)])
        driver.measure_group([Workload("warm-up", "webhooks_set", 1)])
    measurements = [one for group in groups for one in driver.measure_group(group)]
    return Figures(_versions(), os.cpu_count() or 1, measurements)


class _Driver:
    """Runs workloads with a copy of the collection, in an environment of their own."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._copy = workspace.stage("benchmark")
        self._declared = workspace.folder / "declared"
        self._declared.mkdir()

    def measure_group(self, group: Sequence[Workload]) -> list[Measurement]:
        """Run the workloads of a group in turns, A B A B, so that none has the better minutes."""
        runs: list[list[Run]] = [[] for _workload in group]
        with contextlib.ExitStack() as servers:
            running: dict[str, Server] = {
                name: servers.enter_context(start(name, group[0].latency_ms))
                for name in {one.server for one in group}
            }
            for turn in range(max(one.repeats for one in group)):
                for workload, done in zip(group, runs, strict=True):
                    if turn < workload.repeats:
                        done.append(self._run(workload, running[workload.server]))
                        line = f"{workload.group}: {workload}: {done[-1].seconds:.2f} s"
                        print(line, flush=True)
        return [
            Measurement(
                workload,
                tuple(round(one.seconds, 3) for one in done),
                max(one.memory_mb for one in done),
                *workload.reads_and_writes,
                max(one.connections for one in done),
            )
            for workload, done in zip(group, runs, strict=True)
        ]

    def _run(self, workload: Workload, server: Server) -> Run:
        """Run a workload once, and see that its work was done."""
        command = self._command(workload)
        server.reset(workload)
        env = {
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path(self._copy)),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "TOUCHBASE_API_KEY": API_KEY,
            "TOUCHBASE_API_URL": server.url,
        }
        result = self._workspace.folder / "timed.json"
        launcher = (tool("python"), "-I", FOLDER / "timed.py", result)
        finished = self._workspace.run(*launcher, *command, cwd=self._workspace.folder, env=env)
        last_lines = "\n".join(finished.output.splitlines()[-LAST_LINES:])
        if finished.status:
            raise NotDone(f"{workload}: exit status {finished.status}\n{last_lines}")
        counts = server.counts()
        reads, writes = workload.reads_and_writes
        expected = [Counts(reads, writes, number, differing=0) for number in workload.connections]
        if counts not in expected:
            raise NotDone(f"{workload}: {counts} instead of {expected[-1]}\n{last_lines}")
        measured = json.loads(result.read_text(encoding="utf-8"))
        return Run(**measured, connections=counts.connections)

    def _command(self, workload: Workload) -> list[str]:
        declared = self._declare(workload)
        if workload.contender == "bare_requests":
            return _script("bare_requests", declared, workload.concurrency)
        if workload.contender in POLLS:
            return _script("events_poll", declared, POLLS[workload.contender])
        variables = {
            "concurrency": workload.concurrency,
            "declared_file": str(declared / "declared"),
            "webhooks": workload.webhooks,
        }
        play = str(FOLDER / "plays" / f"{workload.contender}.yml")
        if workload.contender in PLAYBOOKS:
            play = PLAYBOOKS[workload.contender]
            variables["touchbase_sms_webhooks"] = "{{ declared_webhooks }}"
        has_inventory = CONTENDERS[workload.contender].has_inventory
        inventory = str(declared / "hosts") if has_inventory else "localhost,"
        playbook = (str(tool("ansible-playbook")), play, "--inventory", inventory)
        return [*playbook, "--extra-vars", json.dumps(variables)]

    def _declare(self, workload: Workload) -> Path:
        """Write the declared set as JSON, as variables of a host, and as YAML; give the folder."""
        folder = self._declared / f"{workload.webhooks}-of-{workload.campaigns}"
        if not folder.exists():
            webhooks = [
                {
                    "campaign_id": campaign_of(number, workload.campaigns),
                    "webhook_id": number,
                    "url": DECLARED.format(number),
                    "active": True,
                }
                for number in range(1, workload.webhooks + 1)
            ]
            declared = json.dumps({"declared_webhooks": webhooks})
            (folder / "host_vars").mkdir(parents=True)
            (folder / "declared.json").write_text(declared, encoding="utf-8")
            (folder / "host_vars/localhost.json").write_text(declared, encoding="utf-8")
            (folder / "hosts").write_text("localhost ansible_connection=local\n", encoding="utf-8")
        as_yaml = folder / "declared.yaml"
        # Not of the largest set, for which it takes a minute.
        if workload.contender == "load_yaml" and not as_yaml.exists():
            declared = yaml.safe_dump(json.loads((folder / "declared.json").read_bytes()))
            as_yaml.write_text(declared, encoding="utf-8")
        return folder


def _script(name: str, declared: Path, number: int) -> list[str]:
    return [
        str(tool("python")),
        str(FOLDER / f"{name}.py"),
        str(declared / "declared.json"),
        str(number),
    ]


def _versions() -> dict[str, str]:
    galaxy = read_yaml((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    packages = {name: importlib.metadata.version(name) for name in ("ansible-core", "requests")}
    return {
        "Python": platform.python_version(),
        **packages,
        f"{galaxy['namespace']}.{galaxy['name']}": galaxy["version"],
    }
