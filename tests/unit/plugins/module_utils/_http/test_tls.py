# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS on a real socket: trusted certificates, errors about others, tunnels through proxies."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import threading
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from cryptography import x509

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    NotPlannable,
    TouchBaseError,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import Request
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import (
    CONNECTION_SPEC,
    connection_options,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.proxy import proxy_server
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, options
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    reply,
    scripted_service,
)

GET = Request("GET", "/sms/message/webhooks", "list the webhooks of the account")
POST = Request("POST", "/sms/message/webhooks", "create a webhook", {})
OK = reply(json=[])
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


def sent(service: ScriptedService, **changed: Any) -> int:
    return Transport(options(service.url, **changed), read_only=False).send(GET).status


def refusal(service: ScriptedService, request: Request = GET, **changed: Any) -> TouchBaseError:
    with pytest.raises(TouchBaseError) as caught:
        Transport(options(service.url, **changed), read_only=False).send(request)
    assert KEY not in json.dumps(caught.value.as_result())
    return caught.value


@pytest.mark.parametrize("request_", [GET, POST], ids=["GET", "POST"])
def test_unknown_authority_is_not_trusted_and_gets_no_key(
    secure: ScriptedService, clock: Clock, request_: Request
) -> None:
    error = refusal(secure, request_)

    assert isinstance(error, Unreachable)
    assert f"the certificate of {secure.url} is not trusted (" in str(error)
    assert "ca_path" in str(error)
    assert not error.may_have_been_applied
    assert error.failure.attempts == 1
    assert clock.pauses == []
    assert secure.requests == []


@pytest.mark.parametrize("request_", [GET, POST], ids=["GET", "POST"])
@pytest.mark.parametrize("form", ["file", "directory"])
def test_authority_in_ca_path_is_trusted(
    secure: ScriptedService, company: Authority, form: str, request_: Request
) -> None:
    ca_path = str(company.file if form == "file" else company.directory())
    transport = Transport(options(secure.url, ca_path=ca_path), read_only=False)

    assert transport.send(request_).status == 200


def test_only_the_authority_in_ca_path_is_trusted(
    secure: ScriptedService,
    company: Authority,
    strangers: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(company.file))

    assert "not trusted" in str(refusal(secure, ca_path=str(strangers.file)))


@pytest.mark.parametrize("spelling", ["https", "HTTPS"])
def test_store_of_the_system_is_trusted_by_default(
    secure: ScriptedService,
    company: Authority,
    monkeypatch: pytest.MonkeyPatch,
    spelling: str,
) -> None:
    # Where OpenSSL looks for the system's store is the one thing about it that can be moved.
    monkeypatch.setenv("SSL_CERT_FILE", str(company.file))
    transport = Transport(options(secure.url.replace("https", spelling)), read_only=False)

    assert transport.send(GET).status == 200


def test_ca_path_wins_over_a_bundle_in_the_environment(
    secure: ScriptedService,
    company: Authority,
    strangers: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(strangers.file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(strangers.file))

    assert sent(secure, ca_path=str(company.file)) == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "TOUCHBASE_CA_PATH"])
def test_bundle_in_the_environment_is_trusted_without_ca_path(
    secure: ScriptedService, company: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(company.file))
    given = {"api_key": KEY, "api_url": secure.url}
    validated = ArgumentSpecValidator(CONNECTION_SPEC).validate(given).validated_parameters

    assert Transport(connection_options(validated), read_only=False).send(GET).status == 200


def test_no_certificate_is_checked_without_validate_certs(
    secure: ScriptedService, strangers: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(strangers.file))

    assert sent(secure, validate_certs=False) == 200


def test_certificate_of_another_host_is_not_trusted(company: Authority) -> None:
    with scripted_service(company.server("other.example")) as service:
        error = refusal(service.always_answers(OK), ca_path=str(company.file))

        assert isinstance(error, Unreachable)
        assert "is not trusted (" in str(error)
        assert "127.0.0.1" in str(error)
        assert service.requests == []


