# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One behaviour behind two doors: each case through the module and in Ansible's own process.

All cases are played once, in check mode, for real and again, and the tests then read what came of
it. The in-process tasks get a shell that always fails, so that none of them can have been a module.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.execution_paths.cases import CASES, SECRET_WORDS, Case
from tests.functional.support.broken_servers import broken_servers
from tests.functional.support.playbooks import WEBHOOK, WEBHOOKS, Played, Task, play
from touchbase_simulator.process import SimulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GUIDE = (
    "https://github.com/touchbasepro/touchbasepro.sms/blob/main/docs/docsite/rst/"
    "guide_troubleshooting.rst"
)
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
METHODS = {"G": "GET", "P": "PUT", "C": "POST", "D": "DELETE"}
DOORS: Mapping[str, Mapping[str, Any]] = {
    "in_process": {"ansible_shell_executable": "/bin/false"},
    "module": {"touchbase_in_process": False},
}
PLAYS = 3


@dataclass(frozen=True)
class Seen:
    """What came of one case through one door, by run."""

    results: Mapping[str, Mapping[str, Any]]
    methods: Mapping[str, list[str]]
    invocations: Mapping[str, Any]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All cases, in a few plays, none of which takes too long even on a machine under load."""
    with SimulatorProcess.start() as simulator, broken_servers() as addresses:
        plays = [
            play(
                tmp_path_factory.mktemp("doors"),
                simulator,
                tasks_of(CASES[part::PLAYS]),
                "--diff",
                keywords={"vars": dict(addresses)},
                # Since core 2.21 invocations are shown on demand only.
                environment={"ANSIBLE_INJECT_INVOCATION": "true"},
            )
            for part in range(PLAYS)
        ]
    return Played(
        max(one.status for one in plays),
        "".join(one.output for one in plays),
        dict(ChainMap(*(dict(one.results) for one in plays))),
        dict(ChainMap(*(dict(one.journals) for one in plays))),
        dict(ChainMap(*(dict(one.invocations) for one in plays))),
    )


def tasks_of(cases: Sequence[Case]) -> list[Task]:
    """The runs of some cases, through both doors."""
    return [
        Task(
            f"{case.name}_{door}_{run}",
            case.module,
            case.options,
            {
                "check_mode": run == "check",
                "vars": {} if case.passed_on and door == "in_process" else variables,
            },
            case.before(run),
        )
        for case in cases
        for door, variables in DOORS.items()
        for run in case.runs
    ]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def seen(played: Played, case: Case, door: str) -> Seen:
    names = {run: f"{case.name}_{door}_{run}" for run in case.runs}
    return Seen(
        {run: played.results[name] for run, name in names.items()},
        {run: [entry["method"] for entry in played.journals[name]] for run, name in names.items()},
        {run: played.invocations.get(name) for run, name in names.items()},
    )


def without(result: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in keys}


def unknown_of_new_ones(value: Any, ids: Sequence[int], *names: str) -> Any:
    """A result in which new webhooks lack what another run or door cannot know of them."""
    if isinstance(value, list):
        return [unknown_of_new_ones(item, ids, *names) for item in value]
    if not isinstance(value, dict):
        return value
    unknown = dict.fromkeys(names) if value.get("webhook_id") in ids else {}
    return {key: unknown_of_new_ones(item, ids, *names) for key, item in value.items()} | unknown


def test_results_are_the_same_through_both_doors(played: Played, case: Case) -> None:
    """Each door begins with the same account, so ids are the same; moments of creation are not."""
    here, there = (
        unknown_of_new_ones(seen(played, case, door).results, case.creates, "date_created")
        for door in DOORS
    )
    for run in case.runs:
        assert here[run] == there[run]


@pytest.mark.parametrize("door", DOORS)
def test_only_check_mode_does_not_know_id_and_date_of_a_new_webhook(
    played: Played, case: Case, door: str
) -> None:
    results = seen(played, case, door).results
    for run in case.runs:
        # Since core 2.21 a registered result may have its invocation in it.
        records = list(records_in(without(results[run], "invocation")))
        new = [one for one in records if one["webhook_id"] in case.creates]
        unknown = [one for one in records if one["webhook_id"] is None]
        assert bool(unknown) == bool(run == "check" and case.predicts_creation)
        assert all(one["date_created"] is None for one in unknown)
        # A repeated failure is about the one write that is left, and names no record.
        is_told = run == "live" or (run == "again" and not case.failure_of(run))
        assert bool(new) == bool(is_told and case.creates)
        assert all(one["date_created"] for one in new)


def records_in(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if {"webhook_id", "date_created"} <= set(value):
            yield value
        for item in value.values():
            yield from records_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from records_in(item)


def test_invocations_are_shown_through_both_doors(played: Played) -> None:
    """Otherwise there would be nothing to compare below."""
    for door in DOORS:
        assert f"campaign_{door}_live" in played.invocations


def test_invocations_are_the_same_through_both_doors(played: Played, case: Case) -> None:
    """Whether they are shown at all is Ansible's own setting; the key never is."""
    here, there = (seen(played, case, door).invocations for door in DOORS)
    for run in case.runs:
        assert here[run] == there[run]
        shown = str((here[run] or {}).get("module_args", {}).get("api_key", HIDDEN))
        assert shown == HIDDEN


@pytest.mark.parametrize("door", DOORS)
def test_each_run_makes_the_requests_that_it_should(played: Played, case: Case, door: str) -> None:
    methods = seen(played, case, door).methods
    assert methods == {
        run: [METHODS[letter] for letter in letters]
        for run, letters in zip(case.runs, case.requests, strict=True)
    }


