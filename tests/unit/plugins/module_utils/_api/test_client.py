# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webhooks over a real socket: paths, bodies, and what is accepted as a response."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (  # isort: skip
    Refused, UnexpectedResponse,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, OTHER_URL, URL, WEBHOOK_PATH, Client, Owner, client_of, new_webhook, shown,
    webhook, wire, without,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (  # isort: skip
    ScriptedService, Step, error, gateway, raw, reply,
)  # fmt: skip

OF_LIST, OF_ACCOUNT = Owner("list", 77), Owner("message")
PATHS = {CAMPAIGN: "/sms/campaigns/9141", OF_LIST: "/sms/lists/77", OF_ACCOUNT: "/sms/message"}
OFF = {"active": False, "note": "gone"}
STORED, CREATED = wire(Url=OTHER_URL, IsActive=False), wire(Id=31)
PUT, POST = {"Url": OTHER_URL, "IsActive": False}, {"Url": URL, "WebhookType": "CampaignReply"}
Send = Callable[[Client, Owner], object]
# what is sent, the response, fields of the result, method and end of the path, body
SENT: dict[str, tuple[Send, Step, dict[str, Any] | None, str, Any]] = {
    "read": (
        lambda client, owner: client.read_webhook(owner, 28),
        reply(json=wire(IsActive=False, Note="gone")), OFF, "GET /28", None),
    "update": (
        lambda client, owner: client.update_webhook(webhook(owner=owner, url=OTHER_URL, **OFF)),
        reply(json=STORED), {"url": OTHER_URL, "active": False}, "PUT /28", PUT),
    "creation": (
        lambda client, owner: client.create_webhook(new_webhook(owner=owner, active=False)),
        reply(201, CREATED), {"webhook_id": 31}, "POST ", POST),
    "creation with 200": (
        lambda client, owner: client.create_webhook(new_webhook(owner=owner)),
        reply(200, CREATED), {"webhook_id": 31}, "POST ", POST),
    "deletion": (
        lambda client, owner: client.delete_webhook(webhook(owner=owner)),
        reply(204), None, "DELETE /28", None),
    "deletion, 200": (
        lambda client, owner: client.delete_webhook(webhook(owner=owner)),
        reply(200, body=b" \r\n"), None, "DELETE /28", None),
    "deletion of none": (
        lambda client, owner: client.delete_webhook(webhook(owner=owner)),
        error(404, 142, "Webhook record does not exist"), None, "DELETE /28", None),
}  # fmt: skip


@pytest.mark.parametrize("owner", PATHS, ids=str)
@pytest.mark.parametrize(("send", "answer", "fields", "line", "body"), SENT.values(), ids=SENT)
def test_request_has_the_path_of_the_owner_and_the_documented_body(
    service: ScriptedService,
    owner: Owner,
    send: Send,
    answer: Step,
    fields: dict[str, Any] | None,
    line: str,
    body: Any,
) -> None:
    service.answers(answer)

    found = send(client_of(service.url), owner)

    assert found == (None if fields is None else webhook(owner=owner, **fields))
    method, _blank, end = line.partition(" ")
    assert service.seen == [f"{method} {PATHS[owner]}/webhooks{end}"]
    assert service.requests[0].body == b"" if body is None else service.requests[0].data == body


@pytest.mark.parametrize("owner", PATHS, ids=str)
def test_list_has_the_webhooks_of_the_owner(service: ScriptedService, owner: Owner) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, IsActive=False)]), reply(json=[]))
    client = client_of(service.url)

    found = client.list_webhooks(owner)

    assert found == [webhook(owner=owner), webhook(owner=owner, webhook_id=29, active=False)]
    assert client.list_webhooks(owner) == []
    assert service.seen == [f"GET {PATHS[owner]}/webhooks"] * 2


# Errors


@pytest.mark.parametrize(
    "answer", [gateway(404, "no"), error(404, 104, "no"), error(403, 142, "no")]
)
def test_deletion_with_other_refusal_is_error(service: ScriptedService, answer: Step) -> None:
    service.answers(answer)

    with pytest.raises(Refused, match="Could not delete webhook 28 of campaign 9141") as caught:
        client_of(service.url).delete_webhook(webhook())
    assert not caught.value.may_have_been_applied


