"""Look up known vulnerabilities of what is locked here, and of what users install.

Run from the root of the checkout, with the pip-audit of an environment that has
requirements-audit.txt on PATH: ``python -m tests.soak.audit_run``.

Only an answer counts. Where the advisory service cannot be reached, does not know a package, or
knows nothing of a release that is known to be vulnerable, nothing was audited, and that is said
and is a failure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
# All of a lock is in it; what users install is one line, whose newest releases pip finds.
LISTS = {
    "requirements-dev.txt": ("--require-hashes", "--disable-pip"),
    "meta/ee-requirements.txt": (),
}
# A service that has nothing to say of this release would say nothing of others.
KNOWN_AS_VULNERABLE, ADVISORY = "urllib3==1.24.1", "PYSEC-2019-133"


def main() -> int:
    """Audit both lists and the service itself; 0 only if all was looked up and nothing found."""
    with TemporaryDirectory(prefix="soak-audit-") as folder:
        # Without the answers of earlier runs, which may have been others.
        common = ["pip-audit", "--strict", "--progress-spinner", "off", "--cache-dir", folder]
        canary = Path(folder, "canary.txt")
        canary.write_text(f"{KNOWN_AS_VULNERABLE}\n", encoding="utf-8")
        command = [*common, "--no-deps", "--disable-pip", "--requirement", str(canary)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if ADVISORY not in told.stdout:
            print(f"NOT AUDITED, which counts as failed: {told.stdout}{told.stderr}")
            return 1
        for name, options in LISTS.items():
            print(f"{name}:", flush=True)
            command = [*common, *options, "--requirement", str(ROOT / name)]
            if status := subprocess.run(command, check=False).returncode:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
