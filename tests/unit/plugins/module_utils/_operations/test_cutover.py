# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""touchbase_sms_cutover, from options to result: requests, result, warnings, failures."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.cutover import OPERATION
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.storing import stored

OLD, NEW = "https://old.example.org/s3cret", "https://new.example.org/s3cret"
OTHER_LIST = "GET /sms/campaigns/9142/webhooks"
DECLARED = {**ops.DECLARED, "url": f"{OLD}/a"}
OWNERS = [ops.CAMPAIGN, {"campaign_id": 9142}]
MOVED = made.api_record(Id=29, Url=f"{NEW}/b")
CURRENT = [
    made.api_record(Url=f"{OLD}/a", IsActive=False),
    made.api_record(Id=29, Url="https://h.example.org/"),
]


def moved(service: api.Service, *entries: Any, **given: Any) -> dict[str, Any]:
    """The result of a cutover with these entries, ``invocation`` included."""
    usual = {"from_url": OLD, "to_url": NEW, "webhooks": list(entries)}
    return ops.result_of(OPERATION, service, **{**usual, **given})


def test_webhooks_at_from_url_move_and_the_others_stay(service: api.Service) -> None:
    service.answers(CURRENT, [made.api_record(Id=31, Url=f"{OLD}/b")]).always_answers(stored)

    result = moved(service, DECLARED, owners=OWNERS)

    first = made.webhook(url=f"{NEW}/a", active=False)
    second = made.webhook(owner=made.OTHER_CAMPAIGN, webhook_id=31, url=f"{NEW}/b")
    writes = [ops.request("PUT", 28), "PUT /sms/campaigns/9142/webhooks/31"]
    assert service.seen == [ops.LIST, OTHER_LIST, *writes]
    assert service.requests[2].data == {"Url": f"{NEW}/a", "IsActive": False}
    assert result["changed"]
    assert result["counts"] == ops.counts(unchanged=1, updated=2)
    assert result["moved"] == [first.record(), second.record()]
    assert [pair["after"] for pair in result["diff"][:-1]] == result["moved"]
    (entry,) = result["entries_to_edit"]
    names = ("entry", "url", "new_url")
    assert [entry[name] for name in names] == ["webhooks[0]", f"{OLD}/a", f"{NEW}/a"]


@ops.both_modes
def test_second_run_changes_nothing_and_names_entries_again(
    service: api.Service, check: bool
) -> None:
    service.answers([{**CURRENT[0], "Url": f"{NEW}/a"}, CURRENT[1]])

    result = moved(service, DECLARED, check=check)

    assert service.seen == [ops.LIST]
    assert not result["changed"]
    assert (result["moved"], result["diff"], result["warnings"]) == ([], [], [])
    assert [one["entry"] for one in result["entries_to_edit"]] == ["webhooks[0]"]


@pytest.mark.parametrize(
    ("mask_url", "words"), [(False, ["http", "credentials"]), (True, ["http"])]
)
def test_unwise_url_is_warned_about_once(
    service: api.Service, mask_url: bool, words: list[str]
) -> None:
    service.answers(CURRENT)
    unwise = "http://me:pw@new.example.org"

    result = moved(service, DECLARED, to_url=unwise, mask_url=mask_url, check=True)

    assert ops.has_words(result["warnings"], words)


@ops.both_modes
def test_refusal_and_other_problems_come_at_once_before_any_write(
    service: api.Service, check: bool
) -> None:
    service.answers([CURRENT[0], MOVED], api.gateway(404, "no")).always_answers(stored)

    result = moved(service, DECLARED, owners=OWNERS, check=check)

    assert ops.has_words(ops.problems_of(result), ["owners[1]: Could not list", "set merge"])
    assert service.seen == [ops.LIST, OTHER_LIST]


def test_interrupted_cutover_goes_on_with_merge(service: api.Service) -> None:
    service.answers([CURRENT[0], MOVED]).always_answers(stored)

    result = moved(service, owners=OWNERS[:1], merge=True)

    assert result["counts"] == ops.counts(unchanged=1, updated=1)
    assert service.seen == [ops.LIST, ops.request("PUT", 28)]


def test_failure_is_partially_applied_with_masked_lists(service: api.Service) -> None:
    there = [made.api_record(Id=one, Url=f"{OLD}/{one}") for one in (1, 2, 3)]
    service.answers(there, stored, api.error(401, 100, f"{NEW}/2 is no good"))

    result = moved(service, owners=OWNERS[:1], mask_url=True)

    failure = result["failure"]
    assert result["changed"] is True
    assert failure["kind"] == "partially_applied"
    assert [len(failure[name]) for name in ("done", "failed", "not_tried")] == [1, 1, 1]
    assert result["diff"][-1] == {"prepared": "1 updated\n"}
    assert "s3cret" not in str(result)
