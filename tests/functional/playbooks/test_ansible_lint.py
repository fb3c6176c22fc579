"""ansible-lint in a user's repository: our modules' options are checked, and nothing is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from tests.functional.support.playbooks import PROGRAM, credentials, run_program
from touchbase_simulator.process import SimulatorProcess

WEBHOOK = "touchbase_sms_webhook"
INFO = "touchbase_sms_webhook_info"
CAMPAIGNS = "touchbase_sms_campaign_info"
WEBHOOKS = "touchbase_sms_webhooks"
# Playbooks of one task: the module, its options, and what the linter says about them, if anything.
BOOKS: dict[str, tuple[str, dict[str, Any], str]] = {
    "right": (WEBHOOK, {"webhook_id": 28, "active": False}, ""),
    "unknown": (WEBHOOK, {"webhook_id": 28, "activ": True}, "activ"),
    "choice": (WEBHOOK, {"webhook_id": 28, "scope": "account"}, "value of scope must be one of"),
    "set_right": (WEBHOOKS, {"webhooks": [{"webhook_id": 28, "active": False}]}, ""),
    "suboption": (WEBHOOKS, {"webhooks": [{"webhook_id": 28, "activ": False}]}, "webhooks.activ"),
    "read_right": (INFO, {"campaign_id": 9141, "details": True}, ""),
    "read_unknown": (INFO, {"campaign_id": 9141, "detail": True}, "detail"),
    "found_right": (CAMPAIGNS, {"name": "October"}, ""),
    "found_unknown": (CAMPAIGNS, {"title": "October"}, "title"),
}


def test_lint_flags_wrong_options_only_and_runs_nothing(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    for name, (module, options, _complaint) in BOOKS.items():
        task = {"name": "Keep", f"touchbasepro.sms.{module}": options}
        play = {"name": "Play", "hosts": "localhost", "gather_facts": False, "tasks": [task]}
        text = "---\n" + yaml.dump([play], Dumper=Indenting, sort_keys=False)
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    # As the owner of a repository would. A module that did run would reach the simulator.
    run_program(["git", "init", "--quiet"], tmp_path, {})
    command = [str(PROGRAM.with_name("ansible-lint")), "--offline", "--strict", "--nocolor"]
    environment = {**credentials(simulator), "ANSIBLE_INVENTORY": ""}
    books = [f"{name}.yml" for name in BOOKS]
    finished = run_program([*command, "--parseable", *books], tmp_path, environment)

    assert finished.returncode != 0
    flagged = dict(re.findall(r"^(\w+)\.yml:(.*)", finished.stdout, re.MULTILINE))
    assert set(flagged) == {name for name, row in BOOKS.items() if row[2]}
    for name, line in flagged.items():
        assert "args[module]" in line
        assert BOOKS[name][2] in line
    assert f"in {len(BOOKS)} files" in finished.stdout
    assert simulator.journal() == []


class Indenting(yaml.SafeDumper):
    """Indents lists as ansible-lint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)
