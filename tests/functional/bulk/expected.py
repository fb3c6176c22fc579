"""What a declared set must lead to, computed without a line of the plan that it is compared with.

It first looks for a reason to refuse the set, then applies the writes to a copy of the state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.functional.bulk.declared import (
    INVALID_URL,
    Declared,
    Entry,
    Owner,
    State,
    Webhook,
    normal,
)

Switches = Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why nothing may be written.

    ``certain``: words that the message has about an entry. ``possible``: entries that contradict
    each other, of which at least one is named. ``of_set``: words about the set as a whole, which
    are said unless an entry has a problem as well.
    """

    certain: Mapping[int, str] = field(default_factory=dict)
    possible: frozenset[int] = frozenset()
    of_set: Sequence[str] = ()
    is_before_reading: bool = False


class Write(NamedTuple):
    """One write, or two where a webhook is created inactive; either side may be None."""

    owner: Owner
    webhook_id: int | None
    before: Webhook | None
    after: Webhook | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "created"
        return "deleted" if self.after is None else "updated"

    @property
    def activates(self) -> bool:
        return bool(self.before and self.after and self.after.active > self.before.active)


@dataclass(frozen=True)
class Expected:
    """A refusal, or the writes, all requests, and the state after them."""

    refusal: Refusal | None
    writes: Sequence[Write] = ()
    requests: Counter[str] = field(default_factory=Counter)
    dry_requests: Counter[str] = field(default_factory=Counter)
    after: State = field(default_factory=dict)
    created: Sequence[tuple[Owner, Webhook]] = ()

    @property
    def kinds(self) -> set[str]:
        """The case in a few words, to see that all kinds occur."""
        if self.refusal:
            has_contradiction = self.refusal.possible and not self.refusal.certain
            words = {*self.refusal.certain.values(), *self.refusal.of_set}
            return words | ({"contradiction"} if has_contradiction else set())
        return {"changes" if self.writes else "no change"}

    def is_state(self, state: State) -> bool:
        """Whether an account is as expected, to the letter; ids and dates of new webhooks aside."""
        return state.keys() == self.after.keys() and all(
            self._is_owner(owner, webhooks) for owner, webhooks in state.items()
        )

    def _is_owner(self, owner: Owner, webhooks: Mapping[int, Webhook]) -> bool:
        kept = {number: one for number, one in webhooks.items() if number in self.after[owner]}
        new = Counter(one[:4] for number, one in webhooks.items() if number not in kept)
        created = Counter(one[:4] for of, one in self.created if of == owner)
        return kept == self.after[owner] and new == created


def expected_of(state: State, declared: Declared, switches: Switches) -> Expected:
    """Say what the task must do to an account in this state, whose service behaves like this."""
    refusal = _problem_of_options(declared) or _problem_of_plan(state, declared)
    if refusal:
        return Expected(refusal)
    service = _Service(state, switches)
    writes = list(_writes(state, declared))
    for write in writes:
        service.apply(write)
    reads = Counter(f"GET {owner.path}" for owner in declared.owners_to_read)
    reads.update(f"GET {one.owner.path}/{one.webhook_id}" for one in writes if one.activates)
    # Whether somebody else created the same.
    checks = Counter(f"GET {owner.path}" for owner in {owner for owner, _key in service.created})
    requests = reads + service.requests + checks
    return Expected(None, writes, requests, reads, service.state, service.created)


def _problem_of_options(declared: Declared) -> Refusal | None:
    """What is wrong whatever the account has, so that no request is sent."""
    if not declared.entries and not (declared.owners and declared.purge):
        return Refusal(of_set=["Nothing is declared"], is_before_reading=True)
    problems = {}
    seen = set()
    for place, entry in enumerate(declared.entries):
        identity = entry.owner, entry.webhook_id or entry.key
        if entry.url == INVALID_URL:
            problems[place] = "url"
        elif identity in seen:
            problems[place] = "declares"
        seen.add(identity)
    return Refusal(problems, is_before_reading=True) if problems else None


def _problem_of_plan(state: State, declared: Declared) -> Refusal | None:
    """What contradicts the webhooks that exist: all of it is said at once."""
    found = (_problem(state, declared, entry) for entry in declared.entries)
    certain = {place: words for place, words in enumerate(found) if words}
    possible = frozenset(_contradicting(state, declared)) - certain.keys()
    if certain or possible:
        return Refusal(certain, possible)
    of_set = list(_problems_of_purge(state, declared)) if declared.purge else []
    return Refusal(of_set=of_set) if of_set else None


def _problems_of_purge(state: State, declared: Declared) -> Iterator[str]:
    """What a purge must not do, as the message says it."""
    present = {entry.owner for entry in declared.entries if not entry.is_absent}
    undeclared = _undeclared(state, declared)
    if not declared.allow_empty and any(owner not in present for owner, _number in undeclared):
        yield "set allow_empty"
    if len(undeclared) > declared.purge_limit:
        yield "more than purge_limit"


