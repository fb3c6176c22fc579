# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One change: written once, verified or undone, and told in the words of what happened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.write import apply_change
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import failed_write, written

Exchange = dict[str, Any]
"""The requests of a write in their order, each with its answer."""
LIST, POST = ops.LIST, ops.POST
GET, PUT, DELETE = (ops.request(method, 31) for method in ("GET", "PUT", "DELETE"))
# What a task declares
UPDATE = Change(
    made.webhook(webhook_id=31, active=False, note="gone"),
    made.webhook(webhook_id=31, url=made.OTHER_URL),
)
MOVE_BACK = Change(UPDATE.after, made.webhook(webhook_id=31))
DELETION = Change(made.webhook(webhook_id=31), None)
CREATION = Change(None, made.new_webhook(name="first"), frozenset({29}))
INACTIVE = Change(None, made.new_webhook(active=False), frozenset({29}))
# What the service answers
SPELLING = "https://HOOKS.example.org/replies/5f1d"
NEW, MOVED = made.api_record(Id=31), made.api_record(Id=31, Url=made.OTHER_URL)
OFF, MOVED_OFF = {**NEW, "IsActive": False}, {**MOVED, "IsActive": False}
SPELT, SPELT_OFF = {**NEW, "Url": SPELLING}, {**OFF, "Url": SPELLING}
SLASH, STATUS = {**NEW, "Url": made.URL + "/"}, {**NEW, "WebhookType": made.STATUS}
KNOWN, EQUAL = {**MOVED, "Id": 29}, {**NEW, "Id": 29}
NO, BROKEN, GONE = api.error(400, 9, "no"), api.error(500, 1, "no"), api.error(404, 142, "gone")
HTML = api.reply(body=b"<html>OK</html>")
SPELLS = (
    f"The service spells the URL of webhook 31 of campaign 9141 '{SPELLING}' instead of "
    f"'{made.URL}'. They are equivalent and count as the same."
)
ADOPTED = (
    "There was no clear response to the creation of a CampaignReply webhook of campaign 9141, "
    "but webhook 31 of campaign 9141 with its URL is listed since, so it counts as created."
)
WRITTEN: dict[str, tuple[Change, Exchange, list[str]]] = {
    "unchanged": (Change(made.ON, made.ON), {}, []),
    "neither": (Change(None, None), {}, []),
    "update": (UPDATE, {PUT: MOVED}, []),
    "update, no content": (UPDATE, {PUT: 204, GET: MOVED}, []),
    "update, HTML": (UPDATE, {PUT: HTML, GET: MOVED}, []),
    "update, other URL": (UPDATE, {PUT: NEW, GET: MOVED}, []),
    "update, inactive": (UPDATE, {PUT: MOVED_OFF, GET: MOVED}, []),
    "update, other id": (UPDATE, {PUT: KNOWN, GET: MOVED}, []),
    "update, incomplete": (UPDATE, {PUT: {"Id": 31}, GET: MOVED}, []),
    "update, spelt otherwise": (MOVE_BACK, {PUT: SPELT}, [SPELLS]),
    "update, read as spelt otherwise": (MOVE_BACK, {PUT: 200, GET: SPELT}, [SPELLS]),
    "deletion": (DELETION, {DELETE: 204}, []),
    "deletion, gone already": (DELETION, {DELETE: GONE}, []),
    "creation": (CREATION, {POST: api.reply(201, NEW)}, []),
    "creation, other URL": (CREATION, {POST: MOVED, GET: NEW}, []),
    "creation, slash at the end": (CREATION, {POST: SLASH, GET: NEW}, []),
    "creation, other type": (CREATION, {POST: STATUS, GET: NEW}, []),
    "creation, to be activated": (CREATION, {POST: OFF, PUT: NEW}, []),
    "inactive creation": (INACTIVE, {POST: OFF}, []),
    "inactive creation, to be deactivated": (INACTIVE, {POST: NEW, PUT: OFF}, []),
    "inactive creation, spelt otherwise": (INACTIVE, {POST: SPELT, PUT: SPELT_OFF}, [SPELLS]),
    "inactive creation, read as spelt otherwise": (
        INACTIVE, {POST: MOVED, GET: SPELT, PUT: SPELT_OFF}, [SPELLS]),
    "unclear creation, lowest of several": (
        INACTIVE, {POST: 201, LIST: [{**NEW, "Id": 32}, SPELT_OFF, {**NEW, "Id": 33}]},
        [ADOPTED, SPELLS]),
}  # fmt: skip


