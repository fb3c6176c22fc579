# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest in the developers' environment: both doors, and the simulator itself."""

from __future__ import annotations

from tests.gates import verdicts
from tests.gates.bench import Bench, collections_path, own_home, tool
from tests.gates.verdicts import Verdict


def acceptance(bench: Bench) -> Verdict:
    """Run tests/acceptance, whose tests start Ansible and the simulator for themselves."""
    copy = bench.stage("acceptance")
    tree = str(collections_path(copy))
    reports = bench.folder / "acceptance-reports"
    finished = bench.run(
        tool("python"), "-m", "pytest", "tests/acceptance", "--numprocesses", "2",
        "--dist", "loadfile", "-p", "no:cacheprovider", f"--junit-xml={reports / 'pytest.xml'}",
        cwd=copy,
        env=own_home()
        | {
            "ANSIBLE_COLLECTIONS_PATH": tree,
            "PYTHONPATH": tree,
            "HYPOTHESIS_STORAGE_DIRECTORY": str(bench.build / "hypothesis"),
        },
    )  # fmt: skip
    return verdicts.of_cases(finished, verdicts.read_junit(reports))
