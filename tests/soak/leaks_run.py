# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hunt for leaks, with every secret of unusual form in every situation behind both doors.

Run from the root of the checkout, in the development environment:
``python -m tests.soak.leaks_run``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run pytest below a tree in which the checkout is the collection; give its exit status."""
    tests = ("tests/acceptance/leaks", "tests/acceptance/test_secrets.py")
    command = [sys.executable, "-m", "pytest", *tests, "--quiet", "--tb=short"]
    command += ["-p", "no:cacheprovider", "--durations=5", "--numprocesses=2", "--dist=loadfile"]
    with TemporaryDirectory(prefix="soak-leaks-") as room:
        collection = Path(room, "ansible_collections", "touchbasepro", "sms")
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        environment = {
            **os.environ,
            "PYTHONPATH": room,
            "ANSIBLE_COLLECTIONS_PATH": room,
            "LEAKS_SOAK": "1",
        }
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
