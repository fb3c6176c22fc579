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

from tests.soak.functional_run import ROOT, run_pytest


def main() -> int:
    """Install Prism into the build folder, and give the exit status of the tests with it."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        print(f"NOT CHECKED, and so failed: Prism needs {' and '.join(missing)} on PATH.")
        return 1
    folder = ROOT / "build" / "prism"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(Path(__file__).parent / "prism" / name, folder / name)
    # The checks have an empty home folder; npm's settings are in the real one.
    environment = {**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir}
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        print("NOT CHECKED, and so failed: npm could not install Prism.")
        return 1
    prism = folder / "node_modules" / ".bin" / "prism"
    return run_pytest("tests/soak/prism", "-rP", PRISM=str(prism))


if __name__ == "__main__":
    sys.exit(main())
