# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test in staged copies: sanity, units, integration, and the coverage of the latter two."""

from __future__ import annotations

import os
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.gates import environments, verdicts
from tests.gates.bench import PYTHON_VERSION, Bench, collections_path, tool, write_yaml
from tests.gates.programs import Finished
from tests.gates.verdicts import Case, Verdict
from touchbase_simulator.behaviour import Behaviour

COVERAGE_FLOOR = 95.0
INTEGRATION = Path("tests/integration")

# ansible-test bootstraps pip with a script that it downloads from a host of its own, and dies where
# a network lets through nothing but a package index. The pip that Python brings along will do.
PIP_BOOTSTRAP = '''\
"""Stands in for the pip bootstrap script of ansible-test: unpacks the pip that Python brings."""

import ensurepip
import pathlib
import sysconfig
import zipfile

bundled = pathlib.Path(ensurepip.__file__).parent / "_bundled"
if any(bundled.glob("pip-*.whl")):
    with zipfile.ZipFile(next(bundled.glob("pip-*.whl"))) as wheel:
        wheel.extractall(sysconfig.get_path("purelib"))
else:
    ensurepip.bootstrap()
'''


@dataclass(frozen=True)
class Mode:
    """How the simulated service behaves while the integration targets run.

    Cases that are the same however it behaves are left out of a run that is not whole.
    """

    name: str
    behaviour: Behaviour
    is_whole: bool = True


PLAIN = Mode("plain", Behaviour())


@dataclass(frozen=True)
class AnsibleTest:
    """The ansible-test of one ansible-core on one Python."""

    bench: Bench
    program: Path
    python: str = PYTHON_VERSION
    label: str = ""
    measured: bool = False

    @classmethod
    def locked(cls, bench: Bench, *, measured: bool = False) -> AnsibleTest:
        """Take the ansible-core that the lock names."""
        return cls(bench, environments.locked_ansible_test(bench), measured=measured)

    def sanity(self) -> Verdict:
        """Run every sanity test that applies."""
        copy = self.bench.stage(f"sanity{self.label}")
        finished = self._run(copy, "sanity", "--junit", home=self._home_for_sanity())
        return verdicts.of_cases(finished, _applicable(copy))

    def units(self) -> Verdict:
        """Run the unit tests."""
        copy = self.bench.stage(f"units{self.label}")
        finished = self._run(copy, "units", *self._coverage())
        return verdicts.of_cases(finished, verdicts.read_junit(copy / "tests/output/junit"))

    def integration(self, *, hostile: bool) -> Verdict:
        """Run every integration target against the simulator, in one of its two usual modes."""
        mode = Mode("hostile", Behaviour.hostile(), is_whole=False) if hostile else PLAIN
        return self.targets(mode)[0]

    def targets(self, mode: Mode) -> tuple[Verdict, list[Case]]:
        """Run every integration target against the simulator in a mode; give a case for each.

        Coverage is measured in the plain mode only: it doubles the time, and no other reaches a
        line that this one does not.
        """
        name = f"integration-{mode.name}{self.label}"
        copy = self.bench.stage(name)
        simulators = self.bench.simulators / name
        simulators.mkdir()
        _configure_integration(copy, simulators, mode)
        measure = self._coverage() if mode is PLAIN else ()
        finished = self._run(copy, "integration", "--continue-on-error", *measure)
        cases = declared_and_run(copy, finished)
        verdict = verdicts.of_cases(finished, cases)
        left = self.bench.end_simulators(simulators)
        if left and not verdict.failed:
            complaint = f"{left} simulator(s) left running"
            verdict = verdicts.merge([verdict, Verdict(0, 1, finished.output, (complaint,))])
        return verdict, cases

    def _run(self, copy: Path, command: str, *options: str, home: Path | None = None) -> Finished:
        """Run one of its commands, with a home folder for this run unless one is given.

        What it keeps in a home folder is not made for several runs at the same time.
        """
        if home is None:
            home = collections_path(copy) / "home"
            home.mkdir()
        # Its own environment first; the developers' one only for programs such as shellcheck.
        folders = (self.program.parent, tool(""), os.environ.get("PATH", ""))
        env = {"PATH": os.pathsep.join(map(str, folders)), "HOME": str(home)}
        where = ("--local", "--python", self.python, "--color", "no")
        return self.bench.run(self.program, command, *where, *options, cwd=copy, env=env)

    def _coverage(self) -> tuple[str, ...]:
        return ("--coverage",) if self.measured else ()

    def _home_for_sanity(self) -> Path:
        """Prepare the home folder for sanity tests, whose environments are worth keeping."""
        home = self.program.parents[1] / "home"
        cache = home / ".ansible/test/cache"
        cache.mkdir(parents=True, exist_ok=True)
        for version in _bootstrap_versions(self.program):
            script = cache / f"get_pip_{version.replace('.', '_')}.py"
            script.write_text(PIP_BOOTSTRAP, encoding="utf-8")
        for settings in (".config/pip", ".pip"):
            own = home / settings
            if (Path.home() / settings).is_dir() and not own.exists():
                own.parent.mkdir(parents=True, exist_ok=True)
                own.symlink_to(Path.home() / settings)
        return home


