# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of the account is in what the probe prints or writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from simulator.tests.probing import CAMPAIGN, LIST, Service, response_of
from touchbase_simulator.behaviour import Behaviour

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.tests.probing import Delivery

MARK = "zq7mark"
NUMBER = 27820001234
WEBHOOK = {"url": f"https://{MARK}.example.org/{MARK}", "note": MARK, "active": True}
SEED = {
    "api_key": MARK,
    "campaigns": [
        {
            "campaign_id": 9141,
            **dict.fromkeys(("name", "content", "replies_to_email", "replies_to_mobile"), MARK),
            "webhooks": [{"webhook_id": 987654, "webhook_type": "CampaignReply", **WEBHOOK}],
        },
        {"campaign_id": 987655, "name": MARK},
    ],
    "lists": [
        {
            "list_id": 512,
            "name": MARK,
            "webhooks": [{"webhook_id": 987656, "webhook_type": "ListSubscribe", **WEBHOOK}],
        }
    ],
}
SECRETS = (MARK, str(NUMBER), "987654", "987655", "987656", "touchbase-probe-")


def _quotes(_number: int, _deliver: Delivery) -> requests.Response:
    body = {"Code": NUMBER, "Message": MARK, "Data": [{"CampaignId": 987655, "Name": MARK}]}
    return response_of(200, json.dumps(body).encode(), {MARK: MARK, "X-Request-Id": MARK})


def _raises(_number: int, _deliver: Delivery) -> requests.Response:
    raise requests.ConnectionError(f"https://{MARK}.example.org")


def _refuses(_number: int, _deliver: Delivery) -> requests.Response:
    return response_of(401, json.dumps({"Code": MARK, "Message": MARK}).encode(), {MARK: MARK})


def _errors_to_writes(service: Service, deliver: Delivery) -> requests.Response:
    response = deliver()
    if service.sent[-1].method in ("PUT", "DELETE"):
        return response_of(
            500, json.dumps({"Code": NUMBER, "Message": MARK}).encode(), {"etag": MARK}
        )
    return response


def _said(tmp_path: Path, service: Service, *options: str) -> str:
    output = tmp_path / "behaviour.yml"
    receiver = f"--receiver-url=https://{MARK}.example.org/{MARK}"
    given = ("--yes", f"--output={output}", receiver, *options)
    run = service.probe(*given, TOUCHBASE_API_KEY=MARK)
    assert run.out
    return run.out + run.err + output.read_text(encoding="utf-8")


@pytest.mark.parametrize("owner", [CAMPAIGN, LIST], ids=["campaign", "list"])
@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour.hostile()], ids=["default", "worst"])
@pytest.mark.parametrize("option", [(), ("--read-only",)], ids=["", "read-only"])
def test_probe_of_a_marked_account_says_nothing_of_it(
    tmp_path: Path, owner: tuple[str, str], behaviour: Behaviour, option: tuple[str, ...]
) -> None:
    said = _said(tmp_path, Service(SEED, behaviour), *owner, *option)

    assert [one for one in SECRETS if one in said] == []


@pytest.mark.parametrize("disturb", [_quotes, _raises, _refuses])
def test_answers_and_errors_are_not_quoted(tmp_path: Path, disturb: Any) -> None:
    said = _said(tmp_path, Service(SEED, disturb=disturb), *CAMPAIGN)

    assert [one for one in SECRETS if one in said] == []


def test_report_on_what_is_left_names_own_ids_only(tmp_path: Path) -> None:
    service = Service(SEED)
    service.disturb = lambda _number, deliver: _errors_to_writes(service, deliver)

    said = _said(tmp_path, service, *CAMPAIGN)

    assert [one for one in SECRETS if one in said] == []
