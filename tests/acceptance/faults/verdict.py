# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task that met a fault ended as the table says, and told the truth."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.acceptance.faults.account import HELD, Seen
from tests.acceptance.faults.positions import DELETE, FIRST, NEW, POST
from tests.acceptance.faults.table import Cell

KEY = "demo-key-for-the-simulator"
Result = Mapping[str, Any]

_NEXT_STEP = re.compile(
    r"\b([Cc]heck|Correct|Raise|Name) |[Tt]ry again later|[Rr]un the task again"
    r"|[Tt]he next run|Read it with"
)
_DOUBT = re.compile(
    r"may (still )?have (been )?applied|may still appear|accepted the (update|change)"
    r"|could not be checked|existed before"
)


def assert_as_it_should(cell: Cell, seen: Seen, result: Result) -> None:
    """Hold the result against the table, and against what the service holds now."""
    kind = result["failure"]["kind"] if result.get("failed") else "none"
    assert kind in cell.kinds, result
    assert bool(result.get("warnings")) == (cell.end == "warned")
    if kind == "none":
        _assert_true(cell, seen, result)
    else:
        _assert_helpful(cell, result)
        _assert_honest(seen, result)
    _assert_nothing_doubled(cell, seen)
    assert KEY not in json.dumps(result)
    assert "Traceback" not in json.dumps(result)


def _assert_true(cell: Cell, seen: Seen, result: Result) -> None:
    """What a success says is what the service holds."""
    if cell.position.like is FIRST and cell.position.is_reading:
        held = [seen.webhooks[HELD].url] if HELD in seen.webhooks else []
        assert [one["url"] for one in result["webhooks"]] == held
        return
    if cell.position.is_reading:
        listed = {campaign["campaign_id"] for campaign in result["campaigns"]}
        # A warning is about those that may be missing.
        assert listed >= seen.campaigns or cell.end == "warned"
        return
    assert result["changed"]
    (told,) = result["webhooks"] if "webhooks" in result else [result["webhook"]]
    if cell.position.like is DELETE:
        assert told is None
        assert HELD not in seen.webhooks
        return
    record = seen.webhooks[told["webhook_id"]]
    assert [told["webhook_type"], told["url"], told["active"]] == [
        record.webhook_type,
        record.url,
        record.active,
    ]
    assert record.active == (cell.position.like is POST)


def _assert_helpful(cell: Cell, result: Result) -> None:
    """A failure names what it is about, the cause, and a next step."""
    assert cell.position.about in result["msg"]
    assert any(cause in result["msg"] for cause in cell.says), result["msg"]
    assert _NEXT_STEP.search(result["msg"]), result["msg"]


def _assert_honest(seen: Seen, result: Result) -> None:
    """If something was written, a failure counts it, and says so."""
    if seen.has_written:
        assert result.get("changed"), result
        assert "done" in result["failure"] or _DOUBT.search(result["msg"]), result["msg"]


def _assert_nothing_doubled(cell: Cell, seen: Seen) -> None:
    """Of a creation there is one record at most, and it was asked for again only after a 429."""
    assert [one.url for one in seen.webhooks.values()].count(NEW) <= 1
    assert seen.posts <= 1 or cell.fault.repeats_post
