# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives every playbook of a scenario the simulator's address, as the environment of a user would.

Molecule knows the environment of its playbooks before the simulator has chosen its port.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: simulated_service
type: aggregate
short_description: Sets TOUCHBASE_API_URL to the address of the shared simulator
description:
  - Reads the port that the simulator has written down, if it runs already.
"""


class CallbackModule(CallbackBase):
    """Sets the address before the first task, for actions, modules and lookups alike."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "simulated_service"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: Any) -> None:  # noqa: ARG002
        """Set the address; without a simulator, only its own scenario's playbooks can do."""
        port_file = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "simulator" / "port"
        if port_file.exists():
            port = port_file.read_text(encoding="ascii").strip()
            os.environ["TOUCHBASE_API_URL"] = f"http://127.0.0.1:{port}"
