# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ground a run stands on: temporary copies of the checkout, a clean environment, programs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.gates.programs import Finished, Programs

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = Path("ansible_collections/touchbasepro/sms")
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

# Settings of the person at the keyboard must not decide whether a check passes.
FOREIGN_SETTINGS = ("ANSIBLE_", "TOUCHBASE_", "MOLECULE_", "COVERAGE_", "PYTEST_", "PYTHON", "GIT_")


class Bench:
    """One run's temporary folder and programs; leaving it ends and removes all of them."""

    def __init__(self) -> None:
        self._programs = Programs()
        self._lock = threading.Lock()
        self.folder = Path(tempfile.mkdtemp(prefix="touchbasepro-sms-")).resolve()
        self.simulators = self.folder / "simulators"
        self.simulators.mkdir()
        self.home = self.folder / "home"
        self.home.mkdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._programs.stop()
        self.end_simulators(self.simulators)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def build(self) -> Path:
        """The one folder in the checkout that outlives a run: caches and reports."""
        folder = ROOT / "build"
        folder.mkdir(exist_ok=True)
        return folder

    def stop(self) -> None:
        """End every program now; the run is over."""
        self._programs.stop()

    def run(
        self,
        *command: str | Path,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
    ) -> Finished:
        """Run a program with a home folder and settings of its own, not the user's."""
        return self._programs.run(
            [str(part) for part in command], cwd=cwd, env=self.environment(env or {})
        )

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Build the environment for a program: this Python's tools first, no foreign settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(FOREIGN_SETTINGS)
        }
        kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
        kept["NO_PROXY"] = kept["no_proxy"] = "127.0.0.1,localhost"
        kept["HOME"] = str(self.home)
        return kept | dict(extra)

    def stage(self, name: str) -> Path:
        """Copy the files that git knows or would add to a tree of their own, as a repository.

        ansible-test wants the collection at its place below `ansible_collections`, follows links
        to the real path, and takes a folder that git ignores for empty.
        """
        copy = self.folder / name / COLLECTION
        with self._lock:
            for path in self._files_of_checkout():
                target = copy / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, target, follow_symlinks=False)
        for command in (("git", "init", "--quiet"), ("git", "add", "--all")):
            finished = self.run(*command, cwd=copy)
            if finished.status:
                raise RuntimeError(f"{' '.join(command)} failed in {copy}:\n{finished.output}")
        return copy

    def end_simulators(self, folder: Path) -> int:
        """End simulators that a broken playbook left running; say how many there were."""
        ended = 0
        for pid_file in sorted(folder.rglob("*.pid")):
            with contextlib.suppress(ValueError, ProcessLookupError, PermissionError):
                os.kill(int(pid_file.read_text()), signal.SIGTERM)
                ended += 1
            pid_file.unlink()
        return ended

    def _files_of_checkout(self) -> list[Path]:
        options = ("-z", "--cached", "--others", "--exclude-standard")
        # With the user's own home folder, which may say what git ignores everywhere.
        finished = self.run("git", "ls-files", *options, env=own_home())
        if finished.status:
            raise RuntimeError(
                f"The checks need a git checkout of the collection:\n{finished.output}"
            )
        paths = [Path(name) for name in finished.output.split("\0") if name]
        return [path for path in paths if (ROOT / path).is_symlink() or (ROOT / path).is_file()]


def collections_path(copy: Path) -> Path:
    """Give the folder that holds `ansible_collections` for a staged copy."""
    return copy.parents[len(COLLECTION.parts) - 1]


def own_home() -> dict[str, str]:
    """Give the user's home folder back to a program that keeps its cache there."""
    return {"HOME": str(Path.home())}


def tool(name: str) -> Path:
    """Give the path of a program of the virtual environment."""
    return Path(sys.executable).parent / name


def write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    """Write a YAML file."""
    import yaml  # noqa: PLC0415 - not needed to print the help

    path.write_text(yaml.safe_dump(dict(content)), encoding="utf-8")
