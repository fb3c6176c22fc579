# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process action: its results, its sessions, and when it leaves a task to Ansible."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants as C

from ansible_collections.touchbasepro.sms.plugins.action import (
    touchbase_sms_campaign_info,
    touchbase_sms_webhook_info,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support.actions import (
    FROM_MODULE,
    Ansible,
    Connection,
    Task,
    Templar,
    action_of,
    args_of,
    ran_here,
    set_action,
    set_of,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    OTHER_URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    campaign_wire,
    page,
    webhook,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    error,
    gateway,
    reply,
)

GET, PUT = f"GET {WEBHOOK_PATH}", f"PUT {WEBHOOK_PATH}"
OTHER_PYTHON = "/opt/other/bin/python3"


@pytest.mark.parametrize("diff", [False, True], ids=["plain", "diff"])
def test_local_task_runs_in_process(service: ScriptedService, ansible: Ansible, diff: bool) -> None:
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))

    result = action_of(Task(args_of(service, url=OTHER_URL), diff=diff)).run(task_vars={})

    after = webhook(url=OTHER_URL).record()
    assert ran_here(result, ansible)
    assert result["changed"]
    assert result["webhook"] == after
    assert result.get("diff", {}).get("after") == (after if diff else None)
    assert result["ansible_facts"] == {"touchbase_sms_webhook": after}
    assert "warnings" not in result
    assert service.seen == [GET, PUT]


def test_check_mode_returns_the_same_and_writes_nothing(service: ScriptedService) -> None:
    args = args_of(service, url=OTHER_URL)
    service.answers(reply(json=wire()))
    predicted = action_of(Task(args, check_mode=True)).run(task_vars={})
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))
    done = action_of(Task(args)).run(task_vars={})

    assert predicted == done
    assert service.seen == [GET, GET, PUT]


def test_info_task_runs_in_process(service: ScriptedService, ansible: Ansible) -> None:
    service.answers(reply(json=[wire()]))
    args = args_of(service, webhook_id=None, active=None)

    result = action_of(Task(args), module=touchbase_sms_webhook_info).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhooks"] == [webhook().record()]
    assert service.seen == [f"GET {WEBHOOKS_PATH}"]


def test_failure_is_returned_and_not_raised(service: ScriptedService) -> None:
    service.answers(error(401, 100, "Provided API key is invalid"))

    result = action_of(Task(args_of(service))).run(task_vars={})

    assert result["failed"]
    assert "Check api_key" in result["msg"]
    assert result["failure"]["code"] == 100


def test_task_without_variables_runs_in_process(service: ScriptedService, ansible: Ansible) -> None:
    service.answers(reply(json=wire()))

    assert ran_here(action_of(Task(args_of(service))).run(), ansible)


@pytest.mark.parametrize(
    ("setting", "shown"),
    [(None, True), (True, True), (False, False)],
    ids=["no such setting", "on", "off"],
)
def test_invocation_follows_the_setting_of_ansible(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch, setting: bool | None, shown: bool
) -> None:
    service.answers(reply(json=wire()))
    config = SimpleNamespace(
        get_configuration_definition=lambda name: setting if setting is None else {"name": name},
        get_config_value=lambda name, variables: (
            setting if name == "INJECT_INVOCATION" else variables.get("x", "auto")
        ),
    )
    monkeypatch.setattr(_local_action, "C", SimpleNamespace(config=config))

    result = action_of(Task(args_of(service))).run(task_vars={})

    assert ("invocation" in result) is shown
    if shown:
        assert result["invocation"]["module_args"]["webhook_id"] == 28
        assert result["invocation"]["module_args"]["timeout"] == 30.0


