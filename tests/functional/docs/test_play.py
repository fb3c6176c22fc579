# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make play`: what it prints can be pasted, and Ctrl-C ends it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

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
def environment() -> dict[str, str]:
    # Not that of a `make` that may have started these tests, nor its path to the collection.
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}


@pytest.fixture
def play(checkout: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The running command, the leader of a process group as in a terminal."""
    with subprocess.Popen(
        ["make", "play"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            yield program
        finally:
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGKILL)


def _printed(play: subprocess.Popen[str]) -> str:
    """Read on until it serves."""
    lines = []
    for line in play.stdout or ():
        lines.append(line)
        if line.startswith("In a browser: "):
            break
    return "".join(lines)


def test_play_prints_what_works_and_ends_with_ctrl_c(
    play: subprocess.Popen[str], checkout: Path, environment: dict[str, str]
) -> None:
    printed = _printed(play)
    exports = re.findall(r"^export .*", printed, re.MULTILINE)
    commands = re.findall(r"^  (.*)", printed, re.MULTILINE)
    page = re.search(r"^In a browser: (.*)", printed, re.MULTILINE)
    assert (len(exports), len(commands)) == (2, 4), printed
    assert page

    outputs = [_pasted([*exports, one], checkout, environment) for one in commands]

    assert '"webhook_id": 28' in outputs[0]
    assert "+++ after: webhook 28 of campaign 9141" in outputs[1]
    assert "changed=1" in outputs[2]
    assert re.search(r"^wrong_campaign +not_found +observed ", outputs[3], re.MULTILINE)
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with no_proxy.open(page[1], timeout=LIMIT) as answer:
        assert "swagger" in answer.read().decode().lower()

    os.killpg(play.pid, signal.SIGINT)
    rest = play.communicate(timeout=LIMIT)[0]
    # As a shell sees it: 0, or 130 for a program that was interrupted.
    assert play.returncode in {0, -signal.SIGINT}, rest
    assert "Traceback" not in rest
    with pytest.raises(ConnectionRefusedError), socket.socket() as probe:
        probe.connect(("127.0.0.1", urlsplit(page[1]).port or 0))


def _pasted(lines: list[str], checkout: Path, environment: dict[str, str]) -> str:
    finished = subprocess.run(
        ["sh", "-ec", "\n".join(lines)],
        cwd=checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout
