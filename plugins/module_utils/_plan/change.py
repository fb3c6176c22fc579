# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A webhook as it is and as it should be; private."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .._api.models import Owner, Webhook
from .._sensitive import service_text

UNCHANGED, CREATED, UPDATED, DELETED = KINDS = ("unchanged", "created", "updated", "deleted")


def totals(kinds: Iterable[str]) -> str:
    """How many changes there are of each kind, as text."""
    counts = Counter(kinds)
    order = (CREATED, UPDATED, DELETED, UNCHANGED)
    return ", ".join(f"{counts[kind]:,} {kind}" for kind in order if counts[kind])


@dataclass(frozen=True)
class Change:
    """A webhook as it is and as it should be; either side is None when it does not exist.

    ``known_ids`` are those of the owner's webhooks when this was planned, so that a record that
    appears can be told from them. ``remarks`` are warnings of the plan. With ``by_type`` the owner
    should have no other webhook of the type.
    """

    before: Webhook | None
    after: Webhook | None
    known_ids: frozenset[int | None] = field(default=frozenset(), compare=False, repr=False)
    remarks: tuple[str, ...] = field(default=(), compare=False, repr=False)
    by_type: bool = field(default=False, compare=False, repr=False)

    @property
    def is_needed(self) -> bool:
        """Whether anything has to be written."""
        return self.before != self.after

    @property
    def kind(self) -> str:
        """What is done, one of KINDS."""
        if not self.is_needed:
            return UNCHANGED
        if self.before is None:
            return CREATED
        return DELETED if self.after is None else UPDATED

    @property
    def owner(self) -> Owner | None:
        """Whose webhook it is; None when there neither is nor should be one."""
        webhook = self.before or self.after
        return webhook.owner if webhook else None

    @property
    def activates(self) -> bool:
        """Whether a webhook that exists is switched on."""
        return bool(self.before and self.after and self.after.active and not self.before.active)

    @property
    def deactivates(self) -> bool:
        """Whether a webhook that stays is switched off."""
        return bool(self.before and self.after and self.before.active and not self.after.active)

    @property
    def record(self) -> dict[str, Any] | None:
        """The record as it should be; None when there should be none."""
        return self.after.record() if self.after else None

    @property
    def diff(self) -> dict[str, Any]:
        """The pair in the form that Ansible prints; a side that does not exist is empty."""
        name = str(self)
        return {
            "before": self.before.record() if self.before else {},
            "after": self.record or {},
            "before_header": "not there" if self.kind == CREATED else name,
            "after_header": "deleted" if self.kind == DELETED else name,
        }

    def __str__(self) -> str:
        if self.before is None and self.after is not None:
            return f"new {self.after.webhook_type} webhook of {self.after.owner}"
        return str(self.before or "no webhook")

    def warnings(self) -> list[str]:
        """What a person should know about the change."""
        warnings = [*self.remarks]
        if self.activates and self.before and self.before.note:
            warnings.append(
                f"The service had deactivated {self.before} with the note "
                f"'{service_text(self.before.note)}'. It is activated again: make sure that its "
                "receiver works."
            )
        return warnings
