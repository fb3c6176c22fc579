# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the in-process action: nulls, Ansible's types, and invalid entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.action import touchbase_sms_delivery
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (
    MASK,
)
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support.actions import (
    AS_MODULE,
    Ansible,
    Connection,
    Task,
    action_of,
    args_of,
    ran_here,
    set_action,
    set_of,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    OTHER_URL,
    REPLY,
    URL,
    Tagged,
    webhook,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    reply,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import has_reasons, problems_of


class TaggedNumber(int):
    """A number as ansible-core hands it on since 2.19."""


def test_options_of_ansible_s_types_are_read_by_value(
    service: ScriptedService, ansible: Ansible
) -> None:
    service.answers(reply(json=wire()))
    args = args_of(
        service, url=Tagged(URL), webhook_id=Tagged("28"), campaign_id=TaggedNumber(9141)
    )

    result = action_of(Task({Tagged(name): value for name, value in args.items()})).run(
        task_vars={}
    )

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
        ([Tagged("a"), {"b": (1,), "c": None}], ["a", {"b": [1]}]),
        (b"bytes", "b'bytes'"),
    ],
)
def test_data_is_converted_to_builtin_types(value: Any, plain: Any) -> None:
    assert _local_action._plain(value) == plain
    assert type(_local_action._plain(value)) is type(plain)


def test_options_return_to_ansible_as_builtin_types(service: ScriptedService) -> None:
    service.answers(reply(json=wire()))
    task = Task(args_of(service, url=Tagged(URL)))

    action_of(task).run(task_vars={})

    assert task.args == args_of(service, url=URL)
    assert not isinstance(task.args["url"], Tagged)


def test_empty_key_is_refused_before_a_request(service: ScriptedService) -> None:
    result = action_of(Task(args_of(service, api_key=""))).run(task_vars={})

    assert result["failed"]
    assert "api_key is missing" in result["msg"]
    assert service.connections == 0


@pytest.mark.parametrize(
    "name",
    ["scope", "list_id", "webhook_type", "url", "active", "state", "note", "date_created"],
)
def test_null_option_of_entry_counts_as_omitted(
    service: ScriptedService, ansible: Ansible, name: str
) -> None:
    service.answers(reply(json=[wire()]))
    entry = {"campaign_id": 9141, "webhook_id": 28, "url": URL, "active": True, name: None}

    result = set_action(Task(set_of(service, entry))).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhooks"] == [webhook().record()]
    assert not result["changed"]


@pytest.mark.parametrize(
    "name", ["scope", "list_id", "webhook_type", "url", "state", "mask_url", "timeout", "ca_path"]
)
def test_null_option_of_task_counts_as_omitted(
    service: ScriptedService, ansible: Ansible, name: str
) -> None:
    service.answers(reply(json=wire()))

    result = action_of(Task(args_of(service, **{name: None}))).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhook"] == webhook().record()


