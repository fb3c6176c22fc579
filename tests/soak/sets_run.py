# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of whole sets at full size: ten thousand examples, ten thousand writes.

Run from the root of the checkout, in the development environment:
``python -m tests.soak.sets_run``. A seed that failed is tried again with ``--seed``.
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


def main() -> int:
    """Run pytest below a tree in which the checkout is the collection; give its exit status."""
    options = _options()
    print(f"seed {options.seed}, {options.examples} examples", flush=True)
    command = [sys.executable, "-m", "pytest", "tests/acceptance/sets", "--quiet", "--tb=short"]
    command += ["-p", "no:cacheprovider", "--log-level=INFO", "-rP", "--durations=10"]
    command += [f"--hypothesis-seed={options.seed}", "--numprocesses=2", "--dist=loadfile"]
    with TemporaryDirectory(prefix="soak-sets-") as room:
        collection = Path(room, "ansible_collections", "touchbasepro", "sms")
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        # What failed is tried first the next time.
        examples = os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / "build/hypothesis"))
        environment = {
            **os.environ,
            "PYTHONPATH": room,
            "ANSIBLE_COLLECTIONS_PATH": room,
            "HYPOTHESIS_STORAGE_DIRECTORY": examples,
            "SETS_SOAK": str(options.examples),
        }
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.sets_run")
    parser.add_argument("--examples", type=int, default=10_000, help="of random sets")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="of all of them")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
