"""The workflow calls the targets of the Makefile, on every ansible-core, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks import long

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_workflow_has_each_core_on_each_python_that_it_accepts() -> None:
    lines = WORKFLOW["jobs"]["core"]["strategy"]["matrix"]["include"]
    expected = {(core, python) for core, pythons in long.CORES.items() for python in pythons}
    assert {(line["core"], line["python"]) for line in lines} == expected
    assert len(lines) == len(expected)


def test_workflow_runs_only_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+): .*## ", makefile, re.MULTILINE))
    commands = [step["run"] for step in STEPS if "run" in step]
    assert commands[:2] == ["make test", "make check"]
    for command in commands:
        called = re.fullmatch(r"make ([a-z]+)", command)
        assert called, command
        assert called[1] in targets


def test_matrix_job_gives_make_its_core_and_python() -> None:
    (step,) = (step for step in STEPS if step.get("run") == "make matrix")
    assert step["env"] == {"CORE": "${{ matrix.core }}", "CORE_PYTHON": "${{ matrix.python }}"}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"$(if $({variable})," in makefile for variable in step["env"])


def test_core_without_a_python_here_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(long, "CORES", {"2.16": ("2.9", "2.8"), "2.18": ("2.7.99",)})
    assert long.matrix("2.16") == ({}, ["ansible-core 2.16 (needs Python 2.9 or 2.8)"])
    assert long.matrix("2.16", "2.8") == ({}, ["ansible-core 2.16 (needs Python 2.8)"])
    assert [len(part) for part in long.matrix()] == [0, 2]
