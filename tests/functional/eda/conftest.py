"""What needs ansible-rulebook is left to the check `events`, whose environment has it."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("TESTED_ANSIBLE_RULEBOOK") else ["test_rulebooks.py"]
