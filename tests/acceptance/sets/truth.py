# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the report of a run that broke off agrees with the service's state and journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.acceptance.sets.running import Request, Run
from tests.acceptance.sets.vocabulary import normal, owner_of

Record = Mapping[str, Any]
Item = Mapping[str, Any]


def planned(dry: Run) -> Counter[tuple[Any, ...]]:
    """The changes that a dry run announces."""
    found = []
    for pair in dry.result["diff"][:-1]:  # The last item has the totals.
        before, after = pair["before"], pair["after"]
        kind = "updated" if before and after else "created" if after else "deleted"
        found.append(_name(kind, after or before))
    return Counter(found)


def assert_report_is_true(dry: Run, broken: Run) -> None:
    """Hold done, failed, not tried and ``changed`` against what the simulator saw."""
    failure = broken.result["failure"]
    done, failed, not_tried = (failure[name] for name in ("done", "failed", "not_tried"))
    # Of a webhook that was created and could not be switched off, both halves are listed.
    created = [_id(item) for item in done if item["change"] == "created"]
    halves = [item for item in failed if item["change"] == "updated" and _id(item) in created]
    whole = [item for item in failed if item not in halves]

    assert _names([*done, *whole, *not_tried]) == planned(dry)
    for item in done:
        _assert_done(broken, item, is_half=_id(item) in map(_id, halves))
    for item in failed:
        assert item["msg"]
        assert any(not _is_success(one) for one in _requests_for(broken, item))
    for item in not_tried:
        assert all(one["method"] == "GET" for one in _requests_for(broken, item))
        assert _held(broken.before, item) == _held(broken.after, item)
    assert f": {len(done)} applied" in broken.result["msg"]
    assert f"{len(failed)} failed, {len(not_tried)} not attempted" in broken.result["msg"]
    assert_changed_is_true(broken)
    assert_no_post_is_doubled(broken)


def assert_changed_is_true(broken: Run) -> None:
    """``changed`` exactly if something was written, or may have been for all the task knows."""
    may_be = any((one["status"] or 500) >= 500 for one in broken.writes)
    assert bool(broken.result.get("changed")) == (broken.before != broken.after or may_be)


def assert_no_post_is_doubled(run: Run) -> None:
    """The same webhook was never asked for twice, unless the service has refused the first."""
    posts = [
        (one["path"], *one["body"].values())
        for one in run.writes
        if one["method"] == "POST" and not 400 <= (one["status"] or 0) < 500
    ]
    assert len(posts) == len(set(posts))


def _name(kind: str, record: Record) -> tuple[Any, ...]:
    if kind == "created":
        return kind, owner_of(record), record["webhook_type"], normal(record["url"])
    return kind, owner_of(record), record["webhook_id"]


def _names(items: Sequence[Item]) -> Counter[tuple[Any, ...]]:
    return Counter(_name(item["change"], item["webhook"]) for item in items)


def _id(item: Item) -> tuple[Any, ...]:
    return owner_of(item["webhook"]), item["webhook"]["webhook_id"]


def _held(world: Mapping[Any, Any], item: Item) -> Any:
    """What the service holds of the webhook of an item; of a new one, those of its key."""
    owner, number = _id(item)
    hooks = world.get(owner, {})
    if number is not None:
        return hooks.get(number)
    key = item["webhook"]["webhook_type"], normal(item["webhook"]["url"])
    return [hook for hook in hooks.values() if hook.key == key]


def _assert_done(run: Run, item: Item, *, is_half: bool) -> None:
    held, record = _held(run.after, item), item["webhook"]
    if item["change"] == "deleted":
        assert held is None
        return
    assert held.key == (record["webhook_type"], normal(record["url"]))
    assert held.active == record["active"] or is_half


def _requests_for(run: Run, item: Item) -> list[Request]:
    """The requests about the webhook of an item: writes, and what was read to be sure of them."""
    owner, number = _id(item)
    record = item["webhook"]
    if item["change"] == "created":
        body = {"Url": record["url"], "WebhookType": record["webhook_type"]}
        return [one for one in run.writes if one["path"] == owner.path and one["body"] == body]
    return [one for one in run.journal if one["path"] == f"{owner.path}/{number}"]


def _is_success(request: Request) -> bool:
    return 200 <= (request["status"] or 500) < 300
