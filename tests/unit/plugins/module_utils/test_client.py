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

from ansible_collections.touchbasepro.sms.plugins.module_utils._campaign import Campaign
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.response import UNCERTAINTY
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Webhook
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    DATE,
    OTHER_URL,
    URL,
    WEBHOOK_PATH,
    campaign_wire,
    client_of,
    new_webhook,
    page,
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
    after=st.builds(
        webhook,
        active=st.booleans(),
        url=st.sampled_from([URL, OTHER_URL]),
        webhook_type=st.sampled_from(["CampaignReply", "CampaignMessageStatusUpdate"]),
        date_created=st.none() | st.text(),
        note=st.none() | st.text(),
    ),
)
def test_every_put_has_exactly_both_fields_whatever_changes(after: Webhook) -> None:
    with scripted_service() as service:
        service.answers(reply(json=wire()))

        client_of(service.url).update_webhook(after)

        assert service.requests[0].data == {"Url": after.url, "IsActive": after.active}


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_a_webhook_is_created_under_its_owner_s_path_with_address_and_type(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(201, wire(Id=31)))

    created = client_of(service.url).create_webhook(new_webhook(owner=owner, active=False))

    assert created == webhook(owner=owner, webhook_id=31)
    assert service.seen == [f"POST {path}"]
    assert service.requests[0].data == {"Url": URL, "WebhookType": "CampaignReply"}


@pytest.mark.parametrize(("owner", "path"), OWNERS, ids=IDS)
def test_a_webhook_is_deleted_under_its_owner_s_path(
    service: ScriptedService, owner: Owner, path: str
) -> None:
    service.answers(reply(204))

    client_of(service.url).delete_webhook(webhook(owner=owner))

    assert service.seen == [f"DELETE {path}/28"]
    assert service.requests[0].body == b""


def test_a_webhook_that_is_gone_already_is_deleted(service: ScriptedService) -> None:
    service.answers(error(404, 142, "Webhook record does not exist"))

    client_of(service.url).delete_webhook(webhook())

    assert service.seen == [f"DELETE {WEBHOOK_PATH}"]


@pytest.mark.parametrize(
    "answer", [gateway(404, "no"), error(404, 104, "no"), error(403, 142, "no")]
)
def test_another_refusal_to_delete_is_an_error(service: ScriptedService, answer: Step) -> None:
    service.answers(answer)

    with pytest.raises(Refused, match="Could not delete webhook 28 of campaign 9141") as caught:
        client_of(service.url).delete_webhook(webhook())
    assert not caught.value.maybe_taken
    assert "may have deleted it" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_deletion_that_an_attempt_may_have_done_says_so_where_no_code_tells(
    service: ScriptedService, status: int
) -> None:
    service.answers(gateway(502, "no"), gateway(status, "no"))

    with pytest.raises(Refused, match="An earlier attempt may have applied the change") as caught:
        client_of(service.url, retries=1).delete_webhook(webhook())
    assert caught.value.maybe_taken
    assert caught.value.failure.attempts == 2


