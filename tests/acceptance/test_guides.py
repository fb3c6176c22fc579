# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides work word by word: their files are written as shown and their commands are run.

Each guide starts from the small account of the demo.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.simulator.process import SimulatorProcess

GUIDES = sorted(Path("docs/docsite/rst").glob("guide_*.rst"))
_BLOCK = re.compile(
    r"^(?P<indent> *)\.\. code-block:: (?P<language>\S+)\n"
    r"(?:(?P=indent)   :caption: (?P<caption>\S+)\n)?"
    r"\n(?P<content>(?:(?P=indent)   .*\n|\n)+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Guide:
    """What a reader types: files to write, and commands to run, in order."""

    files: dict[str, str]
    commands: list[str]


def read(guide: Path) -> Guide:
    files, commands = {}, []
    for block in _BLOCK.finditer(guide.read_text(encoding="utf-8")):
        content = textwrap.dedent(block["content"]).strip() + "\n"
        if block["caption"]:
            files[block["caption"]] = content
        elif block["language"] == "shell":
            commands += content.splitlines()
    return Guide(files, commands)


def test_there_are_guides() -> None:
    assert [guide.stem for guide in GUIDES] == [
        "guide_drift",
        "guide_environments",
        "guide_maintenance",
        "guide_rotation",
    ]


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_works_word_by_word(path: Path, tmp_path: Path) -> None:
    guide = read(path)
    assert guide.files
    assert guide.commands
    for name, content in guide.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")

    with SimulatorProcess.start() as simulator:
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        settings = {
            "PATH": programs,
            "TOUCHBASE_API_KEY": simulator.api_key,
            "TOUCHBASE_API_URL": simulator.url,
        }
        for command in guide.commands:
            simulator.clear_journal()
            run = subprocess.run(
                command.split(),
                cwd=tmp_path,
                env={**os.environ, **settings},
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, run.stdout + run.stderr
            assert ("changed=0" in run.stdout) == (path.stem == "guide_drift"), run.stdout
            writes = [entry for entry in simulator.journal() if entry["method"] != "GET"]
            assert bool(writes) != ("--check" in command or path.stem == "guide_drift")