def _configure_integration(copy: Path, simulators: Path, mode: Mode) -> None:
    write_yaml(
        copy / INTEGRATION / "integration_config.yml",
        {
            # By default a task in the background is looked for in the home folder that the system
            # knows, and put into the one that the environment names.
            "ansible_async_dir": str(simulators / "async"),
            "simulator_behaviour": asdict(mode.behaviour),
            "simulator_checkout": str(copy),
            "simulator_folder": str(simulators),
            "simulator_python": str(tool("python")),
            "simulator_whole": mode.is_whole,
        },
    )


def coverage(bench: Bench) -> Verdict:
    """Combine what was measured, and hold plugins/ to the floor."""
    copy = bench.stage("coverage")
    gathered = copy / "tests/output/coverage"
    gathered.mkdir(parents=True)
    for source in bench.folder.glob("*/ansible_collections/touchbasepro/sms/tests/output/coverage"):
        if source != gathered:
            mode = source.relative_to(bench.folder).parts[0]
            for measured in source.iterdir():
                shutil.copy2(measured, gathered / measured.name.replace("=", f"={mode}-", 1))
    program = environments.locked_ansible_test(bench)
    options = ("--local", "--python", PYTHON_VERSION, "--color", "no", "--stub")
    finished = bench.run(program, "coverage", "xml", *options, cwd=copy)
    if finished.status:
        return verdicts.of_program(finished)
    return judge_coverage(sorted((copy / "tests/output/reports").glob("coverage*.xml")))


def coverage_of_units(bench: Bench) -> Verdict:
    """Measure the unit tests, and hold plugins/ to the floor.

    With pytest alone, in the environment that ansible-test has: measured by ansible-test, which
    starts a process for each test, the same takes several times as long.
    """
    copy = bench.stage("coverage")
    python = environments.locked_ansible_test(bench).with_name("python")
    measure = ("run", "--branch", "--source", ".")
    pytest = ("--module", "pytest", "tests/unit", "-p", "no:cacheprovider", "--quiet")
    report = copy / "coverage.xml"
    for command in ((*measure, *pytest), ("xml", "-o", report)):
        finished = bench.run(
            python, "-m", "coverage", *command,
            cwd=copy,
            env={"PYTHONPATH": str(collections_path(copy))},
        )  # fmt: skip
        if finished.status:
            return verdicts.of_program(finished)
    return judge_coverage([report])


def judge_coverage(reports: Iterable[Path]) -> Verdict:
    """Judge what ran, and with it, from the later reports, the files that nothing ever loaded."""
    measured: dict[str, ET.Element] = {}
    for report in reports:
        for element in ET.parse(report).getroot().iter("class"):
            measured.setdefault(element.get("filename", ""), element)
    counts = {"lines": [0, 0], "branches": [0, 0]}
    missing: list[str] = []
    for filename, element in sorted(measured.items()):
        if filename.startswith("plugins/"):
            missing.extend(_count(element, filename, counts))
    if not counts["lines"][1]:
        return Verdict(0, 1, complaints=("nothing below plugins/ was measured",))
    shares = {what: 100.0 * hit / of if of else 100.0 for what, (hit, of) in counts.items()}
    remark = ", ".join(f"{what} {share:.1f} %" for what, share in shares.items())
    complaints = tuple(
        f"{share:.1f} % of the {what} of plugins/ covered, {COVERAGE_FLOOR:.0f} % wanted"
        for what, share in shares.items()
        if share < COVERAGE_FLOOR
    )
    passed = 0 if complaints else 1
    return Verdict(passed, 1 - passed, "\n".join(missing), complaints, remark)


def _count(measured: ET.Element, filename: str, counts: dict[str, list[int]]) -> list[str]:
    """Add one file to the counts; give what it misses."""
    missed_lines = []
    for line in measured.iter("line"):
        hit = int(line.get("hits", "0")) > 0
        counts["lines"][0] += hit
        counts["lines"][1] += 1
        branches = re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage", ""))
        taken, ways = (int(branches[1]), int(branches[2])) if branches else (0, 0)
        counts["branches"][0] += taken
        counts["branches"][1] += ways
        if not hit or taken < ways:
            missed_lines.append(line.get("number", "?") + ("" if not hit else " (a branch)"))
    return [f"{filename}: not covered: {', '.join(missed_lines)}"] if missed_lines else []


def _applicable(copy: Path) -> list[Case]:
    """Leave out the sanity tests that have no file to look at; that is not a skipped check."""
    cases = verdicts.read_junit(copy / "tests/output/junit")
    return [case for case in cases if case.problem != "skipped: No tests applicable."]


def declared_and_run(copy: Path, finished: Finished) -> list[Case]:
    """Tell from ansible-test's own words which targets ran, and which of them failed."""
    listed = re.search(r"integration test\(s\) listed below .*:\n((?:\S+\n?)*)", finished.output)
    failed = set(listed[1].split()) if listed else set()
    run = set(re.findall(r"Running (\S+) integration test role", finished.output))
    cases = []
    for name in sorted(_declared_targets(copy)):
        problem = "failed" if name in failed else None if name in run else "was not run"
        cases.append(Case(name, problem))
    return cases


def _declared_targets(copy: Path) -> list[str]:
    folders = (copy / INTEGRATION / "targets").glob("*")
    return [folder.name for folder in folders if not folder.name.startswith("setup_")]


def _bootstrap_versions(program: Path) -> list[str]:
    """Read from ansible-test which versions of its bootstrap script it would download."""
    libraries = program.parent.parent / "lib"
    source = next(libraries.glob("python*/site-packages/ansible_test/_internal")) / (
        "python_requirements.py"
    )
    return re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8"))
