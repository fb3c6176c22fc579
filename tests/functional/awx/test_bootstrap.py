"""The command of guide_awx, with the real modules of awx.awx, against a small controller."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.functional.awx.controller import APPROVALS, LISTS, NODES, TOKEN, Controller, serving
from tests.functional.awx.definitions import KINDS, load, settings
from tests.functional.support import guides
from tests.functional.support.playbooks import PROGRAM, collections_path, run_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUIDE = guides.read(guides.FOLDER / "guide_awx.rst")
(COMMAND,) = (shlex.split(command) for command in GUIDE.commands)
KEY = "s3cret-key-of-the-account"
# The key, the token, and the part of an address that the guide's declaration keeps to itself.
SECRETS = (KEY, TOKEN, "5f1c0a7e")
# What the definitions call otherwise than the controller.
ENDPOINTS = {"templates": "job_templates", "workflows": "workflow_job_templates"}
# What tells a module how to write or where to look; a controller has no such field.
NOT_KEPT = {
    "credentials": {"update_secrets"},
    "schedules": {"organization"},
    "workflows": {"simplified_workflow_nodes"},
}
THERE_BEFORE = {
    "credential_types": {"Ansible Galaxy/Automation Hub API Token"},
    "credentials": {"Ansible Galaxy"},
}
# Fields that refer to another object, by its id.
REFERENCES = {
    *("organization", "credential_type", "project", "inventory", "execution_environment"),
    "unified_job_template",
}


@dataclass(frozen=True)
class Run:
    """One run of the command: how it ended, what it showed, and the writes that it asked for."""

    status: int
    output: str
    writes: tuple[str, ...]


@dataclass(frozen=True)
class Bootstrapped:
    """A controller, and the runs that it has seen: a check, the real one, and that once more."""

    controller: Controller
    folder: Path
    definitions: dict[str, list[dict[str, Any]]]
    check: Run
    first: Run
    second: Run


def bootstrap(
    controller: Controller, folder: Path, *options: str, before: Path | None = None
) -> Run:
    controller.writes.clear()
    environment = {
        "CONTROLLER_HOST": controller.url,
        "CONTROLLER_OAUTH_TOKEN": TOKEN,
        "TOUCHBASE_API_KEY": KEY,
    }
    playbooks = [str(before)] if before else []
    command = [str(PROGRAM), "-vvvvv", *playbooks, *COMMAND[1:], *options]
    finished = run_program(command, folder, environment)
    return Run(finished.returncode, finished.stdout, tuple(controller.writes))


def write_play_of_platform(folder: Path) -> Path:
    """Write the guide's play for the other collection, which keeps what it would be given."""
    (play,) = load(GUIDE.files["platform.yml"])
    del play["roles"]
    given = "{{ dict(kinds | zip(query('ansible.builtin.vars', *kinds))) | to_json }}"
    keep = {"content": given, "dest": str(folder / "given.json"), "mode": "0600"}
    play["vars"]["kinds"] = [f"controller_{kind}" for kind in KINDS]
    play["tasks"] = [
        {"name": "Keep", "ansible.builtin.copy": keep, "no_log": True, "delegate_to": "localhost"}
    ]
    installed = collections_path() / "ansible_collections"
    (folder / "collections/ansible_collections").symlink_to(installed)
    path = folder / "platform.yml"
    path.write_text(yaml.safe_dump([play]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bootstrapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bootstrapped]:
    folder = tmp_path_factory.mktemp("awx")
    GUIDE.write_files(folder)
    with serving(Controller()) as controller:
        check = bootstrap(controller, folder, "--check")
        first = bootstrap(controller, folder, before=write_play_of_platform(folder))
        assert first.status == 0, first.output
        second = bootstrap(controller, folder)
        given = json.loads((folder / "given.json").read_text(encoding="utf-8"))
        yield Bootstrapped(controller, folder, given, check, first, second)


def test_check_of_an_empty_controller_says_so_and_writes_nothing(
    bootstrapped: Bootstrapped,
) -> None:
    assert bootstrapped.check.status == 0, bootstrapped.check.output
    assert "A real run would create everything" in bootstrapped.check.output
    assert bootstrapped.check.writes == ()


def test_second_run_changes_and_writes_nothing(bootstrapped: Bootstrapped) -> None:
    assert bootstrapped.second.status == 0, bootstrapped.second.output
    assert re.search(r"changed=0 .* failed=0", bootstrapped.second.output)
    assert bootstrapped.second.writes == ()


def test_verbose_run_warns_of_no_inventory_only_and_shows_no_secret(
    bootstrapped: Bootstrapped,
) -> None:
    for run in (bootstrapped.check, bootstrapped.first, bootstrapped.second):
        warnings = re.findall(r"\[(?:WARNING|DEPRECATION WARNING|ERROR)\]: .*", run.output)
        assert [one for one in warnings if "nventory" not in one and "hosts list" not in one] == []
        assert [secret for secret in SECRETS if secret in run.output] == []
        assert "TouchBasePro SMS API" in run.output


def as_defined(controller: Controller, record: dict[str, Any]) -> dict[str, Any]:
    """Give an object of the controller in the form of the definitions."""
    found = {"survey_spec": {}, **record}
    for name in REFERENCES & record.keys():
        found[name] = controller.name_of(record[name])
    for name in LISTS:
        found[name] = [controller.name_of(one) for one in record.get(name, [])]
    for name in ("variables", "extra_vars"):
        if record.get(name):
            found[name] = json.loads(record[name])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_controller_holds_what_is_defined(kind: str, bootstrapped: Bootstrapped) -> None:
    controller = bootstrapped.controller
    records = controller.all_of(ENDPOINTS.get(kind, kind))
    held = {record["name"]: as_defined(controller, record) for record in records}
    defined = {one["name"]: one for one in bootstrapped.definitions[f"controller_{kind}"]}

    assert set(held) == {*defined, *THERE_BEFORE.get(kind, ())}
    for name, one in defined.items():
        wanted = {"survey_spec": {}, **one}
        wanted = {key: value for key, value in wanted.items() if key not in NOT_KEPT.get(kind, ())}
        assert {key: held[name][key] for key in wanted} == wanted


def test_workflows_have_the_nodes_and_links_that_are_defined(
    bootstrapped: Bootstrapped,
) -> None:
    controller = bootstrapped.controller
    approvals = {
        one["name"]: {name: one[name] for name in ("name", "description", "timeout")}
        for one in controller.all_of(APPROVALS)
    }
    for workflow in bootstrapped.definitions["controller_workflows"]:
        number = controller.named("workflow_job_templates", workflow["name"])["id"]
        nodes = [
            as_defined(controller, node)
            for node in controller.all_of(NODES)
            if node["workflow_job_template"] == number
        ]
        assert len(nodes) == len(workflow["simplified_workflow_nodes"])
        for wanted in workflow["simplified_workflow_nodes"]:
            (held,) = (one for one in nodes if one["identifier"] == wanted["identifier"])
            starts = held["unified_job_template"]
            assert approvals.get(starts, starts) == (
                wanted.get("unified_job_template") or wanted["approval_node"]
            )
            assert held.get("extra_data") == wanted.get("extra_data")
            for link in ("success_nodes", "failure_nodes", "always_nodes"):
                assert held[link] == wanted.get(link, [])


def test_check_after_a_manual_change_reports_it_and_writes_nothing(
    bootstrapped: Bootstrapped,
) -> None:
    (pause,) = (
        one for one in bootstrapped.definitions["controller_templates"] if "pause" in one["name"]
    )
    bootstrapped.controller.named("job_templates", pause["name"])["use_fact_cache"] = True
    # Only this template, and the credential with a key that is to be written again: a whole run is
    # long. What is there already is named, so that it is not made.
    only: dict[str, Any] = {
        "controller_templates": [pause],
        "controller_schedules": [],
        "controller_workflows": [],
        "touchbase_awx_update_api_key": True,
    }
    for kind in ("project", "execution_environment", "inventory"):
        only[f"touchbase_awx_existing_{kind}"] = pause[kind]

    run = bootstrap(bootstrapped.controller, bootstrapped.folder, "--check", "-e", json.dumps(only))

    assert run.status == 0, run.output
    item = r"^(ok|changed): \[localhost\] => \(item=(.*?)\) "
    assert re.findall(item, run.output, re.MULTILINE) == [
        ("ok", "TouchBasePro SMS API"),
        ("changed", "(censored due to no_log)"),
        ("changed", pause["name"]),
    ]
    assert run.writes == ()
    assert KEY not in run.output


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no key": ({"touchbase_awx_api_key": ""}, "Give the API key in the environment"),
    "no image": ({"touchbase_awx_image": ""}, "Give an image with this collection"),
    # Read as a number, since it has no quotation marks.
    "no time": ({"touchbase_awx_audit_time": 810}, 'a time such as \\"03:00\\"'),
    "no time zone": ({"touchbase_awx_audit_timezone": ""}, "case matters"),
    "other case": ({"touchbase_awx_audit_timezone": "africa/johannesburg"}, "case matters"),
}


