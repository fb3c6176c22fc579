"""A module: options in, JSON out, and a failed task for a failure."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import runner
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.plugins.modules import touchbase_sms_webhook
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

Printed = pytest.CaptureFixture[str]
OFF = made.api_record(IsActive=False, Note=f"No {made.URL}")


def options_of(service: api.Service, **more: Any) -> dict[str, Any]:
    usual = {"api_key": made.KEY, "api_url": service.url, "retries": 0}
    return {**usual, "campaign_id": 9141, "webhook_id": 28, **more}


@contextlib.contextmanager
def module_args(args: Mapping[str, Any]) -> Iterator[None]:
    """Give a module its options as Ansible would."""
    try:
        # Since core 2.17; from 2.19 on the only way.
        from ansible.module_utils.testing import patch_module_args  # noqa: PLC0415
    except ImportError:
        with pytest.MonkeyPatch.context() as patch:
            content = json.dumps({"ANSIBLE_MODULE_ARGS": dict(args)}).encode()
            patch.setattr(basic, "_ANSIBLE_ARGS", content)
            yield
    else:
        with patch_module_args(dict(args)):
            yield


def run_webhook(
    service: api.Service, printed: pytest.CaptureFixture[str], **more: Any
) -> dict[str, Any]:
    """Run the module to its end, and read what it printed."""
    warnings._global_warnings.clear()
    with pytest.MonkeyPatch.context() as patch, module_args(options_of(service, **more)):
        if importlib.util.find_spec("ansible.module_utils._internal"):
            # Let newer Ansible forget that another test imported its controller side.
            internal = importlib.import_module("ansible.module_utils._internal")
            patch.setattr(internal, "is_controller", False, raising=False)
        with pytest.raises(SystemExit) as ended:
            touchbase_sms_webhook.main()
    result: dict[str, Any] = json.loads(printed.readouterr().out)
    assert ended.value.code == (1 if result.get("failed") else 0)
    return result


def texts_of(messages: Any) -> list[str]:
    """The texts of warnings, which newer Ansible wraps in objects."""
    return [one if isinstance(one, str) else json.dumps(one) for one in messages or []]


def test_change_is_applied_and_printed_as_check_mode_predicts(
    service: api.Service, capsys: Printed
) -> None:
    service.answers(made.api_record(), made.api_record(), made.api_record(Url=made.OTHER_URL))
    task = {"url": made.OTHER_URL, "_ansible_diff": True}

    predicted = run_webhook(service, capsys, **task, _ansible_check_mode=True)
    done = run_webhook(service, capsys, **task)

    assert predicted == done
    assert done["changed"]
    assert done["diff"]["after"] == done["webhook"] == made.webhook(url=made.OTHER_URL).record()
    assert not texts_of(done.get("warnings"))
    assert [one.method for one in service.requests] == ["GET", "GET", "PUT"]


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
    assert "diff" not in result
    assert result.get("webhook", {"url": made.URL})["url"] == made.URL


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
