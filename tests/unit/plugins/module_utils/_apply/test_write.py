# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One change: written once, verified, and told in the words of what happened."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _errors as errors
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._apply.write import (
    apply_change,
    change_entry,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.change import Change
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api
from ansible_collections.touchbasepro.sms.tests.unit.support.changes import failed_write, written

GET, PUT, DELETE = (ops.request(method, 28) for method in ("GET", "PUT", "DELETE"))
SPELLING = "https://HOOKS.example.org/replies/5f1d"
GONE = api.error(404, 142, "Webhook record does not exist")
UPDATE = Change(made.webhook(active=False, note="gone"), made.webhook(url=made.OTHER_URL))
DELETION = Change(made.webhook(), None)
STORED = made.api_record(Url=made.OTHER_URL)
NOT_STORED = [made.api_record(), made.api_record(Url=made.OTHER_URL, IsActive=False)]


def test_update_is_one_put_of_both_fields_if_the_response_proves_it(service: api.Service) -> None:
    service.answers(STORED)

    assert written(service, UPDATE) == (UPDATE, [])

    assert service.seen == [PUT]
    assert service.requests[0].data == {"Url": made.OTHER_URL, "IsActive": True}


PROVES_NOTHING: dict[str, Any] = {
    "no content": 204,
    "html": api.reply(body=b"<html>OK</html>"),
    "other URL": NOT_STORED[0],
    "inactive": NOT_STORED[1],
    "other id": made.api_record(Id=29, Url=made.OTHER_URL),
    "incomplete": {"Id": 28},
}


@pytest.mark.parametrize("answer", PROVES_NOTHING.values(), ids=PROVES_NOTHING)
def test_update_is_verified_by_one_get_if_the_response_proves_nothing(
    service: api.Service, answer: Any
) -> None:
    service.answers(answer, STORED)

    assert written(service, UPDATE) == (UPDATE, [])

    assert service.seen == [PUT, GET]


@pytest.mark.parametrize("record", NOT_STORED, ids=["other URL", "inactive"])
def test_update_that_is_not_stored_is_an_error_with_both_states(
    service: api.Service, record: dict[str, Any]
) -> None:
    service.answers(200, record)

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, errors.UnexpectedResponse)
    assert "Could not update webhook 28 of campaign 9141" in str(failure)
    both = (
        f"Requested: url {made.OTHER_URL}, active True. "
        f"Stored: url {record['Url']}, active {record['IsActive']}."
    )
    assert both in ops.shown(failure)
    assert service.seen == [PUT, GET]


@pytest.mark.parametrize("first", [[], [200]], ids=["in the response", "when read"])
@pytest.mark.parametrize(("asked", "stored"), [(made.URL, SPELLING), (SPELLING, made.URL)])
def test_update_stored_in_another_spelling_warns_with_both(
    service: api.Service, asked: str, stored: str, first: list[Any]
) -> None:
    service.answers(*first, made.api_record(Url=stored))
    update = Change(made.webhook(url=made.OTHER_URL), made.webhook(url=asked))
    warning = (
        f"The service spells the URL of webhook 28 of campaign 9141 '{stored}' instead of "
        f"'{asked}'. They are equivalent and count as the same."
    )

    assert written(service, update) == (update, [warning])


def test_update_that_cannot_be_verified_may_have_been_applied(service: api.Service) -> None:
    service.answers(200, GONE)

    failure = failed_write(service, UPDATE)

    assert isinstance(failure, errors.UnexpectedResponse)
    assert str(failure).startswith(
        "The service accepted the update of webhook 28 of campaign 9141, but it could not be "
        "verified. Could not read webhook 28 of campaign 9141"
    )
    assert failure.failure.code == 142
    assert failure.as_result()["changed"] is True


@pytest.mark.parametrize("answer", [204, 200, GONE], ids=["204", "200", "gone already"])
def test_deletion_is_one_request_and_a_missing_webhook_is_fine(
    service: api.Service, answer: Any
) -> None:
    service.answers(answer)

    assert written(service, DELETION) == (DELETION, [])

    assert service.seen == [DELETE]


@pytest.mark.parametrize(
    ("change", "answer", "words"),
    [
        (UPDATE, api.error(400, 143, "Webhook Url is missing"), "Could not update webhook 28"),
        (DELETION, api.gateway(404, "Resource not found"), "Could not delete webhook 28"),
        (DELETION, api.error(404, 104, "another"), "Could not delete webhook 28"),
    ],
    ids=["update", "deletion, 404 without code", "deletion, 404 of another code"],
)
def test_refused_write_is_an_error_after_one_request(
    service: api.Service, change: Change, answer: api.Step, words: str
) -> None:
    service.answers(answer)

    failure = failed_write(service, change)

    assert isinstance(failure, errors.Refused)
    assert words in str(failure)
    assert "changed" not in failure.as_result()
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    ("change", "dry_run"),
    [(Change(None, None), False), (Change(made.webhook(), made.webhook()), False), (UPDATE, True)],
    ids=["neither", "unchanged", "dry run"],
)
def test_unneeded_change_or_dry_run_sends_nothing(
    service: api.Service, change: Change, dry_run: bool
) -> None:
    client = made.client_of(service.url)

    assert apply_change(client, change, dry_run, list[str]().append) is change

    assert service.connections == 0


def test_error_without_response_or_of_the_code_says_changed(
    service: api.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any) -> None:
        raise LookupError("unexpected")

    service.answers(api.hangs_up())
    unreachable = failed_write(service, UPDATE)
    monkeypatch.setattr(Client, "update_webhook", breaks)
    internal = failed_write(service, UPDATE)

    assert isinstance(internal, errors.InternalError)
    assert unreachable.as_result()["changed"] is internal.as_result()["changed"] is True


def test_change_entry_has_kind_record_and_message() -> None:
    item = {"change": "deleted", "webhook": made.webhook().record()}
    error = errors.TouchBaseError("No.")

    assert change_entry("deleted", made.webhook()) == item
    assert change_entry("deleted", made.webhook(), error) == {**item, "msg": "No."}
