"""The command as a process: starting, files good and bad, signals that really come."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.tests.client import KEY, ApiClient
from simulator.tests.probing import CAMPAIGN, own_ids
from touchbase_simulator.process import SimulatorError, SimulatorProcess
from touchbase_simulator.seed import SeedError, account_from

SIMULATOR = Path(__file__).parents[1]
LIMIT = 60.0  # seconds, for machines under load
NEW = "https://hooks.example.org/new"
MESSAGE_WEBHOOK = "/sms/message/webhooks/24"
WEBHOOK = {"webhook_id": 1, "webhook_type": "CampaignReply", "url": NEW}


def _run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "touchbase_simulator", *options],
        cwd=SIMULATOR,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def test_serve_prints_how_to_reach_it() -> None:
    with SimulatorProcess.start(seed={"api_key": "a key"}) as simulator:
        printed = simulator.log.splitlines()

    assert printed == [
        f"TouchBasePro simulator listening on {simulator.url}",
        f"export TOUCHBASE_API_URL={simulator.url} NO_PROXY=127.0.0.1 no_proxy=127.0.0.1",
        "export TOUCHBASE_API_KEY='a key'",
        f"In a browser: {simulator.url}/_simulator/ui/",
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ("--help", 0, "serve"),
        ("serve --help", 0, "--port-file"),
        ("--port 1 --help", 0, "--port-file"),
        ("sing", 2, "invalid choice: 'sing'"),
        ("--set put_response=rude", 2, "choose from record, empty, stale"),
        ("--set put_response", 2, "choose from record, empty, stale"),
        ("--set manners=rude", 2, "no switch 'manners'"),
        ("--port 99999", 2, "cannot listen"),
        ("--latency-ms -1", 2, "milliseconds"),
        ("--port-file /nowhere/at/all/port", 2, "nowhere"),
    ],
)
def test_options_are_explained(arguments: str, status: int, told: str) -> None:
    ended = _run(*arguments.split())

    assert ended.returncode == status
    assert told in (ended.stderr if status else ended.stdout)
    assert "Traceback" not in ended.stderr


def test_simulator_listens_on_one_loopback_address_only(simulator: SimulatorProcess) -> None:
    # The whole of 127.0.0.0/8 is this machine, where it can be reached at all.
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", simulator.port)) != 0


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_simulator_cleanly(ending: signal.Signals) -> None:
    simulator = SimulatorProcess.start()
    api = ApiClient(simulator.url)
    assert api.get("/sms/message/webhooks").status_code == 200

    os.kill(simulator.pid, ending)

    # The client's idle connection is still open and must not keep it.
    assert simulator.stop() == 0
    assert simulator.stop() == 0
    with pytest.raises(ConnectionRefusedError), socket.socket() as other:
        other.connect(("127.0.0.1", simulator.port))


@pytest.mark.parametrize("is_running", [False, True], ids=["stale", "of a running server"])
def test_failed_start_on_a_port_removes_a_stale_port_file_only(
    tmp_path: Path, simulator: SimulatorProcess, is_running: bool
) -> None:
    port_file = tmp_path / "port"
    port_file.write_text(f"{simulator.port}\n" if is_running else "1\n", encoding="ascii")

    ended = _run("--port", str(simulator.port), "--port-file", str(port_file))

    assert ended.returncode == 2
    assert f"port {simulator.port}" in ended.stderr
    assert port_file.exists() == is_running


def test_yaml_seed_may_leave_dates_unquoted(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text("campaigns: [{campaign_id: 1, date: 2021-10-01T08:30:00.125Z}]\n", "ascii")

    with SimulatorProcess.start(seed=seed, latency_ms=1) as simulator:
        assert ApiClient(simulator.url).get("/sms/campaigns/1").status_code == 200
        campaign = simulator.state()["campaigns"][0]

    assert campaign["date"] == "2021-10-01T08:30:00.125Z"
    assert campaign["webhooks"] == []


def _campaign(**webhook: object) -> dict[str, Any]:
    return {"campaigns": [{"campaign_id": 1, "webhooks": [{**WEBHOOK, **webhook}]}]}


BAD_SEEDS: list[tuple[Any, str]] = [
    ([], "seed: must be a mapping"),
    ({"campaign": []}, "no key 'campaign'"),
    ({"api_key": 7}, "seed.api_key: must be text"),
    ({"campaigns": {}}, "seed.campaigns: must be a list"),
    ({"campaigns": [7]}, r"campaigns\[0\]: must be a mapping"),
    ({"campaigns": [{"name": "x"}]}, r"campaigns\[0\]: campaign_id is missing"),
    ({"campaigns": [{"campaign_id": "1"}]}, "campaign_id: must be a positive whole number"),
    ({"campaigns": [{"campaign_id": True}]}, "campaign_id: must be a positive whole number"),
    ({"campaigns": [{"campaign_id": 1, "date": "today"}]}, "date: must be a date"),
    ({"campaigns": [{"campaign_id": 1}, {"campaign_id": 1}]}, "campaign_id: 1 is there twice"),
    ({"lists": [{"list_id": 1}, {"list_id": 1}]}, "list_id: 1 is there twice"),
    (_campaign(webhook_type="ListSubscribe"), r"webhooks\[0\].webhook_type: must be one of Camp"),
    (_campaign(url=None), r"campaigns\[0\].webhooks\[0\]: url is missing"),
    (_campaign(active="yes"), "active: must be true or false"),
    (_campaign(note=["x"]), "note: must be text"),
    (_campaign(colour="red"), "no key 'colour'"),
    (
        {"message_webhooks": [{**WEBHOOK, "webhook_type": "MessageReply"}] * 2},
        "webhook_id of seed: 1 is there twice",
    ),
    (
        {"campaigns": [{"campaign_id": one, "webhooks": [WEBHOOK]} for one in (1, 2)]},
        "webhook_id of campaigns: 1 is there twice",
    ),
]


@pytest.mark.parametrize(("seed", "told"), BAD_SEEDS, ids=[told for _seed, told in BAD_SEEDS])
def test_bad_seed_is_explained(seed: Any, told: str) -> None:
    with pytest.raises(SeedError, match=told):
        account_from(seed)


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("--seed", "campaigns: [{}]\n", "campaign_id is missing"),
        ("--seed", "campaigns: [\n", "given.yml"),
        ("--seed", "", "must be a mapping"),
        ("--seed", None, "given.yml"),
        ("--behaviour", "put_response: rude\n", "choose from record, empty, stale"),
        ("--behaviour", "put_response: [record]\n", "choose from record, empty, stale"),
        ("--behaviour", "manners: rude\n", "no switch 'manners'"),
        ("--behaviour", "put_response: [\n", "given.yml"),
        ("--behaviour", "- put_response\n", "must be a mapping"),
        ("--behaviour", None, "given.yml"),
    ],
)
def test_bad_file_ends_the_simulator_before_it_listens(
    tmp_path: Path, option: str, text: str | None, told: str
) -> None:
    file = tmp_path / "given.yml"
    if text is not None:
        file.write_text(text, encoding="ascii")

    ended = _run(option, str(file))

    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_failed_start_raises_what_was_said() -> None:
    with pytest.raises(SimulatorError, match="no switch 'manners'"):
        SimulatorProcess.start(switches={"manners": "none"})


# The command, with less time between its requests.
PROBE = """
from touchbase_simulator.__main__ import main
from touchbase_simulator.probe import account

