"""Rules that all operations share, from options to result, on a scripted service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations import (
    campaign_info,
    cutover,
    delivery,
    drift_info,
    webhook,
    webhook_info,
    webhooks,
)
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

OPERATIONS = {
    "webhook": webhook.OPERATION,
    "webhooks": webhooks.OPERATION,
    "info": webhook_info.OPERATION,
    "campaigns": campaign_info.OPERATION,
    "drift": drift_info.OPERATION,
    "cutover": cutover.OPERATION,
    "delivery": delivery.OPERATION,
}
OLD, NEW = "https://hooks.example.org", "https://new.example.org/s3cret"
MOVE = {"from_url": OLD, "to_url": NEW}
SET = {"webhooks": [ops.DECLARED]}
OWNERS = {"owners": [ops.CAMPAIGN]}
PAUSE, RESUME = {"state": "paused"}, {"state": "resumed"}
NO_OWNER = {"webhook_id": 28, "active": True}
NO_WEBHOOK = api.error(404, 142, "Webhook record does not exist")
RECORDS = [made.api_record(), made.api_record(Id=29, Url=made.OTHER_URL)]
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("webhooks", {"webhooks": [ops.entry(one, active=False) for one in (28, 29)]}),
    ("cutover", {**MOVE, **OWNERS}),
    ("delivery", {**PAUSE, **OWNERS}),
]
changes = pytest.mark.parametrize(("name", "options"), CHANGES, ids=[one for one, _more in CHANGES])


@changes
@pytest.mark.parametrize(("limit", "shown"), [(None, 2), (1, 1), (0, 0)], ids=str)
def test_diff_is_limited_and_ends_with_the_totals_of_all_changes(
    service: api.Service, name: str, options: dict[str, Any], limit: int | None, shown: int
) -> None:
    service.answers(RECORDS, *(RECORDS if name == "delivery" else []))

    result = ops.ran(OPERATIONS[name], service, check=True, diff_limit=limit, **options)

    *pairs, totals = result["diff"]
    assert [pair["before"]["webhook_id"] for pair in pairs] == [28, 29][:shown]
    rest = f"; {2 - shown} not shown because of diff_limit" if shown < 2 else ""
    assert totals == {"prepared": f"2 updated{rest}\n"}


INVALID: list[tuple[str, dict[str, Any], str]] = [
    ("webhook", NO_OWNER, "The owner of the webhook is missing"),
    ("info", {**ops.CAMPAIGN, "webhook_id": 0}, "webhook_id must be a positive integer"),
    ("info", {**ops.CAMPAIGN, "webhook_type": "MessageReply"}, "does not exist for campaign 9141"),
    ("info", {**ops.CAMPAIGN, "url": "replies"}, "not an absolute"),
    ("campaigns", {"name": ""}, "name is empty"),
    ("campaigns", {"page_size": 9}, "page_size must be from 10 to 1000, not 9"),
    ("campaigns", {"page_size": 1001}, "page_size must be from 10 to 1000"),
    ("webhooks", {}, "Nothing is declared. Give webhooks, or owners with purge: true."),
    ("webhooks", {"webhooks": None, "owners": None, "purge": True}, "Nothing is declared"),
    ("webhooks", OWNERS, "Nothing is declared"),
    ("webhooks", {**SET, "purge_limit": -1}, "purge_limit must be 0 or more, not -1"),
    ("webhooks", {**SET, "diff_limit": True}, "diff_limit must be 0 or more, not True"),
    ("webhooks", {**SET, "concurrency": 33}, "concurrency must be from 1 to 32"),
    ("webhooks", {"webhooks": [ops.DECLARED] * 2}, "webhooks[1]: webhooks[0] declares"),
    ("drift", {}, "Nothing is declared. Give webhooks or owners."),
    ("drift", {"webhooks": None, "owners": None}, "Nothing is declared"),
    ("drift", {"owners": [{"scope": "list"}]}, "owners[0]: "),
    ("cutover", MOVE, "No owner is given. Give webhooks or owners."),
    ("cutover", {**MOVE, "webhooks": None, "owners": None}, "No owner is given"),
    ("cutover", {**OWNERS, "from_url": OLD, "to_url": OLD}, "from_url and to_url are the same"),
    ("cutover", {**MOVE, **OWNERS, "diff_limit": -1}, "diff_limit must be 0 or more, not -1"),
    ("delivery", PAUSE, "Nothing is declared. Give webhooks or owners."),
    ("delivery", RESUME, "Nothing is declared. Give paused, webhooks or owners."),
    ("delivery", {**PAUSE, **SET, "diff_limit": -1}, "diff_limit must be 0 or more, not -1"),
    ("delivery", {**PAUSE, **OWNERS, "paused": []}, "give it to state: resumed"),
    ("delivery", {**RESUME, "paused": [NO_OWNER]}, "paused[0]: The owner of the webhook is"),
]


@ops.both_modes
@pytest.mark.parametrize(("name", "options", "reason"), INVALID, ids=str)
def test_invalid_options_fail_before_the_first_request(
    service: api.Service, name: str, options: dict[str, Any], reason: str, check: bool
) -> None:
    result = ops.ran(OPERATIONS[name], service, check=check, **options)

    assert result["failed"]
    assert result["failure"]["kind"] == "not_plannable"
    assert reason in ops.short_labels(ops.message(result))
    assert service.connections == 0


BY_NAME = {"campaign_name": "Spring"}
KEY_OF_ONE = {"webhook_type": made.REPLY, "url": made.URL}
NAMED: list[tuple[str, dict[str, Any]]] = [
    ("webhook", {**BY_NAME, **KEY_OF_ONE}),
    ("info", BY_NAME),
    ("webhooks", {"webhooks": [KEY_OF_ONE], "defaults": BY_NAME}),
    ("drift", {"owners": [BY_NAME]}),
    ("cutover", {**MOVE, "owners": [BY_NAME], "webhooks": [{**BY_NAME, **KEY_OF_ONE}]}),
    ("delivery", {**RESUME, "webhooks": [KEY_OF_ONE], "defaults": BY_NAME}),
]


@pytest.mark.parametrize(("name", "options"), NAMED, ids=str)
def test_name_of_campaign_is_resolved_with_one_list_of_campaigns(
    service: api.Service, name: str, options: dict[str, Any]
) -> None:
    service.answers(made.page(made.api_campaign()), [made.api_record()])

    result = ops.ran(OPERATIONS[name], service, check=True, **options)

    assert not result.get("failed")
    assert service.seen == [ops.LIST_OF_CAMPAIGNS, ops.LIST]


@pytest.mark.parametrize(("name", "options"), NAMED, ids=str)
def test_refused_list_of_campaigns_is_no_problem_of_an_entry(
    service: api.Service, name: str, options: dict[str, Any]
) -> None:
    service.answers(api.gateway(401, "Invalid key"))

    result = ops.ran(OPERATIONS[name], service, **options)

    assert (result["failure"]["kind"], result["failure"]["status"]) == ("refused", 401)
    assert service.seen == [ops.LIST_OF_CAMPAIGNS]


EMPTY_LIST: list[tuple[str, dict[str, Any], str, object]] = [
    ("webhook", {**ops.DECLARED, "state": "absent"}, "changed", False),
    ("info", {**ops.CAMPAIGN, "details": True}, "webhooks", []),
    ("webhooks", SET, "counts", ops.counts(created=1)),
    ("webhooks", {**OWNERS, "purge": True}, "counts", ops.counts()),
    ("drift", {**OWNERS, "webhooks": [{**NO_OWNER, **ops.CAMPAIGN}]}, "drift", True),
    ("delivery", {**PAUSE, **OWNERS}, "paused", []),
]


@pytest.mark.parametrize(("name", "options", "key", "value"), EMPTY_LIST, ids=str)
def test_list_with_404_and_code_142_is_empty_with_a_warning(
    service: api.Service, name: str, options: dict[str, Any], key: str, value: object
) -> None:
    service.answers(NO_WEBHOOK)

    result = ops.ran(OPERATIONS[name], service, check=True, **options)

    assert result[key] == value
    assert "campaign 9141 with 404 and code 142, webhook missing" in result["warnings"][0]


@pytest.mark.parametrize(
    "answer",
    [api.error(401, 100, "no"), api.error(500, 142, "no"), api.hangs_up()],
    ids=["401", "500", "no response"],
)
def test_error_that_every_owner_would_meet_ends_the_task(
    service: api.Service, answer: api.Step
) -> None:
    service.answers(answer)

    result = ops.kept_set(service, ops.DECLARED, ops.OF_LIST)

    assert result["failure"]["kind"] in ("refused", "unreachable")
    assert service.seen == [ops.LIST]


OFF = made.api_record(Id=29, Url=made.OTHER_URL, IsActive=False, Note=f"Gone: {made.URL}")
MASKED: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("webhook", ops.DECLARED, []),
    ("info", {**ops.CAMPAIGN, "details": True}, [OFF]),
    ("drift", OWNERS, [OFF]),
    ("delivery", {**RESUME, **OWNERS}, [OFF]),
    *((name, options, []) for name, options in CHANGES[:2]),
]


@ops.both_modes
@pytest.mark.parametrize(("name", "options", "details"), MASKED, ids=[one[0] for one in MASKED])
def test_result_with_mask_url_shows_no_url(
    service: api.Service, name: str, options: dict[str, Any], details: list[Any], check: bool
) -> None:
    service.answers([RECORDS[0], OFF], *details).always_answers(api.stored)

    result = ops.result_of(OPERATIONS[name], service, check=check, mask_url=True, **options)

    assert not result.get("failed")
    assert not any(word in str(result) for word in ("5f1d", "77aa", "s3cret"))


COUNTED: list[tuple[str, Any, Any, dict[str, str]]] = [
    ("webhooks", None, None, {"webhooks": "0 entries"}),
    ("webhooks", [{}] * 10_000, None, {"webhooks": "10,000 entries"}),
    ("drift", [{}], None, {"webhooks": "1 entries"}),
    ("cutover", [{}], None, {"webhooks": "1 entries"}),
    ("delivery", [], [{}], {"webhooks": "0 entries", "paused": "1 entries"}),
]


@pytest.mark.parametrize(("name", "entries", "paused", "counts"), COUNTED)
def test_invocation_has_the_number_of_entries(
    name: str, entries: Any, paused: Any, counts: dict[str, str]
) -> None:
    params = {"webhooks": entries, "paused": paused, "return_webhooks": False}

    assert OPERATIONS[name].invocation_params(params) == {**params, **counts}
