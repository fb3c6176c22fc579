"""Random sets for random accounts: the task does what is expected, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import hypothesis
import pytest
from hypothesis import given, note, reject
from hypothesis import strategies as st

from tests.functional.bulk.declared import Declared, Owner, normal, owner_of, seed_of
from tests.functional.bulk.expected import Expected, Refusal, expected_of
from tests.functional.bulk.running import Run, run
from tests.functional.bulk.strategies import Situation, situations
from touchbase_simulator.process import SimulatorProcess

# Each of them must be among the examples, or the tests prove less than they say.
KINDS = {
    *("changes", "no change", "contradiction"),
    *("url", "declares", "There is no webhook", "cannot change the type"),
    *("Several webhooks could be", "set allow_empty", "more than purge_limit"),
}
UNCLEAR = (500, 502, 503, 504)
faults = st.fixed_dictionaries(
    {
        "method": st.sampled_from(("PUT", "POST", "DELETE", "GET", None)),
        "status": st.sampled_from((400, 401, 403, 404, 429, *UNCLEAR, *UNCLEAR)),
        # How many requests have the fault.
        "times": st.sampled_from((1, 2, 3)),
        # With an unclear status only.
        "applied": st.booleans(),
    }
)


Examples = Callable[..., Callable[[Any], Any]]


@pytest.fixture(scope="module")
def examples(is_long: bool, seed: int) -> Examples:
    """Decorate a test with the number of its examples; a short run has the same ones each time."""

    def decorator(*, short: int, long: int) -> Callable[[Any], Any]:
        chosen = hypothesis.settings(
            max_examples=long if is_long else short,
            derandomize=not is_long,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=[hypothesis.HealthCheck.too_slow],
        )
        return lambda test: chosen(hypothesis.seed(seed)(test) if is_long else test)

    return decorator


def test_set_is_applied_or_refused_as_expected(
    simulator: SimulatorProcess, examples: Examples
) -> None:
    seen: Counter[str] = Counter()

    @examples(short=100, long=10_000)
    @given(situations())
    def play(situation: Situation) -> None:
        simulator.reset(seed=seed_of(situation.state), behaviour=situation.switches)
        for declared in situation.sets:
            seen.update(_apply(simulator, declared, situation).kinds)

    play()

    assert seen.keys() - {"Nothing is declared"} == KINDS


def test_set_with_a_fault_is_reported_and_completed_by_the_next_run(
    simulator: SimulatorProcess, examples: Examples
) -> None:
    seen: Counter[str] = Counter()

    @examples(short=60, long=2_500)
    @given(situations(), faults, st.sampled_from((0, 0, 1, 2, 5)), st.sampled_from((0, 0, 1)))
    def play(situation: Situation, fault: Mapping[str, Any], passing: int, retries: int) -> None:
        declared, expected = _set_with_changes(situation)
        simulator.reset(seed=seed_of(situation.state), behaviour=situation.switches)
        dry = run(simulator, declared, dry_run=True)
        if passing:
            # So many requests succeed before the fault.
            simulator.fault(method=fault["method"], delay=0.0001, times=passing)
        simulator.fault(**{**fault, "applied": fault["applied"] and fault["status"] in UNCLEAR})

        failed = run(simulator, declared, concurrency=situation.concurrency, retries=retries)
        simulator.clear_faults()
        completed = run(simulator, declared)
        note(f"expected: {expected}\nfailed: {failed.result}\ncompleted: {completed.result}")

        _assert_no_post_is_doubled(failed)
        # Changed, also if something may have been written for all the task knows.
        may_be = any((one["status"] or 500) >= 500 for one in failed.writes)
        assert bool(failed.result.get("changed")) == (failed.before != failed.after or may_be)
        if failed.failure_kind == "partially_applied" and len(dry.pairs) > 1:
            _assert_report_is_true(dry, failed)
        assert completed.failure_kind == "none"
        assert expected.is_state(completed.after)
        assert failed.failure_kind != "none" or completed.writes == []
        seen[failed.failure_kind] += 1

    play()

    assert seen.keys() >= {"none", "partially_applied", "refused"}


def _set_with_changes(situation: Situation) -> tuple[Declared, Expected]:
    for declared in situation.sets:
        expected = expected_of(situation.state, declared, situation.switches)
        if expected.kinds == {"changes"}:
            return declared, expected
    return reject()


def _assert_no_post_is_doubled(run: Run) -> None:
    """No webhook was requested twice, unless the service has refused the first POST."""
    posts = [
        (one["path"], *one["body"].values())
        for one in run.writes
        if one["method"] == "POST" and not 400 <= (one["status"] or 0) < 500
    ]
    assert len(posts) == len(set(posts))


def _assert_report_is_true(dry: Run, failed: Run) -> None:
    """What is done, failed and not tried is what check mode shows, and what the service has."""
    failure = failed.result["failure"]
    done, refused, left = (failure[name] for name in ("done", "failed", "not_tried"))
    # Of a webhook that was created and could not be deactivated, both halves are listed.
    created = [_identity(item) for item in done if item["change"] == "created"]
    halves = [one for one in refused if one["change"] == "updated" and _identity(one) in created]
    listed = [item for item in (*done, *refused, *left) if item not in halves]
    assert Counter(_name(item["change"], item["webhook"]) for item in listed) == _planned(dry)
    for item in done:
        (owner, number), record = _identity(item), item["webhook"]
        stored = failed.after[owner].get(number)
        assert (stored is None) == (item["change"] == "deleted")
        if stored:
            assert stored.key == (record["webhook_type"], normal(record["url"]))
            assert stored.active == record["active"] or _identity(item) in map(_identity, halves)
    for owner, number in map(_identity, left):
        assert failed.after[owner].get(number) == failed.before[owner].get(number)
    counts = rf"{len(done)} applied( \(.*?\))?, {len(refused)} failed, {len(left)} not attempted"
    assert re.search(counts, failed.result["msg"])


def _identity(item: Mapping[str, Any]) -> tuple[Owner, Any]:
    return owner_of(item["webhook"]), item["webhook"]["webhook_id"]


def _planned(dry: Run) -> Counter[tuple[Any, ...]]:
    """The changes that check mode shows."""
    kinds = {(False, True): "created", (True, True): "updated", (True, False): "deleted"}
    return Counter(
        _name(kinds[bool(pair["before"]), bool(pair["after"])], pair["after"] or pair["before"])
        for pair in dry.pairs
    )


def _name(kind: str, record: Mapping[str, Any]) -> tuple[Any, ...]:
    if kind == "created":
        return kind, owner_of(record), record["webhook_type"], normal(record["url"])
    return kind, owner_of(record), record["webhook_id"]


def _apply(simulator: SimulatorProcess, declared: Declared, situation: Situation) -> Expected:
    """Run a set in check mode, live, and again; compare each run with what is expected."""
    dry, live, again = (
        run(simulator, declared, dry_run=dry_run, concurrency=situation.concurrency)
        for dry_run in (True, False, False)
    )
    expected = expected_of(dry.before, declared, situation.switches)
    note(f"expected: {expected}\ndry: {dry.result}\nlive: {live.result}")
    assert dry.writes == []
    assert dry.after == dry.before == live.before
    if expected.refusal:
        for refused in (dry, live):
            _assert_refused(refused, declared, expected.refusal)
    else:
        has_dates = situation.switches["date_fractions"] == "fixed"
        _assert_applied(dry, live, declared, expected, has_dates=has_dates)
        assert again.failure_kind == "none"
        assert (again.result["changed"], again.writes, again.result["diff"]) == (False, [], [])
        assert sum(again.requests.values()) == len(declared.owners_to_read)
    return expected


def _assert_applied(
    dry: Run, live: Run, declared: Declared, expected: Expected, *, has_dates: bool
) -> None:
    assert dry.requests == expected.dry_requests
    assert live.requests == expected.requests
    assert live.failure_kind == "none"
    assert expected.is_state(live.after)
    kinds = Counter(write.kind for write in expected.writes)
    assert Counter(live.result["counts"]) - Counter(unchanged=len(declared.entries)) == kinds
    _assert_predicted(dry.result, live.result, has_dates=has_dates)
    _assert_records_are_true(live, declared)


def _assert_refused(refused: Run, declared: Declared, refusal: Refusal) -> None:
    """Nothing is written, and each entry with a problem is named, and no other."""
    assert refused.failure_kind == "not_plannable"
    assert not refused.result.get("changed")
    assert refused.after == refused.before
    paths = [] if refusal.is_before_reading else [one.path for one in declared.owners_to_read]
    assert refused.requests == Counter(f"GET {path}" for path in paths)
    message = refused.result["msg"]
    assert all(words in message for words in refusal.of_set)
    # Entries with the same problem share a line; what an entry is about is in brackets.
    lines = re.findall(r"(?m)^((?:webhooks\[\d+\](?: \([^)]*\))?(?:, )?)+): (.+)", message)
    named = {int(place): text for names, text in lines for place in re.findall(r"ks\[(\d+)", names)}
    assert all(words in named[place] for place, words in refusal.certain.items())
    assert named.keys() <= {*refusal.certain, *refusal.possible}
    assert named or not refusal.possible


def _assert_predicted(dry: Mapping[str, Any], live: Mapping[str, Any], *, has_dates: bool) -> None:
    """Records, diff and counts of check mode are those of the live run, but for what is new."""
    for predicted, written in zip(_records(dry), _records(live), strict=True):
        unknown = ["date_created"] if written and not has_dates else []
        if predicted.get("webhook_id", 0) is None:
            unknown = ["webhook_id", "date_created"]
        assert {**predicted, **dict.fromkeys(unknown)} == {**written, **dict.fromkeys(unknown)}
    assert (dry["changed"], dry["counts"]) == (live["changed"], live["counts"])
    assert [text for text in live["warnings"] if text in dry["warnings"]] == dry["warnings"]


def _records(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    pairs = [item.get(side) for item in result["diff"] for side in ("before", "after")]
    return [record or {} for record in (*result["webhooks"], *pairs)]


def _assert_records_are_true(live: Run, declared: Declared) -> None:
    """The records are in the order of the entries, and what the service has."""
    for entry, record in zip(declared.entries, live.result["webhooks"], strict=True):
        assert (record is None) == entry.is_absent
        if record is None:
            continue
        assert owner_of(record) == entry.owner
        stored = live.after[entry.owner][record["webhook_id"]]
        assert (record["webhook_type"], record["active"]) == (stored.webhook_type, stored.active)
        assert normal(record["url"]) == normal(stored.url)
        assert entry.webhook_id in (None, record["webhook_id"])
        assert entry.active in (None, stored.active)
        assert entry.url is None or normal(entry.url) == normal(stored.url)
        # A date may have any number of fraction digits.
        assert record["date_created"][:19] == stored.date_created[:19]
