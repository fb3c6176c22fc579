# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses: their JSON, the error that each is, and what an error quotes of the service."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    TouchBaseError,
    UnexpectedResponse,
    with_help,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import (
    MAX_QUOTE,
    UNCERTAINTY,
    Request,
    Response,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, URL

REQUEST = Request(
    "GET",
    "/sms/path",
    "read webhook 28 of campaign 9141",
    advice={142: "No such webhook.", None: "No such owner."},
)
API = {"Code": 104, "Message": "SMS list with provided ID value does not exist"}
GATEWAY = {"statusCode": 404, "message": "Resource not found"}
OLD = {"status": 429, "message": "Rate limit is exceeded. Try again in 5 seconds."}
HEADERS = {"x_request_id", "request_id", "x_ms_request_id", "x_correlation_id"}


def response(status: int, body: Any = b"", api_key: str = KEY, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(REQUEST, status, named, content, api_key, attempts=2)


def refusal(status: int, body: Any = b"", **headers: str) -> TouchBaseError:
    error = response(status, body, **headers).error()
    assert error is not None
    return error


def shown(value: Any, mask: bool = False) -> Any:
    """What a result shows of it; the key is not replaced again."""
    return Renderer("", mask_text=mask).render(value)


def all_shown(answered: Response) -> str:
    error = answered.error() or answered.unexpected("odd")
    return json.dumps(shown([error.as_result(), repr(answered.failure())]), ensure_ascii=False)


# Errors

# status, body, what the sentence says, code, message
REFUSALS = {
    "401 of the API": (
        401,
        {"Code": 100, "Message": "Provided API key is invalid"},
        ["answered 401, code 100: Provided API key is invalid. ", "Check api_key"],
        (100, "Provided API key is invalid"),
    ),
    "401 of the gateway": (
        401,
        {"statusCode": 401, "message": "Access denied due to missing subscription key."},
        ["answered 401: Access denied due to missing subscription key. ", "Check api_key"],
        (None, "Access denied due to missing subscription key."),
    ),
    "403 of the API": (
        403,
        {"Code": 105, "Message": "list is referenced"},
        ["403, code 105: list is referenced. ", "account of this API key"],
        (105, "list is referenced"),
    ),
    "403 without a body": (403, b"", ["answered 403. ", "account of this API key"], (None, None)),
    "404 of a missing webhook": (
        404,
        {"Code": 142, "Message": "Webhook record does not exist"},
        ["404, code 142: Webhook record does not exist. No such webhook."],
        (142, "Webhook record does not exist"),
    ),
    "404 of a missing owner": (
        404,
        API,
        ["404, code 104: SMS list with provided ID value does not exist. No such owner."],
        (104, API["Message"]),
    ),
    "404 of the gateway": (
        404,
        GATEWAY,
        ["answered 404: Resource not found. ", "api_url is probably wrong"],
        (None, "Resource not found"),
    ),
    "404 without a body": (404, b"", ["answered 404. ", "api_url"], (None, None)),
    "404 of a portal": (
        404,
        b"<html><head><title>Not found</title></head></html>",
        ["answered 404: Not found. ", "api_url"],
        (None, "Not found"),
    ),
    "404 whose code is text": (
        404,
        {"Code": "142", "Message": "x"},
        ["answered 404: x. ", "api_url"],
        (None, "x"),
    ),
    "404 whose code is a boolean": (
        404,
        {"Code": True, "Message": "x"},
        ["answered 404: x. ", "api_url"],
        (None, "x"),
    ),
    "code without a message": (
        400,
        {"Code": 143},
        ["400, code 143", "options of the task"],
        (143, '{"Code": 143}'),
    ),
    "message that is a list": (
        400,
        {"Code": 143, "Message": ["Url", "missing"]},
        ["code 143: ['Url', 'missing']"],
        (143, "['Url', 'missing']"),
    ),
    "list": (400, [1, 2], ["answered 400: [1, 2]"], (None, "[1, 2]")),
    "429 of the gateway": (
        429,
        {"statusCode": 429, "message": "Rate limit is exceeded."},
        ["answered 429: Rate limit is exceeded. ", "retries and max_wait"],
        (None, "Rate limit is exceeded."),
    ),
    "429 of the old API": (
        429,
        OLD,
        ["answered 429: Rate limit is exceeded. Try again in 5 seconds. The service limits"],
        (None, OLD["message"]),
    ),
    "503 of a portal": (503, b"<h1>Oops</h1>", ["answered 503: Oops. ", "failing"], (None, "Oops")),
    "compressed": (
        500,
        gzip.compress(b"[1]"),
        ["answered 500: a compressed body. "],
        (None, "a compressed body"),
    ),
    "407": (407, b"", ["proxy requires credentials"], (None, None)),
}


@pytest.mark.parametrize(("status", "body", "words", "told"), REFUSALS.values(), ids=REFUSALS)
def test_refusal_quotes_the_service_and_advises(
    status: int, body: Any, words: list[str], told: tuple[int | None, str | None]
) -> None:
    is_gzip = isinstance(body, bytes) and body.startswith(b"\x1f\x8b")
    error = refusal(status, body, **({"content_encoding": "gzip"} if is_gzip else {}))

    assert isinstance(error, Refused)
    message = shown(str(error))
    assert message.startswith("Could not read webhook 28 of campaign 9141: the service answered ")
    assert [word for word in words if word not in message] == []
    assert (error.failure.code, shown(error.failure.message)) == told


@pytest.mark.parametrize(
    ("status", "body", "is_missing"),
    [
        (404, {"Code": 142, "Message": "Webhook record does not exist"}, True),
        (404, {"Code": 104, "Message": "x"}, False),
        (404, GATEWAY, False),
        (404, b"", False),
        (400, {"Code": 142, "Message": "x"}, False),
    ],
    ids=["code 142", "another code", "gateway", "empty", "another status"],
)
def test_webhook_is_missing_only_with_404_and_code_142(
    status: int, body: Any, is_missing: bool
) -> None:
    error = refusal(status, body)

    assert isinstance(error, Refused)
    assert error.webhook_is_missing is is_missing


@pytest.mark.parametrize(
    ("method", "status", "is_uncertain"),
    [
        ("GET", 500, False),
        ("GET", 503, False),
        ("PUT", 500, True),
        ("POST", 502, True),
        ("DELETE", 504, True),
        ("PUT", 499, False),
        ("POST", 429, False),
    ],
)
def test_failing_service_may_have_applied_a_write(
    method: str, status: int, is_uncertain: bool
) -> None:
    error = replace(response(status), request=replace(REQUEST, method=method)).error()

    assert (UNCERTAINTY in str(error)) is is_uncertain


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_success_is_not_an_error(status: int) -> None:
    assert response(status, b"whatever").error() is None


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308])
def test_redirect_is_an_error_about_api_url(status: int) -> None:
    error = refusal(status, location="https://elsewhere.example.org/")

    assert isinstance(error, UnexpectedResponse)
    assert "Redirects are not followed" in str(error)
    assert "Correct api_url" in str(error)
    assert error.failure.status == status


