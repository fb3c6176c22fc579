# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No exception holds the key in its text, its traceback, or those that led to it.

The key is found as it is, percent-encoded and escaped in JSON. URLs are masked later, in the result
that an exception becomes.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import TouchBaseError
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import ConnectionOptions
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from tests.acceptance.leaks.odd import ODDS, Odd
from tests.acceptance.leaks.spellings import found_in
from tests.unit.support.service import Step, error, hangs_up, raw, reply, scripted_service

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWERS: dict[str, Callable[[str], Step]] = {
    "an error of the API": lambda key: error(401, 100, f"Not a key: {key}"),
    "a page": lambda key: reply(502, body=f"<p>{key}</p>".encode()),
    "a path": lambda key: reply(404, {"message": f"/?key={quote(key, safe='')}"}),
    "a redirect": lambda key: reply(302, headers={"Location": f"/?{quote(key)}"}),
    "a header": lambda key: reply(500, headers={"X-Request-Id": key}),
    "no JSON": lambda key: reply(200, body=f"{{'key': {key}".encode()),
    "other JSON": lambda key: reply(200, {"key": key}),
    "another webhook": lambda key: reply(200, {"Id": 29, "Url": key}),
    "no HTTP": lambda key: raw(f"{key} {key}\r\n\r\n".encode()),
    "a broken header": lambda key: raw(
        f"HTTP/1.1 200 OK\r\nContent-Length: {key}\r\n\r\n".encode()
    ),
    "compression": lambda key: reply(200, body=key.encode(), headers={"Content-Encoding": "gzip"}),
    "broken chunks": lambda key: raw(
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{key}\r\n".encode()
    ),
    "no response": lambda _key: hangs_up(),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("odd", ODDS, ids=lambda odd: odd.form)
def test_no_exception_holds_the_key(odd: Odd, answer: str) -> None:
    with scripted_service() as service:
        service.always_answers(ANSWERS[answer](odd.key))
        client = client_with(odd.key, service.url)

        with pytest.raises(TouchBaseError) as caught:
            client.read_webhook(Owner("campaign", 9141), 28)

    assert service.requests[0].headers["authorization"] == f"Bearer {odd.key}"
    assert found_in(all_about(caught.value), odd.secrets) == []
    assert found_in(json.dumps(caught.value.as_result()), odd.secrets) == []


def client_with(key: str, url: str) -> Client:
    options = ConnectionOptions(
        api_key=key,
        api_url=url,
        timeout=5.0,
        retries=0,
        max_wait=0.0,
        validate_certs=False,
        ca_path=None,
        use_proxy=False,
    )
    assert key not in repr(options)
    return Client(Transport(options, read_only=True))


def all_about(error: BaseException) -> str:
    """What any tool could print of an exception, also of those that it hides."""
    inside = [one for one in (error.__cause__, error.__context__) if one]
    own = [*traceback.format_exception(error), repr(error), repr(error.args)]
    return "\n".join([*own, *map(all_about, inside)])