def _problem(state: State, declared: Declared, entry: Entry) -> str | None:
    webhooks = state[entry.owner]
    if entry.webhook_id is None:
        is_ambiguous = len(_matches(state, declared, entry)) > 1 and not declared.purge
        return "Several webhooks could be" if is_ambiguous else None
    if entry.is_absent:
        return None
    if entry.webhook_id not in webhooks:
        return "There is no webhook"
    stored_type = webhooks[entry.webhook_id].webhook_type
    return "cannot change the type" if entry.webhook_type not in (None, stored_type) else None


def _matches(state: State, declared: Declared, entry: Entry) -> list[int]:
    """The webhooks that an entry without an id may mean: none that is declared by its id.

    The first is what a purge keeps: an active one, unless it is to be inactive, of the lowest id.
    """
    by_id = {one.webhook_id for one in declared.entries if one.owner == entry.owner}
    webhooks = state[entry.owner]
    free = sorted(one for one in webhooks.keys() - by_id if webhooks[one].key == entry.key)
    active = entry.active is not False
    return sorted(free, key=lambda number: webhooks[number].active != active)


def _id_of(state: State, declared: Declared, entry: Entry) -> int | None:
    if entry.webhook_id is not None:
        return entry.webhook_id if entry.webhook_id in state[entry.owner] else None
    return next(iter(_matches(state, declared, entry)), None)


def _after(state: State, declared: Declared, entry: Entry) -> Webhook | None:
    """What an entry makes of its webhook; None when there is to be none."""
    number = _id_of(state, declared, entry)
    if entry.is_absent or (number is None and entry.webhook_id is not None):
        return None
    if number is None:
        return Webhook(str(entry.webhook_type), str(entry.url), entry.active is not False)
    webhook = state[entry.owner][number]
    if entry.url is not None and normal(entry.url) != normal(webhook.url):
        webhook = webhook._replace(url=entry.url)
    return webhook if entry.active is None else webhook._replace(active=entry.active)


def _contradicting(state: State, declared: Declared) -> Iterator[int]:
    """Entries that mean another one's webhook, would equal it, or remove what it keeps."""
    for place, entry in enumerate(declared.entries):
        number, after = _id_of(state, declared, entry), _after(state, declared, entry)
        for other_place, other in enumerate(declared.entries):
            if other_place == place or other.owner != entry.owner:
                continue
            other_after = _after(state, declared, other)
            removes = entry.is_absent and entry.webhook_id is None
            if removes and other_after and other_after.key == entry.key:
                yield place
            if other_place > place:
                continue
            if number is not None and number == _id_of(state, declared, other):
                yield place
            are_by_id = entry.webhook_id and other.webhook_id
            if after and other_after and after.key == other_after.key and not are_by_id:
                yield place


def _undeclared(state: State, declared: Declared) -> list[tuple[Owner, int]]:
    known = {(one.owner, _id_of(state, declared, one)) for one in declared.entries}
    owners = declared.owners_to_read
    every = [(owner, number) for owner in owners for number in state[owner]]
    return [one for one in every if one not in known]


def _writes(state: State, declared: Declared) -> Iterator[Write]:
    for entry in declared.entries:
        number, after = _id_of(state, declared, entry), _after(state, declared, entry)
        before = state[entry.owner][number] if number is not None else None
        if before != after:
            yield Write(entry.owner, number, before, after)
    for owner, number in _undeclared(state, declared) if declared.purge else ():
        yield Write(owner, number, state[owner][number], None)


class _Service:
    """A copy of the account, to which writes are applied as the service would."""

    def __init__(self, state: State, switches: Switches) -> None:
        self.state = {owner: dict(webhooks) for owner, webhooks in state.items()}
        self.created: list[tuple[Owner, Webhook]] = []
        self.requests: Counter[str] = Counter()
        self._switches = switches

    def apply(self, write: Write) -> None:
        path, number, after = write.owner.path, write.webhook_id, write.after
        if after is None and number is not None:
            self.requests[f"DELETE {path}/{number}"] += 1
            del self.state[write.owner][number]
        elif after is not None and number is not None:
            self.requests[f"PUT {path}/{number}"] += 1
            self.state[write.owner][number] = self._stored(after)
            self._verify(f"{path}/{number}")
        elif after is not None:
            self.requests[f"POST {path}"] += 1
            self.created.append((write.owner, self._stored(after)))
            if not after.active:
                self.requests[f"PUT {path}/new"] += 1
                self._verify(f"{path}/new")

    def _verify(self, path: str) -> None:
        """A response that does not show what is stored costs one more request."""
        if self._switches["put_response"] != "record":
            self.requests[f"GET {path}"] += 1

    def _stored(self, webhook: Webhook) -> Webhook:
        if self._switches["stored_url"] == "normalised":
            webhook = webhook._replace(url=normal(webhook.url))
        if webhook.active and self._switches["note_after_reactivation"] == "cleared":
            webhook = webhook._replace(note=None)
        return webhook
