"""The in-process action: its results, its sessions, and when it leaves a task to Ansible."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.action import (
    touchbase_sms_campaign_info,
    touchbase_sms_webhook,
    touchbase_sms_webhook_info,
    touchbase_sms_webhooks,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support import actions as act
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

MOVED = made.api_record(Url=made.OTHER_URL)
OTHER_PYTHON = "/opt/other/bin/python3"


@pytest.mark.parametrize("diff", [False, True])
def test_local_task_runs_in_process(service: api.Service, ansible: act.Ansible, diff: bool) -> None:
    service.answers(made.api_record(), made.api_record(), MOVED)
    args = act.args_of(service, url=made.OTHER_URL)

    predicted = act.run(act.Task(args, diff=diff, check_mode=True))
    result = act.run(act.Task(args, diff=diff))

    assert predicted == result
    assert result["changed"]
    assert result["webhook"] == made.webhook(url=made.OTHER_URL).record()
    assert ("diff" in result) is diff
    assert "warnings" not in result
    assert [one.method for one in service.requests] == ["GET", "GET", "PUT"]
    assert ansible.calls == []


@pytest.mark.parametrize("setting", [None, True, False], ids=["no such setting", "on", "off"])
def test_invocation_follows_the_setting_of_ansible(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, setting: bool | None
) -> None:
    service.answers(made.api_record())
    config = SimpleNamespace(
        get_configuration_definition=lambda _name: None if setting is None else {"type": "bool"},
        get_config_value=lambda name, variables: (
            setting if name == "INJECT_INVOCATION" else variables.get("x", "auto")
        ),
    )
    monkeypatch.setattr(_local_action, "C", SimpleNamespace(config=config))

    result = act.run_one(service)

    assert ("invocation" in result) is (setting is not False)
    if "invocation" in result:
        assert result["invocation"]["module_args"]["timeout"] == 30.0


# Progress


ENTRY = {"campaign_id": 9141, "webhook_id": 28, "url": made.OTHER_URL}
SET = {"webhooks": [ENTRY], "retries": 1, "max_wait": 0.01}
INFO = {"campaign_id": 9141, "details": True}
ON, OFF = made.api_record(Id=29), made.api_record(IsActive=False)
LISTED, LATER = [made.api_record()], api.gateway(503, "Later")
CAMPAIGNS = made.page(made.api_campaign())
# module, options, answers, progress when the task ends
PROGRESS: dict[str, tuple[Any, dict[str, Any], list[Any], list[str]]] = {
    "set": (touchbase_sms_webhooks, SET, [LISTED, LATER, MOVED], ["1 of 1 done, 1 retry"]),
    "info": (touchbase_sms_webhook_info, INFO, [[OFF, ON], OFF], ["2 of 2 webhooks read"]),
    "campaigns": (touchbase_sms_campaign_info, {}, [CAMPAIGNS], ["1 of 1 pages read"]),
    "single": (touchbase_sms_webhook, ENTRY, [made.api_record(), MOVED], []),
}


@pytest.mark.parametrize("name", PROGRESS)
def test_task_that_may_take_long_shows_its_progress(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    module, args, answers, lines = PROGRESS[name]
    shown: list[str] = []

    @contextmanager
    def show_progress(task: str, progress: Progress) -> Iterator[None]:
        yield
        shown.append(f"{task}: {progress}")

    monkeypatch.setattr(_local_action, "show_progress", show_progress)
    service.answers(*answers)
    args = {**made.without(act.set_of(service), "webhooks"), **args}

    result = act.run(act.Task(args, action="touchbasepro.sms.the_name"), module=module)

    assert not result.get("failed")
    assert shown == [f"the_name: {line}" for line in lines]


# Sessions


SESSIONS: dict[str, tuple[dict[str, Any], bool, int]] = {
    "same options": ({}, False, 1),
    "another key": ({"api_key": "another-key-77"}, False, 2),
    "another timeout": ({"timeout": 7}, False, 2),
    "check mode": ({}, True, 2),
}


@pytest.mark.parametrize(("args", "check_mode", "sessions"), SESSIONS.values(), ids=SESSIONS)
def test_tasks_with_the_same_connection_options_share_a_session(
    service: api.Service, args: dict[str, Any], check_mode: bool, sessions: int
) -> None:
    service.always_answers(made.api_record())

    act.run_one(service)
    act.run(act.Task(act.args_of(service, **args), check_mode=check_mode))

    assert service.connections == sessions
    key = args.get("api_key", made.KEY)
    assert service.requests[1].headers["authorization"] == f"Bearer {key}"


def test_another_process_opens_another_session(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.always_answers(made.api_record())

    act.run_one(service)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    act.run_one(service)

    assert service.connections == 2


def test_task_after_an_interruption_opens_another_session(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the timeout of a task interrupted: a connection may never have been given back."""
    service.always_answers(made.api_record())
    act.run_one(service)
    with monkeypatch.context() as interrupted:
        interrupted.setattr(_local_action, "run_operation", lambda *_given: sys.exit())
        with pytest.raises(SystemExit):
            act.run_one(service)

    act.run_one(service)

    assert service.connections == 2


