# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task that met a fault ended as the table says, and its result is true."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.functional.faults.account import USED, AccountState
from tests.functional.faults.positions import NEW
from tests.functional.faults.table import Cell
from tests.functional.support.playbooks import KEY

Result = Mapping[str, Any]

_NEXT_STEP = re.compile(
    r"\b([Cc]heck|Correct|Raise|Name) |[Tt]ry again later|[Rr]un the task again"
    r"|[Tt]he next run|Read it with"
)
_UNCERTAIN = re.compile(
    r"may (still )?have (been )?applied|may still appear|accepted the (update|change)"
    r"|could not be checked|existed before"
)


def assert_as_expected(cell: Cell, state: AccountState, result: Result) -> None:
    """Compare the result with the table, and with what the service has now."""
    kind = result["failure"]["kind"] if result.get("failed") else "none"
    assert kind == cell.kind, result
    assert bool(result.get("warnings")) == (cell.end == "warned")
    if kind != "none":
        _assert_failure_helps(cell, result)
        _assert_failure_counts_writes(state, result)
    elif cell.position.is_reading:
        _assert_read(cell, state, result)
    else:
        _assert_written(cell, state, result)
    # Of a creation there is one record at most, and it was sent again only after a 429.
    assert [one.url for one in state.webhooks.values()].count(NEW) <= 1
    assert state.posts <= 1 or cell.fault.repeats_post
    assert KEY not in json.dumps(result)
    assert "Traceback" not in json.dumps(result)


def _assert_read(cell: Cell, state: AccountState, result: Result) -> None:
    if cell.column == "page":
        found = {campaign["campaign_id"] for campaign in result["campaigns"]}
        # A warning is about those that may be missing.
        assert found >= state.campaigns or cell.end == "warned"
    else:
        urls = [state.webhooks[USED].url] if USED in state.webhooks else []
        assert [one["url"] for one in result["webhooks"]] == urls


def _assert_written(cell: Cell, state: AccountState, result: Result) -> None:
    assert result["changed"]
    (record,) = result["webhooks"] if "webhooks" in result else [result["webhook"]]
    if cell.column == "delete":
        assert record is None
        assert USED not in state.webhooks
        return
    stored = state.webhooks[record["webhook_id"]]
    for name in ("webhook_type", "url", "active"):
        assert record[name] == getattr(stored, name)
    assert stored.active == (cell.column == "post")


def _assert_failure_helps(cell: Cell, result: Result) -> None:
    """It names what it is about, the cause, and a next step."""
    assert cell.position.about in result["msg"]
    assert cell.says in result["msg"]
    assert _NEXT_STEP.search(result["msg"]), result["msg"]


def _assert_failure_counts_writes(state: AccountState, result: Result) -> None:
    """If something was written, a failure counts it, and says so."""
    if state.has_written:
        assert result.get("changed"), result
        assert "done" in result["failure"] or _UNCERTAIN.search(result["msg"]), result["msg"]
