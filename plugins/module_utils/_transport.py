# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP: session, authorisation, TLS, proxy, time limits, retries; private to this collection."""

from __future__ import annotations

import json
import logging
import os
import random
import re
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from ._answer import Answer, Call
from ._deadline import Deadline, Watchdog, cuttable_pool, is_bounded
from ._end_of_work import NoLongerWanted, end_of_work
from ._errors import Failure, NotPlannable, TouchBaseError, Unreachable
from ._options import CA_BUNDLE_ENV, CA_PATH_ENV, ConnectionOptions
from ._response import LARGEST_BODY, body_of, unpacked

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.utils import (
        DEFAULT_CA_BUNDLE_PATH,
        get_environ_proxies,
        prepend_scheme_if_needed,
        select_proxy,
    )
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None
    # urllib3 tells what it thinks of an answer to whoever keeps a log, such as Ansible with
    # log_path; what it quotes may be the key.
    for _talker in ("urllib3.connection", "urllib3.connectionpool", "urllib3.response"):
        logging.getLogger(_talker).addFilter(lambda _record: not is_bounded())

VERSION = "1.1.0"
_OUT_OF_ORDER = (502, 503, 504)
_REPEATABLE = ("GET", "PUT", "DELETE")
_FIRST_PAUSE = 0.5  # seconds
_LONGEST_PAUSE = 8.0  # seconds


class Transport:
    """A session with the service, safe for use by many threads."""

    def __init__(self, options: ConnectionOptions, read_only: bool) -> None:
        """Prepare a session of at most ``concurrency`` connections; nothing is sent yet.

        A session that is ``read_only`` refuses to write: the second lock of check mode.
        Raises NotPlannable when the CA file or the proxy cannot be used.
        """
        self._options = options
        self._read_only = read_only
        self._watchdog = Watchdog(options.timeout)
        try:
            self._proxies = _proxies(options)
            self._adapter = _adapter(options, self._proxies)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            ValueError,
            # Of user information without a password or a host.
            TypeError,
        ) as error:
            raise NotPlannable(
                "The proxy in the environment cannot be used "
                f"({type(error).__name__}). Correct it, or set use_proxy to false."
            ) from None
        self._not_before = 0.0

    def send(self, call: Call, before_retry: Callable[[], None] = lambda: None) -> Answer:
        """Send one request, repeat it as far as its method allows, and return the success.

        ``before_retry`` is called whenever it is to be repeated. Ends within
        ``(retries + 1) × timeout + max_wait`` seconds; name resolution is the system's. Raises
        Unreachable, Refused or UnexpectedAnswer.
        """
        if self._read_only and call.method != "GET":
            raise NotPlannable(f"Could not {call.doing}: this run may only read.")
        patience = _Patience(self._options)
        may_be_done = False
        while True:
            patience.wait_for_turn(lambda: self._not_before)
            outcome = self._attempt(call, patience.attempt)
            if isinstance(outcome, Answer):
                return outcome
            if outcome.holds_all_back:
                pause = min(outcome.asked_pause or _FIRST_PAUSE, self._options.max_wait)
                self._not_before = max(self._not_before, time.monotonic() + pause)
            if patience.is_over or not outcome.worth_another_try:
                raise _remembering(outcome.error, may_be_done)
            may_be_done |= call.method != "GET" and outcome.error.maybe_taken
            before_retry()
            patience.plan_pause(outcome.asked_pause)

    def _attempt(self, call: Call, attempt: int) -> Answer | _Failed:
        with self._watchdog.deadline() as deadline:
            try:
                answer = self._exchange(call, deadline.remaining)
            except (
                requests.RequestException,
                urllib3.exceptions.HTTPError,
                OSError,
                # Of an answer that is no HTTP; http.client lets some of it through.
                ValueError,
            ) as error:
                return self._no_answer(call, attempt, _trouble(error, deadline))
            if deadline.has_passed:
                # A body that ends with its connection looks complete when that was cut.
                return self._no_answer(call, attempt, _TOO_SLOW)
        answer = replace(answer, attempts=attempt)
        if len(answer.body) > LARGEST_BODY:
            too_large = answer.makes_no_sense(f"an answer over {LARGEST_BODY >> 20} MiB")
            return _Failed(too_large, worth_another_try=False)
        return _refused(answer) or answer

    def _exchange(self, call: Call, timeout: float) -> Answer:
        """One request and its answer; of a body over the limit, only the beginning."""
        # Not through requests.Session: it would read .netrc, the environment's CA file and
        # cookies, and prepare to follow redirections.
        response = self._adapter.send(
            self._prepared(call),
            timeout=timeout,
            # Never True: some releases of requests would put a context of their own in its place.
            verify=self._options.validate_certs
            and (self._options.ca_path or DEFAULT_CA_BUNDLE_PATH),
            proxies=self._proxies,
        )
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = unpacked(body_of(response.raw), headers.get("content-encoding", ""))
        finally:
            response.close()
        return Answer(call, response.status_code, headers, body, self._options.api_key)

    def _prepared(self, call: Call) -> requests.PreparedRequest:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {self._options.api_key}",
            "User-Agent": f"touchbasepro.sms/{VERSION}",
        }
        if call.method == "GET":
            # What the gateway keeps may be older than the last write.
            headers["Cache-Control"] = "no-cache"
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        content = None if call.body is None else json.dumps(call.body).encode()
        url = self._options.api_url + call.path
        return requests.Request(call.method, url, headers, data=content).prepare()

    def _no_answer(self, call: Call, attempt: int, trouble: _Trouble) -> _Failed:
        after = f" after {attempt} attempts" if attempt > 1 else ""
        unclear = call.method != "GET" and trouble.maybe_taken
        doubt = " It may have been done all the same; run the task again to see." if unclear else ""
        error = Unreachable(
            f"Could not {call.doing}: no answer from {self._options.api_url}{after}, "
            f"{trouble.why}. {trouble.advice}{doubt}",
            Failure(method=call.method, path=call.path, attempts=attempt),
            unclear,
        )
        # A POST that arrived twice would make two webhooks.
        may_repeat = call.method in _REPEATABLE or not trouble.maybe_taken
        return _Failed(error, worth_another_try=may_repeat and not trouble.is_lasting)


