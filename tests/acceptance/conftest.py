# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests in several folders use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.workspace import Workspace


@pytest.fixture(scope="module")
def checkout_copy() -> Iterator[Path]:
    """A copy of the checkout, with the files that git knows or would add."""
    with Workspace() as workspace:
        yield workspace.stage("copy")
