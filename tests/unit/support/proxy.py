# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy on a real socket of 127.0.0.1: forwards plain http, tunnels what uses CONNECT."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    Received,
    read_request,
)


class Proxy:
    """Records the first request of each connection; ``reaches`` replaces where a tunnel ends."""

    def __init__(
        self,
        reaches: tuple[str, int] | None = None,
        refuses_with: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[Received] = []
        self._tls = tls
        self._reaches = reaches
        self._refuses_with = refuses_with
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def seen(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.requests]

    def close(self) -> None:
        for one in [self._listener, *self._sockets]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                inner, _peer = self._listener.accept()
            except OSError:
                return
            self._sockets.append(inner)
            threading.Thread(target=self._serve, args=(inner,), daemon=True).start()

    def _serve(self, inner: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._tls:
                inner = self._tls.wrap_socket(inner, server_side=True)
                self._sockets.append(inner)
            reader = inner.makefile("rb", buffering=0)
            request = read_request(reader)
            if request is None:
                return
            self.requests.append(request)
            if self._refuses_with:
                head = f"HTTP/1.1 {self._refuses_with}\r\nContent-Length: 0\r\n\r\n"
                inner.sendall(head.encode())
            elif request.method == "CONNECT":
                host, _colon, port = request.path.rpartition(":")
                outer = self._open(host, int(port))
                inner.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
                _join(inner, outer)
            else:
                parts = urlsplit(request.path)
                outer = self._open(parts.hostname or "", parts.port or 80)
                fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
                first = f"{request.method} {parts.path} HTTP/1.1\r\n"
                outer.sendall(f"{first}{fields}\r\n".encode() + request.body)
                _join(inner, outer)

    def _open(self, host: str, port: int) -> socket.socket:
        outer = socket.create_connection(self._reaches or (host, port))
        self._sockets.append(outer)
        return outer


def _join(inner: socket.socket, outer: socket.socket) -> None:
    threading.Thread(target=_pump, args=(outer, inner), daemon=True).start()
    _pump(inner, outer)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            block = source.recv(65536)
            if not block:
                break
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def proxy_server(
    reaches: tuple[str, int] | None = None,
    refuses_with: str = "",
    tls: ssl.SSLContext | None = None,
) -> Iterator[Proxy]:
    """A proxy for the length of a block."""
    proxy = Proxy(reaches, refuses_with, tls)
    try:
        yield proxy
    finally:
        proxy.close()
