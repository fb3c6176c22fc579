# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: what ansible-builder makes of the definitions, short of the images."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
from pathlib import Path

from tests.acceptance.support import guides
from tests.gates import verdicts
from tests.gates.bench import ROOT, Bench, tool
from tests.gates.tarball import archive_of, folder_of
from tests.gates.verdicts import Verdict


def images(bench: Bench) -> Verdict:
    """Follow guide_execution_environments, and do what a build would do with its files."""
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
        *_definition_complaints(guide.files["execution-environment.yml"]),
        *_context_complaints(folder),
    ]
    return verdicts.merge(
        [
            Verdict(int(not complaints), len(complaints), "", tuple(complaints)),
            _carried_out(bench, folder / "from-archive" / "_build"),
            _rulebook(bench, folder / "rulebooks" / "repair.yml"),
        ]
    )


def _definition_complaints(shown: str) -> list[str]:
    """Compare the definition in the root with the guide's."""
    text = (ROOT / "execution-environment.yml").read_text(encoding="utf-8")
    if guides.without_head(text) != shown:
        return ["execution-environment.yml is not what its guide shows"]
    return []


def _context_complaints(folder: Path) -> list[str]:
    """Look for what each build would have to find; the Containerfile is a Dockerfile for some."""
    wanted = {
        "from-galaxy/_build/requirements.yml": "name: touchbasepro.sms",
        "from-galaxy/*file": "introspect.py introspect --write-bindep",
        "behind-a-proxy/_build/certificates/company-ca.pem": "a certificate",
        "behind-a-proxy/*file": "RUN update-ca-trust",
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
