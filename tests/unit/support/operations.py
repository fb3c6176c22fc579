"""Run an operation on options as Ansible validates them, and read its result and messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import runner, webhooks
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Service, stored

LIST, POST = f"GET {made.WEBHOOKS_PATH}", f"POST {made.WEBHOOKS_PATH}"
LIST_OF_LIST, LIST_OF_ACCOUNT = "GET /sms/lists/77/webhooks", "GET /sms/message/webhooks"
LIST_OF_CAMPAIGNS = "GET /sms/campaigns?page=1&pageSize=1000"
CAMPAIGN, ON_LIST, ACCOUNT = {"campaign_id": 9141}, {"list_id": 77}, {"scope": "message"}
DECLARED = {**CAMPAIGN, "webhook_type": made.REPLY, "url": made.URL}
NEW = {**DECLARED, "url": made.NEW_URL}
OF_LIST = {**ON_LIST, "webhook_type": "ListSubscribe", "url": made.URL}
OF_ACCOUNT = {**ACCOUNT, "webhook_type": "MessageReply", "url": made.URL}
_ENTRY_WITH_CONTENT = re.compile(r"""(webhooks\[\d+\](?: "[^"]*")?) \([^)]*\)(?=[:,]|$)""")
both_modes = pytest.mark.parametrize("check", [False, True], ids=["live", "check"])


def result_of(
    operation: runner.Operation,
    service: Service,
    check: bool = False,
    diff: bool = True,
    progress: Progress | None = None,
    **given: Any,
) -> dict[str, Any]:
    """The result of a task, warnings and ``invocation`` included; one request at a time."""
    usual = {"api_key": made.KEY, "api_url": service.url, "retries": 0}
    if "concurrency" in operation.argument_spec:
        usual["concurrency"] = 1
    nulls = {name: one for name, one in given.items() if one is None}
    # Ansible adds nulls to each entry, and would refuse those of an entry that it meets twice.
    lists = {name: [*map(copy, one)] for name, one in given.items() if isinstance(one, list)}
    options = {**usual, **made.without(given, *nulls), **lists}
    validation = ArgumentSpecValidator(operation.argument_spec).validate(options)
    assert not validation.error_messages, validation.error_messages
    mode, params = runner.Mode(check, diff), {**validation.validated_parameters, **nulls}
    return runner.run_operation(operation, params, mode, progress=progress)


def ran(operation: runner.Operation, service: Service, **given: Any) -> dict[str, Any]:
    """The result of a task without ``invocation``."""
    return made.without(result_of(operation, service, **given), "invocation")


@dataclass(frozen=True)
class Case:
    """A task, the answers to its reading, its requests, and keys of its result in both modes.

    ``writes`` are answered by a service that stores what is requested; check mode has none.
    ``warnings`` has a part of each warning, ``fails`` of each line of the message of a failure.
    """

    options: Mapping[str, Any]
    answers: Sequence[Any]
    reads: Sequence[str]
    writes: Sequence[str] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    fails: Sequence[str] = ()

    def found(self, operation: runner.Operation, service: Service, check: bool) -> dict[str, Any]:
        """The requests, the keys of the result, and of each text the part that is expected."""
        service.answers(*self.answers).always_answers(stored)
        result = ran(operation, service, check=check, **self.options)
        text = short_labels(message(result)) if result.get("failed") else ""
        lines = text.splitlines()
        return {
            "requests": service.seen,
            "warnings": _parts_of(result["warnings"], self.warnings),
            "fails": _parts_of(lines[1:] or lines, self.fails),
            **{name: result.get(name) for name in self.result},
        }

    def expected(self, check: bool) -> dict[str, Any]:
        """The same as it should be."""
        requests = [*self.reads, *([] if check else self.writes)]
        texts = {"warnings": [*self.warnings], "fails": [*self.fails]}
        return {"requests": requests, **texts, **self.result}


def _parts_of(texts: Sequence[str], parts: Sequence[str]) -> list[str]:
    """Each text, or the part that is expected of it if it has that."""
    expected = [*parts, *texts[len(parts) :]]
    return [part if part in text else text for text, part in zip(texts, expected)]


def kept_set(service: Service, *entries: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """The result of touchbase_sms_webhooks."""
    return ran(webhooks.OPERATION, service, **{"webhooks": list(entries), **given})


def entry(webhook_id: int, **given: Any) -> dict[str, Any]:
    """An entry for a webhook of campaign 9141, by its id."""
    return {**CAMPAIGN, "webhook_id": webhook_id, **given}


def request(method: str, webhook_id: int) -> str:
    """A request about one webhook of campaign 9141, as the service lists it."""
    return f"{method} {made.WEBHOOKS_PATH}/{webhook_id}"


def counts(**counted: int) -> dict[str, int]:
    """The key ``counts`` of a result."""
    return {"unchanged": 0, "updated": 0, "created": 0, "deleted": 0, **counted}


def ids(records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The ids of the webhooks of records."""
    return [record["webhook_id"] for record in records]


def message(result: Mapping[str, Any]) -> str:
    """The message of a failed task, without the link to the guide."""
    text: str = result["msg"]
    return text.removesuffix(HELP).rstrip()


def short_labels(text: str) -> str:
    """The text with entries named by position and name alone."""
    return _ENTRY_WITH_CONTENT.sub(r"\1", text)


def problem_lines(text: str) -> list[str]:
    """The lines about the problems of a set that was not changed, with short labels."""
    first, *lines = text.splitlines()
    assert first == "Nothing was changed, because of these problems:"
    return [short_labels(line) for line in lines]


def problems_of(result: Mapping[str, Any]) -> list[str]:
    """The lines about the problems of a set that was not changed, with short labels."""
    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert "changed" not in result
    return problem_lines(message(result))


def has_words(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether there are as many texts as words, and each text has its word."""
    return len(texts) == len(words) and all(word in text for word, text in zip(words, texts))
