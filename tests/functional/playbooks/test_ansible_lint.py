# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-lint in a user's repository: our modules' options are checked, and nothing is run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.functional.support.playbooks import credentials, surroundings
from touchbase_simulator.process import SimulatorProcess

LINT = Path(sys.executable).parent / "ansible-lint"
BOOK = """---
- name: Keep webhooks as declared
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Keep one
      touchbasepro.sms.{module}:
        campaign_id: 9141
        {option}
"""
SET = """---
- name: Keep webhooks as declared
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Keep a set
      touchbasepro.sms.touchbase_sms_webhooks:
        webhooks:
          - campaign_id: 9141
            webhook_id: 28
            {option}: false
"""


def lint(
    folder: Path, simulator: SimulatorProcess, books: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Lint a repository that holds nothing but these playbooks, as its owner would.

    Key and address are in the environment, so a module that did run would reach the simulator.
    """
    for name, book in books.items():
        (folder / name).write_text(book, encoding="utf-8")
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "init", "--quiet", folder], check=True)
    environment = surroundings(folder) | credentials(simulator)
    # What the playbooks here are run with would only get in the way of the linter's own.
    del environment["ANSIBLE_INVENTORY"]
    return subprocess.run(
        [LINT, "--offline", "--strict", "--nocolor", "--parseable", *books],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_lint_flags_wrong_options_only_and_runs_nothing(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    kept, read = "touchbase_sms_webhook", "touchbase_sms_webhook_info"
    found = "touchbase_sms_campaign_info"
    finished = lint(
        tmp_path,
        simulator,
        {
            "unknown.yml": BOOK.format(module=kept, option="webhook_id: 28\n        activ: true"),
            "choice.yml": BOOK.format(module=kept, option="webhook_id: 28\n        scope: account"),
            "suboption.yml": SET.format(option="activ"),
            "read_unknown.yml": BOOK.format(module=read, option="detail: true"),
            "found_unknown.yml": BOOK.format(module=found, option="title: October"),
            "right.yml": BOOK.format(module=kept, option="webhook_id: 28\n        active: false"),
            "read_right.yml": BOOK.format(module=read, option="details: true"),
            "set_right.yml": SET.format(option="active"),
            "found_right.yml": BOOK.format(module=found, option="name: October"),
        },
    )
    flagged = {line.partition(":")[0]: line for line in finished.stdout.splitlines()}
    assert finished.returncode != 0
    wrong = ("unknown", "choice", "suboption", "read_unknown", "found_unknown")
    assert set(flagged) == {f"{name}.yml" for name in wrong}
    assert all("args[module]" in line for line in flagged.values())
    assert "activ" in flagged["unknown.yml"]
    assert "value of scope must be one of" in flagged["choice.yml"]
    assert "webhooks.activ" in flagged["suboption.yml"]
    assert "detail" in flagged["read_unknown.yml"]
    assert "title" in flagged["found_unknown.yml"]
    assert "in 9 files" in finished.stderr
    assert simulator.journal() == []
