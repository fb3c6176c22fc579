"""What a play pays once however many tasks it has, and what it shows while a task takes long."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from tests.functional.support.playbooks import (
    PROGRAM,
    WEBHOOK,
    WEBHOOKS,
    credentials,
    run_program,
    write_book,
)
from touchbase_simulator.process import SimulatorProcess

KEPT = {"campaign_id": 9141, "webhook_id": 28, "active": True}
MANY = 20
# So many creations, one after another, take longer than the five seconds between signs of life.
LATENCY_MS = 300


def run(
    folder: Path, simulator: SimulatorProcess, tasks: list[dict[str, Any]], **environment: str
) -> subprocess.CompletedProcess[str]:
    write_book(folder, {"tasks": tasks})
    environment = {**credentials(simulator), **environment}
    return run_program([str(PROGRAM), "play.yml"], folder, environment, errors=subprocess.PIPE)


def test_twenty_tasks_import_requests_once(tmp_path: Path) -> None:
    tasks = [{"name": f"Task {number}", WEBHOOK: KEPT} for number in range(MANY)]

    with SimulatorProcess.start() as simulator:
        played = run(tmp_path, simulator, tasks, PYTHONPROFILEIMPORTTIME="1")
        journal = simulator.journal()

    assert f"ok={MANY} " in played.stdout, played.stdout
    assert [entry["method"] for entry in journal] == ["GET"] * MANY
    # Every process, the workers included, tells each module that it imports.
    assert len(re.findall(r"\| +requests$", played.stderr, re.MULTILINE)) == 1


def test_progress_of_a_long_task_is_on_stderr_only(tmp_path: Path) -> None:
    new = [
        {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": f"https://example.org/{n}"}
        for n in range(MANY)
    ]
    tasks: list[dict[str, Any]] = [
        {"name": "Short", WEBHOOKS: {"webhooks": [KEPT]}},
        {"name": "Long", WEBHOOKS: {"webhooks": new, "concurrency": 1}, "register": "long"},
        {"name": "Show the result", "ansible.builtin.debug": {"var": "long"}},
    ]

    with SimulatorProcess.start(latency_ms=LATENCY_MS) as simulator:
        simulator.fault(status=429, method="POST")
        played = run(tmp_path, simulator, tasks)

    assert f"ok={len(tasks)} " in played.stdout, played.stdout + played.stderr
    shown = [line for line in played.stderr.splitlines() if " of " in line]
    counts = [
        re.fullmatch(rf"touchbase_sms_webhooks: (\d+) of {MANY} done, 1 retry", line)
        for line in shown
    ]
    assert counts
    assert all(count and int(count[1]) < MANY for count in counts), shown
    assert "retry" not in played.stdout
