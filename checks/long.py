# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes too long for each change: each ansible-core, each mode, the scripts in tests/soak."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from checks import results, tools
from checks.ansible_test import AnsibleTest
from checks.results import Result
from checks.schedule import Check
from checks.workspace import ROOT, Workspace, tool
from touchbase_simulator.behaviour import MODES

FOLDER = ROOT / "tests" / "soak"
# What each ansible-core accepts for its own Python, the newest first.
CORES = {
    "2.16": ("3.12", "3.11", "3.10"),
    "2.17": ("3.12", "3.11", "3.10"),
    "2.18": ("3.13", "3.12", "3.11"),
    "2.19": ("3.13", "3.12", "3.11"),
    "2.20": ("3.14", "3.13", "3.12"),
    "2.21": ("3.14", "3.13", "3.12"),
}
# What ansible-test needs to run tests, and what the tests and the plugins need.
PACKAGES = ("coverage", "pytest", "pytest-xdist", "PyYAML")
REQUIREMENTS = ("tests/unit/requirements.txt", "tests/integration/requirements.txt")


def matrix(
    core: str | None = None, python: str | None = None
) -> tuple[dict[str, Check], list[str]]:
    """Give a check for every core that can be tried here, and name those that cannot.

    :param core: this ansible-core alone; None is each of them.
    :param python: this Python alone; None is the newest that a core accepts and that runs here.
    """
    found: dict[str, Check] = {}
    left_out: list[str] = []
    for version in [core] if core else CORES:
        wanted = [one for one in CORES[version] if python in (None, one)]
        runs = next(_usable(wanted), None)
        if runs is None:
            left_out.append(f"ansible-core {version} (needs Python {' or '.join(wanted)})")
        else:
            found[f"core {version}, Python {runs[0]}"] = partial(_check_core, version, *runs)
    return found, left_out


def _check_core(core: str, python: str, interpreter: Path, workspace: Workspace) -> Result:
    """Run what ansible-test knows of, and both execution paths, with one core on one Python."""
    files = [part for name in REQUIREMENTS for part in ("--requirements", ROOT / name)]
    packages = (*PACKAGES, f"ansible-core~={core}.0")
    folder = workspace.install(f"core-{core}-{python}", interpreter, *packages, *files)
    test = AnsibleTest(workspace, folder / "ansible-test", python, f"-{core}")
    return results.merge(
        [
            test.sanity(),
            test.units(),
            test.integration(),
            tools.plays(
                workspace, f"core-{core}", tools.OF_EACH_CORE, program=folder / "ansible-playbook"
            ),
        ]
    )


def _usable(pythons: list[str]) -> Iterator[tuple[str, Path]]:
    """Let uv look for the Pythons on PATH, where pyenv runs only the one that it is told."""
    for python in pythons:
        command = (tool("uv"), "python", "find", "--no-project", "--no-python-downloads", python)
        env = {**os.environ, "PYENV_VERSION": python}
        asked = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            yield python, Path(asked.stdout.strip())


def one_core(number: int, workspace: Workspace) -> Result:
    """Try an ansible-core, on the newest Python of this machine that it accepts; 0 is the first."""
    checks, left_out = matrix([*CORES][number])
    if left_out:
        # On a machine without such a Python there is nothing to try; the workflow has all of them.
        return Result(0, 0, remark=f"LEFT OUT: {left_out[0]}")
    return next(iter(checks.values()))(workspace)


def soak() -> Mapping[str, Check]:
    """Give a check for each script `NAME_run.py`, one for each mode, and the planted defects."""
    names = [script.stem.removesuffix("_run") for script in sorted(FOLDER.glob("*_run.py"))]
    scripts = {f"soak {name}": partial(run_script, name) for name in names}
    table = partial(tools.plays, name="modes", tests=(tools.TABLE,))
    modes = {f"soak mode {mode}": partial(table, mode=mode) for mode in MODES}
    return {**scripts, **modes, "soak defects": _run_defects}


def _run_defects(workspace: Workspace) -> Result:
    """Plant each defect of checks/defects; the tests must find it."""
    finished = workspace.run(tool("python"), "-m", "checks.defects")
    print(finished.output, flush=True)
    return results.of_program(finished)


def run_script(name: str, workspace: Workspace) -> Result:
    """Run a script with this Python; tools from `requirements-NAME.txt` are on its PATH."""
    requirements = FOLDER / f"requirements-{name}.txt"
    search = [str(tool("")), os.environ.get("PATH", "")]
    if requirements.exists():
        options = ("--requirements", requirements)
        search.insert(1, str(workspace.install(f"soak-{name}", tool("python"), *options)))
    env = {"PATH": os.pathsep.join(search)}
    finished = workspace.run(tool("python"), "-m", f"tests.soak.{name}_run", env=env)
    print(finished.output, flush=True)
    return results.of_program(finished)
