"""The guide to execution environments: its commands, and what a build would do, short of images."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.functional.support import guides
from tests.functional.support.playbooks import run_program

ROOT = Path(__file__).parents[3]
GUIDE = guides.read(ROOT / guides.FOLDER / "guide_execution_environments.rst")
RULEBOOKS = sorted((ROOT / "extensions/eda/rulebooks").glob("*.yml"))
# What each build has to find. The Containerfile is a Dockerfile for some.
WANTED = {
    "from-galaxy/_build/requirements.yml": "name: touchbasepro.sms",
    "from-galaxy/*file": "introspect.py introspect --write-bindep",
    "behind-a-proxy/_build/certificates/company-ca.pem": "a certificate",
    "behind-a-proxy/*file": "RUN update-ca-trust",
    "decision/*file": "ENV JAVA_HOME=/usr/lib/jvm/jre-17",
    "decision/_build/bindep.txt": "java-17-openjdk-headless",
    "decision/_build/requirements.txt": "ansible-rulebook",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, checkout_copy: Path) -> Path:
    """The files of the guide, an archive of the collection, and what the commands make of them."""
    folder = tmp_path_factory.mktemp("images")
    GUIDE.write_files(folder)
    (folder / "company-ca.pem").write_text("a certificate\n", encoding="utf-8")
    run("ansible-galaxy collection build --output-path", str(folder), cwd=checkout_copy)
    for command in GUIDE.commands:
        run(command, cwd=folder)
    return folder


def run(command: str, *more: str, cwd: Path) -> None:
    # Not where this collection is found already: it would not be installed.
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(cwd), "PYTHONPATH": ""}
    finished = run_program([*shlex.split(command), *more], cwd, settings)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("name", ["execution-environment.yml", "decision-environment.yml"])
def test_definition_in_the_root_is_that_of_the_guide(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert guides.without_head(text) == GUIDE.files[name]


@pytest.mark.parametrize("pattern", WANTED)
def test_build_finds_what_it_needs(pattern: str, folder: Path) -> None:
    found = [path.read_text(encoding="utf-8") for path in folder.glob(pattern)]
    assert any(WANTED[pattern] in text for text in found)


def test_image_gets_requests_with_the_collection(folder: Path, tmp_path: Path) -> None:
    context = shutil.copytree(folder / "from-archive" / "_build", tmp_path / "_build")
    target = f"--collections-path {tmp_path}/collections"
    run(f"ansible-galaxy collection install --offline -r requirements.yml {target}", cwd=context)
    command = f"python scripts/introspect.py introspect {tmp_path}/collections"
    run(f"{command} --write-pip={tmp_path}/requirements.txt", cwd=context)
    assert "requests>=" in (tmp_path / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("rulebook", RULEBOOKS, ids=lambda path: path.stem)
def test_rulebook_matches_the_schema_of_ansible_lint(rulebook: Path, tmp_path: Path) -> None:
    ansiblelint = pytest.importorskip("ansiblelint")
    schema = Path(ansiblelint.__file__).parent / "schemas/rulebook.json"
    run(f"check-jsonschema --schemafile {schema} {rulebook}", cwd=tmp_path)
