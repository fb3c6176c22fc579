# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that answers with templates and with codes that steer a terminal.

Whoever may name a campaign, or answer in the service's place, could otherwise run commands on the
controller, or show the person at the terminal something else than what happened. Here a play gets
such texts through both doors and then does with them what plays do.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.support.playbooks import (
    CAMPAIGN_INFO,
    WEBHOOK,
    WEBHOOK_INFO,
    WEBHOOKS,
    Played,
    Task,
    play,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.simulator.process import SimulatorProcess

DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {"ansible_shell_executable": "/bin/false"},
    "module": {"touchbase_in_process": False},
}
ESCAPES = "\x1b]0;title\x07\x1b[2J\x1b[31m\x9b31m\x08\x7f\r\u202e\u2028"
DEBUG = "ansible.builtin.debug"


@dataclass(frozen=True)
class Hostile:
    """What the service says, and what may be seen of it."""

    template: str

    @property
    def text(self) -> str:
        return f"Off{ESCAPES}{self.template}{{% if false %}}{{# gone #}}"

    @property
    def line(self) -> str:
        return f"Off ]0;title [2J [31m 31m {self.template}{{% if false %}}{{# gone #}}"

    @property
    def data(self) -> str:
        lost = "\ufffd]0;title\ufffd\ufffd[2J\ufffd[31m\ufffd31m" + 5 * "\ufffd"
        return f"Off{lost}{self.template}{{% if false %}}{{# gone #}}"

    @property
    def url(self) -> str:
        return f"https://hooks.example.org/{ESCAPES}{self._in_url}"

    @property
    def shown_url(self) -> str:
        lost = "%1B]0;title%07%1B[2J%1B[31m%C2%9B31m%08%7F%0D%E2%80%AE%E2%80%A8"
        return f"https://hooks.example.org/{lost}{self._in_url}"

    @property
    def _in_url(self) -> str:
        return self.template.replace(" ", "").replace("touch", "touch${IFS}")


@dataclass(frozen=True)
class Stage:
    """A play, the texts in it, and the files that a template in them would make."""

    played: Played
    hostile: Hostile
    folder: Path

    def result(self, name: str) -> Mapping[str, Any]:
        result: Mapping[str, Any] = self.played.results[name]
        return result


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, simulator: SimulatorProcess) -> Stage:
    folder = tmp_path_factory.mktemp("hostile")
    command = f"touch {folder / 'templated'}"
    hostile = Hostile(f"{{{{ lookup('ansible.builtin.pipe', '{command}') }}}}")
    seed = seed_with(simulator, hostile)
    tasks = [task for door in DOORS for task in received(door, seed, hostile)] + used(folder)
    return Stage(play(folder, simulator, tasks, "-v", "--diff"), hostile, folder)


def seed_with(simulator: SimulatorProcess, hostile: Hostile) -> dict[str, Any]:
    """The usual account, in which campaign 9142 and its webhook 31 say what is hostile."""
    seed = simulator.state()
    campaign = next(one for one in seed["campaigns"] if one["campaign_id"] == 9142)
    campaign |= {"name": hostile.text, "content": hostile.text, "status": hostile.text}
    (webhook,) = (one for one in campaign["webhooks"] if one["webhook_id"] == 31)
    webhook |= {"url": hostile.url, "note": hostile.text, "active": False}
    return seed


def received(door: str, seed: Mapping[str, Any], hostile: Hostile) -> list[Task]:
    """Tasks through one door, each with something hostile in its result."""
    record = {"Id": 28, "IsActive": True, "Url": hostile.url, "WebhookType": hostile.text}
    answers = {"status": 200, "method": "GET", "body": record}
    refusal = {"status": 400, "method": "PUT", "body": {"Code": 144, "Message": hostile.text}}
    given: dict[str, tuple[str, dict[str, Any], Mapping[str, Any] | None]] = {
        "campaign": (CAMPAIGN_INFO, {"campaign_id": 9142}, None),
        "records": (WEBHOOK_INFO, {"campaign_id": 9142, "details": True}, None),
        "refused": (WEBHOOK, {"campaign_id": 9141, "webhook_id": 28, "active": False}, refusal),
        "typed": (
            WEBHOOK,
            {
                "campaign_id": 9141,
                "webhook_id": 28,
                "webhook_type": "CampaignReply",
                "active": True,
            },
            answers,
        ),
        "activated": (WEBHOOK, {"campaign_id": 9142, "webhook_id": 31, "active": True}, None),
    }
    return [
        Task(
            f"{name}_{door}",
            module,
            options,
            {"vars": dict(DOORS[door])},
            [
                ("POST", "reset", {"seed": seed}),
                ("DELETE", "faults", None),
                *([("POST", "faults", dict(fault))] if fault else []),
            ],
        )
        for name, (module, options, fault) in given.items()
    ]


