# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest in the developers' environment: both doors, and the simulator itself."""

from __future__ import annotations

from pathlib import Path

from tests.gates import verdicts
from tests.gates.bench import Bench, collections_path, own_home, tool
from tests.gates.verdicts import Verdict


def acceptance(bench: Bench) -> Verdict:
    """Run what starts Ansible and the simulator for itself."""
    tests = ("tests/acceptance", "tests/functional", "simulator/tests")
    return _pytest(bench, "acceptance", tests, {})


def of_other_core(bench: Bench, ansible_playbook: Path, label: str) -> Verdict:
    """Run with another core: the doors, job playbooks, the scan for secrets, interruptions."""
    settings = {"ACCEPTANCE_ANSIBLE_PLAYBOOK": str(ansible_playbook)}
    names = (
        "acceptance/test_doors",
        "acceptance/test_jobs",
        "functional/secrets/test_secrets",
        "functional/interruption/test_interruption",
    )
    tests = tuple(f"tests/{name}.py" for name in names)
    return _pytest(bench, f"acceptance{label}", tests, settings)


def awx(bench: Bench, ansible_playbook: Path) -> Verdict:
    """Run what needs the collection awx.awx, with the Ansible of an environment that has it."""
    settings = {"ACCEPTANCE_ANSIBLE_PLAYBOOK": str(ansible_playbook)}
    return _pytest(bench, "awx", ("tests/acceptance/awx/test_bootstrap.py",), settings)


def _pytest(bench: Bench, name: str, tests: tuple[str, ...], settings: dict[str, str]) -> Verdict:
    copy = bench.stage(name)
    tree = str(collections_path(copy))
    reports = bench.folder / f"{name}-reports"
    finished = bench.run(
        tool("python"), "-m", "pytest", *tests, "--numprocesses", "2",
        "--dist", "loadfile", "-p", "no:cacheprovider", f"--junit-xml={reports / 'pytest.xml'}",
        cwd=copy,
        env=own_home()
        | {
            "ANSIBLE_COLLECTIONS_PATH": tree,
            "PYTHONPATH": tree,
            "HYPOTHESIS_STORAGE_DIRECTORY": str(bench.build / "hypothesis"),
        }
        | settings,
    )  # fmt: skip
    return verdicts.of_cases(finished, verdicts.read_junit(reports))
