# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways in which one request goes wrong, before the service sees it or after it was carried out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.acceptance.faults.account import CAMPAIGN, HELD, OTHER, Account, Told
from tests.unit.support.service import Line, Step, behind, breaks_off, drips, gateway, raw, reply

Wrong = Callable[[Account], Step]

_WORDS = ("Message", "message")
_PAGE = "<html><body><h1>Welcome</h1><p>Sign in to go on. You sent: {}</p></body></html>"


def instead(step: Step) -> Wrong:
    """The service never gets the request."""
    return lambda _account: step


def applied(answer: Callable[[Told], Step]) -> Wrong:
    """The service carries the request out; what it says goes wrong on its way back."""

    def wrong(account: Account) -> Step:
        def step(line: Line) -> bool:
            return answer(account.carry_out(line.request))(line)

        return step

    return wrong


def meanwhile(happening: Callable[[Account, str], object]) -> Wrong:
    """Somebody else was faster; the service answers as it should."""

    def wrong(account: Account) -> Step:
        def step(line: Line) -> bool:
            happening(account, line.request.method + line.request.path)
            return account.carry_out(line.request).sent()(line)

        return step

    return wrong


def goes(account: Account, request: str) -> None:
    """What a request is about is gone: a campaign of the page before, the owner, the webhook."""
    if request.endswith(f"/webhooks/{HELD}"):
        account.loses_webhook(HELD)
    else:
        account.loses_campaign(CAMPAIGN)


def changes(account: Account, request: str) -> None:
    """Somebody else changes what there is: one campaign more, or another address."""
    if "?page=" in request:
        account.gains_campaign()
    else:
        account.repoints_webhook(HELD)


def stale(account: Account) -> Step:
    """What is read is as it was before the task; of a creation itself nothing is heard."""
    earlier = Account()

    def step(line: Line) -> bool:
        request = line.request
        if request.method != "GET":
            account.carry_out(request)
        if request.method == "POST":
            return gateway(504, "Later")(line)
        # Of a list in pages the first one comes again.
        path = request.path.replace("page=2", "page=1")
        asked = replace(request, method="GET", path=path, body=b"")
        return earlier.carry_out(asked).sent()(line)

    return step


# Steps


def echoes(status: int, kind: str, **members: Any) -> Step:
    """An answer of something before the service, which repeats the key that it was sent."""

    def step(line: Line) -> bool:
        echo = line.request.headers["authorization"]
        told = {
            name: str(text).format(echo) if name in _WORDS else text
            for name, text in members.items()
        }
        page = _PAGE.format(echo) if kind == "html" else json.dumps({**told, "sent": echo})
        return reply(status, body=page.encode(), headers={"Content-Type": f"text/{kind}"})(line)

    return step


def after_early_hints(told: Told) -> Step:
    """The answer a moment after one that only goes before it."""
    return behind(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n", told.sent())


def cut_in_the_middle(told: Told) -> Step:
    """Half of the body, then a reset."""
    body = told.body or b"{}"
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return breaks_off(head + body[: len(body) // 2])


def ended_in_the_middle(told: Told) -> Step:
    """Half of the body, then the end of the connection."""
    body = told.body or b"{}"
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return raw(head + body[: len(body) // 2])


def dripping_body(told: Told) -> Step:
    """The whole answer at first, and then one blank at a time that it claims to have as well."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"
    return drips(head + told.body, b" ")


# Answers that are not what the contract says


def garbled(change: Callable[[Any], Any]) -> Callable[[Told], Step]:
    """The answer with other data in it; a success has a body then in any case."""
    return lambda told: replace(told, status=200, data=change(told.data)).sent()


def written(change: Callable[[Told], bytes]) -> Callable[[Told], Step]:
    """The answer with a body that a JSON library would not write."""
    return lambda told: reply(200, body=change(told))


def other_shape(data: Any) -> Any:
    """A list for an object, and an object for a list."""
    return {"Data": data} if isinstance(data, list) else [data]


def _on_record(data: Any, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Any:
    """The data with a change to its record, the last of several."""
    if isinstance(data, dict) and "Data" in data:
        return {**data, "Data": _on_record(data["Data"], change)}
    if isinstance(data, list):
        return [*data[:-1], change(data[-1])]
    return change(data or {})


def without_id(data: Any) -> Any:
    return _on_record(
        data,
        lambda record: {
            name: value for name, value in record.items() if name not in ("Id", "CampaignId")
        },
    )


def of_another(data: Any) -> Any:
    """The record with the id of another one that there is."""
    return _on_record(
        data,
        lambda record: (
            {**record, "CampaignId": CAMPAIGN}
            if "CampaignId" in record
            else {**record, "Id": OTHER}
        ),
    )


def not_a_number(told: Told) -> bytes:
    return json.dumps(_on_record(told.data, lambda one: {**one, "Weight": float("nan")})).encode()


def nested(_told: Told) -> bytes:
    return b"[" * 10_000 + b"]" * 10_000


def of_wrong_type(told: Told) -> Step:
    """The right answer, announced as a page."""
    return replace(told, headers={"Content-Type": "text/html"}).sent()
