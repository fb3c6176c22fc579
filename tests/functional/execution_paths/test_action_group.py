# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defaults for the whole collection: ``module_defaults`` of the group reach each module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.functional.support.playbooks import (
    CAMPAIGN_INFO,
    CUTOVER,
    DELIVERY,
    DRIFT_INFO,
    KEY,
    WEBHOOK,
    WEBHOOK_INFO,
    WEBHOOKS,
    Task,
    play,
)
from touchbase_simulator.process import SimulatorProcess

GROUP = "group/touchbasepro.sms.touchbase"
OPTIONS: dict[str, dict[str, Any]] = {
    WEBHOOK: {"campaign_id": 9141, "webhook_id": 28, "active": True},
    WEBHOOK_INFO: {"campaign_id": 9141},
    WEBHOOKS: {"webhooks": [{"campaign_id": 9141, "webhook_id": 28, "active": True}]},
    CAMPAIGN_INFO: {"name": "Clinic reminders, October"},
    CUTOVER: {
        "from_url": "https://hooks.staging.example.org",
        "to_url": "https://hooks.example.org/staging",
        "owners": [{"campaign_id": 9141}],
    },
    DELIVERY: {"state": "paused", "owners": [{"campaign_id": 9142}]},
    DRIFT_INFO: {"owners": [{"campaign_id": 9141}]},
}


def test_module_defaults_of_the_group_reach_each_module(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    """Key and address come from nowhere else, so each module must get both on each path."""
    tasks = [
        Task(
            f"{name.rpartition('.')[2]}_{here}",
            name,
            options,
            {"vars": {"touchbase_in_process": here}},
        )
        for name, options in OPTIONS.items()
        for here in (True, False)
    ]
    defaults = {"module_defaults": {GROUP: {"api_key": KEY, "api_url": simulator.url}}}
    nothing = {"TOUCHBASE_API_KEY": "", "TOUCHBASE_API_URL": ""}
    played = play(tmp_path, simulator, tasks, keywords=defaults, environment=nothing)
    for task in tasks:
        assert not played.failed(task.name), played.results[task.name]
        assert played.authorized(task.name) == {True}
