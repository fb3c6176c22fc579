"""The drift of a declared set: what is found, as which kind, with which record and text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.tests.unit.support.operations import short_labels

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.drift import (  # isort: skip
    DRIFT_KINDS, Finding, find_drift,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Desired, DesiredWebhook, Errors, Owner, Webhooks, current_of,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, ELSEWHERE, EMPTY_LIST, GONE, NEW, NEW_URL, NOTE, OFF, OFF_TWIN, ON, OTHER,
    OTHER_CAMPAIGN, OTHER_URL, PAUSED, REPLY, SPELT_OTHERWISE, STATUS, STATUS_ONE, TWIN, URL,
    Refused, absent, by_id, by_key, shown, webhook,
)  # fmt: skip

NOTED_OTHER = webhook(webhook_id=29, url=OTHER_URL, active=False, note=NOTE)
NOTED_TWIN = webhook(webhook_id=27, active=False, note=NOTE)
Found = dict[str, list[Any]]


def drift(
    desired: Desired,
    there: Webhooks = (),
    owners: Sequence[Owner] = (),
    errors: Errors | None = None,
) -> list[Finding]:
    """The drift of a set on two campaigns."""
    return find_drift(desired, owners, current_of(there, errors))


def ids_by_kind(found: Iterable[Finding]) -> Found:
    """The ids of what is found, or the names of what is invalid, by kind."""
    ids: Found = defaultdict(list)
    for one in found:
        record = one.data.get("before", one.data)
        is_invalid = one.kind == "invalid"
        ids[one.kind].append(short_labels(record["name"]) if is_invalid else record["webhook_id"])
    return dict(ids)


MOVES: dict[str, Any] = {"url": NEW_URL}
ABROAD: dict[str, Any] = {"owner": OTHER_CAMPAIGN}
WRONG_TYPE = by_id(31, webhook_type=REPLY, active=False)
TABLE: dict[str, tuple[Desired, Webhooks, Found]] = {
    "as declared": ([by_key(active=True)], [ON], {}),
    "other spelling": ([by_id(url=SPELT_OTHERWISE)], [ON], {}),
    "missing": ([by_key(NEW_URL)], [], {"missing": [None]}),
    "missing id": ([by_id(99, active=True)], [], {"missing": [99]}),
    "missing, id of another owner": (
        [by_id(active=True, **ABROAD)], [ON], {"missing": [28], "undeclared": [28]}),
    "other URL": ([by_id(**MOVES)], [ON], {"different": [28]}),
    "deactivated by a person": ([by_key(active=True)], [PAUSED], {"deactivated": [28]}),
    "inactive, activity not declared": ([by_key()], [PAUSED], {}),
    "activated": ([by_key(active=False)], [ON], {"activated": [28]}),
    "other URL and deactivated": (
        [by_id(active=True, **MOVES)], [PAUSED], {"different": [28], "deactivated": [28]}),
    "other URL and disabled": (
        [by_id(active=True, **MOVES)], [OFF], {"different": [28], "disabled_by_service": [28]}),
    "disabled, declared active": ([by_id(active=True)], [OFF], {"disabled_by_service": [28]}),
    "disabled, activity not declared": ([by_key()], [OFF], {"disabled_by_service": [28]}),
    "disabled, declared inactive": ([by_key(active=False)], [OFF], {}),
    "disabled, declared absent": ([absent(by_key())], [OFF], {"undeclared": [28]}),
    "disabled, undeclared": (
        [by_key()], [ON, NOTED_OTHER], {"disabled_by_service": [29], "undeclared": [29]}),
    "disabled, twin declared inactive by its id": (
        [by_id(active=False), by_key(active=True)], [OFF, NOTED_TWIN],
        {"disabled_by_service": [27], "invalid": ["webhooks[1]"]}),
    "undeclared": ([by_key()], [ON, OTHER], {"undeclared": [29]}),
    "undeclared, owner without entries": ([by_key()], [ON, ELSEWHERE], {"undeclared": [7]}),
    "absent": ([absent(by_id()), absent(by_key(OTHER_URL))], [OTHER, ON], {"undeclared": [28, 29]}),
    "absent as declared": ([absent(by_id()), absent(by_key())], [], {}),
    "several match": ([by_key()], [TWIN, ON], {"undeclared": [30]}),
    "several match, one active": ([by_key(active=True)], [OFF_TWIN, ON], {"undeclared": [27]}),
    "wrong type": ([WRONG_TYPE], [STATUS_ONE], {"invalid": ["webhooks[0]"]}),
    "kept and removed": (
        [absent(by_key(NEW_URL)), by_id(**MOVES)], [ON],
        {"different": [28], "invalid": ["webhooks[0]"]}),
    "by kind, then in the order of the entries": (
        [by_key(NEW_URL), by_id(98, active=True), by_id(31, active=False), by_id(97, active=True)],
        [ON, STATUS_ONE],
        {"missing": [None, 98, 97], "activated": [31], "undeclared": [28]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("desired", "there", "found"), TABLE.values(), ids=TABLE)
def test_drift_has_kinds(desired: Desired, there: Webhooks, found: Found) -> None:
    kinds = ids_by_kind(drift(desired, there))

    assert kinds == found
    assert list(kinds) == [kind for kind in DRIFT_KINDS if kind in found]


THERE = [by_key(**ABROAD), by_id(7, active=True, **ABROAD)]
NOT_THERE = [absent(by_key(OTHER_URL, **ABROAD)), absent(by_id(8, **ABROAD))]
REFUSALS: dict[str, tuple[Desired, list[Owner], Refused, Found]] = {
    "missing owner": (
        [by_key(), *THERE], [OTHER_CAMPAIGN, CAMPAIGN, OTHER_CAMPAIGN], GONE,
        {"invalid": ["webhooks[1]", "webhooks[2]", "owners[0]", "owners[2]"]}),
    "missing owner, absent": ([NOT_THERE[1], by_key()], [], GONE, {"invalid": ["webhooks[0]"]}),
    "empty list": (
        [by_key(), *THERE, *NOT_THERE], [OTHER_CAMPAIGN], EMPTY_LIST, {"missing": [None, 7]}),
}  # fmt: skip


@pytest.mark.parametrize(("desired", "owners", "refusal", "found"), REFUSALS.values(), ids=REFUSALS)
def test_refused_owner_does_not_hide_the_rest(
    desired: Desired, owners: list[Owner], refusal: Refused, found: Found
) -> None:
    kinds = ids_by_kind(drift(desired, [ON, OTHER], owners, {OTHER_CAMPAIGN: refusal}))

    assert kinds == {**found, "undeclared": [29]}


def test_invalid_entry_has_its_name_and_reason() -> None:
    (found,) = drift([by_key(owner=OTHER_CAMPAIGN)], errors={OTHER_CAMPAIGN: GONE})

    name = "webhooks[0] (campaign 9142, CampaignReply)"
    assert found.data == {"name": name, "msg": str(GONE)}
    assert found.text == f"{name}: {GONE}"


WEBHOOK, ID_99 = "webhook 28 of campaign 9141", "webhook 99 of campaign 9141"
OF_99 = {**dict.fromkeys(NEW.record()), **CAMPAIGN.record(), "webhook_id": 99}
FINDINGS: dict[str, tuple[DesiredWebhook, Webhooks, dict[str, Any], str]] = {
    "missing": (
        by_key(NEW_URL, active=False), [], {**NEW.record(), "url": NEW_URL, "active": False},
        f"the CampaignReply webhook of campaign 9141 at {NEW_URL}"),
    "missing id": (by_id(99, active=True), [], {**OF_99, "active": True}, ID_99),
    "missing id, with URL": (by_id(99, url=URL), [], {**OF_99, "url": URL}, f"{ID_99} at {URL}"),
    "different": (
        by_id(url=NEW_URL), [ON], {"before": ON.record(), "after": webhook(url=NEW_URL).record()},
        f"{WEBHOOK}: url is {URL}, declared {NEW_URL}"),
    "deactivated": (by_id(active=True), [PAUSED], PAUSED.record(), f"{WEBHOOK} at {URL}"),
    "activated": (by_id(active=False), [ON], ON.record(), f"{WEBHOOK} at {URL}"),
    "disabled by service": (by_id(active=True), [OFF], OFF.record(), f"{WEBHOOK}: {NOTE}"),
    "undeclared": (absent(by_id()), [ON], ON.record(), f"{WEBHOOK} at {URL}"),
}  # fmt: skip


@pytest.mark.parametrize(("desired", "there", "data", "text"), FINDINGS.values(), ids=FINDINGS)
def test_finding_has_the_record_and_a_text_to_read(
    desired: DesiredWebhook, there: Webhooks, data: dict[str, Any], text: str
) -> None:
    (found,) = drift([desired], there)

    assert (found.data, shown(found.text)) == (data, text)


def test_records_and_texts_have_the_names_of_entries() -> None:
    moved, created = by_id(url=OTHER_URL, name="moved"), by_key(NEW_URL, name="new")
    gone, wrong = by_id(99, active=True, name="gone"), by_id(webhook_type=STATUS, name="wrong")

    found = drift([moved, created, gone, wrong], [ON])

    names = [one.data.get("before", one.data)["name"] for one in found]
    assert names == ["new", "gone", "moved", 'webhooks[3] "wrong" (campaign 9141, webhook 28)']
    assert all(f'"{name}"' in one.text for one, name in zip(found, [*names[:3], "wrong"]))
