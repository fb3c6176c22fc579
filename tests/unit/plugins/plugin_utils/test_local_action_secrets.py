"""What the in-process action shows of secrets, with mask_url, with no_log, and always."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.action import touchbase_sms_webhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, masked_url
from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support import actions as act
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

URL, OTHER_URL = made.URL, made.OTHER_URL
OTHER_MASKED = masked_url(OTHER_URL)
# Whether no_log and mask_url are set, whether texts are masked then, and whether fields are.
MODES: dict[str, tuple[bool, Any, bool, bool]] = {
    "clear": (False, False, False, False),
    "clear, null": (False, None, False, False),
    "no_log": (True, "no", True, False),
    "mask_url": (False, True, True, True),
    "mask_url as text": (False, "yes", True, True),
}
each_mode = pytest.mark.parametrize("mode", MODES)


def test_key_is_nowhere_in_the_result(service: api.Service) -> None:
    url = f"https://hooks.example.org/{made.KEY}"
    service.answers(made.api_record(Url=url), made.api_record(Url=url, IsActive=False))

    result = act.run_one(service, active=False)

    assert result["changed"]
    assert made.KEY not in json.dumps(result)


@each_mode
def test_result_in_process_is_masked(
    service: api.Service, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    no_log, mask_url, text, field = MODES[mode]
    # Since core 2.21 invocations are shown on demand only.
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "true")
    off = made.api_record(IsActive=False, Note=f"Gone: {URL}")
    service.answers(off, api.gateway(400, f"No receiver at {OTHER_URL}"))
    args = act.args_of(service, url=OTHER_URL, mask_url=mask_url)

    result = act.run(act.Task(args, no_log=no_log, diff=True))

    (warning,) = result["warnings"]
    assert f"with the note 'Gone: {MASK if text else URL}'" in warning
    assert result["failure"]["message"] == f"No receiver at {MASK if text else OTHER_URL}"
    shown = OTHER_MASKED if field else OTHER_URL
    assert result["invocation"]["module_args"]["url"] == shown


@each_mode
def test_result_of_a_module_is_masked(
    service: api.Service, ansible: act.Ansible, mode: str
) -> None:
    """Of two URLs, the longer is masked as itself although it begins like the other."""
    no_log, mask_url, text, field = MODES[mode]
    longer, variables = f"{URL}/2", dict(act.AS_MODULE)
    ansible.result = {
        "msg": f"argument is {URL}, not {longer}",
        "warnings": [f"option {URL}"],
        "webhook": {"url": URL},
    }
    entries = [{"url": url, "campaign_id": 9141} for url in (URL, longer)]
    task = act.Task(act.set_of(service, *entries, mask_url=mask_url), no_log=no_log)

    result = act.run(task, variables, module=touchbase_sms_webhooks)

    masked, masked_longer = (masked_url(one) if text else one for one in (URL, longer))
    assert result["msg"] == f"argument is {masked}, not {masked_longer}"
    assert result["warnings"] == [f"option {masked}"]
    assert result["webhook"] == {"url": masked_url(URL) if field else URL}
    # AnsibleModule logs its arguments.
    no_syslog = {"ansible_no_target_syslog": True} if field else {}
    assert ansible.calls == [{**act.AS_MODULE, **no_syslog}]
    assert variables == act.AS_MODULE


@pytest.mark.parametrize("option", ["campaign_id", "webhook_id", "state"])
def test_url_that_ansible_rejects_as_another_option_is_masked(
    service: api.Service, ansible: act.Ansible, option: str
) -> None:
    ansible.result = {"failed": True, "msg": f"argument is {URL}"}

    result = act.run(act.Task(act.args_of(service, mask_url=True, **{option: URL})))

    assert result["msg"] == f"argument is {masked_url(URL)}"


def test_mask_url_leaves_the_api_url_as_it_is(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_URL", f"{service.url}/gateway")
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "false")
    service.answers(api.hangs_up())

    args = made.without(act.args_of(service, mask_url=True), "api_url")
    result = act.run(act.Task(args))

    assert f"{service.url}/gateway" in result["msg"]


def test_mask_url_with_async_is_refused(service: api.Service, ansible: act.Ansible) -> None:
    result = act.run(act.Task(act.args_of(service, mask_url=True), async_val=30))

    assert result["failed"]
    assert "mask_url cannot be combined with async" in result["msg"]
    assert result["failure"]["kind"] == "not_plannable"
    assert ansible.calls == []
    assert service.connections == 0


def test_result_of_the_runner_is_rendered_once(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = {"api_key": made.KEY}
    rendered = {"warnings": [], "invocation": {"module_args": args}, "msg": f"At {URL}"}
    monkeypatch.setattr(_local_action, "run_operation", lambda *_given: rendered)

    assert act.run_one(service, url=URL, mask_url=True)["msg"] == f"At {URL}"


def test_url_option_that_is_not_a_url_garbles_no_text(ansible: act.Ansible) -> None:
    ansible.result = {"failed": True, "msg": "The entry is refused."}

    result = act.run(act.Task({"url": "e", "mask_url": True}), connection=act.Connection("ssh"))

    assert result["msg"] == "The entry is refused."
