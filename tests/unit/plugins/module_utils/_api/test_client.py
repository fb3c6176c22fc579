# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webhooks over a real socket: paths, bodies, and what is accepted as a response."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    UnexpectedResponse,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
    client_of,
    new_webhook,
    shown,
    webhook,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    Step,
    error,
    gateway,
    hangs_up,
    raw,
    reply,
    scripted_service,
)

OWNERS = [
    (CAMPAIGN, "/sms/campaigns/9141/webhooks"),
    (Owner("list", 77), "/sms/lists/77/webhooks"),
    (Owner("message"), "/sms/message/webhooks"),
]
IDS = ["campaign", "list", "message"]

SHAPELESS: dict[str, Any] = {
    "null": None,
    "a list": [wire()],
    "a text": "Webhook updated",
    "a number": 28,
    "an empty object": {},
    "an id as text": wire(Id="28"),
    "an id as a number with a point": wire(Id=28.0),
    "a boolean as id": wire(Id=True),
    "no id": without(wire(), "Id"),
    "activity as text": wire(IsActive="true"),
    "activity as a number": wire(IsActive=1),
    "activity as null": wire(IsActive=None),
    "no activity": without(wire(), "IsActive"),
    "no address": without(wire(), "Url"),
    "an address as null": wire(Url=None),
    "no type": without(wire(), "WebhookType"),
    "a type as a list": wire(WebhookType=["CampaignReply"]),
    "names in camel case": {"id": 28, "isActive": True, "url": URL, "webhookType": "x"},
}


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_list_uses_path_of_owner(service: ScriptedService, owner: Owner, path: str) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, IsActive=False)]))

    found = client_of(service.url).list_webhooks(owner)

    assert found == [webhook(owner=owner), webhook(owner=owner, webhook_id=29, active=False)]
    assert service.seen == [f"GET {path}"]


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_read_uses_path_of_owner(service: ScriptedService, owner: Owner, path: str) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")))

    found = client_of(service.url).read_webhook(owner, 28)

    assert found == webhook(owner=owner, active=False, note="gone")
    assert service.seen == [f"GET {path}/28"]


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_update_uses_path_of_owner_and_sends_both_fields(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(json=wire(Url=OTHER_URL, IsActive=False)))
    wanted = webhook(owner=owner, url=OTHER_URL, active=False, note="gone")

    stored = client_of(service.url).update_webhook(wanted)

    assert stored == webhook(owner=owner, url=OTHER_URL, active=False)
    assert service.seen == [f"PUT {path}/28"]
    assert service.requests[0].data == {"Url": OTHER_URL, "IsActive": False}


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    after=st.builds(
        webhook,
        active=st.booleans(),
        url=st.sampled_from([URL, OTHER_URL]),
        webhook_type=st.sampled_from(["CampaignReply", "CampaignMessageStatusUpdate"]),
        date_created=st.none() | st.text(),
        note=st.none() | st.text(),
    ),
)
def test_update_sends_both_fields_whatever_changes(after: Webhook) -> None:
    with scripted_service() as service:
        service.answers(reply(json=wire()))

        client_of(service.url).update_webhook(after)

        assert service.requests[0].data == {"Url": after.url, "IsActive": after.active}


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_creation_uses_path_of_owner_and_sends_url_and_type(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(201, wire(Id=31)))

    created = client_of(service.url).create_webhook(new_webhook(owner=owner, active=False))

    assert created == webhook(owner=owner, webhook_id=31)
    assert service.seen == [f"POST {path}"]
    assert service.requests[0].data == {"Url": URL, "WebhookType": "CampaignReply"}


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_deletion_uses_path_of_owner_without_body(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(204))

    client_of(service.url).delete_webhook(webhook(owner=owner))

    assert service.seen == [f"DELETE {path}/28"]
    assert service.requests[0].body == b""


def test_deletion_of_missing_webhook_succeeds(service: ScriptedService) -> None:
    service.answers(error(404, 142, "Webhook record does not exist"))

    client_of(service.url).delete_webhook(webhook())

    assert service.seen == [f"DELETE {WEBHOOK_PATH}"]


