# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modes that the integration targets run in, and the table of what became of them."""

from __future__ import annotations

from dataclasses import asdict

from tests.gates.modes import every_mode, named, table
from tests.gates.verdicts import Case, Verdict
from touchbase_simulator.behaviour import SWITCHES, Behaviour


def test_every_position_of_every_switch_is_met_with_all_others_on_their_first() -> None:
    plain = asdict(Behaviour())
    played = [asdict(mode.behaviour) for mode in every_mode()]
    for switch, positions in SWITCHES.items():
        for position in positions:
            assert {**plain, switch: position} in played
    assert asdict(Behaviour.hostile()) in played


def test_every_mode_is_whole_and_has_a_name_of_its_own() -> None:
    modes = every_mode()
    assert all(mode.is_whole for mode in modes)
    assert len({mode.name for mode in modes}) == len(modes)


def test_the_table_has_each_mode_and_target_with_what_became_of_them() -> None:
    played = {
        "plain": [Case("webhook", None), Case("webhook_info", None)],
        "hostile": [Case("webhook_info", "was not run"), Case("webhook", "failed")],
        "broken": [],
    }
    assert table(played).splitlines() == [
        "mode     webhook      webhook_info",
        "plain    ok           ok",
        "hostile  failed       was not run",
        "broken   was not run  was not run",
    ]


def test_a_complaint_says_in_which_mode() -> None:
    verdict = named("hostile", Verdict(3, 1, "said", ("webhook: failed",)))
    assert verdict == Verdict(3, 1, "said", ("hostile: webhook: failed",))
