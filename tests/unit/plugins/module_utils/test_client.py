# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints over a real socket: paths, bodies, and what counts as a webhook."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    UnexpectedAnswer,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Wanted, plan
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
    client_of,
    webhook,
    wire,
    without,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import (
    ScriptedService,
    error,
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
def test_the_webhooks_of_an_owner_are_listed_under_its_path(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(json=[wire(), wire(Id=29, IsActive=False)]))

    found = client_of(service.url).list_webhooks(owner)

    assert found == [webhook(owner=owner), webhook(owner=owner, webhook_id=29, active=False)]
    assert service.seen == [f"GET {path}"]


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_a_webhook_is_read_under_its_owner_s_path(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(json=wire(IsActive=False, Note="gone")))

    found = client_of(service.url).read_webhook(owner, 28)

    assert found == webhook(owner=owner, active=False, note="gone")
    assert service.seen == [f"GET {path}/28"]


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_a_webhook_is_updated_under_its_owner_s_path_with_exactly_both_fields(
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
    before=st.builds(webhook, active=st.booleans(), url=st.sampled_from([URL, OTHER_URL])),
    wanted=st.builds(
        Wanted, url=st.sampled_from([None, URL, OTHER_URL]), active=st.none() | st.booleans()
    ),
)
def test_every_put_has_exactly_both_fields_whatever_changes(before: Any, wanted: Wanted) -> None:
    after = plan(before, wanted).after
    with scripted_service() as service:
        service.answers(reply(json=wire()))

        client_of(service.url).update_webhook(after)

        assert service.requests[0].data == {"Url": after.url, "IsActive": after.active}


def test_an_owner_without_webhooks_has_an_empty_list(service: ScriptedService) -> None:
    service.answers(reply(json=[]))

    assert client_of(service.url).list_webhooks(CAMPAIGN) == []


@pytest.mark.parametrize("body", SHAPELESS.values(), ids=SHAPELESS)
def test_what_is_no_webhook_is_an_error_that_quotes_it(service: ScriptedService, body: Any) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedAnswer) as caught:
        client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert "Could not read webhook 28 of campaign 9141" in str(caught.value)
    assert json.dumps(body)[:30] in str(caught.value)
    assert caught.value.failure.path == WEBHOOK_PATH


@pytest.mark.parametrize(
    "body",
    [one for one in SHAPELESS.values() if not isinstance(one, list)],
    ids=[name for name in SHAPELESS if name != "a list"],
)
def test_a_list_of_something_else_is_an_error(service: ScriptedService, body: Any) -> None:
    service.answers(reply(json=[wire(), body]))

    with pytest.raises(UnexpectedAnswer, match="Could not list the webhooks of campaign 9141"):
        client_of(service.url).list_webhooks(CAMPAIGN)


@pytest.mark.parametrize("body", [wire(), {"Data": []}, None, "none", 0])
def test_what_is_no_list_is_an_error(service: ScriptedService, body: Any) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedAnswer, match="no list of webhooks"):
        client_of(service.url).list_webhooks(CAMPAIGN)


def test_another_webhook_than_the_one_asked_for_is_an_error(service: ScriptedService) -> None:
    service.answers(reply(json=wire(Id=29)))

    with pytest.raises(UnexpectedAnswer, match="webhook 29 instead"):
        client_of(service.url).read_webhook(CAMPAIGN, 28)


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"<html>OK</html>", b'{"Id": 28, "IsAc', *map(json.dumps, SHAPELESS.values())],
    ids=["empty", "blank", "html", "cut", *SHAPELESS],
)
def test_a_put_that_does_not_tell_what_is_stored_gives_none(
    service: ScriptedService, body: bytes | str
) -> None:
    content = body.encode() if isinstance(body, str) else body
    service.answers(reply(body=content))

    assert client_of(service.url).update_webhook(webhook()) is None


def test_a_put_that_is_refused_is_an_error(service: ScriptedService) -> None:
    service.answers(error(400, 143, "Webhook Url is missing"))

    with pytest.raises(Refused) as caught:
        client_of(service.url).update_webhook(webhook())

    assert "Could not update webhook 28 of campaign 9141" in str(caught.value)
    assert caught.value.failure.code == 143


def test_a_byte_order_mark_does_no_harm(service: ScriptedService) -> None:
    service.answers(reply(body=b"\xef\xbb\xbf" + json.dumps(wire()).encode()))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28) == webhook()


def test_a_record_that_is_cut_is_an_error(service: ScriptedService) -> None:
    service.answers(raw(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(wire()).encode()[:-9]))

    with pytest.raises(UnexpectedAnswer, match="not JSON"):
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
def test_a_date_is_opaque_text(service: ScriptedService, sent: Any, read: str | None) -> None:
    service.answers(reply(json=wire(DateCreated=sent)))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28).date_created == read


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
def test_a_note_is_that_of_an_inactive_webhook(
    service: ScriptedService, record: dict[str, Any], note: str | None
) -> None:
    service.answers(reply(json=record))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28).note == note


def test_further_properties_do_no_harm(service: ScriptedService) -> None:
    service.answers(reply(json=wire(Secret="new", Events=[])))

    assert client_of(service.url).read_webhook(CAMPAIGN, 28) == webhook()
