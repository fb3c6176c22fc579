# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A creation: one POST, never a second; verified, adopted, or deleted again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import failed_write, written

LIST, POST = ops.LIST, ops.POST
GET, PUT, DELETE = (ops.request(method, 31) for method in ("GET", "PUT", "DELETE"))
SPELLING = "https://HOOKS.example.org/replies/5f1d"
NEW = made.api_record(Id=31)
NEW_OFF = made.api_record(Id=31, IsActive=False)
KNOWN = made.api_record(Id=29, Url=made.OTHER_URL)
NO, BROKEN, GONE = (api.error(400, 9, "no"), api.error(500, 1, "no"), api.error(404, 142, "gone"))
CREATION = Change(None, made.new_webhook(name="first"), frozenset({29}))
INACTIVE = Change(None, made.new_webhook(active=False), frozenset({29}))
CREATED = Change(None, made.webhook(webhook_id=31, name="first"))
OTHERS = {
    "other URL": made.api_record(Id=31, Url=made.OTHER_URL),
    "trailing slash": made.api_record(Id=31, Url=made.URL + "/"),
    "other type": made.api_record(Id=31, WebhookType=made.STATUS),
}
another = pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)


def test_creation_is_one_post_of_url_and_type(service: api.Service) -> None:
    service.answers(api.reply(201, NEW))

    assert written(service, CREATION) == (CREATED, [])

    assert service.seen == [POST]
    assert service.requests[0].data == {"Url": made.URL, "WebhookType": made.REPLY}


@pytest.mark.parametrize("status", [400, 401, 404])
def test_refused_creation_is_neither_retried_nor_looked_up(
    service: api.Service, status: int
) -> None:
    service.answers(api.error(status, 143, "no"))

    failure = failed_write(service, CREATION, retries=3)

    assert isinstance(failure, errors.Refused)
    assert not failure.may_have_been_applied
    assert service.seen == [POST]


# A response that shows something else


@another
def test_creation_with_wrong_response_is_created_if_a_get_is_right(
    service: api.Service, other: dict[str, Any]
) -> None:
    service.answers(other, NEW)

    assert written(service, CREATION) == (CREATED, [])

    assert service.seen == [POST, GET]


@another
@pytest.mark.parametrize("deletion", [204, GONE], ids=["deleted", "gone already"])
def test_creation_stored_as_something_else_is_deleted_again(
    service: api.Service, other: dict[str, Any], deletion: Any
) -> None:
    service.answers(other, other, deletion)

    failure = failed_write(service, CREATION)

    assert isinstance(failure, errors.UnexpectedResponse)
    assert ops.shown(failure) == (
        "Could not create a webhook of campaign 9141: the service stored something else as webhook "
        f'31 of campaign 9141 "first". Requested: CampaignReply, url {made.URL}. Stored: '
        f"{other['WebhookType']}, url {other['Url']}. It was deleted again. Declare the URL in the "
        "way the service stores it."
    )
    assert "changed" not in failure.as_result()
    assert service.seen == [POST, GET, DELETE]


@pytest.mark.parametrize(
    "answer",
    [BROKEN, api.hangs_up(), GONE, made.api_record(Id=32)],
    ids=["500", "no response", "404", "another webhook"],
)
def test_creation_with_wrong_response_is_not_deleted_if_the_get_fails(
    service: api.Service, answer: Any
) -> None:
    service.answers(OTHERS["other URL"], answer)

    failure = failed_write(service, CREATION)

    assert isinstance(failure, errors.PartiallyApplied)
    assert ops.shown(failure).startswith(
        'Created webhook 31 of campaign 9141 "first", but the response shows CampaignReply, url '
        f"{made.OTHER_URL} instead of CampaignReply, url {made.URL}, and the webhook could not be "
    )
    assert str(failure).endswith("Nothing was deleted. Run the task again to check.")
    assert [one["webhook"]["url"] for one in failure.done] == [made.OTHER_URL]
    assert failure.failed == failure.not_tried == []
    assert service.seen == [POST, GET]


def test_creation_that_cannot_be_deleted_again_is_left_over(service: api.Service) -> None:
    service.answers(OTHERS["other URL"], OTHERS["other URL"], BROKEN)

    failure = failed_write(service, CREATION)

    record = made.webhook(webhook_id=31, url=made.OTHER_URL, name="first").record()
    assert isinstance(failure, errors.PartiallyApplied)
    assert "It could not be deleted again and is left over. Could not delete" in str(failure)
    assert failure.done == [{"change": "created", "webhook": record}]
    assert failure.failed == [{"change": "deleted", "webhook": record, "msg": str(failure.cause)}]
    assert service.seen == [POST, GET, DELETE]


@pytest.mark.parametrize("known", [KNOWN, made.api_record(Id=29)], ids=["other URL", "same"])
def test_creation_answered_with_a_known_webhook_deletes_nothing(
    service: api.Service, known: dict[str, Any]
) -> None:
    service.answers(known)

    failure = failed_write(service, CREATION)

    assert isinstance(failure, errors.UnexpectedResponse)
    assert ops.shown(failure) == (
        "Could not create a webhook of campaign 9141: the service returned webhook 29 of campaign "
        f"9141 at {known['Url']}, which existed before. Nothing was deleted. Read it with "
        "touchbase_sms_webhook_info, and declare its webhook_id if it is the right one."
    )
    assert failure.may_have_been_applied
    assert service.seen == [POST]


# Spelling and activity


