# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process door: when it acts, when it leaves the task to Ansible, and what it returns."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants as C
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.touchbasepro.sms.plugins.action import (
    touchbase_sms_campaign_info,
    touchbase_sms_webhook,
    touchbase_sms_webhook_info,
    touchbase_sms_webhooks,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils import _client
from ansible_collections.touchbasepro.sms.plugins.module_utils._address import (
    MASK,
    masked_address,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _in_process_door
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    OTHER_URL,
    URL,
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
    hangs_up,
    reply,
)

GET, PUT = f"GET {WEBHOOK_PATH}", f"PUT {WEBHOOK_PATH}"
OTHER_PYTHON = "/opt/other/bin/python3"
FROM_ANSIBLE = {"changed": False, "by": "the module", "webhook": {"url": URL}}


@dataclass
class Task:
    """What the door may know of a task; anything else is an AttributeError."""

    args: dict[str, Any]
    check_mode: bool = False
    async_val: int = 0
    environment: list[Any] | None = None
    delegate_to: str | None = None
    no_log: bool = False
    action: str = "touchbasepro.sms.touchbase_sms_webhook"


@dataclass
class Connection:
    """What the door may know of a connection."""

    transport: str = "local"
    become: object | None = None


@dataclass
class PlayContext:
    """Nothing of the play matters."""


@dataclass
class Templar:
    """Knows one template, and gives back everything else as it is."""

    known: Mapping[str, Any] = field(default_factory=dict)

    def template(self, variable: Any) -> Any:
        return self.known.get(variable, variable) if isinstance(variable, str) else variable


@dataclass
class Ansible:
    """Records what Ansible's own action was asked to do, in place of running a module."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=lambda: dict(FROM_ANSIBLE))

    def run(self, _tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        self.calls.append(dict(task_vars or {}))
        return self.result


@pytest.fixture(name="ansible", autouse=True)
def _ansible(monkeypatch: pytest.MonkeyPatch) -> Ansible:
    ansible = Ansible()
    monkeypatch.setattr(NormalAction, "run", lambda _self, *given: ansible.run(*given))
    monkeypatch.delenv("ANSIBLE_PYTHON_INTERPRETER", raising=False)
    _in_process_door._transport_of.cache_clear()
    return ansible


def args_of(service: ScriptedService, **more: Any) -> dict[str, Any]:
    usual = {"api_key": KEY, "api_url": service.url, "retries": 0, "campaign_id": 9141}
    return {**usual, "webhook_id": 28, "active": True, **more}


def set_of(service: ScriptedService, *entries: Any, **more: Any) -> dict[str, Any]:
    """The options of touchbase_sms_webhooks."""
    usual = {"api_key": KEY, "api_url": service.url, "retries": 0}
    return {**usual, "webhooks": list(entries), **more}


def set_door(task: Task, connection: Connection | None = None) -> Any:
    return door(task, connection, module=touchbase_sms_webhooks)


def door(
    task: Task,
    connection: Connection | None = None,
    templar: Templar | None = None,
    module: Any = touchbase_sms_webhook,
) -> Any:
    return module.ActionModule(
        task, connection or Connection(), PlayContext(), None, templar or Templar(), None
    )


def ran_here(result: dict[str, Any], ansible: Ansible) -> bool:
    assert (result.get("by") == "the module") == bool(ansible.calls)
    return not ansible.calls


# What it returns


def test_on_the_local_connection_the_task_runs_here(
    service: ScriptedService, ansible: Ansible
) -> None:
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))

    result = door(Task(args_of(service, url=OTHER_URL))).run(task_vars={})

    after = webhook(url=OTHER_URL).record()
    assert ran_here(result, ansible)
    assert result["changed"]
    assert result["webhook"] == result["diff"]["after"] == after
    assert result["ansible_facts"] == {"touchbase_sms_webhook": after}
    assert "warnings" not in result
    assert service.seen == [GET, PUT]


def test_check_mode_returns_the_same_and_writes_nothing(service: ScriptedService) -> None:
    args = args_of(service, url=OTHER_URL)
    service.answers(reply(json=wire()))
    predicted = door(Task(args, check_mode=True)).run(task_vars={})
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))
    done = door(Task(args)).run(task_vars={})

    assert predicted == done
    assert service.seen == [GET, GET, PUT]


def test_reading_works_the_same_way(service: ScriptedService, ansible: Ansible) -> None:
    service.answers(reply(json=[wire()]))
    args = args_of(service, webhook_id=None, active=None)

    result = door(Task(args), module=touchbase_sms_webhook_info).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhooks"] == [webhook().record()]
    assert service.seen == [f"GET {WEBHOOKS_PATH}"]


def test_a_failure_is_returned_and_not_raised(service: ScriptedService) -> None:
    service.answers(error(401, 100, "Provided API key is invalid"))

    result = door(Task(args_of(service))).run(task_vars={})

    assert result["failed"]
    assert "Check api_key" in result["msg"]
    assert result["failure"]["code"] == 100


def test_warnings_are_in_the_result(service: ScriptedService) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")), reply(json=wire()))

    result = door(Task(args_of(service))).run(task_vars={})

    assert len(result["warnings"]) == 1
    assert "gone" in result["warnings"][0]


@pytest.mark.parametrize("masks", [False, True])
def test_a_task_with_no_log_tells_how_many_warnings_there_are(
    service: ScriptedService, masks: bool
) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")), reply(json=wire()))

    result = door(Task(args_of(service, mask_url=masks), no_log=True)).run(task_vars={})

    assert result["warnings"] == ["There are warnings (1), which no_log hides."]


@pytest.mark.parametrize("masks", [False, True])
@pytest.mark.parametrize("no_log", [False, True])
def test_the_warnings_of_a_module_are_hidden_by_no_log_alone(
    service: ScriptedService, ansible: Ansible, no_log: bool, masks: bool
) -> None:
    ansible.result = {**FROM_ANSIBLE, "warnings": ["one", "another"]}
    elsewhere = {"touchbase_in_process": False}
    task = Task(args_of(service, mask_url=masks), no_log=no_log)

    result = door(task).run(task_vars=elsewhere)

    assert result["warnings"] == (
        ["There are warnings (2), which no_log hides."] if no_log else ["one", "another"]
    )


def test_a_result_without_warnings_stays_so_with_no_log(service: ScriptedService) -> None:
    service.answers(reply(json=wire(IsActive=True)))

    result = door(Task(args_of(service), no_log=True)).run(task_vars={})

    assert "warnings" not in result


@pytest.mark.parametrize("masks", [False, True])
def test_a_defect_is_a_result_without_secrets(
    service: ScriptedService, ansible: Ansible, monkeypatch: pytest.MonkeyPatch, masks: bool
) -> None:
    def broken(*_given: Any) -> None:
        raise LookupError(f"{KEY} at {URL}")

    monkeypatch.setattr(_client.Client, "read_webhook", broken)

    result = door(Task(args_of(service, mask_url=masks))).run(task_vars={})

    assert not ansible.calls
    assert result["failed"]
    assert result["failure"]["kind"] == "defect"
    assert "in broken" in result["exception"]
    assert KEY not in json.dumps(result)
    assert (URL in json.dumps(result)) is not masks


def test_a_task_without_variables_runs_as_well(service: ScriptedService, ansible: Ansible) -> None:
    service.answers(reply(json=wire()))

    assert ran_here(door(Task(args_of(service))).run(), ansible)


class Tagged(str):
    """Like the texts of newer Ansible, which know where they come from."""

    __slots__ = ()


class TaggedNumber(int):
    """Like a number of newer Ansible."""


def test_options_of_ansible_s_own_types_are_taken_for_what_they_hold(
    service: ScriptedService, ansible: Ansible
) -> None:
    service.answers(reply(json=wire()))
    args = args_of(
        service, url=Tagged(URL), webhook_id=Tagged("28"), campaign_id=TaggedNumber(9141)
    )

    result = door(Task({Tagged(name): value for name, value in args.items()})).run(task_vars={})

    assert ran_here(result, ansible)
    webhook = result["webhook"]
    assert webhook["url"].__class__ is str
    assert webhook["campaign_id"].__class__ is int


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (TaggedNumber(3), 3),
        (2.5, 2.5),
        (Tagged("text"), "text"),
        ([Tagged("a"), {"b": (1,)}], ["a", {"b": [1]}]),
        (b"bytes", "b'bytes'"),
    ],
)
def test_data_becomes_plain(value: Any, plain: Any) -> None:
    assert _in_process_door._plain(value) == plain
    assert type(_in_process_door._plain(value)) is type(plain)


@pytest.mark.parametrize(
    ("setting", "shown"),
    [(None, True), (True, True), (False, False)],
    ids=["no such setting", "on", "off"],
)
def test_the_invocation_follows_the_setting_of_ansible(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch, setting: bool | None, shown: bool
) -> None:
    service.answers(reply(json=wire()))
    config = SimpleNamespace(
        get_configuration_definition=lambda name: setting if setting is None else {"name": name},
        get_config_value=lambda name, variables: (
            setting if name == "INJECT_INVOCATION" else variables.get("x", "auto")
        ),
    )
    monkeypatch.setattr(_in_process_door, "C", SimpleNamespace(config=config))

    result = door(Task(args_of(service))).run(task_vars={})

    assert ("invocation" in result) is shown
    if shown:
        assert result["invocation"]["module_args"]["webhook_id"] == 28
        assert result["invocation"]["module_args"]["timeout"] == 30.0


def test_the_key_is_nowhere_in_the_result(service: ScriptedService) -> None:
    address = f"https://hooks.example.org/{KEY}"
    service.answers(reply(json=wire(Url=address)), reply(json=wire(Url=address, IsActive=False)))

    result = door(Task(args_of(service, active=False))).run(task_vars={})

    assert result["changed"]
    assert KEY not in json.dumps(result)


class History(str):
    """A text with a history, as Ansible has them."""

    __slots__ = ()


def test_the_options_go_back_to_ansible_as_plain_data(service: ScriptedService) -> None:
    service.answers(reply(json=wire()))
    task = Task(args_of(service, url=History(URL)))

    door(task).run(task_vars={})

    assert task.args == args_of(service, url=URL)
    assert not isinstance(task.args["url"], History)


def test_the_options_that_ansible_s_own_action_gets_are_as_they_were(
    service: ScriptedService, ansible: Ansible
) -> None:
    task = Task(args_of(service, url=History(URL)), async_val=60)

    door(task).run(task_vars={})

    assert ansible.calls
    assert isinstance(task.args["url"], History)


# Progress


@pytest.fixture(name="shown")
def _shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How far each task was when it ended."""
    shown: list[str] = []

    @contextmanager
    def life_sign(task: str, progress: Progress) -> Iterator[None]:
        yield
        shown.append(f"{task}: {progress}")

    monkeypatch.setattr(_in_process_door, "life_sign", life_sign)
    return shown


def test_what_may_take_long_shows_how_far_it_is(service: ScriptedService, shown: list[str]) -> None:
    service.answers(reply(json=[wire()]), gateway(503, "Later"), reply(json=wire(Url=OTHER_URL)))
    entry = {"campaign_id": 9141, "webhook_id": 28, "url": OTHER_URL}
    args = set_of(service, entry, retries=1, max_wait=0.01)

    result = set_door(Task(args, action="touchbasepro.sms.touchbase_sms_webhooks")).run()

    assert result["changed"]
    assert shown == ["touchbase_sms_webhooks: 1 of 1 done, 1 retry"]


def test_reading_details_shows_how_far_it_is(service: ScriptedService, shown: list[str]) -> None:
    off = wire(IsActive=False)
    service.answers(reply(json=[off, wire(Id=29)]), reply(json=off))
    args = without(args_of(service, details=True), "webhook_id", "active")
    task = Task(args, action="touchbasepro.sms.touchbase_sms_webhook_info")

    door(task, module=touchbase_sms_webhook_info).run()

    assert shown == ["touchbase_sms_webhook_info: 2 of 2 webhooks read"]


def test_reading_campaigns_shows_how_far_it_is(service: ScriptedService, shown: list[str]) -> None:
    service.answers(reply(json=page(campaign_wire())))
    args = without(args_of(service), "campaign_id", "webhook_id", "active")
    task = Task(args, action="touchbasepro.sms.touchbase_sms_campaign_info")

    door(task, module=touchbase_sms_campaign_info).run()

    assert shown == ["touchbase_sms_campaign_info: 1 of 1 pages read"]


def test_one_webhook_is_no_long_work(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_in_process_door, "life_sign", None)
    service.answers(reply(json=wire()))

    assert not door(Task(args_of(service))).run(task_vars={}).get("failed")


def test_an_empty_key_is_refused_in_words_that_can_be_read(service: ScriptedService) -> None:
    result = door(Task(args_of(service, api_key=""))).run(task_vars={})

    assert result["failed"]
    assert "api_key is missing" in result["msg"]
    assert service.connections == 0


# Options that are null


@pytest.mark.parametrize(
    "name",
    ["scope", "list_id", "webhook_type", "url", "active", "state", "note", "date_created"],
)
def test_an_option_of_an_entry_that_is_null_counts_as_omitted(
    service: ScriptedService, ansible: Ansible, name: str
) -> None:
    service.answers(reply(json=[wire()]))
    entry = {"campaign_id": 9141, "webhook_id": 28, "url": URL, "active": True, name: None}

    result = set_door(Task(set_of(service, entry))).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhooks"] == [webhook().record()]
    assert not result["changed"]


@pytest.mark.parametrize(
    "name", ["scope", "list_id", "webhook_type", "url", "state", "mask_url", "timeout", "ca_path"]
)
def test_an_option_of_a_task_that_is_null_counts_as_omitted(
    service: ScriptedService, ansible: Ansible, name: str
) -> None:
    service.answers(reply(json=wire()))

    result = door(Task(args_of(service, **{name: None}))).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhook"] == webhook().record()


def test_a_key_that_is_null_is_taken_from_the_environment(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", "key-from-environment")
    service.answers(reply(json=wire()))

    door(Task(args_of(service, api_key=None))).run(task_vars={})

    assert service.requests[0].headers["authorization"] == "Bearer key-from-environment"


def test_lists_that_are_null_count_as_empty(service: ScriptedService) -> None:
    result = set_door(Task(set_of(service, webhooks=None, owners=None))).run(task_vars={})

    assert result["failed"]
    assert "Nothing is declared" in result["msg"]


def test_ansible_gets_the_options_without_those_that_are_null(
    service: ScriptedService, ansible: Ansible
) -> None:
    entry = {"campaign_id": 9141, "scope": None, "url": URL}
    task = Task(set_of(service, entry, owners=({"list_id": 77, "scope": None},), mask_url=None))

    set_door(task).run(task_vars={"touchbase_in_process": False})

    assert len(ansible.calls) == 1
    assert task.args == set_of(service, {"campaign_id": 9141, "url": URL}, owners=[{"list_id": 77}])


# Wrong options of entries

FINE = {"campaign_id": 9141, "webhook_id": 28, "active": True}
BOTH_DOORS: dict[str, dict[str, Any]] = {"here": {}, "module": {"touchbase_in_process": False}}
both_doors = pytest.mark.parametrize("variables", BOTH_DOORS.values(), ids=BOTH_DOORS)


def complaints(result: dict[str, Any]) -> list[str]:
    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    first, *lines = result["msg"].splitlines()
    assert first == "Nothing was changed, because of:"
    return lines


@both_doors
def test_every_entry_with_a_wrong_option_is_named_with_its_position_before_any_request(
    service: ScriptedService, ansible: Ansible, variables: dict[str, Any]
) -> None:
    args = set_of(
        service,
        {**FINE, "webhook_id": "many", "active": "perhaps"},
        FINE,
        {**FINE, "webhook_type": "Reply"},
        {**FINE, "hook": "x", "timeout": 3, "state": "gone"},
        "nonsense",
        {**FINE, "webhook_type": "Reply"},
        purge=True,
        owners=[{"campaign_id": 9141}, {"list_id": "many"}, {"scope": "mailing"}],
    )

    lines = complaints(set_door(Task(args)).run(task_vars=variables))

    reasons = {
        "webhooks[0]": ["webhook_id", "active", "perhaps"],
        "webhooks[2], webhooks[5]": ["webhook_type", "one of", "got: Reply."],
        "webhooks[3]": ["There is no option hook, timeout; there are scope, campaign_id,"],
        "webhooks[4]": ["This must be a dictionary."],
        "owners[1]": ["list_id"],
        "owners[2]": ["scope", "got: mailing."],
    }
    assert [line.partition(": ")[0] for line in lines] == list(reasons)
    for words, line in zip(reasons.values(), lines):
        assert [word for word in words if word not in line] == []
    assert ansible.calls == []
    assert service.connections == 0


@pytest.mark.parametrize("entry", ["nonsense", 7, None, [], [FINE]])
def test_an_entry_that_is_no_dictionary_is_named(service: ScriptedService, entry: Any) -> None:
    result = set_door(Task(set_of(service, FINE, entry))).run(task_vars={})

    assert complaints(result) == ["webhooks[1]: This must be a dictionary."]


def test_an_entry_is_named_wherever_the_task_runs(
    service: ScriptedService, ansible: Ansible
) -> None:
    args = set_of(service, {**FINE, "hook": "x"})

    result = set_door(Task(args, check_mode=True), Connection(transport="ssh")).run(task_vars={})

    assert [line.partition(":")[0] for line in complaints(result)] == ["webhooks[0]"]
    assert ansible.calls == []


def test_an_entry_in_the_short_form_that_ansible_knows_is_no_wrong_one(
    service: ScriptedService, ansible: Ansible
) -> None:
    service.answers(reply(json=[wire()]))
    args = set_of(service, "campaign_id=9141 webhook_id=28 active=true")

    result = set_door(Task(args)).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhooks"] == [webhook().record()]


LEFT_IN_ANSIBLE_S_WORDS: dict[str, dict[str, Any]] = {
    "a wrong option of the task": {"timeout": "long"},
    "an unknown option of the task": {"hook": "x"},
    "entries that are no list": {"webhooks": "nonsense"},
    "owners that are no list": {"owners": 7},
}


@pytest.mark.parametrize("wrong", LEFT_IN_ANSIBLE_S_WORDS.values(), ids=LEFT_IN_ANSIBLE_S_WORDS)
def test_what_is_not_wrong_with_an_entry_is_left_to_ansible_s_own_words(
    service: ScriptedService, ansible: Ansible, wrong: dict[str, Any]
) -> None:
    result = set_door(Task({**set_of(service, FINE), **wrong})).run(task_vars={})

    assert not ran_here(result, ansible)
    assert service.connections == 0


def test_a_wrong_entry_is_named_though_an_option_of_the_task_is_wrong_too(
    service: ScriptedService, ansible: Ansible
) -> None:
    args = set_of(service, {**FINE, "webhook_id": "many"}, timeout="long")

    (line,) = complaints(set_door(Task(args)).run(task_vars={}))

    assert line.startswith("webhooks[0]: ")
    assert ansible.calls == []


@both_doors
@pytest.mark.parametrize("from_environment", [False, True], ids=["option", "environment"])
def test_a_complaint_about_an_entry_does_not_show_the_key(
    service: ScriptedService,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, Any],
    from_environment: bool,
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    args = set_of(service, {**FINE, "webhook_type": KEY}, {**FINE, KEY: 1}, {**FINE, "active": KEY})
    if from_environment:
        del args["api_key"]

    result = set_door(Task(args)).run(task_vars=variables)

    assert len(complaints(result)) == 3
    assert KEY not in json.dumps(result)


@both_doors
def test_a_complaint_about_an_entry_is_masked_with_mask_url(
    service: ScriptedService, variables: dict[str, Any]
) -> None:
    args = set_of(service, {**FINE, "url": OTHER_URL, "webhook_type": OTHER_URL}, mask_url=True)

    result = set_door(Task(args)).run(task_vars=variables)

    assert len(complaints(result)) == 1
    assert MASK in result["msg"]
    assert "77aa" not in json.dumps(result)


# One session


def test_two_tasks_with_the_same_options_share_a_connection(service: ScriptedService) -> None:
    service.always_answers(reply(json=wire()))

    for _item in range(3):
        door(Task(args_of(service))).run(task_vars={})

    assert len(service.requests) == 3
    assert service.connections == 1


@pytest.mark.parametrize(
    ("args", "check_mode"),
    [({"api_key": "another-key-77"}, False), ({"timeout": 7}, False), ({}, True)],
    ids=["another key", "another timeout", "check mode"],
)
def test_another_way_to_connect_is_another_session(
    service: ScriptedService, args: dict[str, Any], check_mode: bool
) -> None:
    service.always_answers(reply(json=wire()))

    door(Task(args_of(service))).run(task_vars={})
    door(Task(args_of(service, **args), check_mode=check_mode)).run(task_vars={})

    assert service.connections == 2
    key = args.get("api_key", KEY)
    assert service.requests[1].headers["authorization"] == f"Bearer {key}"


def test_another_process_is_another_session(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.always_answers(reply(json=wire()))

    door(Task(args_of(service))).run(task_vars={})
    monkeypatch.setattr(os, "getpid", lambda: -1)
    door(Task(args_of(service))).run(task_vars={})

    assert service.connections == 2


# When it leaves the task to Ansible

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
def test_a_task_that_could_run_otherwise_here_is_left_to_ansible(
    service: ScriptedService,
    ansible: Ansible,
    task: dict[str, Any],
    connection: dict[str, Any],
    variables: dict[str, Any],
) -> None:
    templar = Templar({"{{ off }}": False})

    action = door(Task(args_of(service), **task), Connection(**connection), templar)
    result = action.run(task_vars=variables)

    assert result == FROM_ANSIBLE
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
def test_a_task_that_runs_the_same_here_runs_here(
    service: ScriptedService, ansible: Ansible, task: dict[str, Any], variables: dict[str, Any]
) -> None:
    service.answers(reply(json=wire()))
    templar = Templar({"{{ this }}": sys.executable, "{{ on }}": True})

    result = door(Task(args_of(service), **task), templar=templar).run(task_vars=variables)

    assert ran_here(result, ansible)
    assert service.seen == [GET]


def test_the_setting_for_the_interpreter_counts_like_the_variable(
    service: ScriptedService, ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", OTHER_PYTHON)

    result = door(Task(args_of(service))).run(task_vars={})

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
def test_where_this_process_cannot_do_it_the_task_is_left_to_ansible(
    service: ScriptedService,
    ansible: Ansible,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: Any,
) -> None:
    monkeypatch.setattr(_in_process_door, name, value)

    assert not ran_here(door(Task(args_of(service))).run(task_vars={}), ansible)
    assert service.connections == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"hook": "x"},
        {"webhook_id": "many"},
        {"active": "perhaps"},
        {"scope": "mailing"},
        {"webhook_type": "Reply"},
        {"timeout": "long"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_options_that_do_not_validate_are_left_to_ansible_s_own_words(
    service: ScriptedService, ansible: Ansible, wrong: dict[str, Any]
) -> None:
    assert not ran_here(door(Task(args_of(service, **wrong))).run(task_vars={}), ansible)
    assert service.connections == 0


def test_a_deprecated_option_is_left_to_ansible_which_announces_it(
    service: ScriptedService, ansible: Ansible
) -> None:
    action = door(Task(args_of(service, old=1)))
    spec = {**action.operation.argument_spec}
    spec["old"] = {"type": "int", "removed_in_version": "9.0.0", "removed_from_collection": "a.b"}
    action.operation = _in_process_door.Operation(spec, action.operation.run)

    assert not ran_here(action.run(task_vars={}), ansible)
    assert service.connections == 0


# Masking


@pytest.mark.parametrize("spelling", [True, "yes", 1])
def test_mask_url_masks_what_ran_here(service: ScriptedService, spelling: Any) -> None:
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))
    args = args_of(service, url=OTHER_URL, mask_url=spelling)

    result = door(Task(args)).run(task_vars={})

    assert result["webhook"]["url"] == masked_address(OTHER_URL)
    assert result["ansible_facts"]["touchbase_sms_webhook"]["url"] == masked_address(OTHER_URL)
    assert result["diff"]["before"]["url"] == masked_address(URL)
    assert "5f1d" not in json.dumps(result)
    assert "77aa" not in json.dumps(result)


def test_mask_url_masks_a_failure_that_happened_here(service: ScriptedService) -> None:
    service.answers(gateway(400, f"No receiver at {OTHER_URL} nor at /replies/77aa"))

    result = door(Task(args_of(service, url=OTHER_URL, mask_url=True))).run(task_vars={})

    assert result["failed"]
    assert MASK in result["msg"]
    assert "77aa" not in json.dumps(result)


def test_mask_url_leaves_an_api_url_from_the_environment_as_it_is(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_URL", f"{service.url}/gateway")
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "false")
    service.answers(hangs_up())

    result = door(Task(without(args_of(service, mask_url=True), "api_url"))).run(task_vars={})

    assert result["failed"]
    assert f"the connection to {service.url}/gateway" in result["msg"]


@pytest.mark.parametrize("spelling", [True, "yes", "perhaps"])
def test_mask_url_masks_what_ansible_ran_and_keeps_it_out_of_the_syslog(
    service: ScriptedService, ansible: Ansible, spelling: Any
) -> None:
    variables = {"touchbase_in_process": False}

    result = door(Task(args_of(service, mask_url=spelling))).run(task_vars=variables)

    assert result["webhook"]["url"] == masked_address(URL)
    assert ansible.calls == [{**variables, "ansible_no_target_syslog": True}]
    assert variables == {"touchbase_in_process": False}


@pytest.mark.parametrize("spelling", [False, "no", None])
def test_without_mask_url_nothing_is_masked_nor_kept_from_the_syslog(
    service: ScriptedService, ansible: Ansible, spelling: Any
) -> None:
    variables = {"touchbase_in_process": False}

    result = door(Task(args_of(service, mask_url=spelling))).run(task_vars=variables)

    assert result["webhook"]["url"] == URL
    assert ansible.calls == [variables]


def test_mask_url_with_async_is_refused(service: ScriptedService, ansible: Ansible) -> None:
    result = door(Task(args_of(service, mask_url=True), async_val=30)).run(task_vars={})

    assert result["failed"]
    assert "mask_url cannot be combined with async" in result["msg"]
    assert result["failure"]["kind"] == "not_plannable"
    assert ansible.calls == []
    assert service.connections == 0


def test_ansible_lint_finds_the_main_of_the_module_in_the_action() -> None:
    assert callable(touchbase_sms_webhook.main)
    assert callable(touchbase_sms_webhook_info.main)


def test_after_an_end_from_outside_the_next_task_has_a_session_of_its_own(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the timeout of a task interrupted: a connection may never have been given back."""

    class Timeout(BaseException):
        """As Ansible's own for a task that takes too long."""

    def ends(*_given: object) -> None:
        raise Timeout

    service.always_answers(reply(json=wire()))
    door(Task(args_of(service))).run(task_vars={})
    with monkeypatch.context() as interrupted:
        interrupted.setattr(_in_process_door, "perform", ends)
        with pytest.raises(Timeout):
            door(Task(args_of(service))).run(task_vars={})

    door(Task(args_of(service))).run(task_vars={})

    assert service.connections == 2
