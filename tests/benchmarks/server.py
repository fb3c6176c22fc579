# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that does as little as possible, so that what is measured is the client.

It knows lists, reads and updates of campaign webhooks, and counts requests and connections. The
simulator validates every request against the contract, which keeps it as busy as its client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections import Counter
from typing import Any

HOST = "127.0.0.1"
FIRST_CAMPAIGN = 9001
DIFFERENT = "https://old.example.org/replies/{}"
DECLARED = "https://hooks.example.org/replies/{}"

NO_SUCH_PAGE = (404, {"statusCode": 404, "message": "Resource not found"})
NO_SUCH_CAMPAIGN = (
    404,
    {"Code": 120, "Message": "SMS campaign with provided ID value does not exist"},
)
NO_SUCH_WEBHOOK = (404, {"Code": 142, "Message": "Webhook record does not exist"})

_WEBHOOKS = re.compile(r"/sms/campaigns/(\d+)/webhooks(?:/(\d+))?")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REASONS = {200: "OK", 404: "Not Found"}


def campaign_of(number: int, campaigns: int) -> int:
    """Which campaign a webhook belongs to."""
    return FIRST_CAMPAIGN + number % campaigns


class Account:
    """The webhooks of some campaigns, and how often the service was asked for what."""

    def __init__(self) -> None:
        self.reset(webhooks=0, campaigns=1, differing=0)

    def reset(self, webhooks: int, campaigns: int, differing: int) -> None:
        """Begin anew: webhooks from 1 on, spread evenly, the first ones with another address."""
        self.counts: Counter[str] = Counter()
        self._campaigns: dict[int, dict[int, dict[str, Any]]] = {
            FIRST_CAMPAIGN + place: {} for place in range(campaigns)
        }
        for number in range(1, webhooks + 1):
            url = (DIFFERENT if number <= differing else DECLARED).format(number)
            self._campaigns[campaign_of(number, campaigns)][number] = {
                "Id": number,
                "IsActive": True,
                "Url": url,
                "WebhookType": "CampaignReply",
                "DateCreated": "2021-10-25T06:58:55.951Z",
            }

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Status and data of one request."""
        if path == "/_benchmark/reset":
            self.reset(**json.loads(body))
            return 200, {}
        if path == "/_benchmark/counts":
            return 200, self.counts | {"differing": self._differing()}
        self.counts[method] += 1
        found = _WEBHOOKS.fullmatch(path)
        if found is None:
            return NO_SUCH_PAGE
        webhooks = self._campaigns.get(int(found[1]))
        if webhooks is None:
            return NO_SUCH_CAMPAIGN
        if found[2] is None:
            return 200, list(webhooks.values())
        return _answer_about(webhooks.get(int(found[2])), method, body)

    def _differing(self) -> int:
        """How many webhooks are not what is declared."""
        return sum(
            record["Url"] != DECLARED.format(number)
            for webhooks in self._campaigns.values()
            for number, record in webhooks.items()
        )


def _answer_about(record: dict[str, Any] | None, method: str, body: bytes) -> tuple[int, Any]:
    """Read or change one webhook; the note comes with a read alone, as in the contract."""
    if record is None:
        return NO_SUCH_WEBHOOK
    if method == "PUT":
        record.update(json.loads(body))
        return 200, record
    return 200, {"Note": None, **record}


class _Connection(asyncio.Protocol):
    """One connection: answers requests in their order, each after the latency."""

    def __init__(self, account: Account, latency: float) -> None:
        self._account = account
        self._latency = latency
        self._received = b""
        self._counted_by: Counter[str] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer once a request is there as a whole; a client sends the next one after that."""
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if end and len(rest) >= size:
            self._received = rest[size:]
            self._respond(head, rest[:size])

    def _respond(self, head: bytes, body: bytes) -> None:
        method, path, _version = head.split(b"\r\n", 1)[0].decode().split(" ")
        status, data = self._account.answer(method, path, body)
        is_control = path.startswith("/_benchmark")
        if not is_control:
            self._count()
        content = json.dumps(data).encode()
        answer = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        ).encode() + content
        if self._latency and not is_control:
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)
        else:
            self._transport.write(answer)

    def _count(self) -> None:
        """Count this connection once for each reset of the account."""
        if self._counted_by is not self._account.counts:
            self._counted_by = self._account.counts
            self._counted_by["connections"] += 1


async def _serve(latency: float) -> None:
    account = Account()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(account, latency), HOST, 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve until the process is ended; once it serves, the port is printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency-ms", type=float, default=0)
    asyncio.run(_serve(parser.parse_args().latency_ms / 1000))


if __name__ == "__main__":
    main()
