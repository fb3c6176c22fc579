# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets stay secret: the key everywhere, and with mask_url what follows the host of an address.

Cases of every kind, and in the soak all cases, are run through both doors with ``-vvvv --diff``,
masked, and all that leaves Ansible is searched: what it prints, its own log, and the target's
syslog. The playbook itself holds no secret, because Ansible quotes the lines of a task that fails;
they come from a file of variables. The hunt in leaks looks for secrets of unusual form, and in more
places.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.leaks.odd import IS_SOAK
from tests.acceptance.support.cases import (
    CASES,
    SECRET_WORDS,
    Case,
)
from tests.acceptance.support.playbooks import KEY, Played, Task, play, surroundings
from tests.acceptance.support.strangers import strangers
from tests.simulator.process import SimulatorProcess

RECORDED_SYSLOG = Path(__file__).parent / "support" / "recorded_syslog"
DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {},
    "module": {"touchbase_in_process": False},
}
(REACTIVATED,) = (case for case in CASES if case.name == "reactivated")
# Keys that are refused or wrong are secrets like the right one.
KEYS = (KEY, "quite-another-key", "k3y-of-mine")


@dataclass(frozen=True)
class Searched:
    """One run, and all texts that it left behind."""

    played: Played
    log: str
    syslog: str

    @property
    def texts(self) -> Mapping[str, str]:
        return {"output": self.played.output, "log": self.log, "syslog": self.syslog}


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess.start() as running:
        yield running


def secret_tasks(cases: list[Case], *, mask: bool) -> tuple[list[Task], dict[str, Any]]:
    """The cases for both doors, once for real, with their options' values as variables."""
    variables: dict[str, Any] = {}
    tasks = []
    for case in cases:
        options = {**case.options, "mask_url": mask}
        variables[f"of_{case.name}"] = options
        refer = {name: f"{{{{ of_{case.name}.{name} }}}}" for name in options}
        tasks += [
            Task(
                f"{case.name}_{door}",
                case.module,
                refer,
                {"vars": dict(settings)},
                [*case.before("check"), *case.before("live")],
            )
            for door, settings in DOORS.items()
        ]
    return tasks, variables


def searched(
    folder: Path, simulator: SimulatorProcess, cases: list[Case], *options: str, mask: bool = True
) -> Searched:
    tasks, variables = secret_tasks(cases, mask=mask)
    (folder / "secrets.json").write_text(json.dumps(variables), encoding="utf-8")
    recorded, log = folder / "syslog.txt", folder / "ansible.log"
    recorded.touch()
    environment = {
        "ANSIBLE_LOG_PATH": str(log),
        "PYTHONPATH": f"{RECORDED_SYSLOG}:{surroundings(folder).get('PYTHONPATH', '')}",
        "RECORDED_SYSLOG": str(recorded),
    }
    extra = ("--diff", "-e", "@secrets.json", *options)
    with strangers() as addresses:
        keywords = {"vars": dict(addresses)}
        played = play(folder, simulator, tasks, *extra, keywords=keywords, environment=environment)
    return Searched(played, log.read_text(encoding="utf-8"), recorded.read_text(encoding="utf-8"))


# Every kind of success and of failure, and every case with an odd key or address in it.
TELLING = [
    case
    for case in CASES
    if case.fails_writing
    or case.passed_on
    or {"api_key", "mask_url"} & set(case.options)
    or case.name
    in {
        "campaign",
        "reactivated",
        "respelled",
        "unwise",
        "read_campaign",
        "unknown_webhook",
        "html_error",
        "service_down",
        "no_json",
        "redirection",
        "read_no_list",
        "no_answer",
        "too_late",
        "no_owner",
        "masked_input",
        "foreign_type",
        "created",
        "set",
        "other_type",
        "no_ca",
    }
]


SOUGHT = CASES if IS_SOAK else TELLING


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Searched:
    return searched(tmp_path_factory.mktemp("masked"), simulator, SOUGHT, "-vvvv")


@pytest.mark.parametrize("where", ["output", "log", "syslog"])
def test_no_secret_leaves_ansible(masked: Searched, where: str) -> None:
    text = masked.texts[where]
    found = [word for word in (*KEYS, *SECRET_WORDS) if word in text]
    assert not found, [line for line in text.splitlines() if any(word in line for word in found)]


def test_every_case_went_as_far_as_it_should(masked: Searched) -> None:
    """The search above means something only if each case was run and told at length."""
    for case in SOUGHT:
        for door in DOORS:
            result = masked.played.results[f"{case.name}_{door}"]
            assert (case.failure_of("live") or "") in result.get("msg", "")
            assert masked.played.failed(f"{case.name}_{door}") == bool(case.failure_of("live"))
    assert "Using module file" in masked.played.output
    assert "********-" in masked.played.output
    assert "+++ after: webhook 28 of campaign 9141" in masked.played.output
    assert "https://hooks.example.org/********-" in masked.log


def test_only_masking_keeps_an_address_out_of_the_targets_syslog(
    tmp_path: Path, simulator: SimulatorProcess, masked: Searched
) -> None:
    """Without mask_url the same interception does see addresses, though never the key."""
    moved = [case for case in CASES if case.name == "campaign"]
    open_ = searched(tmp_path, simulator, moved, mask=False)
    assert "s3cret/moved" in open_.syslog
    assert KEY not in open_.syslog
    assert "Invoked with" in open_.syslog
    assert "webhook_id=" not in masked.syslog


def test_no_log_hides_what_warnings_say_as_well(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    tasks = [
        _reactivation(f"hushed_{door}_{masks}", {"vars": dict(settings), "no_log": True}, masks)
        for door, settings in DOORS.items()
        for masks in (False, True)
    ]

    played = play(tmp_path, simulator, tasks, "-vvvv")

    assert all(played.results[task.name]["changed"] for task in tasks)
    assert not [part for part in REACTIVATED.warns if part in played.output]
    assert "There are warnings (1), which no_log hides." in played.output


def test_to_keep_quiet_on_the_host_does_not_hide_warnings(
    tmp_path: Path, simulator: SimulatorProcess
) -> None:
    """A module is told of Ansible's no_target_syslog as if the task had no_log."""
    tasks = [
        _reactivation(f"quiet_{door}", {"vars": {**settings, "ansible_no_target_syslog": True}})
        for door, settings in DOORS.items()
    ]

    played = play(tmp_path, simulator, tasks)

    for task in tasks:
        shown = json.dumps(played.results[task.name]["warnings"])
        assert all(part in shown for part in REACTIVATED.warns)


def _reactivation(name: str, keywords: Mapping[str, Any], masks: bool = False) -> Task:
    before = [*REACTIVATED.before("check"), *REACTIVATED.before("live")]
    options = {**REACTIVATED.options, "mask_url": masks}
    return Task(name, REACTIVATED.module, options, keywords, before)
