"""Responses: their JSON, the error that each is, and what an error quotes of the service."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._http import response as module
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import Response
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, URL

MAX_QUOTE = module.MAX_QUOTE
REQUEST = module.Request(
    "GET",
    "/sms/path",
    "read webhook 28 of campaign 9141",
    advice={142: "No such webhook.", None: "No such owner."},
)


def response(status: int, body: Any = b"", api_key: str = KEY, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(REQUEST, status, named, content, api_key, attempts=2)


def refusal(status: int, body: Any = b"", **headers: str) -> errors.TouchBaseError:
    error = response(status, body, **headers).error()
    assert error is not None
    return error


def shown(value: Any, mask: bool = False) -> Any:
    """What a result shows of it; the key is not replaced again."""
    return Renderer("", mask_text=mask).render(value)


# Errors


def api(code: Any, message: Any) -> dict[str, Any]:
    return {"Code": code, "Message": message}


def gateway(status: int, message: str) -> dict[str, Any]:
    return {"statusCode": status, "message": message}


WAIT = "Rate limit is exceeded. Try again in 5 seconds."
WRONG_URL, RATE = "api_url is probably wrong", "raise retries and max_wait"
# status, body, code and message that are read of it, advice
REFUSALS: dict[str, tuple[int, Any, int | None, str | None, str]] = {
    "401 of the API": (401, api(100, "Key is invalid"), 100, "Key is invalid", "Check api_key"),
    "401 of the gateway": (401, gateway(401, "No key."), None, "No key.", "Check api_key"),
    "403 of the API": (403, api(105, "in use"), 105, "in use", "account of this API key"),
    "403, empty": (403, b"", None, None, "account of this API key"),
    "404, code 142": (404, api(142, "No record"), 142, "No record", "No such webhook."),
    "404, another code": (404, api(104, "No list"), 104, "No list", "No such owner."),
    "404 of the gateway": (404, gateway(404, "Not found"), None, "Not found", WRONG_URL),
    "404, empty": (404, b"", None, None, WRONG_URL),
    "404 of a portal": (404, b"<html><h1>Not found</h1></html>", None, "Not found", WRONG_URL),
    "404, code that is text": (404, api("142", "x"), None, "x", WRONG_URL),
    "404, code that is a boolean": (404, api(True, "x"), None, "x", WRONG_URL),
    "code without a message": (400, {"Code": 143}, 143, '{"Code": 143}', "Check the options of"),
    "message that is a list": (400, api(143, ["Url"]), 143, "['Url']", "Check the options of"),
    "list": (400, [1, 2], None, "[1, 2]", "Check the options of"),
    "429 of the gateway": (429, gateway(429, WAIT), None, WAIT, RATE),
    "429 of the old API": (429, {"status": 429, "message": WAIT}, None, WAIT, RATE),
    "503 of a portal": (503, b"<h1>Oops</h1>", None, "Oops", "The service is failing"),
    "407": (407, b"", None, None, "The proxy requires credentials"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_quotes_the_service_and_advises(name: str) -> None:
    status, body, code, message, advice = REFUSALS[name]

    error = refusal(status, body)

    answered = f"{status}, code {code}" if code else str(status)
    answered += f": {message.rstrip('.')}" if message else ""
    beginning = f"Could not read webhook 28 of campaign 9141: the service answered {answered}. "
    assert isinstance(error, errors.Refused)
    assert shown(str(error)).startswith(beginning)
    assert advice in str(error)
    assert (error.failure.code, shown(error.failure.message)) == (code, message)


UNCERTAIN = [("PUT", 500), ("POST", 502), ("DELETE", 504), ("PUT", 200), ("DELETE", 302)]
CERTAIN = [("GET", 500), ("GET", 200), ("PUT", 499), ("POST", 429)]


@pytest.mark.parametrize(("method", "status"), UNCERTAIN + CERTAIN)
def test_write_that_fails_unclearly_may_have_been_applied(method: str, status: int) -> None:
    answered = replace(response(status, b"<p>"), request=replace(REQUEST, method=method))

    error = answered.error() if status >= 400 else answered.unexpected("a page")

    assert (module.UNCERTAINTY in str(error)) is ((method, status) in UNCERTAIN)


@pytest.mark.parametrize("status", [200, 201, 299])
@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"text", "identity"), (b"a character set as encoding", "utf-8"), (b"", "gzip")],
)
def test_success_is_not_an_error(status: int, body: bytes, encoding: str) -> None:
    assert response(status, body, content_encoding=encoding).error() is None


REDIRECTED = (
    "Redirects are not followed, because they would carry the API key along. Correct api_url"
)
COMPRESSED = "the response is compressed, although it must not be (status 200)"
ENCODINGS = ["gzip", " X-GZip ", "deflate", "br", "zstd", "gzip, gzip"]
UNEXPECTED = [
    *((status, "", REDIRECTED) for status in (301, 302, 304, 307, 308)),
    *((status, "", f"only an interim one (status {status})") for status in (100, 101, 103, 199)),
    *((200, encoding, COMPRESSED) for encoding in ENCODINGS),
]


@pytest.mark.parametrize(("status", "encoding", "words"), UNEXPECTED)
def test_redirect_interim_and_compressed_response_are_unexpected(
    status: int, encoding: str, words: str
) -> None:
    error = refusal(status, gzip.compress(b"[1]"), content_encoding=encoding)

    assert isinstance(error, errors.UnexpectedResponse)
    assert words in str(error)
    assert error.failure.status == status


def test_compressed_refusal_is_not_quoted() -> None:
    error = refusal(500, gzip.compress(b"[1]"), content_encoding="gzip")

    assert shown(error.failure.message) == "a compressed body"


@pytest.mark.parametrize(
    "header", ["x_request_id", "request_id", "x_ms_request_id", "x_correlation_id"]
)
def test_failure_has_the_exchange_and_the_request_id(header: str) -> None:
    failure = shown(refusal(500, b"Oops", **{header: "req-7"}).failure)

    assert failure == errors.Failure(500, None, "Oops", "GET", "/sms/path", 2, "req-7")


# JSON


JSON = {b'{"a": 1}': {"a": 1}, b'\xef\xbb\xbf{"a": 1}': {"a": 1}, b" [1]\r\n": [1], b"null": None}


@pytest.mark.parametrize(("body", "data"), JSON.items())
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
    with pytest.raises(errors.UnexpectedResponse) as caught:
        response(200, body).json()

    message = shown(str(caught.value))
    assert f"the response is not JSON (status 200): {quoted}" in message
    assert "api_url" in message
    assert message.isprintable()
    assert len(message) < 2 * MAX_QUOTE + 200


# Quotes

ECHOES: dict[str, Any] = {
    "text": f"Bearer {KEY}".encode(),
    "page": f"<p>{KEY}</p>".encode(),
    "API": api(100, f"Key {KEY} is invalid"),
    "gateway": gateway(401, f"Key {KEY} is invalid"),
    "nested": {"Message": {"key": KEY}},
}


def all_shown(answered: Response) -> str:
    error = answered.error() or answered.unexpected("odd")
    return json.dumps(shown([error.as_result(), repr(answered.failure())]), ensure_ascii=False)


@pytest.mark.parametrize("status", [200, 302, 401, 500])
@pytest.mark.parametrize("body", ECHOES.values(), ids=ECHOES)
def test_echoed_key_is_not_shown(status: int, body: Any) -> None:
    assert KEY not in all_shown(response(status, body, x_request_id=KEY))


@pytest.mark.parametrize("before", [MAX_QUOTE - len(KEY), MAX_QUOTE - 6, MAX_QUOTE - 1])
@pytest.mark.parametrize("skipped", [b"", b" " * 63 * MAX_QUOTE], ids=["", "blanks"])
def test_key_is_removed_before_a_text_is_cut(before: int, skipped: bytes) -> None:
    body = skipped + b"." * before + KEY.encode() + b"." * 300

    assert KEY[:4] not in all_shown(response(500, body))


def test_echoed_key_is_not_shown_as_escapes_of_json() -> None:
    key = 'k3y"\\/%+&<f>='
    body = {"Code": 100, "Message": f"Not a key: {key}"}

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


def test_key_is_not_in_the_repr_and_need_not_be_known() -> None:
    assert KEY not in repr(response(200))
    assert shown(response(500, b"plain text", api_key="").failure().message) == "plain text"
