# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs ansible-rulebook is left to the check `events`, whose environment has it."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("TESTED_ANSIBLE_RULEBOOK") else ["test_rulebooks.py"]
