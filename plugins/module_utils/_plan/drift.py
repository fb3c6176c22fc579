# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a declared set and the current webhooks to their drift. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._api.models import Owner, Webhook
from .._sensitive import one_line, service_text, url_text
from .bulk import plan_entries, reserved_ids
from .change import Change
from .desired import DesiredWebhook
from .single import CurrentWebhooks

DRIFT_KINDS = (
    "missing",
    "different",
    "deactivated",
    "activated",
    "disabled_by_service",
    "undeclared",
    "invalid",
)

Current = Mapping[Owner, CurrentWebhooks]


@dataclass(frozen=True)
class Finding:
    """What is not as declared: its kind, one of DRIFT_KINDS, as data, and as text to read."""

    kind: str
    data: dict[str, Any]
    text: str


def find_drift(
    desired: Sequence[DesiredWebhook], owners: Sequence[Owner], current: Current
) -> list[Finding]:
    """What is not as declared, by kind, then in the order of the entries.

    ``current`` has the notes of inactive webhooks. The plan is that of a purge: of several that
    match an entry the best is meant, and the others are undeclared. A refusal in ``current`` is an
    empty list if the service says "webhook missing", else an owner that does not exist.
    """
    planned = plan_entries(desired, current, keep_best=True)
    refused = _refusals(current)
    found: list[Finding] = []
    for position, one in enumerate(desired):
        # An entry that is declared absent there has no problem in the plan, but was not read.
        problem = refused.get(one.owner) or planned.problems.get(position)
        if problem is None:
            found += _of_change(planned.changes[position])
        elif one.owner not in refused and _lacks_id(one, current[one.owner]):
            found.append(_missing_id(one))
        else:
            found.append(_invalid(one.label(position), problem))
    found += [_of_webhook("undeclared", one) for one in planned.undeclared]
    found += _disabled_by_service(desired, current)
    found += [
        _invalid(f"owners[{position}]", refused[owner])
        for position, owner in enumerate(owners)
        if owner in refused
    ]
    return sorted(found, key=lambda one: DRIFT_KINDS.index(one.kind))


def _refusals(current: Current) -> dict[Owner, str]:
    """What the service said of the owners that do not exist."""
    errors = [(owner, webhooks.error) for owner, webhooks in current.items()]
    return {owner: str(one) for owner, one in errors if one and not one.webhook_is_missing}


def _lacks_id(desired: DesiredWebhook, there: CurrentWebhooks) -> bool:
    """Whether a webhook should be there by its id, and is not."""
    has_id = desired.is_present and desired.webhook_id is not None
    return has_id and desired.webhook_id not in there.ids


def _of_change(change: Change) -> Iterator[Finding]:
    """What a run would change about one webhook; what the service deactivated is found apart."""
    before, after = change.before, change.after
    if after is None:
        if before is not None:
            yield _of_webhook("undeclared", before)
    elif before is None:
        what = f"the {after.webhook_type} webhook of {after.owner}"
        text = f"{what}{_quoted(after.name)} at {url_text(after.url)}"
        yield Finding("missing", after.record(), text)
    else:
        if before.url != after.url:
            urls = f"url is {url_text(before.url)}, declared {url_text(after.url)}"
            text = f"{before}: {urls}"
            yield Finding("different", {"before": before.record(), "after": after.record()}, text)
        if change.activates and not before.note:
            yield _of_webhook("deactivated", before)
        if change.deactivates:
            yield _of_webhook("activated", before)


def _disabled_by_service(desired: Sequence[DesiredWebhook], current: Current) -> Iterator[Finding]:
    """The inactive webhooks with a note, except what is declared inactive or absent."""
    reserved = reserved_ids(desired)
    not_wanted = {
        (found.owner, found.webhook_id)
        for one in desired
        if one.active is False or not one.is_present
        for found in current[one.owner].matching(one, reserved[one.owner])
    }
    for webhooks in current.values():
        for one in webhooks.webhooks:
            if not one.active and one.note and (one.owner, one.webhook_id) not in not_wanted:
                text = f"{one}: {service_text(one.note)}"
                yield Finding("disabled_by_service", one.record(), text)


def _of_webhook(kind: str, webhook: Webhook) -> Finding:
    return Finding(kind, webhook.record(), f"{webhook} at {url_text(webhook.url)}")


def _missing_id(desired: DesiredWebhook) -> Finding:
    record = {
        "name": desired.name,
        **desired.owner.record(),
        "webhook_id": desired.webhook_id,
        "webhook_type": desired.webhook_type,
        "url": desired.url,
        "active": desired.active,
        "date_created": None,
        "note": None,
    }
    place = f" at {url_text(desired.url)}" if desired.url else ""
    return Finding("missing", record, f"{desired}{_quoted(desired.name)}{place}")


def _quoted(name: str | None) -> str:
    """The name of an entry behind what it means."""
    return "" if name is None else f' "{one_line(name)}"'


def _invalid(name: str, problem: str) -> Finding:
    return Finding("invalid", {"name": name, "msg": problem}, f"{name}: {problem}")