@pytest.mark.parametrize("status", [100, 101, 103, 199])
def test_interim_response_is_unexpected(status: int) -> None:
    error = refusal(status)

    assert isinstance(error, UnexpectedResponse)
    assert f"only an interim one (status {status})" in str(error)


@pytest.mark.parametrize("encoding", ["gzip", " X-GZip ", "deflate", "br", "zstd", "gzip, gzip"])
def test_compressed_response_is_unexpected(encoding: str) -> None:
    error = refusal(200, gzip.compress(b"[1]"), content_encoding=encoding)

    assert isinstance(error, UnexpectedResponse)
    assert "the response is compressed, although it must not be (status 200)" in str(error)


@pytest.mark.parametrize(("body", "encoding"), [(b"[1]", "identity"), (b"[1]", "utf-8")])
def test_other_encodings_are_read_as_they_are(body: bytes, encoding: str) -> None:
    assert response(200, body, content_encoding=encoding).error() is None


def test_empty_body_is_never_compressed() -> None:
    assert response(204, content_encoding="gzip").error() is None


def test_error_renders_the_whole_exchange() -> None:
    error = refusal(404, API, x_request_id="req-7")

    assert shown(error.as_result()) == {
        "msg": with_help(shown(str(error))),
        "failure": {
            "kind": "refused",
            "status": 404,
            "code": 104,
            "message": API["Message"],
            "method": "GET",
            "path": "/sms/path",
            "attempts": 2,
            "request_id": "req-7",
        },
    }


@pytest.mark.parametrize("header", sorted(HEADERS))
def test_request_id_is_found_under_its_usual_names(header: str) -> None:
    assert shown(refusal(500, **{header: "req-7"}).failure.request_id) == "req-7"


# JSON


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b" [1]\r\n", [1]),
        (b"null", None),
    ],
    ids=["plain", "byte order mark", "white space", "null"],
)
def test_json_body_is_read(body: bytes, data: Any) -> None:
    assert response(200, body).json() == data


