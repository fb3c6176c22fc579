# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further virtual environments, made by uv in the build folder and kept between runs."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.gates.bench import ROOT, Bench, own_home, tool

LOCK = ROOT / "requirements-dev.txt"
TEST_REQUIREMENTS = ("tests/unit/requirements.txt", "tests/integration/requirements.txt")

# What ansible-test itself needs to run and measure tests.
TEST_RUNNER = ("coverage", "pytest", "pytest-xdist", "PyYAML")

_one_at_a_time = threading.Lock()


def locked_ansible_test(bench: Bench) -> Path:
    """Give the ansible-test of an environment with what the plugins may use, and no more.

    The developers' environment would hide an import of something that no user has.
    """
    constraints = ("--constraint", LOCK)
    return _ansible_test(bench, "plugins", tool("python"), "ansible-core", *constraints)


def ansible_test_of(bench: Bench, core: str, interpreter: Path) -> Path:
    """Give the ansible-test of the newest release of one line of ansible-core."""
    name = f"core-{core}-{interpreter.name}"
    return _ansible_test(bench, name, interpreter, f"ansible-core~={core}.0")


def prepare(
    bench: Bench, name: str, interpreter: Path, *install: str | Path, compiled: bool = True
) -> Path:
    """Make or renew an environment; give its folder.

    Compiling at once pays where most of what is installed is loaded, and often.
    """
    folder = bench.build / "environments" / name
    with _one_at_a_time:
        if not (folder / "bin" / "python").exists():
            _uv(bench, folder, "venv", "--python", interpreter, folder)
        options = ("--compile-bytecode",) if compiled else ()
        _uv(bench, folder, "pip", "install", *options, *install)
    return folder


def _ansible_test(bench: Bench, name: str, interpreter: Path, *install: str | Path) -> Path:
    files = [ROOT / requirements for requirements in TEST_REQUIREMENTS]
    options = [part for file in files for part in ("--requirements", file)]
    folder = prepare(bench, name, interpreter, *TEST_RUNNER, *options, *install)
    return folder / "bin" / "ansible-test"


def _uv(bench: Bench, folder: Path, *command: str | Path) -> None:
    env = {"VIRTUAL_ENV": str(folder)} | own_home()
    finished = bench.run(tool("uv"), "--quiet", *command, env=env)
    if finished.status:
        raise RuntimeError(f"uv could not make the environment {folder}:\n{finished.output}")
