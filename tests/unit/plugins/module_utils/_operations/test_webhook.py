# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One webhook kept as declared, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import MASK
from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import perform
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
    webhook,
    webhook_params,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    error,
    reply,
)

GET, PUT = f"GET {WEBHOOK_PATH}", f"PUT {WEBHOOK_PATH}"
OFF = wire(IsActive=False, Note="Receiver answered 410.")


def performed(service: ScriptedService, dry_run: bool = False, **changed: Any) -> dict[str, Any]:
    return perform(OPERATION, webhook_params(service.url, **changed), dry_run)


def test_a_webhook_that_differs_is_read_and_written_once(service: ScriptedService) -> None:
    service.answers(reply(json=wire()), reply(json=wire(Url=OTHER_URL)))

    result = performed(service, url=OTHER_URL)

    after = webhook(url=OTHER_URL).record()
    assert result == {
        "changed": True,
        "webhook": after,
        "diff": {
            "before": webhook().record(),
            "after": after,
            "before_header": "webhook 28 of campaign 9141",
            "after_header": "webhook 28 of campaign 9141",
        },
        "ansible_facts": {"touchbase_sms_webhook": after},
        "warnings": [],
    }
    assert service.seen == [GET, PUT]


def test_a_webhook_that_is_as_declared_is_only_read(service: ScriptedService) -> None:
    service.answers(reply(json=wire()))

    result = performed(service, url=URL, active=True)

    assert not result["changed"]
    assert result["webhook"] == result["diff"]["before"] == webhook().record()
    assert service.seen == [GET]


@pytest.mark.parametrize(
    "declared",
    [{"url": OTHER_URL}, {"active": False}, {"url": OTHER_URL, "active": False}, {"url": URL}],
    ids=["address", "activity", "both", "nothing new"],
)
def test_a_dry_run_returns_what_a_run_returns_and_writes_nothing(
    service: ScriptedService, declared: dict[str, Any]
) -> None:
    stored = wire(Url=declared.get("url", URL), IsActive=declared.get("active", True))

    service.answers(reply(json=wire()))
    predicted = performed(service, dry_run=True, **declared)
    seen_dry = list(service.seen)
    service.answers(reply(json=wire()), reply(json=stored))
    done = performed(service, **declared)

    assert predicted == done
    assert seen_dry == [GET]


def test_switching_off_sends_the_address_along_unchanged(service: ScriptedService) -> None:
    service.answers(reply(json=wire()), reply(json=wire(IsActive=False)))

    result = performed(service, active=False)

    assert service.requests[1].data == {"Url": URL, "IsActive": False}
    assert result["webhook"]["active"] is False


def test_the_note_of_a_webhook_that_is_activated_is_a_warning_and_is_gone(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=OFF), reply(json=wire()))

    result = performed(service, active=True)

    assert result["diff"]["before"]["note"] == "Receiver answered 410."
    assert result["webhook"]["note"] is None
    assert len(result["warnings"]) == 1
    assert "Receiver answered 410." in result["warnings"][0]


def test_the_note_of_a_webhook_that_stays_off_is_kept(service: ScriptedService) -> None:
    service.answers(reply(json=OFF), reply(json=wire(Url=OTHER_URL, IsActive=False)))

    assert performed(service, url=OTHER_URL)["webhook"]["note"] == "Receiver answered 410."


def test_the_date_is_the_one_read_before(service: ScriptedService) -> None:
    service.answers(
        reply(json=wire(DateCreated="2021-10-25T06:58:55Z")),
        reply(json=wire(Url=OTHER_URL, DateCreated="2021-10-25T06:58:55.9510000Z")),
    )

    assert performed(service, url=OTHER_URL)["webhook"]["date_created"] == "2021-10-25T06:58:55Z"


@pytest.mark.parametrize(
    ("url", "mask_url", "words"),
    [
        ("http://hooks.example.org/a", False, ["plain http"]),
        ("https://user@hooks.example.org/a", False, ["mask_url"]),
        ("https://user@hooks.example.org/a", True, []),
    ],
)
def test_what_is_unwise_about_the_address_is_a_warning(
    service: ScriptedService, url: str, mask_url: bool, words: list[str]
) -> None:
    service.answers(reply(json=wire(Url=url)))

    warnings = performed(service, url=url, mask_url=mask_url)["warnings"]

    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings))


