# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of faults through both doors, and with the faults of a program that is not ours.

Run from the root of the checkout, in the development environment, with the mitmdump of an
environment that has requirements-faults.txt on PATH: ``python -m tests.soak.faults_run``.
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
    command = [sys.executable, "-m", "pytest", "tests/soak/faults", "--quiet", "--tb=short"]
    command += ["-p", "no:cacheprovider", "--durations=10"]
    # What is played together is looked at by one worker.
    command += ["--numprocesses=3", "--dist=loadgroup"]
    with TemporaryDirectory(prefix="soak-faults-") as room:
        collection = Path(room, "ansible_collections", "touchbasepro", "sms")
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        environment = {**os.environ, "PYTHONPATH": room, "ANSIBLE_COLLECTIONS_PATH": room}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
