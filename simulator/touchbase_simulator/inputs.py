# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checked access to what a test sends to the control surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from touchbase_simulator.state import Owner, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_ID = 2**63 - 1


class InputError(ValueError):
    """A control request that makes no sense; the text says which key and why."""


@dataclass(frozen=True)
class Inputs:
    """The JSON object of one control request. A key set to null counts as absent."""

    values: Mapping[str, Any]

    @classmethod
    def of(cls, value: Any, known: tuple[str, ...]) -> Inputs:
        """Take a JSON value that must be an object with known keys only.

        :raises InputError: it is none, or has another key.
        """
        if not isinstance(value, dict):
            msg = "the body must be a JSON object"
            raise InputError(msg)
        unknown = [key for key in value if key not in known]
        if unknown:
            msg = f"no key {unknown[0]!r}; there are {', '.join(known)}"
            raise InputError(msg)
        return cls({key: given for key, given in value.items() if given is not None})

    def text(self, key: str) -> str | None:
        """Give a text, or None where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            msg = f"{key} must be text"
            raise InputError(msg)
        return value

    def whole(self, key: str, least: int, most: int) -> int | None:
        """Give a whole number within bounds, or None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            msg = f"{key} must be a whole number from {least} to {most}"
            raise InputError(msg)
        return value

    def number(self, key: str, most: float) -> float:
        """Give a number from 0 on, 0 where there is none."""
        value = self.values.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
            msg = f"{key} must be a number from 0 to {most:g}"
            raise InputError(msg)
        return float(value)

    def flag(self, key: str) -> bool:
        """Give true or false, false where there is none."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            msg = f"{key} must be true or false"
            raise InputError(msg)
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        """Give an object, an empty one where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            msg = f"{key} must be an object"
            raise InputError(msg)
        return value


def owner_from(inputs: Inputs) -> Owner:
    """Give the owner of webhooks that ``scope``, ``campaign_id`` and ``list_id`` name.

    :raises InputError: there is no such scope.
    """
    for scope in get_args(Scope):
        if inputs.text("scope") == scope:
            owner_id = inputs.whole(f"{scope}_id", 1, LARGEST_ID)
            return Owner(scope, owner_id)
    msg = f"scope must be one of {', '.join(get_args(Scope))}"
    raise InputError(msg)
