# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak test with Prism: where its tools are missing, it has failed, and says so."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_without_node_nothing_counts_as_checked(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.soak.prism_run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert "NOT CHECKED, and so failed: Prism needs node and npm on PATH." in finished.stdout
