# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a cutover: which webhooks move from one receiver to another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import (
    canonical_url,
    check_url,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    declarations_in,
    explained,
    webhooks_in,
)

DOCUMENTATION = r"""
name: webhook_cutover
short_description: Plan to move webhooks from one receiver to another
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Finds the webhooks whose address begins with O(from_url), and puts O(to_url) in its place. What
    follows in the address stays as it is.
  - An address begins with another one only up to a boundary of its path, so
    V(https://a.example.org/in) stands for itself, V(https://a.example.org/in/replies) and
    V(https://a.example.org/in?x=1), and not for V(https://a.example.org/inbox). Case of scheme and
    host, a default port, and the case of percent-encoding do not matter.
  - When nothing is at O(from_url) and something is at O(to_url), nothing is left to do, and the
    plan is empty. When nothing is at either, this is an error, since one of them must be misspelt.
  - Whether webhooks are active does not matter, and stays as it is.
positional: from_url, to_url, merge, declarations
options:
  _input:
    description: What is there, as M(touchbasepro.sms.touchbase_sms_webhook_info) returns it.
    type: list
    elements: dict
    required: true
  from_url:
    description:
      - Where the webhooks are; without a query or a fragment.
      - With a slash at the end, only what lies below is meant.
    type: str
    required: true
  to_url:
    description: Where they go; without a query or a fragment.
    type: str
    required: true
  merge:
    description:
      - Whether webhooks may move to O(to_url) while others are there already, as after a cutover
        that was interrupted. Otherwise this is an error.
      - Two webhooks of the same owner, type and address are an error in any case, since every event
        would arrive twice.
    type: bool
    default: false
  declarations:
    description:
      - The entries of which to tell which ones have to be edited, since a task that keeps them
        would bring back the old address.
    type: list
    elements: dict
    default: []
notes:
  - When O(to_url) lies below O(from_url), what is at O(to_url) counts as moved.
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
"""

EXAMPLES = r"""
- name: Read the webhooks of a campaign
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
  register: campaign

- name: Move them from blue to green
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ cutover.webhooks }}"
  vars:
    cutover: >-
      {{ campaign.webhooks | touchbasepro.sms.webhook_cutover(
           'https://blue.example.org', 'https://green.example.org') }}
  when: cutover.webhooks | length > 0
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    webhooks:
      description: An entry for each webhook that moves, with its id and its new address.
      type: list
      elements: dict
      returned: always
      sample:
        - scope: campaign
          campaign_id: 9141
          list_id: null
          webhook_id: 28
          url: https://green.example.org/replies
    declarations:
      description: The entries that have to be edited.
      type: list
      elements: dict
      returned: always
      sample:
        - entry: webhooks[0]
          scope: campaign
          campaign_id: 9141
          list_id: null
          webhook_id: null
          webhook_type: CampaignReply
          url: https://blue.example.org/replies
          new_url: https://green.example.org/replies
"""

_MOST_SHOWN = 10


@explained
def webhook_cutover(
    records: Any, from_url: str, to_url: str, merge: bool = False, declarations: Any = ()
) -> dict[str, Any]:
    """Plan the cutover; see DOCUMENTATION."""
    cutover = _cutover(from_url, to_url)
    webhooks = webhooks_in(records)
    moves = [(one, url) for one in webhooks for url in cutover.new_urls(one.url)]
    moving = {id(one) for one, _url in moves}
    staying = [one for one in webhooks if id(one) not in moving]
    _check(moves, [one for one in staying if cutover.target.holds(one.url)], merge)
    _check_twins(moves, staying)
    return {
        "webhooks": [
            {**one.owner.record(), "webhook_id": one.webhook_id, "url": url} for one, url in moves
        ],
        "declarations": list(_to_edit(declarations_in(declarations), cutover)),
    }


