# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP with ``requests``, by the rules of the collection: nothing leads the key elsewhere."""

from __future__ import annotations

import ipaddress
import os
import ssl
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from requests.auth import AuthBase
from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy

if TYPE_CHECKING:
    from pathlib import Path


class UsageError(ValueError):
    """Something given to the program that will not do; the text says what."""


def new_session(api_url: str, api_key: str, ca_path: Path | None) -> requests.Session:
    """A session that takes proxies and the CA from the environment, and nothing else.

    :param ca_path: file or folder of CA certificates; None is REQUESTS_CA_BUNDLE, or else those
        of the system and of certifi.
    :raises UsageError: it holds no certificates.
    """
    session = requests.Session()
    # Neither .netrc nor a variable for all programs decides who gets the key.
    session.trust_env = False
    session.auth = _Bearer(api_key)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    bundle = str(ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or "")
    if bundle:
        _check_bundle(bundle)
    session.verify = bundle or DEFAULT_CA_BUNDLE_PATH
    # Plain http is for loopback only: the key must not reach a proxy in plain text.
    if api_url.lower().startswith("https:"):
        if not bundle:
            session.mount("https://", _SystemStoreAdapter())
        proxy = select_proxy(api_url, get_environ_proxies(api_url, no_proxy=None))
        if proxy:
            session.proxies = {"all": prepend_scheme_if_needed(proxy, "http")}
    return session


def _check_bundle(path: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        # A file must hold certificates; a folder is looked into later.
        context.load_verify_locations(*((None, path) if os.path.isdir(path) else (path,)))
    except OSError as error:
        msg = "the CA file cannot be used (--ca-path, else REQUESTS_CA_BUNDLE)"
        raise UsageError(msg) from error


def checked_url(text: str, name: str, *, any_http: bool = False) -> str:
    """A URL without a slash at its end.

    :param any_http: whether plain http is fine for hosts other than loopback.
    :raises UsageError: it is not absolute, or has more than scheme, host, port and path.
    """
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{name} is no URL") from error
    if not host or parts.scheme not in ("http", "https") or not text.isascii():
        raise UsageError(f"{name} must be an absolute https URL")
    if parts.username is not None or parts.query or parts.fragment or any(map(str.isspace, text)):
        raise UsageError(f"{name} must be a URL of scheme, host, port and path only")
    if parts.scheme == "http" and not any_http and not _is_loopback(host):
        raise UsageError(f"{name} must be https; plain http is for loopback only")
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Bearer(AuthBase):
    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._api_key}"
        return request


class _SystemStoreAdapter(HTTPAdapter):
    """Connections that trust the CAs of the system beside those of certifi."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kwargs)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=ssl.create_default_context(), **kwargs)
