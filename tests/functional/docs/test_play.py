"""`make play`: what it prints can be pasted, and Ctrl-C ends it."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FOREIGN = ("ANSIBLE_", "MAKE", "PYTHON", "TOUCHBASE_")
LIMIT = 120.0  # seconds, for machines under load


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is set up already: that of these tests."""
    for path in ROOT.iterdir():
        if path.name not in {".venv", ".git"}:
            (tmp_path / path.name).symlink_to(path)
    environment = tmp_path / ".venv"
    environment.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    collections = environment / "tree" / "ansible_collections" / "touchbasepro"
    collections.mkdir(parents=True)
    (collections / "sms").symlink_to(tmp_path)
    (environment / "ready").touch()
    return tmp_path


@pytest.fixture
def shell(checkout: Path) -> dict[str, Any]:
    """How programs start there, without what a `make` around these tests has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "text": True}
    return {"cwd": checkout, "env": kept, **streams}


@pytest.fixture
def play(shell: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """The running command, the leader of a process group as in a terminal."""
    with subprocess.Popen(
        ["make", "play"], stdout=subprocess.PIPE, start_new_session=True, **shell
    ) as program:
        try:
            yield program
        finally:
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGKILL)


def test_play_prints_what_works_and_ends_with_ctrl_c(
    play: subprocess.Popen[str], shell: dict[str, Any]
) -> None:
    lines = iter(play.stdout or ())
    printed = "".join(itertools.takewhile(lambda line: "In a browser: " not in line, lines))
    exports = re.findall(r"^export .*", printed, re.MULTILINE)
    commands = re.findall(r"^  (.*)", printed, re.MULTILINE)
    assert (len(exports), len(commands)) == (2, 4), printed

    outputs = [
        subprocess.check_output(["sh", "-ec", "\n".join([*exports, one])], timeout=LIMIT, **shell)
        for one in commands
    ]

    assert '"webhook_id": 28' in outputs[0]
    assert "+++ after: webhook 28 of campaign 9141" in outputs[1]
    assert "changed=1" in outputs[2]
    assert re.search(r"^wrong_campaign +not_found +observed ", outputs[3], re.MULTILINE)

    os.killpg(play.pid, signal.SIGINT)
    rest = play.communicate(timeout=LIMIT)[0]
    # As a shell sees it: 0, or 130 for a program that was interrupted.
    assert play.returncode in {0, -signal.SIGINT}, rest
    assert "Traceback" not in rest
