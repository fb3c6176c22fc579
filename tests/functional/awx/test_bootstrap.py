# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command of guide_awx, with the real modules of awx.awx, against a small controller."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.functional.awx.controller import KINDS, TOKEN, Controller
from tests.functional.awx.definitions import DEFINED, load, settings
from tests.functional.support import guides
from tests.functional.support.playbooks import PROGRAM, collections_path, run_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUIDE = guides.read(guides.FOLDER / "guide_awx.rst")
(COMMAND,) = (shlex.split(command) for command in GUIDE.commands)
SETTINGS = settings()
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
NOTHING_CHANGED = re.compile(r"changed=0 .* failed=0")


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
    controller: Controller, folder: Path, *options: str, key: str = KEY, before: Path | None = None
) -> Run:
    controller.writes.clear()
    environment = {
        "CONTROLLER_HOST": controller.url,
        "CONTROLLER_OAUTH_TOKEN": TOKEN,
        "TOUCHBASE_API_KEY": key,
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
    play["vars"]["kinds"] = sorted(DEFINED.values())
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
    with Controller() as controller:
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
    assert NOTHING_CHANGED.search(bootstrapped.second.output)
    assert bootstrapped.second.writes == ()


def test_runs_warn_of_the_missing_inventory_only(bootstrapped: Bootstrapped) -> None:
    for run in (bootstrapped.check, bootstrapped.first, bootstrapped.second):
        warnings = re.findall(r"\[(?:WARNING|DEPRECATION WARNING|ERROR)\]: .*", run.output)
        assert [one for one in warnings if "nventory" not in one and "hosts list" not in one] == []


def test_verbose_run_shows_no_secret(bootstrapped: Bootstrapped) -> None:
    for run in (bootstrapped.check, bootstrapped.first, bootstrapped.second):
        assert [secret for secret in SECRETS if secret in run.output] == []
        assert "TouchBasePro SMS API" in run.output


def held_by(controller: Controller, kind: str) -> dict[str, dict[str, Any]]:
    """Give what a controller holds of a kind, in the form of the definitions."""
    endpoint = ENDPOINTS.get(kind, kind)
    return {
        record["name"]: as_defined(controller, endpoint, record)
        for record in controller.objects[endpoint]
    }


def as_defined(controller: Controller, endpoint: str, record: dict[str, Any]) -> dict[str, Any]:
    found = dict(record)
    for name, target in KINDS[endpoint].references.items():
        if record[name] is not None:
            found[name] = controller.name_of(target, record[name])
    for name, target in KINDS[endpoint].relations.items():
        found[name] = [controller.name_of(target, one) for one in record[f"_{name}"]]
    for name in ("variables", "extra_vars"):
        if record.get(name):
            found[name] = json.loads(record[name])
    found["survey_spec"] = record["_survey_spec"]
    return found


@pytest.mark.parametrize("kind", sorted(DEFINED))
def test_controller_holds_what_is_defined(kind: str, bootstrapped: Bootstrapped) -> None:
    held = held_by(bootstrapped.controller, kind)
    defined = {one["name"]: one for one in bootstrapped.definitions[DEFINED[kind]]}

    assert set(held) == {*defined, *THERE_BEFORE.get(kind, ())}
    for name, one in defined.items():
        wanted = {"survey_spec": {}, **one}
        wanted = {key: value for key, value in wanted.items() if key not in NOT_KEPT.get(kind, ())}
        assert {key: held[name][key] for key in wanted} == wanted


def test_workflows_have_the_nodes_and_links_that_are_defined(
    bootstrapped: Bootstrapped,
) -> None:
    for workflow in bootstrapped.definitions["controller_workflows"]:
        held = nodes_of(bootstrapped.controller, workflow["name"])
        wanted = {
            node["identifier"]: {
                "starts": node.get("unified_job_template") or node["approval_node"],
                "success_nodes": node.get("success_nodes", []),
                "failure_nodes": node.get("failure_nodes", []),
                "always_nodes": node.get("always_nodes", []),
                "extra_data": node.get("extra_data"),
            }
            for node in workflow["simplified_workflow_nodes"]
        }
        assert held == wanted


def nodes_of(controller: Controller, workflow: str) -> dict[str, dict[str, Any]]:
    number = controller.named("workflow_job_templates", workflow)["id"]
    approvals = controller.objects["workflow_approval_templates"]
    described = {
        one["id"]: {name: one[name] for name in ("name", "description", "timeout")}
        for one in approvals
    }
    kind = "workflow_job_template_nodes"
    return {
        node["identifier"]: {
            "starts": described.get(node["unified_job_template"])
            or controller.name_of("unified_job_templates", node["unified_job_template"]),
            "extra_data": node["extra_data"],
            **{
                link: [controller.name_of(kind, one) for one in node[f"_{link}"]]
                for link in KINDS[kind].relations
            },
        }
        for node in controller.objects[kind]
        if node["workflow_job_template"] == number
    }


def test_check_after_a_manual_change_reports_it_and_writes_nothing(
    bootstrapped: Bootstrapped,
) -> None:
    (pause,) = (
        one for one in bootstrapped.definitions["controller_templates"] if "pause" in one["name"]
    )
    record = bootstrapped.controller.named("job_templates", pause["name"])
    record["use_fact_cache"] = True
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
    (bootstrapped.folder / "only.json").write_text(json.dumps(only), encoding="utf-8")

    run = bootstrap(bootstrapped.controller, bootstrapped.folder, "--check", "-e", "@only.json")

    assert run.status == 0, run.output
    changed = re.findall(r"^changed: \[localhost\] => \(item=(.*?)\) ", run.output, re.MULTILINE)
    assert changed == ["(censored due to no_log)", pause["name"]]
    looked_at = re.findall(
        r"^(?:ok|changed): \[localhost\] => \(item=(.*?)\) ", run.output, re.MULTILINE
    )
    assert set(looked_at) == {"TouchBasePro SMS API", *changed}
    assert run.writes == ()
    assert KEY not in run.output


@pytest.mark.parametrize(
    ("options", "key", "complaint"),
    [
        ((), "", "Give the API key in the environment"),
        # Read as a number, since it has no quotation marks.
        (("-e", '{"touchbase_awx_audit_time": 810}'), KEY, 'a time such as \\"03:00\\"'),
        (("-e", "touchbase_awx_audit_timezone=africa/johannesburg"), KEY, "case matters"),
    ],
    ids=["no key", "no time", "unknown time zone"],
)
def test_setting_that_cannot_work_is_refused_before_any_write(
    options: tuple[str, ...], key: str, complaint: str, bootstrapped: Bootstrapped
) -> None:
    run = bootstrap(bootstrapped.controller, bootstrapped.folder, *options, key=key)
    assert run.status != 0
    assert complaint in run.output
    assert run.writes == ()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Controller]:
    """A controller with objects of the same names, of another organization and of none."""
    GUIDE.write_files(tmp_path)
    name = SETTINGS["touchbase_awx_name"]
    with Controller() as controller:
        other = controller.create("organizations", {"name": "Clinics"})["id"]
        owned = {"organization": other}
        controller.create("credentials", {"name": name})
        controller.create("execution_environments", {"name": name, **owned})
        controller.create("inventories", {"name": name, **owned})
        controller.create("job_templates", {"name": f"{name}: audit", **owned})
        # The name of a project need not be the only one.
        controller.create("projects", {"name": name, **owned})
        yield controller


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["run", "check"])
def test_names_of_another_organization_are_refused_before_any_write(
    options: tuple[str, ...], shared: Controller, tmp_path: Path
) -> None:
    run = bootstrap(shared, tmp_path, *options)

    assert run.status != 0
    refused = re.findall(r'The ([a-z ]+) \\"(.*?)\\" belongs to (.*?), not to Default', run.output)
    assert sorted(set(refused)) == [
        ("credential", "TouchBasePro SMS", "no organization"),
        ("execution environment", "TouchBasePro SMS", "Clinics"),
        ("inventory", "TouchBasePro SMS", "Clinics"),
        ("job template", "TouchBasePro SMS: audit", "Clinics"),
    ]
    assert run.writes == ()
