# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault at every write of a set of twelve: the report is true, and the next run does the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.sets.running import Run, run
from tests.acceptance.sets.scale import IS_SOAK
from tests.acceptance.sets.truth import assert_no_post_is_doubled, assert_report_is_true
from tests.acceptance.sets.vocabulary import (
    ACCOUNT,
    Declared,
    Entry,
    Hook,
    Owner,
    World,
    owner_of,
    seed_from,
)
from touchbase_simulator.process import SimulatorProcess

SPRING, SUMMER = Owner("campaign", 11), Owner("campaign", 12)
NEWS, OLD_NEWS = Owner("list", 21), Owner("list", 22)
REPLY, STATUS = "CampaignReply", "CampaignMessageStatusUpdate"
JOIN, LEAVE = "ListSubscribe", "ListUnsubscribe"
AT = "https://hooks.example.org"

SERVICE: World = {
    SPRING: {
        1: Hook(REPLY, f"{AT}/a"),
        2: Hook(STATUS, f"{AT}/b", active=False, note="10 failures in a row"),
        3: Hook(REPLY, f"{AT}/undeclared"),
        4: Hook(REPLY, f"{AT}/gone"),
    },
    SUMMER: {5: Hook(REPLY, f"{AT}/a"), 6: Hook(STATUS, f"{AT}/undeclared")},
    NEWS: {1: Hook(JOIN, f"{AT}/joined"), 2: Hook(LEAVE, f"{AT}/left")},
    OLD_NEWS: {3: Hook(JOIN, f"{AT}/undeclared")},
    ACCOUNT: {1: Hook("MessageReply", f"{AT}/replies")},
}
TWELVE = Declared(
    [
        Entry(SPRING, 1, url=f"{AT}/moved"),
        Entry(SPRING, None, STATUS, f"{AT}/b", active=True),
        Entry(SPRING, None, REPLY, f"{AT}/new"),
        Entry(SPRING, None, STATUS, f"{AT}/new", active=False),
        Entry(SPRING, 4, is_absent=True),
        Entry(SUMMER, None, REPLY, f"{AT}/a", active=False),
        Entry(SUMMER, None, STATUS, f"{AT}/new"),
        Entry(NEWS, 1, url=f"{AT}/moved", active=False),
        Entry(NEWS, None, LEAVE, f"{AT}/left", is_absent=True),
        Entry(NEWS, None, JOIN, f"{AT}/new", active=False),
        Entry(ACCOUNT, None, "MessageReply", f"{AT}/replies"),
        Entry(ACCOUNT, None, "MessageStatusUpdate", f"{AT}/new"),
    ],
    purge=True,
    owners=[OLD_NEWS],
    allow_empty=True,
)


@dataclass(frozen=True)
class Write:
    """One write of the set, as one connection sends them; ``earlier`` ones look the same.

    ``takes`` a receiver away: switches off, or deletes.
    """

    kind: str
    owner: Owner
    webhook_id: int | None = None
    earlier: int = 0
    takes: bool = False

    @property
    def method(self) -> str:
        return {"updated": "PUT", "switched": "PUT", "created": "POST", "deleted": "DELETE"}[
            self.kind
        ]

    @property
    def path(self) -> str:
        return self.owner.path + (f"/{self.webhook_id}" if self.webhook_id else "")

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + " again" * self.earlier


WRITES = (
    Write("updated", SPRING, 1),
    Write("updated", SPRING, 2),
    Write("created", SPRING),
    Write("created", SPRING, earlier=1),
    Write("switched", SPRING, 8),
    Write("created", SUMMER),
    Write("created", NEWS),
    Write("switched", NEWS, 10),
    Write("created", ACCOUNT),
    Write("updated", SUMMER, 5, takes=True),
    Write("updated", NEWS, 1, takes=True),
    Write("deleted", SPRING, 4, takes=True),
    Write("deleted", NEWS, 2, takes=True),
    Write("deleted", SPRING, 3, takes=True),
    Write("deleted", SUMMER, 6, takes=True),
    Write("deleted", OLD_NEWS, 3, takes=True),
)
READS = 6


