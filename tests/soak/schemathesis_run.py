# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let schemathesis judge the simulator against the contract, in its default behaviour.

Run from the root of the checkout, in the development environment:
``python -m tests.soak.schemathesis_run --schemathesis PATH/TO/schemathesis``
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from touchbase_simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "simulator/touchbase_simulator/openapi.yaml"
METHODS = ("get", "post", "put", "delete")


def main() -> int:
    """Run schemathesis, print what it asked and was answered; 0 only if it found nothing."""
    options = _options()
    with SimulatorProcess.start(seed=_seed()) as simulator:
        found = _schemathesis(options, simulator)
        journal, log = simulator.journal(), simulator.log
    answered = _by_operation(journal)
    _print_table(answered)
    unreached = [name for name, statuses in answered.items() if not any(s < 300 for s in statuses)]
    for name in unreached:
        print(f"never succeeded, so nothing was learned about it: {name}")
    if "Traceback" in log:
        print(f"the simulator failed:\n{log}")
    print(f"{len(journal)} requests; schemathesis ended with {found}")
    return 1 if found or unreached or "Traceback" in log else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.schemathesis_run")
    parser.add_argument(
        "--schemathesis",
        default="schemathesis",
        help="the program, from an environment with requirements-schemathesis.txt",
    )
    parser.add_argument("--max-examples", type=int, default=40, help="per operation and phase")
    parser.add_argument("--max-time", type=int, default=120, help="seconds for the whole run")
    return parser.parse_args()


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


def _schemathesis(options: argparse.Namespace, simulator: SimulatorProcess) -> int:
    command = [options.schemathesis, f"--config-file={HERE / 'schemathesis.toml'}"]
    command += ["run", str(CONTRACT), f"--url={simulator.url}", "--no-color"]
    command += [f"--header=Authorization: Bearer {simulator.api_key}", "--continue-on-failure"]
    command += [f"--max-examples={options.max_examples}", f"--max-time={options.max_time}"]
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
    paths = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["paths"]
    patterns = {path: re.compile(re.sub(r"\{\w+\}", r"[^/]+", path)) for path in paths}
    answered: dict[str, Counter[int]] = defaultdict(Counter)
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                answered[f"{method.upper()} {path}"] = Counter()
    for entry in journal:
        for path, pattern in patterns.items():
            name = f"{entry['method']} {path}"
            if name in answered and pattern.fullmatch(entry["path"]):
                answered[name][entry["status"]] += 1
    return answered


def _print_table(answered: dict[str, Counter[int]]) -> None:
    for name, statuses in answered.items():
        counts = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
        print(f"{name:<60} {counts}")


if __name__ == "__main__":
    sys.exit(main())
