# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other tools check by themselves: pre-commit, antsibull-nox, pytest and molecule."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from checks import results
from checks.ansible_test import left_running
from checks.results import Case, Result
from checks.workspace import OWN_HOME, ROOT, Finished, Workspace, collections_path, read_yaml, tool

HOOK = re.compile(r"^(.+?)\.{3,}(?:\(.+\))?(Passed|Failed|Skipped)$", re.MULTILINE)
# antsibull-nox shows the importer's log; a warning there is as good as a refusal.
IMPORTER = re.compile(r"^\s*(?:WARNING|ERROR):.*", re.MULTILINE)
TABLE = "tests/functional/execution_paths/test_execution_paths.py"
# What `make test` plays, and what is left to `make check`.
CORE = ("tests/functional/execution_paths",)
REST = (
    *("tests/functional/awx", "tests/functional/bulk", "tests/functional/docs"),
    *("tests/functional/eda", "tests/functional/faults", "tests/functional/interruption"),
    *("tests/functional/playbooks", "tests/functional/secrets"),
    *("tests/checks", "tests/benchmarks", "simulator/tests"),
)
OF_EACH_CORE = (
    TABLE,
    "tests/functional/awx/test_jobs.py",
    "tests/functional/secrets/test_secrets.py",
    "tests/functional/interruption/test_interruption.py",
)
# Scenarios of the examples; the others are of the role.
EXAMPLES = ("accounts", "bootstrap", "environment")
SCENARIOS = Path("extensions/molecule")