@dataclass(frozen=True)
class Fault:
    """An answer in the place of the real one; ``lasting`` is how often it comes.

    ``stops``: it is about all requests, so no other is worth a try. ``is_outage``: so it is, unless
    a list shows what became of a creation. ``is_everywhere``: it is the answer to all that follow.
    """

    status: int
    body: object = ""
    applied: bool = False
    stops: bool = False
    is_outage: bool = False
    is_everywhere: bool = False
    lasting: int = 1

    def adopts(self, write: Write) -> bool:
        """Whether the list that follows an unclear creation shows that all is well."""
        return self.applied and write.kind == "created"

    def times(self, write: Write) -> int:
        """How many requests it meets: an unclear creation is not repeated."""
        is_unclear_creation = write.kind == "created" and self.status >= 500
        return 1 if is_unclear_creation and not self.is_everywhere else self.lasting


FAULTS = {
    "refused with a code": Fault(400, {"Code": 121, "Message": "no"}),
    "forbidden": Fault(403, {"Code": 105, "Message": "no"}),
    "failed and not carried out": Fault(500),
    "failed and carried out": Fault(500, applied=True),
    "in trouble for longer than the retries": Fault(503, is_outage=True, lasting=2),
    "down from here on": Fault(503, stops=True, is_everywhere=True, lasting=99),
    "key revoked": Fault(401, {"Code": 100, "Message": "Provided API key is invalid"}, stops=True),
}
MORE_FAULTS = {
    **FAULTS,
    "gone astray": Fault(404, {"statusCode": 404, "message": "Resource not found"}),
    "busy for longer than the retries": Fault(429, stops=True, lasting=2),
    "lost for longer than the retries": Fault(504, applied=True, is_outage=True, lasting=2),
}
CASES = [
    pytest.param(write, fault, id=f"{write}, {name}")
    for write in WRITES
    for name, fault in (MORE_FAULTS if IS_SOAK else FAULTS).items()
]
ONE_RETRY: Mapping[str, Any] = {"retries": 1, "max_wait": 0.01}


def test_twelve_entries_take_these_writes(simulator: SimulatorProcess) -> None:
    simulator.reset(seed=seed_from(SERVICE))

    done = run(simulator, TWELVE, concurrency=1)

    assert [f"{one['method']} {one['path']}" for one in done.writes] == [
        f"{write.method} {write.path}" for write in WRITES
    ]
    _assert_as_declared(simulator, done)


@pytest.fixture(name="dry", scope="module")
def _dry(simulator: SimulatorProcess) -> Run:
    """What check mode says of the twelve."""
    simulator.reset(seed=seed_from(SERVICE))
    return run(simulator, TWELVE, dry_run=True)


@pytest.mark.parametrize(("write", "fault"), CASES)
def test_a_fault_at_any_write_is_reported_truly_and_mended_by_the_next_run(
    simulator: SimulatorProcess, dry: Run, write: Write, fault: Fault
) -> None:
    simulator.reset(seed=seed_from(SERVICE))
    _queue(simulator, write, fault)

    broken = run(simulator, TWELVE, concurrency=1, **ONE_RETRY)

    if fault.adopts(write):
        assert not broken.has_failed
        assert any("no clear response" in text for text in broken.result["warnings"])
        assert_no_post_is_doubled(broken)
    else:
        assert broken.result["failure"]["kind"] == "partially_applied"
        assert_report_is_true(dry, broken)
        _assert_no_more_than_needed_was_left_out(broken, write, fault)
    simulator.clear_faults()
    _assert_as_declared(simulator, run(simulator, TWELVE))


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_an_answer_that_is_lost_once_costs_nothing(
    simulator: SimulatorProcess, write: Write
) -> None:
    simulator.reset(seed=seed_from(SERVICE))
    _queue(simulator, write, Fault(504, applied=True))

    done = run(simulator, TWELVE, concurrency=1, **ONE_RETRY)

    assert_no_post_is_doubled(done)
    _assert_as_declared(simulator, done)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("fault", MORE_FAULTS.values(), ids=MORE_FAULTS)
