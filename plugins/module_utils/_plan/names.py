# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the name of a campaign to its id. Pure: no I/O, no clock; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from unicodedata import normalize

from .._api.models import Campaign, Owner
from .._errors import NotPlannable
from .._sensitive import without_controls


def comparable(name: str) -> str:
    """The name as it is compared with others: as it is shown, and in Unicode NFC."""
    return normalize("NFC", without_controls(name))


def similar(name: str, known: Iterable[str]) -> list[str]:
    """The names that are like one that does not exist, whatever their case; the best first."""
    by_text = {one.lower(): one for one in known}
    return [by_text[text] for text in get_close_matches(name.lower(), by_text, cutoff=0.5)]


def ids_by_name(campaigns: Iterable[Campaign]) -> dict[str, list[int]]:
    """The ids of the campaigns of each name."""
    ids: dict[str, list[int]] = defaultdict(list)
    for campaign in campaigns:
        ids[comparable(campaign.name or "")].append(campaign.campaign_id)
    return dict(ids)


def resolved(owner: Owner, ids: Mapping[str, Sequence[int]]) -> Owner:
    """The owner with the id of the campaign that it names, of ``ids`` by name.

    Raises NotPlannable when none or several of the account's campaigns have the name.
    """
    if owner.name is None:
        return owner
    wanted = comparable(owner.name)
    found = sorted(ids.get(wanted, []))
    if len(found) == 1:
        return Owner("campaign", found[0])
    if found:
        raise NotPlannable(
            f"Several campaigns have the name {owner.name!r}: {', '.join(map(str, found))}. Give "
            "the campaign_id of the right one."
        )
    close = ", ".join(map(repr, similar(wanted, ids)))
    raise NotPlannable(
        f"No campaign has the name {owner.name!r}. "
        + (f"Similar names: {close}. " if close else "")
        + "Correct campaign_name; touchbase_sms_campaign_info lists the campaigns."
    )
