# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every operation's result goes through: no key, no masked address, no bare exception."""

from __future__ import annotations

import html
import json
from typing import Any
from urllib.parse import quote

import pytest
from ansible.module_utils.common.parameters import remove_values
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.touchbasepro.sms.plugins.module_utils import _masking
from ansible_collections.touchbasepro.sms.plugins.module_utils._address import MASK
from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._operation import (
    Operation,
    Params,
    invocation,
    perform,
    without_key,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import API_KEY_ENV
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    URL,
    connection_params,
    webhook,
)

NOWHERE = "http://127.0.0.1:9"
ODD_KEY = 'k3y"\\/+%C3%BC='
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=12)


def performed(result: Any, **options: Any) -> dict[str, Any]:
    """The result of an operation that gives this, or raises it."""

    def run(_client: Client, _params: Params, _dry_run: bool) -> dict[str, Any]:
        if isinstance(result, Exception):
            raise result
        return dict(result)

    return perform(Operation({}, run), connection_params(NOWHERE, **options), dry_run=False)


@given(st.data(), KEYS)
def test_nothing_is_left_that_ansible_would_hide_in_the_result_of_a_module(
    data: st.DataObject, key: str
) -> None:
    assume(key not in MASK)
    around = st.text(max_size=3)
    texts = st.one_of(around, st.builds("{}{}{}".format, around, st.just(key), around))
    values = st.recursive(
        st.one_of(texts, st.none(), st.booleans(), st.just(1234567890123)),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)),
        max_leaves=8,
    )

    hidden = without_key(data.draw(st.dictionaries(texts, values)), key)

    assert remove_values(hidden, {key}) == hidden


def test_a_key_outside_ascii_which_is_refused_is_not_shown_either() -> None:
    assert without_key({"msg": "Not schlüssel-ä."}, "schlüssel-ä") == {"msg": f"Not {MASK}."}


def test_a_number_that_is_the_key_is_hidden_as_well() -> None:
    assert without_key({"webhook_id": 1234567890}, "1234567890") == {"webhook_id": MASK}


def test_a_result_that_cannot_hold_the_key_is_not_gone_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_masking, "hide_secret", None)
    result = {"webhooks": [webhook(note='It said "no".\nAgain.').record()]}

    assert without_key(result, KEY) is result


SPELLINGS = {
    "as it is": ODD_KEY,
    "in JSON": json.dumps(ODD_KEY)[1:-1],
    "in Python": repr(ODD_KEY)[1:-1],
    "percent-encoded": quote(ODD_KEY, safe=""),
    "in HTML": html.escape(ODD_KEY),
    "twice": quote(json.dumps(ODD_KEY)[1:-1]),
}


@pytest.mark.parametrize("spelt", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_the_key_is_hidden_in_every_text_however_it_is_spelt(
    monkeypatch: pytest.MonkeyPatch, spelt: str, by_environment: bool
) -> None:
    monkeypatch.setenv(API_KEY_ENV, ODD_KEY)
    text, shown = f"before {spelt} after", f"before {MASK} after"
    result = {
        "webhook": {"note": text, "url": text, "date_created": text},
        "diff": [{"before": {"note": text}}],
        "warnings": [text],
        text: [text],
    }

    found = performed(result, api_key="" if by_environment else ODD_KEY)

    assert found == {
        "webhook": {"note": shown, "url": shown, "date_created": shown},
        "diff": [{"before": {"note": shown}}],
        "warnings": [shown],
        shown: [shown],
    }


def test_addresses_are_masked_before_the_key_in_them_is() -> None:
    """Otherwise what else is secret in an address would no longer be known."""
    address = f"https://hooks.example.org/s3cret-part?key={KEY}"

    found = performed({"webhook": {"url": address, "note": "s3cret-part"}}, mask_url=True)

    assert "s3cret" not in json.dumps(found)
    assert KEY not in json.dumps(found)


@pytest.mark.parametrize("masks", [False, True])
def test_a_defect_ends_in_a_result_without_secrets(masks: bool) -> None:
    error = KeyError(f"{URL}?{KEY}")

    found = performed(error, mask_url=masks)

    assert found["failed"]
    assert found["failure"]["kind"] == "defect"
    assert found["msg"].startswith("This collection has a defect, which ended the task: KeyError(")
    assert "run it again" in found["msg"]
    assert "Traceback" in found["exception"]
    assert KEY not in json.dumps(found)
    assert ("5f1d" in json.dumps(found)) is not masks


def test_what_ends_the_process_is_no_defect() -> None:
    class Timeout(BaseException):
        """As Ansible's own for a task that takes too long."""

    def run(*_given: Any) -> dict[str, Any]:
        raise Timeout

    with pytest.raises(Timeout):
        perform(Operation({}, run), connection_params(NOWHERE), dry_run=False)


@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_the_invocation_holds_the_key_as_such_alone(
    monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    monkeypatch.setenv(API_KEY_ENV, KEY)
    given = "" if by_environment else KEY
    params = connection_params(NOWHERE, api_key=given, url=f"{URL}?{KEY}")

    shown = invocation(Operation({}, dict), params)

    assert shown == {**params, "url": f"{URL}?{MASK}"}
