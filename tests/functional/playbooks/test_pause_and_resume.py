# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pause hands over to its resumption, whatever happens in between."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.functional.playbooks.role import active, entry, run, writes
from tests.functional.support.playbooks import KEY, WEBHOOK
from touchbase_simulator.process import SimulatorProcess

BOTH = {"touchbase_sms_campaign_ids": [9141]}
NOTE = "410 Gone"
TWO_CAMPAIGNS = {
    "api_key": KEY,
    "campaigns": [
        {
            "campaign_id": campaign_id,
            "name": f"Campaign {campaign_id}",
            "webhooks": [
                {
                    "webhook_id": webhook_id,
                    "webhook_type": "CampaignReply",
                    "url": "https://hooks.example.org/replies",
                }
            ],
        }
        for campaign_id, webhook_id in ((9141, 28), (9142, 31))
    ],
}


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


def paused_earlier(*items: dict[str, Any]) -> tuple[str, str]:
    """What AWX makes of the artifact of an earlier job."""
    return extra("touchbase_sms_pause_result", {"paused": {"localhost": [*items]}})


def deactivated(webhook_id: int) -> dict[str, Any]:
    options = {"campaign_id": 9141, "webhook_id": webhook_id, "active": False}
    return {"name": "Deactivate by hand", WEBHOOK: options}


def test_resume_after_pause_activates_what_was_paused_only(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    # Null is no list, so the stored one counts.
    declared = {**BOTH, "touchbase_sms_to_resume": None}
    ran = run(tmp_path, simulator, [deactivated(29), pause(), resume(vars=declared)])
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, False]
    assert [one["webhook_id"] for one in ran.facts["touchbase_sms_resumed"]] == [28]
    assert ran.facts["touchbase_sms_paused"] == []


