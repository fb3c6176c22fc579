"""One change: written once, verified or undone, and told in the words of what happened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

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

# What a task declares.
UPDATE = Change(
    made.webhook(webhook_id=31, active=False, note="gone"),
    made.webhook(webhook_id=31, url=made.OTHER_URL),
)
MOVE_BACK = Change(UPDATE.after, made.webhook(webhook_id=31))
DELETION = Change(made.webhook(webhook_id=31), None)
CREATION = Change(None, made.new_webhook(name="first"), frozenset({29}))
INACTIVE = Change(None, made.new_webhook(active=False), frozenset({29}))

# Webhooks as the service shows them: 31 is the one that is written, and 29 was there before.
NEW = made.api_record(Id=31)
MOVED = {**NEW, "Url": made.OTHER_URL}
OFF = {**NEW, "IsActive": False}
MOVED_OFF = {**MOVED, "IsActive": False}
SPELT = {**NEW, "Url": "https://HOOKS.example.org/replies/5f1d"}
SPELT_OFF = {**SPELT, "IsActive": False}
SLASH = {**NEW, "Url": made.URL + "/"}
OTHER_TYPE = {**NEW, "WebhookType": made.STATUS}
KNOWN = {**MOVED, "Id": 29}
KNOWN_EQUAL = {**NEW, "Id": 29}

# What else it answers.
HTML = api.reply(body=b"<html>OK</html>")
REFUSED = api.error(400, 9, "no")
WRONG_KEY = api.error(401, 100, "no")
GONE = api.error(404, 142, "gone")
BROKEN = api.error(500, 1, "broken")


class Written(NamedTuple):
    """A change that succeeds."""

    change: Change
    exchange: Exchange
    warnings: tuple[str, ...] = ()


SPELLS = (
    "The service spells the URL of webhook 31 of campaign 9141 "
    f"'https://HOOKS.example.org/replies/5f1d' instead of '{made.URL}'. "
    "They are equivalent and count as the same."
)
ADOPTED = (
    "There was no clear response to the creation of a CampaignReply webhook of campaign 9141, "
    "but webhook 31 of campaign 9141 with its URL is listed since, so it counts as created."
)
WRITTEN = {
    "unchanged": Written(Change(made.ON, made.ON), {}),
    "neither": Written(Change(None, None), {}),
    "update": Written(UPDATE, {PUT: MOVED}),
    "update, no content": Written(UPDATE, {PUT: 204, GET: MOVED}),
    "update, HTML": Written(UPDATE, {PUT: HTML, GET: MOVED}),
    "update, other URL": Written(UPDATE, {PUT: NEW, GET: MOVED}),
    "update, inactive": Written(UPDATE, {PUT: MOVED_OFF, GET: MOVED}),
    "update, other id": Written(UPDATE, {PUT: KNOWN, GET: MOVED}),
    "update, incomplete": Written(UPDATE, {PUT: {"Id": 31}, GET: MOVED}),
    "update, spelt otherwise": Written(MOVE_BACK, {PUT: SPELT}, (SPELLS,)),
    "update, read as spelt otherwise": Written(MOVE_BACK, {PUT: 200, GET: SPELT}, (SPELLS,)),
    "deletion": Written(DELETION, {DELETE: 204}),
    "deletion, gone already": Written(DELETION, {DELETE: GONE}),
    "creation": Written(CREATION, {POST: api.reply(201, NEW)}),
    "creation, other URL": Written(CREATION, {POST: MOVED, GET: NEW}),
    "creation, slash at the end": Written(CREATION, {POST: SLASH, GET: NEW}),
    "creation, other type": Written(CREATION, {POST: OTHER_TYPE, GET: NEW}),
    "creation, to be activated": Written(CREATION, {POST: OFF, PUT: NEW}),
    "inactive creation": Written(INACTIVE, {POST: OFF}),
    "inactive creation, to be deactivated": Written(INACTIVE, {POST: NEW, PUT: OFF}),
    "inactive creation, spelt otherwise": Written(
        INACTIVE, {POST: SPELT, PUT: SPELT_OFF}, (SPELLS,)),
    "inactive creation, read as spelt otherwise": Written(
        INACTIVE, {POST: MOVED, GET: SPELT, PUT: SPELT_OFF}, (SPELLS,)),
    "unclear creation, lowest of several": Written(
        INACTIVE, {POST: 201, LIST: [{**NEW, "Id": 32}, SPELT_OFF, {**NEW, "Id": 33}]},
        (ADOPTED, SPELLS)),
}  # fmt: skip


def as_written(change: Change) -> Change:
    """A change as it happened: a creation has the id and the date of the service."""
    if change.before is not None or change.after is None:
        return change
    return Change(None, replace(change.after, webhook_id=31, date_created=made.DATE))


@pytest.mark.parametrize("row", WRITTEN.values(), ids=WRITTEN)
def test_change_is_written_once_and_verified(service: api.Service, row: Written) -> None:
    service.answers(*row.exchange.values())

    assert written(service, row.change) == (as_written(row.change), [*row.warnings])

    assert service.seen == [*row.exchange]


SENT: dict[str, tuple[Change, list[Any], dict[str, Any]]] = {
    "update": (UPDATE, [MOVED], {"Url": made.OTHER_URL, "IsActive": True}),
    "creation": (CREATION, [NEW], {"Url": made.URL, "WebhookType": made.REPLY}),
    "deactivation": (INACTIVE, [SPELT, SPELT_OFF], {"Url": SPELT["Url"], "IsActive": False}),
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


class Failed(NamedTuple):
    """A change that fails, and its error; "..." in the message stands for any text."""

    change: Change
    exchange: Exchange
    kind: str
    status: int | None
    # Whether the change may have been applied.
    changed: bool
    message: str


def holds(url: str, active: bool) -> str:
    return (
        "Could not update webhook 31 of campaign 9141: the service accepted the change but holds "
        f"something else. Requested: url {made.OTHER_URL}, active True. "
        f"Stored: url {url}, active {active}. If it rewrites URLs, declare the one that it stored. "
        "If somebody else changed it meanwhile, run the task again."
    )


def existed(url: str) -> str:
    return (
        "Could not create a webhook of campaign 9141: the service returned webhook 29 of campaign "
        f"9141 at {url}, which existed before. Nothing was deleted. Read it with "
        "touchbase_sms_webhook_info, and declare its webhook_id if it is the right one."
    )


def stored_otherwise(webhook_type: str, url: str, end: str) -> str:
    return (
        "Could not create a webhook of campaign 9141: the service stored something else as "
        f'webhook 31 of campaign 9141 "first". Requested: CampaignReply, url {made.URL}. '
        f"Stored: {webhook_type}, url {url}. {end}"
    )


NEXT_RUN = "The next run uses the webhook if it exists then, and creates it otherwise."


def unchecked(list_problem: str) -> str:
    return (
        "Could not create a CampaignReply webhook of campaign 9141...: first... "
        f"Whether it was created could not be checked. ...{list_problem}... {NEXT_RUN}"
    )


UNDONE = "It was deleted again. Declare the URL in the way the service stores it."
NOT_LISTED = (
    "Could not create a CampaignReply webhook of campaign 9141... Campaign 9141 does not list it "
    f"now, but it may still appear. {NEXT_RUN}"
)
FIRST = api.error(500, 7, "first")
ALIKE = [KNOWN_EQUAL, MOVED, {**SLASH, "Id": 32}, {**OTHER_TYPE, "Id": 33}]
FAILED = {
    "update, refused": Failed(
        UPDATE, {PUT: REFUSED},
        "refused", 400, changed=False, message="Could not update webhook 31..."),
    "update, no response": Failed(
        UPDATE, {PUT: api.hangs_up()},
        "unreachable", None, changed=True, message="Could not update webhook 31..."),
    "update, other URL": Failed(
        UPDATE, {PUT: 200, GET: NEW},
        "unexpected_answer", None, changed=True, message=holds(made.URL, active=True)),
    "update, inactive": Failed(
        UPDATE, {PUT: 200, GET: MOVED_OFF},
        "unexpected_answer", None, changed=True, message=holds(made.OTHER_URL, active=False)),
    "update, unverified": Failed(
        UPDATE, {PUT: 200, GET: GONE},
        "unexpected_answer", 404, changed=True,
        message="The service accepted the update of webhook 31 of campaign 9141, but it could not "
        "be verified. Could not read webhook 31 of campaign 9141..."),
    "deletion, 404 without code": Failed(
        DELETION, {DELETE: api.gateway(404, "Resource not found")},
        "refused", 404, changed=False, message="Could not delete webhook 31..."),
    "deletion, 404 of another code": Failed(
        DELETION, {DELETE: api.error(404, 104, "no")},
        "refused", 404, changed=False, message="Could not delete webhook 31..."),
    "creation, refused": Failed(
        CREATION, {POST: REFUSED},
        "refused", 400, changed=False,
        message="Could not create a CampaignReply webhook of campaign 9141..."),
    "creation, 401": Failed(
        CREATION, {POST: WRONG_KEY},
        "refused", 401, changed=False,
        message="Could not create a CampaignReply webhook of campaign 9141..."),
    "creation, known webhook": Failed(
        CREATION, {POST: KNOWN},
        "unexpected_answer", None, changed=True, message=existed(made.OTHER_URL)),
    "creation, known equal webhook": Failed(
        CREATION, {POST: KNOWN_EQUAL},
        "unexpected_answer", None, changed=True, message=existed(made.URL)),
    "creation, other URL": Failed(
        CREATION, {POST: MOVED, GET: MOVED, DELETE: 204},
        "unexpected_answer", None, changed=False,
        message=stored_otherwise("CampaignReply", made.OTHER_URL, UNDONE)),
    "creation, slash at the end": Failed(
        CREATION, {POST: SLASH, GET: SLASH, DELETE: GONE},
        "unexpected_answer", None, changed=False,
        message=stored_otherwise("CampaignReply", made.URL + "/", UNDONE)),
    "creation, other type": Failed(
        CREATION, {POST: OTHER_TYPE, GET: OTHER_TYPE, DELETE: 204},
        "unexpected_answer", None, changed=False,
        message=stored_otherwise("CampaignMessageStatusUpdate", made.URL, UNDONE)),
    "unclear creation, not listed": Failed(
        CREATION, {POST: BROKEN, LIST: ALIKE},
        "refused", 500, changed=True, message=NOT_LISTED),
    "unclear creation, no response": Failed(
        CREATION, {POST: api.hangs_up(), LIST: ALIKE},
        "unreachable", None, changed=True, message=NOT_LISTED),
    "unclear creation, empty response": Failed(
        CREATION, {POST: 201, LIST: ALIKE},
        "unexpected_answer", 201, changed=True, message=NOT_LISTED),
    "unclear creation, no response to the list": Failed(
        CREATION, {POST: FIRST, LIST: api.hangs_up()},
        "unreachable", None, changed=True, message=unchecked("failed (")),
    "unclear creation, not a list": Failed(
        CREATION, {POST: FIRST, LIST: {}},
        "unexpected_answer", 200, changed=True, message=unchecked("not a list of webhooks")),
    "unclear creation, 401 for the list": Failed(
        CREATION, {POST: FIRST, LIST: WRONG_KEY},
        "refused", 401, changed=True, message=unchecked("answered 401")),
}  # fmt: skip


def says(error: errors.TouchBaseError, message: str) -> bool:
    """Whether an error has this message, in which "..." stands for any text."""
    pattern = re.escape(message).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, made.shown(str(error))) is not None


@pytest.mark.parametrize("row", FAILED.values(), ids=FAILED)
def test_failed_write_says_what_happened_and_whether_it_may_be_applied(
    service: api.Service, row: Failed
) -> None:
    service.answers(*row.exchange.values())

    error = failed_write(service, row.change)

    result = error.as_result()
    assert result["failure"]["kind"] == row.kind
    assert result["failure"].get("status") == row.status
    assert result.get("changed", False) == row.changed
    assert says(error, row.message)
    assert service.seen == [*row.exchange]


class PartlyCreated(NamedTuple):
    """A creation that is left as it should not be.

    ``listed`` is what is done, then what is not, each with the activity of the webhook.
    """

    change: Change
    exchange: Exchange
    listed: list[str]
    message: str


UNREAD = (
    'Created webhook 31 of campaign 9141 "first", but the response shows CampaignReply, url '
    f"{made.OTHER_URL} instead of CampaignReply, url {made.URL}, and the webhook could not be "
    "read. Could not read webhook 31... Nothing was deleted. Run the task again to check."
)
LEFT_OVER = "It could not be deleted again and is left over. Could not delete webhook 31..."
NOT_DEACTIVATED = (
    f"Created webhook 31 of campaign 9141 at {made.URL}, but could not deactivate it. "
    "Could not update webhook 31... Run the task again to do the rest."
)
NOT_ACTIVATED = (
    f'Created webhook 31 of campaign 9141 "first" at {made.URL}, but could not activate it. '
    "Could not update webhook 31... Run the task again to do the rest."
)
PARTLY_CREATED = {
    "read, 500": PartlyCreated(
        CREATION, {POST: MOVED, GET: BROKEN}, ["created True"], UNREAD),
    "read, no response": PartlyCreated(
        CREATION, {POST: MOVED, GET: api.hangs_up()}, ["created True"], UNREAD),
    "read, 404": PartlyCreated(
        CREATION, {POST: MOVED, GET: GONE}, ["created True"], UNREAD),
    "read, other webhook": PartlyCreated(
        CREATION, {POST: MOVED, GET: KNOWN}, ["created True"], UNREAD),
    "not deleted": PartlyCreated(
        CREATION, {POST: MOVED, GET: MOVED, DELETE: BROKEN}, ["created True", "deleted True"],
        stored_otherwise("CampaignReply", made.OTHER_URL, LEFT_OVER)),
    "not deactivated": PartlyCreated(
        INACTIVE, {POST: NEW, PUT: REFUSED}, ["created True", "updated False"], NOT_DEACTIVATED),
    "still active": PartlyCreated(
        INACTIVE, {POST: NEW, PUT: NEW, GET: NEW}, ["created True", "updated False"],
        NOT_DEACTIVATED),
    "not activated": PartlyCreated(
        CREATION, {POST: OFF, PUT: REFUSED}, ["created False", "updated True"], NOT_ACTIVATED),
}  # fmt: skip


@pytest.mark.parametrize("row", PARTLY_CREATED.values(), ids=PARTLY_CREATED)
def test_creation_that_is_not_as_desired_is_partially_applied(
    service: api.Service, row: PartlyCreated
) -> None:
    service.answers(*row.exchange.values())

    error = failed_write(service, row.change)

    assert isinstance(error, errors.PartiallyApplied)
    assert says(error, row.message)
    assert error.as_result()["changed"] is True
    changes = [*error.done, *error.failed]
    assert [f"{one['change']} {one['webhook']['active']}" for one in changes] == row.listed
    assert {one["webhook"]["url"] for one in changes} == {row.exchange[POST]["Url"]}
    assert [one.get("msg") for one in changes] == [None, str(error.cause)][: len(row.listed)]
    assert service.seen == [*row.exchange]


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
