# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that is ready to go wrong as one cell of the table says."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import trustme

from tests.acceptance.faults.account import Account, Seen, answering
from tests.acceptance.faults.misbehaviour import applied
from tests.acceptance.faults.table import Cell
from tests.unit.support.service import ScriptedService, Step, after, scripted_service


class Certificates:
    """Two authorities: one whose file the task is given, and one that it does not know."""

    def __init__(self, folder: Path) -> None:
        known, stranger = trustme.CA(), trustme.CA()
        self.ca_file = folder / "ca.pem"
        known.cert_pem.write_to_path(self.ca_file)
        self.known, self.stranger = _server(known), _server(stranger)


def _server(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@dataclass(frozen=True)
class Stage:
    """A service, and the account behind it."""

    service: ScriptedService
    account: Account

    @property
    def seen(self) -> Seen:
        return Seen(
            self.account.webhooks,
            self.account.campaigns & Account().campaigns,
            self.account.has_written,
            sum(request.method == "POST" for request in self.service.requests),
        )


@contextlib.contextmanager
def staged(
    cell: Cell, certificates: Certificates, names_go: Callable[[], object] | None = None
) -> Iterator[Stage]:
    """The service for the length of a block; ``names_go`` takes all names away."""
    fault, account = cell.fault, Account()
    with scripted_service(certificates.known if fault.is_of_tls else None) as service:
        service.always_answers(answering(account))
        happening = names_go if fault.is_of_names else _to_line(cell, service, certificates)
        _script(cell, service, account, happening)
        yield Stage(service, account)


def _to_line(
    cell: Cell, service: ScriptedService, certificates: Certificates
) -> Callable[[], object] | None:
    if cell.fault.to_line:
        return partial(cell.fault.to_line, service)
    if cell.fault.is_of_tls:
        return partial(setattr, service, "tls", certificates.stranger)
    return None


def _script(
    cell: Cell, service: ScriptedService, account: Account, happening: Callable[[], object] | None
) -> None:
    steps: list[Step] = [
        applied(lambda told, shape=shape: shape(told).sent(keep=happening is None))(account)
        for shape in cell.position.before
    ]
    if happening is not None and steps:
        steps[-1] = after(happening, steps[-1])
    elif happening is not None:
        happening()
    if cell.fault.wrong is not None:
        steps += [cell.fault.wrong(account)] * cell.fault.times
    if cell.fault.then is not None:
        service.always_answers(cell.fault.then(account))
    service.answers(*steps)
