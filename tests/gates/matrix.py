# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every ansible-core that the collection supports, as far as the Pythons at hand allow."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.gates import acceptance, environments, verdicts
from tests.gates.ansible_test import AnsibleTest
from tests.gates.bench import Bench
from tests.gates.schedule import Gate
from tests.gates.verdicts import Verdict

# What each ansible-core accepts for its own Python, the newest first.
CORES = {
    "2.16": ("3.12", "3.11", "3.10"),
    "2.17": ("3.12", "3.11", "3.10"),
    "2.18": ("3.13", "3.12", "3.11"),
    "2.19": ("3.13", "3.12", "3.11"),
    "2.20": ("3.14", "3.13", "3.12"),
    "2.21": ("3.14", "3.13", "3.12"),
}


@dataclass(frozen=True)
class Line:
    """One ansible-core on one Python that really runs."""

    core: str
    python: str
    interpreter: Path


def gates(core: str | None = None, python: str | None = None) -> tuple[list[Gate], list[str]]:
    """Give a gate for every line that can be tried here, and name the cores that cannot.

    :param core: this ansible-core alone; None is each of them.
    :param python: this Python alone; None is the newest that a core accepts and that runs here.
    """
    found: list[Gate] = []
    left_out: list[str] = []
    for version in [core] if core else CORES:
        pythons = CORES[version]
        wanted = [one for one in pythons if python in (None, one)]
        line = next(_lines(version, wanted), None)
        if line is None:
            needed = " or ".join(wanted or pythons)
            left_out.append(f"ansible-core {version} (needs Python {needed})")
        else:
            found.append(Gate(f"core {version}, Python {line.python}", partial(_check, line)))
    return found, left_out


def _check(line: Line, bench: Bench) -> Verdict:
    """Run what ansible-test knows of, and the table of both doors, on one line."""
    program = environments.ansible_test_of(bench, line.core, line.interpreter)
    ansible_test = AnsibleTest(bench, program, line.python, f"-{line.core}")
    return verdicts.merge(
        [
            ansible_test.sanity(),
            ansible_test.units(),
            ansible_test.integration(hostile=False),
            ansible_test.integration(hostile=True),
            acceptance.of_other_core(bench, program.with_name("ansible-playbook"), f"-{line.core}"),
        ]
    )


def _lines(core: str, pythons: Sequence[str]) -> Iterator[Line]:
    for python in pythons:
        for interpreter in _candidates(python):
            if _runs(interpreter, python):
                yield Line(core, python, interpreter)


def _candidates(python: str) -> Iterator[Path]:
    """Look on PATH, then ask pyenv, whose names on PATH run only the version it has selected."""
    for folder in os.get_exec_path():
        candidate = Path(folder) / f"python{python}"
        if candidate.exists():
            yield candidate
    pyenv = shutil.which("pyenv")
    if pyenv:
        asked = subprocess.run(
            [pyenv, "prefix", python], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            yield Path(asked.stdout.strip()) / "bin" / f"python{python}"


def _runs(interpreter: Path, python: str) -> bool:
    question = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run(
            [interpreter, "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return asked.returncode == 0 and asked.stdout.strip() == python
