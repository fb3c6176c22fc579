"""Whether a task that met a fault ended as the table says, and its result is true."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.functional.faults.account import USED, AccountService
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


def assert_as_expected(cell: Cell, service: AccountService, result: Result) -> None:
    """Compare the result with the table, and with what the service has now."""
    kind = result["failure"]["kind"] if result.get("failed") else "none"
    assert kind == cell.kind, result
    assert bool(result.get("warnings")) == (cell.end == "warned")
    if kind != "none":
        _assert_failure_helps(cell, service, result["msg"], result)
    elif cell.column == "page":
        found = {campaign["campaign_id"] for campaign in result["campaigns"]}
        # A warning is about those that may be missing.
        assert found >= service.old_campaigns or cell.end == "warned"
    else:
        _assert_written(cell, service, result)
    # Of a creation there is one record at most, and it was sent again only after a 429.
    assert [one.url for one in service.webhooks.values()].count(NEW) <= 1
    assert service.posts <= 1 or cell.fault.repeats_post
    assert KEY not in json.dumps(result)
    assert "Traceback" not in json.dumps(result)


def _assert_written(cell: Cell, service: AccountService, result: Result) -> None:
    assert result["changed"]
    record = result["webhook"]
    if cell.column == "delete":
        assert record is None
        assert USED not in service.webhooks
        return
    stored = service.webhooks[record["webhook_id"]]
    for name in ("webhook_type", "url", "active"):
        assert record[name] == getattr(stored, name)
    assert stored.active == (cell.column == "post")


def _assert_failure_helps(cell: Cell, service: AccountService, msg: str, result: Result) -> None:
    """It names what it is about, the cause, a next step, and what was written."""
    assert cell.position.about in msg
    assert cell.says in msg
    assert _NEXT_STEP.search(msg), msg
    if service.has_written:
        assert result.get("changed"), result
        assert "done" in result["failure"] or _UNCERTAIN.search(msg), msg
