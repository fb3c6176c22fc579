"""What the playbook export writes, the playbook converge accepts unchanged."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.functional.support.playbooks import KEY, PROGRAM, credentials, run_program
from touchbase_simulator.process import SimulatorProcess

# A relative path is one of the caller's folder.
PATH = {"touchbase_sms_export_path": "webhooks.yml"}
URLS = ("https://hooks.example.org/{{ 7 * 6 }}/{%raw%}?x={{{#", "https://hooks.example.org/it's")


@pytest.fixture
def simulator(simulator: SimulatorProcess) -> SimulatorProcess:
    webhook = {"webhook_id": 28, "webhook_type": "CampaignReply", "url": URLS[0]}
    inactive = {**webhook, "webhook_id": 29, "url": URLS[1], "active": False}
    noted = {**inactive, "webhook_id": 40, "webhook_type": "ListUnsubscribe", "note": "{{ gone }}"}
    seed = {
        "api_key": KEY,
        "campaigns": [
            {"campaign_id": 9141, "name": "October", "webhooks": [webhook, inactive]},
            {"campaign_id": 9142, "name": "November"},
        ],
        "lists": [{"list_id": 512, "name": "Newsletter", "webhooks": [noted]}],
        "message_webhooks": [{**webhook, "webhook_id": 24, "webhook_type": "MessageReply"}],
    }
    simulator.reset(seed=seed)
    return simulator


def run(
    folder: Path, simulator: SimulatorProcess, playbook: str, *options: str, **variables: Any
) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAM), f"touchbasepro.sms.{playbook}", "-e", json.dumps(variables), *options]
    # As a shell sets it.
    return run_program(command, folder, {**credentials(simulator), "PWD": str(folder)})


# What is exported, of which owners.
EXPORTED: dict[str, tuple[dict[str, Any], list[int]]] = {
    "whole account": ({}, [28, 29, 24]),
    "list": ({"touchbase_sms_owners": [{"list_id": 512}]}, [40]),
    "campaign": ({"touchbase_sms_campaign_ids": [9141]}, [28, 29]),
}


@pytest.mark.parametrize(("owners", "ids"), EXPORTED.values(), ids=EXPORTED)
def test_converge_of_an_export_changes_nothing(
    tmp_path: Path, simulator: SimulatorProcess, owners: dict[str, Any], ids: list[int]
) -> None:
    path = tmp_path / "webhooks.yml"
    exported = run(tmp_path, simulator, "export", "--diff", **PATH, **owners)
    assert exported.returncode == 0, exported.stdout
    assert "hooks.example.org" not in exported.stdout
    assert path.stat().st_mode & 0o777 == 0o600
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [one["webhook_id"] for one in content["touchbase_sms_webhooks"]] == ids

    kept = run(tmp_path, simulator, "converge", "-e", f"@{path}", touchbase_sms_purge=True)
    assert kept.returncode == 0, kept.stdout
    assert "changed=0" in kept.stdout
    assert {one["method"] for one in simulator.journal()} == {"GET"}


NO_PATH = "Give touchbase_sms_export_path"
REFUSED: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "no webhook": ({**PATH, "touchbase_sms_campaign_ids": 9142}, "There is no webhook", {"GET"}),
    "no path": ({}, NO_PATH, set()),
    "masked": ({**PATH, "touchbase_sms_mask_url": True}, NO_PATH, set()),
}


@pytest.mark.parametrize(("variables", "complaint", "requests"), REFUSED.values(), ids=REFUSED)
def test_export_of_what_cannot_be_kept_is_refused(
    tmp_path: Path,
    simulator: SimulatorProcess,
    variables: dict[str, Any],
    complaint: str,
    requests: set[str],
) -> None:
    refused = run(tmp_path, simulator, "export", **variables)
    assert refused.returncode == 2
    assert complaint in refused.stdout
    assert not (tmp_path / "webhooks.yml").exists()
    assert {one["method"] for one in simulator.journal()} == requests
