"""Doubles of what Ansible gives an action, and the options of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.action import (
    touchbase_sms_webhook,
    touchbase_sms_webhooks,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, URL
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Service

FROM_MODULE = {"changed": False, "by": "the module", "webhook": {"url": URL}}
AS_MODULE = {"touchbase_in_process": False}


@dataclass
class Task:
    """What the action may know of a task; anything else is an AttributeError."""

    args: dict[str, Any]
    check_mode: bool = False
    async_val: int = 0
    environment: list[Any] | None = None
    delegate_to: str | None = None
    no_log: bool = False
    diff: bool = False
    action: str = "touchbasepro.sms.touchbase_sms_webhook"


@dataclass
class Connection:
    """What the action may know of a connection."""

    transport: str = "local"
    become: object | None = None


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
    result: dict[str, Any] = field(default_factory=lambda: dict(FROM_MODULE))

    def run(self, _tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        self.calls.append(dict(task_vars or {}))
        return self.result


def args_of(service: Service, **more: Any) -> dict[str, Any]:
    """Options of touchbase_sms_webhook that activate webhook 28."""
    usual = {"api_key": KEY, "api_url": service.url, "retries": 0, "campaign_id": 9141}
    return {**usual, "webhook_id": 28, "active": True, **more}


def set_of(service: Service, *entries: Any, **more: Any) -> dict[str, Any]:
    """The options of touchbase_sms_webhooks."""
    usual = {"api_key": KEY, "api_url": service.url, "retries": 0}
    return {**usual, "webhooks": list(entries), **more}


def run(
    task: Task,
    variables: dict[str, Any] | None = None,
    connection: Connection | None = None,
    templar: Templar | None = None,
    module: Any = touchbase_sms_webhook,
) -> dict[str, Any]:
    """The result of a task, by default one of touchbase_sms_webhook."""
    given = (task, connection or Connection(), None, None, templar or Templar(), None)
    action = module.ActionModule(*given)
    result: dict[str, Any] = action.run(task_vars=variables)
    return result


def run_one(service: Service, variables: Any = None, **more: Any) -> dict[str, Any]:
    """The result of touchbase_sms_webhook with these options beside the usual ones."""
    return run(Task(args_of(service, **more)), variables)


def run_set(service: Service, *entries: Any, variables: Any = None, **more: Any) -> dict[str, Any]:
    """The result of touchbase_sms_webhooks with these entries."""
    task = Task(set_of(service, *entries, **more))
    return run(task, variables, module=touchbase_sms_webhooks)
