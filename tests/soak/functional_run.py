"""The functional tests with ``--long``, below a tree in which the checkout is the collection.

Run from the root of the checkout, in the development environment:
``python -m tests.soak.functional_run``. It hands options to pytest, such as the ``--seed`` of a
run that failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run pytest; give its exit status."""
    folders = [f"tests/functional/{name}" for name in ("bulk", "faults", "interruption", "secrets")]
    # What shares one play or one server is for one worker.
    options = ("--long", "--durations=10", "--numprocesses=2", "--dist=loadgroup")
    # What failed is tried first the next time.
    storage = str(ROOT / "build" / "hypothesis")
    quietly = ("--quiet", "--tb=short", "-p", "no:cacheprovider")
    with TemporaryDirectory(prefix="soak-") as tree:
        collection = Path(tree, "ansible_collections", "touchbasepro", "sms")
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        paths = {"PYTHONPATH": tree, "ANSIBLE_COLLECTIONS_PATH": tree}
        env = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": storage} | paths
        command = [sys.executable, "-m", "pytest", *quietly, *folders, *options, *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
