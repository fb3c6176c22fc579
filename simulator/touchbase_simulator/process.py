# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a child process, for tests in Python."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

_HOST = "127.0.0.1"

# Seconds. The limits are for machines under load, not what it takes.
_START_LIMIT = 60.0
_END_LIMIT = 15.0
_REQUEST_LIMIT = 60.0
_POLL = 0.02


class SimulatorError(RuntimeError):
    """The simulator did not start, or refused a control request; the text is what it said."""


class SimulatorProcess:
    """A running simulator; ends with the ``with`` block that it was started for."""

    def __init__(self, child: subprocess.Popen[bytes], folder: TemporaryDirectory[str]) -> None:
        """Take over a child process; ``start`` is the way to get one."""
        self._child = child
        self._folder = folder
        self.pid = child.pid
        self.port = 0

    @classmethod
    def start(
        cls,
        *,
        seed: Path | Mapping[str, Any] | None = None,
        hostile: bool = False,
        behaviour: Path | None = None,
        switches: Mapping[str, str] | None = None,
        latency_ms: float = 0,
    ) -> SimulatorProcess:
        """Start a simulator on a free port and wait until it accepts connections.

        :param seed: a seed file, or what such a file would hold; None is the demo's.
        :param behaviour: a file of switches, such as ``touchbase-simulator probe`` writes one; laid
            over the default behaviour, or over the hostile one.
        :param switches: laid over all of these.
        :param latency_ms: added to every request to the API.
        :raises SimulatorError: it ended instead of listening.
        """
        folder = TemporaryDirectory(prefix="simulator-")
        place = Path(folder.name)
        command = [sys.executable, "-m", "touchbase_simulator", "serve", *_seed_option(seed, place)]
        command += [f"--port-file={place / 'port'}", f"--latency-ms={latency_ms}"]
        command += ["--hostile"] if hostile else []
        command += [f"--behaviour={behaviour.absolute()}"] if behaviour else []
        command += [f"--set={switch}={value}" for switch, value in (switches or {}).items()]
        with (place / "log").open("wb") as log:
            # Started in the folder of the package, which need not be installed.
            child = subprocess.Popen(
                command, cwd=Path(__file__).parents[1], stdout=log, stderr=subprocess.STDOUT
            )
        simulator = cls(child, folder)
        try:
            simulator.port = simulator._wait_for_port()
        except BaseException:
            # Nobody would end it: the caller never gets to hold it.
            simulator.stop()
            raise
        return simulator

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The URL to give as ``api_url``."""
        return f"http://{_HOST}:{self.port}"

    @property
    def api_key(self) -> str:
        """The key that opens the account as it is now."""
        return str(self.state()["api_key"])

    @property
    def log(self) -> str:
        """What the simulator has printed so far; empty once it was stopped."""
        path = Path(self._folder.name) / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def stop(self) -> int:
        """End the process and its files; more than once is fine.

        :returns: its exit status, 0 when it ended as it should.
        """
        if self._child.poll() is None:
            self._child.terminate()
        try:
            status = self._child.wait(_END_LIMIT)
        except subprocess.TimeoutExpired:
            self._child.kill()
            status = self._child.wait()
        self._folder.cleanup()
        return status

    def control(self, method: str, name: str, body: object = None) -> Any:
        """Send one request to the control surface.

        :param name: what follows ``/_simulator/``.
        :param body: sent as JSON unless None.
        :returns: the response's JSON.
        :raises SimulatorError: it was refused.
        """
        # Not through requests or urllib: their proxies and .netrc files are none of our business.
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_REQUEST_LIMIT)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"/_simulator/{name}", body=sent)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= http.client.BAD_REQUEST:
            raise SimulatorError(f"{method} {name}: {response.status} {text}")
        return json.loads(text)

    def journal(self) -> list[dict[str, Any]]:
        """Give all requests to the API since the last reset, in order of arrival."""
        entries: list[dict[str, Any]] = self.control("GET", "journal")
        return entries

    def clear_journal(self) -> None:
        """Forget the requests so far; the account stays as it is."""
        self.control("DELETE", "journal")

    def state(self) -> dict[str, Any]:
        """Give the whole account in the form of a seed."""
        account: dict[str, Any] = self.control("GET", "state")
        return account

    def reset(
        self,
        *,
        seed: Mapping[str, Any] | None = None,
        behaviour: Mapping[str, str] | None = None,
    ) -> None:
        """Begin anew: account, behaviour, journal and faults.

        :param seed: None is the one that the process was started with.
        :param behaviour: switches laid over those that the process was started with.
        """
        body = {"seed": seed, "behaviour": behaviour}
        self.control("POST", "reset", {key: given for key, given in body.items() if given})

    def behaviour(self, changes: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the switches, after laying some changes over them."""
        switches: dict[str, str] = (
            self.control("PATCH", "behaviour", dict(changes))
            if changes
            else self.control("GET", "behaviour")
        )
        return switches

    def deactivate(
        self,
        *,
        scope: str,
        webhook_id: int,
        note: str,
        campaign_id: int | None = None,
        list_id: int | None = None,
    ) -> dict[str, Any]:
        """Let the service switch a webhook off, with a note that says why.

        :returns: the webhook as it is now.
        """
        body = {
            "scope": scope,
            "campaign_id": campaign_id,
            "list_id": list_id,
            "webhook_id": webhook_id,
            "note": note,
        }
        webhook: dict[str, Any] = self.control("POST", "deactivate", body)
        return webhook

    def deliver(self, **wish: Any) -> list[dict[str, Any]]:
        """Let the service send events to the receivers of active webhooks.

        :param wish: ``scope``, ``campaign_id`` and so on, as ``POST deliver`` takes them.
        :returns: one entry for each attempt.
        """
        attempts: list[dict[str, Any]] = self.control("POST", "deliver", wish)
        return attempts

    def fault(
        self,
        *,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        error_shape: str | None = None,
        delay: float = 0,
        applied: bool = False,
    ) -> None:
        """Queue a fault for the next ``times`` requests that match.

        :param path: exact, or a prefix when it ends in ``*``; None is every path.
        :param status: of the response given instead of the real one; None keeps the real one.
        :param body: text as it is, anything else as JSON.
        :param error_shape: makes the text of ``body`` the message of an error of this shape, one
            of the switch ``error_shape`` without ``api``.
        :param delay: seconds by which the response is late.
        :param applied: apply the request before giving the other response.
        """
        fault = {
            "times": times,
            "method": method,
            "path": path,
            "status": status,
            "headers": dict(headers) if headers else None,
            "body": body,
            "error_shape": error_shape,
            "delay": delay,
            "applied": applied,
        }
        self.control("POST", "faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """Give the faults that are still to come."""
        waiting: list[dict[str, Any]] = self.control("GET", "faults")
        return waiting

    def clear_faults(self) -> None:
        """Take back the faults that are still to come."""
        self.control("DELETE", "faults")

    def _wait_for_port(self) -> int:
        port_file = Path(self._folder.name) / "port"
        give_up = time.monotonic() + _START_LIMIT
        while time.monotonic() < give_up:
            if port_file.exists():
                return int(port_file.read_text(encoding="ascii"))
            try:
                self._child.wait(_POLL)
            except subprocess.TimeoutExpired:
                continue
            raise SimulatorError(self.log.strip() or f"exit status {self._child.returncode}")
        raise SimulatorError(f"not listening after {_START_LIMIT:.0f} seconds: {self.log}")


def _seed_option(seed: Path | Mapping[str, Any] | None, place: Path) -> list[str]:
    if seed is None:
        return []
    if not isinstance(seed, Path):
        path = place / "seed.json"
        path.write_text(json.dumps(seed), encoding="utf-8")
        seed = path
    return [f"--seed={seed.absolute()}"]
