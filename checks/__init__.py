# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of this repository: `make test` and `make check` run them."""

import sys
from pathlib import Path

# The simulator, which need not be installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "simulator"))
