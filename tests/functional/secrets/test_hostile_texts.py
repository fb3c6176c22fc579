# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service whose texts hold templates, terminal codes and the marks of sensitive text.

Whoever may name a campaign could otherwise run commands on the controller, or show the person at
the terminal something else than what happened.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.leaks.situations import PATHS, Situation
from tests.acceptance.support.playbooks import CAMPAIGN_INFO, WEBHOOK_INFO, Played, Task, play

if TYPE_CHECKING:
    from pathlib import Path

    from touchbase_simulator.process import SimulatorProcess

DEBUG = "ansible.builtin.debug"
CODES = "\x1b]0;title\x07\x1b[2J\x9b31m\x08\x7f\r\u202e\u2028\x01\x02\x03\x04"
# How fields of a record, and how notes and messages show the codes.
CODES_AS_DATA = "\ufffd]0;title\ufffd\ufffd[2J\ufffd31m" + 9 * "\ufffd"
CODES_IN_LINE = " ]0;title [2J 31m "


@dataclass(frozen=True)
class Hostile:
    """A play, the template in the texts of the service, and the folder where it makes a file."""

    played: Played
    template: str
    folder: Path

    def result(self, name: str, path: str) -> dict[str, Any]:
        result: dict[str, Any] = self.played.results[f"{name}_{path}".replace("-", "_")]
        return result


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Hostile:
    folder = tmp_path_factory.mktemp("hostile")
    template = _template(folder / "made_by_service") + "{% if false %}{# gone #}"
    tasks = [*_tasks_that_get(f"Off{CODES}{template}", simulator), *_tasks_that_use(folder)]
    return Hostile(play(folder, simulator, tasks, "-v", "--diff"), template, folder)


def _template(file: Path) -> str:
    return f"{{{{ lookup('ansible.builtin.pipe', 'touch {file}') }}}}"


def _tasks_that_get(text: str, simulator: SimulatorProcess) -> list[Task]:
    """Tasks on both paths, whose results hold the text."""
    seed = simulator.state()
    (campaign,) = (one for one in seed["campaigns"] if one["campaign_id"] == 9142)
    (webhook,) = campaign["webhooks"]
    campaign |= {"name": text, "content": text}
    webhook |= {"url": f"https://hooks.example.org/{CODES}{{{{1+1}}}}", "note": text}
    noted = {"campaign_id": 9142, "webhook_id": 31, "mask_url": False}
    refusal = {"status": 400, "method": "PUT", "body": {"Code": 144, "Message": text}}
    situations = [
        Situation("campaign", {"campaign_id": 9142}, module=CAMPAIGN_INFO),
        Situation("record", noted, module=WEBHOOK_INFO),
        Situation("refused", {**noted, "active": True}, refusal),
        Situation("activated", {**noted, "active": True}),
    ]
    return [
        Task(task.name, task.module, situation.variables, task.keywords, task.before)
        for situation in situations
        for task in (situation.task(path, seed) for path in PATHS)
    ]


def _tasks_that_use(folder: Path) -> list[Task]:
    """What plays do with results: loop, label, keep, compare, fail and write."""
    name, note = "campaign_module.campaigns[0].name", "record_module.webhooks[0].note"
    label = {"loop": [f"{{{{ {name} }}}}"], "loop_control": {"label": "{{ item }}"}}
    file = {"content": f"{{{{ {name} }}}}", "dest": str(folder / "written"), "mode": "0600"}
    return [
        Task("looped", DEBUG, {"msg": "{{ item }}"}, label),
        Task("keeping", "ansible.builtin.set_fact", {"kept": f"{{{{ {note} }}}}"}),
        Task("named", DEBUG, {"msg": "{{ kept }}"}, {"name": "Note {{ kept }}"}),
        Task("compared", "ansible.builtin.assert", {"that": f"kept == {note}"}),
        Task("failing", "ansible.builtin.fail", {"msg": "{{ refused_module.msg }}"}),
        Task("written", "ansible.builtin.copy", file),
        Task("own", DEBUG, {"msg": _template(folder / "made_by_playbook")}),
    ]


def test_text_of_the_service_is_never_templated(hostile: Hostile) -> None:
    assert not (hostile.folder / "made_by_service").exists()
    assert (hostile.folder / "made_by_playbook").exists()


def test_text_of_the_service_does_not_control_the_terminal(hostile: Hostile) -> None:
    kinds = ("Cc", "Cf", "Zl", "Zp")
    controls = {one for one in hostile.played.output if unicodedata.category(one) in kinds}
    assert controls <= {"\n", "\t"}
    assert f"Off{CODES_IN_LINE}{hostile.template}" in hostile.played.output


@pytest.mark.parametrize("path", PATHS)
def test_text_of_the_service_is_shown_without_its_controls(hostile: Hostile, path: str) -> None:
    (campaign,) = hostile.result("campaign", path)["campaigns"]
    (record,) = hostile.result("record", path)["webhooks"]
    refused = hostile.result("refused", path)
    (warning,) = hostile.result("activated", path)["warnings"]
    line = f"Off{CODES_IN_LINE}{hostile.template}"
    assert campaign["name"] == campaign["content"] == f"Off{CODES_AS_DATA}{hostile.template}"
    assert record["note"] == refused["failure"]["message"] == line
    assert line in refused["msg"]
    assert line in warning
    assert record["url"].endswith("%E2%80%AE%E2%80%A8%01%02%03%04{{1+1}}")


def test_text_of_the_service_stays_the_same_when_it_is_used(hostile: Hostile) -> None:
    results = hostile.played.results
    line, name = (f"Off{codes}{hostile.template}" for codes in (CODES_IN_LINE, CODES_AS_DATA))
    assert results["looped"]["results"][0]["msg"] == name
    assert f"(item={name})" in hostile.played.output
    assert results["named"]["msg"] == line
    assert results["compared"]["failed"] is False
    assert results["failing"]["msg"] == hostile.result("refused", "module")["msg"]
    assert (hostile.folder / "written").read_text(encoding="utf-8") == name