def as_written(change: Change) -> Change:
    """A change as it happened: a creation has the id and the date of the service."""
    if change.before is not None or change.after is None:
        return change
    return Change(None, replace(change.after, webhook_id=31, date_created=made.DATE))


@pytest.mark.parametrize(("change", "exchange", "warnings"), WRITTEN.values(), ids=WRITTEN)
def test_change_is_written_once_and_verified(
    service: api.Service, change: Change, exchange: Exchange, warnings: list[str]
) -> None:
    service.answers(*exchange.values())

    assert written(service, change) == (as_written(change), warnings)

    assert service.seen == [*exchange]


SENT: dict[str, tuple[Change, list[Any], dict[str, Any]]] = {
    "update": (UPDATE, [MOVED], {"Url": made.OTHER_URL, "IsActive": True}),
    "creation": (CREATION, [NEW], {"Url": made.URL, "WebhookType": made.REPLY}),
    "deactivation": (INACTIVE, [SPELT, SPELT_OFF], {"Url": SPELLING, "IsActive": False}),
}


@pytest.mark.parametrize(("change", "answers", "data"), SENT.values(), ids=SENT)
def test_write_sends_both_fields(
    service: api.Service, change: Change, answers: list[Any], data: dict[str, Any]
) -> None:
    service.answers(*answers)

    written(service, change)

    assert service.requests[-1].data == data


def test_dry_run_sends_nothing(service: api.Service) -> None:
    client = made.client_of(service.url)

    assert apply_change(client, UPDATE, True, list[str]().append) is UPDATE

    assert service.connections == 0


