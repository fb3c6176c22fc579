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
    REPLY,
    STATUS,
    URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
    shown,
    webhook,
    webhook_params,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    hangs_up,
    reply,
)

GET, PUT, DELETE = (f"{method} {WEBHOOK_PATH}" for method in ("GET", "PUT", "DELETE"))
LIST, POST = f"GET {WEBHOOKS_PATH}", f"POST {WEBHOOKS_PATH}"
BY_KEY: dict[str, Any] = {"webhook_id": None, "webhook_type": REPLY, "url": URL}
NO_WEBHOOK = error(404, 142, "Webhook record does not exist")
NO_OWNER = error(404, 9999, "Campaign does not exist")
OFF = wire(IsActive=False, Note="Receiver answered 410.")


def performed(service: ScriptedService, dry_run: bool = False, **changed: Any) -> dict[str, Any]:
    result = perform(OPERATION, webhook_params(service.url, **changed), dry_run)
    return dict(shown(result))


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


def test_a_failure_has_the_warnings_that_the_task_would_have_had(service: ScriptedService) -> None:
    service.answers(reply(json=OFF), error(400, 9, "no"))

    result = performed(service, url="http://hooks.example.org/a", active=True)

    assert result["failed"]
    assert [
        word
        for word, warning in zip(("plain http", "noted"), result["warnings"])
        if word in warning
    ] == ["plain http", "noted"]


def test_a_creation_that_fails_warns_of_what_is_there_besides(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(Url=OTHER_URL)]), error(400, 9, "no"))

    result = performed(service, **BY_KEY)

    assert result["failed"]
    (warning,) = result["warnings"]
    assert "this adds a second" in warning


def test_a_failure_without_anything_to_warn_of_has_no_warnings(service: ScriptedService) -> None:
    service.answers(reply(json=wire()), error(400, 9, "no"))

    assert "warnings" not in performed(service, url=OTHER_URL)


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
    "a type and no address": ({**BY_KEY, "url": None}, "both webhook_type and url"),
    "an address and no type": ({**BY_KEY, "webhook_type": None}, "both webhook_type and url"),
    "absent, and no webhook": ({"webhook_id": None, "state": "absent"}, "Give webhook_id"),
    "absent, and no owner": ({"campaign_id": None, "state": "absent"}, "owner of the webhook"),
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
    assert "There is no such webhook" in result["msg"]
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


# Without an id


def test_one_that_is_found_by_its_natural_key_is_kept(service: ScriptedService) -> None:
    others = [wire(Id=27, WebhookType=STATUS), wire(Id=29, Url=URL + "/")]
    service.answers(reply(json=[*others, wire()]))

    result = performed(service, **BY_KEY)

    assert not result["changed"]
    assert result["webhook"] == webhook().record()
    assert result["warnings"] == []
    assert service.seen == [LIST]


def test_one_that_is_found_by_its_natural_key_is_switched_off(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]), reply(json=wire(IsActive=False)))

    result = performed(service, **BY_KEY, active=False)

    assert result["changed"]
    assert result["webhook"] == webhook(active=False).record()
    assert service.seen == [LIST, PUT]


@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
def test_the_note_of_one_that_is_activated_costs_exactly_one_more_request(
    service: ScriptedService, dry_run: bool
) -> None:
    service.answers(reply(json=[wire(IsActive=False)]), reply(json=OFF), reply(json=wire()))

    result = performed(service, dry_run, **BY_KEY, active=True)

    assert result["diff"]["before"]["note"] == "Receiver answered 410."
    assert result["webhook"]["note"] is None
    assert len(result["warnings"]) == 1
    assert "Receiver answered 410." in result["warnings"][0]
    assert service.seen == [LIST, GET] + ([] if dry_run else [PUT])


def test_one_that_is_not_there_is_created(service: ScriptedService) -> None:
    service.answers(reply(json=[]), reply(201, wire(Id=31)))

    result = performed(service, **BY_KEY)

    after = webhook(webhook_id=31).record()
    name = "new CampaignReply webhook of campaign 9141"
    assert result == {
        "changed": True,
        "webhook": after,
        "diff": {"before": {}, "after": after, "before_header": name, "after_header": name},
        "ansible_facts": {"touchbase_sms_webhook": after},
        "warnings": [],
    }
    assert service.seen == [LIST, POST]


