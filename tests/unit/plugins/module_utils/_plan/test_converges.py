"""Random desired webhooks on a service in memory: a plan leads there, and stays there."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import WEBHOOK_TYPES
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import urls_equivalent
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import duplicates
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import find_drift
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import plan

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, CurrentWebhooks, Desired, DesiredWebhook, NotPlannable, Owner, Purge, SetPlan,
    Webhook, current_of, set_plan,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    DATE, NOTE, OTHER_URL, SPELT_OTHERWISE, URL,
)  # fmt: skip

URLS = [URL, SPELT_OTHERWISE, OTHER_URL, "http://h.example", "http://h.example/"]
OWNERS = [Owner("campaign", 9141), Owner("list", 77)]
MORE_THAN_ANY_PLAN_PURGES = 99
Service = dict[tuple[Owner, int], Webhook]
"""What two owners have; their ids overlap, as nothing says that they are unique."""

truths = st.booleans()


@cache
def all_webhooks(owner: Owner) -> list[Webhook]:
    """Every webhook that an owner could have; drawing one is a single draw."""
    states = [(True, None), (False, None), (False, NOTE)]
    return [
        Webhook(owner, 28, webhook_type, url, active, DATE, note)
        for webhook_type in WEBHOOK_TYPES[owner.scope]
        for url in URLS
        for active, note in states
    ]


@cache
def all_desired(owner: Owner, webhook_id: int | None) -> list[DesiredWebhook]:
    """Every declaration of one id, or by keys; three of four are present."""
    types = WEBHOOK_TYPES[owner.scope] if webhook_id is None else [None]
    urls = URLS if webhook_id is None else [None, *URLS]
    return [
        DesiredWebhook(owner, webhook_id, webhook_type, url, active, is_present)
        for webhook_type in types
        for url in urls
        for active in (None, True, False)
        if url is not None or active is not None
        for is_present in (True, True, True, False)
    ]


@st.composite
def services(draw: st.DrawFn) -> Service:
    of_owners = [draw(st.lists(st.sampled_from(all_webhooks(one)), max_size=4)) for one in OWNERS]
    numbered = [(number, one) for those in of_owners for number, one in enumerate(those, start=1)]
    return {(one.owner, number): replace(one, webhook_id=number) for number, one in numbered}


@st.composite
def desired_webhooks(draw: st.DrawFn, service: Service) -> DesiredWebhook:
    """A declaration by key or by an id that exists, present or absent."""
    owner = draw(st.sampled_from(OWNERS))
    ids = [number for other, number in service if other == owner]
    number = draw(st.sampled_from([None, None, None, *ids]))
    return draw(st.sampled_from(all_desired(owner, number)))


@dataclass(frozen=True)
class World:
    """A service, and a set declared for it that a plan accepts."""

    service: Service
    declared: Desired
    purges: bool

    def plan(self) -> SetPlan:
        purge = Purge(MORE_THAN_ANY_PLAN_PURGES, allow_empty=True) if self.purges else None
        return set_plan(self.declared, self.service.values(), purge, dict.fromkeys(OWNERS))

    def after_run(self) -> World:
        return replace(self, service=applied(self.service, self.plan().changes))


@st.composite
def worlds(draw: st.DrawFn, purges: bool | None = None) -> World:
    service = draw(services())
    world = World(service, [], draw(truths) if purges is None else purges)
    for one in draw(st.lists(desired_webhooks(service), min_size=1, max_size=5)):
        longer = replace(world, declared=[*world.declared, one])
        world = longer if is_accepted(longer) else world
    return world


def is_accepted(world: World) -> bool:
    try:
        world.plan()
    except NotPlannable:
        return False
    return not duplicates(dict(enumerate(world.declared)))


def applied(service: Service, changes: Sequence[Change]) -> Service:
    """The service after the writes."""
    after, fresh_ids = dict(service), itertools.count(100)
    for change in changes:
        old, new = change.before, change.after
        if old is not None:
            stored = after.pop((old.owner, old.known_id))
            if new is not None:
                note = None if new.active else stored.note
                changed = replace(stored, url=new.url, active=new.active, note=note)
                after[old.owner, old.known_id] = changed
        elif new is not None:
            number = next(fresh_ids)
            after[new.owner, number] = replace(new, webhook_id=number, date_created=DATE)
    return after


def matches(webhook: Webhook, desired: DesiredWebhook) -> bool:
    """Whether a stored webhook is what is declared, told without the code under test."""
    return (
        webhook.owner == desired.owner
        and desired.webhook_id in (None, webhook.webhook_id)
        and desired.webhook_type in (None, webhook.webhook_type)
        and (desired.url is None or urls_equivalent(desired.url, webhook.url))
        and desired.active in (None, webhook.active)
    )


many = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(worlds())
def test_set_is_as_declared_after_one_run_and_stays_so(world: World) -> None:
    changes = [change for change in world.plan().changes if change.is_needed]
    after = world.after_run()

    again = after.plan()

    assert [change for change in again.changes if change.is_needed] == []
    assert again.warnings == []
    ids = [(one.before.owner, one.before.webhook_id) for one in changes if one.before]
    assert len(ids) == len(set(ids))
    for desired in world.declared:
        found = any(matches(one, desired) for one in after.service.values())
        assert found or not desired.is_present
        assert desired.is_present or (desired.owner, desired.webhook_id) not in after.service


@many
@given(worlds())
def test_undeclared_webhooks_stay_or_are_purged(world: World) -> None:
    after = world.after_run()

    left = list(after.service.values())
    wanted = [one for one in world.declared if one.is_present]
    identities: set[object] = {(one.owner, one.webhook_id) for one in world.declared}
    identities |= {(one.owner, one.key) for one in world.declared}
    for webhook in world.service.values():
        own = {(webhook.owner, webhook.webhook_id), (webhook.owner, webhook.key)}
        assert world.purges or own & identities or webhook in left
    if world.purges:
        assert len(left) == len(wanted)
        assert all(any(matches(webhook, one) for one in wanted) for webhook in left)
        assert set(reported(after)) <= {"disabled_by_service"}


def reported(world: World) -> dict[str, list[tuple[Any, Any, Any]]]:
    """What the drift has as a list of each kind, each by the owner's id and its own or its URL."""
    current = current_of(world.service.values(), dict.fromkeys(OWNERS))
    kinds: dict[str, list[tuple[Any, Any, Any]]] = defaultdict(list)
    for found in find_drift(world.declared, [], current):
        kinds[found.kind].append(identity(found.data.get("before", found.data)))
    return kinds


