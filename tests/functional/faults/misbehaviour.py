"""Ways in which a request goes wrong although the service has seen it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.functional.faults.account import CAMPAIGN, OTHER, USED, AccountService, ApiResponse
from tests.unit.support.service import Line, Step, drips

_OK = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n"


def applied(respond: Callable[[ApiResponse], Step]) -> Step:
    """The service applies the request; its response goes wrong on the way back."""
    return lambda line: respond(_service(line).respond(line.request))(line)


def _service(line: Line) -> AccountService:
    assert isinstance(line.service, AccountService)
    return line.service


responding = applied(ApiResponse.step)
"""Respond as the service should."""


def meanwhile(change: Callable[[AccountService, str], object]) -> Step:
    """Somebody else changes the account first; the service responds as it should."""

    def step(line: Line) -> bool:
        change(_service(line), line.request.path)
        return responding(line)

    return step


def deleted(service: AccountService, path: str) -> None:
    """The webhook of a request is deleted, or the campaign."""
    campaigns = service.simulation.account.campaigns
    if path.endswith(f"/webhooks/{USED}"):
        del campaigns[CAMPAIGN].webhooks[USED]
    else:
        del campaigns[CAMPAIGN]


def changed(service: AccountService, path: str) -> None:
    """There is one campaign more, the newest, or the webhook has another URL."""
    campaigns = service.simulation.account.campaigns
    if "?page=" in path:
        newest = max(campaigns) + 1
        campaigns[newest] = replace(campaigns[CAMPAIGN], campaign_id=newest, webhooks={})
    else:
        webhooks = campaigns[CAMPAIGN].webhooks
        webhooks[USED] = replace(webhooks[USED], url="https://elsewhere.example.org/")


def half(response: ApiResponse) -> bytes:
    """A response that ends in the middle of its body."""
    body = response.body or b"{}"
    return _OK.format(len(body)).encode() + body[: len(body) // 2]


def dripping_body(response: ApiResponse) -> Step:
    """The whole response, then one blank at a time that it claims to have as well."""
    return drips(_OK.format(999999).encode() + response.body, b" ")


def garbled(change: Callable[[Any], Any]) -> Step:
    """The response with other data in it; a success has a body then in any case."""
    return applied(lambda one: replace(one, status=200, data=change(one.data)).step())


def with_id_of_another(data: Any) -> Any:
    """The data with another id in its record, the last of several."""
    if isinstance(data, dict) and "Data" in data:
        return {**data, "Data": with_id_of_another(data["Data"])}
    if isinstance(data, list):
        return [*data[:-1], with_id_of_another(data[-1])]
    record = data or {}
    return {**record, **({"CampaignId": CAMPAIGN} if "CampaignId" in record else {"Id": OTHER})}