def test_null_key_is_taken_from_the_environment(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", "key-from-environment")
    service.answers(reply(json=wire()))

    action_of(Task(args_of(service, api_key=None))).run(task_vars={})

    assert service.requests[0].headers["authorization"] == "Bearer key-from-environment"


def test_null_lists_count_as_empty(service: ScriptedService) -> None:
    result = set_action(Task(set_of(service, webhooks=None, owners=None))).run(task_vars={})

    assert result["failed"]
    assert "Nothing is declared" in result["msg"]


def test_module_gets_the_options_without_nulls(service: ScriptedService, ansible: Ansible) -> None:
    entry = {"campaign_id": 9141, "scope": None, "url": URL}
    task = Task(set_of(service, entry, owners=({"list_id": 77, "scope": None},), mask_url=None))

    set_action(task).run(task_vars={"touchbase_in_process": False})

    assert len(ansible.calls) == 1
    assert task.args == set_of(service, {"campaign_id": 9141, "url": URL}, owners=[{"list_id": 77}])


@pytest.mark.parametrize("webhook_id", [None, ""])
def test_null_id_has_the_same_message_when_until_runs_the_task_again(
    service: ScriptedService, webhook_id: Any
) -> None:
    of_task = Task(args_of(service, webhook_id=webhook_id))
    of_entry = Task(set_of(service, {"campaign_id": 9141, "webhook_id": webhook_id, "url": URL}))

    # Ansible makes an action for each attempt, and gives it the same task.
    messages = [action_of(of_task).run(task_vars={})["msg"] for _attempt in range(2)]
    of_entries = [set_action(of_entry).run(task_vars={})["msg"] for _attempt in range(2)]

    assert messages[0].startswith("webhook_id is given, but it is null or empty")
    assert messages[1] == messages[0]
    assert "webhook_id is given, but it is null or empty" in of_entries[0]
    assert of_entries[1] == of_entries[0]


FINE = {"campaign_id": 9141, "webhook_id": 28, "active": True}
both_paths = pytest.mark.parametrize("variables", [{}, AS_MODULE], ids=["in process", "module"])


def test_problems_of_types_and_of_meaning_come_at_once(service: ScriptedService) -> None:
    entries = [{"campaign_id": "abc"}, {"webhook_id": 28}, {"campaign_id": 9141, "webhook_id": 28}]
    args = set_of(service, *entries, owners=[{"scope": "campaign"}], purge=True)

    lines = problems_of(set_action(Task(args)).run(task_vars={}))

    reasons = {
        "webhooks[0]": "argument 'campaign_id'",
        "webhooks[1]": "The owner of the webhook is missing",
        "webhooks[2]": "Nothing is declared for webhook 28",
        "owners[0]": "The owner of the webhook is missing",
    }
    assert has_reasons(lines, reasons)
    assert service.connections == 0


@both_paths
def test_every_entry_with_an_invalid_option_is_named(
    service: ScriptedService, ansible: Ansible, variables: dict[str, Any]
) -> None:
    args = set_of(
        service,
        {**FINE, "webhook_id": "many", "active": "perhaps"},
        FINE,
        {**FINE, "state": "over"},
        {**FINE, "hook": "x", "timeout": 3, "state": "gone"},
        "nonsense",
        {**FINE, "state": "over"},
        purge=True,
        owners=[{"campaign_id": 9141}, {"list_id": "many"}, {"scope": "mailing"}],
    )

    lines = problems_of(set_action(Task(args)).run(task_vars=variables))

    reasons = {
        "webhooks[0]": ["active is 'perhaps', which is not true or false. ", "webhook_id"],
        "webhooks[2], webhooks[5]": ["state", "one of", "got: over."],
        "webhooks[3]": ["There is no option hook, timeout; there are scope, campaign_id,"],
        "webhooks[4]": ["This must be a mapping."],
        "owners[1]": ["list_id"],
        "owners[2]": ["scope", "got: mailing."],
    }
    assert [line.partition(": ")[0] for line in lines] == list(reasons)
    for words, line in zip(reasons.values(), lines):
        assert [word for word in words if word not in line] == []
    assert ansible.calls == []
    assert service.connections == 0


@pytest.mark.parametrize("entry", ["nonsense", 7, None, [], [FINE]])
def test_entry_that_is_not_a_mapping_is_named(service: ScriptedService, entry: Any) -> None:
    result = set_action(Task(set_of(service, FINE, entry))).run(task_vars={})

    assert problems_of(result) == ["webhooks[1]: This must be a mapping."]


def test_invalid_entry_is_named_on_any_connection(
    service: ScriptedService, ansible: Ansible
) -> None:
    args = set_of(service, {**FINE, "hook": "x"})

    result = set_action(Task(args, check_mode=True), Connection(transport="ssh")).run(task_vars={})

    assert [line.partition(":")[0] for line in problems_of(result)] == ["webhooks[0]"]
    assert ansible.calls == []


def test_entry_as_key_value_text_is_accepted(service: ScriptedService, ansible: Ansible) -> None:
    service.answers(reply(json=[wire()]))
    args = set_of(service, "campaign_id=9141 webhook_id=28 active=true")

    result = set_action(Task(args)).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhooks"] == [webhook().record()]


LEFT_IN_ANSIBLE_S_WORDS: dict[str, dict[str, Any]] = {
    "a wrong option of the task": {"timeout": "long"},
    "an unknown option of the task": {"xyz": "x"},
    "an unknown default": {"defaults": {"xyz": 9141}, "webhooks": [{"webhook_id": 28}]},
    "defaults of a wrong type": {"defaults": {"campaign_id": "many"}, "webhooks": [{}]},
    "defaults that are no dictionary": {"defaults": "nonsense", "webhooks": [{}]},
    "entries that are complete with defaults": {
        "timeout": "long",
        "defaults": {"campaign_id": "9141", "active": "yes"},
        "webhooks": [{"webhook_id": 28}],
    },
    "entries that are complete with defaults as text": {
        "timeout": "long",
        "defaults": "campaign_id=9141 active=yes",
        "webhooks": [{"webhook_id": 28}],
    },
}


@pytest.mark.parametrize("wrong", LEFT_IN_ANSIBLE_S_WORDS.values(), ids=LEFT_IN_ANSIBLE_S_WORDS)
def test_invalid_option_of_set_task_is_left_to_ansible(
    service: ScriptedService, ansible: Ansible, wrong: dict[str, Any]
) -> None:
    result = set_action(Task({**set_of(service, FINE), **wrong})).run(task_vars={})

    assert not ran_here(result, ansible)
    assert service.connections == 0


def test_invalid_entry_is_named_beside_an_invalid_task_option(
    service: ScriptedService, ansible: Ansible
) -> None:
    args = set_of(service, {**FINE, "webhook_id": "many"}, timeout="long")

    (line,) = problems_of(set_action(Task(args)).run(task_vars={}))

    assert line.startswith("webhooks[0]: ")
    assert ansible.calls == []


@both_paths
@pytest.mark.parametrize(
    ("entry", "content"),
    [
        ({"webhook_id": 29}, "(campaign 9141, webhook 29)"),
        ("webhook_id=29", "(campaign 9141, webhook 29)"),
        ({"list_id": "77", "webhook_type": "ListSubscribe"}, "(list 77, ListSubscribe)"),
        ({"scope": "account", "webhook_type": REPLY}, f"({REPLY})"),
    ],
    ids=str,
)
def test_label_of_invalid_entry_has_its_defaults(
    service: ScriptedService, variables: dict[str, Any], entry: Any, content: str
) -> None:
    wrong = f"{entry} hook=x" if isinstance(entry, str) else {**entry, "hook": "x"}
    args = set_of(service, wrong, defaults={"campaign_id": "9141"})

    result = set_action(Task(args)).run(task_vars=variables)

    assert result["msg"].splitlines()[1].startswith(f"webhooks[0] {content}: There is no option")
    assert result["msg"].splitlines()[-1] == HELP


@both_paths
@pytest.mark.parametrize("from_environment", [False, True], ids=["option", "environment"])
def test_problem_of_entry_does_not_show_the_key(
    service: ScriptedService,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, Any],
    from_environment: bool,
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    wrong: list[dict[str, Any]] = [{"state": KEY}, {KEY: 1}, {"active": KEY}, {"webhook_id": KEY}]
    wrong += [{"webhook_id": None, "webhook_type": f"{REPLY} {KEY}", "url": f"{'a' * 95}{KEY}"}]
    args = set_of(service, *[{**FINE, **one} for one in wrong])
    if from_environment:
        del args["api_key"]

    result = set_action(Task(args)).run(task_vars=variables)

    assert len(problems_of(result)) == 5
    assert KEY[:8] not in json.dumps(result)


@both_paths
def test_problem_of_entry_is_masked_with_mask_url(
    service: ScriptedService, variables: dict[str, Any]
) -> None:
    args = set_of(service, {**FINE, "url": OTHER_URL, "state": OTHER_URL}, mask_url=True)

    result = set_action(Task(args)).run(task_vars=variables)

    assert len(problems_of(result)) == 1
    assert MASK in result["msg"]
    assert "77aa" not in json.dumps(result)


def test_entry_of_delivery_need_not_say_more_than_which_webhook(
    service: ScriptedService, ansible: Ansible
) -> None:
    args = set_of(service, {"campaign_id": 9141, "webhook_id": 28})

    action_of(Task(args), module=touchbase_sms_delivery).run(task_vars={})

    assert len(ansible.calls) == 1


def test_invalid_item_of_paused_is_named(service: ScriptedService) -> None:
    paused = [{**FINE, "note": None}, {**FINE, "webhook_id": "many"}, {"campaign_id": 9141}]
    args = {**without(set_of(service), "webhooks"), "state": "resumed", "paused": paused}

    result = action_of(Task(args), module=touchbase_sms_delivery).run(task_vars={})

    lines = problems_of(result)
    assert [line.partition(": ")[0] for line in lines] == ["paused[1]", "paused[2]"]
    assert "webhook_id" in lines[0]
    assert service.connections == 0


# Guessed words, names, and ids that are null


@both_paths
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"enabled": True}, "There is no option enabled. Use active."),
        ({"webhok_id": 28}, "Use webhook_id."),
        ({"state": "disabled"}, "use `active: false`"),
        ({"scope": "account"}, "use `scope: message`"),
        ({"active": "enabled"}, "active is 'enabled', which is not true or false."),
    ],
    ids=str,
)
def test_guessed_word_is_answered(
    service: ScriptedService,
    ansible: Ansible,
    variables: dict[str, Any],
    wrong: dict[str, Any],
    words: str,
) -> None:
    result = action_of(Task(args_of(service, **wrong))).run(task_vars=variables)

    assert result["failed"]
    assert words in result["msg"]
    assert result["msg"].endswith(f" {HELP}")
    assert not ansible.calls