def identity(record: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return record["scope"], record["webhook_type"], record["webhook_id"] or record["url"]


@many
@given(worlds(purges=True))
def test_drift_equals_the_changes_of_a_purge_run(world: World) -> None:
    changes = [change for change in world.plan().changes if change.is_needed]

    found = reported(world)

    disabled = set(found.pop("disabled_by_service", []))
    activated = [one.before for one in changes if one.activates and one.before]
    enabled = {identity(one.record()) for one in activated if one.note}
    changed = [one.before or one.after for one in changes]
    assert {*itertools.chain(*found.values()), *enabled} == {
        identity(one.record()) for one in changed if one
    }
    assert enabled <= disabled
    assert "invalid" not in found


@given(st.sampled_from(all_webhooks(OWNERS[0])), st.sampled_from([None, *URLS]), st.none() | truths)
def test_webhook_keeps_undeclared_fields(
    stored: Webhook, url: str | None, active: bool | None
) -> None:
    desired = DesiredWebhook(stored.owner, 28, None, url, active)

    change = plan(desired, CurrentWebhooks([stored]))

    after = stored if active is None else replace(stored, active=active)
    if url is not None and not urls_equivalent(url, stored.url):
        after = replace(after, url=url)
    assert change.after == replace(after, note=None if after.active else stored.note)
    assert change.is_needed == (change.after != stored)
