# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declared set: names of campaigns and defaults, through touchbase_sms_webhooks."""

from __future__ import annotations

from ansible_collections.touchbasepro.sms.tests.unit.support.operations import has_words
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    REPLY,
    URL,
    campaign_wire,
    page,
    webhook,
    wire,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.service import ScriptedService, reply
from ansible_collections.touchbasepro.sms.tests.unit.support.sets import kept, problems_of

CAMPAIGNS = page(campaign_wire(Name="Spring"), campaign_wire(CampaignId=9142, Name="Summer"))
LIST_CAMPAIGNS = "GET /sms/campaigns?page=1&pageSize=1000"


def test_campaigns_are_listed_once_for_all_names(service: ScriptedService) -> None:
    service.answers(reply(json=CAMPAIGNS)).always_answers(reply(json=[wire()]))
    entries = [
        {"campaign_name": name, "webhook_type": REPLY, "url": URL} for name in ("Spring", "Summer")
    ]

    result = kept(service, *entries)

    assert [one["campaign_id"] for one in result["webhooks"]] == [9141, 9142]
    assert service.seen.count(LIST_CAMPAIGNS) == 1


def test_unknown_names_are_reported_together_before_any_list(service: ScriptedService) -> None:
    service.answers(reply(json=CAMPAIGNS))
    entries = [
        {"campaign_name": name, "webhook_type": REPLY, "url": URL} for name in ("Sping", "Autumn")
    ]

    result = kept(service, *entries)

    assert has_words(problems_of(result), ["webhooks[0]: No campaign", "webhooks[1]: No campaign"])
    assert "Similar names: 'Spring'" in result["msg"]
    assert service.seen == [LIST_CAMPAIGNS]


def test_one_webhook_by_id_and_by_name_of_its_campaign_is_declared_twice(
    service: ScriptedService,
) -> None:
    service.answers(reply(json=CAMPAIGNS))
    entries = [{"campaign_name": "Spring", "webhook_id": 28, "active": True}]

    result = kept(service, *entries, {"campaign_id": 9141, "webhook_id": 28, "active": True})

    assert has_words(problems_of(result), ["webhooks[1]: webhooks[0] declares webhook 28"])


def test_defaults_are_options_of_entries_that_omit_them(service: ScriptedService) -> None:
    service.answers(reply(json=[wire()]))
    defaults = {"campaign_id": 9141, "webhook_type": REPLY, "active": True}

    result = kept(service, {"url": URL}, defaults=defaults)

    assert result["webhooks"] == [webhook().record()]
    assert not result["changed"]
