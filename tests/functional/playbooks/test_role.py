"""What holds for every entry point: its connection, its tags, and missing variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.functional.playbooks.role import ENTRY_POINTS, MOVE, OWNER, entry, run, writes
from touchbase_simulator.process import SimulatorProcess

SECRETS = ("5f1c0a7e", "c29d4b18")
NOWHERE = {"TOUCHBASE_API_URL": "http://127.0.0.1:1"}
MODULES = ("webhook_info", "webhooks", "drift_info", "cutover", "delivery")
EVERYTHING: dict[str, Any] = {
    "touchbase_sms_webhooks": [{"campaign_id": 9141, "webhook_id": 29, "active": True}],
    "touchbase_sms_campaign_ids": [9141, 9142],
    "touchbase_sms_heal_probe": False,
    **MOVE,
}
GROUP = ("group/touchbasepro.sms.touchbase",)
EACH_MODULE = tuple(f"touchbasepro.sms.touchbase_sms_{name}" for name in MODULES)


@pytest.mark.parametrize(
    ("how", "names"),
    [("include_role", GROUP), ("import_role", EACH_MODULE)],
    ids=["group", "module"],
)
def test_module_defaults_of_the_play_reach_every_request(
    tmp_path: Path, simulator: SimulatorProcess, names: tuple[str, ...], how: str
) -> None:
    options = {"api_url": simulator.url, "mask_url": True}
    ran = run(
        tmp_path,
        simulator,
        [entry(name, how) for name in ENTRY_POINTS],
        "-vv",
        "--diff",
        environment=NOWHERE,
        module_defaults=dict.fromkeys(names, options),
        vars=EVERYTHING,
    )
    assert ran.status == 0, ran.output
    # A pause of two, their resumption, the move of one, and the activation of one.
    assert writes(simulator) == ["PUT"] * 6
    assert not any(secret in ran.output + str(ran.facts) for secret in SECRETS)


def test_entry_points_under_tags_leave_other_tags_alone(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    earlier = {"touchbase_sms_to_resume": "{{ task_that_has_not_run.paused }}"}
    tasks = [
        entry(name, "import_role", tags=name, vars=earlier if name == "resume" else {})
        for name in ENTRY_POINTS
    ]
    other = {"name": "Other", "ansible.builtin.debug": {"msg": "reached"}, "tags": "other"}
    ran = run(tmp_path, simulator, [*tasks, other], "--tags", "other")
    assert ran.status == 0, ran.output
    assert "reached" in ran.output
    assert simulator.journal() == []


def test_entry_point_under_its_tag_runs_whole(tmp_path: Path, simulator: SimulatorProcess) -> None:
    tasks = [entry(one, "import_role", tags=one) for one in ENTRY_POINTS]
    probing = {**EVERYTHING, "touchbase_sms_heal_probe": True}
    ran = run(tmp_path, simulator, tasks, "--tags", "heal", vars=probing)
    assert ran.status == 0, ran.output
    assert [one["webhook_id"] for one in ran.facts["touchbase_sms_left_off"]] == [31]


def test_entry_point_without_variables_says_in_one_line_what_to_give(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    half = {**OWNER, "touchbase_sms_cutover_to": "https://hooks.example.org"}
    # A pause leaves a list, though an empty one, to the resumption.
    incomplete = [*map(entry, reversed(ENTRY_POINTS)), entry("cutover", vars=half)]
    incomplete.append(entry("verify"))
    rescue = [{"name": "Go on", "ansible.builtin.meta": "noop"}]
    tasks = [{"name": "Try", "block": [one], "rescue": rescue} for one in incomplete]
    ran = run(tmp_path, simulator, tasks)
    nothing = "Nothing is declared. Give touchbase_sms_webhooks, touchbase_sms_owners or"
    assert ran.output.count(f'"msg": "{nothing}') == len(ENTRY_POINTS)
    assert '"msg": "Nothing is declared. Give touchbase_sms_webhooks."' in ran.output
    urls = "Give touchbase_sms_cutover_from and touchbase_sms_cutover_to."
    assert ran.output.count(f'"msg": "{urls}"') == 1
    assert simulator.journal() == []


def test_entry_point_in_a_loop_takes_the_loop_variable(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    each = {"touchbase_sms_campaign_ids": ["{{ item }}"]}
    ran = run(tmp_path, simulator, [entry("heal", loop=[9142], vars=each)])
    assert ran.status == 0, ran.output
    assert "already in use" not in ran.output
    # Nobody answers at the receiver of webhook 31.
    (left_off,) = ran.facts["touchbase_sms_left_off"]
    assert left_off["webhook_id"] == 31
    assert "did not respond" in left_off["reason"]


@pytest.mark.parametrize("status", [404, 401])
def test_heal_reports_a_webhook_that_cannot_be_read(
    tmp_path: Path, simulator: SimulatorProcess, status: int
) -> None:
    refused = {"Code": 142 if status == 404 else 100, "Message": "no"}
    # The first request is that of the comparison.
    path = "/sms/campaigns/9142/webhooks/31"
    simulator.fault(method="GET", path=path, delay=0.001)
    simulator.fault(method="GET", path=path, status=status, body=refused)
    ran = run(tmp_path, simulator, [entry("heal", vars={"touchbase_sms_campaign_ids": [9142]})])
    assert ran.status == 0, ran.output
    assert "could not be reached" in ran.facts["touchbase_sms_left_off"][0]["reason"]
