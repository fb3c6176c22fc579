# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A desired webhook: read from options, checked, and warned about."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import (
    DesiredWebhook,
    desired_from_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    DATE,
    OTHER_URL,
    URL,
    Tagged,
    entry,
)

REPLY = "CampaignReply"
CAMPAIGN_ID = {"campaign_id": 9141}
BY_KEY = {**CAMPAIGN_ID, "webhook_type": REPLY, "url": URL}
BY_ID = {**CAMPAIGN_ID, "webhook_id": 28}

ACCEPTED: dict[str, tuple[dict[str, Any], DesiredWebhook]] = {
    "by natural key": (BY_KEY, DesiredWebhook(CAMPAIGN, None, REPLY, URL)),
    "by natural key, off": (
        {**BY_KEY, "active": False},
        DesiredWebhook(CAMPAIGN, None, REPLY, URL, active=False),
    ),
    "by natural key, absent": (
        {**BY_KEY, "state": "absent"},
        DesiredWebhook(CAMPAIGN, None, REPLY, URL, is_present=False),
    ),
    "by id, its URL": ({**BY_ID, "url": URL}, DesiredWebhook(CAMPAIGN, 28, None, URL)),
    "by id, its activity": ({**BY_ID, "active": True}, DesiredWebhook(CAMPAIGN, 28, active=True)),
    "by id, with everything": (
        {**BY_KEY, **BY_ID, "active": False},
        DesiredWebhook(CAMPAIGN, 28, REPLY, URL, active=False),
    ),
    "by id, absent": (
        {**BY_ID, "state": "absent"},
        DesiredWebhook(CAMPAIGN, 28, is_present=False),
    ),
    "by id, absent, where nothing else counts": (
        {**BY_ID, "state": "absent", "url": "nonsense", "webhook_type": "no", "active": True},
        DesiredWebhook(CAMPAIGN, 28, is_present=False),
    ),
    "by id, whatever URL and type, for the plan to check": (
        {**BY_ID, "webhook_type": "Odd", "url": "ö ".ljust(MAX_LENGTH + 1)},
        DesiredWebhook(CAMPAIGN, 28, "Odd", "ö ".ljust(MAX_LENGTH + 1)),
    ),
    "by id, an empty URL, for the plan to check": (
        {**BY_ID, "url": ""},
        DesiredWebhook(CAMPAIGN, 28, None, ""),
    ),
    "no state": ({**BY_KEY, "state": None}, DesiredWebhook(CAMPAIGN, None, REPLY, URL)),
    "a list's": (
        {"list_id": 77, "webhook_type": "ListSubscribe", "url": URL},
        DesiredWebhook(Owner("list", 77), None, "ListSubscribe", URL),
    ),
    "the account's": (
        {"scope": "message", "webhook_type": "MessageReply", "url": URL},
        DesiredWebhook(Owner("message"), None, "MessageReply", URL),
    ),
    "with what only a record has": (
        {**BY_KEY, "date_created": DATE, "note": "gone"},
        DesiredWebhook(CAMPAIGN, None, REPLY, URL),
    ),
}

MASKED = f"https://h.example/{MASK}-0a1b2c3d"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no owner": ({"webhook_id": 28, "active": True}, "owner of the webhook is missing"),
    "two owners": ({**BY_KEY, "list_id": 77}, "two owners"),
    "no owner, absent": ({"webhook_id": 28, "state": "absent"}, "owner of the webhook is missing"),
    "only an owner": (
        CAMPAIGN_ID,
        "Cannot identify the webhook of campaign 9141. Give webhook_id, or both",
    ),
    "no URL": ({**CAMPAIGN_ID, "webhook_type": REPLY}, "both webhook_type and url"),
    "no type": ({**CAMPAIGN_ID, "url": URL}, "both webhook_type and url"),
    "absent by its type": (
        {**CAMPAIGN_ID, "webhook_type": REPLY, "state": "absent"},
        "Give webhook_id",
    ),
    "an id and no more": (BY_ID, "Nothing is declared for webhook 28 of campaign 9141. Give url"),
    "an id and its type": ({**BY_ID, "webhook_type": REPLY}, "Nothing is declared for webhook 28"),
    "a boolean as id": ({**BY_KEY, "webhook_id": True}, "webhook_id must be a positive integer"),
    "an id of 0": ({**BY_ID, "webhook_id": 0, "state": "absent"}, "must be a positive integer"),
    "another owner's type": (
        {**BY_KEY, "webhook_type": "ListSubscribe"},
        "ListSubscribe does not exist for campaign 9141",
    ),
    "an empty URL": ({**BY_KEY, "url": ""}, "url is empty"),
    "a masked URL by id": ({**BY_ID, "url": MASKED}, "was masked"),
    "a masked URL": ({**BY_KEY, "url": MASKED}, "was masked"),
    "a masked URL, absent": (
        {**BY_KEY, "url": MASKED, "state": "absent"},
        "was masked",
    ),
}


