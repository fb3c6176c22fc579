"""The servers that workloads run against: the simulator, and one that does as little as possible.

What is measured with the latter is the client. It knows lists, reads and updates of campaign
webhooks. The simulator validates every request against the contract, which keeps it as busy as its
client.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.workloads import Workload
from touchbase_simulator.process import SimulatorProcess
from touchbase_simulator.seed import DEFAULT_API_KEY

API_KEY = DEFAULT_API_KEY
HOST = "127.0.0.1"
DIFFERENT = "https://old.example.org/replies/{}"
DECLARED = "https://hooks.example.org/replies/{}"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Counts:
    """What a server saw of a run, and how many webhooks are still not what is declared.

    A method that no workload uses counts as a write.
    """

    reads: int
    writes: int
    connections: int
    differing: int


def campaign_of(number: int, campaigns: int) -> int:
    """Which campaign a webhook belongs to."""
    return 9001 + number % campaigns


def url_of(number: int, workload: Workload) -> str:
    """Where a webhook leads before the run: the first ones have another URL than declared."""
    return (DIFFERENT if number <= workload.differing else DECLARED).format(number)


class Minimal:
    """The webhooks of some campaigns, and how often the service was asked for what."""

    url = ""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._connections: set[object] = set()
        self._lists: dict[str, list[dict[str, Any]]] = {}
        self._records: dict[str, dict[str, Any]] = {}

    def reset(self, workload: Workload) -> None:
        """Begin anew, with the webhooks of a workload."""
        for kept in (self._seen, self._connections, self._lists, self._records):
            kept.clear()
        for number in range(1, workload.webhooks + 1):
            path = f"/sms/campaigns/{campaign_of(number, workload.campaigns)}/webhooks"
            record = {
                "Id": number,
                "IsActive": True,
                "Url": url_of(number, workload),
                "WebhookType": "CampaignReply",
                "DateCreated": "2021-10-25T06:58:55.951Z",
            }
            self._lists.setdefault(path, []).append(record)
            self._records[f"{path}/{number}"] = record

    def counts(self) -> Counts:
        """What it saw since then."""
        reads = self._seen["GET"]
        differing = sum(
            record["Url"] != DECLARED.format(record["Id"]) for record in self._records.values()
        )
        return Counts(reads, self._seen.total() - reads, len(self._connections), differing)

    def answer(self, method: str, path: str, body: bytes, connection: object) -> tuple[str, Any]:
        """Status and data of one request; the note comes with a read of one webhook alone."""
        self._seen[method] += 1
        self._connections.add(connection)
        if path in self._lists:
            return "200 OK", self._lists[path]
        if path not in self._records:
            return "404 Not Found", {"Code": 142, "Message": "Webhook record does not exist"}
        record = self._records[path]
        if method == "PUT":
            record.update(json.loads(body))
            return "200 OK", record
        return "200 OK", {"Note": None, **record}


class _Connection(asyncio.Protocol):
    """One connection: answers requests in their order, each after the latency."""

    def __init__(self, server: Minimal, latency: float) -> None:
        self._server = server
        self._latency = latency
        self._received = b""

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
        status, data = self._server.answer(method, path, body, self)
        content = json.dumps(data).encode()
        answer = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        ).encode() + content
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)
        else:
            self._transport.write(answer)


class Simulated:
    """The simulator, which checks each request against the contract."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self._simulator = simulator
        self.url = simulator.url

    def reset(self, workload: Workload) -> None:
        """Begin anew, with the webhooks of a workload."""
        campaigns: dict[int, list[dict[str, Any]]] = {}
        for number in range(1, workload.webhooks + 1):
            url = url_of(number, workload)
            webhook = {"webhook_id": number, "webhook_type": "CampaignReply", "url": url}
            campaign = campaign_of(number, workload.campaigns)
            campaigns.setdefault(campaign, []).append(webhook)
        records = [{"campaign_id": one, "webhooks": kept} for one, kept in campaigns.items()]
        self._simulator.reset(seed={"api_key": API_KEY, "campaigns": records})

    def counts(self) -> Counts:
        """What it saw since then; each connection comes from a port of its own."""
        journal = self._simulator.journal()
        reads = sum(entry["method"] == "GET" for entry in journal)
        connections = len({entry["client_port"] for entry in journal})
        differing = sum(
            webhook["url"] != DECLARED.format(webhook["webhook_id"])
            for campaign in self._simulator.state()["campaigns"]
            for webhook in campaign["webhooks"]
        )
        return Counts(reads, len(journal) - reads, connections, differing)


Server = Minimal | Simulated


@contextlib.contextmanager
def start(name: str, latency_ms: int) -> Iterator[Server]:
    """Start a server; it ends with the block."""
    if name == "simulator":
        with SimulatorProcess.start(latency_ms=latency_ms) as simulator:
            yield Simulated(simulator)
        return
    loop = asyncio.new_event_loop()
    minimal = Minimal()
    listening = loop.run_until_complete(
        loop.create_server(lambda: _Connection(minimal, latency_ms / 1000), HOST, 0, backlog=256)
    )
    minimal.url = f"http://{HOST}:{listening.sockets[0].getsockname()[1]}"
    # The driver only waits while a workload runs, so that the server has the interpreter to itself.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield minimal
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
