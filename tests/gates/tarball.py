# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive that users install: what is in it, and what the gatekeepers of Galaxy say to it."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

from tests.gates import verdicts
from tests.gates.bench import Bench, tool
from tests.gates.verdicts import Verdict

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
    "build/reports/litter.xml",
    "extensions/eda/plugins/event_source/__pycache__/litter.cpython-313.pyc",
    "plugins/modules/.litter.py.swp",
    "plugins/modules/__pycache__/litter.cpython-313.pyc",
    "roles/touchbase_sms/tasks/.main.yml.swp",
    "tests/integration/integration_config.yml",
    "tests/output/coverage/litter",
    "touchbasepro-sms-0.0.1.tar.gz",
)


def tarball(bench: Bench) -> Verdict:
    """Build the collection in an untidy checkout, and read the list of the archive's files."""
    copy = bench.stage("package")
    for name in LITTER:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("litter\n", encoding="utf-8")
    options = ("collection", "build", "--output-path", folder_of(bench))
    finished = bench.run(tool("ansible-galaxy"), *options, cwd=copy)
    if finished.status:
        return verdicts.of_program(finished)
    with tarfile.open(archive_of(bench)) as archive:
        names = {member.name for member in archive.getmembers() if member.isfile()}
    complaints = [
        f"{name} is in the archive: name it in galaxy.yml's build_ignore, or in ALLOWED here"
        for name in sorted(names)
        if not ALLOWED.fullmatch(name)
    ]
    complaints += [f"{name} is missing" for name in REQUIRED if name not in names]
    return Verdict(
        int(not complaints), len(complaints), "", tuple(complaints), f"{len(names)} files"
    )


def importer(bench: Bench) -> Verdict:
    """Ask Galaxy's importer; a warning is as good as a refusal."""
    env = {"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true"}
    command = (tool("python"), "-m", "galaxy_importer.main", archive_of(bench))
    finished = bench.run(*command, cwd=folder_of(bench), env=env)
    verdict = verdicts.of_program(finished)
    warnings = tuple(re.findall(r"^(?:WARNING|ERROR):.*", finished.output, re.MULTILINE))
    if warnings and not verdict.failed:
        return Verdict(0, 1, finished.output, warnings)
    return verdict


def folder_of(bench: Bench) -> Path:
    """Give the folder that the archive is built into."""
    folder = bench.folder / "archive"
    folder.mkdir(exist_ok=True)
    return folder


def archive_of(bench: Bench) -> Path:
    """Give the archive, once it is built."""
    return next(folder_of(bench).glob("touchbasepro-sms-*.tar.gz"))
