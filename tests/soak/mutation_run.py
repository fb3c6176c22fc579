# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the unit tests bite? cosmic-ray breaks the code in small ways, and the tests should notice.

Run from the root of the checkout, in the development environment, with cosmic-ray on PATH from an
environment with requirements-mutation.txt: ``python -m tests.soak.mutation_run``. The checkout
itself is not touched.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import resource
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak import mutation_report
from tests.soak.mutation_report import Score

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CODE = "plugins/module_utils"
TESTS = "tests/unit/plugins/module_utils"
# What holds the options of the modules against their documentation, what holds the shape of all
# sources against the architecture, what all operations share, and what shows progress.
OPTIONS = "../../test_documentation.py::test_options_of_module_are_documented_at_every_depth"
FROZEN = "../../test_architecture.py::test_thing_is_used_where_the_design_allows_it"
RULES = "_operations/test_all_operations.py"
PROGRESS = "../plugin_utils/test_local_action.py::test_task_that_may_take_long_shows_its_progress"

# Each file with the tests that should notice; those of its own come first. What takes longest is
# first, so that the workers end together.
SUBJECTS = {
    "_http/transport.py": (
        "_http/test_transport.py",
        "_http/test_deadline.py",
        "_http/test_tls.py",
    ),
    "_http/retry.py": ("_http/test_retry.py", "_http/test_transport.py"),
    "_http/response.py": ("_http/test_response.py", "_http/test_transport.py", "_api"),
    "_apply/executor.py": ("_apply", "_operations"),
    "_apply/write.py": ("_apply", "_operations"),
    "_apply/parallel.py": ("_apply/test_parallel.py",),
    "_api/client.py": ("_api", "_operations/test_campaign_info.py"),
    "_api/models.py": ("_api", "_plan", FROZEN),
    "_api/url.py": ("_api/test_url.py", "_plan"),
    "_errors.py": ("test_errors.py", "_apply", "_operations/test_runner.py", FROZEN),
    "_sensitive.py": ("test_sensitive.py", FROZEN),
    "_plan/bulk.py": ("_plan", "_operations", FROZEN),
    "_plan/change.py": ("_plan", "_operations", FROZEN),
    "_plan/desired.py": ("_plan", "_operations", FROZEN),
    "_plan/levels.py": ("_plan/test_levels.py", FROZEN),
    "_plan/problems.py": ("_plan",),
    "_plan/single.py": ("_plan", "_operations"),
    "_events/source.py": ("_events", "../../extensions/eda/test_drift.py"),
    "_operations/reading.py": ("_operations/test_reading.py", "_operations"),
    "_operations/runner.py": ("_operations", "../plugin_utils/test_local_action.py", FROZEN),
    "_operations/webhook.py": ("_operations/test_webhook.py", RULES, OPTIONS),
    "_operations/webhooks.py": ("_operations", PROGRESS, OPTIONS),
    "_operations/campaign_info.py": (
        "_operations/test_campaign_info.py",
        RULES,
        PROGRESS,
        OPTIONS,
    ),
    "_operations/webhook_info.py": (
        "_operations/test_webhook_info.py",
        RULES,
        PROGRESS,
        OPTIONS,
    ),
}
# Of what moves bytes, many a mutant could only be told by its speed.
REPORTED_ONLY = ("_http/transport.py", "_http/retry.py", "_http/response.py", "_api/client.py")
STRICT = [name for name in SUBJECTS if name not in REPORTED_ONLY]

SHORTEST_LIMIT = 20.0  # seconds
TIMES_AS_LONG = 5
# A mutant that never ends must not take the machine's memory with it.
MOST_MEMORY = 4 * 1024**3  # bytes of addresses, for each program


