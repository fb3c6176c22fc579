# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP with ``requests``: session, TLS, proxy, deadline; private to this collection."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import re
import signal
import socket
import ssl
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from .._errors import Failure, NotPlannable, Unreachable
from .._options import CA_BUNDLE_ENV, CA_PATH_ENV, ConnectionOptions
from .response import UNCERTAINTY, Request, Response
from .retry import IDEMPOTENT_METHODS, Failed, Retries, failed

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.sessions import Session
    from requests.utils import (
        DEFAULT_CA_BUNDLE_PATH,
        get_environ_proxies,
        prepend_scheme_if_needed,
        select_proxy,
    )
    from urllib3.connection import CertificateError
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = Session = object  # type: ignore[misc, assignment]
else:
    REQUESTS_IMPORT_ERROR = None
    # ValueError: of a response that is not HTTP; http.client lets some of it through.
    _HTTP_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
    _TIMEOUT_ERRORS = (requests.Timeout, urllib3.exceptions.TimeoutError)

VERSION = "1.1.0"
MAX_BODY = 8 * 1024 * 1024  # bytes
_CHUNK = 16 * 1024  # bytes
# Ctrl-C, the end of a session or of Ansible, and the timeout of a task.
_SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGALRM)
_current = threading.local()


class Transport:
    """A connection to the service that many threads may use."""

    def __init__(self, options: ConnectionOptions, read_only: bool) -> None:
        """Prepare the connection; nothing is sent yet.

        A ``read_only`` transport refuses every write: a safeguard for check mode. Raises
        NotPlannable when the CA file or the proxy cannot be used.
        """
        self.cancelled = Event()
        """While it is set, ``send`` raises Cancelled instead of sending anything."""
        self._options = options
        self._read_only = read_only
        self._retries = Retries(options, self.cancelled)
        self._tls = _tls_context(options) if _is_https(options) else None
        self._watcher = Watcher(options.timeout)
        try:
            self._proxy = _proxy(options)
            self._session = self._new_session()
        # TypeError: of credentials without a password or a host.
        except (*_HTTP_ERRORS, TypeError) as error:
            raise NotPlannable(
                f"The proxy in the environment cannot be used ({type(error).__name__}). Correct "
                "it, or set use_proxy to false."
            ) from None

    def send(self, request: Request, on_retry: Callable[[], None] = lambda: None) -> Response:
        """Send a request, with retries where they are safe, and return the successful response.

        ``on_retry`` is called before each retry. Ends within ``(retries + 1) × timeout + max_wait``
        seconds; name resolution, a TLS handshake and further addresses of a host come on top.
        Raises Unreachable, Refused, UnexpectedResponse or Cancelled.
        """
        if self._read_only and request.method != "GET":
            raise NotPlannable(f"Could not {request.action}: this run may only read.")
        return self._retries.send(functools.partial(self._attempt, request), on_retry)

    def _attempt(self, request: Request, number: int) -> Response | Failed:
        with self._watcher.deadline() as deadline:
            try:
                response = self._exchange(request, number)
            except _HTTP_ERRORS as error:
                return self._no_response(request, number, _problem(error, deadline), deadline.sent)
        if deadline.expired:
            # A body that ends with its connection looks complete when the deadline cut it.
            return self._no_response(request, number, _TIMEOUT, sent=True)
        if len(response.body) > MAX_BODY:
            return Failed(response.unexpected(f"larger than {MAX_BODY >> 20} MiB"))
        return failed(response) or response

    def _exchange(self, request: Request, attempt: int) -> Response:
        # A load balancer may have ended a connection that was kept. Whether the service received a
        # POST on it could not be told, so that each POST gets a connection of its own.
        with contextlib.ExitStack() as stack:
            is_post = request.method == "POST"
            session = stack.enter_context(self._new_session()) if is_post else self._session
            received = session.send(
                self._prepared(request), timeout=self._options.timeout, allow_redirects=False
            )
            # A body that was not read to its end ends the connection.
            stack.callback(received.close)
            headers = {name.lower(): value for name, value in received.headers.items()}
            status = received.status_code
            # After an interim response another one follows, which belongs to this request.
            body = b"" if status < 200 else _read_body(received.raw)
        return Response(request, status, headers, body, self._options.api_key, attempt)

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        # Not prepared by the session: it may take the authorization from .netrc.
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self._options.api_key}",
            "User-Agent": f"touchbasepro.sms/{VERSION}",
        }
        if request.method == "GET":
            # What a gateway has cached may be older than the last write.
            headers["Cache-Control"] = "no-cache"
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        content = None if request.body is None else json.dumps(request.body).encode()
        url = self._options.api_url + request.path
        return requests.Request(request.method, url, headers, data=content).prepare()

    def _new_session(self) -> Session:
        session = _Session()
        session.trust_env = False
        session.stream = True
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(self._options.concurrency, self._tls)
        for scheme in ("http://", "https://"):
            session.mount(scheme, adapter)
        # Never True: some releases of requests would then use a TLS context of their own.
        session.verify = self._options.validate_certs and (
            self._options.ca_path or DEFAULT_CA_BUNDLE_PATH
        )
        if self._proxy:
            session.proxies = {"all": self._proxy}
            # Now, before several threads ask for it.
            adapter.proxy_manager_for(self._proxy)
        return session

    def _no_response(self, request: Request, attempt: int, problem: _Problem, sent: bool) -> Failed:
        place = self._options.api_url
        if self._proxy:
            place += f" through the proxy {urlsplit(self._proxy).netloc.rpartition('@')[2]}"
        after = f", after {attempt} attempts" if attempt > 1 else ""
        uncertain = request.method != "GET" and sent
        error = Unreachable(
            f"Could not {request.action}: {problem.subject} {place} {problem.what}{after}. "
            f"{problem.advice}{UNCERTAINTY if uncertain else ''}",
            Failure(method=request.method, path=request.path, attempts=attempt),
            uncertain,
        )
        # A POST that arrived twice would create two webhooks.
        is_safe = request.method in IDEMPOTENT_METHODS or not sent
        return Failed(error, retryable=is_safe and not problem.is_permanent)


