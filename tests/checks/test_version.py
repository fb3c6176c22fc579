"""Every file that states the version of the collection states the same one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRANSPORT = "plugins/module_utils/_http/transport.py"
STATING = (
    *("galaxy.yml", "README.md", TRANSPORT),
    *("docs", "playbooks", "simulator"),
)
# A lower bound (">=1.2.3") states no version of this release, nor does a version_added.
STATED = re.compile(
    r"""(?: ^version:[ ] | ^(?:VERSION|version)[ ]=[ ]" | touchbasepro\.sms@
        | name:[ ]touchbasepro\.sms\n[ ]+version:[ ]
        | _project_branch:[ ] | --branch[ ] | touchbasepro-sms(?:-|-[ed]e:) )
        (?P<version>\d+\.\d+\.\d+)""",
    re.MULTILINE | re.VERBOSE,
)
MUST_STATE = {"galaxy.yml", TRANSPORT, "simulator/pyproject.toml"}


def test_files_state_the_same_version() -> None:
    names = subprocess.run(
        ["git", "ls-files", "--", *STATING], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    stated = {
        name: set(STATED.findall((ROOT / name).read_text(encoding="utf-8", errors="replace")))
        for name in names
    }
    assert {name for name, versions in stated.items() if versions} >= MUST_STATE
    versions = set.union(*stated.values())
    assert len(versions) == 1, {name: said for name, said in stated.items() if said}
