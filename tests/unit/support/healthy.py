# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a service in good health answers writes, for the script of a test."""

from __future__ import annotations

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import wire
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Line, error, reply

FIRST_NEW_ID = 60


def stored(line: Line) -> bool:
    """Store whatever is asked; what is created gets the ids 60, 61 and so on."""
    request = line.request
    if request.method == "DELETE":
        return reply(204)(line)
    if request.method == "POST":
        posts = [one for one in line.service.requests if one.method == "POST"]
        number = next(number for number, one in enumerate(posts) if one is request)
        return reply(201, wire(Id=FIRST_NEW_ID + number, **request.data))(line)
    return reply(json=wire(Id=int(request.path.rpartition("/")[2]), **request.data))(line)


class NoTwins:
    """A service that refuses a second webhook with the address of another, as some would."""

    def __init__(self, addresses: dict[int, str], status: int = 409) -> None:
        self.addresses = addresses
        self._refusal = error(status, 9, "There is one with this address")

    def __call__(self, line: Line) -> bool:
        request = line.request
        last = request.path.rpartition("/")[2]
        webhook_id = int(last) if last.isdigit() else FIRST_NEW_ID + len(line.service.requests)
        if request.method == "DELETE":
            del self.addresses[webhook_id]
            return reply(204)(line)
        url = request.data["Url"]
        if url in [address for one, address in self.addresses.items() if one != webhook_id]:
            return self._refusal(line)
        self.addresses[webhook_id] = url
        return reply(json=wire(Id=webhook_id, **request.data))(line)