@dataclass(frozen=True)
class Place:
    """A copy of the collection that mutants may be written into, one at a time."""

    folder: Path

    @property
    def collection(self) -> Path:
        """Where the copy lies, below the folder that Python imports it from."""
        return self.folder / "ansible_collections" / "touchbasepro" / "sms"

    @classmethod
    def made_in(cls, folder: Path) -> Place:
        """Copy what the unit tests need."""
        place = cls(folder)
        for name in ("plugins", "tests/unit"):
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, place.collection / name, ignore=unwanted)
        for name in ("pyproject.toml", "tests/__init__.py"):
            shutil.copy(ROOT / name, place.collection / name)
        return place

    def run(self, *command: str | Path) -> str:
        """Run a program there; it has to succeed."""
        settings = {"PYTHONPATH": str(self.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        finished = subprocess.run(
            [str(part) for part in command],
            cwd=self.collection,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{finished.stdout}")
        return finished.stdout


def main() -> int:
    """Try every mutant; 0 only if the scores are met."""
    options = _options()
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    names = options.files or list(SUBJECTS)
    places: queue.SimpleQueue[Place] = queue.SimpleQueue()
    with TemporaryDirectory(prefix="mutation-") as folder:
        for number in range(options.workers):
            places.put(Place.made_in(Path(folder, str(number)).resolve()))
        with ThreadPoolExecutor(options.workers) as pool:
            scores = list(pool.map(lambda name: _score_somewhere(places, name), names))
    print(mutation_report.as_text(scores), flush=True)
    complaints = mutation_report.complaints(scores, STRICT)
    print("\n".join(complaints), flush=True)
    return 1 if complaints else 0


def _score_somewhere(places: queue.SimpleQueue[Place], name: str) -> Score:
    place = places.get()
    try:
        started = time.monotonic()
        try:
            score = _score(place, name)
        except RuntimeError as error:
            # The others are tried all the same; a file without mutants is a complaint.
            print(f"{name}: {error}", flush=True)
            return Score(name, ())
        seconds = time.monotonic() - started
        print(f"{name}: {score.counted} mutants in {seconds:.0f} s", flush=True)
        return score
    finally:
        places.put(place)


def _score(place: Place, name: str) -> Score:
    """Try the mutants of one file with the tests that should notice."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    command += [f"{TESTS}/{test}" for test in SUBJECTS[name]]
    started = time.monotonic()
    # Without a mutant they pass; what this compiles is not compiled again for each mutant.
    place.run(*command)
    limit = max(SHORTEST_LIMIT, TIMES_AS_LONG * (time.monotonic() - started))
    subject = place.collection / CODE / name
    for compiled in (subject.parent / "__pycache__").glob(f"{subject.stem}.*"):
        compiled.unlink()
    session, config = place.folder / "session.sqlite", place.folder / "cosmic-ray.toml"
    session.unlink(missing_ok=True)
    config.write_text(_config(f"{CODE}/{name}", command, limit), encoding="utf-8")
    program = _cosmic_ray()
    place.run(program, "init", config, session)
    place.run(program.with_name("python"), HERE / "mutation_filter.py", session)
    place.run(program, "exec", config, session)
    return mutation_report.read_dump(name, place.run(program, "dump", session))


def _config(module: str, command: list[str], limit: float) -> str:
    return "\n".join(
        [
            "[cosmic-ray]",
            f"module-path = {json.dumps(module)}",
            f"test-command = {json.dumps(shlex.join(command))}",
            f"timeout = {limit}",
            "excluded-modules = []",
            "[cosmic-ray.distributor]",
            'name = "local"',
        ]
    )


def _cosmic_ray() -> Path:
    found = shutil.which("cosmic-ray")
    if found is None:
        raise SystemExit("cosmic-ray is not on PATH; make mutation puts it there.")
    return Path(found).absolute()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.mutation_run")
    parser.add_argument("--workers", type=int, default=2, help="files at once")
    parser.add_argument("files", nargs="*", metavar="FILE", help=f"of {', '.join(SUBJECTS)}")
    options = parser.parse_args()
    unknown = [name for name in options.files if name not in SUBJECTS]
    if unknown:
        parser.error(f"no such file: {', '.join(unknown)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
