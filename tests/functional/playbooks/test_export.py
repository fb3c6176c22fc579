# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbook export writes, the playbook converge accepts unchanged."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.functional.support.playbooks import KEY, PROGRAM, credentials, run_program
from touchbase_simulator.process import SimulatorProcess

URLS = ("https://hooks.example.org/{{ 7 * 6 }}/{%raw%}?x={{{#", "https://hooks.example.org/it's")


@pytest.fixture(scope="module")
def service() -> Iterator[SimulatorProcess]:
    webhooks = [
        {
            "webhook_id": 28 + number,
            "webhook_type": "CampaignReply",
            "url": url,
            "active": not number,
        }
        for number, url in enumerate(URLS)
    ]
    noted = {
        **webhooks[1],
        "webhook_id": 40,
        "webhook_type": "ListUnsubscribe",
        "note": "{{ gone }}",
    }
    seed = {
        "api_key": KEY,
        "campaigns": [
            {"campaign_id": 9141, "name": "October", "webhooks": webhooks},
            {"campaign_id": 9142, "name": "November"},
        ],
        "lists": [{"list_id": 512, "name": "Newsletter", "webhooks": [noted]}],
        "message_webhooks": [{**webhooks[0], "webhook_id": 24, "webhook_type": "MessageReply"}],
    }
    with SimulatorProcess.start(seed=seed) as started:
        yield started


@pytest.fixture
def simulator(service: SimulatorProcess) -> SimulatorProcess:
    service.clear_journal()
    return service


def run(
    folder: Path, simulator: SimulatorProcess, playbook: str, *options: str, **variables: Any
) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAM), f"touchbasepro.sms.{playbook}", "-e", json.dumps(variables), *options]
    # As a shell sets it.
    return run_program(command, folder, {**credentials(simulator), "PWD": str(folder)})


@pytest.mark.parametrize(
    ("owners", "ids"),
    [
        ({}, [28, 29, 24]),
        ({"touchbase_sms_owners": [{"list_id": 512}]}, [40]),
        ({"touchbase_sms_campaign_ids": [9141]}, [28, 29]),
    ],
    ids=["whole account", "list", "campaign"],
)
def test_converge_of_an_export_changes_nothing(
    tmp_path: Path, simulator: SimulatorProcess, owners: dict[str, Any], ids: list[int]
) -> None:
    # A relative path is one of the caller's folder.
    path = tmp_path / "webhooks.yml"
    relative = {"touchbase_sms_export_path": path.name}
    exported = run(tmp_path, simulator, "export", "--diff", **relative, **owners)
    assert exported.returncode == 0, exported.stdout
    assert "hooks.example.org" not in exported.stdout
    assert path.stat().st_mode & 0o777 == 0o600
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [one["webhook_id"] for one in content["touchbase_sms_webhooks"]] == ids

    kept = run(tmp_path, simulator, "converge", "-e", f"@{path}", touchbase_sms_purge=True)
    assert kept.returncode == 0, kept.stdout
    assert "changed=0" in kept.stdout
    assert {one["method"] for one in simulator.journal()} == {"GET"}


def test_export_of_an_owner_without_webhooks_is_refused(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    variables = {"touchbase_sms_export_path": "webhooks.yml", "touchbase_sms_campaign_ids": 9142}
    refused = run(tmp_path, simulator, "export", **variables)
    assert "There is no webhook" in refused.stdout
    assert not (tmp_path / "webhooks.yml").exists()


@pytest.mark.parametrize(
    "variables",
    [{}, {"touchbase_sms_export_path": "webhooks.yml", "touchbase_sms_mask_url": True}],
    ids=["no path", "masked"],
)
def test_export_without_path_or_with_mask_url_is_refused(
    tmp_path: Path, simulator: SimulatorProcess, variables: dict[str, Any]
) -> None:
    refused = run(tmp_path, simulator, "export", **variables)
    assert refused.returncode == 2
    assert "Give touchbase_sms_export_path" in refused.stdout
    assert not (tmp_path / "webhooks.yml").exists()
    assert simulator.journal() == []
