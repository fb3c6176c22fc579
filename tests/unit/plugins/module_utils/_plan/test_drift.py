# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift of a declared set: what is found, as which kind, with which record and text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Failure, Refused
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import (
    DRIFT_KINDS,
    Finding,
    find_drift,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import CurrentWebhooks
from ansible_collections.touchbasepro.sms.tests.unit.support.messages import (
    short_labels,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.operations import shown
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    CAMPAIGN,
    GONE,
    NEW,
    NEW_URL,
    NOTE,
    OFF,
    OFF_TWIN,
    ON,
    OTHER,
    OTHER_CAMPAIGN,
    OTHER_URL,
    SPELT_OTHERWISE,
    STATUS,
    STATUS_ONE,
    TWIN,
    URL,
    absent,
    by_id,
    by_key,
    webhook,
)

EMPTY_LIST = Refused("No webhook record.", Failure(404, 142))
PAUSED = webhook(active=False)
NOTED_OTHER = webhook(webhook_id=29, url=OTHER_URL, active=False, note=NOTE)
NOTED_TWIN = webhook(webhook_id=27, active=False, note=NOTE)
Found = dict[str, list[Any]]


def drift(
    desired: Sequence[DesiredWebhook],
    there: Iterable[Webhook] = (),
    owners: Sequence[Owner] = (),
    errors: Mapping[Owner, Refused] | None = None,
) -> list[Finding]:
    """The drift of a set on two campaigns."""
    webhooks, refused = list(there), errors or {}
    current = {
        owner: CurrentWebhooks([one for one in webhooks if one.owner == owner], refused.get(owner))
        for owner in (CAMPAIGN, OTHER_CAMPAIGN)
    }
    return find_drift(desired, owners, current)


def ids_by_kind(found: Iterable[Finding]) -> Found:
    """The ids of what is found, or the names of what is invalid, by kind."""
    ids: Found = defaultdict(list)
    for one in found:
        record = one.data.get("before", one.data)
        is_invalid = one.kind == "invalid"
        ids[one.kind].append(short_labels(record["name"]) if is_invalid else record["webhook_id"])
    return dict(ids)


TABLE: dict[str, tuple[list[DesiredWebhook], list[Webhook], Found]] = {
    "as declared": ([by_key(active=True)], [ON], {}),
    "as declared, inactive": ([by_key(active=False)], [PAUSED], {}),
    "other spelling of the URL": ([by_id(url=SPELT_OTHERWISE)], [ON], {}),
    "not there": ([by_key(NEW_URL)], [], {"missing": [None]}),
    "not there, inactive": ([by_key(NEW_URL, active=False)], [], {"missing": [None]}),
    "id not there": ([by_id(99, active=True)], [], {"missing": [99]}),
    "id of another owner": (
        [by_id(owner=OTHER_CAMPAIGN, active=True)],
        [ON],
        {"missing": [28], "undeclared": [28]},
    ),
    "other URL": ([by_id(url=NEW_URL)], [ON], {"different": [28]}),
    "a person's deactivation": ([by_key(active=True)], [PAUSED], {"deactivated": [28]}),
    "activity is not declared": ([by_key()], [PAUSED], {}),
    "activated": ([by_key(active=False)], [ON], {"activated": [28]}),
    "other URL and deactivated": (
        [by_id(url=NEW_URL, active=True)],
        [PAUSED],
        {"different": [28], "deactivated": [28]},
    ),
    "other URL and activated": (
        [by_id(url=NEW_URL, active=False)],
        [ON],
        {"different": [28], "activated": [28]},
    ),
    "other URL and disabled": (
        [by_id(url=NEW_URL, active=True)],
        [OFF],
        {"different": [28], "disabled_by_service": [28]},
    ),
    "disabled, declared active": ([by_id(active=True)], [OFF], {"disabled_by_service": [28]}),
    "disabled, not declared either way": ([by_key()], [OFF], {"disabled_by_service": [28]}),
    "disabled, declared inactive": ([by_key(active=False)], [OFF], {}),
    "disabled, declared absent": ([absent(by_key())], [OFF], {"undeclared": [28]}),
    "disabled, undeclared": (
        [by_key()],
        [ON, NOTED_OTHER],
        {"disabled_by_service": [29], "undeclared": [29]},
    ),
    "disabled, the twin is declared inactive by its id": (
        [by_id(active=False), by_key(active=True)],
        [OFF, NOTED_TWIN],
        {"disabled_by_service": [27], "invalid": ["webhooks[1]"]},
    ),
    "disabled, invalid and declared inactive": (
        [by_id(31, webhook_type="CampaignReply", active=False)],
        [webhook(webhook_id=31, webhook_type=STATUS, active=False, note=NOTE)],
        {"invalid": ["webhooks[0]"]},
    ),
    "undeclared": ([by_key()], [ON, OTHER], {"undeclared": [29]}),
    "undeclared of an owner without entries": (
        [by_key()],
        [ON, webhook(owner=OTHER_CAMPAIGN, webhook_id=7)],
        {"undeclared": [7]},
    ),
    "declared absent": (
        [absent(by_id()), absent(by_key(OTHER_URL))],
        [OTHER, ON],
        {"undeclared": [28, 29]},
    ),
    "absent as declared": ([absent(by_id()), absent(by_key())], [], {}),
    "several match, one is meant": ([by_key()], [TWIN, ON], {"undeclared": [30]}),
    "several match, the active one is meant": (
        [by_key(active=True)],
        [OFF_TWIN, ON],
        {"undeclared": [27]},
    ),
    "other type": (
        [by_id(31, webhook_type="CampaignReply", active=True)],
        [STATUS_ONE],
        {"invalid": ["webhooks[0]"]},
    ),
    "two with one URL": (
        [by_id(url=NEW_URL), by_id(29, url=OTHER_URL), by_key(NEW_URL)],
        [ON, OTHER],
        {"different": [28], "invalid": ["webhooks[2]"]},
    ),
    "kept and removed": (
        [absent(by_key(NEW_URL)), by_id(url=NEW_URL)],
        [ON],
        {"different": [28], "invalid": ["webhooks[0]"]},
    ),
    "by kind, then in the order of the entries": (
        [by_key(NEW_URL), by_id(98, active=True), by_id(31, active=False), by_id(97, active=True)],
        [ON, STATUS_ONE],
        {"missing": [None, 98, 97], "activated": [31], "undeclared": [28]},
    ),
}


@pytest.mark.parametrize(("desired", "there", "found"), TABLE.values(), ids=TABLE)
def test_drift_has_kinds(desired: list[DesiredWebhook], there: list[Webhook], found: Found) -> None:
    kinds = ids_by_kind(drift(desired, there))

    assert kinds == found
    assert list(kinds) == [kind for kind in DRIFT_KINDS if kind in found]


# Owners that cannot be listed


REFUSALS: dict[str, tuple[list[DesiredWebhook], list[Owner], Refused, Found]] = {
    "owner that does not exist, with its entries": (
        [by_key(), by_key(owner=OTHER_CAMPAIGN), by_id(7, owner=OTHER_CAMPAIGN, active=True)],
        [OTHER_CAMPAIGN, CAMPAIGN, OTHER_CAMPAIGN],
        GONE,
        {"invalid": ["webhooks[1]", "webhooks[2]", "owners[0]", "owners[2]"]},
    ),
    "owner that does not exist, entry declared absent": (
        [absent(by_id(7, owner=OTHER_CAMPAIGN)), by_key()],
        [],
        GONE,
        {"invalid": ["webhooks[0]"]},
    ),
    "empty list": (
        [
            by_key(),
            by_key(owner=OTHER_CAMPAIGN),
            by_id(7, owner=OTHER_CAMPAIGN, active=True),
            absent(by_key(OTHER_URL, owner=OTHER_CAMPAIGN)),
            absent(by_id(8, owner=OTHER_CAMPAIGN)),
        ],
        [OTHER_CAMPAIGN],
        EMPTY_LIST,
        {"missing": [None, 7]},
    ),
}


@pytest.mark.parametrize(("desired", "owners", "refusal", "found"), REFUSALS.values(), ids=REFUSALS)
def test_refused_owner_does_not_hide_the_rest(
    desired: list[DesiredWebhook], owners: list[Owner], refusal: Refused, found: Found
) -> None:
    kinds = ids_by_kind(drift(desired, [ON, OTHER], owners, {OTHER_CAMPAIGN: refusal}))

    assert kinds == {**found, "undeclared": [29]}


def test_invalid_entry_has_its_name_and_reason() -> None:
    (found,) = drift([by_key(owner=OTHER_CAMPAIGN)], errors={OTHER_CAMPAIGN: GONE})

    name = "webhooks[0] (campaign 9142, CampaignReply)"
    assert found.data == {"name": name, "msg": str(GONE)}
    assert found.text == f"{name}: {GONE}"


# Records and texts


def test_missing_record_is_as_it_should_be() -> None:
    (found,) = drift([by_key(NEW_URL, active=False)])

    assert (
        found.data
        == webhook(webhook_id=None, url=NEW_URL, active=False, date_created=None).record()
    )
    assert shown(found.text) == f"the CampaignReply webhook of campaign 9141 at {NEW_URL}"


@pytest.mark.parametrize(
    ("given", "text"),
    [({"active": True}, ""), ({"url": URL}, f" at {URL}")],
    ids=["without URL", "with URL"],
)
def test_record_of_missing_id_has_what_is_declared(given: dict[str, Any], text: str) -> None:
    (found,) = drift([by_id(99, **given)])

    declared = {"webhook_type": None, "url": None, "active": None, "date_created": None, **given}
    assert found.data == {**NEW.record(), **declared, "webhook_id": 99}
    assert shown(found.text) == f"webhook 99 of campaign 9141{text}"


def test_different_has_all_fields_before_and_after() -> None:
    different, disabled = drift([by_id(url=NEW_URL, active=True)], [OFF])

    after = webhook(url=NEW_URL)
    assert different.data == {"before": OFF.record(), "after": after.record()}
    assert shown(different.text) == (
        f"webhook 28 of campaign 9141: url is {URL}, declared {NEW_URL}"
    )
    assert disabled.data == OFF.record()
    assert shown(disabled.text) == f"webhook 28 of campaign 9141: {NOTE}"


@pytest.mark.parametrize(
    ("desired", "there"),
    [(by_id(active=True), PAUSED), (by_id(active=False), ON), (absent(by_id()), ON)],
    ids=["deactivated", "activated", "undeclared"],
)
def test_record_is_the_current_one(desired: DesiredWebhook, there: Webhook) -> None:
    (found,) = drift([desired], [there])

    assert found.data == there.record()
    assert shown(found.text) == f"webhook 28 of campaign 9141 at {URL}"
