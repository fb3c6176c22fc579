# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which thread a signal can come to."""

from __future__ import annotations

import signal

FROM_OUTSIDE = {signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGALRM}


def blocked_here() -> set[int]:
    """The signals that do not come to the thread that asks."""
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