def test_no_host_is_checked_without_validate_certs(company: Authority) -> None:
    with scripted_service(company.server("other.example")) as service:
        assert sent(service.always_answers(OK), validate_certs=False) == 200


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_ca_file_without_certificates_is_not_plannable(tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text(content)

    with pytest.raises(NotPlannable) as caught:
        Transport(options("https://api.example.org", ca_path=str(broken)), read_only=False)

    assert f"The CA file {broken} cannot be used" in str(caught.value)
    assert "PEM" in str(caught.value)


def test_service_without_tls_gets_no_key(clock: Clock) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer_without_tls() -> None:
            line, _peer = plain.accept()
            with line:
                heard.append(line.recv(65536))
                line.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        answering = threading.Thread(target=answer_without_tls)
        answering.start()
        api_url = f"https://127.0.0.1:{plain.getsockname()[1]}"
        with pytest.raises(Unreachable) as caught:
            Transport(options(api_url, retries=1), read_only=False).send(GET)
        answering.join()

    assert f"{api_url} does not speak TLS; it may be a port for plain http" in str(caught.value)
    assert not clock.pauses
    assert not any(KEY.encode() in one for one in heard)


def test_handshake_that_never_comes_ends_after_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api_url = f"https://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(Unreachable) as caught:
            Transport(options(api_url, timeout=0.3, retries=0), read_only=False).send(GET)

    assert "timeout" in str(caught.value)
    assert not caught.value.may_have_been_applied


def test_dripping_consent_of_a_proxy_ends_after_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    was_cut, never = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            line, _peer = slow.accept()
            with line:
                try:
                    line.sendall(b"HTTP/1.1 200 ")
                    for _drop in range(250):
                        never.wait(0.02)
                        line.sendall(b"O")
                except OSError:
                    was_cut.set()

        dripping = threading.Thread(target=drip)
        dripping.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{slow.getsockname()[1]}")
        connection = options(f"https://{BEHIND}", timeout=0.3, retries=0)
        with pytest.raises(Unreachable, match="within timeout"):
            Transport(connection, read_only=False).send(GET)
        dripping.join()

    assert was_cut.is_set()


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_https_goes_through_a_tunnel_of_the_proxy(
    company: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with scripted_service(company.server(BEHIND)) as service:
        service.always_answers(OK)
        with proxy_server(reaches=("127.0.0.1", service.port)) as proxy:
            monkeypatch.setenv(variable, f"http://somebody:s3cret@{proxy.address}")
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
            connection = options(f"https://{BEHIND}/gateway", ca_path=str(company.file))
            transport = Transport(connection, read_only=False)

            for request in (GET, GET, POST):
                transport.send(request)

            # One for all that keep their connection, one for the POST.
            assert proxy.seen == [f"CONNECT {BEHIND}:443"] * 2
            credentials = b64encode(b"somebody:s3cret").decode()
            for request in proxy.requests:
                assert request.headers["proxy-authorization"] == f"Basic {credentials}"
                assert "authorization" not in request.headers
        assert [one.headers["authorization"] for one in service.requests] == [f"Bearer {KEY}"] * 3
        assert {one.path for one in service.requests} == {f"/gateway{GET.path}"}


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "127.0.0.0/8", "*"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_host_in_no_proxy_is_reached_directly(
    company: Authority, monkeypatch: pytest.MonkeyPatch, no_proxy: str, host: str
) -> None:
    with scripted_service(company.server(host), host) as service:
        service.always_answers(OK)
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", no_proxy if host == "127.0.0.1" else host)

        assert sent(service, ca_path=str(company.file)) == 200


def test_no_proxy_is_used_without_use_proxy(
    secure: ScriptedService, company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    assert sent(secure, ca_path=str(company.file), use_proxy=False) == 200


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
        connection = options(f"https://{BEHIND}", ca_path=str(authority.file), retries=0)

        with pytest.raises(Unreachable) as caught:
            Transport(connection, read_only=False).send(GET)

    assert expected in str(caught.value).replace("Tunnel", "tunnel")


def test_ipv6_address_is_reached(company: Authority) -> None:
    with scripted_service(company.server("::1"), "[::1]") as service:
        service.always_answers(OK)

        assert sent(service, ca_path=str(company.file)) == 200


def test_certificate_is_checked_behind_a_proxy(
    company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_service(company.server(BEHIND)) as service:
        with proxy_server(reaches=("127.0.0.1", service.port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")

            with pytest.raises(Unreachable, match="is not trusted"):
                Transport(options(f"https://{BEHIND}"), read_only=False).send(GET)

        assert service.requests == []


def test_refused_tunnel_is_an_error_that_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    reason = "\x1b]0;owned\x07 you sent c29tZWJvZHk6czNjcmV0" + 600 * "."
    with proxy_server(refuses_with=f"407 {reason}") as proxy:
        place = f"https://{BEHIND} through the proxy {proxy.address}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")

        with pytest.raises(Unreachable) as caught:
            Transport(options(f"https://{BEHIND}", retries=1), read_only=False).send(POST)

    # The rest of what the proxy says may be anything, such as what it was sent.
    assert f"no connection to {place} (Tunnel connection failed: 407). Check" in str(caught.value)
    assert "use_proxy" in str(caught.value)
    assert not caught.value.may_have_been_applied
    assert clock.pauses == []
