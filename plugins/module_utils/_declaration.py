# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user declares about one webhook, read from options and checked; private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._address import address_warnings, check_address
from ._errors import NotPlannable
from ._owner import ALL_WEBHOOK_TYPES, OWNER_SPEC, Owner, owner_from, positive_id, webhook_type_from
from ._webhook import Key, key_of

DECLARATION_SPEC: dict[str, dict[str, Any]] = {
    **OWNER_SPEC,
    "webhook_id": {"type": "int"},
    "webhook_type": {"type": "str", "choices": ALL_WEBHOOK_TYPES},
    "url": {"type": "str"},
    "active": {"type": "bool"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


@dataclass(frozen=True)
class Declaration:
    """Which webhook is meant, and what it should be; None means "leave as it is".

    Without an id it is the one of this owner, type and address.
    """

    owner: Owner
    webhook_id: int | None = None
    webhook_type: str | None = None
    url: str | None = None
    active: bool | None = None
    is_present: bool = True

    def __str__(self) -> str:
        if self.webhook_id is None:
            return f"the {self.webhook_type} webhook of {self.owner} with this address"
        return f"webhook {self.webhook_id} of {self.owner}"

    @property
    def key(self) -> Key | None:
        """The natural key, where the declaration has one."""
        if self.webhook_type is None or self.url is None:
            return None
        return key_of(self.webhook_type, self.url)

    def warnings(self, is_masked: bool) -> list[str]:
        """What is unwise about an acceptable declaration."""
        if self.url is None or not self.is_present:
            return []
        return address_warnings(self.url, is_masked)


def declaration_from(options: Mapping[str, Any]) -> Declaration:
    """Read a declaration from options; a null option counts as omitted.

    With an id, ``absent`` takes nothing else into account. Raises NotPlannable when the options
    do not say which webhook is meant, or what it should be.
    """
    owner = owner_from(options)
    webhook_id = positive_id(options, "webhook_id")
    is_present = options.get("state") != "absent"
    if webhook_id is not None and not is_present:
        return Declaration(owner, webhook_id, is_present=False)
    webhook_type = webhook_type_from(options, owner)
    url, active = options.get("url"), options.get("active")
    if webhook_id is None and (webhook_type is None or url is None):
        raise NotPlannable(
            f"Which webhook of {owner} is meant is not said. Give webhook_id, or both webhook_type "
            "and url."
        )
    if url is None and active is None:
        raise NotPlannable(f"Nothing is declared for webhook {webhook_id}. Give url or active.")
    if url is not None:
        check_address(url)
    return Declaration(owner, webhook_id, webhook_type, url, active, is_present)