# In process, or left to Ansible: fields of the task and of the connection, and variables

PYTHON, SWITCH = "ansible_python_interpreter", "touchbase_in_process"
DELEGATED = {"ansible_delegated_vars": {"other": {PYTHON: OTHER_PYTHON}}}
ELSEWHERE = {PYTHON: OTHER_PYTHON, "ansible_delegated_vars": {"other": {PYTHON: sys.executable}}}
Fields = dict[str, Any]
LEFT_TO_ANSIBLE: dict[str, tuple[Fields, Fields, Fields]] = {
    "another connection": ({}, {"transport": "ssh"}, {}),
    "another user": ({}, {"become": object()}, {}),
    "async": ({"async_val": 30}, {}, {}),
    "environment after an empty one": ({"environment": [{}, {"A": "b"}]}, {}, {}),
    "another Python": ({}, {}, {PYTHON: OTHER_PYTHON}),
    "another Python, delegated": ({"delegate_to": "other"}, {}, DELEGATED),
    **{f"switch {one!r}": ({}, {}, {SWITCH: one}) for one in (False, "no", 0, "perhaps", None)},
    "switched off by a template": ({}, {}, {SWITCH: "{{ off }}"}),
}
IN_PROCESS: dict[str, tuple[Fields, Fields, Fields | None]] = {
    "no variables": ({}, {}, None),
    "empty environments": ({"environment": [{}, None, {}]}, {}, {}),
    "no environment": ({"environment": None}, {}, {}),
    **{
        f"Python {one!r}": ({}, {}, {PYTHON: one})
        for one in (sys.executable, "{{ this }}", "auto_silent", "")
    },
    "delegated to a host with this Python": ({"delegate_to": "other"}, {}, ELSEWHERE),
    "delegated to a host without variables": ({"delegate_to": "localhost"}, {}, {}),
    **{f"switch {one!r}": ({}, {}, {SWITCH: one}) for one in (True, "yes", "{{ on }}")},
}
TEMPLATES = {"{{ this }}": sys.executable, "{{ on }}": True, "{{ off }}": False}


@pytest.mark.parametrize("name", [*LEFT_TO_ANSIBLE, *IN_PROCESS])
def test_task_that_asks_for_more_than_this_process_is_left_to_ansible(
    service: api.Service, ansible: act.Ansible, name: str
) -> None:
    task, connection, variables = {**LEFT_TO_ANSIBLE, **IN_PROCESS}[name]
    service.answers(made.api_record())
    given = act.Task(act.args_of(service), **task), variables, act.Connection(**connection)

    result = act.run(*given, act.Templar(TEMPLATES))

    if name in IN_PROCESS:
        assert result["webhook"] == made.webhook().record()
        assert ansible.calls == []
    else:
        assert result == act.FROM_MODULE
        assert ansible.calls == [variables]
        assert service.connections == 0


MAC = SimpleNamespace(platform="darwin", executable=sys.executable)
UNABLE = [("REQUESTS_IMPORT_ERROR", "Traceback"), ("sys", MAC)]


@pytest.mark.parametrize(("name", "value"), UNABLE, ids=["no requests", "macOS"])
def test_task_is_left_to_ansible_where_the_process_cannot_run_it(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    monkeypatch.setattr(_local_action, name, value)

    assert act.run_one(service) == act.FROM_MODULE


def test_interpreter_setting_counts_like_the_variable(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", OTHER_PYTHON)

    assert act.run_one(service, {}) == act.FROM_MODULE


# Locks of creations


CREATION = {"webhook_id": None, "webhook_type": made.REPLY, "url": made.URL}
LOCKED: dict[str, tuple[Fields, Fields, bool]] = {
    "creation": (CREATION, {}, True),
    "webhook by id": ({}, {}, False),
    "check mode": (CREATION, {"check_mode": True}, False),
    "async": (CREATION, {"async_val": 30}, False),
    "invalid option": ({**CREATION, "timeout": "long"}, {}, False),
    "invalid connection": ({**CREATION, "api_url": "nowhere"}, {}, False),
}


@pytest.mark.parametrize("name", LOCKED)
def test_task_that_may_create_holds_the_lock_of_its_owner(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    args, task, is_locked = LOCKED[name]
    held: list[Any] = []

    @contextmanager
    def creation_locks(_folder: Any, _fallback: Any, account: str, owners: Any) -> Iterator[None]:
        held.append((account, owners))
        yield

    monkeypatch.setattr(_local_action, "creation_locks", creation_locks)
    service.always_answers([made.api_record()])

    act.run(act.Task(act.args_of(service, **args), **task))

    expected = (f"{service.url} {made.KEY}", ["campaign 9141"])
    assert held == ([expected] if is_locked else [])
