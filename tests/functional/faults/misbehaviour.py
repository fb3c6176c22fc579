# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways in which one request goes wrong, before the service sees it or after it was applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.functional.faults.account import CAMPAIGN, OTHER, USED, Account, ApiResponse
from tests.unit.support.service import Line, Step, breaks_off, drips, raw

Wrong = Callable[[Account], Step]

_OK = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n"


def instead(step: Step) -> Wrong:
    """The service never gets the request."""
    return lambda _account: step


def applied(respond: Callable[[ApiResponse], Step]) -> Wrong:
    """The service applies the request; its response goes wrong on the way back."""

    def wrong(account: Account) -> Step:
        return lambda line: respond(account.respond(line.request))(line)

    return wrong


def meanwhile(change: Callable[[Account, str], object]) -> Wrong:
    """Somebody else changes the account first; the service responds as it should."""

    def wrong(account: Account) -> Step:
        def step(line: Line) -> bool:
            change(account, line.request.path)
            return account.respond(line.request).step()(line)

        return step

    return wrong


def deleted(account: Account, path: str) -> None:
    """The webhook of a request is deleted, or the campaign."""
    if path.endswith(f"/webhooks/{USED}"):
        account.delete_webhook()
    else:
        account.delete_campaign()


def changed(account: Account, path: str) -> None:
    """There is one campaign more, or the webhook has another URL."""
    if "?page=" in path:
        account.add_campaign()
    else:
        account.repoint_webhook()


def _half(response: ApiResponse) -> bytes:
    body = response.body or b"{}"
    return _OK.format(len(body)).encode() + body[: len(body) // 2]


def reset_in_body(response: ApiResponse) -> Step:
    """Half of the body, then a reset."""
    return breaks_off(_half(response))


def closed_in_body(response: ApiResponse) -> Step:
    """Half of the body, then the end of the connection."""
    return raw(_half(response))


def dripping_body(response: ApiResponse) -> Step:
    """The whole response, then one blank at a time that it claims to have as well."""
    return drips(_OK.format(999999).encode() + response.body, b" ")


def garbled(change: Callable[[Any], Any]) -> Wrong:
    """The response with other data in it; a success has a body then in any case."""
    return applied(lambda one: replace(one, status=200, data=change(one.data)).step())


def _on_record(data: Any, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Any:
    """The data with a change to its record, the last of several."""
    if isinstance(data, dict) and "Data" in data:
        return {**data, "Data": _on_record(data["Data"], change)}
    if isinstance(data, list):
        return [*data[:-1], change(data[-1])]
    return change(data or {})


def with_id_of_another(data: Any) -> Any:
    def change(record: dict[str, Any]) -> dict[str, Any]:
        other = {"CampaignId": CAMPAIGN} if "CampaignId" in record else {"Id": OTHER}
        return {**record, **other}

    return _on_record(data, change)
