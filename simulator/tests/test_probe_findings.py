"""What the probe finds is how the service behaves, and its file makes a simulator like it."""

from __future__ import annotations

import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.tests.probing import (
    CAMPAIGN,
    LIST,
    Run,
    Service,
    place_of_creation,
    response_of,
    seed_with,
)
from touchbase_simulator.behaviour import SWITCHES, Behaviour, read_behaviour
from touchbase_simulator.probe import observations, report
from touchbase_simulator.probe.exchange import Exchange

ALONE = [{name: value} for name, values in SWITCHES.items() for value in values]
WORST = asdict(Behaviour.hostile())
OWNERS = pytest.mark.parametrize("owner", [CAMPAIGN, LIST], ids=["campaign", "list"])


def _probed(behaviour: Behaviour, *options: str) -> Run:
    note = "Switched off" if behaviour.note_after_reactivation == "kept" else None
    service = Service(seed_with(note), behaviour)
    before = service.state
    run = service.probe("--yes", *options)
    assert (run.status, run.err.count("\n")) == (0, 1), run.err
    # Nothing was changed, and nothing is left.
    assert service.state == before
    return run


def _expected(behaviour: Behaviour) -> dict[str, str]:
    values = asdict(behaviour)
    unobservable = {
        one.switch
        for one in observations.NOT_OBSERVABLE
        if values[one.switch] in one.values
        and all(values[name] in given for name, given in one.given.items())
    }
    return {name: "-" if name in unobservable else value for name, value in values.items()}


@OWNERS
@pytest.mark.parametrize(
    "switches", [*ALONE, WORST], ids=lambda one: "-".join([*one, *one.values()][:2])
)
def test_probe_finds_the_behaviour_and_its_file_makes_one_alike(
    switches: dict[str, str], owner: tuple[str, str], tmp_path: Path
) -> None:
    behaviour = Behaviour().with_changes(switches)
    output = tmp_path / "behaviour.yml"

    run = _probed(behaviour, *owner, f"--output={output}")

    assert run.values == _expected(behaviour)
    alike = Behaviour().with_changes(read_behaviour(output))
    assert alike == behaviour
    assert _probed(alike, *owner).values == run.values


@OWNERS
def test_probe_finds_mixtures_of_behaviours(owner: tuple[str, str]) -> None:
    generator = random.Random(20)
    for _number in range(60):
        mixture = {name: generator.choice(values) for name, values in SWITCHES.items()}
        run = _probed(Behaviour().with_changes(mixture), *owner)
        assert run.values == _expected(Behaviour().with_changes(mixture)), mixture


@OWNERS
@pytest.mark.parametrize("switches", [{}, WORST], ids=["default", "worst"])
def test_reading_alone_finds_what_reading_can_tell(
    switches: dict[str, str], owner: tuple[str, str]
) -> None:
    behaviour = Behaviour().with_changes(switches)

    run = _probed(behaviour, *owner, "--read-only")

    written = ("put_without_is_active", "put_response", "stored_url", "duplicates")
    assert run.values == {**_expected(behaviour), **dict.fromkeys(written, "-")}
    assert {method for method, _path in run.requests} == {"GET"}


# Exchanges that no simulator gives: contradictions, and what no switch has a value for.
ON = {"Id": 1, "Url": "https://example.org/a", "IsActive": True}
OFF = {**ON, "IsActive": False}
MOVED = {**OFF, "Url": "https://example.org/b"}
UNKNOWN_CODE = {"Code": 120, "Message": ""}


def _read(webhook: dict[str, Any]) -> Exchange:
    return Exchange("read after an update", "GET", status=200, body=webhook, webhook_id=1)


def _put(how: str, status: int, body: Any = None) -> Exchange:
    sent = {"Url": "https://EXAMPLE.org/c"}
    return Exchange(f"update{how}", "PUT", status=status, body=body, sent=sent, webhook_id=1)


def _get(step: str, status: int, body: Any = None, shape: str = "other") -> Exchange:
    return Exchange(step, "GET", status=status, body=body, shape=shape)


def _again(status: int) -> Exchange:
    return Exchange("create the same again", "POST", status=status)


RESPELLED = _put(" with another spelling", 200)
STRANGE = _put("", 200, {"done": True})
STALE, FRESH = _put("", 200, ON), _put("", 200, MOVED)
NO_CAMPAIGN, CAMPAIGN_AFTER_ALL = _get("unknown campaign", 404), _get("unknown campaign", 200)
HTML_ERROR = _get("list", 404, shape="html")
API_ERROR = _get("read an unknown one", 404, UNKNOWN_CODE, "api")
BARE = " without IsActive"
UNKNOWN, OTHER = "list of an unknown campaign", "list of another campaign"


@pytest.mark.parametrize(
    ("switch", "exchanges", "expected"),
    [
        ("put_without_is_active", [], "not observable here"),
        ("put_without_is_active", [_read(ON), _put(BARE, 500), _read(ON)], "observed"),
        ("put_without_is_active", [_read(OFF), _put(BARE, 200), _read(OFF)], "not observable here"),
        ("put_response", [_read(ON), STRANGE, _read(MOVED)], "observed"),
        ("put_response", [_read(ON), STRANGE, _read(ON)], "not observable here"),
        ("put_response", [_read(ON), STALE, _read(OFF), FRESH, _read(MOVED)], "contradictory"),
        ("stored_url", [_read(OFF), RESPELLED, _read(MOVED)], "observed"),
        ("unknown_campaign", [CAMPAIGN_AFTER_ALL, _get(UNKNOWN, 200, [])], "not observable here"),
        ("unknown_campaign", [NO_CAMPAIGN, _get(UNKNOWN, 403)], "observed"),
        ("no_webhooks", [_get(OTHER, 200, []), _get(OTHER, 404)], "contradictory"),
        ("no_webhooks", [_get(OTHER, 404, UNKNOWN_CODE, "api")], "observed"),
        ("error_shape", [API_ERROR, HTML_ERROR], "contradictory"),
        ("error_shape", [_get("list", 404, shape="empty")], "observed"),
        ("error_shape", [_get("list", 401, shape="gateway")], "not observable here"),
        ("duplicates", [_again(500)], "observed"),
        ("duplicates", [_again(409)], "refused"),
        ("wrong_campaign", [_get("read from another campaign", 200, [])], "observed"),
    ],
)
def test_switch_has_a_certainty_or_the_value_of_exchanges(
    switch: str, exchanges: list[Exchange], expected: str
) -> None:
    found = {one.subject: one for one in observations.switches(exchanges)}

    assert (found[switch].value or found[switch].certainty) == expected
    assert found[switch].evidence
    assert list(found) == list(SWITCHES)


def test_file_has_the_default_of_what_was_not_observed_and_says_so() -> None:
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
    creation = place_of_creation()
    late: list[int] = []

    def is_late(number: int, request: requests.PreparedRequest) -> bool:
        if number > creation and request.path_url.endswith("/9141/webhooks"):
            late.append(number)
        return number in late[:3]

    service = Service().instead(is_late, 200, b"[]")
    before = service.state
    run = service.probe("--yes", *CAMPAIGN)

    assert "a creation in the list    in read 4 of the list, within " in run.out
    assert (run.status, service.state) == (0, before)
