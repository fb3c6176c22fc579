# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that nobody else created the same webhooks at the same time; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from .._api.client import Client
from .._api.models import Owner, Webhook, sentence_start
from .._errors import TouchBaseError
from .._plan.change import CREATED, Change
from .parallel import in_parallel


def check_creations(
    client: Client,
    changes: Sequence[Change],
    dry_run: bool,
    warn: Callable[[str], None],
    concurrency: int = 1,
) -> None:
    """List the webhooks of each owner with creations once more, and warn of what is odd.

    The locks of a controller do not reach another one. Nothing is deleted: which of two equal
    webhooks is the right one, a person has to say.
    """
    created: dict[Owner, list[Change]] = defaultdict(list)
    for change in [] if dry_run else changes:
        if change.kind == CREATED and change.owner is not None:
            created[change.owner].append(change)
    listed = in_parallel(partial(_listed, client), list(created), concurrency, client.cancelled)
    for (owner, ours), found in zip(created.items(), listed):
        for text in _warnings(owner, ours, found):
            warn(text)


def _listed(client: Client, owner: Owner) -> list[Webhook] | TouchBaseError:
    try:
        return client.list_webhooks(owner)
    except TouchBaseError as error:
        return error


def _warnings(
    owner: Owner, ours: Sequence[Change], listed: list[Webhook] | TouchBaseError
) -> Iterator[str]:
    if isinstance(listed, TouchBaseError):
        yield (
            f"Whether another task created the same webhooks of {owner} at the same time could not "
            f"be checked. {listed}"
        )
        return
    our_ids = {change.after.webhook_id for change in ours if change.after}
    for change in ours:
        if change.after is not None:
            known = change.known_ids | our_ids
            others = [one for one in listed if one.webhook_id not in known]
            yield from _warnings_about(change.after, listed, others, change.by_type)


def _warnings_about(
    created: Webhook, listed: Sequence[Webhook], others: Sequence[Webhook], by_type: bool
) -> Iterator[str]:
    if all(one.webhook_id != created.webhook_id for one in listed):
        yield (
            f"{sentence_start(created)} was created, but {created.owner} does not list it. Run the "
            "task again to check."
        )
    of_type = [one for one in others if one.webhook_type == created.webhook_type]
    equal = sorted(one.known_id for one in of_type if by_type or one.key == created.key)
    if equal:
        what = "type" if by_type else "type and URL"
        plural, were = ("s", "were") if len(equal) > 1 else ("", "was")
        yield (
            f"{sentence_start(created)} was created, and at the same time so {were} "
            f"webhook{plural} {', '.join(map(str, equal))} with the same {what}, by another "
            "task. Every event is delivered to each. Delete all but one, and let one host run the "
            "task with `run_once: true`."
        )
