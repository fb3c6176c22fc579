# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probe finds is how the service behaves, and its file makes a simulator like it."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from simulator.tests.probing import CAMPAIGN, LIST, SEED, Run, Service
from touchbase_simulator.behaviour import SWITCHES, Behaviour, read_behaviour
from touchbase_simulator.probe.observations import NOT_OBSERVABLE

if TYPE_CHECKING:
    from pathlib import Path

ALONE = [{name: value} for name, values in SWITCHES.items() for value in values]
WORST = asdict(Behaviour.hostile())
OWNERS = pytest.mark.parametrize("owner", [CAMPAIGN, LIST], ids=["campaign", "list"])


def _seed(behaviour: Behaviour) -> Any:
    """An account that a service with this behaviour may hold."""
    if behaviour.note_after_reactivation == "cleared":
        return SEED
    campaigns: Any = SEED["campaigns"]
    first = {**campaigns[0]["webhooks"][0], "note": "Was switched off"}
    lists: Any = SEED["lists"]
    return {
        **SEED,
        "campaigns": [{**campaigns[0], "webhooks": [first]}, *campaigns[1:]],
        "lists": [{**lists[0], "webhooks": [{**lists[0]["webhooks"][0], "note": "Was off"}]}],
    }


def _probed(behaviour: Behaviour, *options: str) -> Run:
    service = Service(_seed(behaviour), behaviour)
    before = service.state
    run = service.probe("--yes", *options)
    assert (run.status, run.err.count("\n")) == (0, 1), run.err
    # Nothing was changed, and nothing is left.
    assert service.state == before
    return run


def _expected(behaviour: Behaviour) -> dict[str, str]:
    values = asdict(behaviour)
    unobservable = {
        one.switch
        for one in NOT_OBSERVABLE
        if values[one.switch] in one.values
        and all(values[name] in given for name, given in one.given.items())
    }
    return {name: "-" if name in unobservable else value for name, value in values.items()}


def test_unobservable_values_are_values_of_switches_and_have_reasons() -> None:
    for one in NOT_OBSERVABLE:
        assert one.reason
        for name, values in {one.switch: one.values, **one.given}.items():
            assert set(values) < set(SWITCHES[name])


@OWNERS
@pytest.mark.parametrize(
    "switches", [*ALONE, WORST], ids=lambda one: "-".join([*one, *one.values()][:2])
)
def test_probe_finds_the_behaviour_and_its_file_makes_one_alike(
    switches: dict[str, str], owner: tuple[str, str], tmp_path: Path
) -> None:
    behaviour = Behaviour().with_changes(switches)
    output = tmp_path / "behaviour.yml"

    run = _probed(behaviour, *owner, f"--output={output}")

    assert run.values == _expected(behaviour)
    alike = Behaviour().with_changes(read_behaviour(output))
    assert alike == behaviour
    assert _probed(alike, *owner).values == run.values


@OWNERS
def test_probe_finds_mixtures_of_behaviours(owner: tuple[str, str]) -> None:
    generator = random.Random(20)
    for _number in range(60):
        mixture = {name: generator.choice(values) for name, values in SWITCHES.items()}
        run = _probed(Behaviour().with_changes(mixture), *owner)
        assert run.values == _expected(Behaviour().with_changes(mixture)), mixture


@OWNERS
@pytest.mark.parametrize("switches", [{}, WORST], ids=["default", "worst"])
def test_reading_alone_finds_what_reading_can_tell(
    switches: dict[str, str], owner: tuple[str, str]
) -> None:
    behaviour = Behaviour().with_changes(switches)

    run = _probed(behaviour, *owner, "--read-only")

    written = ("put_without_is_active", "put_response", "stored_url", "duplicates")
    assert run.values == {**_expected(behaviour), **dict.fromkeys(written, "-")}
    assert {method for method, _path in run.requests} == {"GET"}
