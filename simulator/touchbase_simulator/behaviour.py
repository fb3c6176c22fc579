# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches: one for each thing that the vendor leaves unsaid."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, get_args, get_type_hints

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class BehaviourError(ValueError):
    """A switch or a value of one that does not exist."""


@dataclass(frozen=True)
class Behaviour:
    """How the simulated service reads the gaps in its documentation.

    The first value of each switch is the documented or else the plainest behaviour, and the
    default.
    """

    # A PUT with Url alone; a backend that reads a missing boolean as false switches off.
    put_without_is_active: Literal["deactivates", "keeps", "refuses"] = "deactivates"
    # What a successful PUT shows; "stale" is the record as it was before the write.
    put_response: Literal["record", "empty", "stale"] = "record"
    # "normalised" rewrites a Url to an equivalent URL (RFC 3986, 6.2.2).
    stored_url: Literal["verbatim", "normalised"] = "verbatim"
    # The response for webhooks of a campaign that is not there; no source shows it.
    unknown_campaign: Literal["own_code", "webhook_code", "empty_list"] = "own_code"
    # The list of webhooks of an owner that is there and has none: empty, or 404 with code 142. No
    # source shows it; the API of another vendor (Brevo) does the latter, in the same words.
    no_webhooks: Literal["empty", "missing"] = "empty"
    # Shape of every error response's body; only "api" has a code. "older_api" is the shape of the
    # superseded generation of this API.
    error_shape: Literal["api", "gateway", "html", "older_api"] = "api"
    # "varying" spells dates with another number of fraction digits, 0 to 7, each request.
    date_fractions: Literal["fixed", "varying"] = "fixed"
    # What becomes of the note when a PUT activates the webhook again.
    note_after_reactivation: Literal["cleared", "kept"] = "cleared"
    # A second webhook with the owner, type and Url of another.
    duplicates: Literal["allowed", "refused"] = "allowed"
    # A webhook id asked for under a campaign that is not its own.
    wrong_campaign: Literal["not_found", "served"] = "not_found"

    @classmethod
    def hostile(cls) -> Behaviour:
        """Give every switch its worst value.

        Worst is what a client does not notice: a silent effect is worse than a refusal. That is
        why three switches stay on their default here, which is silent already.
        """
        return cls(
            put_without_is_active="deactivates",
            put_response="stale",
            stored_url="normalised",
            unknown_campaign="empty_list",
            no_webhooks="empty",
            error_shape="html",
            date_fractions="varying",
            note_after_reactivation="kept",
            duplicates="allowed",
            wrong_campaign="served",
        )

    def with_changes(self, changes: Mapping[str, Any]) -> Behaviour:
        """Lay some switches over these.

        :param changes: switch names to values.
        :raises BehaviourError: names the switch or value that does not exist, and what does.
        """
        for name, value in changes.items():
            if name not in SWITCHES:
                msg = f"no switch {name!r}; there are {', '.join(SWITCHES)}"
                raise BehaviourError(msg)
            if value not in SWITCHES[name]:
                msg = f"{name} cannot be {value!r}; choose from {', '.join(SWITCHES[name])}"
                raise BehaviourError(msg)
        return replace(self, **changes)


_HINTS = get_type_hints(Behaviour)
SWITCHES: dict[str, tuple[str, ...]] = {
    switch.name: get_args(_HINTS[switch.name]) for switch in fields(Behaviour)
}

# The plainest behaviour, the worst, and each position of a switch by itself.
MODES = {"plain": Behaviour(), "hostile": Behaviour.hostile()} | {
    f"{switch}-{position}": Behaviour().with_changes({switch: position})
    for switch, positions in SWITCHES.items()
    for position in positions[1:]
}


def read_behaviour(path: Path) -> dict[str, Any]:
    """Read the switches of a behaviour file, such as ``probe`` writes one: YAML, name to value.

    :raises BehaviourError: the file cannot be read or is no mapping; the names and values are
        checked by ``Behaviour.with_changes``.
    """
    try:
        switches = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        msg = f"{path}: {error}"
        raise BehaviourError(msg) from error
    if not isinstance(switches, dict):
        msg = f"{path}: must be a mapping of switches to values"
        raise BehaviourError(msg)
    return switches
