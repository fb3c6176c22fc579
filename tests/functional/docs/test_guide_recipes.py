"""The recipes for loops and accounts show neither URL nor key, even when an item fails."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.functional.secrets.situations import found_in
from tests.functional.support import guides
from tests.functional.support.operations import PATHS
from tests.functional.support.playbooks import KEY, PROGRAM, credentials, run_program
from touchbase_simulator.process import SimulatorProcess

GUIDE = guides.read(guides.FOLDER / "guide_recipes.rst")
DOCUMENTED = [
    Path("README.md"),
    *sorted(Path("docs/docsite/rst").glob("*.rst")),
    *sorted(Path("plugins").rglob("*.py")),
    *sorted(path for path in Path("roles").rglob("*") if path.suffix in (".md", ".yml")),
]


# The request that the service refuses, what the output shows of it, and the secrets of the recipe.
LOOP = ("PUT", "/sms/message/webhooks/25", "failed: [localhost] (item=25)")
WITHOUT_LOOP = ("PUT", "/sms/message/webhooks/25", "webhook 25 of the account")
LIST = ("POST", "/sms/lists/512/webhooks", "list 512")
FAILURES = {
    "loop.yml": (*LOOP, ("90be11d2", "77d0a5e1", KEY)),
    "without_loop.yml": (*WITHOUT_LOOP, ("5f1c0a7e", "c29d4b18", KEY)),
    "each_account.yml": (*LIST, ("a1f4c6b2", "d8e3b7a0", KEY)),
    "accounts.yml": (*LIST, (KEY,)),
}


@pytest.fixture
def simulator(simulator: SimulatorProcess) -> SimulatorProcess:
    simulator.reset()
    return simulator


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", FAILURES)
def test_recipe_shows_no_secret_when_an_item_fails(
    tmp_path: Path, simulator: SimulatorProcess, name: str, path: str
) -> None:
    method, refused, shown, secrets = FAILURES[name]
    GUIDE.write_files(tmp_path)
    written = "".join(GUIDE.files.values())
    assert all(secret in written for secret in secrets)
    quoted = {"Code": 144, "Message": f"Refused: /replies/77d0a5e1 {' '.join(secrets)}"}
    simulator.fault(method=method, path=refused, status=400, body=quoted)

    command = [str(PROGRAM), name, "-vvv", "--diff", "-e", json.dumps(PATHS[path])]
    ran = run_program(command, tmp_path, credentials(simulator))

    assert ran.returncode == 2, ran.stdout
    assert simulator.faults() == []
    assert shown in ran.stdout
    assert found_in(ran.stdout, secrets) == []


@pytest.mark.parametrize("command", sorted({one.split(" --check")[0] for one in GUIDE.commands}))
def test_recipe_writes_nothing_in_check_mode(
    tmp_path: Path, simulator: SimulatorProcess, command: str
) -> None:
    GUIDE.write_files(tmp_path)

    words = [str(PROGRAM), *shlex.split(command)[1:], "--check", "--diff"]
    ran = run_program(words, tmp_path, credentials(simulator))

    assert ran.returncode == 0, ran.stdout
    assert {entry["method"] for entry in simulator.journal()} == {"GET"}


def test_documented_loop_has_no_url_or_key_in_its_items() -> None:
    secret = re.compile(r"\bitem(?:\.|\[['\"])\w*(?:url|key)\b")
    texts = {str(path): path.read_text(encoding="utf-8") for path in DOCUMENTED}

    assert {name: found for name, text in texts.items() if (found := secret.findall(text))} == {}
