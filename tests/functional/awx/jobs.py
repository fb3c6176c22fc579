"""Jobs as AWX runs them: ansible-runner, on a folder laid out as AWX lays it out.

The collection comes from the archive that users install, through the project's requirements.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner
import yaml

from tests.functional.awx.definitions import definitions
from tests.functional.support.playbooks import PROGRAM, run_program, surroundings

# Of each playbook, what defines its jobs.
TEMPLATES: Mapping[str, Mapping[str, Any]] = {
    Path(template["playbook"]).stem: template
    for template in definitions("controller_templates")
    if template["job_type"] == "run"
}


@dataclass(frozen=True)
class Job:
    """What AWX learns of a job that has ended."""

    status: str
    events: list[dict[str, Any]]
    folder: Path

    @property
    def artifacts(self) -> dict[str, Any]:
        """Give what the job hands on to the next one of a workflow."""
        return self._recap().get("artifact_data", {})

    @property
    def changed(self) -> int:
        """Count the tasks that changed something."""
        return sum(self._recap()["changed"].values())

    @property
    def messages(self) -> list[str]:
        """Give the messages of the tasks that failed."""
        failed = [event for event in self.events if event["event"] == "runner_on_failed"]
        return [event["event_data"]["res"].get("msg", "") for event in failed]

    @property
    def shown(self) -> str:
        """Give all that a user can read, on the page of the job or in its events."""
        return self.stdout + str(self.events)

    @property
    def stdout(self) -> str:
        """Give what a user reads on the page of the job."""
        return (self.folder / "stdout").read_text(encoding="utf-8")

    def _recap(self) -> dict[str, Any]:
        ended = [event for event in self.events if event["event"] == "playbook_on_stats"]
        data: dict[str, Any] = ended[-1]["event_data"]
        return data


class Project:
    """A synchronised project: playbooks of a line each, and the collections that it requires."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._jobs = 0
        self._collections = folder / "requirements_collections"
        project = folder / "project"
        (project / "collections").mkdir(parents=True)
        for name in TEMPLATES:
            book = [{"ansible.builtin.import_playbook": f"touchbasepro.sms.{name}"}]
            (project / f"{name}.yml").write_text(yaml.safe_dump(book), encoding="utf-8")
        self._galaxy("build", str(Path.cwd()), "--output-path", str(folder))
        archive = next(folder.glob("*.tar.gz"))
        requirements = project / "collections" / "requirements.yml"
        wanted = {"collections": [{"name": str(archive), "type": "file"}]}
        requirements.write_text(yaml.safe_dump(wanted), encoding="utf-8")
        target = ("--collections-path", str(self._collections))
        self._galaxy("install", "--offline", *target, "-r", str(requirements))

    def launch(
        self,
        credential: Mapping[str, str],
        playbook: str,
        given: Mapping[str, Any] | None = None,
        *,
        inventory: Mapping[str, Any] | None = None,
        check: bool = False,
        **environment: str,
    ) -> Job:
        """Run a job of the template of a playbook to its end.

        :param credential: the environment that its injectors make, where none other is given.
        :param given: answers, and what other jobs handed on; what is not answered is left blank.
        """
        self._jobs += 1
        folder = self.folder / f"job-{self._jobs}"
        for name in ("env", "inventory"):
            (folder / name).mkdir(parents=True)
        (folder / "project").symlink_to(self.folder / "project")
        _write(
            folder / "env" / "envvars", {**self._environment(folder), **credential, **environment}
        )
        # AWX marks what was answered or handed on as unsafe, so that it is never a template.
        marked = yaml.dump(_answers(playbook, given or {}), Dumper=_Unsafe)
        (folder / "env" / "extravars").write_text(marked, encoding="utf-8")
        host = {"ansible_connection": "local", **(inventory or {})}
        host["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
        _write(folder / "inventory" / "hosts.json", {"all": {"hosts": {"localhost": host}}})
        run = ansible_runner.run(
            private_data_dir=str(folder),
            playbook=f"{playbook}.yml",
            cmdline="--diff --check" if check else "--diff",
            ident="job",
            quiet=True,
        )
        return Job(run.status, list(run.events), folder / "artifacts" / "job")

    def _environment(self, folder: Path) -> dict[str, str]:
        kept = surroundings(folder)
        del kept["ANSIBLE_INVENTORY"]
        # Runner starts the first ansible-playbook on PATH.
        return kept | self._only_these() | {"PATH": f"{PROGRAM.parent}:{kept['PATH']}"}

    def _galaxy(self, *options: str) -> None:
        galaxy = str(PROGRAM.with_name("ansible-galaxy"))
        command = [galaxy, "collection", *options]
        finished = run_program(command, self.folder, self._only_these())
        assert finished.returncode == 0, finished.stdout

    def _only_these(self) -> dict[str, str]:
        """Hide the checkout, which the tests themselves import."""
        return {
            "ANSIBLE_COLLECTIONS_PATH": str(self._collections),
            "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
            "PYTHONPATH": "",
        }


def _answers(playbook: str, given: Mapping[str, Any]) -> dict[str, Any]:
    template = TEMPLATES[playbook]
    questions = template.get("survey_spec", {}).get("spec", [])
    usual = {question["variable"]: question.get("default", "") for question in questions}
    assert not [name for name in given if name.startswith("survey_") and name not in usual]
    return {**template["extra_vars"], **usual, **given}


class _Unsafe(yaml.SafeDumper):
    """Writes every text with the tag that keeps Ansible from taking it for a template."""


_Unsafe.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("!unsafe", text, style="'")
)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
