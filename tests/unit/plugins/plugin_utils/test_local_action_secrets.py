# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the in-process action shows of secrets, with mask_url, with no_log, and always."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api import client as _client
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (
    MASK,
    masked_url,
)
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support.actions import (
    AS_MODULE,
    Ansible,
    Connection,
    Task,
    action_of,
    args_of,
    set_action,
    set_of,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    OTHER_URL,
    URL,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    gateway,
    hangs_up,
    reply,
)


def test_key_is_nowhere_in_the_result(service: ScriptedService) -> None:
    address = f"https://hooks.example.org/{KEY}"
    service.answers(reply(json=wire(Url=address)), reply(json=wire(Url=address, IsActive=False)))

    result = action_of(Task(args_of(service, active=False))).run(task_vars={})

    assert result["changed"]
    assert KEY not in json.dumps(result)


@pytest.mark.parametrize("masks", [False, True])
def test_internal_error_is_a_result_without_secrets(
    service: ScriptedService, ansible: Ansible, monkeypatch: pytest.MonkeyPatch, masks: bool
) -> None:
    def broken(*_given: Any) -> None:
        raise LookupError(f"{KEY} at {URL}")

    monkeypatch.setattr(_client.Client, "read_webhook", broken)

    result = action_of(Task(args_of(service, mask_url=masks))).run(task_vars={})

    assert not ansible.calls
    assert result["failed"]
    assert result["failure"]["kind"] == "internal_error"
    assert "in broken" in result["exception"]
    assert KEY not in json.dumps(result)
    assert (URL in json.dumps(result)) is not masks


@pytest.mark.parametrize("spelling", [True, "yes", 1])
def test_mask_url_masks_fields_of_an_in_process_result(
    service: ScriptedService, spelling: Any
) -> None:
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))
    args = args_of(service, url=OTHER_URL, mask_url=spelling)

    result = action_of(Task(args, diff=True)).run(task_vars={})

    assert result["webhook"]["url"] == masked_url(OTHER_URL)
    assert result["ansible_facts"]["touchbase_sms_webhook"]["url"] == masked_url(OTHER_URL)
    assert result["diff"]["before"]["url"] == masked_url(URL)
    assert "5f1d" not in json.dumps(result)
    assert "77aa" not in json.dumps(result)


@pytest.mark.parametrize(
    ("no_log", "mask_url", "message", "url"),
    [
        (False, False, f"No receiver at {OTHER_URL} nor at /replies/77aa", OTHER_URL),
        (True, False, f"No receiver at {MASK} nor at {MASK}", OTHER_URL),
        (False, True, f"No receiver at {MASK} nor at {MASK}", masked_url(OTHER_URL)),
    ],
    ids=["clear", "no_log", "mask_url"],
)
def test_words_of_the_service_in_a_failure_are_masked(
    service: ScriptedService,
    monkeypatch: pytest.MonkeyPatch,
    no_log: bool,
    mask_url: bool,
    message: str,
    url: str,
) -> None:
    # Since core 2.21 invocations are shown on demand only.
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "true")
    service.answers(gateway(400, f"No receiver at {OTHER_URL} nor at /replies/77aa"))
    task = Task(args_of(service, url=OTHER_URL, mask_url=mask_url), no_log=no_log)

    result = action_of(task).run(task_vars={})

    assert result["failed"]
    assert message in result["msg"]
    assert result["failure"]["message"] == message
    assert result["invocation"]["module_args"]["url"] == url


def test_mask_url_leaves_the_api_url_as_it_is(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_URL", f"{service.url}/gateway")
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "false")
    service.answers(hangs_up())

    result = action_of(Task(without(args_of(service, mask_url=True), "api_url"))).run(task_vars={})

    assert result["failed"]
    assert f"{service.url}/gateway" in result["msg"]


@pytest.mark.parametrize("spelling", [True, "yes"])
def test_mask_url_masks_a_module_s_result_and_syslog(
    service: ScriptedService, ansible: Ansible, spelling: Any
) -> None:
    variables = dict(AS_MODULE)

    result = action_of(Task(args_of(service, mask_url=spelling))).run(task_vars=variables)

    assert result["webhook"]["url"] == masked_url(URL)
    assert ansible.calls == [{**variables, "ansible_no_target_syslog": True}]
    assert variables == AS_MODULE