@dataclass(frozen=True)
class _Failed:
    """An attempt that did not succeed, and what that means for the next one; pause in seconds."""

    error: TouchBaseError
    worth_another_try: bool
    asked_pause: float = 0.0
    holds_all_back: bool = False


def _refused(answer: Answer) -> _Failed | None:
    error = answer.refusal()
    if error is None:
        return None
    is_rate_limit = answer.status == 429
    return _Failed(
        error,
        worth_another_try=is_rate_limit
        or (answer.status in _OUT_OF_ORDER and answer.call.method in _REPEATABLE),
        asked_pause=_retry_after(answer),
        holds_all_back=is_rate_limit,
    )


def _retry_after(answer: Answer) -> float:
    """Seconds that the service asks to wait (RFC 9110, 10.2.3: seconds or a date); else 0."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError, IndexError):
        # IndexError: Python 3.9 and a day without a number.
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())


class _Patience:
    """What one request may still spend: attempts, and seconds between them."""

    def __init__(self, options: ConnectionOptions) -> None:
        self.attempt = 0
        self._retries = options.retries
        self._seconds_left = options.max_wait
        self._resume_at = 0.0

    @property
    def is_over(self) -> bool:
        """Whether there is no further attempt."""
        return self.attempt > self._retries or self._seconds_left <= 0

    def plan_pause(self, asked: float) -> None:
        """Pause before the next attempt: growing and jittered, or longer if the service asks."""
        growing = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self.attempt - 1))
        growing *= random.uniform(0.5, 1.0)  # noqa: S311 (jitter is no secret)  # nosec B311
        self._resume_at = time.monotonic() + self._spend(asked or growing)

    def wait_for_turn(self, not_before: Callable[[], float]) -> None:
        """Sleep until the planned pause is over, and any that holds back all threads meanwhile."""
        turn = max(self._resume_at, time.monotonic())
        while True:
            if not_before() > turn:
                turn += self._spend(not_before() + self._place_in_line() - turn)
            pause = max(0.0, turn - time.monotonic())
            _sleep(pause)
            if not pause:
                break
        self.attempt += 1

    def _place_in_line(self) -> float:
        """Seconds behind the end of a pause that holds back all threads.

        Whoever was refused more often goes first, since the number of attempts is limited; and not
        all at once, so that the first to be refused again holds back the rest.
        """
        place = random.uniform(0.0, _FIRST_PAUSE)  # noqa: S311 (jitter is no secret)  # nosec B311
        return place / 4**self.attempt

    def _spend(self, seconds: float) -> float:
        spent = min(seconds, self._seconds_left)
        self._seconds_left -= spent
        return spent


def _sleep(seconds: float) -> None:
    """Sleep before a request; raise NoLongerWanted if it is not to be sent any more."""
    end = end_of_work()
    if end is not None:
        if end.wait(seconds):
            raise NoLongerWanted
    elif seconds:
        time.sleep(seconds)


@dataclass(frozen=True)
class _Trouble:
    """Why there was no answer, in words."""

    why: str
    advice: str
    maybe_taken: bool = True
    is_lasting: bool = False


_CHECK_NETWORK = "Check api_url, the network, and the proxy in the environment (use_proxy)."
_TOO_SLOW = _Trouble("not within timeout", "Raise timeout, or try again later.")
_TUNNEL = re.compile("Tunnel connection failed: [0-9]{3}")
_TUNNEL_REFUSED = re.compile("Tunnel connection failed: 4[0-9][0-9]")


def _trouble(error: Exception, deadline: Deadline) -> _Trouble:
    """Tell what is behind an exception of requests, whose own text would help nobody."""
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _Trouble(
                f"whose certificate is not trusted ({cause.verify_message})",
                f"Name its CA with ca_path (environment: {CA_PATH_ENV}, else {CA_BUNDLE_ENV}).",
                maybe_taken=False,
                is_lasting=True,
            )
    is_late = deadline.has_passed or isinstance(error, requests.Timeout)
    if is_late and not isinstance(error, requests.exceptions.ConnectTimeout):
        return replace(_TOO_SLOW, maybe_taken=deadline.has_sent)
    why = "timed out" if is_late else _root_of(chain)
    if deadline.has_sent and isinstance(error, ValueError):
        return _Trouble("whose answer cannot be read", _CHECK_NETWORK)
    if deadline.has_sent:
        return _Trouble(f"the connection failed ({why})", _CHECK_NETWORK)
    return _Trouble(
        f"no connection was made ({why})",
        _CHECK_NETWORK,
        maybe_taken=False,
        # What requests refuses to send at all is a ValueError, such as an address it cannot read.
        is_lasting=isinstance(error, ValueError) or bool(_TUNNEL_REFUSED.fullmatch(why)),
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exceptions inside an exception, where urllib3 and requests keep them."""
    seen: list[BaseException] = []
    while error is not None and not any(error is one for one in seen):
        seen.append(error)
        yield error
        inside = [getattr(error, "reason", None), *reversed(error.args), error.__cause__]
        inner = [one for one in inside if isinstance(one, BaseException)]
        error = inner[0] if inner else error.__context__


