"""Playbooks that are written, run and read back by the tests."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from touchbase_simulator.process import SimulatorProcess

KEY = "demo-key-for-the-simulator"
# The environment of any other ansible-core can be tried: give the path of its ansible-playbook.
PROGRAM = Path(
    os.environ.get("TESTED_ANSIBLE_PLAYBOOK") or Path(sys.executable).parent / "ansible-playbook"
)
WEBHOOK = "touchbasepro.sms.touchbase_sms_webhook"
WEBHOOK_INFO = "touchbasepro.sms.touchbase_sms_webhook_info"
WEBHOOKS = "touchbasepro.sms.touchbase_sms_webhooks"
CAMPAIGN_INFO = "touchbasepro.sms.touchbase_sms_campaign_info"
CUTOVER = "touchbasepro.sms.touchbase_sms_cutover"
DELIVERY = "touchbasepro.sms.touchbase_sms_delivery"
DRIFT_INFO = "touchbasepro.sms.touchbase_sms_drift_info"
_PLUGINS = Path(__file__).parent / "callback_plugins"
_LIMIT = 1800.0  # seconds, for machines under load
_RESULTS = "results.json"


@dataclass(frozen=True)
class Task:
    """One task of a play; its name is also the variable that its result is registered in.

    ``before`` holds control requests to the simulator: method, name, and body or None.
    """

    name: str
    module: str
    options: Mapping[str, Any]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    before: Sequence[tuple[str, str, Any]] = ()

    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            self.module: dict(self.options),
            "register": self.name,
            "ignore_errors": True,
            **self.keywords,
        }


@dataclass(frozen=True)
class Played:
    """What came of a playbook: results, requests and (where told) invocations, by task."""

    status: int
    output: str
    results: Mapping[str, Any]
    journals: Mapping[str, Any]
    invocations: Mapping[str, Any]

    def failed(self, name: str) -> bool:
        """Whether a task failed; the result of a loop that went well does not say."""
        return bool(self.results[name].get("failed", False))

    def authorized(self, name: str) -> set[bool]:
        """Whether the key of the requests was the right one."""
        return {entry["authorized"] for entry in self.journals[name]}


def play(
    folder: Path,
    simulator: SimulatorProcess,
    tasks: Iterable[Task],
    *options: str,
    keywords: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Played:
    """Run the tasks in one play on this machine and read back what they registered."""
    tasks = list(tasks)
    names = [task.name for task in tasks]
    copy = {"content": "{{ results | to_json }}", "dest": str(folder / _RESULTS), "mode": "0600"}
    keep = {
        "name": "Keep the results",
        "ansible.builtin.copy": copy,
        "vars": {"results": "{{ dict(names | zip(query('ansible.builtin.vars', *names))) }}"},
        "delegate_to": "localhost",
        "run_once": True,
    }
    keywords = keywords or {}
    variables = {"names": names, **keywords.get("vars", {})}
    book = {"tasks": [*(task.as_data() for task in tasks), keep], **keywords, "vars": variables}
    write_book(folder, book)
    extra = {**_scenario(folder, simulator, tasks), **credentials(simulator), **(environment or {})}
    finished = run_program([str(PROGRAM), "play.yml", *options], folder, extra)
    assert (folder / _RESULTS).exists(), finished.stdout
    notes = json.loads((folder / "scenario.json.notes").read_text(encoding="utf-8"))
    return Played(
        finished.returncode,
        finished.stdout,
        json.loads((folder / _RESULTS).read_text(encoding="utf-8")),
        notes["journals"],
        notes["invocations"],
    )


@functools.lru_cache
def core_version() -> tuple[int, int]:
    """The line of the ansible-core that is tried, such as (2, 19)."""
    told = subprocess.check_output([str(PROGRAM), "--version"], text=True)
    found = re.search(r"\[core (\d+)\.(\d+)", told)
    assert found, told
    return int(found[1]), int(found[2])


def _scenario(folder: Path, simulator: SimulatorProcess, tasks: Iterable[Task]) -> dict[str, str]:
    """Write down what comes before each task; give the settings with which Ansible obeys it."""
    script = {
        "address": f"127.0.0.1:{simulator.port}",
        "before": {task.name: task.before for task in tasks},
    }
    file = folder / "scenario.json"
    file.write_text(json.dumps(script), encoding="utf-8")
    return {
        "ANSIBLE_CALLBACK_PLUGINS": str(_PLUGINS),
        "ANSIBLE_CALLBACKS_ENABLED": "scenario",
        "SCENARIO": str(file),
    }


def write_book(folder: Path, book: Mapping[str, Any]) -> None:
    """Write a playbook of one play (JSON is YAML) and an inventory of this machine alone."""
    book = {"name": "Play", "hosts": "all", "gather_facts": False, **book}
    (folder / "play.yml").write_text(json.dumps([book], indent=1), encoding="utf-8")
    inventory = folder / "inventory"
    if not inventory.exists():
        inventory.write_text(
            "localhost ansible_connection=local "
            "ansible_python_interpreter='{{ ansible_playbook_python }}'\n",
            encoding="utf-8",
        )


def run_program(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    errors: int = subprocess.STDOUT,
) -> subprocess.CompletedProcess[str]:
    """Run a program of Ansible's, away from the user's own settings; errors go to the output."""
    return subprocess.run(
        list(command),
        cwd=folder,
        env=surroundings(folder) | dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        timeout=_LIMIT,
        check=False,
    )


def surroundings(folder: Path) -> dict[str, str]:
    """Build the environment that every program here is started in."""
    foreign = ("ANSIBLE_", "TOUCHBASE_", "REQUESTS_CA_BUNDLE", "COVERAGE_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    (folder / "ansible.cfg").touch()
    return kept | {
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "ansible-home"),
        "ANSIBLE_INVENTORY": str(folder / "inventory"),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
        "NO_PROXY": "127.0.0.1,localhost",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")]),
    }


def credentials(simulator: SimulatorProcess) -> dict[str, str]:
    """Name key and address the way a user does who keeps them out of playbooks."""
    return {"TOUCHBASE_API_KEY": KEY, "TOUCHBASE_API_URL": simulator.url}


def collections_path() -> Path:
    """Give the folder that holds ansible_collections with this checkout in it."""
    return Path(os.environ["ANSIBLE_COLLECTIONS_PATH"])
