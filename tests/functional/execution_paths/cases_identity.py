# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases about which webhook is meant, what entries are called, and words that people guess."""

from __future__ import annotations

from tests.functional.execution_paths.cases import Case
from tests.functional.support.playbooks import WEBHOOKS

_REPLIES = {"campaign_id": 9141, "webhook_type": "CampaignReply", "unique_by": "type"}
_NEAR = "https://hooks.staging.example.org/s3cret"
_FAR = "https://elsewhere.example.com/s3cret"
_STATUS = "https://hooks.example.org/status/5f1c0a7e"

CASES = [
    Case("moved_by_type", {**_REPLIES, "url": _NEAR}, ("G", "GP", "G"), changes=True),
    Case(
        "moved_by_type_to_another_host",
        {**_REPLIES, "url": _FAR, "mask_url": True},
        ("G", "GP", "G"),
        changes=True,
        warns=("from host hooks.staging.example.org to host elsewhere.example.com",),
    ),
    Case(
        "not_removed_by_type",
        {**_REPLIES, "url": _FAR, "state": "absent", "mask_url": True},
        ("G", "G", "G"),
        warns=("is not removed, because it has another URL",),
    ),
    Case(
        "removed_by_its_url",
        {"campaign_id": 9141, "url": _STATUS, "state": "absent"},
        ("G", "GD", "G"),
        changes=True,
    ),
    Case(
        "set_with_names_and_types",
        {
            "defaults": {"campaign_id": 9141, "unique_by": "type"},
            "webhooks": [
                {"name": "replies", "webhook_type": "CampaignReply", "url": _NEAR},
                {"name": "states", "webhook_type": "CampaignMessageStatusUpdate", "active": False},
            ],
        },
        ("G", "GPP", "G"),
        WEBHOOKS,
        changes=True,
    ),
    Case(
        "set_with_a_named_problem",
        {"webhooks": [{"name": "gone", "campaign_id": 9141, "webhook_id": 99, "active": True}]},
        ("G", "G"),
        WEBHOOKS,
        fails='webhooks[0] "gone" (campaign 9141, webhook 99): There is no webhook 99',
    ),
    Case(
        "guessed_option",
        {"campaign_id": 9141, "webhook_id": 28, "enabled": True},
        ("", ""),
        fails="There is no option enabled. Use active.",
    ),
    Case(
        "guessed_state",
        {"campaign_id": 9141, "webhook_id": 28, "state": "disabled"},
        ("", ""),
        fails="use `active: false`",
    ),
    Case(
        "guessed_type",
        {"campaign_id": 9141, "webhook_type": "reply", "url": _NEAR, "mask_url": True},
        ("", ""),
        fails="Use CampaignReply.",
    ),
    Case(
        "null_id",
        {"campaign_id": 9141, "webhook_id": "{{ none }}", "active": True},
        ("", ""),
        fails="webhook_id is given, but it is null or empty.",
    ),
    Case(
        "line_end",
        {"campaign_id": 9141, "webhook_id": 28, "url": f"{_NEAR}\n", "mask_url": True},
        ("G", "G"),
        fails="ends with a line end; in YAML, write it in one line",
    ),
]
