"""The guide to the probe: its sample is what the command prints, and its options are all there."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from simulator.tests.probing import API_URL, Run, Service
from tests.functional.support import guides
from touchbase_simulator.behaviour import Behaviour, read_behaviour
from touchbase_simulator.probe.account import MOST_REQUESTS
from touchbase_simulator.probe.observations import NOT_OBSERVABLE
from touchbase_simulator.probe.urls import DEFAULT_RECEIVER
from touchbase_simulator.seed import DEFAULT_API_KEY, read_seed
from touchbase_simulator.serve_command import DEMO_SEED

PATH = guides.FOLDER / "guide_probe.rst"
TEXT = PATH.read_text(encoding="utf-8")
GUIDE = guides.read(PATH)
# The two switches that the guide speaks of.
SAMPLE = Behaviour(put_without_is_active="keeps", stored_url="normalised")


def _run(command: str) -> Run:
    """Run a command of the guide on a simulated service."""
    program, probe, *options = shlex.split(command)
    assert (program, probe) == ("touchbase-simulator", "probe")
    service = Service(read_seed(DEMO_SEED), SAMPLE)
    given = (*options, f"--api-url={API_URL}", "--yes")
    return service.probe(*given, TOUCHBASE_API_KEY=DEFAULT_API_KEY)


def test_sample_is_what_the_command_prints_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    run = _run(GUIDE.commands[1])

    assert textwrap.indent(run.out, "   ") in TEXT
    assert GUIDE.files["behaviour.yml"] == (tmp_path / "behaviour.yml").read_text(encoding="utf-8")
    assert Behaviour().with_changes(read_behaviour(tmp_path / "behaviour.yml")) == SAMPLE
    assert 25 <= len(run.requests) <= 35


def test_cleaning_is_as_shown() -> None:
    assert _run(GUIDE.commands[2]).status == 0


def test_file_is_given_to_serve() -> None:
    assert GUIDE.commands[3] == "touchbase-simulator serve --behaviour behaviour.yml"


def test_every_option_is_in_the_guide() -> None:
    known = re.findall(
        r"^  (--[a-z-]+)", _run("touchbase-simulator probe --help").out, re.MULTILINE
    )
    assert known
    assert re.findall(r"^``(--[a-z-]+)``  ", TEXT, re.MULTILINE) == known


def test_limits_and_reasons_are_those_of_the_command() -> None:
    told = " ".join(TEXT.split())
    assert f"and {MOST_REQUESTS} in all at most" in told
    assert f"below ``{DEFAULT_RECEIVER}``" in told
    for one in NOT_OBSERVABLE:
        assert f"``{one.switch}``" in told
        assert one.reason in told