def _root_of(chain: list[BaseException]) -> str:
    for cause in reversed(chain):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
        tunnel = _TUNNEL.match(str(cause)) if isinstance(cause, OSError) else None
        if tunnel:
            # What the proxy says besides may be anything.
            return tunnel.group()
    return type(chain[-1]).__name__


def _proxies(options: ConnectionOptions) -> dict[str, str]:
    # Plain http is for loopback only: the key must not travel to a proxy for that.
    if not options.use_proxy or not _is_https(options):
        return {}
    proxy = select_proxy(options.api_url, get_environ_proxies(options.api_url, no_proxy=None))
    return {"all": prepend_scheme_if_needed(proxy, "http")} if proxy else {}


def _adapter(options: ConnectionOptions, proxies: dict[str, str]) -> HTTPAdapter:
    """A pool of connections that trusts what it should and obeys deadlines."""
    context = _tls_context(options) if _is_https(options) else None
    # What it keeps of these is for a proxy's pool.
    adapter = _bare(HTTPAdapter)(pool_maxsize=options.concurrency, pool_block=True)
    adapter.init_poolmanager(1, options.concurrency, block=True, ssl_context=context)
    managers = [adapter.poolmanager]
    managers += [
        adapter.proxy_manager_for(proxy, ssl_context=context) for proxy in proxies.values()
    ]
    for manager in managers:
        manager.pool_classes_by_scheme = {
            scheme: cuttable_pool(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
        }
    return adapter


def _bare(adapter_class: type[HTTPAdapter]) -> type[HTTPAdapter]:
    """The adapter, without cookies and character sets: nobody wants them, and either can fail."""

    class BareAdapter(adapter_class):  # type: ignore[valid-type, misc]
        def build_response(self, _request: Any, answer: Any) -> requests.Response:
            response = requests.Response()
            response.status_code = answer.status
            response.headers.update(answer.headers)
            response.raw = answer
            return response

    return BareAdapter


def _remembering(error: TouchBaseError, may_be_done: bool) -> TouchBaseError:
    """The error of the last attempt, which must not hide what one before may have done."""
    if not may_be_done or error.maybe_taken:
        return error
    return error.in_doubt(f"{error} An attempt before may have done it: run the task again to see.")


def _is_https(options: ConnectionOptions) -> bool:
    return options.api_url.lower().startswith("https:")


def _tls_context(options: ConnectionOptions) -> ssl.SSLContext:
    context = _trusting_context(options)
    if not options.validate_certs:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif urllib3.__version__.startswith("1."):
        # It checks the host by itself then, also an IP address, for which it gives ssl no name.
        context.check_hostname = False
    return context


def _trusting_context(options: ConnectionOptions) -> ssl.SSLContext:
    if options.ca_path is None:
        # The system's store; the bundle that requests brings is added by ``verify``.
        return ssl.create_default_context()
    try:
        if os.path.isdir(options.ca_path):
            return ssl.create_default_context(capath=options.ca_path)
        return ssl.create_default_context(cafile=options.ca_path)
    except OSError as error:
        raise NotPlannable(
            f"The CA file {options.ca_path} cannot be used ({error.strerror or error}). It must "
            f"hold certificates in PEM form. Correct ca_path (environment: {CA_PATH_ENV}, else "
            f"{CA_BUNDLE_ENV})."
        ) from None