def _read_body(raw: Any) -> bytes:
    """The body of urllib3's response, up to one chunk beyond MAX_BODY."""
    # urllib3 1.26 would take half a body for a whole one.
    raw.enforce_content_length = True
    body = bytearray()
    while len(body) <= MAX_BODY:
        chunk = raw.read(_CHUNK, decode_content=False)
        if not chunk:
            break
        body += chunk
    return bytes(body)


class _Session(Session):
    """A session that prepares nothing for a redirect."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No target: requests would read the body and the location even of one not followed."""


class _Adapter(HTTPAdapter):
    """Connections with one TLS context that obey the deadline of the current attempt."""

    def __init__(self, connections: int, tls: ssl.SSLContext | None) -> None:
        self.tls = tls
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Set the pools of direct connections."""
        super().init_poolmanager(*args, ssl_context=self.tls, **kwargs)
        _obey_deadlines(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """The pools of connections through a proxy."""
        if proxy not in self.proxy_manager:
            _obey_deadlines(super().proxy_manager_for(proxy, ssl_context=self.tls, **kwargs))
        return self.proxy_manager[proxy]

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Leave out what nothing here reads: requests before 2.32.3 fails on an odd one."""
        resp.headers.pop("Content-Type", None)
        return super().build_response(req, resp)

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Say which pool a request needs: that of its host."""
        host, _tls = super().build_connection_pool_key_attributes(*args, **kwargs)
        return host, {}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Let connections use the certificates that the TLS context has.

        To read a file of them takes 25 ms a connection. A proxy's own TLS still needs it.
        """
        if conn.proxy is not None and conn.proxy.scheme == "https":
            super().cert_verify(conn, url, verify, cert)
        else:
            conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"


