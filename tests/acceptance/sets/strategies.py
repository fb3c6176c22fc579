# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random services and random sets for them; most sets can be planned, some have a trouble.

The ground is small (five addresses, two types, five owners), so that entries meet each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hypothesis import strategies as st

from tests.acceptance.sets.vocabulary import (
    ACCOUNT,
    ADDRESSES,
    NORMAL,
    TYPES,
    Declared,
    Entry,
    Hook,
    Owner,
    World,
)
from touchbase_simulator.behaviour import SWITCHES, Behaviour

OWNERS = (Owner("campaign", 11), Owner("campaign", 12), Owner("list", 21), ACCOUNT)
# How the service treats an unknown campaign is a switch; a list's code is documented.
UNKNOWN_OWNERS = (Owner("campaign", 19), Owner("campaign", 19), Owner("list", 29))
UNKNOWN_ID = 9999

FLAWS: tuple[Mapping[str, Any], ...] = (
    {"campaign_id": 11, "list_id": 21},
    {"campaign_id": None, "list_id": None, "scope": None},
    {"campaign_id": 11, "list_id": None, "scope": "list"},
    {"webhook_id": 0},
    {"list_id": -5, "campaign_id": None},
    {"webhook_id": None, "url": None},
    {"webhook_id": None, "webhook_type": None},
    {"webhook_id": 1, "url": None, "state": None},
    {"webhook_id": None, "url": "ftp://hooks.example.org/a"},
    {"webhook_id": None, "url": "https://hooks.example.org/********-0a1b2c3d"},
)
# An unknown owner is met in several ways, so it comes more often.
UNKNOWN_OWNER = "an unknown owner"
TROUBLES = (
    *(UNKNOWN_OWNER, "a flaw", "a duplicate", UNKNOWN_OWNER),
    *("a wrong type", "an unknown id", "a flaw", UNKNOWN_OWNER),
)


@dataclass(frozen=True)
class Situation:
    """A service in some state, how it behaves, and sets that are applied one after the other."""

    world: World
    switches: Mapping[str, str]
    sets: Sequence[Declared]
    concurrency: int


# The normal forms more often, so that two webhooks also share an address to the letter.
spellings = st.sampled_from([*ADDRESSES, *ADDRESSES, *NORMAL])
maybe = st.sampled_from((None, True, False))


def hooks_of(owner: Owner) -> st.SearchStrategy[Hook]:
    """Webhooks as the service may hold them; only one that is switched off has a note."""
    types = st.sampled_from(TYPES[owner.scope])
    states = st.sampled_from(((True, None), (False, None), (False, "10 failures in a row")))
    return st.tuples(types, spellings, states).map(lambda drawn: Hook(*drawn[:2], *drawn[2]))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Every family numbers its webhooks for itself, so the same ids mean different ones."""
    last = dict.fromkeys(TYPES, 0)
    world = {}
    for owner in OWNERS:
        hooks = draw(st.lists(hooks_of(owner), max_size=4))
        first = last[owner.scope] + 1
        last[owner.scope] += len(hooks)
        world[owner] = dict(enumerate(hooks, first))
    return world


@st.composite
def entries(draw: st.DrawFn, world: World) -> Entry:
    """An entry that means a webhook that is there, by id or by key, or one that is not."""
    owner = draw(st.sampled_from(OWNERS))
    is_absent = draw(st.integers(0, 4)) == 0
    number = draw(st.sampled_from([None, *world[owner], *world[owner]]))
    if number is None:
        new_type = draw(st.sampled_from(TYPES[owner.scope]))
        return Entry(owner, None, new_type, draw(spellings), draw(maybe), is_absent)
    hook = world[owner][number]
    same = draw(st.sampled_from([hook.url, *ADDRESSES.get(hook.url, ())]))
    if draw(st.booleans()):
        return Entry(owner, None, hook.webhook_type, same, draw(maybe), is_absent)
    webhook_type = draw(st.sampled_from((None, hook.webhook_type)))
    url = draw(st.one_of(st.none(), st.just(same), spellings))
    active = draw(maybe if url else st.booleans())
    return Entry(owner, number, webhook_type, url, active, is_absent)


def _exported(world: World, owner: Owner) -> list[Entry]:
    """All that an owner has, as touchbase_sms_webhook_info returns it."""
    return [
        Entry(owner, number, hook.webhook_type, hook.url, hook.active)
        for number, hook in world[owner].items()
    ]


@st.composite
def troubles(draw: st.DrawFn, world: World, others: Sequence[Entry]) -> Entry:
    """An entry that cannot be, unless it is to be absent."""
    owner = draw(st.sampled_from(OWNERS))
    trouble = draw(st.sampled_from(TROUBLES))
    if trouble == "a wrong type" and world[owner]:
        number = draw(st.sampled_from(sorted(world[owner])))
        kind, *_others = set(TYPES[owner.scope]) - {world[owner][number].webhook_type}
        return Entry(owner, number, kind, draw(spellings))
    if trouble == "a duplicate" and others:
        return draw(st.sampled_from(others))
    is_absent = draw(st.integers(0, 3)) == 0
    if trouble == "an unknown id":
        return Entry(owner, UNKNOWN_ID, None, draw(spellings), is_absent=is_absent)
    if trouble == UNKNOWN_OWNER:
        owner = draw(st.sampled_from(UNKNOWN_OWNERS))
    kind = draw(st.sampled_from(TYPES[owner.scope]))
    flaw = draw(st.sampled_from(FLAWS)) if trouble == "a flaw" else {}
    return Entry(owner, None, kind, draw(spellings), is_absent=is_absent, flaw=flaw)


@st.composite
def declared_sets(draw: st.DrawFn, world: World) -> Declared:
    """A set without plain duplicates, and one time in three with a trouble in it."""
    has_trouble = draw(st.integers(0, 2)) == 0
    exported = _exported(world, draw(st.sampled_from(OWNERS))) if draw(st.booleans()) else []
    drawn = draw(st.lists(entries(world), min_size=not has_trouble, max_size=9))
    # Of several for the same webhook, the last one: an export that was edited.
    distinct = {(one.owner, one.webhook_id or one.key): one for one in [*exported, *drawn]}
    chosen = list(distinct.values())
    if has_trouble:
        chosen.insert(draw(st.integers(0, len(chosen))), draw(troubles(world, chosen)))
    if draw(st.booleans()):
        return Declared(chosen)
    owners = draw(st.lists(st.sampled_from((*UNKNOWN_OWNERS[1:], *OWNERS)), max_size=2))
    purges, limit = draw(st.integers(0, 9)) > 0, draw(st.sampled_from((2, 10, 99)))
    return Declared(chosen, purges, owners, limit, draw(st.booleans()))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A few sets for a service that behaves as it likes."""
    world = draw(worlds())
    switches = draw(behaviours)
    sets = draw(st.lists(declared_sets(world), min_size=2, max_size=4))
    # Where one write can stand in the way of another, the order of writes must be known.
    concurrency = 1 if switches["duplicates"] == "refused" else draw(st.sampled_from((1, 4, 32)))
    return Situation(world, switches, sets, concurrency)


plain = {name: values[0] for name, values in SWITCHES.items()}
hostile = asdict(Behaviour.hostile())
behaviours = st.sampled_from((plain, hostile)) | st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in SWITCHES.items()}
)