@pytest.mark.parametrize("spelling", [False, "no", None])
def test_without_mask_url_a_module_s_result_stays(
    service: ScriptedService, ansible: Ansible, spelling: Any
) -> None:
    variables = dict(AS_MODULE)

    result = action_of(Task(args_of(service, mask_url=spelling))).run(task_vars=variables)

    assert result["webhook"]["url"] == URL
    assert ansible.calls == [variables]


def test_mask_url_with_async_is_refused(service: ScriptedService, ansible: Ansible) -> None:
    result = action_of(Task(args_of(service, mask_url=True), async_val=30)).run(task_vars={})

    assert result["failed"]
    assert "mask_url cannot be combined with async" in result["msg"]
    assert result["failure"]["kind"] == "not_plannable"
    assert ansible.calls == []
    assert service.connections == 0


WARNED = "The service had deactivated webhook 28 of campaign 9141 with the note '{}'."


@pytest.mark.parametrize(
    ("no_log", "mask_url", "note", "url"),
    [
        (False, False, f"Gone: {URL}", URL),
        (True, False, f"Gone: {MASK}", URL),
        (False, True, f"Gone: {MASK}", masked_url(URL)),
        (True, True, f"Gone: {MASK}", masked_url(URL)),
    ],
    ids=["clear", "no_log", "mask_url", "both"],
)
def test_no_log_masks_texts_and_mask_url_masks_fields_too(
    service: ScriptedService, no_log: bool, mask_url: bool, note: str, url: str
) -> None:
    service.answers(reply(json=wire(IsActive=False, Note=f"Gone: {URL}")), reply(json=wire()))
    task = Task(args_of(service, mask_url=mask_url), no_log=no_log)

    result = action_of(task).run(task_vars={})

    (warning,) = result["warnings"]
    assert warning.startswith(WARNED.format(note))
    assert result["webhook"]["url"] == url


@pytest.mark.parametrize(
    ("no_log", "mask_url", "msg", "url"),
    [
        (False, False, URL, URL),
        (True, False, masked_url(URL), URL),
        (False, True, masked_url(URL), masked_url(URL)),
    ],
    ids=["clear", "no_log", "mask_url"],
)
def test_url_option_that_ansible_quotes_is_masked(
    service: ScriptedService, ansible: Ansible, no_log: bool, mask_url: bool, msg: str, url: str
) -> None:
    """Of two URLs, the longer is masked as itself although it begins like the other."""
    ansible.result = {
        "failed": True,
        "msg": f"argument is {URL}, not {URL}/2",
        "warnings": [f"option {URL}"],
        "webhook": {"url": URL},
    }
    entries = [{"url": URL, "campaign_id": 9141}, {"url": f"{URL}/2", "campaign_id": 9141}]
    task = Task(set_of(service, *entries, mask_url=mask_url), no_log=no_log)

    result = set_action(task).run(task_vars=dict(AS_MODULE))

    longer = f"{URL}/2" if msg == URL else masked_url(f"{URL}/2")
    assert result["msg"] == f"argument is {msg}, not {longer}"
    assert result["warnings"] == [f"option {msg}"]
    assert result["webhook"] == {"url": url}


@pytest.mark.parametrize("no_log", [False, True])
def test_result_without_warnings_has_no_list_of_them(
    service: ScriptedService, no_log: bool
) -> None:
    service.answers(reply(json=wire()))

    result = action_of(Task(args_of(service), no_log=no_log)).run(task_vars={})

    assert "warnings" not in result


def test_result_of_the_runner_is_rendered_once(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = {"warnings": [], "invocation": {"module_args": {"api_key": KEY}}, "msg": f"At {URL}"}
    monkeypatch.setattr(_local_action, "run_operation", lambda *_given: rendered)

    result = action_of(Task(args_of(service, url=URL, mask_url=True))).run(task_vars={})

    assert result["msg"] == f"At {URL}"


def test_url_option_that_is_not_a_url_garbles_no_text(ansible: Ansible) -> None:
    ansible.result = {"failed": True, "msg": "The entry is refused."}
    task = Task({"url": "e", "mask_url": True}, async_val=0)

    result = action_of(task, Connection("ssh")).run(task_vars={})

    assert result["msg"] == "The entry is refused."
