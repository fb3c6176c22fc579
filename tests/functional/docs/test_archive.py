"""The archive that users install: all that is in it is for them, however untidy the checkout."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

ALLOWED = re.compile(
    r"""
      (MANIFEST|FILES)\.json
    | README\.md | CHANGELOG\.md | CONTRIBUTING\.md | LICENSE
    | meta/[\w-]+\.(yml|txt)
    | changelogs/(config|changelog)\.yaml
    | plugins/(modules|action|doc_fragments)/\w+\.py
    | plugins/(module_utils|plugin_utils)/(\w+/)*\w+\.py
    | extensions/eda/(plugins/event_source/\w+\.py|rulebooks/\w+\.yml)
    | docs/docsite/(\w+/)*[\w-]+\.(rst|yml)
    | docs/performance/chart\.svg
    | playbooks/(tasks/)?[\w-]+\.yml
    | playbooks/examples/\w+/([\w-]+|inventory/(hosts|group_vars/\w+|\w+_vars/\w+/main))\.yml
    | playbooks/awx/((tasks|vars)/)?[\w-]+\.yml
    | roles/\w+/README\.md
    | roles/\w+/(defaults|meta|tasks|vars)/[\w-]+\.yml
    | tests/config\.yml
    """,
    re.VERBOSE,
)
REQUIRED = (
    "README.md",
    "LICENSE",
    "changelogs/changelog.yaml",
    "extensions/eda/plugins/event_source/drift.py",
    "meta/extensions.yml",
    "meta/runtime.yml",
    "meta/execution-environment.yml",
    "meta/ee-requirements.txt",
    "tests/config.yml",
)

# Planted before the build, where tools and people leave things; none may get into the archive.
LITTER = (
    ".venv/bin/python",
    ".ansible/collections/litter",
    ".coverage",
    ".hypothesis/examples/litter",
    ".nox/docs-check/litter",
    "build/reports/litter.xml",
    "extensions/eda/plugins/event_source/__pycache__/litter.cpython-313.pyc",
    "plugins/modules/.litter.py.swp",
    "plugins/modules/__pycache__/litter.cpython-313.pyc",
    "roles/touchbase_sms/tasks/.main.yml.swp",
    "tests/integration/integration_config.yml",
    "tests/output/coverage/litter",
    "touchbasepro-sms-0.0.1.tar.gz",
)


def test_archive_of_an_untidy_checkout_has_files_for_users_only(
    checkout_copy: Path, tmp_path: Path
) -> None:
    for name in LITTER:
        (checkout_copy / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout_copy / name).write_text("litter\n", encoding="utf-8")

    program = Path(sys.executable).with_name("ansible-galaxy")
    command = [program, "collection", "build", "--output-path", tmp_path]
    subprocess.run(command, cwd=checkout_copy, check=True, capture_output=True)

    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {member.name for member in archive.getmembers() if member.isfile()}
    strange = sorted(name for name in names if not ALLOWED.fullmatch(name))
    assert strange == [], "name it in galaxy.yml's build_ignore, or in ALLOWED here"
    assert set(REQUIRED) - names == set()
