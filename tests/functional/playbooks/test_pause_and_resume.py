"""A pause hands over to its resumption, whatever happens in between."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.functional.playbooks.role import active, entry, run, writes
from tests.functional.support.playbooks import WEBHOOK
from touchbase_simulator.process import SimulatorProcess

BOTH = {"touchbase_sms_campaign_ids": [9141]}
NOTE = "410 Gone"


def item(webhook_id: int, campaign_id: int = 9141) -> dict[str, Any]:
    """A webhook as a pause returns it."""
    owner = {"scope": "campaign", "campaign_id": campaign_id, "list_id": None}
    return {**owner, "webhook_id": webhook_id, "note": None}


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


@dataclass(frozen=True)
class Case:
    """Which list counts: what an earlier job hands on, what runs, and what comes of it.

    ``active`` is of the webhooks 28 and 29 of campaign 9141, ``stored`` the list at the end.
    """

    tasks: Sequence[dict[str, Any]]
    active: list[bool]
    stored: list[int]
    earlier: list[dict[str, Any]] | None = None


OTHERS = [{"list_id": 512}, {"campaign_name": "Clinic reminders, October"}]
GIVEN = {"touchbase_sms_to_resume": [item(28)]}
# Null is no list, so the stored one counts.
NULL = {**BOTH, "touchbase_sms_to_resume": None}
CASES = {
    "resume what was paused only": Case(
        [deactivated(29), pause(), resume(vars=NULL)], active=[True, False], stored=[]
    ),
    "add a second pause, of joined owner variables": Case(
        [pause(), pause(vars={**BOTH, "touchbase_sms_owners": OTHERS})],
        active=[False, False],
        stored=[28, 29, 26],
    ),
    "add a pause to that of an earlier job": Case(
        [pause()], active=[False, False], stored=[31, 28, 29], earlier=[item(31, 9142)]
    ),
    "prefer what this play paused": Case(
        [pause(), resume()], active=[True, True], stored=[], earlier=[]
    ),
    "prefer a list that is given, and keep the others": Case(
        [pause(), resume(vars=GIVEN)],
        active=[True, False],
        stored=[29, 28, 29],
        earlier=[item(29)],
    ),
    "prefer it where the role is imported": Case(
        [pause(), entry("resume", "import_role", vars=GIVEN)],
        active=[True, False],
        stored=[29, 28, 29],
        earlier=[item(29)],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_pause_stores_a_list_and_resume_takes_one(
    tmp_path: Path, simulator: SimulatorProcess, case: Case
) -> None:
    handed_on = [] if case.earlier is None else paused_earlier(*case.earlier)
    ran = run(tmp_path, simulator, case.tasks, *handed_on)
    assert ran.status == 0, ran.output
    assert active(simulator) == case.active
    assert [one["webhook_id"] for one in ran.facts["touchbase_sms_paused"]] == case.stored


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


@pytest.mark.parametrize("task", [pause(), resume(vars=BOTH)], ids=["pause", "resume"])
def test_variable_that_would_hide_the_list_fails_before_any_write(
    tmp_path: Path, simulator: SimulatorProcess, task: dict[str, Any]
) -> None:
    ran = run(tmp_path, simulator, [task], *extra("touchbase_sms_paused", [item(31)]))
    assert ran.status == 2
    assert "to the entry point resume as touchbase_sms_to_resume" in ran.output
    assert writes(simulator) == []


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
        "staging owner='{\"campaign_id\": 9141}'\nproduction owner='{\"list_id\": 512}'\n"
        "[all:vars]\nansible_connection=local\n"
        "ansible_python_interpreter='{{ ansible_playbook_python }}'\n",
        encoding="utf-8",
    )
    own = {"touchbase_sms_owners": ["{{ owner }}"]}
    shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}
    ran = run(tmp_path, simulator, [pause(vars=own)], environment=shown)
    (stats,) = re.findall(r"CUSTOM STATS: \*+\s+RUN: (.+)", ran.output)
    handed_on = json.loads(stats)["touchbase_sms_pause_result"]
    stored = {
        host: [one["webhook_id"] for one in items] for host, items in handed_on["paused"].items()
    }
    assert stored == {"staging": [28, 29], "production": [26]}

    given = extra("touchbase_sms_pause_result", handed_on)
    resumed = run(tmp_path, simulator, [resume()], *given)
    assert resumed.status == 0, resumed.output
    assert active(simulator) == [True, True]
    assert simulator.state()["lists"][0]["webhooks"][0]["active"]
