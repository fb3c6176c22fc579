# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random desired webhooks on a service in memory: a plan leads there, and stays there."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import WEBHOOK_TYPES
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import urls_equivalent
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.bulk import duplicates
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import find_drift
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import plan

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import (  # isort: skip
    CREATED, DELETED, UPDATED,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, CurrentWebhooks, DesiredWebhook, NotPlannable, Owner, Purge, SetPlan, Webhook,
    set_plan,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    DATE, NOTE, OTHER_URL, SPELT_OTHERWISE, URL,
)  # fmt: skip

URLS = [URL, SPELT_OTHERWISE, OTHER_URL, "http://h.example", "http://h.example/"]
OWNERS = [Owner("campaign", 9141), Owner("list", 77)]
MORE_THAN_ANY_PLAN_PURGES = 99
Service = dict[Owner, list[Webhook]]

urls = st.sampled_from(URLS)
truths = st.booleans()


def all_webhooks(owner: Owner) -> list[Webhook]:
    """Every webhook that an owner could have; drawing one is a single draw."""
    states = [(True, None), (False, None), (False, NOTE)]
    return [
        Webhook(owner, 28, webhook_type, url, active, date_created, note)
        for webhook_type in WEBHOOK_TYPES[owner.scope]
        for url in URLS
        for active, note in states
        for date_created in (None, DATE)
    ]


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


MOST_WEBHOOKS = 4
BY_KEY = {owner: st.sampled_from(all_desired(owner, None)) for owner in OWNERS}
BY_ID = {
    (owner, number): st.sampled_from(all_desired(owner, number))
    for owner in OWNERS
    for number in range(1, MOST_WEBHOOKS + 1)
}
WEBHOOKS_OF = {
    owner: st.lists(st.sampled_from(all_webhooks(owner)), max_size=MOST_WEBHOOKS)
    for owner in OWNERS
}


@st.composite
def services(draw: st.DrawFn) -> Service:
    """What two owners have; their ids overlap, as nothing says that they are unique."""
    return {
        owner: [replace(one, webhook_id=number) for number, one in enumerate(draw(those), start=1)]
        for owner, those in WEBHOOKS_OF.items()
    }


@st.composite
def desired_webhooks(draw: st.DrawFn, service: Service) -> DesiredWebhook:
    """A declaration by key or by an id that exists, present or absent."""
    owner = draw(st.sampled_from(OWNERS))
    number = draw(st.integers(0, len(service[owner])))
    return draw(BY_ID[owner, number] if number and draw(truths) else BY_KEY[owner])


@dataclass(frozen=True)
class World:
    """A service, and a set declared for it that a plan accepts."""

    service: Service
    declared: Sequence[DesiredWebhook]
    purges: bool

    def plan(self, service: Service | None = None) -> SetPlan:
        there = itertools.chain.from_iterable((service or self.service).values())
        purge = Purge(MORE_THAN_ANY_PLAN_PURGES, allow_empty=True) if self.purges else None
        return set_plan(self.declared, there, purge, dict.fromkeys(OWNERS))


@st.composite
def worlds(draw: st.DrawFn, purges: bool | None = None) -> World:
    service = draw(services())
    declared: list[DesiredWebhook] = []
    world = World(service, [], draw(truths) if purges is None else purges)
    for one in draw(st.lists(desired_webhooks(service), min_size=1, max_size=5)):
        longer = replace(world, declared=[*declared, one])
        if is_accepted(longer):
            declared, world = [*declared, one], longer
    return world


def is_accepted(world: World) -> bool:
    try:
        world.plan()
    except NotPlannable:
        return False
    return not duplicates(dict(enumerate(world.declared)))


def applied(service: Service, changes: Sequence[Change]) -> Service:
    """The service after the writes, in the order in which they are made."""
    after = {owner: list(those) for owner, those in service.items()}
    fresh_ids = itertools.count(100)
    for kind in (UPDATED, CREATED, DELETED):
        for change in changes:
            if change.kind == kind:
                _write(after, change, fresh_ids)
    return after


