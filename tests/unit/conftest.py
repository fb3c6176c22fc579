"""What every unit test starts from: an empty environment, and a service that can be scripted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._http import retry, transport
from ansible_collections.touchbasepro.sms.tests.unit.support.clock import Clock
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    Service,
    scripted_service,
)

FOREIGN = ("TOUCHBASE_", "REQUESTS_CA", "CURL_CA", "SSL_CERT", "NETRC")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nowhere")


@pytest.fixture(name="new_service")
def _new_service() -> Iterator[Callable[..., Service]]:
    """Starts a service that ends with the test."""
    with ExitStack() as services:
        yield lambda **given: services.enter_context(scripted_service(**given))


@pytest.fixture(name="service")
def _service(new_service: Callable[[], Service]) -> Service:
    return new_service()


@pytest.fixture(name="clock")
def _clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(retry, "time", clock)
    monkeypatch.setattr(transport, "Event", clock.event)
    return clock
