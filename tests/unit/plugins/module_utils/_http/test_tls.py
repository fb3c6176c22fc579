"""TLS and proxies on a real socket: trusted certificates, errors about others, tunnels."""

from __future__ import annotations

import hashlib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import certifi
import pytest
import trustme
from cryptography import x509

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.tests.unit.support import http_requests as http
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY

STRANGERS = certifi.where()
BEHIND = "api.behind.invalid"
NewService = Callable[..., api.Service]


class Authority:
    """A company's CA, as the files that a user may have of it."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA(organization_name="a", organization_unit_name="company")
        self._folder = folder
        self.file = str(folder / "company.pem")
        self._authority.cert_pem.write_to_path(self.file)

    def server(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def directory(self) -> str:
        """A directory as OpenSSL wants it: each file is named by a hash of its subject."""
        content = self._authority.cert_pem.bytes()
        # OpenSSL's choice, of names in lower case, as they are here.
        subject = x509.load_pem_x509_certificate(content).subject.public_bytes()[2:]
        digest = hashlib.sha1(subject).digest()[:4]  # noqa: S324
        (self._folder / f"{int.from_bytes(digest, 'little'):08x}.0").write_bytes(content)
        return str(self._folder)


@pytest.fixture(name="company")
def _company(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture(name="secure")
def _secure(new_service: NewService, company: Authority) -> api.Service:
    return new_service(tls=company.server("127.0.0.1")).always_answers(http.OK)


def sent(service: api.Service, request: http.Request = http.GET, **changed: Any) -> int:
    return http.transport_of(service, **changed).send(request).status


def refusal(
    api_url: str, request: http.Request = http.GET, **changed: Any
) -> errors.TouchBaseError:
    """The error of a request that no service receives."""
    error = http.failed_send(http.transport_to(api_url, **changed), request)
    assert isinstance(error, errors.Unreachable)
    assert not error.may_have_been_applied
    return error


def not_plannable(api_url: str, **changed: Any) -> str:
    """The error of a transport that cannot be made."""
    with pytest.raises(errors.NotPlannable) as caught:
        http.transport_to(api_url, **changed)
    return str(caught.value)


# Certificates


# The system's store, the bundle of the environment, ca_path, and whether the company is trusted.
# Where OpenSSL looks for the system's store is the one thing about it that can be moved.
TRUSTED: dict[str, tuple[str | None, str | None, str | None, bool]] = {
    "by nobody": (None, None, None, False),
    "by the store": ("company", None, None, True),
    "by a file": (None, "strangers", "company", True),
    "by a directory": (None, None, "directory", True),
    "not by ca_path": ("company", "company", "strangers", False),
}
SENT = [("https", http.GET), ("https", http.POST), ("HTTPS", http.GET)]


@pytest.mark.parametrize(("scheme", "request_"), SENT)
@pytest.mark.parametrize("name", TRUSTED)
def test_authority_in_ca_path_or_else_in_the_store_is_trusted(
    secure: api.Service,
    company: Authority,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    request_: http.Request,
    name: str,
) -> None:
    files = {None: None, "company": company.file, "strangers": STRANGERS}
    files["directory"] = company.directory()
    store, bundle, ca_path, is_trusted = TRUSTED[name]
    monkeypatch.setenv("SSL_CERT_FILE", files[store] or "/nowhere.pem")
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, files[bundle] or "")
    api_url = secure.url.replace("https", scheme)

    if is_trusted:
        transport = http.transport_to(api_url, ca_path=files[ca_path])
        assert transport.send(request_).status == 200
    else:
        error = refusal(api_url, request_, ca_path=files[ca_path])
        assert f"the certificate of {api_url} is not trusted (" in str(error)
        assert "Name its CA with ca_path" in str(error)
        assert (error.failure.attempts, secure.requests) == (1, [])


def test_certificate_of_another_host_needs_validate_certs_false(
    new_service: NewService, company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = new_service(tls=company.server("other.example")).always_answers(http.OK)

    error = refusal(service.url, ca_path=company.file)

    assert "is not trusted (" in str(error)
    assert "127.0.0.1" in str(error)
    assert service.requests == []
    # Neither its name nor its authority counts.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", STRANGERS)
    assert sent(service, validate_certs=False) == 200


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_ca_file_without_certificates_is_not_plannable(tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text(content)

    message = not_plannable("https://api.example.org", ca_path=str(broken))

    assert f"The CA file {broken} cannot be used" in message
    assert "PEM" in message


def test_service_without_tls_gets_no_key(secure: api.Service, clock: Clock) -> None:
    secure.speaks_plainly = True

    error = refusal(secure.url, retries=1)

    assert f"{secure.url} does not speak TLS; it may be a port for plain http" in str(error)
    assert (clock.pauses, secure.requests) == ([], [])


def test_handshake_that_never_comes_ends_after_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api_url = f"https://127.0.0.1:{silent.getsockname()[1]}"

        assert "timeout" in str(refusal(api_url, timeout=http.SHORT, retries=0))


# Proxies


@pytest.fixture(name="proxy")
def _proxy(service: api.Service, monkeypatch: pytest.MonkeyPatch) -> api.Service:
    """The proxy of the environment."""
    monkeypatch.setenv("HTTPS_PROXY", service.url)
    return service


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_https_goes_through_a_tunnel_of_the_proxy(
    new_service: NewService, company: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    service = new_service(tls=company.server(BEHIND)).always_answers(http.OK)
    proxy = new_service().always_answers(api.tunnels_to(service.port))
    monkeypatch.setenv(variable, proxy.url.replace("//", "//somebody:s3cret@"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    transport = http.transport_to(f"https://{BEHIND}/gateway", ca_path=company.file)

    for request in (http.GET, http.GET, http.POST):
        transport.send(request)

    # One for all that keep their connection, one for the POST.
    assert proxy.seen == [f"CONNECT {BEHIND}:443"] * 2
    credentials = f"Basic {b64encode(b'somebody:s3cret').decode()}"
    assert {one.headers["proxy-authorization"] for one in proxy.requests} == {credentials}
    assert not any("authorization" in one.headers for one in proxy.requests)
    assert [one.headers["authorization"] for one in service.requests] == [f"Bearer {KEY}"] * 3
    assert {one.path for one in service.requests} == {f"/gateway{http.GET.path}"}
    assert "is not trusted" in str(refusal(f"https://{BEHIND}"))
    assert len(service.requests) == 3


@pytest.mark.parametrize("no_proxy", ["127.0.0.0/8", ""], ids=["no_proxy", "use_proxy"])
@pytest.mark.usefixtures("proxy")
def test_host_is_reached_directly_by_no_proxy_or_without_use_proxy(
    secure: api.Service, company: Authority, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)

    assert sent(secure, ca_path=company.file, use_proxy=bool(no_proxy)) == 200


def test_plain_http_never_goes_to_a_proxy(
    new_service: NewService, proxy: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, proxy.url)

    assert sent(new_service().answers(http.OK)) == 200
    assert proxy.connections == 0


@pytest.mark.parametrize("is_trusted", [True, False])
def test_proxy_with_tls_of_its_own_is_trusted_by_ca_path(
    secure: api.Service, company: Authority, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    secure.always_answers(403)
    monkeypatch.setenv("HTTPS_PROXY", secure.url)
    ca_path = company.file if is_trusted else STRANGERS

    error = refusal(f"https://{BEHIND}", ca_path=ca_path, retries=0)

    expected = "(tunnel connection failed: 403)" if is_trusted else "is not trusted ("
    assert expected in str(error).lower()


# What the proxy says beside the status may be anything, such as what it was sent.
REASON = "\x1b]0;owned\x07 you sent c29tZWJvZHk6czNjcmV0" + 600 * "."
TUNNEL_REFUSED = api.raw(f"HTTP/1.1 407 {REASON}\r\nContent-Length: 0\r\n\r\n".encode())
PROXY_ERRORS: dict[str, tuple[api.Step | None, str, int]] = {
    "refuses the tunnel": (TUNNEL_REFUSED, "(Tunnel connection failed: 407)", 1),
    "is not there": (None, "(connection refused), after 2 attempts", 2),
}


@pytest.mark.parametrize("name", PROXY_ERRORS)
def test_error_about_a_proxy_names_it_without_credentials(
    proxy: api.Service, monkeypatch: pytest.MonkeyPatch, clock: Clock, name: str
) -> None:
    step, words, attempts = PROXY_ERRORS[name]
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//somebody:s3cret@"))
    if step is None:
        proxy.refuses()
    proxy.answers(step)

    error = refusal(f"https://{BEHIND}", http.POST, retries=1)

    place = f"https://{BEHIND} through the proxy 127.0.0.1:{proxy.port}"
    assert f"no connection to {place} {words}. Check" in str(error)
    assert "use_proxy" in str(error)
    assert "s3cret" not in str(error)
    assert len(clock.pauses) == attempts - 1


def test_dripping_consent_of_a_proxy_ends_after_timeout(proxy: api.Service) -> None:
    proxy.answers(api.drips(b"HTTP/1.1 200 ", b"O"))

    error = refusal(f"https://{BEHIND}", timeout=http.SHORT, retries=0)

    assert "within timeout" in str(error)
    assert api.awaits_hang_up(proxy)


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://:port", "socks9://127.0.0.1:1", "http://user:pass@"]
)
def test_malformed_proxy_is_not_plannable(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)

    message = not_plannable(f"https://{BEHIND}")

    assert "The proxy in the environment cannot be used" in message
    assert "use_proxy" in message
