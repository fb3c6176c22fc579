# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pause hands over to its resumption, whatever happens in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.role.running import OWNER, active, entry, run, writes
from tests.acceptance.support.playbooks import WEBHOOK
from tests.simulator.process import SimulatorProcess

BOTH = {"touchbase_sms_campaign_ids": [9141]}
NOTE = "410 Gone"


def item(webhook_id: int, note: str | None = None, campaign_id: int = 9141) -> dict[str, Any]:
    """A webhook as a pause returns it."""
    owner = {"scope": "campaign", "campaign_id": campaign_id, "list_id": None}
    return {**owner, "webhook_id": webhook_id, "note": note}


def pause(**keywords: Any) -> dict[str, Any]:
    return entry("pause", **{"vars": BOTH, **keywords})


def resume(**keywords: Any) -> dict[str, Any]:
    return entry("resume", **keywords)


def extra(name: str, value: object) -> tuple[str, str]:
    return ("-e", json.dumps({name: value}))


def deactivated(webhook_id: int) -> dict[str, Any]:
    options = {"campaign_id": 9141, "webhook_id": webhook_id, "active": False}
    return {"name": "Deactivate by hand", WEBHOOK: options}


def test_what_was_paused_is_resumed_and_nothing_else(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    ran = run(tmp_path, simulator, [deactivated(29), pause(), resume()])
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, False]
    assert [one["webhook_id"] for one in ran.facts["touchbase_sms_resumed"]] == [28]
    assert ran.facts["touchbase_sms_paused"] == []


def test_a_pause_that_fails_half_way_is_resumed_whole(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    # The second webhook is deactivated, but nobody hears of it.
    path = "/sms/campaigns/9141/webhooks/29"
    simulator.fault(method="PUT", path=path, status=400, body="{}", applied=True)
    ran = run(tmp_path, simulator, [{"name": "Try", "block": [pause()], "rescue": [resume()]}])
    assert "rescued=1" in ran.output
    assert len(ran.facts["touchbase_sms_resumed"]) == 2
    assert active(simulator) == [True, True]


def test_a_pause_that_its_timeout_ends_has_stored_its_list(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    simulator.fault(method="PUT", times=9, delay=30)
    ran = run(tmp_path, simulator, [pause()], timeout=3)
    assert ran.status == 2
    assert ran.facts["touchbase_sms_paused"] == [item(28), item(29)]


def test_a_second_pause_adds_to_the_list(tmp_path: Path, simulator: SimulatorProcess) -> None:
    again = pause(vars={"touchbase_sms_owners": [{"list_id": 512}, {"campaign_id": 9141}]})
    ran = run(tmp_path, simulator, [pause(), again])
    listed = [one["webhook_id"] for one in ran.facts["touchbase_sms_paused"]]
    assert listed == [28, 29, 26]


def test_a_pause_of_a_later_job_adds_to_what_an_earlier_one_handed_on(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    handed_on = extra("touchbase_sms_pause_result", {"paused": [item(31, campaign_id=9142)]})
    ran = run(tmp_path, simulator, [pause()], *handed_on)
    assert ran.facts["touchbase_sms_paused"] == [item(31, campaign_id=9142), item(28), item(29)]


def test_what_this_play_paused_wins_over_what_an_earlier_job_handed_on(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    handed_on = extra("touchbase_sms_pause_result", {"paused": []})
    ran = run(tmp_path, simulator, [pause(), resume()], *handed_on)
    assert ran.status == 0, ran.output
    assert writes(simulator) == ["PUT"] * 4
    assert active(simulator) == [True, True]


@pytest.mark.parametrize("task", [pause(), resume(vars=BOTH)], ids=["pause", "resume"])
def test_a_variable_that_would_hide_the_list_fails_before_the_first_write(
    tmp_path: Path, simulator: SimulatorProcess, task: dict[str, Any]
) -> None:
    ran = run(tmp_path, simulator, [task], *extra("touchbase_sms_paused", [item(31)]))
    assert ran.status == 2
    assert "to the entry point resume as touchbase_sms_to_resume" in ran.output
    assert writes(simulator) == []


@pytest.mark.parametrize("how", ["include_role", "import_role"])
def test_a_list_that_is_handed_in_wins_over_the_stored_ones(
    tmp_path: Path, simulator: SimulatorProcess, how: str
) -> None:
    given = {"touchbase_sms_to_resume": [item(28)]}
    tasks = [pause(), entry("resume", how, vars=given)]
    handed_on = extra("touchbase_sms_pause_result", {"paused": [item(29)]})
    ran = run(tmp_path, simulator, tasks, *handed_on)
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, False]
    # The stored list is still there for another resumption.
    assert ran.facts["touchbase_sms_paused"] == [item(29), item(28), item(29)]


def test_without_a_list_what_is_declared_is_resumed_unless_the_service_has_deactivated_it(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    simulator.deactivate(scope="campaign", campaign_id=9141, webhook_id=29, note=NOTE)
    ran = run(tmp_path, simulator, [deactivated(28), resume(vars=BOTH)])
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, False]
    (left_off,) = ran.facts["touchbase_sms_left_off"]
    assert (left_off["webhook_id"], left_off["note"]) == (29, NOTE)
    assert "Webhook 29 of campaign 9141 is not resumed" in ran.output


def test_a_pause_that_cannot_read_stores_an_empty_list_so_nothing_is_resumed(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    tasks = [deactivated(28), {"name": "Try", "block": [pause()], "always": [resume(vars=BOTH)]}]
    simulator.fault(method="GET", path="/sms/campaigns/9141/webhooks", status=500)
    ran = run(tmp_path, simulator, tasks)
    assert ran.status == 2
    assert ran.facts["touchbase_sms_resumed"] == []
    assert active(simulator) == [False, True]


def test_a_webhook_with_an_old_note_is_resumed(tmp_path: Path, simulator: SimulatorProcess) -> None:
    simulator.behaviour({"note_after_reactivation": "kept"})
    simulator.deactivate(scope="campaign", campaign_id=9141, webhook_id=28, note=NOTE)
    healed = entry("heal", vars={**BOTH, "touchbase_sms_heal_probe": False})
    ran = run(tmp_path, simulator, [healed, pause(), resume()])
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, True]
    assert ran.facts["touchbase_sms_left_off"] == []


def test_owner_variables_are_joined(tmp_path: Path, simulator: SimulatorProcess) -> None:
    both = {**OWNER, "touchbase_sms_owners": [{"campaign_name": "Clinic reminders, October"}]}
    ran = run(tmp_path, simulator, [pause(vars=both)])
    assert ran.facts["touchbase_sms_paused"] == [item(28), item(29)]
