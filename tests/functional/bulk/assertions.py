# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the report of a run that failed half-way agrees with the account and the journal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.functional.bulk.declared import Webhook, normal, owner_of
from tests.functional.bulk.running import Request, Run

Record = Mapping[str, Any]


def assert_report_is_true(dry: Run, failed: Run) -> None:
    """Compare what is listed as done, failed and not tried with the plan and with what happened."""
    failure = failed.result["failure"]
    done, refused, left = (failure[name] for name in ("done", "failed", "not_tried"))
    # Of a webhook that was created and could not be deactivated, both halves are listed.
    created = [_identity(item) for item in done if item["change"] == "created"]
    halves = [one for one in refused if one["change"] == "updated" and _identity(one) in created]
    whole = [item for item in refused if item not in halves]

    listed = [(item["change"], item["webhook"]) for item in (*done, *whole, *left)]
    assert Counter(_name(*one) for one in listed) == _planned(dry)
    for item in done:
        _assert_done(failed, item, is_half=_identity(item) in map(_identity, halves))
    for item in refused:
        assert item["msg"]
        assert any(not 200 <= (one["status"] or 500) < 300 for one in _requests(failed, item))
    for item in left:
        assert all(one["method"] == "GET" for one in _requests(failed, item))
    counts = rf"{len(done)} applied( \(.*?\))?, {len(refused)} failed, {len(left)} not attempted"
    assert re.search(counts, failed.result["msg"])


def assert_changed_is_true(run: Run) -> None:
    """``changed`` exactly if something was written, or may have been for all the task knows."""
    may_be = any((one["status"] or 500) >= 500 for one in run.writes)
    assert bool(run.result.get("changed")) == (run.before != run.after or may_be)


def assert_no_post_is_doubled(run: Run) -> None:
    """No webhook was requested twice, unless the service has refused the first POST."""
    posts = [
        (one["path"], *one["body"].values())
        for one in run.writes
        if one["method"] == "POST" and not 400 <= (one["status"] or 0) < 500
    ]
    assert len(posts) == len(set(posts))


def _planned(dry: Run) -> Counter[tuple[Any, ...]]:
    """The changes that check mode shows."""
    kinds = {(False, True): "created", (True, True): "updated", (True, False): "deleted"}
    return Counter(
        _name(kinds[bool(pair["before"]), bool(pair["after"])], pair["after"] or pair["before"])
        for pair in dry.pairs
    )


def _name(kind: str, record: Record) -> tuple[Any, ...]:
    if kind == "created":
        return kind, owner_of(record), record["webhook_type"], normal(record["url"])
    return kind, owner_of(record), record["webhook_id"]


def _identity(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return owner_of(item["webhook"]), item["webhook"]["webhook_id"]


def _assert_done(run: Run, item: Mapping[str, Any], *, is_half: bool) -> None:
    (owner, number), record = _identity(item), item["webhook"]
    stored: Webhook | None = run.after[owner].get(number)
    if item["change"] == "deleted":
        assert stored is None
    else:
        assert stored is not None
        assert stored.key == (record["webhook_type"], normal(record["url"]))
        assert stored.active == record["active"] or is_half


def _requests(run: Run, item: Mapping[str, Any]) -> list[Request]:
    """The requests about the webhook of an item: writes, and what was read to verify them."""
    owner, number = _identity(item)
    record = item["webhook"]
    if item["change"] == "created":
        body = {"Url": record["url"], "WebhookType": record["webhook_type"]}
        return [one for one in run.writes if one["path"] == owner.path and one["body"] == body]
    return [one for one in run.journal if one["path"] == f"{owner.path}/{number}"]
