"""The examples of the documentation run as they stand, on the small account of the demo."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

from tests.functional.support.playbooks import PROGRAM, credentials, run_program, write_book
from touchbase_simulator.process import SimulatorProcess

MODULES = sorted(path.stem for path in Path("plugins/modules").glob("*.py"))
# Whose examples create records (201) and delete them (204); nothing is ever refused.
WRITING = {"touchbase_sms_webhook", "touchbase_sms_webhooks"}


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_a_module_run_as_they_stand(
    module: str, tmp_path: Path, simulator: SimulatorProcess
) -> None:
    name = f"ansible_collections.touchbasepro.sms.plugins.modules.{module}"
    examples = yaml.safe_load(importlib.import_module(name).EXAMPLES)
    book = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": examples}
    write_book(tmp_path, book)

    run = run_program([str(PROGRAM), "play.yml"], tmp_path, credentials(simulator))

    assert run.returncode == 0, run.stdout
    assert f"ok={len(examples)} " in run.stdout
    expected = {200, 201, 204} if module in WRITING else {200}
    assert {entry["status"] for entry in simulator.journal()} == expected