def _obey_deadlines(manager: Any) -> None:
    manager.pool_classes_by_scheme = {
        scheme: _pool_with_deadline(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
    }


@functools.cache
def _pool_with_deadline(pool_class: Any) -> type:
    connection = with_deadline(pool_class.ConnectionCls)
    return type(pool_class.__name__, (pool_class,), {"ConnectionCls": connection})


def with_deadline(connection_class: Any) -> type:
    """The class of urllib3 for a connection, whose instances obey the current deadline."""

    class Connection(connection_class):
        def connect(self) -> None:
            # Before as well: the response of a proxy is part of it.
            _current.deadline.watch(self)
            super().connect()
            _current.deadline.watch(self)

        def getresponse(self) -> Any:
            _current.deadline.sent = True
            _current.deadline.watch(self)
            return super().getresponse()

    return Connection


class Watcher:
    """A thread that ends the attempts of a transport in time; a timer for each costs 0.3 ms."""

    def __init__(self, seconds: float) -> None:
        """Let every attempt take so many seconds."""
        self._seconds = seconds
        self._lock = threading.Lock()
        self._pending: deque[Deadline] = deque()
        self._is_running = False

    @contextlib.contextmanager
    def deadline(self) -> Iterator[Deadline]:
        """The deadline of what this thread does in the block."""
        deadline = Deadline(self._seconds)
        try:
            with block_signals(), self._lock:
                if not self._is_running:
                    threading.Thread(target=self._watch, daemon=True).start()
                    self._is_running = True
                self._pending.append(deadline)
            _current.deadline = deadline
            yield deadline
        finally:
            _current.deadline = None
            deadline.finish()
            self._first_pending()

    def _watch(self) -> None:
        # All attempts take as long, so that the first to begin is the first to end. The thread ends
        # when it finds none; until then it need not be told of new ones.
        while True:
            deadline = self._first_pending(stop=True)
            if deadline is None:
                return
            time.sleep(max(0.0, deadline.ends_at - time.monotonic()))
            deadline.expire()

    def _first_pending(self, stop: bool = False) -> Deadline | None:
        with self._lock:
            while self._pending and self._pending[0].is_over:
                self._pending.popleft()
            if self._pending:
                return self._pending[0]
            self._is_running = self._is_running and not stop
            return None


class Deadline:
    """The end of an attempt; shuts the attempt's connection down when it comes.

    A socket's own timeout begins anew with each byte. ``expired`` says whether the time is over,
    ``sent`` whether the service may have received the request.
    """

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self.expired = False
        self.sent = False
        self.is_over = False
        self._lock = threading.Lock()
        self._connection: Any = None
        self._socket: socket.socket | None = None

    def watch(self, connection: Any) -> None:
        """From now on shut down this connection; raises TimeoutError if it is too late."""
        with self._lock:
            self._connection, self._socket = connection, connection.sock
            if self.expired:
                raise TimeoutError

    def expire(self) -> None:
        """Shut the connection down, so that whatever reads from it or writes to it returns."""
        with self._lock:
            if self.is_over:
                return
            self.expired = self.is_over = True
            # http.client forgets the socket of a response that ends with its connection; while a
            # proxy is asked for a tunnel, only the connection knows its socket.
            current = self._socket or (self._connection and self._connection.sock)
            if current is not None:
                with contextlib.suppress(OSError):
                    # Not its own method: that of a TLS socket would go on in plain text.
                    socket.socket.shutdown(current, socket.SHUT_RDWR)

    def finish(self) -> None:
        """The attempt is over; its connection may serve another one."""
        with self._lock:
            self.is_over = True


@contextlib.contextmanager
def block_signals() -> Iterator[None]:
    """Let threads started in the block leave signals to the main thread, where Python acts on them.

    A thread inherits the signal mask of the one that starts it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _is_outside_attempt(_record: logging.LogRecord) -> bool:
    return getattr(_current, "deadline", None) is None


# urllib3 logs parts of malformed responses, which may hold the key.
for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.response"):
    logging.getLogger(_name).addFilter(_is_outside_attempt)


@dataclass(frozen=True)
class _Problem:
    """Why there is no response: ``subject``, the URL of the service and ``what`` are a sentence."""

    subject: str
    what: str
    advice: str = "Check api_url, the network, and the proxy in the environment (use_proxy)."
    is_permanent: bool = False


_NO_CONNECTION = _Problem("no connection to", "(timed out)")
_TIMEOUT = _Problem("no response from", "within timeout", "Raise timeout, or try again later.")
# How OpenSSL names a response that is no TLS, such as that of a port for plain http.
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"}
_NOT_TLS = _Problem(
    "the server at",
    "does not speak TLS; it may be a port for plain http",
    "Check the host and port of api_url, and the proxy in the environment (use_proxy).",
    is_permanent=True,
)
_TUNNEL = re.compile("Tunnel connection failed: [0-9]{3}")
_TUNNEL_REFUSED = "Tunnel connection failed: 4"


def _problem(error: Exception, deadline: Deadline) -> _Problem:
    """Say what is behind an exception of requests or urllib3, whose text would not help."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, (ssl.SSLCertVerificationError, CertificateError)):
            return _Problem(
                "the certificate of",
                f"is not trusted ({getattr(cause, 'verify_message', cause)})",
                f"Name its CA with ca_path (environment: {CA_PATH_ENV}, else {CA_BUNDLE_ENV}).",
                is_permanent=True,
            )
    if any(getattr(cause, "reason", None) in _NO_TLS for cause in causes):
        return _NOT_TLS
    if deadline.expired or isinstance(error, _TIMEOUT_ERRORS):
        return _NO_CONNECTION if isinstance(error, requests.ConnectTimeout) else _TIMEOUT
    reason = _reason(causes)
    if deadline.sent and isinstance(error, ValueError):
        return _Problem("the response from", "could not be parsed")
    if deadline.sent:
        return _Problem("the connection to", f"failed ({reason})")
    # A ValueError is of a URL that requests does not accept.
    is_permanent = isinstance(error, ValueError) or reason.startswith(_TUNNEL_REFUSED)
    return _Problem("no connection to", f"({reason})", is_permanent=is_permanent)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and those behind it, where urllib3 and requests keep them."""
    seen: list[BaseException] = []
    while error is not None and not any(error is one for one in seen):
        seen.append(error)
        yield error
        inside = [getattr(error, "reason", None), *reversed(error.args), error.__cause__]
        inner = [one for one in inside if isinstance(one, BaseException)]
        error = inner[0] if inner else error.__context__


def _reason(causes: list[BaseException]) -> str:
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
        tunnel = _TUNNEL.match(str(cause)) if isinstance(cause, OSError) else None
        if tunnel:
            # The rest of what the proxy says may be anything.
            return tunnel.group()
    return type(causes[-1]).__name__


def _is_https(options: ConnectionOptions) -> bool:
    return options.api_url.lower().startswith("https:")


def _proxy(options: ConnectionOptions) -> str:
    """The URL of the proxy to use, or empty."""
    # Plain http is for loopback only: the key must not reach a proxy in plain text.
    if not options.use_proxy or not _is_https(options):
        return ""
    url = select_proxy(options.api_url, get_environ_proxies(options.api_url, no_proxy=None))
    return prepend_scheme_if_needed(url, "http") if url else ""


def _tls_context(options: ConnectionOptions) -> ssl.SSLContext:
    context = _trusting_context(options.ca_path)
    if not options.validate_certs:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif urllib3.__version__.startswith("1."):
        # It checks the host itself, also an IP address, for which it gives ssl no name.
        context.check_hostname = False
    return context


def _trusting_context(ca_path: str | None) -> ssl.SSLContext:
    if ca_path is None:
        context = ssl.create_default_context()
        with contextlib.suppress(OSError):
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        return context
    try:
        if os.path.isdir(ca_path):
            return ssl.create_default_context(capath=ca_path)
        return ssl.create_default_context(cafile=ca_path)
    except OSError as error:
        raise NotPlannable(
            f"The CA file {ca_path} cannot be used ({error.strerror or error}). It must hold "
            f"certificates in PEM form. Correct ca_path (environment: {CA_PATH_ENV}, else "
            f"{CA_BUNDLE_ENV})."
        ) from None
