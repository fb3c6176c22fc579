# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS and proxies on a real socket: trusted certificates, errors about others, tunnels."""

from __future__ import annotations

import hashlib
import socket
import ssl
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (  # isort: skip
    NotPlannable, TouchBaseError, Unreachable,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.proxy import proxy_server
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, options

from ansible_collections.touchbasepro.sms.tests.unit.support.http_requests import (  # isort: skip
    GET, OK, POST, SHORT, Request, Transport, by_method, failed_send, free_port,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (  # isort: skip
    ScriptedService, awaits_hang_up, drips, scripted_service,
)  # fmt: skip

BEHIND = "api.behind.invalid"


class Authority:
    """A company's CA, as the files that a user may have of it."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def server(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def directory(self) -> Path:
        """A directory as OpenSSL wants it: each file is named by a hash of its subject."""
        folder = self.file.parent / "authorities"
        folder.mkdir()
        certificate = x509.load_pem_x509_certificate(self.file.read_bytes())
        lowered = [
            x509.NameAttribute(one.oid, str(one.value).lower()) for one in certificate.subject
        ]
        canonical = x509.Name(lowered).public_bytes()[2:]
        digest = hashlib.sha1(canonical).digest()[:4]  # noqa: S324 (OpenSSL's choice)
        name = f"{int.from_bytes(digest, 'little'):08x}.0"
        (folder / name).write_bytes(self.file.read_bytes())
        return folder


@pytest.fixture(name="company")
def _company(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture(name="strangers")
def _strangers(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(name="secure")
def _secure(company: Authority) -> Any:
    with scripted_service(company.server("127.0.0.1"), "127.0.0.1") as service:
        yield service.always_answers(OK)


def transport_to(api_url: str, **changed: Any) -> Transport:
    return Transport(options(api_url, **changed), read_only=False)


def sent(service: ScriptedService, request: Request = GET, **changed: Any) -> int:
    return transport_to(service.url, **changed).send(request).status


def refusal(api_url: str, request: Request = GET, **changed: Any) -> TouchBaseError:
    """The error of a request that no service receives."""
    error = failed_send(transport_to(api_url, **changed), request)
    assert isinstance(error, Unreachable)
    assert not error.may_have_been_applied
    return error


@pytest.mark.parametrize("request_", [GET, POST], ids=by_method)
def test_unknown_authority_is_not_trusted_and_gets_no_key(
    secure: ScriptedService, clock: Clock, request_: Request
) -> None:
    error = refusal(secure.url, request_)

    assert f"the certificate of {secure.url} is not trusted (" in str(error)
    assert "ca_path" in str(error)
    assert error.failure.attempts == 1
    assert clock.pauses == []
    assert secure.requests == []


@pytest.mark.parametrize("request_", [GET, POST], ids=by_method)
@pytest.mark.parametrize("form", ["file", "directory"])
def test_authority_in_ca_path_is_trusted(
    secure: ScriptedService, company: Authority, form: str, request_: Request
) -> None:
    ca_path = str(company.file if form == "file" else company.directory())

    assert sent(secure, request_, ca_path=ca_path) == 200


def test_ca_path_replaces_the_store_and_bundles_of_the_environment(
    secure: ScriptedService,
    company: Authority,
    strangers: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(strangers.file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(strangers.file))
    assert sent(secure, ca_path=str(company.file)) == 200

    monkeypatch.setenv("SSL_CERT_FILE", str(company.file))
    assert "not trusted" in str(refusal(secure.url, ca_path=str(strangers.file)))


@pytest.mark.parametrize("spelling", ["https", "HTTPS"])
def test_store_of_the_system_is_trusted_by_default(
    secure: ScriptedService,
    company: Authority,
    monkeypatch: pytest.MonkeyPatch,
    spelling: str,
) -> None:
    # Where OpenSSL looks for the system's store is the one thing about it that can be moved.
    monkeypatch.setenv("SSL_CERT_FILE", str(company.file))

    assert transport_to(secure.url.replace("https", spelling)).send(GET).status == 200


def test_certificate_of_another_host_needs_validate_certs_false(
    company: Authority, strangers: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_service(company.server("other.example")) as service:
        error = refusal(service.always_answers(OK).url, ca_path=str(company.file))

        assert "is not trusted (" in str(error)
        assert "127.0.0.1" in str(error)
        assert service.requests == []
        # Neither its name nor its authority counts.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(strangers.file))
        assert sent(service, validate_certs=False) == 200


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_ca_file_without_certificates_is_not_plannable(tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text(content)

    with pytest.raises(NotPlannable) as caught:
        transport_to("https://api.example.org", ca_path=str(broken))

    assert f"The CA file {broken} cannot be used" in str(caught.value)
    assert "PEM" in str(caught.value)


def test_service_without_tls_gets_no_key(secure: ScriptedService, clock: Clock) -> None:
    secure.speaks_plainly = True

    error = refusal(secure.url, retries=1)

    assert f"{secure.url} does not speak TLS; it may be a port for plain http" in str(error)
    assert not clock.pauses
    assert secure.requests == []


def test_handshake_that_never_comes_ends_after_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api_url = f"https://127.0.0.1:{silent.getsockname()[1]}"

        assert "timeout" in str(refusal(api_url, timeout=SHORT, retries=0))


def test_dripping_consent_of_a_proxy_ends_after_timeout(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answers(drips(b"HTTP/1.1 200 ", b"O"))
    monkeypatch.setenv("HTTPS_PROXY", service.url)

    error = refusal(f"https://{BEHIND}", timeout=SHORT, retries=0)

    assert "within timeout" in str(error)
    assert awaits_hang_up(service)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_https_goes_through_a_tunnel_of_the_proxy(
    company: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with scripted_service(company.server(BEHIND)) as service:
        service.always_answers(OK)
        with proxy_server(reaches=("127.0.0.1", service.port)) as proxy:
            monkeypatch.setenv(variable, f"http://somebody:s3cret@{proxy.address}")
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
            transport = transport_to(f"https://{BEHIND}/gateway", ca_path=str(company.file))

            assert "is not trusted" in str(refusal(f"https://{BEHIND}"))
            assert service.requests == []
            proxy.requests.clear()
            for request in (GET, GET, POST):
                transport.send(request)

            # One for all that keep their connection, one for the POST.
            assert proxy.seen == [f"CONNECT {BEHIND}:443"] * 2
            credentials = b64encode(b"somebody:s3cret").decode()
            for received in proxy.requests:
                assert received.headers["proxy-authorization"] == f"Basic {credentials}"
                assert "authorization" not in received.headers
        assert [one.headers["authorization"] for one in service.requests] == [f"Bearer {KEY}"] * 3
        assert {one.path for one in service.requests} == {f"/gateway{GET.path}"}


DIRECT = {
    "address": ("127.0.0.1", "127.0.0.1"),
    "network": ("127.0.0.1", "127.0.0.0/8"),
    "all": ("127.0.0.1", "*"),
    "name": ("localhost", "localhost"),
    "use_proxy": ("127.0.0.1", ""),
}


@pytest.mark.parametrize(("host", "no_proxy"), DIRECT.values(), ids=DIRECT)
def test_host_is_reached_directly_by_no_proxy_or_without_use_proxy(
    company: Authority, monkeypatch: pytest.MonkeyPatch, host: str, no_proxy: str
) -> None:
    with scripted_service(company.server(host), host) as service:
        service.always_answers(OK)
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", no_proxy)

        assert sent(service, ca_path=str(company.file), use_proxy=bool(no_proxy)) == 200


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [("company", "(tunnel connection failed: 403)"), ("strangers", "is not trusted (")],
)
def test_proxy_with_tls_of_its_own_is_trusted_by_ca_path(
    company: Authority,
    strangers: Authority,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    expected: str,
) -> None:
    authority = company if trusted == "company" else strangers
    with proxy_server(refuses_with="403 No", tls=company.server("127.0.0.1")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"https://{proxy.address}")

        error = refusal(f"https://{BEHIND}", ca_path=str(authority.file), retries=0)

    assert expected in str(error).replace("Tunnel", "tunnel")


def test_ipv6_address_is_reached(company: Authority) -> None:
    with scripted_service(company.server("::1"), "[::1]") as service:
        service.always_answers(OK)

        assert sent(service, ca_path=str(company.file)) == 200


def test_refused_tunnel_is_an_error_that_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    reason = "\x1b]0;owned\x07 you sent c29tZWJvZHk6czNjcmV0" + 600 * "."
    with proxy_server(refuses_with=f"407 {reason}") as proxy:
        place = f"https://{BEHIND} through the proxy {proxy.address}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")

        error = refusal(f"https://{BEHIND}", POST, retries=1)

    # The rest of what the proxy says may be anything, such as what it was sent.
    assert f"no connection to {place} (Tunnel connection failed: 407). Check" in str(error)
    assert "use_proxy" in str(error)
    assert clock.pauses == []


def test_plain_http_never_goes_to_a_proxy(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answers(OK)
    with proxy_server(reaches=("127.0.0.1", service.port)) as proxy:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, f"http://{proxy.address}")

        transport_to(service.url).send(GET)

        assert (proxy.seen, len(service.requests)) == ([], 1)


MALFORMED = ["http://[::1", "http://:port", "socks9://127.0.0.1:1", "http://user:pass@"]


@pytest.mark.parametrize("url", MALFORMED)
def test_malformed_proxy_is_not_plannable(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)

    with pytest.raises(NotPlannable) as caught:
        transport_to(f"https://{BEHIND}").send(GET)

    assert "The proxy in the environment cannot be used" in str(caught.value)
    assert "use_proxy" in str(caught.value)


def test_error_about_a_proxy_names_it_without_credentials(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    proxy = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("HTTPS_PROXY", f"http://somebody:s3cret@{proxy}")

    error = failed_send(transport_to(f"https://{BEHIND}", retries=1), POST)

    assert isinstance(error, Unreachable)
    assert f"through the proxy {proxy} (connection refused), after 2 attempts" in str(error)
    assert "s3cret" not in str(error)
    assert "use_proxy" in str(error)
    assert len(clock.pauses) == 1


def test_unknown_host_is_an_error_about_api_url(clock: Clock) -> None:
    error = failed_send(transport_to("https://nonexistent.invalid", retries=1), POST)

    assert isinstance(error, Unreachable)
    assert "no connection to https://nonexistent.invalid (" in str(error)
    assert "Check api_url" in str(error)
    assert len(clock.pauses) == 1
