# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must come of a declared set: an oracle that shares no line with the plan it judges.

It first looks for a reason to refuse the set, then plays the writes on a copy of the service, in
the order that is promised: updates, creations, and what takes a receiver away at last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.acceptance.sets.vocabulary import Declared, Entry, Hook, Owner, World, normal

Switches = Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why nothing may be written.

    ``certain`` says what an entry must be blamed for; ``possible`` are entries that are in each
    other's way, where one of them must be blamed. ``reasons`` of the set as a whole have words that
    must be said, unless an entry is to blame as well.
    """

    reason: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    certain: Mapping[int, str] = field(default_factory=dict)
    possible: frozenset[int] = frozenset()
    is_before_reading: bool = False


@dataclass
class Step:
    """One write, or two where a webhook is created inactive."""

    kind: str
    owner: Owner
    webhook_id: int | None
    hook: Hook
    was: Hook | None
    outcome: str = "not tried"

    @property
    def activates(self) -> bool:
        return bool(self.was and self.kind == "updated" and self.hook.active > self.was.active)

    @property
    def phase(self) -> int:
        """When it is written; from 2 on it takes a receiver away."""
        deactivates = self.was and self.kind == "updated" and self.hook.active < self.was.active
        return 2 if deactivates else {"updated": 0, "created": 1, "deleted": 3}[self.kind]


@dataclass(frozen=True)
class Foreseen:
    """A refusal, or the steps with their outcomes and all requests that they take."""

    refusal: Refusal | None
    steps: Sequence[Step] = ()
    requests: Counter[str] = field(default_factory=Counter)
    dry_requests: Counter[str] = field(default_factory=Counter)
    after: World = field(default_factory=dict)
    created: Sequence[tuple[Owner, Hook]] = ()

    @property
    def counts(self) -> Counter[str]:
        return Counter(step.kind for step in self.steps)

    @property
    def kinds(self) -> set[str]:
        """The example in a few words, to see that all kinds are met."""
        if self.refusal:
            told = self.refusal
            return {told.reason, *told.reasons, *told.certain.values()} - {""}
        if any(step.outcome == "failed" for step in self.steps):
            return {"a write is refused"}
        return {"changes" if self.steps else "no change"}

    def is_met_by(self, world: World) -> bool:
        """Whether the service holds this, to the letter; of what is new, not its id and date."""
        return world.keys() == self.after.keys() and all(
            self._is_met_by(owner, hooks) for owner, hooks in world.items()
        )

    def _is_met_by(self, owner: Owner, hooks: Mapping[int, Hook]) -> bool:
        kept = {number: hook for number, hook in hooks.items() if number in self.after[owner]}
        new = Counter(hook[:4] for number, hook in hooks.items() if number not in kept)
        return kept == self.after[owner] and new == Counter(
            hook[:4] for created_for, hook in self.created if created_for == owner
        )


def foresee(world: World, declared: Declared, switches: Switches) -> Foreseen:
    """Say what the task must do to a service that is in this state and behaves like this."""
    refusal = _own_contradiction(declared) or _problem_of_plan(world, declared, switches)
    if refusal:
        return Foreseen(refusal)
    service = _Service(world, switches)
    steps = _steps(world, declared)
    service.play(steps)
    lists = Counter(f"GET {owner.path}" for owner in declared.owners_to_read)
    details = Counter(
        f"GET {step.owner.path}/{step.webhook_id}" for step in steps if step.activates
    )
    dry_requests = lists + details
    failed = any(step.outcome == "failed" for step in steps)
    # Whether somebody else created the same, unless the task fails anyway.
    creating = set() if failed else {owner for owner, _hook in service.created}
    checks = Counter(f"GET {owner.path}" for owner in creating)
    return Foreseen(
        None,
        steps,
        dry_requests + service.requests + checks,
        dry_requests,
        service.world,
        service.created,
    )


def _own_contradiction(declared: Declared) -> Refusal | None:
    """What is wrong whatever the service holds, so that it is not even asked."""
    if not declared.entries and not (declared.owners and declared.purge):
        return Refusal(reason="nothing is declared", is_before_reading=True)
    flawed = {place: "" for place, entry in enumerate(declared.entries) if entry.flaw}
    seen = set()
    twice = {}
    for place, entry in enumerate(declared.entries):
        if entry.flaw:
            continue
        identity = entry.owner, entry.webhook_id or entry.key
        if identity in seen:
            twice[place] = "declares"
        seen.add(identity)
    if flawed or twice:
        reason = "a flaw" if flawed else ""
        return Refusal(reason=reason, certain={**flawed, **twice}, is_before_reading=True)
    return None


def _listing(world: World, owner: Owner, switches: Switches) -> str:
    """How the service answers the list of an owner: with a list, or with which 404."""
    if owner in world:
        says = switches["no_webhooks"] if not world[owner] else "empty"
    else:
        says = switches["unknown_campaign"] if owner.scope == "campaign" else "own_code"
    if says in ("empty", "empty_list"):
        return "list"
    if switches["error_shape"] != "api":
        return "no code"
    return "webhook missing" if says in ("missing", "webhook_code") else "owner missing"


def _problem_of_plan(world: World, declared: Declared, switches: Switches) -> Refusal | None:
    """What contradicts the webhooks that there are: all of it is told at once."""
    complaints = (_complaint(world, declared, entry, switches) for entry in declared.entries)
    certain = {place: words for place, words in enumerate(complaints) if words}
    possible = frozenset(_colliding(world, declared)) - certain.keys()
    reasons = dict(_reasons_of_set(world, declared, switches))
    if not (certain or possible or reasons):
        return None
    reason = "colliding entries" if possible and not certain else ""
    return Refusal(reason, {} if certain or possible else reasons, certain, possible)


def _reasons_of_set(
    world: World, declared: Declared, switches: Switches
) -> Iterator[tuple[str, str]]:
    """What a purge must not do, and the words that say so."""
    if not declared.purge:
        return
    mentioned = {entry.owner for entry in declared.entries}
    listings = {
        _listing(world, owner, switches) for owner in declared.owners if owner not in mentioned
    }
    if "no code" in listings:
        # An unknown owner without a code looks like a wrong URL.
        yield "an unknown owner to purge, without a code", "api_url"
    present = {entry.owner for entry in declared.entries if not entry.is_absent}
    undeclared = _undeclared(world, declared)
    if not declared.allow_empty and any(owner not in present for owner, _number in undeclared):
        yield "allow_empty", "set allow_empty"
    if len(undeclared) > declared.purge_limit:
        yield "purge_limit", f"more than purge_limit ({declared.purge_limit}"


def _complaint(world: World, declared: Declared, entry: Entry, switches: Switches) -> str | None:
    listing = _listing(world, entry.owner, switches)
    is_empty_list = listing == "webhook missing" and entry.webhook_id is None
    if listing != "list" and not is_empty_list:
        is_fine = entry.is_absent and listing != "no code"
        return None if is_fine else "the service answered 404"
    hooks = world.get(entry.owner, {})
    if entry.webhook_id is None:
        is_ambiguous = len(_matches(world, declared, entry)) > 1 and not declared.purge
        return "Several webhooks could be" if is_ambiguous else None
    if entry.is_absent:
        return None
    if entry.webhook_id not in hooks:
        return "There is no webhook"
    has_type = hooks[entry.webhook_id].webhook_type
    return "cannot change the type" if entry.webhook_type not in (None, has_type) else None


def _matches(world: World, declared: Declared, entry: Entry) -> list[int]:
    """The webhooks that an entry without an id may mean: none that is declared by its id.

    The first is what a purge keeps: an active one, unless it is to be inactive, of the lowest id.
    """
    claimed = {one.webhook_id for one in declared.entries if one.owner == entry.owner}
    hooks = world.get(entry.owner, {})
    free = sorted(number for number in hooks.keys() - claimed if hooks[number].key == entry.key)
    wanted = entry.active is not False
    return sorted(free, key=lambda number: hooks[number].active != wanted)


def _meant(world: World, declared: Declared, entry: Entry) -> int | None:
    if entry.webhook_id is not None:
        return entry.webhook_id if entry.webhook_id in world.get(entry.owner, {}) else None
    return next(iter(_matches(world, declared, entry)), None)


def _wanted(world: World, declared: Declared, entry: Entry) -> Hook | None:
    """What an entry makes of its webhook; None when it is not to be there."""
    number = _meant(world, declared, entry)
    if entry.is_absent or (number is None and entry.webhook_id is not None):
        return None
    if number is None:
        return Hook(str(entry.webhook_type), str(entry.url), entry.active is not False)
    hook = world[entry.owner][number]
    if entry.url is not None and normal(entry.url) != normal(hook.url):
        hook = hook._replace(url=entry.url)
    return hook if entry.active is None else hook._replace(active=entry.active)


def _colliding(world: World, declared: Declared) -> Iterator[int]:
    """Entries that mean the webhook of another one, would look like it, or remove what it keeps."""
    for place, entry in enumerate(declared.entries):
        if entry.is_absent and entry.webhook_id is None:
            yield from (
                place
                for other in declared.entries
                if other.owner == entry.owner
                and (becomes := _wanted(world, declared, other)) is not None
                and becomes.key == entry.key
            )
        number, wanted = _meant(world, declared, entry), _wanted(world, declared, entry)
        for other in declared.entries[:place]:
            if other.owner != entry.owner:
                continue
            if number is not None and number == _meant(world, declared, other):
                yield place
            becomes = _wanted(world, declared, other)
            are_by_id = entry.webhook_id and other.webhook_id
            if wanted and becomes and wanted.key == becomes.key and not are_by_id:
                yield place


def _undeclared(world: World, declared: Declared) -> list[tuple[Owner, int]]:
    meant = {(one.owner, _meant(world, declared, one)) for one in declared.entries}
    return [
        (owner, number)
        for owner in declared.owners_to_read
        for number in world.get(owner, {})
        if (owner, number) not in meant
    ]


def _steps(world: World, declared: Declared) -> list[Step]:
    steps = []
    for entry in declared.entries:
        number, wanted = _meant(world, declared, entry), _wanted(world, declared, entry)
        was = world[entry.owner][number] if number is not None else None
        if was and not wanted:
            steps.append(Step("deleted", entry.owner, number, was, was))
        elif wanted and not was:
            steps.append(Step("created", entry.owner, None, wanted, None))
        elif was and wanted and was != wanted:
            steps.append(Step("updated", entry.owner, number, wanted, was))
    if declared.purge:
        for owner, number in _undeclared(world, declared):
            hook = world[owner][number]
            steps.append(Step("deleted", owner, number, hook, hook))
    return sorted(steps, key=lambda step: step.phase)


class _Service:
    """The service as its behaviour makes it: plays one write after the other."""

    def __init__(self, world: World, switches: Switches) -> None:
        self.world = {owner: dict(hooks) for owner, hooks in world.items()}
        self.created: list[tuple[Owner, Hook]] = []
        self.requests: Counter[str] = Counter()
        self._switches = switches

    def play(self, steps: Sequence[Step]) -> None:
        """Do the steps; nothing is taken away from an owner with a failure."""
        for step in steps:
            if step.phase < 2:
                self._play(step)
        failed = {step.owner for step in steps if step.outcome == "failed"}
        for step in steps:
            if step.outcome == "not tried" and step.owner not in failed:
                self._play(step)

    def _play(self, step: Step) -> None:
        if step.kind == "deleted":
            self._delete(step)
            return
        stored = self._stored(step.hook)
        self.requests[self._first_request(step)] += 1
        if self._refuses(step, stored):
            step.outcome = "failed"
            return
        step.outcome = "done"
        if step.webhook_id is None:
            self.created.append((step.owner, stored))
            if not stored.active:
                self.requests[f"PUT {step.owner.path}/new"] += 1
                self._verify(f"{step.owner.path}/new")
        else:
            self.world[step.owner][step.webhook_id] = stored
            self._verify(f"{step.owner.path}/{step.webhook_id}")

    def _delete(self, step: Step) -> None:
        if step.webhook_id is not None:
            step.outcome = "done"
            self.requests[f"DELETE {step.owner.path}/{step.webhook_id}"] += 1
            del self.world[step.owner][step.webhook_id]

    def _first_request(self, step: Step) -> str:
        if step.webhook_id is None:
            return f"POST {step.owner.path}"
        return f"PUT {step.owner.path}/{step.webhook_id}"

    def _verify(self, path: str) -> None:
        """An answer that does not show what is stored costs one more request."""
        if self._switches["put_answer"] != "record":
            self.requests[f"GET {path}"] += 1

    def _stored(self, hook: Hook) -> Hook:
        if self._switches["stored_address"] == "normalised":
            hook = hook._replace(url=normal(hook.url))
        if hook.active and self._switches["note_after_reactivation"] == "cleared":
            hook = hook._replace(note=None)
        return hook

    def _refuses(self, step: Step, stored: Hook) -> bool:
        if step.owner not in self.world:
            return True
        if self._switches["duplicates"] == "allowed":
            return False
        others = [
            *(hook for number, hook in self.world[step.owner].items() if number != step.webhook_id),
            *(hook for owner, hook in self.created if owner == step.owner),
        ]
        return any(hook[:2] == stored[:2] for hook in others)
