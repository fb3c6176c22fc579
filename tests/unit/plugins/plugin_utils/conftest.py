"""Ansible's own action, replaced by one that records its calls."""

from __future__ import annotations

import pytest
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.touchbasepro.sms.plugins.plugin_utils import _local_action
from ansible_collections.touchbasepro.sms.tests.unit.support.actions import Ansible


@pytest.fixture(name="ansible", autouse=True)
def _ansible(monkeypatch: pytest.MonkeyPatch) -> Ansible:
    ansible = Ansible()
    monkeypatch.setattr(NormalAction, "run", lambda _self, *given: ansible.run(*given))
    monkeypatch.delenv("ANSIBLE_PYTHON_INTERPRETER", raising=False)
    _local_action._transport_of.cache_clear()
    return ansible
