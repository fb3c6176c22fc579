# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhook, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.healthy import stored
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words, ran
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    NOTE,
    OTHER_URL,
    REPLY,
    SPELT_OTHERWISE,
    STATUS,
    URL,
    WEBHOOK_PATH,
    WEBHOOKS_PATH,
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
OFF = wire(IsActive=False, Note=NOTE)
NAME = "webhook 28 of campaign 9141"
both_modes = pytest.mark.parametrize("check", [False, True], ids=["live", "check"])


def kept(
    service: ScriptedService, check: bool = False, diff: bool = True, **changed: Any
) -> dict[str, Any]:
    return ran(OPERATION, webhook_params(service.url, **changed), check, diff)


def result_of(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    headers: tuple[str, str] = (NAME, NAME),
) -> dict[str, Any]:
    """The whole result of a change, without warnings."""
    return {
        "changed": before != after,
        "webhook": after,
        "diff": {
            "before": before or {},
            "after": after or {},
            "before_header": headers[0],
            "after_header": headers[1],
        },
        "ansible_facts": {"touchbase_sms_webhook": after},
        "warnings": [],
    }


# By id


CHANGES: dict[str, dict[str, Any]] = {
    "url": {"url": OTHER_URL},
    "active": {"active": False},
    "both": {"url": OTHER_URL, "active": False},
    "nothing": {"url": SPELT_OTHERWISE, "active": True},
}


@both_modes
@pytest.mark.parametrize("declared", CHANGES.values(), ids=CHANGES)
def test_webhook_by_id_is_one_get_and_one_put_of_both_fields(
    service: ScriptedService, declared: dict[str, Any], check: bool
) -> None:
    service.answers(reply(json=wire())).always_answers(stored)
    url = declared.get("url", URL) if declared.get("url") == OTHER_URL else URL
    active = declared.get("active", True)

    result = kept(service, check, **declared)

    assert result == result_of(webhook().record(), webhook(url=url, active=active).record())
    assert service.seen == ([GET, PUT] if result["changed"] and not check else [GET])
    assert all(put.data == {"Url": url, "IsActive": active} for put in service.requests[1:])


def test_result_has_no_diff_outside_diff_mode(service: ScriptedService) -> None:
    service.answers(reply(json=wire()), stored)

    result = kept(service, diff=False, url=OTHER_URL)

    assert set(result) == {"changed", "webhook", "ansible_facts", "warnings"}


def test_missing_webhook_is_a_failure_with_the_exchange(service: ScriptedService) -> None:
    service.answers(NO_WEBHOOK)

    result = kept(service, active=True)

    assert result["failed"]
    assert "Campaign 9141 has no webhook 28. Check webhook_id" in result["msg"]
    assert "changed" not in result
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


@pytest.mark.parametrize("exported", [False, True], ids=["omitted", "as exported"])
def test_unprintable_url_is_written_back_as_it_was_stored(
    service: ScriptedService, exported: bool
) -> None:
    raw = "https://hooks.example.org/a\u00a0b\u200bc"
    service.answers(reply(json=wire(Url=raw)), reply(json=wire(Url=raw, IsActive=False)))
    shown = "https://hooks.example.org/a%C2%A0b%E2%80%8Bc"

    result = kept(service, active=False, url=shown if exported else None)

    assert service.requests[1].data == {"Url": raw, "IsActive": False}
    assert result["diff"]["before"]["url"] == result["webhook"]["url"] == shown
    assert result["warnings"] == []


# By natural key


def test_webhook_by_natural_key_is_one_list(service: ScriptedService) -> None:
    others = [wire(Id=27, WebhookType=STATUS), wire(Id=29, Url=URL + "/")]
    service.answers(reply(json=[*others, wire()]))

    assert kept(service, **BY_KEY) == result_of(webhook().record(), webhook().record())

    assert service.seen == [LIST]


@both_modes
def test_activation_by_natural_key_reads_the_note(service: ScriptedService, check: bool) -> None:
    service.answers(reply(json=[wire(IsActive=False)]), reply(json=OFF), reply(json=wire()))

    result = kept(service, check, **BY_KEY, active=True)

    assert result["diff"]["before"]["note"] == NOTE
    assert result["webhook"]["note"] is None
    assert has_words(result["warnings"], [NOTE])
    assert service.seen == [LIST, GET] + ([] if check else [PUT])