BODIES = {
    "page": b"<p>Sign in</p>",
    "too much": b"[" * (8 * 1024 * 1024 + 1),
    "message": b'{"error": "Sign in"}',
    "nothing in braces": b"{}",
    "the record": json.dumps(wire()).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_deletion_that_is_answered_by_more_than_its_end_is_looked_at(
    service: ScriptedService, body: bytes
) -> None:
    service.answers(reply(200, body=body), error(404, 142, "gone"))

    client_of(service.url).delete_webhook(webhook())

    assert service.seen == [f"DELETE {WEBHOOK_PATH}", f"GET {WEBHOOK_PATH}"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    "second",
    [reply(json=wire()), error(404, 120, "no"), gateway(404, "no"), gateway(503, "no"), reply()],
    ids=["there", "another code", "no code", "trouble", "a page as well"],
)
def test_a_deletion_that_is_answered_by_more_is_none_if_nobody_confirms_it(
    service: ScriptedService, second: Step, body: bytes
) -> None:
    service.answers(reply(200, body=body), second)

    with pytest.raises(UnexpectedAnswer, match="Could not delete webhook 28") as caught:
        client_of(service.url).delete_webhook(webhook())
    assert str(caught.value).endswith(UNCERTAINTY)


@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_another_success_than_the_documented_ones_proves_nothing(
    service: ScriptedService, status: int
) -> None:
    """It may be a promise, as 202 is, or come from something in between."""
    done = reply(status, wire(Url=OTHER_URL))
    client = client_of(service.url)

    service.answers(done)
    assert client.update_webhook(webhook(url=OTHER_URL)) is None
    service.answers(reply(status), reply(json=wire()))
    with pytest.raises(UnexpectedAnswer, match="an answer that a deletion does not have"):
        client.delete_webhook(webhook())
    service.answers(done)
    if status == 201:
        assert client.create_webhook(new_webhook(url=OTHER_URL)) == webhook(url=OTHER_URL)
    else:
        with pytest.raises(UnexpectedAnswer, match="an answer that a creation does not have"):
            client.create_webhook(new_webhook(url=OTHER_URL))


def test_a_creation_may_be_answered_with_200_as_well(service: ScriptedService) -> None:
    service.answers(reply(200, wire(Url=OTHER_URL)))

    created = client_of(service.url).create_webhook(new_webhook(url=OTHER_URL))

    assert created == webhook(url=OTHER_URL)


@pytest.mark.parametrize("answer", [reply(204), reply(200), reply(200, body=b" \r\n")])
def test_a_deletion_that_is_answered_by_the_service_takes_one_request(
    service: ScriptedService, answer: Step
) -> None:
    service.answers(answer)

    client_of(service.url).delete_webhook(webhook())

    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("answer", "maybe_taken"),
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
def test_a_creation_that_fails_says_whether_it_may_exist_all_the_same(
    service: ScriptedService, answer: Step, maybe_taken: bool
) -> None:
    service.answers(answer)

    with pytest.raises((Refused, UnexpectedAnswer, Unreachable)) as caught:
        client_of(service.url).create_webhook(new_webhook())

    assert "Could not create a CampaignReply webhook of campaign 9141" in str(caught.value)
    assert caught.value.maybe_taken is maybe_taken
    assert len(service.seen) == 1


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


@pytest.mark.parametrize("name", ["Url", "WebhookType", "DateCreated"])
def test_a_text_that_could_not_leave_this_process_is_an_error(
    service: ScriptedService, name: str
) -> None:
    service.answers(reply(json=wire(**{name: "https://hooks.example.org/\ud800"})))

    with pytest.raises(UnexpectedAnswer, match="half a character"):
        client_of(service.url).read_webhook(CAMPAIGN, 28)


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


@pytest.mark.parametrize("other", [27, 29])
def test_another_webhook_than_the_one_asked_for_is_an_error(
    service: ScriptedService, other: int
) -> None:
    service.answers(reply(json=wire(Id=other)))

    with pytest.raises(UnexpectedAnswer, match=f"webhook {other} instead"):
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


def test_no_text_of_a_webhook_can_steer_a_terminal(service: ScriptedService) -> None:
    red = "\x1b[31m\x9b2Jred\r\n\t\x07\u202e\u2028"
    texts = {"Url": f"{URL}/{red}", "WebhookType": red, "DateCreated": red, "Note": red}
    service.answers(reply(json=wire(IsActive=False, **texts)))

    found = client_of(service.url).read_webhook(CAMPAIGN, 28)

    assert found.url == f"{URL}/%1B[31m%C2%9B2Jred%0D%0A%09%07%E2%80%AE%E2%80%A8"
    assert found.webhook_type == found.note == "[31m 2Jred"
    assert found.date_created == "\ufffd[31m\ufffd2Jred" + 6 * "\ufffd"


def test_an_address_with_control_characters_stays_what_it_is(service: ScriptedService) -> None:
    """Sent back percent-encoded, which is how anything can request it at all."""
    odd = wire(Url=f"{URL}/\x1bred")
    service.answers(reply(json=odd), reply(json=odd))
    client = client_of(service.url)

    found = client.read_webhook(CAMPAIGN, 28)

    assert client.update_webhook(found) == found
    assert service.requests[1].data["Url"] == f"{URL}/%1Bred"


@pytest.mark.parametrize("one", [False, True], ids=["listed", "read"])
def test_no_text_of_a_campaign_can_steer_a_terminal(service: ScriptedService, one: bool) -> None:
    """Ends of lines and joined characters belong to what campaigns say."""
    joined = "\U0001f469\u200d\U0001f4bb"
    content = f"Hi,\r\n\t{joined}\x00\rok\u2066"
    record = campaign_wire(Name=f"a\x1b[31mb\x9b2Jc\x7f\r\n\t{joined}\u202e", Content=content)
    service.answers(reply(json=record if one else page(record)))
    client = client_of(service.url)

    found = client.read_campaign(9141) if one else client.list_campaigns(10)[0][0]

    assert found.name == f"a\ufffd[31mb\ufffd2Jc\ufffd\ufffd\ufffd\ufffd{joined}\ufffd"
    assert found.content == f"Hi,\r\n\t{joined}\ufffd\ufffdok\ufffd"


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


# Campaigns

SPRING = Campaign(9141, "Spring", "Hello", DATE)


def test_campaigns_are_read_page_by_page(service: ScriptedService) -> None:
    service.answers(
        reply(json=page(campaign_wire(CampaignId=3), campaign_wire(CampaignId=2), pages=2)),
        reply(json=page(campaign_wire(CampaignId=1), pages=2)),
    )

    client = client_of(service.url)

    found, _warnings = client.list_campaigns(10)

    assert [one.campaign_id for one in found] == [3, 2, 1]
    assert str(client.progress) == "2 of 2 pages read"
    assert service.seen == [
        "GET /sms/campaigns?page=1&pageSize=10",
        "GET /sms/campaigns?page=2&pageSize=10",
    ]


@pytest.mark.parametrize("pages", [0, 1])
def test_an_account_without_campaigns_is_one_request(service: ScriptedService, pages: int) -> None:
    service.answers(reply(json=page(pages=pages)))

    assert client_of(service.url).list_campaigns(1000) == ([], [])

    assert service.seen == ["GET /sms/campaigns?page=1&pageSize=1000"]


def test_a_campaign_that_moves_to_the_next_page_meanwhile_is_listed_once(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(json=page(campaign_wire(CampaignId=3), campaign_wire(CampaignId=2), pages=2)),
        reply(json=page(campaign_wire(CampaignId=2), campaign_wire(CampaignId=1), pages=2)),
    )

    found, _warnings = client_of(service.url).list_campaigns(10)

    assert [one.campaign_id for one in found] == [3, 2, 1]


def test_a_last_page_that_brings_nothing_new_is_the_end(service: ScriptedService) -> None:
    service.answers(reply(json=page(campaign_wire(), pages=2)), reply(json=page(pages=2)))

    assert client_of(service.url).list_campaigns(10) == ([SPRING], [])


def test_pages_are_read_as_long_as_the_service_says_that_there_are_more(
    service: ScriptedService,
) -> None:
    service.answers(
        reply(json=page(campaign_wire(CampaignId=3), pages=2)),
        reply(json=page(campaign_wire(CampaignId=2), pages=3)),
        reply(json=page(campaign_wire(CampaignId=1), pages=3)),
    )

    assert len(client_of(service.url).list_campaigns(10)[0]) == 3


@pytest.mark.parametrize(
    ("total", "warns"), [(3, True), (2, False), (1, False), (None, False), ("3", False)]
)
def test_fewer_campaigns_than_the_service_counts_are_a_warning(
    service: ScriptedService, total: Any, warns: bool
) -> None:
    """One that moved to a page that was read before is on none."""
    first, second = (page(campaign_wire(CampaignId=number), pages=2) for number in (3, 1))
    service.answers(reply(json={**first, "TotalRecordCount": total}), reply(json=second))

    found, warnings = client_of(service.url).list_campaigns(10)

    assert len(found) == 2
    assert len(warnings) == warns
    assert not warns or "counted 3 campaigns, but only 2 were on its pages" in warnings[0]


@pytest.mark.parametrize(
    "second", [page(campaign_wire(), pages=1000), page(pages=1000)], ids=["the same", "empty"]
)
def test_a_page_without_anything_new_before_the_end_is_an_error(
    service: ScriptedService, second: dict[str, Any]
) -> None:
    service.answers(reply(json=page(campaign_wire(), pages=1000)), reply(json=second))

    with pytest.raises(UnexpectedAnswer, match="nothing new on page 2 of 1000"):
        client_of(service.url).list_campaigns(10)

    assert len(service.seen) == 2


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        [campaign_wire()],
        {},
        without(page(campaign_wire()), "Data"),
        without(page(campaign_wire()), "TotalPages"),
        {**page(), "Data": None},
        {**page(), "Data": {}},
        {**page(), "TotalPages": "1"},
        {**page(), "TotalPages": None},
        {**page(), "TotalPages": 1.5},
        {**page(), "TotalPages": True},
    ],
    ids=json.dumps,
)
def test_what_is_no_page_of_campaigns_is_an_error(service: ScriptedService, body: Any) -> None:
    service.answers(reply(body=json.dumps(body).encode()))

    with pytest.raises(UnexpectedAnswer, match="no page of campaigns"):
        client_of(service.url).list_campaigns(10)