@pytest.mark.parametrize(
    "answer", [gateway(404, "no"), error(404, 104, "no"), error(403, 142, "no")]
)
def test_deletion_with_other_refusal_is_error(service: ScriptedService, answer: Step) -> None:
    service.answers(answer)

    with pytest.raises(Refused, match="Could not delete webhook 28 of campaign 9141") as caught:
        client_of(service.url).delete_webhook(webhook())
    assert not caught.value.may_have_been_applied


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_deletion_refused_after_unclear_attempt_may_have_been_applied(
    service: ScriptedService, status: int
) -> None:
    service.answers(gateway(502, "no"), gateway(status, "no"))

    with pytest.raises(Refused, match="Could not delete webhook 28") as caught:
        client_of(service.url, retries=1).delete_webhook(webhook())
    assert caught.value.may_have_been_applied
    assert caught.value.failure.attempts == 2


NO_CAMPAIGN = (
    "Campaign 9141 does not exist for this API key. Check campaign_id; "
    "touchbase_sms_campaign_info lists the campaigns."
)
LISTS = "; touchbase_sms_webhook_info lists what there is."
OF_LIST, OF_ACCOUNT = Owner("list", 77), Owner("message")
# the request, the code of its response with 404, what is said
MISSING: dict[str, tuple[Callable[[Client], object], int, str]] = {
    "webhook": (
        lambda client: client.read_webhook(CAMPAIGN, 28),
        142,
        f"Campaign 9141 has no webhook 28. Check webhook_id and campaign_id{LISTS}",
    ),
    "webhook of the account": (
        lambda client: client.update_webhook(webhook(owner=OF_ACCOUNT)),
        142,
        f"The account has no webhook 28. Check webhook_id and scope{LISTS}",
    ),
    "webhooks": (
        lambda client: client.list_webhooks(OF_LIST),
        142,
        f"List 77 has no webhooks. Check list_id{LISTS}",
    ),
    "webhooks of the account": (
        lambda client: client.list_webhooks(OF_ACCOUNT),
        142,
        f"The account has no webhooks. Check scope{LISTS}",
    ),
    "list": (
        lambda client: client.list_webhooks(OF_LIST),
        104,
        "List 77 does not exist for this API key. Check list_id.",
    ),
    "account": (
        lambda client: client.create_webhook(new_webhook(owner=OF_ACCOUNT)),
        104,
        "The account of this API key has no such webhooks. Check api_key and scope.",
    ),
    "campaign": (lambda client: client.read_campaign(9141), 104, NO_CAMPAIGN),
    "campaign of a webhook": (lambda client: client.read_webhook(CAMPAIGN, 28), 104, NO_CAMPAIGN),
    "campaign, update": (lambda client: client.update_webhook(webhook()), 104, NO_CAMPAIGN),
    "campaign, creation": (lambda client: client.create_webhook(new_webhook()), 104, NO_CAMPAIGN),
    "campaign, deletion": (lambda client: client.delete_webhook(webhook()), 104, NO_CAMPAIGN),
}


@pytest.mark.parametrize(("send", "code", "advice"), MISSING.values(), ids=MISSING)
def test_404_says_what_is_missing_and_what_to_check(
    service: ScriptedService, send: Callable[[Client], object], code: int, advice: str
) -> None:
    service.answers(error(404, code, "no"))

    with pytest.raises(Refused) as caught:
        send(client_of(service.url))

    assert shown(str(caught.value)).endswith(f", code {code}: no. {advice}")


