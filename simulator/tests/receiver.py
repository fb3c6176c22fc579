"""HTTP servers on loopback, among them a receiver of webhooks as a user might run one."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server


@dataclass
class Receiver:
    """What it responds to everything with, and the bodies that it was sent."""

    url: str = ""
    status: int = 200
    received: list[Any] = field(default_factory=list)


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver while the block lasts."""
    receiver = Receiver()

    @Request.application
    def respond(request: Request) -> Response:
        if request.method == "POST":
            receiver.received.append(request.get_json(force=True))
        return Response(status=receiver.status, headers={"Location": f"{receiver.url}/elsewhere"})

    with serving(respond) as receiver.url:
        yield receiver


@contextlib.contextmanager
def serving(application: Callable[..., Any], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve an application while the block lasts; give its URL."""
    server = make_server("127.0.0.1", 0, application, threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.port}" if tls else f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
