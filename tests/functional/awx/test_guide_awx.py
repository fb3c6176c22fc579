"""What guide_awx shows is what playbooks/awx defines; test_bootstrap.py runs its command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from tests.functional.awx.definitions import KINDS, PLAYBOOKS, definitions, load, settings
from tests.functional.support import guides

PATH = guides.FOLDER / "guide_awx.rst"
TEXT = PATH.read_text(encoding="utf-8")
GUIDE = guides.read(PATH)
EVENTS = (guides.FOLDER / "guide_events.rst").read_text(encoding="utf-8")
TABLES = {"Job template": "controller_templates", "Workflow": "controller_workflows"}
GALAXY = yaml.safe_load(Path("galaxy.yml").read_text(encoding="utf-8"))
# Which lines tell a controller that a file is a playbook, in all versions of it.
OFFERED = re.compile(r"^\s*-?\s*(hosts|import_playbook):", re.MULTILINE)


def shown(name: str) -> Any:
    return load(GUIDE.files[name])


def rows(heading: str) -> list[str]:
    """The first column of the table with this heading, names that share a row apart."""
    _before, _heading, table = TEXT.partition(f"   * - {heading}\n")
    table, _end, _after = table.partition("\n\n")
    cells = re.findall(r"^   \* - ((?:.|\n)+?)\n     - ", table, re.MULTILINE)
    return [name.strip("`") for cell in cells for name in re.split(r",\s+", cell)]


def test_guide_has_no_file_or_command_that_is_not_tried() -> None:
    assert set(GUIDE.files) == {
        "collections/requirements.yml",
        "controller.yml",
        "input-configuration.yml",
        "injector-configuration.yml",
        "inventory/hosts.yml",
        "platform.yml",
        "touchbase/converge.yml",
    }
    assert GUIDE.commands == ["ansible-playbook touchbasepro.sms.awx.bootstrap -e @controller.yml"]


def test_guide_shows_the_credential_type_and_the_host_that_are_made() -> None:
    (made,) = definitions("controller_credential_types")
    assert f"``{made['name']}``" in TEXT
    assert shown("input-configuration.yml") == made["inputs"]
    assert shown("injector-configuration.yml") == made["injectors"]
    (host,) = definitions("controller_hosts")
    assert shown("inventory/hosts.yml") == {"all": {"hosts": {host["name"]: host["variables"]}}}


def test_guide_tables_have_all_templates_workflows_and_settings() -> None:
    for heading, variable in TABLES.items():
        names = [one["name"].partition(": ")[2] for one in definitions(variable)]
        assert sorted(rows(heading)) == sorted(names)
    # What is of Event-Driven Ansible alone is in its guide.
    of_events = set(re.findall(r"^   (touchbase_awx_\w+):", EVENTS, re.MULTILINE))
    assert of_events <= set(settings())
    in_table = set(settings()) - of_events
    assert sorted(rows("Setting")) == sorted(in_table)
    assert set(re.findall(r"\btouchbase_awx_\w+", TEXT)) == in_table


def test_project_is_this_repository_at_this_version() -> None:
    default = settings()
    assert default["touchbase_awx_project_url"] == f"{GALAXY['repository']}.git"
    assert default["touchbase_awx_project_branch"] == GALAXY["version"]
    assert default["touchbase_awx_playbooks"] == str(PLAYBOOKS)


def test_project_file_starts_a_playbook_of_the_required_collection() -> None:
    (wanted,) = shown("collections/requirements.yml")["collections"]
    assert wanted == {"name": f"{GALAXY['namespace']}.{GALAXY['name']}"}
    (imported,) = shown("touchbase/converge.yml")
    collection, _dot, playbook = imported["import_playbook"].rpartition(".")
    assert collection == wanted["name"]
    assert (PLAYBOOKS / f"{playbook}.yml").is_file()
    assert OFFERED.search(GUIDE.files["touchbase/converge.yml"])


def test_guide_gives_the_other_collection_all_definitions() -> None:
    (play,) = shown("platform.yml")
    names = [Path(path).name for path in play["vars_files"]]
    assert names[0] == "settings.yml"
    assert names[-1] == "controller.yml"
    assert sorted(names[1:-1]) == sorted(f"{kind}.yml" for kind in KINDS)


def test_guide_names_questions_and_timeouts_that_exist() -> None:
    questions = {
        question["variable"]
        for template in definitions("controller_templates")
        for question in template.get("survey_spec", {}).get("spec", [])
    }
    assert set(re.findall(r"\bsurvey_\w+", TEXT)) <= questions
    default = settings()
    assert default["touchbase_awx_repair_timeout"] == 24 * 60 * 60
    assert default["touchbase_awx_maintenance_timeout"] == 0
