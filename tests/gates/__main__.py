# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command behind every target of the Makefile: `python -m tests.gates NAME`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType

from tests.gates import (
    acceptance,
    ansible_test,
    awx,
    benchmarks,
    demo,
    events,
    images,
    linters,
    matrix,
    molecule,
    release,
    screens,
    simulator,
    site,
    soak,
    tarball,
    verdicts,
)
from tests.gates.ansible_test import AnsibleTest
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.schedule import Gate, run_gates
from tests.gates.verdicts import Verdict

SANITY = Gate("sanity", lambda bench: AnsibleTest.locked(bench).sanity())
UNITS = Gate("units", lambda bench: AnsibleTest.locked(bench).units())
INTEGRATION = Gate(
    "integration", lambda bench: AnsibleTest.locked(bench).integration(hostile=False)
)
# They take more than twice the time when measured, and the integration tests add next to nothing to
# what the units reach.
MEASURED = (
    Gate(
        "integration",
        lambda bench: AnsibleTest.locked(bench, measured=True).integration(hostile=False),
    ),
    Gate("units", lambda bench: AnsibleTest.locked(bench, measured=True).units()),
    Gate("coverage", ansible_test.coverage, after=("units", "integration")),
)
HOSTILE = Gate(
    "integration-hostile", lambda bench: AnsibleTest.locked(bench).integration(hostile=True)
)
COVERAGE = Gate("coverage", ansible_test.coverage_of_units)
ACCEPTANCE = Gate("acceptance", acceptance.acceptance)
AWX = Gate("awx", awx.awx)
EVENTS = Gate("events", events.events)
MOLECULE = Gate("molecule", molecule.molecule)
SIMULATOR = Gate("simulator", simulator.package)
LINTERS = (
    Gate("ansible-lint", linters.ansible_lint),
    Gate("yamllint", linters.yamllint),
    Gate("ruff", linters.ruff),
    Gate("ruff-format", linters.ruff_format),
    Gate("shellcheck", linters.shellcheck),
    Gate("reuse", linters.reuse),
    Gate("github", linters.github),
    Gate("zizmor", linters.zizmor),
    Gate("mypy", linters.mypy),
    Gate("bandit", linters.bandit),
)
SITE = Gate("site", site.site)
DOCS = (Gate("docs", linters.docs), SITE, Gate("changelog", linters.changelog))
SCREENS = Gate("screens", screens.screens, after=("site",))
ARCHIVE = (
    Gate("tarball", tarball.tarball),
    Gate("galaxy-importer", tarball.importer, after=("tarball",)),
    Gate("ansible-builder", images.images, after=("tarball",)),
)


def _demo_gate(bench: Bench) -> Verdict:
    """Run the demo as a newcomer does, as a program of its own."""
    return verdicts.of_program(bench.run(tool("python"), "-m", "tests.gates", "demo", cwd=ROOT))


DEMO = Gate("demo", _demo_gate)

# The longest first, so that the lanes end together.
LONG = (ACCEPTANCE, INTEGRATION, UNITS, SANITY, MOLECULE, HOSTILE)
PLANS: dict[str, tuple[Gate, ...]] = {
    "test": (*LONG, AWX, EVENTS, COVERAGE, *ARCHIVE, *LINTERS, *DOCS, SIMULATOR, DEMO),
    "unit": (UNITS,),
    "integration": (INTEGRATION, HOSTILE),
    "awx": (AWX,),
    "events": (EVENTS,),
    "molecule": (MOLECULE,),
    "coverage": MEASURED,
    "sanity": (SANITY,),
    "lint": LINTERS,
    "docs": DOCS,
    "screens": (SITE, SCREENS),
    "mutation": (soak.gate("mutation"),),
    "package": ARCHIVE,
}


def _run_plan(gates: tuple[Gate, ...]) -> int:
    with Bench() as bench:
        return run_gates(bench, gates)


def _run_matrix(core: str | None, python: str | None) -> int:
    gates, left_out = matrix.gates(core, python)
    for line in left_out:
        print(f"LEFT OUT: {line}: no such Python runs here", flush=True)
    with Bench() as bench:
        return run_gates(bench, gates)


def _run_release(version: str) -> int:
    with Bench() as bench:
        return release.release(bench, version, check=lambda: _run_plan(PLANS["test"]))


def _run_soak() -> int:
    with Bench() as bench:
        return run_gates(bench, soak.gates(), lanes=1)


def _run_bench(*, quick: bool, group: str) -> int:
    with Bench() as bench:
        return benchmarks.run(bench, quick=quick, group=group)


def _run_demo() -> int:
    with Bench() as bench:
        return demo.run(bench)


COMMANDS: dict[str, Callable[[], int]] = {
    "demo": _run_demo,
    "soak": _run_soak,
}


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """End the run as Ctrl-C does, once; what follows tidies up and must not be disturbed."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    print("\nInterrupted; ending what was started.", file=sys.stderr, flush=True)
    raise SystemExit(128 + number)


def main() -> int:
    """Run what was asked for; the exit status is 0 only if everything passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.gates", description=__doc__)
    parser.add_argument("name", choices=sorted([*PLANS, *COMMANDS, "bench", "matrix", "release"]))
    parser.add_argument("--core", choices=matrix.CORES, help="of the matrix, this one alone")
    parser.add_argument("--python", help="of the matrix, on this Python alone, such as 3.12")
    parser.add_argument("--version", default="", help="of the release, such as 1.2.3")
    parser.add_argument("--quick", action="store_true", help="tiny sizes of the bench")
    parser.add_argument("--group", default="", help="of the bench, this group alone, such as set")
    options = parser.parse_args()
    name = options.name
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    if name == "bench":
        return _run_bench(quick=options.quick, group=options.group)
    if name == "matrix":
        return _run_matrix(options.core, options.python)
    if name == "release":
        return _run_release(options.version)
    if name in COMMANDS:
        return COMMANDS[name]()
    return _run_plan(PLANS[name])


if __name__ == "__main__":
    sys.exit(main())
