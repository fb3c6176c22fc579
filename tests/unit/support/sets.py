# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declared sets of webhooks, and what touchbase_sms_webhooks makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhooks import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    message,
    problem_lines,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NEW_URL,
    REPLY,
    URL,
    WEBHOOKS_PATH,
    entry,
    set_params,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import ScriptedService

LIST, POST = f"GET {WEBHOOKS_PATH}", f"POST {WEBHOOKS_PATH}"
LIST_OF_LIST, LIST_OF_ACCOUNT = "GET /sms/lists/77/webhooks", "GET /sms/message/webhooks"
DECLARED = entry(webhook_type=REPLY, url=URL)
NEW = entry(webhook_type=REPLY, url=NEW_URL)
OF_LIST = entry(campaign_id=None, list_id=77, webhook_type="ListSubscribe", url=URL)
OF_ACCOUNT = entry(campaign_id=None, scope="message", webhook_type="MessageReply", url=URL)
both_modes = pytest.mark.parametrize("check", [False, True], ids=["live", "check"])


def kept(
    service: ScriptedService,
    *entries: dict[str, Any],
    check: bool = False,
    diff: bool = True,
    progress: Progress | None = None,
    **changed: Any,
) -> dict[str, Any]:
    """The result of a task with these entries."""
    params = set_params(service.url, *entries, **changed)
    return ran(OPERATION, params, check, diff, progress)


def counts(**counted: int) -> dict[str, int]:
    return {"unchanged": 0, "updated": 0, "created": 0, "deleted": 0, **counted}


def problems_of(result: Mapping[str, Any]) -> list[str]:
    """The lines about the problems of a set that was not changed, with short labels."""
    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert "changed" not in result
    return problem_lines(message(result))


def has_reasons(lines: list[str], reasons: Mapping[str, str]) -> bool:
    """Whether there is a line for each entry, in this order, with its reason."""
    labels = [line.partition(": ")[0] for line in lines]
    return labels == list(reasons) and all(
        reason in line for reason, line in zip(reasons.values(), lines)
    )
