"""guide_bootstrap word by word: in one shell, with copies of the examples, to the end."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.support import guides
from tests.functional.support.playbooks import collections_path, run_program, surroundings
from touchbase_simulator.process import SimulatorProcess

EXAMPLES = Path("playbooks/examples")
GUIDE = guides.read(guides.FOLDER / "guide_bootstrap.rst")
# What the reader adds to the copies of the examples, before secrets are drawn a second time.
ADDED = {name: text for name, text in GUIDE.files.items() if "/qa" in name}
ARGUMENTS = Path(__file__).parents[1] / "support" / "recorded"
SECRET_PART = re.compile(r"example\.org/([0-9a-f]{32})/")
MARK = "=== what follows is of: "

# The end of each playbook's command, its exit status, and how many hosts it changes something on.
PLAYS = [
    ("secrets.yml", 0, 3),
    ("webhooks.yml --limit dev --check --diff", 0, 1),
    ("webhooks.yml", 0, 3),
    ("secrets.yml", 0, 1),
    ("webhooks.yml --limit qa", 0, 1),
    ("secrets.yml --limit staging -e rotate=true", 0, 1),
    ("rotate.yml --limit staging", 0, 1),
    ("webhooks.yml --limit staging", 0, 0),
    ("teardown.yml --limit dev -e really=dev", 0, 1),
    # The service knows the key of one of the two accounts only.
    ("webhooks.yml --diff", 2, 1),
]
KEYS = ("demo-key-for-the-simulator", "key-of-another-account")
NAMES = ("Clinic reminders (dev)", "Clinic reminders (staging)", "Clinic reminders (qa)")
SEED: dict[str, Any] = {
    "campaigns": [
        {"campaign_id": 9140 + number, "name": name}
        for number, name in enumerate([*NAMES, "Clinic reminders", "Summer sale"])
    ]
}


class Followed:
    """What the shell printed after each command, and what was left behind."""

    def __init__(self, folder: Path, output: str, simulator: SimulatorProcess) -> None:
        parts = [part.split("\n", 1) for part in output.split(MARK)[1:]]
        self.plays = [(head, text) for head, text in parts if "ansible-playbook" in head]
        self.folder = folder
        self.output = output
        self.journal = simulator.journal()
        self.state = simulator.state()

    @property
    def secrets(self) -> set[str]:
        """What was drawn, as the service got to know it."""
        return set(SECRET_PART.findall(json.dumps(self.journal)))

    def urls(self, campaign: str) -> list[str]:
        of_campaign = next(one for one in self.state["campaigns"] if one["name"] == campaign)
        return [webhook["url"] for webhook in of_campaign["webhooks"]]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    folder = tmp_path_factory.mktemp("reader")
    installed = folder / "home" / ".ansible" / "collections"
    installed.parent.mkdir(parents=True)
    installed.symlink_to(collections_path())
    guides.Guide(ADDED, []).write_files(folder / "added")
    (folder / "work").mkdir()
    (folder / "keys").write_text("".join(f"{key}\n" for key in KEYS), encoding="utf-8")
    with SimulatorProcess.start(seed=SEED) as simulator:
        (folder / "script").write_text(_script(folder, simulator), encoding="utf-8")
        environment = _environment(folder) | {
            "TOUCHBASE_API_KEY": simulator.api_key,
            "TOUCHBASE_API_URL": simulator.url,
        }
        command = ["bash", "-c", f"cd work && . ../script < {folder / 'keys'}"]
        finished = run_program(command, folder, environment)
        (folder / "keys").unlink()
        yield Followed(folder, finished.stdout, simulator)


def _script(folder: Path, simulator: SimulatorProcess) -> str:
    lines = [
        f"echo '{MARK}'{command!r}\n{command}\necho \"exit status $?\""
        for command in GUIDE.commands
    ]
    draws = [at for at, one in enumerate(GUIDE.commands) if one.endswith("secrets.yml")]
    assert len(draws) == 2
    lines.insert(draws[1], f"cp -R {folder / 'added'}/. {folder / 'work'}")
    rotation = next(at for at, line in enumerate(lines) if "rotate.yml" in line)
    lines.insert(rotation, _interrupted("ansible-playbook -i inventory rotate.yml", simulator))
    return "\n".join(lines) + "\n"


def _interrupted(command: str, simulator: SimulatorProcess) -> str:
    """Run a command first with a service that refuses one of its writes."""
    fault = json.dumps({"method": "PUT", "status": 500}).encode()
    queue = f"import urllib.request as r; r.urlopen('{simulator.url}/_simulator/faults', {fault})"
    run = f"{command} --limit staging > /dev/null 2>&1"
    return f'{sys.executable} -c {shlex.quote(queue)}; {run}; echo "interrupted: $?"'


def _environment(folder: Path) -> dict[str, str]:
    """Tell everything that can be told, and keep every file that would be removed."""
    path = f"{ARGUMENTS}:{surroundings(folder).get('PYTHONPATH', '')}"
    return {
        "ANSIBLE_KEEP_REMOTE_FILES": "true",
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_VERBOSITY": "3",
        "HOME": str(folder / "home"),
        "PYTHONPATH": path,
        "RECORDED_ARGUMENTS": str(folder / "arguments"),
    }


def test_guide_files_are_those_of_the_examples() -> None:
    shown = {name: text for name, text in GUIDE.files.items() if name not in ADDED}
    for name, text in shown.items():
        assert guides.without_head((EXAMPLES / name).read_text(encoding="utf-8")) == text
    shipped = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.glob("*/*.yml")}
    assert {name.split("/")[0] for name in shipped} == {"environment", "accounts"}
    assert shipped <= shown.keys()


def test_commands_change_what_the_guide_says(followed: Followed) -> None:
    ends = [(head, *_end(text)) for head, text in followed.plays]
    assert len(ends) == len(PLAYS), followed.output
    for (head, *end), (command, *expected) in zip(ends, PLAYS, strict=True):
        assert head.endswith(f"inventory {command}"), head
        assert end == expected, followed.output
    assert followed.output.count("exit status 0") == len(GUIDE.commands) - 1


def _end(text: str) -> tuple[int, int]:
    changed = re.findall(r"changed=([1-9]\d*) ", text.rpartition("PLAY RECAP")[2])
    statuses = re.findall(r"^exit status (\d+)$", text, re.MULTILINE)
    return int(statuses[-1]), len(changed)


def test_account_is_as_declared_at_the_end(followed: Followed) -> None:
    assert followed.urls("Clinic reminders (dev)") == []
    assert followed.urls("Summer sale") == []
    addresses = {
        "Clinic reminders (staging)": "https://hooks.staging.example.org/",
        "Clinic reminders (qa)": "https://hooks.qa.example.org/",
        "Clinic reminders": "https://hooks.example.org/",
    }
    for campaign, receiver in addresses.items():
        urls = followed.urls(campaign)
        replies, states = sorted(url for url in urls if SECRET_PART.search(url))
        assert replies.startswith(receiver)
        assert states == replies.replace("/replies", "/states")
        assert len(urls) == 2 + (campaign == "Clinic reminders")
    # Two for each of four environments, and two of an account; the rotation moves two, one of them
    # once it was interrupted.
    methods = Counter(entry["method"] for entry in followed.journal)
    assert methods.pop("GET") > 0
    assert methods == {"POST": 2 * 4 + 2, "PUT": 3, "DELETE": 2}
    assert "interrupted: 2\n" in followed.output
    # Three, one for qa, and one more for staging.
    assert len(followed.secrets) == 5


def test_requests_have_the_key_of_their_account(followed: Followed) -> None:
    refused = [entry for entry in followed.journal if not entry["authorized"]]
    assert [entry["status"] for entry in refused] == [401]
    assert "[shop]: FAILED!" in followed.output
    assert "Check api_key" in followed.output


def test_secrets_are_left_nowhere_in_clear(followed: Followed) -> None:
    words = [word.encode() for word in (*followed.secrets, *KEYS)]
    files = [path for path in followed.folder.rglob("*") if path.is_file()]
    assert len(words) == 7
    assert {"ansible.log", "arguments", "touchbase_secret.yml"} <= {path.name for path in files}
    assert any(path.name.startswith("AnsiballZ_") for path in files)
    assert "encrypt_string" in (followed.folder / "arguments").read_text(encoding="utf-8")
    for path in files:
        assert not [word for word in words if word in path.read_bytes()], path
    assert not [word for word in words if word in followed.output.encode()]