@pytest.mark.parametrize("door", DOORS)
def test_a_case_ends_as_it_should(played: Played, case: Case, door: str) -> None:
    results = seen(played, case, door).results
    for run in case.runs:
        says = case.failure_of(run)
        assert results[run].get("failed", False) == (says is not None), results[run]
        assert (says or "") in results[run].get("msg", "")
        # Ansible itself says what is wrong with other options.
        assert not says or case.passed_on or results[run]["msg"].endswith(GUIDE)
        assert results[run]["changed"] == (run in case.runs_that_change)


@pytest.mark.parametrize("door", DOORS)
def test_check_mode_returns_what_the_real_run_returns(
    played: Played, case: Case, door: str
) -> None:
    results = seen(played, case, door).results
    if case.fails_writing:
        assert results["check"]["changed"]
        pairs = diffs(results["check"])
        assert pairs
        assert all(pair["before"] != pair["after"] for pair in pairs)
        return
    written = [
        text
        for text in results["live"].get("warnings", [])
        if any(part in text for part in case.warns_written)
    ]
    assert len(written) == len(case.warns_written)
    predicted = [*results["check"].get("warnings", []), *written]
    assert predicted == results["live"].get("warnings", [])
    live = unknown_of_new_ones(results["live"], case.creates, "webhook_id", "date_created")
    assert without(results["check"], "warnings") == without(live, "warnings")


def diffs(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pairs of a result: the one of a single webhook, or those of a set without its totals."""
    diff = result["diff"]
    return [pair for pair in diff if "before" in pair] if isinstance(diff, list) else [diff]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "case", [one for one in CASES if one.module == WEBHOOK], ids=lambda case: case.name
)
def test_a_change_is_complete_and_final(played: Played, case: Case, door: str) -> None:
    """What a change makes of a webhook is its result, its diff and its fact, and stays so."""
    results = seen(played, case, door).results
    if case.failure_of("live"):
        assert "webhook" not in results["live"]
        return
    live, again = results["live"], results["again"]
    assert (live["webhook"] or {}) == live["diff"]["after"]
    assert live["webhook"] == live["ansible_facts"]["touchbase_sms_webhook"]
    assert (live["diff"]["before"] != live["diff"]["after"]) == case.changes
    assert again["diff"]["before"] == again["diff"]["after"] == (again["webhook"] or {})
    if not case.warns_written:
        assert again["webhook"] == live["webhook"]


@pytest.mark.parametrize("door", DOORS)
def test_a_result_in_short_tells_how_many_and_shows_as_many_as_it_may(
    played: Played, door: str
) -> None:
    (case,) = (one for one in CASES if one.name == "set_in_short")
    told = seen(played, case, door)
    live = told.results["live"]
    assert "webhooks" not in live
    assert live["counts"] == {"unchanged": 0, "updated": 2, "created": 0, "deleted": 0}
    pair, rest = live["diff"]
    assert pair["before_header"] == "webhook 28 of campaign 9141"
    assert rest == {"prepared": "2 updated; 1 not shown because of diff_limit\n"}
    if told.invocations["live"]:
        assert told.invocations["live"]["module_args"]["webhooks"] == "2 entries"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "case",
    [one for one in CASES if one.module == WEBHOOKS and one.options.get("return_webhooks", True)],
    ids=lambda case: case.name,
)
def test_a_set_is_complete_and_final(played: Played, case: Case, door: str) -> None:
    """What a set becomes is its result and its diff, and stays so."""
    results = seen(played, case, door).results
    if case.failure_of("live"):
        assert "webhooks" not in results["live"]
        return
    live, again = results["live"], results["again"]
    declared = len(case.options["webhooks"])
    changed = [pair["after"] for pair in diffs(live) if pair["after"]]
    assert len(live["webhooks"]) == declared
    assert [one for one in live["webhooks"] if one in changed] == changed
    assert sum(live["counts"].values()) - live["counts"]["unchanged"] == len(diffs(live))
    assert [list(item) for item in live["diff"][len(diffs(live)) :]] == [
        ["prepared"]
    ] * case.changes
    assert again["webhooks"] == live["webhooks"]
    assert again["counts"] == {"unchanged": declared, "updated": 0, "created": 0, "deleted": 0}
    assert again["diff"] == []
    assert "ansible_facts" not in live


@pytest.mark.parametrize("door", DOORS)
def test_warnings_are_in_the_result(played: Played, case: Case, door: str) -> None:
    warnings = seen(played, case, door).results["live"].get("warnings", [])
    wanted = [*case.warns, *case.warns_written]
    printed = "".join(played.output.split())  # Ansible breaks lines where it likes.
    assert len(warnings) == len(wanted)
    for text, part in zip(warnings, wanted, strict=True):
        assert part in text
        assert "".join(text.split()) in printed


@pytest.mark.parametrize("door", DOORS)
def test_masked_addresses_are_in_no_result(played: Played, case: Case, door: str) -> None:
    masks = case.options.get("mask_url", False)
    for result in seen(played, case, door).results.values():
        text = repr(result)
        is_masked = "********" in text
        assert masks or not is_masked or case.name == "masked_input", text
        # Of core 2.21 the result has the invocation, with the address of the service itself.
        told = repr(without(result, "invocation")).replace(GUIDE, "")
        assert is_masked or case.fails or not masks or "://" not in told, text
        assert not (masks and any(word in text for word in SECRET_WORDS)), text


def test_the_key_is_in_no_result(played: Played, case: Case) -> None:
    key = str(case.options.get("api_key", "demo-key-for-the-simulator"))
    for door in DOORS:
        for result in seen(played, case, door).results.values():
            assert key not in repr(result)
