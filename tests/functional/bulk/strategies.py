"""Random accounts, and random sets for them, most of which can be planned.

There are five URLs, two types and four owners only, so that entries concern each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from hypothesis import strategies as st

from tests.functional.bulk.declared import (
    ACCOUNT,
    INVALID_URL,
    NORMAL,
    TYPES,
    URLS,
    Declared,
    Entry,
    Owner,
    State,
    Webhook,
)
from touchbase_simulator.behaviour import SWITCHES, Behaviour

OWNERS = (Owner("campaign", 11), Owner("campaign", 12), Owner("list", 21), ACCOUNT)
UNKNOWN_ID = 9999


@dataclass(frozen=True)
class Situation:
    """An account, how the service behaves, and sets that are applied one after the other."""

    state: State
    switches: Mapping[str, str]
    sets: Sequence[Declared]
    concurrency: int


# The normal forms more often, so that two webhooks also share a URL to the letter.
spellings = st.sampled_from([*URLS, *URLS, *NORMAL])
maybe = st.sampled_from((None, True, False))


def webhooks_of(owner: Owner) -> st.SearchStrategy[Webhook]:
    """Webhooks as the service may have them; only an inactive one has a note."""
    types = st.sampled_from(TYPES[owner.scope])
    states = st.sampled_from(((True, None), (False, None), (False, "10 failures in a row")))
    return st.tuples(types, spellings, states).map(lambda drawn: Webhook(*drawn[:2], *drawn[2]))


@st.composite
def states(draw: st.DrawFn) -> State:
    """Each scope numbers its webhooks by itself, so the same ids mean different ones."""
    last = dict.fromkeys(TYPES, 0)
    state = {}
    for owner in OWNERS:
        webhooks = draw(st.lists(webhooks_of(owner), max_size=4))
        state[owner] = dict(enumerate(webhooks, last[owner.scope] + 1))
        last[owner.scope] += len(webhooks)
    return state


@st.composite
def entries(draw: st.DrawFn, state: State) -> Entry:
    """An entry for a webhook that exists, by id or by key, or for a new one."""
    owner = draw(st.sampled_from(OWNERS))
    is_absent = draw(st.integers(0, 4)) == 0
    number = draw(st.sampled_from([None, *state[owner], *state[owner]]))
    if number is None:
        new_type = draw(st.sampled_from(TYPES[owner.scope]))
        return Entry(owner, None, new_type, draw(spellings), draw(maybe), is_absent)
    webhook = state[owner][number]
    same = draw(st.sampled_from([webhook.url, *URLS.get(webhook.url, ())]))
    if draw(st.booleans()):
        return Entry(owner, None, webhook.webhook_type, same, draw(maybe), is_absent)
    webhook_type = draw(st.sampled_from((None, webhook.webhook_type)))
    url = draw(st.one_of(st.none(), st.just(same), spellings))
    active = draw(maybe if url else st.booleans())
    return Entry(owner, number, webhook_type, url, active, is_absent)


@st.composite
def problems(draw: st.DrawFn, state: State, others: Sequence[Entry]) -> Entry:
    """An entry that cannot be planned, unless it is to be absent."""
    owner = draw(st.sampled_from(OWNERS))
    problem = draw(st.sampled_from(("invalid url", "wrong type", "unknown id", "duplicate")))
    if problem == "wrong type" and state[owner]:
        number = draw(st.sampled_from(sorted(state[owner])))
        wrong_type, *_others = set(TYPES[owner.scope]) - {state[owner][number].webhook_type}
        return Entry(owner, number, wrong_type, draw(spellings))
    if problem == "duplicate" and others:
        return draw(st.sampled_from(others))
    is_absent = draw(st.integers(0, 3)) == 0
    if problem == "unknown id":
        return Entry(owner, UNKNOWN_ID, None, draw(spellings), is_absent=is_absent)
    webhook_type = draw(st.sampled_from(TYPES[owner.scope]))
    return Entry(owner, None, webhook_type, INVALID_URL, is_absent=is_absent)


@st.composite
def declared_sets(draw: st.DrawFn, state: State) -> Declared:
    """A set without plain duplicates, and one time in three with a problem in it."""
    has_problem = draw(st.integers(0, 2)) == 0
    owner = draw(st.sampled_from(OWNERS))
    exported = [Entry(owner, number, *webhook[:3]) for number, webhook in state[owner].items()]
    drawn = draw(st.lists(entries(state), min_size=not has_problem, max_size=9))
    # Of several for the same webhook, the last one: an export that was edited.
    all_of_them = [*(exported if draw(st.booleans()) else []), *drawn]
    distinct = {(one.owner, one.webhook_id or one.key): one for one in all_of_them}
    chosen = list(distinct.values())
    if has_problem:
        chosen.insert(draw(st.integers(0, len(chosen))), draw(problems(state, chosen)))
    if draw(st.booleans()):
        return Declared(chosen)
    owners = draw(st.lists(st.sampled_from(OWNERS), max_size=2))
    purges, limit = draw(st.integers(0, 9)) > 0, draw(st.sampled_from((2, 10, 99)))
    return Declared(chosen, purges, owners, limit, draw(st.booleans()))


# Of the switches, those that a set notices whose owners exist and whose writes are taken.
VARIED = ["put_response", "stored_url", "no_webhooks", "date_fractions", "note_after_reactivation"]
mixed = st.fixed_dictionaries({name: st.sampled_from(SWITCHES[name]) for name in VARIED}).map(
    lambda switches: {**asdict(Behaviour()), **switches}
)
hostile = asdict(Behaviour.hostile())


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A few sets for a service of some behaviour."""
    state = draw(states())
    switches = draw(st.just(hostile) | mixed)
    sets = draw(st.lists(declared_sets(state), min_size=2, max_size=4))
    return Situation(state, switches, sets, draw(st.sampled_from((1, 4, 32))))
