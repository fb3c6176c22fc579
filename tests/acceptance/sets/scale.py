# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of it: a little in `make test`, a lot in `make soak`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

IS_SOAK = bool(os.environ.get("SETS_SOAK"))

_TEST = settings(
    max_examples=100,
    # The same examples each time: a red test is then about the change, not about the dice. What a
    # hundred examples miss is for the soak, which throws anew, prints its seed, and remembers.
    derandomize=True,
)
_SOAK = settings(max_examples=int(os.environ.get("SETS_SOAK") or 1), print_blob=True)

examples = settings(
    _SOAK if IS_SOAK else _TEST,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
fewer_examples = settings(examples, max_examples=max(40, examples.max_examples // 4))