NO_CAMPAIGN: dict[str, tuple[Any, str]] = {
    "null": (None, "no campaign"),
    "a text": ("Spring", "no campaign"),
    "a list": ([], "no campaign"),
    "no id": (without(campaign_wire(), "CampaignId"), "no campaign"),
    "an id as text": (campaign_wire(CampaignId="9141"), "no campaign"),
    "an id as a boolean": (campaign_wire(CampaignId=True), "no campaign"),
}


@pytest.mark.parametrize(("record", "reason"), NO_CAMPAIGN.values(), ids=NO_CAMPAIGN)
@pytest.mark.parametrize("one", [False, True], ids=["listed", "read"])
def test_what_is_no_campaign_is_an_error(
    service: ScriptedService, one: bool, record: Any, reason: str
) -> None:
    body = record if one else page(campaign_wire(CampaignId=1), record)
    service.answers(reply(body=json.dumps(body).encode()))
    client = client_of(service.url)

    with pytest.raises(UnexpectedAnswer, match=reason):
        client.read_campaign(9141) if one else client.list_campaigns(10)


def test_a_campaign_is_read_with_what_only_its_details_tell(service: ScriptedService) -> None:
    service.answers(
        reply(
            json=campaign_wire(
                Status="Delivered",
                DeliveryDate="2021-10-26T06:00:00Z",
                RepliesToEmail="",
                RepliesToMobile=27820000001,
            )
        )
    )

    found = client_of(service.url).read_campaign(9141)

    assert found == Campaign(
        9141, "Spring", "Hello", DATE, "Delivered", "2021-10-26T06:00:00Z", "", "27820000001"
    )
    assert service.seen == ["GET /sms/campaigns/9141"]


