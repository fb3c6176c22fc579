"""Let schemathesis judge the simulator against the contract, in its default behaviour.

Run from the root of the checkout, in the development environment, with the schemathesis of an
environment that has requirements-schemathesis.txt on PATH: ``python -m
tests.soak.schemathesis_run``.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from touchbase_simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "simulator/touchbase_simulator/openapi.yaml"


def main() -> int:
    """Run schemathesis, print what it asked and was answered; 0 only if it found nothing."""
    with SimulatorProcess.start(seed=_seed()) as simulator:
        found = _schemathesis(simulator)
        journal, log = simulator.journal(), simulator.log
    answered = _by_operation(journal)
    for name, statuses in answered.items():
        print(
            f"{name:<60}", *(f"{status}: {number}" for status, number in sorted(statuses.items()))
        )
    unreached = [name for name, statuses in answered.items() if not any(s < 300 for s in statuses)]
    for name in unreached:
        print(f"never succeeded, so nothing was learned about it: {name}")
    if "Traceback" in log:
        print(f"the simulator failed:\n{log}")
    print(f"{len(journal)} requests; schemathesis ended with {found}")
    return 1 if found or unreached or "Traceback" in log else 0


def _seed() -> dict[str, Any]:
    """Give the ids that schemathesis.toml names: owner 1 has webhooks 1 to 100, owner 2 none."""

    def webhooks(kind: str) -> list[dict[str, Any]]:
        return [
            {"webhook_id": number, "webhook_type": kind, "url": f"https://example.org/{number}"}
            for number in range(1, 101)
        ]

    return {
        "campaigns": [
            {"campaign_id": 1, "webhooks": webhooks("CampaignReply")},
            {"campaign_id": 2},
        ],
        "lists": [{"list_id": 1, "webhooks": webhooks("ListSubscribe")}, {"list_id": 2}],
        "message_webhooks": webhooks("MessageReply"),
    }


def _schemathesis(simulator: SimulatorProcess) -> int:
    command = ["schemathesis", f"--config-file={HERE / 'schemathesis.toml'}"]
    command += ["run", str(CONTRACT), f"--url={simulator.url}", "--no-color"]
    command += [f"--header=Authorization: Bearer {simulator.api_key}", "--continue-on-failure"]
    # Examples for each operation and phase, and seconds for the whole run.
    command += ["--max-examples=40", "--max-time=120"]
    # Its hooks are found by the name of a module; its cache of examples goes with the folder.
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE),
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "NO_PROXY": "127.0.0.1",
    }
    with TemporaryDirectory(prefix="schemathesis-") as folder:
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def _by_operation(journal: Iterable[dict[str, Any]]) -> dict[str, Counter[int]]:
    """Count the answers' statuses of each operation of the contract."""
    answered: dict[str, Counter[int]] = {name: Counter() for name in sorted(operations())}
    for entry in journal:
        answered.get(operation_of(entry), Counter())[entry["status"]] += 1
    return answered


@functools.cache
def operations() -> set[str]:
    """Give the operations of the contract, such as ``GET /sms/message/webhooks``."""
    paths = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["paths"]
    return {
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method in item.keys() & {"get", "post", "put", "delete"}
    }


def operation_of(request: Mapping[str, Any]) -> str:
    """Give the operation of the contract that a request of the journal is one of."""
    for operation in operations():
        method, path = operation.split()
        pattern = re.sub(r"\{\w+\}", r"[^/]+", path)
        if method == request["method"] and re.fullmatch(pattern, request["path"]):
            return operation
    return f"unknown: {request['method']} {request['path']}"


if __name__ == "__main__":
    sys.exit(main())
