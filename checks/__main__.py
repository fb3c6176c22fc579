# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command behind the targets of the Makefile: `python -m checks NAME`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterable
from functools import partial
from types import FrameType

from checks import demo, long, release, results, tools
from checks.ansible_test import AnsibleTest
from checks.schedule import Check, run_checks
from checks.site import site
from checks.workspace import Workspace, tool

TESTS, PLAYBOOK, RULEBOOK = "tests/functional", "ansible-playbook", "ansible-rulebook"
CHECKS: dict[str, Check] = {
    "functional": partial(tools.plays, name="functional", tests=tools.CORE),
    "units": tools.units,
    "sanity": lambda workspace: AnsibleTest(workspace).sanity(),
    "integration": lambda workspace: AnsibleTest(workspace).integration(),
    "scenarios": partial(tools.molecule, examples=False),
    "lint": tools.lint,
    "site": site,
    "package": partial(tools.nox, sessions=("build-import-check",)),
    "metadata": partial(tools.nox, sessions=("license-check", "extra-checks")),
    # As a newcomer runs it, as a program of its own.
    "demo": lambda workspace: results.of_program(
        workspace.run(tool("python"), "-m", "checks", "demo")
    ),
    "functional-rest": partial(tools.plays, name="functional-rest", tests=tools.REST),
    "core-oldest": partial(long.one_core, 0),
    "core-newest": partial(long.one_core, -1),
    "awx": partial(tools.with_lock, tests=f"{TESTS}/awx/test_bootstrap.py", program=PLAYBOOK),
    "events": partial(tools.with_lock, tests=f"{TESTS}/eda/test_rulebooks.py", program=RULEBOOK),
    "hostile": partial(tools.plays, name="hostile", tests=(tools.TABLE,), mode="hostile"),
    "examples": partial(tools.molecule, examples=True),
    "mutation": partial(long.run_script, "mutation"),
}
# What each command runs, the longest first, so that the workers end together.
REST = ("functional-rest", "core-oldest", "core-newest", "events", "awx", "hostile", "examples")
COMMANDS = {
    **{name: [name] for name in CHECKS},
    "test": [name for name in CHECKS if name not in (*REST, "mutation")],
    "check": [*REST],
    "all": [name for name in CHECKS if name != "mutation"],
    "unit": ["units"],
    "lint": ["lint", "metadata"],
    "docs": ["site"],
    "molecule": ["scenarios", "examples"],
}


def _run(names: Iterable[str], workspace: Workspace) -> int:
    return run_checks(workspace, {name: CHECKS[name] for name in names})


def _run_release(workspace: Workspace, options: argparse.Namespace) -> int:
    check = partial(_run, COMMANDS["all"], workspace)
    return release.release(workspace, options.version, check)


def _run_matrix(workspace: Workspace, options: argparse.Namespace) -> int:
    checks, left_out = long.matrix(options.core, options.python)
    for line in left_out:
        print(f"LEFT OUT: {line}: no such Python runs here", flush=True)
    return run_checks(workspace, checks)


# Commands that are more than a list of checks.
OTHERS: dict[str, Callable[[Workspace, argparse.Namespace], int]] = {
    "demo": lambda workspace, _options: demo.run(workspace),
    "matrix": _run_matrix,
    "release": _run_release,
    "soak": lambda workspace, _options: run_checks(workspace, long.soak(), workers=1),
}


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """End the run as Ctrl-C does, once; what follows tidies up and must not be disturbed."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    print("\nInterrupted; ending what was started.", file=sys.stderr, flush=True)
    raise SystemExit(128 + number)


def main() -> int:
    """Run what was asked for; the exit status is 0 only if everything passed."""
    parser = argparse.ArgumentParser(prog="python -m checks", description=__doc__)
    parser.add_argument("name", choices=sorted([*COMMANDS, *OTHERS]))
    parser.add_argument("--core", choices=long.CORES, help="of the matrix, this one alone")
    parser.add_argument("--python", help="of the matrix, on this Python alone, such as 3.12")
    parser.add_argument("--version", default="", help="of the release, such as 1.2.3")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with Workspace() as workspace:
        if options.name in OTHERS:
            return OTHERS[options.name](workspace, options)
        return _run(COMMANDS[options.name], workspace)


if __name__ == "__main__":
    sys.exit(main())