def test_what_a_campaign_does_not_tell_is_null(service: ScriptedService) -> None:
    service.answers(reply(json={"CampaignId": 9141, "Name": "", "Content": None}))

    found = client_of(service.url).read_campaign(9141)

    assert found.record() == {
        "campaign_id": 9141,
        "name": "",
        "content": None,
        "date": None,
        "status": None,
        "delivery_date": None,
        "replies_to_email": None,
        "replies_to_mobile": None,
    }


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (without(campaign_wire(), "Name"), None),
        (campaign_wire(Name=None), None),
        (campaign_wire(Name=""), ""),
        (campaign_wire(Name=7), "7"),
    ],
    ids=["none", "null", "empty", "a number"],
)
@pytest.mark.parametrize("one", [False, True], ids=["listed", "read"])
def test_a_campaign_need_not_have_a_name(
    service: ScriptedService, one: bool, record: dict[str, Any], name: str | None
) -> None:
    service.answers(reply(json=record if one else page(record)))
    client = client_of(service.url)

    found = client.read_campaign(9141) if one else client.list_campaigns(10)[0][0]

    assert found == Campaign(9141, name, "Hello", DATE)


@pytest.mark.parametrize("other", [9140, 9142])
def test_another_campaign_than_the_one_asked_for_is_an_error(
    service: ScriptedService, other: int
) -> None:
    service.answers(reply(json=campaign_wire(CampaignId=other)))

    with pytest.raises(UnexpectedAnswer, match=f"campaign {other} instead"):
        client_of(service.url).read_campaign(9141)
