# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault at every request: the task ends in time, tells the truth, and doubles nothing."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NoReturn

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._http import retry, transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    run_operation,
)
from tests.acceptance.faults.account import CAMPAIGN, HELD, answering
from tests.acceptance.faults.positions import DELETE, NEW, POST
from tests.acceptance.faults.stage import Certificates, Stage, staged
from tests.acceptance.faults.table import CELLS, Cell
from tests.acceptance.faults.verdict import KEY, Result, assert_as_it_should
from tests.unit.support.clock import Clock
from tests.unit.support.service import scripted_service

FAST = [cell for cell in CELLS if not cell.fault.is_slow]
SLOW = [cell for cell in CELLS if cell.fault.is_slow]
# Seconds for all that a task does, for a machine under load: far more than it may take, and less
# than if only one request had no end.
_WATCHDOG = 15.0
_LONG = 30.0
_SHORT = 0.6


@pytest.fixture(name="certificates", scope="module")
def _certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(name="clock")
def _clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(retry, "time", clock)
    monkeypatch.setattr(transport, "Event", clock.event)
    return clock


@pytest.mark.parametrize("cell", FAST, ids=str)
def test_a_fault_ends_as_the_table_says(
    cell: Cell, clock: Clock, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as resolver:
        names_go = partial(resolver.setattr, socket, "getaddrinfo", _no_such_name)
        with staged(cell, certificates, names_go) as stage:
            result = _ended(cell, stage.service.url, certificates, max_wait=cell.fault.max_wait)

    assert_as_it_should(cell, stage.seen, result)
    # Only one request of a task waits: what comes after it does not begin.
    is_repeated = cell.position.like is not POST or cell.fault.repeats_post
    assert sum(clock.pauses) >= cell.fault.min_wait * is_repeated
    assert sum(clock.pauses) <= cell.fault.max_wait
    _assert_mended_by_the_next_run(cell, stage, certificates)


@pytest.fixture(name="late", scope="module")
def _late(certificates: Certificates) -> Mapping[str, tuple[Stage, Result]]:
    """What came of the faults that take the whole time of an attempt; they can pass together."""

    def one(cell: Cell) -> tuple[str, tuple[Stage, Result]]:
        with staged(cell, certificates) as stage:
            url = stage.service.url
            few = {"timeout": _SHORT, "retries": 1, "max_wait": 0.01}
            return str(cell), (stage, _ended(cell, url, certificates, **few))

    with ThreadPoolExecutor(24) as pool:
        return dict(pool.map(one, SLOW))


@pytest.mark.parametrize("cell", SLOW, ids=str)
def test_an_answer_that_does_not_come_ends_as_the_table_says(
    cell: Cell, late: Mapping[str, tuple[Stage, Result]], certificates: Certificates
) -> None:
    stage, result = late[str(cell)]

    assert_as_it_should(cell, stage.seen, result)
    _assert_mended_by_the_next_run(cell, stage, certificates)


def _assert_mended_by_the_next_run(cell: Cell, stage: Stage, certificates: Certificates) -> None:
    """What is declared is there then, and once only; what nobody can know is left out."""
    if cell.position.is_reading or CAMPAIGN not in stage.account.campaigns:
        return
    with scripted_service() as service:
        result = _ended(cell, service.always_answers(answering(stage.account)).url, certificates)
    held = list(stage.account.webhooks.values())
    if cell.position.like is POST:
        assert [one.url for one in held].count(NEW) == 1
    elif cell.position.like is DELETE:
        assert HELD not in stage.account.webhooks
    elif HELD in stage.account.webhooks:
        assert not stage.account.webhooks[HELD].active
    assert not result.get("failed") or HELD not in stage.account.webhooks


def _ended(cell: Cell, url: str, certificates: Certificates, **connection: Any) -> Result:
    """The result of the task, which must come to an end."""
    given = {
        "api_key": KEY,
        "api_url": url,
        "timeout": _LONG,
        "retries": 3,
        "ca_path": str(certificates.ca_file),
        **cell.position.options,
        **connection,
    }
    operation = cell.position.operation
    validation = ArgumentSpecValidator(operation.argument_spec).validate(given)
    assert not validation.error_messages
    results: queue.SimpleQueue[Result] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: results.put(
            run_operation(operation, validation.validated_parameters, Mode(diff=True))
        ),
        daemon=True,
    ).start()
    result = dict(results.get(timeout=_WATCHDOG))
    # Ansible hides the key in it, in its own way.
    del result["invocation"]
    return result


def _no_such_name(*_asked: object) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