NO_CAMPAIGN = (
    "Campaign 9141 does not exist for this API key. Check campaign_id; "
    "touchbase_sms_campaign_info lists the campaigns."
)
NO_LIST = "List 77 does not exist for this API key. Check list_id."
NO_ACCOUNT = "The account of this API key has no such webhooks. Check api_key and scope."
LISTS = "; touchbase_sms_webhook_info lists what there is."
NO_WEBHOOK = f"Campaign 9141 has no webhook 28. Check webhook_id and campaign_id{LISTS}"
NONE_OF_ACCOUNT = f"The account has no webhook 28. Check webhook_id and scope{LISTS}"
# the request, the code of its response with 404, the advice
MISSING: dict[str, tuple[Callable[[Client], object], int, str]] = {
    "webhook": (lambda one: one.read_webhook(CAMPAIGN, 28), 142, NO_WEBHOOK),
    "webhook of the account": (
        lambda one: one.update_webhook(webhook(owner=OF_ACCOUNT)), 142, NONE_OF_ACCOUNT),
    "webhooks": (
        lambda one: one.list_webhooks(OF_LIST), 142,
        f"List 77 has no webhooks. Check list_id{LISTS}"),
    "webhooks of the account": (
        lambda one: one.list_webhooks(OF_ACCOUNT), 142,
        f"The account has no webhooks. Check scope{LISTS}"),
    "list": (lambda one: one.list_webhooks(OF_LIST), 104, NO_LIST),
    "account": (lambda one: one.create_webhook(new_webhook(owner=OF_ACCOUNT)), 104, NO_ACCOUNT),
    "campaign": (lambda one: one.read_campaign(9141), 104, NO_CAMPAIGN),
    "campaign of a webhook": (lambda one: one.read_webhook(CAMPAIGN, 28), 104, NO_CAMPAIGN),
    "campaign, update": (lambda one: one.update_webhook(webhook()), 104, NO_CAMPAIGN),
    "campaign, creation": (lambda one: one.create_webhook(new_webhook()), 104, NO_CAMPAIGN),
    "campaign, deletion": (lambda one: one.delete_webhook(webhook()), 104, NO_CAMPAIGN),
}  # fmt: skip


@pytest.mark.parametrize(("send", "code", "advice"), MISSING.values(), ids=MISSING)
def test_404_names_the_missing_object_and_the_option_to_check(
    service: ScriptedService, send: Callable[[Client], object], code: int, advice: str
) -> None:
    service.answers(error(404, code, "no"))

    with pytest.raises(Refused) as caught:
        send(client_of(service.url))

    assert shown(str(caught.value)).endswith(f", code {code}: no. {advice}")


BODIES = {
    "page": b"<p>Sign in</p>",
    "message": b'{"error": "Sign in"}',
    "nothing in braces": b"{}",
    "the record": json.dumps(wire()).encode(),
}
NOT_CONFIRMED = [reply(json=wire()), error(404, 120, "no"), gateway(404, "no"), gateway(503, "no")]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_deletion_with_body_is_verified_and_error_unless_confirmed(
    service: ScriptedService, body: bytes
) -> None:
    service.answers(reply(200, body=body), error(404, 142, "gone"))
    client = client_of(service.url)

    client.delete_webhook(webhook())

    assert service.seen == [f"DELETE {WEBHOOK_PATH}", f"GET {WEBHOOK_PATH}"]
    for second in [*NOT_CONFIRMED, reply(200, body=body)]:
        service.answers(reply(200, body=body), second)
        with pytest.raises(UnexpectedResponse, match="Could not delete webhook 28") as caught:
            client.delete_webhook(webhook())
        assert caught.value.may_have_been_applied


def test_deletion_with_a_body_too_large_is_verified(service: ScriptedService) -> None:
    service.answers(reply(200, body=b"[" * (8 * 1024 * 1024 + 1)), error(404, 142, "gone"))

    client_of(service.url).delete_webhook(webhook())

    assert len(service.seen) == 2


@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_undocumented_success_status_confirms_no_write(
    service: ScriptedService, status: int
) -> None:
    """It may be a promise, as 202 is, or come from something in between."""
    done = reply(status, wire(Url=OTHER_URL))
    client = client_of(service.url)

    service.answers(done)
    assert client.update_webhook(webhook(url=OTHER_URL)) is None
    service.answers(reply(status), reply(json=wire()))
    with pytest.raises(UnexpectedResponse, match="not that of a deletion"):
        client.delete_webhook(webhook())
    service.answers(done)
    if status != 201:
        with pytest.raises(UnexpectedResponse, match="not that of a creation"):
            client.create_webhook(new_webhook(url=OTHER_URL))


@pytest.mark.parametrize("answer", [reply(201), reply(201, {"Id": 31})], ids=["empty", "part"])
def test_creation_without_a_record_may_have_been_applied(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer)

    with pytest.raises(UnexpectedResponse) as caught:
        client_of(service.url).create_webhook(new_webhook())

    assert "Could not create a CampaignReply webhook of campaign 9141" in str(caught.value)
    assert caught.value.may_have_been_applied


# Responses

