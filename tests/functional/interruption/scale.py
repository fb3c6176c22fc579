# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often, and how large: a few small rounds in `make test`, hundreds in `make soak`."""

from __future__ import annotations

import os
import random

SEED = os.environ.get("INTERRUPTION_SOAK", "")
IS_SOAK = bool(SEED)

ROUNDS_AT_ONCE = 200 if IS_SOAK else 8
# These of them are real plays, which take long to start.
ROUNDS_OF_PLAYS = range(0, ROUNDS_AT_ONCE, 5 if IS_SOAK else ROUNDS_AT_ONCE)
# Of each way to end a task through each door; more than a hundred in all.
ROUNDS_OF_EACH_END = range(15 if IS_SOAK else 1)
# Of each signal through each door, without holding anything up.
ROUNDS_AT_ANY_MOMENT = range(8 if IS_SOAK else 1)
WEBHOOKS = 500 if IS_SOAK else 80


def dice(*names: object) -> random.Random:
    """The dice of one round: the same in every `make test`, others with another seed."""
    return random.Random(" ".join(map(str, (SEED, *names))))