def test_resume_after_a_pause_that_failed_half_way_resumes_all(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    # The second webhook is deactivated, but nobody hears of it.
    path = "/sms/campaigns/9141/webhooks/29"
    simulator.fault(method="PUT", path=path, status=400, body="{}", applied=True)
    ran = run(tmp_path, simulator, [{"name": "Try", "block": [pause()], "rescue": [resume()]}])
    assert "rescued=1" in ran.output
    assert len(ran.facts["touchbase_sms_resumed"]) == 2
    assert active(simulator) == [True, True]


def test_pause_that_its_timeout_ends_has_stored_its_list(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    simulator.fault(method="PUT", times=9, delay=30)
    ran = run(tmp_path, simulator, [pause()], timeout=8)
    assert ran.status == 2
    assert ran.facts["touchbase_sms_paused"] == [item(28), item(29)]


def test_second_pause_of_joined_owner_variables_adds_to_the_list(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    named = [{"list_id": 512}, {"campaign_name": "Clinic reminders, October"}]
    again = pause(vars={**BOTH, "touchbase_sms_owners": named})
    ran = run(tmp_path, simulator, [pause(), again])
    listed = [one["webhook_id"] for one in ran.facts["touchbase_sms_paused"]]
    assert listed == [28, 29, 26]


def test_pause_of_a_later_job_adds_to_what_was_handed_on(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    handed_on = paused_earlier(item(31, campaign_id=9142))
    ran = run(tmp_path, simulator, [pause()], *handed_on)
    assert ran.facts["touchbase_sms_paused"] == [item(31, campaign_id=9142), item(28), item(29)]


def test_resume_prefers_what_this_play_paused_to_earlier_jobs(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    handed_on = paused_earlier()
    ran = run(tmp_path, simulator, [pause(), resume()], *handed_on)
    assert ran.status == 0, ran.output
    assert writes(simulator) == ["PUT"] * 4
    assert active(simulator) == [True, True]


@pytest.mark.parametrize("task", [pause(), resume(vars=BOTH)], ids=["pause", "resume"])
def test_variable_that_would_hide_the_list_fails_before_any_write(
    tmp_path: Path, simulator: SimulatorProcess, task: dict[str, Any]
) -> None:
    ran = run(tmp_path, simulator, [task], *extra("touchbase_sms_paused", [item(31)]))
    assert ran.status == 2
    assert "to the entry point resume as touchbase_sms_to_resume" in ran.output
    assert writes(simulator) == []


@pytest.mark.parametrize("how", ["include_role", "import_role"])
def test_list_that_is_given_wins_over_the_stored_ones(
    tmp_path: Path, simulator: SimulatorProcess, how: str
) -> None:
    given = {"touchbase_sms_to_resume": [item(28)]}
    tasks = [pause(), entry("resume", how, vars=given)]
    handed_on = paused_earlier(item(29))
    ran = run(tmp_path, simulator, tasks, *handed_on)
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, False]
    # The stored list is still there for another resumption.
    assert ran.facts["touchbase_sms_paused"] == [item(29), item(28), item(29)]


def test_resume_without_a_list_leaves_off_what_the_service_disabled(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    simulator.deactivate(scope="campaign", campaign_id=9141, webhook_id=29, note=NOTE)
    ran = run(tmp_path, simulator, [deactivated(28), resume(vars=BOTH)])
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, False]
    (left_off,) = ran.facts["touchbase_sms_left_off"]
    assert (left_off["webhook_id"], left_off["note"]) == (29, NOTE)
    assert "Webhook 29 of campaign 9141 is not resumed" in ran.output


def test_pause_that_cannot_read_leaves_nothing_to_resume(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    tasks = [deactivated(28), {"name": "Try", "block": [pause()], "always": [resume(vars=BOTH)]}]
    simulator.fault(method="GET", path="/sms/campaigns/9141/webhooks", status=500)
    ran = run(tmp_path, simulator, tasks)
    assert ran.status == 2
    assert ran.facts["touchbase_sms_resumed"] == []
    assert active(simulator) == [False, True]


def test_webhook_with_an_old_note_is_resumed(tmp_path: Path, simulator: SimulatorProcess) -> None:
    simulator.behaviour({"note_after_reactivation": "kept"})
    simulator.deactivate(scope="campaign", campaign_id=9141, webhook_id=28, note=NOTE)
    healed = entry("heal", vars={**BOTH, "touchbase_sms_heal_probe": False})
    ran = run(tmp_path, simulator, [healed, pause(), resume()])
    assert ran.status == 0, ran.output
    assert active(simulator) == [True, True]
    assert ran.facts["touchbase_sms_left_off"] == []


def test_check_mode_changes_no_stored_list(tmp_path: Path, simulator: SimulatorProcess) -> None:
    paused = run(tmp_path, simulator, [pause()], "--check")
    assert paused.facts["touchbase_sms_paused"] == []
    resumed = run(tmp_path, simulator, [resume()], "--check", *paused_earlier(item(28)))
    assert "touchbase_sms_paused" not in resumed.facts
    assert writes(simulator) == []


def test_pause_on_two_hosts_keeps_a_list_for_each(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    (tmp_path / "inventory").write_text(
        "staging campaign=9141\nproduction campaign=9142\n[all:vars]\nansible_connection=local\n"
        "ansible_python_interpreter='{{ ansible_playbook_python }}'\n",
        encoding="utf-8",
    )
    simulator.control("POST", "reset", {"seed": TWO_CAMPAIGNS})
    own = {"touchbase_sms_campaign_ids": ["{{ campaign }}"]}
    shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}
    ran = run(tmp_path, simulator, [pause(vars=own)], environment=shown)
    (stats,) = re.findall(r"CUSTOM STATS: \*+\s+RUN: (.+)", ran.output)
    handed_on = json.loads(stats)["touchbase_sms_pause_result"]["paused"]
    assert {host: [one["webhook_id"] for one in items] for host, items in handed_on.items()} == {
        "staging": [28],
        "production": [31],
    }
    resumed = run(
        tmp_path, simulator, [resume()], *extra("touchbase_sms_pause_result", {"paused": handed_on})
    )
    assert resumed.status == 0, resumed.output
    assert active(simulator) + active(simulator, 1) == [True, True]


@pytest.mark.parametrize("ids", ["9141, 9142", 9141], ids=repr)
def test_campaign_ids_as_text_or_number_are_a_list(
    tmp_path: Path, simulator: SimulatorProcess, ids: object
) -> None:
    ran = run(tmp_path, simulator, [pause(vars={})], *extra("touchbase_sms_campaign_ids", ids))
    assert ran.facts["touchbase_sms_paused"] == [item(28), item(29)]
