# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_webhook, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook import OPERATION
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

GET, PUT, DELETE = (ops.request(method, 28) for method in ("GET", "PUT", "DELETE"))
BY_KEY = {"webhook_type": made.REPLY, "url": made.URL}
BY_ID = {"webhook_id": 28}
NO_WEBHOOK = api.error(404, 142, "Webhook record does not exist")
NO_OWNER = api.error(404, 9999, "Campaign does not exist")
OFF = made.api_record(IsActive=False, Note=made.NOTE)
NAME = "webhook 28 of campaign 9141"


def result_of(
    before: dict[str, Any] | None, after: dict[str, Any] | None, *headers: str
) -> dict[str, Any]:
    """The whole result of a change, without warnings."""
    sides = {"before": before or {}, "after": after or {}}
    names = dict(zip(("before_header", "after_header"), headers or (NAME, NAME)))
    return {
        "changed": before != after,
        "webhook": after,
        "diff": {**sides, **names},
        "ansible_facts": {"touchbase_sms_webhook": after},
        "warnings": [],
    }


CHANGES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "url": ({"url": made.OTHER_URL}, made.OTHER_URL, True),
    "active": ({"active": False}, made.URL, False),
    "nothing": ({"url": made.SPELT_OTHERWISE, "active": True}, made.URL, True),
}


@ops.both_modes
@pytest.mark.parametrize(("given", "url", "active"), CHANGES.values(), ids=CHANGES)
def test_webhook_by_id_is_one_get_and_at_most_one_put_of_both_fields(
    service: api.Service, given: dict[str, Any], url: str, active: bool, check: bool
) -> None:
    service.answers(made.api_record()).always_answers(stored)

    result = ops.kept(service, check=check, **BY_ID, **given)

    after = made.webhook(url=url, active=active).record()
    assert result == result_of(made.webhook().record(), after)
    assert service.seen == ([GET, PUT] if result["changed"] and not check else [GET])
    assert all(put.data == {"Url": url, "IsActive": active} for put in service.requests[1:])


def test_result_has_no_diff_outside_diff_mode(service: api.Service) -> None:
    service.answers(made.api_record())

    result = ops.kept(service, diff=False, **BY_ID, active=True)

    assert set(result) == {"changed", "webhook", "ansible_facts", "warnings"}


@ops.both_modes
def test_activation_by_natural_key_reads_the_note(service: api.Service, check: bool) -> None:
    service.answers([made.api_record(IsActive=False)], OFF, made.api_record())

    result = ops.kept(service, check=check, **BY_KEY, active=True)

    assert result["diff"]["before"]["note"] == made.NOTE
    assert result["webhook"]["note"] is None
    assert ops.has_words(result["warnings"], [made.NOTE])
    assert service.seen == [ops.LIST, GET] + ([] if check else [PUT])


@pytest.mark.parametrize(
    ("active", "puts"), [(None, []), (True, []), (False, [ops.request("PUT", 60)])], ids=str
)
def test_missing_webhook_is_created_as_check_mode_predicts(
    service: api.Service, active: bool | None, puts: list[str]
) -> None:
    service.answers([], []).always_answers(stored)

    predicted = ops.kept(service, check=True, **BY_KEY, active=active)
    created = ops.kept(service, **BY_KEY, active=active)

    after = made.webhook(webhook_id=60, active=active is not False).record()
    headers = ("not there", "new CampaignReply webhook of campaign 9141")
    assert created == result_of(None, after, *headers)
    assert predicted == result_of(
        None, {**after, "webhook_id": None, "date_created": None}, *headers
    )
    assert service.seen == [ops.LIST, ops.LIST, ops.POST, *puts, ops.LIST]


@ops.both_modes
def test_creation_beside_another_of_its_type_warns(service: api.Service, check: bool) -> None:
    current, created = made.api_record(Url=made.OTHER_URL), made.api_record(Id=31)
    service.answers([current], api.reply(201, created), [current, created])

    result = ops.kept(service, check=check, **BY_KEY)

    assert ops.has_words(result["warnings"], ["already has CampaignReply webhook 28; this adds"])