HOLDS = (
    "Could not update webhook 31 of campaign 9141: the service accepted the change but holds "
    f"something else. Requested: url {made.OTHER_URL}, active True. Stored: url %s, active %s. "
    "If it rewrites URLs, declare the one that it stored. If somebody else changed it meanwhile, "
    "run the task again."
)
UNVERIFIED = (
    "The service accepted the update of webhook 31 of campaign 9141, but it could not be "
    "verified. Could not read webhook 31 of campaign 9141..."
)
STORED = (
    "Could not create a webhook of campaign 9141: the service stored something else as webhook 31 "
    f'of campaign 9141 "first". Requested: CampaignReply, url {made.URL}. Stored: %s, url %s. '
)
UNDONE = STORED + "It was deleted again. Declare the URL in the way the service stores it."
EXISTED = (
    "Could not create a webhook of campaign 9141: the service returned webhook 29 of campaign "
    "9141 at %s, which existed before. Nothing was deleted. Read it with "
    "touchbase_sms_webhook_info, and declare its webhook_id if it is the right one."
)
NO_UPDATE, NO_DELETION = "Could not update webhook 31...", "Could not delete webhook 31..."
NO_CREATION = "Could not create a CampaignReply webhook of campaign 9141..."
NEXT_RUN = "The next run uses the webhook if it exists then, and creates it otherwise."
NOT_LISTED = (
    f"{NO_CREATION} Campaign 9141 does not list it now, but it may still appear. {NEXT_RUN}"
)
NO_LIST = f"{NO_CREATION}: first... Whether it was created could not be checked. %s... {NEXT_RUN}"
Error = tuple[str, Any, bool]
"""The kind of an error, its status, and whether the change may have been applied."""
NO_RESPONSE, UNEXPECTED = ("unreachable", None, True), ("unexpected_answer", None, True)
NO_PROOF, TAKEN_BACK = ("unexpected_answer", 404, True), ("unexpected_answer", None, False)
REFUSED_400, REFUSED_401, REFUSED_404 = (("refused", one, False) for one in (400, 401, 404))
MAYBE_500 = ("refused", 500, True)
FIRST, ALIKE = api.error(500, 7, "first"), [EQUAL, MOVED, {**SLASH, "Id": 32}, {**STATUS, "Id": 33}]
NO_KEY, NO_PATH = api.error(401, 100, "no"), api.gateway(404, "Resource not found")
FAILED: dict[str, tuple[Change, Exchange, Error, str]] = {
    "update, refused": (UPDATE, {PUT: NO}, REFUSED_400, NO_UPDATE),
    "update, no response": (UPDATE, {PUT: api.hangs_up()}, NO_RESPONSE, NO_UPDATE),
    "update, other URL": (UPDATE, {PUT: 200, GET: NEW}, UNEXPECTED, HOLDS % (made.URL, True)),
    "update, inactive": (
        UPDATE, {PUT: 200, GET: MOVED_OFF}, UNEXPECTED, HOLDS % (made.OTHER_URL, False)),
    "update, unverified": (UPDATE, {PUT: 200, GET: GONE}, NO_PROOF, UNVERIFIED),
    "deletion, 404 without code": (DELETION, {DELETE: NO_PATH}, REFUSED_404, NO_DELETION),
    "deletion, 404 of another code": (
        DELETION, {DELETE: api.error(404, 104, "no")}, REFUSED_404, NO_DELETION),
    "creation, refused": (CREATION, {POST: NO}, REFUSED_400, NO_CREATION),
    "creation, 401": (CREATION, {POST: NO_KEY}, REFUSED_401, NO_CREATION),
    "creation, known webhook": (CREATION, {POST: KNOWN}, UNEXPECTED, EXISTED % made.OTHER_URL),
    "creation, known equal webhook": (CREATION, {POST: EQUAL}, UNEXPECTED, EXISTED % made.URL),
    "creation, other URL": (
        CREATION, {POST: MOVED, GET: MOVED, DELETE: 204}, TAKEN_BACK,
        UNDONE % (made.REPLY, made.OTHER_URL)),
    "creation, slash at the end": (
        CREATION, {POST: SLASH, GET: SLASH, DELETE: GONE}, TAKEN_BACK,
        UNDONE % (made.REPLY, made.URL + "/")),
    "creation, other type": (
        CREATION, {POST: STATUS, GET: STATUS, DELETE: 204}, TAKEN_BACK,
        UNDONE % (made.STATUS, made.URL)),
    "unclear creation, not listed": (CREATION, {POST: BROKEN, LIST: ALIKE}, MAYBE_500, NOT_LISTED),
    "unclear creation, no response": (
        CREATION, {POST: api.hangs_up(), LIST: ALIKE}, NO_RESPONSE, NOT_LISTED),
    "unclear creation, empty response": (
        CREATION, {POST: 201, LIST: ALIKE}, ("unexpected_answer", 201, True), NOT_LISTED),
    "unclear creation, no response to the list": (
        CREATION, {POST: FIRST, LIST: api.hangs_up()}, NO_RESPONSE, NO_LIST % "...failed ("),
    "unclear creation, not a list": (
        CREATION, {POST: FIRST, LIST: {}}, ("unexpected_answer", 200, True),
        NO_LIST % "...not a list of webhooks"),
    "unclear creation, 401 for the list": (
        CREATION, {POST: FIRST, LIST: NO_KEY}, ("refused", 401, True), NO_LIST % "...answered 401"),
}  # fmt: skip


def says(error: errors.TouchBaseError, message: str) -> bool:
    """Whether an error has this message, in which "..." stands for any text."""
    pattern = re.escape(message).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, made.shown(str(error))) is not None


@pytest.mark.parametrize(("change", "exchange", "error", "message"), FAILED.values(), ids=FAILED)
def test_failed_write_says_what_happened_and_whether_it_may_be_applied(
    service: api.Service, change: Change, exchange: Exchange, error: Error, message: str
) -> None:
    service.answers(*exchange.values())

    failure = failed_write(service, change)

    result = failure.as_result()
    status, changed = result["failure"].get("status"), result.get("changed", False)
    assert (result["failure"]["kind"], status, changed) == error
    assert says(failure, message)
    assert service.seen == [*exchange]


