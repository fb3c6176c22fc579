# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer means, in words that a tired person can act on."""

from __future__ import annotations

import gc
import html
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import MASK
from ansible_collections.touchbasepro.sms.plugins.module_utils._answer import (
    QUOTE_LENGTH,
    Answer,
    Call,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    TouchBaseError,
    UnexpectedAnswer,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY

CALL = Call("GET", "/sms/path", "read webhook 28 of campaign 9141")


def answer(status: int, body: Any = b"", secret: str = KEY, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(CALL, status, named, content, secret, attempts=2)


def refusal(status: int, body: Any = b"", **headers: str) -> TouchBaseError:
    error = answer(status, body, **headers).refusal()
    assert error is not None
    return error


API = {"Code": 104, "Message": "SMS list with provided ID value does not exist"}
GATEWAY = {"statusCode": 404, "message": "Resource not found"}

# status, body, what the sentence says, code, message
REFUSALS = {
    "a wrong key": (
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
    "403 with a code": (
        403,
        {"Code": 105, "Message": "list is referenced"},
        ["403, code 105", "account of this API key"],
        (105, "list is referenced"),
    ),
    "403 without a body": (403, b"", ["answered 403. ", "account of this API key"], (None, None)),
    "no such webhook": (
        404,
        {"Code": 142, "Message": "Webhook record does not exist"},
        ["404, code 142", "no such webhook"],
        (142, "Webhook record does not exist"),
    ),
    "another thing missing": (
        404,
        API,
        ["404, code 104", "owner does not exist"],
        (104, API["Message"]),
    ),
    "404 of the gateway": (
        404,
        GATEWAY,
        ["answered 404: Resource not found", "wrong address", "api_url"],
        (None, "Resource not found"),
    ),
    "404 without a body": (404, b"", ["answered 404. ", "wrong address"], (None, None)),
    "404 of a portal": (
        404,
        b"<html><head><title>Not found</title></head></html>",
        ["answered 404: Not found. ", "wrong address"],
        (None, "Not found"),
    ),
    "404 whose code is text": (
        404,
        {"Code": "142", "Message": "x"},
        ["answered 404: x", "wrong address"],
        (None, "x"),
    ),
    "404 whose code is a boolean": (
        404,
        {"Code": True, "Message": "x"},
        ["answered 404: x", "wrong address"],
        (None, "x"),
    ),
    "a code without a message": (
        400,
        {"Code": 143},
        ["400, code 143", "options of the task"],
        (143, '{"Code": 143}'),
    ),
    "a message that is no text": (
        400,
        {"Code": 143, "Message": ["Url", "missing"]},
        ["code 143: ['Url', 'missing']"],
        (143, "['Url', 'missing']"),
    ),
    "JSON that is no object": (400, [1, 2], ["answered 400: [1, 2]"], (None, "[1, 2]")),
    "too much": (
        429,
        {"statusCode": 429, "message": "Rate limit is exceeded."},
        ["limits the rate", "retries and max_wait"],
        (None, "Rate limit is exceeded."),
    ),
    "trouble": (503, b"<h1>Oops</h1>", ["answered 503: Oops. ", "in trouble"], (None, "Oops")),
    "a proxy that wants credentials": (407, b"", ["proxy wants credentials"], (None, None)),
    "informational for ever": (100, b"", ["answered 100"], (None, None)),
}


@pytest.mark.parametrize(("status", "body", "words", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_the_service_said_and_what_to_do(
    status: int, body: Any, words: list[str], told: tuple[int | None, str | None]
) -> None:
    error = refusal(status, body)

    assert isinstance(error, Refused)
    assert str(error).startswith("Could not read webhook 28 of campaign 9141: ")
    assert [word for word in words if word not in str(error)] == []
    assert (error.failure.code, error.failure.message) == told


@pytest.mark.parametrize(
    ("status", "body", "is_missing"),
    [
        (404, {"Code": 142, "Message": "Webhook record does not exist"}, True),
        (404, {"Code": 104, "Message": "x"}, False),
        (404, GATEWAY, False),
        (404, b"", False),
        (400, {"Code": 142, "Message": "x"}, False),
    ],
)
def test_a_webhook_is_missing_only_when_the_service_says_so(
    status: int, body: Any, is_missing: bool
) -> None:
    error = refusal(status, body)

    assert isinstance(error, Refused)
    assert error.webhook_is_missing is is_missing


@pytest.mark.parametrize(
    ("method", "status", "may_have_been_done"),
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
def test_trouble_with_a_write_says_that_it_may_have_been_done(
    method: str, status: int, may_have_been_done: bool
) -> None:
    call = Call(method, "/sms/path", "update webhook 28 of campaign 9141")

    error = Answer(call, status, {}, b"", KEY).refusal()

    doubt = "It may have been done all the same."
    assert (doubt in str(error)) is may_have_been_done


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_no_refusal(status: int) -> None:
    assert answer(status, b"whatever").refusal() is None


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304])
def test_a_redirection_is_an_error_about_api_url(status: int) -> None:
    error = refusal(status, location="https://elsewhere.example/")

    assert isinstance(error, UnexpectedAnswer)
    assert "not followed" in str(error)
    assert "api_url" in str(error)
    assert error.failure.status == status


def test_an_error_renders_itself_with_the_whole_exchange() -> None:
    error = refusal(404, API, x_request_id="req-7")

    assert error.as_result() == {
        "msg": str(error),
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


def test_an_error_without_an_exchange_has_the_same_keys() -> None:
    failure = TouchBaseError("It is so.").as_result()["failure"]

    assert failure.pop("kind") == "error"
    assert set(failure.values()) == {None}
    assert set(failure) == set(refusal(500).as_result()["failure"]) - {"kind"}


@pytest.mark.parametrize(
    "header", ["x_request_id", "request_id", "x_ms_request_id", "x_correlation_id"]
)
def test_a_request_id_is_found_under_its_usual_names(header: str) -> None:
    assert refusal(500, **{header: "req-7"}).failure.request_id == "req-7"


def test_a_request_id_is_made_safe_to_show() -> None:
    shown = refusal(500, x_request_id=f"{KEY}\x1b[31m{'x' * 999}").failure.request_id

    assert shown is not None
    assert shown == "******** […"


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
def test_a_json_body_is_read(body: bytes, data: Any) -> None:
    assert answer(200, body).data() == data


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        (b"", "an empty body"),
        (b"  \r\n ", "an empty body"),
        (b'{"Id": 28, "Is', '{"Id": 28, "Is'),
        (b"<html><body><h1>Welcome</h1>\n to the portal</body>", "Welcome to the portal"),
        (b'{"Id": NaN}', '{"Id": NaN}'),
        (b"Infinity", "Infinity"),
        (b'[{"Id": 28, "Id": 29}]', '[{"Id": 28, "Id": 29}]'),
        (b"\xff\xfe\x00\x01", "\ufffd"),
        (b"[" * 100_000, "[" * QUOTE_LENGTH + "…"),
        (b'{"a": ' + b"9" * 5000 + b"}", '{"a": …'),
        (b"\x1b[31mred\x07", "[31mred"),
    ],
    ids=[
        "empty",
        "blank",
        "cut",
        "html",
        "nan",
        "infinity",
        "a name twice",
        "binary",
        "deep",
        "huge number",
        "escape codes",
    ],
)
def test_a_body_that_is_not_json_is_an_error_that_quotes_a_little_of_it(
    body: bytes, quoted: str
) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        answer(200, body).data()

    message = str(caught.value)
    assert "not JSON (status 200)" in message
    assert quoted in message
    assert "api_url" in message
    assert message.isprintable()
    assert len(message) < 2 * QUOTE_LENGTH + 200


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_an_answer_that_makes_no_sense_leaves_open_whether_a_write_was_done(method: str) -> None:
    answered = replace(answer(200, b"<p>"), call=replace(CALL, method=method))

    doubt = "It may have been done all the same." in str(answered.makes_no_sense("a page"))

    assert doubt == (method != "GET")


def everything_shown(given: Answer) -> str:
    error = given.refusal() or given.makes_no_sense("nonsense")
    return json.dumps(error.as_result(), ensure_ascii=False) + repr(given.failure())


@pytest.mark.parametrize("status", [200, 302, 401, 500])
@pytest.mark.parametrize(
    "body",
    [
        f"Bearer {KEY}".encode(),
        f"<p>{KEY}</p>".encode(),
        json.dumps({"Code": 100, "Message": f"Key {KEY} is invalid"}).encode(),
        json.dumps({"statusCode": 401, "message": f"Key {KEY} is invalid"}).encode(),
        json.dumps({"Message": {"key": KEY}}).encode(),
    ],
    ids=["text", "html", "api", "gateway", "nested"],
)
def test_a_key_that_the_service_echoes_is_not_shown(status: int, body: bytes) -> None:
    shown = everything_shown(answer(status, body, x_request_id=KEY))

    assert KEY not in shown


@pytest.mark.parametrize("before", [QUOTE_LENGTH - len(KEY), QUOTE_LENGTH - 6, QUOTE_LENGTH - 1])
def test_no_part_of_an_echoed_key_is_shown_where_the_quote_is_cut(before: int) -> None:
    shown = everything_shown(answer(500, b"." * before + KEY.encode() + b"." * 300))

    assert KEY[:4] not in shown


@pytest.mark.parametrize("cut", [6, len(KEY) - 1])
def test_no_part_of_an_echoed_key_is_shown_where_reading_stops(cut: int) -> None:
    blanks = 64 * QUOTE_LENGTH - cut

    shown = everything_shown(answer(500, b" " * blanks + KEY.encode()))

    assert KEY[:cut] not in shown


@pytest.mark.parametrize(
    ("key", "telling"),
    [
        ('key-"quoted"-0f3a', "quoted"),
        ("key-\\back\\slash", "slash"),
        ("key-<b>tagged</b>-77", "tagged"),
        ("key&amp;0f3a9c", "0f3a9c"),
    ],
)
def test_a_key_of_odd_characters_is_not_shown_either(key: str, telling: str) -> None:
    as_text = everything_shown(answer(500, f"Key {key} is wrong".encode(), secret=key))
    as_json = everything_shown(answer(500, json.dumps([key]).encode(), secret=key))

    assert telling not in as_text
    assert telling not in as_json


@pytest.mark.parametrize(
    "escape",
    [
        lambda text: quote(text, safe=""),
        lambda text: quote(quote(text)),
        lambda text: quote(text, safe="").lower(),
        html.escape,
        lambda text: "".join(f"&#x{ord(character):x};" for character in text),
        lambda text: json.dumps(json.dumps(text)),
        lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    ],
    ids=["percent", "twice", "lower case", "html", "entities", "json in json", "unicode escapes"],
)
@pytest.mark.parametrize("key", ['k3y"\\/%+&<f>=', "k3y-0f3a9c/+=="])
def test_a_key_that_is_echoed_with_escapes_is_not_shown(
    escape: Callable[[str], str], key: str
) -> None:
    echo = escape(key)

    text = everything_shown(answer(500, f"Not accepted: {echo}".encode(), secret=key))
    message = everything_shown(
        answer(
            401, json.dumps({"Code": 100, "Message": f"Not accepted: {echo}"}).encode(), secret=key
        )
    )

    assert MASK in text
    assert MASK in message
    assert echo not in text + message
    assert "3y" not in text + message


@given(st.integers(200, 599), st.binary(max_size=300))
def test_any_body_whatever_gives_either_data_or_our_own_error(status: int, body: bytes) -> None:
    given_answer = answer(status, body)

    error = given_answer.refusal()
    if error is None:
        try:
            json.dumps(given_answer.data())
        except TouchBaseError as caught:
            error = caught

    assert error is None or str(error).isprintable()


def test_an_answer_does_not_print_its_secret() -> None:
    assert KEY not in repr(answer(200))


def test_an_answer_without_a_secret_shows_itself_as_it_is() -> None:
    assert refusal(500, b"plain text").failure.message == "plain text"


@pytest.mark.parametrize("was_on", [True, False])
@pytest.mark.parametrize("is_refused", [True, False])
def test_nothing_is_collected_while_a_body_of_brackets_fills_the_stack(
    was_on: bool, is_refused: bool
) -> None:
    """Whatever wants to clean up at that moment would fail, on stderr."""
    collections: list[str] = []
    told = answer(500 if is_refused else 200, b"[" * 10_000 + b"]" * 10_000)
    threshold = gc.get_threshold()
    gc.callbacks.append(lambda phase, _info: collections.append(phase))
    gc.set_threshold(50)
    (gc.enable if was_on else gc.disable)()
    try:
        if is_refused:
            told.failure()
        else:
            with pytest.raises(UnexpectedAnswer):
                told.data()
        assert gc.isenabled() is was_on
    finally:
        gc.enable()
        gc.set_threshold(*threshold)
        gc.callbacks.pop()
    # A few for what is done with it outside; the lists alone would be worth more.
    assert collections.count("start") < 5
