# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look up known vulnerabilities of what is locked here, and of what users install.

Run from the root of the checkout, with the pip-audit of an environment that has
requirements-audit.txt on PATH: ``python -m tests.soak.audit_run``.

Only an answer counts. Where the advisory service cannot be reached, does not know a package, or
knows nothing of a release that is known to be vulnerable, nothing was audited, and that is said
and is a failure.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# All of a lock is in it; what users install is one line, whose newest releases pip finds.
LOCK = ("--require-hashes", "--disable-pip", "--requirement", str(ROOT / "requirements-dev.txt"))
OF_USERS = ("--requirement", str(ROOT / "meta" / "ee-requirements.txt"))
# PYSEC-2019-133 is about it: a service that has nothing to say of it would say nothing of others.
KNOWN_AS_VULNERABLE = "urllib3==1.24.1"


@dataclass(frozen=True)
class Audit:
    """What pip-audit found out: how many releases it has looked up, and what is wrong with some.

    ``unclear`` says why releases were not looked up; it is empty when all were.
    """

    looked_up: int
    vulnerable: tuple[str, ...]
    unclear: tuple[str, ...]


def main() -> int:
    """Audit both lists and the service itself; 0 only if all was looked up and nothing found."""
    program = _options().pip_audit
    with TemporaryDirectory(prefix="soak-audit-") as folder:
        canary = Path(folder, "canary.txt")
        canary.write_text(f"{KNOWN_AS_VULNERABLE}\n", encoding="utf-8")
        # Without the answers of earlier runs, which may have been others.
        common = ("--format", "json", "--progress-spinner", "off", "--cache-dir", folder)
        told = _audit(program, *common, "--no-deps", "--disable-pip", "--requirement", str(canary))
        lists = {"requirements-dev.txt": LOCK, "meta/ee-requirements.txt": OF_USERS}
        audits = {name: _audit(program, *common, *options) for name, options in lists.items()}
    return report(told, audits)


def report(told: Audit, audits: dict[str, Audit]) -> int:
    """Print what came of it, in words that nobody takes for another thing; give the exit status.

    :param told: of the release that is known to be vulnerable.
    :param audits: of the lists, by their names.
    """
    if not told.vulnerable:
        reason = "; ".join(told.unclear) or f"it knows nothing of {KNOWN_AS_VULNERABLE}"
        print(f"NOT AUDITED, which counts as failed: the advisory service is no help: {reason}")
        return 1
    status = 0
    for name, audit in audits.items():
        for line in audit.vulnerable:
            print(f"VULNERABLE: {name}: {line}")
        for line in audit.unclear:
            print(f"NOT AUDITED, which counts as failed: {name}: {line}")
        print(f"{name}: {audit.looked_up} releases looked up, {len(audit.vulnerable)} vulnerable")
        if audit.vulnerable or audit.unclear or not audit.looked_up:
            status = 1
    return status


def audit_from(output: str, errors: str) -> Audit:
    """Read what pip-audit printed; without a report there was no audit."""
    try:
        dependencies = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = errors.strip().splitlines() or ["pip-audit said nothing"]
        return Audit(0, (), (lines[-1],))
    known = [one for one in dependencies if "skip_reason" not in one]
    return Audit(
        len(known),
        tuple(f"{one['name']} {one['version']}: {_ids(one)}" for one in known if one["vulns"]),
        tuple(one["skip_reason"] for one in dependencies if "skip_reason" in one),
    )


def _ids(dependency: dict[str, Any]) -> str:
    return ", ".join(
        f"{one['id']} (better in {', '.join(one['fix_versions']) or 'no release yet'})"
        for one in dependency["vulns"]
    )


def _audit(program: str, *options: str) -> Audit:
    finished = subprocess.run(
        [program, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return audit_from(finished.stdout, finished.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.audit_run")
    parser.add_argument(
        "--pip-audit",
        default="pip-audit",
        help="the program, from an environment with requirements-audit.txt",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
