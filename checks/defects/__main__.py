# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plant each defect of defects.yml alone in a copy, and run its tests, which must turn red.

Run from the root of the checkout, in the development environment: ``python -m checks.defects``. The
exit status is 0 only if the tests pass without a defect and fail with each of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEFECTS = Path(__file__).with_name("defects.yml")
TESTS_PASSED, TESTS_FAILED = 0, 1
"""Exit statuses of pytest; others mean that it could not run the tests."""


def main() -> int:
    """Plant the defects and say which ones the tests found."""
    defects = yaml.safe_load(DEFECTS.read_text(encoding="utf-8"))
    with TemporaryDirectory() as folder:
        checkout = _copy(Path(folder))
        tests = sorted({one for defect in defects for one in defect["tests"]})
        if _run(checkout, tests) != TESTS_PASSED:
            print("The tests fail without any defect.")
            print("0 passed, 1 failed")
            return 1
        found = [_is_found(checkout, defect) for defect in defects]
    print(f"{sum(found)} passed, {len(found) - sum(found)} failed")
    return 0 if all(found) else 1


def _copy(folder: Path) -> Path:
    """A copy of the checkout where Python and Ansible find it as a collection."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    checkout = folder / "ansible_collections" / "touchbasepro" / "sms"
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            target = checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return checkout


def _is_found(checkout: Path, defect: Mapping[str, str]) -> bool:
    """Whether the tests turn red with the defect, which is mended again."""
    path = checkout / "plugins" / defect["file"]
    text = path.read_text(encoding="utf-8")
    if text.count(defect["find"]) != 1:
        print(f"NOT PLANTED: {defect['what']}: its text does not occur once in {defect['file']}")
        return False
    path.write_text(text.replace(defect["find"], defect["replace"]), encoding="utf-8")
    status = _run(checkout, defect["tests"])
    path.write_text(text, encoding="utf-8")
    if status != TESTS_FAILED:
        print(f"NOT FOUND: {defect['what']} (pytest ended with status {status})")
    return status == TESTS_FAILED


def _run(checkout: Path, tests: Sequence[str]) -> int:
    """The exit status of pytest, which stops at the first failure."""
    tree = str(checkout.parents[2])
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": tree,
        "PYTHONPATH": tree,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    arguments = [
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *(f"tests/{one}" for one in tests),
    ]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout, env={**os.environ, **environment}, check=False, capture_output=True,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