def test_a_report_is_true_with_four_requests_at_a_time_as_well(
    simulator: SimulatorProcess, dry: Run, method: str, fault: Fault
) -> None:
    simulator.reset(seed=seed_from(SERVICE))
    simulator.fault(
        method=method, status=fault.status, applied=fault.applied, body=fault.body, times=3
    )

    broken = run(simulator, TWELVE, concurrency=4)

    if broken.has_failed:
        assert_report_is_true(dry, broken)
    assert broken.has_failed or (method == "POST" and fault.applied)
    simulator.clear_faults()
    _assert_as_declared(simulator, run(simulator, TWELVE))


def test_a_webhook_that_was_there_is_not_taken_for_one_whose_creation_was_unclear(
    simulator: SimulatorProcess,
) -> None:
    declared = Declared(
        [Entry(SUMMER, 5, url=f"{AT}/moved"), Entry(SUMMER, None, REPLY, f"{AT}/a")]
    )
    simulator.reset(seed=seed_from(SERVICE))
    dry = run(simulator, declared, dry_run=True)
    # So the old webhook still has the address of the new one when that is looked for.
    simulator.fault(method="PUT", status=400)
    simulator.fault(method="POST", status=500)

    broken = run(simulator, declared)

    assert len(broken.result["failure"]["failed"]) == 2
    assert_report_is_true(dry, broken)
    simulator.clear_faults()
    assert not run(simulator, declared).has_failed


def _queue(simulator: SimulatorProcess, write: Write, fault: Fault) -> None:
    """Let a fault meet this write, and nothing before it."""
    path, method = (None, None) if fault.is_everywhere else (write.path, write.method)
    passing = READS + WRITES.index(write) if fault.is_everywhere else write.earlier
    if passing:
        simulator.fault(method=method, path=path, delay=0.0001, times=passing)
    simulator.fault(
        method=method,
        path=path,
        status=fault.status,
        body=fault.body,
        applied=fault.applied,
        times=fault.times(write),
    )


def _assert_no_more_than_needed_was_left_out(broken: Run, write: Write, fault: Fault) -> None:
    """What the rules of the page say: see what can be tried after the fault, one by one."""
    failed: list[Write] = []
    left_out: list[Write] = []
    for one in WRITES[WRITES.index(write) :]:
        is_over = failed and (fault.stops or (fault.is_outage and write.kind != "created"))
        must_wait = one.takes and any(bad.owner == one.owner and not bad.takes for bad in failed)
        if one != write and one.kind == "switched":
            continue
        if is_over or must_wait:
            left_out.append(one)
        elif one == write or fault.is_everywhere:
            failed.append(one)
    failure = broken.result["failure"]
    listed = [(one["change"], owner_of(one["webhook"])) for one in failure["not_tried"]]
    assert sorted(listed) == sorted((one.kind, one.owner) for one in left_out)
    assert len(failure["failed"]) == len(failed)


def _assert_as_declared(simulator: SimulatorProcess, done: Run) -> None:
    """The service is as declared, every id that was there is kept, and a run changes nothing."""
    assert not done.has_failed
    assert _held(done.after) == {
        SPRING: [
            (1, REPLY, f"{AT}/moved", True),
            (2, STATUS, f"{AT}/b", True),
            (0, STATUS, f"{AT}/new", False),
            (0, REPLY, f"{AT}/new", True),
        ],
        SUMMER: [(5, REPLY, f"{AT}/a", False), (0, STATUS, f"{AT}/new", True)],
        NEWS: [(1, JOIN, f"{AT}/moved", False), (0, JOIN, f"{AT}/new", False)],
        OLD_NEWS: [],
        ACCOUNT: [
            (1, "MessageReply", f"{AT}/replies", True),
            (0, "MessageStatusUpdate", f"{AT}/new", True),
        ],
    }
    again = run(simulator, TWELVE)
    assert again.result["changed"] is False
    assert again.writes == []


def _held(world: World) -> Mapping[Owner, Sequence[tuple[Any, ...]]]:
    """What there is in the order of ids, those of new webhooks as 0, by type."""
    return {
        owner: [
            (number, *hooks[number][:3]) for number in sorted(hooks) if number in SERVICE[owner]
        ]
        + sorted((0, *hook[:3]) for number, hook in hooks.items() if number not in SERVICE[owner])
        for owner, hooks in world.items()
    }
