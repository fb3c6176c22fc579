# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: what becomes of a webhook, and that one write is enough to get there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils._address import same_address
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import WEBHOOK_TYPES, Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import (
    Change,
    Filters,
    Wanted,
    Webhook,
    plan,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    DATE,
    OTHER_URL,
    URL,
    webhook,
)

NOTE = "Receiver answered 410."
ON = webhook()
OFF = webhook(active=False, note=NOTE)
SPELT_OTHERWISE = "HTTPS://Hooks.Example.org:443/replies/5f1d"

PLANS = {
    "on stays on": (ON, Wanted(active=True), ON),
    "on goes off": (ON, Wanted(active=False), webhook(active=False)),
    "off goes on, and loses its note": (OFF, Wanted(active=True), ON),
    "off stays off, and keeps its note": (OFF, Wanted(active=False), OFF),
    "the address alone": (ON, Wanted(url=OTHER_URL), webhook(url=OTHER_URL)),
    "the address of one that is off": (
        OFF,
        Wanted(url=OTHER_URL),
        webhook(url=OTHER_URL, active=False, note=NOTE),
    ),
    "both": (OFF, Wanted(url=OTHER_URL, active=True), webhook(url=OTHER_URL)),
    "both, as they are": (ON, Wanted(url=URL, active=True), ON),
    "an equivalent spelling": (ON, Wanted(url=SPELT_OTHERWISE), ON),
    "an equivalent spelling while it goes off": (
        ON,
        Wanted(url=SPELT_OTHERWISE, active=False),
        webhook(active=False),
    ),
    "the type that it has": (ON, Wanted(webhook_type="CampaignReply"), ON),
    "nothing": (OFF, Wanted(), OFF),
}


@pytest.mark.parametrize(("before", "wanted", "after"), PLANS.values(), ids=PLANS)
def test_a_webhook_becomes_what_is_wanted_and_nothing_more(
    before: Webhook, wanted: Wanted, after: Webhook
) -> None:
    change = plan(before, wanted)

    assert change == Change(before, after)
    assert change.is_needed == (before != after)


def test_another_type_is_refused_because_the_api_cannot_change_it() -> None:
    with pytest.raises(NotPlannable) as caught:
        plan(ON, Wanted(webhook_type="CampaignMessageStatusUpdate"))

    assert "webhook 28 of campaign 9141 is of type CampaignReply" in str(caught.value)
    assert "CampaignMessageStatusUpdate" in str(caught.value)


def test_an_active_webhook_has_no_note_even_if_the_service_kept_one() -> None:
    change = plan(webhook(note=NOTE), Wanted(active=True))

    assert change.after.note is None


ADDRESSES = st.sampled_from(
    [URL, SPELT_OTHERWISE, OTHER_URL, "http://h.example", "http://h.example/"]
)
TYPES = [(scope, name) for scope, names in WEBHOOK_TYPES.items() for name in names]


@st.composite
def webhooks(draw: st.DrawFn) -> Webhook:
    scope, webhook_type = draw(st.sampled_from(TYPES))
    active = draw(st.booleans())
    return Webhook(
        owner=Owner(scope, None if scope == "message" else draw(st.integers(1, 99))),
        webhook_id=draw(st.integers(1, 99)),
        webhook_type=webhook_type,
        url=draw(ADDRESSES),
        active=active,
        date_created=draw(st.none() | st.just(DATE)),
        note=None if active else draw(st.none() | st.just(NOTE)),
    )


wishes = st.builds(Wanted, url=st.none() | ADDRESSES, active=st.none() | st.booleans())


def converge(stored: Webhook, wanted: Wanted) -> tuple[Webhook, int]:
    """A service in memory: one plan, carried out with one PUT of both fields if it is needed."""
    change = plan(stored, wanted)
    if not change.is_needed:
        return stored, 0
    put = {"url": change.after.url, "active": change.after.active}
    return replace(stored, **put, note=None if put["active"] else stored.note), 1