@pytest.fixture(name="shown")
def _shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How far each task was when it ended."""
    shown: list[str] = []

    @contextmanager
    def show_progress(task: str, progress: Progress) -> Iterator[None]:
        yield
        shown.append(f"{task}: {progress}")

    monkeypatch.setattr(_local_action, "show_progress", show_progress)
    return shown


def test_set_task_shows_its_progress(service: ScriptedService, shown: list[str]) -> None:
    service.answers(reply(json=[wire()]), gateway(503, "Later"), reply(json=wire(Url=OTHER_URL)))
    entry = {"campaign_id": 9141, "webhook_id": 28, "url": OTHER_URL}
    args = set_of(service, entry, retries=1, max_wait=0.01)

    result = set_action(Task(args, action="touchbasepro.sms.touchbase_sms_webhooks")).run()

    assert result["changed"]
    assert shown == ["touchbase_sms_webhooks: 1 of 1 done, 1 retry"]


def test_info_task_with_details_shows_its_progress(
    service: ScriptedService, shown: list[str]
) -> None:
    off = wire(IsActive=False)
    service.answers(reply(json=[off, wire(Id=29)]), reply(json=off))
    args = without(args_of(service, details=True), "webhook_id", "active")
    task = Task(args, action="touchbasepro.sms.touchbase_sms_webhook_info")

    action_of(task, module=touchbase_sms_webhook_info).run()

    assert shown == ["touchbase_sms_webhook_info: 2 of 2 webhooks read"]


def test_campaign_task_shows_its_progress(service: ScriptedService, shown: list[str]) -> None:
    service.answers(reply(json=page(campaign_wire())))
    args = without(args_of(service), "campaign_id", "webhook_id", "active")
    task = Task(args, action="touchbasepro.sms.touchbase_sms_campaign_info")

    action_of(task, module=touchbase_sms_campaign_info).run()

    assert shown == ["touchbase_sms_campaign_info: 1 of 1 pages read"]


def test_task_of_one_webhook_shows_no_progress(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_local_action, "show_progress", None)
    service.answers(reply(json=wire()))

    assert not action_of(Task(args_of(service))).run(task_vars={}).get("failed")


def test_tasks_with_the_same_options_share_a_connection(service: ScriptedService) -> None:
    service.always_answers(reply(json=wire()))

    for _item in range(3):
        action_of(Task(args_of(service))).run(task_vars={})

    assert len(service.requests) == 3
    assert service.connections == 1


@pytest.mark.parametrize(
    ("args", "check_mode"),
    [({"api_key": "another-key-77"}, False), ({"timeout": 7}, False), ({}, True)],
    ids=["another key", "another timeout", "check mode"],
)
def test_other_connection_options_open_another_session(
    service: ScriptedService, args: dict[str, Any], check_mode: bool
) -> None:
    service.always_answers(reply(json=wire()))

    action_of(Task(args_of(service))).run(task_vars={})
    action_of(Task(args_of(service, **args), check_mode=check_mode)).run(task_vars={})

    assert service.connections == 2
    key = args.get("api_key", KEY)
    assert service.requests[1].headers["authorization"] == f"Bearer {key}"


def test_another_process_opens_another_session(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.always_answers(reply(json=wire()))

    action_of(Task(args_of(service))).run(task_vars={})
    monkeypatch.setattr(os, "getpid", lambda: -1)
    action_of(Task(args_of(service))).run(task_vars={})

    assert service.connections == 2


def test_task_after_an_interruption_opens_another_session(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the timeout of a task interrupted: a connection may never have been given back."""

    class Timeout(BaseException):
        """As Ansible's own for a task that takes too long."""

    def ends(*_given: object) -> None:
        raise Timeout

    service.always_answers(reply(json=wire()))
    action_of(Task(args_of(service))).run(task_vars={})
    with monkeypatch.context() as interrupted:
        interrupted.setattr(_local_action, "run_operation", ends)
        with pytest.raises(Timeout):
            action_of(Task(args_of(service))).run(task_vars={})

    action_of(Task(args_of(service))).run(task_vars={})

    assert service.connections == 2


DELEGATED = {"ansible_delegated_vars": {"other": {"ansible_python_interpreter": OTHER_PYTHON}}}


LEFT_TO_ANSIBLE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "another connection": ({}, {"transport": "ssh"}, {}),
    "another user": ({}, {"become": object()}, {}),
    "async": ({"async_val": 30}, {}, {}),
    "an environment": ({"environment": [{"HTTPS_PROXY": "http://proxy"}]}, {}, {}),
    "an environment after an empty one": ({"environment": [{}, {"A": "b"}]}, {}, {}),
    "another Python": ({}, {}, {"ansible_python_interpreter": OTHER_PYTHON}),
    "another Python, delegated": ({"delegate_to": "other"}, {}, DELEGATED),
    "switched off": ({}, {}, {"touchbase_in_process": False}),
    "switched off in words": ({}, {}, {"touchbase_in_process": "no"}),
    "switched off in capitals": ({}, {}, {"touchbase_in_process": "False"}),
    "switched off by a number": ({}, {}, {"touchbase_in_process": 0}),
    "switched off by a template": ({}, {}, {"touchbase_in_process": "{{ off }}"}),
    "switched somehow": ({}, {}, {"touchbase_in_process": "perhaps"}),
    "switched to nothing": ({}, {}, {"touchbase_in_process": None}),
}


