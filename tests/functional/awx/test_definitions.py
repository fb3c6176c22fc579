"""What playbooks/awx defines keeps a controller's rules, and fits the playbooks and the modules."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from jinja2 import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ansible_collections.touchbasepro.sms.plugins.module_utils import _options
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import ALL_WEBHOOK_TYPES
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DESIRED_SPEC
from tests.functional.awx.definitions import KINDS, PLAYBOOKS, definitions, files, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = yaml.safe_load(Path(__file__).with_name("rules.yml").read_text(encoding="utf-8"))
KEY = "an-api-key-of-some-length"

(CREDENTIAL_TYPE,) = definitions("controller_credential_types")
TEMPLATES = definitions("controller_templates")
WORKFLOWS = definitions("controller_workflows")
SURVEYED = [one for one in (*TEMPLATES, *WORKFLOWS) if one["survey_enabled"]]
# The demo has nothing to ask and nothing to keep; the file of an export would end with its job.
NOT_A_JOB = {"demo", "export"}


def playbook_of(template: Mapping[str, Any]) -> str:
    return Path(template["playbook"]).stem


def name_of(definition: Mapping[str, Any]) -> str:
    return str(definition["name"]).rpartition(": ")[2]


def variables_of(definition: Mapping[str, Any]) -> list[str]:
    spec = definition.get("survey_spec", {}).get("spec", [])
    return [question["variable"] for question in spec]


def asked_by(playbook: str) -> set[str]:
    """The answers that a playbook uses; comments may name anything."""
    text = (PLAYBOOKS / f"{playbook}.yml").read_text(encoding="utf-8")
    used = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return set(re.findall(r"\bsurvey_\w+", "\n".join(used)))


def complaints(rule: str, value: object) -> list[str]:
    validator = jsonschema.Draft202012Validator({**RULES, "$ref": f"#/$defs/{rule}"})
    return [error.message for error in validator.iter_errors(value)]


def test_file_of_definitions_that_is_not_known_is_named() -> None:
    # What eda.yml has is another controller's: test_events.py.
    assert {path.stem for path in files()} == {*KINDS, "settings", "eda"}
    for kind in KINDS:
        assert definitions(f"controller_{kind}"), kind


def test_credential_type_keeps_the_rules_of_a_controller() -> None:
    assert complaints("credential_type", CREDENTIAL_TYPE) == []
    ids = [field["id"] for field in CREDENTIAL_TYPE["inputs"]["fields"]]
    assert len(ids) == len(set(ids))
    assert set(CREDENTIAL_TYPE["inputs"]["required"]) <= set(ids)


def injected(filled_in: Mapping[str, Any]) -> dict[str, str]:
    """The environment that a job gets: blank texts are not there, absent booleans are false."""
    known = {name: value for name, value in filled_in.items() if value != ""}
    for field in CREDENTIAL_TYPE["inputs"]["fields"]:
        if field["type"] == "boolean":
            known.setdefault(field["id"], False)
    environment = ImmutableSandboxedEnvironment()
    return {
        name: environment.from_string(injector).render(known)
        for name, injector in CREDENTIAL_TYPE["injectors"]["env"].items()
    }


def test_injectors_set_each_variable_that_the_modules_read() -> None:
    read = {value for name, value in vars(_options).items() if name.endswith("_ENV")}
    # That one belongs to the HTTP library.
    assert set(injected({})) == read - {_options.CA_BUNDLE_ENV}


# What is filled in beside the key, and what of the options is then another than the default.
FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "key alone": ({}, {}),
    "all else blank": ({"api_url": "", "ca_path": "", "skip_tls_verify": False}, {}),
    "address": ({"api_url": "https://example.org/sms"}, {"api_url": "https://example.org/sms"}),
    "certificates": ({"ca_path": __file__}, {"ca_path": __file__}),
    "no verification": ({"skip_tls_verify": True}, {"validate_certs": False}),
}


@pytest.mark.parametrize(("filled_in", "expected"), FIELDS.values(), ids=FIELDS)
def test_credential_fields_reach_the_modules(
    filled_in: dict[str, Any], expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("TOUCHBASE_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv(_options.CA_BUNDLE_ENV, raising=False)
    for name, value in injected({"api_key": KEY, **filled_in}).items():
        monkeypatch.setenv(name, value)

    taken = ArgumentSpecValidator(_options.CONNECTION_SPEC).validate({})

    assert taken.error_messages == []
    options = vars(_options.connection_options(taken.validated_parameters))
    default = {"api_url": _options.CONNECTION_SPEC["api_url"]["default"], "ca_path": None}
    wanted = {"api_key": KEY, "validate_certs": True, **default, **expected}
    assert {name: options[name] for name in wanted} == wanted


@pytest.mark.parametrize("definition", SURVEYED, ids=name_of)
def test_survey_keeps_the_rules_of_a_controller(definition: dict[str, Any]) -> None:
    assert complaints("survey", definition["survey_spec"]) == []
    variables = variables_of(definition)
    assert len(variables) == len(set(variables))
    for question in definition["survey_spec"]["spec"]:
        default = question.get("default", "")
        if "choices" in question:
            assert default in ["", *question["choices"]]
        else:
            assert question["min"] < question["max"]
            size = len(default) if isinstance(default, str) else default
            assert default == "" or question["min"] <= size <= question["max"]


def test_template_of_a_playbook_asks_for_what_it_uses() -> None:
    wanted = {path.stem: asked_by(path.stem) for path in PLAYBOOKS.glob("*.yml")}
    asking = {
        playbook_of(template): set(variables_of(template))
        for template in TEMPLATES
        if template["job_type"] == "run"
    }
    assert asking == {name: asked for name, asked in wanted.items() if name not in NOT_A_JOB}
    assert any(asking.values())


def test_template_without_questions_has_no_survey() -> None:
    for definition in (*TEMPLATES, *WORKFLOWS):
        assert definition["survey_enabled"] == bool(variables_of(definition)), definition["name"]
    assert [name_of(one) for one in WORKFLOWS if variables_of(one)] == ["maintenance"]


def test_survey_choices_are_those_of_the_module_and_urls_are_hidden() -> None:
    (webhook,) = (template for template in TEMPLATES if playbook_of(template) == "webhook")
    questions = {one["variable"]: one for one in webhook["survey_spec"]["spec"]}
    assert questions["survey_scope"]["choices"] == list(DESIRED_SPEC["scope"]["choices"])
    assert questions["survey_state"]["choices"] == list(DESIRED_SPEC["state"]["choices"])
    assert questions["survey_webhook_type"]["choices"] == list(ALL_WEBHOOK_TYPES)
    assert questions["survey_url"]["type"] == "password"


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_template_hides_urls_and_stores_no_predictions(template: dict[str, Any]) -> None:
    assert template["extra_vars"]["touchbase_sms_mask_url"] is True
    assert template["use_fact_cache"] is False
    assert template["job_slice_count"] == 1
    assert template["allow_simultaneous"] is False
    assert template["ask_variables_on_launch"] is False


@pytest.mark.parametrize("kind", ["project", "inventory", "execution_environment", "credential"])
def test_template_uses_what_is_made_or_named_instead(kind: str) -> None:
    for template in TEMPLATES:
        (used,) = template["credentials"] if kind == "credential" else (template[kind],)
        named = {f"touchbase_awx_existing_{kind}": "Another"}
        rendered = [Template(used).render({**settings(), **change}) for change in ({}, named)]
        assert rendered == [settings()["touchbase_awx_name"], "Another"]


def test_audit_is_scheduled_and_fails_on_drift() -> None:
    (schedule,) = definitions("controller_schedules")
    (audit,) = (one for one in TEMPLATES if one["name"] == schedule["unified_job_template"])
    assert playbook_of(audit) == "audit"
    (question,) = audit["survey_spec"]["spec"]
    assert (question["variable"], question["default"]) == ("survey_audit_fail", "true")


def path_through(workflow: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (node["identifier"], link, target)
        for node in workflow["simplified_workflow_nodes"]
        for link in ("success_nodes", "failure_nodes", "always_nodes")
        for target in node.get(link, [])
    ]


def test_workflows_wait_for_an_approval_and_repair_reports_before() -> None:
    assert {name_of(workflow): path_through(workflow) for workflow in WORKFLOWS} == {
        "repair": [
            ("report", "success_nodes", "audit"),
            ("audit", "failure_nodes", "approval"),
            ("approval", "success_nodes", "converge"),
        ],
        "maintenance": [
            ("pause", "always_nodes", "approval"),
            ("approval", "success_nodes", "resume"),
        ],
    }
    report = WORKFLOWS[0]["simplified_workflow_nodes"][0]
    assert report["extra_data"] == {"survey_audit_fail": "false"}
    assert report["unified_job_template"].endswith(": audit")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
def test_workflow_answers_and_asks_what_its_templates_ask(workflow: dict[str, Any]) -> None:
    asked = []
    for node in workflow["simplified_workflow_nodes"]:
        if "approval_node" not in node:
            (template,) = (one for one in TEMPLATES if one["name"] == node["unified_job_template"])
            asked += template["survey_spec"]["spec"]
            # Otherwise a controller refuses the answer.
            assert set(node.get("extra_data", {})) <= set(variables_of(template))
    for question in workflow.get("survey_spec", {}).get("spec", []):
        assert question in asked
