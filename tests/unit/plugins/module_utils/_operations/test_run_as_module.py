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

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import runner
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.plugins.modules import touchbase_sms_webhook
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.modules import (
    module_args,
    run_module,
    texts_of,
)

Printed = pytest.CaptureFixture[str]
OFF = made.api_record(IsActive=False, Note=f"No {made.URL}")


def options_of(service: api.Service, **more: Any) -> dict[str, Any]:
    usual = {"api_key": made.KEY, "api_url": service.url, "retries": 0}
    return {**usual, "campaign_id": 9141, "webhook_id": 28, **more}


def run_webhook(service: api.Service, printed: Printed, **more: Any) -> dict[str, Any]:
    return run_module(touchbase_sms_webhook.main, options_of(service, **more), printed)


def test_change_is_applied_and_printed_as_check_mode_predicts(
    service: api.Service, capsys: Printed
) -> None:
    moved = made.api_record(Url=made.OTHER_URL)
    service.answers(made.api_record(), made.api_record(), moved)

    predicted = run_webhook(service, capsys, url=made.OTHER_URL, _ansible_check_mode=True)
    done = run_webhook(service, capsys, url=made.OTHER_URL)

    assert predicted == done
    assert done["changed"]
    assert done["webhook"] == made.webhook(url=made.OTHER_URL).record()
    assert done["ansible_facts"] == {"touchbase_sms_webhook": done["webhook"]}
    assert "diff" not in done
    assert not texts_of(done.get("warnings"))
    assert [one.method for one in service.requests] == ["GET", "GET", "PUT"]


def test_diff_is_printed_in_diff_mode(service: api.Service, capsys: Printed) -> None:
    service.answers(made.api_record())

    result = run_webhook(service, capsys, active=True, _ansible_diff=True)

    assert result["diff"]["after"] == result["webhook"]


def test_failure_is_a_failed_module_with_the_exchange(
    service: api.Service, capsys: Printed
) -> None:
    service.answers(api.error(401, 100, f"Provided API key {made.KEY} is invalid"))

    result = run_webhook(service, capsys, active=True)

    assert result["failed"]
    assert "Check api_key" in result["msg"]
    assert result["msg"].endswith(HELP)
    assert (result["failure"]["kind"], result["failure"]["code"]) == ("refused", 100)
    assert made.KEY not in json.dumps(result)


@pytest.mark.parametrize("write", [made.api_record(), api.error(400, 9, "no")], ids=["ok", "400"])
@pytest.mark.parametrize(("no_log", "note"), [(False, made.URL), (True, MASK)], ids=str)
def test_warnings_become_warnings_of_the_module(
    service: api.Service, capsys: Printed, write: Any, no_log: bool, note: str
) -> None:
    """A module cannot know why: Ansible's no_target_syslog looks like a no_log of the task."""
    service.answers(OFF, write)

    result = run_webhook(service, capsys, active=True, _ansible_no_log=no_log)

    (warning,) = texts_of(result["warnings"])
    assert f"'No {note}'" in warning
    assert result.get("webhook", {"url": made.URL})["url"] == made.URL


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"hook": "x"}, "hook"), ({"list_id": 77, "active": True}, "two owners")],
    ids=["unknown option", "contradiction"],
)
def test_invalid_options_send_nothing(
    service: api.Service, capsys: Printed, wrong: dict[str, Any], words: str
) -> None:
    result = run_webhook(service, capsys, **wrong)

    assert result["failed"]
    assert words in result["msg"]
    assert service.connections == 0


def test_key_and_url_of_the_api_may_come_from_the_environment(
    service: api.Service, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", "key-from-environment")
    monkeypatch.setenv("TOUCHBASE_API_URL", service.url)
    service.answers(made.api_record())
    options = made.without(options_of(service, active=True), "api_key", "api_url")

    result = run_module(touchbase_sms_webhook.main, options, capsys)

    assert not result["changed"]
    assert service.requests[0].headers["authorization"] == "Bearer key-from-environment"
    assert "key-from-environment" not in json.dumps(result)


def test_missing_requests_library_is_named(
    service: api.Service, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")

    result = run_webhook(service, capsys)

    assert result["msg"].startswith("The Python library requests is missing for ")
    assert f"Install it: {sys.executable} -m pip install 'requests>=2.31'. " in result["msg"]
    assert 'ansible_python_interpreter: "{{ ansible_playbook_python }}"' in result["msg"]
    assert result["msg"].endswith(f" {HELP}")
    assert service.connections == 0


def test_class_of_a_linter_gets_the_options_and_nothing_runs(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ansible-lint puts a class there that raises as soon as it has the specification."""

    class Specification(Exception):
        def __init__(self, argument_spec: dict[str, Any], supports_check_mode: bool) -> None:
            super().__init__("webhook_id" in argument_spec, supports_check_mode)

    def raises(**given: Any) -> None:
        raise Specification(**given)

    monkeypatch.setattr(basic, "AnsibleModule", raises)

    with module_args(options_of(service, active=True)), pytest.raises(Specification) as caught:
        touchbase_sms_webhook.main()

    assert caught.value.args == (True, True)
    assert service.connections == 0
