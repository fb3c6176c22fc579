"""Webhooks over a real socket: paths, bodies, and what is accepted as a response."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

CAMPAIGN, URL, OTHER_URL = made.CAMPAIGN, made.URL, made.OTHER_URL
OF_LIST, OF_ACCOUNT = Owner("list", 77), Owner("message")
PATHS = {CAMPAIGN: "/sms/campaigns/9141", OF_LIST: "/sms/lists/77", OF_ACCOUNT: "/sms/message"}
NOT_THERE = api.error(404, 142, "Webhook record does not exist")
OFF = {"active": False, "note": "gone"}
MOVED = {"url": OTHER_URL, "active": False}
PUT, POST = {"Url": OTHER_URL, "IsActive": False}, {"Url": URL, "WebhookType": "CampaignReply"}


@pytest.fixture(name="client")
def _client(service: api.Service) -> Client:
    return made.client_of(service.url)


def read(client: Client, owner: Owner = CAMPAIGN) -> object:
    return client.read_webhook(owner, 28)


def update(client: Client, owner: Owner = CAMPAIGN) -> object:
    return client.update_webhook(made.webhook(owner=owner, note="gone", **MOVED))


def create(client: Client, owner: Owner = CAMPAIGN) -> object:
    return client.create_webhook(made.new_webhook(owner=owner, active=False))


def delete(client: Client, owner: Owner = CAMPAIGN) -> None:
    client.delete_webhook(made.webhook(owner=owner))


def list_all(client: Client, owner: Owner = CAMPAIGN) -> object:
    return client.list_webhooks(owner)


Send = Callable[..., object]
CREATED = made.api_record(Id=31)
# what is sent, the answer, fields of the result, method and end of the path, body
SENT: dict[str, tuple[Send, Any, dict[str, Any] | None, str, Any]] = {
    "read": (read, made.api_record(IsActive=False, Note="gone"), OFF, "GET /28", None),
    "update": (update, made.api_record(**PUT), MOVED, "PUT /28", PUT),
    "creation": (create, api.reply(201, CREATED), {"webhook_id": 31}, "POST ", POST),
    "creation, 200": (create, CREATED, {"webhook_id": 31}, "POST ", POST),
    "deletion": (delete, 204, None, "DELETE /28", None),
    "deletion, 200": (delete, api.reply(body=b" \r\n"), None, "DELETE /28", None),
    "deletion of none": (delete, NOT_THERE, None, "DELETE /28", None),
}


@pytest.mark.parametrize("owner", PATHS, ids=str)
@pytest.mark.parametrize("name", SENT)
def test_request_has_the_path_of_the_owner_and_the_documented_body(
    service: api.Service, client: Client, owner: Owner, name: str
) -> None:
    send, answer, fields, line, body = SENT[name]
    service.answers(answer)

    found = send(client, owner)

    assert found == (None if fields is None else made.webhook(owner=owner, **fields))
    method, _blank, end = line.partition(" ")
    assert service.seen == [f"{method} {PATHS[owner]}/webhooks{end}"]
    assert service.requests[0].body == b"" if body is None else service.requests[0].data == body


@pytest.mark.parametrize("owner", PATHS, ids=str)
def test_list_has_the_webhooks_of_the_owner(
    service: api.Service, client: Client, owner: Owner
) -> None:
    service.answers([made.api_record(), made.api_record(Id=29, IsActive=False)], [])

    found = client.list_webhooks(owner)

    off = made.webhook(owner=owner, webhook_id=29, active=False)
    assert found == [made.webhook(owner=owner), off]
    assert client.list_webhooks(owner) == []
    assert service.seen == [f"GET {PATHS[owner]}/webhooks"] * 2


# Errors


NO_CAMPAIGN = (
    "Campaign 9141 does not exist for this API key. Check campaign_id; "
    "touchbase_sms_campaign_info lists the campaigns."
)
NO_ACCOUNT = "The account of this API key has no such webhooks. Check api_key and scope."
LISTS = "; touchbase_sms_webhook_info lists what there is."
NO_WEBHOOK = f"Campaign 9141 has no webhook 28. Check webhook_id and campaign_id{LISTS}"
# the request, its owner, the code of the response with 404, the advice
MISSING: list[tuple[Send, Owner, int, str]] = [
    (read, CAMPAIGN, 142, NO_WEBHOOK),
    (update, OF_ACCOUNT, 142, f"The account has no webhook 28. Check webhook_id and scope{LISTS}"),
    (list_all, OF_LIST, 142, f"List 77 has no webhooks. Check list_id{LISTS}"),
    (list_all, OF_ACCOUNT, 142, f"The account has no webhooks. Check scope{LISTS}"),
    (list_all, OF_LIST, 104, "List 77 does not exist for this API key. Check list_id."),
    (create, OF_ACCOUNT, 104, NO_ACCOUNT),
    (lambda client, _owner: client.read_campaign(9141), CAMPAIGN, 104, NO_CAMPAIGN),
    *((send, CAMPAIGN, 104, NO_CAMPAIGN) for send in (read, update, create, delete)),
]


@pytest.mark.parametrize(("send", "owner", "code", "advice"), MISSING)
def test_404_names_the_missing_object_and_the_option_to_check(
    service: api.Service, client: Client, send: Send, owner: Owner, code: int, advice: str
) -> None:
    service.answers(api.error(404, code, "no"))

    with pytest.raises(errors.Refused) as caught:
        send(client, owner)

    assert made.shown(str(caught.value)).endswith(f", code {code}: no. {advice}")
    assert not caught.value.may_have_been_applied


BODIES = {
    "page": b"<p>Sign in</p>",
    "message": b'{"error": "Sign in"}',
    "nothing in braces": b"{}",
    "the record": json.dumps(made.api_record()).encode(),
    "too large": b"[" * (8 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_deletion_with_body_is_verified(service: api.Service, client: Client, body: bytes) -> None:
    service.answers(api.reply(body=body), NOT_THERE)

    delete(client)

    assert service.seen == [f"DELETE {made.WEBHOOK_PATH}", f"GET {made.WEBHOOK_PATH}"]


RECORD = made.api_record()
DOING = {
    read: "read webhook 28 of campaign 9141",
    create: "create a CampaignReply webhook of campaign 9141",
    delete: "delete webhook 28 of campaign 9141",
    list_all: "list the webhooks of campaign 9141",
}
NO_LIST = "not a list of webhooks"
TWICE = [RECORD, made.api_record(Id=29), made.api_record(Url=OTHER_URL)]
# what is sent, the answers, words of the message
ERRORS: dict[str, tuple[Send, list[Any], str]] = {
    "deletion, 404 of the gateway": (delete, [api.gateway(404, "no")], "answered 404: no"),
    "deletion, 403": (delete, [api.error(403, 142, "no")], "answered 403, code 142: no"),
    "deletion, still there": (delete, [{}, RECORD], "not that of a deletion"),
    "deletion, another code": (delete, [{}, api.error(404, 120, "no")], "not that of a deletion"),
    "deletion, no code": (delete, [{}, api.gateway(404, "no")], "not that of a deletion"),
    "deletion, unclear": (delete, [{}, api.gateway(503, "no")], "not that of a deletion"),
    "deletion, page": (delete, [{}, api.reply(body=BODIES["page"])], "not that of a deletion"),
    "creation, empty": (create, [201], "not JSON"),
    "creation, part": (create, [api.reply(201, {"Id": 31})], "a webhook whose IsActive is missing"),
    "read, lower id": (read, [made.api_record(Id=27)], "webhook 27 instead"),
    "read, higher id": (read, [made.api_record(Id=29)], "webhook 29 instead"),
    "list, object": (list_all, [RECORD], NO_LIST),
    "list, page": (list_all, [{"Data": []}], NO_LIST),
    "list, null": (list_all, [api.reply(body=b"null")], NO_LIST),
    "list, text": (list_all, [api.reply(body=b'"none"')], NO_LIST),
    "list, zero": (list_all, [api.reply(body=b"0")], NO_LIST),
    "list, an id twice": (list_all, [TWICE], "a list with webhook 28 twice"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_response_that_does_not_confirm_the_request_is_error(
    service: api.Service, client: Client, name: str
) -> None:
    send, answers, words = ERRORS[name]
    service.answers(*answers)

    with pytest.raises((errors.Refused, errors.UnexpectedResponse)) as caught:
        send(client)

    message = made.shown(str(caught.value))
    assert message.startswith(f"Could not {DOING[send]}: ")
    assert words in message
    assert caught.value.may_have_been_applied is ("the response is" in message)
    assert len(service.seen) == len(answers)


@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_undocumented_success_status_confirms_no_write(
    service: api.Service, client: Client, status: int
) -> None:
    """It may be a promise, as 202 is, or come from something in between."""
    record = api.reply(status, RECORD)
    service.answers(record, api.reply(status), RECORD, record)

    assert update(client) is None
    with pytest.raises(errors.UnexpectedResponse, match="not that of a deletion"):
        delete(client)
    if status != 201:
        with pytest.raises(errors.UnexpectedResponse, match="not that of a creation"):
            create(client)


WRONG = [
    *(("Id", "28"), ("Id", 28.0), ("Id", True), ("IsActive", "true"), ("IsActive", 1)),
    *(("Url", None), ("WebhookType", ["CampaignReply"])),
]
SHAPELESS: dict[str, Any] = {
    "null": None,
    "list": [RECORD],
    "text": "Webhook updated",
    "number": 28,
    "names in camel case": {"id": 28, "isActive": True, "url": URL, "webhookType": "x"},
    **{f"no {name}": made.without(RECORD, name) for name in ("Id", "IsActive", "Url")},
    "no WebhookType": made.without(RECORD, "WebhookType"),
    **{f"{name} {value!r}": made.api_record(**{name: value}) for name, value in WRONG},
}
NOT_JSON = {"empty": b"", "page": b"<html>OK</html>", "half a record": b'{"Id": 28, "IsAc'}
NO_WEBHOOKS = {name: json.dumps(body).encode() for name, body in SHAPELESS.items()} | NOT_JSON


@pytest.mark.parametrize("body", NO_WEBHOOKS.values(), ids=NO_WEBHOOKS)
def test_response_other_than_a_webhook_is_error_except_of_an_update(
    service: api.Service, client: Client, body: bytes
) -> None:
    in_list = b"[%s, %s]" % (json.dumps(RECORD).encode(), body)
    service.answers(*(api.reply(body=one) for one in (body, body, in_list)))

    with pytest.raises(errors.UnexpectedResponse) as caught:
        read(client)
    assert caught.value.failure.path == made.WEBHOOK_PATH
    assert update(client) is None
    with pytest.raises(errors.UnexpectedResponse):
        list_all(client)


DATE = "2021-10-25T11:29:17.0325104Z"
RED = "\x1b[31m\x9b2Jred\r\n\t\x07\u202e\u2028"
RED_URL = f"{URL}/%1B[31m%C2%9B2Jred%0D%0A%09%07%E2%80%AE%E2%80%A8"
RED_DATE = "\ufffd[31m\ufffd2Jred" + 6 * "\ufffd"
# changes of the response, then of what is read of it
READ: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "opaque date": ({"DateCreated": DATE}, {"date_created": DATE}),
    "date as a number": ({"DateCreated": 1635145135}, {"date_created": "1635145135"}),
    "no date": ({"DateCreated": None}, {"date_created": None}),
    "note": ({"IsActive": False, "Note": "gone"}, {"active": False, "note": "gone"}),
    "null as note": ({"IsActive": False, "Note": None}, {"active": False}),
    "no note": ({"IsActive": False}, {"active": False}),
    "number as note": ({"IsActive": False, "Note": 410}, {"active": False, "note": "410"}),
    "note of an active one": ({"Note": "gone"}, {}),
    "further properties": ({"Secret": "new", "Events": []}, {}),
    "control characters": (
        {"IsActive": False, **dict.fromkeys(("WebhookType", "DateCreated", "Note"), RED)}
        | {"Url": f"{URL}/{RED}"},
        {"active": False, "url": RED_URL, "date_created": RED_DATE}
        | dict.fromkeys(("webhook_type", "note"), "[31m 2Jred")),
    "lone surrogates": (
        {"IsActive": False}
        | dict.fromkeys(("Url", "WebhookType", "DateCreated", "Note"), "a\ud800"),
        {"active": False, "url": "a%ED%A0%80", "date_created": "a\ufffd"}
        | dict.fromkeys(("webhook_type", "note"), "a")),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "fields"), READ.values(), ids=READ)
def test_webhook_is_read_with_printable_text(
    service: api.Service, client: Client, changed: dict[str, Any], fields: dict[str, Any]
) -> None:
    record = json.dumps(made.api_record(**changed)).encode()
    service.answers(api.reply(body=record), api.reply(body=b"\xef\xbb\xbf" + record))

    assert read(client) == read(client) == made.webhook(**fields)


def test_old_note_of_active_webhook_is_kept_beside_its_record(
    service: api.Service, client: Client
) -> None:
    service.answers(made.api_record(Note="Receiver\nanswered 410."))

    assert client.read_webhook(CAMPAIGN, 28).stored_note == "Receiver answered 410."


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("/\x1bred", "/%1Bred"), ("/\u200b", "/%E2%80%8B"), ("/ö b", "/ö b")],
    ids=["control character", "invisible character", "printable"],
)
def test_unchanged_url_is_written_back_as_it_is_stored(
    service: api.Service, client: Client, stored: str, shown: str
) -> None:
    service.always_answers(made.api_record(Url=URL + stored))

    found = client.read_webhook(CAMPAIGN, 28)

    assert found.url == URL + shown
    assert client.update_webhook(found) == found
    assert service.requests[1].data["Url"] == URL + stored
    assert stored not in repr(found) or stored == shown