BODIES = {
    "page": b"<p>Sign in</p>",
    "too much": b"[" * (8 * 1024 * 1024 + 1),
    "message": b'{"error": "Sign in"}',
    "nothing in braces": b"{}",
    "the record": json.dumps(wire()).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_deletion_with_body_in_response_is_verified(service: ScriptedService, body: bytes) -> None:
    service.answers(reply(200, body=body), error(404, 142, "gone"))

    client_of(service.url).delete_webhook(webhook())

    assert service.seen == [f"DELETE {WEBHOOK_PATH}", f"GET {WEBHOOK_PATH}"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    "second",
    [reply(json=wire()), error(404, 120, "no"), gateway(404, "no"), gateway(503, "no"), reply()],
    ids=["there", "another code", "no code", "trouble", "a page as well"],
)
def test_deletion_with_body_is_error_unless_confirmed(
    service: ScriptedService, second: Step, body: bytes
) -> None:
    service.answers(reply(200, body=body), second)

    with pytest.raises(UnexpectedResponse, match="Could not delete webhook 28") as caught:
        client_of(service.url).delete_webhook(webhook())
    assert caught.value.may_have_been_applied


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
    if status == 201:
        assert client.create_webhook(new_webhook(url=OTHER_URL)) == webhook(url=OTHER_URL)
    else:
        with pytest.raises(UnexpectedResponse, match="not that of a creation"):
            client.create_webhook(new_webhook(url=OTHER_URL))


def test_creation_answered_with_200_is_accepted(service: ScriptedService) -> None:
    service.answers(reply(200, wire(Url=OTHER_URL)))

    created = client_of(service.url).create_webhook(new_webhook(url=OTHER_URL))

    assert created == webhook(url=OTHER_URL)


@pytest.mark.parametrize("answer", [reply(204), reply(200), reply(200, body=b" \r\n")])
def test_deletion_with_empty_response_takes_one_request(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer)

    client_of(service.url).delete_webhook(webhook())

    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("answer", "may_have_been_applied"),
    [
        (error(400, 143, "no"), False),
        (gateway(429, "no"), False),
        (gateway(502, "no"), True),
        (reply(201), True),
        (reply(201, {"Id": 31}), True),
        (hangs_up(), True),
    ],
    ids=["400", "429", "502", "empty", "incomplete", "no answer"],
)
def test_failed_creation_tells_whether_it_may_have_been_applied(
    service: ScriptedService, answer: Step, may_have_been_applied: bool
) -> None:
    service.answers(answer)

    with pytest.raises((Refused, UnexpectedResponse, Unreachable)) as caught:
        client_of(service.url).create_webhook(new_webhook())

    assert "Could not create a CampaignReply webhook of campaign 9141" in str(caught.value)
    assert caught.value.may_have_been_applied is may_have_been_applied
    assert len(service.seen) == 1


def test_list_of_owner_without_webhooks_is_empty(service: ScriptedService) -> None:
    service.answers(reply(json=[]))

    assert client_of(service.url).list_webhooks(CAMPAIGN) == []


@pytest.mark.parametrize("body", SHAPELESS.values(), ids=SHAPELESS)
def test_read_of_other_than_webhook_is_error_that_quotes_it(
    service: ScriptedService, body: Any
) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedResponse) as caught:
        client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert "Could not read webhook 28 of campaign 9141" in str(caught.value)
    assert json.dumps(body)[:30] in str(caught.value)
    assert caught.value.failure.path == WEBHOOK_PATH


def test_lone_surrogates_of_webhook_are_replaced(service: ScriptedService) -> None:
    texts = dict.fromkeys(("Url", "WebhookType", "DateCreated", "Note"), "a\ud800")
    service.answers(reply(json=wire(IsActive=False, **texts)))

    found = client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert (found.url, found.webhook_type, found.note) == ("a%ED%A0%80", "a", "a")
    assert found.date_created == "a\ufffd"


@pytest.mark.parametrize(
    "body",
    [one for one in SHAPELESS.values() if not isinstance(one, list)],
    ids=[name for name in SHAPELESS if name != "a list"],
)
def test_list_of_other_than_webhooks_is_error(service: ScriptedService, body: Any) -> None:
    service.answers(reply(json=[wire(), body]))

    with pytest.raises(UnexpectedResponse, match="Could not list the webhooks of campaign 9141"):
        client_of(service.url).list_webhooks(CAMPAIGN)


@pytest.mark.parametrize("body", [wire(), {"Data": []}, None, "none", 0])
def test_list_that_is_not_a_list_is_error(service: ScriptedService, body: Any) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedResponse, match="not a list of webhooks"):
        client_of(service.url).list_webhooks(CAMPAIGN)