@pytest.mark.parametrize(
    ("active", "writes"),
    [(None, [POST]), (True, [POST]), (False, [POST, f"PUT {WEBHOOKS_PATH}/60"])],
    ids=str,
)
@pytest.mark.parametrize(
    "answer", [reply(json=[]), NO_WEBHOOK], ids=["empty list", "404 with code 142"]
)
def test_missing_webhook_is_created_as_check_mode_predicts(
    service: ScriptedService, answer: Step, active: bool | None, writes: list[str]
) -> None:
    service.answers(answer, answer).always_answers(stored)

    predicted = kept(service, check=True, **BY_KEY, active=active)
    created = kept(service, **BY_KEY, active=active)

    after = webhook(webhook_id=60, active=active is not False).record()
    expected = result_of(None, after, ("not there", "new CampaignReply webhook of campaign 9141"))
    warnings = ["counts as an empty list"] if answer is NO_WEBHOOK else []
    assert has_words(created["warnings"], warnings)
    assert created == {**expected, "warnings": created["warnings"]}
    unknown = {**after, "webhook_id": None, "date_created": None}
    assert predicted == {
        **created,
        "webhook": unknown,
        "diff": {**created["diff"], "after": unknown},
        "ansible_facts": {"touchbase_sms_webhook": unknown},
    }
    assert service.seen == [LIST, LIST, *writes, LIST]


@both_modes
def test_creation_beside_another_of_its_type_warns(service: ScriptedService, check: bool) -> None:
    current = [wire(Url=OTHER_URL), wire(Id=30, WebhookType=STATUS)]
    created = wire(Id=31)
    service.answers(reply(json=current), reply(201, created), reply(json=[*current, created]))

    assert kept(service, check, **BY_KEY)["warnings"] == [
        "Campaign 9141 already has CampaignReply webhook 28; this adds a second. "
        "To move it, give `webhook_id: 28` or `unique_by: type`. To delete what is not declared, "
        "declare a set with `purge: true`."
    ]


@pytest.mark.parametrize("known", [False, True], ids=["new", "known before"])
def test_unclear_creation_adopts_only_a_new_webhook(service: ScriptedService, known: bool) -> None:
    before = [wire(Id=31, Url=OTHER_URL)] if known else []
    listed = reply(json=[wire(Id=31)])
    service.answers(reply(json=before), hangs_up(), listed, listed)

    result = kept(service, **BY_KEY)

    assert bool(result.get("failed")) is known
    assert result["changed"] is True
    if not known:
        assert result["webhook"] == webhook(webhook_id=31).record()
        assert has_words(result["warnings"], ["counts as created"])
    assert service.seen == [LIST, POST, LIST] + ([] if known else [LIST])


# Absent


@both_modes
@pytest.mark.parametrize(
    ("declared", "read", "seen"),
    [
        ({}, reply(json=wire()), GET),
        # Without effect: an exported record can be declared absent as it is.
        ({"url": "nonsense", "webhook_type": STATUS, "active": True}, reply(json=wire()), GET),
        (BY_KEY, reply(json=[wire()]), LIST),
    ],
    ids=["id", "id and other options", "natural key"],
)
def test_absent_webhook_is_deleted(
    service: ScriptedService, check: bool, declared: dict[str, Any], read: Step, seen: str
) -> None:
    service.answers(read, reply(204))

    result = kept(service, check, **declared, state="absent")

    assert result == result_of(webhook().record(), None, (NAME, "deleted"))

    assert service.seen == ([seen] if check else [seen, DELETE])


NOTHING_THERE: dict[str, tuple[dict[str, Any], Step, list[str]]] = {
    "no such id": ({}, NO_WEBHOOK, []),
    "no owner of the id": ({}, NO_OWNER, []),
    "none listed": (BY_KEY, reply(json=[]), []),
    "another listed": (BY_KEY, reply(json=[wire(Url=OTHER_URL)]), []),
    "no owner": (BY_KEY, NO_OWNER, []),
    "list with 404 and code 142": (BY_KEY, NO_WEBHOOK, ["counts as an empty list"]),
}


