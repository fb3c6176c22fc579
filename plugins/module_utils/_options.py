# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options, once: their specification, environment names and checks; private."""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.errors import AnsibleFallbackNotFound

from ._errors import NotPlannable

API_KEY_ENV = "TOUCHBASE_API_KEY"
API_URL_ENV = "TOUCHBASE_API_URL"
VALIDATE_CERTS_ENV = "TOUCHBASE_VALIDATE_CERTS"
CA_PATH_ENV = "TOUCHBASE_CA_PATH"
# Honoured by the requests library, so a company CA that is set up once works here too.
CA_BUNDLE_ENV = "REQUESTS_CA_BUNDLE"

MIN_KEY_LENGTH = 8
MAX_RETRIES = 20
MAX_TIME = 86400.0  # seconds
MAX_CONCURRENCY = 32


def from_environment(*names: str) -> str:
    """Ansible's ``env_fallback``, except that a variable that is set but empty counts as unset.

    AWX injects an empty string for every credential field that was left blank.
    Raises AnsibleFallbackNotFound when none of the variables has a value.
    """
    for name in names:
        if os.environ.get(name):
            return os.environ[name]
    raise AnsibleFallbackNotFound


CONNECTION_SPEC: dict[str, dict[str, Any]] = {
    "api_key": {
        "type": "str",
        # Not "required" by specification: ansible-lint would miss a key that the environment gives.
        "no_log": True,
        "fallback": (from_environment, [API_KEY_ENV]),
    },
    "api_url": {
        "type": "str",
        "default": "https://api.touchbasepro.com",
        "fallback": (from_environment, [API_URL_ENV]),
    },
    "timeout": {"type": "float", "default": 30.0},
    "retries": {"type": "int", "default": 3},
    "max_wait": {"type": "float", "default": 60.0},
    "validate_certs": {
        "type": "bool",
        "default": True,
        "fallback": (from_environment, [VALIDATE_CERTS_ENV]),
    },
    "ca_path": {"type": "path", "fallback": (from_environment, [CA_PATH_ENV, CA_BUNDLE_ENV])},
    "use_proxy": {"type": "bool", "default": True},
    "mask_url": {"type": "bool", "default": False},
}

# For modules that make many requests.
CONCURRENCY_SPEC: dict[str, dict[str, Any]] = {"concurrency": {"type": "int", "default": 4}}


@dataclass(frozen=True)
class ConnectionOptions:
    """How to reach the service; checked. ``timeout`` and ``max_wait`` are in seconds.

    ``ca_path`` is None where the system's own trust store decides. ``concurrency`` is the number of
    connections, and of requests at a time.
    """

    api_key: str = field(repr=False)
    api_url: str
    timeout: float
    retries: int
    max_wait: float
    validate_certs: bool
    ca_path: str | None
    use_proxy: bool
    concurrency: int = 1


def connection_options(params: Mapping[str, Any]) -> ConnectionOptions:
    """Check the connection options of a task before the first request.

    Raises NotPlannable with what is wrong; the key itself is never shown.
    """
    ca_path = _given(params, "ca_path") if params["validate_certs"] else ""
    if ca_path and not os.path.exists(ca_path):
        raise NotPlannable(
            f"The CA file {' '.join(ca_path.split())[:100]} does not exist. Correct ca_path "
            f"(environment: {CA_PATH_ENV}, else {CA_BUNDLE_ENV})."
        )
    return ConnectionOptions(
        api_key=_checked_api_key(effective_api_key(params)),
        api_url=_checked_api_url(_given(params, "api_url")),
        timeout=number_from(params, "timeout", 0.001, MAX_TIME),
        retries=number_from(params, "retries", 0, MAX_RETRIES),
        max_wait=number_from(params, "max_wait", 0, MAX_TIME),
        validate_certs=params["validate_certs"],
        ca_path=ca_path or None,
        use_proxy=params["use_proxy"],
        concurrency=number_from({"concurrency": 1, **params}, "concurrency", 1, MAX_CONCURRENCY),
    )


def number_from(params: Mapping[str, Any], name: str, low: float, high: float) -> Any:
    """Read a number within limits; None when omitted. Raises NotPlannable if it is not one."""
    value = params[name]
    # Comparisons with "not a number" are false.
    if value is not None and (isinstance(value, bool) or not low <= value <= high):
        limits = f"{low:g} or more" if high == math.inf else f"from {low:g} to {high:g}"
        raise NotPlannable(f"{name} must be {limits}, not {value}.")
    return value


def effective_api_key(params: Mapping[str, Any]) -> str:
    """The key that counts, unchecked: that of the task, else of the environment; or empty."""
    return _given(params, "api_key")


def _given(params: Mapping[str, Any], name: str) -> str:
    """An option that is text; null or empty counts as omitted, which Ansible would not see."""
    if params[name]:
        return str(params[name])
    strategy, names = CONNECTION_SPEC[name]["fallback"]
    try:
        return str(strategy(*names))
    except AnsibleFallbackNotFound:
        return str(CONNECTION_SPEC[name].get("default", ""))


def _checked_api_key(api_key: str) -> str:
    problem = None
    if not api_key:
        problem = "is missing"
    elif api_key.lower().startswith("bearer"):
        problem = 'starts with "Bearer", which is added by itself: give the key alone'
    elif not api_key.isascii():
        problem = "has characters outside ASCII, which an HTTP header cannot carry"
    elif not api_key.isprintable() or any(character.isspace() for character in api_key):
        problem = "has white space or control characters, perhaps from a line end in its file"
    elif len(api_key) < MIN_KEY_LENGTH:
        problem = f"has fewer than {MIN_KEY_LENGTH} characters"
    if problem:
        raise NotPlannable(
            f"api_key {problem}. {'Correct' if api_key else 'Give'} api_key (environment: "
            f"{API_KEY_ENV}). "
            'In AWX, it is the field "API key" of the credential.'
        )
    return api_key


def _checked_api_url(api_url: str) -> str:
    problem = _problem_of_api_url(api_url)
    if problem:
        raise NotPlannable(
            f"api_url {problem}. Correct api_url (environment: {API_URL_ENV}); "
            f"the service is at {CONNECTION_SPEC['api_url']['default']}."
        )
    return api_url.rstrip("/")


def _problem_of_api_url(api_url: str) -> str | None:
    if not api_url.isascii() or not api_url.isprintable() or " " in api_url:
        return "has white space, control characters or characters outside ASCII"
    try:
        parts = urlsplit(api_url)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # What a resolver will do; refuses empty and overlong labels.
    except ValueError:
        return "has a malformed host or port"
    if parts.scheme not in ("http", "https") or not host or port == 0:
        return "is not an absolute https URL with a host"
    if parts.username is not None or "?" in api_url or "#" in api_url:
        return "carries user information, a query or a fragment"
    if parts.scheme == "http" and not _is_loopback(host):
        return "is plain http, so the API key could be read on the way; only loopback may be http"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