def test_list_with_one_id_twice_is_error(service: ScriptedService) -> None:
    service.answers(reply(json=[wire(), wire(Id=29), wire(Url=OTHER_URL)]))

    with pytest.raises(UnexpectedResponse, match="a list with webhook 28 twice"):
        client_of(service.url).list_webhooks(CAMPAIGN)


@pytest.mark.parametrize("other", [27, 29])
def test_read_of_another_webhook_is_error(service: ScriptedService, other: int) -> None:
    service.answers(reply(json=wire(Id=other)))

    with pytest.raises(UnexpectedResponse, match=f"webhook {other} instead"):
        client_of(service.url).read_webhook(CAMPAIGN, 28)


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"<html>OK</html>", b'{"Id": 28, "IsAc', *map(json.dumps, SHAPELESS.values())],
    ids=["empty", "blank", "html", "cut", *SHAPELESS],
)
def test_update_without_record_in_response_returns_none(
    service: ScriptedService, body: bytes | str
) -> None:
    content = body.encode() if isinstance(body, str) else body
    service.answers(reply(body=content))

    assert client_of(service.url).update_webhook(webhook()) is None


def test_refused_update_is_error(service: ScriptedService) -> None:
    service.answers(error(400, 143, "Webhook Url is missing"))

    with pytest.raises(Refused) as caught:
        client_of(service.url).update_webhook(webhook())

    assert "Could not update webhook 28 of campaign 9141" in str(caught.value)
    assert caught.value.failure.code == 143


def test_read_accepts_byte_order_mark(service: ScriptedService) -> None:
    service.answers(reply(body=b"\xef\xbb\xbf" + json.dumps(wire()).encode()))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28) == webhook()


def test_read_of_truncated_record_is_error(service: ScriptedService) -> None:
    service.answers(raw(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(wire()).encode()[:-9]))

    with pytest.raises(UnexpectedResponse, match="not JSON"):
        client_of(service.url).read_webhook(CAMPAIGN, 28)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2021-10-25T06:58:55.951Z", "2021-10-25T06:58:55.951Z"),
        ("2021-10-25T11:29:17.0325104Z", "2021-10-25T11:29:17.0325104Z"),
        ("yesterday", "yesterday"),
        (1635145135, "1635145135"),
        (None, None),
    ],
)
def test_date_created_is_opaque_text(service: ScriptedService, sent: Any, read: str | None) -> None:
    service.answers(reply(json=wire(DateCreated=sent)))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28).date_created == read


def test_text_of_webhook_has_no_control_characters(service: ScriptedService) -> None:
    red = "\x1b[31m\x9b2Jred\r\n\t\x07\u202e\u2028"
    texts = {"Url": f"{URL}/{red}", "WebhookType": red, "DateCreated": red, "Note": red}
    service.answers(reply(json=wire(IsActive=False, **texts)))

    found = client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert found.url == f"{URL}/%1B[31m%C2%9B2Jred%0D%0A%09%07%E2%80%AE%E2%80%A8"
    assert found.webhook_type == found.note == "[31m 2Jred"
    assert found.date_created == "\ufffd[31m\ufffd2Jred" + 6 * "\ufffd"


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


@pytest.mark.parametrize(
    ("record", "note"),
    [
        (wire(IsActive=False, Note="gone"), "gone"),
        (wire(IsActive=False, Note=None), None),
        (wire(IsActive=False), None),
        (wire(IsActive=False, Note=410), "410"),
        (wire(IsActive=True, Note="gone"), None),
    ],
    ids=["a note", "null", "none", "a number", "of an active webhook"],
)
def test_note_is_that_of_inactive_webhook(
    service: ScriptedService, record: dict[str, Any], note: str | None
) -> None:
    service.answers(reply(json=record))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28).note == note


def test_old_note_of_active_webhook_is_kept_beside_its_record(service: ScriptedService) -> None:
    service.answers(reply(json=wire(Note="Receiver\nanswered 410.")))

    found = client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert found == webhook()
    assert found.stored_note == "Receiver answered 410."


def test_read_ignores_further_properties(service: ScriptedService) -> None:
    service.answers(reply(json=wire(Secret="new", Events=[])))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28) == webhook()
