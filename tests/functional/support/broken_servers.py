# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that no case comes to terms with."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

import trustme

from tests.unit.support.service import hangs_up, scripted_service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def broken_servers() -> Iterator[Mapping[str, str]]:
    """Their addresses, by the names of the variables that cases refer to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with scripted_service() as silent, scripted_service(context) as untrusted:
        silent.always_answers(hangs_up())
        yield {"hangs_up": silent.url, "untrusted": untrusted.url}
