# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images for jobs and for events: what ansible-builder makes of the definitions, unbuilt."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from pathlib import Path

from tests.acceptance.support import guides
from tests.gates import verdicts
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.tarball import archive_of, folder_of
from tests.gates.verdicts import Verdict

RULEBOOKS = ROOT / "extensions" / "eda" / "rulebooks"


def images(bench: Bench) -> Verdict:
    """Follow guide_execution_environments, and carry out what a build would do with its files."""
    guide = guides.read(ROOT / guides.FOLDER / "guide_execution_environments.rst")
    folder = folder_of(bench) / "images"
    guide.write_files(folder)
    (folder / "company-ca.pem").write_text("a certificate\n", encoding="utf-8")
    shutil.copy2(archive_of(bench), folder)
    for command in guide.commands:
        finished = bench.run(*shlex.split(command), cwd=folder)
        if finished.status:
            return verdicts.of_program(finished)
    complaints = [
        *(
            complaint
            for name in ("execution-environment.yml", "decision-environment.yml")
            for complaint in _definition_complaints(name, guide.files[name], archive_of(bench).name)
        ),
        *_context_complaints(folder),
    ]
    return verdicts.merge(
        [
            Verdict(int(not complaints), len(complaints), "", tuple(complaints)),
            _carried_out(bench, folder / "from-archive" / "_build"),
            *(_rulebook(bench, path) for path in sorted(RULEBOOKS.glob("*.yml"))),
        ]
    )


def _definition_complaints(name: str, shown: str, archive: str) -> list[str]:
    """Compare a definition in the root with the guide's, and its version with the archive's."""
    text = (ROOT / name).read_text(encoding="utf-8")
    complaints = []
    if guides.without_head(text) != shown:
        complaints.append(f"{name} is not what its guide shows")
    version = re.search(r"^ +version: (\S+)$", text, re.MULTILINE)
    if not version or archive != f"touchbasepro-sms-{version[1]}.tar.gz":
        complaints.append(f"{name} does not ask for the version of {archive}")
    return complaints


def _context_complaints(folder: Path) -> list[str]:
    """Look for what each build would have to find; the Containerfile is a Dockerfile for some."""
    wanted = {
        "from-galaxy/_build/requirements.yml": "name: touchbasepro.sms",
        "from-galaxy/*file": "introspect.py introspect --write-bindep",
        "behind-a-proxy/_build/certificates/company-ca.pem": "a certificate",
        "behind-a-proxy/*file": "RUN update-ca-trust",
        "decision/*file": "ENV JAVA_HOME=/usr/lib/jvm/jre-17",
        "decision/_build/bindep.txt": "java-17-openjdk-headless",
        "decision/_build/requirements.txt": "ansible-rulebook",
    }
    return [
        f"{pattern} lacks {text!r}"
        for pattern, text in wanted.items()
        if not any(text in path.read_text(encoding="utf-8") for path in folder.glob(pattern))
    ]


def _carried_out(bench: Bench, context: Path) -> Verdict:
    """Install and introspect the collection as the Containerfile would; see what pip would get."""
    collections = context.parent / "collections"
    options = ("--offline", "--requirements-file", "requirements.yml")
    target = ("--collections-path", collections)
    finished = bench.run(
        tool("ansible-galaxy"), "collection", "install", *options, *target, cwd=context
    )
    if finished.status:
        return verdicts.of_program(finished)
    requirements = context.parent / "requirements.txt"
    finished = bench.run(
        tool("python"), "scripts/introspect.py", "introspect", collections,
        f"--write-pip={requirements}", cwd=context,
    )  # fmt: skip
    verdict = verdicts.of_program(finished)
    if verdict.passed and "requests>=" not in requirements.read_text(encoding="utf-8"):
        return Verdict(0, 1, finished.output, ("the image would not get the package requests",))
    return verdict


def _rulebook(bench: Bench, path: Path) -> Verdict:
    """Hold a rulebook to the schema that ansible-lint brings along."""
    ansible_lint = importlib.util.find_spec("ansiblelint")
    if ansible_lint is None or ansible_lint.origin is None:
        return Verdict(0, 1, complaints=("ansible-lint and its schemas are not installed",))
    schema = Path(ansible_lint.origin).parent / "schemas" / "rulebook.json"
    return verdicts.of_program(bench.run(tool("check-jsonschema"), "--schemafile", schema, path))
