# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module: options in, JSON out, and a failed task for a failure."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.touchbasepro.sms.plugins.module_utils._api import client as _client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import runner
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, masked_url
from ansible_collections.touchbasepro.sms.plugins.modules import (
    touchbase_sms_webhook,
    touchbase_sms_webhook_info,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.modules import (
    module_args,
    run_module,
    texts_of,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    reply,
)

Printed = pytest.CaptureFixture[str]


def options_of(service: ScriptedService, **more: Any) -> dict[str, Any]:
    return {
        "api_key": KEY,
        "api_url": service.url,
        "retries": 0,
        "campaign_id": 9141,
        "webhook_id": 28,
        **more,
    }


def run_webhook(service: ScriptedService, capsys: Printed, **more: Any) -> dict[str, Any]:
    return run_module(touchbase_sms_webhook.main, options_of(service, **more), capsys)


def test_change_is_applied_and_printed(service: ScriptedService, capsys: Printed) -> None:
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))

    result = run_webhook(service, capsys, url=OTHER_URL, _ansible_diff=True)

    after = webhook(url=OTHER_URL).record()
    assert result["changed"]
    assert result["webhook"] == result["diff"]["after"] == after
    assert result["diff"]["before"] == webhook().record()
    assert result["ansible_facts"] == {"touchbase_sms_webhook": after}
    assert not texts_of(result.get("warnings"))
    assert service.seen == [f"GET {WEBHOOK_PATH}", f"PUT {WEBHOOK_PATH}"]


def test_check_mode_prints_the_same_and_writes_nothing(
    service: ScriptedService, capsys: Printed
) -> None:
    service.answers(reply(json=wire()))
    predicted = run_webhook(service, capsys, url=OTHER_URL, _ansible_check_mode=True)
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))
    done = run_webhook(service, capsys, url=OTHER_URL)

    assert predicted == done
    assert "diff" not in done
    assert [one.method for one in service.requests] == ["GET", "GET", "PUT"]


def test_webhooks_are_read_and_printed(service: ScriptedService, capsys: Printed) -> None:
    service.answers(reply(json=[wire()]))
    args = options_of(service, webhook_id=None)

    result = run_module(touchbase_sms_webhook_info.main, args, capsys)

    assert result["webhooks"] == [webhook().record()]
    assert not result["changed"]
    assert "ansible_facts" not in result
    assert service.seen == [f"GET {WEBHOOKS_PATH}"]


def test_failure_is_a_failed_module_with_the_exchange(
    service: ScriptedService, capsys: Printed
) -> None:
    service.answers(error(401, 100, f"Provided API key {KEY} is invalid"))

    result = run_webhook(service, capsys, active=True)

    assert result["failed"]
    assert "Check api_key" in result["msg"]
    assert result["msg"].endswith(HELP)
    assert result["failure"]["kind"] == "refused"
    assert (result["failure"]["status"], result["failure"]["code"]) == (401, 100)
    assert KEY not in json.dumps(result)


@pytest.mark.parametrize("write", [reply(json=wire()), error(400, 9, "no")], ids=["done", "failed"])
def test_warnings_become_warnings_of_the_module(
    service: ScriptedService, capsys: Printed, write: Step
) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")), write)

    (warning,) = texts_of(run_webhook(service, capsys, active=True)["warnings"])

    assert "'gone'" in warning


def test_no_log_masks_texts_and_still_warns(service: ScriptedService, capsys: Printed) -> None:
    """A module cannot know why: Ansible's no_target_syslog looks like a no_log of the task."""
    service.answers(reply(json=wire(IsActive=False, Note=f"No {URL}")), reply(json=wire()))

    result = run_webhook(service, capsys, active=True, _ansible_no_log=True)

    (warning,) = texts_of(result["warnings"])
    assert f"'No {MASK}'" in warning
    assert result["webhook"]["url"] == URL


def test_internal_error_is_a_failed_module_without_the_key(
    service: ScriptedService, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any) -> None:
        raise LookupError(f"of {KEY}")

    monkeypatch.setattr(_client.Client, "read_webhook", broken)

    result = run_webhook(service, capsys, active=True)

    assert result["failed"]
    assert result["failure"]["kind"] == "internal_error"
    assert "LookupError" in result["msg"]
    assert KEY not in json.dumps(result)


def test_unknown_option_sends_nothing(service: ScriptedService, capsys: Printed) -> None:
    result = run_webhook(service, capsys, hook="x")

    assert result["failed"]
    assert "hook" in result["msg"]
    assert service.connections == 0


def test_contradictory_options_send_nothing(service: ScriptedService, capsys: Printed) -> None:
    result = run_webhook(service, capsys, list_id=77, active=True)

    assert result["failure"]["kind"] == "not_plannable"
    assert service.connections == 0


def test_key_and_url_of_the_api_may_come_from_the_environment(
    service: ScriptedService, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", "key-from-environment")
    monkeypatch.setenv("TOUCHBASE_API_URL", service.url)
    service.answers(reply(json=[]))

    result = run_module(touchbase_sms_webhook_info.main, {"campaign_id": 9141}, capsys)

    assert result["webhooks"] == []
    assert service.requests[0].headers["authorization"] == "Bearer key-from-environment"
    assert "key-from-environment" not in json.dumps(result)


@pytest.mark.parametrize(
    "main", [touchbase_sms_webhook.main, touchbase_sms_webhook_info.main], ids=["one", "info"]
)
def test_missing_requests_library_is_named(
    service: ScriptedService, capsys: Printed, monkeypatch: pytest.MonkeyPatch, main: Any
) -> None:
    monkeypatch.setattr(runner, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")

    result = run_module(main, options_of(service), capsys)

    assert result["failed"]
    command = f"Install it: {sys.executable} -m pip install 'requests>=2.31'. "
    assert result["msg"].startswith("The Python library requests is missing for ")
    assert command in result["msg"]
    assert 'ansible_python_interpreter: "{{ ansible_playbook_python }}"' in result["msg"]
    assert result["msg"].endswith(f" {HELP}")
    assert service.connections == 0


def test_mask_url_prints_no_url(service: ScriptedService, capsys: Printed) -> None:
    spelling = "https://HOOKS.example.org/replies/77aa"
    service.answers(reply(json=wire()), reply(json=wire(Url=spelling)))

    result = run_webhook(service, capsys, url=OTHER_URL, mask_url=True, _ansible_diff=True)

    assert "spells the URL" in texts_of(result["warnings"])[0]
    assert result["webhook"]["url"] == masked_url(OTHER_URL)
    assert result["diff"]["before"]["url"] == masked_url(URL)
    assert "5f1d" not in json.dumps(result)
    assert "77aa" not in json.dumps(result)


def test_class_of_a_linter_gets_the_options_and_nothing_runs(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Looked(Exception):
        """What ansible-lint does: raise as soon as the specification is known."""

    class LintsModule:
        def __init__(self, argument_spec: dict[str, Any], supports_check_mode: bool) -> None:
            raise Looked(sorted(argument_spec), supports_check_mode)

    monkeypatch.setattr(basic, "AnsibleModule", LintsModule)

    with module_args(options_of(service, active=True)), pytest.raises(Looked) as looked:
        touchbase_sms_webhook.main()

    names, supports_check_mode = looked.value.args
    assert "webhook_id" in names
    assert supports_check_mode is True
    assert service.connections == 0