SHAPELESS: dict[str, Any] = {
    "null": None,
    "list": [wire()],
    "text": "Webhook updated",
    "number": 28,
    "empty object": {},
    "id as text": wire(Id="28"),
    "id with a point": wire(Id=28.0),
    "boolean as id": wire(Id=True),
    "no id": without(wire(), "Id"),
    "activity as text": wire(IsActive="true"),
    "activity as a number": wire(IsActive=1),
    "no activity": without(wire(), "IsActive"),
    "no URL": without(wire(), "Url"),
    "URL as null": wire(Url=None),
    "no type": without(wire(), "WebhookType"),
    "type as a list": wire(WebhookType=["CampaignReply"]),
    "names in camel case": {"id": 28, "isActive": True, "url": URL, "webhookType": "x"},
}


@pytest.mark.parametrize("body", SHAPELESS.values(), ids=SHAPELESS)
def test_response_other_than_a_webhook_is_error_except_of_an_update(
    service: ScriptedService, body: Any
) -> None:
    service.always_answers(reply(body=json.dumps(body).encode()))
    client = client_of(service.url)

    with pytest.raises(UnexpectedResponse, match="Could not read webhook 28 of camp") as caught:
        client.read_webhook(CAMPAIGN, 28)
    assert json.dumps(body)[:30] in str(caught.value)
    assert caught.value.failure.path == WEBHOOK_PATH
    assert client.update_webhook(webhook()) is None

    service.always_answers(reply(json=[wire(), body]))
    with pytest.raises(UnexpectedResponse, match="Could not list the webhooks of campaign 9141"):
        client.list_webhooks(CAMPAIGN)


@pytest.mark.parametrize("body", [b"", b"  ", b"<html>OK</html>", b'{"Id": 28, "IsAc'])
def test_update_without_record_in_response_returns_none(
    service: ScriptedService, body: bytes
) -> None:
    service.answers(reply(body=body))

    assert client_of(service.url).update_webhook(webhook()) is None


UNEXPECTED_LISTS = {
    "object": (wire(), "not a list of webhooks"),
    "page": ({"Data": []}, "not a list of webhooks"),
    "null": (None, "not a list of webhooks"),
    "text": ("none", "not a list of webhooks"),
    "zero": (0, "not a list of webhooks"),
    "an id twice": ([wire(), wire(Id=29), wire(Url=OTHER_URL)], "a list with webhook 28 twice"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "words"), UNEXPECTED_LISTS.values(), ids=UNEXPECTED_LISTS)
def test_list_that_is_not_one_of_webhooks_is_error(
    service: ScriptedService, body: Any, words: str
) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedResponse, match=words):
        client_of(service.url).list_webhooks(CAMPAIGN)


UNEXPECTED = {
    "lower id": (reply(json=wire(Id=27)), "webhook 27 instead"),
    "higher id": (reply(json=wire(Id=29)), "webhook 29 instead"),
    "cut": (raw(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(wire()).encode()[:-9]), "not JSON"),
}


@pytest.mark.parametrize(("answer", "words"), UNEXPECTED.values(), ids=UNEXPECTED)
def test_read_of_another_or_half_a_webhook_is_error(
    service: ScriptedService, answer: Step, words: str
) -> None:
    service.answers(answer)

    with pytest.raises(UnexpectedResponse, match=words):
        client_of(service.url).read_webhook(CAMPAIGN, 28)


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


@pytest.mark.parametrize(("changed", "read"), READ.values(), ids=READ)
def test_webhook_is_read_with_printable_text(
    service: ScriptedService, changed: dict[str, Any], read: dict[str, Any]
) -> None:
    record = json.dumps(wire(**changed)).encode()
    service.answers(reply(body=record), reply(body=b"\xef\xbb\xbf" + record))
    client = client_of(service.url)

    assert client.read_webhook(CAMPAIGN, 28) == webhook(**read)
    assert client.read_webhook(CAMPAIGN, 28) == webhook(**read)


def test_old_note_of_active_webhook_is_kept_beside_its_record(service: ScriptedService) -> None:
    service.answers(reply(json=wire(Note="Receiver\nanswered 410.")))

    found = client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert found.stored_note == "Receiver answered 410."


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (f"{URL}/\x1bred", f"{URL}/%1Bred"),
        (f"{URL}/\u200b", f"{URL}/%E2%80%8B"),
        (f"{URL}/ö b", f"{URL}/ö b"),
    ],
    ids=["control character", "invisible character", "printable"],
)
def test_unchanged_url_is_written_back_as_it_is_stored(
    service: ScriptedService, stored: str, shown: str
) -> None:
    service.always_answers(reply(json=wire(Url=stored)))
    client = client_of(service.url)

    found = client.read_webhook(CAMPAIGN, 28)

    assert found.url == shown
    assert client.update_webhook(found) == found
    assert service.requests[1].data["Url"] == stored
    assert stored not in repr(found) or stored == shown