@pytest.mark.parametrize(
    ("task", "connection", "variables"), LEFT_TO_ANSIBLE.values(), ids=LEFT_TO_ANSIBLE
)
def test_task_that_asks_for_more_is_left_to_ansible(
    service: ScriptedService,
    ansible: Ansible,
    task: dict[str, Any],
    connection: dict[str, Any],
    variables: dict[str, Any],
) -> None:
    templar = Templar({"{{ off }}": False})

    action = action_of(Task(args_of(service), **task), Connection(**connection), templar)
    result = action.run(task_vars=variables)

    assert result == FROM_MODULE
    assert ansible.calls == [variables]
    assert service.connections == 0


RUNS_HERE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing special": ({}, {}),
    "empty environments": ({"environment": [{}, None, {}]}, {}),
    "no environment": ({"environment": None}, {}),
    "this Python": ({}, {"ansible_python_interpreter": sys.executable}),
    "this Python by a template": ({}, {"ansible_python_interpreter": "{{ this }}"}),
    "a Python that Ansible finds": ({}, {"ansible_python_interpreter": "auto_silent"}),
    "no Python": ({}, {"ansible_python_interpreter": ""}),
    "delegated to a host with this Python": (
        {"delegate_to": "other"},
        {"ansible_delegated_vars": {"other": {"ansible_python_interpreter": sys.executable}}},
    ),
    "delegated away from a host with another Python": (
        {"delegate_to": "localhost"},
        {"ansible_python_interpreter": OTHER_PYTHON, "ansible_delegated_vars": {"localhost": {}}},
    ),
    "delegated to a host without variables": ({"delegate_to": "localhost"}, {}),
    "switched on": ({}, {"touchbase_in_process": True}),
    "switched on in words": ({}, {"touchbase_in_process": "yes"}),
    "switched on by a template": ({}, {"touchbase_in_process": "{{ on }}"}),
}


@pytest.mark.parametrize(("task", "variables"), RUNS_HERE.values(), ids=RUNS_HERE)
def test_task_that_asks_for_nothing_more_runs_in_process(
    service: ScriptedService, ansible: Ansible, task: dict[str, Any], variables: dict[str, Any]
) -> None:
    service.answers(reply(json=wire()))
    templar = Templar({"{{ this }}": sys.executable, "{{ on }}": True})

    result = action_of(Task(args_of(service), **task), templar=templar).run(task_vars=variables)

    assert ran_here(result, ansible)
    assert service.seen == [GET]


def test_interpreter_setting_counts_like_the_variable(
    service: ScriptedService, ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", OTHER_PYTHON)

    result = action_of(Task(args_of(service))).run(task_vars={})

    assert not ran_here(result, ansible)
    assert C.config.get_config_value("INTERPRETER_PYTHON", variables={}) == OTHER_PYTHON


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQUESTS_IMPORT_ERROR", "Traceback"),
        ("sys", SimpleNamespace(platform="darwin", executable=sys.executable)),
    ],
    ids=["no requests", "macOS"],
)
def test_task_is_left_to_ansible_where_process_cannot_run_it(
    service: ScriptedService,
    ansible: Ansible,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: Any,
) -> None:
    monkeypatch.setattr(_local_action, name, value)

    assert not ran_here(action_of(Task(args_of(service))).run(task_vars={}), ansible)
    assert service.connections == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"xyz": "x"},
        {"webhook_id": "many"},
        {"scope": "mailing"},
        {"state": "gone"},
        {"timeout": "long"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_invalid_option_is_left_to_ansible(
    service: ScriptedService, ansible: Ansible, wrong: dict[str, Any]
) -> None:
    assert not ran_here(action_of(Task(args_of(service, **wrong))).run(task_vars={}), ansible)
    assert service.connections == 0
