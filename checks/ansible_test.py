# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test in staged copies of the checkout, without a container engine."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from checks import results
from checks.results import Case, Result
from checks.workspace import BUILD, Finished, Workspace, collections_path, tool

INTEGRATION = Path("tests/integration")
PROGRAM = tool("ansible-test")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

# ansible-test bootstraps pip with a script that it downloads from a host of its own, and dies where
# a network lets through nothing but a package index. The pip that Python brings along will do.
# Unpacked, since installing it takes several times as long.
PIP_BOOTSTRAP = """\
import ensurepip, pathlib, sysconfig, zipfile

bundled = [*pathlib.Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")]
if bundled:
    zipfile.ZipFile(bundled[0]).extractall(sysconfig.get_path("purelib"))
else:
    ensurepip.bootstrap()
"""


@dataclass(frozen=True)
class AnsibleTest:
    """The ansible-test of one ansible-core on one Python; by default those of the lock."""

    workspace: Workspace
    program: Path = PROGRAM
    python: str = PYTHON
    label: str = ""

    def sanity(self) -> Result:
        """Run every sanity test that has a file to look at."""
        copy = self.workspace.stage(f"sanity{self.label}")
        finished = self._run(copy, "sanity", "--junit", home=self._home_for_sanity())
        cases = results.read_junit(copy / "tests/output/junit")
        applicable = [case for case in cases if case.problem != "skipped: No tests applicable."]
        return results.of_cases(finished, applicable)

    def units(self) -> Result:
        """Run the unit tests."""
        copy = self.workspace.stage(f"units{self.label}")
        finished = self._run(copy, "units")
        return results.of_cases(finished, results.read_junit(copy / "tests/output/junit"))

    def integration(self) -> Result:
        """Run every integration target against the simulator."""
        copy = self.workspace.stage(f"integration{self.label}")
        simulators = collections_path(copy) / "simulators"
        simulators.mkdir()
        settings = {
            # By default a task in the background is looked for in the home folder that the system
            # knows, and put into the one that the environment names.
            "ansible_async_dir": str(simulators / "async"),
            "simulator_checkout": str(copy),
            "simulator_folder": str(simulators),
            "simulator_python": str(tool("python")),
        }
        config = copy / INTEGRATION / "integration_config.yml"
        config.write_text(json.dumps(settings), encoding="utf-8")
        finished = self._run(copy, "integration", "--continue-on-error")
        result = results.of_cases(finished, declared_and_run(copy, finished))
        return results.merge([result, left_running(self.workspace, simulators)])

    def _run(self, copy: Path, command: str, *options: str, home: Path | None = None) -> Finished:
        # What is kept in a home folder is not made for several runs at a time.
        home = home or collections_path(copy) / "home"
        home.mkdir(exist_ok=True)
        # Its own environment first; the developers' one only for programs such as shellcheck.
        folders = (self.program.parent, tool(""), os.environ.get("PATH", ""))
        env = {"PATH": os.pathsep.join(map(str, folders)), "HOME": str(home)}
        where = ("--local", "--python", self.python, "--color", "no")
        return self.workspace.run(self.program, command, *where, *options, cwd=copy, env=env)

    def _home_for_sanity(self) -> Path:
        """Prepare a home folder for sanity tests, whose environments are worth keeping."""
        home = BUILD / f"sanity{self.label}-{self.python}"
        cache = home / ".ansible/test/cache"
        cache.mkdir(parents=True, exist_ok=True)
        for version in _bootstrap_versions(self.program):
            script = cache / f"get_pip_{version.replace('.', '_')}.py"
            script.write_text(PIP_BOOTSTRAP, encoding="utf-8")
        return home


def declared_and_run(copy: Path, finished: Finished) -> list[Case]:
    """Tell from ansible-test's own words which targets ran, and which of them failed."""
    listed = re.search(r"integration test\(s\) listed below .*:\n((?:\S+\n?)*)", finished.output)
    failed = set(listed[1].split()) if listed else set()
    run = set(re.findall(r"Running (\S+) integration test role", finished.output))
    targets = sorted(folder.name for folder in (copy / INTEGRATION / "targets").iterdir())
    return [
        Case(name, "failed" if name in failed else None if name in run else "was not run")
        for name in targets
        if not name.startswith("setup_")
    ]


def left_running(workspace: Workspace, folder: Path) -> Result:
    """End simulators that tests have left running below a folder, and complain of them."""
    left = workspace.end_simulators(folder)
    complaints = (f"{left} simulator(s) left running",) if left else ()
    return Result(0, len(complaints), "", complaints)


def _bootstrap_versions(program: Path) -> list[str]:
    """Read from ansible-test which versions of its bootstrap script it would download."""
    packages = next((program.parent.parent / "lib").glob("python*/site-packages"))
    source = packages / "ansible_test/_internal/python_requirements.py"
    return re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8"))
