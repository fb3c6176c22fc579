# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server: one process on 127.0.0.1 that says when it is ready and ends when told to."""

from __future__ import annotations

import shlex
import socket
from typing import TYPE_CHECKING

import uvicorn

from touchbase_simulator.contract_app import contract_app
from touchbase_simulator.control import control_app
from touchbase_simulator.gateway import Gateway

if TYPE_CHECKING:
    from pathlib import Path

    from touchbase_simulator.simulation import Simulation

# Loopback only: the simulator has no secrets to keep and must not be reachable from elsewhere.
HOST = "127.0.0.1"


class PortError(OSError):
    """The port is taken or not allowed."""


def serve(simulation: Simulation, port: int, port_file: Path | None, latency: float) -> None:
    """Serve a simulation until SIGTERM or SIGINT.

    :param port: 0 lets the system choose one.
    :param port_file: where to write the port, once connections are accepted; None for nowhere.
    :param latency: seconds that every request to the API takes at least.
    :raises PortError: nothing can listen there.
    """
    listener = _listener(port)
    if port_file:
        # Whoever wrote it, the port in it is not this server's.
        port_file.unlink(missing_ok=True)
    contract = contract_app(simulation)
    control = control_app(simulation, otherwise=contract)
    config = uvicorn.Config(
        Gateway(simulation, contract, control, latency),
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        # Longer than any client keeps an idle connection, so that none breaks under a request.
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    _AnnouncingServer(config, simulation.account.api_key, port_file).run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        msg = f"cannot listen on {HOST}, port {port}: {error}"
        raise PortError(msg) from error
    return listener


class _AnnouncingServer(uvicorn.Server):
    """A server that tells how to reach it when the first connection would be accepted."""

    def __init__(self, config: uvicorn.Config, api_key: str, port_file: Path | None) -> None:
        super().__init__(config)
        self._api_key = api_key
        self._port_file = port_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(_greeting(f"http://{HOST}:{port}", self._api_key), flush=True)
        if self._port_file:
            _write_atomically(self._port_file, f"{port}\n")


def _greeting(url: str, api_key: str) -> str:
    """Say where it serves, and what a shell needs to talk to it, past the proxy of a company."""
    return f"""\
TouchBasePro simulator listening on {url}
export TOUCHBASE_API_URL={url} NO_PROXY={HOST} no_proxy={HOST}
export TOUCHBASE_API_KEY={shlex.quote(api_key)}
In a browser: {url}/_simulator/ui/"""


def _write_atomically(path: Path, text: str) -> None:
    """Write a file that is there in full or not at all: others wait for it to appear."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="ascii")
    unfinished.replace(path)
