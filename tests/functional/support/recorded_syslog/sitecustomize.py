# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python runs this at its start where this folder is on PYTHONPATH: the target's syslog as a file.

A machine of the tests need not have a syslog. What a module would send there goes to the file that
RECORDED_SYSLOG names; the journal's own library is hidden, so that there is only this one way.
"""

from __future__ import annotations

import os
import sys
import syslog

sys.modules["systemd"] = None  # type: ignore[assignment]


def _record(*arguments: object) -> None:
    with open(os.environ["RECORDED_SYSLOG"], "a", encoding="utf-8") as log:
        log.write(f"{arguments[-1]}\n")


syslog.syslog = _record  # type: ignore[assignment]
