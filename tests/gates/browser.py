# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium without a screen, told what to do through a pair of pipes (its DevTools protocol)."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
# It reads from descriptor 3 and writes to 4, whatever numbers the pipes have here.
_START = 'reading=$1 writing=$2; shift 2; exec "$@" 3<&"$reading" 4>&"$writing"'
_END_OF_MESSAGE = b"\0"


class BrowserError(RuntimeError):
    """The browser ended, or could not do what it was told."""


@dataclass(frozen=True)
class Screen:
    """The size of a window in pixels."""

    name: str
    width: int
    height: int
    is_phone: bool


@contextmanager
def browser(program: str, profile: Path, env: Mapping[str, str]) -> Iterator[Tab]:
    """Start a browser with a profile of its own, and give its one tab; it ends with the block."""
    reading, to_browser = os.pipe()
    from_browser, writing = os.pipe()
    command = ("sh", "-c", _START, "sh", str(reading), str(writing), program)
    with (
        os.fdopen(to_browser, "wb") as commands,
        os.fdopen(from_browser, "rb") as answers,
        (profile.parent / "browser.log").open("wb") as log,
    ):
        child = subprocess.Popen(
            [*command, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            env=dict(env), pass_fds=(reading, writing), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        os.close(reading)
        os.close(writing)
        try:
            yield Tab(commands, answers)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


class Tab:
    """One tab: opens addresses, runs scripts, takes pictures, and notes what goes wrong."""

    def __init__(self, commands: IO[bytes], answers: IO[bytes]) -> None:
        self._commands = commands
        self._answers = answers
        self._number = 0
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        target = self._tell("Target.createTarget", url="about:blank")["targetId"]
        attached = self._tell("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._tell(f"{domain}.enable")

    def open(self, address: str, screen: Screen) -> None:
        """Open an address, and wait until everything that it loads is there."""
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width, height=screen.height, deviceScaleFactor=1, mobile=screen.is_phone,
        )  # fmt: skip
        self._events.clear()
        self._tell("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._listen()

    def run(self, expression: str) -> Any:
        """Give the value of an expression; of a promise, what it comes to."""
        answer = self._tell(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def take_picture(self, path: Path, width: int, height: int) -> None:
        """Save the page from its top, also what does not fit into the window."""
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        picture = self._tell("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(picture["data"]))

    def troubles(self, origin: str) -> list[str]:
        """Say what went wrong since the address was opened, and what came from elsewhere."""
        return [text for event in self._events for text in _trouble(event, origin)]

    def _tell(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + _END_OF_MESSAGE)
        self._commands.flush()
        while True:
            answer = self._listen()
            if answer.get("id") == self._number:
                break
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _listen(self) -> dict[str, Any]:
        """Read one message; events are kept."""
        message = bytearray()
        while (byte := self._answers.read(1)) != _END_OF_MESSAGE:
            if not byte:
                raise BrowserError("the browser has ended")
            message += byte
        found: dict[str, Any] = json.loads(message)
        if "method" in found:
            self._events.append(found)
        return found


def _trouble(event: dict[str, Any], origin: str) -> Iterator[str]:
    method, params = event["method"], event["params"]
    if method == "Network.requestWillBeSent":
        address = params["request"]["url"]
        if not address.startswith((origin, "data:")):
            yield f"{address} comes from elsewhere"
    elif method == "Network.responseReceived" and params["response"]["status"] >= 400:
        yield f"{params['response']['url']}: {params['response']['status']}"
    elif method == "Network.loadingFailed":
        yield f"a file was not loaded: {params['errorText']}"
    elif method == "Runtime.exceptionThrown":
        yield f"a script failed: {params['exceptionDetails']['text']}"
    elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
        yield f"the browser complained: {params['entry']['text']}"
