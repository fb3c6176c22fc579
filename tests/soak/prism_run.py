# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prism, a mock of the contract that others wrote, judges each request of the modules.

Run from the root of the checkout, in the development environment:
``python -m tests.soak.prism_run``.
It needs Node.js with npm, and takes the versions that tests/soak/prism locks. Another Prism goes
into its package.json; ``npm install --package-lock-only --omit-lockfile-registry-resolved`` locks
it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PACKAGES = ("package.json", "package-lock.json")


def main() -> int:
    """Install Prism into the build folder, and give the exit status of the tests with it."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        print(f"NOT CHECKED, and so failed: Prism needs {' and '.join(missing)} on PATH.")
        return 1
    folder = _installed()
    return 1 if folder is None else _tested(folder / "node_modules" / ".bin" / "prism")


def _installed() -> Path | None:
    folder = ROOT / "build" / "prism"
    if _is_current(folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        shutil.copyfile(HERE / "prism" / name, folder / name)
    # The checks have an empty home folder; npm's settings are in the real one.
    environment = {**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir}
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    finished = subprocess.run(command, cwd=folder, env=environment, check=False)
    if finished.returncode:
        print("NOT CHECKED, and so failed: npm could not install Prism.")
        return None
    shutil.copyfile(HERE / "prism" / PACKAGES[1], folder / "installed.json")
    return folder


def _is_current(folder: Path) -> bool:
    """Whether all of this lock was installed there."""
    installed = folder / "installed.json"
    wanted = HERE / "prism" / PACKAGES[1]
    return installed.exists() and installed.read_bytes() == wanted.read_bytes()


def _tested(prism: Path) -> int:
    """Run pytest below a tree in which the checkout is the collection."""
    command = [sys.executable, "-m", "pytest", "tests/soak/prism", "--quiet", "--tb=short"]
    command += ["-p", "no:cacheprovider", "-rP"]
    with TemporaryDirectory(prefix="soak-prism-") as folder:
        collection = Path(folder, "ansible_collections", "touchbasepro", "sms")
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        environment = {
            **os.environ,
            "PYTHONPATH": folder,
            "ANSIBLE_COLLECTIONS_PATH": folder,
            "PRISM": str(prism),
        }
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
