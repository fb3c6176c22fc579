# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: starting, seeds good and bad, ending."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.tests.client import ApiClient
from touchbase_simulator.process import SimulatorError, SimulatorProcess

SIMULATOR = Path(__file__).parents[1]
NEW = "https://hooks.example.org/new"
WEBHOOK = {"webhook_id": 1, "webhook_type": "CampaignReply", "url": NEW}


def _run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "touchbase_simulator", *options],
        cwd=SIMULATOR,
        capture_output=True,
        text=True,
        timeout=60,
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
    ("arguments", "told"),
    [
        (("--help",), "serve"),
        (("serve", "--help"), "--port-file"),
        (("--port", "1", "--help"), "--port-file"),
    ],
)
def test_help_names_the_subcommand_or_its_options(arguments: tuple[str, ...], told: str) -> None:
    helped = _run(*arguments)

    assert helped.returncode == 0
    assert told in helped.stdout


def test_unknown_subcommand_is_refused() -> None:
    ended = _run("sing")

    assert ended.returncode == 2
    assert "invalid choice: 'sing'" in ended.stderr


def test_the_demo_account_is_the_default(simulator: SimulatorProcess) -> None:
    state = simulator.state()

    assert state["api_key"] == "demo-key-for-the-simulator"
    assert [one["campaign_id"] for one in state["campaigns"]] == [9141, 9142]
    assert len(state["lists"]) == 1
    assert len(state["message_webhooks"]) == 2
    noted = [one for two in state["campaigns"] for one in two["webhooks"] if one["note"]]
    assert [(one["webhook_id"], one["active"]) for one in noted] == [(31, False)]


def test_it_listens_on_one_loopback_address_only(simulator: SimulatorProcess) -> None:
    # The whole of 127.0.0.0/8 is this machine, where it can be reached at all.
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", simulator.port)) != 0


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told_to(ending: signal.Signals) -> None:
    simulator = SimulatorProcess.start()
    api = ApiClient(simulator.url)
    assert api.get("/sms/message/webhooks").status_code == 200

    os.kill(simulator.pid, ending)

    # The client's idle connection is still open and must not keep it.
    assert simulator.stop() == 0
    assert simulator.stop() == 0
    with pytest.raises(ConnectionRefusedError), socket.socket() as probe:
        probe.connect(("127.0.0.1", simulator.port))


def test_a_stale_port_file_is_not_taken_for_a_running_server(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    port_file.write_text("1\n", encoding="ascii")
    bad_seed = tmp_path / "seed.yml"
    bad_seed.write_text("campaigns: 7\n", encoding="ascii")

    assert _run("--seed", str(bad_seed), "--port-file", str(port_file)).returncode == 2
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = _run("--port", port, "--port-file", str(port_file))

    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr
    assert not port_file.exists()


def test_a_second_start_on_a_port_leaves_the_first_its_port_file(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with SimulatorProcess.start() as first:
        port_file.write_text(f"{first.port}\n", encoding="ascii")
        ended = _run("--port", str(first.port), "--port-file", str(port_file))

    assert ended.returncode == 2
    assert port_file.read_text(encoding="ascii") == f"{first.port}\n"


def test_a_yaml_seed_may_leave_dates_unquoted(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text("campaigns: [{campaign_id: 1, date: 2021-10-01T08:30:00.125Z}]\n", "ascii")

    with SimulatorProcess.start(seed=seed, latency_ms=1) as simulator:
        assert ApiClient(simulator.url).get("/sms/campaigns/1").status_code == 200
        campaign = simulator.state()["campaigns"][0]

    assert campaign["date"] == "2021-10-01T08:30:00.125Z"
    assert campaign["webhooks"] == []


def test_a_seed_of_10000_webhooks_is_served() -> None:
    def webhooks(campaign: int) -> list[dict[str, Any]]:
        first = campaign * 100
        return [
            {**WEBHOOK, "webhook_id": number, "url": f"{NEW}/{number}"}
            for number in range(first, first + 100)
        ]

    campaigns = [{"campaign_id": one, "webhooks": webhooks(one)} for one in range(1, 101)]
    with SimulatorProcess.start(seed={"campaigns": campaigns}) as simulator:
        api = ApiClient(simulator.url)
        listed = api.get("/sms/campaigns/100/webhooks").json()
        created = api.post(
            "/sms/campaigns/1/webhooks", {"Url": NEW, "WebhookType": "CampaignReply"}
        ).json()
        total = sum(len(one["webhooks"]) for one in simulator.state()["campaigns"])

    assert [one["Id"] for one in listed] == list(range(10_000, 10_100))
    assert created["Id"] == 10_100
    assert total == 10_001


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
        {
            "campaigns": [
                {"campaign_id": 1, "webhooks": [WEBHOOK]},
                {"campaign_id": 2, "webhooks": [WEBHOOK]},
            ]
        },
        "webhook_id of campaigns: 1 is there twice",
    ),
]


@pytest.mark.parametrize(("seed", "told"), BAD_SEEDS, ids=[told for _seed, told in BAD_SEEDS])
def test_a_bad_seed_is_explained(simulator: SimulatorProcess, seed: Any, told: str) -> None:
    with pytest.raises(SimulatorError, match=told):
        simulator.control("POST", "reset", {"seed": seed})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("campaigns: [{}]\n", "campaign_id is missing"),
        ("campaigns: [\n", "seed.yml"),
        ("", "must be a mapping"),
        (None, "seed.yml"),
    ],
    ids=["no account", "no YAML", "empty", "no file"],
)
def test_a_bad_seed_ends_it_before_it_listens(tmp_path: Path, text: str | None, told: str) -> None:
    seed = tmp_path / "seed.yml"
    if text is not None:
        seed.write_text(text, encoding="ascii")

    ended = _run("--seed", str(seed))

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--set", "put_response=rude"), "choose from record, empty, stale"),
        (("--set", "put_response"), "choose from record, empty, stale"),
        (("--set", "manners=rude"), "no switch 'manners'"),
        (("--port", "99999"), "cannot listen"),
        (("--latency-ms", "-1"), "milliseconds"),
        (("--port-file", "/nowhere/at/all/port"), "nowhere"),
    ],
)
def test_bad_options_are_explained(options: tuple[str, ...], told: str) -> None:
    ended = _run(*options)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_failed_start_is_told_by_the_helper() -> None:
    with pytest.raises(SimulatorError, match="no switch 'manners'"):
        SimulatorProcess.start(switches={"manners": "none"})
