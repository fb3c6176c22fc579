# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python runs this at its start where this folder is on PYTHONPATH: its arguments go to a file.

The file is the one that RECORDED_ARGUMENTS names. Whoever looks at the processes of a machine sees
the same, if he looks at the right moment.
"""

from __future__ import annotations

import os
import sys

with open(os.environ["RECORDED_ARGUMENTS"], "a", encoding="utf-8") as record:
    record.write(f"{sys.orig_argv}\n")
