"""Plays of the role, and the facts that it leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.functional.support.playbooks import PROGRAM, credentials, run_program, write_book
from touchbase_simulator.process import SimulatorProcess

ROLE = "touchbasepro.sms.touchbase_sms"
ENTRY_POINTS = ("main", "pause", "resume", "cutover", "heal", "audit")
OWNER = {"touchbase_sms_campaign_ids": [9141]}
MOVE = {
    "touchbase_sms_cutover_from": "https://hooks.staging.example.org",
    "touchbase_sms_cutover_to": "https://hooks.example.org/staging",
}
_FACTS = (
    "^touchbase_sms_(converged|paused|resumed|left_off|cutover|healed|report|verified|refused)$"
)


@dataclass(frozen=True)
class Ran:
    """What came of a play: its exit status, its output, and the facts of the role at its end."""

    status: int
    output: str
    facts: Mapping[str, Any]


def entry(name: str, how: str = "include_role", **keywords: Any) -> dict[str, Any]:
    """A task that runs one entry point."""
    options = {"name": ROLE, "tasks_from": name}
    return {"name": f"Run {name}", f"ansible.builtin.{how}": options, **keywords}


def run(
    folder: Path,
    simulator: SimulatorProcess,
    tasks: Sequence[Mapping[str, Any]],
    *options: str,
    environment: Mapping[str, str] | None = None,
    **keywords: Any,
) -> Ran:
    """Run tasks in one play; ``keywords`` are those of the play."""
    kept = folder / "facts.json"
    kept.unlink(missing_ok=True)
    keep = {
        "name": "Keep the facts",
        "ansible.builtin.copy": {
            "content": "{{ facts | to_json }}",
            "dest": str(kept),
            "mode": "0600",
        },
        "check_mode": False,
        "tags": "always",
        "vars": {
            "names": f"{{{{ query('ansible.builtin.varnames', '{_FACTS}') }}}}",
            "facts": "{{ dict(names | zip(query('ansible.builtin.vars', *names))) }}",
        },
    }
    block = {"name": "Run", "block": list(tasks), "always": [keep]}
    book = {"name": "Play", "hosts": "all", "gather_facts": False, "tasks": [block], **keywords}
    write_book(folder, book)
    command = [str(PROGRAM), "play.yml", *options]
    finished = run_program(command, folder, {**credentials(simulator), **(environment or {})})
    assert kept.exists(), finished.stdout
    facts = json.loads(kept.read_text(encoding="utf-8"))
    return Ran(finished.returncode, finished.stdout, facts)


def writes(simulator: SimulatorProcess) -> list[str]:
    """The methods of the requests that write, in order."""
    return [one["method"] for one in simulator.journal() if one["method"] != "GET"]


def active(simulator: SimulatorProcess, campaign: int = 0) -> list[bool]:
    """Whether the webhooks of a campaign are active."""
    return [one["active"] for one in simulator.state()["campaigns"][campaign]["webhooks"]]