@both_paths
def test_guessed_words_of_defaults_are_answered_beside_other_problems_of(
    service: ScriptedService, ansible: Ansible, variables: dict[str, Any]
) -> None:
    defaults = {"enabled": True, "state": "paused", "active": "on air"}
    args = set_of(service, FINE, defaults=defaults, timeout="long")

    msg = set_action(Task(args)).run(task_vars=variables)["msg"]

    assert "defaults: active is 'on air', which is not true or false." in msg
    assert "defaults: There is no option enabled. Use active." in msg
    assert "defaults: To deactivate a webhook, use `active: false`." in msg
    assert "timeout" in msg
    assert not ansible.calls


@both_paths
def test_guessed_words_of_entries_are_answered_with_their_names(
    service: ScriptedService, ansible: Ansible, variables: dict[str, Any]
) -> None:
    entries = [
        {**FINE, "name": "first", "enabled": False},
        {**FINE, "name": "second", "state": "paused"},
    ]

    lines = problems_of(set_action(Task(set_of(service, *entries))).run(task_vars=variables))

    assert lines[0] == 'webhooks[0] "first": There is no option enabled. Use active.'
    assert lines[1].startswith('webhooks[1] "second": ')
    assert lines[1].endswith("use `active: false`.")
    assert not ansible.calls