account.INTERVAL = 0.05
main()
"""


@pytest.fixture
def probe(simulator: SimulatorProcess) -> Iterator[subprocess.Popen[str]]:
    """A probe in the middle of its run: it has created a webhook."""
    with subprocess.Popen(
        [sys.executable, "-c", PROBE, "probe", f"--api-url={simulator.url}", "--yes", *CAMPAIGN],
        cwd=SIMULATOR,
        env={**os.environ, "TOUCHBASE_API_KEY": KEY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        give_up = time.monotonic() + LIMIT
        while not own_ids(simulator.state()) and time.monotonic() < give_up:
            time.sleep(0.01)
        yield program
        program.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_probe_cleans_up_and_says_so(
    simulator: SimulatorProcess, probe: subprocess.Popen[str], number: signal.Signals
) -> None:
    probe.send_signal(number)
    out, err = probe.communicate(timeout=LIMIT)

    assert probe.returncode == 128 + number
    assert "Stopping: what was created is removed first" in err
    assert "Not finished: interrupted" in err
    assert "The run was not finished: interrupted." in " ".join(out.split())
    assert own_ids(simulator.state()) == set()


def test_second_signal_lets_the_third_end_the_cleanup(
    simulator: SimulatorProcess, probe: subprocess.Popen[str]
) -> None:
    simulator.fault(method="GET", delay=LIMIT, status=200, times=100)

    first, second = (_reply_to(signal.SIGTERM, probe) for _time in range(2))
    probe.send_signal(signal.SIGTERM)

    assert probe.wait(LIMIT) == -signal.SIGTERM
    assert "once more ends it without" not in first
    assert "once more ends it without" in second


def _reply_to(number: signal.Signals, probe: subprocess.Popen[str]) -> str:
    """Send a signal and wait for the line that the probe prints about it."""
    probe.send_signal(number)
    assert probe.stderr
    return next(line for line in probe.stderr if line.startswith("Stopping:"))


def test_installed_command_serves_with_the_lowest_versions_it_requires(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a build must not write to the checkout
    shutil.copytree(SIMULATOR, source, ignore=shutil.ignore_patterns("__pycache__"))
    uv, python = Path(sys.executable).with_name("uv"), tmp_path / "venv/bin/python"
    environment = [uv, "--quiet", "venv", "--python", sys.executable, tmp_path / "venv"]
    install = [uv, "--quiet", "pip", "install", "--python", python, "--resolution"]
    subprocess.run(environment, check=True)
    subprocess.run([*install, "lowest-direct", source], check=True)

    command = [python.with_name("touchbase-simulator"), "serve"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        api = ApiClient(program.stdout.readline().split()[-1])
        page = api.head("/_simulator/ui/")
        read, deleted = api.get(MESSAGE_WEBHOOK), api.delete(MESSAGE_WEBHOOK)
        program.terminate()

    assert [one.status_code for one in (page, read, deleted)] == [200, 200, 204]
    assert program.returncode == 0
