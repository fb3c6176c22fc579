# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service that stores what is requested, for the script of a test."""

from __future__ import annotations

from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import api_record
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Line, reply

FIRST_NEW_ID = 60


def stored(line: Line) -> bool:
    """Store whatever is requested; new webhooks get the ids 60, 61 and so on, and are listed."""
    request = line.request
    if request.method == "DELETE":
        return reply(204)(line)
    posts = [one for one in line.service.requests if one.method == "POST"]
    created = [api_record(Id=FIRST_NEW_ID + number, **one.data) for number, one in enumerate(posts)]
    if request.method == "POST":
        number = next(number for number, one in enumerate(posts) if one is request)
        return reply(201, created[number])(line)
    if request.method == "GET" and request.path.endswith("/webhooks"):
        of_owner = (record for record, one in zip(created, posts) if one.path == request.path)
        return reply(json=[*of_owner])(line)
    return reply(json=api_record(Id=int(request.path.rpartition("/")[2]), **request.data))(line)
