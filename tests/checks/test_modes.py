# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modes of the simulator that the integration targets run in."""

from __future__ import annotations

from checks.ansible_test import MODES
from touchbase_simulator.behaviour import SWITCHES, Behaviour


def test_each_position_of_each_switch_is_met_with_the_others_at_first() -> None:
    played = list(MODES.values())
    for switch, positions in SWITCHES.items():
        for position in positions:
            assert Behaviour().with_changes({switch: position}) in played
    assert Behaviour.hostile() in played
