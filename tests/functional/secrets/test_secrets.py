"""Plays with secrets at high verbosity on both execution paths, and the search of what they show.

Key and URLs come from a file of variables, as users should keep them. Then they have no business in
an environment or a command line. A key that a user puts into the environment is inherited by every
program that Ansible starts; that is not searched.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.functional.secrets.situations import (
    ENVIRONMENT_KEY,
    KEY_PARTS,
    MASKED_URL,
    NOTED,
    PARTS,
    QUOTING_THE_KEY,
    REFUSED,
    SITUATIONS,
    URL_PARTS,
    Situation,
    found_in,
    response,
)
from tests.functional.support import playbooks
from tests.functional.support.operations import PATHS
from touchbase_simulator.process import SimulatorProcess

# What the user wrote, and what the simulator was told and received.
INPUTS = ("secrets.json", "scenario.json", "scenario.json.notes")
_RECORDED = Path(playbooks.__file__).parent / "recorded"
IN_PROCESS, MODULE = PATHS
NOT_MASKED = [one.variant("open", {}, mask_url=False, api_key="") for one in QUOTING_THE_KEY]
NO_SYSLOG = REFUSED.variant("quiet", {"vars": {"ansible_no_target_syslog": True}}, mask_url=False)
NO_LOG = [one.variant("no_log", {"no_log": True}, mask_url=False) for one in (REFUSED, NOTED)]
# Terminal codes, and a template that would make a file.
TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch made_by_the_service') }}{% if false %}{# gone"
HOSTILE = Situation(
    "hostile",
    {"campaign_id": 9141, "webhook_id": 28, "active": False, "mask_url": False},
    response(400, {"Code": 144, "Message": f"No\x1b[2J\x9b31m\u202e\u2028\x04 {TEMPLATE}"}),
    "code 144: No [2J 31m ",
)


@dataclass(frozen=True)
class Scan:
    """A play with secrets, and the folder with everything that it wrote."""

    played: playbooks.Played
    folder: Path

    def result(self, situation: Situation, path: str) -> dict[str, Any]:
        """The registered result of a task that ended as expected."""
        name = situation.task_name(path)
        result: dict[str, Any] = self.played.results[name]
        assert self.played.failed(name) == bool(situation.fails), result
        assert situation.fails in result.get("msg", "")
        return result

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def scan(
    folder: Path, simulator: SimulatorProcess, situations: Sequence[Situation], **environment: str
) -> Scan:
    """Play the situations on both paths with ``-vvvv --diff``; Ansible writes into the folder."""
    variables = {f"of_{situation.name}": situation.variables for situation in situations}
    (folder / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")
    simulator.reset()
    seed = simulator.state()
    tasks = [situation.task(path, seed) for situation in situations for path in PATHS]
    recording = {
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
        # Since core 2.21 invocations are shown on demand only.
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        # A module is a file then, whose name is in the command line that runs it.
        "ANSIBLE_PIPELINING": "false",
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "PYTHONPATH": os.pathsep.join([str(_RECORDED), os.environ.get("PYTHONPATH", "")]),
        "RECORDED_ARGUMENTS": str(folder / "processes.txt"),
        "RECORDED_ENVIRONMENTS": str(folder / "processes.txt"),
        "RECORDED_RESULTS": str(folder / "results.jsonl"),
        "RECORDED_SYSLOG": str(folder / "syslog.txt"),
        **environment,
    }
    options = ("-vvvv", "--diff", "-e", "@secrets.json")
    return Scan(playbooks.play(folder, simulator, tasks, *options, environment=recording), folder)


def found_below(folder: Path, parts: Iterable[str] = PARTS, but: Iterable[str] = ()) -> list[str]:
    """The parts of secrets in the files below a folder, except in files of the given names."""
    parts, but = tuple(parts), set(but)
    return [
        f"{file.relative_to(folder)}: {found}"
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in but
        for found in found_in(file.read_text(encoding="utf-8", errors="replace"), parts)
    ]


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    return scan(tmp_path_factory.mktemp("masked"), simulator, SITUATIONS)


@pytest.fixture(scope="module")
def not_masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    folder, key = tmp_path_factory.mktemp("not_masked"), {"TOUCHBASE_API_KEY": ENVIRONMENT_KEY}
    return scan(folder, simulator, [*NOT_MASKED, NO_SYSLOG, HOSTILE], **key)


@pytest.fixture(scope="module")
def no_log(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    return scan(tmp_path_factory.mktemp("no_log"), simulator, NO_LOG)


def test_output_and_files_of_masked_play_hold_no_secret(masked: Scan) -> None:
    """Registered results, results of callbacks, facts cache, Ansible's log, target's syslog."""
    assert found_in(masked.played.output) == []
    assert found_below(masked.folder, but=INPUTS) == []


def test_every_place_of_masked_play_holds_masked_urls(masked: Scan) -> None:
    (cache,) = (masked.folder / "facts").iterdir()
    for name in (f"facts/{cache.name}", "results.jsonl", "results.json", "ansible.log"):
        assert MASKED_URL in masked.text(name), name
    assert "+++ after: webhook 28 of campaign 9141" in masked.played.output
    assert len(masked.played.invocations) > len(SITUATIONS)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_masked_task_keeps_its_plain_words(masked: Scan, situation: Situation, path: str) -> None:
    assert situation.shows in json.dumps(masked.result(situation, path))


def test_secrets_are_searched_in_command_lines_and_environments_too(masked: Scan) -> None:
    processes = masked.text("processes.txt")
    assert "'play.yml'" in processes
    assert "AnsiballZ_touchbase_sms_webhook.py" in processes
    assert f"'ANSIBLE_LOG_PATH': '{masked.folder}" in processes


def test_play_without_mask_shows_urls_and_no_key(not_masked: Scan) -> None:
    """So the places that are searched do hold what is not masked."""
    for situation in NOT_MASKED:
        for path in PATHS:
            not_masked.result(situation, path)
    for name in ("results.jsonl", "ansible.log", "syslog.txt"):
        assert "s3cret/c29d4b18" in not_masked.text(name), name
    assert found_in(not_masked.played.output, KEY_PARTS) == []
    assert found_below(not_masked.folder, KEY_PARTS, but=(*INPUTS, "processes.txt")) == []


def test_no_target_syslog_masks_texts_on_the_module_path_only(not_masked: Scan) -> None:
    assert found_in(not_masked.result(NO_SYSLOG, IN_PROCESS)["msg"], URL_PARTS)
    message = not_masked.played.results[NO_SYSLOG.task_name(MODULE)]["msg"]
    assert "********" in message
    assert found_in(message) == []


@pytest.mark.parametrize("path", PATHS)
def test_text_of_the_service_is_neither_run_nor_sent_to_the_terminal(
    not_masked: Scan, path: str
) -> None:
    assert TEMPLATE in not_masked.result(HOSTILE, path)["msg"]
    assert not list(not_masked.folder.rglob("made_by_the_service"))
    kinds = ("Cc", "Cf", "Zl", "Zp")
    controls = {one for one in not_masked.played.output if unicodedata.category(one) in kinds}
    assert controls <= {"\n", "\t"}


def test_output_and_logs_of_no_log_hold_no_secret(no_log: Scan) -> None:
    """Since core 2.19 Ansible prints the message of a failed task despite ``no_log``."""
    for text in (no_log.played.output, no_log.text("ansible.log")):
        before, _heading, after = text.partition("TASK [Keep the results]")
        assert found_in(before) == []
        # A later task, without no_log, shows what was registered.
        assert found_in(after, URL_PARTS)
    assert found_in(no_log.text("syslog.txt")) == []
