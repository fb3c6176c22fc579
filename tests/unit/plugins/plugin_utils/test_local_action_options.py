"""Options of the in-process action: nulls, Ansible's types, and invalid entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.action import touchbase_sms_delivery
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support import actions as act
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

KEY, URL, REPLY = made.KEY, made.URL, made.REPLY
VALID = {"campaign_id": 9141, "webhook_id": 28, "active": True}
NO_ID = "webhook_id is given, but it is null or empty."
both_paths = pytest.mark.parametrize("variables", [{}, act.AS_MODULE], ids=["in process", "module"])


class TaggedNumber(int):
    """A number as ansible-core hands it on since 2.19."""


PLAIN: list[tuple[Any, Any]] = [
    (None, None),
    (True, True),
    (TaggedNumber(3), 3),
    (2.5, 2.5),
    (made.Tagged("text"), "text"),
    ({made.Tagged("a"): [made.Tagged("b"), {"c": (1,), "d": None}]}, {"a": ["b", {"c": [1]}]}),
    (b"bytes", "b'bytes'"),
]


@pytest.mark.parametrize(("value", "plain"), PLAIN, ids=str)
def test_data_is_converted_to_builtin_types(value: Any, plain: Any) -> None:
    found = _local_action._plain(value)

    assert found == plain
    assert type(found) is type(plain)


@both_paths
def test_options_return_to_ansible_as_builtin_types_without_nulls(
    service: api.Service, ansible: act.Ansible, variables: dict[str, Any]
) -> None:
    service.answers(made.api_record())
    task = act.Task(act.args_of(service, url=made.Tagged(URL), list_id=None, mask_url=None))

    result = act.run(task, variables)

    assert result["webhook"]["url"] == URL
    assert task.args == act.args_of(service, url=URL)
    assert not isinstance(task.args["url"], made.Tagged)
    assert bool(ansible.calls) is bool(variables)


@pytest.mark.parametrize("name", ["scope", "webhook_type", "active", "state", "note"])
def test_null_option_of_entry_counts_as_omitted(service: api.Service, name: str) -> None:
    service.answers([made.api_record()])

    result = act.run_set(service, {**VALID, "url": URL, name: None})

    assert result["webhooks"] == [made.webhook().record()]


@pytest.mark.parametrize(
    "wrong",
    [{"xyz": "x"}, {"webhook_id": "many"}, {"scope": "mailing"}, {"timeout": "long"}],
    ids=str,
)
def test_invalid_option_is_left_to_ansible(service: api.Service, wrong: dict[str, Any]) -> None:
    assert act.run_one(service, **wrong) == act.FROM_MODULE
    assert service.connections == 0


BY_DEFAULTS = {"timeout": "long", "webhooks": [{"webhook_id": 28}]}
INVALID_IN_SETS: dict[str, dict[str, Any]] = {
    "wrong option": {"timeout": "long"},
    "unknown default": {"defaults": {"xyz": 9141}, "webhooks": [{"webhook_id": 28}]},
    "default of a wrong type": {"defaults": {"campaign_id": "many"}, "webhooks": [{}]},
    "defaults that are no mapping": {"defaults": "nonsense", "webhooks": [{}]},
    "complete with defaults": {**BY_DEFAULTS, "defaults": {"campaign_id": "9141", "active": "on"}},
    "complete with defaults as text": {**BY_DEFAULTS, "defaults": "campaign_id=9141 active=yes"},
}


@pytest.mark.parametrize("wrong", INVALID_IN_SETS.values(), ids=INVALID_IN_SETS)
def test_invalid_option_of_set_task_is_left_to_ansible(
    service: api.Service, wrong: dict[str, Any]
) -> None:
    assert act.run_set(service, VALID, **wrong) == act.FROM_MODULE
    assert service.connections == 0


# Problems of entries


ENTRIES: list[Any] = [
    {**VALID, "webhook_id": "many", "active": "perhaps"},
    VALID,
    {**VALID, "state": "over"},
    {**VALID, "hook": "x", "speed": 3, "state": "gone"},
    "nonsense",
    {**VALID, "state": "over"},
    {"webhook_id": 28},
    *(7, None, [], [VALID]),
]
OWNERS = [{"campaign_id": 9141}, {"list_id": "many"}, {"scope": "mailing"}]
REASONS = {
    "webhooks[0]": ["active is 'perhaps', which is not true or false. ", "webhook_id"],
    "webhooks[2], webhooks[5]": ["state", "one of", "got: over."],
    "webhooks[3]": ["There is no option hook, speed; there are scope, campaign_id,"],
    "webhooks[4], webhooks[7], webhooks[8], webhooks[9], webhooks[10]": ["This must be a mapping."],
    "webhooks[6]": ["The owner of the webhook is missing"],
    "owners[1]": ["list_id"],
    "owners[2]": ["scope", "got: mailing."],
}


@both_paths
def test_every_invalid_entry_is_named_at_once(
    service: api.Service, ansible: act.Ansible, variables: dict[str, Any]
) -> None:
    more = {"owners": OWNERS, "purge": True, "timeout": "long"}

    lines = ops.problems_of(act.run_set(service, *ENTRIES, variables=variables, **more))

    assert [line.partition(": ")[0] for line in lines] == list(REASONS)
    for words, line in zip(REASONS.values(), lines):
        assert [word for word in words if word not in line] == []
    assert (ansible.calls, service.connections) == ([], 0)


LABELS: list[tuple[Any, str]] = [
    ("webhook_id=29 hook=x", "(campaign 9141, webhook 29)"),
    ({"list_id": "77", "webhook_type": "ListSubscribe"}, "(list 77, ListSubscribe)"),
    ({"scope": "account", "webhook_type": REPLY}, f"({REPLY})"),
    ({"name": "first", "webhook_id": 29}, '"first" (campaign 9141, webhook 29)'),
]


@pytest.mark.parametrize(("entry", "content"), LABELS, ids=str)
def test_label_of_invalid_entry_has_its_defaults(
    service: api.Service, entry: Any, content: str
) -> None:
    invalid = entry if isinstance(entry, str) else {**entry, "hook": "x"}

    msg = act.run_set(service, invalid, defaults={"campaign_id": "9141"})["msg"]

    # The name of an entry may come before what identifies it.
    assert msg.splitlines()[1].startswith(f"webhooks[0] {content}: There is no option")
    assert msg.splitlines()[-1] == HELP


@pytest.mark.parametrize("from_environment", [False, True], ids=["option", "environment"])
def test_problem_of_entry_does_not_show_the_key(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, from_environment: bool
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    wrong: list[dict[str, Any]] = [{"state": KEY}, {KEY: 1}, {"active": KEY}, {"webhook_id": KEY}]
    wrong += [{"webhook_id": None, "webhook_type": f"{REPLY} {KEY}", "url": f"{'a' * 95}{KEY}"}]
    key = {"api_key": None} if from_environment else {}

    result = act.run_set(service, *[{**VALID, **one} for one in wrong], **key)

    assert len(ops.problems_of(result)) == 5
    assert KEY[:8] not in json.dumps(result)


def test_problem_of_entry_is_masked_with_mask_url(service: api.Service) -> None:
    entry = {**VALID, "url": made.OTHER_URL, "state": made.OTHER_URL}

    result = act.run_set(service, entry, mask_url=True)

    assert MASK in ops.problems_of(result)[0]
    assert "77aa" not in json.dumps(result)


def test_entry_of_delivery_need_not_say_more_than_which_webhook(service: api.Service) -> None:
    args = act.set_of(service, {"campaign_id": 9141, "webhook_id": 28})

    assert act.run(act.Task(args), module=touchbase_sms_delivery) == act.FROM_MODULE


def test_invalid_item_of_paused_is_named(service: api.Service) -> None:
    paused = [{**VALID, "note": None}, {**VALID, "webhook_id": "many"}, {"campaign_id": 9141}]
    args = {**act.set_of(service), "state": "resumed", "paused": paused}

    result = act.run(act.Task(args), module=touchbase_sms_delivery)

    lines = ops.problems_of(result)
    assert [line.partition(": ")[0] for line in lines] == ["paused[1]", "paused[2]"]
    assert service.connections == 0


# Guessed words, and ids that are null


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"enabled": True}, "There is no option enabled. Use active."),
        ({"state": "disabled"}, "use `active: false`"),
        ({"active": "enabled"}, "active is 'enabled', which is not true or false."),
    ],
    ids=str,
)
def test_guessed_word_is_answered(
    service: api.Service, ansible: act.Ansible, wrong: dict[str, Any], words: str
) -> None:
    msg = act.run_one(service, **wrong)["msg"]
    (line,) = ops.problems_of(act.run_set(service, {**VALID, **wrong}))

    assert words in msg
    assert msg.endswith(f" {HELP}")
    assert line.startswith("webhooks[0]: ")
    assert words in line
    assert not ansible.calls


def test_guessed_words_of_defaults_are_answered_beside_other_problems(
    service: api.Service, ansible: act.Ansible
) -> None:
    defaults = {"enabled": True, "state": "paused", "active": "on air"}

    msg = act.run_set(service, VALID, defaults=defaults, timeout="long")["msg"]

    assert "defaults: active is 'on air', which is not true or false." in msg
    assert "defaults: There is no option enabled. Use active." in msg
    assert "defaults: To deactivate a webhook, use `active: false`." in msg
    assert "timeout" in msg
    assert not ansible.calls


@both_paths
@pytest.mark.parametrize("given", [None, "", " "], ids=repr)
def test_null_id_has_the_same_message_when_until_runs_the_task_again(
    service: api.Service, ansible: act.Ansible, variables: dict[str, Any], given: str | None
) -> None:
    entries = [{**VALID, "webhook_id": given}, {**VALID, "webhook_type": REPLY, "url": URL}]
    one = act.Task(act.args_of(service, webhook_id=given))
    several = act.Task(act.set_of(service, *entries))

    # Ansible makes an action for each attempt, and gives it the same task.
    for _attempt in range(2):
        assert act.run(one, variables)["msg"].startswith(NO_ID)
        (line,) = ops.problems_of(act.run(several, variables, module=act.touchbase_sms_webhooks))
        assert line.startswith(f"webhooks[0]: {NO_ID}")
    assert not ansible.calls


@pytest.mark.parametrize(
    "identified", [{"url": URL}, {"unique_by": "type", "active": True}], ids=["by URL", "by type"]
)
def test_null_id_counts_as_omitted_where_the_webhook_is_identified(
    service: api.Service, identified: dict[str, Any]
) -> None:
    service.answers([made.api_record()], [made.api_record()])
    given = {"webhook_type": REPLY, **identified}

    one = act.run_one(service, webhook_id="", **given)
    several = act.run_set(service, {"campaign_id": 9141, "webhook_id": None}, defaults=given)

    assert [one["webhook"]] == several["webhooks"] == [made.webhook().record()]
