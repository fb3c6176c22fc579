"""Requests to the scripted service, and the transports and errors that tests of HTTP share."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import TouchBaseError
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import Request
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    WEBHOOK_PATH,
    options,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Service, reply

GET = Request("GET", WEBHOOK_PATH, "read webhook 28")
PUT = Request(
    "PUT", WEBHOOK_PATH, "update webhook 28", {"Url": "https://h.example.org/ä", "IsActive": True}
)
POST = Request("POST", WEBHOOK_PATH, "create a webhook", {"Url": "https://h.example.org/"})
DELETE = Request("DELETE", WEBHOOK_PATH, "delete webhook 28")
OK = reply(json={"all": "right"})
UNCERTAIN = "The change may still have been applied. Run the task again to check."
SHORT = 0.3  # seconds; a timeout that is meant to be reached


def of_methods(*requests: Request) -> pytest.MarkDecorator:
    """Run a test with each of these requests as ``request_``."""
    return pytest.mark.parametrize("request_", requests, ids=[one.method for one in requests])


each_method = of_methods(GET, PUT, POST, DELETE)


def transport_to(api_url: str, read_only: bool = False, **changed: Any) -> Transport:
    return Transport(options(api_url, **changed), read_only)


def transport_of(service: Service, **changed: Any) -> Transport:
    return transport_to(service.url, **changed)


def failed_send(transport: Transport, request: Request = GET) -> TouchBaseError:
    """The error of a request that must fail, in which the key must not be."""
    with pytest.raises(TouchBaseError) as caught:
        transport.send(request)
    assert KEY not in json.dumps(caught.value.as_result())
    return caught.value