@pytest.mark.parametrize(
    ("declared", "answer", "warnings"), NOTHING_THERE.values(), ids=NOTHING_THERE
)
def test_absent_webhook_that_is_not_there_is_no_change(
    service: ScriptedService, declared: dict[str, Any], answer: Step, warnings: list[str]
) -> None:
    service.answers(answer)

    result = kept(service, **declared, state="absent")

    assert {**result, "warnings": []} == result_of(None, None, ("no webhook", "no webhook"))
    assert has_words(result["warnings"], warnings)
    assert len(service.seen) == 1


NOT_MISSING: dict[str, tuple[Step, str]] = {
    "404 without code": (gateway(404, "Resource not found"), "api_url is probably wrong"),
    "401": (error(401, 100, "Provided API key is invalid"), "Check api_key"),
    "403": (error(403, 105, "Not yours"), "403, code 105"),
    "429": (gateway(429, "Rate limit is exceeded"), "rate of requests"),
    "500": (error(500, 142, "broken"), "answered 500"),
}


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("declared", [{"active": True}, BY_KEY], ids=["id", "natural key"])
@pytest.mark.parametrize(("answer", "words"), NOT_MISSING.values(), ids=NOT_MISSING)
def test_refusal_that_does_not_say_missing_is_a_failure(
    service: ScriptedService, declared: dict[str, Any], answer: Step, words: str, state: str
) -> None:
    service.answers(answer)

    result = kept(service, **declared, state=state)

    assert result["failure"]["kind"] == "refused"
    assert words in result["msg"]
    assert len(service.seen) == 1


@pytest.mark.parametrize("declared", [{"active": True}, BY_KEY], ids=["id", "natural key"])
def test_missing_owner_is_a_failure_if_present(
    service: ScriptedService, declared: dict[str, Any]
) -> None:
    service.answers(NO_OWNER)

    result = kept(service, **declared)

    assert result["failure"]["code"] == 9999
    assert "Campaign does not exist" in result["msg"]
    assert len(service.seen) == 1


# Warnings


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (reply(json=wire(Url="http://HOOKS.example.org/a")), ["plain http", NOTE, "spells"]),
        (error(400, 9, "no"), ["plain http", NOTE]),
    ],
    ids=["success", "failure"],
)
def test_warnings_of_options_plan_and_write_come_in_this_order(
    service: ScriptedService, write: Step, words: list[str]
) -> None:
    service.answers(reply(json=OFF), write)

    result = kept(service, url="http://hooks.example.org/a", active=True)

    assert bool(result.get("failed")) is (len(words) == 2)
    assert has_words(result["warnings"], words)


@pytest.mark.parametrize(("mask_url", "words"), [(False, ["mask_url"]), (True, [])])
def test_url_with_credentials_warns_unless_masked(
    service: ScriptedService, mask_url: bool, words: list[str]
) -> None:
    url = "https://user@hooks.example.org/a"
    service.answers(reply(json=wire(Url=url)))

    assert has_words(kept(service, url=url, mask_url=mask_url)["warnings"], words)


# Invalid options


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "no owner": ({"campaign_id": None}, "owner of the webhook is missing"),
    "no webhook": ({"webhook_id": None}, "Give webhook_id"),
    "absent, no webhook": (
        {"webhook_id": None, "url": None, "webhook_type": REPLY, "state": "absent"},
        "Give webhook_id",
    ),
    "nothing declared": ({"url": None}, "Nothing is declared for webhook 28"),
    "type of another owner": ({**BY_KEY, "webhook_type": "ListSubscribe"}, "does not exist for"),
    "relative URL": ({**BY_KEY, "url": "/replies"}, "not an absolute"),
    "masked URL": ({"url": f"https://h.example.org/{MASK}-0a1b2c3d"}, "was masked"),
    "short key": ({"api_key": "short"}, "fewer than 8"),
    "missing CA": ({"ca_path": "/nowhere/ca.pem"}, "does not exist"),
}


@both_modes
@pytest.mark.parametrize(("changed", "reason"), INVALID.values(), ids=INVALID)
def test_invalid_options_fail_before_the_first_request(
    service: ScriptedService, check: bool, changed: dict[str, Any], reason: str
) -> None:
    result = kept(service, check, **{"url": URL, **changed})

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in result["msg"]
    assert service.connections == 0
