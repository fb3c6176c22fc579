# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that no simulator gives: contradictions, and what no switch has a value for."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests.probing import CAMPAIGN, Service, response_of
from touchbase_simulator.behaviour import SWITCHES, Behaviour
from touchbase_simulator.probe import observations, report
from touchbase_simulator.probe.exchange import Exchange

WEBHOOK = {"Id": 1, "Url": "https://example.org/a", "IsActive": True}
OFF = {**WEBHOOK, "IsActive": False}
MOVED = {**OFF, "Url": "https://example.org/b"}


def _read(webhook: dict[str, Any]) -> Exchange:
    return Exchange("read after an update", "GET", status=200, body=webhook, webhook_id=1)


def _update(step: str, status: int, body: Any = None, sent: Any = None) -> Exchange:
    return Exchange(step, "PUT", status=status, body=body, sent=sent or {}, webhook_id=1)


def _get(step: str, status: int, body: Any = None, shape: str = "other") -> Exchange:
    return Exchange(step, "GET", status=status, body=body, shape=shape)


NOTHING_AT_ALL = _update("update", 200, {"done": True})
RESPELLED = {"Url": "https://EXAMPLE.org/c"}


@pytest.mark.parametrize(
    ("switch", "exchanges", "certainty", "value"),
    [
        ("put_without_is_active", [], "not observable here", None),
        (
            "put_without_is_active",
            [_read(WEBHOOK), _update("update without IsActive", 500), _read(WEBHOOK)],
            "observed",
            None,
        ),
        (
            "put_without_is_active",
            [_read(OFF), _update("update without IsActive", 200), _read(OFF)],
            "not observable here",
            None,
        ),
        ("put_response", [_read(WEBHOOK), NOTHING_AT_ALL, _read(MOVED)], "observed", None),
        (
            "put_response",
            [_read(WEBHOOK), NOTHING_AT_ALL, _read(WEBHOOK)],
            "not observable here",
            None,
        ),
        (
            "put_response",
            [
                _read(WEBHOOK),
                _update("update", 200, WEBHOOK),
                _read(OFF),
                _update("update", 200, MOVED),
                _read(MOVED),
            ],
            "contradictory",
            None,
        ),
        (
            "stored_url",
            [
                _read(OFF),
                _update("update with another spelling", 200, sent=RESPELLED),
                _read(MOVED),
            ],
            "observed",
            None,
        ),
        (
            "unknown_campaign",
            [_get("unknown campaign", 200), _get("list of an unknown campaign", 200, [])],
            "not observable here",
            None,
        ),
        (
            "unknown_campaign",
            [_get("unknown campaign", 404), _get("list of an unknown campaign", 403)],
            "observed",
            None,
        ),
        (
            "no_webhooks",
            [
                _get("list of another campaign", 200, []),
                _get("list of another campaign", 404),
            ],
            "contradictory",
            None,
        ),
        (
            "no_webhooks",
            [_get("list of another campaign", 404, {"Code": 120, "Message": ""}, "api")],
            "observed",
            None,
        ),
        (
            "error_shape",
            [_get("read an unknown one", 404, shape="api"), _get("list", 404, shape="html")],
            "contradictory",
            None,
        ),
        ("error_shape", [_get("list", 404, shape="empty")], "observed", None),
        ("error_shape", [_get("list", 401, shape="gateway")], "not observable here", None),
        ("duplicates", [_update("create the same again", 500)], "observed", None),
        ("duplicates", [_update("create the same again", 409)], "observed", "refused"),
        ("wrong_campaign", [_get("read from another campaign", 200, [])], "observed", None),
    ],
)
def test_switch_is_concluded_from_exchanges(
    switch: str, exchanges: list[Exchange], certainty: str, value: str | None
) -> None:
    found = {one.subject: one for one in observations.switches(exchanges)}

    assert (found[switch].certainty, found[switch].value) == (certainty, value)
    assert found[switch].evidence
    assert list(found) == list(SWITCHES)


def test_what_was_not_observed_is_the_default_in_the_file_and_says_so() -> None:
    finding = observations.Finding
    written = report.behaviour_file(
        [
            finding("put_response", "stale", "observed", "PUT 200"),
            finding("error_shape", None, "contradictory", "GET 404: api; PUT 400: html"),
            finding("duplicates", None, "observed", "POST 500"),
            finding("no_webhooks", None, "not observable here", "needs an owner"),
        ]
    )

    assert written.splitlines()[3:] == [
        "# observed: PUT 200",
        "put_response: stale",
        "# contradictory, so the default: GET 404: api; PUT 400: html",
        "error_shape: api",
        "# no value fits, so the default: POST 500",
        "duplicates: allowed",
        "# not observable here, so the default: needs an owner",
        "no_webhooks: empty",
    ]


def test_findings_beside_the_switches_are_those_of_the_service() -> None:
    service = Service(behaviour=Behaviour(no_webhooks="missing"))

    def with_headers(_number: int, deliver: Any) -> Any:
        response = deliver()
        headers = {**response.headers, "X-Request-Id": "1", "X-Other": "2"}
        return response_of(response.status_code, response.content, headers)

    service.disturb = with_headers
    found = service.probe("--yes", *CAMPAIGN).out.split("\n\n")[1].splitlines()

    assert found == [
        "beside the switches",
        "response to a creation    POST 201 with the webhook and a Location",
        "a new webhook             active",
        "unknown webhook           GET 404, code 142",
        "unknown campaign itself   GET 404, code 120",
        "deletion                  DELETE 204; GET 404, code 142 after it",
        "completeness of the list  2 of 2 ids of the list can be read singly; an inactive webhook "
        "is in it",
        "a creation in the list    in read 1 of the list, within 1 s",
        "headers                   x-request-id",
    ]


def test_list_that_is_late_is_waited_for_and_told() -> None:
    service = Service()
    late = {"left": 3}

    def hide(_number: int, deliver: Any) -> Any:
        response = deliver()
        is_list = service.sent[-1].path_url.endswith("/9141/webhooks")
        posted = any(one.method == "POST" for one in service.sent[:-1])
        if service.sent[-1].method == "GET" and is_list and posted and late["left"]:
            late["left"] -= 1
            return response_of(200, b"[]")
        return response

    service.disturb = hide
    before = service.state
    run = service.probe("--yes", *CAMPAIGN)

    assert "a creation in the list    in read 4 of the list, within 1 s" in run.out
    assert (run.status, service.state) == (0, before)