def test_all_warnings_come_together(service: ScriptedService) -> None:
    service.answers(reply(json=OFF), reply(json=wire(Url="http://HOOKS.example.org/a")))

    warnings = performed(service, url="http://hooks.example.org/a", active=True)["warnings"]

    assert len(warnings) == 3
    assert [
        word
        for word, warning in zip(("plain http", "noted", "spells"), warnings)
        if word in warning
    ] == ["plain http", "noted", "spells"]


@pytest.mark.parametrize(
    ("scope", "options", "webhook_type", "path"),
    [
        ("list", {"list_id": 77}, "ListSubscribe", "/sms/lists/77/webhooks/28"),
        ("message", {"scope": "message"}, "MessageReply", "/sms/message/webhooks/28"),
    ],
)
def test_lists_and_the_account_have_webhooks_too(
    service: ScriptedService, scope: str, options: dict[str, Any], webhook_type: str, path: str
) -> None:
    service.answers(reply(json=wire(WebhookType=webhook_type)))

    given = {"campaign_id": None, "webhook_type": webhook_type, "active": True, **options}
    result = performed(service, **given)

    assert result["webhook"]["scope"] == scope
    assert service.seen == [f"GET {path}"]


def test_another_type_than_declared_is_refused_without_a_write(service: ScriptedService) -> None:
    service.answers(reply(json=wire()))

    result = performed(service, webhook_type="CampaignMessageStatusUpdate", active=False)

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert "cannot change the type" in result["msg"]
    assert service.seen == [GET]


BEFORE_ANY_REQUEST: dict[str, tuple[dict[str, Any], str]] = {
    "no owner": ({"campaign_id": None}, "owner of the webhook is missing"),
    "two owners": ({"list_id": 77}, "two owners"),
    "scope against id": ({"scope": "list"}, "scope is list"),
    "no webhook": ({"webhook_id": None}, "Give webhook_id"),
    "a boolean as webhook": ({"webhook_id": True}, "positive integer"),
    "webhook nought": ({"webhook_id": 0}, "positive integer"),
    "nothing declared": ({"url": None}, "Nothing is declared for webhook 28"),
    "only a type": ({"url": None, "webhook_type": "CampaignReply"}, "Nothing is declared"),
    "a type of another owner": ({"webhook_type": "ListSubscribe"}, "does not exist for campaign"),
    "an empty address": ({"url": ""}, "url is empty"),
    "a relative address": ({"url": "/replies"}, "not an absolute"),
    "a masked address": ({"url": f"https://h.example/{MASK}-0a1b2c3d"}, "was masked"),
    "a short key": ({"api_key": "short"}, "fewer than 8"),
    "no timeout": ({"timeout": 0.0}, "timeout must be"),
    "a missing CA": ({"ca_path": "/nowhere/ca.pem"}, "does not exist"),
}


@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
@pytest.mark.parametrize(("changed", "reason"), BEFORE_ANY_REQUEST.values(), ids=BEFORE_ANY_REQUEST)
def test_options_that_make_no_sense_fail_before_the_first_request(
    service: ScriptedService, dry_run: bool, changed: dict[str, Any], reason: str
) -> None:
    result = performed(service, dry_run, **{"url": URL, **changed})

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in result["msg"]
    assert service.connections == 0


def test_a_webhook_that_is_not_there_is_a_failure(service: ScriptedService) -> None:
    service.answers(error(404, 142, "Webhook record does not exist"))

    result = performed(service, active=True)

    assert result["failed"]
    assert "no such webhook" in result["msg"]
    assert result["failure"] == {
        "kind": "refused",
        "status": 404,
        "code": 142,
        "message": "Webhook record does not exist",
        "method": "GET",
        "path": WEBHOOK_PATH,
        "attempts": 1,
        "request_id": None,
    }


def test_a_change_that_the_service_accepts_and_does_not_keep_is_a_failure(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=wire()), reply(json=wire()), reply(json=wire()))

    result = performed(service, url=OTHER_URL)

    assert result["failed"]
    assert result["failure"]["kind"] == "unexpected_answer"
    assert URL in result["msg"]
    assert OTHER_URL in result["msg"]
    assert service.seen == [GET, PUT, GET]