def test_one_that_is_declared_inactive_is_created_and_switched_off(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(json=[]), reply(201, wire(Id=31)), reply(json=wire(Id=31, IsActive=False))
    )

    result = performed(service, **BY_KEY, active=False)

    assert result["webhook"] == webhook(webhook_id=31, active=False).record()
    assert service.seen == [LIST, POST, f"PUT {WEBHOOKS_PATH}/31"]


@pytest.mark.parametrize("active", [None, True, False])
@pytest.mark.parametrize("spelt", [URL, URL.replace("https://hooks", "https://HOOKS")])
def test_a_dry_run_predicts_a_creation_but_for_its_id_and_date(
    service: ScriptedService, active: bool | None, spelt: str
) -> None:
    switched_off = wire(Id=31, Url=spelt, IsActive=False)

    service.answers(reply(json=[wire(Id=29, Url=OTHER_URL)]))
    predicted = performed(service, dry_run=True, **BY_KEY, active=active)
    seen_dry = list(service.seen)
    service.answers(reply(json=[wire(Id=29, Url=OTHER_URL)]), reply(201, wire(Id=31, Url=spelt)))
    service.answers(*([reply(json=switched_off)] if active is False else []))
    done = performed(service, **BY_KEY, active=active)

    unknown = {"webhook_id": None, "date_created": None}
    assert predicted["webhook"] == {**done["webhook"], **unknown}
    assert predicted["diff"] == {**done["diff"], "after": predicted["webhook"]}
    assert predicted["changed"] is done["changed"] is True
    assert predicted["warnings"] == done["warnings"][:1]
    assert set(predicted) == set(done)
    assert predicted["ansible_facts"] == {"touchbase_sms_webhook": predicted["webhook"]}
    assert seen_dry == [LIST]


@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
def test_a_creation_beside_another_of_its_type_warns_and_names_it(
    service: ScriptedService, dry_run: bool
) -> None:
    there = [wire(Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    service.answers(reply(json=there), reply(201, wire(Id=31)))

    result = performed(service, dry_run, **BY_KEY)

    assert result["warnings"] == [
        "Campaign 9141 already has CampaignReply webhook 28; this adds a second. "
        "To move it, give `webhook_id: 28`."
    ]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_several_that_could_be_meant_are_refused_with_their_ids(
    service: ScriptedService, state: str
) -> None:
    service.answers(reply(json=[wire(Id=30), wire()]))

    result = performed(service, **BY_KEY, state=state)

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert "28, 30. Give the webhook_id" in result["msg"]
    assert service.seen == [LIST]


def test_a_creation_that_may_have_happened_is_looked_up_once(service: ScriptedService) -> None:
    service.answers(reply(json=[]), hangs_up(), reply(json=[wire(Id=31)]))

    result = performed(service, **BY_KEY)

    assert result["changed"]
    assert result["webhook"] == webhook(webhook_id=31).record()
    assert "taken for it" in result["warnings"][0]
    assert service.seen == [LIST, POST, LIST]


def test_one_that_was_listed_before_is_never_taken_for_the_one_created(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=[wire(Url=OTHER_URL)]), hangs_up(), reply(json=[wire()]))

    result = performed(service, **BY_KEY)

    assert result["failed"]
    assert "may still appear" in result["msg"]
    assert service.seen == [LIST, POST, LIST]


def test_one_that_was_created_and_could_not_be_switched_off_is_told_as_half_done(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=[]), reply(201, wire(Id=31)), error(400, 9, "no"))

    result = performed(service, **BY_KEY, active=False)

    assert result["failed"]
    assert result["changed"] is True
    assert result["failure"]["kind"] == "partly_applied"
    assert [item["webhook"]["webhook_id"] for item in result["failure"]["done"]] == [31]


# Absent


