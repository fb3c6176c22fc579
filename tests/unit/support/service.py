"""A service on a real socket of 127.0.0.1 that answers as a test tells it, byte for byte."""

from __future__ import annotations

import contextlib
import json as json_module
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import parse_headers
from typing import Any

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import api_record

_LONGEST_TEST = 20.0  # seconds; nothing here waits that long unless the code is broken
_BETWEEN_DROPS = 0.02  # seconds; shorter than any time-out
_MOST_DROPS = 1000
_FIRST_NEW_ID = 60


@dataclass
class Received:
    """A request as it arrived; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json_module.loads(self.body)


@dataclass
class Line:
    """One connection as a step of the script sees it."""

    socket: socket.socket
    stopped: threading.Event
    service: Service
    request: Received


Step = Callable[[Line], bool]
"""What to do with a request that has arrived; tells whether the connection is kept."""


@dataclass
class Service:
    """Answers the n-th request with the n-th step of its script, and records what it received."""

    script: list[Step] = field(default_factory=list)
    for_ever: Step | None = None
    tls: ssl.SSLContext | None = None
    speaks_plainly: bool = False
    """From now on it knows nothing of TLS, and says so."""
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    hang_ups: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def answers(self, *steps: Any) -> Service:
        """Append to the script; data stands for a reply with it, a number for an empty reply."""
        self.script.extend(map(_as_step, steps))
        return self

    def always_answers(self, step: Any) -> Service:
        """Answer like this once the script is at its end."""
        self.for_ever = _as_step(step)
        return self

    @property
    def seen(self) -> list[str]:
        """The requests so far, each as method and path."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def refuses(self) -> None:
        """From now on nobody listens here; connections that are open stay."""
        # Closing alone would leave the thread that accepts, and with it the port, as it is.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def close(self) -> None:
        self._stopped.set()
        self.refuses()
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                line, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self.speaks_plainly:
                plain.sendall(_head(400, {"Connection": "close"}))
                plain.close()
                return
            line = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
            self._lines.append(line)
            reader = line.makefile("rb")
            keep = True
            while keep:
                request = _read_request(reader)
                if request is None:
                    break
                with self._lock:
                    self.requests.append(request)
                    step = self.script.pop(0) if self.script else self.for_ever or reply(418)
                keep = step(Line(line, self._stopped, self, request))
            reader.close()
            line.close()


def _read_request(reader: Any) -> Received | None:
    """Read one request; None at the end of the connection."""
    first = reader.readline().decode("latin-1").split()
    if len(first) < 2:
        return None
    headers = {name.lower(): value for name, value in parse_headers(reader).items()}
    body = reader.read(int(headers.get("content-length", "0")))
    return Received(first[0], first[1], headers, body)


def reply(
    status: int = 200,
    json: Any = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    keep: bool = True,
) -> Step:
    """A whole and correct answer."""
    content = (
        body if body is not None else b"" if json is None else json_module.dumps(json).encode()
    )
    fields = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    return _writes(_head(status, {**fields, **(headers or {})}) + content, keep)


def _as_step(step: Any) -> Step:
    if isinstance(step, int):
        return reply(step)
    return step if callable(step) else reply(json=step)


def raw(content: bytes) -> Step:
    """Exactly these bytes, then the end of the connection."""
    return _writes(content, keep=False)


def gateway(status: int, message: str, headers: Mapping[str, str] | None = None) -> Step:
    """An error of the gateway before the API."""
    return reply(status, {"statusCode": status, "message": message}, headers=headers)


def error(status: int, code: int, message: str) -> Step:
    """An error of the API."""
    return reply(status, {"Code": code, "Message": message})


def _writes(content: bytes, keep: bool) -> Step:
    def step(line: Line) -> bool:
        line.socket.sendall(content)
        return keep

    return step


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Scripted\r\n{fields}\r\n".encode("latin-1")


def after(happening: Callable[[], object], step: Step) -> Step:
    """The step, once something has happened meanwhile."""

    def both(line: Line) -> bool:
        happening()
        return step(line)

    return both


def behind(content: bytes, step: Step) -> Step:
    """The step, with something sent before it."""

    def both(line: Line) -> bool:
        line.socket.sendall(content)
        return step(line)

    return both


def resets() -> Step:
    """The connection breaks with a reset instead of an answer."""
    return breaks_off(b"")


def breaks_off(content: bytes) -> Step:
    """The connection breaks with a reset after a beginning."""

    def step(line: Line) -> bool:
        line.socket.sendall(content)
        _break(line.socket)
        return False

    return step


def resets_after(step: Step) -> Step:
    """The step, and a reset of the connection when another request comes on it."""

    def both(line: Line) -> bool:
        step(line)
        line.socket.recv(1)
        _break(line.socket)
        return False

    return both


def _break(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.shutdown(socket.SHUT_RD)
    line.close()


def stored(line: Line) -> bool:
    """Store whatever is requested; new webhooks get the ids 60, 61 and so on, and are listed."""
    request = line.request
    if request.method == "DELETE":
        return reply(204)(line)
    posts = [one for one in line.service.requests if one.method == "POST"]
    created = [
        api_record(Id=_FIRST_NEW_ID + number, **one.data) for number, one in enumerate(posts)
    ]
    if request.method == "POST":
        number = next(number for number, one in enumerate(posts) if one is request)
        return reply(201, created[number])(line)
    if request.method == "GET" and request.path.endswith("/webhooks"):
        of_owner = (record for record, one in zip(created, posts) if one.path == request.path)
        return reply(json=[*of_owner])(line)
    return reply(json=api_record(Id=int(request.path.rpartition("/")[2]), **request.data))(line)


def hangs_up() -> Step:
    """The connection ends without an answer."""
    return raw(b"")


def black_hole() -> Step:
    """Nothing comes, ever."""

    def step(line: Line) -> bool:
        line.socket.settimeout(_LONGEST_TEST)
        # A reset is a way to go, too.
        with contextlib.suppress(ConnectionError):
            while line.socket.recv(65536):
                pass
        line.service.hang_ups.release()
        return False

    return step


def drips(before: bytes, drop: bytes) -> Step:
    """After a beginning, one drop at a time, far longer than any time limit of a test."""

    def step(line: Line) -> bool:
        try:
            line.socket.sendall(before)
            for _drop in range(_MOST_DROPS):
                line.stopped.wait(_BETWEEN_DROPS)
                line.socket.sendall(drop)
        except OSError:
            line.service.hang_ups.release()
        return False

    return step


def tunnels_to(port: int) -> Step:
    """A proxy's consent to CONNECT; the tunnel ends at a port of this machine."""

    def step(line: Line) -> bool:
        with socket.create_connection(("127.0.0.1", port)) as outer:
            line.socket.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(outer, line.socket), daemon=True)
            back.start()
            _pump(line.socket, outer)
            back.join()
        return False

    return step


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def scripted_service(tls: ssl.SSLContext | None = None) -> Iterator[Service]:
    """A service for the length of a block."""
    with contextlib.closing(Service(tls=tls)) as service:
        yield service


def awaits_hang_up(service: Service) -> bool:
    """Whether the other side went away; waits for it, but not for ever."""
    return service.hang_ups.acquire(timeout=_LONGEST_TEST)


@contextlib.contextmanager
def port_that_never_accepts() -> Iterator[int]:
    """A port whose queue is full, so that the kernel drops whoever wants to connect."""
    with socket.socket() as listener, contextlib.ExitStack() as fillers:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _filler in range(4):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])