UNREAD = (
    f'Created webhook 31 of campaign 9141 "first", but the response shows CampaignReply, url '
    f"{made.OTHER_URL} instead of CampaignReply, url {made.URL}, and the webhook could not be "
    "read. Could not read webhook 31... Nothing was deleted. Run the task again to check."
)
LEFT_OVER = (
    STORED + "It could not be deleted again and is left over. Could not delete webhook 31..."
)
NOT_SET = f"Created webhook 31 of campaign 9141%s at {made.URL}, but could not %sactivate it. "
DO_REST = NO_UPDATE + " Run the task again to do the rest."
NOT_OFF, NOT_ON = NOT_SET % ("", "de") + DO_REST, NOT_SET % (' "first"', "") + DO_REST
# What is done and what is not, each with the activity of the webhook.
PARTIAL: dict[str, tuple[Change, Exchange, list[str], str]] = {
    "read, 500": (CREATION, {POST: MOVED, GET: BROKEN}, ["created True"], UNREAD),
    "read, no response": (CREATION, {POST: MOVED, GET: api.hangs_up()}, ["created True"], UNREAD),
    "read, 404": (CREATION, {POST: MOVED, GET: GONE}, ["created True"], UNREAD),
    "read, other webhook": (CREATION, {POST: MOVED, GET: KNOWN}, ["created True"], UNREAD),
    "not deleted": (
        CREATION, {POST: MOVED, GET: MOVED, DELETE: BROKEN}, ["created True", "deleted True"],
        LEFT_OVER % (made.REPLY, made.OTHER_URL)),
    "not deactivated": (INACTIVE, {POST: NEW, PUT: NO}, ["created True", "updated False"], NOT_OFF),
    "still active": (
        INACTIVE, {POST: NEW, PUT: NEW, GET: NEW}, ["created True", "updated False"], NOT_OFF),
    "not activated": (CREATION, {POST: OFF, PUT: NO}, ["created False", "updated True"], NOT_ON),
}  # fmt: skip


@pytest.mark.parametrize(("change", "exchange", "listed", "message"), PARTIAL.values(), ids=PARTIAL)
def test_creation_that_is_not_as_desired_is_partially_applied(
    service: api.Service, change: Change, exchange: Exchange, listed: list[str], message: str
) -> None:
    service.answers(*exchange.values())

    failure = failed_write(service, change)

    assert isinstance(failure, errors.PartiallyApplied)
    assert says(failure, message)
    assert failure.as_result()["changed"] is True
    changes = [*failure.done, *failure.failed]
    assert [f"{one['change']} {one['webhook']['active']}" for one in changes] == listed
    assert {one["webhook"]["url"] for one in changes} == {exchange[POST]["Url"]}
    assert [one.get("msg") for one in changes] == [None, str(failure.cause)][: len(listed)]
    assert service.seen == [*exchange]


def test_error_of_the_code_says_changed(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any) -> None:
        raise LookupError("unexpected")

    monkeypatch.setattr(Client, "update_webhook", breaks)

    result = failed_write(service, UPDATE).as_result()

    assert (result["failure"]["kind"], result["changed"]) == ("internal_error", True)


UNCLEAR: dict[str, Any] = {
    "reset": api.resets(),
    "half a response": api.raw(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"),
    "nothing in time": api.black_hole(),
    "500": BROKEN,
    "503": api.gateway(503, "Later"),
    "empty body": 201,
    "HTML": HTML,
    "no id": made.without(NEW, "Id"),
    "a list": [NEW],
}


@pytest.mark.parametrize("answer", UNCLEAR.values(), ids=UNCLEAR)
def test_webhook_listed_after_unclear_creation_counts_as_created(
    service: api.Service, answer: Any
) -> None:
    service.answers(answer, [KNOWN, NEW])

    assert written(service, CREATION, retries=3, timeout=0.4) == (as_written(CREATION), [ADOPTED])

    assert service.seen == [POST, LIST]
