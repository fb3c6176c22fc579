# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated TouchBasePro SMS API on 127.0.0.1, for tests.

It serves openapi.yaml with Connexion. From the outside to the inside of one request:

* ``gateway`` writes the journal, lets queued faults and the latency act, misshapes responses;
* ``contract_app`` routes, checks the key, and validates both directions against the contract;
* ``operations`` applies the request to the ``state`` of one account, as ``behaviour`` says.

``control`` is what tests use, under /_simulator/. ``process`` starts the whole as a child process
and is what tests in Python import. ``serve_command`` is the command line.

``probe_command`` and ``probe`` are a client: they find out how a real service behaves.
"""

from touchbase_simulator.process import SimulatorError, SimulatorProcess

__all__ = ["SimulatorError", "SimulatorProcess"]