NOT_JSON = {
    "empty": (b"", "an empty body"),
    "blank": (b"  \r\n ", "an empty body"),
    "cut": (b'{"Id": 28, "Is', '{"Id": 28, "Is'),
    "page": (b"<html><h1>Welcome</h1>\n to the portal</html>", "Welcome to the portal"),
    "binary": (b"\xff\xfe\x00\x01", "\ufffd"),
    "deep": (b"[" * 100_000, "[" * MAX_QUOTE + "…"),
    "escape codes": (b"\x1b[31mred\x07", "[31mred"),
    "forged mark": (b"\x01https://h.example.org/\x04", "https://h.example.org/"),
}


@pytest.mark.parametrize(("body", "quoted"), NOT_JSON.values(), ids=NOT_JSON)
def test_body_that_is_not_json_is_quoted(body: bytes, quoted: str) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        response(200, body).json()

    message = shown(str(caught.value))
    assert f"the response is not JSON (status 200): {quoted}" in message
    assert "api_url" in message
    assert message.isprintable()
    assert len(message) < 2 * MAX_QUOTE + 200


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_write_with_an_unexpected_response_may_have_been_applied(method: str) -> None:
    answered = replace(response(200, b"<p>"), request=replace(REQUEST, method=method))

    assert (UNCERTAINTY in str(answered.unexpected("a page"))) == (method != "GET")


# What is shown

ECHOES = {
    "text": f"Bearer {KEY}".encode(),
    "page": f"<p>{KEY}</p>".encode(),
    "API": json.dumps({"Code": 100, "Message": f"Key {KEY} is invalid"}).encode(),
    "gateway": json.dumps({"statusCode": 401, "message": f"Key {KEY} is invalid"}).encode(),
    "old API": json.dumps({"status": 429, "message": f"Key {KEY} is invalid"}).encode(),
    "nested": json.dumps({"Message": {"key": KEY}}).encode(),
}


@pytest.mark.parametrize("status", [200, 302, 401, 500])
@pytest.mark.parametrize("body", ECHOES.values(), ids=ECHOES)
def test_echoed_key_is_not_shown(status: int, body: bytes) -> None:
    assert KEY not in all_shown(response(status, body, x_request_id=KEY))


@pytest.mark.parametrize("before", [MAX_QUOTE - len(KEY), MAX_QUOTE - 6, MAX_QUOTE - 1])
@pytest.mark.parametrize("blank", [b".", b" "], ids=["quoted", "skipped"])
def test_key_is_removed_before_a_text_is_cut(before: int, blank: bytes) -> None:
    before = before if blank == b"." else before + 63 * MAX_QUOTE

    assert KEY[:4] not in all_shown(response(500, blank * before + KEY.encode() + b"." * 300))


SPELLINGS = {
    "as it is": lambda key: key,
    "percent-encoded": lambda key: quote(key, safe=""),
    "escaped in JSON": lambda key: json.dumps(key)[1:-1],
    "escaped slashes": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("key", ['k3y"\\/%+&<f>=', "k3y-0f3a9c/+=="])
def test_echoed_key_is_not_shown_in_other_spellings(spelling: Any, key: str) -> None:
    echo = spelling(key)
    bodies = [f"Not a key: {echo}".encode(), {"Code": 100, "Message": f"Not a key: {echo}"}]

    for body in bodies:
        text = all_shown(response(401, body, api_key=key))
        assert MASK in text
        assert "k3y" not in text


def test_text_of_the_service_is_marked() -> None:
    error = refusal(400, {"Code": 9, "Message": f"No answer from {URL}"}, x_request_id="id-7")

    masked = json.dumps(shown(error.as_result(), mask=True))

    assert f"code 9: No answer from {MASK}. Check the options" in masked
    assert not any(part in masked for part in ("hooks.example.org", "id-7"))


@pytest.mark.parametrize("size", [MAX_QUOTE - 1, MAX_QUOTE, MAX_QUOTE + 1, 64 * MAX_QUOTE + 1])
def test_long_text_is_cut(size: int) -> None:
    expected = "." * min(size, MAX_QUOTE) + "…" * (size > MAX_QUOTE)

    assert shown(refusal(500, b"." * size).failure.message) == expected


@given(st.integers(100, 599), st.binary(max_size=300))
def test_any_body_is_data_or_our_own_error(status: int, body: bytes) -> None:
    answered = response(status, body)

    error = answered.error()
    if error is None:
        try:
            json.dumps(answered.json())
        except TouchBaseError as caught:
            error = caught

    assert error is None or shown(str(error)).isprintable()


def test_repr_of_a_response_does_not_show_the_key() -> None:
    assert KEY not in repr(response(200))


def test_response_without_a_key_is_quoted_whole() -> None:
    assert shown(response(500, b"plain text", api_key="").failure().message) == "plain text"