@dataclass(frozen=True)
class _Place:
    """Where receivers are: an address, and what lies below it."""

    url: str
    origin: str
    path: str

    def rest_of(self, url: str) -> str | None:
        """What follows in an address that begins with this one; None if it does not."""
        origin, path, behind = _split(url)
        if origin != self.origin or not path.startswith(self.path):
            return None
        # An empty path is spelt "/" in the canonical form only; it is the whole of its origin.
        rest = behind[len(self.path) :]
        is_boundary = path[len(self.path) : len(self.path) + 1] in ("", "/", "?", "#")
        return rest if is_boundary and (rest.startswith("/") or not self._is_folder) else None

    def holds(self, url: str) -> bool:
        """Whether an address begins with this one."""
        return self.rest_of(url) is not None

    @property
    def _is_folder(self) -> bool:
        return bool(self.path) and self.url.endswith("/")


@dataclass(frozen=True)
class _Cutover:
    """From where to where."""

    source: _Place
    target: _Place

    def new_urls(self, url: str) -> Iterator[str]:
        """The address that takes the place of this one, if any does."""
        rest = self.source.rest_of(url)
        is_moved = self.source.holds(self.target.url) and self.target.holds(url)
        if rest is not None and not is_moved:
            target = self.target.url
            yield (target.rstrip("/") if rest.startswith("/") else target) + rest


def _cutover(from_url: str, to_url: str) -> _Cutover:
    source, target = _place("from", from_url), _place("to", to_url)
    if (source.origin, source.path) == (target.origin, target.path):
        raise NotPlannable("The cutover goes from an address to the same one. Correct one of them.")
    return _Cutover(source, target)


def _place(name: str, url: str) -> _Place:
    try:
        check_url(url)
    except NotPlannable as error:
        raise NotPlannable(f"The address that the cutover goes {name} is none: {error}") from None
    if "?" in url or "#" in url:
        raise NotPlannable(
            f"The address that the cutover goes {name} has a query or a fragment. Leave it out; "
            "what an address has there stays as it is."
        )
    origin, path, _behind = _split(url)
    return _Place(url, origin, path.rstrip("/"))


def _split(url: str) -> tuple[str, str, str]:
    """Origin and the rest of the canonical form, and the rest in its own spelling."""
    scheme, separator, remainder = url.partition("://")
    authority = re.split("[/?#]", remainder, maxsplit=1)[0]
    origin = canonical_url(scheme + separator + authority).removesuffix("/")
    return origin, canonical_url(url)[len(origin) :], remainder[len(authority) :]


def _check(
    moves: Sequence[tuple[Webhook, str]], already_there: Sequence[Webhook], merge: bool
) -> None:
    if not moves and not already_there:
        raise NotPlannable(
            "No webhook is at the address that the cutover goes from, and none where it goes to. "
            "Correct the addresses, or the owners."
        )
    if moves and already_there and not merge:
        raise NotPlannable(
            f"Nothing was changed, because {_listed(already_there)} is where the cutover goes to, "
            f"while {_listed([one for one, _url in moves])} is still where it comes from. If that "
            "is meant, as after a cutover that was interrupted, ask for a merge."
        )


def _check_twins(moves: Sequence[tuple[Webhook, str]], staying: Sequence[Webhook]) -> None:
    """Refuse to make two of the same owner, type and address of what were different ones."""
    taken = {(one.owner, one.key): (one, one.key) for one in staying}
    twins = []
    for one, url in moves:
        moved = replace(one, url=url)
        other, old_key = taken.setdefault((moved.owner, moved.key), (one, one.key))
        if other is not one and old_key != one.key:
            twins.append(f"{one} would get the address of {other}")
    if twins:
        raise NotPlannable(
            f"Nothing was changed, because {', and '.join(twins[:_MOST_SHOWN])}, which has the "
            "same type: every event would arrive twice. Remove one of the two first."
        )


def _to_edit(declarations: Sequence[DesiredWebhook], cutover: _Cutover) -> Iterator[dict[str, Any]]:
    for position, one in enumerate(declarations):
        for new_url in cutover.new_urls(one.url or "") if one.is_present else ():
            yield {
                "entry": f"webhooks[{position}]",
                **one.owner.record(),
                "webhook_id": one.webhook_id,
                "webhook_type": one.webhook_type,
                "url": one.url,
                "new_url": new_url,
            }


def _listed(webhooks: Sequence[Webhook]) -> str:
    more = len(webhooks) - _MOST_SHOWN
    shown = ", ".join(str(one) for one in webhooks[:_MOST_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_cutover": webhook_cutover}
