# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that goes wrong as one cell of the table says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.functional.faults.account import Account, AccountState, ApiResponse, responding
from tests.functional.faults.misbehaviour import applied
from tests.functional.faults.table import Cell
from tests.unit.support.service import ScriptedService, Step, after, scripted_service


@dataclass(frozen=True)
class Server:
    """A scripted service, and the account behind it."""

    service: ScriptedService
    account: Account

    @property
    def state(self) -> AccountState:
        return AccountState(
            self.account.webhooks,
            self.account.campaigns & Account().campaigns,
            self.account.has_written,
            sum(request.method == "POST" for request in self.service.requests),
        )


@contextlib.contextmanager
def serving(cell: Cell) -> Iterator[Server]:
    """The server for the length of a block."""
    account = Account()
    with scripted_service() as service:
        service.always_answers(responding(account))
        _script(cell, service, account)
        yield Server(service, account)


def _script(cell: Cell, service: ScriptedService, account: Account) -> None:
    fault = cell.fault
    # Where connections are refused, the request needs a new one.
    send = partial(_sent, keep=not fault.refuses_connections)
    steps = [applied(partial(send, shape))(account) for shape in cell.position.before]
    if fault.refuses_connections and steps:
        steps[-1] = after(service.refuses, steps[-1])
    elif fault.refuses_connections:
        service.refuses()
    if fault.wrong is not None:
        steps += [fault.wrong(account)] * fault.times
    if fault.then is not None:
        service.always_answers(fault.then(account))
    service.answers(*steps)


def _sent(
    shape: Callable[[ApiResponse], ApiResponse], response: ApiResponse, *, keep: bool
) -> Step:
    return shape(response).step(keep=keep)