@pytest.mark.parametrize(
    ("declared", "read", "seen"),
    [
        ({"state": "absent"}, reply(json=wire()), GET),
        ({**BY_KEY, "state": "absent"}, reply(json=[wire()]), LIST),
    ],
    ids=["by id", "by natural key"],
)
@pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])
def test_a_webhook_that_is_declared_absent_is_deleted(
    service: ScriptedService, dry_run: bool, declared: dict[str, Any], read: Step, seen: str
) -> None:
    service.answers(read, reply(204))

    result = performed(service, dry_run, **declared)

    name = "webhook 28 of campaign 9141"
    before = webhook().record()
    assert result == {
        "changed": True,
        "webhook": None,
        "diff": {"before": before, "after": {}, "before_header": name, "after_header": name},
        "ansible_facts": {"touchbase_sms_webhook": None},
        "warnings": [],
    }
    assert service.seen == ([seen] if dry_run else [seen, DELETE])


@pytest.mark.parametrize(
    ("declared", "answer"),
    [
        ({"state": "absent"}, NO_WEBHOOK),
        ({"state": "absent"}, NO_OWNER),
        ({**BY_KEY, "state": "absent"}, reply(json=[])),
        ({**BY_KEY, "state": "absent"}, reply(json=[wire(Url=OTHER_URL)])),
        ({**BY_KEY, "state": "absent"}, NO_OWNER),
    ],
    ids=["no such id", "no owner of it", "none listed", "another listed", "no owner"],
)
def test_what_is_declared_absent_and_is_not_there_is_no_change(
    service: ScriptedService, declared: dict[str, Any], answer: Step
) -> None:
    service.answers(answer)

    result = performed(service, **declared)

    assert not result.get("failed")
    assert result["changed"] is False
    assert result["webhook"] is None
    assert result["ansible_facts"] == {"touchbase_sms_webhook": None}
    assert result["diff"]["before"] == result["diff"]["after"] == {}
    assert len(service.seen) == 1


def test_what_is_gone_when_it_is_deleted_was_deleted(service: ScriptedService) -> None:
    service.answers(reply(json=wire()), NO_WEBHOOK)

    assert performed(service, state="absent")["changed"] is True


NOT_MISSING: dict[str, tuple[Step, str]] = {
    "404 without a code": (gateway(404, "Resource not found"), "api_url is probably wrong"),
    "401": (error(401, 100, "Provided API key is invalid"), "Check api_key"),
    "403": (error(403, 105, "Not yours"), "403, code 105"),
    "429": (gateway(429, "Rate limit is exceeded"), "rate of requests"),
    "500": (error(500, 142, "broken"), "answered 500"),
}


@pytest.mark.parametrize(("answer", "words"), NOT_MISSING.values(), ids=NOT_MISSING)
@pytest.mark.parametrize("declared", [{}, BY_KEY], ids=["by id", "by natural key"])
def test_what_does_not_say_that_it_is_missing_is_a_failure_even_for_what_should_be_absent(
    service: ScriptedService, declared: dict[str, Any], answer: Step, words: str
) -> None:
    service.answers(answer)

    result = performed(service, **declared, state="absent")

    assert result["failed"]
    assert result["failure"]["kind"] == "refused"
    assert words in result["msg"]
    assert len(service.seen) == 1


def test_with_an_id_absent_takes_nothing_else_into_account(service: ScriptedService) -> None:
    service.answers(reply(json=wire()), reply(204))

    result = performed(service, state="absent", url="nonsense", webhook_type=STATUS, active=True)

    assert result["changed"]
    assert service.seen == [GET, DELETE]


@pytest.mark.parametrize("declared", [{"active": True}, BY_KEY], ids=["by id", "by natural key"])
def test_a_missing_owner_is_a_failure_for_what_should_be_present(
    service: ScriptedService, declared: dict[str, Any]
) -> None:
    service.answers(NO_OWNER)

    result = performed(service, **declared)

    assert result["failed"]
    assert result["failure"]["code"] == 9999
    assert "Campaign does not exist" in result["msg"]
    assert len(service.seen) == 1