@pytest.mark.parametrize(("changed", "complaint"), REFUSED.values(), ids=REFUSED)
def test_setting_that_cannot_work_is_refused_before_any_write(
    changed: dict[str, Any], complaint: str, bootstrapped: Bootstrapped
) -> None:
    options = ("-e", json.dumps(changed))
    run = bootstrap(bootstrapped.controller, bootstrapped.folder, *options)
    assert run.status != 0
    assert complaint in run.output
    assert run.writes == ()


def test_names_of_another_organization_are_refused_before_any_write(tmp_path: Path) -> None:
    GUIDE.write_files(tmp_path)
    name = settings()["touchbase_awx_name"]
    controller = Controller()
    other = controller.create("organizations", name="Clinics")["id"]
    controller.create("credentials", name=name)
    controller.create("execution_environments", name=name, organization=other)
    controller.create("inventories", name=name, organization=other)
    controller.create("job_templates", name=f"{name}: audit", organization=other)
    # The name of a project need not be the only one.
    controller.create("projects", name=name, organization=other)

    with serving(controller):
        run = bootstrap(controller, tmp_path)

    assert run.status != 0
    refused = re.findall(r'The ([a-z ]+) \\"(.*?)\\" belongs to (.*?), not to Default', run.output)
    assert sorted(set(refused)) == [
        ("credential", "TouchBasePro SMS", "no organization"),
        ("execution environment", "TouchBasePro SMS", "Clinics"),
        ("inventory", "TouchBasePro SMS", "Clinics"),
        ("job template", "TouchBasePro SMS: audit", "Clinics"),
    ]
    assert run.writes == ()