ABSENT: dict[str, tuple[dict[str, Any], Any, str]] = {
    "id": (BY_ID, made.api_record(), GET),
    # Without effect: an exported record can be declared absent as it is.
    "id and other options": (
        {**BY_ID, "url": "nonsense", "webhook_type": made.STATUS, "active": True},
        made.api_record(),
        GET,
    ),
    "natural key": (BY_KEY, [made.api_record()], ops.LIST),
}


@ops.both_modes
@pytest.mark.parametrize(("given", "answer", "read"), ABSENT.values(), ids=ABSENT)
def test_absent_webhook_is_deleted(
    service: api.Service, given: dict[str, Any], answer: Any, read: str, check: bool
) -> None:
    service.answers(answer, 204)

    result = ops.kept(service, check=check, **given, state="absent")

    assert result == result_of(made.webhook().record(), None, NAME, "deleted")
    assert service.seen == ([read] if check else [read, DELETE])


NOT_THERE: dict[str, tuple[dict[str, Any], Any]] = {
    "no such id": (BY_ID, NO_WEBHOOK),
    "no owner of the id": (BY_ID, NO_OWNER),
    "none listed": (BY_KEY, []),
    "no owner": (BY_KEY, NO_OWNER),
}


@pytest.mark.parametrize(("given", "answer"), NOT_THERE.values(), ids=NOT_THERE)
def test_absent_webhook_that_is_not_there_is_no_change(
    service: api.Service, given: dict[str, Any], answer: Any
) -> None:
    service.answers(answer)

    result = ops.kept(service, **given, state="absent")

    assert result == result_of(None, None, "no webhook", "no webhook")
    assert len(service.seen) == 1


NOT_MISSING: dict[str, tuple[api.Step, str, list[str]]] = {
    "404 without code": (
        api.gateway(404, "no"),
        "api_url is probably wrong",
        ["present", "absent"],
    ),
    "403": (api.error(403, 105, "Not yours"), "403, code 105", ["present", "absent"]),
    "missing owner": (NO_OWNER, "Campaign does not exist", ["present"]),
}


@pytest.mark.parametrize("given", [BY_ID, BY_KEY], ids=["id", "natural key"])
@pytest.mark.parametrize(("answer", "words", "states"), NOT_MISSING.values(), ids=NOT_MISSING)
def test_refusal_that_does_not_say_missing_is_a_failure(
    service: api.Service, given: dict[str, Any], answer: api.Step, words: str, states: list[str]
) -> None:
    service.always_answers(answer)

    for state in states:
        result = ops.kept(service, **{"active": True, **given}, state=state)

        assert result["failure"]["kind"] == "refused"
        assert words in result["msg"]
        assert "changed" not in result
    assert len(service.seen) == len(states)


WRITES: dict[str, tuple[Any, list[str]]] = {
    "success": (made.api_record(Url="http://HOOKS.example.org/a"), ["http", made.NOTE, "spells"]),
    "failure": (api.error(400, 9, "no"), ["plain http", made.NOTE]),
}


@pytest.mark.parametrize(("write", "words"), WRITES.values(), ids=WRITES)
def test_warnings_are_of_options_then_plan_then_write(
    service: api.Service, write: Any, words: list[str]
) -> None:
    service.answers(OFF, write)

    result = ops.kept(service, **BY_ID, url="http://hooks.example.org/a", active=True)

    assert ops.has_words(result["warnings"], words)


@pytest.mark.parametrize(
    ("options", "campaigns"),
    [
        ({**ops.CAMPAIGN, **BY_KEY}, [9141]),
        ({**ops.CAMPAIGN, **BY_ID, "active": True}, []),
        ({**ops.CAMPAIGN, **BY_KEY, "state": "absent"}, []),
        (BY_KEY, []),
    ],
    ids=["by key", "by id", "absent", "invalid"],
)
def test_task_may_create_webhooks_of_its_owner_by_key_only(
    options: dict[str, Any], campaigns: list[int]
) -> None:
    owners = OPERATION.creates_for({**dict.fromkeys(OPERATION.argument_spec), **options})

    assert [owner.owner_id for owner in owners] == campaigns