# What molecule logs when an action ends. Its report at the end is of no use: there, a failed
# idempotence is called successful.
ENDED = re.compile(r"^\w+ +\[(\S+) > (\w+)\] Executed: (.+)$", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def lint(workspace: Workspace) -> Result:
    """Run each hook of .pre-commit-config.yaml on all files that git knows or would add."""
    config = ROOT / ".pre-commit-config.yaml"
    hooks = [
        hook["name"]
        for repo in read_yaml(config.read_text(encoding="utf-8"))["repos"]
        for hook in repo["hooks"]
    ]
    options = ("run", "--color", "never", "--files")
    finished = workspace.run(tool("pre-commit"), *options, *workspace.files())
    return results.of_cases(finished, hooks_run(hooks, finished.output))


def hooks_run(hooks: Sequence[str], output: str) -> list[Case]:
    """Tell from pre-commit's own words what became of each hook."""
    said = dict(HOOK.findall(output))
    states = {name: said.get(name, "was not run") for name in hooks}
    return [Case(name, None if state == "Passed" else state) for name, state in states.items()]


def nox(workspace: Workspace, sessions: Sequence[str]) -> Result:
    """Run sessions of antsibull-nox in a copy of the checkout."""
    return nox_in(workspace, workspace.stage(f"nox-{sessions[0]}"), sessions)


def nox_in(workspace: Workspace, copy: Path, sessions: Sequence[str]) -> Result:
    """Run sessions of antsibull-nox in a tree, with the tools of the locked environment.

    Each of them counts, and so does each warning of Galaxy's importer.
    """
    report = copy.parent / "nox-report.json"
    options = ("--no-venv", "--report", str(report), "--sessions", *sessions)
    env = {"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true"}
    finished = workspace.run(tool("nox"), *options, cwd=copy, env=env)
    said = json.loads(report.read_text(encoding="utf-8"))["sessions"] if report.exists() else []
    states = dict.fromkeys(sessions, "was not run") | {one["name"]: one["result"] for one in said}
    cases = [Case(name, None if how == "success" else how) for name, how in states.items()]
    cases += [Case("galaxy-importer", line.strip()) for line in IMPORTER.findall(finished.output)]
    return results.of_cases(finished, cases)


def units(workspace: Workspace) -> Result:
    """Run the unit tests, measured; pyproject.toml says how much of plugins/ they must cover."""
    copy = workspace.stage("units")
    env = {"PYTHONPATH": str(collections_path(copy))}
    coverage = (tool("python"), "-m", "coverage")
    options = ("-p", "no:cacheprovider", "--quiet", "--junit-xml=reports/units.xml")
    command = ("run", "-m", "pytest", "tests/unit", *options)
    finished = workspace.run(*coverage, *command, cwd=copy, env=env)
    tested = results.of_cases(finished, results.read_junit(copy / "reports"))
    report = workspace.run(*coverage, "report", cwd=copy, env=env)
    total = re.search(r"^TOTAL.* (\S+%)$", report.output, re.MULTILINE)
    remark = f"{total[1]} of plugins/ covered" if total else "nothing was measured"
    return results.merge([tested, replace(results.of_program(report), remark=remark)])


def with_lock(workspace: Workspace, tests: str, program: str) -> Result:
    """Run tests with a program of an environment of its own, from the lock beside them."""
    lock = (ROOT / tests).with_name("requirements.txt")
    name = lock.parent.name
    folder = workspace.install(name, tool("python"), "--require-hashes", "--requirements", lock)
    return plays(workspace, name, (tests,), program=folder / program)


def plays(
    workspace: Workspace,
    name: str,
    tests: Sequence[str],
    mode: str = "plain",
    program: Path | None = None,
) -> Result:
    """Run tests that start Ansible and the simulator for themselves.

    :param mode: how the simulator behaves in the table of the execution paths.
    :param program: what the tests use instead of the one of the locked environment.
    """
    copy = workspace.stage(name)
    tree = str(collections_path(copy))
    env = {"ANSIBLE_COLLECTIONS_PATH": tree, "PYTHONPATH": tree, **OWN_HOME}
    env["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / "build/hypothesis")
    if program:
        env[f"TESTED_{program.name.upper().replace('-', '_')}"] = str(program)
    report = workspace.folder / f"{name}-reports/pytest.xml"
    two_at_once = ("--numprocesses", "2", "--dist", "loadfile", "-p", "no:cacheprovider")
    options = (
        *two_at_once,
        f"--junit-xml={report}",
        *([] if mode == "plain" else [f"--mode={mode}"]),
    )
    finished = workspace.run(tool("python"), "-m", "pytest", *tests, *options, cwd=copy, env=env)
    return results.of_cases(finished, results.read_junit(report.parent))


def molecule(workspace: Workspace, *, examples: bool) -> Result:
    """Run the scenarios of the role or those of the examples, each against one simulator."""
    name = "scenarios-examples" if examples else "scenarios-role"
    copy = workspace.stage(name)
    folder = workspace.folder / name / "state"
    env = {"ANSIBLE_HOME": str(folder / "home"), "NO_COLOR": "1"}
    env["MOLECULE_EPHEMERAL_DIRECTORY"] = str(folder)
    settings = (copy / SCENARIOS).rglob("molecule.yml")
    every = {str(one.parent.relative_to(copy / SCENARIOS)) for one in settings}
    chosen = {one for one in every if (one in EXAMPLES) == examples} | {"default"}
    options = [f"--scenario-name={one}" for one in sorted(chosen)]
    command = ("test", *options, "--no-command-borders")
    finished = workspace.run(tool("molecule"), *command, cwd=copy, env=env)
    return results.merge([judge_molecule(finished, chosen), left_running(workspace, folder)])


def judge_molecule(finished: Finished, scenarios: set[str]) -> Result:
    """Count each action of each scenario; one that was skipped has failed, as has one not met."""
    ended = ENDED.findall(COLOUR.sub("", finished.output))
    cases = [
        Case(f"{scenario} > {action}", None if state == "Successful" else state)
        for scenario, action, state in ended
    ]
    not_met = sorted(scenarios - {scenario for scenario, _action, _state in ended})
    return results.of_cases(finished, [*cases, *(Case(name, "was not run") for name in not_met)])
