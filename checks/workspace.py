# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the checks works with: temporary copies of the checkout, and programs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

ROOT = Path(__file__).resolve().parents[1]
COLLECTION = Path("ansible_collections/touchbasepro/sms")
# The one folder in the checkout that outlives a run: caches, environments, the site.
BUILD = ROOT / "build"
# For a program that keeps its cache or its settings in the home folder of its user.
OWN_HOME = {"HOME": str(Path.home())}

# Settings of the person at the keyboard must not decide whether a check passes.
FOREIGN_SETTINGS = (
    *("ANSIBLE_", "COVERAGE_", "GIT_", "MOLECULE_", "NOX", "PRE_COMMIT"),
    *("PYTEST_", "PYTHON", "TOUCHBASE_"),
)


class Failed(Exception):
    """Something that a check or a release depends on has failed; the text says what."""


@dataclass(frozen=True)
class Finished:
    """A program that came to its end, with everything it printed."""

    command: str
    status: int
    output: str

    def checked(self) -> str:
        """Give what it printed.

        :raises Failed: it ended with an error.
        """
        if self.status:
            raise Failed(f"{self.command} failed:\n{self.output}")
        return self.output


class Workspace:
    """The temporary folder and the programs of one run; leaving it ends and removes all of them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="touchbasepro-sms-")).resolve()
        self.home = self.folder / "home"
        self.home.mkdir()
        self._lock = threading.Lock()
        self._used = threading.local()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.end_simulators(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self, *command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
    ) -> Finished:
        """Run one program to its end, with a home folder and settings of its own.

        The output goes through a file: a pipe would stay open as long as any grandchild lives.
        """
        with tempfile.TemporaryFile() as output:
            program = self._start(command, cwd, self.environment(env or {}), output.fileno())
            try:
                # Waited for like this, it also says what it and its own children have used.
                _pid, ended, usage = os.wait4(program.pid, 0)
                status = program.returncode = os.waitstatus_to_exitcode(ended)
            finally:
                _signal_group(program.pid, signal.SIGKILL)
                with self._lock:
                    self._running.discard(program)
            self._used.seconds = self.cpu_seconds() + usage.ru_utime + usage.ru_stime
            output.seek(0)
            text = output.read().decode(errors="replace")
            return Finished(" ".join(map(str, command)), status, text)

    def cpu_seconds(self) -> float:
        """Give the CPU time of all programs that this thread has run to their end."""
        used: float = getattr(self._used, "seconds", 0.0)
        return used

    def stop(self) -> None:
        """End every program that still runs, and let no further one start."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for program in running:
            _signal_group(program.pid, signal.SIGTERM)
        for program in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(5.0)
            _signal_group(program.pid, signal.SIGKILL)

    def stage(self, name: str) -> Path:
        """Copy the files that git knows or would add to a tree of their own, as a repository.

        ansible-test wants the collection at its place below `ansible_collections`, follows links
        to the real path, and takes a folder that git ignores for empty.
        """
        copy = self.folder / name / COLLECTION
        for path in self.files():
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, target, follow_symlinks=False)
        self.run("git", "init", "--quiet", cwd=copy).checked()
        self.run("git", "add", "--all", cwd=copy).checked()
        return copy

    def files(self) -> list[str]:
        """Give the files of the checkout that git knows or would add."""
        options = ("-z", "--cached", "--others", "--exclude-standard")
        # With the user's own home folder, which may say what git ignores everywhere.
        names = self.run("git", "ls-files", *options, env=OWN_HOME).checked().split("\0")
        return [name for name in names if (ROOT / name).is_symlink() or (ROOT / name).is_file()]

    def install(self, name: str, interpreter: Path, *install: str | Path) -> Path:
        """Make or renew a further virtual environment, kept between runs; give its `bin`."""
        folder = BUILD / "environments" / name
        if not (folder / "bin" / "python").exists():
            self.run(tool("uv"), "--quiet", "venv", "--python", interpreter, folder).checked()
        env = {"VIRTUAL_ENV": str(folder)} | OWN_HOME
        self.run(tool("uv"), "--quiet", "pip", "install", *install, env=env).checked()
        return folder / "bin"

    def end_simulators(self, folder: Path) -> int:
        """End simulators that a broken playbook left running; say how many there were."""
        ended = 0
        for pid_file in sorted(folder.rglob("*.pid")):
            with contextlib.suppress(ValueError, ProcessLookupError, PermissionError):
                os.kill(int(pid_file.read_text()), signal.SIGTERM)
                ended += 1
            pid_file.unlink()
        return ended

    def _start(
        self, command: tuple[str | Path, ...], cwd: Path, env: Mapping[str, str], output: int
    ) -> subprocess.Popen[bytes]:
        """Start a program in a process group of its own, so that all of it can be ended."""
        with self._lock:
            if self._stopping:
                raise Failed("The run is being ended.")
            program = subprocess.Popen(
                [str(part) for part in command], cwd=cwd, env=dict(env), start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self._running.add(program)
            return program

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Build the environment for a program: this Python's tools first, no foreign settings."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_SETTINGS)}
        kept["PATH"] = os.pathsep.join([str(tool("")), kept.get("PATH", "")])
        kept["NO_PROXY"] = kept["no_proxy"] = "127.0.0.1,localhost"
        kept["HOME"] = str(self.home)
        kept.setdefault("PIP_CONFIG_FILE", str(Path.home() / ".config/pip/pip.conf"))
        return kept | dict(extra)


def collections_path(copy: Path) -> Path:
    """Give the folder that holds `ansible_collections` for a staged copy."""
    return copy.parents[len(COLLECTION.parts) - 1]


def tool(name: str) -> Path:
    """Give the path of a program of the virtual environment."""
    return Path(sys.executable).parent / name


def read_yaml(text: str) -> dict[str, Any]:
    """Parse a YAML document that is a mapping; an empty one is an empty mapping."""
    content: dict[str, Any] = yaml.safe_load(text) or {}
    return content


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
