# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation as a whole: an account, how it behaves, what it was asked, what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from touchbase_simulator.delivery import Deliveries
from touchbase_simulator.faults import FaultQueue
from touchbase_simulator.journal import Journal
from touchbase_simulator.seed import account_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from touchbase_simulator.behaviour import Behaviour
    from touchbase_simulator.state import Account


@dataclass
class Simulation:
    """One running service. All of it lives in the event loop's thread, so nothing is locked."""

    start_seed: Any
    start_behaviour: Behaviour
    account: Account = field(init=False)
    behaviour: Behaviour = field(init=False)
    journal: Journal = field(default_factory=Journal)
    faults: FaultQueue = field(default_factory=FaultQueue)
    deliveries: Deliveries = field(default_factory=Deliveries)

    def __post_init__(self) -> None:
        self.reset(None, {})

    def reset(self, seed: Any, switches: Mapping[str, Any]) -> None:
        """Begin anew.

        :param seed: the account to begin with, as plain data; None is the one of the start.
        :param switches: laid over the behaviour of the start.
        :raises SeedError: the seed describes no account; nothing has changed then.
        :raises BehaviourError: there is no such switch or value; nothing has changed then.
        """
        account = account_from(self.start_seed if seed is None else seed)
        behaviour = self.start_behaviour.with_changes(switches)
        self.account, self.behaviour = account, behaviour
        self.journal.clear()
        self.faults.waiting.clear()
        self.deliveries.clear()

    def is_authorized(self, authorization: str | None) -> bool:
        """Say whether an Authorization header opens the account.

        One space between Bearer and the key (vendor page update-campaign-webhook); the case of
        the scheme does not matter (RFC 9110, 11.1).
        """
        scheme, _space, key = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and key == self.account.api_key