@given(webhooks(), wishes)
def test_any_webhook_converges_in_at_most_one_put(stored: Webhook, wanted: Wanted) -> None:
    reached, puts = converge(stored, wanted)

    assert puts <= 1
    assert wanted.active in (None, reached.active)
    assert wanted.url is None or same_address(wanted.url, reached.url)
    assert reached == plan(stored, wanted).after


@given(webhooks(), wishes)
def test_the_second_run_plans_nothing(stored: Webhook, wanted: Wanted) -> None:
    reached, _puts = converge(stored, wanted)

    assert not plan(reached, wanted).is_needed


@given(webhooks(), wishes)
def test_no_put_is_spent_on_what_is_already_so(stored: Webhook, wanted: Wanted) -> None:
    is_so = wanted.active in (None, stored.active) and (
        wanted.url is None or same_address(wanted.url, stored.url)
    )

    assert plan(stored, wanted).is_needed == (not is_so)


@given(webhooks(), wishes)
def test_what_was_not_asked_for_is_never_touched(stored: Webhook, wanted: Wanted) -> None:
    after = plan(stored, wanted).after

    assert (after.owner, after.webhook_id) == (stored.owner, stored.webhook_id)
    assert (after.webhook_type, after.date_created) == (stored.webhook_type, stored.date_created)
    if wanted.url is None:
        assert after.url == stored.url
    if wanted.active is None:
        assert after.active == stored.active
    assert after.note == (None if after.active else stored.note)


def test_the_diff_is_the_pair_of_records_under_the_name_of_the_webhook() -> None:
    diff = plan(OFF, Wanted(url=OTHER_URL, active=True)).diff

    assert diff["before"] == OFF.record()
    assert diff["after"] == webhook(url=OTHER_URL).record()
    assert diff["before_header"] == diff["after_header"] == "webhook 28 of campaign 9141"


def test_a_record_has_the_names_of_the_options() -> None:
    assert OFF.record() == {
        "scope": "campaign",
        "campaign_id": 9141,
        "list_id": None,
        "webhook_id": 28,
        "webhook_type": "CampaignReply",
        "url": URL,
        "active": False,
        "date_created": DATE,
        "note": NOTE,
    }


@pytest.mark.parametrize(
    ("stored", "is_met"),
    [
        (ON, True),
        (webhook(url=SPELT_OTHERWISE), True),
        (webhook(date_created="another spelling", note=NOTE), True),
        (webhook(active=False), False),
        (webhook(url=OTHER_URL), False),
        (webhook(webhook_id=29), False),
    ],
    ids=["as asked", "another spelling", "other dates", "inactive", "another url", "another id"],
)
def test_a_change_is_met_by_the_same_id_activity_and_address(stored: Webhook, is_met: bool) -> None:
    assert Change(OFF, ON).is_met_by(stored) is is_met


@pytest.mark.parametrize(
    ("before", "wanted", "warns"),
    [
        (OFF, Wanted(active=True), True),
        (webhook(active=False), Wanted(active=True), False),
        (OFF, Wanted(url=OTHER_URL), False),
        (ON, Wanted(active=True), False),
        (ON, Wanted(active=False), False),
    ],
    ids=["off with a note", "off without", "stays off", "on", "goes off"],
)
def test_activating_what_the_service_switched_off_warns_with_its_note(
    before: Webhook, wanted: Wanted, warns: bool
) -> None:
    warnings = plan(before, wanted).warnings()

    assert len(warnings) == int(warns)
    assert all(NOTE in warning and "webhook 28" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("filters", "selected"),
    [
        (Filters(), True),
        (Filters(webhook_type="CampaignReply"), True),
        (Filters(webhook_type="CampaignMessageStatusUpdate"), False),
        (Filters(active=True), True),
        (Filters(active=False), False),
        (Filters(url=SPELT_OTHERWISE), True),
        (Filters(url=OTHER_URL), False),
        (Filters("CampaignReply", True, URL), True),
        (Filters("CampaignReply", False, URL), False),
    ],
)
def test_filters_select_what_passes_all_of_them(filters: Filters, selected: bool) -> None:
    assert filters.select(ON) is selected