@pytest.mark.parametrize("first", [[], [OTHERS["other URL"]]], ids=["at once", "after a get"])
def test_created_url_in_another_spelling_warns_and_is_kept(
    service: api.Service, first: list[Any]
) -> None:
    spelt = made.api_record(Id=31, Url=SPELLING)
    service.answers(*first, spelt, {**spelt, "IsActive": False})

    change, (warning,) = written(service, INACTIVE)

    assert change.after == made.webhook(webhook_id=31, active=False)
    assert f"'{SPELLING}' instead of '{made.URL}'" in warning
    assert service.requests[-1].data == {"Url": SPELLING, "IsActive": False}


@pytest.mark.parametrize(
    ("change", "answers", "seen"),
    [
        (CREATION, [NEW], [POST]),
        (CREATION, [NEW_OFF, NEW], [POST, PUT]),
        (INACTIVE, [NEW_OFF], [POST]),
        (INACTIVE, [NEW, NEW_OFF], [POST, PUT]),
    ],
    ids=["active", "to be activated", "inactive", "to be deactivated"],
)
def test_creation_is_followed_by_a_put_only_if_its_activity_differs(
    service: api.Service, change: Change, answers: list[Any], seen: list[str]
) -> None:
    service.answers(*answers)

    found, warnings = written(service, change)

    assert found.after
    assert (found.after.active, warnings) == (change is CREATION, [])
    assert service.seen == seen


@pytest.mark.parametrize(
    ("change", "created", "answers", "words"),
    [
        (INACTIVE, NEW, [NO], "could not deactivate it. Could not update webhook 31"),
        (INACTIVE, NEW, [NEW, NEW], "holds something else"),
        (CREATION, NEW_OFF, [NO], "could not activate it. Could not update webhook 31"),
    ],
    ids=["refused", "not stored", "activation"],
)
def test_creation_without_the_desired_activity_is_partially_applied(
    service: api.Service, change: Change, created: dict[str, Any], answers: list[Any], words: str
) -> None:
    service.answers(created, *answers)

    failure = failed_write(service, change)

    assert isinstance(failure, errors.PartiallyApplied)
    assert f" at {made.URL}, but could not " in ops.shown(failure)
    assert words in ops.shown(failure)
    assert str(failure).endswith("Run the task again to do the rest.")
    is_active = created["IsActive"]
    assert [(one["change"], one["webhook"]["active"]) for one in failure.done + failure.failed] == [
        ("created", is_active),
        ("updated", not is_active),
    ]
    assert failure.failed[0]["msg"] == str(failure.cause)
    assert failure.as_result()["changed"] is True


# Creations without a clear response

UNCLEAR: dict[str, Any] = {
    "reset": api.resets(),
    "half a response": api.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"),
    "nothing in time": api.black_hole(),
    "500": BROKEN,
    "503": api.gateway(503, "Later"),
    "empty body": 201,
    "html": api.reply(201, body=b"<html>Created</html>"),
    "no id": made.without(NEW, "Id"),
    "a list": [NEW],
}
unclear = pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
NEXT_RUN = "The next run uses the webhook if it exists then, and creates it otherwise."
FAST = {"retries": 3, "timeout": 0.4}


@unclear
def test_webhook_listed_after_unclear_creation_counts_as_created(
    service: api.Service, answer: Any
) -> None:
    service.answers(answer, [KNOWN, NEW])

    change, warnings = written(service, CREATION, **FAST)

    assert change == CREATED
    assert service.seen == [POST, LIST]
    assert warnings == [
        "There was no clear response to the creation of a CampaignReply webhook of campaign 9141, "
        "but webhook 31 of campaign 9141 with its URL is listed since, so it counts as created."
    ]


@unclear
def test_unclear_creation_without_a_listed_webhook_is_an_error(
    service: api.Service, answer: Any
) -> None:
    others = [{**one, "Id": 40 + n} for n, one in enumerate(OTHERS.values())]
    service.answers(answer, [made.api_record(Id=29), *others])

    failure = failed_write(service, CREATION, **FAST)

    assert service.seen == [POST, LIST]
    assert "Could not create a CampaignReply webhook of campaign 9141" in str(failure)
    assert str(failure).endswith(
        f"Campaign 9141 does not list it now, but it may still appear. {NEXT_RUN}"
    )
    assert failure.may_have_been_applied
    assert failure.failure.method == "POST"


def test_lowest_id_of_several_new_webhooks_is_adopted(service: api.Service) -> None:
    listed = [(33, made.URL), (32, SPELLING), (34, made.URL)]
    service.answers(api.hangs_up(), [made.api_record(Id=one, Url=url) for one, url in listed])

    change, warnings = written(service, CREATION)

    assert change.after == made.webhook(webhook_id=32, name="first")
    assert ops.has_words(warnings, ["counts as created", SPELLING])


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (api.hangs_up(), "failed ("),
        ({}, "not a list of webhooks"),
        (api.error(401, 100, "Provided API key is invalid"), "answered 401"),
    ],
    ids=["no response", "not a list", "401"],
)
def test_unclear_creation_without_a_list_is_an_error_with_both_reasons(
    service: api.Service, second: Any, reason: str
) -> None:
    service.answers(api.error(500, 7, "first"), second)

    failure = failed_write(service, CREATION)

    first, told, rest = ops.shown(failure).partition("Whether it was created could not be checked.")
    assert told
    assert "answered 500, code 7: first" in first
    assert reason in rest
    assert rest.endswith(NEXT_RUN)
    assert failure.may_have_been_applied
    assert failure.failure.method == "GET"
