# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subcommand ``serve``: its options, and what becomes of them."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from touchbase_simulator.behaviour import SWITCHES, Behaviour, BehaviourError, read_behaviour
from touchbase_simulator.delivery import Deliveries
from touchbase_simulator.seed import SeedError, read_seed
from touchbase_simulator.simulation import Simulation

if TYPE_CHECKING:
    from types import FrameType

DEMO_SEED = Path(__file__).parent / "seeds" / "demo.yml"


def add_to(parser: argparse.ArgumentParser) -> None:
    """Give the subcommand's parser its options, and ``run``, the function that takes them."""
    parser.description = "Serve a simulated TouchBasePro SMS API on 127.0.0.1."
    parser.set_defaults(run=_run)
    parser.add_argument("--port", type=int, default=0, help="0, the default, is any free port")
    parser.add_argument(
        "--port-file", type=_port_file, help="where to write the port, once it serves"
    )
    parser.add_argument("--seed", type=Path, default=DEMO_SEED, help="the account to begin with")
    parser.add_argument("--latency-ms", type=_latency, default=0, help="added to every request")
    parser.add_argument(
        "--deliver-to",
        action="append",
        default=[],
        metavar="HOST",
        help="a host besides this machine that deliveries may call; may be repeated",
    )
    parser.add_argument("--hostile", action="store_true", help="every switch at its worst")
    parser.add_argument(
        "--behaviour", type=Path, help="a file of switches, such as probe writes; laid over those"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SWITCH=VALUE",
        help="; ".join(f"{name}: {' | '.join(values)}" for name, values in SWITCHES.items()),
    )


def _run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT; exit 2 on a seed, switch or port that will not do."""
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _leave)
    try:
        behaviour = Behaviour.hostile() if options.hostile else Behaviour()
        if options.behaviour:
            behaviour = behaviour.with_changes(read_behaviour(options.behaviour))
        behaviour = behaviour.with_changes(_switches(options.set))
        deliveries = Deliveries(frozenset(options.deliver_to))
        simulation = Simulation(read_seed(options.seed), behaviour, deliveries=deliveries)
        # Connexion takes a second to load: what is wrong with a seed is told before.
        from touchbase_simulator.server import serve  # noqa: PLC0415

        serve(simulation, options.port, options.port_file, options.latency_ms / 1000)
    except (SeedError, BehaviourError, OSError) as error:
        print(f"touchbase-simulator: {error}", file=sys.stderr)
        sys.exit(2)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    # The server has ended by now, or has not begun; being told to end is no failure.
    sys.exit(0)


def _port_file(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a folder")
    if not _serves(path):
        # One of an earlier run would be taken for this server's.
        path.unlink(missing_ok=True)
    return path


def _serves(port_file: Path) -> bool:
    """Whether a server that still runs has written the file; it is found by it."""
    try:
        port = int(port_file.read_text(encoding="ascii"))
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except (OSError, OverflowError, ValueError):
        return False
    return True


def _latency(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 60_000:
        raise argparse.ArgumentTypeError("must be from 0 to 60000 milliseconds")
    return value


def _switches(given: list[str]) -> dict[str, str]:
    return dict(_pair(one) for one in given)


def _pair(text: str) -> tuple[str, str]:
    name, _equals, value = text.partition("=")
    return name.strip(), value.strip()
