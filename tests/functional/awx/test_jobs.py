"""The playbooks as jobs of the job templates in playbooks/awx, on the small account of the demo.

Each is run as a check job and then for real: the check job must write nothing, and hand on what the
real one does. What a case does not answer is left blank, as in a survey.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.functional.awx.definitions import definitions
from tests.functional.awx.jobs import TEMPLATES, Job, Project
from tests.functional.playbooks.role import active, writes
from tests.functional.support.playbooks import KEY, credentials
from touchbase_simulator.process import SimulatorProcess

Launch = Callable[..., Job]
SECRET = "5f1c0a7e"
DECLARED = {
    "touchbase_sms_defaults": {"campaign_name": "Clinic reminders, October"},
    "touchbase_sms_webhooks": [
        {
            "webhook_type": "CampaignReply",
            "webhook_id": 28,
            "url": f"https://hooks.example.org/replies/{SECRET}",
        },
        {
            "webhook_type": "CampaignMessageStatusUpdate",
            "url": f"https://hooks.example.org/status/{SECRET}",
        },
    ],
}
REPLIES = {"scope": "campaign", "campaign_id": 9141, "list_id": None, "webhook_id": 28}
STATES = {**REPLIES, "webhook_id": 29}
PAUSED = [{**one, "note": None} for one in (REPLIES, STATES)]
MASKED = "https://hooks.example.org/********-"


@dataclass(frozen=True)
class Case:
    """A playbook with the answers of its survey; ``artifact`` is what it has to hand on, in short.

    A check job hands on the same, or what is ``predicted``: it has not paused anything.
    """

    playbook: str
    answers: Mapping[str, Any]
    writes: list[str]
    artifact: Any
    inventory: Mapping[str, Any] = field(default_factory=dict)
    predicted: Any = None


def in_short(value: Any) -> Any:
    """An artifact with the id, URL and activity of each webhook in place of its record."""
    if isinstance(value, dict) and "url" in value:
        return value["webhook_id"], value["url"], value["active"]
    if isinstance(value, dict):
        return {key: in_short(item) for key, item in value.items()}
    return [in_short(item) for item in value] if isinstance(value, list) else value


MOVED = (28, f"{MASKED}b8f1654e", True)
# fmt: off
CASES = (
    Case("converge", {}, writes=["PUT"], inventory=DECLARED,
         artifact={"records": [MOVED, (29, f"{MASKED}98468864", True)]}),
    Case("webhook", {"survey_campaign_id": 9141, "survey_webhook_id": 28, "survey_active": " ",
                     "survey_url": f"https://hooks.example.org/replies/{SECRET}"},
         writes=["PUT"], artifact={"changed": True, "webhook": MOVED}),
    Case("webhook", {"survey_list_id": "512", "survey_webhook_type": "ListUnsubscribe",
                     "survey_url": "https://hooks.example.org/lists/left",
                     "survey_state": "absent"},
         writes=["DELETE"], artifact={"changed": True, "webhook": None}),
    Case("pause", {"survey_campaign_ids": "9141, 9142"}, writes=["PUT", "PUT"],
         inventory={**DECLARED, "touchbase_sms_owners": [{"list_id": 512}]},
         artifact={"paused": {"localhost": PAUSED}}, predicted={"paused": {"localhost": []}}),
    Case("cutover", {"survey_cutover_from": f"https://hooks.staging.example.org/replies/{SECRET}",
                     "survey_cutover_to": f"https://hooks.example.org/replies/{SECRET}",
                     "survey_cutover_merge": "true", "survey_campaign_ids": "9141"},
         writes=["PUT"], inventory={"touchbase_sms_campaign_ids": [1]},
         artifact={"moved": [MOVED], "entries_to_edit": []}),
    Case("heal", {"survey_campaign_ids": "9142", "survey_heal_probe": "false"}, writes=["PUT"],
         artifact={"healed": [(31, f"{MASKED}d366736d", True)], "left_off": []}),
)
# fmt: on


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("awx"))


@pytest.fixture
def launch(project: Project, simulator: SimulatorProcess) -> Launch:
    """Launch a template of the project, with the credential of the simulator."""
    return partial(project.launch, credentials(simulator))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.playbook)
def test_job_does_what_its_check_job_predicted_and_hands_it_on(
    launch: Launch, simulator: SimulatorProcess, case: Case
) -> None:
    predicted = launch(case.playbook, case.answers, inventory=case.inventory, check=True)
    assert predicted.status == "successful", predicted.stdout
    assert writes(simulator) == []

    done = launch(case.playbook, case.answers, inventory=case.inventory)
    assert done.status == "successful", done.stdout
    assert writes(simulator) == case.writes
    name = f"touchbase_sms_{case.playbook}_result"
    assert in_short(done.artifacts) == {name: case.artifact}
    assert in_short(predicted.artifacts) == {name: case.predicted or case.artifact}
    assert predicted.changed == done.changed == 1
    for job in (predicted, done):
        assert not any(word in job.shown for word in (KEY, SECRET))


def test_survey_no_and_zero_win_over_the_inventory(
    launch: Launch, simulator: SimulatorProcess
) -> None:
    replies = {**DECLARED, "touchbase_sms_webhooks": DECLARED["touchbase_sms_webhooks"][:1]}
    purging = {**replies, "touchbase_sms_purge": True}

    # As of a survey, and as from a command line.
    for no in ("false", False):
        simulator.reset()
        kept = launch("converge", {"survey_purge": no}, inventory=purging)
        assert kept.status == "successful", kept.stdout
        assert writes(simulator) == ["PUT"]

    yes = {"survey_purge": "true", "survey_purge_limit": 0}
    refused = launch("converge", yes, inventory=replies)
    assert "purge_limit" in refused.messages[0]
    both = {"survey_purge": "true", "touchbase_sms_purge": False}
    contradicted = launch("converge", both, inventory=replies)
    assert contradicted.status == "failed"
    assert "touchbase_sms_purge is given as an extra variable" in contradicted.stdout
    assert writes(simulator) == ["PUT"]


def test_resume_job_resumes_what_the_pause_job_handed_on(
    launch: Launch, simulator: SimulatorProcess
) -> None:
    paused = launch("pause", {"survey_campaign_ids": 9141})
    simulator.deactivate(scope="campaign", campaign_id=9141, webhook_id=29, note="410 Gone")
    simulator.clear_journal()

    predicted = launch("resume", paused.artifacts, check=True)
    assert writes(simulator) == []

    resumed = launch("resume", paused.artifacts)
    assert writes(simulator) == ["PUT"]
    assert active(simulator) == [True, False]
    result = resumed.artifacts["touchbase_sms_resume_result"]
    assert [one["webhook_id"] for one in result["resumed"]] == [28]
    (left_off,) = result["left_off"]
    assert left_off["reason"] == "The service deactivated it with the note '410 Gone'."
    assert predicted.artifacts == {"touchbase_sms_resume_result": result}
    assert resumed.artifacts["touchbase_sms_pause_result"] == {"paused": {"localhost": []}}
    assert predicted.changed == resumed.changed == 1


def test_list_in_the_survey_is_resumed(launch: Launch, simulator: SimulatorProcess) -> None:
    launch("pause", {"survey_campaign_ids": 9141})
    answers = {"survey_to_resume": json.dumps(PAUSED[:1])}
    resumed = launch("resume", answers)
    assert resumed.status == "successful", resumed.stdout
    assert active(simulator) == [True, False]


def test_audit_job_fails_on_drift_until_a_job_has_converged(
    launch: Launch, simulator: SimulatorProcess
) -> None:
    audited = launch("audit", inventory=DECLARED)
    assert audited.status == "failed"
    assert audited.artifacts["touchbase_sms_audit_result"]["drift"] is True
    assert "not as declared" in audited.messages[0]
    assert SECRET not in audited.shown
    assert writes(simulator) == []

    # What one job of a workflow hands on are extra variables of all that follow.
    handed_on = audited.artifacts
    handed_on |= launch("converge", handed_on, inventory=DECLARED).artifacts
    assert writes(simulator) == ["PUT"]

    again = launch("audit", handed_on, inventory=DECLARED)
    assert again.status == "successful", again.stdout
    assert again.artifacts["touchbase_sms_audit_result"]["drift"] is False
    predicted = launch("converge", handed_on, inventory=DECLARED, check=True)
    assert predicted.changed == 0


def test_job_with_wrong_key_or_template_shows_neither(
    launch: Launch, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    trap = tmp_path / "sprung"
    template = f"https://hooks.example.org/{{{{lookup('pipe','touch${{IFS}}{trap}')}}}}"
    answers = {"survey_campaign_id": "9141", "survey_webhook_id": 28, "survey_active": False}

    refused = launch("webhook", answers, TOUCHBASE_API_KEY="quite-another-key")
    trapped = launch("webhook", {**answers, "survey_url": template})

    assert refused.status == "failed"
    assert "api_key" in refused.messages[0]
    assert "quite-another-key" not in refused.shown
    assert not trap.exists()
    assert trapped.status == "successful", trapped.stdout
    kept = simulator.state()["campaigns"][0]["webhooks"][0]
    assert kept["url"] == template
    assert kept["active"] is False


def test_credential_without_a_key_is_named_by_its_field(
    launch: Launch, simulator: SimulatorProcess
) -> None:
    (made,) = definitions("controller_credential_types")
    (field,) = (field for field in made["inputs"]["fields"] if field["id"] == "api_key")
    failed = launch("audit", inventory=DECLARED, TOUCHBASE_API_KEY="")
    assert failed.status == "failed"
    (message,) = failed.messages
    assert "api_key is missing" in message
    assert f'In AWX, it is the field "{field["label"]}" of the credential.' in message
    assert simulator.journal() == []


NEEDED = {
    "pause": "survey_campaign_ids",
    "cutover": "survey_cutover_from",
    "heal": "survey_campaign_ids",
    "webhook": "survey_campaign_id",
}


@pytest.mark.parametrize("playbook", NEEDED)
def test_job_without_answers_names_the_question_in_one_line(
    launch: Launch, simulator: SimulatorProcess, playbook: str
) -> None:
    failed = launch(playbook)
    assert failed.status == "failed"
    (message,) = failed.messages
    assert NEEDED[playbook] in message
    assert "\n" not in message
    assert simulator.journal() == []


def test_playbook_of_a_template_has_a_case() -> None:
    assert {*TEMPLATES} == {*(case.playbook for case in CASES), "resume", "audit"}
