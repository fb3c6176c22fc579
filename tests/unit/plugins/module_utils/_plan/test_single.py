"""The plan of one webhook: which one is meant, what becomes of it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.url import MAX_LENGTH
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.single import plan
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK

from ansible_collections.touchbasepro.sms.tests.unit.support.plans import (  # isort: skip
    Change, CurrentWebhooks, DesiredWebhook, Webhook, Webhooks, by_type, raised,
)  # fmt: skip
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (  # isort: skip
    CAMPAIGN, EMPTY_LIST, FORBIDDEN, GONE, MOVED, NEW, NO_CODE, NOTE, OFF, OFF_TWIN, ON, OTHER,
    OTHER_URL, PAUSED, REPLY, SPELT_OTHERWISE, STATUS, STATUS_ONE, TWIN, URL, Refused, absent,
    by_id, by_key, new_webhook, webhook,
)  # fmt: skip


def planned(desired: DesiredWebhook, *there: Webhook, **how: Any) -> Change:
    return plan(desired, CurrentWebhooks(there), **how)


MOVED_OFF = webhook(url=OTHER_URL, active=False, note=NOTE)
ODD_URL = "ö b".ljust(MAX_LENGTH + 1)
ODD = webhook(webhook_type="Odd", url=ODD_URL)
ENCODED = webhook(url=f"{URL}/%1B", stored_url=f"{URL}/\x1b")
UPDATES = {
    "on stays on": (ON, by_id(active=True), ON),
    "on goes off": (ON, by_id(active=False), PAUSED),
    "off goes on, and loses its note": (OFF, by_id(active=True), ON),
    "off stays off, and keeps its note": (OFF, by_id(active=False), OFF),
    "URL alone": (ON, by_id(url=OTHER_URL), MOVED),
    "URL of one that is off": (OFF, by_id(url=OTHER_URL), MOVED_OFF),
    "both": (OFF, by_id(url=OTHER_URL, active=True), MOVED),
    "equivalent URL": (ON, by_id(url=SPELT_OTHERWISE), ON),
    "type that it has": (ON, by_id(webhook_type=REPLY, url=URL), ON),
    "by natural key, as it is": (OFF, by_key(), OFF),
    "by natural key, equivalent URL": (ON, by_key(SPELT_OTHERWISE), ON),
    "on, though the service kept a note": (webhook(note=NOTE), by_id(active=True), ON),
    # What is stored is accepted, even if it could not be declared of a new webhook.
    "odd URL and type": (ODD, by_id(webhook_type="Odd", url=ODD_URL), ODD),
    "URL that is shown percent-encoded": (ENCODED, by_id(url=f"{URL}/%1B"), ENCODED),
    "new URL for one that is shown percent-encoded": (ENCODED, by_id(url=OTHER_URL), MOVED),
}


@pytest.mark.parametrize(("before", "desired", "after"), UPDATES.values(), ids=UPDATES)
def test_webhook_becomes_as_desired_and_changes_nothing_else(
    before: Webhook, desired: DesiredWebhook, after: Webhook
) -> None:
    change = planned(desired, before)

    assert change == Change(before, after)
    assert change.after is not None
    assert change.after.wire_url == after.wire_url


BY_URL = DesiredWebhook(CAMPAIGN, url=URL, is_present=False)
SLASH = URL + "/"
SPELT = webhook(url=SPELT_OTHERWISE)
NOTHING, CREATED = Change(None, None), Change(None, NEW)
MEANT = {
    "id among others": (by_id(29, active=True), [ON, OTHER], Change(OTHER, OTHER)),
    "id of a twin": (by_id(30, active=True), [ON, TWIN], Change(TWIN, TWIN)),
    "key, another type": (by_key(), [STATUS_ONE, ON], Change(ON, ON)),
    "key, only another URL": (by_key(), [OTHER], CREATED),
    "key, nothing there": (by_key(), [], CREATED),
    "key, slash at the end": (by_key(SLASH), [ON], Change(None, new_webhook(url=SLASH))),
    "created inactive": (by_key(active=False), [], Change(None, new_webhook(active=False))),
    "absent by id": (absent(by_id()), [ON, OTHER], Change(ON, None)),
    "absent by key": (absent(by_key()), [OTHER, ON], Change(ON, None)),
    "absent by id, and gone": (absent(by_id(99)), [ON], NOTHING),
    "absent by key, and gone": (absent(by_key()), [OTHER], NOTHING),
    "absent by URL alone, and gone": (BY_URL, [OTHER], NOTHING),
    "absent by URL alone": (BY_URL, [OTHER, ON], Change(ON, None)),
    "absent by URL alone, equivalent": (BY_URL, [SPELT], Change(SPELT, None)),
    "type, created": (by_type(), [STATUS_ONE], CREATED),
    "type, keeps its spelling": (by_type(SPELT_OTHERWISE), [ON, STATUS_ONE], Change(ON, ON)),
    "type, moves": (by_type(OTHER_URL), [ON, STATUS_ONE], Change(ON, MOVED)),
    "type, no URL": (by_type(None, active=False), [ON], Change(ON, PAUSED)),
    "type, equivalent one of several": (by_type(OTHER_URL), [ON, OTHER], Change(OTHER, OTHER)),
    "absent by type and URL, and gone": (by_type(is_present=False), [STATUS_ONE], NOTHING),
    "absent by type and URL": (by_type(is_present=False), [ON], Change(ON, None)),
    "absent by type": (by_type(None, is_present=False), [ON], Change(ON, None)),
}


@pytest.mark.parametrize(("desired", "there", "change"), MEANT.values(), ids=MEANT)
def test_webhook_is_found_by_its_id_its_natural_key_or_its_type(
    desired: DesiredWebhook, there: Webhooks, change: Change
) -> None:
    found = planned(desired, *there)

    assert found == change
    assert found.warnings() == []


def test_records_before_and_after_have_the_name() -> None:
    moved, created = planned(by_id(url=OTHER_URL, name="a"), ON), planned(by_key(name="b"))

    sides = moved.diff["before"], moved.diff["after"], created.diff["after"]
    assert [side["name"] for side in sides] == ["a", "a", "b"]
    assert not planned(by_key(name="a"), ON).is_needed


def test_creation_knows_other_webhooks_and_whether_its_type_is_unique() -> None:
    created = planned(by_key(), OTHER, STATUS_ONE)

    assert (created.known_ids, created.by_type) == (frozenset({29, 31}), False)
    assert planned(by_type(), STATUS_ONE).by_type


BEST, ON_26 = {"keep_best": True}, webhook(webhook_id=26)
CHOSEN: dict[str, tuple[DesiredWebhook, Webhooks, dict[str, Any], Webhook | None]] = {
    "best, both on": (by_key(), [TWIN, ON], BEST, ON),
    "best, both off": (by_key(), [OFF, OFF_TWIN], BEST, OFF_TWIN),
    "best, one is active": (by_key(), [OFF_TWIN, TWIN, ON], BEST, ON),
    "best, inactive is desired": (by_key(active=False), [ON, TWIN, OFF_TWIN], BEST, OFF_TWIN),
    "best, several are inactive": (by_key(active=False), [ON_26, OFF, OFF_TWIN], BEST, OFF_TWIN),
    "best, to be deactivated": (by_key(active=False), [TWIN, ON], BEST, ON),
    "best, to be removed": (absent(by_key()), [OFF_TWIN, ON], BEST, ON),
    "best of the type": (by_type(), [ON, TWIN], BEST, ON),
    "first is reserved": (by_key(), [ON, TWIN], {"reserved": {28}}, TWIN),
    "second is reserved": (by_key(), [ON, TWIN], {"reserved": {30}}, ON),
    "both are reserved": (by_key(), [ON, TWIN], {"reserved": {28, 30}}, None),
    "reserved, by its id": (by_id(active=True), [ON, TWIN], {"reserved": {28}}, ON),
    "reserved, by type": (by_type(), [ON, OTHER], {"reserved": {28}}, OTHER),
}


@pytest.mark.parametrize(("desired", "there", "how", "chosen"), CHOSEN.values(), ids=CHOSEN)
def test_of_several_the_best_or_the_one_that_is_not_reserved_is_chosen(
    desired: DesiredWebhook, there: Webhooks, how: dict[str, Any], chosen: Webhook | None
) -> None:
    assert planned(desired, *there, **how).before == chosen


def test_absent_webhook_with_another_url_is_left_alone_with_a_warning() -> None:
    change = planned(by_type(is_present=False), OTHER)

    assert not change.is_needed
    (warning,) = change.warnings()
    assert "is not removed, because it has another URL: webhook 29 at" in warning
    assert planned(by_type(is_present=False), OTHER, keep_best=True).warnings() == []


AWAY = "https://elsewhere.example.com/replies"


def test_move_to_another_host_warns_and_names_both() -> None:
    (warning,) = planned(by_type(AWAY), ON).warnings()

    assert "from host hooks.example.org to host elsewhere.example.com" in warning


SEVERAL = f"Several webhooks could be the {REPLY} webhook of campaign 9141 with this URL: "
OF_HOSTS = (
    SEVERAL + "27, 28, 30. Give the webhook_id of the right one, and remove the others. They are "
    "often left by a task that ran for several hosts without `run_once: true`."
)
OF_TYPE = (
    f"Campaign 9141 has several {REPLY} webhooks, so `unique_by: type` does not tell which one is "
    f"meant: webhook 28 at {URL}, webhook 29 at {OTHER_URL}."
)
OF_URL = (
    "Several webhooks could be the webhook of campaign 9141 with this URL: 28, 31. Give webhook_t"
)
WRONG_TYPE = f"Webhook 28 of campaign 9141 is of type {REPLY}, not {STATUS}, and the API cannot"
NO_99 = "There is no webhook 99 of campaign 9141."
NO_URL = "does not exist. Give url to create it."
REFUSED: dict[str, tuple[DesiredWebhook, Webhooks, str]] = {
    "URL": (by_id(url=ODD_URL), [ON], "url has characters outside ASCII"),
    "empty URL": (by_id(url=""), [ON], "url is empty"),
    "type": (by_id(webhook_type=STATUS, active=True), [ON], WRONG_TYPE),
    "missing id": (by_id(99, active=True), [ON], NO_99),
    "missing id, all that a new one needs": (by_id(99, webhook_type=REPLY, url=URL), [ON], NO_99),
    "only a URL": (DesiredWebhook(CAMPAIGN, url=OTHER_URL), [ON], "The webhook of campaign 9141"),
    "only a type": (DesiredWebhook(CAMPAIGN, webhook_type=REPLY), [ON], f"The {REPLY} webhook of"),
    "type, no URL": (by_type(None), [], f"The {REPLY} webhook of campaign 9141 {NO_URL}"),
    "several": (by_key(), [TWIN, OFF_TWIN, OTHER, ON], OF_HOSTS),
    "several, absent": (absent(by_key()), [TWIN, OFF_TWIN, OTHER, ON], OF_HOSTS),
    "several of the type": (by_type(None, active=True), [OTHER, ON], OF_TYPE),
    "several of the type, another URL": (by_type(AWAY), [OTHER, ON], OF_TYPE),
    "several of the type, equal": (by_type(), [ON, TWIN], "Several webhooks could be the"),
    "several of the URL, absent": (BY_URL, [ON, STATUS_ONE], OF_URL),
}


@pytest.mark.parametrize(("desired", "there", "reason"), REFUSED.values(), ids=REFUSED)
def test_webhook_that_is_unclear_or_cannot_become_as_desired_is_refused(
    desired: DesiredWebhook, there: Webhooks, reason: str
) -> None:
    assert raised(lambda: planned(desired, *there)).startswith(reason)


def test_different_webhooks_of_a_type_are_refused_even_if_keep_best() -> None:
    assert raised(lambda: planned(by_type(AWAY), OTHER, ON, keep_best=True)).startswith(OF_TYPE)


def test_unknown_types_in_a_message_are_marked() -> None:
    odd = webhook(webhook_type="Odd/1")

    message = raised(lambda: planned(by_id(webhook_type="Odd/2"), odd), mask_url=True)

    assert message.startswith(f"Webhook 28 of campaign 9141 is of type {MASK}, not {MASK}, and")


# None: the refusal is raised. A refusal that is not listed is always raised.
ERRORS: dict[str, tuple[DesiredWebhook, Change | None, Change | None]] = {
    "key": (by_key(), None, CREATED),
    "id": (by_id(active=True), None, None),
    "id and key": (by_id(url=URL, webhook_type=REPLY), None, None),
    "absent key": (absent(by_key()), NOTHING, NOTHING),
    "absent id": (absent(by_id()), NOTHING, NOTHING),
}


@pytest.mark.parametrize(("desired", "if_missing", "if_empty"), ERRORS.values(), ids=ERRORS)
def test_refused_list_is_raised_unless_nothing_is_needed_of_it(
    desired: DesiredWebhook, if_missing: Change | None, if_empty: Change | None
) -> None:
    outcomes = [(GONE, if_missing), (EMPTY_LIST, if_empty), (FORBIDDEN, None), (NO_CODE, None)]

    for error, change in outcomes:
        if change is None:
            with pytest.raises(Refused) as caught:
                plan(desired, CurrentWebhooks([], error))
            assert caught.value is error
        else:
            assert plan(desired, CurrentWebhooks([], error)) == change
