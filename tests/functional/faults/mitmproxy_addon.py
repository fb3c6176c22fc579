# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An addon of mitmproxy: its reverse proxy fails as the path of a request says.

In front of the real path stand /CASE/KIND/METHOD/FIRST/TIMES: from this request of one case on,
counted among those with this method, so many requests go wrong in this way, whatever their method.
"""

from __future__ import annotations

import socket
import struct
from collections import Counter

from mitmproxy import ctx, http  # type: ignore[import-not-found] # it has an environment of its own


class Misbehaving:
    """Resets, closes or holds connections before or after the service got the request."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._left: Counter[str] = Counter()

    def request(self, flow: http.HTTPFlow) -> None:
        _nothing, case, kind, method, first, times, path = flow.request.path.split("/", 6)
        flow.request.path = f"/{path}"
        if (flow.request.method, self._numbers[case, method]) == (method, int(first)):
            self._left[case] = int(times)
        self._numbers[case, flow.request.method] += 1
        flow.metadata["kind"] = kind if self._left[case] > 0 else "none"
        self._left[case] -= 1
        _misbehave(flow, "before")

    def response(self, flow: http.HTTPFlow) -> None:
        _misbehave(flow, "after")


def _misbehave(flow: http.HTTPFlow, moment: str) -> None:
    kind, _underscore, when = flow.metadata["kind"].partition("_")
    if when == moment and kind == "hold":
        flow.intercept()
    elif when == moment:
        if kind == "reset":
            _reset(flow)
        flow.kill()


def _reset(flow: http.HTTPFlow) -> None:
    """End the client's connection so that the kernel sends a reset."""
    for handler in ctx.master.addons.get("proxyserver").connections.values():
        if flow.client_conn in getattr(handler, "transports", {}):
            writer = handler.transports[flow.client_conn].writer
            client = writer.get_extra_info("socket")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


addons = [Misbehaving()]