NO_ID = "webhook_id is given, but it is null or empty."


@both_paths
@pytest.mark.parametrize("given", [None, "", " "], ids=repr)
def test_id_that_is_null_or_empty_has_its_own_message(
    service: ScriptedService, ansible: Ansible, variables: dict[str, Any], given: str | None
) -> None:
    entries = [{**FINE, "webhook_id": given}, {**FINE, "webhook_type": REPLY, "url": URL}]

    one = action_of(Task(args_of(service, webhook_id=given))).run(task_vars=variables)
    (line,) = problems_of(set_action(Task(set_of(service, *entries))).run(task_vars=variables))

    assert one["msg"].startswith(NO_ID)
    assert line.startswith(f"webhooks[0]: {NO_ID}")
    assert not ansible.calls


@pytest.mark.parametrize(
    "identified",
    [{"url": URL}, {"unique_by": "type", "active": True}],
    ids=["by URL", "by type"],
)
def test_id_that_is_null_is_omitted_where_the_webhook_is_identified(
    service: ScriptedService, ansible: Ansible, identified: dict[str, Any]
) -> None:
    service.answers(reply(json=[wire()]))
    args = args_of(service, webhook_id="", webhook_type=REPLY, **identified)

    result = action_of(Task(args)).run(task_vars={})

    assert ran_here(result, ansible)
    assert result["webhook"] == webhook().record()
