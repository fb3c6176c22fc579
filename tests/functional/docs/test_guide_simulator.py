"""The guide to the simulator: its repository works word by word, and its tables leave nothing out.

Another port takes the place of the one in the guide, which somebody else may be using, and the
checkout that of the repository that is installed from.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.tests.client import ApiClient
from tests.functional.support import guides
from tests.functional.support.playbooks import run_program
from touchbase_simulator.behaviour import SWITCHES, Behaviour
from touchbase_simulator.control import control_app
from touchbase_simulator.faults import Fault
from touchbase_simulator.journal import Entry
from touchbase_simulator.seed import seed_from
from touchbase_simulator.serve_command import add_to
from touchbase_simulator.simulation import Simulation

ROOT = Path(__file__).parents[3]
SIMULATOR = ROOT / "simulator"
PATH = guides.FOLDER / "guide_simulator.rst"
TEXT = PATH.read_text(encoding="utf-8")
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
REPOSITORY = GALAXY["repository"]
LIMIT = 300.0  # seconds, for machines under load


@pytest.fixture
def port() -> str:
    # Not one that the system may give to somebody else before the simulator listens there.
    free = next(one for one in random.sample(range(20_000, 30_000), 100) if _is_free(one))
    return str(free)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def guide(port: str, tmp_path: Path) -> guides.Guide:
    """The guide with a port of its own, its repository written to the folder."""
    read = guides.read(PATH)
    files = {name: content.replace("8123", port) for name, content in read.files.items()}
    guide = guides.Guide(files, [command.replace("8123", port) for command in read.commands])
    guide.write_files(tmp_path)
    return guide


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that the guide's own command has put the simulator into.

    What else the guide takes for granted is there already, that of the developers' environment.
    """
    folder = tmp_path_factory.mktemp("installed")
    _commit(folder / "repository")
    venv.create(folder / "venv", with_pip=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
    (Path(packages) / "developers.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    programs = folder / "venv" / "bin"
    command = guides.read(PATH).commands[0].replace(REPOSITORY, f"file://{folder / 'repository'}")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    _run(command, folder, {"PATH": path})
    return programs


def _commit(folder: Path) -> None:
    """Make a repository of the simulator as it is."""
    folder.mkdir()
    shutil.copytree(SIMULATOR, folder / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    author = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    commit = (*author, "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "Release")
    for command in (("init", "--quiet"), ("add", "."), commit):
        _run(shlex.join(["git", *command]), folder)


def _run(command: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    finished = run_program(shlex.split(command), folder, environment or {})
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


@pytest.fixture
def environment(installed: Path, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    path = os.pathsep.join([str(installed), str(Path(sys.executable).parent), os.environ["PATH"]])
    # What the guide calls has to find its way past the proxy of a company.
    proxy = dict.fromkeys(("http_proxy", "HTTP_PROXY"), "http://127.0.0.1:9")
    return {"HOME": str(tmp_path / "home"), "NO_COLOR": "1", "NO_PROXY": "", "PATH": path, **proxy}


def test_scenario_passes_and_leaves_nothing_running(
    guide: guides.Guide, environment: Mapping[str, str], tmp_path: Path, port: str
) -> None:
    assert guide.commands[1] == "molecule test"

    printed = _run(guide.commands[1], tmp_path, environment)

    sequence = yaml.safe_load(guide.files["molecule/default/molecule.yml"])
    assert re.findall(r"> (\w+)\] Executed: (\w+)", printed) == [
        (action, "Successful") for action in sequence["scenario"]["test_sequence"]
    ]
    # It may be about to end, and then ends this connection first.
    address = ("127.0.0.1", int(port))
    with contextlib.suppress(ConnectionError), socket.create_connection(address, LIMIT) as last:
        assert last.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, LIMIT)


def test_simulator_serves_a_shell_as_in_the_guide(
    guide: guides.Guide, environment: Mapping[str, str], tmp_path: Path
) -> None:
    serve, export, play, journal, stop = guide.commands[2:7]
    settings = dict(one.split("=", 1) for one in shlex.split(export)[1:])
    shell = {**os.environ, **environment}
    with (
        subprocess.Popen(
            serve.split(), cwd=tmp_path, env=shell, stdout=subprocess.PIPE, text=True
        ) as simulator,
        contextlib.ExitStack() as at_the_end,
    ):
        at_the_end.callback(simulator.terminate)
        assert simulator.stdout
        assert simulator.stdout.readline().split()[-1] == settings["TOUCHBASE_API_URL"]

        played = _run(play, tmp_path, {**environment, **settings})
        assert "+++ after: webhook 28 of campaign 9141" in played
        writes = [entry["method"] for entry in _curl(journal)[1] if entry["method"] != "GET"]
        assert writes == ["PUT", "POST"]

        _compare_with_what_is_taken(settings["TOUCHBASE_API_URL"])
        assert _curl(stop) == (200, {})
        assert simulator.wait(LIMIT) == 0


def test_simulator_serves_pytest_as_in_the_guide(
    guide: guides.Guide, environment: Mapping[str, str], tmp_path: Path
) -> None:
    assert guide.commands[7:] == ["python3 -m pytest tests"]

    assert "1 passed" in _run(guide.commands[7], tmp_path, environment)


def test_options_of_the_command_are_in_the_guide() -> None:
    parser = argparse.ArgumentParser()
    add_to(parser)
    known = set(re.findall(r"^  (--[a-z-]+)", parser.format_help(), re.MULTILINE))
    assert known
    assert {_bare(row[0]) for row in _table("option")} == known


def test_control_operations_are_in_the_guide() -> None:
    async def other_pages(*_request: object) -> None:
        raise NotImplementedError

    router: Any = control_app(Simulation({}, Behaviour()), other_pages)
    known = {
        f"{method} {route.path.removeprefix('/_simulator/')}"
        for route in router.routes
        for method in route.methods - {"HEAD"}
    }
    assert {_bare(row[0]) for row in _table("request")} == known


def test_switches_are_in_the_guide_with_default_and_worst_position() -> None:
    worst, default = asdict(Behaviour.hostile()), asdict(Behaviour())
    told = {}
    for row in _table("switch"):
        readings = re.findall(r"``(\w+)``(, the worst)?", row[1])
        name = _bare(row[0])
        told[name] = tuple(reading for reading, _mark in readings)
        marked = [reading for reading, mark in readings if mark]
        assert marked == ([worst[name]] if worst[name] != default[name] else []), name
    assert told == SWITCHES


def test_keys_of_a_seed_are_in_the_guide() -> None:
    keys = {row[0].split(",")[0]: set(re.findall(r"\w+", row[1])) for row in _table("of the")}
    record = {"webhook_id": 1, "webhook_type": "ListSubscribe", "url": "https://example.org"}
    seed = {
        "campaigns": [{"campaign_id": 1}],
        "lists": [{"list_id": 1, "webhooks": [record]}],
    }
    account = seed_from(Simulation(seed, Behaviour()).account)
    assert keys == {
        "account": {*account},
        "campaign": {*account["campaigns"][0]},
        "list": {*account["lists"][0]},
        "webhook": {*account["lists"][0]["webhooks"][0]},
    }


def test_fields_of_journal_and_fault_are_in_the_guide() -> None:
    told = set(re.findall(r"``(\w+)``", TEXT[TEXT.index("An entry of the **journal**") :][:600]))
    assert {field.name for field in fields(Entry)} <= told
    assert {_bare(row[0]) for row in _table("key")} == {field.name for field in fields(Fault)}


def _compare_with_what_is_taken(url: str) -> None:
    """Ask with a key that no operation knows; the refusal names those that it does."""
    undocumented = " ".join(row[0] for row in _table("undocumented"))
    # It takes what deactivate takes as well.
    of_deliver = f"``scope`` ``campaign_id`` ``list_id`` {undocumented}"
    for operation in ("reset", "deactivate", "deliver"):
        told = TEXT[TEXT.index(f"**{operation}** takes") :].split("\n\n", 1)[0]
        told += of_deliver if operation == "deliver" else ""
        with ApiClient(url) as client:
            refusal = client.post(f"/_simulator/{operation}", json={"nonsense": 1}).json()
        known = refusal["error"].split("there are ")[1].split(", ")
        assert [key for key in known if f"``{key}``" not in told] == []


def _curl(command: str) -> tuple[int, Any]:
    """Send what curl would send; not every machine that runs the tests has it."""
    parser = argparse.ArgumentParser("curl")
    parser.add_argument("--request", default="GET")
    parser.add_argument("--data")
    parser.add_argument("url")
    asked = parser.parse_args(shlex.split(command)[1:])
    with ApiClient("") as client:
        response = client.request(asked.request, asked.url, data=asked.data)
    return response.status_code, response.json()


def _table(header: str) -> Iterator[list[str]]:
    """Give the rows of the guide's table whose first column has this header."""
    table = re.search(rf"^(=+)  =+\n{header}  .*\n=+  =+\n((?:.+\n)+?)=+  =+\n", TEXT, re.MULTILINE)
    assert table, header
    width = len(table[1]) + 2
    row = ["", ""]
    for line in table[2].splitlines():
        if line[:width].strip():
            if row[0]:
                yield row
            row = [line[:width].strip(), line[width:]]
        else:
            row[1] += " " + line.strip()
    yield row


def _bare(cell: str) -> str:
    return cell.strip("`")
