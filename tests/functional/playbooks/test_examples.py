# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the documentation run as they stand, on the small account of the demo."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from touchbase_simulator.process import SimulatorProcess

MODULES = sorted(path.stem for path in Path("plugins/modules").glob("*.py"))
# Records are created (201) and deleted (204), as each module's examples do; nothing is refused.
STATUSES = {
    "touchbase_sms_campaign_info": {200},
    "touchbase_sms_cutover": {200},
    "touchbase_sms_delivery": {200},
    "touchbase_sms_drift_info": {200},
    "touchbase_sms_webhook": {200, 201, 204},
    "touchbase_sms_webhook_info": {200},
    "touchbase_sms_webhooks": {200, 201, 204},
}


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_a_module_run_as_they_stand(module: str, tmp_path: Path) -> None:
    name = f"ansible_collections.touchbasepro.sms.plugins.modules.{module}"
    examples = yaml.safe_load(importlib.import_module(name).EXAMPLES)
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": examples}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))

    with SimulatorProcess.start() as simulator:
        environment = {"TOUCHBASE_API_KEY": simulator.api_key, "TOUCHBASE_API_URL": simulator.url}
        run = subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "play.yml"],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        journal = simulator.journal()

    assert run.returncode == 0, run.stdout + run.stderr
    assert f"ok={len(examples)} " in run.stdout
    assert {entry["status"] for entry in journal} == STATUSES[module]