def _write(service: Service, change: Change, fresh_ids: Iterator[int]) -> None:
    before, after = change.before, change.after
    for_all = service[change.owner or OWNERS[0]]
    if before is not None:
        place = next(n for n, one in enumerate(for_all) if one.webhook_id == before.webhook_id)
        stored = for_all.pop(place)
        if after is not None:
            note = None if after.active else stored.note
            for_all.insert(place, replace(stored, url=after.url, active=after.active, note=note))
    elif after is not None:
        for_all.append(replace(after, webhook_id=next(fresh_ids), date_created=DATE))


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
    plan = world.plan()
    after = applied(world.service, plan.changes)

    again = world.plan(after)

    assert [change for change in again.changes if change.is_needed] == []
    assert again.warnings == []
    written = [change for change in plan.changes if change.is_needed and change.before]
    ids = [(one.before.owner, one.before.webhook_id) for one in written if one.before]
    assert len(ids) == len(set(ids))
    for desired in world.declared:
        found = [one for one in after[desired.owner] if matches(one, desired)]
        assert found or not desired.is_present
        if not desired.is_present and desired.webhook_id is not None:
            assert desired.webhook_id not in {one.webhook_id for one in after[desired.owner]}


@many
@given(worlds())
def test_undeclared_webhooks_stay_or_are_purged(world: World) -> None:
    after = applied(world.service, world.plan().changes)

    left = list(itertools.chain.from_iterable(after.values()))
    wanted = [one for one in world.declared if one.is_present]
    identities: set[object] = {(one.owner, one.webhook_id) for one in world.declared}
    identities |= {(one.owner, one.key) for one in world.declared}
    for webhook in itertools.chain.from_iterable(world.service.values()):
        own = {(webhook.owner, webhook.webhook_id), (webhook.owner, webhook.key)}
        assert world.purges or own & identities or webhook in left
    if world.purges:
        assert len(left) == len(wanted)
        assert all(any(matches(webhook, one) for one in wanted) for webhook in left)
        assert set(reported(replace(world, service=after))) <= {"disabled_by_service"}


def reported(world: World) -> dict[str, list[tuple[Any, Any, Any]]]:
    """What the drift has as a list of each kind, each by the owner's id and its own or its URL."""
    current = {owner: CurrentWebhooks(those) for owner, those in world.service.items()}
    kinds: dict[str, list[tuple[Any, Any, Any]]] = defaultdict(list)
    for found in find_drift(world.declared, [], current):
        kinds[found.kind].append(identity(found.data.get("before", found.data)))
    return kinds


def identity(record: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return record["scope"], record["webhook_type"], record["webhook_id"] or record["url"]


@many
@given(worlds(purges=True))
def test_drift_equals_the_changes_of_a_purge_run(world: World) -> None:
    found = reported(world)
    changes = [change for change in world.plan().changes if change.is_needed]

    disabled = found.pop("disabled_by_service", [])
    activated = [
        identity(one.before.record())
        for one in changes
        if one.activates and one.before and one.before.note
    ]
    sides = [one.before or one.after for one in changes]
    changed = [identity(one.record()) for one in sides if one]
    assert {*itertools.chain(*found.values()), *activated} == set(changed)
    assert set(activated) <= set(disabled)
    assert "invalid" not in found


@given(st.sampled_from(all_webhooks(OWNERS[0])), st.none() | urls, st.none() | truths)
def test_webhook_keeps_undeclared_fields(
    stored: Webhook, url: str | None, active: bool | None
) -> None:
    is_so = active in (None, stored.active) and (url is None or urls_equivalent(url, stored.url))

    desired = DesiredWebhook(stored.owner, 28, None, url, active)
    change = plan(desired, CurrentWebhooks([stored]))

    after = change.after
    assert after is not None
    assert change.is_needed == (not is_so)
    is_kept = url is None or urls_equivalent(url, stored.url)
    is_active = stored.active if active is None else active
    stays = replace(stored, active=is_active, note=None if is_active else stored.note)
    assert after == (stays if is_kept else replace(stays, url=str(url)))
