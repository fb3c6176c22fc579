# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of AWX as ansible-rulebook asks for when a rule starts a job template."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_ASKED = ("limit", "labels", "inventory", "variables")


@dataclass
class Jobs:
    """Where it is, and the templates that were started, each with what came along."""

    url: str
    started: list[tuple[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def starting_jobs() -> Iterator[Jobs]:
    """Run it while the block lasts; every template exists, and every job succeeds at once."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if "unified_job_templates" in address.path:
                (name,) = parse_qs(address.query)["name"]
                self._answer({"results": [_template(name)], "next": None})
            elif "/jobs/" in address.path:
                job = {"id": 1, "status": "successful", "created": "", "artifacts": {}}
                self._answer({**job, "url": "/api/v2/jobs/1/"})
            else:
                self._answer({"version": "24.6.1"})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            _start, _launch, name = self.path.partition("/launch/")
            jobs.started.append((name.strip("/"), json.loads(sent)))
            self._answer({"id": 1, "url": "/api/v2/jobs/1/", "status": "pending"})

        def _answer(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    jobs = Jobs(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield jobs
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _template(name: str) -> dict[str, Any]:
    short = name.rpartition(": ")[2]
    return {
        "id": 1,
        "type": "job_template",
        "name": name,
        "summary_fields": {"organization": {"name": "Default"}},
        "related": {"launch": f"/api/v2/job_templates/1/launch/{short}/"},
        **{f"ask_{one}_on_launch": False for one in _ASKED},
    }
