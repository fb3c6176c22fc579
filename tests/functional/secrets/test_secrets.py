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
import unicodedata
from pathlib import Path

import pytest

from tests.functional.secrets.places import INPUTS, ProcessRecorder, Scan, scan
from tests.functional.secrets.situations import (
    ENVIRONMENT_KEY,
    KEY_PARTS,
    MASKED_URL,
    NOTED,
    QUOTING_THE_KEY,
    REFUSED,
    SITUATIONS,
    UNCHANGED,
    URL_PARTS,
    Situation,
    found_below,
    found_in,
    response,
)
from tests.functional.support.operations import PATHS
from tests.unit.support.service import scripted_service
from touchbase_simulator.process import SimulatorProcess

IN_PROCESS, MODULE = PATHS
NOT_MASKED = [one.variant("open", {}, mask_url=False, api_key="") for one in QUOTING_THE_KEY]
NO_SYSLOG = REFUSED.variant("quiet", {"vars": {"ansible_no_target_syslog": True}}, mask_url=False)
NO_LOG = [one.variant("no_log", {"no_log": True}, mask_url=False) for one in (REFUSED, NOTED)]
ASYNC = REFUSED.variant("async", {"async": 30, "poll": 1})
# Terminal codes, and a template that would make a file.
TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch made_by_the_service') }}{% if false %}{# gone"
HOSTILE = Situation(
    "hostile",
    {"campaign_id": 9141, "webhook_id": 28, "active": False, "mask_url": False},
    response(400, {"Code": 144, "Message": f"No\x1b[2J\x9b31m\u202e\u2028\x04 {TEMPLATE}"}),
    "code 144: No [2J 31m ",
)


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    return scan(tmp_path_factory.mktemp("masked"), simulator, SITUATIONS)


@pytest.fixture(scope="module")
def not_masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    folder, key = tmp_path_factory.mktemp("not_masked"), {"TOUCHBASE_API_KEY": ENVIRONMENT_KEY}
    return scan(folder, simulator, [*NOT_MASKED, NO_SYSLOG, HOSTILE], **key)


@pytest.fixture(scope="module")
def no_log(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Scan:
    return scan(tmp_path_factory.mktemp("no_log"), simulator, [*NO_LOG, ASYNC])


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


def test_command_lines_and_environments_hold_no_secret(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    recorder = ProcessRecorder(tmp_path)
    with scripted_service() as service:
        service.always_answers(recorder.respond)
        scan(tmp_path, simulator, [UNCHANGED], TOUCHBASE_API_URL=service.url)
    assert "play.yml" in recorder.commands
    assert "AnsiballZ_touchbase_sms_webhook.py" in recorder.commands
    assert found_in(recorder.commands + recorder.environments) == []


def test_play_without_mask_shows_urls_and_no_key(not_masked: Scan) -> None:
    """So the places that are searched do hold what is not masked."""
    for situation in NOT_MASKED:
        for path in PATHS:
            not_masked.result(situation, path)
    for name in ("results.jsonl", "ansible.log", "syslog.txt"):
        assert "s3cret/c29d4b18" in not_masked.text(name), name
    assert found_in(not_masked.played.output, KEY_PARTS) == []
    assert found_below(not_masked.folder, KEY_PARTS, but=INPUTS) == []


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
