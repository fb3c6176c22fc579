# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs at once two hundred times, and a hundred tasks that are ended before their time.

Run from the root of the checkout, in the development environment:
``python -m tests.soak.interruption_run``. A seed that failed is tried again with ``--seed``, and
one test alone with what pytest takes, behind ``--``.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/acceptance/interruption"


def main() -> int:
    """Run pytest below a tree in which the checkout is the collection; give its exit status."""
    options = _options()
    print(f"seed {options.seed}", flush=True)
    command = [sys.executable, "-m", "pytest", "--quiet", "--tb=short", "-p", "no:cacheprovider"]
    command += ["--numprocesses=2", "--dist=worksteal", "--durations=5", TESTS, *options.pytest]
    with TemporaryDirectory(prefix="soak-interruption-") as room:
        collection = Path(room, "ansible_collections", "touchbasepro", "sms")
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        environment = {
            **os.environ,
            "PYTHONPATH": room,
            "ANSIBLE_COLLECTIONS_PATH": room,
            "INTERRUPTION_SOAK": str(options.seed),
        }
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.interruption_run")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="of all rounds")
    parser.add_argument("pytest", nargs="*", help="options of pytest")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