def used(folder: Path) -> list[Task]:
    """What plays do with results: print, keep, compare, write and declare them."""
    records = {door: f"records_{door}.webhooks" for door in DOORS}
    notes = [f"{{{{ {one}[0].note }}}}" for one in records.values()]
    messages = [f"{{{{ refused_{door}.msg }}}}" for door in DOORS]
    names = [f"{{{{ campaign_{door}.campaigns[0].name }}}}" for door in DOORS]
    report = "touchbasepro.sms.webhook_report(records_module.webhooks, [])"
    same = [f"{one}[0].note == kept[0].note" for one in records.values()]
    return [
        Task("printed", DEBUG, {"var": "records_module"}),
        Task("said", DEBUG, {"msg": [*notes, *messages, *names]}),
        Task("fact", DEBUG, {"msg": "{{ ansible_facts['touchbase_sms_webhook'] }}"}),
        Task(
            "looped",
            DEBUG,
            {"msg": "{{ item.url }}"},
            {"loop": f"{{{{ {' + '.join(records.values())} }}}}"},
        ),
        Task(
            "labelled",
            DEBUG,
            {"msg": "{{ item.campaign_id }}"},
            {
                "loop": f"{{{{ {' + '.join(f'campaign_{door}.campaigns' for door in DOORS)} }}}}",
                "loop_control": {"label": "{{ item.name }}"},
            },
        ),
        Task("setting", "ansible.builtin.set_fact", {"kept": f"{{{{ {records['in_process']} }}}}"}),
        Task("told", DEBUG, {"msg": "{{ kept[0].note }}"}, {"name": "Note {{ kept[0].note }}"}),
        Task(
            "compared", "ansible.builtin.assert", {"that": same, "fail_msg": "{{ kept[0].note }}"}
        ),
        Task(
            "indirect", DEBUG, {"msg": "{{ a_note }}"}, {"vars": {"a_note": "{{ kept[0].note }}"}}
        ),
        Task("failed", "ansible.builtin.fail", {"msg": messages[0]}),
        Task(
            "written",
            "ansible.builtin.copy",
            {"content": names[0], "dest": str(folder / "written"), "mode": "0600"},
        ),
        Task("declared", WEBHOOKS, {"webhooks": "{{ kept }}"}, {"check_mode": True}),
        Task("reported", DEBUG, {"msg": f"{{{{ declared | {report} }}}}"}),
        Task("hidden", DEBUG, {"msg": "{{ kept | touchbasepro.sms.mask_webhooks }}"}),
        Task(
            "trusted",
            DEBUG,
            {"msg": f"{{{{ lookup('ansible.builtin.pipe', 'touch {folder / 'trusted'}') }}}}"},
        ),
    ]


def test_nothing_that_the_service_says_is_templated(stage: Stage) -> None:
    assert not (stage.folder / "templated").exists()
    # Of the play itself it would be.
    assert (stage.folder / "trusted").exists()


def test_nothing_that_the_service_says_steers_the_terminal(stage: Stage) -> None:
    kinds = ("Cc", "Cf", "Zl", "Zp")
    steering = {one for one in stage.played.output if unicodedata.category(one) in kinds}
    assert steering <= {"\n", "\t"}
    # Something was shown, in warnings and errors as well.
    assert stage.played.output.count(stage.hostile.template) > 2 * len(DOORS)


@pytest.mark.parametrize("door", DOORS)
def test_hostile_texts_are_shown_as_they_are_but_for_what_steers(stage: Stage, door: str) -> None:
    hostile = stage.hostile
    (campaign,) = stage.result(f"campaign_{door}")["campaigns"]
    (record,) = stage.result(f"records_{door}")["webhooks"]
    assert campaign["name"] == campaign["content"] == campaign["status"] == hostile.data
    assert record["note"] == hostile.line
    assert record["url"] == hostile.shown_url
    refused = stage.result(f"refused_{door}")
    assert refused["failure"]["message"] == hostile.line
    assert hostile.line in refused["msg"]
    assert f"is of type {hostile.line}, not CampaignReply" in stage.result(f"typed_{door}")["msg"]
    activated = stage.result(f"activated_{door}")
    assert activated["webhook"]["url"] == hostile.shown_url
    assert [hostile.template in one for one in activated["warnings"]] == [True]


def test_hostile_texts_stay_the_same_whatever_a_play_does_with_them(stage: Stage) -> None:
    hostile = stage.hostile
    notes, names = [hostile.line] * 2, [hostile.data] * 2
    messages = [stage.result(f"refused_{door}")["msg"] for door in DOORS]
    records = stage.result("records_module")["webhooks"]
    assert stage.result("printed")["records_module"]["webhooks"] == records
    assert stage.result("said")["msg"] == [*notes, *messages, *names]
    assert stage.result("fact")["msg"]["url"] == hostile.shown_url
    assert [one["msg"] for one in stage.result("looped")["results"]] == [hostile.shown_url] * 2
    assert stage.played.output.count(f"(item={hostile.data})") == 2
    assert stage.result("told")["msg"] == stage.result("indirect")["msg"] == hostile.line
    assert stage.result("compared")["failed"] is False
    assert stage.result("failed")["msg"] == messages[0]
    assert (stage.folder / "written").read_text(encoding="utf-8") == hostile.data


def test_a_hostile_address_can_be_declared_and_reported_again(stage: Stage) -> None:
    declared = stage.result("declared")
    assert declared["webhooks"][0]["url"] == stage.hostile.shown_url
    # It was activated in the meantime; the address makes no difference.
    (pair,) = declared["diff"]
    assert pair["before"] == {**pair["after"], "active": True, "note": None}
    (switched_off,) = stage.result("reported")["msg"]["switched_off"]
    assert switched_off["note"] == stage.hostile.line
    (hidden,) = stage.result("hidden")["msg"]
    assert hidden["url"].startswith("https://hooks.example.org/********-")
