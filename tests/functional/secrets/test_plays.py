# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays with secrets at high verbosity on both execution paths, and the search of what they show.

Key and URLs come from a file of variables, as users should keep them. Then they have no business in
an environment or a command line. A key that a user puts into the environment is inherited by every
program that Ansible starts; that is not searched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.leaks.places import (
    INPUTS,
    ProcessRecorder,
    play_situations,
    runner_artifacts,
)
from tests.acceptance.leaks.situations import (
    CHANGED,
    ENVIRONMENT_KEY,
    KEY_PARTS,
    MASKED_URL,
    NOTED,
    PATHS,
    QUOTING_THE_KEY,
    REFUSED,
    SITUATIONS,
    UNCHANGED,
    URL_PARTS,
    Situation,
    found_below,
    found_in,
)
from tests.acceptance.support.playbooks import Played
from tests.unit.support.service import scripted_service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from touchbase_simulator.process import SimulatorProcess

NOT_MASKED = [one.variant("open", {}, mask_url=False, api_key="") for one in QUOTING_THE_KEY]
NO_SYSLOG = REFUSED.variant("quiet", {"vars": {"ansible_no_target_syslog": True}}, mask_url=False)
NO_LOG = [one.variant("no_log", {"no_log": True}, mask_url=False) for one in (REFUSED, NOTED)]
ASYNC = REFUSED.variant("async", {"async": 30, "poll": 1})


@dataclass(frozen=True)
class Scan:
    """A play with secrets, and the folder with everything that it wrote."""

    played: Played
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


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    folder = tmp_path_factory.mktemp("masked")
    return Scan(play_situations(folder, simulator, SITUATIONS), folder)


@pytest.fixture(scope="module")
def not_masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    folder = tmp_path_factory.mktemp("not_masked")
    key = {"TOUCHBASE_API_KEY": ENVIRONMENT_KEY}
    return Scan(play_situations(folder, simulator, [*NOT_MASKED, NO_SYSLOG], **key), folder)


@pytest.fixture(scope="module")
def no_log(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    folder = tmp_path_factory.mktemp("no_log")
    return Scan(play_situations(folder, simulator, [*NO_LOG, ASYNC]), folder)


@pytest.fixture(scope="module")
def artifacts(
    tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess
) -> Mapping[str, str]:
    # CHANGED is the last, since of all facts only the last is kept.
    situations = [
        one.variant("runner", one.keywords, api_key="")
        for one in (REFUSED, *SITUATIONS[1:], CHANGED)
    ]
    return runner_artifacts(tmp_path_factory.mktemp("runner"), simulator, situations)


def test_output_of_masked_play_holds_no_secret(masked: Scan) -> None:
    assert found_in(masked.played.output) == []


def test_files_of_masked_play_hold_no_secret(masked: Scan) -> None:
    """Registered results, results of callbacks, facts cache, Ansible's log, target's syslog."""
    assert found_below(masked.folder, but=INPUTS) == []


def test_every_place_holds_masked_urls(masked: Scan) -> None:
    (cache,) = (masked.folder / "facts").iterdir()
    for name in (f"facts/{cache.name}", "results.jsonl", "results.json", "ansible.log"):
        assert MASKED_URL in masked.text(name), name
    assert "+++ after: webhook 28 of campaign 9141" in masked.played.output
    assert len(masked.played.invocations) > len(SITUATIONS)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_masked_task_keeps_its_plain_words(masked: Scan, situation: Situation, path: str) -> None:
    assert situation.shows in json.dumps(masked.result(situation, path))


def test_command_lines_and_environments_hold_no_secret(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    recorder = ProcessRecorder(tmp_path)
    with scripted_service() as service:
        service.always_answers(recorder.respond)
        play_situations(tmp_path, simulator, [UNCHANGED], TOUCHBASE_API_URL=service.url)
    assert "play.yml" in recorder.commands
    assert "AnsiballZ_touchbase_sms_webhook.py" in recorder.commands
    assert found_in(recorder.commands + recorder.environments) == []


def test_play_without_mask_holds_no_key(not_masked: Scan) -> None:
    assert found_in(not_masked.played.output, KEY_PARTS) == []
    assert found_below(not_masked.folder, KEY_PARTS, but=INPUTS) == []


def test_play_without_mask_shows_urls(not_masked: Scan) -> None:
    """Without a mask, the places that are searched do hold URLs."""
    for situation in NOT_MASKED:
        for path in PATHS:
            not_masked.result(situation, path)
    for name in ("results.jsonl", "ansible.log", "syslog.txt"):
        assert "s3cret/c29d4b18" in not_masked.text(name), name


def test_no_target_syslog_masks_texts_on_the_module_path_only(not_masked: Scan) -> None:
    in_process, module = PATHS
    assert found_in(not_masked.result(NO_SYSLOG, in_process)["msg"], URL_PARTS)
    assert "********" in not_masked.played.results[NO_SYSLOG.task_name(module)]["msg"]
    assert found_in(not_masked.played.results[NO_SYSLOG.task_name(module)]["msg"]) == []


def test_output_and_logs_of_no_log_hold_no_secret(no_log: Scan) -> None:
    """Since core 2.19 Ansible prints the message of a failed task despite ``no_log``."""
    for text in (no_log.played.output, no_log.text("ansible.log")):
        before, _heading, after = text.partition("TASK [Keep the results]")
        assert found_in(before) == []
        # A later task, without no_log, shows what was registered.
        assert found_in(after, URL_PARTS)
    assert found_in(no_log.text("syslog.txt")) == []


@pytest.mark.parametrize("path", PATHS)
def test_no_log_masks_texts_and_leaves_the_record(no_log: Scan, path: str) -> None:
    refused, noted = (no_log.result(situation, path) for situation in NO_LOG)
    assert found_in(json.dumps([refused["msg"], refused["failure"], noted["warnings"]])) == []
    assert "5f1c0a7e9b" in noted["webhook"]["url"]
    assert found_in(json.dumps([noted["webhook"], noted["ansible_facts"]]), KEY_PARTS) == []


@pytest.mark.parametrize("path", PATHS)
def test_mask_url_with_async_is_refused(no_log: Scan, path: str) -> None:
    name = ASYNC.task_name(path)
    assert "mask_url cannot be combined with async" in no_log.played.results[name]["msg"]
    assert no_log.played.journals[name] == []


def test_runner_artifacts_hold_no_secret(artifacts: Mapping[str, str]) -> None:
    """Runner itself writes down the command that it starts, with all of its environment.

    That one file is no work of this collection; the key, which is in the environment, is in it.
    """
    assert {name for name, text in artifacts.items() if found_in(text)} <= {"command"}
    assert found_in(artifacts["command"], URL_PARTS) == []


def test_runner_artifacts_hold_masked_results(artifacts: Mapping[str, str]) -> None:
    names = [name for name, text in artifacts.items() if MASKED_URL in text]
    for place in ("stdout", "job_events/", "fact_cache/"):
        assert any(name.startswith(place) for name in names), place
    assert artifacts["stdout"].count("answered 400, code 144: No receiver at ********") >= 3
    assert "undefined" not in artifacts["stdout"]