@pytest.mark.parametrize("nulls", [False, True], ids=["omitted", "null"])
@pytest.mark.parametrize(("options", "meant"), ACCEPTED.values(), ids=ACCEPTED)
def test_options_are_read_as_desired_webhook(
    nulls: bool, options: dict[str, Any], meant: DesiredWebhook
) -> None:
    given = entry(**{"campaign_id": None, **options}) if nulls else options

    assert desired_from_options(given) == meant


def test_state_is_read_from_tagged_text() -> None:
    assert not desired_from_options({**BY_ID, "state": Tagged("absent")}).is_present
    assert desired_from_options({**BY_KEY, "state": Tagged("present")}).is_present


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED)
def test_contradictory_or_incomplete_options_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NotPlannable) as caught:
        desired_from_options(options)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("desired", "name"),
    [
        (DesiredWebhook(CAMPAIGN, 28), "webhook 28 of campaign 9141"),
        (DesiredWebhook(CAMPAIGN, 28, REPLY, URL), "webhook 28 of campaign 9141"),
        (
            DesiredWebhook(Owner("message"), None, "MessageReply", URL),
            "the MessageReply webhook of the account with this URL",
        ),
    ],
)
def test_desired_webhook_is_named_without_its_url(desired: DesiredWebhook, name: str) -> None:
    assert str(desired) == name


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ((REPLY, URL), (REPLY, URL), True),
        ((REPLY, URL), (REPLY, URL.replace("https://hooks", "HTTPS://HOOKS")), True),
        ((REPLY, URL), (REPLY, OTHER_URL), False),
        ((REPLY, URL), ("CampaignMessageStatusUpdate", URL), False),
    ],
    ids=["the same", "another spelling", "another URL", "another type"],
)
def test_natural_key_is_type_and_url_in_one_spelling(
    one: tuple[str, str], other: tuple[str, str], is_same: bool
) -> None:
    keys = [DesiredWebhook(CAMPAIGN, None, *parts).key for parts in (one, other)]

    assert (keys[0] == keys[1]) is is_same


@pytest.mark.parametrize(("webhook_type", "url"), [(REPLY, None), (None, URL), (None, None)])
def test_desired_webhook_without_type_or_url_has_no_key(
    webhook_type: str | None, url: str | None
) -> None:
    assert DesiredWebhook(CAMPAIGN, 28, webhook_type, url, active=True).key is None


@pytest.mark.parametrize(
    ("url", "is_masked", "is_present", "words"),
    [
        ("http://hooks.example.org/a", False, True, ["plain http"]),
        ("https://user@hooks.example.org/a", False, True, ["mask_url"]),
        ("https://user@hooks.example.org/a", True, True, []),
        ("http://hooks.example.org/a", False, False, []),
        (None, False, True, []),
    ],
    ids=["plain", "user", "user, masked", "plain, absent", "no URL"],
)
def test_unwise_url_is_warned_about_unless_absent(
    url: str | None, is_masked: bool, is_present: bool, words: list[str]
) -> None:
    desired = DesiredWebhook(CAMPAIGN, 28, REPLY, url, active=True, is_present=is_present)

    warnings = desired.warnings(is_masked)

    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings))
