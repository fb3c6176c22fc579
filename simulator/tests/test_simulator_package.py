# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package as users install it: alone, at the lower bounds of what it requires."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from touchbase_simulator.seed import DEFAULT_API_KEY

PACKAGE = Path(__file__).parents[1]
WEBHOOK = "/sms/campaigns/9141/webhooks/28"
REQUESTS = {("GET", WEBHOOK): 200, ("DELETE", WEBHOOK): 204, ("HEAD", "/_simulator/ui/"): 200}


def test_command_serves_from_an_environment_with_nothing_else(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a build must not write to the checkout
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__"))
    uv, python = Path(sys.executable).with_name("uv"), tmp_path / "venv/bin/python"
    subprocess.run(
        [uv, "--quiet", "venv", "--python", sys.executable, tmp_path / "venv"], check=True
    )
    install = [uv, "--quiet", "pip", "install", "--python", python]
    subprocess.run([*install, "--resolution", "lowest-direct", source], check=True)

    command = [python.with_name("touchbase-simulator"), "serve"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        url = program.stdout.readline().split()[-1]
        seen = {request: _status(url, *request) for request in REQUESTS}
        program.terminate()

    assert seen == REQUESTS
    assert program.returncode == 0


def _status(url: str, method: str, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {DEFAULT_API_KEY}"}
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
